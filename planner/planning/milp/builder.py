"""A mixed-integer linear program in sparse blocks: named columns, constraints and prices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array, csr_array

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import LimitKind
from planner.errors import ExtremeNumberError

EVERY = -1  # scenario of a price that does not belong to a single one
ALONE = -1  # group of a column that is no part of a whole
LARGEST = 2.0**53  # beyond it a float cannot represent every integer
NEGLIGIBLE = 1e-6  # entries (orders, people, shares) below this are rounding errors

Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Term:
    """Entries of a block of constraints, broadcast against each other.

    Attributes
    ----------
    row : ArrayLike
        Number of the row within the block.
    column : ArrayLike
        Column.
    factor : ArrayLike
        Coefficient.
    """

    row: ArrayLike
    column: ArrayLike
    factor: ArrayLike = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """The business limit that a row states, so that the row can be relaxed.

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
class VariableBlock:
    """A named block of columns.

    Attributes
    ----------
    name : str
        Name of the block, to inspect a model.
    first : int
        Number of the first column.
    shape : tuple of int
        Shape of the block.
    """

    name: str
    first: int
    shape: tuple[int, ...]


@dataclass(frozen=True)
class ConstraintBlock:
    """A named block of rows lower <= A x <= upper.

    Attributes
    ----------
    name : str
        Name of the constraint family.
    first : int
        Number of the first row.
    count : int
        Number of rows.
    limit : Callable[[int], Limit] | None
        The business limit behind a row of the block (None: none, as with physics).
    """

    name: str
    first: int
    count: int
    limit: Callable[[int], Limit] | None


@dataclass(kw_only=True)
class MilpBuilder:
    """The model under construction.

    Prices are minor units and stay separate by name; columns are at least 0.
    """

    upper: list[Floats] = field(default_factory=list)
    integer: list[Flags] = field(default_factory=list)
    decision: list[Flags] = field(default_factory=list)
    unit: list[Floats] = field(default_factory=list)
    group: list[Ints] = field(default_factory=list)
    variable_blocks: list[VariableBlock] = field(default_factory=list)
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
        """Add a block of columns 0 <= x <= upper.

        Parameters
        ----------
        name : str
            Name of the block, to inspect a model.
        shape : tuple[int, ...] | int
            Shape of the block.
        upper : ArrayLike
            Upper limits, broadcast to the shape.
        integer : bool
            Whether the columns are integer.
        decision : bool
            Whether they are decided before demand is known, or follow from such columns alone.
        unit : float
            Unit that the solver counts them in (numerics only).
        group : ArrayLike
            Columns of one group are the parts of a whole and add up to 1; a constraint must say so
            as well (ALONE: no group).

        Returns
        -------
        Ints
            Numbers of the columns in the shape.
        """
        shape = (shape,) if isinstance(shape, int) else shape
        count = int(np.prod(shape, dtype=np.int64))
        self.variable_blocks.append(VariableBlock(name, self.columns, shape))
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
        """Add rows lower <= sum of terms <= upper; entries of one place add up.

        Parameters
        ----------
        name : str
            Name of the constraint family.
        count : int
            Number of rows.
        terms : Sequence[Term]
            Entries of the rows.
        lower : ArrayLike
            Lower limits, broadcast to the rows.
        upper : ArrayLike
            Upper limits, broadcast to the rows.
        limit : Callable[[int], Limit] | None
            The business limit behind a row (None: none).
        """
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
        """Add a price per unit of some columns to a cost term.

        Parameters
        ----------
        name : str
            Name of the cost term.
        column : ArrayLike
            Columns.
        minor : ArrayLike
            Minor units per unit, broadcast to the columns.
        scenario : ArrayLike
            Scenario whose costs these are, numbered among all (EVERY: of no single one).
        """
        columns, amounts, of = np.broadcast_arrays(
            np.asarray(column, dtype=np.int64),
            np.asarray(minor, dtype=float),
            np.asarray(scenario, dtype=np.int64),
        )
        self.prices.setdefault(name, []).append((columns.ravel(), amounts.ravel(), of.ravel()))

    def cost(self, name: str) -> Floats:
        """Price of every column under one cost term in minor units."""
        total = np.zeros(self.columns)
        for columns, amounts, _ in self.prices.get(name, []):
            np.add.at(total, columns, amounts)
        return total

    def cost_by_scenario(self, name: str, values: Floats, scenarios: int) -> Floats:
        """Cost of some values under one cost term, as far as it is of a single scenario.

        Parameters
        ----------
        name : str
            Name of the cost term.
        values : Floats
            Values of all columns.
        scenarios : int
            Number of scenarios.

        Returns
        -------
        Floats
            Minor units [scenario].
        """
        total = np.zeros(scenarios)
        for columns, amounts, of in self.prices.get(name, []):
            single = of != EVERY
            np.add.at(total, of[single], amounts[single] * values[columns[single]])
        return total

    def decisions(self) -> Ints:
        """Columns decided before demand is known, in the order they were added."""
        return np.flatnonzero(np.concatenate(self.decision))

    def arrays(self) -> MilpArrays:
        """The model as arrays; the objective is the sum of all cost terms.

        ExtremeNumberError for numbers that no solver can work with: its answer would be wrong or
        missing.
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
    """Minimise objective x subject to row_lower <= matrix x <= row_upper, lower <= x <= upper.

    Attributes
    ----------
    matrix : csr_array
        Coefficients [row, column].
    row_lower : Floats
        Lower limits of the rows.
    row_upper : Floats
        Upper limits of the rows.
    lower : Floats
        Lower limits of the columns.
    upper : Floats
        Upper limits of the columns.
    integer : Flags
        Whether a column is integer.
    unit : Floats
        Unit that the solver should count a column in, so that its tolerances fit.
    objective : Floats
        Prices of the columns in minor units.
    group : Ints
        Group of a column: the parts of a whole (ALONE: none, as in a part of a model).
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
        """Values of a solver without the rounding errors that its tolerances allow.

        Integers are integer, every value lies within its limits, and the parts of a whole add up to
        1 (to the last bit but one).
        """
        clean = np.clip(np.where(self.integer, np.rint(values), values), self.lower, self.upper)
        parts = self.group != ALONE
        total = np.bincount(self.group[parts], clean[parts])
        clean[parts] /= total[self.group[parts]]
        return np.asarray(clean)


def _refuse_wild(milp: MilpBuilder, arrays: MilpArrays) -> None:
    """ExtremeNumberError for the first constraint or cost with a number that is not usable.

    Not a number, or beyond `LARGEST`. Of a constraint count its limits, and each coefficient by
    itself and times its column's limit.
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
        f"the planning model's {kind} {name} has a non-finite or too large number: "
        "check the scenario for extreme values (people, parcels, prices)"
    )
