"""Demand levers, which a shop may decide in addition to stock, staff and couriers.

A longer promise gives the orders of a region more time; a cap stops the sale of an event.
"""

from __future__ import annotations

from dataclasses import dataclass

Promised = tuple[tuple[str, float], ...]  # (region, hours)
Capped = tuple[tuple[str, int], ...]  # (event, orders)


@dataclass(frozen=True, slots=True)
class PromiseOption:
    """A region may be promised other hours than the platform's own, at a cost per order of it."""

    region: str
    hours: float
    cost_minor_per_order: int = 0


@dataclass(frozen=True, slots=True)
class CapOption:
    """The sale of an event may stop after so many orders."""

    event: str
    orders: int


@dataclass(frozen=True, slots=True)
class Levers:
    """What may be chosen: longer promises and order caps."""

    promises: tuple[PromiseOption, ...] = ()
    caps: tuple[CapOption, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything may be chosen."""
        return bool(self.promises or self.caps)

    def cost_minor_per_order(self, region: str, hours: float) -> int:
        """What a promise costs per order of its region; ValueError when it is no option."""
        for option in self.promises:
            if (option.region, option.hours) == (region, hours):
                return option.cost_minor_per_order
        raise ValueError(f"region {region} cannot be promised {hours:g} hours")


@dataclass(frozen=True, slots=True)
class ChosenLevers:
    """The levers that a plan uses; a problem does not know them."""

    promised: Promised = ()
    capped: Capped = ()

    def __bool__(self) -> bool:
        return bool(self.promised or self.capped)


NO_LEVERS = Levers()
NONE_CHOSEN = ChosenLevers()
