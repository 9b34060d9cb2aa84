"""The search of a number on replications whose own numbers are known."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from planner.studies.capacity.number import Found, NumberSearch, above, upper_rank
from planner.studies.capacity.search import Answer
from planner.studies.certification.certificate import least_met


def searched(
    numbers: Mapping[int, int] | list[int],
    *,
    start: int,
    allowed: int = 1,
    rank: int = 10,
    most: int = 10**6,
    says: Callable[[int, int], bool | None] | None = None,
) -> tuple[Found, int]:
    """What is found where replication r takes numbers[r] orders, and how often it was simulated."""
    search = NumberSearch(count=len(numbers), allowed=allowed, rank=rank, start=start, most=most)
    run, simulated = search.run(), 0
    ask = next(run)
    while True:
        simulated += len(ask.replications)
        answers = {}
        for r in ask.replications:
            kept = ask.orders <= numbers[r] if says is None else says(r, ask.orders)
            answers[r] = Answer(kept, late=ask.orders / max(numbers[r], 1) - 1.0, own=r)
        try:
            ask = run.send(answers)
        except StopIteration as end:
            return end.value, simulated


@pytest.mark.parametrize("start", [40, 900, 1000, 1100, 2500])
def test_the_number_is_an_order_statistic(start: int) -> None:
    """With one miss allowed the second smallest, to one per cent; the tenth is the upper end."""
    numbers = np.random.default_rng(1).normal(1200, 120, 100).astype(int).tolist()
    found, _ = searched(numbers, start=start)
    ordered = sorted(numbers)
    assert 0.98 * ordered[1] <= found.orders <= ordered[1]
    assert ordered[9] <= found.high <= 1.04 * ordered[9]
    assert found.met == sum(n >= found.orders for n in numbers) >= 99
    assert len(found.failing_above) > 1
    assert all(numbers[r] < above(found.orders) for r in found.failing_above)
    assert found.own == tuple(range(100))


def test_few_simulations_are_enough() -> None:
    """About two for each replication, where bisecting each would take ten."""
    numbers = np.random.default_rng(2).normal(4000, 300, 100).astype(int).tolist()
    assert searched(numbers, start=3600)[1] < 350


def test_too_many_that_take_nothing_leave_nothing() -> None:
    """Where two of a hundred fail with a single order; and one alone is allowed to."""
    assert searched([0, 0, *[500] * 98], start=400)[0].orders == 0
    assert searched([0, *[500] * 99], start=400)[0].orders >= 495


def test_the_search_ends_at_the_most_that_is_asked_for() -> None:
    """Nothing failed up to there, or no draw has as many."""
    found, _ = searched([10**7] * 100, start=100, most=5000)
    assert found.or_more
    assert found.orders == found.high == 5000
    assert found.met == 100
    found, _ = searched([10**7] * 100, start=100, says=lambda r, n: None if n > 700 else True)
    assert found.or_more
    assert 350 <= found.orders <= 700
    assert found.met == 100


def test_what_takes_more_and_not_the_number_is_seen() -> None:
    """Three replications that refuse a range which all others take: the number lies below it."""
    numbers = [1000, 1000, *[1200] * 98]

    def says(r: int, orders: int) -> bool:
        return orders <= numbers[r] and not (r > 96 and 600 < orders < 1100)

    found, _ = searched(numbers, start=1150, says=says)
    assert found.orders <= 600
    assert found.met >= 99


def test_the_interval_covers_the_quantile_as_often_as_it_says() -> None:
    """Each end is wrong in at most 5 % of 2,000 samples of 100 numbers."""
    rng = np.random.default_rng(3)
    allowed, rank = 100 - least_met(100, 0.95), upper_rank(100, 0.95)
    ordered = np.sort(rng.integers(0, 10**6, (2000, 100)), axis=1)
    true = 0.05 * 10**6
    assert np.mean(ordered[:, allowed] > true) <= 0.06
    assert np.mean(ordered[:, rank - 1] < true) <= 0.06
