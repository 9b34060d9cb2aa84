"""`planner verify`: honest results are verified, in words; changed or damaged ones are not."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from planner.domain.costs import COST_NAMES
from planner.errors import InputError
from planner.studies.effort import Effort
from planner.studies.verify import verify
from tests.cli.conftest import call, call_here
from tests.cli.forging import Forgery, cell, forged, key, proof_of, table, without_row


def test_verify_proves_a_run(small_run: Path) -> None:
    """A fresh run is verified, and JSON says so, with what was proved and what was not."""
    result = call("verify", small_run, "--json")
    assert result.code == 0, result.out
    content = result.json()
    assert (content["verified"], content["findings"], content["not_comparable"]) == (True, [], [])
    assert content["checks"]["rules"] == 1
    assert "30 of 30 replications, simulated again from the seed, are identical" in content["proved"]
    assert any("report.pdf" in words and "(use --full)" in words for words in content["not_proved"])


@pytest.mark.parametrize("name", ["tables/staffing.csv", "plan.json", "report.pdf"])
def test_verify_finds_a_changed_file(small_run: Path, tmp_path: Path, name: str) -> None:
    """One changed byte is found and named; exit 1."""
    copy = tmp_path / "copy"
    shutil.copytree(small_run, copy)
    (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    result = call_here("verify", copy)
    assert result.code == 1
    assert f"{name}: changed since the run" in result.out


def test_every_file_is_proved_or_named(small_run: Path) -> None:
    """What nobody has computed again is listed: no table of a run is passed over in silence."""
    proof = verify(small_run)
    said = " ".join([*proof.proved, *proof.not_proved])
    assert [p.stem for p in sorted((small_run / "tables").glob("*.csv")) if p.stem not in said] == []


def test_verify_finds_a_forged_plan_behind_right_hashes(small_run: Path, tmp_path: Path) -> None:
    """People added to the staffing plan with all hashes made right again: the totals no longer add up."""
    people = int(table(small_run, "staffing").loc[0, "headcount"])
    result = call_here("verify", forged(small_run, tmp_path / "copy", cell("staffing", 0, "headcount", people + 1)))
    assert result.code == 1
    assert "costs.csv" in result.out


def test_verify_finds_a_cost_left_out_behind_right_hashes(small_run: Path, tmp_path: Path, remembering: Effort) -> None:
    """The row of a cost that is zero taken out of the table: the sums still agree, but not every cost is stated."""
    costs = table(small_run, "costs")
    assert tuple(costs["name"]) == COST_NAMES
    row = COST_NAMES.index("losses")
    assert float(costs.loc[row, "amount"]) == 0.0
    proof = proof_of(small_run, tmp_path / "copy", remembering, without_row("costs", row))
    assert {words.partition(":")[0] for words in proof.findings} == {"tables/costs.csv"}


def test_verify_finds_a_weight_that_no_rule_routes_behind_right_hashes(
    small_run: Path, tmp_path: Path, remembering: Effort
) -> None:
    """A routing row cut off at 300 g: heavier parcels of its region have no place to go."""
    proof = proof_of(small_run, tmp_path / "copy", remembering, cell("routing", 0, "to_g", 300))
    region = table(small_run, "routing").loc[0, "region"]
    assert any(words.startswith("plan: ") and region in words for words in proof.findings)


@pytest.mark.parametrize("name", ["costs", "replications", "orders"])
@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\0\0"])
def test_verify_finds_a_damaged_table_behind_right_hashes(
    small_run: Path, tmp_path: Path, remembering: Effort, name: str, content: str
) -> None:
    """An empty table, one with other columns, one that is no text: a finding and exit 1, not a crash."""

    def damage(folder: Path) -> None:
        (folder / "tables" / f"{name}.csv").write_text(content, encoding="utf-8")

    proof = proof_of(small_run, tmp_path / "copy", remembering, Forgery("", "", damage))
    assert any("cannot be checked" in words or "columns differ" in words for words in proof.findings)
    assert proof.checks["summary"] == 1


@pytest.mark.parametrize("key", ["scenario", "seed"])
def test_verify_refuses_a_manifest_that_lacks_a_field(small_run: Path, tmp_path: Path, key: str) -> None:
    """run.json without the scenario's name or the seed is invalid input, and the field is named."""
    copy = forged(small_run, tmp_path / "copy")
    manifest = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    manifest.pop(key)
    (copy / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=f"run.json: {key}: missing"):
        verify(copy)


@pytest.mark.parametrize("name", ["../../scenario.yaml", "regions.csv/../../x", "/etc/hostname", "nothing.yaml"])
def test_verify_reads_no_scenario_but_the_kept_one(small_run: Path, tmp_path: Path, name: str) -> None:
    """A manifest cannot lead the proof to another file."""
    copy = forged(small_run, tmp_path / "copy", key("run.json", "scenario", name))
    with pytest.raises(InputError, match=r"run\.json: scenario: not among the inputs"):
        verify(copy)


def test_verify_finds_an_input_that_is_read_differently_today(small_run: Path, tmp_path: Path) -> None:
    """The copy of an input is changed and its hash in the outputs made right: the manifest's own input hash objects."""

    def change(folder: Path) -> None:
        regions = folder / "inputs" / "regions.csv"
        regions.write_text(regions.read_text(encoding="utf-8").replace("四川", "川"), encoding="utf-8")

    result = call_here("verify", forged(small_run, tmp_path / "copy", Forgery("", "", change)))
    assert result.code == 1
    assert "regions.csv: differs from the input of the run" in result.out


def test_other_versions_are_no_forgery(small_run: Path, tmp_path: Path, remembering: Effort) -> None:
    """A run made with another numpy whose simulations come out differently is not comparable, and not verified; where
    they come out the same it is verified, and the proof says with which versions it was made."""
    made = key("run.json", "versions.numpy", "0.9")
    proof = proof_of(small_run, tmp_path / "same", remembering, made)
    assert proof.verified
    assert any("made with numpy 0.9; here numpy " in words for words in proof.not_proved)
    proof = proof_of(small_run, tmp_path / "other", remembering, made, cell("replications", 3, "mean_wait_s", 1.5))
    assert (proof.verified, proof.findings) == (False, [])
    assert "mean_wait_s" in proof.not_comparable[0]
    assert "made with numpy 0.9" in proof.not_comparable[0]
    proof = proof_of(small_run, tmp_path / "wrong", remembering, made, cell("costs", 0, "amount", 1))
    assert proof.findings


def test_the_verdict_is_said_in_words(small_run: Path, tmp_path: Path) -> None:
    """Findings first, then what was proved and what was not; `--quiet` says nothing of a verified run."""
    lines = call_here("verify", small_run, "--jobs", 1).out.splitlines()
    assert lines[:2] == [f"{small_run}: verified", "proved:"]
    assert "not proved:" in lines
    assert call_here("verify", small_run, "--quiet", "--jobs", 1).out == ""
    result = call_here("verify", forged(small_run, tmp_path / "copy", key("run.json", "title", "another")), "--quiet")
    assert result.code == 1
    assert result.out.splitlines()[0].endswith(": 1 finding(s)")
    assert "run.json: title: says" in result.out
