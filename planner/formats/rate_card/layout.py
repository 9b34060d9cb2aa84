"""Where the weights, the prices and the names of regions or zones stand in a sheet."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from planner.errors import Finding
from planner.formats.base.findings import shown
from planner.formats.rate_card.grid import Grid
from planner.formats.rate_card.prices import looks_like_price
from planner.formats.rate_card.weight_headers import Weight, is_unit_only, parse_weight, unit_of

_HEADER_ROWS = 50  # the header lies in the first rows
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
_BEYOND = re.compile(  # 3kg以上首重1kg, over 150 lb, each additional lb
    r"(.*以上|over [^,]*?),?\s*(?=[(（]?(?:[首续]|each|every|add))", re.IGNORECASE
)
_OF_ONE_COLUMN = re.compile(r"[0-9$¥￥€£每]|\bper\b", re.IGNORECASE)  # 1 kg, $/lb: it heads prices
_PRICE_WORD = re.compile(r"[元价费]|price|rate|fee", re.IGNORECASE)
_WEIGHT_WORD = re.compile(r"重|weight|\bwt\b", re.IGNORECASE)
_HEADS_WEIGHTS = re.compile(r"重量|计费重|实重|\bweights?\b|\bwt\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A table found in a sheet, turned so that the weights stand in a row.

    `top` to `body` (excluded) are the rows of the header, `weights` what each column of prices is
    for, and `groups` the other words of its header, such as the customers it is for. `refused`:
    columns whose header is a finding.
    """

    grid: Grid
    top: int
    body: int
    weights: dict[int, Weight]
    groups: dict[int, str]
    refused: frozenset[int]

    @property
    def header(self) -> int:
        """The last row of the header."""
        return self.body - 1

    def title(self, column: int) -> str:
        """The header of a column, all its rows."""
        return " ".join(_texts(self.grid, range(self.top, self.body), column))

    def label(self, row: int, column: int) -> str:
        """A cell that names regions or zones, also where it is merged over several rows."""
        at, left = self.grid.anchor(row, column)
        return self.grid.text(at, left) if at >= self.body and left == column else ""

    def price(self, row: int, column: int) -> str:
        """Text of a cell of prices, also where it is merged with others.

        A note that is merged from the left is no price.
        """
        at, left = self.grid.anchor(row, column)
        return (
            self.grid.text(at, left)
            if at >= self.body and (left == column or left >= min(self.weights))
            else ""
        )

    def own_texts(self, row: int) -> list[str]:
        """The texts that a row holds itself, those merged from above left out."""
        return [text for c in range(self.grid.width) if (text := self.grid.text(row, c))]

    def repeats_header(self, row: int) -> bool:
        """Whether a row repeats the header."""
        texts = self.own_texts(row)
        return bool(texts) and any(
            texts == self.own_texts(above) for above in range(self.top, self.body)
        )


def find_layout(grid: Grid, found: list[Finding]) -> Layout | None:
    """The table of a sheet; None where no row or column holds weights.

    Wrong headers are added to `found`.
    """
    across, down = _weight_row(grid, turned=False), _weight_row(grid.turn(), turned=True)
    if across is None and down is None:
        return None
    if down is None or (across is not None and _rank(grid, across) >= _rank(grid.turn(), down)):
        return _layout(grid, (across or (0, 0))[0], found)
    return _layout(grid.turn(), down[0], found)


def _rank(grid: Grid, weights: tuple[int, int]) -> tuple[int, bool]:
    """More weights are better, and among equals those with names to their left."""
    row, count = weights
    return count, not _speaks_of_weight(grid.text(row, 0))


def doubtful_corner(grid: Grid) -> tuple[int, int] | None:
    """Find a cell that names a unit where bare numbers stand both to its right and below it.

    Either may be the weights.
    """
    for row in range(min(len(grid.rows), _HEADER_ROWS)):
        for column, cell in enumerate(grid.rows[row]):
            both = _NUMBER.fullmatch(grid.text(row, column + 1)) and _NUMBER.fullmatch(
                grid.text(row + 1, column)
            )
            if both and unit_of(cell) is not None:
                return row, column
    return None


def head_without_unit(grid: Grid) -> tuple[int, int] | None:
    """Find a cell that mentions weight, with bare numbers next to it and no unit."""
    for row in range(min(len(grid.rows), _HEADER_ROWS)):
        for column, cell in enumerate(grid.rows[row]):
            if (
                not _HEADS_WEIGHTS.search(cell)
                or _PRICE_WORD.search(cell)
                or unit_of(cell) is not None
            ):
                continue
            below = grid.text(row + 1, column) or grid.text(
                row + 2, column
            )  # the header may have two rows
            if _NUMBER.fullmatch(below) or _NUMBER.fullmatch(grid.text(row, column + 1)):
                return row, column
    return None


def _weight_row(grid: Grid, turned: bool) -> tuple[int, int] | None:
    """The row that holds most different weights, the first of equals, and their number; None where
    no row holds any.
    """
    best = None
    for row in range(min(len(grid.rows), _HEADER_ROWS)):
        worded = {cell for cell in grid.rows[row] if _speaks_of_weight(cell)}
        count = len(_numbered(grid, row, turned)[1]) or len(worded)
        if count and (best is None or count > best[1]):
            best = row, count
    return best


@lru_cache(maxsize=10_000)
def is_weight(cell: str) -> bool:
    """Whether a cell states the weights of a column."""
    try:
        return parse_weight(cell) is not None
    except ValueError:
        return False


def _numbered(grid: Grid, row: int, turned: bool) -> tuple[str, list[int]]:
    """The unit of a row whose bare numbers are weights, and the columns of these numbers (none: it
    is no such row).

    The corner names the unit: `lbs` heads the column below it; `Zone / lbs` may head either, and
    then only one of the two holds bare numbers. Without a corner, a cell above the numbers names
    it.
    """
    numbers = [c for c in range(grid.width) if _NUMBER.fullmatch(grid.text(row, c))]
    values = [float(grid.text(row, c)) for c in numbers]
    if not numbers or values != sorted(set(values)):
        return "", []
    among = set(numbers)
    if any(grid.text(row, c) for c in range(numbers[0], numbers[-1]) if c not in among):
        return "", []
    corner = next((c for c in range(numbers[0] - 1, -1, -1) if grid.text(row, c)), None)
    if corner is None:
        unit = "" if turned else _unit_above(grid, row, numbers)
        return unit, numbers if unit else []
    unit = _unit_of_numbers(grid.text(row, corner))
    if not unit or (turned and _each_has_words(grid, row, numbers)):
        return "", []
    if is_unit_only(grid.text(row, corner)):
        return unit, numbers if turned else []
    below = [grid.text(r, corner) for r in range(row + 1, len(grid.rows)) if grid.text(r, corner)]
    return unit, [] if below and all(map(_NUMBER.fullmatch, below)) else numbers


def _unit_above(grid: Grid, row: int, numbers: list[int]) -> str:
    """The unit in a cell over all of some numbers that have their rows' names on the left."""
    above = (
        dict.fromkeys(filter(None, (grid.merged(row - 1, c) for c in numbers)))
        if row and numbers[0]
        else {}
    )
    return _unit_of_numbers(next(iter(above))) if len(above) == 1 and len(numbers) > 1 else ""


def _unit_of_numbers(text: str) -> str:
    """The unit that a cell names for the bare numbers next to it; empty where it heads prices, as
    `1 kg`, `元/kg` and `each additional lb` do.
    """
    about_prices = (_PRICE_WORD.search(text) and not _WEIGHT_WORD.search(text)) or is_weight(text)
    return "" if about_prices or _OF_ONE_COLUMN.search(text) else unit_of(text) or ""


def _each_has_words(grid: Grid, row: int, columns: list[int]) -> bool:
    """Whether words stand at each of some numbers, on the side away from the prices.

    Then these are no header but prices or limits of what the words name.
    """
    return any(all(re.search(r"[^\W\d]", grid.text(r, c)) for c in columns) for r in range(row))


def _layout(grid: Grid, row: int, found: list[Finding]) -> Layout:
    unit, numbered = _numbered(grid, row, grid.turned)
    columns = numbered or [c for c in range(grid.width) if _speaks_of_weight(grid.merged(row, c))]
    top, body = _header_rows(grid, row, columns)
    weights: dict[int, Weight] = {}
    groups: dict[int, str] = {}
    refused: set[int] = set()
    for column in range(grid.width):
        texts = _texts(grid, range(top, body), column)
        try:
            if numbered:
                weight, group = _read(texts, unit if column in numbered else None)
            else:
                weight, group = _read(texts, _unit_nearby(grid, range(top, body), columns))
        except ValueError as error:
            found.append(grid.finding(row, column, f"{error}, got {shown(' '.join(texts))}"))
            refused.add(column)
            continue
        if weight is not None:
            weights[column], groups[column] = weight, group
    return Layout(
        grid=grid, top=top, body=body, weights=weights, groups=groups, refused=frozenset(refused)
    )


@lru_cache(maxsize=10_000)
def _speaks_of_weight(cell: str) -> bool:
    """Whether a cell states weights, or tries to, as 0-0.5 does."""
    try:
        return parse_weight(cell) is not None
    except ValueError:
        return True


def _header_rows(grid: Grid, row: int, columns: list[int]) -> tuple[int, int]:
    """First row of the header, and the first below it.

    A row next to the weights is of the header when it tells their columns apart, or groups some of
    them, and holds no price.
    """
    top, body = row, row + 1
    while top > 0 and _groups_columns(grid, top - 1, columns):
        top -= 1
    while body < len(grid.rows) and _tells_apart(grid, body, columns):
        body += 1
    return top, body


def _groups_columns(grid: Grid, row: int, columns: list[int]) -> bool:
    anchors = {grid.anchor(row, c) for c in columns}
    within = {
        anchor
        for anchor in anchors
        if anchor[0] == row and anchor[1] >= columns[0] and grid.text(*anchor)
    }
    if any(looks_like_price(grid.text(*anchor)) for anchor in within):
        return False
    return len({grid.text(*anchor) for anchor in within}) > 1 or (
        within == {(row, columns[0])} and columns[0] > 0
    )


def _tells_apart(grid: Grid, row: int, columns: list[int]) -> bool:
    cells = [grid.text(row, c) for c in columns if grid.anchor(row, c) == (row, c)]
    worded = [cell for cell in cells if cell]
    labels = [grid.text(row, c) for c in range(columns[0]) if grid.anchor(row, c) == (row, c)]
    return bool(worded) and not any(map(looks_like_price, worded)) and not any(labels)


def _texts(grid: Grid, rows: range, column: int) -> list[str]:
    """The distinct texts of a column's header from top to bottom; an empty cell of an upper row
    belongs to the cell on its left, as when merged cells were saved as CSV.
    """
    texts = []
    for row in rows:
        text = grid.merged(row, column)
        if not text and row < rows[-1] and grid.text(rows[-1], column):
            text = next(
                (grid.merged(row, c) for c in range(column - 1, -1, -1) if grid.merged(row, c)), ""
            )
        texts.append(text)
    return list(dict.fromkeys(filter(None, texts)))


def _unit_nearby(grid: Grid, rows: range, columns: list[int]) -> str | None:
    r"""The unit of weights at the table's corner, or in a row above: 省份\重量(kg), then 0-0.5,
    0.5-1.
    """
    cells = [
        grid.merged(row, c)
        for row in rows
        for c in range(columns[0] + 1)
        if not is_weight(grid.merged(row, c))
    ]
    units = {unit for cell in cells if (unit := unit_of(cell)) and not looks_like_price(cell)}
    return units.pop() if len(units) == 1 else None


def _read(texts: list[str], unit: str | None) -> tuple[Weight | None, str]:
    """The weight that the header of a column states, in one of its rows or in all of them, and its
    other words.
    """
    if len(texts) > 1 and (weight := _weight_of("".join(texts), unit)) is not None:
        return weight, ""
    texts = [
        part for text in texts for part in filter(None, _BEYOND.sub(r"\1\n", text).split("\n"))
    ]
    errors = []
    for at in reversed(range(len(texts))):
        try:
            weight = parse_weight(texts[at], unit)
        except ValueError as error:
            errors.append(error)
            continue
        if weight is not None:
            return weight, " ".join(texts[:at] + texts[at + 1 :])
    if errors:
        raise errors[0]
    return None, ""


def _weight_of(text: str, unit: str | None) -> Weight | None:
    try:
        return parse_weight(text, unit)
    except ValueError:
        return None
