"""Decimal commas of a table of numbers, replaced by points."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from planner.formats.base.findings import shown

_SIGN = r"[^0-9.,\-]{0,8}"
_COMMA = re.compile(
    rf"{_SIGN}(?:[0-9]+,[0-9]{{1,2}}|0,[0-9]+|[0-9]{{1,3}}(?:\.[0-9]{{3}})+,[0-9]+){_SIGN}"
)
_POINT = re.compile(
    rf"{_SIGN}(?:[0-9]+\.[0-9]{{1,2}}|0\.[0-9]+|[0-9]{{1,3}}(?:,[0-9]{{3}})+\.[0-9]+){_SIGN}"
)
_EITHER = re.compile(rf"{_SIGN}[1-9][0-9]{{0,2}}(?:,[0-9]{{3}}|\.[0-9]{{3}}){_SIGN}")
_WITH_COMMA = re.compile(r"(?<![0-9.,])((?:[0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)),([0-9]+)(?![0-9.,])")

Cell = tuple[int, int]


def with_decimal_points(
    rows: list[list[str]], typed: Collection[Cell], thousands: bool
) -> tuple[list[list[str]], list[tuple[Cell, str]]]:
    """Give numbers that are written with a decimal comma a point.

    Parameters
    ----------
    rows : list[list[str]]
        Text of the table.
    typed : Collection[Cell]
        Its cells that hold text (a number of a spreadsheet has no mark).
    thousands : bool
        Whether a comma before three digits separates thousands where no other number tells.

    Returns
    -------
    list[list[str]]
        The rows.
    list[tuple[Cell, str]]
        What is wrong at which cell: both marks are decimal marks, or a number can be read in two
        ways.
    """
    seen: dict[str, list[tuple[Cell, str]]] = {"comma": [], "point": [], "either": []}
    for cell in sorted(typed):
        text = rows[cell[0]][cell[1]]
        plain = unicodedata.normalize("NFKC", text)
        for kind, pattern in (("comma", _COMMA), ("point", _POINT), ("either", _EITHER)):
            if ("," in plain or "." in plain) and pattern.fullmatch(plain):
                seen[kind].append((cell, text))
                break
    if not seen["comma"]:
        doubtful = (
            []
            if thousands or seen["point"]
            else [item for item in seen["either"] if "," in item[1]]
        )
        return rows, [(cell, _two_ways(text)) for cell, text in doubtful]
    if seen["point"]:
        (at, comma), (other, point) = seen["comma"][0], seen["point"][0]
        words = (
            f"decimal commas and decimal points in one table: {shown(comma)} and "
            f"{shown(point)}; write one of them"
        )
        return rows, [(at, words), (other, words)]
    wrong = [(cell, _two_ways(text)) for cell, text in seen["either"] if "." in text]
    return [[_pointed(text) for text in row] for row in rows], wrong


def _two_ways(text: str) -> str:
    return (
        "may be more than a thousand or a number with three decimals: write it without a "
        f"separator, got {shown(text)}"
    )


def _pointed(text: str) -> str:
    return _WITH_COMMA.sub(lambda found: f"{found[1].replace('.', '')}.{found[2]}", text)
