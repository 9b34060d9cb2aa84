"""The day on which a contract is expected to take an order: a carrier charges by that day.

The shares do not say when an order leaves. It is taken to go with the first collection that comes
after it has been an hour in the building while a regular shift works. In a rush some leave later;
in a lower bound every order leaves on its own day, because the clauses are at their best there.
"""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.carryover import THROUGH_S, regular_work
from planner.domain.horizon import DAY_S, SLOT_S
from planner.domain.site import Site
from planner.planning.formulation.cutoffs import collection_moments
from planner.planning.formulation.parameters import Parameters


def handed_over(parameters: Parameters, contract: int) -> Floats:
    """Share of the orders of each slot that a contract takes on each day.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    contract : int
        Number of the contract.

    Returns
    -------
    Floats
        Shares [slot, day], rows sum to 1: the mean over the sites where it collects. An order that
        no collection takes within the horizon counts on its own day, as in the invoice.
    """
    problem = parameters.problem
    name, each_day = problem.contract_names[contract], np.eye(problem.horizon.days)
    sites = [site for site in problem.sites if name in problem.carriers_at(site)]
    if parameters.options.optimistic or not sites:
        return np.asarray(each_day[_placed_s(parameters) // DAY_S])
    by_site = [each_day[_first_days(parameters, site, name)] for site in sites]
    return np.asarray(np.mean(by_site, axis=0))


def _placed_s(parameters: Parameters) -> Ints:
    """Second from which the mean order of each slot can be worked on [slot]."""
    return np.asarray(np.maximum(parameters.slot_start_s + SLOT_S // 2, 0))


def _first_days(parameters: Parameters, site: Site, contract: str) -> Ints:
    """Day of the first collection that can take the orders of each slot [slot]."""
    problem, placed = parameters.problem, _placed_s(parameters)
    moments = np.array([m[0] for m in collection_moments(problem, site, contract)], dtype=np.int64)
    ready, in_time = _ready_s(parameters, site)
    first = np.searchsorted(moments, ready)
    in_time &= first < len(moments)
    day = placed // DAY_S
    day[in_time] = moments[first[in_time]] // DAY_S
    return np.asarray(np.minimum(day, problem.horizon.days - 1))


def _ready_s(parameters: Parameters, site: Site) -> tuple[Ints, np.ndarray]:
    """Second at which the orders of each slot may have been packed, and whether it comes."""
    placed = _placed_s(parameters)
    work = sorted(regular_work(parameters.problem, site), key=lambda stretch: stretch[1])
    begin, end = np.array(work, dtype=np.int64).reshape(-1, 2).T
    stretch = np.searchsorted(end, placed + THROUGH_S)
    comes = stretch < len(end)
    ready = placed + THROUGH_S
    ready[comes] = np.maximum(placed[comes], begin[stretch[comes]]) + THROUGH_S
    return ready, comes


def by_order_day(parameters: Parameters, handed: Floats) -> Floats:
    """Means over the orders of each day.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    handed : Floats
        A share of the orders of each slot [slot, ...].

    Returns
    -------
    Floats
        The share of mean demand [day of the order, ...]; of a day without orders the plain mean.
    """
    ordered = np.eye(parameters.problem.horizon.days)[_placed_s(parameters) // DAY_S]
    expected = np.einsum("s,smt->t", parameters.all_weights, parameters.all_orders)
    weights = ordered * expected[:, None]
    weights = np.where(weights.sum(axis=0) > 0, weights, ordered)
    return np.asarray((weights / weights.sum(axis=0)).T @ handed)
