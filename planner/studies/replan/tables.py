"""The tables of a plan changed in the middle of a promotion."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from planner.domain.costs import simulated_costs
from planner.domain.horizon import HOUR_S
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.domain.statistics import proportion_interval, t_interval
from planner.reporting.tables.replan_tables import (
    CALLS_TABLE,
    CHANGES_TABLE,
    EFFECT_TABLE,
    NOW_TABLE,
    SIZES_TABLE,
)
from planner.studies.certification.certificate import met_count
from planner.studies.replan.openings import begins_s
from planner.studies.replan.roster import PersonChange
from planner.studies.replan.search import Step
from planner.studies.replan.situation import Situation


def changes_table(
    problem: Problem, before: Plan, after: Plan, steps: Sequence[Step]
) -> pd.DataFrame:
    """The table `changes`.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    before, after : Plan
        The plans.
    steps : sequence of Step
        The changes, as `merged` gives them.

    Returns
    -------
    DataFrame
        A row for each change.
    """
    rows = []
    for step in steps:
        o = step.opening
        rows.append(
            (
                o.what,
                o.site,
                o.process,
                o.crew,
                o.shift,
                problem.horizon.date_of(o.day).isoformat(),
                o.before(before),
                o.before(after),
                _major(problem, step.saves_minor),
                _moment(problem, o.decide_by_s),
                o.from_process,
                o.from_shift,
                o.contract,
                _clock(o.at_s) if o.vehicles else "",
                step.amount,
                _major(problem, step.cost_minor),
                round(step.late_saved, 1),
                "promise" if step.for_promise else "money",
                o.region,
                o.event,
            )
        )
    return CHANGES_TABLE.frame(rows)


def _major(problem: Problem, minor: float) -> float:
    return float(to_major(round(minor), problem.currency))


def _moment(problem: Problem, second: int) -> str:
    return f"{problem.horizon.at(second):%Y-%m-%d %H:%M}"


def _clock(second: int) -> str:
    return f"{second // HOUR_S:02}:{second % HOUR_S // 60:02}"


def calls_table(
    problem: Problem, changes: Sequence[PersonChange], steps: Sequence[Step]
) -> pd.DataFrame:
    """The table `calls`: who has to be told what, the most urgent first.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    changes : sequence of PersonChange
        Whose shift changes.
    steps : sequence of Step
        Say until when each is decided.

    Returns
    -------
    DataFrame
        A row for each person and day.
    """
    by: dict[tuple[int, str, str, str], int] = {}
    for step in steps:
        o = step.opening
        for row, _ in o.people:
            key = row.day, row.site, row.crew, row.shift
            by[key] = min(by.get(key, o.decide_by_s), o.decide_by_s)
    rows = []
    for c in changes:
        process, shift = c.after or ("", "")
        from_process, from_shift = c.before or ("", "")
        places = [s for s in (shift, from_shift) if s]
        begin = min(begins_s(problem.site(c.site), problem.shift(s), c.day) for s in places)
        known = [by[k] for s in places if (k := (c.day, c.site, c.crew, s)) in by]
        rows.append(
            (
                _moment(problem, min(known, default=begin)),
                _told(c),
                problem.horizon.date_of(c.day).isoformat(),
                c.site,
                c.crew,
                c.person,
                process,
                shift,
                *(_hours(problem, shift) if shift else ("", "")),
                "" if from_process == process else from_process,
                "" if from_shift == shift else from_shift,
            )
        )
    return CALLS_TABLE.frame(sorted(rows))


def _told(change: PersonChange) -> str:
    if change.before is None:
        return "come"
    if change.after is None:
        return "home"
    return "shift" if change.before[1] != change.after[1] else "process"


def _hours(problem: Problem, name: str) -> tuple[str, str]:
    shift = problem.shift(name)
    return _clock(shift.start_s), _clock((shift.end_s - 1) % (24 * HOUR_S) + 1)


def sizes_table(problem: Problem, now: Situation) -> pd.DataFrame:
    """The table `event_sizes`."""
    known = now.learned.demand.under_way
    if known is None or not known.sizes.size:
        return SIZES_TABLE.frame([])
    points = np.quantile(known.sizes, [0.05, 0.5, 0.95], axis=0).round(1).T.tolist()
    return SIZES_TABLE.frame(
        [
            (e.name, round(e.median, 1), round(e.p95, 1), *of)
            for e, of in zip(problem.demand.events, points, strict=True)
        ]
    )


def now_table(now: Situation) -> pd.DataFrame:
    """The table `now`."""
    return NOW_TABLE.frame(
        [(w.site, w.process, w.simulated, w.stated, w.rate) for w in now.waiting]
    ).astype({"stated": "Int64"})


def effect_table(
    problem: Problem,
    plans: tuple[Plan, Plan],
    results: tuple[Sequence[Summary], Sequence[Summary]],
) -> pd.DataFrame:
    """The table `replan_effect`: before and after on the same promotions.

    Parameters
    ----------
    problem : Problem
        The promotion as it stands.
    plans : tuple of Plan
        Before and after.
    results : tuple of sequences of Summary
        Their replications, the same for both.

    Returns
    -------
    DataFrame
        Rows before, after and difference.
    """
    costs = [
        np.asarray(sum(simulated_costs(problem, plan, summaries).values()), dtype=float)
        for plan, summaries in zip(plans, results, strict=True)
    ]
    failed = [np.array([s.failed for s in summaries], dtype=float) for summaries in results]
    kept = [met_count(problem, summaries) for summaries in results]
    rows = []
    for name, cost, late, met in (
        ("before", costs[0], failed[0], kept[0]),
        ("after", costs[1], failed[1], kept[1]),
        ("difference", costs[1] - costs[0], failed[1] - failed[0], kept[1] - kept[0]),
    ):
        mean, low, high = t_interval(cost)
        share: tuple[float | None, ...] = (None, None)
        if name != "difference":
            share = tuple(round(end, 6) for end in proportion_interval(met, len(cost)))
        limits = (None if np.isnan(x) else _major(problem, x) for x in (low, high))
        rows.append(
            (
                name,
                _major(problem, mean),
                *limits,
                round(float(late.mean()), 2),
                met,
                len(cost),
                *share,
            )
        )
    return EFFECT_TABLE.frame(rows)
