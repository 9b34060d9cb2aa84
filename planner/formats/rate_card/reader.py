"""A courier's rate table, provinces by weights -> zones and rates of a contract; every bad cell is a finding."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from planner.domain.carriers import Bracket, Rate
from planner.errors import Finding, InputError
from planner.formats.findings import shown
from planner.formats.rate_card.grid import Grid, letter, read_grids
from planner.formats.rate_card.weight_scale import Scale, header_row, read_weights, to_scale
from planner.formats.region_names import region_key, short_name
from planner.formats.values import money_minor, parse_name

_REGION_HEADER = re.compile(r"省|目的|地区|区域|到达|收件|流向|province|region|destination|state\b", re.IGNORECASE)
_PROVINCE_HEADER = re.compile(r"省|province", re.IGNORECASE)
_NOTE = re.compile(r"备注|注[:：]|说明|note|remark", re.IGNORECASE)
_CHINESE_BLANK = re.compile(r"(?<=[一-鿿])\s+(?=[一-鿿])")
_BETWEEN_REGIONS = re.compile(r"[、,;/\n]")
_PRICE = re.compile(r"([^0-9.,+\-\s]*)\s*([-+]?(?:[0-9]{1,12}(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+))\s*([^0-9.,\s]*)")
_SIGNS = {
    "¥": {"CNY", "JPY"},
    "元": {"CNY", "HKD", "TWD"},
    "块": {"CNY"},
    "rmb": {"CNY"},
    "yuan": {"CNY"},
    "$": {"AUD", "CAD", "HKD", "MXN", "NZD", "SGD", "TWD", "USD"},
    "r$": {"BRL"},
    "€": {"EUR"},
    "£": {"GBP"},
}
_CODE = re.compile(r"[a-z]{3}")

Prices = dict[int, int | None]  # column -> minor units; None where the cell holds no price


@dataclass(frozen=True)
class RateTable:
    """Zones and rates as read; rows of equal prices are one zone. `notes`: what the result's reader should know."""

    file: str
    sheet: str
    rates: dict[str, Rate]
    zones: dict[str, str]
    notes: tuple[str, ...]


def read_rate_table(path: Path, currency: str, sheet: str | None = None) -> RateTable:
    """The first sheet with a weight header (or the one asked for). Raises InputError with every finding."""
    grids = read_grids(path, sheet)
    headed = [(grid, row) for grid in grids if (row := header_row(grid)) is not None]
    if not headed:
        words = "no weight header found, such as 0-0.5kg, 1kg以内, 首重1kg or 续重/kg"
        raise InputError([Finding(path.name, 0, 0, ", ".join(g.sheet for g in grids if g.sheet), words)])
    grid, header = headed[0]
    notes = [f"sheet {other.sheet} holds weights too and is not read" for other, _ in headed[1:]]
    found: list[Finding] = []
    weights = read_weights(grid, header, found, notes)
    scale = to_scale(grid, header, weights, found)
    columns = _region_columns(grid, header, min(weights), found)
    body = _Body(grid, scale, columns, currency, found, notes)
    for row in range(header + 1, len(grid.rows)):
        body.take(row)
    if not body.zones and not found:
        found.append(grid.finding(header, 0, "no rows below the weights"))
    if found:
        raise InputError(found)
    if scale.beyond is None:
        notes.append(
            f"parcels above {scale.brackets[-1][1]:,} g are refused: the table has no additional weight (续重)"
        )
    return RateTable(grid.file, grid.sheet, body.rates, body.zones, tuple(notes))


def _region_columns(grid: Grid, header: int, first_weight: int, found: list[Finding]) -> list[int]:
    """Columns to the left of the weights that name regions: those headed so, else the only one that holds words."""
    headed = [c for c in range(first_weight) if _REGION_HEADER.search(grid.text(header, c))]
    if headed:
        return [c for c in headed if _PROVINCE_HEADER.search(grid.text(header, c))] or headed
    below = range(header + 1, len(grid.rows))
    worded = [c for c in range(first_weight) if any(re.search(r"[^\W\d]", grid.text(row, c)) for row in below)]
    if len(worded) != 1:
        words = "no column of regions found left of the weights; head it 省份 or region"
        found.append(grid.finding(header, 0, words))
        return []
    return worded


@dataclass
class _Body:
    """The rows below the header, taken one by one."""

    grid: Grid
    scale: Scale
    columns: list[int]
    currency: str
    found: list[Finding]
    notes: list[str]
    rates: dict[str, Rate] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    _named: dict[tuple[int | None, ...], str] = field(default_factory=dict)
    _seen: dict[str, int] = field(default_factory=dict)

    def take(self, row: int) -> None:
        """A row's regions and prices; an empty row and notes beside the table are passed over."""
        if not self.columns:
            return
        named = " ".join(self.grid.text(row, c) for c in self.columns).strip()
        if not any(self.grid.text(row, c) for c in self.scale.columns) and (not named or _NOTE.match(named)):
            words = " ".join(filter(None, self.grid.rows[row]))
            if words:
                self.notes.append(f"row {self.grid.lines[row]} is not read: {shown(words)}")
            return
        before = len(self.found)
        regions, prices = self._regions(row), self._prices(row)
        if len(self.found) == before:
            zone = self._named.setdefault(tuple(prices.values()), f"z{len(self._named) + 1}")
            self.rates[zone] = _rate(zone, self.scale, prices)
            self.zones |= dict.fromkeys(regions, zone)

    def _wrong(self, row: int, column: int, words: str) -> None:
        self.found.append(self.grid.finding(row, column, words))

    def _regions(self, row: int) -> list[str]:
        """Names of the regions of a row, in short (浙江省 is 浙江)."""
        regions: list[str] = []
        before = len(self.found)
        for column in self.columns:
            text = _CHINESE_BLANK.sub(",", unicodedata.normalize("NFKC", self.grid.text(row, column)))
            for part in filter(None, map(str.strip, _BETWEEN_REGIONS.split(text))):
                try:
                    regions.append(parse_name(short_name(part)))
                except ValueError as error:
                    self._wrong(row, column, f"{error}, got {shown(part)}")
                    continue
                first = self._seen.setdefault(region_key(part), self.grid.lines[row])
                if first != self.grid.lines[row] or region_key(part) in map(region_key, regions[:-1]):
                    self._wrong(row, column, f"region stands twice, first in row {first}, got {shown(part)}")
        if not regions and len(self.found) == before:
            self._wrong(row, self.columns[0], "no region in this row")
        return regions

    def _prices(self, row: int) -> Prices:
        """Prices of a row; they must not fall with weight."""
        prices: Prices = {}
        for column in self.scale.columns:
            prices[column] = None
            try:
                prices[column] = parse_price(self.grid.text(row, column), self.currency)
            except ValueError as error:
                self._wrong(row, column, str(error))
        for (lower, _), (column, _) in pairwise(self.scale.brackets):
            below, price = prices[lower], prices[column]
            if below is not None and price is not None and price < below:
                cells = [shown(self.grid.text(row, c)) for c in (lower, column)]
                words = f"the price falls with weight: {cells[0]} in column {letter(lower)}, then {cells[1]}"
                self._wrong(row, column, words)
        self._check_above(row, prices)
        return prices

    def _check_above(self, row: int, prices: Prices) -> None:
        """Just above the last bracket, first and additional weight are no cheaper than it."""
        if self.scale.beyond is None or not self.scale.brackets:
            return
        (last, to_g), (first, first_g), (step, step_g) = self.scale.brackets[-1], *self.scale.beyond
        below, base, more = prices[last], prices[first], prices[step]
        if below is None or base is None or more is None:
            return
        if base + -(-max(to_g + 1 - first_g, 0) // step_g) * more < below:
            words = f"the price falls with weight above {to_g:,} g, the last bracket (column {letter(last)})"
            self._wrong(row, first, words)


def parse_price(text: str, currency: str) -> int:
    """￥2.10, 2.1元, 1,200 or 2.1 -> minor units. Raises ValueError in words."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        raise ValueError("the price is empty")
    found = _PRICE.fullmatch(plain)
    if found is None:
        raise ValueError(f"must be a price, got {shown(text)}")
    before, number, after = found.groups()
    for sign in filter(None, (before.casefold(), after.casefold())):
        if sign == currency.casefold() or currency in _SIGNS.get(sign, ()):
            continue
        foreign = sign in _SIGNS or _CODE.fullmatch(sign)
        raise ValueError(f"must be a price{f' in {currency}' if foreign else ''}, got {shown(text)}")
    exact = round(Decimal(number.replace(",", "")), 9)  # a formula's 2.0999999999999996 is 2.1
    try:
        return money_minor(float(exact), currency)
    except ValueError as error:
        raise ValueError(f"{error}, got {shown(text)}") from error


def _rate(zone: str, scale: Scale, prices: Prices) -> Rate:
    brackets = tuple(Bracket(to_g, prices[column] or 0) for column, to_g in scale.brackets)
    if scale.beyond is None:
        return Rate(zone, brackets)
    (first, first_g), (step, step_g) = scale.beyond
    return Rate(zone, brackets, first_g, prices[first] or 0, step_g, prices[step] or 0)
