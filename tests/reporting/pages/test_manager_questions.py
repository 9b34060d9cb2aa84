"""What a warehouse manager asks first, answered from the tables of a run."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planner.reporting.language.labels import Labels
from planner.reporting.layout.fonts import register
from planner.reporting.pages.manager_questions import manager_questions
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder

STAFFING = pd.DataFrame(
    [
        ("2026-11-10", "pack", "day", 4, ""),
        ("2026-11-11", "pack", "day", 6, ""),
        ("2026-11-11", "pack", "day", 9, "2026-11-11"),
    ],
    columns=["date", "process", "shift", "headcount", "since"],
)
PAYROLL = pd.DataFrame({"idle_days": [3, 0]})
STRESS = pd.DataFrame(
    {
        "kind": ["mix", "missed_pickup"],
        "worst": ["", "A 23:00"],
        "kept": [88, 62],
        "kept_before": [99, 99],
        "replications": [100, 100],
        "kept_share": [0.88, 0.62],
        "cost_extra": [10.0, 20.0],
    }
)
COURIERS = pd.DataFrame({"contract": ["a", "b"], "parcels_mean": [80.0, 20.0]})
CONTRACTS = pd.DataFrame(
    {
        "contract": ["a", "b", "a + b"],
        "members": [1, 1, 2],
        "region_group": ["all", "all", "all"],
        "cost_per_order": [4.0, 3.5, 3.4],
        "refused": [0.0, 0.25, 0.0],
        "on_time_share": [0.99, 0.7, 0.99],
        "fails": ["", "refused", ""],
    }
)


def answers(lang: str = "en", **tables: pd.DataFrame) -> dict[str, str]:
    run = RunFolder(Path(), {"name": "x", "start": "2026-11-10", "days": 2}, {}, tables)
    context = PageContext(run, Labels(lang, "CNY"), register())
    return dict(manager_questions(context))


def test_every_question_is_answered_from_its_table() -> None:
    """Most and fewest permanents and paid idle days; the worst pick-up; the next courier and why it
    fails.
    """
    found = answers(
        staffing=STAFFING, payroll=PAYROLL, stress=STRESS, couriers=COURIERS, contracts=CONTRACTS
    )
    assert "Most at work: 6 on Wed 11 Nov" in found["Permanent people"]
    assert "fewest: 4 on Tue 10 Nov" in found["Permanent people"]
    assert "3 person-days are paid without work" in found["Permanent people"]
    missed = found["If a pick-up is missed"]
    assert "A 23:00. 62 of 100" in missed
    assert "99 do when it comes" in missed
    why = found["Why this courier"]
    assert "a carries 80%" in why
    assert "4.00" in why
    assert "b CNY 3.50, but it refuses 25.0%" in why


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_no_table_answers_is_not_asked(lang: str) -> None:
    assert answers(lang) == {}


def test_a_plan_without_permanent_people_says_so() -> None:
    hired = STAFFING.assign(since="2026-11-10")
    assert answers(staffing=hired)["Permanent people"] == "None are planned on any day."


def test_a_rival_that_is_late_is_not_said_to_refuse() -> None:
    late = CONTRACTS.assign(refused=0.0, fails=["", "late", ""])
    why = answers(couriers=COURIERS, contracts=late)["Why this courier"]
    assert why.endswith("b CNY 3.50, but only 70.0% would be on time.")
