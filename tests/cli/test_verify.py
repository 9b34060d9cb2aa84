"""`planner verify`: unchanged results are verified, in words; changed or damaged ones are not."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.domain.choices import Engine
from planner.domain.costs import COST_NAMES
from planner.errors import InputError
from planner.studies.runs.manifest import sha256
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from planner.studies.verification import evidence
from planner.studies.verification.verify import verify
from tests.cli.builders import write_eventful, write_small
from tests.cli.conftest import call_here
from tests.cli.forging import (
    Forgery,
    both,
    cell,
    forged,
    key,
    proof_of,
    seal_again,
    table,
    tried_out,
    without_row,
)


def test_verify_proves_a_run(small_run: Path) -> None:
    """A fresh run is verified, and JSON says so, with what was proved and what was not."""
    result = call_here("verify", small_run, "--json", "--jobs", 1)
    assert result.code == 0, result.out
    content = result.json()
    assert (content["verified"], content["findings"], content["not_comparable"]) == (True, [], [])
    assert content["checks"]["rules"] == 1
    assert (
        "30 of 30 replications, simulated again from the seed, are identical" in content["proved"]
    )
    assert any("report.pdf" in words and "use --full" in words for words in content["not_proved"])


@pytest.mark.parametrize("name", ["tables/staffing.csv", "plan.json", "report.pdf"])
def test_verify_finds_a_changed_file(small_run: Path, tmp_path: Path, name: str) -> None:
    """One changed byte is found and named; exit 1."""
    copy = tmp_path / "copy"
    shutil.copytree(small_run, copy)
    (copy / name).write_bytes((copy / name).read_bytes() + b" ")
    result = call_here("verify", copy)
    assert result.code == 1
    assert f"{name}: changed since the run" in result.out


def test_every_file_is_proved_or_named(small_run: Path, remembering: RunContext) -> None:
    """What nobody has computed again is listed: no table of a run is passed over in silence."""
    proof = verify(small_run, context=remembering)
    said = " ".join([*proof.proved, *proof.not_proved])
    assert [
        p.stem for p in sorted((small_run / "tables").glob("*.csv")) if p.stem not in said
    ] == []


def test_verify_finds_a_forged_plan_behind_right_hashes(average: Path, tmp_path: Path) -> None:
    """People added to the staffing plan with all hashes made right again: the totals no longer add
    up.
    """
    people = int(table(average, "staffing").loc[0, "headcount"])
    result = call_here(
        "verify", forged(average, tmp_path / "copy", cell("staffing", 0, "headcount", people + 1))
    )
    assert result.code == 1
    assert "costs.csv" in result.out


def test_verify_finds_a_cost_left_out_behind_right_hashes(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """The row of a cost that is zero taken out of the table: the sums still agree, but not every
    cost is stated.
    """
    costs = table(average, "costs")
    assert tuple(costs["name"]) == COST_NAMES
    row = COST_NAMES.index("losses")
    assert float(costs.loc[row, "amount"]) == 0.0
    proof = proof_of(average, tmp_path / "copy", remembering, without_row("costs", row))
    assert {words.partition(":")[0] for words in proof.findings} == {"tables/costs.csv"}


def test_verify_finds_a_forged_payroll_behind_right_hashes(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """An idle day that nobody is paid for."""
    proof = proof_of(average, tmp_path / "copy", remembering, cell("payroll", 0, "idle_days", 1))
    assert {words.partition(":")[0] for words in proof.findings} == {"tables/payroll.csv"}


def test_verify_finds_a_weight_that_no_rule_routes_behind_right_hashes(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """A routing row cut off at 300 g: heavier parcels of its region have no place to go."""
    proof = proof_of(average, tmp_path / "copy", remembering, cell("routing", 0, "to_g", 300))
    region = table(average, "routing").loc[0, "region"]
    assert any(words.startswith("plan: ") and region in words for words in proof.findings)


@pytest.mark.parametrize("content", ["", "a,b\n1,2\n", "\0\0"])
def test_verify_finds_damaged_tables_behind_right_hashes(
    average: Path, tmp_path: Path, remembering: RunContext, content: str
) -> None:
    """Empty tables, some with other columns, some that are no text: findings and exit 1, not a
    crash.
    """
    names = ("costs", "orders", "hourly", "baselines")

    def damage(folder: Path) -> None:
        for name in names:
            (folder / "tables" / f"{name}.csv").write_text(content, encoding="utf-8")

    proof = proof_of(average, tmp_path / "copy", remembering, Forgery("", "", damage))
    for name in names:
        assert any(words.startswith(f"tables/{name}.csv") for words in proof.findings), name


@pytest.mark.parametrize("key", ["scenario", "seed"])
def test_verify_refuses_a_manifest_that_lacks_a_field(
    average: Path, tmp_path: Path, key: str
) -> None:
    """run.json without the scenario's name or the seed is invalid input, and the field is named."""
    copy = forged(average, tmp_path / "copy")
    manifest = json.loads((copy / "run.json").read_text(encoding="utf-8"))
    manifest.pop(key)
    (copy / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(InputError, match=rf"run\.json:1: {key}: is missing"):
        verify(copy)


@pytest.mark.parametrize(
    "name", ["../../scenario.yaml", "regions.csv/../../x", "/etc/hostname", "nothing.yaml"]
)
def test_verify_reads_no_scenario_but_the_kept_one(
    average: Path, tmp_path: Path, name: str
) -> None:
    """A manifest cannot lead the proof to another file."""
    copy = forged(average, tmp_path / "copy", key("run.json", "scenario", name))
    with pytest.raises(
        InputError, match=r"scenario: (must be the name of a file|not among the inputs)"
    ):
        verify(copy)


def test_verify_finds_an_input_that_is_read_differently_today(
    average: Path, tmp_path: Path
) -> None:
    """The copy of an input is changed and its hash in the outputs made right: the manifest's own
    input hash differs.
    """

    def change(folder: Path) -> None:
        regions = folder / "inputs" / "regions.csv"
        regions.write_text(
            regions.read_text(encoding="utf-8").replace("四川", "川"), encoding="utf-8"
        )

    result = call_here("verify", forged(average, tmp_path / "copy", Forgery("", "", change)))
    assert result.code == 1
    assert "regions.csv: differs from the input of the run" in result.out


def test_other_versions_are_no_forgery(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """A run made with another numpy whose simulations come out differently is not comparable, and
    not verified; where they come out the same it is verified, and the proof says with which
    versions it was made.
    """
    made = key("run.json", "versions.numpy", "0.9")
    proof = proof_of(average, tmp_path / "same", remembering, made)
    assert proof.verified
    assert any("made with numpy 0.9; here numpy " in words for words in proof.not_proved)
    proof = proof_of(
        average, tmp_path / "other", remembering, made, cell("replications", 3, "mean_wait_s", 1.5)
    )
    assert (proof.verified, proof.findings) == (False, [])
    assert "mean_wait_s" in proof.not_comparable[0]
    assert "made with numpy 0.9" in proof.not_comparable[0]
    proof = proof_of(average, tmp_path / "wrong", remembering, made, cell("costs", 0, "amount", 1))
    assert proof.findings


def test_the_verdict_is_said_in_words(average: Path, tmp_path: Path) -> None:
    """Findings first, then what was proved and what was not; `--quiet` says nothing of a verified
    run.
    """
    lines = call_here("verify", average, "--jobs", 1).out.splitlines()
    assert lines[:2] == [f"{average}: verified", "proved:"]
    assert "not proved:" not in lines  # a plan of a rule of thumb is proved whole
    assert call_here("verify", average, "--quiet", "--jobs", 1).out == ""
    result = call_here(
        "verify", forged(average, tmp_path / "copy", key("run.json", "title", "another")), "--quiet"
    )
    assert result.code == 1
    assert result.out.splitlines()[0].endswith(": 1 finding(s)")
    assert "run.json: title: says" in result.out


def test_of_a_large_run_five_replications_are_simulated(
    average: Path, tmp_path: Path, remembering: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The proof says how many are left, and names the tables made of all; `--full` finds what is
    forged there.
    """
    monkeypatch.setattr(evidence, "CHEAP_ORDERS", 0)
    proof = verify(average, context=remembering)
    assert proof.verified, proof.findings
    assert "5 of 14 replications, simulated again from the seed, are identical" in proof.proved
    names = (
        "costs",
        "couriers",
        "dispatch",
        "hourly",
        "penalties",
        "regions",
        "replications",
        "risks",
        "stock",
    )
    tables = f"what else stands in the tables {', '.join(names)} (use --full)"
    assert proof.not_proved == ["9 of 14 replications (use --full)", tables]
    copy = forged(average, tmp_path / "copy", cell("replications", 4, "mean_wait_s", "1.0"))
    assert "tables/replications.csv:6:" in verify(copy, context=remembering).findings[0]
    copy = forged(average, tmp_path / "later", cell("replications", 5, "mean_wait_s", "1.0"))
    assert verify(copy, context=remembering).verified
    assert "tables/replications.csv:7:" in verify(copy, full=True, context=remembering).findings[0]


def test_baselines_of_a_large_run_are_named_as_not_proved(
    small_run: Path, tmp_path: Path, remembering: RunContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the other plans cost is not proved, and the proof says so; their people and certificates
    are.
    """
    monkeypatch.setattr(evidence, "CHEAP_ORDERS", 0)
    proof = verify(small_run, context=remembering)
    assert proof.verified, proof.findings
    assert any(
        words.startswith("the figures of average, peak, erlang") and "the search" in words
        for words in proof.not_proved
    )
    forgeries = [cell("baselines", 1, "peak_staff", 99), cell("baselines", 2, "certified", True)]
    proof = proof_of(small_run, tmp_path / "copy", remembering, *forgeries)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []


@pytest.mark.parametrize(("engine", "method"), [("compiled", None), ("simpy", "average")])
def test_many_features_in_one_scenario_are_verified(
    tmp_path: Path, engine: Engine, method: str | None
) -> None:
    """Tasks finished after hours, stock, an absence wave, parcels refused, tiers, a commitment, an
    allotment: results of both engines, of a plan and of the stated operation.
    """
    scenario = load(write_eventful(tmp_path / "scenario"))
    proof = verify(tried_out(tmp_path / "result", scenario, method, engine))
    assert proof.verified, proof.findings
    assert "after_hours" in " ".join(proof.proved)


@pytest.mark.slow
def test_a_roster_with_names_is_proved(tmp_path: Path, remembering: RunContext) -> None:
    """Names fill the plan's places; somebody unknown, a second shift and a wrong total are
    found.
    """
    staff = "staff:\n" + "".join(
        f"  - {{name: {name}, crew: own}}\n" for name in ("ann", "bea", "cem", "dov")
    )
    scenario = load(
        write_small(tmp_path / "scenario", {"contracts: [near": f"{staff}contracts: [near"})
    )
    honest = tried_out(tmp_path / "honest", scenario)
    for full in (False, True):
        proof = verify(honest, full=full, context=remembering)
        assert proof.verified, proof.findings
    assert any("roster" in words for words in proof.proved)
    forgeries = [
        Forgery("tables/roster.csv: zoe", "nobody", cell("roster", 0, "person", "zoe").change)
    ]
    proof = proof_of(honest, tmp_path / "stranger", remembering, *forgeries)
    assert forgeries[0].found_in(proof.findings), proof.findings
    forgeries = [cell("people", 0, "days", 9), cell("roster", 1, "night", "yes")]
    proof = proof_of(honest, tmp_path / "totals", remembering, *forgeries)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []


def test_a_scenario_of_links_and_without_a_name(tmp_path: Path, remembering: RunContext) -> None:
    """Its copy in the result is read as it was itself; that it states no name is said."""
    folder = write_small(tmp_path / "店铺", {"name: small\n": "", "products.csv": '"a\\\\b.csv"'})
    (folder / "products.csv").rename(folder / "a\\b.csv")
    (folder / "regions.csv").rename(folder / "today.csv")
    (folder / "regions.csv").symlink_to("today.csv")
    (folder / "scenario.yaml").rename(tmp_path / "elsewhere.yaml")
    (folder / "scenario.yaml").symlink_to("../elsewhere.yaml")
    proof = verify(tried_out(tmp_path / "out", load(folder), "average"), context=remembering)
    assert proof.findings == []
    assert (
        "the name: the scenario states none, so it is that of the folder it lay in"
        in proof.not_proved
    )


def test_a_forecast_is_drawn_again(small: Path, tmp_path: Path, remembering: RunContext) -> None:
    """Its tables are the same, with `--full` its figures too; forged numbers are found."""
    honest = tmp_path / "honest"
    assert call_here("forecast", small, "-o", honest, "--replications", 20, "--quiet").code == 0
    proof = verify(honest, full=True, context=remembering)
    assert (proof.findings, proof.not_proved) == ([], [])
    forgeries = [
        cell("forecast_hourly", 3, "p95", "1.0"),
        cell("forecast_daily", 1, "mean", "1.0"),
        cell("forecast_peak", 0, "p50", "1"),
        key("run.json", "timezone", "UTC"),
        key("run.json", "replications", 9),
    ]
    proof = proof_of(honest, tmp_path / "copy", remembering, *forgeries)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []
    longer = proof_of(honest, tmp_path / "longer", remembering, key("run.json", "days", 9))
    assert any("does not fill the days of the run" in words for words in longer.findings)
    huge = key("run.json", "options.replications", 10**12)
    proof = proof_of(honest, tmp_path / "huge", remembering, huge)
    assert any("too large to be drawn again" in words for words in proof.not_proved)


def test_an_import_is_compared_by_hash_alone(tmp_path: Path) -> None:
    """The log is not kept, and the proof says so; an import without hashes has nothing to prove."""
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "history.csv").write_text("time,region,orders\n", encoding="utf-8")
    (folder / "summary.json").write_text('{"orders": 5}', encoding="utf-8")
    result = call_here("verify", folder)
    assert (result.code, "there is nothing to prove" in result.err) == (1, True)
    listed = {"orders": 5, "outputs": {"history.csv": sha256(folder / "history.csv")}}
    (folder / "summary.json").write_text(json.dumps(listed), encoding="utf-8")
    proof = verify(folder)
    assert proof.verified
    assert proof.not_proved == ["anything else: the log it was made from is not kept"]
    (folder / "history.csv").write_text("time,region,orders\n\n", encoding="utf-8")
    assert verify(folder).findings == ["history.csv: changed since the import"]


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to("/dev/zero")])
def test_the_summary_of_an_import_is_an_ordinary_file(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """Anything else could be read without an end."""
    make(tmp_path / "summary.json")
    result = call_here("verify", tmp_path)
    assert (result.code, "summary.json: is no ordinary file" in result.err) == (3, True)


def test_a_link_in_an_import_is_found(tmp_path: Path) -> None:
    """What it leads to is not part of the folder, even where its hash is right."""
    (tmp_path / "mine.csv").write_text("time\n", encoding="utf-8")
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "history.csv").symlink_to("../mine.csv")
    listed = {"outputs": {"history.csv": sha256(tmp_path / "mine.csv")}}
    (folder / "summary.json").write_text(json.dumps(listed), encoding="utf-8")
    assert verify(folder).findings == [
        "history.csv: is no ordinary file (a link, a pipe or a device)"
    ]


def test_a_full_temporary_disk_is_no_finding(
    average: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says nothing about the result: an error of its own, by name."""

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "/elsewhere/table.csv")

    monkeypatch.setattr("planner.studies.verification.compare_files.write_table", full)
    result = call_here("verify", average)
    assert (result.code, result.err) == (1, "/elsewhere/table.csv: No space left on device\n")


def test_a_forged_run_is_found(small_run: Path, tmp_path: Path, remembering: RunContext) -> None:
    """What only a whole run has: plans of other methods, the way to the plan, the forecast, the
    bound.
    """
    assert table(small_run, "baselines")["method"].tolist()[1] == "average"
    forgeries = [
        cell("baselines", 1, "cost_mean", "99999.00"),
        cell("baselines", 2, "met", 30),
        cell("baselines", 3, "peak_staff", 999),
        cell("forecast_daily", 0, "p05", "1.0"),
        cell("path", 0, "certified", "True"),
        key("run.json", "status", "optimal"),
        Forgery("plan.json: gap", ": says", both("gap", 0.0).change),
        key("plan.json", "loop.verdicts", 7),
        key("plan.json", "loop.stopped", "limits"),
    ]
    forgeries[4] = Forgery(
        "tables/path.csv: certified", "only the last verdict", forgeries[4].change
    )
    proof = proof_of(small_run, tmp_path / "copy", remembering, *forgeries)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []
    end = [
        cell("path", -1 + len(table(small_run, "path")), column, "7")
        for column in ("kept", "bound", "person_days")
    ]
    proof = proof_of(small_run, tmp_path / "path", remembering, *end)
    assert sum("tables/path.csv (last row)" in words for words in proof.findings) == len(end)
    bound = table(small_run, "baselines").index[-1]
    search = [
        cell("baselines", int(bound), "certified", False),
        cell("baselines", int(bound), "lower_bound", "0.5"),
    ]
    proof = proof_of(small_run, tmp_path / "search", remembering, *search)
    assert [f.where for f in search if not f.found_in(proof.findings)] == []


@pytest.mark.slow
def test_full_proves_a_run_whole(small_run: Path, tmp_path: Path, remembering: RunContext) -> None:
    """With `--full` all but the way to the plan is derived again; what only that finds, it
    finds.
    """
    proof = verify(small_run, full=True, context=remembering)
    assert proof.verified, proof.findings
    assert len(proof.not_proved) == 3
    assert proof.not_proved[0].startswith("that the certificate is look 1")
    assert proof.not_proved[1].startswith("how the plan was found")
    assert proof.not_proved[2] == "what else stands in the tables path"
    names = ("contracts", "clauses", "breakevens", "remote", "rules_cost", "hindsight")
    column = {n: table(small_run, n).columns[-1] for n in names} | {
        "contracts": "ranked_cost",
        "rules_cost": "extra",
    }
    forgeries = [cell(n, 0, column[n], "7") for n in names]
    courier = key("plan.json", "costs.courier", 0.0).change
    forgeries.append(Forgery("plan.json (minor units): costs.courier", "says", courier))
    forgeries.append(cell("baselines", 5, "cost_mean", "1.00"))
    proof = verify(forged(small_run, tmp_path / "copy", *forgeries), full=True, context=remembering)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []
    copy = tmp_path / "report"
    shutil.copytree(small_run, copy)
    (copy / "report.html").write_text("<p>Certified.</p>", encoding="utf-8")
    seal_again(copy)
    proof = verify(copy, full=True, context=remembering)
    assert [words.partition(":")[0] for words in proof.findings] == ["report.html"]
