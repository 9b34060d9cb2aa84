"""No row of an order log vanishes or appears without a line that says so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.formats.order_log import status_column
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, read_orders

SIZES = (1, 2, None)


def write(folder: Path, text: str) -> Path:
    path = folder / "log.csv"
    path.write_text(text, "utf-8")
    return path


def read(folder: Path, text: str, columns: dict[str, str] | None = None, **form: Any) -> OrderLog:
    return read_orders(write(folder, text), "log.csv", LogForm(columns or {}, **form))


def findings(
    folder: Path, text: str, columns: dict[str, str] | None = None, **form: Any
) -> list[str]:
    with pytest.raises(InputError) as caught:
        read(folder, text, columns, **form)
    return [str(f) for f in caught.value.findings]


def is_accounted_for(log: OrderLog) -> bool:
    """Rows = orders + rows merged into them + rows left out."""
    return log.rows == len(log) + log.merged + sum(log.skipped.values()) and log.merged >= 0


MOMENT = st.sampled_from(["2026-11-11 20:00", "2026-11-11 20:00", "2026-11-12 09:30", "", "soon"])
ROW = st.tuples(
    st.sampled_from(["A1", "A2", "A3", "B,4", "", "6.9E+17"]),
    MOMENT,
    st.sampled_from(["浙江", "浙江", "新疆", "", "a\u200b1"]),
    st.sampled_from(["1", "2", "", "-1", "many", "1,200"]),
    st.sampled_from(["paid", "paid", "refunded", ""]),
)
HEADER = ("order_id", "ordered_at", "region", "items", "status")
MESS = st.sampled_from(
    [HEADER, ("合计", "3", "", "7", ""), ("", "", "", "", ""), ("Total", "", "", "9", "")]
)


@settings(max_examples=30, deadline=None)
@example(
    [
        ("A1", "2026-11-11", "x", "1", ""),
        ("A1", "2026-11-11", "x", "many", "refunded"),
        ("A1", "2026-11-11", "x", "1", "paid"),
    ],
    ("paid",),
    True,
    None,
)
@given(
    st.lists(ROW | MESS, max_size=14),
    st.sampled_from([None, ("paid",)]),
    st.booleans(),
    st.sampled_from([2, None]),
)
def test_every_row_is_accounted_for(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[Sequence[str]],
    kept: tuple[str, ...] | None,
    with_ids: bool,
    size: int | None,
) -> None:
    """Whatever stands in the rows: the sum is that of the file, and the orders are those one would
    count by hand.
    """
    lines = [
        ",".join(f'"{cell}"' for cell in row)
        for row in [HEADER, *rows, ("A9", "2026-11-13", "北京", "1", "paid")]
    ]
    status = {"status": "status", "kept_statuses": kept} if kept else {}
    columns = {} if with_ids else {"order_id": ""}
    log = read(
        tmp_path_factory.mktemp("log"),
        "\n".join(lines),
        columns,
        skip_bad_rows=True,
        rows=size,
        **status,
    )
    assert log.rows == sum(any(row) for row in rows) + 1
    assert is_accounted_for(log)
    assert len(log) == len(by_hand(rows, kept, with_ids)) + 1
    assert sum(
        log.left_out.rows[r]
        for r in log.left_out.rows
        if r in ("a row of totals", "the header again")
    ) == sum(row[0] in ("合计", "Total", "order_id") for row in rows)


def by_hand(
    rows: list[Sequence[str]], kept: tuple[str, ...] | None, with_ids: bool
) -> list[object]:
    """The orders, one after the other."""
    orders: dict[object, list[Sequence[str]]] = {}
    for number, row in enumerate(rows):
        order, moment, region, items, status = row
        if order in ("合计", "Total", "order_id") or not any(row):
            continue
        bad = moment == "soon" or region == "a\u200b1" or items == "-1"
        if with_ids:
            bad |= order in ("", "6.9E+17")
        else:
            bad |= not moment or not region or (kept is not None and status not in kept)
        if not bad:
            orders.setdefault(order if with_ids else number, []).append(row)
    found: list[object] = []
    for order, parts in orders.items():
        moment, region, status = (
            next(filter(None, (part[i] for part in parts)), "") for i in (1, 2, 4)
        )
        if moment and region and (kept is None or not with_ids or status in kept):
            found.append(order)
    return found


def test_ids_that_a_spreadsheet_made_numbers_of_are_refused(tmp_path: Path) -> None:
    """E-notation of Excel and of programs, and long ids that all end in zeros: named, with the
    cure, which works.
    """
    text = "order_id,ordered_at\n6.92005E+17,2026-11-11\n6.92005E+17,2026-11-12\nA1,2026-11-11\n3e+17,2026-11-12\n"
    (found,) = findings(tmp_path, text)
    assert (
        "3 ids are in E-notation: 6.92005E+17 (line 2), 6.92005E+17 (line 3), 3e+17 (line 5);"
        in found
    )
    assert "count every row as an order with --columns order_id=" in found
    assert len(read(tmp_path, text, {"order_id": ""})) == 4
    log = read(tmp_path, text, skip_bad_rows=True)
    assert (len(log), log.skipped) == (1, {"order_id: is in E-notation": 3})
    rounded = "order_id,ordered_at\n" + "".join(
        f"6920050000000{i}00000,2026-11-11 0{i}:00\n" for i in range(5, 10)
    )
    assert "all 5 ids end in zeros" in findings(tmp_path, rounded)[0]
    assert len(read(tmp_path, rounded + "692005000000012345,2026-11-12\n")) == 6


def test_numbers_of_an_excel_column_of_ids_are_refused(tmp_path: Path) -> None:
    """Excel keeps 15 digits of a number: eighteen cannot be distinguished."""
    with xlsxwriter.Workbook(str(tmp_path / "log.xlsx")) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate(
            [
                ["order_id", "ordered_at"],
                [300000000000000001, "2026-11-11"],
                [1234567890123456, "2026-11-11"],
            ]
        ):
            sheet.write_row(r, 0, row)
    with pytest.raises(InputError, match="2 ids are in E-notation"):
        read_orders(tmp_path / "log.xlsx", "log.xlsx", LogForm({}))


@pytest.mark.parametrize("size", SIZES)
def test_rows_of_one_order_that_differ_are_findings(tmp_path: Path, size: int | None) -> None:
    """Id, lines, both values, and how many; left out of doubt, the first row counts and a warning
    says so.
    """
    text = (
        "order_id,ordered_at,region\nA,2026-11-11 20:00,x\nB,2026-11-11 20:01,x\nA,2026-11-11 "
        "20:05,x\n"
        "B,2026-11-11 20:01,y\nC,2026-11-11 20:02,\nC,,x\n"
    )
    found = findings(tmp_path, text, rows=size)
    assert len(found) == 2
    assert (
        "1 order with rows of different times: A (2026-11-11T20:00:00 in line 2, "
        "2026-11-11T20:05:00 in line 4)" in found[0]
    )
    assert "1 order with rows of different regions: B (x in line 3, y in line 5)" in found[1]
    log = read(tmp_path, text, rows=size, skip_bad_rows=True)
    assert (len(log), log.merged, log.region) == (3, 3, ["x", "x", "x"])
    assert [w.endswith("; the first counts") for w in log.warnings] == [True, True]


@pytest.mark.parametrize("size", SIZES)
def test_continuation_lines_belong_to_the_order_of_their_id(
    tmp_path: Path, size: int | None
) -> None:
    """Without moment, region and status, before or after the line that has them; their items add
    up.
    """
    text = (
        "Name,Financial Status,Created at,Lineitem quantity,Shipping Province\n#1,paid,2026-11-01 "
        "23:30,1,NY\n"
        "#1,,,2,\n#2,,,4,\n#2,refunded,2026-11-02 01:30,1,TX\n#3,paid,2026-11-02 "
        "02:30,1,CA\n#4,,,1,\n"
    )
    columns = {"order_id": "Name", "items": "Lineitem quantity"}
    (found,) = findings(tmp_path, text, columns, rows=size)
    assert found == "log.csv:7:5: Created at: is empty in every row of the order: 1 row (line 7)"
    log = read(tmp_path, text, columns, rows=size, skip_bad_rows=True)
    assert (log.amounts["items"].values.tolist(), log.region) == (
        [3.0, 5.0, 1.0],
        ["NY", "TX", "CA"],
    )
    status = {"status": "Financial Status", "kept_statuses": ("paid",)}
    log = read(tmp_path, text, columns, rows=size, skip_bad_rows=True, **status)
    assert log.amounts["items"].values.tolist() == [3.0, 1.0]
    assert log.skipped == {"Financial Status: refunded": 2, "Financial Status: is empty": 1}
    assert is_accounted_for(log)


@pytest.mark.parametrize("size", SIZES)
def test_titles_totals_and_repeated_headers_are_no_orders(tmp_path: Path, size: int | None) -> None:
    """Said with their places; a row that is no total stays a finding."""
    text = (
        "November\n导出时间：2026-11-12,,\n\n订单编号,下单时间,省份\nA1,2026-11-11 20:00,浙江\n"
        "订单编号,下单时间,省份\n,,\nA2,2026-11-11 21:00,浙江\n合计：,2,\n"
    )
    log = read(tmp_path, text, rows=size)
    assert (len(log), log.blank) == (2, 1)
    assert log.left_out.words() == [
        "a row of totals: 1 row (line 9)",
        "the header again: 1 row (line 6)",
    ]
    assert log.notes[0] == "the header is line 4; the 3 lines above it are not read"
    assert is_accounted_for(log)
    assert "log.csv:9:3: 下单时间" in findings(tmp_path, text.replace("合计：", "X"))[0]


def test_a_status_is_counted_or_left_out(tmp_path: Path) -> None:
    """Without options a warning counts what looks cancelled and names them; a status that does not
    occur is a finding; what is wrong with an order that is left out is no finding.
    """
    text = "付款时间,状态\n2026-11-11,交易成功\n,交易关闭\n2026-11-12,已取消\n2026-11-12,\n"
    assert findings(tmp_path, text)[0].startswith("log.csv:3")
    kept = {"status": "状态", "kept_statuses": ("交易成功",)}
    log = read(tmp_path, text, **kept)
    assert (len(log), log.skipped) == (
        1,
        {"状态: 交易关闭": 1, "状态: 已取消": 1, "状态: is empty": 1},
    )
    log = read(tmp_path, text.replace(",交易关闭", "2026-11-11,交易关闭"))
    assert [w.partition(";")[0] for w in log.warnings] == [
        "状态: 交易关闭: 1 row (line 3) counts as an order",
        "状态: 已取消: 1 row (line 4) counts as an order",
    ]
    assert all("--status-column 状态 --keep-status LIST" in w for w in log.warnings)
    (found,) = findings(
        tmp_path,
        "ordered_at,状态\n2026-11-11,b\n2026-11-11,a\n",
        status="状态",
        kept_statuses=("c",),
    )
    assert found == "log.csv:1: 状态: c: no order has this status; there are a, b"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            "purchase-date,ship-state,amazon-order-id",
            {"ordered_at": "purchase-date", "region": "ship-state", "order_id": "amazon-order-id"},
        ),
        ("Created at,x,y", {"ordered_at": "Created at"}),
        ("ordered_at,下单时间,y", {"ordered_at": "ordered_at"}),
        ("付款时间,收货省份,订单号", {"ordered_at": "付款时间", "region": "收货省份", "order_id": "订单号"}),
    ],
)  # fmt: skip
def test_columns_are_recognised_by_usual_names_and_said(
    tmp_path: Path, header: str, expected: dict[str, str]
) -> None:
    """A name of ours goes first; what is recognised by another name is said."""
    log = read(tmp_path, f"{header}\n2026-11-11,x,1\n")
    assert log.names == expected
    recognised = [note for note in log.notes if " is read from " in note]
    assert len(recognised) == sum(ours != theirs for ours, theirs in expected.items())


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("下单时间,付款时间", ("could be read from 下单时间 or 付款时间: state --columns "
                      "ordered_at=下单时间 or")),
        ("发货时间,x", ("state the one that holds the time of the order: --columns "
                   "ordered_at=发货时间")),
        ("Ship date,x", '--columns "ordered_at=Ship date"'),
        ("a,b", "--columns ordered_at=NAME; known: a, b"),
    ],
)  # fmt: skip
def test_a_log_without_a_known_moment_says_how_to_state_it(
    tmp_path: Path, header: str, words: str
) -> None:
    """Two candidates are named, likely ones are offered, else the columns of the file."""
    (found,) = findings(tmp_path, f"{header}\n2026-11-11,2026-11-12\n")
    assert words in found


def test_amounts_are_read_as_people_write_them(tmp_path: Path) -> None:
    """Thousands separators, signs of currencies, decimal commas where semicolons separate; what is
    none is unknown.
    """
    text = (
        'ordered_at,price\n2026-11-11,"1,234.50"\n2026-11-11,￥25.00\n2026-11-11,25.00 '
        '元\n2026-11-11,"12,5"\n'
    )
    assert findings(tmp_path, text) == [
        'log.csv:5:12: price: must be a number such as 1234.50, got "12,5"'
    ]
    log = read(tmp_path, text, skip_bad_rows=True)
    assert str(log.amounts["price"].values.tolist()) == "[1234.5, 25.0, 25.0, nan]"
    assert (log.skipped, log.unknown.words()) == (
        {},
        ["price: must be a number such as 1234.50: 1 row (line 5)"],
    )
    text = "ordered_at;price\n2026-11-11;12,5\n2026-11-11;1.234,50\n2026-11-11;7\n"
    assert read(tmp_path, text).amounts["price"].values.tolist() == [12.5, 1234.5, 7.0]
    assert (
        "log.csv:5:12: price: its point may mark thousands"
        in findings(tmp_path, text + "2026-11-11;1.234\n")[0]
    )


def test_a_row_with_a_negative_amount_is_left_out_as_said(tmp_path: Path) -> None:
    """A return or a cancellation is no order; an order whose weight is no number stays one."""
    text = "ordered_at,items,weight_g\n2026-11-11,1,5\n2026-11-11,-1,5\n2026-11-12,1,heavy\n"
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert caught.value.__cause__ is not None
    (note,) = caught.value.__cause__.__notes__
    assert (
        note == "--skip-bad-rows leaves out 1 row and counts 1 row with an unknown amount as orders"
    )
    log = read(tmp_path, text, skip_bad_rows=True)
    assert (len(log), log.skipped) == (2, {"items: must be at least 0": 1})


def test_an_amount_is_unknown_only_of_an_order(tmp_path: Path) -> None:
    """A row that is left out for another reason is not counted as an order whose amount is
    unknown.
    """
    text = "order_id,ordered_at,items,state\nA,2026-11-11,x,paid\nB,,x,paid\nC,2026-11-11,x,closed\nD,soon,x,paid\n"
    log = read(tmp_path, text, skip_bad_rows=True, status="state", kept_statuses=("paid",))
    assert (len(log), log.unknown.words()) == (
        1,
        ["items: must be a number such as 1234.50: 1 row (line 2)"],
    )
    (found,) = findings(tmp_path, "ordered_at,items\nsoon,x\n", skip_bad_rows=True)
    assert found.startswith(
        "log.csv: holds no order that can be read; ordered_at: is not a date and time"
    )
    with pytest.raises(InputError) as caught:
        read(tmp_path, text)
    assert caught.value.__cause__ is not None
    (note,) = caught.value.__cause__.__notes__
    assert (
        note
        == "--skip-bad-rows leaves out 2 rows and counts 2 rows with an unknown amount as orders"
    )


def test_the_sheet_that_holds_the_columns_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    """The first sheet with the wanted columns, below its title; or the one that is asked for."""
    with xlsxwriter.Workbook(str(tmp_path / "log.xlsx")) as book:
        for name, rows in {
            "notes": [["read me"], ["a", "b"]],
            "orders": [["November"], ["下单时间", "省份"], ["2026-11-11 20:00", "浙江"]],
            "more": [["下单时间", "省份"], ["2026-11-12 20:00", "新疆"]],
        }.items():
            sheet = book.add_worksheet(name)
            for r, row in enumerate(rows):
                sheet.write_row(r, 0, row)
    log = read_orders(tmp_path / "log.xlsx", "log.xlsx", LogForm({}))
    assert (log.region, log.notes[:2]) == (
        ["浙江"],
        (
            "the header is line 2; the line above it is not read",
            "sheet orders is read, not notes, more",
        ),
    )
    assert read_orders(tmp_path / "log.xlsx", "log.xlsx", LogForm({}, sheet="more")).region == [
        "新疆"
    ]
    with pytest.raises(InputError, match="no sheet x; it has notes, orders, more"):
        read_orders(tmp_path / "log.xlsx", "log.xlsx", LogForm({}, sheet="x"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PAR1\x15\x04", "cannot be read as Parquet"),
        (b"SQLite format 3\x00", "is a SQLite database; import orders from it with planner import"),
        (
            b"\xef\xbb\xbf\n<html><table>",
            "is a web page or XML, not a table; open it in a spreadsheet",
        ),
        (b"%PDF-1.7", "is a PDF document"),
        (b"\xd0\xcf\x11\xe0 old", "is an old Excel file"),
        (b"\x1f\x8b\x08", "is packed by gzip"),
        (b"", "is empty; the first line must name the columns"),
        (b"\n\n\n", "is empty; the first line must name the columns"),
        (b"PK\x03\x04 zip", "cannot be read as Excel"),
    ],
)
def test_a_file_that_is_no_table_says_what_it_is(tmp_path: Path, data: bytes, words: str) -> None:
    """In clear words."""
    (tmp_path / "log").write_bytes(data)
    with pytest.raises(InputError, match=words):
        read_orders(tmp_path / "log", "log", LogForm({}))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_unicode_text_of_a_spreadsheet_is_read(tmp_path: Path, encoding: str) -> None:
    """UTF-16 with its mark, tabs, a quoted text of two lines."""
    text = (
        "\ufeff"
        * (encoding != "utf-16")
        + '下单时间\t备注\t省份\r\n2026-11-11 20:00\t"上\r\n海"\t浙江\r\n2026-11-11 '
        "21:00\t\t新疆\r\n"
    )
    (tmp_path / "log.txt").write_bytes(text.encode(encoding))
    assert read_orders(tmp_path / "log.txt", "log.txt", LogForm({})).region == ["浙江", "新疆"]


@pytest.mark.parametrize(
    ("header", "columns", "grams"),
    [
        ("weight_kg", {}, 16_100.0),
        ("weight_lb", {}, 7_302.837157),
        ("gross", {"weight_kg": "gross"}, 16_100.0),
        ("weight_g,weight_kg", {}, 16.1),
    ],
)
def test_weights_in_other_units_become_grams(
    tmp_path: Path, header: str, columns: dict[str, str], grams: float
) -> None:
    """Kilograms and pounds are converted without rounding errors and said; a column in grams comes
    first.
    """
    cells = ",".join(["16.1"] * (header.count(",") + 1))
    log = read(tmp_path, f"ordered_at,{header}\n2026-11-11,{cells}\n", columns)
    assert log.amounts["weight_g"].values == pytest.approx([grams], abs=1e-9)
    assert any("converted from" in note for note in log.notes) == (grams != 16.1)


def test_the_weight_of_a_log_is_stated_once(tmp_path: Path) -> None:
    """Two columns for the same are a finding; so is a unit that is not known."""
    both = {"weight_g": "a", "weight_kg": "b"}
    found = findings(tmp_path, "ordered_at,a,b\n2026-11-11,1,2\n", both)
    assert found == [
        "log.csv:1: weight_g: weight_g and weight_kg state the same: leave one of them out"
    ]
    assert (
        "unknown column" in findings(tmp_path, "ordered_at,a\n2026-11-11,1\n", {"weight_t": "a"})[0]
    )


def test_weights_that_look_like_kilograms_are_a_warning(tmp_path: Path) -> None:
    """The cure that the warning names reads them as kilograms, and warns no more."""
    text = "ordered_at,gross weight\n2026-11-11,0.5\n2026-11-11,30\n"
    (warning,) = read(tmp_path, text, {"weight_g": "gross weight"}).warnings
    assert warning.endswith(
        'below 60 g throughout: kilograms? Then --columns "weight_kg=gross weight"'
    )
    log = read(tmp_path, text, {"weight_kg": "gross weight"})
    assert (log.warnings, log.amounts["weight_g"].values.tolist()) == ((), [500, 30_000])
    assert not read(tmp_path, text.replace("30", "60"), {"weight_g": "gross weight"}).warnings


def test_the_number_of_an_order_of_shopify_is_its_name(tmp_path: Path) -> None:
    """Exports of Shopify have a row for every item; any other column of names is no id."""
    rows = "#1001,2026-11-11,2\n#1001,2026-11-11,1\n"
    assert len(read(tmp_path, "Name,Created at,Lineitem quantity\n" + rows)) == 1
    assert len(read(tmp_path, "Name,Created at,quantity\n" + rows)) == 2


@pytest.mark.parametrize("empty", ["NULL", "#N/A", "\\N", "-"])
def test_a_word_for_an_empty_cell_is_no_region(tmp_path: Path, empty: str) -> None:
    """Databases and spreadsheets write a word into cells that hold nothing."""
    text = f"ordered_at,region\n2026-11-11,浙江\n2026-11-11,{empty}\n"
    (found,) = findings(tmp_path, text)
    assert found.startswith("log.csv:3:12: region: must not be empty")
    assert read(tmp_path, text, skip_bad_rows=True).regions == ("浙江",)


def test_all_rows_of_an_order_without_a_place_are_left_out(tmp_path: Path) -> None:
    """Its further rows belong to no order of the log."""
    places = enumerate(("浙江", "上海", "江苏", "广东"))
    text = "order_id,ordered_at,region\n" + "".join(
        f"{i},2026-11-11,{name}\n" for i, name in places
    )
    log = read(tmp_path, text + "9,2026-11-11,Naboo\n9,2026-11-11,Naboo\n", skip_bad_rows=True)
    assert (len(log), log.merged, log.skipped) == (4, 0, {"region: names no place": 2})


def test_many_statuses_are_counted_once_over_all_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is on different statuses, not on those of each piece together."""
    monkeypatch.setattr(status_column, "MOST_STATUSES", 3)
    text = "ordered_at,status\n" + "2026-11-11,a\n2026-11-11,b\n" * 3
    assert len(read(tmp_path, text, status="status", kept_statuses=("a",), rows=2)) == 3


def test_invisible_characters_around_a_cell_are_no_part_of_it(tmp_path: Path) -> None:
    """Marks of the direction of writing and blanks of no width come along with copied cells."""
    log = read(
        tmp_path,
        (
            "order_id,ordered_at,region\n\u200e1,2026-11-11,\u200f浙江\u200e\n1,\u202a2026-11-11\u202c,\ufeff浙江 "
            "\u200b\n"
        ),
    )
    assert (len(log), log.region) == (1, ["浙江"])


def test_a_header_of_two_lines_is_no_title(tmp_path: Path) -> None:
    """A line break within the name of a column; a title above it is said."""
    text = '"order\ntime",region\n2026-11-11,浙江\n'
    assert not any("above it" in note for note in read(tmp_path, text).notes)
    assert (
        read(tmp_path, "orders\n" + text).notes[0]
        == "the header is line 2; the line above it is not read"
    )
