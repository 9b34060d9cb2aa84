"""Lower bounds of linear programs from prices of their rows, without a solver."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.planning.milp.builder import MilpArrays

# Relative to the price of a column, at least one minor unit: smaller reduced costs are rounding.
REDUCED_COST = 1e-9


def dual_bound(arrays: MilpArrays, duals: Floats) -> float:
    """Lower bound of a linear program from prices of its rows, whichever they are, up to rounding.

    Rows with a price are left out, and what they are missed or exceeded by is paid for; every
    column is then at one of its limits. With the prices of an optimal solution that is its cost.

    Parameters
    ----------
    arrays : MilpArrays
        The model; integers count as continuous.
    duals : Floats
        Price of each row in minor units [row].

    Returns
    -------
    float
        Minor units; -inf where a column without a limit would lower the cost without end.

    References
    ----------
    Geoffrion 1974, doi 10.1007/BFb0120690 (Lagrangian relaxation).
    """
    limit = np.where(duals > 0, arrays.row_lower, arrays.row_upper)
    priced = np.where(np.isfinite(limit), duals, 0.0)
    reduced = arrays.objective - arrays.matrix.T @ priced
    # a rounding error is no price
    reduced[np.abs(reduced) <= REDUCED_COST * np.maximum(np.abs(arrays.objective), 1.0)] = 0.0
    at = np.where(reduced > 0, arrays.lower, arrays.upper)
    rows, columns = np.flatnonzero(priced), np.flatnonzero(reduced)
    return float(priced[rows] @ limit[rows] + reduced[columns] @ at[columns])
