"""Orders a day: as theory has them, found on some replications and confirmed on others."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from planner.domain.day_loads import Load, Place
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.site import Process
from planner.errors import InputError
from planner.simulation import loaded_replication
from planner.studies.capacity.limits import binding, find_limits, more_orders
from planner.studies.capacity.promises import (
    SEARCH,
    find_promises,
    least_replications,
    places_of_plan,
    promotion_days,
)
from planner.studies.capacity.search import (
    MOST_TIMES,
    CapacitySearch,
    Examined,
    LoadCheck,
    largest,
)
from planner.studies.certification.certificate import lower_bound
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from tests.builders import a_plan, a_problem, a_site, given

STORED = [(1397, 1463, 14, 12), (1440, 1494, 14, 12), (1443, 1491, 14, 12)]
WITHIN_AN_HOUR = PlatformRule(name="tiny", counts="label", deadline_hours=1.0)


def a_line(people: int = 1, per_hour: float = 60.0, **changes: object) -> Problem:
    """One process all day, work of exactly a minute, steady arrivals, an hour to do it."""
    site = a_site(Process(name="pack", orders_per_hour=per_hour))
    problem = a_problem(
        days=2,
        orders_per_hour=40,
        platform=WITHIN_AN_HOUR,
        sites=(site,),
        service=Service(0.98, 0.8),
    )
    return replace(problem, **changes)


def a_search(problem: Problem, people: int, place: Place) -> CapacitySearch:
    return CapacitySearch(
        problem=problem,
        plan=a_plan(problem, people),
        places=(place,),
        engine="compiled",
        stream_set=SEARCH,
    )


def taken(problem: Problem, people: int, place: Place, replications: int = 3) -> list[int]:
    search = a_search(problem, people, place)
    return [search(k)[0].orders for k in range(replications)]


@pytest.mark.parametrize("people", [1, 3])
def test_a_steady_day_takes_people_times_rate_times_hours(people: int) -> None:
    """60 an hour and person for 24 hours; an hour of delay and 2 % late orders are allowed."""
    by_theory = people * 60 * 24
    for orders in taken(a_line(), people, Place()):
        assert 0.96 * by_theory <= orders <= 25 / 24 / 0.98 * by_theory


def test_one_person_more_never_lowers_the_number() -> None:
    """On the same orders, in every replication, on every day and on a single one."""
    for place in (Place(), Place(None, 0)):
        numbers = [taken(a_line(), people, place) for people in (1, 2, 3)]
        assert all(a < b for few, many in pairwise(numbers) for a, b in zip(few, many, strict=True))


def test_nobody_at_work_takes_nothing() -> None:
    """And no search for a number that is there goes on for ever."""
    assert taken(a_line(), 0, Place()) == [0, 0, 0]


def test_what_nothing_limits_is_said_to_be_more() -> None:
    """Where a thousand people wait for an order an hour, nothing fails up to five times as many."""
    problem = a_problem(days=1, orders_per_hour=0.2)
    (found,) = a_search(problem, 1000, Place())(0)
    assert found.or_more
    assert found.orders == MOST_TIMES * max(found.own, 1)


def test_a_number_that_no_draw_reaches_is_neither_taken_nor_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Forty orders an hour, and a million a day: nobody has seen what they would do."""
    monkeypatch.setattr(loaded_replication, "MOST_ORDERS", 10_000)
    problem = a_line()
    loads = tuple(Load(Place(), orders) for orders in (0, 100, 1_000_000))
    check = LoadCheck(
        problem=problem,
        plan=a_plan(problem),
        most=loads[1:2],
        examined=(Examined(0, loads),),
        engine="compiled",
        stream_set=SEARCH,
    )
    assert [answer.kept for answer in check(0)] == [True, True, None]


def test_at_the_number_it_holds_and_at_ten_per_cent_more_it_fails() -> None:
    """On held-out replications, by the bound of the certificate, each simulated again here."""
    problem = a_line()
    context = RunContext(budget=Budget(30))
    found = find_promises(problem, a_plan(problem), context, all_days=True)
    assert [p.place for p in found.promises] == [Place(), Place(None, 0), Place(None, 1)]
    for promise in found.promises:
        assert promise.holds
        assert promise.fails_above
        assert promise.met >= promise.needed
        assert lower_bound(promise.met_above, promise.replications) < 0.8
        assert promise.orders <= promise.high
        assert 0.95 * 1440 <= promise.orders <= 1.09 * 1440
        loads = (Load(promise.place, promise.orders), Load(promise.place, promise.above))
        examined = tuple(Examined(r, loads) for r in range(30))
        again = replace(found.check, examined=examined)
        said = [[answer.kept for answer in again(r)] for r in range(30)]
        assert sum(at is True for at, _ in said) == promise.met
        assert sum(above is False for _, above in said) >= len(promise.failing) > 0
    limits = find_limits(found, context)
    assert {binding(one) for one in limits} == {("waiting", "site", "pack")}


def test_one_more_person_adds_what_theory_says() -> None:
    """Another person for the days of the shortest booking adds as many orders as it packs."""
    problem = a_line()
    context = RunContext(budget=Budget(14))
    found = find_promises(problem, a_plan(problem), context)
    added = more_orders(found, 0, find_limits(found, context)[0], context)
    assert added
    assert all(one.after >= one.before for one in added)


def test_a_stored_run_and_one_person_more() -> None:
    """The same numbers in every version that draws the same orders, and twice them with two."""
    problem, context = a_line(), RunContext(budget=Budget(14))
    one, two = (find_promises(problem, a_plan(problem, n), context).promises for n in (1, 2))
    assert [(p.orders, p.high, p.met, p.met_above) for p in one] == STORED
    assert all(1.9 * few.orders < many.orders for few, many in zip(one, two, strict=True))


def test_the_slow_process_is_the_limit_though_orders_wait_before_it_too() -> None:
    """Packing is slower than picking; whoever waits longest, packing is named."""
    site = a_site(
        Process(name="pick", orders_per_hour=80.0), Process(name="pack", orders_per_hour=60.0)
    )
    problem = a_line(sites=(site,))
    context = RunContext(budget=Budget(14))
    found = find_promises(problem, a_plan(problem), context)
    limits = find_limits(found, context)
    assert binding(limits[0]) == ("waiting", "site", "pack")


def test_too_few_replications_promise_nothing() -> None:
    """59 of 59 are needed for 95 %."""
    assert least_replications(0.95) == 59
    problem = a_line(service=Service(0.98, 0.95))
    with pytest.raises(InputError, match="at least 59"):
        find_promises(problem, a_plan(problem), RunContext(budget=Budget(58)))


def test_several_sites_have_numbers_of_their_own() -> None:
    """All together first, then each, every day before single days."""
    problem = replace(a_line(), sites=(a_site(), replace(a_site(), name="other")))
    assert places_of_plan(problem, all_days=True) == tuple(
        Place(site, day) for site in (None, 0, 1) for day in (None, 0, 1)
    )
    hourly = np.full(96, 10.0)
    hourly[30:34] = 200.0
    surge = given(replace(problem, horizon=a_problem(days=4).horizon), hourly.tolist())
    assert promotion_days(surge) == (1,)
    assert places_of_plan(surge) == (Place(), Place(None, 1), Place(0), Place(1))


def test_bisection_finds_the_last_number_that_is_taken() -> None:
    """To one order, or to a share of it."""
    assert largest(lambda n: n <= 37, 0, 1000, precision=0.0) == 37
    assert 0.98 * 370_000 <= largest(lambda n: n <= 370_000, 0, 10**6) <= 370_000
