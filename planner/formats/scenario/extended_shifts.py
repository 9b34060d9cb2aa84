"""Extended shifts: a shift that continues into overtime.

It is a shift of its own, which only some crews may work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planner.domain.horizon import DAY_S, HOUR_S, Interval, Shift
from planner.formats.base.findings import Findings, shown
from planner.formats.base.value_types import LONGEST_NAME
from planner.formats.base.yaml_source import Document
from planner.formats.scenario.site_schema import SiteFile
from planner.formats.scenario.staff_schema import CrewFile, ShiftFile


def extended(shift: Shift, hours: float) -> Shift | None:
    """A shift with so many hours more at its end and the same breaks.

    None when it would last longer than a day.
    """
    end_s = shift.end_s + round(hours * HOUR_S)
    if end_s - shift.start_s > DAY_S:
        return None
    return replace(shift, name=f"{shift.name}+{hours:g}h", end_s=end_s, extends=shift.name)


def extended_by(crew: CrewFile, shifts: Sequence[Shift], opening: Interval) -> Iterator[Shift]:
    """The extended shifts of a crew that bring more seconds of work at its site.

    Parameters
    ----------
    crew : CrewFile
        The crew.
    shifts : sequence of Shift
        Shifts of the scenario.
    opening : tuple of (int, int)
        Opening hours of the site, in seconds after midnight.

    Yields
    ------
    Shift
        In the order of the shifts.
    """
    for shift in shifts if crew.overtime_hours else ():
        longer = extended(shift, crew.overtime_hours)
        if longer is not None and _work_s(longer, opening) > _work_s(shift, opening):
            yield longer


def _work_s(shift: Shift, opening: Interval) -> int:
    return sum(b - a for a, b in shift.working(0, opening))


def extended_shifts(
    crews: Sequence[CrewFile], shifts: Sequence[Shift], sites: Sequence[SiteFile]
) -> list[tuple[Shift, ...]]:
    """The extended shifts of every crew; a crew without a site is at the first.

    Parameters
    ----------
    crews : sequence of CrewFile
        Crews as written.
    shifts : sequence of Shift
        Regular shifts.
    sites : sequence of SiteFile
        Sites as written.

    Returns
    -------
    list of tuple of Shift
        One tuple for each crew.
    """
    opening = {site.name: site.opening for site in sites}
    return [
        tuple(extended_by(c, shifts, opening.get(c.site or sites[0].name, (0, DAY_S))))
        for c in crews
    ]


def check_overtime(
    document: Document,
    crews: Sequence[CrewFile],
    shifts: Sequence[ShiftFile],
    sites: Sequence[SiteFile],
    findings: Findings,
) -> None:
    """Check the extended shifts of crews.

    Their names are free and short enough, and a crew that may extend shifts has one that it can
    extend.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    crews : sequence of CrewFile
        Crews as written.
    shifts : sequence of ShiftFile
        Shifts as written.
    sites : sequence of SiteFile
        Sites as written.
    findings : Findings
        Takes what is wrong.
    """
    taken, regular = {s.name for s in shifts}, [s.to_shift() for s in shifts]
    for i, (crew, longer) in enumerate(
        zip(crews, extended_shifts(crews, regular, sites), strict=True)
    ):
        path = ("crews", i, "overtime_hours")
        for shift in longer:
            if shift.name in taken:
                words = (
                    f"a shift has the name of {shift.extends} with this overtime, "
                    f"{shown(shift.name)}: rename it"
                )
                findings.add(document, path, words)
            elif len(shift.name) > LONGEST_NAME:
                words = (
                    f"the name of {shift.extends} with this overtime is too long: at most "
                    f"{LONGEST_NAME} characters"
                )
                findings.add(document, path, words)
        if crew.overtime_hours and not longer:
            words = (
                f"crew {crew.name}: overtime adds no work, the site is closed then or the "
                "shifts last a day already"
            )
            findings.warn(words)
