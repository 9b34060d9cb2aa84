"""A rate card as read: prices by zone, zones of regions, surcharges, and what was not read."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from planner.formats.rate_card.weight_headers import Amount

Priced = tuple[Amount, int]  # a weight and its price in minor units


@dataclass(frozen=True)
class ZoneRate:
    """Prices of a zone by weight.

    Brackets rise by their upper edge; first and additional weight follow, both or neither.
    """

    brackets: tuple[Priced, ...] = ()
    first: Priced | None = None
    step: Priced | None = None

    @property
    def ends_at(self) -> Amount | None:
        """The heaviest parcel with a price; None where additional weight has no end."""
        return None if self.step is not None else self.brackets[-1][0]

    def falls_at(self) -> list[Amount]:
        """The upper edges above which a parcel costs less than just below."""
        falls = [edge for (edge, price), (_, heavier) in pairwise(self.brackets) if heavier < price]
        if self.brackets and self.first is not None and self.step is not None:
            edge, below = self.brackets[-1]
            beyond = max(edge.grams - self.first[0].grams, Decimal(0))
            steps = int(beyond // self.step[0].grams) + (edge.grams >= self.first[0].grams)
            if self.first[1] + steps * self.step[1] < below:
                falls.append(edge)
        return falls


@dataclass(frozen=True)
class CardSurcharge:
    """An amount per parcel in minor units; `regions` empty: everywhere."""

    name: str
    minor: int
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class RateCard:
    """What a rate card holds.

    `zones`: region -> zone. Where the card names regions, rows of equal prices are one zone; where
    it names zones (`by_zone`), they keep their names, and `zones` is empty until a person says
    which regions they are. `notes`: what the reader of the result should know.
    """

    file: str
    sheet: str
    by_zone: bool
    rates: dict[str, ZoneRate]
    zones: dict[str, str]
    surcharges: tuple[CardSurcharge, ...]
    notes: tuple[str, ...]

    @property
    def imperial(self) -> bool:
        """Whether it states weights in pounds or ounces."""
        firsts = [rate.first for rate in self.rates.values() if rate.first is not None]
        priced = [*firsts, *(bracket for rate in self.rates.values() for bracket in rate.brackets)]
        return any(weight.imperial for weight, _ in priced)
