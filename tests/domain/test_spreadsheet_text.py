"""Text in CSV: nothing in it is a formula to a spreadsheet, and it can be restored."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.spreadsheet_text import could_run, inert, restored

HOSTILE = st.text(st.sampled_from("'=+-@＝＋－＠\t\r\n ,;|\"a1\u00a0\ufeff\u200b")) | st.text()


@given(HOSTILE, st.booleans())
def test_every_text_comes_back(text: str, number: bool) -> None:
    """Whatever was written to a cell is read again, apostrophes of the user's own included."""
    assert restored(inert(text, number)) == text


@given(HOSTILE)
def test_no_written_text_could_run(text: str) -> None:
    """No part that a spreadsheet could take for a cell begins with a sign of a formula."""
    written = inert(text, number=False)
    for part in (
        written.replace("\r", "\n")
        .replace(";", "\n")
        .replace(",", "\n")
        .replace("\t", "\n")
        .split("\n")
    ):
        assert not part.strip('\ufeff\u200b \u00a0"').startswith(tuple("=+-@＝＋－＠"))


@given(st.text(st.characters(exclude_characters="=+-@＝＋－＠\t\r")))
def test_ordinary_text_is_written_as_it_is(text: str) -> None:
    """Without a sign nothing changes."""
    assert (inert(text), could_run(text)) == (text, False)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("it's", "it's"),
        ("'quoted'", "'quoted'"),
        ("x;=1+1;y", "x;'=1+1;y"),
        ('x;"=1+1', "x;\"'=1+1"),
        ("one\n@two", "one\n'@two"),
        ("-3.5", "-3.5"),
        ("+12", "+12"),
        ("-3,5", "-3,5"),
        ("-1e-05", "-1e-05"),
        ("-3 packs", "'-3 packs"),
        ("-2+3+cmd|' /C calc'!A0", "'-2+3+cmd|' /C calc'!A0"),
        ("2026-11-10T20:00", "2026-11-10T20:00"),
        ("day+2h", "day+2h"),
        ("\t=1", "'\t'=1"),
        ("\u3000＝1", "\u3000'＝1"),
    ],
)
def test_the_rule_by_example(text: str, written: str) -> None:
    """Where the apostrophe stands, and where none is needed."""
    assert inert(text) == written


def test_a_number_in_the_first_cell_is_text() -> None:
    """In front of the cells behind it, -3 would be the beginning of a formula where the separator
    is another one.
    """
    assert inert("-3", number=False) == "'-3"
    assert restored("'-3") == "-3"
