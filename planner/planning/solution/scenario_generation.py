"""The joint plan: the model is solved for the hardest scenarios, then tested on all of them.

Leaving a scenario out drops constraints and costs that are never negative, so the bound found is a
bound of the whole problem. A scenario in which the plan fails (or that costs money) joins, and the
model is solved again: first with fractional headcounts, which is fast, then with integer ones.

In a large model the relaxation with free routing takes most of the time, and more with every
scenario. Scenarios that join it are therefore added with contracts and shares fixed, where that
leaves a plan near the bound; the bound is then that of the last relaxation with free routing.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.infeasibility.conflicts import refuse
from planner.planning.milp.answer import Answer, Basis
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import SolveLimits, relaxed, solve, solve_again
from planner.planning.options import PlanningOptions, RosterOptions
from planner.planning.rostering.unfilled import unfilled_places
from planner.planning.solution.columns_to_plan import read_plan_from
from planner.planning.solution.joining_basis import joining_basis
from planner.planning.solution.recourse import Recourse, evaluate_recourse, expected, joining
from planner.planning.solution.relax_and_fix import days_of, integers_by_days, next_to
from planner.planning.solution.site_decomposition import (
    integers_by_site,
    with_contracts_signed,
    with_integer_tiers,
)
from planner.planning.solution.stock_disaggregation import place, reserve_of
from planner.planning.solution.tree_search import best_of_tree


def plan_joint(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    *,
    work_units: int = 100,
    time_limit: float | None = None,
    options: PlanningOptions | None = None,
    feedback: PlanningFeedback | None = None,
) -> Plan:
    """Decide stock, routing, staff and contracts jointly at least expected cost.

    Where it is proved that no set of people can fill the places of a plan, these places are cut
    off and the plan is made again, `RosterOptions.most_plans` times at most. After that, and where
    nothing is proved, the last plan is returned: its roster says which places are empty.

    Parameters
    ----------
    problem : Problem
        What is planned, with the levers in force.
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    work_units : int
        Size of the search, the same on every machine (`TreeSearchOptions.nodes_per_work_unit`).
    time_limit : float | None
        Limit of the whole search in seconds of wall-clock time; with one the plan is not
        reproducible.
    options : PlanningOptions | None
        Margins, precision and tuned values (None: the defaults).
    feedback : PlanningFeedback | None
        What simulations of earlier plans have shown.

    Returns
    -------
    Plan
        The plan with its expected costs, its bound and its gap.

    Raises
    ------
    NoPlanError
        No plan keeps all limits; it names the limits in conflict.
    """
    chosen = options or PlanningOptions()
    every = tuple(range(len(scenarios.weight)))
    whole = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=chosen,
        active=every,
        feedback=feedback,
    )
    limits = SolveLimits(
        nodes=work_units * chosen.search.tree.nodes_per_work_unit,
        relative_gap=chosen.relative_gap,
        seconds=time_limit,
    )
    for _ in range(RosterOptions().most_plans):
        plan = _ScenarioGeneration(whole, limits).plan()
        unfilled = unfilled_places(problem, plan)
        if not unfilled:
            break
        whole = replace(whole, unfilled=(*whole.unfilled, *unfilled))
    return plan


class _ScenarioGeneration:
    """The model of the active scenarios, its relaxation, and the model that tests a solution.

    `whole` are the parameters over all scenarios, `full` the model over them; `model`, `arrays` and
    `relaxation` are of the `active` scenarios; `bound` is the best lower bound so far. `routing`
    are the decisions whose contracts and shares the relaxation keeps (None: they are free), `free`
    is the last relaxation without any kept, and `tiered` the present one with integer tiers, once
    it was asked for.
    """

    def __init__(self, whole: Parameters, limits: SolveLimits) -> None:
        self.limits = limits
        self.started = time.monotonic() if limits.seconds is not None else 0.0
        self.active = hardest(whole)
        self.bound = -np.inf
        self.free: Answer
        self.relaxation: Answer
        self.tiered: Answer | None = None
        self.routing: Floats | None = None
        self.whole, self.full = whole, build(whole)
        self.model = build(replace(whole, active=self.active))
        self._solve_relaxation(None)

    def plan(self) -> Plan:
        """Fractional headcounts until no scenario joins, then integer ones.

        Where stock is placed product by product, what the model does not see of it is reserved in
        between.
        """
        _, recourse = self._until_none_joins(fractional=True)
        if self.full.places_products:
            reserve = reserve_of(self.full, recourse)
            if not (self.full.stock.families.single and reserve.nothing):
                self._set_parameters(replace(self.whole, reserve=reserve))
                self._until_none_joins(fractional=True)
        answer, recourse = self._until_none_joins(fractional=False)
        return self._read_plan(answer, recourse)

    def _set_parameters(self, whole: Parameters) -> None:
        """Build both models from new parameters, and solve the relaxation."""
        self.whole, self.full = whole, build(whole)
        self.model = build(replace(whole, active=self.active))
        # a basis of other fixed columns is far from the optimum of the free model
        self._solve_relaxation(None if self.routing is not None else self.relaxation.basis)

    def _join(self, more: list[int], recourse: Recourse) -> None:
        """Let scenarios join the model, and solve its relaxation from the solution so far."""
        before, known = self.model, self.relaxation.basis
        large = before.large
        routing = self._routing_to_keep() if large else None
        self.active = tuple(sorted({*self.active, *more}))
        self.model = build(replace(self.whole, active=self.active))
        if routing is not None and self._keeps(routing):
            return
        basis = None
        if not large and known is not None and recourse.basis is not None:
            basis = joining_basis(self.full, before, known, recourse.basis, self.active)
        self._solve_relaxation(basis, joined=True)

    def _routing_to_keep(self) -> Floats | None:
        """Decisions with integer contracts and tiers; None where there are none."""
        if self.routing is not None:
            return self.routing
        signed = with_contracts_signed(
            self.model, self.arrays, self._with_tiers(), self._limits_left()
        )
        return None if signed.values is None else signed.values[self.model.milp.decisions()]

    def _keeps(self, routing: Floats) -> bool:
        """Solve the relaxation with the contracts and shares of these decisions.

        False where it has no solution, or one further from the last relaxation with free routing
        than a plan may be.
        """
        milp = self.model.milp
        values = np.zeros(milp.columns)
        values[milp.decisions()] = routing
        kept = np.concatenate([self.model.shares.column.ravel(), self.model.obligations])
        arrays = milp.arrays()
        arrays.lower[kept] = arrays.upper[kept] = values[kept]
        found = solve(relaxed(arrays), replace(self._limits_left(), barrier=True))
        if found.gap_to(self.free.bound) > self.whole.options.accepted_gap:
            return False
        self.routing, self.arrays, self.relaxation, self.tiered = routing, arrays, found, None
        return True

    def _solve_relaxation(self, basis: Basis | None, *, joined: bool = False) -> None:
        """Solve the model of the active scenarios with fractional headcounts and free routing."""
        self.routing, self.tiered = None, None
        self.arrays = self.model.milp.arrays()
        limits = replace(self._limits_left(), barrier=self.model.large)
        self.free = solve_again(relaxed(self.arrays), basis, limits, primal=joined)
        self.relaxation = self.free

    def _until_none_joins(self, *, fractional: bool) -> tuple[Answer, Recourse]:
        """Solve, test in every scenario, let scenarios join, and repeat until none does."""
        while True:
            answer = self.relaxation if fractional else self._with_integers()
            if answer.values is None:
                self._give_up(answer)
                continue
            # neither the reserve nor routing that is kept is a limit of the problem
            if self.whole.reserve is None and self.routing is None:
                self.bound = max(self.bound, self.relaxation.bound, answer.bound)
            decisions = answer.values[self.model.milp.decisions()]
            recourse = evaluate_recourse(self.full, decisions)
            more = joining(self.whole, self.model, answer, recourse, fractional=fractional)
            if not more:
                return answer, recourse
            self._join(more, recourse)

    def _give_up(self, answer: Answer) -> None:
        """Give up the routing that is kept, then the reserve for products.

        Without either, no plan exists.
        """
        if self.routing is not None:
            self._solve_relaxation(None)
            return
        if self.whole.reserve is None or self.whole.reserve.nothing:
            raise refuse(self.model, answer.status)
        self._set_parameters(replace(self.whole, reserve=self.whole.reserve.given_up()))

    def _with_tiers(self) -> Answer:
        """The relaxation with integer tiers, and their contracts, but fractional headcounts."""
        if self.tiered is None:
            self.tiered = with_integer_tiers(
                self.model, self.arrays, self.relaxation, limits=self._limits_left()
            )
        return self.tiered

    def _with_integers(self) -> Answer:
        """An integer solution near the relaxation: tiers and contracts first, then headcounts."""
        if self.relaxation.values is None:
            return self.relaxation
        return _integer_solution(self.model, self.arrays, self._with_tiers(), self._limits_left())

    def _read_plan(self, answer: Answer, recourse: Recourse) -> Plan:
        """The plan behind an integer solution and its consequences."""
        best = replace(answer, values=recourse.values, bound=self.bound)
        placed = place(self.full, recourse) if self.full.places_products else None
        return read_plan_from(
            self.full,
            best,
            expected(self.whole, recourse if placed is None else placed.outcome),
            reproducible=self.limits.seconds is None,
            placed=placed,
        )

    def _limits_left(self) -> SolveLimits:
        """What is left of a limit in seconds; without one the clock is not read."""
        if self.limits.seconds is None:
            return self.limits
        spent = time.monotonic() - self.started
        return replace(self.limits, seconds=max(self.limits.seconds - spent, 1.0))


def _integer_solution(
    model: Model, arrays: MilpArrays, relaxation: Answer, limits: SolveLimits
) -> Answer:
    """The best integer solution of several searches, from the cheapest search to the whole tree.

    A model too long to search is solved site by site; where a site finds nothing with its shares,
    day by day with shares that may change; and otherwise only where that finds nothing either. Any
    other model is solved next to the relaxation, then site by site. The relaxation's bound holds
    for all of them, so the gap is that of the model itself.
    """
    if model.whole_too_long:
        for search in (_integers_by_site, _integers_by_days):
            found = search(model, arrays, relaxation, limits)
            if found.values is not None:
                return found
    values = np.zeros(len(arrays.upper)) if relaxation.values is None else relaxation.values
    best = solve(next_to(arrays, values), limits)
    accepted_gap = model.parameters.options.accepted_gap
    if not model.whole_too_long and best.gap_to(relaxation.bound) > accepted_gap:
        by_site = _integers_by_site(model, arrays, relaxation, limits)
        best = _cheaper(best, by_site)
    return best_of_tree(model, arrays, best, relaxation.bound, limits)


def _integers_by_site(
    model: Model, arrays: MilpArrays, relaxation: Answer, limits: SolveLimits
) -> Answer:
    gap = model.parameters.options.accepted_gap
    return integers_by_site(model, arrays, relaxation, limits=replace(limits, relative_gap=gap))


def _integers_by_days(
    model: Model, arrays: MilpArrays, relaxation: Answer, limits: SolveLimits
) -> Answer:
    options = model.parameters.options
    gap = replace(limits, relative_gap=options.accepted_gap)
    found = integers_by_days(arrays, days_of(model), gap, options.search.relax_and_fix)
    return replace(found, bound=relaxation.bound)


def _cheaper(one: Answer, other: Answer) -> Answer:
    """The answer of lower cost; the first one where both cost the same."""
    return other if other.cost < one.cost else one
