"""`planner triggers` on a finished plan: the card, its pages, and what `verify` says of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest

from planner.run_browser.pages import run_page
from planner.run_browser.runs import RunFolders
from planner.studies.verification.verify import verify
from tests.cli.builders import write_queue, write_small
from tests.cli.conftest import call_here
from tests.cli.forging import Remembering, cell, findings_of, key

# the session is far less certain, orders are due on the next day, and six people can be called
LEAN = {
    "hire_cost: 100}": (
        "hire_cost: 100, on_call: {notice_hours: 8, max_people: 6, wage_per_hour: 34}}"
    ),
    "median: 300, p95: 420": "median: 500, p95: 1500",
    "deadline_hours: 48": "deadline_hours: 24",
}
QUICK = ("--samples", 60, "--replications", 30, "--quiet")


@pytest.fixture(scope="module")
def lean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan for the average day, which is not certified."""
    folder = tmp_path_factory.mktemp("lean")
    asked = ("--method", "average", "--replications", 14, "--jobs", 1, "--quiet")
    write_small(folder / "scenario", LEAN)
    assert call_here("plan", folder / "scenario", "-o", folder / "plan", *asked).code == 0
    return folder / "plan"


@pytest.fixture(scope="module")
def card(lean: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("card") / "out"
    done = call_here("triggers", lean, "-o", out, *QUICK, "--jobs", 1)
    assert done.code == 0, done.err
    return out


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "timing.json"
    }


def test_the_card_saves_money_on_promotions_it_has_not_seen(card: Path) -> None:
    worth = pd.read_csv(card / "tables" / "triggers_policy.csv").set_index("policy")
    assert worth.loc["static", "difference"] == 0
    assert worth.loc["triggers", "difference_high"] < 0
    assert worth.loc["triggers", "cost_mean"] < worth.loc["naive", "cost_mean"]
    assert worth.loc["triggers", "kept"] > worth.loc["static", "kept"]
    rows = pd.read_csv(card / "tables" / "triggers.csv", keep_default_na=False)
    assert set(rows.loc[rows["action"] == "call", "crew"]) == {"agency"}
    applied = rows.loc[rows["action"] == "call"].drop_duplicates(["checkpoint", "level"])
    assert applied["fired"].astype(int).sum() == worth.loc["triggers", "fired"]


def test_people_are_called_within_their_notice(card: Path) -> None:
    rows = pd.read_csv(card / "tables" / "triggers.csv", dtype=str, keep_default_na=False)
    calls = rows[rows["action"] == "call"]
    checkpoint, by = pd.to_datetime(calls["checkpoint"]), pd.to_datetime(calls["decide_by"])
    begins = pd.to_datetime(calls["date"] + " " + calls["at"])
    assert len(calls)
    assert (begins - by == pd.Timedelta(hours=8)).all()
    assert (checkpoint <= by).all()


def test_the_card_is_a_sheet_and_a_page_in_the_browser(card: Path) -> None:
    assert (card / "trigger-card.pdf").read_bytes().startswith(b"%PDF")
    assert {p.name for p in (card / "figures").iterdir()} == {
        "trigger-card.png",
        "trigger-counts.png",
    }
    (run,) = RunFolders(card).runs()
    assert (run.command, run.damage) == ("triggers", "")
    page = run_page(run, "en")
    assert "Trigger card" in page
    assert "trigger-card.pdf" in page


def test_a_card_is_proved(card: Path, remembering: Remembering) -> None:
    proof = verify(card, context=remembering)
    assert proof.verified, proof.findings
    assert any("judged again on 30 promotions" in words for words in proof.proved)
    assert [w for w in proof.not_proved if "use --full" in w] == [
        "that the card is the one the search finds, its counts and its pages (use --full)"
    ]
    whole = verify(card, full=True, context=remembering)
    assert whole.verified, whole.findings
    assert {"tables/triggers_counts.csv", "trigger-card.pdf"} <= whole.files


def test_forged_cards_are_found(card: Path, tmp_path: Path, remembering: Remembering) -> None:
    rows = pd.read_csv(card / "tables" / "triggers.csv")
    acting = int(rows.index[rows["action"] == "call"][0])
    forgeries = (
        cell("triggers", acting, "cost", "1.00"),
        cell("triggers", acting, "decide_by", "2026-11-10 22:00"),
        cell("triggers_policy", 1, "cost_mean", "1.00"),
        cell("triggers_policy", 2, "kept", 1),
    )
    found = findings_of(card, tmp_path / "forged", remembering, *forgeries)
    assert all(forgery.found_in(found) for forgery in forgeries), found
    other = key("run.json", "options.samples", 0)
    assert findings_of(card, tmp_path / "options", remembering, other)


@pytest.mark.slow
def test_the_same_card_whatever_the_jobs(lean: Path, card: Path, tmp_path: Path) -> None:
    assert call_here("triggers", lean, "-o", tmp_path / "two", *QUICK, "--jobs", 2).code == 0
    assert hashes(card) == hashes(tmp_path / "two")


def test_the_terminal_says_what_to_do_and_what_it_is_worth(lean: Path, tmp_path: Path) -> None:
    asked = ("--samples", 60, "--replications", 30, "--jobs", 1, "--lang", "zh")
    done = call_here("triggers", lean, "-o", tmp_path / "zh", *asked, "--at", "2026-11-10T23:00")
    assert done.code == 0, done.err
    assert "11月10日（周二）23:00：20:00以来的订单超过" in done.out
    assert "电话名单：劳务工" in done.out
    assert "以 30 次未用于制卡的大促评判" in done.out


def test_the_summary_holds_rules_and_worth(lean: Path, tmp_path: Path) -> None:
    done = call_here("triggers", lean, "-o", tmp_path / "json", *QUICK, "--jobs", 1, "--json")
    found = json.loads(done.out)
    assert [row["policy"] for row in found["policies"]] == ["static", "triggers", "naive"]
    assert {row["action"] for row in found["triggers"]} == {"none", "call"}
    assert found["replications"] == 30


def test_a_plan_without_means_says_what_to_add(average: Path, tmp_path: Path) -> None:
    done = call_here("triggers", average, "-o", tmp_path / "none")
    assert done.code == 3
    assert "nothing can be done on the evening itself: add on_call" in done.err
    assert not (tmp_path / "none").exists()


@pytest.mark.parametrize(
    ("option", "value"),
    [("--pickup-notice", "nan"), ("--pickup-notice", "169"), ("--miss-price", "-1")],
)
def test_numbers_out_of_range_are_refused(
    lean: Path, tmp_path: Path, option: str, value: str
) -> None:
    done = call_here("triggers", lean, "-o", tmp_path / "none", option, value)
    assert done.code == 2
    assert "must be from 0 to" in done.err


def test_checkpoints_outside_the_promotion_are_refused(lean: Path, tmp_path: Path) -> None:
    done = call_here("triggers", lean, "-o", tmp_path / "none", "--at", "2026-12-01T20:00")
    assert done.code == 3
    assert "--at: must lie between 2026-11-09 00:00 and 2026-11-13 00:00" in done.err


def test_a_scenario_without_events_and_couriers(tmp_path: Path) -> None:
    """Checkpoints have to be stated; orders are done when packed, so nobody books vehicles."""
    folder = write_queue(tmp_path / "queue", per_day=100, law="cv: 1", servers=2, days=2)
    path = folder / "scenario.yaml"
    agency = (
        "  - {name: agency, site: hall, max_headcount: 5, wage_per_hour: 24, "
        "on_call: {notice_hours: 1, max_people: 2, wage_per_hour: 30}}\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + agency, encoding="utf-8")
    plan = tmp_path / "plan"
    asked = ("--method", "average", "--replications", 5, "--jobs", 1, "--quiet", "--draft")
    assert call_here("plan", folder, "-o", plan, *asked).code == 0
    few = ("--samples", 12, "--replications", 8, "--jobs", 1, "--quiet")
    refused = call_here("triggers", plan, "-o", tmp_path / "card", *few)
    assert refused.code == 3
    assert "the scenario has no event around which checkpoints could be set" in refused.err
    done = call_here("triggers", plan, "-o", tmp_path / "card", *few, "--at", "2026-01-01T20:00")
    assert done.code == 0, done.err
    worth = pd.read_csv(tmp_path / "card" / "tables" / "triggers_policy.csv").set_index("policy")
    assert worth.loc["triggers", "fired"] == 0
    assert verify(tmp_path / "card", full=True).verified
