"""Checks of the platforms of a scenario: shares that sum to 1, names, calendars that are used."""

from __future__ import annotations

from collections import Counter

from planner.formats.base.findings import Findings, nearest, shown
from planner.formats.base.value_types import SUM_TOLERANCE
from planner.formats.base.yaml_source import Document, KeyPath
from planner.formats.scenario.partial_scenario import PartialScenario
from planner.formats.scenario.platform_schema import PlatformFile, PlatformPartFile
from planner.formats.scenario.platforms import name_of_rule

_CALENDAR = ("country", "holidays", "working_days", "cutoff")


def check_platforms(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Check the platforms of a scenario.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    read : PartialScenario
        What could be read.
    findings : Findings
        Takes what is wrong.
    """
    parts: list[PlatformPartFile] = read.parts["platforms"] or []
    demand = read.parts["demand"]
    events = [] if demand is None else demand.events
    if parts:
        _check_shares(document, parts, findings)
        if len(read.platforms) == len(parts):
            _check_names(document, parts, read, findings)
        if demand is not None:
            _check_events(document, parts, [event.name for event in events], findings)
    if not any(event.deadline and event.deadline.working_days for event in events):
        for i, rule in enumerate(read.platforms):
            if rule is not None:
                place: KeyPath = ("platforms", i, "platform") if parts else ("platform",)
                _check_calendar(document, place, rule, findings)


def _check_shares(document: Document, parts: list[PlatformPartFile], findings: Findings) -> None:
    """Whether the platforms have all orders: of the whole, of regions and of events."""
    total = sum(part.share for part in parts)
    if abs(total - 1) > SUM_TOLERANCE:
        words = f"shares must sum to 1, they sum to {total:g}"
        findings.add(document, ("platforms",), words, at_key=True)
    for key in ("share_by_region", "share_by_event"):
        stated = [getattr(part, key) for part in parts]
        for name in dict.fromkeys(name for own in stated for name in own):
            total = sum(own.get(name, part.share) for own, part in zip(stated, parts, strict=True))
            if abs(total - 1) > SUM_TOLERANCE:
                at = next(i for i, own in enumerate(stated) if name in own)
                words = (
                    f"the shares of the platforms must sum to 1 here, they sum to {total:g} (a "
                    "platform that states none has its share of all orders)"
                )
                findings.add(document, ("platforms", at, key, name), words, at_key=True)


def _check_names(
    document: Document, parts: list[PlatformPartFile], read: PartialScenario, findings: Findings
) -> None:
    """Whether two platforms have one name, by which tables tell them apart."""
    names = [
        (rule.name if rule else None) or name_of_rule(part.platform, i)
        for i, (part, rule) in enumerate(zip(parts, read.platforms, strict=True))
    ]
    for name, count in Counter(names).items():
        if count > 1:
            second = [i for i, other in enumerate(names) if other == name][1]
            words = f"two platforms have this name: state another, got {shown(name)}"
            findings.add(document, ("platforms", second, "platform"), words)


def _check_events(
    document: Document, parts: list[PlatformPartFile], events: list[str], findings: Findings
) -> None:
    """Whether the events that platforms name are there."""
    for i, part in enumerate(parts):
        for name in part.share_by_event:
            if name not in events:
                path = ("platforms", i, "share_by_event", name)
                words = f"no event of this name{nearest(name, events)}"
                findings.add(document, path, words, at_key=True)


def _check_calendar(
    document: Document, place: KeyPath, rule: PlatformFile, findings: Findings
) -> None:
    """Whether a calendar is stated that nothing counts by."""
    stated = [key for key in _CALENDAR if getattr(rule, key)]
    if rule.deadline_working_days is None and stated:
        words = (
            f"{', '.join(stated)} belong to deadline_working_days, or to working_days of an "
            "event's deadline; nothing counts working days here"
        )
        findings.add(document, place, words, at_key=True)
