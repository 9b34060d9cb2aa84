"""Whole people in a large program, site by site.

With the shares and the stock as the relaxation has them, the sites share little more than the
failures allowed and the contracts' allotments. Every site keeps to the part of these that the
relaxation gave it, and its people, vehicles and flow of work are a small program of their own,
found beside those of the other sites. The bound is the relaxation's, so the gap tells what this
costs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from planner.domain.demand import Floats, Ints
from planner.planning.formulation.model import Model
from planner.planning.formulation.volume_tiers import Choice
from planner.planning.milp.builder import ALONE, Flags, MilpArrays
from planner.planning.milp.solver import Answer, SolveLimits, relaxed, solve, solve_again
from planner.planning.options import LARGE
from planner.planning.solution.relax_and_fix import days_of, whole_by_days

SHARED_RULES = (
    "count_failed",
    "limit_allotment",
)  # what sites share once shares and stock are held
GOOD_TIERS = 0.75  # of the gap asked for: what tiers next to the relaxation may cost
NODES_SPARED = (
    8  # a site gets this part of its share of the nodes: most of the gain comes with the first few
)
# of an equal part of the whole cost: a site that costs less may lose as much money to whole numbers
LITTLE = 0.5
WIDEST = 0.5  # gap of a site, whatever part of the cost it has
# of a row's size: what a solver may have missed it by; what is missing by more is asked for
DUST = 1e-3
# of a row's size: a limit that what is held already uses up is not missed for rounding dust
SLACK = 1e-6


def whole_people_by_site(
    model: Model, arrays: MilpArrays, relaxation: Answer, effort: SolveLimits
) -> Answer:
    """The relaxation with whole numbers, found for each site apart; status `infeasible` where a
    site finds none.
    """
    contracts = model.signed[model.signed >= 0]
    chosen = _contracts_signed(arrays, relaxation, contracts, effort)
    if chosen.values is None:
        return chosen
    values = chosen.values.copy()
    held = np.zeros(len(values), dtype=bool)
    for cut in model.cuts:
        values[cut.y] = cut.nearest(values)
    more = (cut.y for cut in model.cuts)
    for columns in (
        model.shares.column,
        model.stock.placed,
        model.stock.lost,
        model.failed,
        contracts,
        *more,
    ):
        held[columns.ravel()] = True
    pieces = _pieces(model, arrays, held)
    nodes = max(effort.nodes // (NODES_SPARED * max(len(pieces), 1)), 1)
    little = LITTLE * abs(float(arrays.objective @ values)) / max(len(pieces), 1)
    day, divided = days_of(model), share_slack(pieces, arrays, values)

    def whole(piece: Ints) -> Answer:
        larger = little / max(abs(float(arrays.objective[piece] @ values[piece])), 1.0)
        gap = min(effort.relative_gap * larger, WIDEST)
        each = replace(effort, nodes=nodes, relative_gap=max(effort.relative_gap, gap))
        return _whole_piece(subproblem(divided, values, piece), day[piece], each)

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the solver works without Python's lock
        found = list(pool.map(whole, pieces))
    for answer in found:
        if answer.values is None:
            return answer
    for piece, answer in zip(pieces, found, strict=True):
        values[piece] = answer.solution
    cost = float(arrays.objective @ values)
    return replace(relaxation, status="feasible", values=values, objective=cost, basis=None)


def _whole_piece(arrays: MilpArrays, day: Ints, effort: SolveLimits) -> Answer:
    """Day by day; where that leads nowhere, or to more than the gap asked for, all days at once if
    that is better.
    """
    by_days = whole_by_days(arrays, day, effort)
    if by_days.gap_to(by_days.bound) <= effort.relative_gap:
        return by_days
    at_once = solve(arrays, effort)
    return at_once if at_once.cost < by_days.cost else by_days


def whole_tiers(
    model: Model, arrays: MilpArrays, relaxation: Answer, effort: SolveLimits
) -> Answer:
    """The relaxation with whole contracts, tiers and surcharges, but fractions of people: what it
    takes to know the price of a parcel. Tiers next to the relaxation's are kept when they are good
    enough. The bound is one of the whole program.
    """
    columns = model.volumes.columns
    tiers = columns[arrays.integer[columns]]
    if not len(tiers):
        return relaxation
    signed = model.signed[model.signed >= 0]
    whole = np.zeros_like(arrays.integer)
    whole[tiers] = whole[signed] = True
    contracts = replace(arrays, integer=whole)
    choices, values = model.volumes.choices, relaxation.solution
    for tiers_of in ([c.nearest(values) for c in choices], [c.reached(values) for c in choices]):
        near = _solved_with(_with_tiers(contracts, choices, tiers_of), relaxation, signed, effort)
        if near.gap_to(relaxation.bound) <= effort.relative_gap * GOOD_TIERS:
            return replace(near, bound=relaxation.bound)
    found = solve(contracts, replace(effort, relative_gap=effort.relative_gap / 2))
    return (
        relaxation
        if found.values is None
        else replace(found, bound=max(found.bound, relaxation.bound))
    )


def _with_tiers(
    arrays: MilpArrays, choices: Sequence[Choice], whole: Sequence[Floats]
) -> MilpArrays:
    """The program in which the tiers are settled."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for choice, z in zip(choices, whole, strict=True):
        lower[choice.z] = upper[choice.z] = z
    return replace(arrays, lower=lower, upper=upper)


def _solved_with(
    arrays: MilpArrays, relaxation: Answer, signed: Ints, effort: SolveLimits
) -> Answer:
    """The program whose tiers are settled; where it is large, so is who signs, which leaves nothing
    whole to decide.
    """
    if len(arrays.upper) <= LARGE:
        return solve(arrays, effort)
    return _all_signed(arrays, relaxation, signed, effort)


def _all_signed(
    arrays: MilpArrays, relaxation: Answer, contracts: Ints, effort: SolveLimits
) -> Answer:
    """With fractions of people, every contract signed that the relaxation would sign in part."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    lower[contracts] = upper[contracts] = np.ceil(relaxation.solution[contracts] - 1e-5)
    return solve_again(
        relaxed(replace(arrays, lower=lower, upper=upper)),
        relaxation,
        replace(effort, barrier=True),
    )


def _contracts_signed(
    arrays: MilpArrays, relaxation: Answer, contracts: Ints, effort: SolveLimits
) -> Answer:
    """The relaxation itself where it signs no contract in part, else with those signed."""
    part = relaxation.solution[contracts]
    if np.allclose(part, np.ceil(part - 1e-5), atol=1e-5):
        return relaxation
    return _all_signed(arrays, relaxation, contracts, effort)


def _pieces(model: Model, arrays: MilpArrays, held: Flags) -> list[Ints]:
    """Columns that rules still tie together when some are held and the shared rules are left out;
    only the sets with something whole to decide. Tiers and surcharges, many small sets that no site
    has a part in, are one.
    """
    tied = np.ones(arrays.matrix.shape[0], dtype=bool)
    for rule in model.program.rules:
        if rule.name in SHARED_RULES:
            tied[rule.first : rule.first + rule.count] = False
    there = csr_array(abs(arrays.matrix[tied][:, np.flatnonzero(~held)]) > 0).astype(np.int8)
    rows = there.shape[0]
    _, label = connected_components(_bipartite(there), directed=False)
    free = np.flatnonzero(~held)
    of = label[rows:]
    of[np.isin(free, model.volumes.columns)] = rows + len(free)
    whole = np.unique(of[arrays.integer[free]])
    return [free[of == n] for n in whole]


def _bipartite(there: csr_array) -> csr_array:
    """Graph of rows and columns, an edge for every entry."""
    entries = there.tocoo()
    rows, columns = there.shape
    size = rows + columns
    return csr_array((entries.data, (entries.row, rows + entries.col)), shape=(size, size))


def share_slack(pieces: Sequence[Ints], arrays: MilpArrays, values: Floats) -> MilpArrays:
    """The program in which a row leaves each piece an equal part of what a solution leaves free of
    it: all pieces may then move at once. The dust by which a solver, within its tolerance, missed
    rows is asked back of none of them; what is missing by more, as to a cut whose side has just
    been chosen, is asked of each in equal parts.
    """
    taking_part = sum(np.diff(csr_array(arrays.matrix[:, piece]).indptr) > 0 for piece in pieces)
    used = arrays.matrix @ values
    dust = DUST * np.maximum(abs(used), 1.0)

    def part(missing: Floats) -> Floats:
        """Of what is missing to a bound; of what is free, where that is negative."""
        return np.asarray(
            np.where((missing > 0.0) & (missing <= dust), 0.0, missing) / np.maximum(taking_part, 1)
        )

    return replace(
        arrays,
        row_lower=used + part(arrays.row_lower - used),
        row_upper=used - part(used - arrays.row_upper),
    )


def subproblem(arrays: MilpArrays, values: Floats, piece: Ints, slack: float = SLACK) -> MilpArrays:
    """The program of some columns, every other at its value; rows may be missed by `slack` of their
    size.
    """
    columns = arrays.matrix[:, piece]
    rows = np.flatnonzero(np.diff(csr_array(columns).indptr))
    elsewhere = values.copy()
    elsewhere[piece] = 0.0
    used = (arrays.matrix @ elsewhere)[rows]
    missed = slack * np.maximum(abs(used), 1.0)
    return MilpArrays(
        csr_array(columns)[rows],
        arrays.row_lower[rows] - used - missed,
        arrays.row_upper[rows] - used + missed,
        arrays.lower[piece],
        arrays.upper[piece],
        arrays.integer[piece],
        arrays.unit[piece],
        arrays.objective[piece],
        np.full(len(piece), ALONE),
    )
