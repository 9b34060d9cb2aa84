"""Checks across sections: what is right by itself but does not fit together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np

from planner.domain.contracts import HEAVIEST_G
from planner.domain.crew_days import crew_days
from planner.domain.deadline_classes import rules_of
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.money import to_major
from planner.domain.named_staff import longest_booking
from planner.domain.problem import Problem
from planner.domain.site import CLOSED
from planner.domain.workforce import Crew
from planner.formats.base import input_limits
from planner.formats.base.findings import Findings, shown
from planner.formats.base.timezones import parse_timezone
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.base.yaml_source import Document, KeyPath
from planner.formats.scenario.calendar_checks import (
    check_calendars,
    check_open_days,
    warn_about_make_up_days,
)
from planner.formats.scenario.defaults import warn_about_couriers
from planner.formats.scenario.disruption_schema import DisruptionFile
from planner.formats.scenario.extended_shifts import check_overtime
from planner.formats.scenario.horizon_schema import HorizonFile
from planner.formats.scenario.levers import check_levers
from planner.formats.scenario.partial_scenario import PartialScenario
from planner.formats.scenario.platform_checks import check_platforms
from planner.formats.scenario.risks import check_risks
from planner.formats.scenario.site_schema import CollectionFile, SiteFile


def check_sections(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Run every check whose sections could be read.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    read : PartialScenario
        What could be read.
    findings : Findings
        Takes what is wrong.
    """
    parts = read.parts
    _check_timezone(document, parts["timezone"], parts["horizon"], findings)
    check_calendars(document, read, findings)
    warn_about_make_up_days(read, findings)
    check_platforms(document, read, findings)
    for i, site in enumerate(parts["sites"] or ()):
        _check_site(document, i, site, read, findings)
    for i, crew in enumerate(parts["crews"] or ()):
        if crew.site is None and len(document.data.get("sites") or ()) > 1:
            findings.add(document, ("crews", i, "site"), "is needed where there are several sites")
    if parts["crews"] and parts["shifts"] and parts["sites"]:
        check_overtime(document, parts["crews"], parts["shifts"], parts["sites"], findings)
    _check_returns(document, read, findings)
    _check_leftover(document, read, findings)
    for i, disruption in enumerate(parts["disruptions"] or ()):
        _check_disruption(document, i, disruption, parts["horizon"], findings)
    _check_planned_on(document, parts["planned_on"], parts["horizon"], findings)
    if parts["levers"] is not None:
        check_levers(document, parts["levers"], read, findings)
    if (
        read.currency == NO_CURRENCY
        and "currency" not in document.data
        and document.data.get("contracts")
    ):
        findings.add(document, ("currency",), "is missing: contracts have prices")


def _check_planned_on(
    document: Document, on: date | None, horizon: HorizonFile | None, findings: Findings
) -> None:
    if on is not None and horizon is not None and on > horizon.start.date():
        findings.add(
            document,
            ("planned_on",),
            f"must not be after the horizon's start, got {shown(str(on))}",
        )


def _check_timezone(
    document: Document, name: str | None, horizon: HorizonFile | None, findings: Findings
) -> None:
    if name is None:
        return
    try:
        zone = parse_timezone(name)
    except ValueError as error:
        findings.add(document, ("timezone",), str(error))
        return
    if horizon is None:
        return
    days = horizon.days + horizon.tail_days
    midnights = [horizon.start + timedelta(days=day) for day in range(days + 1)]
    if len({zone.utcoffset(midnight) for midnight in midnights}) > 1:
        findings.warn(
            f"timezone: the clocks of {name} change within the horizon; every day is planned with "
            "24 hours"
        )


def _check_site(
    document: Document, i: int, site: SiteFile, read: PartialScenario, findings: Findings
) -> None:
    path: KeyPath = ("sites", i)
    if site.region is None and read.regions is not None and len(read.regions) > 1:
        findings.add(document, (*path, "region"), "is missing: there are several regions")
    for k, collection in enumerate(site.collections):
        _check_collection(document, (*path, "collections", k), collection, site, findings)
    seen: set[tuple[str, int]] = set()
    for k, collection in enumerate(site.collections):
        for at in collection.at:
            if (collection.contract, at) in seen:
                findings.add(
                    document,
                    (*path, "collections", k, "at"),
                    f"{_clock(at)} stands twice for this contract",
                )
            seen.add((collection.contract, at))


def _check_collection(
    document: Document,
    path: KeyPath,
    collection: CollectionFile,
    site: SiteFile,
    findings: Findings,
) -> None:
    """Check that a pick-up comes while the site is open on some weekday on which both are there."""
    opening = site.opening
    openings = {site.open.of_weekday(day) for day in collection.days} if site.open else {opening}
    openings = openings - {CLOSED} or {opening}
    for k, at in enumerate(collection.at):
        if not any(a <= t <= b for a, b in openings for t in (at, at + DAY_S)):
            hours = f"{_clock(opening[0])} to {_clock(opening[1])}"
            exact = (*path, "at", k)
            where = exact if exact in document.places else (*path, "at")
            findings.add(
                document, where, f"must lie in the opening hours, {hours}, got {shown(_clock(at))}"
            )


def _clock(second: int) -> str:
    hour = second // HOUR_S
    return f"{hour if hour <= 24 else hour - 24:02d}:{second % HOUR_S // 60:02d}"


def _check_returns(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Check that returns have a share, a lag and somebody who receives them."""
    sites, returns = read.parts["sites"], read.parts["returns"]
    if sites is None or read.products is None:
        return
    if any(p.return_share for p in read.products):
        if "returns" not in document.data:
            findings.warn(
                "returns: products have a return_share, but without `returns` nothing comes back"
            )
        elif returns is not None and not any(s.receive for s in sites):
            findings.warn("returns: no site has a `receive` process, so returns make no work")


def _check_leftover(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Check that a unit left over costs no less than it cost to bring in."""
    stated = [p for p in read.products or () if p.leftover_cost_minor is not None]
    if not stated or read.parts["sites"] is None:
        return
    least = min(stated, key=lambda p: p.leftover_cost_minor or 0)
    for i, site in enumerate(read.parts["sites"]):
        if site.inbound_cost_per_unit > (least.leftover_cost_minor or 0):
            inbound, whole = (
                to_major(minor, read.currency)
                for minor in (site.inbound_cost_per_unit, least.leftover_cost_minor or 0)
            )
            findings.add(
                document,
                ("sites", i, "inbound_cost_per_unit"),
                f"is {inbound}, and the leftover_cost of product {least.name} {whole}: what a unit "
                "left over costs includes bringing it in, so state at least as much there",
            )


def _check_disruption(
    document: Document,
    i: int,
    disruption: DisruptionFile,
    horizon: HorizonFile | None,
    findings: Findings,
) -> None:
    if horizon is None:
        return
    end = horizon.start + timedelta(days=horizon.days + horizon.tail_days)
    if disruption.to <= horizon.start or disruption.from_ >= end:
        findings.add(document, ("disruptions", i, "from"), "must lie in the horizon")


def check_problem(document: Document, problem: Problem, findings: Findings) -> None:
    """Check that a complete problem can be planned and simulated.

    Every region can be reached, every process has people, and what is stated for today can be done.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    problem : Problem
        The scenario.
    findings : Findings
        Takes what is wrong, and warnings.
    """
    ways = len(problem.regions) * sum(len(problem.carriers_at(site)) for site in problem.sites)
    if ways > input_limits.LANES:
        words = (
            f"{ways:,} ways from sites to regions by contracts; at most "
            f"{input_limits.LANES:,} can be planned"
        )
        findings.add(
            document, ("sites",), f"{words}: name larger regions, or fewer contracts", at_key=True
        )
        return
    lanes = set(problem.lanes())
    served = {region for _, region, _ in lanes}
    for region in problem.region_names:
        if region not in served:
            words = f"no contract that is collected anywhere serves region {region}"
            findings.add(document, ("contracts",), words, at_key=True)
    for i, site in enumerate(problem.sites):
        for process in site.processes:
            if not any(c.site == site.name and c.may_do(process.name) for c in problem.crews):
                path = ("sites", i, "processes", process.name)
                findings.add(document, path, "no crew of this site does it", at_key=True)
            if process.min_people > process.stations:
                at: KeyPath = ("sites", i, "processes", process.name, "min_people")
                words = f"must not be above the {process.stations:,} stations"
                findings.add(document, at, f"{words}, got {process.min_people:,}")
    warn_about_couriers(problem, findings)
    check_risks(document, problem, findings)
    check_open_days(document, problem, findings)
    _warn_about_targets(problem, findings)
    _check_routing(document, problem, lanes, findings)
    _check_disruption_names(document, problem, findings)
    _check_bookings(document, problem, findings)
    _warn_about_idle_crews(problem, findings)
    _warn_about_stock(problem, findings)


def _check_routing(
    document: Document, problem: Problem, lanes: set[tuple[str, str, str]], findings: Findings
) -> None:
    """Check that stated shares use lanes that exist and route every region once.

    That is at every time and weight.
    """
    if problem.routing is None:
        return
    path: KeyPath = ("routing",)
    for row in problem.routing:
        if row.share > 0 and (row.site, row.region, row.contract) not in lanes:
            words = f"{row.contract or 'no courier'} does not carry from {row.site} to {row.region}"
            findings.add(document, path, words)
    routed: dict[str, set[tuple[int, int, int, int]]] = {}
    for row in problem.routing:
        routed.setdefault(row.region, set()).add((row.from_s, row.to_s, row.above_g, row.to_g))
    words = "must be routed once at every time of the horizon: a period is missing or twice"
    for region in problem.region_names:
        boxes = routed.get(region, set())
        weights = {0, HEAVIEST_G}
        for _, _, above, to in boxes:
            weights |= {above, to}
        for above in sorted(weights)[:-1]:
            periods = [(begin, end) for begin, end, low, high in boxes if low <= above < high]
            if not _covers_once(periods, problem.horizon.end_s):
                of_weight = f" above {above:,} g" if len(weights) > 2 else ""
                findings.add(document, path, f"region {region}{of_weight} {words}")


def _covers_once(periods: list[tuple[int, int]], end_s: int) -> bool:
    """Whether periods follow each other from 0 to `end_s` without gap or overlap."""
    covered_s = 0
    for begin, end in sorted(periods):
        if begin != covered_s:
            return False
        covered_s = end
    return covered_s == end_s


def _check_disruption_names(document: Document, problem: Problem, findings: Findings) -> None:
    """Check that a disruption at a named site hits a crew or contract there.

    A cut needs an allotment.
    """
    crews = {(c.site, c.name) for c in problem.crews}
    collected = {(s.name, c.contract) for s in problem.sites for c in s.collections}
    for i, d in enumerate(problem.disruptions):
        path: KeyPath = ("disruptions", i)
        if d.site and d.crew and (d.site, d.crew) not in crews:
            findings.add(document, (*path, "crew"), f"no crew {d.crew} at site {d.site}")
        if d.site and d.contract and (d.site, d.contract) not in collected:
            findings.add(
                document,
                (*path, "contract"),
                f"contract {d.contract} does not collect at site {d.site}",
            )
        if d.kind == "allotment_cut":
            affected = [c for c in problem.contracts if d.contract in ("", c.name)]
            if all(c.commitment.allotment_per_day is None for c in affected):
                findings.warn(f"disruptions.{i}: no contract it affects has an allotment to cut")


def _check_bookings(document: Document, problem: Problem, findings: Findings) -> None:
    """Check that the shortest booking fits the limits on hours and days of temporary people.

    They work on every day they are booked.
    """
    for i, crew in enumerate(problem.crews):
        site = problem.site(crew.site)
        shifts = [s for s in problem.shifts if site.works_in(s)]
        longest = _longest_booking(problem, crew, shifts)
        if crew.temporary and longest is not None and crew.min_days > longest:
            words = (
                f"nobody may work {crew.min_days} days in a row here: the limits on hours and "
                f"days allow {longest}"
            )
            findings.add(document, ("crews", i, "min_days"), words, at_key=True)


def _longest_booking(problem: Problem, crew: Crew, shifts: Sequence[Shift]) -> int | None:
    """Days of work of the longest booking; None where some booking is not limited."""
    on, days = crew_days(problem, crew), problem.horizon.days
    if not on.off:
        return longest_booking(crew, shifts)
    found = []
    for since in on.within(0, days - 1):
        excess = on.first_excess(crew, shifts, since, days)
        if excess is None:
            return None
        found.append(on.tenure(since, excess))
    return max(found, default=None)


def _warn_about_idle_crews(problem: Problem, findings: Findings) -> None:
    """People who can do nothing where they are, or are only there while the site is closed."""
    for site in problem.sites:
        crews = [c for c in problem.crews if c.site == site.name]
        for crew in crews:
            if not any(crew.may_do(process.name) for process in site.processes):
                able = ", ".join(crew.processes)
                findings.warn(
                    f"crew {crew.name}: site {site.name} has none of the processes it can do "
                    f"({able})"
                )
        open_in = {s.name for s in problem.shifts if site.opens_for(s)}
        hours = f"{_clock(site.opening[0])} to {_clock(site.opening[1])}"
        if not open_in:
            findings.warn(f"site {site.name}: every shift lies outside its opening hours, {hours}")
            continue
        for crew in crews:
            roster = problem.roster or ()
            on = {r.shift for r in roster if (r.site, r.crew) == (site.name, crew.name)}
            closed = sorted(on - open_in)
            if closed:
                which = f"shift {'/'.join(closed)}" if on & open_in else "every shift"
                words = (
                    f"{which} of crew {crew.name} at {site.name} lies outside the opening "
                    f"hours, {hours}"
                )
                findings.warn(f"staffing: {words}")


def _warn_about_targets(problem: Problem, findings: Findings) -> None:
    """Warn of targets that every promotion meets that meets the platform's deadline."""
    ordered = np.arange(0, problem.horizon.reported_end_s, HOUR_S)
    longest = max(
        (
            rule.deadlines(ordered, np.full(len(ordered), r), problem.region_names, problem.horizon)
            - ordered
        ).max()
        for r in range(len(problem.regions))
        for rule in rules_of(problem)
    )
    asked = problem.service.on_time_share
    for i, target in enumerate(problem.service.also):
        if target.within_hours * HOUR_S >= longest and target.share <= asked:
            findings.warn(
                f"service.also.{i}: {target.share:g} within {target.within_hours:g} hours never "
                f"binds: {asked:g} by the platform's deadline, at most {longest / HOUR_S:g} hours "
                "after the order, includes it; leave it out, or ask for more or sooner"
            )


def _warn_about_stock(problem: Problem, findings: Findings) -> None:
    """Warn of sites that hold more stock than they can."""
    placed: dict[str, int] = {}
    for row in problem.stock or ():
        placed[row.site] = placed.get(row.site, 0) + row.units
    for site in problem.sites:
        units, capacity = placed.get(site.name, 0), site.stock_capacity_units
        if capacity is not None and units > capacity:
            findings.warn(f"stock: {units:,} units at {site.name}, which holds {capacity:,}")
