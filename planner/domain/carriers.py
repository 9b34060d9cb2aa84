"""Courier contracts as clauses: what is charged, what is promised, what limits there are."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date

_Z95 = 1.6448536269514722
_Z90 = 1.2815515655446004


@dataclass(frozen=True, slots=True)
class Billable:
    """Billable weight: max(actual, volume / divisor), rounded up to the step. `divisor` 0: actual weight only."""

    divisor_cm3_per_kg: int = 0
    step_g: int = 1


@dataclass(frozen=True, slots=True)
class Bracket:
    """Up to `to_g` billable grams the base price is `price_minor`."""

    to_g: int
    price_minor: int


@dataclass(frozen=True, slots=True)
class Rate:
    """Base price of a zone: brackets first; above them `first_price` up to `first_g`, plus `step_price` per begun
    `step_g`.

    `first_g` 0: no price above the last bracket (the contract refuses such a parcel).
    """

    zone: str
    brackets: tuple[Bracket, ...] = ()
    first_g: int = 0
    first_price_minor: int = 0
    step_g: int = 1000
    step_price_minor: int = 0


@dataclass(frozen=True, slots=True)
class Surcharge:
    """An amount per parcel, where `regions` (empty: everywhere) and from `start` to `end`, both included (None:
    always)."""

    name: str
    per_parcel_minor: int
    regions: frozenset[str] = frozenset()
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Transit:
    """Days from first scan to delivery in a zone: normal in log, from mean and 90 % point; 0 means at once."""

    mean_days: float
    p90_days: float


@dataclass(frozen=True, slots=True)
class Contract:
    """One courier contract. Money in minor units; weights in grams.

    `zones` maps (site or "", region) to a zone: a row with a site wins over one without.
    `discount` and `fuel` are shares: base * (1 - discount), at least `minimum_charge_minor`, then fuel on that.
    `scan_delay_*`: lognormal delay from hand-over to first scan (0: at once).
    """

    name: str
    label: str
    zones: dict[tuple[str, str], str]
    rates: dict[str, Rate]
    billable: Billable = Billable()
    minimum_charge_minor: int = 0
    discount: float = 0.0
    fuel: float = 0.0
    surcharges: tuple[Surcharge, ...] = ()
    commitment_parcels: int = 0
    shortfall_minor: int = 0
    allotment_per_day: int | None = None
    fixed_fee_minor: int = 0
    scan_delay_median_s: int = 0
    scan_delay_p95_s: int = 0
    transit: dict[str, Transit] = field(default_factory=dict)
    source: str = ""

    def zone(self, site: str, region: str) -> str | None:
        """Zone of a lane, or None when the contract does not serve it."""
        return self.zones.get((site, region), self.zones.get(("", region)))

    def shortfall_fee_minor(self, parcels: int) -> int:
        """Fee of the signed contract for the parcels that are missing to its commitment."""
        return self.shortfall_minor * max(self.commitment_parcels - parcels, 0)

    @property
    def scan_delay_sigma(self) -> float:
        """Standard deviation of the log of the scan delay."""
        if self.scan_delay_median_s <= 0:
            return 0.0
        return math.log(max(self.scan_delay_p95_s, self.scan_delay_median_s) / self.scan_delay_median_s) / _Z95

    def transit_lognormal(self, zone: str) -> tuple[float, float]:
        """(mu, sigma) of the log of transit seconds in a zone; (-inf, 0) where transit takes no time."""
        t = self.transit.get(zone)
        if t is None or t.mean_days <= 0:
            return (-math.inf, 0.0)
        # mean = exp(mu + s^2/2), p90 = exp(mu + z s): s is the smaller root of s^2/2 - z s + ln(p90/mean) = 0
        ratio = math.log(max(t.p90_days, t.mean_days) / t.mean_days)
        sigma = _Z90 - math.sqrt(max(_Z90**2 - 2 * ratio, 0.0))
        return (math.log(t.mean_days * 86_400) - sigma**2 / 2, sigma)
