"""`planner backtest --event`: a past promotion, order by order, under other plans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.digest import digest
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.formats.base.datetimes import IN_LOG
from planner.formats.order_log.options import LogForm
from planner.formats.plan_files import read_given_plan
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_table
from planner.output import sha256, write_text
from planner.reporting.forecast_figures import draw_forecast
from planner.reporting.replay_figures import draw_replay
from planner.studies.backtest.replay_cases import (
    Planning,
    ReplayedCase,
    corrected_case,
    replay_cases,
)
from planner.studies.backtest.replay_event import covers, find_event
from planner.studies.backtest.replay_log import PastPromotion, past_promotion, read_log
from planner.studies.backtest.replay_move import WEEK
from planner.studies.backtest.replay_outcome import outcome_of
from planner.studies.backtest.replay_rates import Rates, estimate_rates
from planner.studies.backtest.replay_result import days_table, inputs_table, replay_table
from planner.studies.backtest.replay_scans import ScanEstimate, estimate_scans, with_scans
from planner.studies.backtest.replay_snippet import snippet
from planner.studies.runs.manifest import kept_scenario, seal, versions, write_json
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.forecast import forecast, score_actuals

INPUTS_FILE = "inputs.yaml"
PATHS = 500  # of the forecast that would have been made
NOT_EXPLAINED = (
    "the stated operation does not repeat the log's {moment} with any rates: other people, hours "
    "or sites worked then, or orders waited for something else"
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Replay:
    """What is replayed.

    Attributes
    ----------
    scenario : Scenario
        The scenario of then.
    past : PastPromotion
        The orders that came.
    event : str
        Name of the event, or date of the surge.
    day : date
        Day on which it begins, or is highest.
    planning : Planning
        How plans are made.
    log : Path
        The log, which is not kept: its orders stay where they are.
    moved_weeks : int
        Weeks by which the scenario was moved to the promotion.
    """

    scenario: Scenario
    past: PastPromotion
    event: str
    day: date
    planning: Planning
    log: Path
    moved_weeks: int = 0

    @property
    def digest(self) -> str:
        """What tells replays apart: the orders, and the plan that was given."""
        plan = self.planning.plan
        given = None if plan is None else read_given_plan(plan, self.scenario.problem).plan
        return digest((self.past.orders, given))

    @property
    def scale(self) -> float:
        """Orders that each order of the log stands for."""
        return self.past.orders.scale


@dataclass(frozen=True, kw_only=True)
class LogSource:
    """Where the orders of then are: in a file of their own, or in the scenario's history.

    Attributes
    ----------
    file : Path or None
        The log; None: that of the scenario's history.
    form : LogForm
        How it is read.
    """

    file: Path | None
    form: LogForm


def log_of(scenario: Scenario, source: LogSource) -> tuple[Path, LogForm]:
    """The log of a replay, and how it is read.

    Parameters
    ----------
    scenario : Scenario
        The scenario.
    source : LogSource
        What was asked for.

    Returns
    -------
    tuple of Path and LogForm
        The file and its form.

    Raises
    ------
    InputError
        No log was given and the scenario has none.
    """
    if source.file is not None:
        return source.file, source.form
    stated = (scenario.document.data.get("demand") or {}).get("history")
    if not isinstance(stated, dict) or not stated.get("path"):
        words = "the scenario names no history: give the log that holds the promotion"
        raise InputError([Finding("--log", 0, 0, "", words)])
    columns = {**(stated.get("columns") or {}), **source.form.columns}
    zone = source.form.timezone or scenario.problem.horizon.timezone
    form = replace(source.form, columns=columns, timezone=zone, advice=IN_LOG)
    return scenario.root / str(stated["path"]), form


def open_replay(scenario: Scenario, event: str, source: LogSource, planning: Planning) -> Replay:
    """Read the log of a promotion, and find the promotion.

    Parameters
    ----------
    scenario : Scenario
        The scenario of then.
    event : str
        Name of an event, or date of a surge.
    source : LogSource
        Where the log is.
    planning : Planning
        How plans are made.

    Returns
    -------
    Replay
        What is replayed.

    Raises
    ------
    InputError
        With everything that is wrong with the log, or what can be replayed.
    """
    problem = scenario.problem
    file, form = log_of(scenario, source)
    history = problem.demand.history
    read = read_log(problem, file, form)
    found = find_event(problem, read.history, event)
    past = past_promotion(found.problem, read, 1.0 if history is None else history.scale)
    return Replay(
        scenario=replace(scenario, problem=found.problem),
        past=past,
        event=event,
        day=found.day,
        planning=planning,
        log=file,
        moved_weeks=(found.problem.horizon.start - problem.horizon.start).days // WEEK,
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class ReplayResult:
    """What a replay found.

    Attributes
    ----------
    tables : dict of DataFrame
        Tables by name.
    rates : Rates or None
        Rates of work that the log shows.
    snippet : str
        Content of `inputs.yaml`.
    problem : Problem
        What was simulated.
    """

    tables: dict[str, pd.DataFrame]
    rates: Rates | None
    snippet: str
    problem: Problem


def replayed(asked: Replay, context: RunContext) -> ReplayResult:
    """Replay a promotion, without writing anything.

    Parameters
    ----------
    asked : Replay
        What is replayed.
    context : RunContext
        Where replications run; takes notes.

    Returns
    -------
    ReplayResult
        Tables and estimates.
    """
    problem, past = asked.scenario.problem, asked.past
    cases = replay_cases(problem, past, asked.planning, context)
    came = cases[0].problem
    outcome = outcome_of(came, past)
    context.notes += [*outcome.notes, *filter(None, [_moved(asked), covers(problem, past)])]
    rates = _rates(cases, past, context)
    scans = estimate_scans(problem, past)
    cases = _with_corrected(cases, rates, scans, context)
    context.begin("forecasting from what was known")
    tables = {
        "replay": replay_table(came, past, outcome, cases),
        "replay_days": days_table(came, past, cases),
        "replay_inputs": inputs_table(past, rates, scans),
        **_forecast(problem, past),
    }
    return ReplayResult(
        tables=tables, rates=rates, snippet=snippet(asked.log.name, rates, scans), problem=came
    )


def _moved(asked: Replay) -> str:
    """That the scenario is not of then, but moved; "" where it was not."""
    if not asked.moved_weeks:
        return ""
    start = asked.scenario.problem.horizon.start
    return (
        f"the scenario is moved by {asked.moved_weeks} weeks to begin on {start:%Y-%m-%d}: its "
        "staffing, prices and calendars move with it; state those of then in a scenario of then"
    )


def _rates(cases: Sequence[ReplayedCase], past: PastPromotion, context: RunContext) -> Rates | None:
    """Rates of work under the roster of then; None where either is not known."""
    roster = next(case for case in cases if case.case == "roster")
    if roster.plan is None:
        return None
    rates = estimate_rates(roster.problem, roster.plan, past, context)
    if rates is not None and not rates.explained:
        context.notes.append(NOT_EXPLAINED.format(moment=rates.moment))
    return rates


def _with_corrected(
    cases: list[ReplayedCase],
    rates: Rates | None,
    scans: Sequence[ScanEstimate],
    context: RunContext,
) -> list[ReplayedCase]:
    """The cases with the roster at the rates and delays of the log, where it tells any."""
    roster, *others = cases
    told = rates is not None and any(r.estimated is not None for r in rates.estimates)
    if roster.plan is None or not (scans or told):
        return cases
    changed = with_scans(roster.problem, scans)
    changed = changed if rates is None else rates.applied(changed)
    return [roster, corrected_case(roster, changed, context), *others]


def _forecast(problem: Problem, past: PastPromotion) -> dict[str, pd.DataFrame]:
    """The forecast that would have been made, and where what came lies in it."""
    tables = forecast(problem, PATHS, problem.seed)
    came = _hourly(problem, past)
    if len(came):
        tables["actuals_score"] = score_actuals(problem, came, PATHS, problem.seed)
    return tables


def _hourly(problem: Problem, past: PastPromotion) -> Any:
    """Orders of the log [hour, region] on the whole days that it holds."""
    hours = min(past.until // HOUR_S, problem.horizon.reported_days * 24) // 24 * 24
    counts = np.zeros((hours, len(problem.regions)), dtype=np.int64)
    inside = (past.orders.second >= 0) & (past.orders.second < hours * HOUR_S)
    np.add.at(counts, (past.orders.second[inside] // HOUR_S, past.orders.region[inside]), 1)
    return counts


def summary(asked: Replay, tables: dict[str, pd.DataFrame], replications: int) -> dict[str, Any]:
    """Summarise a replay for `--json`.

    Parameters
    ----------
    asked : Replay
        What was replayed.
    tables : dict of DataFrame
        Its tables.
    replications : int
        Replications of every plan.

    Returns
    -------
    dict
        The cases, what the log shows of inputs, and where what came lies in the forecast.
    """
    days = tables["replay_days"]["date"]
    first = asked.scenario.problem.horizon.date_of(0).isoformat()
    return {
        "event": asked.event,
        "day": asked.day.isoformat(),
        "moved_weeks": asked.moved_weeks,
        "from": first,
        "to": first if days.empty else str(days.max()),
        "scale": asked.scale,
        "open_at_start": round(float((asked.past.orders.second < 0).sum()) * asked.scale, 1),
        "currency": asked.scenario.problem.currency,
        "seed": asked.scenario.problem.seed,
        "replications": replications,
        "cases": _rows(tables["replay"]),
        "inputs": _rows(tables["replay_inputs"]),
        "forecast": _rows(tables["actuals_score"]) if "actuals_score" in tables else [],
    }


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of a table as JSON holds them."""
    plain = table.astype(object).where(table.notna(), None).to_dict("records")
    return [{str(k): _plain(v) for k, v in row.items() if v != ""} for row in plain]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float) else float(value)


def write_replay(
    folder: Path,
    asked: Replay,
    context: RunContext,
    *,
    lang: str,
    options: dict[str, Any],
) -> ReplayResult:
    """Replay a promotion and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    asked : Replay
        What is replayed.
    context : RunContext
        Context of the study.
    lang : {"en", "zh"}
        Language of the figures.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    ReplayResult
        What was found.
    """
    scenario, problem = asked.scenario, asked.scenario.problem
    found = replayed(asked, context)
    context.begin("drawing figures")
    for name in sorted(found.tables):
        write_table(found.tables[name], folder / "tables" / f"{name}.csv")
    write_text(folder / INPUTS_FILE, found.snippet)
    hourly = _hourly(problem, asked.past).sum(axis=1) * asked.scale
    tables = found.tables
    draw_forecast(
        folder / "figures",
        tables["forecast_hourly"],
        tables["forecast_daily"],
        lang,
        hourly if len(hourly) else None,
    )
    draw_replay(folder / "figures", tables["replay_days"], lang)
    manifest = {
        "name": problem.name,
        "currency": problem.currency,
        "seed": problem.seed,
        "versions": versions(),
        "options": options,
        "log": {"name": asked.log.name, "sha256": sha256(asked.log)},
        **kept_scenario(folder, scenario),
    }
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return found
