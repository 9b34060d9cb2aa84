"""`planner explain`, and what `plan` leaves behind where there is no plan."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest

from planner.errors import ConflictError
from planner.studies.explain_folder import explain_folder
from planner.studies.rewrite_report import rewrite_report
from planner.studies.runs.run_context import RunContext
from planner.studies.verification.verify import verify
from tests.cli.builders import write_queue
from tests.cli.conftest import Result, call, call_here
from tests.cli.forging import Forgery, cell, forged, key, proof_of


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """600 orders a day for two people who do 288: `planner plan` finds no plan."""
    folder = tmp_path_factory.mktemp("refused")
    scenario = write_queue(folder / "scenario", 600, "cv: 0", servers=2, days=2)
    return folder / "result", call(
        "plan", scenario, "-o", folder / "result", "--jobs", 1, "--effort", 5, "--json"
    )


def test_no_plan_is_exit_4_with_an_explanation(refused: tuple[Path, Result]) -> None:
    """Blame and proved repairs on stderr, as JSON on stdout, and in the folder's tables."""
    folder, result = refused
    assert result.code == 4
    assert "own people at hall" in result.err
    assert "what would help" in result.err
    content = result.json()
    assert content["status"] == "infeasible"
    assert [b["key"] for b in content["blame"]] == [["crew", "hall", "own"]]
    assert content["repairs"]
    assert all(r["verified"] for r in content["repairs"])
    blame = pd.read_csv(folder / "tables" / "blame.csv")
    assert list(blame.columns) == ["rule", "key", "words", "allowed", "needed", "unit"]
    assert blame["allowed"].tolist() == [2]
    repairs = pd.read_csv(folder / "tables" / "repairs.csv")
    assert list(repairs["words"]) == [r["words"]["en"] for r in content["repairs"]]
    assert repairs["extra"].iloc[0] == 0
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert (manifest["status"], manifest["certificate"]) == ("infeasible", None)


def test_explain_reads_it_in_both_languages(refused: tuple[Path, Result]) -> None:
    """The same content as the run's own, in words or as JSON."""
    folder, result = refused
    explained = call_here("explain", folder)
    assert explained.code == 0
    assert explained.out == (folder / "explanation.txt").read_text(encoding="utf-8")
    content, lines = explain_folder(folder, "zh")
    assert content == result.json()
    assert lines[0] == "没有可行方案。"
    assert not any("infeasible" in line or ": " in line for line in lines)


def test_without_a_plan_the_report_says_why(refused: tuple[Path, Result], tmp_path: Path) -> None:
    """One page with the limits and repairs, in the language asked for; the folder stays
    verifiable.
    """
    copy = tmp_path / "copy"
    shutil.copytree(refused[0], copy)
    assert [path.name for path in rewrite_report(copy, ("pdf",), "zh", None)] == ["report.pdf"]
    proof = verify(copy)
    assert (proof.checks["explanation"], proof.findings) == (1, [])
    document = pypdfium2.PdfDocument(copy / "report.pdf")
    (text,) = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    assert "没有可行方案" in text
    assert "infeasible" not in text
    assert re.search(r"\d+月\d+日（周.），hall 自有员工人数：现有 2 人，需要 \d 人", text)


def test_a_forged_explanation_is_found(
    refused: tuple[Path, Result], tmp_path: Path, remembering: RunContext
) -> None:
    """Tables, text and manifest that say something else than the explanation, each sealed again."""

    def reassure(folder: Path) -> None:
        (folder / "explanation.txt").write_text("All is well.\n", encoding="utf-8")

    forgeries = [
        key("run.json", "status", "optimal"),
        key("run.json", "service.confidence", 0.5),
        cell("blame", 0, "needed", "2.0"),
        cell("repairs", 0, "objective", "1.0"),
        cell("repairs", 0, "verified", "False"),
        Forgery("explanation.txt: does not say", "", reassure),
    ]
    proof = proof_of(refused[0], tmp_path / "copy", remembering, *forgeries)
    assert [f.where for f in forgeries if not f.found_in(proof.findings)] == []


@pytest.mark.slow
def test_a_refusal_is_proved_by_planning_again(
    refused: tuple[Path, Result], tmp_path: Path
) -> None:
    """With `--full`: the same blame and repairs, and a cheaper repair nobody found is found to be
    forged.
    """
    proof = verify(refused[0], full=True)
    assert proof.verified, proof.findings
    assert "there is no plan: planned again, with the same blame and repairs" in proof.proved
    copy = forged(refused[0], tmp_path / "copy", key("explanation.json", "status", "unknown"))
    assert any(
        words.startswith("explanation.json: status: says")
        for words in verify(copy, full=True).findings
    )


def test_a_changed_explanation_is_not_shown(refused: tuple[Path, Result], tmp_path: Path) -> None:
    """Hashes are checked first."""
    copy = tmp_path / "copy"
    shutil.copytree(refused[0], copy)
    (copy / "explanation.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConflictError, match="changed since the run"):
        explain_folder(copy, "en")


def test_a_plan_that_is_not_certified_is_explained(tmp_path: Path) -> None:
    """100 orders a day, each due in two hours, and people for the average: orders wait at the one
    process there is.
    """
    scenario = write_queue(tmp_path / "scenario", 250, "cv: 1", servers=3, days=2)
    text = (
        (scenario / "scenario.yaml")
        .read_text(encoding="utf-8")
        .replace("deadline_hours: 48", "deadline_hours: 2")
    )
    (scenario / "scenario.yaml").write_text(text, encoding="utf-8")
    out = tmp_path / "result"
    assert (
        call_here(
            "plan", scenario, "-o", out, "--method", "average", "--replications", 5, "--jobs", 1
        ).code
        == 0
    )
    content, lines = explain_folder(out, "en")
    assert lines[0].startswith("Not certified")
    assert "waiting for serve at hall" in lines[1]
    assert content["misses"][0]["reason"] == "waiting"


def test_a_certified_plan_says_what_limits_it(small_run: Path) -> None:
    """The limit used most comes first."""
    content, _ = explain_folder(small_run, "en")
    limits = content["limits"]
    assert [limit["share"] for limit in limits] == sorted(
        (limit["share"] for limit in limits), reverse=True
    )
