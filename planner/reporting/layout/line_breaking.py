"""Breaking text into lines that fit, by measured widths: Latin words, Chinese characters, paths
without a space.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from planner.reporting.layout.fonts import Typeface

NEVER_FIRST = frozenset("，。、；：？！）》」』】…％%,.;:?!)]}·～—")
NEVER_LAST = frozenset("（《「『【([{")
BREAK_AFTER = frozenset("-/_,;?&=.")
ELLIPSIS = "…"
_DATE = re.compile("\\d+月\\d+日(?:（周.）)?")  # stays on one line


def is_wide(character: str) -> bool:
    """Characters between which Chinese text may be broken."""
    return (
        "\u2e80" <= character <= "\u9fff"
        or "\uf900" <= character <= "\ufaff"
        or "\uff00" <= character <= "\uffef"
    )


def pieces(text: str) -> Iterator[str]:
    """Smallest parts that stay together, in order; joined they give `text`."""
    piece = ""
    within_date = {k for date in _DATE.finditer(text) for k in range(date.start() + 1, date.end())}
    for k, (previous, character) in enumerate(zip("\0" + text, text, strict=False)):
        may_break = k not in within_date and (
            (previous == " " != character)
            or (is_wide(previous) or is_wide(character))
            or (previous in BREAK_AFTER and character.isalpha())
        )
        if (
            piece
            and may_break
            and character != " "
            and character not in NEVER_FIRST
            and previous not in NEVER_LAST
        ):
            yield piece
            piece = ""
        piece += character
    if piece:
        yield piece


def wrap(text: str, face: Typeface, points: float, width: float, bold: bool = False) -> list[str]:
    """Break a text into lines; a piece wider than a line is cut between characters.

    Parameters
    ----------
    text : str
        The text.
    face : Typeface
        Typeface that measures the text.
    points : float
        Size of the type in points.
    width : float
        Greatest width of a line in points.
    bold : bool
        Whether the type is bold.

    Returns
    -------
    list of str
        The lines.
    """
    lines: list[str] = []
    line = ""
    for piece in pieces(text):
        if line and face.width((line + piece).rstrip(), points, bold) > width:
            lines.append(line.rstrip())
            line = ""
        *full, line = _cut(line + piece, face, points, width, bold)
        lines += full
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


def _cut(text: str, face: Typeface, points: float, width: float, bold: bool) -> list[str]:
    """`text` cut so that every part fits (at least one character each)."""
    if face.width(text.rstrip(), points, bold) <= width:
        return [text]
    parts, part = [], ""
    for character in text:
        if part and face.width(part + character, points, bold) > width:
            parts.append(part)
            part = ""
        part += character
    return [*parts, part]


def shorten(text: str, face: Typeface, points: float, width: float, bold: bool = False) -> str:
    """Cut a text to a width, with an ellipsis.

    Parameters
    ----------
    text : str
        The text.
    face : Typeface
        Typeface that measures the text.
    points : float
        Size of the type in points.
    width : float
        Greatest width in points.
    bold : bool
        Whether the type is bold.

    Returns
    -------
    str
        The text, or as much of its beginning as fits.
    """
    if face.width(text, points, bold) <= width:
        return text
    while text and face.width(text.rstrip() + ELLIPSIS, points, bold) > width:
        text = text[:-1]
    return text.rstrip() + ELLIPSIS


def fit(
    text: str, face: Typeface, points: float, width: float, *, lines: int, bold: bool = False
) -> list[str]:
    """Break a text into at most so many lines, and show where something is missing.

    Parameters
    ----------
    text : str
        The text.
    face : Typeface
        Typeface that measures the text.
    points : float
        Size of the type in points.
    width : float
        Greatest width of a line in points.
    lines : int
        Most lines.
    bold : bool
        Whether the type is bold.

    Returns
    -------
    list of str
        The lines.
    """
    wrapped = wrap(text, face, points, width, bold)
    if len(wrapped) <= lines:
        return wrapped
    return [
        *wrapped[: lines - 1],
        shorten(wrapped[lines - 1] + ELLIPSIS, face, points, width, bold),
    ]
