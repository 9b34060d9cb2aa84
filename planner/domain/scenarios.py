"""Sampled demand as the planning model sees it: few paths that stand for many."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.demand import Floats


@dataclass(frozen=True, eq=False)
class ScenarioSet:
    """Weighted demand paths: `intensity[scenario, component, slot]` expected orders per five minutes; weights sum to 1.

    `region_share[component, region]` and `product_share[component, product]` are the mixes.
    `stress_level[scenario]`: share of all sampled paths that are no harder (by their worst surge).
    """

    weight: Floats
    intensity: Floats
    region_share: Floats
    product_share: Floats
    stress_level: Floats


@dataclass(frozen=True, eq=False)
class LaneCosts:
    """Mean courier charge of one parcel, in minor units: `mean[site, region, contract, day]`; inf where there is no
    lane.

    Contracts as in `Problem.contract_names`; a problem without contracts has one column of zeros, a
    site without collections zeros in the first column.
    """

    mean: Floats
