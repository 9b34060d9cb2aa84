"""Rate cards laid out as couriers do: merged cells, header rows, weights down, zones, pounds,
decimal commas.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.formats.rate_card.card import RateCard
from planner.formats.rate_card.reader import read_rate_card
from planner.formats.rate_card.weight_scale import Assumed

Merged = tuple[int, int, int, int]  # first row and column, last row and column


def read(folder: Path, text: str, currency: str = "CNY", **assumed: Any) -> RateCard:
    (folder / "card.csv").write_text(text, encoding="utf-8")
    return read_rate_card(folder / "card.csv", currency, None, Assumed(**assumed))


def refused(folder: Path, text: str, currency: str = "CNY", **assumed: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, text, currency, **assumed)
    return str(caught.value)


def book(path: Path, rows: list[list[str | float]], merged: list[Merged]) -> Path:
    """A workbook with merged ranges, each holding the text of its first cell."""
    with xlsxwriter.Workbook(path) as workbook:
        page = workbook.add_worksheet("报价")
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                if cell != "":
                    page.write(r, c, cell)
        for top, left, bottom, right in merged:
            page.merge_range(top, left, bottom, right, rows[top][left])
    return path


def price(card: RateCard, region: str, grams: int | Decimal) -> int | None:
    """What the card charges for a parcel, computed by hand from its zone's prices."""
    rate = card.rates[card.zones.get(region, region)]
    for edge, minor in rate.brackets:
        if grams <= edge.grams:
            return minor
    if rate.first is None or rate.step is None:
        return None
    over = max(grams - rate.first[0].grams, Decimal(0))
    return rate.first[1] + math.ceil(over / rate.step[0].grams) * rate.step[1]


CUSTOMERS: list[list[str | float]] = [
    ["区域", "省份", "首重（1kg）", "", "续重（元/kg）", ""],
    ["", "", "普通", "大客户", "普通", "大客户"],
    ["一区", "江苏", 3.2, 2.6, 1.0, 0.8],
    ["", "浙江", "", "", "", ""],
    ["二区", "新疆", 18, 15, 15, 12],
]
ABOVE_CUSTOMERS: list[Merged] = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 3), (0, 4, 0, 5)]
DOWN: list[Merged] = [(2, 0, 3, 0), *((2, c, 3, c) for c in range(2, 6))]


def test_merged_prices_hold_for_every_row_they_span(tmp_path: Path) -> None:
    """A price merged over two provinces is the price of both; the customers' column is the one
    asked for.
    """
    path = book(tmp_path / "card.xlsx", CUSTOMERS, [*ABOVE_CUSTOMERS, *DOWN])
    card = read_rate_card(path, "CNY", None, Assumed(prices="大客户"))
    assert [price(card, region, 1500) for region in ("江苏", "浙江", "新疆")] == [340, 340, 2700]
    assert "column C (首重（1kg） 普通) is not read" in card.notes


def test_several_prices_of_one_weight_ask_which(tmp_path: Path) -> None:
    """The finding names the columns and the option; words that fit none of them are said."""
    path = book(tmp_path / "card.xlsx", CUSTOMERS, [*ABOVE_CUSTOMERS, *DOWN])
    which = "2 columns of prices for the same weight: 普通 (column C), 大客户 (column D)"
    with pytest.raises(
        InputError, match=re.escape(f"{which}; choose one, such as --price-column 普通")
    ):
        read_rate_card(path, "CNY")
    with pytest.raises(InputError, match=re.escape(f'{which}; 0 of them fit "零售"; choose one')):
        read_rate_card(path, "CNY", None, Assumed(prices="零售"))
    differing = (
        "省份,首重1kg,续重1kg,首重0.5kg,续重0.5kg\n,普通,普通,大客户,大客户\n浙江,3,1,2,0.5\n"
    )
    assert (
        "B2: 2 columns of prices for the same weight: 普通 (column B), 大客户 (column D)"
        in refused(tmp_path, differing)
    )
    assert price(read(tmp_path, differing, prices="大客户"), "浙江", 1200) == 200 + 2 * 50
    assert "leave --price-column 零售 out" in refused(tmp_path, "省份,1kg\n浙江,3\n", prices="零售")


GROUPED = """\
目的省,重量段（元/票）,,3kg以上,
,1kg以内,1.01-3kg,首重1kg,续重1kg
浙江,2.4,3.9,2.4,0.8
新疆,15,33,15元,12元/kg
"""


def test_a_second_header_row_groups_the_weights(tmp_path: Path) -> None:
    """Merged or saved as CSV, the upper row says what the weights below it have in common."""
    card = read(tmp_path, GROUPED)
    assert [price(card, "新疆", grams) for grams in (1000, 3000, 3001)] == [1500, 3300, 5100]
    wrong = refused(tmp_path, GROUPED.replace("3kg以上", "5kg以上"))
    assert "does not begin where the brackets end, at 3,000 g" in wrong


@pytest.mark.parametrize(
    "text",
    [
        "省份,首重,续重\n,1kg,1kg\n浙江,3,1\n",
        "省份\\重量(kg),0-1,1-2\n浙江,3,4\n",
        "省份,重量段(kg),\n,0-1,1-2\n浙江,3,4\n",
        "重量（公斤）,浙江\n1,3\n2,4\n",
        "重量,浙江\n0-1kg,3\n1-2kg,4\n",
        "省份;0,5 kg;1 kg;2 kg\n浙江;2,00;3,00;4,00\n",
        "省份,浙江,新疆\n首重1kg,3,9\n续重/kg,1,8\n",
        "省份,首重1kg,续重/kg\n省份,首重1kg,续重/kg\n省份,首重1kg,续重/kg\n浙江,3,1\n",
    ],
)
def test_one_table_in_many_layouts(tmp_path: Path, text: str) -> None:
    """Weights below the words, their unit at the corner or above, weights down, a decimal comma."""
    card = read(tmp_path, text)
    assert (price(card, "浙江", 1000), price(card, "浙江", 2000)) == (300, 400)


def test_a_first_weight_that_is_not_stated_is_asked_for(tmp_path: Path) -> None:
    """--first-g names it; the step of additional weight is then a kilogram unless --step-g names
    another, and said.
    """
    text = "省份,首重,续重\n浙江,2.6,0.8\n"
    assert "B1: states no weight: name it with --first-g, such as --first-g 1000" in refused(
        tmp_path, text
    )
    card = read(tmp_path, text, first_g=1000)
    assert price(card, "浙江", 2500) == 260 + 2 * 80
    assert card.notes == (
        (
            "column C (续重) states no weight: it is read as the price of each 1,000 g more "
            "(--step-g "
            "names another)"
        ),
    )
    assert price(read(tmp_path, text, first_g=1000, step_g=500), "浙江", 2500) == 260 + 3 * 80


def test_what_is_not_served_is_left_out_and_said(tmp_path: Path) -> None:
    """A province without prices has no zone, one without the last prices refuses heavier parcels; a
    price between weights that are not served is a mistake.
    """
    card = read(tmp_path, "省份,1kg以内,2kg以内\n浙江,3,4\n海南,-,不通\n新疆,9,不接\n")
    assert list(card.zones) == ["浙江", "新疆"]
    assert (price(card, "新疆", 1000), price(card, "新疆", 1001)) == (900, None)
    assert card.notes == (
        "row 3: not served: 海南",
        "parcels above 1,000 g to 新疆 are refused: the table has no price for them",
        "parcels above 2,000 g to 浙江 are refused: the table has no price for them",
    )
    assert "B2: not served, but heavier parcels have a price" in refused(
        tmp_path, "省份,1kg,2kg\n浙江,-,4\n"
    )


def test_a_first_weight_without_additional_weight_is_where_prices_end(tmp_path: Path) -> None:
    """不接 below 续重: parcels up to the first weight are carried."""
    card = read(tmp_path, "省份,首重1kg,续重/kg\n浙江,3,1\n新疆,9,不接\n")
    assert (price(card, "新疆", 1000), price(card, "新疆", 1001), price(card, "浙江", 1001)) == (
        900,
        None,
        400,
    )


ACROSS = "Zone,1 lb,2 lb,3 lb\n2,9.50,9.72,9.94\n3,9.90,10.20,10.50\n"


@pytest.mark.parametrize(
    "text",
    [
        ACROSS,
        "Zone / lbs,1,2,3\nZone 2,9.50,9.72,9.94\nZone 3,9.90,10.20,10.50\n",
        "Weight,Zone 2,Zone 3\n1 lb,9.50,9.90\n2 lb,9.72,10.20\n3 lb,9.94,10.50\n",
        "Ground\nRates in USD\n\nlbs,2,3\n1,9.50,9.90\n2,9.72,10.20\n3,9.94,10.50\n",
    ],
)
def test_zones_by_pounds(tmp_path: Path, text: str) -> None:
    """Zones keep their numbers, pounds are exact: 2 lb (907.18474 g) and 862 g pay the price of 2
    lb.
    """
    card = read(tmp_path, text, "USD")
    assert (card.by_zone, list(card.rates), card.zones) == (True, ["2", "3"], {})
    assert [
        price(card, "2", grams)
        for grams in (453, 862, Decimal("907.18474"), Decimal("907.2"), 1400)
    ] == [
        950,
        972,
        972,
        994,
        None,
    ]
    if text.startswith("Ground"):
        assert card.notes[-2:] == (
            'row 1 is not read: "Ground"',
            'row 2 is not read: "Rates in USD"',
        )
        assert (
            "A2: names USD, but the contract is to be in CNY: state it, as in --currency USD"
            in refused(tmp_path, text)
        )


def test_numbers_that_may_be_weights_or_zones_are_asked_about(tmp_path: Path) -> None:
    """Nothing says which way the weights go."""
    wrong = refused(tmp_path, "Zone / lbs,1,2,3\n2,9,9.72,9.94\n3,9,10,10\n")
    assert (
        "A1: numbers stand across and down: write the unit after those that are weights, as in 2 lb"
        in wrong
    )


def test_prices_per_kilogram_need_the_step(tmp_path: Path) -> None:
    """80 per kg is no price of a parcel: with the step by which weight is rounded up it becomes
    brackets.
    """
    text = "国家,0-2kg(元/kg),2-4kg(元/kg)\n美国,80,72\n"
    assert "B1: is a price per kg, not of a parcel" in refused(tmp_path, text)
    card = read(tmp_path, text, step_g=500)
    assert [price(card, "美国", grams) for grams in (500, 501, 2000, 2001, 4000)] == [
        4000,
        8000,
        16000,
        18000,
        28800,
    ]
    assert "must be a multiple of the step of 300 g" in refused(tmp_path, text, step_g=300)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "国家;1kg;2kg\n美国;8,40;9.90\n",
            'B2: decimal commas and decimal points in one table: "8,40" and "9.90"',
        ),
        (
            "国家;1kg;2kg\n美国;8,40;1.234\n",
            "C2: may be more than a thousand or a number with three decimals",
        ),
        (
            "国家;1kg;2kg\n美国;8;1,234\n",
            "C2: may be more than a thousand or a number with three decimals",
        ),
        (
            "省份,首重1kg,续重1kg,省份,首重1kg,续重1kg\n浙江,3,1,广东,4,2\n",
            "a second table next to the first belongs below it",
        ),
        (
            "省份,1kg,省份,1kg\n浙江,3,广东,4\n",
            "D1: overlaps the bracket before it, which ends at 1,000 g, got",
        ),
        ("省份,1kg,面单费,面单费\n浙江,3,0.5,0.5\n", "D1: stands twice: two columns of one fee"),
        ("省份,1kg\n浙江,3\n省份,2kg,3kg\n广东,4,5\n", "B2: another table stands above"),
        ("省份,1kg,2kg\n浙江,3,4\n省份,1kg,3kg\n广东,4,5\n", "B3: another table begins here"),
        ("省份,1kg,大约2kg\n浙江,3,4\n", "C1: weights that are not understood"),
        (
            "state,1 lb\nOhio,3\nNY,3\nNew York,4\n",
            'A4: region stands twice, first in row 3, got "New York"',
        ),
        (
            "国家,1kg\n美国,3\n其他,4\n",
            "A3: means regions that the table does not name: write them",
        ),
        ("Zone,1 lb\n2,$9\n", "B2: must be a price in CNY (--currency names another)"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    tmp_path: Path, text: str, words: str
) -> None:
    """Nothing is guessed that could be a wrong price."""
    assert words in refused(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "省份,元/kg,元/票\n浙江,3,5\n江苏,4,6",
        "Region,Price per kg,Fee\nA,3,5\nB,4,6",
        "Region,Max weight (kg),Price\nA,3,5\nB,4,6",
        "Land;bis 1 kg;bis 2 kg\nDE;3,50;4,90\nAT;9,90;12,00",
        "省份,纸箱1kg,纸箱2kg\n浙江,3,5\n江苏,4,6",
    ],
)
def test_prices_below_a_header_that_is_not_understood_are_no_weights(
    tmp_path: Path, text: str
) -> None:
    """Numbers that rise down a column of prices are not the weights of the column next to it."""
    assert "no weight header found" in refused(tmp_path, text)


@pytest.mark.parametrize("merged", [[], [(0, 1, 0, 3), (0, 0, 1, 0)]])
def test_a_unit_above_bare_numbers_is_that_of_their_weights(
    tmp_path: Path, merged: list[Merged]
) -> None:
    """A header over all the weights names their unit, merged or not."""
    rows: list[list[str | float]] = [
        ["省份", "重量段（kg）", "", "", ""],
        ["", 0.5, 1, 2, "续重"],
        ["浙江", 3, 4, 5, 1],
    ]
    card = read_rate_card(book(tmp_path / "card.xlsx", rows, merged), "CNY")
    assert [price(card, "浙江", grams) for grams in (500, 501, 2000, 2001)] == [300, 400, 500, 600]


@pytest.mark.parametrize("last", ["Each additional lb", "Over 3 lbs, each add'l lb"])
def test_additional_pounds_below_the_numbers(tmp_path: Path, last: str) -> None:
    """The last row of a table by pounds prices each pound more."""
    card = read(
        tmp_path, f'Weight (lbs);Zone 2;Zone 3\n1;5;6\n2;6;7\n3;7;8\n"{last}";0.5;0.6', "USD"
    )
    pound = Decimal("453.59237")
    assert [price(card, "3", n * pound) for n in (3, Decimal("3.01"), 4, 5)] == [800, 860, 860, 920]
    assert "does not begin where the brackets end" in refused(
        tmp_path, "Weight (lbs);Zone 2\n1;5\n2;6\nOver 3 lbs each additional lb;0.5", "USD"
    )


def test_a_charge_or_a_total_among_the_labels_is_no_region(tmp_path: Path) -> None:
    """Such a row would be a region, or a zone, that no parcel goes to."""
    words = "names no region or zone: leave the row out"
    assert words in refused(
        tmp_path, "Zone,1 lb,2 lb\n2,5,6\nResidential surcharge,4.95,4.95", "USD"
    )
    assert words in refused(tmp_path, "省份,1kg以内\n浙江,3\n合计,3")


def test_an_empty_fee_is_asked_about(tmp_path: Path) -> None:
    """A cell may be empty because cells were merged: nothing is no fee of 0.

    Where nobody goes, none is needed.
    """
    assert "C3: the fee is empty; write 0" in refused(
        tmp_path, "省份,1kg以内,面单费\n浙江,3,0.3\n江苏,4,"
    )
    card = read(tmp_path, "省份,1kg以内,面单费\n浙江,3,0.3\n西藏,不接,")
    assert [(fee.minor, fee.regions) for fee in card.surcharges] == [(30, ())]


def test_a_code_next_to_the_name_is_no_region(tmp_path: Path) -> None:
    """Dates and codes are named as not read; a waybill fee is a surcharge per parcel."""
    card = read(
        tmp_path,
        "生效时间,站点编号,目的地代码,目的地,0kg<X<=1kg,面单费,续重(元/kg)\n"
        "2026/5/7,C001,11,安徽省,1.6,0.5,0.7\n2026/5/7,C001,12,浙江省,1.5,0.5,0.6\n",
    )
    assert list(card.zones) == ["安徽", "浙江"]
    assert [(s.name, s.minor, s.regions) for s in card.surcharges] == [("面单费", 50, ())]
    assert [note for note in card.notes if "not read" in note] == [
        f"column {place} is not read"
        for place in ("A (生效时间)", "B (站点编号)", "C (目的地代码)")
    ]


def test_waybill_fees_that_differ_are_one_surcharge_each(tmp_path: Path) -> None:
    """Each amount holds for its regions; no fee is none."""
    card = read(tmp_path, "省份,1kg,面单费(元/票)\n浙江,3,0.5\n江苏,3,0.5\n广东,4,0.6\n新疆,9,-\n")
    assert [(s.minor, s.regions) for s in card.surcharges] == [
        (50, ("浙江", "江苏")),
        (60, ("广东",)),
    ]


@pytest.mark.parametrize(
    ("note", "minor", "said"),
    [
        (
            "备注：以上价格含税，不含面单费0.3元/票",
            30,
            "面单费 of 0.30 CNY per parcel is read as a surcharge",
        ),
        ("面单费另收0.5元", 50, "面单费 of 0.50 CNY per parcel is read as a surcharge"),
        (
            "以上价格均不含电子面单费:0.3元",
            30,
            "电子面单费 of 0.30 CNY per parcel is read as a surcharge",
        ),
        ("不含面单费0.3元/kg", None, "add surcharges: ... to the contract"),
        ("另加面单费3%", None, "add surcharges: ... to the contract"),
        ("另收面单费0.3-0.5元", None, "add surcharges: ... to the contract"),
        ("另收面单费30元/月", None, "add surcharges: ... to the contract"),
        ("另收面单费1;200元", None, "add surcharges: ... to the contract"),
        ("浙江另收面单费0.3元", None, "add surcharges: ... to the contract"),
        ("面单费0.5元", None, "add surcharges: ... to the contract"),
        ("体积重按长*宽*高/8000", None, "add billable: {divisor_cm3_per_kg: ...} to the contract"),
        ("燃油附加费5%", None, "add fuel: ... to the contract"),
        ("含税", None, 'row 3 is not read: "含税"'),
    ],
)
def test_notes_name_the_clause_they_ask_for(
    tmp_path: Path, note: str, minor: int | None, said: str
) -> None:
    """A fee that a note clearly adds is a surcharge; any other note is named, with the clause it
    may ask for.
    """
    card = read(tmp_path, f"省份,1kg\n浙江,3\n{note},\n")
    assert [s.minor for s in card.surcharges] == ([] if minor is None else [minor])
    assert any(said in text for text in card.notes), card.notes


def test_a_price_that_falls_with_weight_is_said(tmp_path: Path) -> None:
    """Real contracts have it: a note, at a bracket and above the last one."""
    card = read(tmp_path, "省份,0-3kg,3-5kg,首重1kg,续重1kg\n浙江,4.10,4.05,3.20,0.10\n")
    assert card.notes == (
        "row 2: the price falls with weight above 3,000 g: 浙江",
        "row 2: the price falls with weight above 5,000 g: 浙江",
    )


def test_merged_notes_and_titles_are_no_prices(tmp_path: Path) -> None:
    """A note that is merged over the whole table is one row, and not a price in every column."""
    rows: list[list[str | float]] = [
        ["报价单", "", ""],
        ["省份", "1kg", "2kg"],
        ["浙江", 3, 4],
        ["新疆", "不接", ""],
        ["以上价格含税", "", ""],
    ]
    card = read_rate_card(
        book(tmp_path / "c.xlsx", rows, [(0, 0, 0, 2), (3, 1, 3, 2), (4, 0, 4, 2)]), "CNY"
    )
    assert (card.zones, len(card.notes)) == ({"浙江": "z1"}, 4)
    assert 'row 5 is not read: "以上价格含税"' in card.notes


HEADERS = st.sampled_from(["时效", "备注", "序号", "面单费", "折扣", "燃油费", "城市", "代码"])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(HEADERS, max_size=2, unique=True),
    st.lists(HEADERS, max_size=2, unique=True),
    st.permutations(["浙江", "广东、江苏", "东三省", "新疆西藏", "其他省份"]),
    st.lists(st.integers(100, 9999), min_size=40, max_size=40, unique=True),
    st.sampled_from(["", "备注：含税", "超重加收7.77元"]),
)
def test_no_number_of_a_table_is_lost(
    tmp_path_factory: pytest.TempPathFactory,
    before: list[str],
    after: list[str],
    names: list[str],
    numbers: list[int],
    note: str,
) -> None:
    """Each number is a price or a fee of the card, or its row or column is named in a note."""
    after = [header for header in after if header not in before]
    head = [*before, "省份", "1kg以内", "1-2kg", "续重/kg", *after]
    cells = iter(f"{number / 100:.2f}" for number in numbers)
    rows = [[next(cells) if header != "省份" else name for header in head] for name in names]
    text = "\n".join(",".join(row) for row in [["2026报价"], head, *rows, [note]])
    card = read(tmp_path_factory.mktemp("card"), text + "\n")
    prices = {
        minor
        for rate in card.rates.values()
        for _, minor in (*rate.brackets, rate.step or rate.brackets[0])
    }
    prices |= {surcharge.minor for surcharge in card.surcharges}
    for row in rows:
        for column, cell in enumerate(row):
            named = any(f"({head[column]}) is not read" in text for text in card.notes)
            assert head[column] == "省份" or named or round(float(cell) * 100) in prices, (
                cell,
                card,
            )
    assert len(card.zones) == 31
    assert 'row 1 is not read: "2026报价"' in card.notes
    assert not note or any(note in text for text in card.notes)
