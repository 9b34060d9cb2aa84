"""How soon a carrier scans and delivers, how much it loses, and what it pays for that."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import ClassVar

from planner.domain.horizon import HOUR_S
from planner.domain.negotiation import DAYS, HOURS, LESS, MONEY, MORE, SHARE, NegotiableTerm
from planner.domain.statistics import Z90, lognormal_sigma

SCAN_DELAY = "scan delay, median (95 % point in proportion)"


@dataclass(frozen=True, slots=True)
class Transit:
    """Days from first scan to delivery: lognormal, from mean and 90 % point (0: at once)."""

    mean_days: float
    p90_days: float

    @property
    def quoted(self) -> float | None:
        """The mean; None where transit takes no time."""
        return self.mean_days if self.mean_days > 0 else None

    def negotiated(self, factor: float) -> Transit:
        """Mean and 90 % point in proportion."""
        return Transit(round(self.mean_days * factor, 3), round(self.p90_days * factor, 3))


@dataclass(frozen=True, slots=True)
class ScanDelay:
    """Seconds from hand-over to first scan: lognormal (0: at once)."""

    median_s: int = 0
    p95_s: int = 0

    @property
    def sigma(self) -> float:
        """Standard deviation of the log."""
        return lognormal_sigma(self.median_s, self.p95_s)

    @property
    def quoted(self) -> float | None:
        """The median in hours; None where parcels are scanned at once."""
        return self.median_s / HOUR_S if self.median_s else None

    def negotiated(self, factor: float) -> ScanDelay:
        """Median and 95 % point in proportion."""
        return ScanDelay(round(self.median_s * factor), round(self.p95_s * factor))


@dataclass(frozen=True, slots=True)
class LateRefund:
    """What the carrier pays back for a parcel that is delivered later than promised.

    Parcels through a hub have no such promise.

    Attributes
    ----------
    share : float
        Share of the parcel's price.
    days : dict[str, float]
        By zone, the days promised from hand-over to delivery (zones left out: no promise).
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("share", "late refund", SHARE, MORE),
        NegotiableTerm("days", "late refund after days, zone {zone}", DAYS, LESS),
    )

    share: float
    days: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTerms:
    """How soon the carrier scans and delivers, how much it loses, and what it pays for that.

    `scan_delay`: from hand-over to first scan; `scan_delay_by_zone`: of zones with a delay of their
    own. `transit`: by zone, from first scan to delivery. `loss_share` of the parcels are lost; the
    carrier pays at most `liability_minor` for one.
    """

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("scan_delay", SCAN_DELAY, HOURS, LESS),
        NegotiableTerm("scan_delay_by_zone", f"{SCAN_DELAY}, zone {{zone}}", HOURS, LESS),
        NegotiableTerm(
            "transit", "transit, days (90 % point in proportion), zone {zone}", DAYS, LESS
        ),
        NegotiableTerm("loss_share", "share lost", SHARE, 0.5),
        NegotiableTerm("liability_minor", "liability", MONEY, MORE),
    )

    scan_delay: ScanDelay = ScanDelay()
    scan_delay_by_zone: dict[str, ScanDelay] = field(default_factory=dict)
    transit: dict[str, Transit] = field(default_factory=dict)
    loss_share: float = 0.0
    liability_minor: int = 0
    late_refund: LateRefund | None = None

    def scan_delay_in(self, zone: str | None) -> ScanDelay:
        """Delay from hand-over to first scan in a zone."""
        return self.scan_delay_by_zone.get(zone or "", self.scan_delay)

    def transit_lognormal(self, zone: str) -> tuple[float, float]:
        """Parameters (mu, sigma) of the log of transit seconds in a zone; (-inf, 0) for at once."""
        return transit_lognormal(self.transit.get(zone))

    def lost_minor(self, value_minor: int) -> float:
        """Expected loss on a parcel of this value: what the carrier does not pay of a lost one."""
        return self.loss_share * max(value_minor - self.liability_minor, 0)


def transit_lognormal(t: Transit | None) -> tuple[float, float]:
    """Parameters (mu, sigma) of the log of transit seconds; (-inf, 0) for at once."""
    if t is None or t.mean_days <= 0:
        return (-math.inf, 0.0)
    # mean = exp(mu + s^2/2), p90 = exp(mu + z s): s is the smaller root of s^2/2 - z s +
    # ln(p90/mean) = 0
    ratio = math.log(max(t.p90_days, t.mean_days) / t.mean_days)
    sigma = Z90 - math.sqrt(max(Z90**2 - 2 * ratio, 0.0))
    return (math.log(t.mean_days * 86_400) - sigma**2 / 2, sigma)
