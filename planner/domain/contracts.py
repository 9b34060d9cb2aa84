"""Courier contracts as clauses: what is charged, what is promised, what limits there are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal

from planner.domain.charges import Charge, VolumeTerms
from planner.domain.negotiation import DAYS, LESS, MONEY, MORE, POINT, SHARE, NegotiableTerm
from planner.domain.service_terms import ServiceTerms, Transit
from planner.domain.weight_units import PARTS_PER_G

HEAVIEST_G = 1 << 40  # grams: no parcel is heavier


@dataclass(frozen=True, slots=True)
class Billable:
    """Billable weight: the larger of actual and volumetric weight, rounded up to the step.

    Attributes
    ----------
    divisor_cm3_per_kg : float
        Volumetric weight is volume divided by it (0: actual weight only).
    step_g : float
        Weight is rounded up to a multiple of it (0: not rounded).
    free_g : float
        So many grams beyond a full step do not begin the next one.
    volumetric_above_g : float
        Volumetric weight counts only where it is more than this.
    volumetric_share : float
        Share, to a hundredth, of what it exceeds the actual weight by that counts.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("divisor_cm3_per_kg", "volume divisor", "cm3/kg", MORE),
        NegotiableTerm("free_g", "free beyond a step of weight", "g", MORE),
        NegotiableTerm("volumetric_above_g", "volumetric weight counts above", "g", MORE),
        NegotiableTerm(
            "volumetric_share", "share of volumetric weight", SHARE, LESS, digits=2, unless=1.0
        ),
    )

    divisor_cm3_per_kg: float = 0
    step_g: float = 0
    free_g: float = 0
    volumetric_above_g: float = 0
    volumetric_share: float = 1.0


@dataclass(frozen=True, slots=True)
class Bracket:
    """Up to `to_g` billable grams the base price is `price_minor`."""

    to_g: float
    price_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Base price of a zone by billable weight.

    Attributes
    ----------
    zone : str
        Name of the zone.
    brackets : tuple[Bracket, ...]
        They come first.
    first_g, first_price_minor : float, int
        Above the brackets: the price up to so many grams (0 grams: no price above the last bracket,
        the contract refuses such a parcel).
    step_g, step_price_minor : float, int
        Price of each begun step beyond that.
    minimum_minor : int
        Least base price of the zone after discount; the larger of it and the contract's counts.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("step_price_minor", "additional weight", MONEY, 0.9),
        NegotiableTerm("minimum_minor", "minimum charge", MONEY, LESS),
    )

    zone: str
    brackets: tuple[Bracket, ...] = ()
    first_g: float = 0
    first_price_minor: int = 0
    step_g: float = 1000
    step_price_minor: int = 0
    minimum_minor: int = 0

    @property
    def quoted(self) -> int:
        """The price people name: that of the first bracket, or of the first weight."""
        return self.brackets[0].price_minor if self.brackets else self.first_price_minor

    @property
    def quoted_up_to_g(self) -> float:
        """Billable grams up to which this price holds."""
        return self.brackets[0].to_g if self.brackets else self.first_g

    def negotiated(self, factor: float) -> Rate:
        """All base prices lower by what the factor takes off the price people name, at least 1."""
        return self.shifted(-max(round(self.quoted * round(1 - factor, 6)), 1))

    def shifted(self, minor: int) -> Rate:
        """All base prices changed by an amount, never below 0."""
        brackets = tuple(
            replace(bracket, price_minor=max(bracket.price_minor + minor, 0))
            for bracket in self.brackets
        )
        first = self.first_price_minor
        if self.first_g:
            first = max(first + minor, 0)
        return replace(self, brackets=brackets, first_price_minor=first)

    @property
    def heaviest_g(self) -> float:
        """Billable grams of the heaviest parcel that has a price."""
        return HEAVIEST_G if self.first_g > 0 else max((b.to_g for b in self.brackets), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Consolidation: parcels for some regions go to a hub, and from there on by the platform.

    Leg 1, to the hub, is priced and timed as if the parcel went to the region of the hub; leg 2
    leads from there to the customer. A parcel pays leg 1, the hub's fee, and leg 2 less a subsidy.

    Attributes
    ----------
    hub_region : str
        Region that leg 1 is billed for.
    regions : frozenset[str]
        Regions whose parcels go through the hub.
    fee_minor : int
        Fee of the hub per parcel.
    onward : Rate or None
        Prices of leg 2 by billable weight (None: it costs nothing).
    subsidy_minor : int
        Taken off leg 2, at most its price.
    up_to_g : float
        Heavier parcels are refused (0: no limit).
    counts : str or None
        Clock that counts for these parcels: hand-over, first scan, or arrival at the hub (None: the
        platform's).
    onward_days : Transit or None
        Days between the hub and the customer.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("fee_minor", "hub fee", MONEY, LESS),
        NegotiableTerm("onward", "hub, second leg", MONEY, 0.9),
        NegotiableTerm("subsidy_minor", "hub subsidy", MONEY, MORE),
        NegotiableTerm("up_to_g", "hub, weight limit", "g", MORE),
        NegotiableTerm(
            "onward_days", "hub, second leg, days (90 % point in proportion)", DAYS, LESS
        ),
    )
    naming: ClassVar[dict[str, str]] = {"onward": "hub, second leg, {clause}"}

    hub_region: str
    regions: frozenset[str]
    fee_minor: int = 0
    onward: Rate | None = None
    subsidy_minor: int = 0
    up_to_g: float = 0
    counts: Literal["handover", "first_scan", "hub"] | None = None
    onward_days: Transit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """What one parcel costs: its zone, the rate of the zone, and what is added to that.

    Money in minor units; weights in grams, fractions of a gram where the contract states pounds.

    `zones` maps (site or "", region) to a zone: a row with a site wins over one without. `discount`
    and `fuel` are shares: base * (1 - discount), at least the minimum charge, then fuel on that
    (and on the surcharges that say so). `surcharges` holds charges of every kind, in the order of
    their lines on the invoice.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("minimum_charge_minor", "minimum charge", MONEY, LESS),
        NegotiableTerm("discount", "discount", SHARE, plus=POINT),
        NegotiableTerm("fuel", "fuel", SHARE, plus=-POINT),
        NegotiableTerm("rates", "base price, zone {zone}", MONEY, 0.9, among_several=True),
    )
    naming: ClassVar[dict[str, str]] = {"rates": "{clause}, zone {zone}"}

    zones: dict[tuple[str, str], str]
    rates: dict[str, Rate]
    billable: Billable = Billable()
    minimum_charge_minor: int = 0
    discount: float = 0.0
    fuel: float = 0.0
    surcharges: tuple[Charge, ...] = ()

    @property
    def by_residence(self) -> bool:
        """Whether a price depends on a parcel going to a home."""
        return any(charge.by_residence for charge in self.surcharges)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What signing binds both sides to, and the fees that are due while the contract is signed.

    `parcels` and `share` (of all the shop's parcels): what was promised over the promotion, the
    larger of the two; each parcel missing costs `shortfall_minor`. `exclusive`: nobody else carries
    parcels to these regions. `allotment_per_day`: the carrier takes no more on a day (None: no
    limit). `collection_fee_minor`: per vehicle that comes, planned or extra. `fixed_fee_minor`:
    once.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("parcels", "commitment", "parcels", LESS),
        NegotiableTerm("share", "commitment, share of parcels", SHARE, LESS),
        NegotiableTerm("shortfall_minor", "shortfall fee", MONEY, LESS),
        NegotiableTerm("allotment_per_day", "allotment per day", "parcels", MORE),
        NegotiableTerm("collection_fee_minor", "collection fee", MONEY, LESS),
        NegotiableTerm("fixed_fee_minor", "fixed fee", MONEY, LESS),
    )

    parcels: int = 0
    share: float = 0.0
    shortfall_minor: int = 0
    exclusive: frozenset[str] = frozenset()
    allotment_per_day: int | None = None
    collection_fee_minor: int = 0
    fixed_fee_minor: int = 0

    @property
    def obliges(self) -> bool:
        """Whether signing the contract costs anything or binds the shop.

        Only a signed contract carries parcels then.
        """
        return bool(
            self.fixed_fee_minor or self.collection_fee_minor or self.commits or self.exclusive
        )

    @property
    def commits(self) -> bool:
        """Whether there is a promised volume whose shortfall costs something."""
        return bool((self.parcels or self.share) and self.shortfall_minor)

    def committed(self, all_parcels: int) -> int:
        """Parcels promised when the shop has `all_parcels` in all (a share is rounded up)."""
        share = -(-all_parcels * round(self.share * 1_000_000) // 1_000_000)
        return max(self.parcels, share)

    def shortfall_fee_minor(self, parcels: int, all_parcels: int = 0) -> int:
        """Shortfall fee: parcels below the promised volume times the fee per parcel.

        `parcels` went with the contract, `all_parcels` with all contracts of the shop.
        """
        return self.shortfall_minor * max(self.committed(all_parcels) - parcels, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """One courier contract: prices of a parcel, of a period's volume, service, commitment, hub."""

    name: str
    label: str
    tariff: Tariff
    volume: VolumeTerms = field(default_factory=VolumeTerms)
    service: ServiceTerms = field(default_factory=ServiceTerms)
    commitment: Commitment = Commitment()
    hub: Hub | None = None
    source: str = ""

    @property
    def parts_per_g(self) -> int:
        """Parts of a gram in which its weights are whole numbers.

        1, unless it states pounds or ounces.
        """
        onward = [self.hub.onward] if self.hub is not None and self.hub.onward is not None else []
        rule = self.tariff.billable
        weights = [rule.divisor_cm3_per_kg, rule.step_g, rule.free_g, rule.volumetric_above_g]
        for rate in (*self.tariff.rates.values(), *onward):
            weights += [rate.first_g, rate.step_g, *(b.to_g for b in rate.brackets)]
        weights += [size for charge in self.tariff.surcharges for size in charge.measures]
        weights.append(self.hub.up_to_g if self.hub is not None else 0)
        return 1 if all(float(weight).is_integer() for weight in weights) else PARTS_PER_G

    def zone(self, site: str, region: str) -> str | None:
        """Zone of a lane; None when the contract does not serve it.

        Where parcels go through the hub, it is the zone of the hub's region.
        """
        billed, zones = self.billed_region(region), self.tariff.zones
        return zones.get((site, billed), zones.get(("", billed)))

    def through_hub(self, region: str) -> bool:
        """Whether parcels for the region go through the hub."""
        return self.hub is not None and region in self.hub.regions

    def billed_region(self, region: str) -> str:
        """The region that leg 1 is billed for: the hub's, where parcels go through one."""
        return (
            self.hub.hub_region if self.hub is not None and region in self.hub.regions else region
        )

    def counted_clock(self, region: str, platform: str) -> str:
        """The clock that counts for a parcel to the region.

        It is the platform's, unless the hub has its own. Where the label counts, it counts
        everywhere.
        """
        if (
            platform == "label"
            or self.hub is None
            or self.hub.counts is None
            or not self.through_hub(region)
        ):
            return platform
        return self.hub.counts
