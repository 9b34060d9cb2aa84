"""Several aims one after the other by CP-SAT: the first as well as can be, then the next without
giving up any.
"""

from __future__ import annotations

from collections.abc import Sequence

from ortools.sat.python import cp_model

from planner.planning.milp.solver import interruptible

Aim = tuple[
    cp_model.LinearExprT, float
]  # what to minimise, and for how many deterministic seconds at most


def minimise_lexicographically(
    model: cp_model.CpModel, aims: Sequence[Aim], start: list[int], hint: dict[int, int]
) -> tuple[list[int], int]:
    """Values of the model's variables, and how many of the aims are proved to be met best, the
    first ones; `start` is a solution; `hint`: values of some variables in what may be a better one.

    The same answer each time: one worker, a fixed seed, and a limit on work instead of time.
    """
    values, met, proved = start, 0, True
    for aim, seconds in aims:
        model.clear_hints()  # type: ignore[no-untyped-call]  # OR-Tools gives it no types
        for index, value in hint.items():
            model.add_hint(model.get_int_var_from_proto_index(index), value)
        model.minimize(aim)
        solver = _solver(seconds)
        status = interruptible(solver.solve, model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            if status != cp_model.UNKNOWN:
                raise RuntimeError(
                    f"the solver refuses a model that has a solution: {solver.status_name(status)}"
                )
            return values, met
        values = list(solver.response_proto.solution)
        hint = dict(enumerate(values))
        proved = proved and status == cp_model.OPTIMAL
        met += proved
        model.add(aim <= round(solver.objective_value))
    return values, met


def _solver(seconds: float) -> cp_model.CpSolver:
    """Settings that repeat, and that avoid the known wrong answers of this version (see
    google/or-tools #5293).
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.max_deterministic_time = seconds
    solver.parameters.presolve_inclusion_work_limit = 0
    solver.parameters.catch_sigint_signal = False  # Ctrl-C is heard by the main thread
    return solver
