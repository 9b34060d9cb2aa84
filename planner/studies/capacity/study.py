"""`planner capacity`: the orders a day that a plan can promise, as a folder of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.formats.plan_files import read_given_plan, write_made_plan
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_table
from planner.reporting.capacity_page import write_page
from planner.reporting.language.labels import Labels, language
from planner.reporting.tables.capacity_tables import CAPACITY_TABLE, MORE_TABLE
from planner.studies.capacity.declaration import Declaration, find_declaration
from planner.studies.capacity.declare_table import declaration_json, declare_table
from planner.studies.capacity.limits import Added, Limits, binding, find_limits, more_orders
from planner.studies.capacity.promises import Promise, find_promises, first_look
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.runs.manifest import kept_scenario, seal, versions, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.simulate_plan import PlanSource, usable_plan

PLAN_FOLDER = "plan"  # of the result: the plan whose capacity it is


@dataclass(frozen=True, eq=False, kw_only=True)
class CapacityStudy:
    """What was found of a plan.

    Attributes
    ----------
    promises : tuple of Promise
        Orders a day by place; first every day at all sites.
    limits : tuple of Limits
        What limits each of them.
    added : tuple of Added
        What one person or vehicle more adds.
    declaration : Declaration, optional
        What to declare to the platform; None where it does not ask.
    """

    promises: tuple[Promise, ...]
    limits: tuple[Limits, ...]
    added: tuple[Added, ...]
    declaration: Declaration | None


def given_plan(problem: Problem, source: PlanSource, context: RunContext) -> Plan:
    """The plan of a folder as it is now, with edits; notes say what was changed.

    Parameters
    ----------
    problem : Problem
        What the plan is for.
    source : PlanSource
        Its folder or workbook.
    context : RunContext
        Receives the notes.

    Returns
    -------
    Plan
        The plan, without costs and certificate.

    Raises
    ------
    InputError
        It cannot be read.
    ConflictError
        It is of another scenario, or breaks a rule where it must not.
    """
    given = usable_plan(problem, read_given_plan(source.path, problem), source)
    context.notes += given.notes
    if given.changes:
        context.notes.append(f"{source.path}: {given.plan.note}")
    return without_costs(given.plan)


def study_capacity(
    problem: Problem, plan: Plan, context: RunContext, *, all_days: bool
) -> CapacityStudy:
    """Find the orders a day, what limits them, and what one person or vehicle more adds.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    context : RunContext
        Budget, and where replications run.
    all_days : bool
        Each day instead of the promotion days, for each site as well.

    Returns
    -------
    CapacityStudy
        What was found.
    """
    first_look(problem, context)
    with context.compiling(problem):
        context.await_engine()
    found = find_promises(problem, plan, context, all_days=all_days)
    limits = find_limits(found, context)
    added: list[Added] = []
    for k in tried(found.promises):
        added += more_orders(found, k, limits[k], context)
    return CapacityStudy(
        promises=found.promises,
        limits=tuple(limits),
        added=tuple(added),
        declaration=find_declaration(problem, plan, found.promises, context),
    )


def tried(promises: Sequence[Promise]) -> list[int]:
    """Where one person or vehicle more is tried: on every day, and on the busiest one."""
    whole = [k for k, p in enumerate(promises) if p.place.site is None]
    days = [k for k in whole if promises[k].place.day is not None]
    busiest = max(days, key=lambda k: promises[k].own_p50)
    return [k for k in whole if promises[k].place.day is None] + [busiest]


def capacity_table(problem: Problem, study: CapacityStudy) -> pd.DataFrame:
    """The table `capacity`."""
    rows = []
    for promise, limits in zip(study.promises, study.limits, strict=True):
        reason, site, at = binding(limits)
        rows.append(
            (
                _site(problem, promise),
                _date(problem, promise),
                promise.orders,
                promise.or_more,
                promise.high,
                promise.own_p50,
                promise.own_p95,
                reason,
                site,
                at,
                promise.holds,
                promise.met,
                promise.met_above,
                promise.needed,
                promise.replications,
                round(promise.lower_bound, 6),
                promise.fails_above,
            )
        )
    return CAPACITY_TABLE.frame(rows)


def more_table(problem: Problem, study: CapacityStudy) -> pd.DataFrame:
    """The table `capacity_more`."""
    return MORE_TABLE.frame(
        [
            (
                _date(problem, one.promise),
                one.resource.label,
                one.resource.site,
                one.resource.process,
                one.resource.crew,
                one.resource.shift,
                one.resource.contract,
                problem.horizon.date_of(one.resource.day).isoformat(),
                one.before,
                one.after,
                one.after - one.before,
                to_major(one.cost_minor, problem.currency),
            )
            for one in study.added
        ]
    )


def _site(problem: Problem, promise: Promise) -> str:
    site = promise.place.site
    return "" if site is None else problem.site_names[site]


def _date(problem: Problem, promise: Promise) -> str:
    day = promise.place.day
    return "" if day is None else problem.horizon.date_of(day).isoformat()


def capacity_tables(problem: Problem, study: CapacityStudy) -> dict[str, pd.DataFrame]:
    """Every table of the result, by name."""
    tables = {
        "capacity": capacity_table(problem, study),
        "capacity_more": more_table(problem, study),
    }
    if study.declaration is not None:
        tables["declare"] = declare_table(study.declaration)
    return tables


def write_capacity(
    folder: Path,
    scenario: Scenario,
    source: PlanSource,
    context: RunContext,
    *,
    lang: str,
    options: dict[str, Any],
) -> dict[str, Any]:
    """Find the orders a day of a plan and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    scenario : Scenario
        The scenario.
    source : PlanSource
        The plan.
    context : RunContext
        Context of the study.
    lang : {"en", "zh"}
        Language of the page.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    dict
        The result, as `--json` prints it.
    """
    problem = scenario.problem
    plan = given_plan(problem, source, context)
    study = study_capacity(problem, plan, context, all_days=options["all_days"])
    tables = capacity_tables(problem, study)
    for name, table in tables.items():
        write_table(table, folder / "tables" / f"{name}.csv")
    found = summary_json(problem, study, tables)
    context.begin("drawing the page")
    title = scenario.title or problem.name
    context.notes += write_page(folder, title, found, tables, labels_of(problem, lang))
    write_made_plan(folder / PLAN_FOLDER, problem, plan)
    manifest = {
        "name": problem.name,
        "currency": problem.currency,
        "seed": problem.seed,
        "versions": versions(),
        "options": options,
        **kept_scenario(folder, scenario),
    }
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return found


def labels_of(problem: Problem, lang: str) -> Labels:
    """Language and names of a problem."""
    names = {
        "site": {s.name: s.label for s in problem.sites},
        "contract": {c.name: c.label for c in problem.contracts},
    }
    return Labels(language(lang), problem.currency, names)


def summary_json(
    problem: Problem, study: CapacityStudy, tables: dict[str, pd.DataFrame]
) -> dict[str, Any]:
    """The result as one object, as `--json` prints it.

    Parameters
    ----------
    problem : Problem
        The problem.
    study : CapacityStudy
        What was found.
    tables : dict of DataFrame
        Its tables.

    Returns
    -------
    dict
        `orders_per_day` is the number for any day, `every_day` its row, `to_declare` the number
        for the platform.
    """
    rows = {name: _plain(table) for name, table in tables.items()}
    every = next(row for row in rows["capacity"] if not row["site"] and not row["date"])
    return {
        "orders_per_day": every["orders_per_day"],
        "every_day": every,
        "to_declare": declaration_json(problem, study.declaration),
        "platform": problem.platform.name,
        **rows,
        "on_time_share": problem.service.on_time_share,
        "confidence": problem.service.confidence,
        "seed": problem.seed,
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    known = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(k): _number(v) for k, v in row.items()} for row in known]


def _number(value: Any) -> Any:
    """A cell as JSON holds it: amounts are decimal numbers in the table."""
    return value if value is None or isinstance(value, str | int | float) else float(value)
