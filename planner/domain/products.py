"""What is sold and where to: product classes and regions."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from planner.domain.statistics import lognormal_sigma
from planner.domain.weight_units import rounding

RETURN_DEADLINE_S = 48 * 3600  # from coming back: a return is dealt with within 48 hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A class of goods, or a stock-keeping unit.

    Parameters
    ----------
    name, label : str
        Unique name; what is printed.
    share : float
        Share of all orders.
    weight_g, weight_cv : float
        Median weight of a unit in grams and coefficient of variation: the weight of an order is
        lognormal, times its units.
    volume_cm3 : float
        Volume of a unit.
    units_mean : float
        Mean units of an order: 1 + Poisson(units_mean - 1).
    work : float
        Factor of the work content of every process.
    paid_minor : int
        What the customer pays for an order, minor units.
    margin_minor : int
        What an order leaves before the courier is paid; lost with a cancelled order.
    supply_units : int, optional
        Units to place over all sites; None: as many as wanted.
    return_share : float
        Share of the orders that come back.
    margin_known : bool
        False: the margin is unknown, stands as 0, and nothing is judged by it.
    priority : int
        Orders of a higher priority are worked on and collected first; 0: ordinary.
    leftover_cost_minor : int, optional
        What a unit costs in all that is left over when everything has been sold, minor units.
    leftover_loss_minor : int
        Where that is not stated: what such a unit loses in value, minor units.
    """

    name: str
    label: str
    share: float
    weight_g: float
    weight_cv: float = 0.0
    volume_cm3: float = 0.0
    units_mean: float = 1.0
    work: float = 1.0
    paid_minor: int = 0
    margin_minor: int = 0
    supply_units: int | None = None
    return_share: float = 0.0
    margin_known: bool = True
    priority: int = 0
    leftover_cost_minor: int | None = None
    leftover_loss_minor: int = 0

    def leftover_minor(self, inbound_minor: int) -> int:
        """What a unit costs in all that is left over where bringing one in costs this much."""
        if self.leftover_cost_minor is not None:
            return self.leftover_cost_minor
        return inbound_minor + self.leftover_loss_minor

    def share_up_to(self, grams: int) -> float:
        """Share of its orders that weigh, in whole grams, no more than `grams`.

        Sum over units of Poisson weight times the normal distribution function of the log; 0 below
        one gram, exactly 1 where heavier orders are practically impossible.
        """
        return _share_up_to(grams, self.weight_g, self.weight_cv, self.units_mean)


@lru_cache(maxsize=1 << 16)  # plans ask for the same few weights again and again
def _share_up_to(grams: int, weight_g: float, weight_cv: float, units_mean: float) -> float:
    if grams < 1:
        return 0.0
    half = float(rounding([weight_g])[0])
    more, sigma = max(units_mean - 1.0, 0.0), math.sqrt(math.log1p(weight_cv**2))
    reach = 10 * math.sqrt(more) + 20
    above = 0.0
    for k in range(max(math.floor(more - reach), 0), math.ceil(more + reach) + 1):
        chance = (
            math.exp(k * math.log(more) - more - math.lgamma(k + 1)) if more > 0 else float(k == 0)
        )
        median_g = (1 + k) * weight_g
        if sigma == 0 or median_g <= 0:
            above += chance * (math.floor(median_g + half) > grams)
        else:
            above += (
                chance
                * math.erfc(math.log((grams + 1 - half) / median_g) / sigma / math.sqrt(2))
                / 2
            )
    return max(1.0 - above, 0.0)


@dataclass(frozen=True, slots=True)
class Region:
    """A region orders come from.

    Parameters
    ----------
    name, label : str
        Unique name; what is printed.
    share : float
        Share of all orders.
    remote : bool
        Whether its cost is reported apart, as a remote area.
    distance_km : float
        Distance, where it is known.
    """

    name: str
    label: str
    share: float
    remote: bool = False
    distance_km: float = 0.0


@dataclass(frozen=True, slots=True)
class Returns:
    """Parcels that come back: lognormal lag after hand-over from `median_s` and `p95_s`."""

    median_s: int
    p95_s: int

    @property
    def sigma(self) -> float:
        """Standard deviation of the log of the lag."""
        return lognormal_sigma(self.median_s, self.p95_s)
