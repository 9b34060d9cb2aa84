"""A surge of another year: the scenario is moved to it, with what was known before."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.scenario.reader import Scenario
from planner.studies.backtest.replay import LogSource, Replay, open_replay, replayed
from planner.studies.backtest.replay_cases import Planning
from planner.studies.backtest.replay_move import moved_to
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from tests.cli.builders import write_small

FIRST, SURGE = date(2025, 6, 1), date(2025, 11, 11)
BEFORE, SINCE = 40, 80  # orders a day, before and since 2026
DRAFT = Planning(method="average", draft=True)


def write_log(path: Path) -> Path:
    """A log of sixteen months: a surge in November, and twice the orders from January on."""
    rng, rows = np.random.default_rng(5), ["ordered_at,region"]
    for n in range((date(2026, 10, 1) - FIRST).days):
        day = FIRST + timedelta(days=n)
        usual = BEFORE if day.year == 2025 else SINCE
        orders = rng.poisson(usual * (6 if day == SURGE else 1))
        seconds = np.sort(rng.integers(0, 86_400, orders)).tolist()
        moments = (
            datetime.combine(day, datetime.min.time()) + timedelta(seconds=s) for s in seconds
        )
        rows += [f"{moment.isoformat(sep=' ')},zhejiang" for moment in moments]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """A scenario of this year with that log as its history."""
    folder = tmp_path_factory.mktemp("moved")
    history = "history: {path: orders.csv}"
    write_small(folder, {"baseline_orders_per_day: 300": history, "tail_days: 0": "tail_days: 2"})
    write_log(folder / "orders.csv")
    return load(folder)


def asked(scenario: Scenario, event: str) -> Replay:
    """A replay from the scenario's own history."""
    return open_replay(scenario, event, LogSource(file=None, form=LogForm({})), DRAFT)


def test_the_scenario_moves_by_whole_weeks_and_its_events_by_the_rest(scenario: Scenario) -> None:
    """Weekdays stay; the busiest day falls on the date that is asked for."""
    problem = scenario.problem
    for day in (SURGE, date(2025, 11, 13), date(2025, 11, 10)):
        moved = moved_to(problem, day)
        assert (problem.horizon.start - moved.horizon.start).days % 7 == 0
        (event,) = moved.demand.events
        assert moved.horizon.at(event.at_s).date() == day


def test_only_what_was_known_then_is_used(scenario: Scenario) -> None:
    """The history ends before the promotion, and its level is that of then; the event is in
    proportion to it.
    """
    problem, moved = scenario.problem, moved_to(scenario.problem, SURGE)
    assert moved.demand.history is not None
    assert moved.demand.baseline is not None
    hours = moved.demand.history.start_hour + len(moved.demand.history.counts)
    assert hours * 3600 <= (moved.horizon.start - datetime(1970, 1, 1)).total_seconds()
    days = moved.horizon.days
    assert moved.demand.baseline.orders_per_hour.sum() / days == pytest.approx(BEFORE, rel=0.1)
    assert problem.demand.baseline is not None
    then, now = moved.demand.events[0], problem.demand.events[0]
    assert then.median / now.median == pytest.approx(BEFORE / SINCE, rel=0.15)
    assert then.p95 / then.median == pytest.approx(now.p95 / now.median)


def test_a_surge_of_the_log_is_replayed_by_its_date(scenario: Scenario) -> None:
    """Its orders are replayed, and that the scenario is moved is said."""
    found = asked(scenario, SURGE.isoformat())
    assert found.moved_weeks == -52
    context = RunContext(budget=Budget(2, 20))
    tables = replayed(found, context).tables
    days = tables["replay_days"].query("case == 'roster'").set_index("date")
    assert days.loc["2025-11-11", "orders"] > 4 * BEFORE
    assert any("moved by -52 weeks" in note for note in context.notes)


def test_a_date_without_a_surge_lists_the_surges(scenario: Scenario) -> None:
    """With the date of each and how high it was."""
    with pytest.raises(InputError, match=r"no surge on 2025-10-01; .*2025-11-11 .[56]\.\d times"):
        asked(scenario, "2025-10-01")


def test_a_promotion_before_the_history_is_refused(scenario: Scenario) -> None:
    """Nothing was known of it: there is nothing to plan from."""
    with pytest.raises(InputError, match="nothing was known then"):
        moved_to(scenario.problem, date(2025, 5, 20))


def test_events_that_would_leave_the_horizon_are_refused(tmp_path: Path) -> None:
    """A horizon too short to move the events within it needs more days."""
    changes = {'at: "2026-11-10T20:00"': 'at: "2026-11-09T20:00"'}
    problem = load(write_small(tmp_path, changes)).problem
    with pytest.raises(InputError, match="give it more days"):
        moved_to(problem, date(2025, 11, 8))
