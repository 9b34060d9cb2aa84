"""The whole tree of a model, searched for what is cheaper than a solution that is known.

Where a good solution is there already, the solver need not find it again: it is asked for one that
is cheaper by more than the gap. That there is none proves the gap, mostly in a part of the time.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, vstack

from planner.planning.formulation.model import Model
from planner.planning.milp.answer import Answer
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import SolveLimits, solve

ANY_GAP = 1e9  # every plan is closer to its bound; what has none is not
COST_UNITS = 10_000.0  # of the cost of the known solution, so that tolerances fit any currency


def best_of_tree(
    model: Model, arrays: MilpArrays, known: Answer, bound: float, limits: SolveLimits
) -> Answer:
    """Search the whole tree as far as a model allows and its gap demands.

    A small model is searched for a proof, within `proof_work`; any model that may be searched as a
    whole, to the requested gap, and a larger one only for want of a plan.

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
    options, columns = model.parameters.options, model.milp.columns
    best = replace(known, bound=bound, status="unknown" if known.values is None else known.status)
    nodes = min(limits.nodes, options.proof_work // columns) if model.small else 0
    if nodes and best.gap_to(best.bound) > options.proved_gap:
        found = solve(arrays, replace(limits, nodes=nodes, relative_gap=options.proved_gap))
        if found.status == "infeasible":  # within the solver's tolerances, where `best` exists
            return found if best.values is None else best
        cheaper = best if best.cost < found.cost else found
        best = replace(cheaper, bound=max(found.bound, best.bound))
    unnecessary_gap = ANY_GAP if model.whole_too_long else options.accepted_gap
    allowed = options.tree_columns is None or columns <= options.tree_columns
    if allowed and best.gap_to(best.bound) > unnecessary_gap:
        best = _within_gap(arrays, best, limits)
    return best


def _within_gap(arrays: MilpArrays, best: Answer, limits: SolveLimits) -> Answer:
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
