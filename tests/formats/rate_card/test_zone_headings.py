"""A word over the names of zones or regions heads them; numbers without a unit are asked about."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from planner.errors import InputError
from planner.formats.rate_card.card import RateCard
from planner.formats.rate_card.reader import read_rate_card

Rows = list[list[str | float]]
Merged = tuple[int, int, int, int]  # first row and column, last row and column

PRICES: Rows = [[1, 9.85, 10.29, 10.73], [2, 10.2, 10.68, 11.17], [3, 10.55, 11.08, 11.6]]
IN_POUNDS: Rows = [[f"{row[0]} lbs", *row[1:]] for row in PRICES]
TURNED: Rows = [
    ["", 2, 9.85, 10.2, 10.55],
    ["", 3, 10.29, 10.68, 11.08],
    ["", 4, 10.73, 11.17, 11.6],
]


def read_book(path: Path, rows: Rows, merged: tuple[Merged, ...] = ()) -> RateCard:
    """The card of a workbook with a title over the table."""
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Daily Rates")
        for r, row in enumerate([["Ground - Daily Rates"], [], *rows]):
            for c, cell in enumerate(row):
                if cell != "":
                    page.write(r, c, cell)
        for top, left, bottom, right in merged:
            page.merge_range(top + 2, left, bottom + 2, right, rows[top][left])
    return read_rate_card(path, "USD")


def refused(folder: Path, text: str, currency: str = "USD") -> str:
    (folder / "card.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_rate_card(folder / "card.csv", currency)
    return str(caught.value)


@pytest.mark.parametrize(
    ("rows", "merged"),
    [
        ([["Weight (lbs)", "Zone"], ["", 2, 3, 4], *PRICES], ((0, 1, 0, 3),)),
        ([["Weight (lbs)", "Zone"], ["", 2, 3, 4], *PRICES], ((0, 0, 1, 0), (0, 1, 0, 3))),
        ([["Lbs.", "Zone"], ["", 2, 3, 4], *PRICES], ()),
        ([["Lbs.", "", "Shipping Zones"], ["", "002", "003", "004"], *PRICES], ()),
        ([["", "Zones"], ["Weight", 2, 3, 4], *IN_POUNDS], ((0, 1, 0, 3),)),
        ([["Zone"], ["Weight (lb)", 2, 3, 4], *PRICES], ((0, 0, 0, 3),)),
        (
            [["", "", "1 lb", "2 lb", "3 lb"], ["Zone", *TURNED[0][1:]], *TURNED[1:]],
            ((1, 0, 3, 0),),
        ),
    ],
)
def test_a_word_over_the_zones_is_no_zone(
    tmp_path: Path, rows: Rows, merged: tuple[Merged, ...]
) -> None:
    """Merged or not, over the numbers or to their left: the zones keep their numbers and no cell is
    lost.
    """
    card = read_book(tmp_path / "card.xlsx", rows, merged)
    assert (card.by_zone, list(card.rates)) == (True, ["2", "3", "4"])
    assert [minor for _, minor in card.rates["3"].brackets] == [1029, 1068, 1108]
    assert card.rates["3"].brackets[1][0].grams == Decimal("907.18474")
    assert [note for note in card.notes if "not read" in note] == [
        'row 1 is not read: "Ground - Daily Rates"'
    ]


def test_zones_below_their_word_are_not_weights(tmp_path: Path) -> None:
    """More zones than weights, and words among the weights: the numbers below Zone are zones all
    the same.
    """
    rows: Rows = [
        ["Weight (lbs)", "Zone"],
        ["", 2, 3, 4],
        *PRICES[:2],
        ["Each additional lb", 0.5, 0.6, 0.7],
    ]
    rate = read_book(tmp_path / "card.xlsx", rows).rates["4"]
    assert rate.step is not None
    assert (rate.step[0].unit, rate.step[1]) == ("lb", 70)


def test_a_word_over_regions_is_no_region(tmp_path: Path) -> None:
    """Destination over the names of states."""
    rows: Rows = [["Weight", "Destination"], ["", "Ohio", "Texas"], *[row[:3] for row in IN_POUNDS]]
    card = read_book(tmp_path / "card.xlsx", rows, ((0, 1, 0, 2),))
    assert (card.by_zone, list(card.zones)) == (False, ["Ohio", "Texas"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("Weight,2,3\n1,5,6\n2,6,7\n", "A1"),
        ("Weight,Zone,\n,2,3\n1,5,6\n2,6,7\n", "A1"),
        (",Zone,\nWeight,2,3\n1,5,6\n2,6,7\n", "A2"),
        ("Zone,Weight,\n,1,2\n2,5,6\n3,6,7\n", "B1"),
        ("重量,浙江,重庆\n1,5,6\n2,6,7\n", "A1"),
    ],
)
def test_weights_without_a_unit_ask_for_it(tmp_path: Path, text: str, place: str) -> None:
    """The finding stands at the cell as it is written in the file, and says what to write there."""
    assert (
        f"{place}: the unit of the weights is missing: write it here, such as Weight (lb)"
        in refused(tmp_path, text)
    )


@pytest.mark.parametrize(
    "text", [",2,3\n1,5,6\n2,6,7\n", "Zone,2,3\n1,5,6\n2,6,7\n", "省份,元/票\n重庆,5\n浙江,6\n"]
)
def test_without_any_word_for_weight_the_header_is_named(tmp_path: Path, text: str) -> None:
    """No cell mentions weights: the finding names the header that would."""
    words = refused(tmp_path, text)
    assert "no weight header found" in words
    assert "bare numbers need a unit: head them Weight (lb) or Weight (kg)" in words
