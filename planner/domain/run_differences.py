"""Two results side by side as data: values of A and of B, and what could not be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Value = str | float | bool | None  # None: it is not there
ValueKind = Literal["text", "number", "mean", "money", "share", "flag", "date", "moment"]
SMALLEST = 1e-9  # numbers that are closer are equal
DAMAGE = frozenset({"diff_changed", "diff_unreadable"})  # reasons why a part is left out


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something is not compared, or only in part: a sentence of the reports and its values."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


class NotComparableError(Exception):
    """A part of two results cannot be compared."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(key)
        self.reason = Reason(key, values)


@dataclass(frozen=True, slots=True)
class Pair:
    """One value in both results.

    Attributes
    ----------
    keys : tuple of str
        What it is the value of, one text for each column of the table.
    a, b : Value
        The two values; None where a result has none.
    kind : ValueKind
        How both are written.
    subtracts : bool
        Whether numbers may be subtracted; amounts in two currencies may not.
    """

    keys: tuple[str, ...]
    a: Value
    b: Value
    kind: ValueKind = "text"
    subtracts: bool = True

    @property
    def differs(self) -> bool:
        """Whether the values are not equal."""
        if is_number(self.a) and is_number(self.b):
            return abs(float(self.b or 0) - float(self.a or 0)) > SMALLEST or not self.subtracts
        return self.a != self.b

    @property
    def difference(self) -> float | None:
        """B less A where both are numbers; None where they are not, or may not be subtracted."""
        if not (self.subtracts and is_number(self.a) and is_number(self.b)):
            return None
        return round(float(self.b or 0) - float(self.a or 0), 9)


@dataclass(frozen=True, slots=True)
class PairTable:
    """Values of both results of one kind.

    Attributes
    ----------
    name : str
        What is compared.
    columns : tuple of str
        Names of the keys of its rows.
    rows : tuple of Pair
        The values, equal ones too where they give the others their scale.
    """

    name: str
    columns: tuple[str, ...]
    rows: tuple[Pair, ...]

    @property
    def differing(self) -> tuple[Pair, ...]:
        """The rows whose values are not equal."""
        return tuple(row for row in self.rows if row.differs)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanDifference:
    """Difference of a mean over the replications, with its 95 % interval.

    Attributes
    ----------
    name : str
        What is measured in each replication.
    kind : ValueKind
        How it is written.
    mean_a, mean_b : float
        Means over the replications compared.
    difference, low, high : float
        Mean of B less mean of A; NaN where it is not known.
    values : tuple of tuple of float
        The values of the replications of A and of B.
    unpaired : Reason or None
        Why replications are not compared one by one; None where they are, on the same orders.
    """

    name: str
    kind: ValueKind
    mean_a: float
    mean_b: float
    difference: float
    low: float
    high: float
    values: tuple[tuple[float, ...], tuple[float, ...]] = field(repr=False)
    unpaired: Reason | None = None

    @property
    def replications(self) -> tuple[int, int]:
        """How many of A and of B were compared."""
        return len(self.values[0]), len(self.values[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultFacts:
    """What a reader needs to know of one of the results.

    Attributes
    ----------
    folder : str
        The folder as it was given.
    name, title : str
        Name and title of its scenario.
    command, method, status : str
        The command that made it, the method, and how the search ended.
    seed : int
        Seed of its random draws.
    currency : str
        Currency of its amounts; empty where it has none.
    first_day : str
        First day of its horizon; empty where it has none.
    days : int
        Days of its horizon.
    verdict : str
        certified, not_certified, draft or no_plan; empty where nothing was planned.
    changed : tuple of str
        Files that are not as they were written, in words.
    """

    folder: str
    name: str
    title: str
    command: str
    method: str = ""
    status: str = ""
    seed: int = 0
    currency: str = ""
    first_day: str = ""
    days: int = 0
    verdict: str = ""
    changed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDifferences:
    """Two results side by side.

    Attributes
    ----------
    a, b : ResultFacts
        The two results.
    tables : tuple of PairTable
        What was compared, in the order of a report.
    means : tuple of MeanDifference
        What was compared over the replications.
    notes : tuple of Reason
        What limits the whole comparison.
    left_out : tuple of tuple[str, Reason]
        Names of parts that were not compared, and why.
    names : mapping
        Names shown instead of keys, by kind, as `Labels.names`.
    """

    a: ResultFacts
    b: ResultFacts
    tables: tuple[PairTable, ...]
    means: tuple[MeanDifference, ...] = ()
    notes: tuple[Reason, ...] = ()
    left_out: tuple[tuple[str, Reason], ...] = ()
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)

    @property
    def equal(self) -> bool:
        """Whether everything that was compared is equal, and nothing was left out for damage."""
        damaged = any(reason.key in DAMAGE for _, reason in self.left_out)
        changed = self.a.changed or self.b.changed
        return not (damaged or changed or any(table.differing for table in self.tables))

    def table(self, name: str) -> PairTable | None:
        """The table of that name, if it was compared."""
        return next((table for table in self.tables if table.name == name), None)


def is_number(value: Value) -> bool:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)
