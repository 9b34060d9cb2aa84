"""Demand sections -> Demand: stated baseline, history counts, events."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.demand import Baseline, Demand, scaled
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S, Horizon
from planner.domain.order_history import History, OpenDay
from planner.domain.platform import OwnDeadline
from planner.domain.products import Product, Region
from planner.domain.wording import counted
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.columns import COUNTS, LOG
from planner.formats.base.datetimes import IN_LOG
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames
from planner.formats.base.value_types import NO_CURRENCY, SUM_TOLERANCE
from planner.formats.base.yaml_source import Document
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import count_orders, open_log, read_orders
from planner.formats.scenario.calendars import holidays_around
from planner.formats.scenario.demand_schema import (
    DemandFile,
    EventFile,
    HistoryFile,
    OpenDayFile,
    OwnDeadlineFile,
)
from planner.formats.scenario.platform_schema import WEEKDAYS
from planner.formats.scenario.region_references import numbers_of, region_numbers
from planner.formats.tables.table_files import open_table_file, placed
from planner.formats.tables.tables import Table, read_cells, table_of_file

_EPOCH = datetime(1970, 1, 1)
_MOST_HOURS = 24 * 366 * 10


def to_baseline(stated: DemandFile, horizon: Horizon) -> Baseline | None:
    """Orders per hour of the horizon from a daily mean and a profile of a day or a week.

    None where no daily mean is stated. A weekly profile begins on Monday 00:00.
    """
    if stated.baseline_orders_per_day is None:
        return None
    profile = np.array(stated.hourly_profile or [1.0] * 24)
    days = len(profile) // 24
    profile = profile * (stated.baseline_orders_per_day * days / profile.sum())
    first = horizon.start.weekday() * 24 if days == 7 else 0
    hours = (first + np.arange(horizon.days * 24)) % len(profile)
    return Baseline(profile[hours], stated.day_cv, stated.hour_cv)


def to_event(
    stated: EventFile, horizon: Horizon, regions: tuple[str, ...], products: tuple[str, ...]
) -> Event:
    """Turn a stated event into one in seconds of the horizon.

    Parameters
    ----------
    stated : EventFile
        Event as written.
    horizon : Horizon
        Days that are planned.
    regions, products : tuple of str
        Names in the order of the problem, which the shares of the event get.

    Returns
    -------
    Event
        Its own mixes sum to 1; None where it states none.
    """
    return Event(
        name=stated.name,
        at_s=horizon.second(stated.at),
        median=stated.orders.median,
        p95=stated.orders.p95,
        ramp_s=stated.ramp_minutes * 60,
        half_life_s=stated.half_life_hours * HOUR_S,
        pull_forward=stated.pull_forward,
        region_share=_mix(stated.regions, regions),
        product_share=_mix(stated.products, products),
        region_concentration=stated.region_concentration,
        mix_concentration=stated.mix_concentration,
        deadline=to_own_deadline(stated.deadline, horizon),
    )


def to_own_deadline(stated: OwnDeadlineFile | None, horizon: Horizon) -> OwnDeadline | None:
    """The deadline of an event's orders; of the minute by which they are due, all of it counts."""
    if stated is None:
        return None
    by_s = None if stated.by is None else horizon.second(stated.by) + 59
    return OwnDeadline(hours=stated.hours, working_days=stated.working_days, by_s=by_s)


def _mix(stated: dict[str, float] | None, names: tuple[str, ...]) -> tuple[float, ...] | None:
    """Shares by name as a vector in the order of the names, scaled to 1."""
    if stated is None:
        return None
    total = sum(stated.values())
    return tuple(stated.get(name, 0.0) / total for name in names)


def check_events(
    document: Document, stated: DemandFile, horizon: Horizon, findings: Findings
) -> None:
    """Check that events lie in the horizon and that their mixes sum to 1.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    stated : DemandFile
        Its demand section.
    horizon : Horizon
        Days that are planned.
    findings : Findings
        Takes what is wrong.
    """
    for i, event in enumerate(stated.events):
        path = ("demand", "events", i)
        if not 0 <= horizon.second(event.at) < horizon.reported_end_s:
            until = horizon.at(horizon.reported_end_s)
            words = (
                f"must lie in the horizon, {horizon.start:%Y-%m-%dT%H:%M} until "
                f"{until:%Y-%m-%dT%H:%M}"
            )
            findings.add(
                document,
                (*path, "at"),
                f"{words}, got {shown(event.at.isoformat(timespec='minutes'))}",
            )
        if event.deadline and event.deadline.by and event.deadline.by <= event.at:
            got = shown(event.deadline.by.isoformat(timespec="minutes"))
            words = f"must be after the event begins, got {got}"
            findings.add(document, (*path, "deadline", "by"), words)
        for key, mix in (("regions", event.regions), ("products", event.products)):
            if mix is not None and abs(sum(mix.values()) - 1) > SUM_TOLERANCE:
                findings.add(
                    document,
                    (*path, key),
                    f"shares must sum to 1, they sum to {sum(mix.values()):g}",
                )


def _to_open_day(stated: date | OpenDayFile) -> OpenDay:
    """A date, or a date with the weekday it trades like."""
    if isinstance(stated, date):
        return OpenDay(stated)
    return OpenDay(stated.date, WEEKDAYS.index(stated.like) if stated.like else None)


def check_open_days(
    document: Document, stated: DemandFile, horizon: Horizon, findings: Findings
) -> None:
    """Check that dates stated as open or closed lie in the horizon, each once.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    stated : DemandFile
        Its demand section.
    horizon : Horizon
        Days that are planned.
    findings : Findings
        Takes what is wrong.
    """
    if stated.history is None:
        return
    path, seen = ("demand", "history"), set()
    places = [
        (("open_days", i), _to_open_day(day).day) for i, day in enumerate(stated.history.open_days)
    ]
    places += [(("closed_days", i), day) for i, day in enumerate(stated.history.closed_days)]
    for place, day in places:
        if not 0 <= horizon.day_of(day) < horizon.days:
            words = (
                f"must lie in the horizon, {horizon.start:%Y-%m-%d} to "
                f"{horizon.date_of(horizon.days - 1)}"
            )
            findings.add(document, (*path, *place), f"{words}, got {day}")
        elif day in seen:
            findings.add(document, (*path, *place), f"{day} is stated twice as open or closed")
        seen.add(day)


@dataclass(frozen=True)
class HistoryRequest:
    """A history that a scenario names, and what it is read for.

    Attributes
    ----------
    stated : HistoryFile
        Its section.
    regions : tuple of Region
        Regions that orders are counted by.
    known_until : datetime
        Local time from which on orders are not known.
    timezone : str or None
        IANA zone; times with an offset from UTC become its local time. None where the scenario
        states none.
    """

    stated: HistoryFile
    regions: tuple[Region, ...]
    known_until: datetime
    timezone: str | None

    @property
    def known_hours(self) -> int:
        """Hours since 1970 that are known."""
        return (self.known_until - _EPOCH) // timedelta(hours=1)


def load_history(document: Document, request: HistoryRequest, findings: Findings) -> History | None:
    """Count the orders of a log or a counts file by hour and region.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    request : HistoryRequest
        Which file, and up to when.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    History or None
        None with findings.
    """
    at, stated = ("demand", "history", "path"), request.stated
    path = findings.open(document, at, stated.path, "history")
    if path is None or not _known_columns(document, stated.columns, findings):
        return None
    before = len(findings.found)
    try:
        held = stated.path in findings.inside  # a sheet of counts
        read = _read_counts if held or _is_counts(path, stated) else _read_log
        history = read(path, request, findings)
    except InputError as error:
        findings.found += error.findings
        return None
    if len(findings.found) > before:
        return None
    if history is None or not len(history.counts):
        findings.add(document, at, f"holds nothing from before {request.known_until:%Y-%m-%d}")
        return None
    if len(history.counts) > _MOST_HOURS:
        findings.add(document, at, "spans more than ten years; is a date wrong?")
        return None
    return replace(
        history,
        scale=stated.scale,
        lift=stated.lift,
        open_days=tuple(_to_open_day(day) for day in stated.open_days),
        closed_days=tuple(stated.closed_days),
        holidays=holidays_around(history, stated.holidays),
    )


def _known_columns(document: Document, rename: dict[str, str], findings: Findings) -> bool:
    """Whether all columns that are named are those of a history; otherwise with findings."""
    known = sorted({column.name for column in (*LOG, *COUNTS)})
    unknown = [key for key in rename if key not in known]
    for key in unknown:
        at = ("demand", "history", "columns", key)
        findings.add(document, at, "unknown column" + findings.hint(key, known))
    return not unknown


def _is_counts(path: Path, stated: HistoryFile) -> bool:
    """Whether the file has a column of orders; otherwise it is a log."""
    names = {column.name: stated.columns.get(column.name, column.name) for column in COUNTS}
    table = open_table_file(
        path, stated.path, score=lambda row: len(set(names.values()) & set(row))
    )
    return names["orders"] in table.columns and "ordered_at" not in stated.columns


def _read_log(path: Path, request: HistoryRequest, findings: Findings) -> History | None:
    """Orders of a log per hour and region; None with findings."""
    stated, regions, until = request.stated, request.regions, request.known_until
    form = _log_form(request)
    log = read_orders(path, stated.path, form)
    for words in (*log.notes, *log.warnings, *log.left_out.words()):
        findings.warn(f"{stated.path}: {words}")
    rows = np.bincount(log.region_code, minlength=len(log.regions)).tolist()
    number, wrong = numbers_of(log.regions, rows, regions)
    if wrong:
        column = log.names.get("region", "region")
        unknown = [
            Finding(stated.path, log.region_line[k], 0, column, words) for k, words in wrong.items()
        ]
        findings.found += placed(unknown, path, open_log(path, stated.path, form))
        return None
    _refuse_many((log.last - log.first) // timedelta(hours=1) + 1, len(regions), stated.path)
    history = count_orders(log, number, len(regions), until)
    left_out = len(log) - int(history.counts.sum())
    if 0 < left_out < len(log):
        findings.warn(f"history: {counted(left_out, 'order')} from {until:%Y-%m-%d} on left out")
    return history


def _log_form(request: HistoryRequest) -> LogForm:
    """How the log of a scenario is read."""
    known = tuple(column.name for column in LOG)
    return LogForm(
        columns={key: name for key, name in request.stated.columns.items() if key in known},
        known=known,
        guessed=tuple(key for key in known if key != "region" or len(request.regions) > 1),
        timezone=request.timezone,
        advice=IN_LOG,
        region_needed=False,
        region_of=RegionNames.of(request.regions).find_in_log,
    )


def _read_counts(path: Path, request: HistoryRequest, findings: Findings) -> History | None:
    """A table of counts per hour and region; None when it holds nothing, or with findings."""
    stated = request.stated
    columns = [
        replace(column, name=stated.columns.get(column.name, column.name)) for column in COUNTS
    ]
    held = findings.inside.get(stated.path)
    size = input_limits.TABLES["history (counts)"]
    table = held if isinstance(held, Table) else table_of_file(path, stated.path, columns, size)
    cells = read_cells(
        table, COUNTS, NO_CURRENCY, findings, rename=stated.columns, timezone=request.timezone
    )
    if cells is None:
        return None
    before = len(findings.found)
    column = stated.columns.get("region", "region")
    numbers = region_numbers(table, cells["region"], column, request.regions, findings)
    if len(findings.found) > before:
        return None
    repeated = table.rows - len(set(zip(cells["time"], numbers.tolist(), strict=True)))
    if repeated:
        rows = counted(repeated, "row")
        findings.warn(
            f"history: {rows} with the time and region of another row: their orders are added up"
        )
    hours = np.array([(t - _EPOCH) // timedelta(hours=1) for t in cells["time"]], dtype=np.int64)
    known = hours < request.known_hours
    if not known.any():
        return None
    if not known.all():
        left_out = counted(int((~known).sum()), "row")
        findings.warn(f"history: {left_out} from {request.known_until:%Y-%m-%d} on left out")
    last = int(hours[known].max())
    if not known.all():  # later rows show that the counts reach so far
        last = max(last, request.known_hours - 1)
    orders = np.array(cells["orders"], dtype=np.int64)
    counts = _HourlyCounts(hours[known], numbers[known], orders[known], last)
    return counts.history(len(request.regions), stated.path)


@dataclass(frozen=True, eq=False)
class _HourlyCounts:
    """Rows of a table of counts: hour since 1970, region and orders of each; the last hour."""

    hours: Ints
    regions: Ints
    orders: Ints
    last: int

    def history(self, regions: int, file: str) -> History:
        """Counts by hour and region.

        Raises InputError where there are more than can be held.
        """
        first = int(self.hours.min())
        hours = min(self.last - first, _MOST_HOURS) + 1
        _refuse_many(hours, regions, file)
        counts = np.zeros((hours, regions), dtype=np.int64)
        if hours <= _MOST_HOURS:
            np.add.at(counts, (self.hours - first, self.regions), self.orders)
        return History(start_hour=first, counts=counts)


def _refuse_many(hours: int, regions: int, file: str) -> None:
    """Raise InputError where the counts of a history are more than can be held."""
    if hours * regions > input_limits.COUNTS:
        words = (
            f"{hours:,} hours of {regions:,} regions are more numbers than can be held, "
            f"{input_limits.COUNTS:,}"
        )
        raise InputError(
            [Finding(file, 0, 0, "", f"{words}: leave old hours out, or name larger regions")]
        )


def to_demand(
    stated: DemandFile,
    horizon: Horizon,
    regions: tuple[Region, ...],
    products: tuple[Product, ...],
    *,
    history: History | None,
    given: GivenDemand | None,
) -> Demand:
    """Put the demand of a scenario together.

    Parameters
    ----------
    stated : DemandFile
        The demand section.
    horizon : Horizon
        Days that are planned.
    regions, products : tuple
        Regions and product classes; their shares are those of orders without a mix of their own.
    history : History or None
        Past orders, where the section names some.
    given : GivenDemand or None
        The user's own forecast, where the section names one.

    Returns
    -------
    Demand
        Baseline, history or forecast, and events.
    """
    region_names = tuple(region.name for region in regions)
    product_names = tuple(product.name for product in products)
    demand = Demand(
        events=tuple(
            to_event(event, horizon, region_names, product_names) for event in stated.events
        ),
        region_share=np.array([region.share for region in regions]),
        product_share=np.array([product.share for product in products]),
        baseline=to_baseline(stated, horizon),
        history=history,
        given=given,
        region_concentration=stated.region_concentration,
        mix_concentration=stated.mix_concentration,
        size_correlation=stated.size_correlation,
        priority_share=stated.priority_share,
    )
    return demand if stated.scale == 1.0 else scaled(demand, stated.scale)
