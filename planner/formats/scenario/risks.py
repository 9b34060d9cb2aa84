"""Risks of a complete scenario: each must have something to strike; how plans include it."""

from __future__ import annotations

from planner.domain.problem import Problem
from planner.domain.risks import can_strike
from planner.domain.stress import OF_DEMAND, Stress, StressKind
from planner.formats.base.findings import Findings
from planner.formats.base.yaml_source import Document

_NEEDS: dict[StressKind, str] = {
    "mix": "a second product",
    "correlation": "two events of uncertain size",
    "agency_fill": "a temporary crew of which somebody can be booked",
    "absence_wave": "a crew of which somebody can work",
    "missed_pickup": "a collection of the site and contract within its time",
    "allotment_cut": "a contract with an allotment",
    "site_closed": "a site",
    "demand": "orders",
    "learning": "a crew whose ramp rises",
    "scan_delay": "a contract with a scan delay",
}


def check_risks(document: Document, problem: Problem, findings: Findings) -> None:
    """Check that every risk has something to strike: a certificate says that it includes it.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    problem : Problem
        The scenario.
    findings : Findings
        Takes the risks that strike nothing.
    """
    for i, risk in enumerate(problem.risks):
        if not can_strike(problem, risk):
            words = f"strikes nothing: {risk.kind} needs {_NEEDS[risk.kind]}; leave the risk out"
            findings.add(document, ("risks", i), words)


def risks_in_words(problem: Problem) -> list[str]:
    """How often each risk strikes, how a plan includes it, and where it need not survive it."""
    return [_in_words(risk, 1.0 - problem.service.confidence) for risk in problem.risks]


def _in_words(risk: Stress, may_fail: float) -> str:
    chance = risk.probability or 0.0
    how = "a strike that makes a plan fail in simulation is a limit of the next plan"
    if risk.kind in OF_DEMAND:
        how = "part of the demand that is planned for"
    words = f"{risk.name}: strikes {100 * chance:g}% of promotions; {how}"
    if chance <= may_fail + 1e-9:
        words += f" (the confidence lets {100 * may_fail:g}% fail: a plan may give these up)"
    return words
