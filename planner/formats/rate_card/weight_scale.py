"""Which column of a rate card prices which weight.

Brackets that overlap or leave gaps are findings.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property

from planner.errors import Finding
from planner.formats.base.findings import shown
from planner.formats.rate_card.layout import Layout
from planner.formats.rate_card.weight_headers import Amount, Weight, begin_of

TYPING_GAP_G = 10  # 0.5kg, then 0.51-1kg: how people write brackets that touch
TYPING_GAP_LB = Decimal("0.1")
_MOST_BRACKETS = 1_000
_SIDE_BY_SIDE = "; a second table next to the first belongs below it"
_KILO = Amount(Decimal(1), "kg")


@dataclass(frozen=True)
class Assumed:
    """What a person states of a rate card that leaves it out.

    Attributes
    ----------
    first_g, step_g : int or None
        First weight and step of additional weight in grams.
    prices : str or None
        Words in the header of the prices that are meant.
    by_zone : bool
        Its rows are zones.
    """

    first_g: int | None = None
    step_g: int | None = None
    prices: str | None = None
    by_zone: bool = False


@dataclass(frozen=True)
class Column:
    """A column of prices and the weight it is for; `times`: its price is multiplied by it."""

    index: int
    to: Amount
    times: Decimal = Decimal(1)


@dataclass(frozen=True)
class Scale:
    """Columns of prices by the weight they are for.

    Brackets rise by their upper edge; first and additional weight are both there or neither.
    """

    brackets: list[Column]
    beyond: tuple[Column, Column] | None

    @cached_property
    def columns(self) -> list[int]:
        """Every column once, light before heavy."""
        return list(
            dict.fromkeys(column.index for column in (*self.brackets, *(self.beyond or ())))
        )

    @cached_property
    def steps(self) -> set[int]:
        """The columns of additional weight, and those whose prices are per unit of weight."""
        per_unit = {column.index for column in self.brackets if column.times != 1}
        return per_unit | ({self.beyond[1].index} if self.beyond else set())


def to_scale(layout: Layout, assumed: Assumed, found: list[Finding], notes: list[str]) -> Scale:
    """Find the scale of a table.

    Parameters
    ----------
    layout : Layout
        Where headers and prices stand.
    assumed : Assumed
        What a person states of the card.
    found : list[Finding]
        Wrong headers are added to it.
    notes : list[str]
        What was assumed and left out is added to it.

    Returns
    -------
    Scale
        The columns of prices.
    """
    weights = _chosen(layout, assumed, found, notes)
    weights = {
        column: _completed(layout, column, weights[column], assumed, found=found, notes=notes)
        for column in weights
    }
    brackets = _brackets(layout, weights, assumed, found)
    first, step = (_only(layout, weights, kind, found) for kind in ("first", "step"))
    for column in filter(None, (first, step)):
        _check_begin(layout, column, brackets, found)
    if first and step:
        return Scale(brackets, (first, step))
    if step:
        if not brackets:
            words = "additional weight needs a first weight (首重) or brackets"
            found.append(layout.grid.finding(layout.header, step.index, words))
            return Scale(brackets, None)
        return Scale(brackets, (brackets[-1], step))
    if first and brackets and first.to.grams <= brackets[-1].to.grams:
        words = "first weight lies within the brackets and there is no additional weight (续重)"
        found.append(layout.grid.finding(layout.header, first.index, words))
    return Scale([*brackets, first] if first else brackets, None)


def _chosen(
    layout: Layout, assumed: Assumed, found: list[Finding], notes: list[str]
) -> dict[int, Weight]:
    """The weights whose prices are meant: where the header tells several columns for one weight
    apart, those whose words were asked for.
    """
    grid, weights, groups = layout.grid, layout.weights, layout.groups
    same: dict[object, list[int]] = {}
    for column, weight in weights.items():
        same.setdefault(weight if weight.kind == "bracket" else weight.kind, []).append(column)
    several = [
        columns
        for columns in same.values()
        if len({groups[c] for c in columns}) == len(columns) > 1
    ]
    choices = list(dict.fromkeys(groups[c] for columns in several for c in columns))
    if not several:
        if assumed.prices is not None:
            words = (
                "no weight has several columns of prices: leave --price-column "
                f"{assumed.prices} out"
            )
            found.append(grid.finding(layout.header, min(weights), words))
        return weights
    wanted = [
        group
        for group in choices
        if assumed.prices and assumed.prices.casefold() in group.casefold()
    ]
    if len(wanted) != 1:
        names = ", ".join(
            f"{groups[c] or 'without words'} ({grid.column_name(c)})" for c in several[0]
        )
        fit = (
            "" if assumed.prices is None else f"{len(wanted)} of them fit {shown(assumed.prices)}; "
        )
        words = f"{len(several[0])} columns of prices for the same weight: {names}; {fit}choose one"
        found.append(
            grid.finding(
                layout.header, several[0][0], f"{words}, such as --price-column {choices[0]}"
            )
        )
        wanted = choices[:1]
    read = [
        column for column in weights if groups[column] in wanted or groups[column] not in choices
    ]
    notes += [
        f"{grid.column_name(c)} ({layout.title(c)}) is read as asked for"
        for c in read
        if groups[c] in wanted
    ]
    notes += [
        f"{grid.column_name(c)} ({layout.title(c)}) is not read" for c in weights if c not in read
    ]
    return {column: weights[column] for column in read}


def _completed(
    layout: Layout,
    column: int,
    weight: Weight,
    assumed: Assumed,
    *,
    found: list[Finding],
    notes: list[str],
) -> Weight:
    """First and additional weight with their grams, where the header leaves them out."""
    if weight.to is not None:
        return weight
    title = layout.title(column)
    grams = assumed.first_g if weight.kind == "first" else assumed.step_g
    if grams is not None:
        return replace(weight, to=Amount(Decimal(grams), "g"))
    if weight.kind == "first":
        words = "states no weight: name it with --first-g, such as --first-g 1000"
        found.append(layout.grid.finding(layout.header, column, f"{words}, got {shown(title)}"))
    else:
        words = (
            "states no weight: it is read as the price of each 1,000 g more (--step-g names "
            "another)"
        )
        notes.append(f"{layout.grid.column_name(column)} ({title}) {words}")
    return replace(weight, to=_KILO)


def _brackets(
    layout: Layout, weights: dict[int, Weight], assumed: Assumed, found: list[Finding]
) -> list[Column]:
    brackets: list[Column] = []
    below = Amount(Decimal(0), "g")
    for index, weight in weights.items():
        if weight.kind != "bracket" or weight.to is None:
            continue
        title = layout.title(index)
        above = below if weight.above is None else weight.above
        if weight.to.grams <= below.grams or above.grams < below.grams:
            words = f"overlaps the bracket before it, which ends at {below}, got {shown(title)}"
            if any(layout.title(other) == title for other in weights if other < index):
                words += _SIDE_BY_SIDE
            found.append(layout.grid.finding(layout.header, index, words))
        elif weight.above is not None and above.grams - below.grams > _typing_gap(above):
            words = f"leaves a gap: no price from {below} to {above}, got {shown(title)}"
            found.append(layout.grid.finding(layout.header, index, words))
        if weight.per is None:
            brackets.append(Column(index, weight.to))
        else:
            brackets += _stepped(
                layout, index, weight, below=below.grams, step_g=assumed.step_g, found=found
            )
        below = max(below, weight.to, key=lambda edge: edge.grams)
    return brackets


def _typing_gap(edge: Amount) -> Decimal:
    return Amount(TYPING_GAP_LB, "lb").grams if edge.imperial else Decimal(TYPING_GAP_G)


def _stepped(
    layout: Layout,
    index: int,
    weight: Weight,
    *,
    below: Decimal,
    step_g: int | None,
    found: list[Finding],
) -> list[Column]:
    """Prices per unit of weight as brackets of one step each: how weight is rounded up must be
    known.
    """
    if weight.to is None or weight.per is None:
        return []
    title = shown(layout.title(index))
    if step_g is None:
        words = (
            f"is a price per {weight.per.unit}, not of a parcel: a contract prices brackets; "
            "state how weight is rounded up with --step-g, such as --step-g 1000 for each begun "
            "kilogram"
        )
        found.append(layout.grid.finding(layout.header, index, f"{words}, got {title}"))
        return []
    edges = range(int(below) // step_g + 1, -(-int(weight.to.grams) // step_g) + 1)
    if len(edges) > _MOST_BRACKETS or weight.to.grams % step_g:
        words = (
            f"must be a multiple of the step of {step_g:,} g, in at most {_MOST_BRACKETS:,} steps"
        )
        found.append(layout.grid.finding(layout.header, index, f"{words}, got {title}"))
        return []
    return [
        Column(index, Amount(Decimal(n * step_g), "g"), Decimal(n * step_g) / weight.per.grams)
        for n in edges
    ]


def _only(
    layout: Layout, weights: dict[int, Weight], kind: str, found: list[Finding]
) -> Column | None:
    """The column of the first or the additional weight; a second such column is a finding."""
    columns = [column for column, weight in weights.items() if weight.kind == kind]
    for column in columns[1:]:
        title = layout.title(column)
        words = (
            f"stands twice: {layout.grid.column_name(columns[0])} is of the same kind, got "
            f"{shown(title)}"
        )
        words += _SIDE_BY_SIDE if title == layout.title(columns[0]) else ""
        found.append(layout.grid.finding(layout.header, column, words))
    to = weights[columns[0]].to if columns else None
    return Column(columns[0], to) if to is not None else None


def _check_begin(
    layout: Layout, column: Column, brackets: list[Column], found: list[Finding]
) -> None:
    """3kg以上 above first and additional weight must be where the brackets end."""
    begin = begin_of(layout.groups[column.index])
    if begin is not None and brackets and begin.grams != brackets[-1].to.grams:
        words = f"does not begin where the brackets end, at {brackets[-1].to}"
        title = shown(layout.title(column.index))
        found.append(layout.grid.finding(layout.header, column.index, f"{words}, got {title}"))
