"""`planner simulate --plan` of a plan that somebody edited in its tables."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.cli.builders import write_small
from tests.cli.conftest import call_here

pytestmark = pytest.mark.usefixtures("undrawn")
COMMON = ("--replications", 4, "--jobs", 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small scenario and a plan by a rule of thumb."""
    folder = tmp_path_factory.mktemp("edited")
    write_small(folder / "small")
    plan = call_here("plan", folder / "small", "-o", folder / "plan", "--method", "peak", *COMMON)
    assert plan.code == 0
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """The same, to be edited."""
    shutil.copytree(made, tmp_path / "work")
    return tmp_path / "work"


def edit(folder: Path, table: str, change: Callable[[str], str]) -> None:
    """Edit a table as text, as a person does in an editor."""
    path = folder / "plan" / "tables" / f"{table}.csv"
    old = path.read_text(encoding="utf-8")
    new = change(old)
    assert new != old
    path.write_text(new, encoding="utf-8")


def simulate(folder: Path, *more: object, code: int = 0) -> tuple[dict[str, Any], str]:
    """The summary and the messages of a simulation of the plan."""
    plan = ("--plan", folder / "plan", "-o", folder / "out")
    done = call_here("simulate", folder / "small", *plan, *COMMON, "--json", *more)
    assert done.code == code
    return (json.loads(done.out) if code == 0 else {}), done.err


def verified(folder: Path) -> bool:
    """Whether a result is proved."""
    return call_here("verify", folder, "--quiet").code == 0


FEWER = ("2026-11-10,yiwu,pack,own,day,,3,", "2026-11-10,yiwu,pack,own,day,,2,")


def test_one_person_fewer_is_simulated_and_told(folder: Path) -> None:
    """The wages in the file no longer match, and need not: what was changed and what it does on the
    same orders stands in the summary, in the tables and in a folder that is proved.
    """
    edit(folder, "staffing", lambda text: text.replace(*FEWER))
    summary, _ = simulate(folder)
    edits = summary["edits"]
    assert edits["edited_in"] == ["tables/staffing.csv"]
    (change,) = edits["changes"]
    assert (change["what"], change["date"], change["before"], change["after"]) == (
        "staffing",
        "2026-11-10",
        3,
        2,
    )
    effect = edits["effect"]
    assert effect["difference"]["cost_mean"] == pytest.approx(
        effect["after"]["cost_mean"] - effect["before"]["cost_mean"], abs=0.02
    )
    wages = [
        pd.read_csv(folder / name / "tables" / "costs.csv").set_index("name")["amount"]["wages"]
        for name in ("plan", "out")
    ]
    assert wages[0] - wages[1] == pytest.approx(208)
    staffing = pd.read_csv(folder / "out" / "tables" / "staffing.csv")
    assert staffing["cost"].sum() == pytest.approx(wages[1])
    assert verified(folder / "out")


def test_a_workbook_is_edited_simulated_and_proved(folder: Path) -> None:
    """The report of the plan is written in Chinese, one person is taken out, the folder is given;
    the workbook alone gives the same result.
    """
    import openpyxl

    done = call_here("report", folder / "plan", "--format", "xlsx", "--lang", "zh")
    assert done.code == 0
    proof = call_here("verify", folder / "plan", "--full")
    assert proof.code == 0
    assert "the report, written again from the tables, is the same" in proof.out
    path = folder / "plan" / "plan.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["排班"]
    row = next(r for r in sheet.iter_rows(min_row=2) if r[6].value == 3)
    row[6].value = 2
    book.save(path)
    summary, _ = simulate(folder)
    assert summary["edits"]["edited_in"] == ["plan.xlsx"]
    assert [(c["before"], c["after"]) for c in summary["edits"]["changes"]] == [(3, 2)]
    assert verified(folder / "out")
    edit(folder, "staffing", lambda text: text.replace(*FEWER))
    named = call_here(
        *("simulate", folder / "small", "--plan", path, "-o", folder / "named", *COMMON)
    )
    assert "staffing.csv was edited too, and is not used: the workbook was named" in named.err
    shutil.copy(path, folder / "mailed.xlsx")
    alone = call_here(
        *("simulate", folder / "small", "--plan", folder / "mailed.xlsx"),
        *("-o", folder / "alone", *COMMON),
    )
    assert "1 change to the plan, in mailed.xlsx:" in alone.out
    tables = [(folder / out / "tables" / "plan_effect.csv") for out in ("out", "alone")]
    assert tables[0].read_bytes() == tables[1].read_bytes()


def test_a_forged_effect_is_found(folder: Path) -> None:
    """Changes and effect are derived again from both plans."""
    edit(folder, "staffing", lambda text: text.replace(*FEWER))
    simulate(folder)
    for name in ("plan_changes", "plan_effect"):
        copy = folder / name
        shutil.copytree(folder / "out", copy)
        path = copy / "tables" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        head, row, *rest = text.split("\n")
        cells = row.split(",")
        cells[-2] = "17"
        path.write_text("\n".join([head, ",".join(cells), *rest]), encoding="utf-8")
        reseal(copy)
        proof = call_here("verify", copy, "--quiet")
        assert proof.code == 1
        assert f"{name}.csv" in proof.out + proof.err


def reseal(folder: Path) -> None:
    """State the hashes of the files as they are now."""
    from planner.output import hashes

    path = folder / "run.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["outputs"] = hashes(folder, "run.json")
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_a_plan_that_is_not_edited_says_so_by_silence(folder: Path) -> None:
    """No changes, no tables of changes, the plan's own status; sorted rows are no edit."""
    edit(
        folder,
        "staffing",
        lambda text: "\n".join([*text.split("\n")[:1], *text.strip().split("\n")[:0:-1]]),
    )
    summary, _ = simulate(folder)
    assert "edits" not in summary
    assert not (folder / "out" / "tables" / "plan_changes.csv").exists()
    assert json.loads((folder / "out/plan.json").read_text("utf-8"))["status"] == "rule of thumb"


def test_changes_that_are_not_read_are_told(folder: Path) -> None:
    """Costs follow from decisions, and the roster of persons from the staffing."""
    edit(folder, "staffing", lambda text: text.replace(",8.00,208.00", ",8.00,1.00", 1))
    edit(folder, "roster", lambda text: text.replace("own-yiwu-01", "somebody", 1))
    summary, messages = simulate(folder)
    assert "edits" not in summary
    assert "tables/staffing.csv: changed, but in no decision" in messages
    assert "tables/roster.csv: changed, and not read: it follows from the plan" in messages


BROKEN = {
    "headcount": (
        "staffing",
        FEWER[0],
        "2026-11-10,yiwu,pack,own,day,,9,",
        "own people at yiwu on 10 Nov: 12 planned, 6 allowed",
    ),
    "stations": (
        "staffing",
        FEWER[0],
        "2026-11-10,yiwu,pack,agency,day,2026-11-10,21,0,0\n" + FEWER[0],
        "yiwu, pack, day shift 10 Nov: 24 people, 20 stations",
    ),
    "booking": (
        "staffing",
        FEWER[0],
        "2026-11-10,yiwu,pack,agency,day,2026-11-10,2,0,0\n" + FEWER[0],
        "2 leave after 10 Nov, 2 days is the least",
    ),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_rule_is_a_warning_and_refused_only_when_strict(kind: str, folder: Path) -> None:
    """The rule, who, where and when; nothing is written with --strict."""
    table, old, new, words = BROKEN[kind]
    edit(folder, table, lambda text: text.replace(old, new))
    _, messages = simulate(folder, "--strict", code=1)
    assert words in messages
    assert not (folder / "out").exists()
    _, messages = simulate(folder)
    assert "warning: the plan breaks a rule: " in messages
    assert words in messages
    manifest = json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    assert any(words in broken for broken in manifest["broken_rules"])
    assert verified(folder / "out")


def test_a_plan_of_nobody_is_simulated(folder: Path) -> None:
    """Of two shares the interval of their difference ends at 1, whatever few replications say."""
    edit(folder, "staffing", lambda text: text.split("\n")[0] + "\n")
    summary, _ = simulate(folder)
    assert summary["edits"]["effect"]["difference_low"]["on_time_share_mean"] >= -1
    assert verified(folder / "out")


WRONG = {
    "site": ("staffing", ",yiwu,pack,", ",yiwuu,pack,", "staffing.csv:2:12: site: no such site"),
    "negative": ("staffing", ",day,,1,", ",day,,-1,", "headcount: must be at least 0, got"),
    "text": ("staffing", ",day,,1,", ",day,,one,", "headcount: must be a whole number"),
    "day": ("staffing", "2026-11-09,", "2026-12-09,", "date: must be from 2026-11-09 to"),
    "twice": (
        "staffing",
        "2026-11-09,yiwu,pick",
        "2026-11-09,yiwu,pack",
        "the same row stands at tables/staffing.csv:2:",
    ),
    "crew": ("staffing", ",own,", ",owns,", "no such crew, got"),
    "contract": ("routing", ",yiwu,far,", ",yiwu,fast,", "no such contract, got"),
    "region": ("routing", "sichuan,", "nowhere,", "no such region, got"),
    "product": ("stock", "light,", "lihgt,", "did you mean light?"),
    "shares": (
        "routing",
        "1.0,,\nxizang",
        "0.8,,\nxizang",
        "routing.csv: share: sichuan from 10 Nov 00:00: shares add up to 0.800000, not 1",
    ),
}


@pytest.mark.parametrize("kind", WRONG)
def test_what_cannot_be_interpreted_is_a_finding(kind: str, folder: Path) -> None:
    """With file, line, column and what to write instead; nothing is simulated."""
    table, old, new, words = WRONG[kind]
    edit(folder, table, lambda text: text.replace(old, new, 1))
    _, messages = simulate(folder, code=3)
    assert words in messages
    assert f"tables/{table}.csv:" in messages
    assert not (folder / "out").exists()


def test_contracts_are_signed_as_orders_go_with_them(folder: Path) -> None:
    """Who moves all orders to another contract neither signs nor pays the old one."""
    edit(folder, "routing", lambda text: text.replace(",far,", ",near,"))
    summary, _ = simulate(folder)
    changes = summary["edits"]["changes"]
    signed = {c["item"]: (c["before"], c["after"]) for c in changes if c["what"] == "signed"}
    assert signed == {"far": (1, 0)}
    assert json.loads((folder / "out/plan.json").read_text("utf-8"))["signed"] == ["near"]


def test_temporaries_without_a_first_day_are_booked_from_their_run_of_days(folder: Path) -> None:
    """They are no people of long ago, who would cost no hiring and be at full speed: told."""
    rows = "".join(f"2026-11-{d},yiwu,pack,agency,day,,2,,\n" for d in (10, 11))
    edit(folder, "staffing", lambda text: text + rows)
    summary, messages = simulate(folder)
    assert "taken as booked from 2026-11-10" in messages
    items = {change["item"] for change in summary["edits"]["changes"]}
    assert items == {"booked from 2026-11-10"}
