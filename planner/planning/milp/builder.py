"""A mixed-integer linear program in sparse blocks: variables, rules (rows) and prices, each with a
name; no solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from planner.domain.business_limits import LimitKind
from planner.domain.demand import Floats, Ints
from planner.errors import ExtremeNumberError

EVERY = -1  # scenario of a price that does not belong to a single one
ALONE = -1  # group of a column that is no part of a whole
LARGEST = 2.0**53  # beyond it a float no longer tells one whole number from the next
NEGLIGIBLE = 1e-6  # entries (orders, people, shares) below this are rounding dust

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Term:
    """Entries of a rule: `factor` times variable `column` in each of `row` (numbers within the
    rule), broadcast.
    """

    row: ArrayLike
    column: ArrayLike
    factor: ArrayLike = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The business limit that a row states, so that the row might give way.

    Rows with the same `key` are one limit in the eyes of a planner (stations in every bucket of a
    day, say).

    Attributes
    ----------
    kind : LimitKind
        Which limit of the business it is.
    names : tuple of str
        What it is a limit of: (site, crew), (contract,), ...
    what : str
        The limit of this row in words.
    allowed : float
        Its size, in the unit of the kind.
    on : date or None
        Day or moment of the row.
    most : float
        No size beyond it is ever needed.
    """

    kind: LimitKind
    names: tuple[str, ...]
    what: str
    allowed: float
    on: date | None = None
    most: float = np.inf

    @property
    def key(self) -> tuple[str, ...]:
        """The kind's key, then the names."""
        return (self.kind.key, *self.names)


@dataclass(frozen=True)
class ConstraintBlock:
    """A named block of rows `lower <= A x <= upper`; `limit` tells what stands behind a row (None:
    physics).
    """

    name: str
    first: int
    count: int
    limit: Callable[[int], Limit] | None


@dataclass(kw_only=True)
class MilpBuilder:
    """The program under construction.

    Prices are minor units and stay apart by name; variables are at least 0.
    """

    upper: list[Floats] = field(default_factory=list)
    integer: list[Flags] = field(default_factory=list)
    decision: list[Flags] = field(default_factory=list)
    unit: list[Floats] = field(default_factory=list)
    group: list[Ints] = field(default_factory=list)
    variable_blocks: dict[str, tuple[int, tuple[int, ...]]] = field(default_factory=dict)
    constraint_blocks: list[ConstraintBlock] = field(default_factory=list)
    row_lower: list[Floats] = field(default_factory=list)
    row_upper: list[Floats] = field(default_factory=list)
    entries: list[tuple[Ints, Ints, Floats]] = field(default_factory=list)
    prices: dict[str, list[tuple[Ints, Floats, Ints]]] = field(default_factory=dict)
    columns: int = 0
    rows: int = 0

    def variables(
        self,
        name: str,
        shape: tuple[int, ...] | int,
        upper: ArrayLike = np.inf,
        *,
        integer: bool = False,
        decision: bool = False,
        unit: float = 1.0,
        group: ArrayLike = ALONE,
    ) -> Ints:
        """A block of variables 0 <= x <= upper; returns their columns in the given shape.

        `decision`: taken before demand is known, or settled by such ones alone. `unit`: what the
        solver counts the variable in (numerics only). `group`: variables of one group are the parts
        of a whole and add up to 1; a rule must say so as well.
        """
        shape = (shape,) if isinstance(shape, int) else shape
        count = int(np.prod(shape, dtype=np.int64))
        self.variable_blocks[name] = (self.columns, shape)
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=float), shape).reshape(count))
        self.integer.append(np.full(count, integer))
        self.decision.append(np.full(count, decision))
        self.unit.append(np.full(count, unit))
        self.group.append(np.broadcast_to(np.asarray(group, dtype=np.int64), shape).reshape(count))
        first = self.columns
        self.columns += count
        return np.arange(first, self.columns, dtype=np.int64).reshape(shape)

    def constraints(
        self,
        name: str,
        count: int,
        terms: Sequence[Term],
        *,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        limit: Callable[[int], Limit] | None = None,
    ) -> None:
        """Add `count` rows `lower <= sum of terms <= upper`; entries on the same place add up."""
        if count == 0:
            return
        self.constraint_blocks.append(ConstraintBlock(name, self.rows, count, limit))
        self.row_lower.append(np.broadcast_to(np.asarray(lower, dtype=float), (count,)))
        self.row_upper.append(np.broadcast_to(np.asarray(upper, dtype=float), (count,)))
        for term in terms:
            row, column, factor = np.broadcast_arrays(
                np.asarray(term.row, dtype=np.int64),
                np.asarray(term.column, dtype=np.int64),
                np.asarray(term.factor, dtype=float),
            )
            kept = ~(np.abs(factor) <= NEGLIGIBLE)  # what is no number is kept, to be refused
            self.entries.append((row[kept] + self.rows, column[kept], factor[kept]))
        self.rows += count

    def price(
        self, name: str, column: ArrayLike, minor: ArrayLike, scenario: ArrayLike = EVERY
    ) -> None:
        """Add `minor` units of money per unit of each variable to the cost term `name`; `scenario`:
        which one's costs these are, numbered among all of them (EVERY: not those of a single
        one).
        """
        columns, amounts, of = np.broadcast_arrays(
            np.asarray(column, dtype=np.int64),
            np.asarray(minor, dtype=float),
            np.asarray(scenario, dtype=np.int64),
        )
        self.prices.setdefault(name, []).append((columns.ravel(), amounts.ravel(), of.ravel()))

    def cost(self, name: str) -> Floats:
        """Price of every variable under one cost term."""
        total = np.zeros(self.columns)
        for columns, amounts, _ in self.prices.get(name, []):
            np.add.at(total, columns, amounts)
        return total

    def cost_by_scenario(self, name: str, values: Floats, scenarios: int) -> Floats:
        """What some values of the variables cost under one cost term [scenario], as far as that is
        of a single one.
        """
        total = np.zeros(scenarios)
        for columns, amounts, of in self.prices.get(name, []):
            single = of != EVERY
            np.add.at(total, of[single], amounts[single] * values[columns[single]])
        return total

    def decisions(self) -> Ints:
        """Columns settled before any work is looked at, in the order they were added."""
        return np.flatnonzero(np.concatenate(self.decision))

    def arrays(self) -> MilpArrays:
        """Everything stacked up; the objective is the sum of all cost terms.

        PlannerError for numbers that no solver can work with: it would answer with nonsense, or not
        at all.
        """
        row = np.concatenate([e[0] for e in self.entries])
        column = np.concatenate([e[1] for e in self.entries])
        factor = np.concatenate([e[2] for e in self.entries])
        matrix = csr_array(coo_array((factor, (row, column)), shape=(self.rows, self.columns)))
        matrix.sum_duplicates()
        matrix.sort_indices()
        objective = np.zeros(self.columns)
        for name in self.prices:
            objective += self.cost(name)
        stacked = MilpArrays(
            matrix=matrix,
            row_lower=np.concatenate(self.row_lower),
            row_upper=np.concatenate(self.row_upper),
            lower=np.zeros(self.columns),
            upper=np.concatenate(self.upper),
            integer=np.concatenate(self.integer),
            unit=np.concatenate(self.unit),
            objective=objective,
            group=np.concatenate(self.group),
        )
        _refuse_wild(self, stacked)
        return stacked


@dataclass(frozen=True, eq=False, kw_only=True)
class MilpArrays:
    """min objective x subject to row_lower <= matrix x <= row_upper, lower <= x <= upper, some x
    integer.

    `unit`: what the solver should count each column in, so that its tolerances fit. `group`:
    columns of one group are the parts of a whole (ALONE: none); a part of the columns of a program
    has no whole groups, and says none.
    """

    matrix: csr_array
    row_lower: Floats
    row_upper: Floats
    lower: Floats
    upper: Floats
    integer: Flags
    unit: Floats
    objective: Floats
    group: Ints

    def cleaned(self, values: Floats) -> Floats:
        """Values that a solver has found within its tolerances, without what these left over: whole
        numbers are whole, every value lies within its bounds, and the parts of a whole add up to 1
        (to the last bit but one).
        """
        clean = np.clip(np.where(self.integer, np.rint(values), values), self.lower, self.upper)
        parts = self.group != ALONE
        total = np.bincount(self.group[parts], clean[parts])
        clean[parts] /= total[self.group[parts]]
        return np.asarray(clean)


def _refuse_wild(milp: MilpBuilder, arrays: MilpArrays) -> None:
    """ExtremeNumberError with the first rule or cost that has a number that is none, or one beyond
    `LARGEST`.

    What counts of a rule are its limits, and each coefficient by itself and times its variable's
    bound.
    """
    entries = arrays.matrix.tocoo()
    most = np.where(np.isfinite(arrays.upper), np.maximum(arrays.upper, 1.0), 1.0)
    rows = np.concatenate([entries.row[_wild(entries.data * most[entries.col])], _limits(arrays)])
    if len(rows):
        row = int(rows.min())
        raise _refusal(
            "rule", next(r.name for r in milp.constraint_blocks if row < r.first + r.count)
        )
    if np.isnan(arrays.upper).any() or _wild(arrays.objective * most).any():
        names = [name for name in milp.prices if _wild(milp.cost(name) * most).any()]
        raise _refusal("cost", names[0]) if names else _refusal("rule", "upper bounds")


def _wild(numbers: Floats) -> np.ndarray:
    return ~(np.abs(numbers) < LARGEST)


def _limits(arrays: MilpArrays) -> Ints:
    """Rows with a wild limit; an endless one is none."""
    lower, upper = arrays.row_lower, arrays.row_upper
    return np.flatnonzero((_wild(lower) & (lower != -np.inf)) | (_wild(upper) & (upper != np.inf)))


def _refusal(kind: str, name: str) -> ExtremeNumberError:
    return ExtremeNumberError(
        f"the planning model's {kind} {name} has a number that is too large, or none at all: look "
        "for an extreme "
        "number in the scenario (people, parcels, prices)"
    )
