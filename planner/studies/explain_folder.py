"""Explanation of a finished folder.

Why there is no plan, where orders miss, or what limits the plan most.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from planner.documents.manifest import RUN_COMMANDS
from planner.documents.reading import read_explanation
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.site import Site
from planner.errors import ConflictError
from planner.formats.plan_files import read_plan
from planner.reporting.language.certificate_sentences import empty_sentences, repair_sentences
from planner.reporting.language.explanation_texts import late_where, limit_in_words, sentence
from planner.reporting.language.labels import Labels, language
from planner.reporting.language.refusal_sentences import refusal_lines
from planner.reporting.tables.run_folder import read_run_folder
from planner.studies.runs.manifest import INPUTS, read_manifest
from planner.studies.runs.seal import check_hashes
from planner.studies.steps.load import load

# the tables an explanation is made of
EXPLAINED = frozenset({"misses", "units", "replications", "targets"})
MOST_LINES = 8
MOST_LIMITS = 5


def explain_folder(folder: Path, lang: str) -> tuple[dict[str, Any], list[str]]:
    """The explanation of a folder as data and as lines to read.

    Raises
    ------
    InputError
        It holds no readable run.
    ConflictError
        It was changed since.
    """
    manifest = read_manifest(folder, RUN_COMMANDS)
    wrong = check_hashes(folder, manifest)
    if wrong:
        raise ConflictError(f"{folder}: changed since the run, nothing is explained", *wrong)
    if manifest.get("explanation"):
        content = read_explanation(folder)
        return content, refusal_lines(content, lang)
    run = read_run_folder(folder, EXPLAINED)
    verdict = manifest["certificate"]
    if verdict and not verdict["certified"]:
        return _not_certified(run.tables, verdict, lang)
    path, settings = folder / INPUTS / manifest["scenario"], manifest.get("settings", ())
    scenario = load(path, manifest["seed"], settings=settings)
    return _limited(scenario.problem, read_plan(folder, scenario.problem), verdict, lang)


def _not_certified(
    tables: dict[str, pd.DataFrame], verdict: dict[str, Any], lang: str
) -> tuple[dict[str, Any], list[str]]:
    """Where orders are late, and the cheapest unit that helps."""
    misses = _rows(tables.get("misses"))
    units = _rows(tables.get("units"))
    best = [u for u in units if u["saved_orders"] > 0][:1]
    aims = _rows(tables.get("targets"))
    labels = Labels(language(lang))
    lines = [*empty_sentences(verdict, labels), *repair_sentences(verdict, labels)]
    lines += _aim_lines(aims, lang)
    lines.append(sentence("misses", lang, **verdict))
    for row in misses[:MOST_LINES]:
        where = late_where(lang, row)
        lines.append(
            f"- {where}: {sentence('orders', lang, n=row['late_orders'], share=row['share'])}"
        )
    if not misses:
        lines.append(sentence("none", lang))
    else:
        lines.append(sentence("unit", lang, **best[0]) if best else sentence("no_unit", lang))
    return {
        "status": "not certified",
        "certificate": verdict,
        "misses": misses,
        "units": units,
        **({"targets": aims} if aims else {}),
    }, lines


def _aim_lines(aims: list[dict[str, Any]], lang: str) -> list[str]:
    """How many replications kept the deadline and each target of one's own."""
    if not aims:
        return []
    lines = [sentence("aims", lang)]
    for row in aims:
        key = "deadline" if row["within_hours"] is None else "target"
        lines.append(sentence(key, lang, percent=100 * row["asked"], **row))
    return lines


def _rows(table: pd.DataFrame | None) -> list[dict[str, Any]]:
    """Rows of a table for programs; none of a table that is not there."""
    if table is None:
        return []
    whole = table.astype({"added": int}) if "added" in table else table
    records = whole.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(k): v for k, v in row.items()} for row in records]


def _limited(
    problem: Problem, plan: Plan, verdict: dict[str, Any] | None, lang: str
) -> tuple[dict[str, Any], list[str]]:
    """What limits a plan most that is certified, or a draft, of which nothing was simulated."""
    limits = sorted(
        limits_in_use(problem, plan), key=lambda limit: (-limit["share"], limit["words"]["en"])
    )
    lines = [sentence("certified", lang, **verdict) if verdict else sentence("draft", lang)]
    lines += [
        f"- {sentence('limit', lang, **{**limit, 'words': limit['words'][lang]})}"
        for limit in limits[:MOST_LIMITS]
    ]
    status = "certified" if verdict else "not certified"
    return {"status": status, "certificate": verdict, "limits": limits}, lines


def limits_in_use(problem: Problem, plan: Plan) -> Iterator[dict[str, Any]]:
    """How much of its limit a plan uses, where it uses most.

    Each crew, the stations of each process, extra vehicles.
    """
    yield from _crew_limits(problem, plan)
    for site in problem.sites:
        yield from _station_limits(problem, plan, site)
        yield from _vehicle_limits(problem, plan, site)


def _crew_limits(problem: Problem, plan: Plan) -> Iterator[dict[str, Any]]:
    """People of each crew on the first of the days on which most of them work."""
    by_day: Counter[tuple[str, str, int]] = Counter()
    for row in plan.staffing:
        by_day[row.site, row.crew, row.day] += row.headcount
    for crew in problem.crews:
        people, day = max(
            (by_day[crew.site, crew.name, d], -d) for d in range(problem.horizon.days)
        )
        on = problem.horizon.date_of(-day)
        words = limit_in_words("crew", on, crew=crew.name, site=crew.site)
        yield _limit(words, people, crew.limit)


def _station_limits(problem: Problem, plan: Plan, site: Site) -> Iterator[dict[str, Any]]:
    """People at each process of a site at the moment at which most are there."""
    for process in site.processes:
        words = limit_in_words("stations", process=process.name, site=site.name)
        yield _limit(words, _at_once(problem, plan, site.name, process.name), process.stations)


def _vehicle_limits(problem: Problem, plan: Plan, site: Site) -> Iterator[dict[str, Any]]:
    """Extra vehicles of each collection of a site on the day on which most come."""
    for c in site.collections:
        extra = [
            e.vehicles
            for e in plan.extra
            if (e.site, e.contract, e.at_s) == (site.name, c.contract, c.at_s)
        ]
        most = max(extra, default=0)
        if most:
            clock = f"{problem.horizon.at(c.at_s):%H:%M}"
            words = limit_in_words("vehicles", contract=c.contract, site=site.name, clock=clock)
            yield _limit(words, most, c.max_extra)


def _limit(words: dict[str, str], used: int, allowed: int) -> dict[str, Any]:
    """A limit and how much of it is used, for programs."""
    return {
        "words": words,
        "used": used,
        "allowed": allowed,
        "share": used / allowed if allowed else 0.0,
    }


def _at_once(problem: Problem, plan: Plan, site: str, process: str) -> int:
    """Most people scheduled at a process at the same moment."""
    change: defaultdict[int, int] = defaultdict(int)
    for row in plan.staffing:
        if (row.site, row.process) == (site, process):
            for begin, end in problem.site(site).working(problem.shift(row.shift), row.day):
                change[begin] += row.headcount
                change[end] -= row.headcount
    people = most = 0
    for second in sorted(change):
        people += change[second]
        most = max(most, people)
    return most
