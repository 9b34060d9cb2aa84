"""What is added to the base price of a parcel, and what the volume of a period changes in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar, Literal

from planner.domain.negotiation import FUEL_SHARE, MONEY, MORE, POINT, SHARE, NegotiableTerm


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A clause that adds an amount to the price of some parcels, as a line of the invoice.

    Each kind of charge is a subclass with the numbers of its own. `planner.rating.surcharges` says
    how much a kind is; all other layers need no more than what is declared here.

    Attributes
    ----------
    name : str
        Line of the invoice; charges of one name are one line.
    regions : frozenset[str]
        Only parcels to these (empty: to all).
    start, end : date or None
        First and last day on which it applies (None: no limit).
    negotiable : tuple of NegotiableTerm
        The numbers of this kind of charge that people negotiate.
    weekly : bool
        Whether `applies_on` of this kind depends on the day of the week. Where it is False, all
        days from `start` to `end` are priced as one kind of day.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = ()
    weekly: ClassVar[bool] = False

    name: str
    regions: frozenset[str] = frozenset()
    start: date | None = None
    end: date | None = None

    def applies_on(self, day: date) -> bool:
        """Whether it applies to parcels of a day: of the hand-over, on the invoice."""
        begun = self.start is None or self.start <= day
        return begun and (self.end is None or day <= self.end)

    @property
    def dated(self) -> bool:
        """Whether it depends on the day of a parcel."""
        return self.weekly or self.start is not None or self.end is not None

    @property
    def by_residence(self) -> bool:
        """Whether it depends on a parcel going to a home."""
        return False

    @property
    def measures(self) -> tuple[float, ...]:
        """Grams and cubic centimetres that it states."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Surcharge(Charge):
    """An amount per parcel and a share of the discounted base price.

    Attributes
    ----------
    per_parcel_minor : int
        Minor units per parcel.
    share : float
        Share of the discounted base price (minimum charge included, fuel not).
    over_g, over_cm3 : float
        Only parcels of more actual grams or more cubic centimetres (0: no such test; with both,
        one is enough).
    residential_share : float or None
        Only parcels to homes, which are this share of all (None: no such test).
    fuel : bool
        The contract's fuel share is charged on it as well, rounded by itself.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("per_parcel_minor", "surcharge {name}", MONEY, 0.8),
        NegotiableTerm("share", "surcharge {name}", SHARE, 0.8),
        NegotiableTerm("fuel", "surcharge {name}, fuel on it", FUEL_SHARE, 0.0),
        NegotiableTerm("over_g", "surcharge {name}, free of it", "g", 1.25),
        NegotiableTerm("over_cm3", "surcharge {name}, free of it", "cm3", 1.25),
    )

    per_parcel_minor: int = 0
    share: float = 0.0
    over_g: float = 0
    over_cm3: float = 0
    residential_share: float | None = None
    fuel: bool = False

    @property
    def by_residence(self) -> bool:
        """Whether it depends on a parcel going to a home."""
        return self.residential_share is not None

    @property
    def measures(self) -> tuple[float, ...]:
        """Grams and cubic centimetres that it states."""
        return (self.over_g, self.over_cm3)


Period = Literal["day", "week", "month", "promotion"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VolumeSurcharge:
    """A surcharge because of the shop's own volume.

    Attributes
    ----------
    name : str
        Line of the invoice.
    per_parcel_minor : int
        Minor units that a parcel pays.
    above_parcels : int
        Due when more parcels than this go with the contract in a period.
    per : str
        The period: a day, a week from Monday, a month or the promotion.
    on : str
        `excess`: the parcels beyond the threshold pay; `all`: every one of that period.
    start, end : date or None
        Only parcels from the first to the last of these days count and pay (None: no limit).
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("above_parcels", "{name}: volume free of it", "parcels", MORE),
        NegotiableTerm("per_parcel_minor", "surcharge {name}", MONEY, 0.8),
    )

    name: str
    per_parcel_minor: int
    above_parcels: int
    per: Period = "week"
    on: Literal["excess", "all"] = "excess"
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Tier:
    """What is taken off each parcel from `from_parcels` parcels in the period on.

    Attributes
    ----------
    from_parcels : int
        Parcels at which the tier begins.
    discount : float
        Share that is taken off.
    rebate_minor : int
        Minor units per parcel that are taken off.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("from_parcels", "volume tier {number}: from", "parcels", 0.8, rising=True),
        NegotiableTerm("discount", "volume tier {number}: discount", SHARE, plus=POINT),
        NegotiableTerm("rebate_minor", "volume tier {number}: rebate", MONEY, MORE),
    )

    from_parcels: int
    discount: float = 0.0
    rebate_minor: int = 0


@dataclass(frozen=True, slots=True)
class TieredDiscount:
    """Tiers over a period, rising in `from_parcels`; below the first there is no discount.

    `kind` all_units: the tier reached is for every parcel of the period; incremental: the n-th
    parcel has the tier that n parcels reach. `on` base: the discount is off base price less
    discount (minimum charge included), all: off the parcel's whole price. `other_parcels`: parcels
    of every period that are not in the promotion and count first.
    """

    tiers: tuple[Tier, ...]
    kind: Literal["all_units", "incremental"] = "all_units"
    on: Literal["base", "all"] = "base"
    over: Period = "promotion"
    other_parcels: int = 0

    def tier_of(self, parcels: int) -> int:
        """Index of the tier that `parcels` of one period reach; -1 below the first.

        The parcels outside the promotion count as well.
        """
        counted = parcels + self.other_parcels
        return sum(counted >= tier.from_parcels for tier in self.tiers) - 1

    @property
    def rising(self) -> TieredDiscount:
        """The same where no tier takes off less than one before it: more parcels get no less off.

        A discount may fall from one tier to the next where the rebate rises.
        """
        tiers: list[Tier] = []
        for tier in self.tiers:
            before = tiers[-1] if tiers else tier
            most = max(tier.discount, before.discount), max(tier.rebate_minor, before.rebate_minor)
            tiers.append(Tier(tier.from_parcels, *most))
        return replace(self, tiers=tuple(tiers))


@dataclass(frozen=True, slots=True)
class VolumeTerms:
    """What depends on the number of parcels of a period: a discount by tiers, and surcharges."""

    discount: TieredDiscount | None = None
    surcharges: tuple[VolumeSurcharge, ...] = ()


def period_of(per: Period, on: date) -> date:
    """First day of the day, week (from Monday) or month a date lies in.

    `date.min` for the whole promotion.
    """
    if per == "day":
        return on
    if per == "week":
        return on - timedelta(days=on.weekday())
    return on.replace(day=1) if per == "month" else date.min
