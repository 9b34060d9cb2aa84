"""Rate tables as couriers send them: what they price comes out as it stood, and every bad cell is
named.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.contracts import Rate
from planner.domain.money import to_major
from planner.errors import InputError
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.rate_card.card import RateCard, ZoneRate
from planner.formats.rate_card.reader import read_rate_card
from planner.formats.rate_card.writer import write_contract

PROVINCES = (
    "浙江省",
    "江苏省",
    "上海市",
    "北京",
    "新疆维吾尔自治区",
    "内蒙古自治区",
    "Guangdong",
    "Hebei Province",
)
SHORT = ("浙江", "江苏", "上海", "北京", "新疆", "内蒙古", "Guangdong", "Hebei")
PLAIN = [
    ["省份", "0-0.3kg", "0.3-0.5kg", "首重1kg", "续重/kg"],
    ["浙江", "2.10", "2.20", "2.60", "0.80"],
]

Rows = list[list[str]]


def csv_bytes(rows: Rows, encoding: str) -> bytes:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode(encoding)


def write_xlsx(
    path: Path, rows: Rows, sheet: str = "报价", before: dict[str, Rows] | None = None
) -> Path:
    """A workbook whose prices are numbers where they can be."""
    with xlsxwriter.Workbook(path) as book:
        for name, cells in {**(before or {}), sheet: rows}.items():
            page = book.add_worksheet(name)
            for r, row in enumerate(cells):
                for c, cell in enumerate(row):
                    page.write(r, c, float(cell) if cell.replace(".", "", 1).isdigit() else cell)
    return path


@dataclass(frozen=True)
class Flat:
    """A zone's prices with weights in grams."""

    brackets: tuple[tuple[float, int], ...] = ()
    first: tuple[float, int] | None = None
    step: tuple[float, int] | None = None


def flat(rate: ZoneRate) -> Flat:
    brackets, first, step = rate.brackets, rate.first, rate.step
    return Flat(
        tuple((float(to.grams), price) for to, price in brackets),
        (float(first[0].grams), first[1]) if first else None,
        (float(step[0].grams), step[1]) if step else None,
    )


def table(folder: Path, rows: Rows, currency: str = "CNY") -> RateCard:
    (folder / "rates.csv").write_bytes(csv_bytes(rows, "utf-8-sig"))
    return read_rate_card(folder / "rates.csv", currency)


def findings(folder: Path, rows: Rows) -> list[str]:
    with pytest.raises(InputError) as caught:
        table(folder, rows)
    return [str(f) for f in caught.value.findings]


def test_a_table_becomes_zones_and_rates(tmp_path: Path) -> None:
    """Rows of equal prices are one zone, several provinces may share a cell, titles and notes are
    named.
    """
    found = table(
        tmp_path,
        [
            ["某快递 2026 报价（首重1kg起）"],
            ["序号", "目的省份", "0-0.3kg", "0.31-0.5kg", "首重1kg", "续重/kg", "时效"],
            ["1", "浙江省、江苏；上海市", "￥2.10", "2.2元", "2.6", "0.8", "1天"],
            [],
            ["2", "Inner Mongolia/新疆维吾尔自治区", "5", "5", "12", "9"],
            ["3", "北京 天津", "2.1", "2.2", "2.6", "0.8"],
            ["备注：不含税"],
            ["", "备注：以上为协议价"],
        ],
    )
    assert {zone: flat(rate) for zone, rate in found.rates.items()} == {
        "z1": Flat(((300, 210), (500, 220)), (1000, 260), (1000, 80)),
        "z2": Flat(((300, 500), (500, 500)), (1000, 1200), (1000, 900)),
    }
    assert list(found.zones.items()) == [
        *[(name, "z1") for name in ("浙江", "江苏", "上海")],
        *[(name, "z2") for name in ("Inner Mongolia", "新疆")],
        *[(name, "z1") for name in ("北京", "天津")],
    ]
    assert found.notes == (
        "column A (序号) is not read",
        "column G (时效) is not read",
        'row 1 is not read: "某快递 2026 报价（首重1kg起）"',
        'row 7 is not read: "备注：不含税"',
        'row 8 is not read: "备注：以上为协议价"',
    )


@pytest.mark.parametrize(
    ("head", "cells", "rate"),
    [
        (["≤0.5kg", "1kg以内"], ["2", "3"], Flat(((500, 200), (1000, 300)))),
        (["1kg以内", "续重/0.5kg"], ["3", "1"], Flat(((1000, 300),), (1000, 300), (500, 100))),
        (["首重1kg", "续重/kg"], ["3", "1"], Flat((), (1000, 300), (1000, 100))),
        (
            ["首重1kg", "续重1kg", "0-0.5kg"],
            ["3", "1", "2"],
            Flat(((500, 200),), (1000, 300), (1000, 100)),
        ),
        (["0.5kg", "首重1kg"], ["2", "3"], Flat(((500, 200), (1000, 300)))),
    ],
)
def test_first_and_additional_weight_go_with_brackets(
    tmp_path: Path, head: list[str], cells: list[str], rate: Flat
) -> None:
    """Additional weight begins at first weight, else at the last bracket; without it the last price
    is the end.
    """
    found = table(tmp_path, [["region", *head], ["浙江", *cells]])
    assert {zone: flat(found) for zone, found in found.rates.items()} == {"z1": rate}
    refused = "parcels above 1,000 g are refused: the table has no price for them"
    assert found.notes == (() if rate.first else (refused,))


MISTAKES: list[tuple[dict[tuple[int, int], str], str]] = [
    ({(1, 1): "面议"}, 'rates.csv:2:2: B2: must be a price, got "面议"'),
    ({(1, 4): ""}, "rates.csv:2:5: E2: the price is empty"),
    (
        {(0, 2): "0.2-0.5kg"},
        'rates.csv:1:3: C1: overlaps the bracket before it, which ends at 300 g, got "0.2-0.5kg"',
    ),
    (
        {(0, 2): "0.4-0.5kg"},
        'rates.csv:1:3: C1: leaves a gap: no price from 300 g to 400 g, got "0.4-0.5kg"',
    ),
    (
        {(0, 1): "0.1-0.3kg"},
        'rates.csv:1:2: B1: leaves a gap: no price from 0 g to 100 g, got "0.1-0.3kg"',
    ),
    (
        {(0, 2): "0.3kg以内"},
        'rates.csv:1:3: C1: overlaps the bracket before it, which ends at 300 g, got "0.3kg以内"',
    ),
    ({(0, 2): "0.3-0.5"}, 'rates.csv:1:3: C1: must have a unit, kg, g, lb or oz, got "0.3-0.5"'),
    (
        {(0, 4): "首重2kg"},
        'rates.csv:1:5: E1: stands twice: column D is of the same kind, got "首重2kg"',
    ),
    ({(0, 3): ""}, "rates.csv:1:4: D1: the column has no header"),
    (
        {(0, 3): "时效", (0, 1): "时效", (0, 2): "时效"},
        "E1: additional weight needs a first weight (首重) or brackets",
    ),
    (
        {(0, 3): "首重0.4kg", (0, 4): "时效"},
        "D1: first weight lies within the brackets and there is no additional weight",
    ),
    ({(2, 0): "浙江省"}, 'rates.csv:3:1: A3: region stands twice, first in row 2, got "浙江"'),
    (
        {(1, 0): "浙江、浙江省"},
        'rates.csv:2:1: A2: region stands twice, first in row 2, got "浙江"',
    ),
    ({(1, 0): ""}, "rates.csv:2:1: A2: no region in this row"),
    ({(1, 0): "=A1"}, "rates.csv:2:1: A2: is no known province or group of provinces"),
    (
        {(0, 0): "名称", (1, 0): "1", (2, 0): "2"},
        "rates.csv:1:1: A1: no column of regions or zones found",
    ),
]


@pytest.mark.parametrize(("cells", "expected"), MISTAKES)
def test_a_bad_cell_is_named_with_row_and_column(
    tmp_path: Path, cells: dict[tuple[int, int], str], expected: str
) -> None:
    """Each mistake alone is found where it stands."""
    rows = [*map(list, PLAIN), ["北京", "2.5", "2.6", "3", "1"]]
    for (row, column), text in cells.items():
        rows[row][column] = text
    found = findings(tmp_path, rows)
    assert any(expected in text for text in found), found


def test_all_bad_cells_come_at_once_with_their_sheet(tmp_path: Path) -> None:
    """In a workbook the sheet, the row and the column's letter are named, for every bad cell of
    every kind.
    """
    rows = [
        ["封面"],
        [*PLAIN[0], "备注"],
        ["浙江", "?", "2.20", "", "0.80"],
        ["浙江省", "3", "2.20", "2.60", "0.80"],
        ["", "2", "2.20", "2.60", "0.80"],
    ]
    path = write_xlsx(tmp_path / "rates.xlsx", rows, "报价", {"封面": [["某快递"]]})
    with pytest.raises(InputError) as caught:
        read_rate_card(path, "CNY")
    assert [str(f) for f in caught.value.findings] == [
        'rates.xlsx:3:2: 报价!B3: must be a price, got "?"',
        "rates.xlsx:3:4: 报价!D3: the price is empty; write - where the courier does not deliver",
        'rates.xlsx:4:1: 报价!A4: region stands twice, first in row 3, got "浙江"',
        "rates.xlsx:5:1: 报价!A5: no region in this row",
    ]


def test_the_sheet_can_be_chosen(tmp_path: Path) -> None:
    """The first sheet with weights is read and the others named; --sheet takes another, and must
    exist.
    """
    other = [["省份", "1kg"], ["北京", "9"]]
    path = write_xlsx(tmp_path / "rates.xlsx", other, "二", {"封面": [["某快递"]], "一": PLAIN})
    assert (read_rate_card(path, "CNY").sheet, read_rate_card(path, "CNY", "二").sheet) == (
        "一",
        "二",
    )
    assert read_rate_card(path, "CNY").notes[:2] == (
        "sheet 封面 is not read",
        "sheet 二 holds weights too and is not read",
    )
    with pytest.raises(InputError, match=r"rates\.xlsx: no sheet 三; it has 封面, 一, 二"):
        read_rate_card(path, "CNY", "三")
    with pytest.raises(InputError, match=r"no weight header found, such as 0-0\.5kg"):
        read_rate_card(path, "CNY", "封面")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["a", "b"], ["1", "2"]], "rates.csv: no weight header found"),
        ([[]], "rates.csv: no weight header found"),
        ([["名称", "1kg"]], "rates.csv:1:1: A1: no column of regions or zones found"),
        ([["1kg"], ["2"]], "rates.csv:1:1: A1: no column of regions or zones found"),
        (
            [["省份", "1kg"], ["浙江", "不接"]],
            "rates.csv:1:1: A1: no rows with prices below the weights",
        ),
        (
            [["省份", "1kg"], ["备注：无", ""]],
            "rates.csv:1:1: A1: no rows with prices below the weights",
        ),
    ],
)
def test_a_file_that_is_no_rate_table_is_a_finding(tmp_path: Path, rows: Rows, words: str) -> None:
    """Nothing to read is said, not passed over."""
    assert any(words in text for text in findings(tmp_path, rows))


@st.composite
def matrices(draw: st.DrawFn) -> tuple[Rows, dict[str, Flat]]:
    """A matrix of prices, and the prices of every province in it."""
    edges = sorted(draw(st.sets(st.integers(1, 300).map(lambda n: 100 * n), max_size=5)))
    beyond = draw(st.booleans()) or not edges
    first_g, step_g = (
        draw(st.sampled_from([500, 1000, 3000])),
        draw(st.sampled_from([100, 500, 1000])),
    )
    forms = draw(st.sampled_from(["{a}-{b}kg", "≤{b}kg", "{b}公斤以内"]))
    head = ["省份"]
    for a, b in zip([0, *edges], edges, strict=False):
        head.append(forms.format(a=f"{a / 1000:g}", b=f"{b / 1000:g}"))
    head += [f"首重{first_g}g", f"续重/{step_g}g"] if beyond else []
    rows, rates = [head], {}
    for name, short in zip(PROVINCES, SHORT, strict=True):
        prices = sorted(
            draw(st.lists(st.integers(0, 99_999), min_size=len(edges), max_size=len(edges)))
        )
        first = draw(st.integers(prices[-1] if prices else 0, 100_000))
        step = draw(st.integers(0, 9_999))
        brackets = tuple(zip(edges, prices, strict=True))
        rates[short] = (
            Flat(brackets, (first_g, first), (step_g, step)) if beyond else Flat(brackets)
        )
        rows.append(
            [
                name,
                *(str(to_major(p, "CNY")) for p in (*prices, *([first, step] if beyond else []))),
            ]
        )
    return rows, rates


@settings(max_examples=12, deadline=None)
@given(matrices())
def test_a_matrix_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, matrix: tuple[Rows, dict[str, Flat]]
) -> None:
    """Excel, UTF-8 with BOM, GB18030, and weights going down instead of across give the same
    contract, and it prices every province as the matrix says.
    """
    rows, rates = matrix
    folder = tmp_path_factory.mktemp("rates")
    (folder / "bom.csv").write_bytes(csv_bytes(rows, "utf-8-sig"))
    (folder / "gb.csv").write_bytes(csv_bytes(rows, "gb18030"))
    (folder / "down.csv").write_bytes(
        csv_bytes([list(column) for column in zip(*rows, strict=True)], "utf-8")
    )
    write_xlsx(folder / "book.xlsx", rows)
    cards = [
        read_rate_card(folder / file, "CNY")
        for file in ("bom.csv", "gb.csv", "down.csv", "book.xlsx")
    ]
    for card in cards:
        assert {region: flat(card.rates[zone]) for region, zone in card.zones.items()} == rates
        assert len(card.rates) == len(set(rates.values()))
    write_contract(
        folder,
        "c",
        "CNY",
        cards[0],
        pd.DataFrame(cards[0].zones.items(), columns=["region", "zone"]),
    )
    contract = read_contract(folder / "c.yaml", ContractContext("CNY"))
    assert {
        region: of_contract(contract.tariff.rates[zone])
        for (_, region), zone in contract.tariff.zones.items()
    } == rates


def of_contract(rate: Rate) -> Flat:
    brackets = tuple((bracket.to_g, bracket.price_minor) for bracket in rate.brackets)
    if not rate.first_g:
        return Flat(brackets)
    return Flat(
        brackets, (rate.first_g, rate.first_price_minor), (rate.step_g, rate.step_price_minor)
    )
