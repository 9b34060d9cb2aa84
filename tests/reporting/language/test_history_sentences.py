"""What was proved of a plan, in sentences that name the costs that are bounded."""

from __future__ import annotations

from planner.reporting.language.history_sentences import proved
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
    assert "expected the plan to cost USD 900, safety margins included" in alone
    assert "of any plan, USD 891" in alone
    assert "after the promotion" not in alone
    with_tail = PLANNED | {"model_objective": 1_000.0, "model_bound": 990.0}
    both = proved(labels, {"planned": with_tail})
    assert "to cost USD 1,000, safety margins and the days after the promotion included" in both
    assert "of any plan on all these days, USD 990" in both
    assert "no plan to cost less than USD 850 for the promotion itself" in both
