"""Sampled demand as the planning model sees it: few paths that stand for many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Floats


@dataclass(frozen=True, eq=False)
class ScenarioSet:
    """Weighted demand paths: `intensity[scenario, component, slot]` expected orders per five
    minutes; weights sum to 1.

    `region_share[component, region]` and `product_share[component, product]` are the mixes.
    `stress_level[scenario]`: share of all sampled paths that are no harder (by their worst surge).
    `refused[scenario, component]`: expected orders beyond the caps of the events (None: there are
    none).
    """

    weight: Floats
    intensity: Floats
    region_share: Floats
    product_share: Floats
    stress_level: Floats
    refused: Floats | None = None


@dataclass(frozen=True, eq=False)
class LaneCosts:
    """What one parcel of a weight class costs on a lane on average, in minor units: [site, region,
    contract, weight class, day]; inf in `mean` where there is no lane, or where every parcel of the
    class is refused.

    `mean`: the courier's charge; `base`: the part of it that discounts on the base price count on
    (base less discount, minimum charge included); `refund`: expected refund of late parcels;
    `loss`: expected loss on lost ones. Contracts as in `Problem.contract_names`; a problem without
    contracts has one column of zeros, a site without collections zeros in the first column. Weight
    classes as in `Problem.weight_bands`.
    """

    mean: Floats
    base: Floats
    refund: Floats
    loss: Floats

    @classmethod
    def plain(cls, mean: Floats) -> LaneCosts:
        """Charges alone: all of them base price, no refund, no loss."""
        nothing = np.zeros_like(mean)
        return cls(mean, mean, nothing, nothing)
