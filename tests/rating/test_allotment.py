"""Sharing parcels out among contracts with daily allotments."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.rating.allotment import NOBODY, beyond_allotment, share_out

INF = np.inf
SAME_DAY = np.zeros(4, dtype=np.int64)


def test_without_allotments_everyone_gets_the_cheapest() -> None:
    """Every parcel goes with the contract of the least price; ties go to the first."""
    cost = np.array([[3.0, 5.0, 4.0, INF], [2.0, 9.0, 4.0, 7.0]])
    chosen, over = share_out(cost, SAME_DAY, [None, None])
    assert chosen.tolist() == [1, 0, 0, 1]
    assert not over.any()


def test_the_smallest_saving_leaves_first() -> None:
    """Room for two: the parcels that would pay 9 and 5 more elsewhere stay, those that pay 1 and 2 more leave."""
    cost = np.array([[10.0, 10.0, 10.0, 10.0], [11.0, 19.0, 12.0, 15.0]])
    chosen, over = share_out(cost, SAME_DAY, [2, None])
    assert chosen.tolist() == [1, 0, 1, 0]
    assert not over.any()


def test_allotments_count_day_by_day() -> None:
    """One parcel a day is one on each day."""
    cost = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 3.0, 5.0, 4.0]])
    chosen, _ = share_out(cost, np.array([0, 0, 1, 1]), [1, None])
    assert chosen.tolist() == [1, 0, 0, 1]


def test_a_parcel_with_nowhere_else_to_go_stays() -> None:
    """Whoever only one contract takes is kept before any saving."""
    cost = np.array([[1.0, 1.0], [99.0, INF]])
    assert share_out(cost, np.zeros(2, dtype=np.int64), [1, None])[0].tolist() == [1, 0]


def test_no_room_anywhere_is_said() -> None:
    """With room for one each, the fourth parcel stays with a and the first gets b; the two between find no room and
    are left with the cheapest, over its allotment."""
    cost = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 3.0, 4.0, 5.0]])
    chosen, over = share_out(cost, SAME_DAY, [1, 1])
    assert over.tolist() == [False, True, True, False]
    assert chosen.tolist() == [1, 0, 0, 0]


def test_an_allotment_of_nothing_takes_nothing() -> None:
    """A contract with an allotment of 0 sends everybody on."""
    cost = np.array([[1.0, 1.0, 1.0, 1.0], [2.0, 2.0, INF, 2.0]])
    chosen, over = share_out(cost, SAME_DAY, [0, None])
    assert chosen.tolist() == [1, 1, 0, 1]
    assert over.tolist() == [False, False, True, False]


def test_refused_by_all_is_carried_by_nobody() -> None:
    """A parcel without any price is nobody's, and is not over an allotment either."""
    chosen, over = share_out(np.array([[INF, 1.0], [INF, 2.0]]), np.zeros(2, dtype=np.int64), [1, 1])
    assert chosen.tolist() == [NOBODY, 0]
    assert not over.any()


def test_no_parcels_no_work() -> None:
    """An empty day is shared out without complaint."""
    chosen, over = share_out(np.empty((2, 0)), np.empty(0, dtype=np.int64), [3, None])
    assert len(chosen) == len(over) == 0


prices = st.integers(1, 30).map(float) | st.just(INF)


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(1, 4), st.integers(1, 14))
def test_nobody_finds_room_at_a_contract_they_would_rather_have(data: st.DataObject, contracts: int, n: int) -> None:
    """Allotments hold for all that are not marked as over, and whoever is not with a cheaper contract was turned away
    there by parcels that lose at least as much."""
    cost = np.array(
        data.draw(st.lists(st.lists(prices, min_size=n, max_size=n), min_size=contracts, max_size=contracts))
    )
    day = np.array(data.draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)))
    room = data.draw(st.lists(st.none() | st.integers(0, 4), min_size=contracts, max_size=contracts))
    chosen, over = share_out(cost, day, room)
    assert ((chosen == NOBODY) == np.isinf(cost).all(axis=0)).all()
    for c, d in itertools.product(range(contracts), range(3)):
        inside = np.flatnonzero((chosen == c) & ~over & (day == d))
        assert room[c] is None or len(inside) <= room[c]
        envious = [j for j in np.flatnonzero(day == d) if cost[c, j] < (INF if over[j] else cost[chosen[j], j])]
        if chosen[envious].tolist():
            assert room[c] is not None
            assert len(inside) == room[c]


@settings(max_examples=200, deadline=None)
@given(st.data(), st.integers(2, 8))
def test_with_one_limited_contract_no_other_way_is_cheaper(data: st.DataObject, n: int) -> None:
    """One contract with an allotment beside one without: the shares cost as little as the best of all ways."""
    whole = st.lists(st.integers(1, 30).map(float), min_size=n, max_size=n)
    cost = np.array([data.draw(whole), data.draw(whole)])
    room = data.draw(st.integers(0, n))
    chosen, _ = share_out(cost, np.zeros(n, dtype=np.int64), [room, None])
    ways = (np.array(way) for way in itertools.product((0, 1), repeat=n))
    best = min(cost[way, np.arange(n)].sum() for way in ways if (way == 0).sum() <= room)
    assert cost[chosen, np.arange(n)].sum() == best


def test_late_parcels_of_a_day_are_beyond_the_allotment() -> None:
    """Two a day: the third and later parcels taken on a day are beyond it; refused ones take no room."""
    taken = np.array([True, False, True, True, True, True])
    day = np.array([0, 0, 0, 0, 1, 1])
    assert beyond_allotment(taken, day, 2).tolist() == [False, False, False, True, False, False]
    assert not beyond_allotment(taken, day, None).any()
