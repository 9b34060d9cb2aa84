"""Which levers to use: longer promises and caps on orders, where they save more than they cost."""

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

WORTH = 1e-4  # of the cost: a lever that saves less is not worth a word to customers

Chosen = dict[str, float]  # region or event -> hours or orders


def to_be_chosen(levers: Levers) -> bool:
    """Are there levers, and none of them in force yet?"""
    return levers.any and not (levers.promised or levers.capped)


def levers_chosen(problem: Problem, count: int, sampled: int) -> Problem:
    """The problem with the levers worth using in force, or none left to choose: asked again, it is
    the same object.

    Judged by the bound of the joint model on `count` scenarios of `sampled` paths (see
    `choose_levers`).
    """
    if not to_be_chosen(problem.levers):
        return problem
    prices = lane_costs(problem, problem.seed)

    @cache
    def scenarios(capped: Capped) -> ScenarioSet:
        return sample_scenarios(with_levers(problem, (), capped), problem.seed, count, sampled)

    def cost_of(evaluated: Problem) -> float:
        return float(
            in_solver_process(relaxed_cost, evaluated, scenarios(evaluated.levers.capped), prices)
        )

    chosen = choose_levers(problem, cost_of)
    return replace(problem, levers=NO_LEVERS) if chosen is problem else chosen


def in_force(problem: Problem, levers: Levers) -> Problem:
    """The problem with the levers that were chosen for it: what `levers_chosen` gave."""
    if levers == problem.levers:
        return problem
    return (
        with_levers(problem, levers.promised, levers.capped)
        if levers.any
        else replace(problem, levers=levers)
    )


def choose_levers(problem: Problem, cost_of: Callable[[Problem], float]) -> Problem:
    """The problem with the levers in force that save most by `cost_of` (minor units; infinite: no
    plan is possible).

    From no lever at all, one region's promise or one event's cap is changed at a time, the change
    that saves most first, and every choice is planned anew, until no single change saves a
    ten-thousandth of the cost. Two levers that pay only together are therefore not found. Where no
    plan is possible without levers the search begins with the longest promises and the lowest caps
    of all; if that does not help either, no lever is used.
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
        options = [
            (cost(*changed), k, changed) for k, changed in enumerate(_changes(problem, chosen))
        ]
        found = min(options, key=lambda option: option[:2], default=None)
        if found is None or found[0] > best - WORTH * abs(best):
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
    """Every other setting of one region's promise or one event's cap, none at all among them."""
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
