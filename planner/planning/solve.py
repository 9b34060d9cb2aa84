"""The only call of a solver: arrays in, values with a truthful status out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from ortools.math_opt import model_pb2
from ortools.math_opt.python import mathopt

from planner.domain.demand import Floats
from planner.planning.program import Arrays

NODES_PER_EFFORT = 20  # branch-and-bound nodes at effort 1: a limit that is the same on every machine


@dataclass(frozen=True, slots=True)
class Effort:
    """How long a solver may try: nodes (the same answer everywhere) and, if set, seconds (not the same)."""

    nodes: int
    relative_gap: float
    seconds: float | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What the solver found. `status`: optimal (within the gap), feasible (a limit came first), infeasible, unknown.

    `values`, `objective` are None without a solution; `bound` is -inf where nothing is proved.
    """

    status: str
    solver: str
    values: Floats | None
    objective: float | None
    bound: float


def solve(arrays: Arrays, effort: Effort) -> Answer:
    """Minimise with HiGHS; with SCIP where HiGHS itself breaks down (the answer names the solver that gave it)."""
    scale = _objective_scale(arrays)
    model = mathopt.Model.from_model_proto(_model_proto(arrays, scale))
    try:
        return _run(model, mathopt.SolverType.HIGHS, effort, scale)
    except RuntimeError:
        return _run(model, mathopt.SolverType.GSCIP, effort, scale)


def relaxed(arrays: Arrays) -> Arrays:
    """The same program with every variable continuous."""
    return Arrays(
        arrays.matrix,
        arrays.row_lower,
        arrays.row_upper,
        arrays.upper,
        np.zeros_like(arrays.integer),
        arrays.objective,
    )


def _run(model: mathopt.Model, solver: mathopt.SolverType, effort: Effort, scale: float) -> Answer:
    limit = None if effort.seconds is None else timedelta(seconds=effort.seconds)
    parameters = mathopt.SolveParameters(
        time_limit=limit, node_limit=effort.nodes, relative_gap_tolerance=effort.relative_gap, random_seed=1
    )
    return _read(mathopt.solve(model, solver, params=parameters), solver.name.lower(), model, scale)


def _read(result: mathopt.SolveResult, solver: str, model: mathopt.Model, scale: float) -> Answer:
    """Status first: without a solution every value would read as 0."""
    reason = result.termination.reason
    if reason in (mathopt.TerminationReason.INFEASIBLE, mathopt.TerminationReason.INFEASIBLE_OR_UNBOUNDED):
        return Answer("infeasible", solver, None, None, np.inf)
    bound = float(result.termination.objective_bounds.dual_bound) / scale
    if not result.has_primal_feasible_solution():
        return Answer("unknown", solver, None, None, bound)
    found = result.variable_values()
    values = np.array([found[v] for v in model.variables()])
    status = "optimal" if reason == mathopt.TerminationReason.OPTIMAL else "feasible"
    return Answer(status, solver, values, float(result.objective_value()) / scale, bound)


def _objective_scale(arrays: Arrays) -> float:
    """Prices are scaled so that the dearest variable costs 1,000: the search does not depend on the currency."""
    dearest = float(np.abs(arrays.objective).max(initial=0.0))
    return 1000.0 / dearest if dearest > 0 else 1.0


def _model_proto(arrays: Arrays, scale: float) -> model_pb2.ModelProto:
    """The program as MathOpt's own message: filled from arrays, no loop over variables."""
    proto = model_pb2.ModelProto()
    columns, rows = len(arrays.upper), len(arrays.row_lower)
    proto.variables.ids.extend(range(columns))
    proto.variables.lower_bounds.extend(np.zeros(columns).tolist())
    proto.variables.upper_bounds.extend(arrays.upper.tolist())
    proto.variables.integers.extend(arrays.integer.tolist())
    priced = np.flatnonzero(arrays.objective)
    proto.objective.linear_coefficients.ids.extend(priced.tolist())
    proto.objective.linear_coefficients.values.extend((arrays.objective[priced] * scale).tolist())
    proto.linear_constraints.ids.extend(range(rows))
    proto.linear_constraints.lower_bounds.extend(arrays.row_lower.tolist())
    proto.linear_constraints.upper_bounds.extend(arrays.row_upper.tolist())
    entries = arrays.matrix.tocoo()
    proto.linear_constraint_matrix.row_ids.extend(entries.row.tolist())
    proto.linear_constraint_matrix.column_ids.extend(entries.col.tolist())
    proto.linear_constraint_matrix.coefficients.extend(entries.data.tolist())
    return proto
