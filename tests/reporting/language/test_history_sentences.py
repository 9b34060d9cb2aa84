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
    assert "the plan costs USD 900 in the planning model" in alone
    assert "less than USD 891, so" in alone
    assert "after the promotion" not in alone
    with_tail = PLANNED | {"model_objective": 1_000.0, "model_bound": 990.0}
    both = proved(labels, {"planned": with_tail})
    assert "the plan costs USD 1,000 in the planning model" in both
    assert "the days after the promotion included" in both
    assert "less than USD 990 on all these days" in both
    assert (
        "no plan for the sampled scenarios costs less than USD 850 for the promotion itself" in both
    )
