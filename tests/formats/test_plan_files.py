"""A plan is read back unchanged; damaged files and foreign plans are distinguished."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.documents.reading import read_decisions
from planner.domain.plan import Certificate, ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import ConflictError, InputError
from planner.formats.plan_files import plan_summary, read_plan, write_plan
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import SCENARIO, TINY, write_folder

PLAN = Plan(
    method="joint",
    status=PlanStatus.FEASIBLE,
    staffing=(
        StaffRow(
            day=0,
            site="yiwu",
            process="pick",
            crew="permanent",
            shift="day",
            since_day=LONG_AGO,
            headcount=5,
        ),
        StaffRow(
            day=1,
            site="yiwu",
            process="pack",
            crew="agency",
            shift="night",
            since_day=-2,
            headcount=7,
        ),
    ),
    routing=(
        ShareRow(region="east", site="yiwu", contract="one", from_s=0, to_s=345_600, share=1 / 3),
        ShareRow(
            region="west",
            site="yiwu",
            contract="one",
            from_s=0,
            to_s=345_600,
            share=1.0,
            above_g=0,
            to_g=500,
        ),
        ShareRow(
            region="west",
            site="yiwu",
            contract="one",
            from_s=0,
            to_s=345_600,
            share=1.0,
            above_g=500,
        ),
    ),
    stock=(StockRow("yiwu", "small", 900), StockRow("yiwu", "large", 0)),
    extra=(ExtraCollection(2, "yiwu", "one", 82_800, 1),),
    signed=("one",),
    objective=1_234_567,
    bound=1_200_001,
    gap=0.0279999,
    costs={"wages": 1_000_001, "courier": 234_566},
    expected={"on_time_share": 0.991},
    certificate=Certificate(
        certified=True,
        on_time_share=0.98,
        confidence=0.95,
        replications=100,
        met=99,
        lower_bound=0.9534,
        level=0.95,
        seed=7,
    ),
    reproducible=False,
)


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    return read_scenario(write_folder(tmp_path_factory.mktemp("small") / "scenario")).problem


def fields(plan: Plan) -> dict[str, object]:
    return {f.name: getattr(plan, f.name) for f in dataclasses.fields(plan)}


def test_a_written_plan_reads_as_itself(tmp_path: Path, problem: Problem) -> None:
    """read(write(plan)) is the plan, field by field, to the last digit."""
    write_plan(tmp_path / "run", problem, PLAN)
    assert fields(read_plan(tmp_path / "run", problem)) == fields(PLAN)


def test_people_and_vehicles_of_the_tail_stand_in_tables_of_their_own(
    tmp_path: Path, problem: Problem
) -> None:
    """Of four days the last two are the tail: read back as one plan; the promotion's tables hold
    its own days, and its last period of the routing ends with them.
    """
    horizon = dataclasses.replace(problem.horizon, tail_days=2)
    problem = dataclasses.replace(problem, horizon=horizon)
    late = dataclasses.replace(PLAN.staffing[0], day=3)
    plan = dataclasses.replace(PLAN, staffing=(*PLAN.staffing, late))
    write_plan(tmp_path / "run", problem, plan)
    assert fields(read_plan(tmp_path / "run", problem)) == fields(plan)
    tables = {
        name: (tmp_path / "run" / "tables" / f"{name}.csv").read_text(encoding="utf-8")
        for name in (
            "staffing",
            "tail_staffing",
            "extra_collections",
            "tail_collections",
            "routing",
        )
    }
    lines = {name: len(text.splitlines()) - 1 for name, text in tables.items()}
    assert lines["staffing"] == 2
    assert lines["tail_staffing"] == lines["tail_collections"] == 1
    assert lines["extra_collections"] == 0
    assert problem.horizon.at(2 * 86_400).strftime("%Y-%m-%dT%H:%M") in tables["routing"]


def test_a_plan_without_stock_and_solver_reads_as_itself(tmp_path: Path, problem: Problem) -> None:
    """Unlimited stock, no objective and no certificate stay what they are."""
    plain = Plan(
        method="average", status=PlanStatus.RULE_OF_THUMB, staffing=(), routing=(), stock=None
    )
    write_plan(tmp_path / "run", problem, plain)
    assert fields(read_plan(tmp_path / "run", problem)) == fields(plain)


def test_why_a_plan_stands_in_is_kept(tmp_path: Path, problem: Problem) -> None:
    """The status is one of few, the reason stands next to it and is read back."""
    plain = Plan(
        method="average",
        status=PlanStatus.FALLBACK,
        staffing=(),
        routing=(),
        stock=None,
        note="the solver crashed",
    )
    write_plan(tmp_path / "run", problem, plain)
    assert '"status": "fallback"' in (tmp_path / "run" / "plan.json").read_text(encoding="utf-8")
    assert read_plan(tmp_path / "run", problem).status_in_words == "fallback: the solver crashed"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-9, 3), st.integers(0, 999)), max_size=6),
    st.lists(st.floats(0, 1), max_size=5),
    st.none() | st.integers(0, 10**13),
)
def test_any_plan_reads_as_itself(
    problem: Problem,
    tmp_path_factory: pytest.TempPathFactory,
    staffing: list[tuple[int, int, int]],
    shares: list[float],
    objective: int | None,
) -> None:
    """Whatever the numbers are, nothing is lost on the way."""
    folder = tmp_path_factory.mktemp("plan")
    rows = tuple(
        StaffRow(
            day=day,
            site="yiwu",
            process="pack",
            crew="agency",
            shift="day",
            since_day=since,
            headcount=n,
        )
        for day, since, n in staffing
    )
    routing = tuple(
        ShareRow(
            region="east", site="yiwu", contract="one", from_s=3600 * i, to_s=345_600, share=share
        )
        for i, share in enumerate(shares)
    )
    plan = Plan(
        method="joint",
        status=PlanStatus.OPTIMAL,
        staffing=rows,
        routing=routing,
        stock=(),
        objective=objective,
        bound=objective,
    )
    write_plan(folder / "run", problem, plan)
    assert fields(read_plan(folder / "run", problem)) == fields(plan)


def test_the_files_are_the_same_bytes_again(tmp_path: Path, problem: Problem) -> None:
    """Writing what was read gives the same files."""
    first = write_plan(tmp_path / "a", problem, PLAN)
    second = write_plan(tmp_path / "b", problem, read_plan(tmp_path / "a", problem))
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]


def test_money_is_written_in_major_units(tmp_path: Path, problem: Problem) -> None:
    """plan.json states yuan; the staffing table prices each row."""
    summary = plan_summary(problem, PLAN)
    assert (summary["objective"], summary["costs"]["wages"]) == (12_345.67, 10_000.01)
    write_plan(tmp_path, problem, PLAN, {"mean": 0.99, "low": 0.98, "high": 1.0})
    assert (
        json.loads((tmp_path / "plan.json").read_text("utf-8"))["service"]["simulated"]["low"]
        == 0.98
    )
    assert (tmp_path / "tables/routing.csv").read_text("utf-8").splitlines()[::2] == [
        "region,site,contract,from,to,share,above_g,to_g",
        "west,yiwu,one,2026-11-08T00:00,2026-11-12T00:00,1.0,,500",
    ]
    lines = (tmp_path / "tables/staffing.csv").read_text("utf-8").splitlines()
    assert lines[1] == "2026-11-08,yiwu,pick,permanent,day,,5,40.00,1040.00"
    assert lines[2].startswith("2026-11-09,yiwu,pack,agency,night,2026-11-06,7,")
    assert (
        (tmp_path / "tables/extra_collections.csv")
        .read_text("utf-8")
        .splitlines()[1]
        .endswith("23:00,1,320.00")
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("plan.json", "{", "", "is not valid JSON"),
        ("plan.json", '"method": "joint"', '"method": 3', "method: must be text"),
        ("plan.json", '"gap": 0.0279999', '"gap": true', "gap: must be a number"),
        (
            "plan.json",
            '"wages": 10000.01',
            '"wages": "10"',
            "costs.wages: must be a number, got '10'",
        ),
        ("plan.json", '"met": 99,', "", "certificate.met: is missing"),
        (
            "plan.json",
            '"met": 99',
            '"met": "99"',
            "certificate.met: must be a whole number, got '99'",
        ),
        ("tables/staffing.csv", ",5,", ",five,", "headcount: must be a whole number"),
        ("tables/staffing.csv", "2026-11-08", "", "tables/staffing.csv:2:1: date: is empty"),
        ("tables/staffing.csv", "headcount", "heads", "headcount: column is missing"),
        ("tables/routing.csv", "1.0", "1.5", "share: must be at most 1"),
        ("tables/stock.csv", "900", "-900", "units: must be at least 0"),
        ("tables/extra_collections.csv", "23:00", "25:00", "at: must be a time of day"),
    ],
)
def test_a_damaged_plan_is_a_finding(
    tmp_path: Path, problem: Problem, file: str, old: str, new: str, words: str
) -> None:
    """Each damage is named with its file."""
    write_plan(tmp_path, problem, PLAN)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path, problem)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["plan.json", "tables/stock.csv", "tables/routing.csv"])
def test_a_missing_file_is_a_finding(tmp_path: Path, problem: Problem, name: str) -> None:
    """A folder without one of the plan's files says which."""
    write_plan(tmp_path, problem, PLAN)
    (tmp_path / name).unlink()
    with pytest.raises(InputError, match=name):
        read_plan(tmp_path, problem)


def test_a_plan_of_another_scenario_is_a_conflict(tmp_path: Path, problem: Problem) -> None:
    """Names and days the scenario does not know are listed."""
    write_plan(tmp_path / "run", problem, PLAN)
    (tmp_path / "tiny").mkdir()
    (tmp_path / "tiny/scenario.yaml").write_text(TINY.replace("USD", "CNY"), "utf-8")
    with pytest.raises(ConflictError, match=r"unknown names: .*contract one.*site yiwu"):
        read_plan(tmp_path / "run", read_scenario(tmp_path / "tiny").problem)
    later = write_folder(tmp_path / "later", scenario_yaml=SCENARIO.replace("days: 4", "days: 2"))
    text = (
        (later / "scenario.yaml").read_text("utf-8").replace("2026-11-10T00:00", "2026-11-09T00:00")
    )
    (later / "scenario.yaml").write_text(text, "utf-8")
    with pytest.raises(ConflictError, match="date 2026-11-10"):
        read_plan(tmp_path / "run", read_scenario(later).problem)


def test_a_plan_in_another_currency_is_a_conflict(tmp_path: Path, problem: Problem) -> None:
    """Costs in another currency do not belong to the scenario."""
    write_plan(tmp_path, problem, PLAN)
    text = (
        (tmp_path / "plan.json")
        .read_text("utf-8")
        .replace('"currency": "CNY"', '"currency": "USD"')
    )
    (tmp_path / "plan.json").write_text(text, "utf-8")
    with pytest.raises(ConflictError, match="USD"):
        read_plan(tmp_path, problem)


def test_decisions_are_kept_as_they_were_made(tmp_path: Path, problem: Problem) -> None:
    """decisions.json holds what is decided and nothing that follows from it, line by line."""
    write_plan(tmp_path, problem, PLAN)
    kept = read_decisions(tmp_path)
    assert kept["staffing"][:2] == [
        "date,site,process,crew,shift,since,headcount",
        "2026-11-08,yiwu,pick,permanent,day,,5",
    ]
    assert kept["extra_collections"] == [
        "date,site,contract,at,vehicles",
        "2026-11-10,yiwu,one,23:00,1",
    ]
    assert [len(kept[name]) for name in ("stock", "routing")] == [3, 4]
