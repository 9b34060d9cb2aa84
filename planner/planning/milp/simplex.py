"""Linear programs that are close to one solved before, by a simplex method that continues."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from ortools.math_opt import (
    callback_pb2,
    model_parameters_pb2,
    model_update_pb2,
    parameters_pb2,
    solution_pb2,
)
from ortools.math_opt.core.python import solver as core
from ortools.math_opt.python import mathopt
from pybind11_abseil.status import StatusNotOk

from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import (
    CONTINUING,
    Answer,
    Basis,
    SolveLimits,
    in_our_units,
    interruptible,
    model_message,
    read_answer,
    scaled,
    solve,
    time_limit,
)

# A few changed bounds are mended in far fewer iterations than a program has rows and columns. Where
# many prices have changed, a fresh start overtakes a basis by this part of them.
CHANGED_PRICES = 10


@dataclass(frozen=True, eq=False)
class _Loaded:
    """A program in the memory of a solver."""

    solver: core.Solver
    given: MilpArrays
    scaled: MilpArrays

    def differs_in_limits_alone(self, arrays: MilpArrays) -> bool:
        """Whether a program has the same rows and columns at the same prices."""
        return arrays.matrix is self.given.matrix and arrays.objective is self.given.objective


class Simplex:
    """The simplex method with a memory: of programs that differ in limits alone, one after another.

    Each continues from where the one before ended. What the method has computed of the matrix by
    then, its factors and the lengths of its edges, takes longer to compute again than it takes to
    mend a few limits.
    """

    def __init__(self) -> None:
        self._loaded: _Loaded | None = None

    def solve(
        self, arrays: MilpArrays, basis: Basis | None, limits: SolveLimits, *, primal: bool = False
    ) -> Answer:
        """Minimise a linear program; as `solver.solve` where the simplex method leads nowhere.

        The dual simplex method also proves that no solution is left.

        Parameters
        ----------
        arrays : MilpArrays
            The program.
        basis : Basis | None
            Where to start, unless the program before differs in limits alone; a fresh start where
            there is none, or it is none of this program.
        limits : SolveLimits
            When to stop.
        primal : bool
            Whether prices have changed, or rows and columns were added: the primal simplex method.
            Where limits alone have changed, the prices of the basis are still optimal: the dual
            one.

        Returns
        -------
        Answer
            The answer.
        """
        if basis is not None and basis.fits(arrays):
            with suppress(StatusNotOk):
                answer = self._continued(arrays, basis, limits, primal)
                if answer.status == "optimal" or (answer.status == "infeasible" and not primal):
                    return answer
        self._loaded = None
        return solve(arrays, limits)

    def _continued(
        self, arrays: MilpArrays, basis: Basis, limits: SolveLimits, primal: bool
    ) -> Answer:
        program, factor = scaled(arrays)
        start: Basis | None = None
        if self._loaded is None or not self._loaded.differs_in_limits_alone(arrays):
            model, settings = model_message(program), parameters_pb2.SolverInitializerProto()
            solver, start = core.new(CONTINUING.value, model, settings), basis
        else:
            solver = self._loaded.solver
            solver.update(_changed_limits(self._loaded.scaled, program))
        self._loaded = _Loaded(solver, arrays, program)
        algorithm, size = mathopt.LPAlgorithm, sum(program.matrix.shape)
        parameters = mathopt.SolveParameters(
            time_limit=time_limit(limits),
            iteration_limit=size // CHANGED_PRICES if primal else size,
            lp_algorithm=algorithm.PRIMAL_SIMPLEX if primal else algorithm.DUAL_SIMPLEX,
            presolve=mathopt.Emphasis.OFF,  # it would change the model and invalidate the basis
        )
        found = interruptible(
            solver.solve,
            parameters.to_proto(),
            model_parameters_pb2.ModelSolveParametersProto(initial_basis=_basis_message(start)),
            None,
            callback_pb2.CallbackRegistrationProto(),
            None,
            None,
        )
        rows, columns = program.matrix.shape
        answer = read_answer(found, CONTINUING.name.lower(), columns, rows)
        return in_our_units(answer, arrays, factor)


def solve_again(
    arrays: MilpArrays, basis: Basis | None, limits: SolveLimits, *, primal: bool = False
) -> Answer:
    """Minimise a linear program that is close to one solved before, from the basis of that.

    Parameters
    ----------
    arrays, basis, limits, primal
        As for `Simplex.solve`.

    Returns
    -------
    Answer
        The answer.
    """
    return Simplex().solve(arrays, basis, limits, primal=primal)


def _changed_limits(before: MilpArrays, now: MilpArrays) -> model_update_pb2.ModelUpdateProto:
    """The limits of columns and rows that have changed, as MathOpt's message."""
    message = model_update_pb2.ModelUpdateProto()
    columns, rows = message.variable_updates, message.linear_constraint_updates
    for vector, was, limit in (
        (columns.lower_bounds, before.lower, now.lower),
        (columns.upper_bounds, before.upper, now.upper),
        (rows.lower_bounds, before.row_lower, now.row_lower),
        (rows.upper_bounds, before.row_upper, now.row_upper),
    ):
        changed = np.flatnonzero(was != limit)
        vector.ids.extend(changed.tolist())
        vector.values.extend(limit[changed].tolist())
    return message


def _basis_message(basis: Basis | None) -> solution_pb2.BasisProto | None:
    """The basis as MathOpt's message."""
    if basis is None:
        return None
    message = solution_pb2.BasisProto()
    for vector, statuses in (
        (message.variable_status, basis.columns),
        (message.constraint_status, basis.rows),
    ):
        vector.ids.extend(range(len(statuses)))
        vector.values.extend(statuses.tolist())
    return message
