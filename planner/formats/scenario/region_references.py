"""Regions that a scenario and its tables name.

Every name is checked, then replaced by the scenario's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.domain.products import Region
from planner.errors import Finding
from planner.formats.base import input_limits
from planner.formats.base.findings import Findings
from planner.formats.base.region_names import RegionNames, outside_words, warn_elsewhere
from planner.formats.base.yaml_source import Document, KeyPath, found_at
from planner.formats.scenario.partial_scenario import PartialScenario
from planner.formats.scenario.platform_schema import ForceMajeureFile, PlatformFile
from planner.formats.tables.tables import Table, findings_of_rows


def settle_regions(document: Document, read: PartialScenario, findings: Findings) -> None:
    """Check every region that a scenario names and take it by the scenario's own name.

    A site may stand in any place. Longer promises to places outside the scenario are left out with
    a warning; orders of an event for such a place would be lost: a finding.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    read : PartialScenario
        What could be read; its sections then hold the own names.
    findings : Findings
        Takes what is wrong.
    """
    if read.regions is None:
        return
    regions, data = RegionNames.of(read.regions), document.data
    for path, name in found_at(data, ("sites", "*", "region")):
        _check(document, path, name, regions, findings)
    for path, name in found_at(data, ("levers", "promise_hours", "*", "region")):
        _check(document, path, name, regions, findings)
    warn_elsewhere(
        "levers.promise_hours",
        _texts(data, "levers", "promise_hours", "*", "region"),
        regions,
        findings,
    )
    for path, mix in found_at(data, ("demand", "events", "*", "regions")):
        _check_mix(document, path, mix, regions, findings)
    _check_promises(document, read, regions, findings)
    for path, name in found_at(data, ("force_majeure", "*", "regions", "*")):
        _check(document, path, name, regions, findings)
    for path, mix in found_at(data, ("platforms", "*", "share_by_region")):
        _check_mix(document, path, mix, regions, findings)
    _rename(read, regions)


def _texts(data: Any, *pattern: str) -> list[str]:
    return [value for _, value in found_at(data, pattern) if isinstance(value, str)]


def _check(
    document: Document,
    path: KeyPath,
    name: Any,
    regions: RegionNames,
    findings: Findings,
    *,
    at_key: bool = False,
) -> None:
    """Add a finding for a name that is neither a region nor a place."""
    if isinstance(name, str) and not regions.knows(name):
        findings.add(document, path, regions.wrong(name), at_key=at_key)


def _check_mix(
    document: Document, path: KeyPath, mix: Any, regions: RegionNames, findings: Findings
) -> None:
    """Own region mix of an event: places outside the scenario are one finding."""
    names = [name for name in mix if isinstance(name, str)] if isinstance(mix, dict) else []
    for name in names:
        _check(document, (*path, name), name, regions, findings, at_key=True)
    outside = [name for name in names if regions.elsewhere(name)]
    if outside:
        findings.add(
            document,
            path,
            f"{outside_words(outside)}: give the share to other regions",
            at_key=True,
        )
    _check_once(document, path, [name for name in names if name not in outside], regions, findings)


def region_numbers(
    table: Table,
    texts: Sequence[str | None],
    column: str,
    regions: Sequence[Region],
    findings: Findings,
) -> Ints:
    """Index of the region that each row names, a whole address included.

    A text that names none is one finding, at its first row; all places outside the scenario
    together are one.

    Parameters
    ----------
    table : Table
        Table that holds the texts.
    texts : sequence of str or None
        Cells by row.
    column : str
        Their column.
    regions : sequence of Region
        Regions of the scenario.
    findings : Findings
        Takes what is wrong.

    Returns
    -------
    array of int
        By row; -1 with a finding.
    """
    code, distinct = pd.factorize(np.array([text or "" for text in texts], dtype=object))
    if len(distinct) > input_limits.REGION_NAMES:
        words = (
            f"holds more than {input_limits.REGION_NAMES:,} different names; is this the "
            "column of the region?"
        )
        findings.found.append(table.finding(-1, column, words))
        return np.full(len(texts), -1)
    rows = np.bincount(code, minlength=len(distinct)).tolist()
    first = np.unique(code, return_index=True)[1].tolist()
    number, wrong = numbers_of([str(text) for text in distinct], rows, regions)
    words_of = {first[k]: words for k, words in wrong.items()}
    findings.found += findings_of_rows(table, column, list(words_of), words_of.__getitem__)
    return number[code]


def numbers_of(
    texts: Sequence[str], rows: Sequence[int], regions: Sequence[Region]
) -> tuple[Ints, dict[int, str]]:
    """Index of the region that each distinct text names.

    Parameters
    ----------
    texts : sequence of str
        Distinct texts.
    rows : sequence of int
        Number of rows with each text.
    regions : sequence of Region
        Regions of the scenario.

    Returns
    -------
    tuple of (array of int, dict)
        By text, -1 where it names none; and index of a text -> message for a finding there.
    """
    known, index = RegionNames.of(regions), {region.name: i for i, region in enumerate(regions)}
    found = [known.find_in_log(text) for text in texts]
    number = np.array([index.get(name, -1) for name in found], dtype=np.int64)
    outside = {k: None for k, name in enumerate(found) if number[k] < 0 and known.elsewhere(name)}
    wrong = {
        k: known.wrong(texts[k]) for k in np.flatnonzero(number < 0).tolist() if k not in outside
    }
    wrong = {
        k: f"{words}, in {rows[k]:,} rows" if rows[k] > 1 else words for k, words in wrong.items()
    }
    if outside:
        lost = sum(rows[k] for k in outside)
        words = outside_words([known.name_of(found[k]) for k in outside])
        what, them = ("row" if lost == 1 else "rows"), ("it" if len(outside) == 1 else "them")
        wrong[next(iter(outside))] = (
            f"{words}, in {lost:,} {what}: add {them} to the regions or leave the rows out"
        )
    return number, wrong


def _check_promises(
    document: Document, read: PartialScenario, regions: RegionNames, findings: Findings
) -> None:
    """Hours promised to single regions, in the scenario itself or in the file of its platform."""
    parts = found_at(document.data, ("platforms", "*", "platform"))
    places = [*found_at(document.data, ("platform",)), *parts]
    for (place, stated), rule in zip(places, read.platforms, strict=False):
        if isinstance(stated, str):
            _check_pack(stated, rule, regions, findings)
        else:
            _check_rule(document, place, stated, regions, findings)


def _check_pack(
    file: str, rule: PlatformFile | None, regions: RegionNames, findings: Findings
) -> None:
    """Regions that the file of a platform names."""
    names = list(rule.promise_hours) if rule else []
    exempt = rule.exemptions.force_majeure if rule else []
    named = [(f"promise_hours.{name}", name) for name in names]
    named += [
        (f"exemptions.force_majeure.{i}.regions", name)
        for i, days in enumerate(exempt)
        for name in days.regions
    ]
    findings.found += [
        Finding(file, 0, 0, field, regions.wrong(name))
        for field, name in named
        if not regions.knows(name)
    ]
    warn_elsewhere(f"{file}: promise_hours", names, regions, findings)


def _check_rule(
    document: Document, place: KeyPath, stated: Any, regions: RegionNames, findings: Findings
) -> None:
    """Regions that a rule in the scenario itself names."""
    days = ("exemptions", "force_majeure", "*", "regions", "*")
    for path, name in found_at(stated, days, place):
        _check(document, path, name, regions, findings)
    for path, mapping in found_at(stated, ("promise_hours",), place):
        names = (
            [name for name in mapping if isinstance(name, str)] if isinstance(mapping, dict) else []
        )
        for name in names:
            _check(document, (*path, name), name, regions, findings, at_key=True)
        warn_elsewhere(".".join(map(str, path)), names, regions, findings)
        _check_once(document, path, names, regions, findings)


def _check_once(
    document: Document,
    path: KeyPath,
    names: Iterable[str],
    regions: RegionNames,
    findings: Findings,
) -> None:
    """Check that no two names are one region."""
    seen: dict[str, str] = {}
    for name in names:
        region = regions.name_of(name)
        if region in seen:
            words = f"is the same region as {seen[region]}: write it once"
            findings.add(document, (*path, name), words, at_key=True)
        seen.setdefault(region, name)


def _rename(read: PartialScenario, regions: RegionNames) -> None:
    """The sections with the scenario's own names; promises to places outside it are left out."""
    parts = read.parts
    if parts["sites"]:
        named = [regions.name_of(site.region) if site.region else None for site in parts["sites"]]
        parts["sites"] = [
            site.model_copy(update={"region": region})
            for site, region in zip(parts["sites"], named, strict=True)
        ]
    if parts["demand"]:
        events = [
            e.model_copy(update={"regions": _own_mix(e.regions, regions)})
            for e in parts["demand"].events
        ]
        parts["demand"] = parts["demand"].model_copy(update={"events": events})
    if parts["levers"]:
        promises = [
            p.model_copy(update={"region": regions.name_of(p.region)})
            for p in parts["levers"].promise_hours
        ]
        parts["levers"] = parts["levers"].model_copy(update={"promise_hours": promises})
    read.platforms = [
        rule.model_copy(
            update={
                "promise_hours": {
                    regions.name_of(name): hours
                    for name, hours in rule.promise_hours.items()
                    if not regions.elsewhere(name)
                },
                "exemptions": rule.exemptions.model_copy(
                    update={"force_majeure": _own_days(rule.exemptions.force_majeure, regions)}
                ),
            }
        )
        if rule
        else None
        for rule in read.platforms
    ]
    parts["force_majeure"] = _own_days(parts["force_majeure"] or (), regions)
    if parts["platforms"]:
        parts["platforms"] = [
            part.model_copy(
                update={"share_by_region": _own_mix(part.share_by_region, regions) or {}}
            )
            for part in parts["platforms"]
        ]


def _own_days(stated: Sequence[ForceMajeureFile], regions: RegionNames) -> list[ForceMajeureFile]:
    """Days of force majeure with the scenario's own names of regions."""
    return [
        days.model_copy(update={"regions": [regions.name_of(name) for name in days.regions]})
        for days in stated
    ]


def _own_mix(mix: dict[str, float] | None, regions: RegionNames) -> dict[str, float] | None:
    if mix is None:
        return None
    own: dict[str, float] = {}
    for name, share in mix.items():
        own[regions.name_of(name)] = own.get(regions.name_of(name), 0.0) + share
    return own
