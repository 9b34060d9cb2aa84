"""A planted truth: a log that the simulator made with known rates is replayed and back-tested."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.domain.given_demand import ANY_PRODUCT
from planner.domain.problem import Problem
from planner.errors import InputError
from planner.formats.order_log.options import LogForm
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_pieces
from planner.reporting.tables.order_table import orders_pieces
from planner.studies.backtest.replay import (
    LogSource,
    Replay,
    ReplayResult,
    open_replay,
    replayed,
    summary,
)
from planner.studies.backtest.replay_cases import (
    NO_ROSTER,
    Planning,
    hindsight_problem,
    replay_cases,
)
from planner.studies.backtest.replay_outcome import outcome_of
from planner.studies.backtest.replay_rates import at_pace
from planner.studies.backtest.replay_result import single_interval
from planner.studies.certification.common_replications import trace
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from planner.studies.steps.make_plan import as_is_plan
from tests.cli.builders import write_small

TRUE_PACE = 0.75  # of packing, against what the scenario states
TRUE_MEDIAN_H, TRUE_P95_H = 2.0, 7.0
DRAFT = Planning(method="average", draft=True)
LARGER = {"median: 300, p95: 420": "median: 900, p95: 1200", "tail_days: 0": "tail_days: 2"}
SCANS = "service: {{scan_delay_hours: {{median: {median}, p95: {p95}}}}}\n"


def write_scenario(folder: Path, median: float = 3.0, p95: float = 9.0) -> Path:
    """The small scenario with a larger event and scan delays."""
    write_small(folder, LARGER)
    for name in ("near", "far"):
        path = folder / f"{name}.yaml"
        path.write_text(path.read_text() + SCANS.format(median=median, p95=p95))
    return folder


def write_log(problem: Problem, path: Path) -> Path:
    """The orders of one simulated promotion, as `simulate` writes them."""
    records = trace(problem, as_is_plan(problem), "compiled")
    write_pieces(orders_pieces(problem, records), path)
    return path


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Scenario, Path]:
    """A scenario, and a log made with slower packing and other scan delays than it states."""
    folder = tmp_path_factory.mktemp("planted")
    truth = load(write_scenario(folder / "truth", TRUE_MEDIAN_H, TRUE_P95_H)).problem
    log = write_log(at_pace(truth, {(0, 1): TRUE_PACE}), folder / "orders.csv")
    return load(write_scenario(folder / "stated")), log


def asked(scenario: Scenario, log: Path, event: str = "live", **changes: object) -> Replay:
    """A replay of the log."""
    source = LogSource(file=log, form=LogForm({}))
    return open_replay(scenario, event, source, replace(DRAFT, **changes))


@pytest.fixture(scope="module")
def back_tested(planted: tuple[Scenario, Path]) -> tuple[Replay, ReplayResult]:
    """The replay of the planted log."""
    found = asked(*planted)
    return found, replayed(found, RunContext(budget=Budget(20, 20)))


def inputs_of(result: ReplayResult) -> pd.DataFrame:
    """The table of inputs, by their paths."""
    return result.tables["replay_inputs"].set_index("what")


def test_estimates_contain_the_true_rates(back_tested: tuple[Replay, ReplayResult]) -> None:
    """The intervals of both processes hold the rates that the log was made with."""
    table = inputs_of(back_tested[1])
    for process, true in (("pick", 40.0), ("pack", 30.0 * TRUE_PACE)):
        row = table.loc[f"sites.yiwu.processes.{process}.orders_per_hour"]
        assert row["low"] <= true
        assert not row["high"] < true
    pack = table.loc["sites.yiwu.processes.pack.orders_per_hour"]
    assert pack["low"] < pack["estimated"] < 0.9 * pack["stated"]


def test_estimates_contain_the_true_scan_delays(back_tested: tuple[Replay, ReplayResult]) -> None:
    """Median and 95 % point of both contracts hold the delays that the log was made with."""
    table = inputs_of(back_tested[1])
    for contract in ("near", "far"):
        for point, true in (("median", TRUE_MEDIAN_H), ("p95", TRUE_P95_H)):
            row = table.loc[f"contracts.{contract}.service.scan_delay_hours.{point}"]
            assert row["low"] <= true <= row["high"]
            assert row["stated"] == (3.0 if point == "median" else 9.0)


def test_the_roster_at_the_rates_of_the_log_is_as_late_as_the_log(
    back_tested: tuple[Replay, ReplayResult],
) -> None:
    """What is replayed with the inputs that the log shows agrees with the log within its noise."""
    table = back_tested[1].tables["replay"].set_index("case")
    log, corrected = table.loc["log"], table.loc["corrected"]
    assert log["late_share"] > 0
    assert corrected["late_low"] <= log["late_share"] <= corrected["late_high"]
    assert table.loc["roster", "late_share"] < log["late_share"]


def test_the_true_operation_is_as_late_as_its_log(
    planted: tuple[Scenario, Path], tmp_path: Path
) -> None:
    """With the inputs that the log was made with, the late share of the log is that of any other
    replication.
    """
    pace = f"sites.yiwu.processes.pack.orders_per_hour={30 * TRUE_PACE}"
    truth = load(write_scenario(tmp_path / "truth", TRUE_MEDIAN_H, TRUE_P95_H), settings=[pace])
    found = asked(truth, planted[1])
    roster, *_ = replay_cases(truth.problem, found.past, DRAFT, RunContext(budget=Budget(20, 20)))
    low, high = single_interval(roster.late)
    late = outcome_of(roster.problem, found.past).late_share
    assert low is not None
    assert late is not None
    assert high is not None
    assert low <= late <= high


def test_every_case_replays_the_orders_that_came(back_tested: tuple[Replay, ReplayResult]) -> None:
    """Orders of the promotion are those of the log in every case, day by day."""
    found, result = back_tested
    orders = result.tables["replay"]["orders"]
    assert orders.tolist() == [len(found.past)] * len(orders)
    days = result.tables["replay_days"].pivot(index="date", columns="case", values="orders")
    assert (days.nunique(axis=1) == 1).all()


def test_estimates_can_be_pasted(
    planted: tuple[Scenario, Path], back_tested: tuple[Replay, ReplayResult]
) -> None:
    """The settings that the snippet names are accepted, and its content is YAML."""
    from ruamel.yaml import YAML

    text = back_tested[1].snippet
    content = YAML(typ="safe").load(text)
    assert set(content) == {"sites", "contracts"}
    settings = [line.split()[2] for line in text.splitlines() if line.startswith("#   --set")]
    again = load(planted[0].path, settings=settings).problem
    assert again.sites[0].processes[1].orders_per_hour == pytest.approx(22.5, rel=0.1)
    assert again.contract("near").service.scan_delay.median_s == pytest.approx(7_200, rel=0.2)


def test_hindsight_knows_the_orders_hour_by_hour(back_tested: tuple[Replay, ReplayResult]) -> None:
    """The demand of hindsight is what came, on a single path."""
    found = back_tested[0]
    given = hindsight_problem(found.scenario.problem, found.past).demand.given
    assert given is not None
    assert given.orders.shape[0] == 1
    days = found.scenario.problem.horizon.reported_days
    assert given.orders[0, : days * 24].sum() == pytest.approx(len(found.past), abs=1)
    assert given.product is not None
    assert given.product.tolist() == [ANY_PRODUCT]


def test_the_summary_holds_every_case(back_tested: tuple[Replay, ReplayResult]) -> None:
    """`--json` has the cases in their order, and null where nothing is known."""
    found, result = back_tested
    content = summary(found, result.tables, 20)
    cases = [case["case"] for case in content["cases"]]
    assert cases == ["log", "roster", "corrected", "plan", "hindsight"]
    assert content["cases"][0]["cost"] is None
    assert content["day"] == "2026-11-10"


def rewritten(log: Path, path: Path, **columns: object) -> Path:
    """The log with some columns changed (a function), or left out (None)."""
    table = pd.read_csv(log, dtype=str, keep_default_na=False)
    for name, change in columns.items():
        if change is None:
            table = table.drop(columns=name)
        else:
            table[name] = table[name].map(change)
    table.to_csv(path, index=False)
    return path


def test_an_unknown_event_lists_what_there_is(planted: tuple[Scenario, Path]) -> None:
    """Events of the scenario and surges of the log are named."""
    with pytest.raises(InputError, match='no such event, got "nope"; events of the scenario: "li'):
        asked(*planted, event="nope")


def test_regions_that_the_scenario_does_not_know_are_refused(
    planted: tuple[Scenario, Path], tmp_path: Path
) -> None:
    """All of them at once, with the lines where they stand first."""
    names = {"sichuan": "atlantis", "xizang": "utopia"}
    log = rewritten(planted[1], tmp_path / "log.csv", region=lambda r: names.get(r, r))
    with pytest.raises(InputError) as refused:
        asked(planted[0], log)
    words = str(refused.value)
    assert "atlantis" in words
    assert "utopia" in words


def test_a_log_without_hand_overs_compares_plans_alone(
    planted: tuple[Scenario, Path], tmp_path: Path
) -> None:
    """No late share of the log and no estimates; the message says why."""
    gone = dict.fromkeys(("packed_at", "handed_over_at", "scanned_at", "deadline"))
    found = asked(planted[0], rewritten(planted[1], tmp_path / "log.csv", **gone))
    context = RunContext(budget=Budget(3, 20))
    result = replayed(found, context)
    table = result.tables["replay"].set_index("case")
    assert np.isnan(table.loc["log", "late_share"])
    assert "neither when orders were packed nor" in table.loc["log", "message"]
    assert result.tables["replay_inputs"].empty
    assert list(table.index) == ["log", "roster", "plan", "hindsight"]


def test_without_staffing_there_is_no_roster_of_then(
    planted: tuple[Scenario, Path],
) -> None:
    """The case says that the scenario states none, and nothing is estimated under it."""
    scenario, log = planted
    bare = replace(scenario, problem=replace(scenario.problem, roster=None))
    result = replayed(asked(bare, log), RunContext(budget=Budget(3, 20)))
    table = result.tables["replay"].set_index("case")
    assert table.loc["roster", "message"] == NO_ROSTER
    assert "corrected" in table.index or result.rates is None
    assert not inputs_of(result).index.str.contains("orders_per_hour").any()


def test_a_promotion_that_the_log_cuts_off_is_replayed_until_then(
    planted: tuple[Scenario, Path], tmp_path: Path
) -> None:
    """Whole days that the log holds are replayed, and the rest is said to be missing."""
    table = pd.read_csv(planted[1], dtype=str, keep_default_na=False)
    table = table[table["ordered_at"] < "2026-11-11 12:00"]
    table.to_csv(tmp_path / "log.csv", index=False)
    context = RunContext(budget=Budget(3, 20))
    result = replayed(asked(planted[0], tmp_path / "log.csv"), context)
    assert sorted(set(result.tables["replay_days"]["date"])) == ["2026-11-09", "2026-11-10"]
    assert any("the log ends 2026-11-11 12:00" in note for note in context.notes)


def test_a_log_of_other_days_is_refused(planted: tuple[Scenario, Path], tmp_path: Path) -> None:
    """The message names the event and when it begins."""
    log = rewritten(
        planted[1], tmp_path / "log.csv", ordered_at=lambda t: t.replace("2026-", "2025-")
    )
    with pytest.raises(InputError, match="live begins 2026-11-10 20:00, which the log does not"):
        asked(planted[0], log)


def test_counts_by_hour_are_no_log(planted: tuple[Scenario, Path], tmp_path: Path) -> None:
    """A history of counts would be read as one order for each hour: it is refused."""
    counts = tmp_path / "history.csv"
    counts.write_text("time,region,orders\n2026-11-10 20:00,zhejiang,40\n", encoding="utf-8")
    with pytest.raises(InputError, match="counts of orders cannot be replayed one by one"):
        asked(planted[0], counts)
