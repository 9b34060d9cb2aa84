"""Who works when, by name: the tables of a run whose scenario names its people."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

import pandas as pd

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.named_staff import NamedRoster, NamedRow, OpenRow, is_night
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ConflictError
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.roster_rules import roster_violations

ROSTER = ["date", "site", "process", "crew", "shift", "start", "end", "name", "night"]
OPEN = ["date", "site", "process", "crew", "shift", "start", "end", "unnamed", "empty"]
PEOPLE = [
    "name",
    "site",
    "crew",
    "days",
    "hours",
    "nights",
    "longest_run",
    "weekend_days",
    "proved",
]
SATURDAY = 5


def roster_tables(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """Assign named people to the shifts of a plan.

    Returns
    -------
    dict of DataFrame
        `roster`: who works when; `people`: totals of each person, and whether the roster of their
        crew is proved optimal and fairest; `roster_open`: places without a name. Empty where nobody
        has a name.

    Raises
    ------
    ConflictError
        The roster breaks a limit.
    """
    if not problem.people:
        return {}
    roster = in_solver_process(assign_people, problem, plan)
    broken = roster_violations(problem, plan, roster)
    if broken:
        words = "the roster with names breaks rules and is not written:"
        raise ConflictError(words, *(f"- {v.words}" for v in broken))
    return tables_of(problem, roster)


def tables_of(problem: Problem, roster: NamedRoster) -> dict[str, pd.DataFrame]:
    """A roster as tables, in canonical order."""
    nights = {s.name: "yes" if is_night(s) else "no" for s in problem.shifts}
    rows = [(*_place(problem, r), r.name, nights[r.shift]) for r in roster.rows]
    left = [(*_place(problem, r), r.unnamed, r.empty) for r in roster.open]
    mine = [
        [r for r in roster.rows if (r.site, r.name) == (p.site, p.name)] for p in problem.people
    ]
    proved = ["no" if (p.site, p.crew) in roster.unproved else "yes" for p in problem.people]
    people = [
        (p.name, p.site, p.crew, *_in_all(problem, of), how)
        for p, of, how in zip(problem.people, mine, proved, strict=True)
    ]
    return {
        "roster": pd.DataFrame(rows, columns=ROSTER),
        "people": pd.DataFrame(people, columns=PEOPLE),
        "roster_open": pd.DataFrame(left, columns=OPEN),
    }


def _place(problem: Problem, row: NamedRow | OpenRow) -> tuple[str, ...]:
    shift = problem.shift(row.shift)
    date = problem.horizon.date_of(row.day).isoformat()
    return (
        date,
        row.site,
        row.process,
        row.crew,
        row.shift,
        _clock(shift.start_s),
        _clock(shift.end_s),
    )


def _clock(second: int) -> str:
    """Time of day; midnight is 24:00, a time of the next day is earlier than the start."""
    hours, rest = divmod(second if second <= DAY_S else second - DAY_S, HOUR_S)
    return f"{hours:02d}:{rest // 60:02d}"


def _in_all(problem: Problem, rows: list[NamedRow]) -> tuple[int, str, int, int, int]:
    """Totals of a person: days, paid hours, nights, longest run of days, weekend days."""
    days = sorted(r.day for r in rows)
    shifts = [problem.shift(r.shift) for r in rows]
    runs = [
        len(list(run)) for _, run in groupby(enumerate(days), key=lambda item: item[1] - item[0])
    ]
    start = problem.horizon.start.date()
    weekend = sum((start + timedelta(days=day)).weekday() >= SATURDAY for day in days)
    hours = f"{sum(s.paid_s for s in shifts) / HOUR_S:.2f}"
    nights = sum(is_night(s) for s in shifts)
    return len(days), hours, nights, max(runs, default=0), weekend
