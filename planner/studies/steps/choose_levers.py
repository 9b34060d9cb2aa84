"""Levers that are worth a trial: longer promises and order caps that save by the model's bound.

The bound sees fractions of people and no lateness by chance, so it proposes; the simulation decides
(`certification/lever_trials`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import numpy as np

from planner.domain.demand_levers import NONE_CHOSEN, Capped, ChosenLevers
from planner.domain.demand_scenarios import ScenarioSet
from planner.domain.lever_effects import effective_problem
from planner.domain.problem import Problem
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.solution.lp_bound import relaxed_cost
from planner.rating.lane_costs import lane_costs
from planner.studies.options.study_options import DEFAULT, LeverOptions, SamplingOptions

Value = TypeVar("Value", int, float)


def proposed_levers(
    problem: Problem,
    sampling: SamplingOptions = DEFAULT.sampling,
    options: LeverOptions = DEFAULT.levers,
) -> tuple[ChosenLevers, ...]:
    """Propose levers by the bound of the joint model.

    The best choice by that bound, then every single lever and the longest promises that cost
    nothing, by rising bound: free ones may save whole people where the bound sees a fraction.

    Parameters
    ----------
    problem : Problem
        What is given.
    sampling : SamplingOptions
        Demand paths on which the bound is computed.
    options : LeverOptions
        Least saving of a lever, and how many choices are proposed.

    Returns
    -------
    tuple of ChosenLevers
        Choices to try, none of them empty; those without any plan are left out.
    """
    if not problem.levers.any:
        return ()
    cost_of = cache(_relaxed_cost_with(problem, sampling))
    best = choose_levers(problem, cost_of, options)
    found = {*single_levers(problem), *_free_promises(problem)} - {best, NONE_CHOSEN}
    known = [chosen for chosen in found if cost_of(chosen) < np.inf]
    known.sort(key=lambda chosen: (cost_of(chosen), chosen.promised, chosen.capped))
    return tuple([best] * bool(best) + known)[: options.most_proposed]


def single_levers(problem: Problem) -> list[ChosenLevers]:
    """Every option by itself."""
    promises = [ChosenLevers(((p.region, p.hours),), ()) for p in problem.levers.promises]
    return promises + [ChosenLevers((), ((c.event, c.orders),)) for c in problem.levers.caps]


def joined_levers(problem: Problem, one: ChosenLevers, other: ChosenLevers) -> ChosenLevers:
    """Join two choices of levers.

    Parameters
    ----------
    problem : Problem
        What is given; its order is that of the levers.
    one : ChosenLevers
        A choice.
    other : ChosenLevers
        Another choice, which counts where both set the same region or event.

    Returns
    -------
    ChosenLevers
        The levers of both.
    """
    promised = {**dict(one.promised), **dict(other.promised)}
    capped = {**dict(one.capped), **dict(other.capped)}
    return _Setting(promised, capped).in_order_of(problem)


def _free_promises(problem: Problem) -> list[ChosenLevers]:
    """The longest promise of every region that costs nothing, all together."""
    hours: dict[str, float] = {}
    for p in problem.levers.promises:
        if not p.cost_minor_per_order:
            hours[p.region] = max(p.hours, hours.get(p.region, 0.0))
    return [_Setting(hours, {}).in_order_of(problem)]


def _relaxed_cost_with(
    problem: Problem, sampling: SamplingOptions
) -> Callable[[ChosenLevers], float]:
    """The bound of the joint model with levers; infinite where no plan is possible."""
    prices = lane_costs(problem, problem.seed)

    @cache
    def scenarios(capped: Capped) -> ScenarioSet:
        return sample_scenarios(
            effective_problem(problem, ChosenLevers((), capped)),
            problem.seed,
            sampling.planning_scenarios,
            sampling.sampled_paths,
        )

    def cost_of(chosen: ChosenLevers) -> float:
        evaluated = effective_problem(problem, chosen)
        return float(in_solver_process(relaxed_cost, evaluated, scenarios(chosen.capped), prices))

    return cost_of


def choose_levers(
    problem: Problem,
    cost_of: Callable[[ChosenLevers], float],
    options: LeverOptions = DEFAULT.levers,
) -> ChosenLevers:
    """Choose levers by greedy search.

    From no lever at all, one region's promise or one event's cap is changed at a time, the change
    that saves most first, and every choice is planned again, until no single change saves enough.
    Two levers that pay only together are therefore not found. Where no plan is possible without
    levers the search begins with the longest promises and the lowest caps; if that does not help
    either, no lever is used.

    Parameters
    ----------
    problem : Problem
        What is given.
    cost_of : callable
        Cost with these levers, in minor units; infinite where no plan is possible.
    options : LeverOptions
        Least saving of a lever.

    Returns
    -------
    ChosenLevers
        The levers that save most.
    """
    known: dict[ChosenLevers, float] = {}

    def cost(setting: _Setting) -> float:
        chosen = setting.in_order_of(problem)
        if chosen not in known:
            known[chosen] = cost_of(chosen)
        return known[chosen]

    setting = _Setting({}, {})
    best = cost(setting)
    if best == np.inf:
        setting = _strongest(problem)
        best = cost(setting)
    while best < np.inf:
        settings = enumerate(setting.changes(problem))
        changes = [(cost(changed), k, changed) for k, changed in settings]
        found = min(changes, key=lambda change: change[:2], default=None)
        if found is None or found[0] > best - options.least_saving * abs(best):
            return setting.in_order_of(problem)
        best, _, setting = found
    return NONE_CHOSEN


@dataclass(frozen=True)
class _Setting:
    """Hours promised by region, and orders at which the sale of an event stops."""

    promised: dict[str, float]
    capped: dict[str, int]

    def in_order_of(self, problem: Problem) -> ChosenLevers:
        """The levers in the order of the problem."""
        regions = [name for name in problem.region_names if name in self.promised]
        events = [e.name for e in problem.demand.events if e.name in self.capped]
        return ChosenLevers(
            tuple((name, self.promised[name]) for name in regions),
            tuple((name, self.capped[name]) for name in events),
        )

    def changes(self, problem: Problem) -> Iterator[_Setting]:
        """Every other setting of one region's promise or one event's cap, also none."""
        levers = problem.levers
        for region in dict.fromkeys(p.region for p in levers.promises):
            for hours in (None, *(p.hours for p in levers.promises if p.region == region)):
                if self.promised.get(region) != hours:
                    yield _Setting(_changed(self.promised, region, hours), self.capped)
        for event in dict.fromkeys(c.event for c in levers.caps):
            for orders in (None, *(c.orders for c in levers.caps if c.event == event)):
                if self.capped.get(event) != orders:
                    yield _Setting(self.promised, _changed(self.capped, event, orders))


def _strongest(problem: Problem) -> _Setting:
    """The longest promises and the lowest caps."""
    promised: dict[str, float] = {}
    capped: dict[str, int] = {}
    for p in problem.levers.promises:
        promised[p.region] = max(p.hours, promised.get(p.region, 0.0))
    for c in problem.levers.caps:
        capped[c.event] = min(c.orders, capped.get(c.event, c.orders))
    return _Setting(promised, capped)


def _changed(setting: dict[str, Value], name: str, value: Value | None) -> dict[str, Value]:
    """One value set, or taken out."""
    others = {key: other for key, other in setting.items() if key != name}
    return others if value is None else {**others, name: value}
