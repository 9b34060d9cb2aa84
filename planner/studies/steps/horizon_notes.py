"""What to know of the edges of the horizon before anything is run: in words, for the terminal."""

from __future__ import annotations

import math

import numpy as np

from planner.domain.deadline_classes import rules_of
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem


def horizon_warnings(problem: Problem) -> list[str]:
    """What is stated beyond the days that are followed."""
    return [*tail_warnings(problem), *force_majeure_warnings(problem)]


def force_majeure_warnings(problem: Problem) -> list[str]:
    """Force majeure that exempts no order: a day of another year is a slip of the pen."""
    first, last = problem.horizon.start.date(), problem.horizon.at(last_deadline_s(problem)).date()
    stated = {(days.first, days.last) for rule in rules_of(problem) for days in rule.force_majeure}
    return [
        f"force_majeure: {begin} to {end} exempts no order: those of the promotion are placed and "
        f"due from {first} to {last}"
        for begin, end in sorted(stated)
        if end < first or begin > last
    ]


def tail_warnings(problem: Problem) -> list[str]:
    """Whether orders of the promotion are due after the days in which they are followed.

    What has not left by the end of the tail is late. Without a tail no order is followed, and what
    a steady day leaves open is not judged.
    """
    horizon = problem.horizon
    due_s = last_deadline_s(problem)
    if not horizon.tail_days or due_s < horizon.end_s:
        return []
    needed = math.ceil((due_s + 1 - horizon.reported_end_s) / DAY_S)
    return [
        f"horizon.tail_days: the last orders are due on {horizon.at(due_s):%Y-%m-%d at %H:%M}, and "
        f"followed for {horizon.tail_days} days after the promotion only; one that has not left by "
        f"then counts as late. tail_days: {needed} follows them until they are due"
    ]


def last_deadline_s(problem: Problem) -> int:
    """Last second at which an order of the promotion is due, targets of one's own included."""
    names = problem.region_names
    regions = np.arange(len(names))
    last = np.full(len(names), problem.horizon.reported_end_s - 1, dtype=np.int64)
    deadlines = [
        rule.deadlines(last, regions, names, problem.horizon)
        for asked in (problem, *problem.targets)
        for rule in rules_of(asked)
    ]
    return int(np.max(deadlines))
