"""Elastic model: limits may be exceeded at a price, by one excess for each business limit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array, csr_array, hstack

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import NOTICE, PERMANENT_PEOPLE, LimitKind
from planner.domain.problem import Problem
from planner.domain.workforce import Crew
from planner.planning.formulation.bookings import earliest_start
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import ALONE, Limit, MilpArrays, Term
from planner.planning.milp.solver import SolveLimits, relaxed, solve

Key = tuple[str, ...]
EXCEEDED = 1e-5  # share of a limit below which an excess is the solver's tolerance


@dataclass(frozen=True, eq=False)
class Row:
    """A row of the model that states a business limit."""

    row: int
    limit: Limit


@dataclass(frozen=True, eq=False)
class Excess:
    """By how much limits are exceeded.

    Attributes
    ----------
    by_key : dict of key to float
        Excess as a share of the limit, of limits that are exceeded only.
    values : array of float [column]
        Values of the model's columns then.
    """

    by_key: dict[Key, float]
    values: Floats


@dataclass(frozen=True, eq=False)
class ElasticModel:
    """A model with one variable of excess for every business limit; all of them are upper limits.

    The excess of a limit is a share of it, the same in all its rows: a crew of 10 that is exceeded
    by 0.4 has 14 people, on every day. More people also work more days and hours, so a crew's
    excess counts there too.

    Attributes
    ----------
    problem : Problem
        The problem without a plan.
    model : Model
        Its model, without notice.
    rows : dict of key to list of Row
        The rows that state each limit.
    """

    problem: Problem
    model: Model
    rows: dict[Key, list[Row]]

    @cached_property
    def keys(self) -> list[Key]:
        """Keys of all limits, in the order of their columns."""
        return sorted(self.rows)

    @cached_property
    def arrays(self) -> MilpArrays:
        """The model with a column of excess for every key, priced by reluctance.

        Nothing else has a price.
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

    def least_excess(self, allowed: Collection[Key], *, integer: bool = False) -> Excess | None:
        """The least excess with which there is a plan.

        Parameters
        ----------
        allowed : collection of key
            Limits that may be exceeded.
        integer : bool
            Whether headcounts must be integers.

        Returns
        -------
        Excess or None
            The least sum of relative excesses, weighed by reluctance; None where there is no plan.
        """
        upper = self.arrays.upper.copy()
        upper[self.columns :] = [np.inf if k in allowed else 0.0 for k in self.keys]
        arrays = replace(self.arrays, upper=upper)
        answer = solve(arrays if integer else relaxed(arrays), self._limits)
        if answer.values is None:
            return None
        excess = zip(self.keys, answer.values[self.columns :], strict=True)
        return Excess(
            {k: float(e) for k, e in excess if e > EXCEEDED}, answer.values[: self.columns]
        )

    def at_least_cost(self, excess: Excess) -> Floats:
        """Values of the model's columns in the cheapest plan that exceeds no limit by more.

        Headcounts are fractional. The excess is known within the solver's tolerance only: where
        nothing fits into it, its own values are returned.
        """
        upper = self.arrays.upper.copy()
        upper[self.columns :] = [
            excess.by_key.get(k, 0.0) * (1 + EXCEEDED) + EXCEEDED for k in self.keys
        ]
        costs = np.concatenate([self.model.milp.arrays().objective, np.zeros(len(self.keys))])
        answer = solve(relaxed(replace(self.arrays, upper=upper, objective=costs)), self._limits)
        return excess.values if answer.values is None else answer.values[: self.columns]

    def worst_row(self, key: Key, values: Floats) -> int:
        """Number of the row of a key that some values of the columns exceed most (ties: the first).

        Exceeded as a share of the row's limit.
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
        nodes = self.model.parameters.options.search.conflicts.nodes
        return SolveLimits(nodes=nodes, relative_gap=0.0, barrier=self.model.large)


def size_of(limit: Limit) -> float:
    """What an excess is a share of: the size of the limit, or one where nothing is allowed."""
    return max(limit.allowed, 1.0)


def elastic_model(parameters: Parameters) -> ElasticModel:
    """The elastic model of a problem.

    People who could only start before their notice is over are in it as well, under a limit of
    their own.
    """
    model = build(replace(parameters, problem=_without_notice(parameters.problem)))
    for team in model.teams:
        _limit_notice(model, parameters.problem, team)
    rows: dict[Key, list[Row]] = {}
    for block in model.milp.constraint_blocks:
        if block.limit is None:
            continue
        for n in range(block.count):
            limit = block.limit(n)
            rows.setdefault(limit.key, []).append(Row(block.first + n, limit))
    return ElasticModel(parameters.problem, model, rows)


def _without_notice(problem: Problem) -> Problem:
    """The problem with people who can start at once."""
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


def first_start(made: ElasticModel, crew: Crew, values: Floats) -> int:
    """First day on which people of a crew start.

    Parameters
    ----------
    made : ElasticModel
        The elastic model.
    crew : Crew
        A crew of temporaries.
    values : array of float [column]
        Values of the model's columns.

    Returns
    -------
    int
        Day of the horizon.
    """
    team = next(t for t in made.model.teams if (t.crew.site, t.crew.name) == (crew.site, crew.name))
    starts: Ints = team.books.diagonal()
    booked = np.where(starts >= 0, values[np.maximum(starts, 0)], 0.0)
    return int(np.flatnonzero(booked > EXCEEDED)[0])
