"""A courier's rate card, regions or zones by weights -> prices by zone.

Every bad cell is a finding, and what is not read is named in a note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from planner.domain.money import to_major
from planner.errors import Finding, InputError
from planner.formats.base.findings import shown
from planner.formats.base.places import place_of
from planner.formats.base.region_names import region_key
from planner.formats.rate_card.card import CardSurcharge, Priced, RateCard, ZoneRate
from planner.formats.rate_card.grid import Grid, read_grids
from planner.formats.rate_card.layout import Layout, doubtful_corner, find_layout, head_without_unit
from planner.formats.rate_card.name_columns import Labels, find_labels
from planner.formats.rate_card.prices import other_currency
from planner.formats.rate_card.regions import all_but, known_country
from planner.formats.rate_card.rows import PricedRow, Prices, read_rows
from planner.formats.rate_card.surcharges import clause_of, fee_columns, fee_in_text, fees_by_region
from planner.formats.rate_card.weight_headers import Amount, unit_of
from planner.formats.rate_card.weight_scale import Assumed, Column, Scale, to_scale
from planner.formats.rate_card.zone_headings import without_headings


@dataclass(frozen=True)
class CardTable:
    """The table of prices of a card, once it is known what its columns hold.

    Attributes
    ----------
    layout : Layout
        Where headers and prices stand.
    scale : Scale
        Which column prices which weight.
    labels : Labels
        Which column names the regions or zones.
    """

    layout: Layout
    scale: Scale
    labels: Labels


def read_rate_card(
    path: Path, currency: str, sheet: str | None = None, assumed: Assumed | None = None
) -> RateCard:
    """Read the first sheet with weights (or the one asked for).

    Parameters
    ----------
    path : Path
        A CSV file or an Excel workbook.
    currency : str
        Of the prices; a cell, header or title that names another is a finding.
    sheet : str, optional
        Name of a sheet of a workbook.
    assumed : Assumed, optional
        What a person states of the card that it leaves out.

    Returns
    -------
    RateCard
        Prices by zone, regions, surcharges, and notes on what was not read.

    Raises
    ------
    InputError
        With every finding: weights or prices that cannot be read, a region that stands twice,
        no table at all.
    """
    as_written = read_grids(path, sheet)
    grids = [without_headings(grid) for grid in as_written]
    layouts: list[tuple[Layout, list[Finding]]] = []
    for grid in grids:
        wrong: list[Finding] = []
        if (layout := find_layout(grid, wrong)) is not None:
            layouts.append((layout, wrong))
    if not layouts:
        raise InputError([_no_table(path, as_written)])
    layout, found = layouts[0]
    if not layout.weights:
        raise InputError(found)
    notes = _other_sheets(grids, [layout.grid.sheet for layout, _ in layouts])
    assumed = assumed or Assumed()
    scale = to_scale(layout, assumed, found, notes)
    labels = find_labels(layout, assumed.by_zone, found)
    if labels is None:
        raise InputError(found)
    card = _card(CardTable(layout, scale, labels), currency, found, notes)
    if found:
        raise InputError(found)
    return card


def _no_table(path: Path, grids: list[Grid]) -> Finding:
    """Why no sheet holds a table of prices: at a cell that almost makes one, else of the file."""
    for grid in grids:
        corner = doubtful_corner(grid)
        if corner is not None:
            words = (
                "numbers stand across and down: write the unit after those that are "
                "weights, as in 2 lb"
            )
            return grid.finding(*corner, f"{words}, got {shown(grid.text(*corner))}")
        head = head_without_unit(grid)
        if head is not None:
            words = (
                "the unit of the weights is missing: write it here, such as Weight (lb) "
                "or Weight (kg)"
            )
            return grid.finding(*head, f"{words}, got {shown(grid.text(*head))}")
    words = (
        "no weight header found, such as 0-0.5kg, 1kg以内, 首重1kg, 续重/kg or 2 lb; "
        "bare numbers need a unit: head them Weight (lb) or Weight (kg)"
    )
    return Finding(path.name, 0, 0, ", ".join(g.sheet for g in grids if g.sheet), words)


def _other_sheets(grids: list[Grid], weighty: list[str]) -> list[str]:
    others = [
        grid.sheet
        for grid in grids
        if grid.sheet != weighty[0] and any(any(row) for row in grid.rows)
    ]
    return [
        f"sheet {name} {'holds weights too and ' if name in weighty else ''}is not read"
        for name in others
    ]


def _card(table: CardTable, currency: str, found: list[Finding], notes: list[str]) -> RateCard:
    layout, labels = table.layout, table.labels
    rows, others = read_rows(layout, table.scale, labels, currency, found)
    _check_currency(layout, others, currency, found)
    if not any(row.served for row in rows) and not found:
        found.append(layout.grid.finding(layout.header, 0, "no rows with prices below the weights"))
    regions = _regions(layout, labels, rows, found, notes)
    rates, zones = _rates(table, rows, regions, found, notes)
    _check_headers(layout, labels, rows, found)
    served = {row.row: regions[row.row] for row in rows if row.served}
    surcharges = _surcharges(table, served, others, currency, found=found, notes=notes)
    notes += [*_ends(rates, zones), *_not_read(layout, labels, others)]
    return RateCard(
        file=layout.grid.file,
        sheet=layout.grid.sheet,
        by_zone=labels.by_zone,
        rates=rates,
        zones={} if labels.by_zone else zones,
        surcharges=tuple(surcharges),
        notes=tuple(notes),
    )


def _check_headers(
    layout: Layout, labels: Labels, rows: list[PricedRow], found: list[Finding]
) -> None:
    """A column of numbers next to the weights may hold prices: it needs a header that is
    understood.
    """
    for column in range(min(layout.weights), layout.grid.width):
        if column in {*layout.weights, *layout.refused, labels.column}:
            continue
        title = layout.title(column)
        if not any(re.search("[0-9]", layout.price(row.row, column)) for row in rows):
            continue
        if not title:
            found.append(layout.grid.finding(layout.header, column, "the column has no header"))
        elif unit_of(title) is not None or re.search("[首续]重", title):
            words = (
                "weights that are not understood: write them as 0-1kg, 首重1kg or 续重/kg, "
                f"got {shown(title)}"
            )
            found.append(layout.grid.finding(layout.header, column, words))


def _ends(rates: dict[str, ZoneRate], zones: dict[str, str]) -> list[str]:
    """Where prices end, and for which regions where that is not the same for all."""
    ends: dict[Amount, list[str]] = {}
    for region, zone in zones.items():
        if (end := rates[zone].ends_at) is not None:
            ends.setdefault(end, []).append(region)
    where = {
        end: "" if len(regions) == len(zones) else f" to {', '.join(regions)}"
        for end, regions in ends.items()
    }
    ordered = sorted(ends, key=lambda end: end.grams)
    return [
        f"parcels above {end}{where[end]} are refused: the table has no price for them"
        for end in ordered
    ]


def _check_currency(
    layout: Layout, others: dict[int, str], currency: str, found: list[Finding]
) -> None:
    """A title, header or note that names another currency."""
    header = [(row, c) for row in range(layout.top, layout.body) for c in range(layout.grid.width)]
    rows = [(row, c) for row in others for c in range(layout.grid.width)]
    for row, column in (*rows, *header):
        if (other := other_currency(layout.grid.text(row, column), currency)) is not None:
            code = other if other.isalpha() and len(other) == 3 else "USD"
            words = (
                f"names {other}, but the contract is to be in {currency}: state it, as in "
                f"--currency {code}"
            )
            found.append(layout.grid.finding(row, column, words))
            return


def _regions(
    layout: Layout, labels: Labels, rows: list[PricedRow], found: list[Finding], notes: list[str]
) -> dict[int, tuple[str, ...]]:
    """Row -> its regions (or its zone), groups expanded; a region that stands twice is a
    finding.
    """
    first: dict[str, int] = {}
    explicit = [region for row in rows for named in row.named for region in named.regions]
    country = known_country(explicit)
    for row in rows:
        for region in (region for named in row.named for region in named.regions):
            key = region if labels.by_zone else _key(region, country)
            if key in first:
                what = "zone" if labels.by_zone else "region"
                words = (
                    f"{what} stands twice, first in {layout.grid.row_name(first[key])}, got "
                    f"{shown(region)}"
                )
                found.append(layout.grid.finding(row.row, labels.column, words))
            first.setdefault(key, row.row)
    if not labels.by_zone:
        _check_rest(layout, labels, rows, explicit, found)
    regions: dict[int, tuple[str, ...]] = {}
    for row in rows:
        members: list[str] = []
        for named in row.named:
            expanded = named.regions if named.all_but is None else all_but(explicit, named.all_but)
            members += expanded
            if named.group:
                notes.append(
                    f"{layout.grid.row_name(row.row)}: {named.group} is read as "
                    f"{', '.join(expanded) or 'no region'}"
                )
        regions[row.row] = tuple(members)
    return regions


def _key(region: str, country: str | None) -> str:
    place = place_of(region, country)
    return place.key if place is not None else region_key(region)


def _check_rest(
    layout: Layout, labels: Labels, rows: list[PricedRow], explicit: list[str], found: list[Finding]
) -> None:
    """All other provinces: once, and in a table of Chinese provinces."""
    rest = [(row.row, named) for row in rows for named in row.named if named.all_but is not None]
    for row, named in rest[1:]:
        words = (
            f"the other provinces stand twice, first in {layout.grid.row_name(rest[0][0])}, "
            f"got {shown(named.group)}"
        )
        found.append(layout.grid.finding(row, labels.column, words))
    if (
        rest
        and explicit
        and not any((place := place_of(r)) and place.country == "CN" for r in explicit)
    ):
        words = (
            f"means regions that the table does not name: write them, got {shown(rest[0][1].group)}"
        )
        found.append(layout.grid.finding(rest[0][0], labels.column, words))


def _rates(
    table: CardTable,
    rows: list[PricedRow],
    regions: dict[int, tuple[str, ...]],
    found: list[Finding],
    notes: list[str],
) -> tuple[dict[str, ZoneRate], dict[str, str]]:
    """Zone -> prices and region -> zone; regions of equal prices are one zone."""
    layout, by_zone = table.layout, table.labels.by_zone
    names: dict[ZoneRate, str] = {}
    rates: dict[str, ZoneRate] = {}
    zones: dict[str, str] = {}
    for row in filter(lambda row: row.sound, rows):
        place, members = layout.grid.row_name(row.row), ", ".join(regions[row.row])
        if not row.served:
            notes.append(f"{place}: not served: {members}")
            continue
        rate = _rate(layout, table.scale, row, found)
        if rate is None:
            continue
        for edge in rate.falls_at():
            notes.append(f"{place}: the price falls with weight above {edge}: {members}")
        zone = members if by_zone else names.setdefault(rate, f"z{len(names) + 1}")
        rates[zone] = rate
        zones |= dict.fromkeys(regions[row.row], zone)
    return rates, zones


def _rate(layout: Layout, scale: Scale, row: PricedRow, found: list[Finding]) -> ZoneRate | None:
    """Prices of a row; they end at the first weight that is not served.

    A price above that is a finding.
    """
    served = [column for column in scale.brackets if row.prices[column.index] is not None]
    if served != scale.brackets[: len(served)]:
        gap = next(column for column in scale.brackets if row.prices[column.index] is None)
        words = "not served, but heavier parcels have a price: write a price, or - for them too"
        found.append(layout.grid.finding(row.row, gap.index, words))
        return None
    brackets = tuple(_priced(column, row.prices) for column in served)
    if scale.beyond is None:
        return ZoneRate(brackets)
    first, step = scale.beyond
    if len(served) == len(scale.brackets) and row.prices[first.index] is not None:
        if row.prices[step.index] is not None:
            return ZoneRate(brackets, _priced(first, row.prices), _priced(step, row.prices))
        heavier = not brackets or first.to.grams > brackets[-1][0].grams
        return ZoneRate((*brackets, _priced(first, row.prices)) if heavier else brackets)
    if row.prices[step.index] is not None:
        words = "not served, but additional weight has a price: write a price, or - for it too"
        missing = next(c for c in (*scale.brackets, first) if row.prices[c.index] is None)
        found.append(layout.grid.finding(row.row, missing.index, words))
        return None
    return ZoneRate(brackets) if brackets else None


def _priced(column: Column, prices: Prices) -> Priced:
    minor = Decimal(prices[column.index] or 0) * column.times
    return column.to, int(minor.quantize(Decimal(1), ROUND_HALF_UP))


def _surcharges(
    table: CardTable,
    regions: dict[int, tuple[str, ...]],
    others: dict[int, str],
    currency: str,
    *,
    found: list[Finding],
    notes: list[str],
) -> list[CardSurcharge]:
    """Waybill fees of a column, else of a note, which is taken from `others`."""
    layout = table.layout
    fees: list[CardSurcharge] = []
    for column in fee_columns(layout):
        read = fees_by_region(layout, column, regions, currency, found)
        if {fee.name for fee in read} & {fee.name for fee in fees}:
            words = f"stands twice: two columns of one fee, got {shown(layout.title(column))}"
            found.append(layout.grid.finding(layout.header, column, words))
        fees += read
        notes.append(
            f"{layout.grid.column_name(column)} ({layout.title(column)}) is read as a surcharge "
            "per parcel"
        )
    if table.labels.by_zone and any(fee.regions for fee in fees):
        found.append(
            layout.grid.finding(
                layout.header, table.labels.column, "surcharges that differ by zone cannot be read"
            )
        )
    for row, text in list(others.items()):
        if not fees and (fee := fee_in_text(text, currency)) is not None:
            fees.append(fee)
            amount = f"{to_major(fee.minor, currency)} {currency}"
            words = (
                f"{fee.name} of {amount} per parcel is read as a surcharge, the rest is not read"
            )
            notes.append(f"{layout.grid.row_name(row)}: {words}: {shown(others.pop(row))}")
    return fees


def _not_read(layout: Layout, labels: Labels, others: dict[int, str]) -> list[str]:
    """The columns and rows that are not read, and the clause that a text may ask for.

    In a table that was turned, a column outside it is a title or a note of the file.
    """
    grid, used = layout.grid, {*layout.weights, *fee_columns(layout), labels.column}
    lines = {grid.row_name(row): text for row, text in others.items()}
    notes = []
    for column in (c for c in range(grid.width) if c not in used):
        rows = range(0 if grid.turned else layout.body, len(grid.rows))
        texts = [text for row in rows if row not in others and (text := grid.text(row, column))]
        if texts and grid.turned:
            lines[grid.column_name(column)] = " ".join(texts)
        elif texts:
            title = layout.title(column)
            notes.append(
                f"{grid.column_name(column)} ({title or 'no header'}) is not "
                f"read{_asks(clause_of(title))}"
            )
    for place, text in lines.items():
        clause = clause_of(text) if re.search("[0-9]", text) else ""
        notes.append(f"{place} is not read: {shown(text)}{_asks(clause)}")
    return notes


def _asks(clause: str) -> str:
    return f"; if it changes what a parcel costs, add {clause} to the contract" if clause else ""
