"""Runs forged by somebody who knows the format and seals them again: `verify` finds every number
that is not true.

Each batch is one forged folder; every forgery in it must have a finding of its own.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.formats.plan_files import read_plan
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.certificate import lower_bound
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.load import load
from planner.studies.verification.verify import verify
from tests.cli.builders import write_small
from tests.cli.conftest import call_here
from tests.cli.forging import (
    Forgery,
    both,
    cell,
    findings_of,
    forged,
    is_refused,
    key,
    proof_of,
    table,
    tried_out,
    without_row,
    write,
)

CERTIFIED = {
    "confidence": 0.1,
    "level": 0.5,
    "lower_bound": 0.99,
    "met": 15,
    "on_time_share": 0.5,
    "replications": 15,
    "seed": 12,
}
BATCHES: dict[str, list[Forgery]] = {
    "run.json": [
        *(key("run.json", f"certificate.{name}", value) for name, value in CERTIFIED.items()),
        key("run.json", "certificate.certified", 1),
        key("run.json", "service.on_time_share", 0.5),
        key("run.json", "service.confidence", 0.1),
        key("run.json", "platform.threshold_late_share", 0.5),
        key("run.json", "platform.deadline_hours", 480.0),
        key("run.json", "platform.counts", "label"),
        key("run.json", "labels.product.light", "gold"),
        key("run.json", "currency", "USD"),
        key("run.json", "timezone", "UTC"),
        key("run.json", "start", "2026-11-10T00:00"),
        key("run.json", "days", 1_000_000_000),
        key("run.json", "planned_on", "2026-01-01"),
        key("run.json", "title", "x" * 100_000),
        key("run.json", "name", "another"),
        key("run.json", "status", "optimal"),
        key("run.json", "gap", 0.0),
        key("run.json", "model_gap", 0.0),
        key("run.json", "margins", [{"name": "efficiency", "value": 1, "meaning": ""}]),
        key("run.json", "certain_demand", []),
        key("run.json", "replications", 1000),
        key("run.json", "engines.of", 99),
        key("run.json", "engines.equal", 1),
        key("run.json", "warnings", ["nothing to worry about"]),
        key("run.json", "checked_by", "somebody"),
        key("run.json", "broken_rules", ["whatever"]),
    ],
    "certificate in both": [
        both(f"certificate.{name}", value) for name, value in CERTIFIED.items()
    ],
    "plan.json": [
        key("plan.json", "objective", 9597.25),
        key("plan.json", "model_bound", 9000.0),
        key("plan.json", "model_gap", 0.5),
        key("plan.json", "costs.courier", 1.0),
        key("plan.json", "service.confidence", 0.1),
        key("plan.json", "service.on_time_share", 0.1),
        key("plan.json", "service.simulated.mean", 1.0),
        key("plan.json", "service.simulated.low", 1.0),
        key("plan.json", "service.expected", {"on_time_share": 1.0}),
        key("plan.json", "margins", {"efficiency": 1.0}),
        key("plan.json", "reproducible", False),
        key("plan.json", "status", "optimal"),
        key("plan.json", "certain_demand", []),
        key("plan.json", "certificate.met", 13),
        key("plan.json", "checked_by", "somebody"),
        key("plan.json", "loop", {"stopped": "certified"}),
        key("plan.json", "gap", 0.01),
    ],
    "costs promised": [
        Forgery("plan: wages: the plan says", "", key("plan.json", "costs.wages", 1.0).change),
        key("plan.json", "costs.wages", 2.0),
        key("plan.json", "bound", 9000.0),
        key("plan.json", "stock_unlimited", True),
        key("plan.json", "signed", ["far", "near"]),
    ],
    "tables of the plan": [
        cell("staffing", 0, "paid_hours", "8.00"),
        cell("staffing", 1, "cost", "1.00"),
        cell("stock", 0, "units", 1160),
        cell("stock_need", 0, "orders_mean", "1.0"),
        cell("stock_need", 1, "units_mean", "1.0"),
        cell("processes", 0, "orders_per_hour", "80.0"),
        cell("processes", 1, "stations", "200"),
        cell("shifts", 0, "paid_hours", "4.0"),
        cell("assumptions", 0, "value", "handover within 72 h after the order"),
    ],
    "tables of the simulation": [
        cell("stock", 0, "stockout_probability", "0.5"),
        cell("stock", 0, "leftover_mean", "1.0"),
        cell("stock", 0, "leftover_cost", "1.00"),
        cell("hourly", 2, "backlog", "0.0"),
        cell("hourly", 3, "staff", "9.0"),
        cell("hourly", 4, "arrivals_p95", "1.0"),
        cell("regions", 0, "on_time_share", "1.0"),
        cell("regions", 1, "cost_per_order", "0.01"),
        cell("regions", 2, "remote", "False"),
        cell("risks", 0, "value", "0.00"),
        cell("risks", 1, "words_zh", "没有风险"),
        cell("orders", 0, "on_time", "no"),
        cell("orders", 1, "deadline", "2027-01-01 00:00:00"),
        cell("orders", 2, "packed_at", "2026-11-09 08:00:00"),
        cell("baselines", 0, "cost_mean", "1.00"),
        cell("baselines", 0, "on_time_share_mean", "1.0"),
        cell("baselines", 0, "on_time_share_p05", "1.0"),
        cell("replications", 0, "mean_wait_s", "1.0"),
        cell("replications", 1, "mean_cycle_s", "1.0"),
        cell("replications", 2, "open_at_end", 0),
    ],
    "sums": [
        cell("costs", 0, "amount", "1.00"),
        cell("costs", 1, "planned", "5.00"),
        Forgery(
            "tables/costs.csv: adds up to",
            "mean of replications.csv",
            cell("costs", 8, "amount", "-5.00").change,
        ),
        Forgery(
            "tables/couriers.csv: costs",
            "costs.csv says",
            cell("couriers", 0, "cost_mean", "90000.00").change,
        ),
        Forgery(
            "tables/couriers.csv:",
            "orders in all",
            cell("couriers", 1, "parcels_mean", "500.0").change,
        ),
        Forgery("tables/regions.csv:", "orders in all", cell("regions", 0, "orders", "1.0").change),
        cell("baselines", 0, "lower_bound", "0.99"),
        cell("baselines", 0, "peak_staff", 3),
        cell("baselines", 0, "peak_day", "2026-11-10"),
    ],
    "replications": [
        cell("replications", 0, "orders", 9000),
        cell("replications", 1, "late_orders", 20),
        cell("replications", 2, "cost", "1.00"),
    ],
    "met": [
        cell("baselines", 0, "met", 13),
        cell("replications", 5, "met", "False"),
        cell("replications", 6, "late_share", "0.5"),
    ],
    "rows": [
        without_row("orders", 3),
        without_row("hourly", 3),
        without_row("regions", 2),
        without_row("couriers", 0),
        without_row("risks", 0),
        without_row("processes", 0),
    ],
}

ALWAYS = ("run.json", "tables of the simulation", "rows")  # tried at every change


def test_the_honest_plan_is_verified(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """Sealing again changes nothing; all of its tables are proved."""
    proof = proof_of(average, tmp_path / "copy", remembering)
    assert proof.verified, proof.findings
    assert proof.not_proved == []


@pytest.mark.parametrize(
    "batch",
    [b if b in ALWAYS else pytest.param(b, marks=pytest.mark.slow) for b in BATCHES],
)
def test_every_forged_number_is_found(
    average: Path, tmp_path: Path, remembering: RunContext, batch: str
) -> None:
    """Each forgery of a batch has its finding, or makes the folder one that is refused as
    damaged.
    """
    alone = {
        f: forged(average, tmp_path / f"alone-{number}", f)
        for number, f in enumerate(BATCHES[batch])
    }
    readable = [forgery for forgery, copy in alone.items() if not is_refused(copy)]
    findings = findings_of(average, tmp_path / "copy", remembering, *readable)
    assert [f"{f.where} ... {f.what}" for f in readable if not f.found_in(findings)] == [], findings


@pytest.fixture(scope="module")
def late(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plan that is not certified: half of its replications miss the service level."""
    out = tmp_path_factory.mktemp("late") / "result"
    asked = ("--method", "peak", "--replications", 14, "--jobs", 1, "--quiet")
    assert call_here("plan", small, "-o", out, *asked).code == 0
    return out


def test_a_met_next_to_a_late_share_above_the_limit_is_found(
    late: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """Every replication called met, and a certificate whose arithmetic is right: neither the counts
    nor the simulation agree.
    """
    rows = table(late, "replications")
    missed = [int(row) for row in rows.index[rows["met"] == "False"]]
    assert missed
    met, bound = len(rows), lower_bound(len(rows), len(rows))
    consistent = {"met": met, "certified": True, "lower_bound": bound}
    proof = proof_of(
        late,
        tmp_path / "copy",
        remembering,
        *(cell("replications", row, "met", True) for row in missed),
        *(both(f"certificate.{name}", value) for name, value in consistent.items()),
        *(
            cell("baselines", 0, name, value)
            for name, value in {"met": met, "certified": True}.items()
        ),
    )
    assert any("replications.csv" in words and "met: says" in words for words in proof.findings)
    assert any(
        words.startswith("run.json: certificate.certified: says true") for words in proof.findings
    )


def test_a_certificate_for_another_confidence_is_found(
    late: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """Certified at 10 %, in every place that states it: the scenario asks for more."""
    changed = [both(f"{part}.confidence", 0.1) for part in ("certificate", "service")]
    proof = proof_of(
        late, tmp_path / "copy", remembering, *changed, both("certificate.certified", True)
    )
    for where in ("service.confidence", "certificate.confidence", "certificate.certified"):
        assert any(words.startswith(f"run.json: {where}: says") for words in proof.findings), where


def test_a_late_replication_swept_away_is_found(
    late: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """No late orders in any replication, everything that follows made right: the simulation says
    otherwise.
    """

    def sweep(folder: Path) -> None:
        rows = table(folder, "replications")
        rows["late_orders"], rows["cancelled"], rows["late_share"], rows["met"] = (
            "0",
            "0",
            "0.0",
            "True",
        )
        write(folder, "replications", rows)

    proof = proof_of(late, tmp_path / "copy", remembering, Forgery("", "", sweep))
    assert any(
        "replications.csv" in words and "late_orders: says" in words for words in proof.findings
    )


def test_a_waived_rule_of_a_plan_is_found(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """More people than the crew has, and the broken rule listed as known: no plan may break a
    rule.
    """

    def crowd(folder: Path) -> None:
        staffing = table(folder, "staffing")
        staffing["headcount"] = "9"
        write(folder, "staffing", staffing)
        problem = load(folder / "inputs").problem
        broken = [v.words for v in violations(problem, read_plan(folder, problem))]
        assert broken
        key("run.json", "broken_rules", broken).change(folder)

    proof = proof_of(average, tmp_path / "copy", remembering, Forgery("", "", crowd))
    assert any(words.startswith("plan: own people at yiwu on") for words in proof.findings)
    assert (
        "run.json: broken_rules: a plan keeps every rule: none may be listed as broken"
        in proof.findings
    )


HIDING: dict[str, list[tuple[Forgery, str]]] = {
    "seed": [(key("run.json", "seed", 12), "replications.csv")],
    "kind of option": [
        (
            key("run.json", "options.replications", True),
            "options.replications: must be a whole number",
        )
    ],
    "options": [
        (key("run.json", "options.method", "magic"), "run.json: options.method: must be one of"),
        (key("run.json", "options.plan", True), "run.json: options.plan: not an option"),
    ],
    "command": [(key("run.json", "options.command", "rate"), "options.command: must be")],
    "number of replications": [
        (key("run.json", "options.replications", 10**9), "options.replications is 1000000000")
    ],
    "method": [
        (key("run.json", "options.method", "joint"), "plan.json: method: says average"),
        (key("run.json", "options.engine", "simpy"), "run.json: engines"),
    ],
    "look": [(key("run.json", "certificate.look", 10**400), "a number has 401 digits")],
    "no certificate": [(key("run.json", "certificate", None), "certificate: must be an object")],
    "another kind": [(key("run.json", "explanation", "explanation.json"), "is unknown")],
    "inputs": [(key("run.json", "inputs.more", "0" * 64), "more: named as an input")],
    "levers": [
        (key("plan.json", "promises", {"xizang": 500.0}), "promise of 500 h to xizang"),
        (key("plan.json", "caps", {"live": 1}), "cap of 1 orders for live"),
    ],
    "currency": [(key("plan.json", "currency", "USD"), "the plan is in USD")],
    "kind of value": [(key("plan.json", "objective", "a"), "objective: must be a number")],
    "rules": [
        (without_row("staffing", 0), "wages: the plan says"),
        (cell("routing", 0, "share", "0.5"), "shares add up to 0.5"),
        (cell("staffing", 1, "crew", "agency"), "agency people at yiwu"),
        (cell("baselines", 0, "method", "joint"), "baselines.csv: must have"),
        (key("plan.json", "certificate", None), "plan.json: certificate: says nothing"),
    ],
    "names of costs": [(cell("costs", 2, "name", "bribes"), "got 'bribes'")],
    "replications": [(without_row("replications", 5), "holds 13 replications, run.json says 14")],
    "count": [(cell("replications", 2, "orders", "-5"), "must be a whole number")],
    "amount": [
        (cell("replications", 2, "cost", "NaN"), "cost: must be a number"),
        (cell("costs", 2, "amount", "1e308"), "amount: must be"),
    ],
}


@pytest.mark.parametrize("batch", HIDING)
def test_a_forgery_that_hides_others_is_found(
    average: Path, tmp_path: Path, remembering: RunContext, batch: str
) -> None:
    """Forgeries that end or change the proof of the rest."""
    findings = findings_of(
        average, tmp_path / "copy", remembering, *(forgery for forgery, _ in HIDING[batch])
    )
    missed = [
        expected
        for _, expected in HIDING[batch]
        if not any(expected in words for words in findings)
    ]
    assert missed == [], findings


def test_files_that_do_not_belong_are_found(
    average: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """A file nobody writes is named as not proved; a table nobody writes and an input nobody reads
    are wrong.
    """

    def add(folder: Path) -> None:
        (folder / "letter.txt").write_text("All is well.", encoding="utf-8")

    def add_table(folder: Path) -> None:
        (folder / "tables" / "profit.csv").write_text("profit\n1000000\n", encoding="utf-8")

    def slip_in(folder: Path) -> None:
        (folder / "inputs" / "readme.csv").write_text("a\n", encoding="utf-8")

    proof = proof_of(average, tmp_path / "letter", remembering, Forgery("", "", add))
    assert proof.not_proved == ["what stands in letter.txt"]
    proof = proof_of(average, tmp_path / "table", remembering, Forgery("", "", add_table))
    assert "tables/profit.csv: is no table of a result" in proof.findings
    proof = proof_of(average, tmp_path / "input", remembering, Forgery("", "", slip_in))
    assert proof.findings == ["inputs/readme.csv: the scenario does not read it"]


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An operation as the scenario states it, with more people than there are: `simulate` without
    its figures.
    """
    folder = tmp_path_factory.mktemp("crowded")
    scenario = load(
        write_small(
            folder / "scenario", {"pick, crew: own, shift: day, headcount: 3": OVERCROWDED}
        ),
        5,
    )
    return tried_out(folder / "result", scenario)


OVERCROWDED = "pick, crew: own, shift: day, headcount: 4"


def test_a_stated_operation_may_break_rules_and_says_so(
    crowded: Path, tmp_path: Path, remembering: RunContext
) -> None:
    """Verified, but in words: which rules it breaks, and that the seed was given to the command."""
    proof = verify(crowded)
    assert proof.verified, proof.findings
    (words,) = [w for w in proof.proved if "breaks" in w]
    assert words.startswith(
        "the operation stated in the scenario breaks 4 rule(s), as run.json says: own people at"
    )
    assert any("seed 5, given to the command (the scenario states 11)" in w for w in proof.proved)
    proof = proof_of(crowded, tmp_path / "fewer", remembering, key("run.json", "broken_rules", []))
    assert any(w.startswith("run.json: broken_rules: says") for w in proof.findings)
    staffing = cell("staffing", 0, "headcount", 2)
    assert not proof_of(crowded, tmp_path / "other", remembering, staffing).verified
    planned = key("run.json", "options.plan", True)
    proof = proof_of(crowded, tmp_path / "plan", remembering, planned)
    assert any(w.startswith("the plan breaks 4 rule(s)") for w in proof.proved)
    assert any(w.startswith("where the plan comes from") for w in proof.not_proved)
