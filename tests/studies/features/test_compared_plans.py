"""The plans that a run compares its own with: those that keep every rule."""

from __future__ import annotations

import pytest

from planner.domain.choices import RULES_OF_THUMB
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.errors import ConflictError
from planner.studies import run
from planner.studies.certification.certificate import CertificationLook
from planner.studies.evaluated_plan import evaluate_and_certify
from planner.studies.options.run_parts import chosen_parts
from planner.studies.run import plans_to_compare
from planner.studies.runs.run_context import RunContext
from tests.builders import a_plan, a_problem


def test_a_plan_that_breaks_a_rule_is_left_out_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run goes on with the others, and a note says which rule was broken."""
    problem = a_problem()

    def plan_by(problem: Problem, method: str, context: RunContext, replications: int) -> Plan:
        if method == "average":
            raise ConflictError("the average plan breaks rules and is not written:", "- nobody")
        return a_plan(problem)

    monkeypatch.setattr(run, "plan_by", plan_by)
    context, parts = RunContext(), chosen_parts(["search"])
    assert len(plans_to_compare(problem, context, 10, parts)) == len(RULES_OF_THUMB)
    (note,) = context.notes
    assert note == (
        "left out of the comparison: the average plan breaks rules and is not written: - nobody"
    )


@pytest.mark.parametrize(
    ("added", "left_out", "methods"),
    [
        ([], [], list(RULES_OF_THUMB)),
        (["search"], ["baselines"], ["search"]),
        ([], ["baselines"], []),
    ],
)
def test_only_what_is_asked_for_is_compared(
    monkeypatch: pytest.MonkeyPatch, added: list[str], left_out: list[str], methods: list[str]
) -> None:
    """The search only when asked for, the rules of thumb unless they are left out."""
    made = []

    def plan_by(problem: Problem, method: str, context: RunContext, replications: int) -> Plan:
        made.append(method)
        return a_plan(problem)

    monkeypatch.setattr(run, "plan_by", plan_by)
    parts = chosen_parts(added, left_out)
    assert len(plans_to_compare(a_problem(), RunContext(), 10, parts)) == len(methods)
    assert made == methods


def test_no_plan_to_compare_with_is_no_error() -> None:
    """Where every rule of thumb breaks a rule, nothing is simulated."""
    assert evaluate_and_certify(a_problem(), [], CertificationLook(1, 10), RunContext()) == []
