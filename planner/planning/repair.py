"""Why there is no plan: every limit may be exceeded at a price, and the few that must be are named with numbers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from planner.domain.demand import Floats, Ints
from planner.errors import Blame, NoPlanError
from planner.planning.program import Arrays, Limit, Program
from planner.planning.solve import Answer, Effort, relaxed, solve

ONLY_WHOLE_PEOPLE = Blame(
    "whole_people", "fractions of people would keep every limit, only whole people do not fit", 0.0, "people"
)
_TOLERANCE = 1e-5
_EFFORT = Effort(nodes=1000, relative_gap=0.0)


def refuse(program: Program, status: str) -> NoPlanError:
    """The error to raise when the program has no solution, with the limits to blame, the largest excess first."""
    if status != "infeasible":
        return NoPlanError("no plan found within the effort allowed; allow more", [])
    return NoPlanError("infeasible", blame(program))


def blame(program: Program) -> list[Blame]:
    """A smallest set of limits that must give way (none can be left out), each with how far.

    The relaxation is elastic, then a deletion filter drops limits one by one. Where fractions of people would keep
    every limit, the same is done with whole people, and a last line says so.
    """
    rows, limits = _elastic_rows(program)
    if not rows.size:
        return []
    arrays = program.arrays()
    fractions = solve(relaxed(arrays), _EFFORT).values is not None
    arrays = _elastic(arrays if fractions else relaxed(arrays), rows, limits)
    first = program.columns
    answer = solve(arrays, _EFFORT)
    found = []
    if answer.values is not None:
        answer = _without_spare_keys(arrays, first, limits, answer)
        found = _in_words(limits, _excess(answer, first))
    return [*found, ONLY_WHOLE_PEOPLE] if fractions else found


def _elastic_rows(program: Program) -> tuple[Ints, list[Limit]]:
    rows: list[int] = []
    limits: list[Limit] = []
    for rule in program.rules:
        if rule.limit is not None:
            rows += range(rule.first, rule.first + rule.count)
            limits += [rule.limit(n) for n in range(rule.count)]
    return np.array(rows, dtype=np.int64), limits


def _elastic(arrays: Arrays, rows: Ints, limits: list[Limit]) -> Arrays:
    """min sum of relative excess, with an excess variable in each of the rows (all of them are upper limits)."""
    count = len(rows)
    excess = csr_array(coo_array((-np.ones(count), (rows, np.arange(count))), shape=(len(arrays.row_lower), count)))
    price = np.array([limit.reluctance / max(limit.allowed, 1.0) for limit in limits])
    return Arrays(
        csr_array(hstack([arrays.matrix, excess])),
        arrays.row_lower,
        arrays.row_upper,
        np.concatenate([arrays.lower, np.zeros(count)]),
        np.concatenate([arrays.upper, np.full(count, np.inf)]),
        np.concatenate([arrays.integer, np.zeros(count, dtype=bool)]),
        np.concatenate([arrays.unit, np.ones(count)]),
        np.concatenate([np.zeros_like(arrays.objective), price]),
    )


def _excess(answer: Answer, first: int) -> Floats:
    return answer.solution[first:]


def _without_spare_keys(arrays: Arrays, first: int, limits: list[Limit], answer: Answer) -> Answer:
    """Try to keep each limit that was exceeded (least excess first): what can be kept is not to blame."""
    worst: dict[tuple[str, ...], float] = {}
    for limit, excess in zip(limits, _excess(answer, first), strict=True):
        if excess > _TOLERANCE * max(limit.allowed, 1.0):
            share = excess / max(limit.allowed, 1.0) * limit.reluctance
            worst[limit.key] = max(worst.get(limit.key, 0.0), share)
    allowed = set(worst)
    current = answer
    for key in sorted(worst, key=lambda k: (worst[k], k)):
        tried = solve(_only(arrays, first, limits, allowed - {key}), _EFFORT)
        if tried.values is not None:
            allowed, current = allowed - {key}, tried
    return current


def _only(arrays: Arrays, first: int, limits: list[Limit], keys: set[tuple[str, ...]]) -> Arrays:
    """The elastic program in which only limits with these keys may be exceeded."""
    upper = arrays.upper.copy()
    upper[first:] = [np.inf if limit.key in keys else 0.0 for limit in limits]
    return replace(arrays, upper=upper)


def _in_words(limits: list[Limit], excess: Floats) -> list[Blame]:
    """One line per limit in a planner's eyes: its worst row, the largest excess (as a share of the limit) first."""
    worst: dict[tuple[str, ...], tuple[float, Limit, float]] = {}
    for limit, over in zip(limits, excess, strict=True):
        share = over / max(limit.allowed, 1.0)
        if share > _TOLERANCE and share > worst.get(limit.key, (0.0, limit, 0.0))[0]:
            worst[limit.key] = (share, limit, float(over))
    for key in [k for k in worst if k[0] == "days" and ("crew", *k[1:]) in worst]:
        del worst[key]  # more people also bring more days
    found = []
    for _share, limit, over in sorted(worst.values(), key=lambda w: (-w[0], w[1].key)):
        needed = int(np.ceil(limit.allowed + over - 1e-6))
        words = f"{limit.what}: {limit.allowed:,.0f} {limit.unit} allowed, {needed:,} needed"
        found.append(Blame(limit.key[0], words, over, limit.unit))
    return found
