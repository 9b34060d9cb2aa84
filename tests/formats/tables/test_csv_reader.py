"""CSV in pieces is the CSV, whatever the pieces."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.formats.base import input_limits
from planner.formats.tables.csv_reader import HeaderScore, open_csv, read_chunks, visible
from planner.formats.tables.text_files import text_of_bytes

CELL = st.sampled_from(
    ["", " ", "x", "浙江", "a b", "line\nbreak", "two\n\nbreaks", 'say "hi"', "a,b", "　", "7"]
)


def chunks(data: bytes, wanted: list[str], rows: int | None) -> pd.DataFrame:
    table = open_csv(text_of_bytes(data, "t.csv"))
    return pd.concat([chunk.frame for chunk in read_chunks(table, wanted, rows)])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=9), st.sampled_from([1, 2, 7]))
def test_the_pieces_together_are_the_table(rows: list[tuple[str, ...]], size: int) -> None:
    """Cells, lines and rows left out are the same read one row at a time, a few, or all at once."""
    stream = io.StringIO()
    pd.DataFrame(rows, columns=["a", "b", "c"]).to_csv(
        stream, index=False, lineterminator="\n", quoting=1
    )
    data = stream.getvalue().encode()
    whole = chunks(data, ["a", "b", "c"], None)
    pd.testing.assert_frame_equal(chunks(data, ["a", "b", "c"], size), whole)
    line, expected = 2, {}
    for row in rows:
        if any(cell.strip() for cell in row):
            expected[line] = tuple(cell.strip() for cell in row)
        line += 1 + sum(cell.count("\n") for cell in row)
    found = zip(whole.index.tolist(), whole.itertuples(index=False, name=None), strict=True)
    assert dict(found) == expected


@pytest.mark.parametrize("size", [1, 2, None])
def test_a_row_is_empty_only_if_all_its_columns_are(size: int | None) -> None:
    """A row without anything in the wanted columns stays when another column holds something."""
    found = chunks("a,b,c\n,,x\n,　, \n1,,\n,,\n".encode(), ["b", "a"], size)
    assert list(found.itertuples(name=None)) == [(2, "", ""), (4, "", "1")]


@pytest.mark.parametrize("size", [1, 2, 3, None])
@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ("1,2\n1,2,3\n1,2\n1,2,3\n", [3, 5]),  # one too many: all of them
        ('"x\ny",2\n1,2\n1,2,3,4\n', [5]),  # many too many, behind a line break in a cell
        ("1,2,3,4,\n1,2\n", [2]),  # the first row sets no example
        ("1,2\n1,2,,4\n", [3]),
    ],
)
def test_rows_with_too_many_cells_are_named_by_their_line(
    body: str, lines: list[int], size: int | None
) -> None:
    """Whatever stands before them, and however the file is cut."""
    with pytest.raises(InputError, match="more cells") as caught:
        chunks(f"a,b\n{body}".encode(), ["a"], size)
    assert [f.line for f in caught.value.findings] == lines


@pytest.mark.parametrize("size", [1, 2, None])
def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(size: int | None) -> None:
    """The row in which it opens, behind a line break in a cell."""
    with pytest.raises(
        InputError, match=r"t.csv:5: cannot be read as CSV: a quotation mark opens here"
    ):
        chunks(b'a,b\n"x\ny",2\n1,2\n1,"2\n3,4\n', ["a"], size)


def test_a_row_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows an open quotation mark is not taken into memory to its end; a long file of short
    rows is.
    """
    monkeypatch.setattr(input_limits, "ROW_CHARACTERS", 1_000_000)
    rows = b"1,2\n" * 1_000_000
    assert len(chunks(b"a,b\n" + rows, ["a"], 10_000)) == 1_000_000
    with pytest.raises(InputError, match="a row is longer than"):
        chunks(b'a,b\n1,"' + rows, ["a"], 10_000)


def test_a_header_without_end_is_refused() -> None:
    """A first line of megabytes names no columns."""
    with pytest.raises(InputError, match="first line must name the columns"):
        open_csv(text_of_bytes(b"a" * 200_000, "t.csv"))


@pytest.mark.parametrize("size", [1, 2, None])
def test_stray_quotation_marks_of_a_tab_separated_report_are_literal(size: int | None) -> None:
    """Two marks that open and never close in their rows: three rows, not one; whole cells in quotes
    lose theirs.
    """
    found = chunks(
        b'a\tb\tc\n1\t"Cosy lamp\tCA\n2\t"mug"\tTX\n3\t"Cosy lamp\tNY\n', ["a", "b", "c"], size
    )
    assert found.to_numpy().tolist() == [
        ["1", '"Cosy lamp', "CA"],
        ["2", "mug", "TX"],
        ["3", '"Cosy lamp', "NY"],
    ]
    assert found.index.tolist() == [2, 3, 4]


@pytest.mark.parametrize("last", ["lamp\t", 'lamp"\t', '"lamp\t', '5" lamp\t', '"lamp"\t', "\t"])
def test_no_row_of_a_tab_separated_report_is_lost(last: str) -> None:
    """However the mark of the first row is closed further down, or never."""
    found = chunks(
        b'a\tb\tc\n1\t"Cosy\tCA\n2\tmug\tTX\n3\t' + last.encode() + b"NY\n", ["a", "c"], None
    )
    assert found.to_numpy().tolist() == [["1", "CA"], ["2", "TX"], ["3", "NY"]]


def test_a_tab_separated_text_of_several_lines_stays_one_cell() -> None:
    """What a spreadsheet saves: a quoted note with a line break belongs to its row."""
    found = chunks(b'a\tb\tc\n1\t"two\nlines, ""here"""\tCA\n2\tx\tTX\n', ["a", "b", "c"], None)
    assert found.to_numpy().tolist() == [["1", 'two\nlines, "here"', "CA"], ["2", "x", "TX"]]


@pytest.mark.parametrize("last", ['lamp"', '"lamp', '"lamp"'])
@pytest.mark.parametrize("size", [1, 2, None])
def test_a_quoted_cell_that_takes_in_rows_is_a_finding(last: str, size: int | None) -> None:
    """In a comma-separated file a mark that closes in a later row names the row in which it
    opens.
    """
    with pytest.raises(InputError, match="a quotation mark opens in this row") as caught:
        chunks(
            b'a,b,c\n0,"x\ny",z\n1,"Cosy,CA\n2,mug,TX\n3,' + last.encode() + b",NY\n", ["a"], size
        )
    assert [f.line for f in caught.value.findings] == [4]


def test_a_spreadsheets_way_to_keep_digits_is_the_text_inside() -> None:
    """="007" in every cell, quoted again or not."""
    assert chunks(b'a,b\n="007",x\n"=""008""",="y"\n', ["a", "b"], None).to_numpy().tolist() == [
        ["007", "x"],
        ["008", "y"],
    ]


def test_the_header_is_the_first_row_that_names_most_of_what_is_wanted() -> None:
    """Below title rows, lines are still those of the file; without any such row it is the first
    with two cells.
    """
    data = text_of_bytes(b'title\n"exported, today"\n\na,b,c\n1,"x\ny",2\na,b\n3,4,5\n', "t.csv")
    table = open_csv(data, lambda row: len({"a", "b"} & set(row)))
    assert (table.line, table.columns) == (4, ("a", "b", "c"))
    found = pd.concat([chunk.frame for chunk in read_chunks(table, ["a", "c"])])
    assert found.index.tolist() == [5, 7, 8]
    assert open_csv(data, lambda row: 0).line == 4


@pytest.mark.parametrize("score", [None, lambda row: len({"a b", "c"} & set(row))])
def test_the_name_of_a_column_may_have_line_breaks(score: HeaderScore | None) -> None:
    """It is one name with blanks; lines below are still those of the file."""
    table = open_csv(text_of_bytes(b'"a\nb",c\n"x\ny",2\n3,4\n', "t.csv"), score)
    assert (table.line, table.columns) == (2, ("a b", "c"))
    assert pd.concat([p.frame for p in read_chunks(table, ["c"])])["c"].to_dict() == {
        3: "2",
        5: "4",
    }


def test_a_stray_quotation_mark_in_a_title_hides_no_header() -> None:
    """The line with it is a line of its own."""
    table = open_csv(
        text_of_bytes(b'5" lamps\na,b\n1,2\n', "t.csv"), lambda row: len({"a", "b"} & set(row))
    )
    assert (table.line, table.columns) == (2, ("a", "b"))


def test_a_row_is_at_hand_whole() -> None:
    """All cells of a row, also of columns that are not wanted, behind empty rows."""
    (chunk,) = read_chunks(open_csv(text_of_bytes(b'a,b,c\n,,\n1, x ,="2"\n', "t.csv")), ["c"])
    assert (chunk.row(0), chunk.blank) == (["1", "x", "2"], 1)


def test_a_header_of_several_long_lines_is_refused() -> None:
    """Each line is within the limit, the quoted name that they make is not."""
    name = "\n".join(["x" * 90_000] * 2)
    with pytest.raises(InputError, match=r"t.csv:1: is longer than 100,000 characters"):
        open_csv(text_of_bytes(f'"{name}",b\n1,2\n'.encode(), "t.csv"))


def test_a_long_row_below_the_header_hides_no_header() -> None:
    """The header is looked for in the rows above it."""
    data = b"a,b\n1," + b"2" * 200_000 + b"\n"
    assert open_csv(
        text_of_bytes(data, "t.csv"), lambda row: len({"a", "b"} & set(row))
    ).columns == ("a", "b")


def test_rows_far_shorter_than_the_header_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blank lines below a wide header: a few megabytes would be billions of cells."""
    monkeypatch.setattr(input_limits, "MISSING_CELLS", 10_000)
    header = ",".join(f"c{i}" for i in range(900)) + "\n"
    for row in ("\n", "1\n"):
        with pytest.raises(InputError, match="have far fewer cells than the header names columns"):
            chunks((header + row * 2_000).encode(), ["c0"], None)
    assert len(chunks((header + "1," * 900 + "\n" + "\n" * 9).encode(), ["c0"], None)) == 1


def test_what_stands_around_a_text_is_taken_off_at_its_ends_only() -> None:
    """In linear time: a hundred thousand such characters within a text took half a minute."""
    hidden = "\u200b \u2060\u3000" * 50_000
    assert visible(f"{hidden}a{hidden}b{hidden}") == f"a{hidden}b"
