"""Targets of one's own and priorities through the front door: stated, simulated, told, proved."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from tests.cli.builders import write_queue
from tests.cli.conftest import call_here as call
from tests.cli.conftest import without_figures
from tests.cli.forging import cell, forged

ALSO = "service: {confidence: 0.80, also: [{within_hours: 1, share: 0.75}, {within_hours: 8, share: 0.97}]}"


def write(folder: Path, also: str) -> Path:
    """A single queue of six orders an hour and person, loaded to 85 %, with targets; a fifth of
    the orders goes first.
    """
    scenario = write_queue(folder, 122, "cv: 1", servers=1, days=3) / "scenario.yaml"
    text = scenario.read_text(encoding="utf-8")
    text = text.replace("_per_day: 122", "_per_day: 122, priority_share: 0.2")
    scenario.write_text(f"{text}{also}\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve replications of it."""
    folder = tmp_path_factory.mktemp("targets")
    queue = write(folder / "queue", ALSO)
    with without_figures():
        done = call(
            "simulate", queue, "-o", folder / "result", "--replications", 12, "--jobs", 1, "--quiet"
        )
    assert done.code == 0, done.err
    return folder / "result"


def test_targets_and_priorities_are_told(result: Path) -> None:
    """A row for the deadline and each target, a row for each priority; a replication meets the
    service level only with all of them.
    """
    targets = pd.read_csv(result / "tables" / "targets.csv")
    assert targets["asked"].tolist() == [0.98, 0.75, 0.97]
    single = pd.read_csv(result / "tables" / "targets_by_replication.csv")
    assert len(single) == 24
    met = pd.read_csv(result / "tables" / "replications.csv")["met"]
    assert (single.groupby("replication")["met"].all() == met).all()
    assert 0 < met.sum() < 12
    dispatch = pd.read_csv(result / "tables" / "dispatch.csv").set_index("priority")
    assert list(dispatch.index) == ["all", "1", "0"]
    assert dispatch.loc["1", "hours_mean"] < dispatch.loc["0", "hours_mean"]
    run = json.loads((result / "run.json").read_text(encoding="utf-8"))
    assert run["certificate"]["also"] == run["service"]["also"]
    assert run["service"]["also"][0] == {"within_hours": 1.0, "share": 0.75}


def test_a_target_that_fails_is_explained(result: Path) -> None:
    """`explain` names each target with what it reached, and where orders missed the worst."""
    lines = call("explain", result).out.splitlines()
    deadline = lines.index("- by the deadline 98%: 11 of 12, on average 99.66%")
    assert lines[deadline + 1].startswith("- within 1 h 75%: ")
    assert any(line.startswith("- waiting for serve at hall") for line in lines)


def test_a_forged_target_is_found(result: Path, tmp_path: Path) -> None:
    """The result is proved; another count in the table of the targets is not."""
    assert call("verify", result, "--quiet", "--jobs", 1).code == 0
    copy = forged(result, tmp_path / "copy", cell("targets_by_replication", 3, "failed", "1"))
    found = call("verify", copy, "--quiet", "--jobs", 1)
    assert found.code == 1
    assert "tables/targets_by_replication.csv" in found.out


def test_a_target_that_another_includes_is_refused(tmp_path: Path) -> None:
    """A later target must ask for more; the finding says which to leave out."""
    also = "service: {also: [{within_hours: 24, share: 0.9}, {within_hours: 36, share: 0.8}]}"
    checked = call("check", write(tmp_path / "queue", also))
    assert checked.code == 3
    assert "asks for 0.8 within 36 hours, which 0.9 within 24 hours includes" in checked.err
