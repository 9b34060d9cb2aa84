"""Compact columns give back what was put in, and tell orders apart exactly."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.formats.order_log import compact_columns
from planner.formats.order_log.compact_columns import Amounts, LineNumbers, OrderIds, quantiles

NUMBER = st.one_of(
    st.integers(0, 3_000_000_000).map(lambda k: k / 100),
    st.floats(0, 1e12, allow_nan=False),
    st.just(float("nan")),
    st.integers(0, 50).map(float),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(NUMBER | st.just(1.5e308), min_size=1, max_size=20), st.integers(1, 5))
def test_amounts_come_back_exactly(values: list[float], step: int) -> None:
    """Hundredths or not, large or not, put in by pieces: every bit is the same, and so are counts
    and quantiles.
    """
    given_ = np.array(values)
    amounts = Amounts(len(given_))
    for begin in range(0, len(given_), step):
        amounts.put(slice(begin, min(begin + step, len(given_))), given_[begin : begin + step])
    assert np.array_equal(amounts.values, given_, equal_nan=True)
    known = given_[~np.isnan(given_)]
    distinct, counts = amounts.distinct()
    assert np.array_equal(np.repeat(distinct, counts), np.sort(known))
    if len(known):
        levels = (0.0, 0.01, 0.5, 0.9, 1.0)
        assert quantiles(distinct, counts, levels) == np.quantile(known, levels).tolist()


def test_hundredths_take_four_bytes() -> None:
    """Grams and cents take half of what other numbers take."""
    amounts = Amounts(2)
    amounts.put(slice(0, 2), np.array([750.0, 19.99]))
    assert amounts._held.nbytes == 8
    amounts.put(slice(1, 2), np.array([1 / 3]))
    assert amounts._held.nbytes == 16


@pytest.mark.parametrize("kept_in_memory", [10, 10**7])
@pytest.mark.parametrize("rows_of_a_part", [1, 3, 10**6])
def test_rows_of_one_order_are_found_wherever_they_stand(
    monkeypatch: pytest.MonkeyPatch, rows_of_a_part: int, kept_in_memory: int
) -> None:
    """In one part or many, in memory or in a file: the same rows belong together, in their
    order.
    """
    monkeypatch.setattr(compact_columns, "_ROWS_OF_A_PART", rows_of_a_part)
    monkeypatch.setattr(compact_columns, "_KEPT_IN_MEMORY", kept_in_memory)
    ids = np.array(
        [f"订单-{i}" for i in np.random.default_rng(3).integers(0, 40, 200)], dtype=object
    )
    groups = []
    with OrderIds(len(ids)) as known:
        for begin in range(0, len(ids), 17):
            known.add(ids[begin : begin + 17])
        for rows, order, names in known.orders():
            assert names == ids[rows].tolist()
            assert (np.diff(rows) > 0).all()
            first_seen = list(dict.fromkeys(order.tolist()))
            assert first_seen == list(range(len(first_seen)))
            groups += [frozenset(rows[order == k].tolist()) for k in np.unique(order)]
    assert set(groups) == {frozenset(np.flatnonzero(ids == name).tolist()) for name in set(ids)}
    assert len(groups) == len(set(ids))


def test_lines_of_rows_that_follow_each_other_take_no_memory() -> None:
    """Whatever was left out between, and however they come."""
    lines = np.array([2, 3, 4, 7, 8, 9, 9_000, 9_001])
    for cut in range(len(lines)):
        held = LineNumbers()
        held.add(lines[:cut])
        held.add(lines[cut:])
        assert held.at(np.arange(len(lines))[::-1]).tolist() == lines[::-1].tolist()
        assert held.at(np.array([5, 0])).tolist() == [9, 2]
        assert sum(map(len, held._begins)) == 3


def test_a_collision_of_hashes_merges_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were all hashes equal, different ids would still be different orders."""
    monkeypatch.setattr(
        compact_columns.pd.util,
        "hash_array",
        lambda ids, categorize: np.zeros(len(ids), dtype=np.uint64),
    )
    with OrderIds(4) as known:
        known.add(np.array(["a", "b", "a", "A"], dtype=object))
        assert [(rows.tolist(), order.tolist()) for rows, order, _ in known.orders()] == [
            ([0, 1, 2, 3], [0, 1, 0, 2])
        ]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(NUMBER, st.integers(0, 3)), min_size=1, max_size=20))
def test_amounts_are_merged_kept_and_grouped(rows: list[tuple[float, int]]) -> None:
    """Sums of an order without the unknown, exact in hundredths; the rest forgotten; by region in
    their order.
    """
    values, order = (
        np.array([v for v, _ in rows]),
        np.unique([o for _, o in rows], return_inverse=True)[1],
    )
    first = np.unique(order, return_index=True)[1]
    amounts = Amounts(len(rows) + 3)
    amounts.put(slice(0, len(rows)), values)
    grouped = Amounts(len(rows))
    grouped.put(slice(0, len(rows)), values)
    grouped = grouped.grouped(order.astype(np.uint16), np.cumsum(np.bincount(order)))
    assert np.array_equal(grouped.values, values[np.argsort(order, kind="stable")], equal_nan=True)
    amounts.merge(np.arange(len(rows)), order, first)
    amounts.keep(np.isin(np.arange(len(rows)), first))
    expected = [pd.Series(values[order == k]).sum(min_count=1) for k in order[np.sort(first)]]
    assert amounts.values == pytest.approx(expected, rel=1e-12, nan_ok=True)


def test_cents_add_up_to_cents() -> None:
    """8.49 and 17.10 are 25.59, in four bytes, and not 25.590000000000003 in eight."""
    amounts = Amounts(2)
    amounts.put(slice(0, 2), np.array([8.49, 17.1]))
    amounts.merge(np.array([0, 1]), np.array([0, 0]), np.array([0]))
    amounts.keep(np.array([True, False]))
    assert amounts.values.tolist() == [25.59]
    assert amounts._held.dtype == np.int32


@pytest.mark.parametrize("block", [1, 3, 100])
def test_rows_kept_are_moved_together_in_place(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    """The column itself becomes the rows kept, whatever the blocks."""
    monkeypatch.setattr(compact_columns, "_BLOCK", block)
    column, rows = np.arange(10, dtype=np.uint32), np.arange(10) % 3 > 0
    compact_columns.keep_rows(column, rows)
    assert column.tolist() == [1, 2, 4, 5, 7, 8]
