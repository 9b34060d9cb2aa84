"""`planner replan`: from a plan and the orders until now to changes, calls and a certificate."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.errors import ConflictError, ExitCode
from planner.formats.plan_files.belonging import check_belongs
from planner.formats.plan_files.given_plan import read_given_plan
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.pages.replan import call_pages
from planner.reporting.report import open_context, pdf_of
from planner.studies.steps.load import load
from planner.studies.verification.verify import verify
from tests.cli.builders import write_small
from tests.cli.conftest import call_here, without_figures
from tests.cli.forging import Remembering
from tests.reporting.test_report import pages_text

CREW = {
    "tail_days: 0": "tail_days: 1",  # of which no table of a plan shows the roster
    "absence: 0.05,\n     hire_cost: 100}": "absence: 0.05, hire_cost: 100, notice_days: 5,\n"
    "     on_call: {notice_hours: 5, max_people: 8, wage_per_hour: 34}}",
}
NOW = "2026-11-10T22:00"
ASKED = ("--now", NOW, "--replications", 20, "--jobs", 1, "--quiet", "--json")


def orders_file(folder: Path, live: int) -> Path:
    """Orders by hour until 22:00 of the second day: the baseline, and so many of the event."""
    hourly = [12.5] * 44 + [12.5 + 0.25 * live, 12.5 + 0.22 * live]
    lines = [
        f"2026-11-{9 + hour // 24:02}T{hour % 24:02}:00,{round(n)}" for hour, n in enumerate(hourly)
    ]
    path = folder / "orders.csv"
    path.write_text("\n".join(["time,orders", *lines]) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small(tmp_path_factory.mktemp("replan") / "scenario", CREW)


@pytest.fixture(scope="module")
def plan(scenario: Path) -> Path:
    out = scenario.parent / "plan"
    asked = ("--method", "average", "--replications", 14, "--jobs", 1, "--quiet")
    assert call_here("plan", scenario, "-o", out, *asked).code == 0
    return out


@pytest.fixture(scope="module")
def replanned(scenario: Path, plan: Path) -> tuple[Path, Any]:
    """After an event five times as large as its median."""
    out = scenario.parent / "replanned"
    actuals = orders_file(scenario.parent, 1_800)
    given = ("--plan", plan, "--actuals", actuals)
    with without_figures():
        done = call_here("replan", scenario, *given, *ASKED, "-o", out)
    assert done.code == 0, done.err
    return out, done.json()


def test_a_much_larger_event_calls_people_and_saves_money(replanned: tuple[Path, Any]) -> None:
    """The size is learned, changes have the fixed columns, save more than their price, and pay."""
    out, summary = replanned
    (live,) = summary["event_sizes"]
    assert 1_500 < live["p50"] < 2_100
    changes = pd.read_csv(out / "tables" / "changes.csv")
    assert list(changes.columns[:10]) == [
        *("what", "site", "process", "crew", "shift", "date"),
        *("before", "after", "saves", "decide_by"),
    ]
    assert len(changes) > 0
    assert (changes["decide_by"] >= "2026-11-10 22:00").all()
    effect = summary["effect"]
    assert effect["difference"]["cost_high"] < 0
    assert effect["after"]["late_orders_mean"] < effect["before"]["late_orders_mean"]


def test_the_call_list_names_everybody_whose_shift_changes(replanned: tuple[Path, Any]) -> None:
    """As many people are told as places changed, each once a day; nobody else moves."""
    out, summary = replanned
    calls, changes = pd.DataFrame(summary["calls"]), pd.DataFrame(summary["changes"])
    people = changes[changes["crew"] != ""]
    assert len(calls) == people["amount"].sum()
    assert not calls.duplicated(["date", "site", "crew", "person"]).any()
    roster = pd.read_csv(out / "tables" / "roster.csv")
    called = roster[roster["crew"] == "agency on call"]
    assert len(called) == people[people["what"] == "call"]["amount"].sum()


def test_the_folder_is_proved_and_listed(
    replanned: tuple[Path, Any], remembering: Remembering
) -> None:
    """All of it follows from what the folder keeps."""
    out, _ = replanned
    proof = verify(out, full=True, context=remembering)
    assert proof.verified, proof.findings
    assert {"tables/changes.csv", "tables/replan_effect.csv", "tables/now.csv"} <= proof.files


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_the_same_bytes_whatever_the_processes(
    scenario: Path, plan: Path, replanned: tuple[Path, Any]
) -> None:
    """Two processes give the same changes as one."""
    out = scenario.parent / "twice"
    actuals = scenario.parent / "orders.csv"
    asked = ("--now", NOW, "--replications", 20, "--jobs", 2, "--quiet")
    done = call_here("replan", scenario, "--plan", plan, "--actuals", actuals, *asked, "-o", out)
    assert done.code == 0, done.err
    for name in ("changes", "calls", "replan_effect", "roster", "replications"):
        file = f"tables/{name}.csv"
        assert (out / file).read_bytes() == (replanned[0] / file).read_bytes()


def test_as_expected_nothing_changes(scenario: Path, plan: Path, tmp_path: Path) -> None:
    """With an event of its median size no change is worth its price, and the plan is the same; its
    pages are drawn.
    """
    actuals, out = orders_file(tmp_path, 300), tmp_path / "out"
    done = call_here("replan", scenario, "--plan", plan, "--actuals", actuals, *ASKED, "-o", out)
    assert done.code == 0, done.err
    assert done.json()["changes"] == []
    assert list((out / "figures").glob("*.png"))
    for name in ("staffing", "extra_collections", "routing", "roster"):
        before, after = (f / "tables" / f"{name}.csv" for f in (plan, out))
        assert before.read_bytes() == after.read_bytes()


def test_what_is_wrong_is_told_before_anything_is_written(
    scenario: Path, plan: Path, tmp_path: Path
) -> None:
    """A moment outside the promotion ends with exit code 3, and no folder is left."""
    actuals, out = orders_file(tmp_path, 300), tmp_path / "out"
    asked = ("--plan", plan, "--actuals", actuals, "--now", "2027-01-01T00:00", "-o", out)
    done = call_here("replan", scenario, *asked)
    assert done.code == ExitCode.INPUT
    assert "--now: must lie within the promotion" in done.err
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("undrawn")
def test_a_second_replan_goes_on_from_the_first(
    scenario: Path, plan: Path, tmp_path: Path, remembering: Remembering
) -> None:
    """People who were called stay called, and it is proved."""
    first, second, actuals = tmp_path / "first", tmp_path / "second", orders_file(tmp_path, 1_800)
    asked = ("--notice-hours", 168, "--replications", 20, "--jobs", 1, "--quiet", "--json")
    given = ("--plan", plan, "--actuals", actuals, "--now", NOW)
    done = call_here("replan", scenario, *given, *asked, "-o", first)
    assert {row["what"] for row in done.json()["changes"]} == {"call"}
    more = actuals.read_text(encoding="utf-8") + "2026-11-10T22:00,300\n2026-11-10T23:00,200\n"
    actuals.write_text(more, encoding="utf-8")
    given = ("--plan", first, "--actuals", actuals, "--now", "2026-11-11T00:00")
    done = call_here("replan", scenario, *given, *asked, "-o", second)
    assert done.code == 0, done.err
    called = [
        pd.read_csv(out / "tables" / "staffing.csv").query("crew == 'agency on call'")["headcount"]
        for out in (first, second)
    ]
    assert called[1].sum() >= called[0].sum() > 0
    proof = verify(second, full=True, context=remembering)
    assert proof.verified, proof.findings


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_page_one_is_about_the_changes(replanned: tuple[Path, Any], lang: str) -> None:
    """As of when, each change with its deadline, and on the next page everybody who is told."""
    out, summary = replanned
    context, _ = open_context(out, lang)
    with applied(context.typeface):
        sheets = all_pages(context)
        first, second = pages_text(pdf_of(sheets[:2], "pages"))
    labels = context.labels
    assert labels.moment(datetime.fromisoformat(NOW)) in first
    for row in summary["changes"]:
        decide_by = labels.moment(datetime.fromisoformat(row["decide_by"]))
        assert "".join(decide_by.split()) in "".join(first.split())
    assert labels("replan_head_sizes") in first
    assert labels("head_hiring") not in first
    assert all(row["person"] in second for row in summary["calls"])


@pytest.mark.usefixtures("undrawn")
def test_page_one_says_that_nothing_changes(scenario: Path, plan: Path, tmp_path: Path) -> None:
    """Instead of an empty table; without a call list."""
    actuals, out = orders_file(tmp_path, 300), tmp_path / "out"
    call_here("replan", scenario, "--plan", plan, "--actuals", actuals, *ASKED, "-o", out)
    context, _ = open_context(out, "en")
    with applied(context.typeface):
        (text,) = pages_text(pdf_of(all_pages(context)[:1], "page"))
        assert call_pages(context) == []
    assert "Carry on as planned." in text.replace("\n", " ")


def test_a_plan_that_called_people_is_named_for_what_it_is(scenario: Path, plan: Path) -> None:
    """It is no plan of another scenario: those called are a crew of the result alone."""
    problem = load(scenario).problem
    made = read_given_plan(plan, problem).plan
    called = replace(made.staffing[0], crew="agency on call")
    with pytest.raises(ConflictError, match=r"changed by planner replan.*agency on call at yiwu"):
        check_belongs(problem, replace(made, staffing=(*made.staffing, called)))
    other = replace(made.staffing[0], crew="nobody")
    with pytest.raises(ConflictError, match=r"another scenario.*agency on call.*nobody"):
        check_belongs(problem, replace(made, staffing=(*made.staffing, called, other)))


def test_what_changed_is_compared_with_the_plan(plan: Path, replanned: tuple[Path, Any]) -> None:
    """The people who come in addition are those of the changes, and the certificate is its own."""
    out, _ = replanned
    found = call_here("diff", plan, out, "--json").json()
    assert (found["a"]["verdict"], found["b"]["verdict"]) == ("certified", "not_certified")
    more = sum((row["b"] or 0) - (row["a"] or 0) for row in found["differences"]["people"])
    changes = pd.read_csv(out / "tables" / "changes.csv").query("what == 'shift'")
    assert more == (changes["after"] - changes["before"]).sum() > 0
