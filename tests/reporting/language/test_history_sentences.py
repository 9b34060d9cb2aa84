"""What was proved of a plan, in sentences that name the costs that are bounded."""

from __future__ import annotations

from typing import Any

import pytest

from planner.reporting.language.history_sentences import proved, reinforced
from planner.reporting.language.labels import Labels

PLANNED = {
    "objective": 900.0,
    "bound": 850.0,
    "model_objective": 900.0,
    "model_bound": 891.0,
    "model_gap": 0.01,
}


def test_a_bound_of_all_days_stands_next_to_the_cost_of_all_days() -> None:
    """With days after the promotion, the solver's bound is not compared with the promotion's cost
    alone.
    """
    labels = Labels("en", "USD")
    alone = proved(labels, {"planned": PLANNED})
    assert "the plan as first made to cost USD 900, safety margins included" in alone
    assert "of any plan, USD 891" in alone
    assert "after the promotion" not in alone
    with_tail = PLANNED | {"model_objective": 1_000.0, "model_bound": 990.0}
    both = proved(labels, {"planned": with_tail})
    assert "to cost USD 1,000, safety margins and the days after the promotion included" in both
    assert "of any plan on all these days, USD 990" in both
    assert "no plan to cost less than USD 850 for the promotion itself" in both


REINFORCED = {
    "kept": True,
    "added": {"booking": 12, "day": 24, "unit": 1_403},
    "cost": 13_525.0,
    "rerouted": 0.0123,
    "missed_before": 19,
    "missed": 3,
    "runs": 300,
    "simulated": 2_432,
}


def test_what_was_added_is_said_with_its_cost_and_its_effect() -> None:
    english = reinforced(Labels("en", "CNY"), REINFORCED)
    assert english == (
        "Added where orders failed: people booked (12), person-days of permanent people (24), "
        "units of stock (1,403); planned costs rise by CNY 13,525. 1.2% of the orders were moved "
        "to other contracts, as collections were full. 3 of 300 pilot replications then missed "
        "the target, 19 before."
    )
    chinese = reinforced(Labels("zh", "CNY"), REINFORCED)
    assert all(figure in chinese for figure in ("12", "24", "1,403", "13,525", "1.2%", "300"))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rerouted": 0.0}, "Added where"),
        ({"added": {}, "cost": 0.0}, "1.2% of"),
        ({"kept": False}, ""),
    ],
)
def test_only_what_was_added_is_named(changes: dict[str, Any], words: str) -> None:
    said = reinforced(Labels("en", "CNY"), REINFORCED | changes)
    assert said.startswith(words)
    assert bool(said) is bool(words)
    assert reinforced(Labels("en", "CNY"), None) == ""
