"""The comparison on a terminal: short, the largest differences first, the total always."""

from __future__ import annotations

from pathlib import Path

from planner.domain.run_differences import Pair, PairTable, ResultFacts, RunDifferences
from planner.reporting.outputs.difference_cells import labels_of
from planner.reporting.outputs.difference_text import difference_lines

FACTS = ResultFacts(folder="a", name="n", title="t", command="run", currency="CNY")
COSTS = ("wages", "overtime", "idle_pay", "hiring", "stock", "courier", "leftover", "losses")


def lines_of(*tables: PairTable, page: Path | None = None) -> list[str]:
    found = RunDifferences(a=FACTS, b=FACTS, tables=tables)
    return difference_lines(found, labels_of(found, "en"), page)


def test_the_largest_come_first_and_the_total_is_never_cut() -> None:
    rows = [Pair((name,), 0.0, float(k), "money") for k, name in enumerate(COSTS, start=1)]
    more = [Pair((name,), 0.0, 0.5, "money") for name in ("compensation", "fixed_fees")]
    total = Pair(("total",), 0.0, 37.0, "money")
    lines = lines_of(PairTable("costs", ("cost",), (total, *rows, *more)))
    body = lines[lines.index("Costs, mean of the replications, CNY: 11 differ") + 2 :]
    assert body[0].split() == ["Lost", "parcels", "0.00", "8.00", "+8.00"]
    assert body[8].split() == ["Total", "0.00", "37.00", "+37.00"]
    assert body[9].strip() == "... 2 more"
    assert body[-1].startswith("--html FILE")


def test_a_page_that_was_written_is_named_instead_of_the_hint() -> None:
    rows = tuple(Pair((f"k{k:02}", "x"), 1, 2, "number") for k in range(20))
    lines = lines_of(PairTable("inputs", ("file", "place"), rows), page=Path("d.html"))
    assert lines[-1] == "d.html"
    assert "  ... 12 more" in lines


def test_a_long_value_is_cut() -> None:
    lines = lines_of(PairTable("inputs", ("file", "place"), (Pair(("f", "p"), "x" * 500, "y"),)))
    assert max(map(len, lines)) < 120


def test_shares_differ_in_points_with_the_figure_they_need() -> None:
    rows = (
        Pair(("on_time_share",), 0.98, 0.99, "share"),
        Pair(("on_time_share",), 0.99, 0.990001, "share"),
    )
    lines = lines_of(PairTable("figures", ("figure",), rows))
    assert [line.split("  ")[-1] for line in lines[-2:]] == ["+1.00 points", "+0.0001 points"]


def test_counts_that_are_means_have_one_decimal_each() -> None:
    rows = (
        Pair(("orders",), 1499.2333333, 1787.75, "mean"),
        Pair(("person_days",), 11, 13, "number"),
    )
    lines = lines_of(PairTable("figures", ("figure",), rows))
    assert [line.split()[-3:] for line in lines[-2:]] == [
        ["1,499.2", "1,787.8", "+288.5"],
        ["11", "13", "+2"],
    ]
