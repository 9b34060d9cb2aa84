"""Lower bounds: without any margin, and with each path known beforehand (wait and see)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from planner.domain.arrays import Floats, Ints
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.errors import NoBoundError
from planner.planning.formulation.inventory import lost_minor, worth_shipping
from planner.planning.formulation.lateness import allowed_failures
from planner.planning.formulation.lever_costs import lever_costs
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.product_aggregation import families_of
from planner.planning.milp.answer import Answer, Basis
from planner.planning.milp.builder import Flags, MilpArrays, Term
from planner.planning.milp.solver import SolveLimits, relaxed, solve, solve_again
from planner.planning.options import PlanningOptions

NO_MARGINS = PlanningOptions(
    efficiency=1.0, risk_factor=0.0, late_factor=1.0, pickup_z=0.0, stock_z=0.0
)
AT_BEST = replace(
    NO_MARGINS, steady_end=False, optimistic=True, delay_levels=(0.05, 0.5, 0.9, 0.99)
)
# So many sets of paths are bounded one by one at most: for 5,000 products, two took 49 s, and the
# search of the tree 104 to 138 s.
MOST_SETS = 5
MISSED = 1e-6  # orders by which a limit may be missed through rounding errors


def bound_without_margins(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    *,
    work_units: int = 10,
) -> int:
    """Lower bound of the cost of any plan on the sampled replications, as they are simulated.

    Nobody ever waits for work, vehicles are filled, stock is what the scenario asks for, all
    failures that the service level allows happen, each late order counts once, and any paths may
    miss the service level whose weights are within the risk of 1 - confidence. In all but small
    models headcounts are fractional. Two things are not covered: a plan that lets a site run out of
    stock so that its orders go elsewhere at another time than its shares say, and chance:
    replications that differ from the mean of their path.

    Where no path costs less for orders without stock, work is modelled in the hardest paths alone,
    one more than may miss: the constraints of some paths are a bound already. In all but small
    models the bound is the least over the paths that are kept.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    work_units : int
        Size of the search (`TreeSearchOptions.nodes_per_work_unit`).

    Returns
    -------
    int
        Minor units.

    Raises
    ------
    NoBoundError
        No plan meets the service level even without any margin.
    """
    given, forgone = _with_costs_at_best(_parameters(problem, scenarios, lane_costs))
    # orders without stock may lower the cost of any path
    every = bool((lost_minor(given, families_of(given)) < 0).any())
    model = build(given if every else replace(given, active=_hardest(given)))
    if _small(model):  # with whole headcounts, which a proof needs, one search is the shortest
        least = _some_missed(model, work_units).bound
    else:
        least = _least_of_some_missed(model, work_units) if every else _least_of_one_kept(model)
    if least == -np.inf:
        raise NoBoundError("the solver found no bound of the sampled replications")
    if least == np.inf:
        raise NoBoundError(
            "no plan meets the service level in the sampled replications, even without any margin"
        )
    levers = sum(lever_costs(given).values())
    return int(np.floor(least - forgone + levers + MISSED))


def _parameters(problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts) -> Parameters:
    """Parameters over all paths with everything in the plan's favour: the tail without orders."""
    own = scenarios.slot_start_s < problem.horizon.reported_end_s
    return Parameters(
        problem=problem,
        scenarios=replace(scenarios, intensity=scenarios.intensity * own),
        lane_costs=lane_costs,
        options=AT_BEST,
        active=tuple(range(len(scenarios.weight))),
    )


def _with_costs_at_best(parameters: Parameters) -> tuple[Parameters, float]:
    """Parameters with lane costs that no plan is below, and what may still come off the total.

    A parcel costs what it does on the cheapest day on which it may be handed over; late ones, as
    many as are allowed, may leave later still. An order without stock costs no courier. Where that
    may be worth its margin, it saves its cheapest lane (`lost_minor`) and, of what the plan pays
    beyond cheapest lanes, the share of orders that may fail.
    """
    costs, days = parameters.lane_costs, parameters.days_to_hand_over
    service = parameters.problem.service
    fail = min(2.0 - service.on_time_share - service.confidence, 1.0)
    mean, loss = _least_of_days(costs.mean, days), _least_of_days(costs.loss, days)
    base, refund = -_least_of_days(-costs.base, days), -_least_of_days(-costs.refund, days)
    taken = np.isfinite(mean).all(axis=-1)
    later = (mean[taken] - costs.mean[taken].min(axis=-1, keepdims=True)).max(initial=0.0)
    if not worth_shipping(parameters):
        cheapest = mean.min(axis=(0, 2), keepdims=True)
        cheapest = np.where(np.isfinite(cheapest), cheapest, 0.0)
        mean = mean - fail * np.where(np.isfinite(mean), mean - cheapest, 0.0)
    orders = float(parameters.all_weights @ parameters.all_orders.sum(axis=(1, 2)))
    at_best = LaneCosts(mean, base, refund, loss)
    return replace(parameters, lane_costs=at_best), float(later * fail * orders)


def _least_of_days(table: Floats, days: int) -> Floats:
    """Minimum of each day and the `days` after it [..., day]."""
    padded = np.concatenate([table, np.repeat(table[..., -1:], days, axis=-1)], axis=-1)
    return np.asarray(sliding_window_view(padded, days + 1, axis=-1).min(axis=-1))


def _hardest(parameters: Parameters) -> tuple[int, ...]:
    """The hardest paths that cannot all miss the service level (all paths where all may)."""
    order = np.argsort(-parameters.scenarios.stress_level, kind="stable")
    within = (
        parameters.all_weights[order].cumsum()
        <= 1.0 - parameters.problem.service.confidence + MISSED
    )
    return tuple(sorted(int(s) for s in order[: int(within.sum()) + 1]))


def hindsight(problem: Problem, scenarios: ScenarioSet, lane_costs: LaneCosts) -> tuple[float, ...]:
    """Lower bounds of the cost of plans that are each made for one sampled path and know it.

    Without margins and with fractional headcounts. A path is a small model of its own, which is
    solved from the basis of the one before.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.

    Returns
    -------
    tuple of float
        Minor units, by path; infinite where even such a plan cannot meet the service level.
    """
    least, basis = [], None
    for path in range(len(scenarios.weight)):
        known = _parameters(problem, scenarios.only(path), lane_costs)
        parameters, forgone = _with_costs_at_best(known)
        answer = _Relaxation(build(parameters)).solved(np.ones(1, bool), basis)
        levers = sum(lever_costs(parameters).values())
        least.append(np.inf if answer.objective is None else answer.objective - forgone + levers)
        basis = answer.basis
    return tuple(least)


def _least_of_one_kept(model: Model) -> float:
    """Least cost over the path that meets the service level while all others may miss it.

    Of paths that cannot all miss it, any plan keeps at least one. Headcounts are fractional; with
    one binary variable a path, the search of the tree takes three times as long, for the same bound
    where all paths are equally likely. What a path costs is bounded by a small model first, without
    the work of the others: most paths cost more by that alone than another does in full.

    Parameters
    ----------
    model : Model
        The model of the hardest paths.

    Returns
    -------
    float
        Minor units; infinite where no path can be kept.
    """
    given = model.parameters
    relaxation = _Relaxation(model)
    weight, risk = given.weight, _risk(given)
    if (weight > risk).any() or weight.sum() <= risk:
        return relaxation.solved(weight > risk, None).bound
    alone, basis = [], None
    for path in given.active:
        answer = _Relaxation(build(replace(given, active=(path,)))).solved(np.ones(1, bool), basis)
        alone.append(answer.bound)
        basis = answer.basis
    least, basis = np.inf, None
    for number in np.argsort(alone, kind="stable"):
        if alone[number] >= least:
            break
        answer = relaxation.solved(np.arange(len(alone)) == number, basis)
        least, basis = min(least, answer.bound), answer.basis
    return least


def _least_of_some_missed(model: Model, work_units: int) -> float:
    """Least cost over the sets of paths that may miss the service level together.

    Missing more costs no more, so the largest sets are enough: two for the usual paths at a
    confidence of 0.95. Each is a program of its own, with fractional headcounts. Where there are
    many, the tree is searched for one.

    Parameters
    ----------
    model : Model
        The model of all paths.
    work_units : int
        Size of that search.

    Returns
    -------
    float
        Minor units; infinite where no path can be kept.
    """
    some = islice(largest_sets(model.parameters.weight, _risk(model.parameters)), MOST_SETS + 1)
    sets = list(some)
    if len(sets) > MOST_SETS:
        return _some_missed(model, work_units).bound
    # interior points came to a standstill in what presolving left of 45,000 columns: 22 instead of
    # 70 s; a simplex method that continues from another set took 58
    relaxation = _Relaxation(model, presolve=not model.large)
    least, basis = np.inf, None
    for missed in sets:
        answer = relaxation.solved(~missed, basis)
        least, basis = min(least, answer.bound), None if model.large else answer.basis
    return least


def largest_sets(weight: Floats, most: float) -> Iterator[Flags]:
    """Sets whose weights add up to no more than `most`, and to which none can be added.

    Parameters
    ----------
    weight : Floats
        Weights [n], positive.
    most : float
        Largest sum.

    Yields
    ------
    Flags
        Which of them are in a set [n].
    """
    # the heaviest first: then a branch that leads to no set ends early
    falling = sorted(np.flatnonzero(weight <= most).tolist(), key=lambda k: -weight[k])
    each = weight[falling].tolist()
    following = [sum(each[k:]) for k in range(len(each) + 1)]
    chosen = np.zeros(len(weight), dtype=bool)

    def sets(k: int, total: float, lightest_left_out: float) -> Iterator[Flags]:
        """Sets that agree with the choice among the first k."""
        if total + following[k] + lightest_left_out <= most:
            return  # what was left out could still be added
        if k == len(each):
            yield chosen.copy()
            return
        if total + each[k] <= most:
            chosen[falling[k]] = True
            yield from sets(k + 1, total + each[k], lightest_left_out)
            chosen[falling[k]] = False
        yield from sets(k + 1, total, each[k])

    yield from sets(0, 0.0, np.inf)


class _Relaxation:
    """A model with fractional headcounts, some paths of which must meet the service level.

    The rows that say so are added to the model.
    """

    def __init__(self, model: Model, *, presolve: bool = True) -> None:
        self._rows = _limit_failed(model, [])
        self._arrays = relaxed(model.milp.arrays())
        self._limits = replace(_limits(model, self._arrays, 1), presolve=presolve)

    def solved(self, kept: Flags, basis: Basis | None) -> Answer:
        """The answer where these paths [path] meet it; continues from the basis of another.

        That proves nothing where it leads to no answer: then the program is solved by itself.
        """
        row_upper = self._arrays.row_upper.copy()
        row_upper[self._rows[:, ~kept]] = np.inf
        arrays = replace(self._arrays, row_upper=row_upper)
        answer = solve_again(arrays, basis, self._limits)
        if answer.objective is None and basis is not None:
            answer = solve(arrays, self._limits)
        return answer


def _some_missed(model: Model, work_units: int) -> Answer:
    """Solve the model in which each path meets the service level or misses it.

    failed[a,s] <= allowed[a,s] + orders[s] missed[s], for the deadline and each target a, and sum_s
    weight[s] missed[s] <= 1 - confidence, in orders and in probability; missed[s] is 0 or 1.
    """
    parameters, milp, small = model.parameters, model.milp, _small(model)
    risk = _risk(parameters)
    may_miss = parameters.weight <= risk
    missed = milp.variables("missed", len(may_miss), may_miss.astype(float))
    row = np.arange(model.failed.size).reshape(model.failed.shape)
    orders = parameters.orders.sum(axis=(1, 2))
    _limit_failed(model, [Term(row, missed[None], -orders)])
    milp.constraints("limit_risk", 1, [Term(0, missed, parameters.weight)], upper=risk)
    arrays = milp.arrays()
    integer = arrays.integer & small
    integer[missed[may_miss]] = True
    arrays = replace(arrays, integer=integer)
    return solve(arrays, _limits(model, arrays, work_units))


def _limit_failed(model: Model, missed: Sequence[Term]) -> Ints:
    """Add failed[a,s] <= allowed[a,s], for the deadline and each target a: rows [aim, path].

    `missed` are terms that are added on the left.
    """
    parameters, milp = model.parameters, model.milp
    rows = milp.rows + np.arange(model.failed.size).reshape(model.failed.shape)
    orders = parameters.orders.sum(axis=(1, 2))
    # of all orders: young ones count as soon as they are done
    allowed = allowed_failures(parameters)[:, None] * orders + MISSED
    terms = [Term(rows - milp.rows, model.failed), *missed]
    milp.constraints("limit_failed_or_missed", rows.size, terms, upper=allowed.ravel())
    return rows


def _risk(parameters: Parameters) -> float:
    """Probability with which the service level may be missed."""
    return 1.0 - parameters.problem.service.confidence + MISSED


def _small(model: Model) -> bool:
    """Whether headcounts are whole in a bound."""
    return model.milp.columns <= model.parameters.options.search.bounds.integer_columns


def _limits(model: Model, arrays: MilpArrays, work_units: int) -> SolveLimits:
    search = model.parameters.options.search
    return SolveLimits(
        nodes=work_units * search.tree.nodes_per_work_unit,
        relative_gap=search.bounds.relative_gap,
        barrier=model.large and not arrays.integer.any(),
    )
