"""CSV in pieces is the CSV, whatever the pieces."""

from __future__ import annotations

import io

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.errors import InputError
from planner.formats import delimited
from planner.formats.delimited import open_delimited, read_pieces
from planner.formats.text import text_of_bytes

CELL = st.sampled_from(["", " ", "x", "浙江", "a b", "line\nbreak", "two\n\nbreaks", 'say "hi"', "a,b", "　", "7"])


def pieces(data: bytes, wanted: list[str], rows: int | None) -> pd.DataFrame:
    return pd.concat(list(read_pieces(open_delimited(text_of_bytes(data, "t.csv")), wanted, rows)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=9), st.sampled_from([1, 2, 7]))
def test_the_pieces_together_are_the_table(rows: list[tuple[str, ...]], size: int) -> None:
    """Cells, lines and rows left out are the same read one row at a time, a few, or all at once."""
    stream = io.StringIO()
    pd.DataFrame(rows, columns=["a", "b", "c"]).to_csv(stream, index=False, lineterminator="\n", quoting=1)
    data = stream.getvalue().encode()
    whole = pieces(data, ["a", "b", "c"], None)
    pd.testing.assert_frame_equal(pieces(data, ["a", "b", "c"], size), whole)
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
    found = pieces("a,b,c\n,,x\n,　, \n1,,\n,,\n".encode(), ["b", "a"], size)
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
def test_rows_with_too_many_cells_are_named_by_their_line(body: str, lines: list[int], size: int | None) -> None:
    """Whatever stands before them, and however the file is cut."""
    with pytest.raises(InputError, match="more cells") as caught:
        pieces(f"a,b\n{body}".encode(), ["a"], size)
    assert [f.line for f in caught.value.findings] == lines


@pytest.mark.parametrize("size", [1, 2, None])
def test_a_quotation_mark_that_is_never_closed_is_named_by_its_line(size: int | None) -> None:
    """The row in which it opens, behind a line break in a cell."""
    with pytest.raises(InputError, match=r"t.csv:5: cannot be read as CSV: a quotation mark opens here"):
        pieces(b'a,b\n"x\ny",2\n1,2\n1,"2\n3,4\n', ["a"], size)


def test_a_row_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows an open quotation mark is not taken into memory to its end; a long file of short rows is."""
    monkeypatch.setattr(delimited, "LONGEST_PIECE", 1_000_000)
    rows = b"1,2\n" * 1_000_000
    assert len(pieces(b"a,b\n" + rows, ["a"], 10_000)) == 1_000_000
    with pytest.raises(InputError, match="a row goes on for more than"):
        pieces(b'a,b\n1,"' + rows, ["a"], 10_000)


def test_a_header_without_end_is_refused() -> None:
    """A first line of megabytes names no columns."""
    with pytest.raises(InputError, match="first line must name the columns"):
        open_delimited(text_of_bytes(b"a" * 200_000, "t.csv"))
