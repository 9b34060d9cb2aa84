"""Tables of every encoding and separator are read right or refused in words."""

from __future__ import annotations

import itertools
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.formats.base.columns import REGIONS, TABLES, Column, describe, parser
from planner.formats.base.findings import Findings
from planner.formats.tables.table_files import parse_csv, read_table
from planner.formats.tables.tables import open_table, read_cells, table_of_file, write_table
from tests.formats.tables.spreadsheet_oracle import PAYLOADS

ROWS = [
    ["region", "name", "orders"],
    ["zhejiang", "浙江省杭州市", "12"],
    ["beijing", "北京市朝阳区", "7"],
]
READABLE = ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312")
FOREIGN = (
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "utf-7",
    "big5",
    "big5hkscs",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "iso2022_jp",
    "hz",
    "johab",
    "cp949",
    "cp932",
    "euc_jis_2004",
    "shift_jis_2004",
    "iso2022_kr",
    "cp950",
    "iso2022_jp_1",
    "iso2022_jp_2",
    "iso2022_jp_2004",
    "iso2022_jp_3",
    "iso2022_jp_ext",
    "euc_jisx0213",
    "shift_jisx0213",
)


def csv_bytes(encoding: str, separator: str, line_end: str = "\n") -> bytes:
    text = line_end.join(separator.join(row) for row in ROWS) + line_end
    return text.encode(encoding, errors="replace")


@pytest.mark.parametrize(("encoding", "separator"), list(itertools.product(READABLE, ",;\t|")))
def test_encodings_and_separators_are_recognised(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    """UTF-8 with and without BOM and GB18030 with every separator and line end give the same cells
    and lines.
    """
    for line_end in ("\n", "\r\n", "\r"):
        path = tmp_path / "t.csv"
        path.write_bytes(csv_bytes(encoding, separator, line_end))
        frame = read_table(path)
        assert [frame.columns.tolist(), *frame.to_numpy().tolist()] == ROWS
        assert frame.index.tolist() == [2, 3]


@pytest.mark.parametrize(("encoding", "separator"), list(itertools.product(FOREIGN, ",;\t|")))
def test_other_encodings_are_right_or_refused(
    tmp_path: Path, encoding: str, separator: str
) -> None:
    """A file in any other encoding gives its own text or a finding, never other characters."""
    path = tmp_path / "t.csv"
    written = csv_bytes(encoding, separator)
    path.write_bytes(written)
    meant = [line.split(separator) for line in written.decode(encoding).splitlines()]
    assert cells_or_refusal(path) in (
        meant,
        ascii_only(written, separator),
        "refused: save it as UTF-8",
    )


def cells_or_refusal(path: Path) -> object:
    """Header and cells of a table, or that it was refused with the advice to use UTF-8."""
    try:
        frame = read_table(path)
    except InputError as error:
        return "refused: save it as UTF-8" if "save it as UTF-8" in str(error) else str(error)
    return [frame.columns.tolist(), *frame.to_numpy().tolist()]


def ascii_only(written: bytes, separator: str) -> list[list[str]]:
    """An encoding that writes Chinese in ASCII letters (UTF-7, HZ) cannot be distinguished from
    ASCII.
    """
    try:
        return [line.split(separator) for line in written.decode("ascii").splitlines()]
    except UnicodeDecodeError:
        return []


@pytest.mark.parametrize(
    "text", ["região,pedidos\nSão Paulo,3\nCeará,4\n", "Straße,Größe\nMünchen,3\n"]
)
def test_western_text_in_latin1_is_refused(tmp_path: Path, text: str) -> None:
    """Accented letters in Latin-1 must not be read as rare Chinese characters."""
    path = tmp_path / "t.csv"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match="neither UTF-8 nor GB18030"):
        read_table(path)


def test_lines_are_counted_over_blank_lines_and_line_breaks_in_cells() -> None:
    """The index is the line in the file, whatever stands between."""
    frame = parse_csv(b'a,b\n\n1,"x\ny"\n2,z\n,\n3,w\n', "t.csv")
    assert dict(zip(frame.index.tolist(), frame["a"].tolist(), strict=True)) == {
        3: "1",
        5: "2",
        7: "3",
    }


def test_short_rows_are_filled_and_long_rows_refused() -> None:
    """A missing cell is empty; a cell too many names its line; an empty one too many is nothing."""
    assert parse_csv(b"a,b\n1\n", "t.csv").to_numpy().tolist() == [["1", ""]]
    assert parse_csv(b"a,b\n1,2,\n", "t.csv").to_numpy().tolist() == [["1", "2"]]
    for text in ("a,b\n1,2\n1,2,3\n", "a,b\n1,2\n1,2,3,4,5\n"):
        with pytest.raises(InputError) as caught:
            parse_csv(text.encode(), "t.csv")
        assert [f.line for f in caught.value.findings] == [3]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"), ("\n1,2\n", "is empty"), ("a,a\n1,2\n", "two columns have this name"),
        ("a,,c\n1,2,3\n", "column 2 has no name"), ('a,b\n"1,2\n', "cannot be read as CSV"),
        ("a\x00,b\n", "control characters"),
    ],
)  # fmt: skip
def test_a_damaged_table_says_how(text: str, words: str) -> None:
    """Headers and quotes that make no table are findings."""
    with pytest.raises(InputError, match=words):
        parse_csv(text.encode(), "t.csv")


def test_words_that_look_like_nothing_stay_words() -> None:
    """NA, null and nan are text: Namibia is a region."""
    assert parse_csv(b"a\nNA\nnull\nnan\n", "t.csv")["a"].tolist() == ["NA", "null", "nan"]


def write_excel(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write(r, c, cell)
    return path


def test_excel_reads_like_csv(tmp_path: Path) -> None:
    """Numbers keep their digits, whole numbers have no decimals, empty rows are left out, rows keep
    their numbers.
    """
    path = write_excel(tmp_path / "t.xlsx", [["region", "share"], ["浙江", 0.25], [], ["x", 3]])
    frame = read_table(path)
    assert frame.to_numpy().tolist() == [["浙江", "0.25"], ["x", "3"]]
    assert frame.index.tolist() == [2, 4]
    assert table_of_file(path, "t.xlsx").finding(1, "share", "no").column == 2


def test_a_broken_excel_file_is_refused(tmp_path: Path) -> None:
    """What only looks like Excel is a finding."""
    (tmp_path / "a.xlsx").write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(InputError, match="cannot be read as Excel"):
        read_table(tmp_path / "a.xlsx")
    (tmp_path / "c.xls").write_bytes(b"\xd0\xcf\x11\xe0 old")
    with pytest.raises(InputError, match=r"old Excel file"):
        read_table(tmp_path / "c.xls")


def is_not_in_quotes(text: str) -> bool:
    return not (text.startswith('"') and text.endswith('"'))


# A cell in quotation marks from end to end is taken for one that was quoted twice: no name may be
# written so. Characters of no width around a cell are no part of it.
NO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
CELL = (
    st.text(
        st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=NO_WIDTH), max_size=12
    )
    .map(str.strip)
    .filter(is_not_in_quotes)
)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6))
def test_a_written_table_reads_as_itself(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, ...]]
) -> None:
    """Whatever stands in the cells, read(write(table)) is the table (empty rows fall away)."""
    path = tmp_path_factory.mktemp("t") / "t.csv"
    write_table(pd.DataFrame(rows, columns=["a", "b", "c"]), path)
    assert b"\r" not in path.read_bytes()
    assert [tuple(row) for row in read_table(path).to_numpy().tolist()] == [
        row for row in rows if any(row)
    ]


def test_cells_are_reported_with_their_place(tmp_path: Path) -> None:
    """A finding has the line and the character where the cell begins, also behind a quoted
    separator.
    """
    path = tmp_path / "r.csv"
    path.write_text('region,name,share\n"a,b",c,1\nd,e,x\n"f,g",h,y\n', "utf-8")
    findings = Findings(tmp_path)
    assert read_cells(table_of_file(path, "r.csv"), REGIONS, "CNY", findings) is None
    assert [str(f) for f in findings.found] == [
        'r.csv:3:5: share: must be a number, got "x"',
        'r.csv:4:9: share: must be a number, got "y"',
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_may_stand_below_title_rows(tmp_path: Path, separator: str) -> None:
    """The header is the row that names the columns; findings stand at the lines and characters of
    the file.
    """
    text = "Regions of 2026\n\nregion,name,share\neast,East,0.5\nwest,West,x\n".replace(
        ",", separator
    )
    (tmp_path / "r.csv").write_text(text, "utf-8")
    findings = Findings(tmp_path)
    table = open_table(tmp_path / "r.csv", "r.csv", findings, REGIONS)
    assert table is not None
    assert table.cells["region"] == ["east", "west"]
    assert findings.warnings == ["r.csv: the header is line 3; the 2 lines above it are not read"]
    assert read_cells(table, REGIONS, "CNY", findings) is None
    assert [str(f) for f in findings.found] == ['r.csv:5:11: share: must be a number, got "x"']


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("region,name", "t.csv:1: share: column is missing; there are region, name"),
        ("region,shares", "t.csv:1: share: column is missing; did you mean shares?"),
        ("region,remote,a", "t.csv:1: share: column is missing; there are region, remote, a"),
    ],
)
def test_a_missing_column_is_named(tmp_path: Path, header: str, said: str) -> None:
    """With what could be meant: a column that nobody knows, never another one of ours."""
    (tmp_path / "t.csv").write_text(f"{header}\n{'x,' * header.count(',')}x\n", "utf-8")
    findings = Findings(tmp_path)
    read_cells(table_of_file(tmp_path / "t.csv", "t.csv", REGIONS), REGIONS, "CNY", findings)
    assert said in [str(f) for f in findings.found]


BAD_CELLS = (
    "nan",
    "NaN",
    "inf",
    "-inf",
    "-1",
    "1e308",
    "true",
    "１２",
    "1,5",
    "0x10",
    "1_0",
    "12 ",
    "½",
    "--1",
    "=1+1",
)


@pytest.mark.parametrize("bad", BAD_CELLS)
def test_no_bad_number_passes_any_column(bad: str) -> None:
    """Every numeric column of every table refuses every bad number."""
    for columns in TABLES.values():
        for column in columns:
            if column.kind in ("number", "count", "money"):
                with pytest.raises(ValueError, match="must"):
                    parser(column, "CNY", typed=False)(bad)


HIDDEN = (
    *(
        "a\x00",
        "a\x07b",
        "a\x1b[1m",
        "a\nb",
        "a\tb",
        "a\rb",
        "a\x7fb",
        "a\x9bb",
        "a\ud800",
        "a\u2028b",
        "a\u200bb",
    ),
    *("a\u202eb", "a\u2066b", "a\u2069b", "a\ufeffb", "a\u00adb", "\t=1", " a", '"a"', "“a”"),
)


@pytest.mark.parametrize("name", HIDDEN)
def test_no_name_hides_what_it_is(name: str) -> None:
    """Characters that control a terminal, turn the direction or are not seen cannot be part of a
    name.
    """
    for typed in (True, False):
        with pytest.raises(ValueError, match="must not"):
            parser(Column("name", "name", ""), "CNY", typed=typed)(name)


@pytest.mark.parametrize(
    "name",
    [*PAYLOADS, "a" * 80, "浙" * 80, "خراسان\u200cرضوی", "-50% coupon", "O'Neill", '5" pipe'],
)
def test_names_may_hold_any_sign(name: str) -> None:
    """What a spreadsheet would run is made text where it is written, so it can be a name."""
    assert parser(Column("name", "name", ""), "CNY", typed=False)(name) == name


def test_every_column_is_documented() -> None:
    """The table of columns prints one line for each, with its meaning."""
    for columns in TABLES.values():
        lines = describe(columns)
        assert len(lines) == 2 + len(columns)
        assert all(column.meaning in line for column, line in zip(columns, lines[2:], strict=True))
