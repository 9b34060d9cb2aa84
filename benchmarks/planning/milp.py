"""A mixed-integer program row by row for scipy's HiGHS, to compute the optima of benchmarks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

EXACT = 1e-6


class Linear:
    """Columns from 0 on with a price, rows by their entries."""

    def __init__(self) -> None:
        self.price: list[float] = []
        self._integer: list[bool] = []
        self._upper: list[float] = []
        self._entries: list[tuple[int, int, float]] = []
        self._lower_row: list[float] = []
        self._upper_row: list[float] = []

    def add(self, price: float = 0.0, *, integer: bool = False, upper: float = np.inf) -> int:
        """Add a column 0 <= x <= upper.

        Parameters
        ----------
        price : float
            Price per unit.
        integer : bool
            Whether the column is integer.
        upper : float
            Upper limit.

        Returns
        -------
        int
            Number of the column.
        """
        self.price.append(price)
        self._integer.append(integer)
        self._upper.append(upper)
        return len(self.price) - 1

    def at_most(self, row: Mapping[int, float], upper: float, lower: float = -np.inf) -> None:
        """Add a row lower <= sum <= upper.

        Parameters
        ----------
        row : Mapping[int, float]
            Coefficient by column.
        upper : float
            Upper limit.
        lower : float
            Lower limit.
        """
        self._entries += [(len(self._upper_row), column, factor) for column, factor in row.items()]
        self._lower_row.append(lower)
        self._upper_row.append(upper)

    def equal(self, row: Mapping[int, float], value: float) -> None:
        """A row that equals a value."""
        self.at_most(row, value, value)

    def least(self) -> float | None:
        """The optimum; None where there is none."""
        rows, columns, factors = zip(*self._entries, strict=True)
        matrix = csr_array(
            (factors, (rows, columns)), shape=(len(self._upper_row), len(self.price))
        )
        found = milp(
            np.array(self.price),
            integrality=np.array(self._integer, dtype=int),
            bounds=Bounds(0.0, np.array(self._upper)),
            constraints=LinearConstraint(
                matrix, np.array(self._lower_row), np.array(self._upper_row)
            ),
            options={"mip_rel_gap": EXACT},
        )
        return None if found.x is None else float(found.fun)
