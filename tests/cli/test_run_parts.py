"""`planner run --with ... --without ...`: what is left out is nowhere, and everything else holds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from planner.domain.choices import PARTS
from planner.studies.verification.verify import verify
from tests.cli.builders import write_queue
from tests.cli.conftest import call_here
from tests.cli.forging import cell, key, seal_again

TINY = ("--replications", 4, "--effort", 1, "--jobs", 1, "--quiet")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without any part, of a scenario that is simulated in milliseconds."""
    folder = tmp_path_factory.mktemp("bare")
    queue = write_queue(folder / "queue", per_day=200, law="cv: 1", servers=2, days=1)
    left_out = ("--without", "contracts,rules", "--without", "hindsight, stress,baselines,whatif")
    assert call_here("run", queue, "-o", folder / "out", *left_out, *TINY).code == 0
    return folder / "out"


def test_a_run_without_any_part_is_a_whole_result(bare: Path, tmp_path: Path) -> None:
    """It is verified, explained, put under stress and reported in Chinese."""
    tables = {path.stem for path in (bare / "tables").glob("*.csv")}
    assert not tables & {
        *["hindsight", "stress", "rules", "rules_cost", "contracts", "clauses", "what_if"]
    }
    assert (bare / "tables" / "baselines.csv").read_text().count("\n") == 2
    options = json.loads((bare / "run.json").read_text())["options"]
    assert (options["with"], options["without"]) == ([], list(PARTS))
    assert call_here("verify", bare, "--jobs", 1).code == 0
    assert call_here("explain", bare).code == 0
    asked = ("--only", "demand", "--jobs", 1, "--quiet")
    assert call_here("stress", bare, "-o", tmp_path / "stress", *asked).code == 0
    copy = tmp_path / "copy"
    shutil.copytree(bare, copy)
    assert call_here("report", copy, "--lang", "zh", "--quiet").code == 0
    assert call_here("verify", copy, "--jobs", 1).code == 0


@pytest.mark.slow
def test_the_search_is_made_when_asked_for(tmp_path: Path) -> None:
    """And compared, although the rules of thumb are left out."""
    queue = write_queue(tmp_path / "queue", per_day=200, law="cv: 1", servers=2, days=1)
    asked = ("--with", "search", "--without", "baselines,rules,hindsight,stress,whatif")
    result = call_here("run", queue, "-o", tmp_path / "out", *asked, *TINY)
    assert result.code == 0, result.err
    rows = (tmp_path / "out" / "tables" / "baselines.csv").read_text().splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == ["joint", "search"]
    assert call_here("verify", tmp_path / "out", "--jobs", 1).code == 0


@pytest.mark.slow
def test_the_grid_of_what_ifs_is_proved(tmp_path: Path) -> None:
    """It is in the table and on the page; a cell that was changed, a line that was left out are
    found.
    """
    queue = write_queue(tmp_path / "queue", per_day=200, law="cv: 1", servers=2, days=1)
    asked = ("--without", "baselines,contracts,rules,hindsight,stress")
    out = tmp_path / "out"
    assert call_here("run", queue, "-o", out, *asked, *TINY).code == 0
    assert (out / "tables" / "what_if.csv").read_text().count("\n") == 1 + 5 * 3
    page = (out / "report.html").read_bytes()
    assert b'"whatIf"' in page
    assert call_here("report", out, "--format", "html", "--quiet").code == 0
    assert (out / "report.html").read_bytes() == page
    proof = verify(out, full=True)
    assert proof.verified, proof.findings
    assert "tables/what_if.csv" in proof.files
    forged = tmp_path / "forged"
    shutil.copytree(out, forged)
    cell("what_if", 7, "kept", 1).change(forged)
    seal_again(forged)
    assert "what_if" in " ".join(verify(forged).findings)
    lines = (out / "tables" / "what_if.csv").read_text().splitlines(keepends=True)
    (forged / "tables" / "what_if.csv").write_text("".join(lines[:-1]))
    seal_again(forged)
    result = call_here("report", forged, "--format", "html")
    assert result.code == 3
    assert "what_if.csv: does not hold every combination of demand" in result.err


@pytest.mark.slow
def test_clauses_are_left_out_alone(small: Path, tmp_path: Path) -> None:
    """The comparison of contracts and its break-evens stay, and the full proof holds."""
    asked = ("--without", "clauses,baselines,rules,stress", *TINY)
    assert call_here("run", small, "-o", tmp_path / "out", *asked).code == 0
    tables = {path.stem for path in (tmp_path / "out" / "tables").glob("*.csv")}
    assert {"contracts", "breakevens", "remote", "hindsight"} <= tables
    assert "clauses" not in tables
    assert call_here("verify", tmp_path / "out", "--full", "--jobs", 1).code == 0


@pytest.mark.parametrize(
    ("option", "value", "names"),
    [
        ("--without", "clauses,rulez", ", ".join(PARTS)),
        ("--without", ",", ", ".join(PARTS)),
        ("--with", "everything", "search"),
    ],
)
def test_an_unknown_name_lists_the_names(
    small: Path, tmp_path: Path, option: str, value: str, names: str
) -> None:
    """A usage error before any work."""
    result = call_here("run", small, "-o", tmp_path / "out", option, value)
    assert result.code == 2
    assert f"give some of {names}" in result.err


def test_the_environment_names_parts_as_well(
    small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several in one variable."""
    monkeypatch.setenv("PLANNER_WITHOUT", "clauses,rulez")
    result = call_here("run", small, "-o", tmp_path / "out")
    assert result.code == 2
    assert '"rulez" is unknown' in result.err


def test_a_table_that_was_left_out_is_not_slipped_in(bare: Path, tmp_path: Path) -> None:
    """Nor do the options name parts in a way the command never writes."""
    copy = tmp_path / "table"
    shutil.copytree(bare, copy)
    (copy / "tables" / "hindsight.csv").write_text(
        "path,weight,orders,plan_cost,hindsight_cost,regret\n"
    )
    seal_again(copy)
    assert "hindsight" in " ".join(verify(copy).findings)
    for number, value in enumerate((["hindsight", "rules"], ["contracts"], ["nonsense"], "rules")):
        copy = tmp_path / f"options {number}"
        shutil.copytree(bare, copy)
        key("run.json", "options.without", value).change(copy)
        seal_again(copy)
        result = call_here("verify", copy, "--jobs", 1)
        assert result.code in (1, 3), value
        assert "options.without" in result.out + result.err
