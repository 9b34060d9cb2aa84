"""Lexicographic optimisation with CP-SAT: each objective in turn, earlier optima as constraints."""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from planner.planning.milp.solver import interruptible

# what to minimise, and for how many deterministic seconds at most
Objective = tuple[cp_model.LinearExprT, float]


def minimise_lexicographically(
    model: cp_model.CpModel,
    objectives: Sequence[Objective],
    start: list[int],
    hint: dict[int, int],
) -> tuple[list[int], int]:
    """Minimise several objectives in their order.

    The same answer each time: one worker, a fixed seed, and a limit on work instead of time.

    Parameters
    ----------
    model : CpModel
        The model; earlier optima are added to it.
    objectives : sequence of (expression, float)
        What to minimise, and for how many deterministic seconds at most.
    start : list of int
        Values of all variables in a solution.
    hint : dict of int to int
        Values of some variables, by index, in what may be a better one.

    Returns
    -------
    values : list of int
        Values of all variables.
    proved : int
        How many of the objectives, from the first on, are proved to be optimal.

    Raises
    ------
    RuntimeError
        The solver calls the model infeasible although `start` is a solution.
    """
    values, proved, all_proved = start, 0, True
    for objective, seconds in objectives:
        model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools gives it no types
        for index, value in hint.items():
            model.add_hint(model.get_int_var_from_proto_index(index), value)
        model.minimize(objective)
        solver = solver_for(seconds)
        status = interruptible(solver.solve, model)
        if status == cp_model.UNKNOWN:
            return values, proved
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            raise RuntimeError(
                f"the solver refuses a model that has a solution: {solver.status_name(status)}"
            )
        values = list(solver.response_proto.solution)
        hint = dict(enumerate(values))
        all_proved = all_proved and status == cp_model.OPTIMAL
        proved += all_proved
        model.add(objective <= round(solver.objective_value))
    return values, proved


def solver_for(seconds: float) -> cp_model.CpSolver:
    """Settings that repeat, and that avoid the known wrong answers of this version.

    See google/or-tools #5293.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = seconds
    solver.parameters.presolve_inclusion_work_limit = 0
    solver.parameters.catch_sigint_signal = False  # the main thread handles Ctrl-C
    return solver
