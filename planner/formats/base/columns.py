"""The table of columns: type, unit, range, required, meaning.

It validates tables and documents them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, time
from typing import Any, Literal

from planner.domain.weight_units import CUBIC_CENTIMETRES, GRAMS, snapped
from planner.domain.wording import in_digits
from planner.formats.base import input_limits
from planner.formats.base.number_notation import write_instead
from planner.formats.base.value_types import (
    MOST_MONEY,
    money_minor,
    parse_date,
    parse_datetime,
    parse_name,
    parse_time,
)

Kind = Literal["name", "text", "number", "count", "money", "flag", "date", "datetime", "time"]
_NUMBER = re.compile(r"[-+]?([0-9]{1,30}(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,4})?")
_COUNT = re.compile(r"[-+]?[0-9]{1,18}")
_FLAGS = {
    "1": True,
    "true": True,
    "yes": True,
    "是": True,
    "0": False,
    "false": False,
    "no": False,
    "否": False,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    Attributes
    ----------
    name, kind, meaning : str
        Its name, the type of its cells and what they mean.
    unit : str
        Unit of its numbers.
    low, high : float
        Smallest and largest number.
    above_low : bool
        Whether `low` itself is excluded.
    required : bool
        No cell may be empty.
    default : Any
        Value of an empty cell, or of all where the column is left out.
    """

    name: str
    kind: Kind
    meaning: str
    _: KW_ONLY
    unit: str = ""
    low: float = 0.0
    high: float = 1e9
    required: bool = False
    default: Any = None
    above_low: bool = False

    @property
    def other_units(self) -> dict[str, float]:
        """Names under which a weight or volume may stand in another unit -> factor to ours."""
        if self.kind != "number":
            return {}
        units = {"g": GRAMS, "cm3": CUBIC_CENTIMETRES}.get(self.unit, {})
        stem = self.name.removesuffix(self.unit)
        return {stem + unit: factor for unit, factor in units.items() if unit != self.unit}


REGIONS = (
    Column("region", "name", "name of the region, unique", required=True),
    Column("name", "name", "name as printed (default: the region)"),
    Column("share", "number", "share of orders; the column sums to 1", high=1, required=True),
    Column(
        "remote", "flag", "1 for a remote area, whose costs are reported separately", default=False
    ),
    Column(
        "distance_km",
        "number",
        "distance, for information only",
        unit="km",
        high=50_000,
        default=0.0,
    ),
)
PRODUCTS = (
    Column("product", "name", "name of the class or SKU, unique", required=True),
    Column("name", "name", "name as printed (default: the product)"),
    Column("share", "number", "share of orders; the column sums to 1", high=1, required=True),
    Column(
        "weight_g",
        "number",
        "median weight of one unit (or weight_kg, weight_lb, weight_oz)",
        unit="g",
        high=1e6,
        required=True,
        above_low=True,
    ),
    Column("weight_cv", "number", "coefficient of variation of weight", high=5, default=0.0),
    Column(
        "volume_cm3",
        "number",
        "volume of one unit (or volume_l, volume_m3, volume_in3)",
        unit="cm3",
        high=1e8,
        default=0.0,
    ),
    Column("units_mean", "number", "mean units of an order", low=1, high=1_000, default=1.0),
    Column(
        "work",
        "number",
        "work of an order relative to standard",
        high=1_000,
        default=1.0,
        above_low=True,
    ),
    Column(
        "paid",
        "money",
        "what the customer pays for an order",
        unit="currency",
        high=MOST_MONEY,
        default=0,
    ),
    Column(
        "margin",
        "money",
        (
            "contribution of an order before the courier is paid; lost with a cancelled order "
            "(left out: unknown)"
        ),
        unit="currency",
        high=MOST_MONEY,
    ),
    Column(
        "supply_units",
        "count",
        "units available over all sites (default: no limit)",
        unit="units",
    ),
    Column("return_share", "number", "share of orders that come back", high=1, default=0.0),
    Column(
        "priority",
        "count",
        "orders of a higher priority go first at every process and collection; 0: ordinary",
        high=input_limits.HIGHEST_PRIORITY,
        default=0,
    ),
    Column(
        "leftover_cost",
        "money",
        (
            "what a unit left over costs in all, bringing it in included (default: "
            "inbound_cost_per_unit of its site, and what it loses of its unit_cost)"
        ),
        unit="currency",
        high=MOST_MONEY,
    ),
    Column(
        "unit_cost",
        "money",
        "what a unit costs to buy (with salvage_share, in place of leftover_cost)",
        unit="currency",
        high=MOST_MONEY,
    ),
    Column("salvage_share", "number", "share of unit_cost that a unit left over brings", high=1),
)
STAFFING = (
    Column(
        "date",
        "date",
        (
            "day the shift starts (left out: every day, and the evening before the horizon if the "
            "shift reaches into it)"
        ),
    ),
    Column("site", "name", "site (may be left out when there is one)"),
    Column("process", "name", "process the people work at", required=True),
    Column("crew", "name", "crew they belong to", required=True),
    Column("shift", "name", "shift they work", required=True),
    Column("headcount", "count", "number of people", unit="people", high=100_000, required=True),
    Column(
        "since",
        "date",
        (
            "first day of employment (default: long ago; temporary people: first day of an "
            "unbroken run of days in the table)"
        ),
    ),
    Column("paid_hours", "number", "written by the planner; not read", unit="h"),
    Column("cost", "number", "written by the planner; not read", unit="currency"),
)
STAFF = (
    Column("name", "name", "name or number of the person, unique at the site", required=True),
    Column("crew", "name", "crew they belong to", required=True),
    Column("site", "name", "site (may be left out when there is one)"),
    Column(
        "skills",
        "text",
        "processes they can do, separated by ; (empty: what the crew may do)",
        default="",
    ),
    Column(
        "availability",
        "text",
        "days they can start a shift: dates and ranges separated by ;, such as "
        "2026-11-10..2026-11-12; 2026-11-14 "
        "(empty: every day)",
        default="",
    ),
    Column(
        "unavailable",
        "text",
        "days they cannot, in the same form; removed from the availability",
        default="",
    ),
    Column("shifts", "text", "shifts they can work, separated by ; (empty: all)", default=""),
)
STOCK = (
    Column("site", "name", "site", required=True),
    Column("product", "name", "product", required=True),
    Column("units", "count", "units placed there", unit="units", required=True),
    Column("stockout_probability", "number", "written by the planner; not read", high=1),
    Column("leftover_mean", "number", "written by the planner; not read", unit="units"),
    Column("leftover_cost", "number", "written by the planner; not read", unit="currency"),
)
ROUTING = (
    Column("region", "name", "region of the order", required=True),
    Column("site", "name", "site that ships it", required=True),
    Column("contract", "name", "contract it goes with (empty: no courier)", default=""),
    Column("from", "datetime", "begin (default: start of the horizon)"),
    Column("to", "datetime", "end (default: end of the horizon)"),
    Column(
        "share",
        "number",
        "share of the region's orders; sums to 1 per region, time and weight class",
        high=1,
        required=True,
    ),
    Column(
        "above_g",
        "count",
        "only parcels above this actual weight (default: all)",
        unit="g",
        high=1e8,
    ),
    Column(
        "to_g",
        "count",
        "only parcels up to this actual weight (default: all)",
        unit="g",
        low=1,
        high=1e8,
    ),
)
RULES = (
    Column("rules", "name", "list the rule belongs to (default: there is one list)", default=""),
    Column("rule", "count", "place in its list (default: in the order of the rows)", low=1),
    Column("regions", "text", "regions of the order, separated by ;, or `all`", required=True),
    Column("above_g", "count", "only above this actual weight (default: all)", unit="g", high=1e8),
    Column(
        "to_g", "count", "only up to this actual weight (default: all)", unit="g", low=1, high=1e8
    ),
    Column("from", "datetime", "only orders from this moment (default: all)"),
    Column("to", "datetime", "only orders before this moment (default: all)"),
    Column(
        "share",
        "number",
        "share that the rule takes of the orders which fit and reach it; others go on to the "
        "next rule",
        high=1,
        above_low=True,
        default=1.0,
    ),
    Column("site", "name", "site that ships them", required=True),
    Column("contract", "name", "contract they go with (empty: no courier)", default=""),
    Column("study", "name", "what the list was made for; not read", default=""),
)
ZONES = (
    Column("region", "name", "region", required=True),
    Column("zone", "name", "zone of the contract's rates", required=True),
    Column(
        "site", "name", "only for parcels from this site (default: from everywhere)", default=""
    ),
)
COUNTS = (
    Column("time", "datetime", "start of the hour, local time", required=True),
    Column("region", "name", "region, in any usual form of its name"),
    Column("orders", "count", "orders in that hour", unit="orders", required=True),
)
LOG = (
    Column(
        "ordered_at",
        "datetime",
        "date and time of the order, local or with an offset from UTC",
        required=True,
    ),
    Column("region", "name", "region, in any usual form of its name, or an address in it"),
    Column(
        "order_id", "name", "rows of the same order count once (default: every row is an order)"
    ),
)
GIVEN = (
    Column(
        "time",
        "datetime",
        "start of the hour, or of a step of 5, 10, 15, 20 or 30 minutes, local time",
        required=True,
    ),
    Column("region", "name", "region (may be left out when there is one)"),
    Column(
        "orders",
        "number",
        (
            "orders in that step (in the hour, where an hour has no other time); a fraction is the "
            "probability of one more"
        ),
        unit="orders",
        high=1e8,
        required=True,
    ),
    Column(
        "product", "name", "product (default: drawn for each order by the shares of the products)"
    ),
    Column(
        "path",
        "name",
        "number or name of the path, in all rows or in none; all paths are equally likely",
    ),
)
OPENING_BACKLOG = (
    Column("ordered_at", "datetime", "when they were placed, local time", required=True),
    Column("region", "name", "region (may be left out when there is one)"),
    Column("orders", "count", "orders", unit="orders", high=1e7, required=True),
    Column(
        "product", "name", "product (default: drawn for each order by the shares of the products)"
    ),
)
EXTRA_COLLECTIONS = (
    Column("date", "date", "day", required=True),
    Column("site", "name", "site", required=True),
    Column("contract", "name", "contract", required=True),
    Column("at", "time", "time of the collection", required=True),
    Column("vehicles", "count", "vehicles added", unit="vehicles", high=1_000, required=True),
    Column("cost", "number", "written by the planner; not read", unit="currency"),
)
PARCELS = (
    Column("parcel", "name", "name or number of the parcel", required=True),
    Column(
        "region",
        "name",
        "destination region, in any usual form of its name, or an address in it",
        required=True,
    ),
    Column(
        "weight_g",
        "number",
        "actual weight (or weight_kg, weight_lb, weight_oz)",
        unit="g",
        high=1e8,
        required=True,
        above_low=True,
    ),
    Column(
        "volume_cm3",
        "number",
        "volume (or volume_l, volume_m3, volume_in3)",
        unit="cm3",
        high=1e9,
        default=0.0,
    ),
    Column(
        "date", "date", "day of the hand-over (may be left out while no clause depends on the day)"
    ),
    Column(
        "site",
        "name",
        "site it is shipped from, where the contract's zones depend on the site",
        default="",
    ),
    Column(
        "residential",
        "flag",
        "1 where it goes to a home (may be left out while no surcharge is for homes)",
    ),
)
ACTUAL_ORDERS = (
    Column(
        "time",
        "datetime",
        "when they were placed, local time: the order's own moment, or the start of its hour",
        required=True,
    ),
    Column("region", "name", "region (default: drawn for each order by the shares)"),
    Column(
        "orders",
        "count",
        "orders of that hour (no such column: a log, every row is one order at its moment)",
        unit="orders",
        high=1e7,
        default=1,
    ),
    Column(
        "product", "name", "product (default: drawn for each order by the shares of the products)"
    ),
)
ACTUAL_BACKLOG = (
    Column("site", "name", "site (may be left out when there is one)"),
    Column("process", "name", "process they wait for", required=True),
    Column("orders", "count", "orders that wait there now", unit="orders", high=1e7, required=True),
)
ACTUAL_PEOPLE = (
    Column("date", "date", "day the shift began", required=True),
    Column("site", "name", "site (may be left out when there is one)"),
    Column("process", "name", "process they worked at", required=True),
    Column("crew", "name", "crew they belong to", required=True),
    Column("shift", "name", "shift they worked", required=True),
    Column("came", "count", "people who came", unit="people", high=100_000, required=True),
)
ACTUAL_PICKUPS = (
    Column("date", "date", "day", required=True),
    Column("site", "name", "site (may be left out when there is one)"),
    Column("contract", "name", "contract", required=True),
    Column("at", "time", "time of the collection", required=True),
    Column("came", "flag", "whether the vehicle came", required=True),
)
ACTUAL_STOCK = (
    Column("site", "name", "site (may be left out when there is one)"),
    Column("product", "name", "product", required=True),
    Column("units", "count", "units left there now", unit="units", required=True),
)
TABLES: dict[str, tuple[Column, ...]] = {
    "regions": REGIONS,
    "products": PRODUCTS,
    "staffing": STAFFING,
    "staff": STAFF,
    "stock": STOCK,
    "routing": ROUTING,
    "routing rules": RULES,
    "zones": ZONES,
    "history (counts)": COUNTS,
    "history (log)": LOG,
    "given demand": GIVEN,
    "opening backlog": OPENING_BACKLOG,
    "extra_collections": EXTRA_COLLECTIONS,
    "parcels": PARCELS,
    "actuals: orders": ACTUAL_ORDERS,
    "actuals: backlog": ACTUAL_BACKLOG,
    "actuals: people": ACTUAL_PEOPLE,
    "actuals: pickups": ACTUAL_PICKUPS,
    "actuals: stock": ACTUAL_STOCK,
}


def describe(columns: Sequence[Column]) -> list[str]:
    """Describe columns as a table in Markdown, one line each."""
    lines = ["| column | type | unit | default | range | meaning |", "|---|---|---|---|---|---|"]
    for c in columns:
        numeric = c.kind in ("number", "count", "money")
        limits = limits_in_words(c.low, c.high, above_low=c.above_low) if numeric else ""
        default = "**required**" if c.required else _default_in_words(c)
        lines.append(f"| {c.name} | {c.kind} | {c.unit} | {default} | {limits} | {c.meaning} |")
    return lines


def _default_in_words(column: Column) -> str:
    if column.default in (None, ""):
        return ""
    return f"{column.default:g}" if isinstance(column.default, float) else f"{column.default:d}"


def limits_in_words(
    low: float | None,
    high: float | None,
    *,
    above_low: bool = False,
    below_high: bool = False,
) -> str:
    """Describe the limits of a number, such as `0 to 1` or `above 0, up to 2,000`.

    Parameters
    ----------
    low, high : float or None
        Smallest and largest value; None where there is no limit.
    above_low, below_high : bool
        Whether the limit itself is excluded.

    Returns
    -------
    str
        The limits in words; empty without any.
    """
    if low is not None and high is not None and not above_low and not below_high:
        return f"{_digits(low)} to {_digits(high)}"
    words = []
    if low is not None:
        words.append(f"{'above' if above_low else 'from'} {_digits(low)}")
    if high is not None:
        words.append(f"{'below' if below_high else 'up to'} {_digits(high)}")
    return ", ".join(words)


def _digits(number: float) -> str:
    """A number with separators of thousands, whole numbers without decimals."""
    return f"{int(number):,}" if number == int(number) else in_digits(number)


def parser(
    column: Column,
    currency: str,
    *,
    typed: bool,
    factor: float = 1.0,
    timezone: str | None = None,
) -> Callable[[Any], Any]:
    """Make the function that turns a cell of a column into its value.

    Parameters
    ----------
    column : Column
        What the cells hold.
    currency : str
        ISO 4217 code; amounts become its minor unit.
    typed : bool
        Cells come from YAML, with types, not from text.
    factor : float
        From the unit of the cells to the unit of the column (see `Column.other_units`).
    timezone : str or None
        IANA zone; times with an offset from UTC are converted to its local time.

    Returns
    -------
    callable
        cell -> value; raises ValueError with what the cell must be.
    """

    def parse(cell: Any) -> Any:
        if column.kind in ("number", "count", "money"):
            value = _typed_number(column, cell) if typed else _read_number(column, cell)
            return _limited(
                column, float(snapped(value * factor)) if column.other_units else value, currency
            )
        if column.kind == "flag" and typed and isinstance(cell, (bool, int)) and cell in (0, 1):
            return bool(cell)
        if column.kind == "flag" and typed and not isinstance(cell, str):
            raise ValueError("must be true or false")
        if not isinstance(cell, str):
            raise ValueError("must be text (put it in quotes)")
        if column.kind == "datetime" and not typed:
            return _read_datetime(str(cell), timezone)
        if column.kind == "date" and not typed:
            return _read_day(str(cell))
        return _parse_text(column.kind, str(cell))

    return parse


def _parse_text(kind: Kind, text: str) -> Any:
    if kind == "flag":
        if text.lower() not in _FLAGS:
            raise ValueError("must be 1 or 0")
        return _FLAGS[text.lower()]
    parsers: dict[str, Callable[[str], Any]] = {
        "name": parse_name,
        "date": parse_date,
        "datetime": parse_datetime,
        "time": parse_time,
    }
    return parsers[kind](text) if kind in parsers else text


def _read_datetime(text: str, timezone: str | None) -> datetime:
    """Read a date and time in any form that has one reading only.

    The usual form is tried first: for it pandas need not be loaded.
    """
    try:
        return parse_datetime(text)
    except ValueError:
        from planner.formats.base.datetimes import IN_TABLE, DateTimeForm, read_datetime

        return read_datetime(text, DateTimeForm(timezone=timezone, advice=IN_TABLE))


def _read_day(text: str) -> date:
    """A date in any form that can be read in one way only."""
    try:
        return parse_date(text)
    except ValueError as error:
        try:
            read = _read_datetime(text, None)
        except ValueError:
            raise error from None
        if read.time() != time.min:
            raise error
        return read.date()


def _read_number(column: Column, text: str) -> float | int:
    if column.kind == "count":
        if not _COUNT.fullmatch(text):
            raise ValueError("must be a whole number" + write_instead(text, whole=True))
        return int(text)
    if not _NUMBER.fullmatch(text):
        raise ValueError("must be a number" + write_instead(text))
    return float(text)


def _typed_number(column: Column, value: Any) -> float | int:
    whole = column.kind == "count"
    if isinstance(value, bool) or not isinstance(value, int if whole else (int, float)):
        words = "must be a whole number" if whole else "must be a number"
        raise ValueError(words + write_instead(value, whole))
    return int(value) if whole else float(value)


def _limited(column: Column, value: float | int, currency: str) -> float | int:
    if value != value or value in (float("inf"), float("-inf")):
        raise ValueError("must be a finite number")
    if value < column.low or (column.above_low and value == column.low):
        raise ValueError(
            f"must be {'more than' if column.above_low else 'at least'} {column.low:g}"
        )
    if value > column.high:
        raise ValueError(f"must be at most {column.high:g}")
    return money_minor(value, currency) if column.kind == "money" else value
