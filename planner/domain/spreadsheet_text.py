"""Text in CSV cells that a spreadsheet must not take for a formula.

The rule: an apostrophe stands before each sign with which a formula could begin (`=`, `+`, `-`,
`@`, their full-width forms, a tab, a carriage return), at the beginning of a cell and wherever a
spreadsheet with another separator would begin one: after a comma, a semicolon, a tab, a vertical
bar or a line break. Blanks, characters that do not print and quotation marks before the sign do not
count, for spreadsheets drop them. Apostrophes that stand there already stay, one is added; so the
text can be restored exactly.
"""

from __future__ import annotations

import re

_SEPARATORS = r",;|\t\r\n"
_DROPPED = (
    r"\x00-\x08\x0b\x0c\x0e-\x20\"\x7f-\xa0\xad\u061c\u1680\u180e"
    r"\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff"
)
_SIGNS = r"=+\-@＝＋－＠\t\r"
_BEGIN = rf"(?<![^{_SEPARATORS}])([{_DROPPED}]*)"  # of the text, or behind a separator
_LIVE = re.compile(rf"{_BEGIN}('*[{_SIGNS}])")
_INERT = re.compile(rf"{_BEGIN}'('*[{_SIGNS}])")
_NUMBER = re.compile(r"[-+]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)([eE][-+]?[0-9]+)?")


def could_run(text: str) -> bool:
    """Whether a spreadsheet could take some of the text for a formula."""
    return _LIVE.search(text) is not None


def inert(text: str, number: bool = True) -> str:
    """The text as it is written to a cell.

    `number`: a text that is a plain number, such as -3.5, stays one. In the first cell of a row it
    must not: with another separator the cells behind it would belong to it.
    """
    if number and _NUMBER.fullmatch(text):
        return text
    return _LIVE.sub(r"\1'\2", text)


def restored(text: str) -> str:
    """The text of a cell that `inert` has written; restored(inert(text)) == text."""
    return _INERT.sub(r"\1\2", text) if "'" in text else text
