"""The verdict on page 1 says what it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from planner.domain.demand import Baseline, Demand
from planner.domain.demand_certainty import certain_demand
from planner.domain.events import Event
from planner.domain.problem import Problem
from planner.reporting.language.certificate_sentences import (
    open_sentences,
    repair_sentences,
    verdict_sentences,
)
from planner.reporting.language.labels import Labels, language
from planner.reporting.language.outcome_sentences import outcome_lines
from planner.reporting.pages.headline import verdict_words
from planner.reporting.tables.run_folder import RunFolder
from tests.builders import a_problem, given

VERDICT = {
    "certified": True,
    "on_time_share": 0.98,
    "confidence": 0.95,
    "replications": 100,
    "met": 100,
    "lower_bound": 0.97,
    "level": 0.95,
}


def sentences(lang: str, certain: list[str], inside: int, left: int) -> list[str]:
    """The verdict of a run with `inside` orders open at the end, `left` of them as a steady day
    leaves.
    """
    rows = pd.DataFrame({"open_at_end": [inside] * 2, "late_at_end": [inside - left] * 2})
    run: dict[str, Any] = {"certificate": VERDICT, "certain_demand": certain}
    folder = RunFolder(Path(), run, {}, {"replications": rows})
    return verdict_words(folder, Labels(language(lang), "CNY"))[1]


def test_page_one_says_that_demand_was_certain_and_what_was_left_at_the_end() -> None:
    """Orders left open at the end are mentioned wherever there are any."""
    assert len(sentences("en", [], 0, 0)) == 2
    assert sentences("en", [], 300, 300)[2].startswith(
        "On average 300 orders are still open at the end, no more"
    )
    *_, certain, late = sentences("en", ["given", "live"], 1500, 300)
    assert certain == (
        "Demand was taken as certain (own forecast, live): nothing is proven about a larger "
        "promotion."
    )
    assert late.startswith(
        "On average 1,500 orders are still open at the end, more than on a steady day: 1,200 of "
        "them"
    )
    *_, certain, late = sentences("zh", ["baseline"], 1500, 300)
    assert certain.startswith("需求按确定值处理（日常需求）")
    assert "按迟发计" in late


def with_event(p95: float, day_cv: float) -> Problem:
    """A baseline of five orders an hour, and an event of 100."""
    event = Event(name="live", at_s=0, median=100.0, p95=p95, ramp_s=0, half_life_s=3600)
    baseline = Baseline(np.full(24, 5.0), day_cv=day_cv)
    return a_problem(
        demand=Demand(
            events=(event,), region_share=np.ones(1), product_share=np.ones(1), baseline=baseline
        )
    )


@pytest.mark.parametrize(
    ("p95", "day_cv", "certain"),
    [(100.0, 0.0, ("baseline", "live")), (100.0, 0.1, ("live",)), (150.0, 0.1, ())],
)
def test_demand_is_certain_where_nothing_is_spread(
    p95: float, day_cv: float, certain: tuple[str, ...]
) -> None:
    """An event whose 95 % point is its median, a baseline without day effect; a single given
    path.
    """
    assert certain_demand(with_event(p95, day_cv).demand) == certain
    assert certain_demand(given(a_problem(), [1.0] * 24).demand) == ("given",)


def test_the_level_of_a_later_certification_is_rounded_down() -> None:
    """0.993541 is 99.3 % of certainty, a bound of 0.89997 no 90 %."""
    later = VERDICT | {
        "certified": False,
        "level": 0.993541,
        "lower_bound": 0.89997,
        "confidence": 0.9,
        "met": 99,
    }
    _, bound = verdict_sentences(later, Labels("en"))
    assert (
        bound
        == "Why not: with 99.3% certainty this is proven for 89.9% of promotions only; 90% was "
        "asked for."
    )


def test_the_terminal_says_what_page_one_says() -> None:
    """The same sentences and figures; columns of the table of methods stand in line."""
    summary = {
        "certificate": VERDICT,
        "cost": 42_082.8,
        "on_time_share": {"mean": 0.996098},
        "open_at_end": 156.0,
        "late_at_end": 23.0,
    }
    content = {"certificate": VERDICT, "certain_demand": ["given"]}
    labels = Labels("en", "USD")
    lines = outcome_lines(
        content, [("joint", summary), ("average", summary | {"cost": 40_033.2})], labels
    )
    first, *_ = verdict_sentences(VERDICT, labels)
    assert lines[0] == f"CERTIFIED: {first}"
    assert labels("verdict_open_late", inside="156", late="23") in lines
    head, ours, other = lines[-3:]
    assert len(head) == len(ours) == len(other)
    assert ours.split() == [
        "this",
        "plan",
        "(joint)",
        "42,083",
        "99.60%",
        "100",
        "of",
        "100",
        "yes",
    ]
    assert "\u22124.9%" in other


@pytest.mark.parametrize(
    ("lang", "proved", "first"),
    [
        ("en", True, "No roster fills every place of own at east: at least 4 stay empty"),
        ("en", False, "No roster was found that fills every place of own at east, and none was"),
        ("zh", True, "east 自有员工 的岗位无法排满：至少空缺 4 个"),
        ("zh", False, "未找到能排满 east 自有员工 全部岗位的排班，也未证明不存在：空缺 4 个"),
    ],
)
def test_empty_places_are_the_reason_although_all_orders_are_on_time(
    lang: str, proved: bool, first: str
) -> None:
    """What was met is said too, as what it is; a search without an answer claims nothing."""
    days = ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-14"]
    empty = {"site": "east", "crew": "own", "places": 4, "dates": days, "proved": proved}
    verdict = VERDICT | {"certified": False, "empty_places": [empty]}
    labels = Labels(language(lang), "CNY")
    said, *met = verdict_sentences(verdict, labels)
    assert said.startswith(first)
    assert said.endswith({"en": "12 Nov, and 1 more day).", "zh": "11月12日、另有 1 天）。"}[lang])
    assert "roster_open.csv" in repair_sentences(verdict, labels)[0]
    assert repair_sentences(VERDICT, labels) == []
    assert met == verdict_sentences(VERDICT, labels)


def test_one_late_order_at_the_end_counts_in_the_singular() -> None:
    """`1 of them counts as late`, not `count`."""
    (line,) = open_sentences(205.0, 1.2, Labels("en"))
    assert line.endswith("than on a steady day: 1 of them counts as late.")
