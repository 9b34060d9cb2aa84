"""`planner stress` on a finished plan, and what `verify` says of its folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest

import planner
from planner.studies.verification.verify import verify
from tests.cli.conftest import call_here
from tests.cli.forging import Remembering, cell, findings_of, key

ONLY = ("--only", "missed_pickup", "--only", "demand")
ONE_JOB = ("--jobs", 1, "--quiet")
NOTHING = """\
stresses:
  - {name: mix, kind: mix, strength: 0}
  - {name: absence, kind: absence_wave, strength: 0}
  - {name: demand, kind: demand, strength: 0}
  - {name: closed, kind: site_closed, strength: 0, from: "2026-11-10T00:00"}
"""


@pytest.fixture(scope="module")
def stressed(average: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stress") / "result"
    done = call_here("stress", average, "-o", out, *ONLY, *ONE_JOB)
    assert done.code == 0, done.err
    return out


def test_the_plan_is_tried_on_the_promotions_of_its_certificate(
    average: Path, stressed: Path
) -> None:
    before, after = (
        pd.read_csv(folder / "tables" / "replications.csv") for folder in (average, stressed)
    )
    pd.testing.assert_frame_equal(before, after)
    table = pd.read_csv(stressed / "tables" / "stress.csv")
    assert list(table["stress"]) == ["missed_pickup", "demand"]
    assert set(table["kept_before"]) == {int(before["met"].sum())}
    assert (table["kept"] <= table["kept_before"]).all()
    assert (stressed / "figures" / "stress.png").exists()


@pytest.mark.slow
def test_a_stress_folder_is_proved(stressed: Path, remembering: Remembering) -> None:
    proof = verify(stressed, full=True, context=remembering)
    assert proof.verified, proof.findings
    assert "tables/stress.csv" in proof.files


def test_what_is_not_searched_again_is_said_once(stressed: Path, remembering: Remembering) -> None:
    """The average plan breaks: the repairs wait for the full proof, the rest is proved."""
    proof = verify(stressed, context=remembering)
    assert proof.verified, proof.findings
    assert any("2 stresses simulated again on" in words for words in proof.proved)
    said = [words for words in proof.not_proved if "stress" in words]
    assert len(said) == 1
    assert "repairs in tables/stress.csv, of missed_pickup, demand" in said[0]


def test_forged_cells_of_a_stress_are_found(
    stressed: Path, tmp_path: Path, remembering: Remembering
) -> None:
    forgeries = (
        cell("stress", 0, "kept_before", 1),
        cell("stress", 1, "cost_extra", 0.5),
        cell("stress", 1, "strength", 0.4),
    )
    found = findings_of(stressed, tmp_path / "forged", remembering, *forgeries)
    assert all(forgery.found_in(found) for forgery in forgeries), found


def test_a_stress_that_was_not_asked_for_is_found(
    stressed: Path, tmp_path: Path, remembering: Remembering
) -> None:
    less = key("run.json", "options.only", ["missed_pickup"])
    assert findings_of(stressed, tmp_path / "forged", remembering, less)


@pytest.mark.usefixtures("undrawn")
def test_stresses_of_no_strength_leave_the_plan_as_it_was(average: Path, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(NOTHING, encoding="utf-8")
    out = tmp_path / "out"
    own = ("--catalogue", tmp_path / "own.yaml")
    done = call_here("stress", average, "-o", out, *own, "--json", *ONE_JOB)
    rows = done.json()["stresses"]
    assert [row["stress"] for row in rows] == ["mix", "absence", "demand", "closed"]
    for row in rows:
        assert (row["kept"], row["cost_extra"]) == (row["kept_before"], 0.0)
    assert (out / "inputs" / "stress.yaml").read_text(encoding="utf-8") == NOTHING
    assert verify(out).verified


def test_what_is_not_in_the_catalogue_is_refused(average: Path, tmp_path: Path) -> None:
    done = call_here("stress", average, "-o", tmp_path / "out", "--only", "rain", *ONE_JOB)
    assert done.code == 3
    assert 'no such stress, got "rain"; the catalogue has mix' in done.err


def test_the_python_function_gives_the_table_of_the_command(average: Path, stressed: Path) -> None:
    found = planner.stress(average, only=["missed_pickup", "demand"])
    expected = pd.read_csv(stressed / "tables" / "stress.csv")
    assert list(found.to_frame()["kept"]) == list(expected["kept"])
    assert len(found.summary["stresses"]) == 2


def test_risks_are_drawn_in_the_certificate_and_proved(
    small: Path, average: Path, tmp_path: Path
) -> None:
    """Demand doubles in half of the promotions; a risk that never strikes changes no replication."""
    replications = {}
    for name, chance in (("never", 0.0), ("often", 0.5)):
        folder = tmp_path / name
        shutil.copytree(small, folder)
        with (folder / "scenario.yaml").open("a", encoding="utf-8") as file:
            file.write(
                f"risks:\n  - {{name: more, kind: demand, strength: 1, probability: {chance}}}\n"
            )
        out = tmp_path / f"{name}-plan"
        asked = ("--method", "average", "--replications", 14)
        assert call_here("plan", folder, "-o", out, *asked, *ONE_JOB).code == 0
        assert verify(out).verified
        replications[name] = (out / "tables" / "replications.csv").read_bytes()
    assert replications["never"] == (average / "tables" / "replications.csv").read_bytes()
    assert replications["often"] != replications["never"]
