"""Small problems with named people, and plans for them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from planner.domain.demand import Baseline, Demand
from planner.domain.named_staff import Person
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import LONG_AGO, StaffRow
from tests.planning.builders import DAY_SHIFT, LATE_SHIFT, crew, problem


def person(name: str, days: str = "", **changes: Any) -> Person:
    """Somebody of the own crew; `days`: a character for each day, `-` where they are not there
    (none: always).
    """
    there = frozenset(i for i in range(99) if days[i : i + 1] != "-")
    return replace(
        Person(name=name, site="east", crew="own", skills=(), available_days=there), **changes
    )


def given(days: int, *people: Person, per_day: tuple[float, ...] = (), **changes: Any) -> Problem:
    """One site that packs, two shifts; so many own people as have names unless stated."""
    hours = np.zeros((days, 24))
    hours[:, 6:10] = np.array(per_day or (0.0,) * days)[:, None] / 4
    changes = {
        "people": people,
        "shifts": (DAY_SHIFT, LATE_SHIFT),
        "crews": (crew(limit=len(people)),),
        "demand": Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(hours.ravel()),
        ),
    } | changes
    made = problem(days=days)
    return replace(made, platform=replace(made.platform, deadline_hours=10.0), **changes)


def row(
    day: int, people: int, shift: str = "day", process: str = "pack", **changes: Any
) -> StaffRow:
    return replace(
        StaffRow(
            day=day,
            site="east",
            process=process,
            crew="own",
            shift=shift,
            since_day=LONG_AGO,
            headcount=people,
        ),
        **changes,
    )


def plan(of: Problem, *staffing: StaffRow) -> Plan:
    whole = tuple(
        ShareRow(region=r, site="east", contract="", from_s=0, to_s=of.horizon.end_s, share=1.0)
        for r in of.region_names
    )
    return Plan(
        method="test", status=PlanStatus.AS_STATED, staffing=tuple(sorted(staffing)), routing=whole
    )


def agency(*names: tuple[str, str]) -> tuple[Person, ...]:
    return tuple(person(name, days, crew="agency") for name, days in names)


def temps(**changes: Any) -> Any:
    return crew(name="agency", temporary=True, **({"limit": 2} | changes))
