"""The user's own forecast: orders as they are stated, on one path or several."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.horizon import HOUR_S, SLOT_S, SLOTS_PER_HOUR

ANY_PRODUCT = -1  # of given orders whose product nobody stated
GIVEN_STEPS_S = tuple(n * SLOT_S for n in range(1, SLOTS_PER_HOUR + 1) if SLOTS_PER_HOUR % n == 0)


@dataclass(frozen=True, eq=False)
class GivenDemand:
    """The user's own forecast, taken as it is, on equally likely paths.

    Parameters
    ----------
    orders : Floats
        Orders as stated [path, step, region, kind].
    product : Ints, optional
        Product of every kind, or `ANY_PRODUCT` where the forecast names none and each order's is
        drawn by the promotion's mix; None: the kinds are the products, in order.
    step_s : int
        Seconds of a step, one of `GIVEN_STEPS_S`.
    begins : Ints, optional
        Step whose orders are spread over this one too, because nothing is stated of it [path,
        step]; None: the orders of a step come within it.

    Notes
    -----
    Every region with orders is a component of its own, so that what one path says of a region stays
    with that path.
    """

    orders: Floats
    product: Ints | None = None
    step_s: int = HOUR_S
    begins: Ints | None = None

    @cached_property
    def regions(self) -> Ints:
        """Region of every component: those that order anything on any path, else the first."""
        ordering = np.flatnonzero(self.orders.sum(axis=(0, 1, 3)) > 0)
        return np.asarray(ordering if len(ordering) else np.zeros(1), dtype=np.int64)

    @property
    def product_of_kind(self) -> Ints:
        """Product of every kind, or `ANY_PRODUCT`."""
        return np.arange(self.orders.shape[3]) if self.product is None else self.product

    def per_product(self, orders: Floats, mix: Floats) -> Floats:
        """Orders [row, kind] -> [row, product], those of any product by the promotion's mix."""
        product = self.product_of_kind
        found: Floats = orders[:, product == ANY_PRODUCT].sum(axis=1, keepdims=True) * mix
        found[:, product[product != ANY_PRODUCT]] += orders[:, product != ANY_PRODUCT]
        return found

    def intensity(self, path: int) -> Floats:
        """Expected orders [component, slot] of a path, spread evenly over the time they are stated
        of.
        """
        per_step, begins = self.orders[path].sum(axis=2).T[self.regions], self._begins(path)
        slots = self.step_s // SLOT_S
        return np.repeat((per_step / (self.lasts_s(path) // SLOT_S))[:, begins], slots, axis=1)

    def lasts_s(self, path: int) -> Ints:
        """Seconds over which the orders of a step are spread [step]; one step if it has none of its
        own.
        """
        begins = self._begins(path)
        return np.maximum(np.bincount(begins, minlength=len(begins)), 1) * self.step_s

    def counts(self, path: int, rng: np.random.Generator) -> Ints:
        """Integer orders of every stated cell [step, region, kind].

        The fraction of a stated number is the chance of one more order.
        """
        orders = self.orders[path]
        whole = np.floor(orders)
        return np.asarray(whole + (rng.random(orders.shape) < orders - whole), dtype=np.int64)

    def _begins(self, path: int) -> Ints:
        return np.arange(self.orders.shape[1]) if self.begins is None else self.begins[path]
