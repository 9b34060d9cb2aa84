"""`planner backtest --event`: a past promotion replayed, from the command to the folder."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from planner.studies.verification.verify import verify
from tests.cli.builders import write_small
from tests.cli.conftest import call, call_here

QUICK = ("--method", "average", "--draft", "--replications", 4, "--jobs", 1)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario, with days after the promotion."""
    folder = tmp_path_factory.mktemp("past") / "small"
    return write_small(folder, {"tail_days: 0": "tail_days: 2"})


@pytest.fixture(scope="module")
def log(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The orders of a simulated promotion."""
    out = tmp_path_factory.mktemp("log") / "out"
    assert call_here("simulate", small, "-o", out, "--replications", 2, "--jobs", 1).code == 0
    return out / "tables" / "orders.csv"


@pytest.fixture(scope="module")
def replay(small: Path, log: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a replay."""
    out = tmp_path_factory.mktemp("replay") / "out"
    done = call_here("backtest", small, "--event", "live", "--log", log, "-o", out, *QUICK)
    assert done.code == 0, done.err
    return out


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_folder_holds_tables_figures_and_inputs(replay: Path, log: Path) -> None:
    """Every case is a row; the log itself is not copied."""
    cases = [row["case"] for row in rows(replay, "replay")]
    assert cases == ["log", "roster", "corrected", "plan", "hindsight"]
    figures = {path.name for path in (replay / "figures").iterdir()}
    assert figures == {"demand-fan.png", "demand-days.png", "replay-days.png"}
    assert "orders_per_hour" in (replay / "inputs.yaml").read_text(encoding="utf-8")
    content = log.read_bytes()
    assert not any(path.read_bytes() == content for path in replay.rglob("*") if path.is_file())


def test_the_folder_is_verified(replay: Path) -> None:
    """What follows from its inputs does; that the log is not kept is said."""
    proof = verify(replay)
    assert proof.verified, proof.findings
    assert any("its orders are not kept" in words for words in proof.not_proved)


def test_a_changed_day_is_found(replay: Path, tmp_path: Path) -> None:
    """Open orders that do not follow from those that came and left are a finding."""
    import shutil

    from planner.output import sha256

    forged = tmp_path / "forged"
    shutil.copytree(replay, forged)
    table = forged / "tables" / "replay_days.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].rsplit(",", 1)[0] + ",9999.0"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    manifest = json.loads((forged / "run.json").read_text(encoding="utf-8"))
    manifest["outputs"]["tables/replay_days.csv"] = sha256(table)
    (forged / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    found = verify(forged).findings
    assert any("open orders of log" in finding for finding in found), found


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_summary_says_what_each_plan_would_have_made_of_it(
    small: Path, log: Path, tmp_path: Path, lang: str
) -> None:
    """A line for each case, and one for each input that the log shows."""
    given = ("--event", "LIVE", "--log", log, "-o", tmp_path / "out", "--lang", lang, *QUICK)
    done = call_here("backtest", small, *given)
    assert done.code == 0, done.err
    words = {
        "en": ("what happened: ", "roster of then: ", "hindsight: ", "scan delay"),
        "zh": ("实际情况：迟发", "当时的排班：迟发", "事后方案：迟发", "设定"),
    }[lang]
    for part in words[:3]:
        assert part in done.out
    assert "sites.yiwu.processes.pack.orders_per_hour" in done.out


@pytest.mark.slow
def test_the_result_is_the_same_with_two_processes(
    small: Path, log: Path, replay: Path, tmp_path: Path
) -> None:
    """Byte by byte, and a plan that is given takes the place of the one that is made."""
    out = tmp_path / "out"
    given = ("--event", "live", "--log", log, "-o", out, *QUICK[:-1], 2)
    assert call("backtest", small, *given).code == 0
    for name in ("tables/replay.csv", "tables/replay_inputs.csv", "figures/replay-days.png"):
        assert (out / name).read_bytes() == (replay / name).read_bytes(), name


def test_a_plan_may_be_given(small: Path, log: Path, replay: Path, tmp_path: Path) -> None:
    """The plan of a folder is replayed in place of one that is made."""
    plan, out = tmp_path / "plan", tmp_path / "out"
    made = ("--method", "peak", "--draft", "--jobs", 1)
    assert call_here("plan", small, "-o", plan, *made).code == 0
    given = ("--event", "live", "--log", log, "--plan", plan, "-o", out, *QUICK, "--json")
    found = json.loads(call_here("backtest", small, *given).out)
    people = {row["case"]: row["people"] for row in found["cases"]}
    ours = {row["case"]: row["people"] for row in rows(replay, "replay")}
    assert people["plan"] > int(ours["plan"])
    assert people["roster"] == int(ours["roster"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((), "one of --origins FROM:TO:STEP and --event NAME"),
        (("--event", "live", "--origins", "2026-11-09:2026-11-10:1d"), "one of --origins"),
        (("--event", "live", "--paths", "60"), "--paths goes with --origins"),
        (("--origins", "2026-11-09:2026-11-10:1d", "--draft"), "--draft goes with --event"),
    ],
)
def test_the_two_kinds_exclude_each_other(
    small: Path, tmp_path: Path, given: tuple[str, ...], words: str
) -> None:
    """Options of the other kind are a usage error."""
    done = call_here("backtest", small, "-o", tmp_path / "out", *given)
    assert done.code == 2
    assert words in done.err


def test_a_replay_needs_a_scenario(log: Path, tmp_path: Path) -> None:
    """A log has no roster and no contracts: the message says what to give."""
    done = call_here("backtest", log, "--event", "live", "-o", tmp_path / "out")
    assert done.code == 2
    assert "--event needs the scenario of then" in done.err


def test_an_unknown_event_is_invalid_input(small: Path, log: Path, tmp_path: Path) -> None:
    """Nothing is written, and what there is is listed."""
    out = tmp_path / "out"
    done = call_here("backtest", small, "--event", "618", "--log", log, "-o", out, *QUICK)
    assert done.code == 3
    assert 'no such event, got "618"; events of the scenario: "live"' in done.err
    assert not out.exists()
