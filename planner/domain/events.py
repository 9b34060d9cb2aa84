"""Events: bursts of orders of uncertain size."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.platform import OwnDeadline
from planner.domain.statistics import lognormal_sigma


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A burst of orders with a lognormal total, a linear ramp, a peak, and exponential decay.

    Parameters
    ----------
    name : str
        Unique among the events.
    at_s : int
        Start in seconds of the horizon.
    median, p95 : float
        Median and 95 % point of the total number of orders.
    ramp_s, half_life_s : float
        Seconds from the start to the peak; half-life of the decay after it.
    pull_forward : float
        Share of the event's orders that the baseline of the following week loses (`PullForward`).
    region_share, product_share : tuple of float, optional
        Mix of this event, sums to 1, in the order of the problem; None: the promotion's own.
    region_concentration, mix_concentration : float, optional
        How well its mix of regions and of products is known (`demand_mix`); None: like that of the
        whole demand.
    cap : int, optional
        The shop stops the event's sale after so many orders; later ones are refused and lost.
    deadline : OwnDeadline, optional
        Deadline of its orders, such as a presale's; None: the platform's.
    """

    name: str
    at_s: int
    median: float
    p95: float
    ramp_s: float
    half_life_s: float
    pull_forward: float = 0.0
    region_share: tuple[float, ...] | None = None
    product_share: tuple[float, ...] | None = None
    region_concentration: float | None = None
    mix_concentration: float | None = None
    cap: int | None = None
    deadline: OwnDeadline | None = None

    @property
    def sigma(self) -> float:
        """Standard deviation of log size."""
        return lognormal_sigma(self.median, self.p95)

    @property
    def mean(self) -> float:
        """Expected size, in orders."""
        return self.median * math.exp(self.sigma**2 / 2)

    def placed_by(self, second: Floats | float) -> Floats:
        """Share of the event's orders placed by `second`; 1 at infinity."""
        t = np.asarray(second, dtype=float) - self.at_s
        ramp, tail = float(self.ramp_s), self._tail_s
        rising = np.clip(t, 0, ramp) ** 2 / (2 * ramp) if ramp else np.zeros_like(t)
        falling = tail * -np.expm1(-np.clip(t - ramp, 0, None) / tail)
        return np.asarray((rising + falling) / (ramp / 2 + tail))

    def second_at(self, share: Floats) -> Floats:
        """Moment by which a share in [0, 1) of the orders is placed: inverse of `placed_by`."""
        ramp, tail = float(self.ramp_s), self._tail_s
        whole = ramp / 2 + tail
        rising = np.sqrt(2 * ramp * whole * share)
        falling = ramp - tail * np.log(np.minimum((1.0 - share) * whole / tail, 1.0))
        return np.asarray(self.at_s + np.where(whole * share < ramp / 2, rising, falling))

    @property
    def _tail_s(self) -> float:
        """Mean of the exponential decay after the peak."""
        return self.half_life_s / math.log(2)

    def sold(self, size: float, share: Floats) -> Floats:
        """Orders taken when this share of an event of this size has been asked for, at most the
        cap.
        """
        return np.asarray(np.minimum(size * share, np.inf if self.cap is None else self.cap))

    def mean_sold(self, share: Floats) -> Floats:
        """Expected orders taken, over all sizes: the limited expected value of a lognormal number.

        Notes ----- E min(S, c) = mean * Phi((ln(c / median) - sigma^2) / sigma) + c * (1 - Phi(ln(c
        / median) / sigma)).

        References
        ----------
        Klugman, Panjer and Willmot, Loss Models, appendix A.
        """
        if self.cap is None or self.sigma == 0:
            return self.sold(self.mean, share)
        at = np.where(share > 0, self.cap / np.maximum(share, 1e-300) / self.median, np.inf)
        z = np.log(at) / self.sigma
        below, above = _normal_below(z - self.sigma), 1.0 - _normal_below(z)
        return np.asarray(share * self.mean * below + np.where(above > 0, self.cap * above, 0.0))


def _normal_below(z: Floats) -> Floats:
    """Standard normal distribution function."""
    return np.array([0.5 * math.erfc(-x / math.sqrt(2.0)) for x in z.tolist()])
