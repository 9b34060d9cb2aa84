"""Who works when, person by person: the tables of a run."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby

import pandas as pd

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.named_staff import is_night
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.roster import OpenRow, Roster, RosterRow
from planner.errors import ConflictError
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.roster_rules import roster_violations

ROSTER = ["date", "site", "process", "crew", "shift", "start", "end", "person", "night"]
OPEN = ["date", "site", "process", "crew", "shift", "start", "end", "empty"]
PEOPLE = [
    "person",
    "site",
    "crew",
    "days",
    "hours",
    "nights",
    "longest_run",
    "weekend_days",
    "proved",
    "named",
]


def roster_tables(
    problem: Problem, plan: Plan, roster: Roster | None = None
) -> dict[str, pd.DataFrame]:
    """Who works when under a plan.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    roster : Roster, optional
        Its roster; by default it is made.

    Returns
    -------
    dict of DataFrame
        `roster`: who works when; `people`: totals of each person, and whether the roster of their
        crew is proved optimal and fairest; `roster_open`: places that nobody fills, if any.

    Raises
    ------
    ConflictError
        The roster breaks a limit.
    """
    roster = roster or assign_people(problem, plan)
    broken = roster_violations(problem, plan, roster)
    if broken:
        words = "the roster breaks rules and is not written:"
        raise ConflictError(words, *(f"- {v.words}" for v in broken))
    return tables_of(problem, roster)


def tables_of(problem: Problem, roster: Roster) -> dict[str, pd.DataFrame]:
    """The days that are reported of a roster as tables, in canonical order.

    Returns
    -------
    dict of DataFrame
        `roster`, `people`, and `roster_open` where places are empty. Who has a name is among the
        people in any case, who has a number only with work.
    """
    roster = roster.until(problem.horizon.reported_days)
    nights = {s.name: "yes" if is_night(s) else "no" for s in problem.shifts}
    rows = [(*_place(problem, r), r.person, nights[r.shift]) for r in roster.rows]
    left = [(*_place(problem, r), r.empty) for r in roster.open]
    shifts: dict[tuple[str, str, str], list[RosterRow]] = defaultdict(list)
    for row in roster.rows:
        shifts[row.site, row.crew, row.person].append(row)
    named = {(p.site, p.crew, p.name) for p in problem.people}
    order = list(dict.fromkeys([(p.site, p.crew, p.name) for p in problem.people]))
    order += sorted(shifts.keys() - named)
    people = [
        (
            name,
            site,
            crew,
            *_in_all(problem, shifts[site, crew, name]),
            "no" if (site, crew) in roster.unproved else "yes",
            "yes" if (site, crew, name) in named else "no",
        )
        for site, crew, name in order
    ]
    tables = {
        "roster": pd.DataFrame(rows, columns=ROSTER),
        "people": pd.DataFrame(people, columns=PEOPLE),
    }
    return tables | ({"roster_open": pd.DataFrame(left, columns=OPEN)} if left else {})


def _place(problem: Problem, row: RosterRow | OpenRow) -> tuple[str, ...]:
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


def _in_all(problem: Problem, rows: list[RosterRow]) -> tuple[int, str, int, int, int]:
    """Totals of a person: days, paid hours, nights, longest run of days, weekend days."""
    days = sorted(r.day for r in rows)
    shifts = [problem.shift(r.shift) for r in rows]
    runs = [
        len(list(run)) for _, run in groupby(enumerate(days), key=lambda item: item[1] - item[0])
    ]
    weekend = sum(problem.horizon.is_weekend(day) for day in days)
    hours = f"{sum(s.paid_s for s in shifts) / HOUR_S:.2f}"
    nights = sum(is_night(s) for s in shifts)
    return len(days), hours, nights, max(runs, default=0), weekend
