"""`planner plan --draft`: a plan in seconds, which nowhere claims to be certified."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from planner.studies.runs.run_context import RunContext
from planner.studies.verification.verify import verify
from tests.cli.builders import SMALL, write_queue, write_small
from tests.cli.conftest import call, call_here
from tests.cli.forging import Forgery, cell, findings_of, key
from tests.reporting.test_report import pages_text

QUICK = ("--effort", 1, "--jobs", 1)


@pytest.fixture(scope="module")
def queue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario that is planned in a second."""
    folder = tmp_path_factory.mktemp("queue") / "queue"
    return write_queue(folder, per_day=200, law="cv: 1", servers=2, days=1)


@pytest.fixture(scope="module")
def draft(queue: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("draft") / "out"
    assert call_here("plan", queue, "-o", out, "--draft", *QUICK).code == 0
    return out


def test_a_draft_says_that_it_is_not_certified(queue: Path, tmp_path: Path) -> None:
    """On both streams, in both documents, and by the exit code where that is asked for."""
    out = tmp_path / "out"
    result = call_here("plan", queue, "-o", out, "--draft", "--strict", *QUICK)
    assert result.code == 5
    assert result.out.startswith("NOT CERTIFIED: ")
    assert "Draft plan, not certified: CNY " in result.out
    assert "2 people on the peak day (0 temporary)" in result.out
    assert "warning: NOT CERTIFIED" in result.err
    assert "simulating" not in result.err + result.out.replace("simulating it", "")
    plan, run = (json.loads((out / name).read_text()) for name in ("plan.json", "run.json"))
    assert (plan["status"], plan["certificate"]) == ("draft", None)
    assert (run["status"], run["certificate"]) == ("draft, not certified", None)
    assert not {"replications", "baselines", "orders"} & {
        p.stem for p in (out / "tables").iterdir()
    }


def test_json_is_one_object(queue: Path, tmp_path: Path) -> None:
    """What plan.json says, and nothing else on stdout."""
    result = call_here("plan", queue, "-o", tmp_path / "out", "--draft", "--json", *QUICK)
    assert result.json() == json.loads((tmp_path / "out" / "plan.json").read_text())


@pytest.mark.usefixtures("undrawn")
def test_a_draft_is_a_plan_for_every_command(queue: Path, draft: Path, tmp_path: Path) -> None:
    """Verified, explained, drawn, simulated and put under stress."""
    proof = verify(draft)
    assert proof.verified, proof.findings
    assert any("it is a draft, not certified" in words for words in proof.not_proved)
    explained = call_here("explain", draft)
    assert explained.code == 0
    assert explained.out.startswith("Not certified: a draft plan")
    assert call_here("explain", draft, "--lang", "zh").out.startswith("未通过认证：草案")
    asked = ("--replications", 3, "--jobs", 1, "--quiet")
    simulated = tmp_path / "simulated"
    assert call_here("simulate", queue, "--plan", draft, "-o", simulated, *asked).code == 0
    assert json.loads((simulated / "plan.json").read_text())["certificate"]["replications"] == 3
    assert call_here("verify", simulated, "--jobs", 1).code == 0
    stressed = ("--only", "demand", "--jobs", 1, "--quiet")
    assert call_here("stress", draft, "-o", tmp_path / "stress", *stressed).code == 0


def test_the_report_of_a_draft_says_so(small: Path, tmp_path: Path) -> None:
    """In both languages, with the cost that is expected and nothing that would be simulated."""
    folder = tmp_path / "out"
    assert call_here("plan", small, "-o", folder, "--draft", *QUICK).code == 0
    said = {"en": ("NOT CERTIFIED", "Total cost, expected"), "zh": ("未通过认证", "总费用（预计）")}
    unknown = {"en": ("Nothing stood out", "left over"), "zh": ("没有发现突出问题", "剩余")}
    for lang, sentences in said.items():
        assert call_here("report", folder, "--lang", lang, "--format", "pdf", "--quiet").code == 0
        text = "".join(pages_text(folder / "report.pdf")).replace("\n", " ")
        assert [sentence for sentence in sentences if sentence not in text] == []
        assert [sentence for sentence in unknown[lang] if sentence in text] == []
        assert call_here("verify", folder, "--full", "--jobs", 1).code == 0


def test_a_rule_of_thumb_has_drafts_too(small: Path, tmp_path: Path) -> None:
    """With its own status, made again by the proof; a search has none, as it simulates."""
    asked = ("--method", "average", "--draft", *QUICK)
    assert call_here("plan", small, "-o", tmp_path / "out", *asked).code == 0
    run = json.loads((tmp_path / "out" / "run.json").read_text())
    assert run["status"] == "rule of thumb, not certified"
    assert call_here("verify", tmp_path / "out").code == 0
    refused = call_here("plan", small, "-o", tmp_path / "no", "--method", "search", "--draft")
    assert refused.code == 2
    assert "--draft" in refused.err


def test_a_draft_without_a_plan_is_explained(tmp_path: Path) -> None:
    """Exit 4 with the limits to blame, as without --draft."""
    agency = SMALL[SMALL.index("  - {name: agency") : SMALL.index("staffing:")]
    changes = {"median: 300, p95: 420": "median: 3000, p95: 4000", agency: ""}
    folder = write_small(tmp_path / "s", changes)
    result = call_here("plan", folder, "-o", tmp_path / "out", "--draft", *QUICK)
    assert result.code == 4, result.err
    assert call_here("verify", tmp_path / "out").code == 0


FORGED: dict[str, Forgery] = {
    "status of run.json": key("run.json", "status", "certified"),
    "status of plan.json": key("plan.json", "status", "optimal"),
    "cost": key("plan.json", "costs.staff", 1.0),
    "people": cell("staffing", 0, "headcount", 1),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_draft_is_found(name: str, draft: Path, tmp_path: Path) -> None:
    """Whatever its hashes say."""
    assert findings_of(draft, tmp_path / "copy", RunContext(), FORGED[name])


def test_a_draft_cannot_gain_a_certificate(draft: Path, average: Path, tmp_path: Path) -> None:
    """A certificate of another folder makes it unreadable, not certified."""
    stolen = json.loads((average / "run.json").read_text())["certificate"]
    forgery = key("run.json", "certificate", stolen)
    assert findings_of(draft, tmp_path / "copy", RunContext(), forgery)


def test_a_draft_loads_neither_simulation_engine_nor_report(queue: Path, tmp_path: Path) -> None:
    """What it does not need would cost its user seconds."""
    argv = ["plan", str(queue), "-o", str(tmp_path / "out"), "--draft", "--effort", "1"]
    code = (
        "import sys\nfrom planner.cli.main import main\n"
        f"try:\n    main({argv!r})\nexcept SystemExit:\n    pass\n"
        "print({'numba', 'simpy', 'matplotlib.figure', 'distributed'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_first_plan_is_told_before_it_is_simulated(queue: Path, tmp_path: Path) -> None:
    """And before its bound is solved; the certified one before all that follows; not if quiet."""
    asked = ("--replications", 3, "--effort", 1, "--jobs", 1)
    result = call("plan", queue, "-o", tmp_path / "out", "--json", *asked)
    lines = result.err.splitlines()
    (first,) = (k for k, line in enumerate(lines) if line.startswith("Draft plan, not certified: "))
    last = [k for k, line in enumerate(lines) if line.startswith("Plan, not certified: CNY ")]
    simulations = [k for k, line in enumerate(lines) if line.startswith("simulating")]
    assert lines[first - 1] == "planning ..."
    assert first < simulations[0] <= simulations[-1] < last[0]
    assert result.json()["certificate"]["certified"] is False
    quiet = call_here("plan", queue, "-o", tmp_path / "quiet", *asked, "--quiet")
    assert "plan, not certified" not in quiet.err.lower()
