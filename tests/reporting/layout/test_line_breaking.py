"""Lines fit, nothing is lost, and Chinese punctuation never begins a line."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from planner.reporting.layout import fonts
from planner.reporting.layout.line_breaking import NEVER_FIRST, fit, pieces, wrap
from planner.reporting.layout.sheet import Column, Sheet

FACE = fonts.register()
TEXT = st.text(alphabet=st.sampled_from("abc XYZ-/.,$\\{}<>浙江省，。（）《》0123 é"), max_size=80)


@given(TEXT, st.floats(20, 300), st.booleans())
@settings(max_examples=150, deadline=None)
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: float, bold: bool) -> None:
    """Whatever the text and width: every line fits, and all characters but spaces come in order."""
    lines = wrap(text, FACE, 9, width, bold)
    assert all(FACE.width(line, 9, bold) <= width or len(line) == 1 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@given(TEXT)
@settings(max_examples=50, deadline=None)
def test_pieces_give_the_text_back(text: str) -> None:
    """Joined pieces are the text."""
    assert "".join(pieces(text)) == text


def test_chinese_punctuation_stays_with_its_word() -> None:
    """No line begins with a closing mark when there is room for two characters."""
    text = (
        "平台规则中心，《商家发货管理规则》第三章：预售与现货订单的发货时效（含违规处理），"
        "2026 年修订版。"
    )
    for width in range(40, 200, 7):
        assert all(line[0] not in NEVER_FIRST for line in wrap(text, FACE, 9, width))


def test_latin_words_are_broken_at_spaces_first() -> None:
    """Words stay whole where a line has room for them."""
    assert wrap("hand over to courier", FACE, 10, FACE.width("hand over to", 10)) == [
        "hand over to",
        "courier",
    ]


def test_cut_text_shows_that_it_is_cut() -> None:
    """With a limit on lines the last one ends in an ellipsis and still fits."""
    lines = fit("one two three four five six seven", FACE, 10, 60, lines=2)
    assert len(lines) == 2
    assert lines[-1].endswith("…")
    assert FACE.width(lines[-1], 10) <= 60


def test_columns_share_the_width() -> None:
    """Column widths add up to the table's width; a column with little in it gives room to the
    others.
    """
    sheet = Sheet(typeface=FACE, slug="x")
    columns = [Column("a", 1), Column("b", 1), Column("c", 1)]
    rows = [["x", "long text " * 30, "y"]]
    widths = sheet.column_widths(columns, rows, 120, 9)
    assert abs(sum(widths) - 120) < 1e-6
    assert widths[1] > 90


def test_a_chinese_date_stays_on_one_line() -> None:
    assert list(pieces("至11月30日（周一）止")) == ["至", "11月30日（周一）", "止"]
