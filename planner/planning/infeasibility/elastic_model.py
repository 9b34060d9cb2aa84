"""The program whose limits may be exceeded at a price: one excess for everything that is one limit
to a planner.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from planner.domain.business_limits import NOTICE, PERMANENT_PEOPLE, LimitKind
from planner.domain.demand import Floats, Ints
from planner.domain.problem import Problem
from planner.domain.workforce import Crew
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.staffing import earliest_start
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import ALONE, Limit, MilpArrays, Term
from planner.planning.milp.solver import SolveLimits, relaxed, solve

Key = tuple[str, ...]
EXCEEDED = 1e-5  # of a limit: less is the solver's tolerance
_LIMITS = SolveLimits(nodes=1000, relative_gap=0.0)


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the program that a limit stands behind."""

    row: int
    limit: Limit


@dataclass(frozen=True, eq=False)
class Excess:
    """By how much limits are exceeded (relative, only those that are), and the values of the
    program's columns then.
    """

    by_key: dict[Key, float]
    values: Floats


@dataclass(frozen=True, eq=False)
class Elastic:
    """A model of `problem` with the rows behind each limit. All of them are upper limits.

    The excess of a limit is a share of it, the same in all its rows: a crew of 10 that is exceeded
    by 0.4 has 14 people, on every day. More people also work more days and hours, so a crew's
    excess counts there too.
    """

    problem: Problem
    model: Model
    rows: dict[Key, list[Row]]

    @cached_property
    def keys(self) -> list[Key]:
        return sorted(self.rows)

    @cached_property
    def arrays(self) -> MilpArrays:
        """The program with a column of excess for every key, priced by reluctance; nothing else has
        a price.
        """
        plain = self.model.milp.arrays()
        row, column, size = np.array(self._entries(), dtype=float).T
        place = (row.astype(np.int64), column.astype(np.int64))
        excess = csr_array(coo_array((-size, place), shape=(len(plain.row_lower), len(self.keys))))
        count = len(self.keys)
        return MilpArrays(
            matrix=csr_array(hstack([plain.matrix, excess])),
            row_lower=plain.row_lower,
            row_upper=plain.row_upper,
            lower=np.concatenate([plain.lower, np.zeros(count)]),
            upper=np.concatenate([plain.upper, np.full(count, np.inf)]),
            integer=np.concatenate([plain.integer, np.zeros(count, dtype=bool)]),
            unit=np.concatenate([plain.unit, np.ones(count)]),
            objective=np.concatenate(
                [
                    np.zeros_like(plain.objective),
                    [self.kind(k).reluctance for k in self.keys],
                ]
            ),
            group=np.concatenate([plain.group, np.full(count, ALONE)]),
        )

    def _entries(self) -> list[tuple[int, int, float]]:
        """(row, number of the key, size of the limit) wherever an excess counts."""
        entries = [
            (r.row, n, size_of(r.limit)) for n, key in enumerate(self.keys) for r in self.rows[key]
        ]
        for n, key in enumerate(self.keys):
            if self.kind(key).key != PERMANENT_PEOPLE.key:
                continue
            for other in self.keys:
                if other[1:] == key[1:] and self.kind(other).of_crew:
                    entries += [(r.row, n, size_of(r.limit)) for r in self.rows[other]]
        return entries

    def kind(self, key: Key) -> LimitKind:
        """The kind of limit behind a key: that of its first row."""
        return self.rows[key][0].limit.kind

    def least(self, allowed: Collection[Key], whole: bool = False) -> Excess | None:
        """The least excess (relative, weighed by reluctance) of the allowed keys with which there
        is a plan; None where there is none.
        """
        upper = self.arrays.upper.copy()
        upper[self.columns :] = [np.inf if k in allowed else 0.0 for k in self.keys]
        arrays = replace(self.arrays, upper=upper)
        answer = solve(arrays if whole else relaxed(arrays), self._limits)
        if answer.values is None:
            return None
        excess = zip(self.keys, answer.values[self.columns :], strict=True)
        return Excess(
            {k: float(e) for k, e in excess if e > EXCEEDED}, answer.values[: self.columns]
        )

    def at_least_cost(self, excess: Excess) -> Floats:
        """The cheapest plan (with fractional headcounts) that exceeds no limit by more: values of
        the program's columns. The excess is known within the solver's tolerance only: where nothing
        fits into it, its own values.
        """
        upper = self.arrays.upper.copy()
        upper[self.columns :] = [
            excess.by_key.get(k, 0.0) * (1 + EXCEEDED) + EXCEEDED for k in self.keys
        ]
        costs = np.concatenate([self.model.milp.arrays().objective, np.zeros(len(self.keys))])
        answer = solve(relaxed(replace(self.arrays, upper=upper, objective=costs)), self._limits)
        return excess.values if answer.values is None else answer.values[: self.columns]

    def worst_row(self, key: Key, values: Floats) -> int:
        """Which of a key's rows is exceeded most by the values of the program's columns (ties: the
        first).
        """
        rows = np.array([r.row for r in self.rows[key]])
        size = np.array([size_of(r.limit) for r in self.rows[key]])
        over = (
            self.arrays.matrix[rows][:, : self.columns] @ values - self.arrays.row_upper[rows]
        ) / size
        return int(np.argmax(over > over.max() - EXCEEDED))

    @property
    def columns(self) -> int:
        """Columns before those of excess."""
        return self.model.milp.columns

    @property
    def _limits(self) -> SolveLimits:
        return replace(_LIMITS, barrier=self.model.large)


def size_of(limit: Limit) -> float:
    """What a relative excess of a limit is relative to: its size, or one where nothing is
    allowed.
    """
    return max(limit.allowed, 1.0)


def elastic(parameters: Parameters) -> Elastic:
    """The elastic program of a problem.

    People who cannot be had in time because of their notice are in it as well, behind a limit of
    their own.
    """
    model = build(replace(parameters, problem=_without_notice(parameters.problem)))
    for team in model.teams:
        _limit_notice(model, parameters.problem, team)
    rows: dict[Key, list[Row]] = {}
    for rule in model.milp.constraint_blocks:
        for n in range(rule.count if rule.limit is not None else 0):
            limit = rule.limit(n) if rule.limit is not None else None
            if limit is not None:
                rows.setdefault(limit.key, []).append(Row(rule.first + n, limit))
    return Elastic(parameters.problem, model, rows)


def _without_notice(problem: Problem) -> Problem:
    return replace(problem, crews=tuple(replace(c, notice_days=0) for c in problem.crews))


def _limit_notice(model: Model, problem: Problem, team: CrewVariables) -> None:
    """Nobody starts before the notice is over."""
    crew = team.crew
    first = min(earliest_start(problem, problem.crew(crew.site, crew.name)), problem.horizon.days)
    starts = team.books.diagonal()[:first]
    starts = starts[starts >= 0]
    if not len(starts):
        return
    limit = Limit(
        kind=NOTICE,
        names=(crew.site, crew.name),
        what=f"notice of {crew.name} people at {crew.site}",
        allowed=float(crew.limit),
    )
    terms = [Term(np.zeros(len(starts), dtype=np.int64), starts)]
    model.milp.constraints("limit_notice", 1, terms, upper=0.0, limit=lambda _: limit)


def first_start(made: Elastic, crew: Crew, values: Floats) -> int:
    """First day on which people of a crew start."""
    team = next(t for t in made.model.teams if (t.crew.site, t.crew.name) == (crew.site, crew.name))
    starts: Ints = team.books.diagonal()
    booked = np.where(starts >= 0, values[np.maximum(starts, 0)], 0.0)
    return int(np.flatnonzero(booked > EXCEEDED)[0])
