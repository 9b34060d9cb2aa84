"""The rows of a rate card: what each names and its prices; the other rows are named in notes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from planner.errors import Finding
from planner.formats.base.findings import shown
from planner.formats.rate_card.layout import Layout, is_weight
from planner.formats.rate_card.name_columns import Labels, label_texts
from planner.formats.rate_card.prices import is_not_served, looks_like_price, parse_price
from planner.formats.rate_card.regions import (
    Named,
    count_known,
    is_zone,
    known_country,
    read_regions,
    zone_name,
)
from planner.formats.rate_card.weight_scale import Scale

_NO_LABEL = re.compile(
    r"费$|费[(（:：]|附加|合计|小计|总计|平均|surcharge|\b(?:fee|fees|total|average|discount)\b",
    re.IGNORECASE,
)

Prices = dict[int, int | None]  # column -> minor units; None where the courier does not deliver


@dataclass(frozen=True)
class PricedRow:
    """A row of prices, and the regions or the zone they are for.

    `sound`: nothing in it is wrong.
    """

    row: int
    named: tuple[Named, ...]
    prices: Prices
    sound: bool

    @property
    def served(self) -> bool:
        """Whether it holds a price at all."""
        return any(price is not None for price in self.prices.values())


def read_rows(
    layout: Layout, scale: Scale, labels: Labels, currency: str, found: list[Finding]
) -> tuple[list[PricedRow], dict[int, str]]:
    """Read the rows below the header.

    Parameters
    ----------
    layout : Layout
        Where headers and prices stand.
    scale : Scale
        Which column prices which weight.
    labels : Labels
        Which column names the regions or zones.
    currency : str
        Of the prices.
    found : list[Finding]
        What is wrong is added to it.

    Returns
    -------
    list[PricedRow]
        The rows of prices.
    dict[int, str]
        Text of each other row.
    """
    country = known_country(label_texts(layout, labels.column))
    priced: list[PricedRow] = []
    others = {row: " ".join(layout.own_texts(row)) for row in range(layout.top)}
    for row in range(layout.top):
        if layout.grid.text(row, labels.column) and any(
            _has_price(layout.grid.text(row, c)) for c in layout.weights
        ):
            words = (
                "another table stands above: put it on a sheet of its own and choose one with "
                "--sheet"
            )
            found.append(layout.grid.finding(row, min(layout.weights), words))
    for row in range(layout.body, len(layout.grid.rows)):
        if _begins_table(layout, row):
            words = (
                "another table begins here: put it on a sheet of its own and choose it with --sheet"
            )
            found.append(layout.grid.finding(row, min(layout.weights), words))
            break
        if layout.repeats_header(row) or not _is_priced(layout, scale, labels, row):
            others[row] = " ".join(layout.own_texts(row))
        else:
            before = len(found)
            named = _named(layout, labels, row, country, found)
            prices = _prices(layout, scale, row, currency, found)
            priced.append(PricedRow(row, named, prices, len(found) == before))
    return priced, {row: text for row, text in others.items() if text}


def _has_price(cell: str) -> bool:
    return looks_like_price(cell) and not is_not_served(cell)


def _begins_table(layout: Layout, row: int) -> bool:
    weights = sum(is_weight(layout.grid.text(row, column)) for column in layout.weights)
    return weights > 1 and not layout.repeats_header(row)


def _is_priced(layout: Layout, scale: Scale, labels: Labels, row: int) -> bool:
    """Whether a row holds a price, or names a region or zone that should have one."""
    if any(layout.price(row, column) for column in scale.columns):
        return True
    label = layout.label(row, labels.column)
    return is_zone(label) if labels.by_zone else count_known([label]) > 0


def _named(
    layout: Layout, labels: Labels, row: int, country: str | None, found: list[Finding]
) -> tuple[Named, ...]:
    label = layout.label(row, labels.column)
    if not label:
        words = f"no {'zone' if labels.by_zone else 'region'} in this row"
        found.append(layout.grid.finding(row, labels.column, words))
        return ()
    if _NO_LABEL.search(label):
        words = (
            "names no region or zone: leave the row out, and add a charge to the contract as "
            "a surcharge"
        )
        found.append(layout.grid.finding(row, labels.column, f"{words}, got {shown(label)}"))
        return ()
    if labels.by_zone:
        return (Named((zone_name(label),)),)
    try:
        return tuple(read_regions(label, country))
    except ValueError as error:
        found.append(layout.grid.finding(row, labels.column, str(error)))
        return ()


def _prices(layout: Layout, scale: Scale, row: int, currency: str, found: list[Finding]) -> Prices:
    prices: Prices = {}
    for column in scale.columns:
        text = layout.price(row, column)
        prices[column] = None
        if is_not_served(text):
            continue
        try:
            prices[column] = parse_price(text, currency, column in scale.steps)
        except ValueError as error:
            found.append(layout.grid.finding(row, column, str(error)))
    return prices
