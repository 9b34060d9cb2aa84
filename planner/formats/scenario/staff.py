"""staff.csv -> named people: their crew, what they can do, and on which days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from planner.domain.horizon import Horizon
from planner.domain.named_staff import Person
from planner.domain.workforce import EVENING_BEFORE
from planner.formats.base.columns import STAFF
from planner.formats.base.findings import Findings, shown
from planner.formats.base.value_types import parse_date, parse_name
from planner.formats.scenario.table_rows import KnownNames, check_name
from planner.formats.tables.tables import Table, read_cells

_BETWEEN = ";；"  # what may stand between the parts of a cell
_RANGE = ".."


def to_people(
    table: Table, names: KnownNames, horizon: Horizon, currency: str, findings: Findings
) -> tuple[Person, ...] | None:
    """Named people in the order of site, crew and name; None with findings.

    Days outside the horizon do no harm.
    """
    cells = read_cells(table, STAFF, currency, findings)
    if cells is None:
        return None
    before = len(findings.found)
    only = next(iter(names.sites)) if len(names.sites) == 1 else None
    people: list[Person] = []
    seen: set[tuple[str, str]] = set()
    of_crew: Counter[tuple[str, str]] = Counter()
    for row in range(table.rows):
        cell = {column: values[row] for column, values in cells.items()}
        person = _person(
            table, row, cell | {"site": cell["site"] or only}, names, horizon, findings
        )
        if person is None:
            continue
        if (person.site, person.name) in seen:
            findings.found.append(
                table.finding(row, "name", f"stands twice at this site, got {shown(person.name)}")
            )
        seen.add((person.site, person.name))
        people.append(person)
        of_crew[person.site, person.crew] += 1
        _check_size(table, row, person, of_crew[person.site, person.crew], names, findings)
    return (
        tuple(sorted(people, key=lambda p: (p.site, p.crew, p.name)))
        if len(findings.found) == before
        else None
    )


def _person(
    table: Table,
    row: int,
    cell: dict[str, Any],
    names: KnownNames,
    horizon: Horizon,
    findings: Findings,
) -> Person | None:
    """The person of a row; None where even the crew cannot be told."""
    skills = _parts(table, row, "skills", cell["skills"], findings)
    shifts = _parts(table, row, "shifts", cell["shifts"], findings)
    days = _days(table, row, "availability", cell["availability"], horizon, findings)
    off = _days(table, row, "unavailable", cell["unavailable"], horizon, findings) or frozenset()
    for name in shifts:
        _check_part(table, row, ("shifts", "shift"), name, names.shifts, findings)
    site, crew = cell["site"], cell["crew"]
    if site is None:
        findings.found.append(table.finding(row, "site", "is needed where there are several sites"))
        return None
    if not check_name(table, row, "site", site, names.sites, findings):
        return None
    here = names.crews_at.get(site, ())
    if names.crews and not here:
        findings.found.append(table.finding(row, "crew", f"site {site} has no crew"))
        return None
    if not check_name(table, row, "crew", crew, here, findings):
        return None
    able = names.abilities.get((site, crew), ())
    for name in skills:
        known = _check_part(
            table, row, ("skills", "process"), name, names.processes.get(site, ()), findings
        )
        if known and able and name not in able:
            words = f"crew {crew} does not do {name}; it does {', '.join(able)}"
            findings.found.append(table.finding(row, "skills", words))
    free = frozenset(range(EVENING_BEFORE, horizon.days)) if days is None else days
    return Person(
        cell["name"], site, crew, tuple(sorted(skills)), free - off, tuple(sorted(shifts))
    )


def _check_size(
    table: Table, row: int, person: Person, count: int, names: KnownNames, findings: Findings
) -> None:
    """A crew has no more named people (`count` so far) than people; said once, where the first too
    many stands.
    """
    limit = names.limits.get((person.site, person.crew))
    if limit is not None and count == limit + 1:
        words = (
            f"crew {person.crew} at {person.site} has {limit} people, so no more than {limit} "
            "can have a name"
        )
        findings.found.append(table.finding(row, "crew", words))


def _split(text: str) -> list[str]:
    for mark in _BETWEEN[1:]:
        text = text.replace(mark, _BETWEEN[0])
    return [part.strip() for part in text.split(_BETWEEN[0]) if part.strip()]


def _parts(table: Table, row: int, column: str, text: str, findings: Findings) -> list[str]:
    """Names separated by `;`, each once."""
    found: list[str] = []
    for part in _split(text):
        try:
            found.append(parse_name(part))
        except ValueError as error:
            findings.found.append(table.finding(row, column, f"{error}, got {shown(part)}"))
    return list(dict.fromkeys(found))


def _check_part(
    table: Table,
    row: int,
    place: tuple[str, str],
    name: str,
    known: Collection[str],
    findings: Findings,
) -> bool:
    """Like `check_name` for one of several names in a cell; `place`: (column, what it names)."""
    column, kind = place
    if not known or name in known:
        return True
    words = f"no such {kind}, got {shown(name)}{findings.hint(name, known)}"
    findings.found.append(table.finding(row, column, words))
    return False


def _days(
    table: Table, row: int, column: str, text: str, horizon: Horizon, findings: Findings
) -> frozenset[int] | None:
    """Days of the horizon, and the one before, named by dates and ranges separated by `;` (None:
    nothing is said).
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
            findings.found.append(table.finding(row, column, words))
            continue
        if last < first:
            findings.found.append(
                table.finding(row, column, f"a range must not end before it begins, got {part}")
            )
        found |= set(range(max(first, EVENING_BEFORE), min(last, horizon.days - 1) + 1))
    return frozenset(found) if parts else None
