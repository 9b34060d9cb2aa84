"""The header of a rate table -> which column prices which weights; brackets that overlap or leave gaps are findings."""

from __future__ import annotations

from dataclasses import dataclass

from planner.errors import Finding
from planner.formats.findings import shown
from planner.formats.rate_card.grid import Grid, letter
from planner.formats.rate_card.weight_headers import Weight, parse_weight

TYPING_GAP_G = 10  # 0.5kg, then 0.51-1kg: how people write brackets that touch
_HEADER_ROWS = 50  # the header lies in the first rows

Column = tuple[int, int]  # index of a column and its grams


@dataclass(frozen=True)
class Scale:
    """Columns of prices: brackets rising by their upper edge; first and additional weight, both or neither."""

    brackets: list[Column]
    beyond: tuple[Column, Column] | None

    @property
    def columns(self) -> list[int]:
        """Every column once, light before heavy."""
        return list(dict.fromkeys(column for column, _ in (*self.brackets, *(self.beyond or ()))))


def header_row(grid: Grid) -> int | None:
    """The row that holds most weights, the first of equals; None where no row holds any."""

    def count(row: int) -> int:
        return sum(_is_weight(cell) for cell in grid.rows[row])

    best = max(range(min(len(grid.rows), _HEADER_ROWS)), key=count, default=None)
    return best if best is not None and count(best) else None


def _is_weight(cell: str) -> bool:
    try:
        return parse_weight(cell) is not None
    except ValueError:
        return False


def read_weights(grid: Grid, header: int, found: list[Finding], notes: list[str]) -> dict[int, Weight]:
    """Column -> weights; a column to the right of them that holds something else is named in a note."""
    weights: dict[int, Weight] = {}
    for column in range(max(len(row) for row in grid.rows)):
        text = grid.text(header, column)
        try:
            weight = parse_weight(text)
        except ValueError as error:
            found.append(grid.finding(header, column, f"{error}, got {shown(text)}"))
            continue
        if weight is not None:
            weights[column] = weight
        elif weights and text:
            notes.append(f"column {letter(column)} ({text}) is not read")
        elif weights and any(grid.text(row, column) for row in range(header + 1, len(grid.rows))):
            found.append(grid.finding(header, column, "the column has no header"))
    return weights


def to_scale(grid: Grid, header: int, weights: dict[int, Weight], found: list[Finding]) -> Scale:
    """Brackets touch; first and additional weight stand once and have something to go on."""
    brackets = _brackets(grid, header, weights, found)
    first, step = (_only(grid, header, weights, kind, found) for kind in ("first", "step"))
    if first and step:
        return Scale(brackets, (first, step))
    if step:
        if not brackets:
            found.append(grid.finding(header, step[0], "additional weight needs a first weight (首重) or brackets"))
            return Scale(brackets, None)
        return Scale(brackets, (brackets[-1], step))
    if first and brackets and first[1] <= brackets[-1][1]:
        words = "first weight lies within the brackets and there is no additional weight (续重)"
        found.append(grid.finding(header, first[0], words))
    return Scale([*brackets, first] if first else brackets, None)


def _brackets(grid: Grid, header: int, weights: dict[int, Weight], found: list[Finding]) -> list[Column]:
    brackets: list[Column] = []
    below = 0
    for column, weight in weights.items():
        if weight.kind != "bracket":
            continue
        above = below if weight.above_g is None else weight.above_g
        got = f", got {shown(grid.text(header, column))}"
        if weight.to_g <= below or above < below:
            words = f"overlaps the bracket before it, which ends at {below:,} g"
            found.append(grid.finding(header, column, words + got))
        elif above - below > TYPING_GAP_G:
            words = f"leaves a gap: no price from {below:,} g to {above:,} g"
            found.append(grid.finding(header, column, words + got))
        brackets.append((column, weight.to_g))
        below = max(below, weight.to_g)
    return brackets


def _only(grid: Grid, header: int, weights: dict[int, Weight], kind: str, found: list[Finding]) -> Column | None:
    """Column and grams of the first or the additional weight; a second such column is a finding."""
    columns = [column for column, weight in weights.items() if weight.kind == kind]
    for column in columns[1:]:
        words = f"stands twice: column {letter(columns[0])} is of the same kind"
        found.append(grid.finding(header, column, f"{words}, got {shown(grid.text(header, column))}"))
    return (columns[0], weights[columns[0]].to_g) if columns else None
