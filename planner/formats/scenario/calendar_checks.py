"""Checks of calendars: dates, holidays that are not announced, and what comes to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from planner.domain.horizon import Horizon
from planner.domain.problem import Problem
from planner.domain.site import CLOSED, KNOWN_BEFORE, Site
from planner.formats.base.findings import Findings, shown
from planner.formats.base.yaml_source import Document, KeyPath
from planner.formats.scenario.calendar_schema import (
    NO_COUNTRY,
    make_up_days,
    unannounced,
    years_of,
)
from planner.formats.scenario.calendars import hours_of, kept_holidays
from planner.formats.scenario.partial_scenario import PartialScenario
from planner.formats.scenario.site_schema import SiteFile
from planner.formats.scenario.staff_schema import ShiftFile


def check_calendars(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Check that dates lie in or just before the horizon, and that its holidays are announced.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    read : PartialScenario
        What could be read.
    findings : Findings
        Takes what is wrong, and warnings.
    """
    parts = read.parts
    if parts["horizon"] is None:
        return
    horizon = parts["horizon"].to_horizon("UTC")
    countries: dict[str, str] = {}
    for at, value in _dated(parts["sites"] or (), parts["shifts"] or ()):
        if isinstance(value, date):
            _check_date(document, at, value, horizon, findings)
        elif value != NO_COUNTRY:
            countries.setdefault(value, ".".join(str(step) for step in at))
    first, days = horizon.date_of(0), horizon.days
    for country, place in countries.items():
        for year in unannounced(country, years_of(first, days)):
            findings.warn(
                f"{place}: the holidays of {country} in {year} are not announced yet; only those "
                "that the law fixes are kept, so state others as dates, and working weekends "
                "under extra_open"
            )
        for on, (name, _) in kept_holidays(horizon, country).items():
            if "estimated" in name and 0 <= horizon.day_of(on) < days:
                findings.warn(f"{place}: the date of {name}, {on}, may still move by a day")


def _dated(
    sites: Sequence[SiteFile], shifts: Sequence[ShiftFile]
) -> Iterator[tuple[KeyPath, date | str]]:
    """Every date and country of a calendar, with its place."""
    for i, site in enumerate(sites):
        if site.open is not None:
            for key, dates in (("closed", site.open.closed), ("extra_open", site.open.extra_open)):
                yield from ((("sites", i, "open", key, k), on) for k, on in enumerate(dates))
            yield ("sites", i, "open", "holidays"), site.open.holidays
        for c, collection in enumerate(site.collections):
            at: KeyPath = ("sites", i, "collections", c)
            yield from (((*at, "not_on", k), on) for k, on in enumerate(collection.not_on))
            yield (*at, "holidays"), collection.holidays
    for i, shift in enumerate(shifts):
        yield from ((("shifts", i, "not_on", k), on) for k, on in enumerate(shift.not_on))


def _check_date(
    document: Document, at: KeyPath, on: date, horizon: Horizon, findings: Findings
) -> None:
    """Add a finding for a date that no day of the horizon has, with one that was meant."""
    if horizon.day_of(on) in range(-KNOWN_BEFORE, horizon.days):
        return
    first, last = horizon.date_of(0), horizon.date_of(horizon.days - 1)
    dates = [horizon.date_of(day) for day in range(horizon.days)]
    meant = [d for d in dates if (d.month, d.day) == (on.month, on.day)]
    hint = f"; did you mean {meant[0]}?" if meant else ""
    findings.add(
        document, at, f"must lie in the horizon, {first} to {last}, got {shown(str(on))}{hint}"
    )


def check_open_days(document: Document, problem: Problem, findings: Findings) -> None:
    """Check that sites open at all, and warn of shifts, pick-ups and days that come to nothing.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    problem : Problem
        The scenario.
    findings : Findings
        Takes what is wrong, and warnings.
    """
    days = range(problem.horizon.reported_days)
    for i, site in enumerate(problem.sites):
        if all(site.is_closed(day) for day in days):
            words = f"closes {site.name} on every day of the horizon"
            findings.add(document, ("sites", i, "open"), words, at_key=True)
            continue
        never = _never_collecting(site, problem.horizon.days)
        for contract in never:
            words = (
                f"{contract} comes to {site.name} on no day of the horizon: state a day on which "
                "it comes, or leave its pick-ups out"
            )
            findings.add(document, ("sites", i, "collections"), words, at_key=True)
        for c in (c for c in site.collections if c.contract not in never):
            which = f"the pick-up of {c.contract} at {_clock(c.at_s)}"
            outside = [
                d for d in days if not (d in c.off or site.is_closed(d) or site.collects(c, d))
            ]
            if outside and len(outside) < len(days):
                dates = ", ".join(str(problem.horizon.date_of(day)) for day in outside)
                findings.warn(
                    f"sites.{i}.collections: {which} does not come to {site.name} on {dates}: it "
                    "lies outside the opening hours of these days"
                )
            if not any(site.collects(c, day) for day in days):
                findings.warn(
                    f"sites.{i}.collections: {which} comes to {site.name} on no day of the horizon"
                )
    for shift in problem.shifts:
        if not shift.extends and shift.off.issuperset(days):
            findings.warn(f"shift {shift.name}: begins on no day of the horizon")


def _never_collecting(site: Site, days: int) -> list[str]:
    """The contracts whose pick-ups at a site all come on none of its days: it has no use there."""
    comes = {c.contract for c in site.collections for day in range(days) if site.collects(c, day)}
    return [
        name for name in dict.fromkeys(c.contract for c in site.collections) if name not in comes
    ]


def warn_about_make_up_days(read: PartialScenario, findings: Findings) -> None:
    """Warn of make-up working days on which a site that keeps the holidays stays closed."""
    if read.parts["horizon"] is None:
        return
    horizon = read.parts["horizon"].to_horizon("UTC")
    years = years_of(horizon.date_of(0), horizon.days)
    for i, site in enumerate(read.parts["sites"] or ()):
        if site.open is None or site.open.holidays == NO_COUNTRY:
            continue
        hours = dict(hours_of(site.open, horizon))
        off = [
            str(on)
            for on in sorted(make_up_days(site.open.holidays, years))
            if 0 <= (day := horizon.day_of(on)) < horizon.days
            and hours.get(day) == CLOSED
            and on not in site.open.closed
        ]
        if off:
            findings.warn(
                f"sites.{i}.open: {site.name} is closed on {', '.join(off)}, when "
                f"{site.open.holidays} works to make up for a holiday; list the date under "
                "extra_open if the site works too"
            )


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second % 3600 // 60:02d}"
