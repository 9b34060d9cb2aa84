"""Limits moved by an amount: what a repair of a problem without a plan is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.domain.business_limits import LIMITS
from planner.domain.problem import Problem
from planner.domain.relaxations import RELAXATIONS, Relaxation
from planner.errors import Blame
from planner.planning.labour.rules import RULES

Key = tuple[str, ...]
LABOUR_LIMITS = [kind for rule in RULES for kind in rule.limits]
KINDS = {kind.key: kind for kind in (*LABOUR_LIMITS, *LIMITS.values())}
MOVES = {kind.relaxation.key: kind.relaxation for kind in LABOUR_LIMITS} | RELAXATIONS


@dataclass(frozen=True, slots=True, order=True)
class LimitChange:
    """One limit moved.

    Attributes
    ----------
    key : tuple of str
        Key of a relaxation, then the names of what it moves.
    amount : float
        By how much, in the unit of the relaxation.
    """

    key: Key
    amount: float

    @property
    def relaxation(self) -> Relaxation:
        """How the limit gives way."""
        return MOVES[self.key[0]]

    @property
    def names(self) -> tuple[str, ...]:
        """What is moved: (site, crew), (contract,), ..."""
        return self.key[1:]


def change_for(problem: Problem, blame: Blame) -> LimitChange | None:
    """The change that lifts a limit to what is needed; None where no number stands behind it."""
    kind = KINDS.get(blame.key[0]) if blame.key else None
    if kind is None:
        return None
    names = blame.key[1:]
    amount = kind.relaxation.amount_for(problem, names, blame.excess, blame.needed)
    return None if amount is None else LimitChange((kind.relaxation.key, *names), amount)


def grown(problem: Problem, change: LimitChange, factor: float) -> LimitChange | None:
    """The change with a larger amount.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    change : LimitChange
        The change to begin with.
    factor : float
        How many times its amount; 1 leaves it as it is, more is at least one unit more.

    Returns
    -------
    LimitChange or None
        None where the limit cannot move so far.
    """
    amount = change.relaxation.grown(problem, change.names, change.amount, factor)
    return None if amount is None else replace(change, amount=amount)


def apply(problem: Problem, changes: Sequence[LimitChange]) -> Problem:
    """The problem with every limit moved."""
    for change in changes:
        problem = change.relaxation.apply(problem, change.names, change.amount)
    return problem
