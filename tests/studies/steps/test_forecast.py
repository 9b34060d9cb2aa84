"""From scenario to fan: preparing, forecasting, scoring, and the command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from planner.cli.check_cmd import command as check
from planner.cli.forecast_cmd import command
from planner.domain.order_history import History
from planner.errors import InputError
from planner.forecasting.daily_series import day_number
from planner.studies.steps.forecast import forecast, prepare, read_actuals, score_actuals
from planner.studies.steps.load import load
from planner.studies.steps.staff_notes import pay_warnings
from tests.forecasting.builders import problem
from tests.forecasting.real_log import ROOT, SHIPPED, real_history
from tests.formats.builders import TINY

SCENARIO = ROOT / "configs" / "black-friday"


def test_prepare_fits_a_history_and_leaves_the_rest_alone() -> None:
    """A stated baseline comes back as the same object; the real scenario gets one it did not
    have.
    """
    stated = problem()
    assert prepare(stated) is stated
    fitted = load(SCENARIO).problem.demand
    assert fitted.baseline is not None
    assert fitted.history is not None
    assert fitted.baseline.orders_per_hour.shape == ((14 + 4) * 24,)  # the tail too


def test_the_scenario_reads_its_counts_as_shipped() -> None:
    """The history of the scenario is history.csv, cell by cell, and ends before the day of
    planning.
    """
    history = load(SCENARIO).problem.demand.history
    assert isinstance(history, History)
    assert history.counts.sum() == real_history().counts.sum() == 5841
    last_hour = history.start_hour + len(history.counts) - 1
    assert last_hour // 24 < day_number(pd.Timestamp("2017-11-13"))


def test_what_came_lies_inside_the_fan_made_before() -> None:
    """The real Black Friday, its peak day and its total lie inside the 90 % interval of the
    forecast of 13 November, and the scenario's README quotes the score as it is.
    """
    given = load(SCENARIO).problem
    came = read_actuals(SCENARIO / "actuals.csv", given)
    assert came.sum(axis=1).reshape(14, 24).sum(axis=1)[4] == 192
    table = score_actuals(given, came, 500, given.seed).set_index("what")
    assert 0.05 < table.loc["peak_day_orders", "quantile"] < 0.95
    assert 0.05 < table.loc["total_orders", "quantile"] < 0.95
    assert table.loc["hours_inside_80", "actual"] > 0.7
    readme = (
        (SCENARIO / "README.md").read_text(encoding="utf-8").split("## How the forecast fared")[1]
    )
    quoted = [int(number) for number in re.findall(r"(\d+)%", readme)]
    places = [("peak_day_orders", "quantile"), ("total_orders", "quantile")]
    places += [
        ("hours_inside_80", "actual"),
        ("days_inside_80", "actual"),
        ("days_inside_90", "actual"),
    ]
    assert quoted == [round(100 * table.loc[place]) for place in places]


def test_the_forecast_does_not_know_what_came(tmp_path: Path) -> None:
    """Without actuals.csv the scenario and its fan are the same."""
    for source in sorted(SHIPPED.rglob("*")):
        if source.is_file() and source.name != "actuals.csv":
            target = tmp_path / "copy" / source.relative_to(SHIPPED)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
    here, there = load(SCENARIO).problem, load(tmp_path / "copy").problem
    first, second = forecast(here, 50, 1), forecast(there, 50, 1)
    assert all(first[name].equals(second[name]) for name in first)


def test_actuals_are_read_up_to_the_last_day_they_hold(tmp_path: Path) -> None:
    """Hours outside the horizon are left out, days after the last row are not taken for days
    without orders.
    """
    path = tmp_path / "came.csv"
    path.write_text(
        "time,region,orders\n2026-11-01T23:00,east,9\n2026-11-03T05:00,West,4\n", encoding="utf-8"
    )
    counts = read_actuals(path, problem())
    assert counts.shape == (48, 2)
    assert counts.sum() == counts[29, 1] == 4


def test_actuals_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    """An unknown region is named with its line; a file of another month holds nothing of the
    horizon.
    """
    path = tmp_path / "came.csv"
    path.write_text("time,region,orders\n2026-11-02T05:00,nord,9\n", encoding="utf-8")
    with pytest.raises(
        InputError, match=r"came\.csv:2(:\d+)?: region: no such region, got \"nord\""
    ):
        read_actuals(path, problem())
    path.write_text("time,region,orders\n2025-11-02T05:00,east,9\n", encoding="utf-8")
    with pytest.raises(InputError, match="no hour of the horizon"):
        read_actuals(path, problem())


def test_the_command_writes_tables_figures_and_score(tmp_path: Path) -> None:
    """Two runs give the same bytes in every file, other replications do not."""
    folders = []
    for name, paths in (("a", "40"), ("b", "40"), ("c", "41")):
        out = tmp_path / name
        arguments = [str(SCENARIO), "-o", str(out), "--replications", paths, "--json"]
        result = CliRunner().invoke(
            command, [*arguments, "--actuals", str(SCENARIO / "actuals.csv"), "--lang", "zh"]
        )
        assert result.exit_code == 0, result.output
        folders.append(
            {p.relative_to(out).as_posix(): p.read_bytes() for p in out.rglob("*") if p.is_file()}
        )
        summary = json.loads(result.stdout)
    assert folders[0] == folders[1]
    assert folders[0]["tables/forecast_daily.csv"] != folders[2]["tables/forecast_daily.csv"]
    names = {"forecast_hourly", "forecast_daily", "forecast_peak", "actuals_score"}
    assert {f"tables/{name}.csv" for name in names} <= set(folders[0])
    assert {"figures/demand-fan.png", "figures/demand-days.png", "run.json"} <= set(folders[0])
    assert (
        summary["total_orders"]["p05"]
        < summary["total_orders"]["p50"]
        < summary["total_orders"]["p95"]
    )
    assert len(summary["days"]) == 14
    assert {row["what"] for row in summary["actuals"]} >= {
        "total_orders",
        "peak_day_orders",
        "hours_inside_80",
    }


def test_regions_of_the_fan_add_up_to_the_total() -> None:
    """Means over the regions sum to the mean of all."""
    daily = forecast(problem(), 30, 1)["forecast_daily"]
    total = daily[daily.region == "all"]["mean"].to_numpy()
    parts = daily[daily.region != "all"].groupby("date")["mean"].sum().to_numpy()
    assert parts == pytest.approx(total, abs=0.002)
    assert np.isfinite(total).all()


SHOP = """\
horizon: {start: "2026-07-06T00:00", days: 7, tail_days: 0}
opening_backlog: {orders: 0}
platform: {counts: label, deadline_hours: 48}
demand: {history: {path: h.csv%s}}
sites: [{name: hall, processes: {pack: {orders_per_hour: 30}}}]
shifts: [{name: day, start: "08:00", end: "17:00"}]
crews: [{name: people, headcount: 5}]
"""
CLOSED_ON_SATURDAYS = (
    "history: no order on the last 26 Saturdays: taken as closed; if the shop opens on one, list "
    "it in "
    "demand.history.open_days"
)
CLOSED_AT_NIGHT = "history: never an order at 00:00-09:00, 21:00-24:00: none are expected then"


def _shop(folder: Path, stated: str = "") -> Path:
    """Ten orders an hour from 9 to 21, closed on Saturdays, for half a year."""
    moments = pd.date_range("2026-01-05T00:00", "2026-07-05T23:00", freq="h")
    opened = moments[(moments.day_of_week != 5) & (moments.hour >= 9) & (moments.hour < 21)]
    rows = [f"{moment:%Y-%m-%dT%H:%M},,10" for moment in opened]
    (folder / "h.csv").write_text("\n".join(["time,region,orders", *rows]) + "\n", encoding="utf-8")
    (folder / "scenario.yaml").write_text(SHOP % stated, encoding="utf-8")
    return folder


def test_what_is_taken_as_closed_is_warned_of(tmp_path: Path) -> None:
    """`check` and every command that loads a scenario name the weekday and the hours; no orders are
    expected then.
    """
    shop = load(_shop(tmp_path))
    assert shop.warnings == (CLOSED_ON_SATURDAYS, CLOSED_AT_NIGHT)
    result = CliRunner().invoke(check, [str(tmp_path), "--json"])
    found = json.loads(result.stdout)
    assert found["warnings"] == [*shop.warnings, *pay_warnings(shop.problem)]
    assert found["orders_expected"] == pytest.approx(6 * 120, rel=0.01)
    daily = forecast(shop.problem, 20, 1)["forecast_daily"].set_index("date")
    assert daily.loc["2026-07-11", ["mean", "p05", "p95"]].to_numpy().max() == 0.0
    assert daily.loc["2026-07-10", "p05"].min() > 90


def test_a_stated_open_or_closed_day_is_forecast_so_and_no_longer_warned_of(tmp_path: Path) -> None:
    """A Saturday that opens has the orders of a Friday; one that is said to be closed needs no
    warning.
    """
    opens = load(_shop(tmp_path, stated=', open_days: ["2026-07-11"], closed_days: ["2026-07-06"]'))
    assert opens.warnings == (CLOSED_AT_NIGHT,)
    assert opens.problem.demand.baseline is not None
    per_day = opens.problem.demand.baseline.orders_per_hour.reshape(7, 24).sum(axis=1)
    assert per_day[0] == 0.0
    assert per_day[5] == pytest.approx(120, rel=0.01)
    assert load(_shop(tmp_path, stated=', closed_days: ["2026-07-11"]')).warnings == (
        CLOSED_AT_NIGHT,
    )


def test_a_day_like_a_closed_weekday_is_found_where_it_is_stated(tmp_path: Path) -> None:
    """The history says that the weekday is closed; the finding stands where the scenario names
    it.
    """
    with pytest.raises(InputError) as caught:
        load(
            _shop(
                tmp_path, stated=', open_days: ["2026-07-08", {date: "2026-07-11", like: saturday}]'
            )
        )
    (finding,) = caught.value.findings
    assert (finding.file, finding.field) == ("scenario.yaml", "demand.history.open_days.1.like")
    line = (tmp_path / "scenario.yaml").read_text("utf-8").splitlines()[finding.line - 1]
    assert line[finding.column - 1 :].startswith("saturday}")


def test_orders_that_the_baseline_cannot_give_are_said(tmp_path: Path) -> None:
    """An event takes 3,000 orders from a baseline of 100 a day: `check` and the forecast say how
    many are missing, and every command that loads the scenario warns.
    """
    event = (
        '{name: sale, at: "2026-01-05T10:00", orders: 10000, half_life_hours: 1, pull_forward: 0.3}'
    )
    stated = f"demand: {{baseline_orders_per_day: 100, events: [{event}]}}"
    (tmp_path / "scenario.yaml").write_text(
        TINY.replace("demand: {baseline_orders_per_day: 2400}", stated), "utf-8"
    )
    figures = {
        "stated": 3000,
        "taken": 200,
        "after": round(3000 * 15 / 28),
        "missing": round(3000 * 13 / 28 - 200),
    }
    checked = json.loads(CliRunner().invoke(check, [str(tmp_path), "--json", "--quiet"]).stdout)
    assert checked["pull_forward"] == figures
    shop = load(tmp_path)
    (warning,) = shop.warnings
    assert warning.endswith(
        "3,000 orders: 200 are taken, 1,607 fall after the horizon, 1,193 are missing"
    )
    assert list(checked["warnings"]) == [warning, *pay_warnings(shop.problem)]
    out = tmp_path / "out"
    result = CliRunner().invoke(
        command, [str(tmp_path), "-o", str(out), "--replications", "5", "--json", "--quiet"]
    )
    assert json.loads(result.stdout)["pull_forward"] == figures
