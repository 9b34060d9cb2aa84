"""Why there is no plan: the few limits that must give way, by how much, and which others could
instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.business_limits import NOTICE, SERVICE
from planner.domain.dates import day_month
from planner.domain.demand import Floats
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.problem import Problem
from planner.errors import Blame, NoPlanError
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import Parameters, hardest
from planner.planning.formulation.staffing import earliest_start
from planner.planning.infeasibility.elastic_model import Elastic, Key, elastic, first_start, size_of
from planner.planning.infeasibility.unreachable import unreachable_work
from planner.planning.options import PlanningOptions

ONLY_WHOLE_PEOPLE = Blame(
    rule="whole_people",
    words="fractional headcounts would keep every limit, only integer headcounts do not fit",
    excess=0.0,
    unit="people",
)


def refuse(model: Model, status: str) -> NoPlanError:
    """The error to raise when the program has no solution, with the limits to blame, the largest
    excess first.
    """
    if status != "infeasible":
        return NoPlanError("no plan found within the effort allowed; allow more", [])
    return NoPlanError("infeasible", conflict_set(model.parameters))


def conflict_set(parameters: Parameters) -> list[Blame]:
    """An irreducible set of limits that must give way (none can be left out), each with how far.

    Where fractional headcounts would keep every limit, the same is done with integer ones, and a
    last line says so.
    """
    search = _search(parameters)
    found = _way_out(search, set(search.elastic.keys))
    if found is None:
        return [
            Blame(rule="impossible", words=words, excess=0.0, unit="", key=("impossible",))
            for words in unreachable_work(search.elastic.model)
        ]
    return [*found, ONLY_WHOLE_PEOPLE] if search.whole else found


def conflict_sets(
    problem: Problem,
    scenarios: ScenarioSet,
    lane_costs: LaneCosts,
    options: PlanningOptions | None = None,
    most: int = 4,
) -> list[list[Blame]]:
    """Irreducible sets of limits any one of which may give way so that there is a plan, the least
    excess first.

    At most `most` of them, then every limit of the promise and of notice that is enough by itself.
    Empty where the planning model finds a plan, or where no limits help.
    """
    active = tuple(range(len(scenarios.weight)))
    whole = Parameters(
        problem=problem,
        scenarios=scenarios,
        lane_costs=lane_costs,
        options=options or PlanningOptions(),
        active=active,
    )
    search = _search(replace(whole, active=hardest(whole)))
    if search.whole:
        in_all = _search(whole)
        search = search if in_all.whole else in_all
    found = _ways(search, most)
    alone = [k for k in search.elastic.keys if k[0] in (SERVICE.key, NOTICE.key)]
    for key in (k for k in alone if k not in {way[0].key for way in found if len(way) == 1}):
        way = _way_out(search, {key})
        found += [way] if way else []
    return found


def _ways(search: _Search, most: int) -> list[list[Blame]]:
    """Irreducible sets, each found where one limit of every set before it on its branch must hold.

    Reiter 1987 (doi 10.1016/0004-3702(87)90062-2): that tree, in breadth, leaves no set out.
    """
    found: list[list[Blame]] = []
    branches: list[frozenset[Key]] = [frozenset()]
    for held in branches:  # grows on the way
        if len(found) >= most:
            break
        way = next((w for w in found if not held & {b.key for b in w}), None)
        if way is None:
            way = _way_out(search, set(search.elastic.keys) - held)
            if not way:
                continue
            found.append(way)
        branches += [held | {b.key} for b in way if held | {b.key} not in branches]
    return found


@dataclass(frozen=True, eq=False)
class _Search:
    """An elastic program, and whether it must be solved in integer headcounts (fractional ones keep
    every limit).
    """

    elastic: Elastic
    whole: bool


def _search(parameters: Parameters) -> _Search:
    made = elastic(parameters)
    return _Search(made, made.least(()) is not None)


def _way_out(search: _Search, allowed: set[Key]) -> list[Blame] | None:
    """An irreducible subset of limits that gives a plan, the largest share of its limit first;
    None: none does.

    Deletion filter (Chinneck 1997, doi 10.1007/978-0-387-74932-7): each limit in turn, the least
    exceeded first, must hold again; where there is still a plan it stays so, and only what that
    plan exceeds may still be exceeded.
    """
    made = search.elastic
    excess = made.least(allowed, search.whole)
    if excess is None:
        return None
    share = dict(excess.by_key)
    for key in sorted(share, key=lambda k: (share[k] * made.kind(k).reluctance, k)):
        if key in excess.by_key:
            tried = made.least(excess.by_key.keys() - {key}, search.whole)
            excess = tried or excess
    values = excess.values if search.whole else made.at_least_cost(excess)
    found = [_in_words(made, key, excess.by_key[key], values) for key in excess.by_key]
    return sorted(found, key=lambda b: (-excess.by_key[b.key], b.key))


def _amount(allowed: float, unit: str) -> str:
    """`1 person`, `0 parcels`, `1,200 units`: `unit` is a plural."""
    one = {"people": "person"}.get(unit, unit.removesuffix("s"))
    return f"{allowed:,.0f} {one if round(allowed) == 1 else unit}"


def _in_words(made: Elastic, key: Key, share: float, values: Floats) -> Blame:
    """The limit where it is exceeded most, and the size that would do."""
    if key[0] == NOTICE.key:
        return _notice_in_words(made, key, values)
    row = made.worst_row(key, values)
    limit = made.rows[key][row].limit
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


def _notice_in_words(made: Elastic, key: Key, values: Floats) -> Blame:
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
