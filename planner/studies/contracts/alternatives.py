"""Which contracts to compare: each alone and every sensible combination, with their plans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from planner.domain.contracts import Contract
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.studies.contracts.carrier_only import (
    NOBODY,
    Case,
    packed_at_once,
    plan_cases,
    served,
    taken,
)
from planner.studies.runs.run_context import RunContext

TOGETHER = "together"


@dataclass(frozen=True, eq=False)
class Alternative:
    """Contracts that are signed together, or one alone.

    Its name in the tables, and what was planned for it.
    """

    name: str
    members: tuple[Contract, ...]
    case: Case


def planned_alternatives(
    problem: Problem, contracts: Sequence[Contract], context: RunContext
) -> list[Alternative]:
    """Each contract alone, sensible combinations, and all together.

    The contracts that all together would use determine the combinations: pairs, and all without one
    that is used. Those count that serve every region that all together serve, and whose plan has
    work for every member.

    Parameters
    ----------
    problem : Problem
        The promotion.
    contracts : Sequence[Contract]
        The contracts to combine.
    context : RunContext
        Where plans are made.

    Returns
    -------
    list[Alternative]
        With their plans; all together comes last.
    """
    named = with_own_names(contracts)
    whole = [named] if len(named) > 1 else []
    groups = [*((c,) for c in named), *_serving_all(problem, named, combinations(named, 2)), *whole]
    # the largest first: they take longest, and the small ones fill what is left of the time
    largest_first = [packed_at_once(problem, group) for group in reversed(groups)]
    cases = plan_cases(largest_first, context)[::-1]
    if whole:
        used = cases[-1].used
        without = [tuple(c for c in named if c.name in used - {gone}) for gone in sorted(used)]
        more = [g for g in _serving_all(problem, named, without) if g not in groups]
        cases[-1:-1] = plan_cases([packed_at_once(problem, group) for group in more], context)
        groups[-1:-1] = more
        everything = taken(cases[-1].problem)
        _share_plan([np.array_equal(taken(case.problem), everything) for case in cases], cases)
    found = []
    for group, case in zip(groups, cases, strict=True):
        together = len(group) == len(named) > 1
        if len(group) == 1 or together or case.used == {c.name for c in group}:
            name = TOGETHER if together else " + ".join(c.name for c in group)
            found.append(Alternative(name, group, case))
    return found


def _share_plan(taking_all: Sequence[bool], cases: list[Case]) -> None:
    """All together (the last) never do worse than some of them.

    They may have the plan of some who take as much; and where they use just these, both have the
    cheaper of the two plans (they differ by the solver's gap). A plan that meets the service level
    comes before a cheaper one that does not.
    """
    able = [case for case, takes in zip(cases, taking_all, strict=True) if takes]
    best = min(able, key=lambda case: (not case.keeps_promise, case.plan.objective or 0)).plan
    cases[-1] = _with_plan(cases[-1], best)
    for k, case in enumerate(cases):
        if set(case.problem.contract_names) - {NOBODY} == cases[-1].used | set(best.signed):
            cases[k] = _with_plan(case, best)


def _with_plan(case: Case, plan: Plan) -> Case:
    """The case with the plan of another, but for the people: it may have other sites."""
    return replace(case, plan=replace(plan, staffing=case.plan.staffing))


def _serving_all(
    problem: Problem, contracts: Sequence[Contract], groups: Iterable[tuple[Contract, ...]]
) -> list[tuple[Contract, ...]]:
    """The groups that serve whatever all contracts together serve, but are not all of them."""
    everywhere = served(problem, contracts)
    return [g for g in groups if 1 < len(g) < len(contracts) and served(problem, g) == everywhere]


def with_own_names(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    """The contracts with names that tell them apart: the second `a` becomes `a (2)`."""
    named: list[Contract] = []
    used = {TOGETHER}
    for contract in contracts:
        name, count = contract.name, 1
        while name in used:
            count += 1
            name = f"{contract.name} ({count})"
        used.add(name)
        named.append(replace(contract, name=name))
    return tuple(named)
