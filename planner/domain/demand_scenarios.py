"""Sampled demand as the planning model sees it: few paths that stand for many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.horizon import SLOT_S


@dataclass(frozen=True, eq=False, kw_only=True)
class SampledPaths:
    """All sampled paths in brief: what the stock of single products is planned from.

    Parameters
    ----------
    scenario : Ints
        Scenario that stands for each path [path].
    orders : Floats
        Expected orders of the promotion's own days [path, component, day], 0 in the tail.
    region_share, product_share : Floats
        Mixes [path, component, region] and [path, component, product].
    """

    scenario: Ints
    orders: Floats
    region_share: Floats
    product_share: Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class ScenarioSet:
    """Weighted demand paths.

    Parameters
    ----------
    weight : Floats
        Weights [scenario], sum 1.
    intensity : Floats
        Expected orders per five minutes [scenario, component, slot]; the first `opening_slots` lie
        before the horizon, and their orders are open when it begins.
    region_share, product_share : Floats
        Mixes [scenario, component, region] and [scenario, component, product]; of one scenario
        alone where all have the same.
    stress_level : Floats
        Share of all sampled paths that are no harder, by their worst surge [scenario].
    refused : Floats, optional
        Expected orders beyond the caps of the events [scenario, component]; None without caps.
    day_covariance : Floats, optional
        Covariance of the orders of two days among the paths that a scenario stands for [scenario,
        day, day]; None where it stands for itself alone.
    paths : SampledPaths, optional
        The paths that the scenarios stand for, where these alone would not do for the stock: the
        mix is uncertain, or units left over have a price.
    opening_slots : int
        How many slots lie before the horizon.
    """

    weight: Floats
    intensity: Floats
    region_share: Floats
    product_share: Floats
    stress_level: Floats
    refused: Floats | None = None
    day_covariance: Floats | None = None
    paths: SampledPaths | None = None
    opening_slots: int = 0

    @property
    def slot_start_s(self) -> Ints:
        """Second at which every slot starts [slot], negative before the horizon."""
        slots = np.arange(self.intensity.shape[2], dtype=np.int64)
        return (slots - self.opening_slots) * SLOT_S

    def variance_of_orders(self, part: Floats) -> Floats:
        """Variance of a share of each day's orders [day] among a scenario's paths [scenario]."""
        if self.day_covariance is None:
            return np.zeros(len(self.weight))
        return np.asarray(np.einsum("sde,d,e->s", self.day_covariance, part, part))

    def only(self, scenario: int) -> ScenarioSet:
        """One of the scenarios as if it were certain, for the paths that it stands for."""
        certain, spread = len(self.region_share) == 1, self.day_covariance
        return ScenarioSet(
            weight=np.ones(1),
            intensity=self.intensity[[scenario]],
            region_share=self.region_share if certain else self.region_share[[scenario]],
            product_share=self.product_share if certain else self.product_share[[scenario]],
            stress_level=self.stress_level[[scenario]],
            refused=None if self.refused is None else self.refused[[scenario]],
            day_covariance=None if spread is None else spread[[scenario]],
            opening_slots=self.opening_slots,
        )


@dataclass(frozen=True, eq=False)
class LaneCosts:
    """Mean cost of one parcel, in minor units [site, region, contract, weight class, day].

    Contracts as in `Problem.contract_names`; a problem without contracts has one column of zeros, a
    site without collections zeros in the first column. Weight classes as in `Problem.weight_bands`.

    Parameters
    ----------
    mean : Floats
        The courier's charge; inf where there is no lane or where every parcel of the class is
        refused.
    base : Floats
        The part of it that discounts on the base price apply to.
    refund : Floats
        Expected refund of late parcels.
    loss : Floats
        Expected loss on lost parcels.
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
