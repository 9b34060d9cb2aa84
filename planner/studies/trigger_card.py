"""`planner triggers`: the trigger card of the plan of a finished folder, as a folder of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.money import minor_digits
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.formats.plan_files import write_made_plan
from planner.formats.scenario.reader import Scenario
from planner.reporting.language.labels import Labels, language
from planner.reporting.trigger_card import write_card
from planner.studies.certification.engine_check import checked_engines
from planner.studies.evaluated_plan import write_tables
from planner.studies.options.trigger_options import TriggerOptions
from planner.studies.runs.manifest import kept_scenario, seal, versions, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.triggers.catalogue import require_means
from planner.studies.triggers.checkpoints import asked_checkpoints
from planner.studies.triggers.study import TriggerStudy, card_tables, find, judge, naive_of

PLAN_FOLDER = "plan"  # of the plan that the card adds to
OPTIONS = TriggerOptions()


def trigger_study(given: Problem, plan: Plan, options: dict[str, Any]) -> TriggerStudy:
    """What a card is made for.

    Parameters
    ----------
    given : Problem
        The problem as the scenario states it.
    plan : Plan
        The plan.
    options : dict
        Options of the command: `at`, `pickup_notice`, `miss_price`, `replications`, `samples`.

    Returns
    -------
    TriggerStudy
        Checkpoints and the like.

    Raises
    ------
    InputError
        A checkpoint is not possible, or nothing can be done on the evening.
    """
    require_means(given)
    samples = int(options["samples"])
    return TriggerStudy(
        given=given,
        plan=plan,
        checkpoints=asked_checkpoints(given, options["at"]),
        pickup_notice_s=round(float(options["pickup_notice"]) * 3600),
        miss_minor=round(float(options["miss_price"]) * 10 ** minor_digits(given.currency)),
        replications=int(options["replications"]),
        options=replace(
            OPTIONS,
            search_replications=samples - samples // 2,
            trial_replications=samples // 2,
        ),
    )


def write_trigger_card(
    folder: Path,
    scenario: Scenario,
    study: TriggerStudy,
    context: RunContext,
    *,
    lang: str,
    options: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """Find a card, judge it, and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    study : TriggerStudy
        What the card is made for.
    context : RunContext
        Context of the study.
    lang : {"en", "zh"}
        Language of the card.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    dict of DataFrame
        The tables, by name.
    """
    problem = scenario.problem
    checked_engines(problem, study.plan, context)
    found = find(study, context)
    judged = judge(study, found.rules, naive_of(study, found), context)
    tables = card_tables(study, found, judged)
    write_tables(folder, tables)
    write_made_plan(folder / PLAN_FOLDER, problem, study.plan)
    context.begin("drawing the card")
    labels = labels_of(problem, lang)
    title = scenario.title or problem.name
    context.notes += write_card(folder, title, tables, labels, OPTIONS.naive_above)
    manifest = {
        "name": problem.name,
        "title": scenario.title,
        "currency": problem.currency,
        "seed": problem.seed,
        "versions": versions(),
        "options": options,
        **kept_scenario(folder, scenario),
    }
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return tables


def labels_of(problem: Problem, lang: str) -> Labels:
    """Language and names of a problem."""
    names = {
        "site": {s.name: s.label for s in problem.sites},
        "region": {r.name: r.label for r in problem.regions},
        "contract": {c.name: c.label for c in problem.contracts},
    }
    return Labels(language(lang), problem.currency, names)


def summary(
    scenario: Scenario, tables: dict[str, pd.DataFrame], options: dict[str, Any]
) -> dict[str, Any]:
    """Summarise a card for `--json`.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    tables : dict of DataFrame
        The tables of the card.
    options : dict
        Options of the command.

    Returns
    -------
    dict
        Rows of the card and of what it is worth, and the aim.
    """
    problem = scenario.problem
    return {
        "triggers": _plain(tables["triggers"]),
        "policies": _plain(tables["triggers_policy"]),
        "currency": problem.currency,
        "on_time_share": problem.service.on_time_share,
        "confidence": problem.service.confidence,
        "replications": options["replications"],
        "samples": options["samples"],
        "seed": problem.seed,
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as JSON holds them; empty cells are null."""
    known = table.astype(object).where(table.notna(), None)
    return [{str(k): _number(v) for k, v in row.items()} for row in known.to_dict("records")]


def _number(value: Any) -> Any:
    """A cell: amounts are decimal numbers in the table; an empty text is null."""
    if value is None or value == "":
        return None
    return value if isinstance(value, str | int | float) else float(value)
