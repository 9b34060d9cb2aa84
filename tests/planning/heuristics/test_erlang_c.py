"""Erlang C against tables, closed forms and the long run of a simulated queue."""

from __future__ import annotations

from itertools import islice

import numpy as np
import pytest

from planner.planning.heuristics.erlang_c import (
    IN_TIME_S,
    IN_TIME_SHARE,
    chances_to_wait,
    least_people,
)


def chance(load: float, people: int) -> float:
    return float(next(islice(chances_to_wait(np.array([load])), people - 1, None))[0])


@pytest.mark.parametrize("load", [0.1, 0.5, 0.9, 1.0, 3.0])
def test_one_person_is_found_at_work_as_often_as_there_is_work(load: float) -> None:
    """M/M/1: the chance to wait is the load, and 1 when there is more work than time."""
    assert chance(load, 1) == pytest.approx(min(load, 1.0))


@pytest.mark.parametrize("load", [0.2, 1.0, 1.9])
def test_two_people_by_the_closed_form(load: float) -> None:
    """M/M/2: load^2 / (2 + load)."""
    assert chance(load, 2) == pytest.approx(load**2 / (2 + load))


@pytest.mark.parametrize(
    ("load", "people", "waits"),
    [(2.0, 3, 4 / 9), (10.0, 12, 0.4494), (10.0, 14, 0.1741), (20.0, 25, 0.2091)],
)
def test_values_of_the_tables(load: float, people: int, waits: float) -> None:
    """M/M/3 at two thirds of its load: 4/9; the others summed up term by term."""
    assert chance(load, people) == pytest.approx(waits, abs=1e-3)


def test_many_people_neither_overflow_nor_lose_digits() -> None:
    """5,000 erlang: load^people is far beyond any number, the chance is that of the square-root
    rule of Halfin and Whitt 1981, 1 / (1 + b Phi(b) / phi(b)) with b = 71 / sqrt(5,000).
    """
    assert chance(5_000.0, 5_071) == pytest.approx(0.2217, abs=0.003)


@pytest.mark.parametrize("load", [0.3, 4.0, 60.0])
@pytest.mark.parametrize("mean_s", [80.0, 3_600.0, 20_000.0])
def test_the_fewest_people_are_just_enough(load: float, mean_s: float) -> None:
    """Of those who wait beyond the hour there are at most 20 % with the number found, and more with
    one less.
    """
    people = int(least_people(np.array([load]), mean_s, 10**6)[0])

    def in_time(n: int) -> bool:
        if n <= load:
            return False
        return bool(chance(load, n) * np.exp(-(n - load) * IN_TIME_S / mean_s) <= 1 - IN_TIME_SHARE)

    assert in_time(people)
    assert not in_time(people - 1)


def test_where_stations_are_too_few_all_are_manned() -> None:
    """Nothing to do needs nobody; more work than the stations can do takes all of them."""
    assert least_people(np.array([0.0, 1.5, 9.0]), 80.0, 4).tolist() == [0, 2, 4]


def test_the_long_run_of_a_simulated_queue() -> None:
    """Three people, 2 erlang, exponential work: of 200,000 orders 4/9 wait (first come, first
    served).
    """
    rng = np.random.default_rng(5)
    arrivals, work = np.cumsum(rng.exponential(0.5, 200_000)), rng.exponential(1.0, 200_000)
    free, waited = [0.0, 0.0, 0.0], 0
    for at, needs in zip(arrivals.tolist(), work.tolist(), strict=True):
        first = min(range(3), key=free.__getitem__)
        waited += free[first] > at
        free[first] = max(free[first], at) + needs
    assert waited / 200_000 == pytest.approx(4 / 9, abs=0.01)
