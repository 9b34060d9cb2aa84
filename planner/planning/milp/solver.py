"""The only MILP/LP solver interface; the status is checked before any value is read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from importlib.metadata import version
from typing import TypeVar

import numpy as np
from ortools.math_opt import callback_pb2, model_parameters_pb2, model_pb2, parameters_pb2
from ortools.math_opt.core.python import solver as core
from ortools.math_opt.python import mathopt
from ortools.math_opt.solvers import highs_pb2
from pybind11_abseil.status import StatusNotOk
from scipy.sparse import coo_array, csr_array

from planner.domain.arrays import Floats
from planner.planning.milp.answer import Answer, Basis
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.messages import answer_of, basis_message, model_message

SOLVERS = (mathopt.SolverType.HIGHS, mathopt.SolverType.GSCIP)
# continues from the basis of another solver's answer, where HiGHS starts again
CONTINUING = mathopt.SolverType.GLOP
# By how much integers and rows of an integer program may be missed, in scaled units. At its own
# 1e-6 HiGHS rejected solutions of its presolved model that miss one of our rows by a little more,
# one after the other, and ended with a far worse one.
INTEGER_TOLERANCE = 1e-5
# A few changed bounds are mended in far fewer iterations than a program has rows and columns. Where
# many prices have changed, a fresh start overtakes a basis by this part of them.
CHANGED_PRICES = 10
# 1: interior points of the dual. The method factorises a matrix as large as the rows, and ours
# outnumber the columns by half: 53 instead of 84 s for the largest program of the large promotion
# of the benchmarks.
OF_THE_DUAL = {"ipx_dualize_strategy": 1}
HEARING_S = 0.2  # how long Ctrl-C may wait where nothing wakes a waiting thread (Windows)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SolveLimits:
    """When a solver stops.

    Attributes
    ----------
    nodes : int
        Branch-and-bound nodes; the same answer on every machine.
    relative_gap : float
        Distance to the bound, relative to the objective, that is close enough.
    seconds : float | None
        Wall-clock time (None: no limit); the answer depends on the machine.
    barrier : bool
        Solve a linear program by an interior-point method, which is faster for a large one.
    presolve : bool
        Simplify the program first.
    """

    nodes: int
    relative_gap: float
    seconds: float | None = None
    barrier: bool = False
    presolve: bool = True


def solve(arrays: MilpArrays, limits: SolveLimits) -> Answer:
    """Minimise with HiGHS; with SCIP where HiGHS fails.

    The answer names the solver that gave it.
    """
    milp, factor = scaled(arrays)
    model = model_message(milp)
    try:
        answer = _run(model, SOLVERS[0], _parameters(limits))
    except StatusNotOk:
        # SCIP has no interior points
        answer = _run(model, SOLVERS[1], _parameters(replace(limits, barrier=False, presolve=True)))
    return _in_our_units(answer, arrays, factor)


def solve_again(
    arrays: MilpArrays, basis: Basis | None, limits: SolveLimits, *, primal: bool = False
) -> Answer:
    """Minimise a linear program that is close to one solved before.

    Starts from the basis of that solution, in a part of the time; as `solve` where that leads
    nowhere, or the basis is none of this program. The dual simplex method also proves that no
    solution is left.

    Parameters
    ----------
    arrays : MilpArrays
        The changed model.
    basis : Basis | None
        Where to start.
    limits : SolveLimits
        When to stop.
    primal : bool
        Whether prices have changed, or rows and columns were added: the primal simplex method.
        Where limits alone have changed, the prices of the basis are still optimal: the dual one.

    Returns
    -------
    Answer
        The answer.
    """
    if basis is not None and basis.fits(arrays):
        milp, factor = scaled(arrays)
        algorithm = mathopt.LPAlgorithm
        parameters = mathopt.SolveParameters(
            time_limit=_limit(limits),
            iteration_limit=sum(milp.matrix.shape) // (CHANGED_PRICES if primal else 1),
            lp_algorithm=algorithm.PRIMAL_SIMPLEX if primal else algorithm.DUAL_SIMPLEX,
            presolve=mathopt.Emphasis.OFF,  # it would change the model and invalidate the basis
        )
        with suppress(StatusNotOk):
            answer = _run(model_message(milp), CONTINUING, parameters, basis)
            if answer.status == "optimal" or (answer.status == "infeasible" and not primal):
                return _in_our_units(answer, arrays, factor)
    return solve(arrays, limits)


def _in_our_units(answer: Answer, arrays: MilpArrays, factor: float) -> Answer:
    """The answer to a scaled model as one to the model itself, without rounding errors."""
    if answer.values is None or answer.objective is None:
        return replace(answer, bound=answer.bound / factor)
    values = arrays.cleaned(answer.values * arrays.unit)
    duals = None if answer.duals is None else answer.duals / (row_units(arrays) * factor)
    return replace(
        answer,
        values=values,
        objective=answer.objective / factor,
        bound=answer.bound / factor,
        duals=duals,
    )


def solver_names() -> list[str]:
    """Solvers in the order they are called, with the version of OR-Tools."""
    return [f"{solver.name} (OR-Tools {version('ortools')})" for solver in (*SOLVERS, CONTINUING)]


def relaxed(arrays: MilpArrays) -> MilpArrays:
    """The same model with every column continuous."""
    return replace(arrays, integer=np.zeros_like(arrays.integer))


def scaled(arrays: MilpArrays) -> tuple[MilpArrays, float]:
    """The model in the solver's units, and the factor on its objective.

    Columns are counted in their unit, rows in the largest unit of their columns; prices are scaled
    so that the most expensive column costs 1,000: the search depends neither on the currency nor on
    the size of an order.
    """
    unit, row_unit = arrays.unit, row_units(arrays)
    entries = arrays.matrix.tocoo()
    matrix = csr_array(
        coo_array(
            (entries.data * unit[entries.col] / row_unit[entries.row], (entries.row, entries.col)),
            entries.shape,
        )
    )
    objective = arrays.objective * unit
    highest = float(np.abs(objective).max(initial=0.0))
    factor = 1000.0 / highest if highest > 0 else 1.0
    return replace(
        arrays,
        matrix=matrix,
        row_lower=arrays.row_lower / row_unit,
        row_upper=arrays.row_upper / row_unit,
        lower=arrays.lower / unit,
        upper=arrays.upper / unit,
        objective=objective * factor,
    ), factor


def row_units(arrays: MilpArrays) -> Floats:
    """The unit that the solver counts each row in: the largest of its columns, 1 at least."""
    entries = arrays.matrix.tocoo()
    units = np.ones(len(arrays.row_lower))
    np.maximum.at(units, entries.row, arrays.unit[entries.col])
    return units


def _parameters(limits: SolveLimits) -> mathopt.SolveParameters:
    return mathopt.SolveParameters(
        time_limit=_limit(limits),
        node_limit=limits.nodes,
        relative_gap_tolerance=limits.relative_gap,
        random_seed=1,
        lp_algorithm=mathopt.LPAlgorithm.BARRIER if limits.barrier else None,
        presolve=None if limits.presolve else mathopt.Emphasis.OFF,
        highs=highs_pb2.HighsOptionsProto(
            double_options={"mip_feasibility_tolerance": INTEGER_TOLERANCE},
            int_options=OF_THE_DUAL if limits.barrier else {},
        ),
    )


def _limit(limits: SolveLimits) -> timedelta | None:
    return None if limits.seconds is None else timedelta(seconds=limits.seconds)


def _run(
    model: model_pb2.ModelProto,
    solver: mathopt.SolverType,
    parameters: mathopt.SolveParameters,
    basis: Basis | None = None,
) -> Answer:
    """Solve, with the basis to start from."""
    found = interruptible(
        core.solve,
        model,
        solver.value,
        parameters_pb2.SolverInitializerProto(),
        parameters.to_proto(),
        model_parameters_pb2.ModelSolveParametersProto(initial_basis=basis_message(basis)),
        None,
        callback_pb2.CallbackRegistrationProto(),
        None,
        None,
    )
    size = len(model.variables.ids), len(model.linear_constraints.ids)
    return answer_of(found, solver.name.lower(), *size)


def interruptible(call: Callable[..., T], *given: object) -> T:
    """Result of a long call that cannot be interrupted; Ctrl-C leaves it running.

    Where the main thread itself waits in the solver, an interrupt is raised only when that returns,
    and is lost in it.
    """
    done: Future[T] = Future()

    def work() -> None:
        try:
            done.set_result(call(*given))
        except BaseException as error:
            done.set_exception(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(HEARING_S)
    return done.result()
