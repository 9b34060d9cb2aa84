"""What is said of the orders a day: each case that a result may have."""

from __future__ import annotations

from typing import Any

import pytest

from planner.reporting.language.capacity_sentences import declare_sentence, promise_sentence
from planner.reporting.language.labels import Labels

EN = Labels("en", "CNY")


def a_row(**changes: Any) -> dict[str, Any]:
    row = {"site": "", "date": "", "orders_per_day": 4325, "high": 4541, "or_more": False}
    return {**row, "forecast_p50": 14365, "forecast_p95": 21782, **changes}


def declared(number: int | None, kept: int, demand: float = 1.25, **changes: Any) -> dict[str, Any]:
    return {
        "demand": demand,
        "declared": number,
        "recommended": False,
        "kept": kept,
        "replications": 100,
        "late_avoided": 620.6,
        "late_avoided_low": 292.3,
        "late_avoided_high": 949.0,
        "orders_extended": 34732.1,
        "orders_delayed": 3700.0,
        "delay_hours": 8.03,
        "paced_share": 0.0,
        **changes,
    }


def found(number: int | None, *rows: dict[str, Any]) -> dict[str, Any]:
    to_declare = {"platform": "tiktok-us", "orders_per_day": number, "demand": 1.25}
    return {
        "to_declare": {**to_declare, "high": None, "needed": True, "pacing": 3.0},
        "every_day": {"needed": 99},
        "declare": [declared(None, 99, 1.0), declared(None, 88), *rows],
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "On every day of the promotion the plan can promise 4,325 orders a day (interval"),
        ({"site": "yiwu"}, "yiwu by itself, on every day: 4,325 orders a day"),
        ({"date": "2026-11-11"}, "On 11 Nov alone, with all other days as forecast: 4,325 orders"),
        ({"or_more": True}, "all sites, every day: 4,325 orders a day or more"),
        ({"site": "yiwu", "orders_per_day": 0}, "yiwu, every day: no number can be promised"),
    ],
)
def test_a_number_its_place_and_its_interval(changes: dict[str, Any], words: str) -> None:
    service = {"confidence": 0.95, "on_time_share": 0.98}
    assert promise_sentence(EN, a_row(**changes), service).startswith(words)


def test_the_number_to_declare_comes_with_its_effect() -> None:
    chosen = declared(2042, 99, recommended=True, paced_share=0.4)
    said = declare_sentence(EN, found(2042, declared(1838, 99), chosen, declared(2246, 97)))
    assert "to declare (TikTok Shop US): 2,042 orders a day" in said
    assert "kept in 99 of 100 held-out promotions, without a declaration in 88" in said
    assert "621 late orders fewer on average (95% interval 292 to 949)" in said
    assert "3,700 orders leave an hour later" in said
    assert "above 6,126 orders (3 times the number)" in said
    assert "in 40% of the promotions" in said
    assert said.startswith("With the stated demand 99 of 100")


def test_where_no_number_is_enough_the_best_one_is_told() -> None:
    """The largest of those with most promotions kept, and that it is not enough."""
    said = declare_sentence(EN, found(None, declared(1225, 98), declared(1838, 98)))
    assert "99 of 100 held-out promotions would have to keep the promise, and 88 do" in said
    assert "With 1,838 orders a day declared 98 do" in said
    assert "hold orders back" not in said
