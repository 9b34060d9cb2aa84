"""What is sold and where to: product classes and regions."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """A class of goods (or a SKU): its share of orders, what an order of it weighs and is worth.

    Weight of an order: lognormal with median `weight_g` and coefficient of variation `weight_cv`, times units.
    Units of an order: 1 + Poisson(units_mean - 1). `work` scales the work content of every process.
    `supply_units`: how many there are to place over all sites (None: as many as wanted).
    `paid_minor`: what the customer pays for an order; `margin_minor`: what is lost with a cancelled order.
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


@dataclass(frozen=True, slots=True)
class Region:
    """A region orders come from. `label` is printed; `remote` marks the areas whose cost is watched apart."""

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
