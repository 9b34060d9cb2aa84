"""What a back-test knows: counted orders, and what was announced, of a log or of a scenario."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from planner.domain.events import Event
from planner.domain.horizon import DAY_S
from planner.domain.order_history import History
from planner.errors import Finding, InputError
from planner.forecasting.daily_series import day_number
from planner.forecasting.rolling_origins import Announced
from planner.formats.base.findings import Findings
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog
from planner.formats.scenario.calendars import holidays_around
from planner.formats.scenario.reader import read_scenario
from planner.formats.scenario.sources import document_of
from planner.formats.tables.database_url import Database
from planner.formats.tables.workbooks import is_excel
from planner.output import sha256
from planner.studies.import_orders import count_by_hour, read_log, read_query
from planner.studies.runs.manifest import input_hashes

YAML = (".yaml", ".yml")
OF_A_LOG = 1  # seed where no scenario states one


@dataclass(frozen=True, eq=False, kw_only=True)
class PastDemand:
    """Counted orders of the past, and what was known of them before.

    Attributes
    ----------
    name : str
        Name of the log's file, or of the scenario.
    history : History
        Orders per hour, all regions together, as the log counts them.
    announced : tuple of Announced
        Events of a scenario.
    seed : int
        Seed that the scenario states.
    files : tuple of Path
        Files that were read.
    hashes : dict
        SHA-256 of each, by name.
    warnings : tuple of str
        What the user should know of the reading.
    """

    name: str
    history: History
    announced: tuple[Announced, ...] = ()
    seed: int = OF_A_LOG
    files: tuple[Path, ...] = ()
    hashes: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def as_data(self) -> list[Any]:
        """What tells one past from another, as plain data."""
        return [self.name, self.history, list(self.announced), self.hashes]


def is_scenario(path: Path) -> bool:
    """Whether a path is a scenario (a folder, YAML, its workbook); otherwise it is a log."""
    if path.is_dir() or path.suffix.lower() in YAML:
        return True
    return is_excel(path) and document_of(path, Findings(path.parent)).data is not None


def past_of_log(path: Path, form: LogForm) -> PastDemand:
    """Count the orders of a log's file.

    Raises
    ------
    InputError
        It cannot be read.
    """
    return _counted(read_log(path, form), path.name, (path,))


def past_of_query(database: Database, query: str, form: LogForm) -> PastDemand:
    """Count the orders of a query.

    Parameters
    ----------
    database : Database
        Where it runs.
    query : str
        One select statement.
    form : LogForm
        How its rows are read.

    Returns
    -------
    PastDemand
        Its counts.

    Raises
    ------
    InputError
        The query or its rows are wrong.
    PlannerError
        The database cannot be reached.
    """
    log, _ = read_query(database, query, form)
    return _counted(log, "query", () if database.file is None else (database.file,))


def past_of_scenario(path: Path, settings: Sequence[str] = ()) -> PastDemand:
    """The history of a scenario to its end, and the events that the scenario states.

    Events are known from the day on which the scenario is planned, without it from its first day;
    their sizes are divided by the history's `scale`, for they are compared with its counts.

    Parameters
    ----------
    path : Path
        The scenario.
    settings : sequence of str
        Values in place of those of its files, each PATH=VALUE.

    Returns
    -------
    PastDemand
        Its history.

    Raises
    ------
    InputError
        The scenario is not valid, or has no history.
    """
    scenario = read_scenario(path, settings=settings, whole_history=True)
    problem, history = scenario.problem, scenario.problem.demand.history
    if history is None:
        words = "a back-test needs past orders: state a history, or give an order log instead"
        raise InputError([Finding(scenario.path.name, 0, 0, "demand.history", words)])
    start = problem.horizon.start
    begin_s = day_number(start) * DAY_S
    known_from = problem.planned_on or start.date()
    announced = tuple(
        Announced(_counted_event(event, begin_s, history.scale), known_from)
        for event in problem.demand.events
    )
    return PastDemand(
        name=problem.name,
        history=_of_all_regions(history),
        announced=announced,
        seed=problem.seed,
        files=(scenario.root, *scenario.files),
        hashes=input_hashes(scenario),
        warnings=scenario.warnings,
    )


def with_holidays(past: PastDemand, country: str | None) -> PastDemand:
    """Let the forecasts know the public holidays of a country; None: those of the scenario."""
    if country is None:
        return past
    holidays = holidays_around(past.history, country)
    return replace(past, history=replace(past.history, holidays=holidays))


def _counted(log: OrderLog, name: str, files: tuple[Path, ...]) -> PastDemand:
    """A log that was read, as counts per hour."""
    history, _ = count_by_hour(log)
    return PastDemand(
        name=name,
        history=_of_all_regions(history),
        files=files,
        hashes={path.name: sha256(path) for path in files},
        warnings=(*log.warnings, *(f"left out: {words}" for words in log.left_out.words())),
    )


def _of_all_regions(history: History) -> History:
    """Counts of all regions together, as they stand in the log."""
    counts = history.counts.sum(axis=1, keepdims=True)
    return replace(history, counts=np.asarray(counts), scale=1.0, lift=1.0)


def _counted_event(event: Event, begin_s: int, scale: float) -> Event:
    """An event in seconds since 1970-01-01, its size in counted orders, for all regions."""
    cap = None if event.cap is None else round(event.cap / scale)
    return Event(
        name=event.name,
        at_s=begin_s + event.at_s,
        median=event.median / scale,
        p95=event.p95 / scale,
        ramp_s=event.ramp_s,
        half_life_s=event.half_life_s,
        pull_forward=event.pull_forward,
        cap=cap,
    )
