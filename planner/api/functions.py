"""The functions of the Python interface; each does what the command of its name does.

Nothing is printed: results come back as objects with tables, and what the terminal would say as
`warnings`. Nothing is written, except by `report`, into the folder it is given. Random draws depend
on the seed of the scenario alone, so the figures are those of the commands. `jobs` is 1 where the
commands take all cores, and changes no result. Every error is a `planner.PlannerError`; the kinds
named under Raises stand in `planner.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import PathLike
from pathlib import Path

import pandas as pd

from planner.api.arguments import (
    checked_path,
    checked_scenario,
    checked_seconds,
    checked_seed,
    one_of,
    settings_of,
    several,
    whole_number,
)
from planner.api.results import EvaluatedResult, TableResult
from planner.api.tables import Tables
from planner.domain.choices import (
    LANGUAGES,
    METHODS,
    MOST_EFFORT,
    MOST_REPLICATIONS,
    REPORT_FORMATS,
    Language,
    Method,
    ReportFormat,
)
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.formats.plan_files import decision_tables, read_given_plan
from planner.formats.scenario.reader import Scenario
from planner.studies import rate_parcels, rewrite_report
from planner.studies.certification.certificate import CertificationLook
from planner.studies.contracts.choose import chosen_contracts
from planner.studies.contracts.study import study_contracts
from planner.studies.evaluated_plan import (
    EvaluatedPlan,
    evaluate_with_roster,
    evaluation_tables,
    summary_json,
)
from planner.studies.run import plan_study
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.memory_limit import refuse_too_large
from planner.studies.runs.run_context import RunContext
from planner.studies.simulate_plan import PlanSource, usable_plan
from planner.studies.steps import forecast as forecasts
from planner.studies.steps.load import load
from planner.studies.steps.make_plan import as_is_plan, require_rules

Folder = str | PathLike[str]
AnyPlan = EvaluatedResult | Plan | Folder

A_PLAN = "must be a plan, its folder, or its plan.xlsx"


def read_scenario(
    path: Folder, *, seed: int | None = None, set: Mapping[str, object] | None = None
) -> Scenario:
    """Read a scenario and fit its demand.

    Parameters
    ----------
    path : str or path
        A scenario folder, its YAML file, or a workbook.
    seed : int, optional
        Seed in place of the scenario's own.
    set : mapping, optional
        Path -> value in place of the scenario's, such as {"demand.scale": 1.2}, as `--set`.

    Returns
    -------
    Scenario
        With `problem`, the files it was read from, and `warnings`.

    Raises
    ------
    InputError
        With all findings, each with file, line and column, or with its cell.
    """
    return load(checked_path("path", path), checked_seed(seed), settings=settings_of(set))


def plan(
    scenario: Scenario,
    *,
    method: Method = "joint",
    replications: int = 100,
    effort: int = 100,
    time_limit: float | None = None,
    jobs: int = 1,
) -> EvaluatedResult:
    """Decide stock, staff and couriers, and certify the plan on held-out demand.

    Parameters
    ----------
    scenario : Scenario
        From `read_scenario`.
    method : {"joint", "average", "peak", "erlang", "cheapest", "search"}
        The joint model, a rule of thumb, or a search by simulation.
    replications : int
        Held-out replications of the certificate.
    effort : int
        Work of the search for a plan, 100 as in the command.
    time_limit : float, optional
        Seconds for the solver; the plan is then not reproducible.
    jobs : int
        Processes that simulate replications; they do not change a result.

    Returns
    -------
    EvaluatedResult
        With `certificate`, `cost`, and the tables `staffing`, `routing`, `stock`, `costs`, ...;
        `plan` holds the decisions alone.

    Raises
    ------
    NoPlanError
        No plan meets the limits; `blame` names them.
    """
    problem = checked_scenario(scenario).problem
    method = one_of("method", method, METHODS)
    context = _context(scenario, replications, jobs, effort=effort, time_limit=time_limit)
    with context.executor.open():
        study = plan_study(problem, method, context)
    return _evaluated(problem, study.evaluated, study.tables, context)


def simulate(
    scenario: Scenario,
    plan: AnyPlan | None = None,
    *,
    replications: int = 20,
    seed: int | None = None,
    jobs: int = 1,
) -> EvaluatedResult:
    """Simulate the promotion under a plan.

    Parameters
    ----------
    scenario : Scenario
        From `read_scenario`.
    plan : EvaluatedResult, Plan or path, optional
        A plan, its folder or its plan.xlsx, edited or not; None: roster, stock and routing as the
        scenario states them.
    replications : int
        Held-out replications.
    seed : int, optional
        Seed in place of the scenario's own: other replications.
    jobs : int
        Processes that simulate replications.

    Returns
    -------
    EvaluatedResult
        With `on_time_share`, `cost`, and the tables `hourly`, `replications`, `regions`, ...

    Raises
    ------
    ConflictError
        The plan breaks rules of the scenario.
    """
    problem = _seeded(checked_scenario(scenario).problem, checked_seed(seed))
    context = _context(scenario, replications, jobs)
    chosen = (
        as_is_plan(problem)
        if plan is None
        else require_rules(problem, _plan_of(plan, problem, context))
    )
    look = CertificationLook(1, context.budget.replications)
    with context.executor.open():
        evaluated = evaluate_with_roster(problem, chosen, look, context)
    return _evaluated(problem, evaluated, {}, context)


def certify(
    scenario: Scenario, plan: AnyPlan, *, replications: int = 100, jobs: int = 1
) -> EvaluatedResult:
    """Certify a plan on the held-out replications of the scenario.

    It is `simulate` with as many replications as a certificate needs.

    Parameters
    ----------
    scenario : Scenario
        From `read_scenario`.
    plan : EvaluatedResult, Plan or path
        A plan, its folder or its plan.xlsx, edited or not.
    replications : int
        Held-out replications.
    jobs : int
        Processes that simulate replications.

    Returns
    -------
    EvaluatedResult
        As from `simulate`, with its `certificate`.
    """
    if plan is None:
        checked_path("plan", plan, A_PLAN)  # refuses it
    return simulate(scenario, plan, replications=replications, jobs=jobs)


def forecast(scenario: Scenario, *, replications: int = 500) -> TableResult:
    """Forecast demand: quantiles by hour and day, and the peak hour.

    Parameters
    ----------
    scenario : Scenario
        From `read_scenario`.
    replications : int
        Sampled demand paths.

    Returns
    -------
    TableResult
        Main table `forecast_daily`; also `forecast_hourly` and `forecast_peak`.
    """
    problem = checked_scenario(scenario).problem
    replications = whole_number("replications", replications, 1, MOST_REPLICATIONS)
    frames = forecasts.forecast(problem, replications, problem.seed)
    summary = forecasts.summary(problem, frames, replications)
    return TableResult("forecast_daily", Tables(frames), summary)


def compare(
    scenario: Scenario,
    contracts: Sequence[str] = (),
    *,
    replications: int = 40,
    effort: int = 100,
    jobs: int = 1,
) -> TableResult:
    """Compare courier contracts on the same orders: each alone and in sensible combinations.

    Parameters
    ----------
    scenario : Scenario
        From `read_scenario`.
    contracts : sequence of str
        Names of contracts of the scenario, or contract files; empty: all of the scenario.
    replications : int
        Replications on which they are compared.
    effort : int
        Work of the search for each plan.
    jobs : int
        Processes that simulate replications.

    Returns
    -------
    TableResult
        Main table `contracts`; also `clauses`, `breakevens`, `rules`, `remote`, ...

    Raises
    ------
    InputError
        A contract is neither one of the scenario nor a readable file.
    """
    problem = checked_scenario(scenario).problem
    context = _context(scenario, replications, jobs, effort=effort)
    wanted = several("contracts", contracts, next(iter(problem.contract_names), "express"))
    chosen = chosen_contracts(problem, [str(checked_path("contracts", name)) for name in wanted])
    with context.executor.open():
        frames = study_contracts(
            problem, chosen.contracts, context.budget.replications, problem.seed, context
        )
    return TableResult("contracts", Tables(frames), {}, chosen.warnings)


def rate(
    contract: Folder,
    parcels: Folder,
    *,
    currency: str | None = None,
    all_parcels: int | None = None,
    collections: int = 0,
) -> TableResult:
    """Price a parcel table by a contract, and make the invoice of the period.

    Parameters
    ----------
    contract, parcels : str or path
        A contract file; a table of parcels (CSV or Excel).
    currency : str, optional
        Currency that is expected; None: the contract's own.
    all_parcels : int, optional
        Parcels of the shop with all carriers, for a commitment by share; None: those of the table.
    collections : int
        Vehicles that came, for their fees.

    Returns
    -------
    TableResult
        Main table `parcels`, line by line; `summary` is the invoice.

    Raises
    ------
    InputError
        With the findings in both files.
    """
    rated = rate_parcels.rate(
        checked_path("contract", contract),
        checked_path("parcels", parcels),
        currency,
        None if all_parcels is None else whole_number("all_parcels", all_parcels, 0),
        whole_number("collections", collections, 0),
    )
    frames = {"parcels": rate_parcels.result_table(rated)}
    return TableResult("parcels", Tables(frames), rate_parcels.summarise(rated), rated.warnings)


def report(
    folder: Folder,
    *,
    lang: Language = "en",
    formats: Sequence[ReportFormat] = REPORT_FORMATS,
) -> list[Path]:
    """Write the report of a finished run folder again.

    Parameters
    ----------
    folder : str or path
        A folder that `planner run` or `planner plan` wrote.
    lang : {"en", "zh"}
        Language.
    formats : sequence of {"pdf", "png", "xlsx", "html"}
        Which documents.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    ConflictError
        The run was changed by hand.
    """
    wanted = [
        one_of("formats", name, REPORT_FORMATS) for name in several("formats", formats, "pdf")
    ]
    return rewrite_report.rewrite_report(
        checked_path("folder", folder), wanted, one_of("lang", lang, LANGUAGES), None
    )


def _context(
    scenario: Scenario,
    replications: int,
    jobs: int,
    *,
    effort: int = 100,
    time_limit: float | None = None,
) -> RunContext:
    """A context without a journal, whose listener is silent."""
    budget = Budget(
        replications=whole_number("replications", replications, 1, MOST_REPLICATIONS),
        effort=whole_number("effort", effort, 1, MOST_EFFORT),
        time_limit=checked_seconds("time_limit", time_limit),
    )
    jobs = whole_number("jobs", jobs)
    refuse_too_large(scenario, jobs)
    return RunContext(budget=budget, executor=Executor(jobs=jobs))


def _evaluated(
    problem: Problem,
    evaluated: EvaluatedPlan,
    more: dict[str, pd.DataFrame],
    context: RunContext,
) -> EvaluatedResult:
    decisions = decision_tables(problem, evaluated.plan)
    frames = {**decisions, **evaluation_tables(problem, [evaluated]), **more}
    return EvaluatedResult(
        problem,
        evaluated.plan,
        summary_json(problem, evaluated),
        Tables(frames),
        tuple(context.notes),
    )


def _plan_of(plan: AnyPlan, problem: Problem, context: RunContext) -> Plan:
    """The plan that was given; one of files with the edits that they hold."""
    if isinstance(plan, EvaluatedResult):
        return plan.plan
    if isinstance(plan, Plan):
        return plan
    path = checked_path("plan", plan, A_PLAN)
    given = usable_plan(problem, read_given_plan(path, problem), PlanSource(path=path))
    context.notes += given.notes
    return given.plan


def _seeded(problem: Problem, seed: int | None) -> Problem:
    return problem if seed is None else replace(problem, seed=seed)
