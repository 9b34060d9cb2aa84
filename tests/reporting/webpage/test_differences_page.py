"""The page of two results: the numbers of the comparison, both languages, names that stay text."""

from __future__ import annotations

import re
from dataclasses import replace

from planner.domain.run_differences import (
    MeanDifference,
    Pair,
    PairTable,
    Reason,
    ResultFacts,
    RunDifferences,
)
from planner.reporting.webpage.differences_page import BEGINS, differences_page
from tests.reporting.webpage.test_report_page import data_of, rows_of

HOSTILE = """</script><script>alert("1")</script>&amp;<b>'"""
FACTS = ResultFacts(
    folder="a", name="n", title="t", command="run", currency="CNY", first_day="2026-11-09", days=4
)
FOUND = RunDifferences(
    a=FACTS,
    b=replace(FACTS, folder="b"),
    tables=(
        PairTable("figures", ("figure",), (Pair(("cost",), 100.0, 90.0, "money"),)),
        PairTable(
            "costs",
            ("cost",),
            (
                Pair(("wages",), 80.0, 70.0, "money"),
                Pair(("courier",), 25.0, 25.0, "money"),
                Pair(("volume_discounts",), -5.0, -5.0, "money"),
                Pair(("total",), 100.0, 90.0, "money"),
            ),
        ),
        PairTable(
            "people",
            ("date", "shift", "site", "process"),
            (
                Pair(("2026-11-09", "day", "hall", "pack"), 2.0, 5.0, "number"),
                Pair(("2026-11-10", "day", "hall", "pack"), 4.0, 4.0, "number"),
            ),
        ),
        PairTable("stock", ("site", "product"), ()),
    ),
    means=(
        MeanDifference(
            name="on_time_share",
            kind="share",
            mean_a=0.98,
            mean_b=0.99,
            difference=0.01,
            low=0.005,
            high=0.015,
            values=((0.97, 0.99), (0.98, 1.0)),
        ),
    ),
)


def test_tables_hold_the_values_and_their_difference() -> None:
    html = differences_page(FOUND, "en")
    assert html.encode().startswith(BEGINS)
    assert rows_of(html, "costs") == [
        ["Cost", "A", "B", "B less A"],
        ["Wages", "80.00", "70.00", "−10.00"],
        ["Couriers", "25.00", "25.00", ""],
        ["Volume discounts", "−5.00", "−5.00", ""],
        ["Total", "100.00", "90.00", "−10.00"],
    ]
    assert rows_of(html, "people")[1:] == [["Mon 9 Nov", "day", "hall", "pack", "2", "5", "+3"]]
    assert rows_of(html, "costs", "zh")[1] == ["工资", "80.00", "70.00", "−10.00"]
    assert 'id="stock-rows"' not in html
    assert "Stock, units" in html  # among what does not differ


def test_charts_have_the_same_numbers() -> None:
    charts = data_of(differences_page(FOUND, "en"))["charts"]
    (site,) = charts["people"]["choices"]
    assert [series["values"] for series in site["series"]] == [[2.0, 4.0], [5.0, 4.0]]
    (shares,) = charts["service"]["choices"]
    assert [series["values"] for series in shares["series"]] == [[97.0, 99.0], [98.0, 100.0]]


def test_bars_begin_at_a_common_zero() -> None:
    """-5 to 80 across 100: a discount lies left of the zero at 5.88."""
    found = re.findall(
        r'<rect class="a" x="([\d.]+)" y="0.5" width="([\d.]+)"', differences_page(FOUND, "en")
    )
    assert found == [("5.88", "94.12"), ("5.88", "29.41"), ("0.00", "5.88")]


def test_unpaired_replications_are_sorted_and_say_why() -> None:
    (mean,) = FOUND.means
    unpaired = replace(mean, values=((0.99, 0.97), (1.0,)), unpaired=Reason("diff_demand"))
    html = differences_page(replace(FOUND, means=(unpaired,)), "en")
    assert "not paired, 2 and 1 replications: the demand differs" in html
    (choice,) = data_of(html)["charts"]["service"]["choices"]
    assert [series["values"] for series in choice["series"]] == [[97.0, 99.0], [100.0, None]]


def test_names_stay_text() -> None:
    rows = (Pair((HOSTILE, HOSTILE), HOSTILE, None),)
    hostile = replace(FACTS, folder=HOSTILE, title=HOSTILE)
    found = RunDifferences(
        a=hostile,
        b=FACTS,
        tables=(PairTable("inputs", ("file", "place"), rows),),
        names={"site": {"hall": HOSTILE}},
    )
    html = differences_page(found, "zh")
    assert "<script>alert" not in html
    assert rows_of(html, "inputs")[1] == [HOSTILE, HOSTILE, HOSTILE, "–"]


def test_equal_results_say_so() -> None:
    equal = replace(FOUND, tables=(FOUND.tables[3],), means=())
    html = differences_page(equal, "en")
    assert "No difference." in html
    assert "<section" in html
    assert "<h2" not in html.split('id="rest"')[0]
