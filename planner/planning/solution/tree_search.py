"""The whole tree of a model, searched for what is cheaper than a solution that is known.

Where a good solution is there already, the solver need not find it again: it is asked for one that
is cheaper by more than the gap. That there is none proves the gap, mostly in a part of the time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from planner.planning.formulation.model import Model
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import Answer, SolveLimits, solve

ANY_GAP = 1e9  # every plan is closer to its bound; what has none is not
COST_UNITS = 10_000.0  # of the cost of the known solution, so that tolerances fit any currency


def best_of_tree(
    model: Model, arrays: MilpArrays, known: Answer, bound: float, limits: SolveLimits
) -> Answer:
    """Search the whole tree as far as a model allows and its gap demands.

    Parameters
    ----------
    model : Model
        The model.
    arrays : MilpArrays
        The same as arrays.
    known : Answer
        The best solution so far, if any.
    bound : float
        Lower bound of the model, minor units.
    limits : SolveLimits
        When the solver stops.

    Returns
    -------
    Answer
        The best solution with the best bound.
    """
    status = "unknown" if known.values is None else known.status
    best = replace(known, bound=bound, status=status)
    for unnecessary_gap, of_search in _searches(model, limits):
        if best.gap_to(best.bound) <= unnecessary_gap:
            continue
        best = _searched(arrays, best, of_search)
        if best.status == "infeasible":
            break
    return best


def _searches(model: Model, limits: SolveLimits) -> list[tuple[float, SolveLimits]]:
    """Searches of the whole tree, each with the gap that makes it unnecessary.

    A small model is searched for a proof, within `proof_work`; any model that may be searched as a
    whole, to the requested gap, and a larger one only for want of a plan.
    """
    options, columns = model.parameters.options, model.milp.columns
    found = []
    if model.small:
        nodes = min(limits.nodes, options.proof_work // columns)
        proof = replace(limits, nodes=nodes, relative_gap=options.proved_gap)
        found.append((options.proved_gap, proof))
    if options.tree_columns is None or columns <= options.tree_columns:
        found.append((ANY_GAP if model.whole_too_long else options.accepted_gap, limits))
    return found


def _searched(arrays: MilpArrays, best: Answer, limits: SolveLimits) -> Answer:
    """The best solution after a search for one that is cheaper by more than the gap."""
    if best.values is None:
        found = solve(arrays, limits)
        return replace(found, bound=max(found.bound, best.bound))
    most = best.cost - limits.relative_gap * max(abs(best.cost), 1.0)
    found = solve(cheaper_than(arrays, most), limits)
    # whatever costs more than `most` was not looked for, so that nothing above it is proved
    bound = max(best.bound, min(found.bound, most))
    return replace(best if found.values is None else found, bound=bound)


def cheaper_than(arrays: MilpArrays, most: float) -> MilpArrays:
    """A model without the solutions that cost more.

    Parameters
    ----------
    arrays : MilpArrays
        The model.
    most : float
        What a solution may cost, minor units.

    Returns
    -------
    MilpArrays
        The model with one more row.
    """
    factor = COST_UNITS / max(abs(most), 1.0)
    cost = csr_array(arrays.objective[np.newaxis] * factor)
    return replace(
        arrays,
        matrix=csr_array(vstack([arrays.matrix, cost])),
        row_lower=np.append(arrays.row_lower, -np.inf),
        row_upper=np.append(arrays.row_upper, most * factor),
    )
