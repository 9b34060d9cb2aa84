"""What a solver is asked to continue from, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.planning.milp.builder import MilpArrays


@dataclass(frozen=True, eq=False)
class Basis:
    """A vertex of a linear program: basic or at which limit, as numbers of `BasisStatusProto`.

    Attributes
    ----------
    columns : Ints
        Status of every column.
    rows : Ints
        Status of every row.
    """

    columns: Ints
    rows: Ints

    def fits(self, arrays: MilpArrays) -> bool:
        """Whether a model has as many rows and columns."""
        return arrays.matrix.shape == (len(self.rows), len(self.columns))


@dataclass(frozen=True, eq=False, kw_only=True)
class Answer:
    """What the solver found.

    Attributes
    ----------
    status : str
        "optimal" (within the gap), "feasible" (a limit was reached first), "infeasible" or
        "unknown".
    solver : str
        Name of the solver.
    values : Floats | None
        Values of the columns; None without a solution.
    objective : float | None
        Cost in minor units; None without a solution.
    bound : float
        Lower bound; -inf where nothing is proved.
    basis : Basis | None
        Basis of a linear program, from which a simplex method may continue.
    duals : Floats | None
        Prices of its rows, minor units for each unit of a row; None for an integer program.
    """

    status: str
    solver: str
    values: Floats | None
    objective: float | None
    bound: float
    basis: Basis | None = None
    duals: Floats | None = None

    @property
    def solution(self) -> Floats:
        """The values; RuntimeError where there are none."""
        if self.values is None:
            raise RuntimeError(f"the solver gave no solution: {self.status}")
        return self.values

    @property
    def cost(self) -> float:
        """The objective; infinite without a solution."""
        return np.inf if self.objective is None else self.objective

    def gap_to(self, bound: float) -> float:
        """Distance to a bound relative to the objective; infinite without a solution."""
        return (
            np.inf
            if self.objective is None
            else (self.objective - bound) / max(abs(self.objective), 1.0)
        )
