"""What would help a plan that orders miss: one more person or vehicle at a time, on the same
promotions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.domain.costs import committed_costs
from planner.domain.dates import day_clock, day_month
from planner.domain.horizon import DAY_S
from planner.domain.money import to_major
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.staffing import earliest_start
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.common_replications import Evaluation
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.certification.removable_resources import heads_of, with_heads
from planner.studies.runs.run_context import RunContext

PLAYED = 12  # promotions on which units are tried, spread over those in which orders failed
MOST_PLACES = 4  # of people, and as many of vehicles
COLUMNS = (
    *(
        "unit",
        "words",
        "site",
        "process",
        "crew",
        "shift",
        "contract",
        "date",
        "added",
        "failed_before",
    ),
    *("failed_after", "saved_orders", "cost", "cost_per_order"),
)
Place = tuple[str, str, str, str, str, int, int]


@dataclass(frozen=True)
class MarginalResource:
    """One more person (all days of the shortest booking) or vehicle, and the plan with it."""

    words: str
    site: str
    day: int
    plan: Plan
    process: str = ""
    crew: str = ""
    shift: str = ""
    contract: str = ""


@dataclass(frozen=True)
class Numbered:
    """A trial on chosen replications (picklable: this is what worker processes receive once)."""

    trial: Evaluation
    numbers: tuple[int, ...]

    def __call__(self, k: int) -> list[Summary]:
        return self.trial(self.numbers[k])


def units_table(
    problem: Problem,
    plan: Plan,
    places: Counter[Place],
    failing: Sequence[Summary],
    promotions: int,
    context: RunContext,
    stream_set: str,
) -> pd.DataFrame:
    """Every unit that was tried, the most failed orders saved per money first (those that save none
    last).

    `failing`: those of all `promotions` in which orders failed, the hardest first. `cost` is what
    the unit adds to what the plan commits to, which is paid in every promotion; so failed and saved
    orders are means over all of them too, none where nothing failed.
    """
    evaluated = units_for(problem, plan, places)
    spread = np.unique(
        np.linspace(0, len(failing) - 1, min(PLAYED, len(failing))).round().astype(int)
    )
    numbers = tuple(failing[int(k)].replication for k in spread)
    plans = (plan, *(u.plan for u in evaluated))
    context.begin("trying one more person or vehicle", len(numbers))
    task = Numbered(Evaluation(problem, plans, context.executor.engine, stream_set), numbers)
    failed = np.array(
        [[s.failed for s in row] for row in context.replicate("helpers", task, len(numbers))]
    )
    before, *after = failed.mean(axis=0) * (len(failing) / promotions)
    base = sum(committed_costs(problem, plan).values())
    found = []
    for unit, left in zip(evaluated, after, strict=True):
        saved, cost = float(before - left), sum(committed_costs(problem, unit.plan).values()) - base
        row = _row(problem, unit, (float(before), float(left)), cost)
        found.append((saved <= 0, -saved / max(cost, 1), unit.words, row))
    return pd.DataFrame(
        [row for *_, row in sorted(found, key=lambda f: f[:3])], columns=list(COLUMNS)
    )


def _row(
    problem: Problem, unit: MarginalResource, failed: tuple[float, float], cost_minor: int
) -> dict[str, object]:
    saved, cost = failed[0] - failed[1], float(to_major(cost_minor, problem.currency))
    return {
        "unit": "vehicle" if unit.contract else "person",
        "words": unit.words,
        "site": unit.site,
        "process": unit.process,
        "crew": unit.crew,
        "shift": unit.shift,
        "contract": unit.contract,
        "date": problem.horizon.date_of(unit.day).isoformat(),
        "added": 1,
        "failed_before": round(failed[0], 3),
        "failed_after": round(failed[1], 3),
        "saved_orders": round(saved, 3),
        "cost": cost,
        "cost_per_order": round(cost / saved, 2) if saved > 0 else None,
    }


def units_for(problem: Problem, plan: Plan, places: Counter[Place]) -> list[MarginalResource]:
    """One more person or vehicle at each of the worst places, as far as the limits allow it."""
    known = {v.words for v in violations(problem, plan)}
    bare = without_costs(plan)
    evaluated = [*_people(problem, bare, places), *_vehicles(problem, bare, places)]
    return [u for u in evaluated if all(v.words in known for v in violations(problem, u.plan))]


def _people(problem: Problem, plan: Plan, places: Counter[Place]) -> Iterator[MarginalResource]:
    worst: Counter[tuple[str, str, str, int]] = Counter()
    for (reason, site, process, _, _, since, _), orders in places.items():
        if reason == "waiting" and (at := _next_shift(problem, site, since)) is not None:
            worst[site, process, *at] += orders
    for (site, process, shift, day), _ in sorted(worst.items(), key=lambda i: (-i[1], i[0]))[
        :MOST_PLACES
    ]:
        for crew in problem.crews:
            able = (
                crew.site == site and crew.may_do(process) and crew.may_work(problem.shift(shift))
            )
            days = _days_for(problem, crew, day) if able else []
            if days:
                rows = [_one(crew, process, shift, d, days[0]) for d in days]
                words = (
                    f"1 more {crew.name} person at {site}, {process}, {shift} shift on "
                    f"{_dates(problem, days)}"
                )
                heads = heads_of(plan)
                heads.update(rows)
                yield MarginalResource(
                    words, site, day, with_heads(plan, heads), process, crew.name, shift
                )


def _one(crew: Crew, process: str, shift: str, day: int, since: int) -> StaffRow:
    return StaffRow(
        day=day,
        site=crew.site,
        process=process,
        crew=crew.name,
        shift=shift,
        since_day=since if crew.temporary else LONG_AGO,
        headcount=0,
    )


def _dates(problem: Problem, days: Sequence[int]) -> str:
    first, last = (day_month(problem.horizon.date_of(d)) for d in (days[0], days[-1]))
    return first if first == last else f"{first} to {last}"


def _next_shift(problem: Problem, site: str, second: int) -> tuple[str, int] | None:
    """The regular shift (name, day) that works at a moment, or the next to work after it."""
    opening = problem.site(site).opening
    coming = [
        (max(a, second), b, shift.name, day)
        for shift in problem.shifts
        if not shift.extends
        for day in range(
            max(second // DAY_S - 1, 0), min(second // DAY_S + 2, problem.horizon.days)
        )
        for a, b in shift.working(day, opening)
        if b > second
    ]
    return min(coming)[2:] if coming else None


def _days_for(problem: Problem, crew: Crew, day: int) -> list[int]:
    """Days of the shortest booking of a temporary that holds the day, its first days before it; one
    day of a permanent person; none where notice or the horizon's end forbid it.
    """
    if not crew.temporary:
        return [day]
    length = max(crew.min_days, 1)
    since = min(max(earliest_start(problem, crew), day - length + 1), problem.horizon.days - length)
    allowed = earliest_start(problem, crew) <= since <= day
    return list(range(since, since + length)) if since >= 0 and allowed else []


def _vehicles(problem: Problem, plan: Plan, places: Counter[Place]) -> Iterator[MarginalResource]:
    worst = Counter({(p[1], p[3], p[5]): n for p, n in places.items() if p[0] == "collection"})
    for (site, contract, second), _ in sorted(worst.items(), key=lambda i: (-i[1], i[0]))[
        :MOST_PLACES
    ]:
        day, at_s = divmod(second, DAY_S)
        booked = Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
        booked[ExtraCollection(day, site, contract, at_s, 0)] += 1
        extra = tuple(sorted(replace(e, vehicles=n) for e, n in booked.items()))
        words = f"1 more vehicle of {contract} at {site} on {day_clock(problem.horizon.at(second))}"
        yield MarginalResource(words, site, day, replace(plan, extra=extra), contract=contract)
