"""What is varied, and the problem at a point of the grid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from planner.domain.deadline_classes import rules_of
from planner.domain.demand import scaled
from planner.domain.demand_levers import ChosenLevers
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem, Target
from planner.domain.records import NEVER, Records
from planner.domain.stress import Stress
from planner.domain.stress_cases import stress_cases, visits_of
from planner.studies.options.what_if_options import WhatIfOptions


@dataclass(frozen=True, slots=True)
class Pickup:
    """A collection of a contract at a site, in seconds of the horizon."""

    site: str
    contract: str
    second: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The values of each axis; every combination is a point.

    Attributes
    ----------
    demand : tuple of float
        Changes of the demand.
    agency_fill : tuple of float
        Shares of the people sent who come; 1 alone where the plan books nobody.
    pickups : tuple of Pickup or None
        None (none is missed), and the one that is.
    promises : tuple of float or None
        None (the platform's own deadlines, where they are not one number of hours), and hours.
    """

    demand: tuple[float, ...]
    agency_fill: tuple[float, ...]
    pickups: tuple[Pickup | None, ...]
    promises: tuple[float | None, ...]


def grid_of(problem: Problem, plan: Plan, options: WhatIfOptions, pickup: Pickup | None) -> Grid:
    """The grid of a plan.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    options : WhatIfOptions
        Values of the axes.
    pickup : Pickup, optional
        The collection that may be missed; None where nobody collects.

    Returns
    -------
    Grid
        Its axes, without what the plan has nothing to do with.
    """
    booked = any(problem.crew(row.site, row.crew).temporary for row in plan.staffing)
    own = own_deadline(effective_problem(problem, plan.levers))
    hours = {*options.promise_hours, *([] if own is None else [own])}
    return Grid(
        demand=options.demand,
        agency_fill=options.agency_fill if booked else (1.0,),
        pickups=(None,) if pickup is None else (None, pickup),
        promises=(*([None] if own is None else []), *sorted(hours)),
    )


def own_deadline(problem: Problem) -> float | None:
    """The platform's deadline in hours; None where it is not the same number for all orders."""
    rules = rules_of(problem)
    if any(r.deadline_working_days is not None or r.promise_hours or r.due_by_s for r in rules):
        return None
    hours = {rule.deadline_hours for rule in rules}
    return hours.pop() if len(hours) == 1 else None


def busiest_pickup(problem: Problem, plan: Plan, records: Records) -> Pickup | None:
    """The collection of the promotion that takes most parcels, the earliest of equal ones.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    records : Records
        What happened to the orders of the replication.

    Returns
    -------
    Pickup or None
        None where no collection takes any.
    """
    used, best, most = {row.contract for row in plan.routing}, None, 0
    end_s = problem.horizon.reported_end_s
    for s, site in enumerate(problem.sites):
        for contract in problem.carriers_at(site):
            if contract not in used:
                continue
            c = problem.contract_names.index(contract)
            theirs = (records.site == s) & (records.contract == c)
            moments = records.handed_over_at_s[theirs]
            seconds, parcels = np.unique(moments[moments != NEVER], return_counts=True)
            taken = dict(zip(seconds.tolist(), parcels.tolist(), strict=True))
            for second in visits_of(problem, site.name, contract):
                if second < end_s and taken.get(second, 0) > most:
                    best, most = Pickup(site.name, contract, second), taken[second]
    return best


@lru_cache(maxsize=256)  # a worker meets the same points in every replication
def problem_at(
    problem: Problem, levers: ChosenLevers, demand: float, fill: float, pickup: Pickup | None
) -> Problem:
    """The problem at a point of the grid, under any promise, with the levers of the plan in force.

    Parameters
    ----------
    problem : Problem
        What is given without any change.
    levers : ChosenLevers
        Levers of the plan.
    demand : float
        Change of the demand.
    fill : float
        Share of the people whom the agency would send who come.
    pickup : Pickup, optional
        The collection that is missed.

    Returns
    -------
    Problem
        The same object whenever it is asked for.
    """
    changed = given_problem(problem)
    if demand:
        changed = replace(changed, demand=scaled(changed.demand, 1.0 + demand))
    if fill < 1.0:
        fewer = Stress(name="fewer come", kind="agency_fill", strength=1.0 - fill)
        changed = stress_cases(changed, fewer)[0].problem
    if pickup is not None:
        missed = Stress(
            name="missed",
            kind="missed_pickup",
            strength=1.0,
            site=pickup.site,
            contract=pickup.contract,
            from_s=pickup.second,
            to_s=pickup.second + 1,
        )
        changed = stress_cases(changed, missed)[0].problem
    return effective_problem(changed, levers)


@lru_cache(maxsize=256)
def with_promises(problem: Problem, promises: tuple[float | None, ...]) -> Problem:
    """The problem with each promise as a further target of one's own, in their order.

    No promise changes the order in which people work, so one simulation judges all of them.

    Parameters
    ----------
    problem : Problem
        A problem with the levers of the plan in force.
    promises : tuple of float or None
        Hours; None is no further target.

    Returns
    -------
    Problem
        The same object for the same problem: what the simulation derives from it is derived once.
    """
    service = problem.service
    share = service.on_time_share
    more = tuple(Target(hours, share) for hours in promises if hours is not None)
    return replace(problem, service=replace(service, also=(*service.also, *more)))
