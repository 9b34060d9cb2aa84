"""Models and answers as MathOpt's messages.

Filled and read as protocol buffers alone: MathOpt's own reading of an answer makes an object of
every number of its basis, which takes longer than many a solution.
"""

from __future__ import annotations

import numpy as np
from ortools.math_opt import model_pb2, result_pb2, solution_pb2

from planner.domain.arrays import Floats
from planner.planning.milp.answer import Answer, Basis
from planner.planning.milp.builder import MilpArrays


def answer_of(result: result_pb2.SolveResultProto, solver: str, columns: int, rows: int) -> Answer:
    """The answer behind a result; the status first: without a solution every value is 0.

    Parameters
    ----------
    result : SolveResultProto
        What MathOpt returned.
    solver : str
        Name of the solver.
    columns, rows : int
        Size of the model.

    Returns
    -------
    Answer
        The answer in the units of the model.
    """
    reason, ended = result.termination.reason, result_pb2.TerminationReasonProto
    if reason in (
        ended.TERMINATION_REASON_INFEASIBLE,
        ended.TERMINATION_REASON_INFEASIBLE_OR_UNBOUNDED,
    ):
        return Answer(status="infeasible", solver=solver, values=None, objective=None, bound=np.inf)
    bound = float(result.termination.objective_bounds.dual_bound)
    feasible = solution_pb2.SolutionStatusProto.SOLUTION_STATUS_FEASIBLE
    if not result.solutions or result.solutions[0].primal_solution.feasibility_status != feasible:
        return Answer(status="unknown", solver=solver, values=None, objective=None, bound=bound)
    solution = result.solutions[0]
    best = solution.primal_solution
    values = np.zeros(columns)
    values[np.array(best.variable_values.ids, dtype=np.int64)] = best.variable_values.values
    status = "optimal" if reason == ended.TERMINATION_REASON_OPTIMAL else "feasible"
    return Answer(
        status=status,
        solver=solver,
        values=values,
        objective=float(best.objective_value),
        bound=bound,
        basis=_basis_of(solution.basis) if solution.HasField("basis") else None,
        duals=_duals_of(solution.dual_solution, rows),
    )


def _duals_of(found: solution_pb2.DualSolutionProto, rows: int) -> Floats | None:
    """Prices of all rows; None where the solver states none, as for an integer program."""
    feasible = solution_pb2.SolutionStatusProto.SOLUTION_STATUS_FEASIBLE
    if found.feasibility_status != feasible:
        return None
    duals = np.zeros(rows)
    duals[np.array(found.dual_values.ids, dtype=np.int64)] = found.dual_values.values
    return duals


def _basis_of(basis: solution_pb2.BasisProto) -> Basis:
    """Statuses of all columns and rows, which MathOpt states in their order."""
    return Basis(
        np.array(basis.variable_status.values, dtype=np.int64),
        np.array(basis.constraint_status.values, dtype=np.int64),
    )


def basis_message(basis: Basis | None) -> solution_pb2.BasisProto | None:
    """The basis as MathOpt's message."""
    if basis is None:
        return None
    proto = solution_pb2.BasisProto()
    for vector, statuses in (
        (proto.variable_status, basis.columns),
        (proto.constraint_status, basis.rows),
    ):
        vector.ids.extend(range(len(statuses)))
        vector.values.extend(statuses.tolist())
    return proto


def model_message(arrays: MilpArrays) -> model_pb2.ModelProto:
    """The model as MathOpt's message: filled from arrays, no loop over columns."""
    proto = model_pb2.ModelProto()
    columns, rows = len(arrays.upper), len(arrays.row_lower)
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend(arrays.lower.tolist())
    proto.variables.upper_bounds.extend(arrays.upper.tolist())
    proto.variables.integers.extend(arrays.integer.tolist())
    priced = np.flatnonzero(arrays.objective)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend(arrays.objective[priced].tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(arrays.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(arrays.row_upper.tolist())
    entries = arrays.matrix.tocoo()
    proto.linear_constraint_matrix.row_ids.extend(entries.row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(entries.col.tolist())
    proto.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    return proto
