"""What couriers charge for the shares of the lanes."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.horizon import DAY_S
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.hand_over_days import by_order_day, handed_over
from planner.planning.formulation.parameters import TAIL, Parameters
from planner.planning.milp.builder import MilpBuilder


def courier_amounts(parameters: Parameters, shares: Shares) -> dict[str, Floats]:
    """Amounts of a parcel in minor units [lane, day], by cost term.

    Courier charge, expected loss, and refund of late parcels (negative), by the day of the order:
    means over the days on which it is handed over.
    """
    problem, costs = parameters.problem, parameters.lane_costs
    leaves = [
        by_order_day(parameters, handed_over(parameters, c)) for c in range(len(problem.contracts))
    ]
    lane = (shares.site, shares.region, np.maximum(shares.contract, 0), shares.weight)
    amounts = {
        "courier": costs.mean[lane],
        "losses": costs.loss[lane],
        "late_refunds": -costs.refund[lane],
    }
    for c, day in enumerate(leaves):
        of = shares.contract == c
        for amount in amounts.values():
            amount[of] = amount[of] @ day.T
    return amounts


def price_couriers(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> None:
    """Price the shares: mean orders of region, class and day x amounts of the lane.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    """
    orders = parameters.class_day[shares.region, shares.weight]
    for name, amount in courier_amounts(parameters, shares).items():
        charge = amount * orders
        for f, phase in enumerate(parameters.problem.phases):
            begin, end = phase.from_s // DAY_S, phase.to_s // DAY_S
            own = min(end, parameters.problem.horizon.reported_days)
            milp.price(name, shares.column[:, f], charge[:, begin:own].sum(axis=1))
            milp.price(TAIL, shares.column[:, f], charge[:, own:end].sum(axis=1))


def highest_charge(parameters: Parameters) -> float:
    """A courier's charge, with the expected loss, on the most expensive lane and day."""
    charges = parameters.lane_costs.mean + parameters.lane_costs.loss
    return float(charges[np.isfinite(charges)].max(initial=0.0))
