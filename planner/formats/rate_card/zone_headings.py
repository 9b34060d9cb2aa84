"""A word such as Zone over the numbers of zones.

Each name then stands in its own cell, in one row.
"""

from __future__ import annotations

import re
from dataclasses import replace

from planner.formats.rate_card.grid import Grid
from planner.formats.rate_card.regions import count_known, is_zone

_HEADING_ROWS = 50  # a heading lies in the first rows
_ZONES = re.compile(r"(?:[a-z]+ )?zones?(?: (?:numbers?|no\.?))?:?|(?:计费)?分区", re.IGNORECASE)
_REGIONS = re.compile(
    r"(?:regions?|provinces?|states?|destinations?):?|省份|目的地|目的省份?|到达省份|区域|地区",
    re.IGNORECASE,
)
_BARE = re.compile(r"[0-9]+(?:-[0-9]+)?|[a-z]", re.IGNORECASE)


def without_headings(grid: Grid) -> Grid:
    """The grid without the words over the names of zones or regions, or to the left of them.

    The numbers below Zone become Zone 2, Zone 3. The other words of the heading's row, such as
    those of the table's corner, move down to empty cells.
    """
    return _without_rows(_without_rows(grid).turn()).turn()


def _without_rows(grid: Grid) -> Grid:
    for row in range(min(len(grid.rows) - 1, _HEADING_ROWS)):
        for column, cell in enumerate(grid.rows[row]):
            if _is_heading(cell) and (names := _names_below(grid, row, column)):
                grid = _joined(grid, row, column, names)
    return grid


def _names_below(grid: Grid, row: int, column: int) -> range:
    """The columns of the names that a heading is for; empty where it is for none or the only
    one.
    """
    spanned = [
        c for c in range(column, grid.width) if c == column or grid.anchor(row, c) == (row, column)
    ]
    first = next((c for c in spanned if _is_name(grid.text(row + 1, c))), None)
    if first is None:
        return range(0)
    left = right = first
    while left > 0 and _is_name(grid.text(row + 1, left - 1)):
        left -= 1
    while _is_name(grid.text(row + 1, right + 1)):
        right += 1
    names = range(left, right + 1)
    texts = [grid.text(row + 1, c) for c in names]
    alone = {grid.anchor(row, c) for c in names if grid.merged(row, c)} == {(row, column)}
    return names if alone and len(set(texts)) == len(texts) > 1 else range(0)


def _is_heading(cell: str) -> bool:
    return _ZONES.fullmatch(cell) is not None or _REGIONS.fullmatch(cell) is not None


def _is_name(cell: str) -> bool:
    return bool(cell) and (is_zone(cell) or count_known([cell]) > 0)


def _joined(grid: Grid, row: int, heading: int, names: range) -> Grid:
    """The row of a heading and that of its names as one, the lower."""
    by_zone = _ZONES.fullmatch(grid.text(row, heading)) is not None
    upper, lower = ([grid.text(r, c) for c in range(grid.width)] for r in (row, row + 1))
    upper[heading] = ""
    for column in range(grid.width):
        if column in names:
            lower[column] = (
                f"Zone {lower[column]}"
                if by_zone and _BARE.fullmatch(lower[column])
                else lower[column]
            )
        elif not grid.turned and not lower[column]:
            upper[column], lower[column] = "", upper[column]
    rows = [*grid.rows[:row], upper, lower, *grid.rows[row + 2 :]]
    return replace(
        grid, rows=rows, anchors={cell: at for cell, at in grid.anchors.items() if at[0] != row}
    )
