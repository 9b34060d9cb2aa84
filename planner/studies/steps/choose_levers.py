"""Choice of levers: longer promises and order caps, where they save more than they cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from planner.domain.demand_levers import NO_LEVERS, Capped, Levers, Promised
from planner.domain.demand_scenarios import ScenarioSet
from planner.domain.lever_effects import with_levers
from planner.domain.problem import Problem
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.solution.lp_bound import relaxed_cost
from planner.rating.lane_costs import lane_costs
from planner.studies.options.study_options import DEFAULT, LeverOptions, SamplingOptions

Chosen = dict[str, float]  # region or event -> hours or orders


def to_be_chosen(levers: Levers) -> bool:
    """Whether there are levers, none of which is in force yet."""
    return levers.any and not (levers.promised or levers.capped)


def levers_chosen(
    problem: Problem,
    sampling: SamplingOptions = DEFAULT.sampling,
    options: LeverOptions = DEFAULT.levers,
) -> Problem:
    """Put the levers into force that save most by the bound of the joint model.

    Parameters
    ----------
    problem : Problem
        The problem.
    sampling : SamplingOptions
        Demand paths on which the bound is computed.
    options : LeverOptions
        Least saving of a lever.

    Returns
    -------
    Problem
        The problem with levers in force, or with none left to choose; the same object where there
        is nothing to choose.
    """
    if not to_be_chosen(problem.levers):
        return problem
    prices = lane_costs(problem, problem.seed)

    @cache
    def scenarios(capped: Capped) -> ScenarioSet:
        return sample_scenarios(
            with_levers(problem, (), capped),
            problem.seed,
            sampling.planning_scenarios,
            sampling.sampled_paths,
        )

    def cost_of(evaluated: Problem) -> float:
        return float(
            in_solver_process(relaxed_cost, evaluated, scenarios(evaluated.levers.capped), prices)
        )

    chosen = choose_levers(problem, cost_of, options)
    return replace(problem, levers=NO_LEVERS) if chosen is problem else chosen


def in_force(problem: Problem, levers: Levers) -> Problem:
    """Put levers into force that `levers_chosen` has chosen before."""
    if levers == problem.levers:
        return problem
    if levers.any:
        return with_levers(problem, levers.promised, levers.capped)
    return replace(problem, levers=levers)


def choose_levers(
    problem: Problem,
    cost_of: Callable[[Problem], float],
    options: LeverOptions = DEFAULT.levers,
) -> Problem:
    """Choose levers by greedy search.

    From no lever at all, one region's promise or one event's cap is changed at a time, the change
    that saves most first, and every choice is planned again, until no single change saves enough.
    Two levers that pay only together are therefore not found. Where no plan is possible without
    levers the search begins with the longest promises and the lowest caps; if that does not help
    either, no lever is used.

    Parameters
    ----------
    problem : Problem
        The problem.
    cost_of : callable
        Cost of a problem in minor units; infinite where no plan is possible.
    options : LeverOptions
        Least saving of a lever.

    Returns
    -------
    Problem
        The problem with the levers in force that save most.
    """
    evaluated: dict[tuple[Promised, Capped], float] = {}

    def cost(promised: Chosen, capped: Chosen) -> float:
        at = _with(problem, promised, capped)
        key = at.levers.promised, at.levers.capped
        if key not in evaluated:
            evaluated[key] = cost_of(at)
        return evaluated[key]

    chosen: tuple[Chosen, Chosen] = ({}, {})
    best = cost(*chosen)
    if best == np.inf:
        chosen = _most(problem)
        best = cost(*chosen)
    while best < np.inf:
        changes = [
            (cost(*changed), k, changed) for k, changed in enumerate(_changes(problem, chosen))
        ]
        found = min(changes, key=lambda change: change[:2], default=None)
        if found is None or found[0] > best - options.least_saving * abs(best):
            return _with(problem, *chosen)
        best, _, chosen = found
    return problem


def _with(problem: Problem, promised: Chosen, capped: Chosen) -> Problem:
    """The levers in force, in the order of the problem."""
    hours = tuple((name, promised[name]) for name in problem.region_names if name in promised)
    orders = tuple((e.name, int(capped[e.name])) for e in problem.demand.events if e.name in capped)
    return with_levers(problem, hours, orders)


def _most(problem: Problem) -> tuple[Chosen, Chosen]:
    """The longest promises and the lowest caps."""
    promised: Chosen = {}
    capped: Chosen = {}
    for p in problem.levers.promises:
        promised[p.region] = max(p.hours, promised.get(p.region, 0.0))
    for c in problem.levers.caps:
        capped[c.event] = min(c.orders, capped.get(c.event, np.inf))
    return promised, capped


def _changes(problem: Problem, chosen: tuple[Chosen, Chosen]) -> Iterator[tuple[Chosen, Chosen]]:
    """Every other setting of one region's promise or one event's cap, also none."""
    promised, capped = chosen
    for region in dict.fromkeys(p.region for p in problem.levers.promises):
        for hours in (None, *(p.hours for p in problem.levers.promises if p.region == region)):
            if promised.get(region) != hours:
                yield _set(promised, region, hours), capped
    for event in dict.fromkeys(c.event for c in problem.levers.caps):
        for orders in (None, *(c.orders for c in problem.levers.caps if c.event == event)):
            if capped.get(event) != orders:
                yield promised, _set(capped, event, orders)


def _set(chosen: Chosen, name: str, value: Any) -> Chosen:
    without = {k: v for k, v in chosen.items() if k != name}
    return without if value is None else {**without, name: value}
