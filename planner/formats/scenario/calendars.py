"""Calendars as written -> facts about single days of the horizon."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from planner.domain.horizon import Horizon, Interval, Shift
from planner.domain.order_history import History
from planner.domain.site import CLOSED, KNOWN_BEFORE, Holiday, Site
from planner.domain.workforce import EVENING_BEFORE
from planner.formats.scenario.calendar_schema import (
    NO_COUNTRY,
    WEEKDAYS,
    public_holidays,
    years_of,
)
from planner.formats.scenario.site_schema import CollectionFile, OpeningFile, SiteFile
from planner.formats.scenario.staff_schema import ShiftFile

_EPOCH = datetime(1970, 1, 1)


def around(horizon: Horizon) -> range:
    """Days whose calendar matters: those of the horizon, some before, and the one after."""
    return range(-KNOWN_BEFORE, horizon.days + 1)


def to_shift(stated: ShiftFile, horizon: Horizon) -> Shift:
    """A shift with the days on which it does not begin."""
    return stated.to_shift(off_days(horizon, stated.days, stated.not_on))


def off_days(
    horizon: Horizon, weekdays: Collection[str], not_on: Iterable[date], country: str = NO_COUNTRY
) -> frozenset[int]:
    """Days around the horizon on which something does not happen.

    Parameters
    ----------
    horizon : Horizon
        The days.
    weekdays : collection of str
        Weekdays on which it happens.
    not_on : iterable of date
        Dates on which it does not.
    country : str
        Country on whose public holidays it does not.

    Returns
    -------
    frozenset of int
        Days of the horizon, some of them before it.
    """
    dates = {day: horizon.date_of(day) for day in around(horizon)}
    free = {*not_on, *kept_holidays(horizon, country)}
    return frozenset(
        day for day, on in dates.items() if on in free or WEEKDAYS[on.weekday()] not in weekdays
    )


def collection_off(stated: CollectionFile, horizon: Horizon) -> frozenset[int]:
    """Days on which a pick-up does not come by its own calendar."""
    return off_days(horizon, stated.days, stated.not_on, stated.holidays)


def kept_holidays(horizon: Horizon, country: str) -> dict[date, tuple[str, str]]:
    """Public holidays of a country around the horizon."""
    days = around(horizon)
    first = horizon.date_of(days[0])
    names = public_holidays(country, years_of(first, len(days)))
    return {on: name for on, name in names.items() if horizon.day_of(on) in days}


def holidays_around(history: History, country: str) -> tuple[date, ...]:
    """Public holidays of a country from the first year of a history to the one after its last."""
    hours = (history.start_hour, history.start_hour + len(history.counts))
    first, last = ((_EPOCH + timedelta(hours=hour)).year for hour in hours)
    return tuple(sorted(public_holidays(country, range(first, last + 2))))


def hours_of(opening: OpeningFile | None, horizon: Horizon) -> tuple[tuple[int, Interval], ...]:
    """Opening of the days on which a site does not open as on any other."""
    if opening is None:
        return ()
    closed = {*opening.closed, *kept_holidays(horizon, opening.holidays)} - {*opening.extra_open}
    found = []
    for day in around(horizon):
        on = horizon.date_of(day)
        hours = CLOSED if on in closed else opening.of_weekday(WEEKDAYS[on.weekday()])
        if on in opening.extra_open:
            hours = opening.interval
        if hours != opening.interval:
            found.append((day, hours))
    return tuple(found)


def holidays_of(opening: OpeningFile | None, horizon: Horizon) -> tuple[Holiday, ...]:
    """Public holidays that a site keeps, by day."""
    if opening is None:
        return ()
    kept = kept_holidays(horizon, opening.holidays)
    return tuple(
        Holiday(horizon.day_of(on), *names)
        for on, names in sorted(kept.items())
        if on not in opening.extra_open
    )


@dataclass(frozen=True)
class ShiftDays:
    """When a shift is worked at a site.

    Attributes
    ----------
    off : frozenset of int
        Days, the evening before the horizon included, on which a calendar says it is not.
    overnight : bool
        Whether the one of the evening before works past midnight.
    """

    off: frozenset[int] = frozenset()
    overnight: bool = False


def open_site(stated: SiteFile, horizon: Horizon) -> Site:
    """A site of which nothing but its name and its opening is known."""
    return Site(
        name=stated.name,
        label="",
        region="",
        processes=(),
        opening=stated.opening,
        hours=hours_of(stated.open, horizon),
    )


def shift_days(
    sites: Iterable[Site], shifts: Collection[Shift], horizon: Horizon
) -> dict[tuple[str, str], ShiftDays]:
    """When each shift is worked at each site, by (site, shift).

    Parameters
    ----------
    sites : iterable of Site
        The sites, with their opening.
    shifts : collection of Shift
        The shifts.
    horizon : Horizon
        The days.

    Returns
    -------
    dict of (str, str) to ShiftDays
        For every pair.
    """
    found = {}
    for site in sites:
        for shift in shifts:
            days = range(EVENING_BEFORE, horizon.days) if site.works_in(shift) else ()
            off = frozenset(day for day in days if not site.works_on(shift, day))
            overnight = site.reaches_next_day(shift, EVENING_BEFORE)
            found[site.name, shift.name] = ShiftDays(off, overnight)
    return found
