"""Why there is no plan: irreducible sets of limits that must give way, and by how much."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.business_limits import NOTICE, SERVICE, TARGET
from planner.domain.dates import day_month
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.errors import Blame, NoPlanError
from planner.planning.formulation.bookings import earliest_start
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.infeasibility.elastic_model import (
    ElasticModel,
    Key,
    elastic_model,
    first_start,
    size_of,
)
from planner.planning.infeasibility.unreachable import unreachable_work
from planner.planning.milp.builder import Limit
from planner.planning.options import PlanningOptions

ONLY_WHOLE_PEOPLE = Blame(
    rule="whole_people",
    words="feasible with fractional headcounts, infeasible with integer headcounts",
    excess=0.0,
    unit="people",
)


def refuse(model: Model, status: str) -> NoPlanError:
    """The error to raise when a model has no solution.

    It names the limits to blame, the largest excess first.
    """
    if status != "infeasible":
        return NoPlanError("no plan found within the effort allowed; allow more", [])
    return NoPlanError("infeasible", conflict_set(model.parameters))


def conflict_set(parameters: Parameters) -> list[Blame]:
    """An irreducible set of limits that must give way (none can be left out), each with how far.

    Where fractional headcounts would meet every limit, the same is done with integer ones, and a
    last line says so.
    """
    search = _search(parameters)
    found = _irreducible_set(search, set(search.elastic.keys))
    if found is None:
        return [
            Blame(rule="impossible", words=words, excess=0.0, unit="", key=("impossible",))
            for words in unreachable_work(search.elastic.model)
        ]
    return [*found, ONLY_WHOLE_PEOPLE] if search.integer else found


def conflict_sets(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    options: PlanningOptions | None = None,
    most: int = 4,
) -> list[list[Blame]]:
    """Irreducible sets of limits, any one of which may give way so that there is a plan.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    scenarios : ScenarioSet
        Sampled demand.
    lane_costs : LaneCosts
        Expected courier costs.
    options : PlanningOptions or None
        Margins of the planning model; None: the defaults.
    most : int
        Number of sets at most.

    Returns
    -------
    list of list of Blame
        The least excess first, then every limit of the promise and of notice that is enough by
        itself. Empty where the planning model finds a plan, or where no limits help.
    """
    whole = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=options or PlanningOptions(),
        active=tuple(range(len(scenarios.weight))),
    )
    search = _search(replace(whole, active=hardest(whole)))
    if search.integer:
        in_all = _search(whole)
        search = search if in_all.integer else in_all
    found = _hitting_set_tree(search, most)
    single = {conflict[0].key for conflict in found if len(conflict) == 1}
    for key in search.elastic.keys:
        if key[0] in (SERVICE.key, TARGET.key, NOTICE.key) and key not in single:
            alone = _irreducible_set(search, {key})
            if alone:
                found.append(alone)
    return found


def _hitting_set_tree(search: _Search, most: int) -> list[list[Blame]]:
    """Irreducible sets, each found where one limit of every set before it on its branch must hold.

    Reiter (1987), doi 10.1016/0004-3702(87)90062-2: searched in breadth, the tree leaves no set
    out.
    """
    found: list[list[Blame]] = []
    branches: list[frozenset[Key]] = [frozenset()]
    for held in branches:  # grows on the way
        if len(found) >= most:
            break
        conflict = next((c for c in found if not held & {b.key for b in c}), None)
        if conflict is None:
            conflict = _irreducible_set(search, set(search.elastic.keys) - held)
            if not conflict:
                continue
            found.append(conflict)
        branches += [held | {b.key} for b in conflict if held | {b.key} not in branches]
    return found


@dataclass(frozen=True, eq=False)
class _Search:
    """An elastic model, and whether headcounts must be integers.

    They must be where fractional ones meet every limit.
    """

    elastic: ElasticModel
    integer: bool


def _search(parameters: Parameters) -> _Search:
    """The elastic model of a problem without a plan."""
    made = elastic_model(parameters)
    return _Search(made, made.least_excess(()) is not None)


def _irreducible_set(search: _Search, allowed: set[Key]) -> list[Blame] | None:
    """An irreducible subset of limits that gives a plan; None where none does.

    The largest share of its limit comes first. Deletion filter (Chinneck 1997,
    doi 10.1007/978-0-387-74932-7): each limit in turn, the least exceeded first, must hold again.
    If there is still a plan, it keeps holding, and only what that plan exceeds may be exceeded from
    then on.
    """
    made = search.elastic
    excess = made.least_excess(allowed, integer=search.integer)
    if excess is None:
        return None
    share = dict(excess.by_key)
    for key in sorted(share, key=lambda k: (share[k] * made.kind(k).reluctance, k)):
        if key in excess.by_key:
            without = made.least_excess(excess.by_key.keys() - {key}, integer=search.integer)
            excess = without or excess
    values = excess.values if search.integer else made.at_least_cost(excess)
    found = [_in_words(made, key, excess.by_key[key], values) for key in excess.by_key]
    return sorted(found, key=lambda b: (-excess.by_key[b.key], b.key))


def _amount(allowed: float, unit: str) -> str:
    """`1 person`, `0 parcels`, `1,200 units`: `unit` is a plural."""
    one = {"people": "person"}.get(unit, unit.removesuffix("s"))
    return f"{allowed:,.0f} {one if round(allowed) == 1 else unit}"


def _in_words(made: ElasticModel, key: Key, share: float, values: Floats) -> Blame:
    """The limit where it is exceeded most, and the size that would do."""
    if key[0] == NOTICE.key:
        return _notice_in_words(made, key, values)
    row = made.worst_row(key, values)
    limit = made.rows[key][row].limit
    if limit.kind.decreases:
        return _smaller_in_words(limit, share)
    needed = int(np.ceil(min(limit.allowed + share * size_of(limit), limit.most) - 1e-6))
    words = f"{limit.what}: {_amount(limit.allowed, limit.kind.unit)} allowed, {needed:,} needed"
    if key[0] == SERVICE.key:
        words = "; ".join([words, *unreachable_work(made.model)])
    return Blame(
        rule=key[0],
        words=words,
        excess=needed - limit.allowed,
        unit=limit.kind.unit,
        key=key,
        needed=float(needed),
        on=limit.on,
    )


def _smaller_in_words(limit: Limit, share: float) -> Blame:
    """A number that is asked for, and the smaller one that is possible."""
    possible = max(float(np.floor(limit.allowed - share * size_of(limit) + 1e-6)), 0.0)
    asked = _amount(limit.allowed, limit.kind.unit)
    return Blame(
        rule=limit.kind.key,
        words=f"{limit.what}: {asked} asked for, {possible:,.0f} possible",
        excess=limit.allowed - possible,
        unit=limit.kind.unit,
        key=limit.key,
        needed=possible,
        on=limit.on,
    )


def _notice_in_words(made: ElasticModel, key: Key, values: Floats) -> Blame:
    """How many days less of notice would bring people in time."""
    problem = made.problem
    crew = problem.crew(*key[1:])
    first, needed = earliest_start(problem, crew), first_start(made, crew, values)
    start, wanted = (day_month(problem.horizon.date_of(day)) for day in (first, needed))
    days = first - needed
    words = (
        f"notice of {crew.name} people at {crew.site}: {crew.notice_days} days, they start on "
        f"{start} at the earliest "
        f"and are needed from {wanted} on, which allows {crew.notice_days - days} days"
    )
    needed_days = float(crew.notice_days - days)
    return Blame(
        rule=NOTICE.key,
        words=words,
        excess=float(days),
        unit=NOTICE.unit,
        key=key,
        needed=needed_days,
    )
