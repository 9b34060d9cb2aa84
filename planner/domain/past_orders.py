"""Orders that have come: a promotion of the past, order by order, in place of a drawn demand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.horizon import HOUR_S

UNKNOWN_WEIGHT = 0  # drawn from the product's
NO_DEADLINE = -(2**31)  # of an order whose deadline the log does not say


@dataclass(frozen=True, eq=False, kw_only=True)
class PastOrders:
    """The orders of a log, as every replication of a replay has them.

    What the log does not say of an order is drawn, as of any order.

    Parameters
    ----------
    second : Ints
        Seconds of the horizon, rising; negative: open when the horizon begins [order].
    region, product : Ints
        Indices into the problem; the product may be `given_demand.ANY_PRODUCT` [order].
    weight_g : Ints
        Grams, or `UNKNOWN_WEIGHT` [order].
    deadline_s : Ints
        Deadline of the log, in seconds of the horizon; `NO_DEADLINE`: that of the platform [order].
    until_s : int
        Second at which the log ends; what comes from then on is drawn from the demand.
    scale : float
        Orders that each one stands for: 1 for a complete log, 4 for a random quarter. Copies come
        at another time of the same hour.
    """

    second: Ints
    region: Ints
    product: Ints
    weight_g: Ints
    deadline_s: Ints
    until_s: int
    scale: float = 1.0

    def __len__(self) -> int:
        return len(self.second)

    def copied(self, counts: np.random.Generator, times: np.random.Generator) -> PastOrders:
        """The orders of one replication: each as often as it stands for.

        Parameters
        ----------
        counts : Generator
            Decides on the fraction of an order that `scale` leaves over.
        times : Generator
            Times of copies within the hour of their order.

        Returns
        -------
        PastOrders
            The orders, with scale 1.
        """
        if self.scale == 1.0:
            return self
        whole = int(self.scale)
        number = whole + (counts.random(len(self)) < self.scale - whole)
        of = np.repeat(np.arange(len(self)), number)
        is_copy = np.r_[False, of[1:] == of[:-1]][: len(of)]
        second = self.second[of]
        hour = second // HOUR_S * HOUR_S + times.integers(HOUR_S, size=len(of))
        second = np.where(is_copy, np.minimum(hour, self.until_s - 1), second)
        known = self.deadline_s[of] != NO_DEADLINE
        slack = self.deadline_s[of] - self.second[of]
        at = np.argsort(second, kind="stable")
        return PastOrders(
            second=second[at],
            region=self.region[of][at],
            product=self.product[of][at],
            weight_g=self.weight_g[of][at],
            deadline_s=np.where(known, second + slack, NO_DEADLINE)[at],
            until_s=self.until_s,
        )
