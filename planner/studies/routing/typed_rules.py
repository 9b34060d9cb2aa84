"""A plan routed by a list of rules from a file, as a person types it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.domain.routing_rules import Rules, under_rules
from planner.errors import ConflictError
from planner.formats.routing_rules import read_rules
from planner.studies.certification.pilot_replications import without_costs


@dataclass(frozen=True)
class RuleFile:
    """A table of rules, and the list of it that is meant; None: the only one it holds."""

    path: Path
    name: str | None = None


def routed_plan(problem: Problem, plan: Plan, file: RuleFile) -> Plan:
    """The plan with a list of rules in place of its own shares, and without costs of a model.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan whose people, stock and vehicles stay.
    file : RuleFile
        The rules.

    Returns
    -------
    Plan
        Its note says by what it is routed.

    Raises
    ------
    InputError
        The table is wrong; with every finding.
    ConflictError
        It does not hold the list that is meant, or several while none is named.
    """
    rules = _list_of(read_rules(file.path, problem), file)
    count = "1 rule" if len(rules) == 1 else f"{len(rules)} rules"
    return replace(
        without_costs(under_rules(problem, plan, rules)),
        status=PlanStatus.AS_STATED,
        note=f"the {plan.method} plan routed by {count}",
    )


def _list_of(lists: dict[str, Rules], file: RuleFile) -> Rules:
    """The list that is meant."""
    names = ", ".join(name or "(without a name)" for name in lists)
    if file.name is None and len(lists) == 1:
        return next(iter(lists.values()))
    if file.name is None:
        raise ConflictError(f"{file.path} holds the lists {names}: name one with --list")
    if file.name not in lists:
        raise ConflictError(f"{file.path}: no list {file.name}; there are {names}")
    return lists[file.name]
