"""staff.csv -> named people: their crew, what they can do, and on which days."""

from __future__ import annotations

from collections import Counter
from typing import Any

from planner.domain.horizon import Horizon
from planner.domain.named_staff import Person
from planner.domain.workforce import EVENING_BEFORE
from planner.formats.base.columns import STAFF
from planner.formats.base.findings import shown
from planner.formats.base.value_types import parse_date, parse_name
from planner.formats.scenario.table_rows import CheckedTable
from planner.formats.tables.tables import read_cells

_SEPARATORS = ";；"  # between the parts of a cell
_RANGE = ".."


def to_people(checked: CheckedTable, horizon: Horizon, currency: str) -> tuple[Person, ...] | None:
    """Read named people; days outside the horizon do no harm.

    Parameters
    ----------
    checked : CheckedTable
        Table with the columns `STAFF`.
    horizon : Horizon
        Days that are planned.
    currency : str
        ISO 4217 code of the scenario.

    Returns
    -------
    tuple of Person or None
        In the order of site, crew and name; None with findings.
    """
    findings = checked.findings
    cells = read_cells(checked.table, STAFF, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    people: list[Person] = []
    seen: set[tuple[str, str]] = set()
    of_crew: Counter[tuple[str, str]] = Counter()
    for row in range(checked.table.rows):
        cell = {column: values[row] for column, values in cells.items()}
        cell["site"] = cell["site"] or checked.only_site
        person = _person(checked, row, cell, horizon)
        if person is None:
            continue
        if (person.site, person.name) in seen:
            checked.add(row, "name", f"stands twice at this site, got {shown(person.name)}")
        seen.add((person.site, person.name))
        people.append(person)
        of_crew[person.site, person.crew] += 1
        _check_size(checked, row, person, of_crew[person.site, person.crew])
    if len(findings.found) > before:
        return None
    return tuple(sorted(people, key=lambda p: (p.site, p.crew, p.name)))


def _person(
    checked: CheckedTable, row: int, cell: dict[str, Any], horizon: Horizon
) -> Person | None:
    """The person of a row; None where even the crew is unknown."""
    names, site, crew = checked.names, cell["site"], cell["crew"]
    skills = _parts(checked, row, "skills", cell["skills"])
    shifts = _parts(checked, row, "shifts", cell["shifts"])
    days = _days(checked, row, "availability", cell["availability"], horizon)
    off = _days(checked, row, "unavailable", cell["unavailable"], horizon) or frozenset()
    for name in shifts:
        checked.check_name(row, "shifts", name, names.shifts, "shift")
    if site is None:
        checked.add(row, "site", "is needed where there are several sites")
        return None
    if not checked.check_name(row, "site", site, names.sites):
        return None
    here = names.crews_at.get(site, ())
    if names.crews and not here:
        checked.add(row, "crew", f"site {site} has no crew")
        return None
    if not checked.check_name(row, "crew", crew, here):
        return None
    _check_skills(checked, row, (site, crew), skills)
    every_day = frozenset(range(EVENING_BEFORE, horizon.days))
    available = every_day if days is None else days
    if names.crews.get((site, crew), False):  # a booking is not broken by days without work
        off -= names.days_off.get(site, frozenset())
        available |= names.days_off.get(site, frozenset())
    return Person(
        name=cell["name"],
        site=site,
        crew=crew,
        skills=tuple(sorted(skills)),
        available_days=available - off,
        shifts=tuple(sorted(shifts)),
    )


def _check_skills(
    checked: CheckedTable, row: int, site_crew: tuple[str, str], skills: list[str]
) -> None:
    """Check that skills are processes of the site which the crew does."""
    site, crew = site_crew
    processes = checked.names.processes.get(site, ())
    able = checked.names.abilities.get(site_crew, ())
    for name in skills:
        exists = checked.check_name(row, "skills", name, processes, "process")
        if exists and able and name not in able:
            words = f"crew {crew} does not do {name}; it does {', '.join(able)}"
            checked.add(row, "skills", words)


def _check_size(checked: CheckedTable, row: int, person: Person, count: int) -> None:
    """Check that a crew has no more named people (`count` so far) than people.

    Reported once, at the first row that is too many.
    """
    limit = checked.names.limits.get((person.site, person.crew))
    if limit is not None and count == limit + 1:
        words = (
            f"crew {person.crew} at {person.site} has {limit} people, so no more than {limit} "
            "can have a name"
        )
        checked.add(row, "crew", words)


def _split(text: str) -> list[str]:
    """The parts of a cell, without empty ones."""
    for mark in _SEPARATORS[1:]:
        text = text.replace(mark, _SEPARATORS[0])
    return [part.strip() for part in text.split(_SEPARATORS[0]) if part.strip()]


def _parts(checked: CheckedTable, row: int, column: str, text: str) -> list[str]:
    """Names separated by `;`; one that stands twice is a finding."""
    found: list[str] = []
    for part in _split(text):
        try:
            name = parse_name(part)
        except ValueError as error:
            checked.add(row, column, f"{error}, got {shown(part)}")
            continue
        if name in found:
            checked.add(row, column, f"stands twice, got {shown(name)}")
        else:
            found.append(name)
    return found


def _days(
    checked: CheckedTable, row: int, column: str, text: str, horizon: Horizon
) -> frozenset[int] | None:
    """Days of the horizon, and the one before, by dates and ranges separated by `;`.

    None where the cell is empty.
    """
    parts = _split(text)
    found: set[int] = set()
    for part in parts:
        try:
            begin, _, end = part.partition(_RANGE)
            first = horizon.day_of(parse_date(begin.strip()))
            last = horizon.day_of(parse_date(end.strip())) if _RANGE in part else first
        except ValueError as error:
            words = f'{error}, or a range such as "2026-11-10..2026-11-12", got {shown(part)}'
            checked.add(row, column, words)
            continue
        if last < first:
            checked.add(row, column, f"a range must not end before it begins, got {part}")
        found |= set(range(max(first, EVENING_BEFORE), min(last, horizon.days - 1) + 1))
    return frozenset(found) if parts else None
