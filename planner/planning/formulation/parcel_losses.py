"""What an order that fails costs, and the parcels that couriers are expected to lose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import Contract
from planner.domain.deadline_classes import (
    class_shares,
    compensations,
    deadline_classes,
    rules_of,
)
from planner.domain.exemptions import exempt_over_hub
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True, eq=False)
class LostParcels:
    """Parcels that couriers are expected to lose where the delivery counts.

    No lanes where no loss can make an order late.

    Attributes
    ----------
    column : Ints
        Columns of the shares [lane, phase].
    parcels : Floats
        Lost parcels of a whole share [scenario, lane, phase].
    """

    column: Ints
    parcels: Floats


def lost_parcels(parameters: Parameters, shares: Shares) -> LostParcels:
    """The parcels lost on every lane of a contract that loses some."""
    problem = parameters.problem
    loss = np.zeros(len(shares.site))
    for lane in np.flatnonzero(shares.contract >= 0) if problem.counts_losses else ():
        contract, r = problem.contracts[shares.contract[lane]], int(shares.region[lane])
        loss[lane] = contract.service.loss_share * _delivery_counts(parameters, contract, r)
    lanes = np.flatnonzero(loss)
    orders = parameters.promotion_orders[list(parameters.active)]
    parcels = (
        np.einsum("smf,ml->slf", orders, shares.part_of(parameters, lanes)) * loss[lanes, None]
    )
    return LostParcels(shares.column[lanes], parcels)


def _delivery_counts(parameters: Parameters, contract: Contract, region: int) -> float:
    """Share of the orders of a region for which the delivery by a contract counts."""
    problem = parameters.problem
    name, shares = problem.region_names[region], class_shares(problem).mean(axis=0)[region]
    counts = [
        contract.counted_clock(name, rule.counts) == "delivered"
        and not exempt_over_hub(rule, contract, name)
        for rule in rules_of(problem)
    ]
    return float(shares @ counts)


def price_lost_parcels(milp: MilpBuilder, parameters: Parameters, lost: LostParcels) -> None:
    """Price lost parcels, which are late: weight x compensation x lost parcels.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    lost : LostParcels
        Expected lost parcels.
    """
    each = parameters.weight[:, None, None] * mean_compensation(parameters) * lost.parcels
    milp.price("compensation", lost.column, each, np.array(parameters.active)[:, None, None])


def mean_compensation(parameters: Parameters) -> float:
    """Compensation of a late order, averaged over the platforms and products that are ordered."""
    problem = parameters.problem
    units = np.array([p.units_mean for p in problem.products])
    orders = np.einsum("s,smfk->k", parameters.all_weights, parameters.all_units) / units
    of_platform = np.bincount(
        [each.platform for each in deadline_classes(problem)],
        parameters.deadline_class_orders,
        len(problem.platforms),
    )
    amounts = of_platform @ compensations(problem)
    return float(orders @ amounts / orders.sum()) if orders.sum() > 0 else 0.0
