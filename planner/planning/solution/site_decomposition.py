"""Integer solutions for large models by decomposition over sites.

With the shares and the stock fixed at their values in the relaxation, the sites share little more
than the allowed failures and the contracts' allotments. Every site keeps to the part of these that
the relaxation gave it, so its people, vehicles and flow of work are a small model of their own. All
subproblems are solved in parallel. The bound is that of the relaxation, so the gap shows what the
decomposition costs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from planner.domain.arrays import Floats, Ints
from planner.planning.formulation.model import Model
from planner.planning.formulation.volume_tiers import Choice
from planner.planning.milp.answer import Answer
from planner.planning.milp.builder import ALONE, Flags, MilpArrays
from planner.planning.milp.solver import SolveLimits, relaxed, solve, solve_again
from planner.planning.solution.relax_and_fix import (
    NEAR_INTEGER,
    days_of,
    integers_by_days,
    next_to,
)

# constraints that the sites share once shares and stock are fixed
NEAR_ROOMS = (0, 1, 4)  # how much more than next to the relaxation an integer may be, in turn
SHARED_CONSTRAINTS = ("count_failed", "limit_allotment")


def integers_by_site(
    model: Model, arrays: MilpArrays, relaxation: Answer, *, limits: SolveLimits
) -> Answer:
    """An integer solution near the relaxation, found site by site.

    Parameters
    ----------
    model : Model
        The model with the columns of its decisions.
    arrays : MilpArrays
        The same model as arrays.
    relaxation : Answer
        Its solution with fractional headcounts.
    limits : SolveLimits
        Limits of the whole search, shared out to the subproblems.

    Returns
    -------
    Answer
        The solution with the relaxation's bound; the answer of a subproblem without one where a
        site has none.
    """
    contracts = model.obligations
    signed = with_contracts_signed(model, arrays, relaxation, limits)
    if signed.values is None:
        return signed
    values = signed.values.copy()
    for cut in model.cuts:
        values[cut.y] = cut.nearest(values)
    fixed = with_implied(arrays, _fixed_columns(model, contracts))
    subproblems = _subproblems(model, arrays, fixed)
    options = model.parameters.options.search.decomposition
    shared = share_slack(subproblems, arrays, values, missed_share=options.missed_share)
    day = days_of(model)
    site_limits = _limits_of_subproblems(model, arrays, subproblems, values, limits)

    def solved(number: int) -> Answer:
        columns = subproblems[number]
        part = subproblem(shared, values, columns, slack=options.row_slack)
        for room in NEAR_ROOMS if options.near_relaxation else ():
            near = solve(next_to(part, values[columns], room), site_limits[number])
            if near.values is not None:
                return near
        return _integers_of_site(model, part, day[columns], site_limits[number])

    with ThreadPoolExecutor(os.cpu_count()) as pool:  # the solver releases Python's lock
        found = list(pool.map(solved, range(len(subproblems))))
    for answer in found:
        if answer.values is None:
            return answer
    for columns, answer in zip(subproblems, found, strict=True):
        values[columns] = answer.solution
    cost = float(arrays.objective @ values)
    return replace(relaxation, status="feasible", values=values, objective=cost, basis=None)


def _fixed_columns(model: Model, contracts: Ints) -> Flags:
    """The columns that keep their value: shares, stock, failures, contracts, dominance cuts."""
    fixed = np.zeros(model.milp.columns, dtype=bool)
    for columns in (
        model.shares.column,
        model.stock.placed,
        model.stock.lost,
        model.stock.left,
        model.failed,
        model.failed_after_strikes,
        contracts,
        *(cut.y for cut in model.cuts),
    ):
        fixed[columns.ravel()] = True
    return fixed


def with_implied(arrays: MilpArrays, fixed: Flags) -> Flags:
    """Fixed columns, and those whose value an equation gives once the others in it are fixed.

    Left free, such a column would move within the slack of its row, and a large coefficient would
    make a violation of it that the solver rejects, and with it every solution.

    Parameters
    ----------
    arrays : MilpArrays
        The model.
    fixed : Flags
        Columns that keep their value [column].

    Returns
    -------
    Flags
        All columns that keep it [column].
    """
    fixed = fixed.copy()
    equations = csr_array(arrays.matrix[arrays.row_lower == arrays.row_upper] != 0)
    while True:
        unknown = equations @ (~fixed).astype(np.int64)
        left = csr_array(equations[unknown == 1])
        implied = np.unique(left.indices[~fixed[left.indices]])
        if not len(implied):
            return fixed
        fixed[implied] = True


def _limits_of_subproblems(
    model: Model,
    arrays: MilpArrays,
    subproblems: Sequence[Ints],
    values: Floats,
    limits: SolveLimits,
) -> list[SolveLimits]:
    """Limits of each subproblem: a part of the nodes, and a wider gap where a site costs little."""
    options, count = model.parameters.options.search.decomposition, max(len(subproblems), 1)
    nodes = max(limits.nodes // (options.node_divisor * count), 1)
    small = options.small_site_share * abs(float(arrays.objective @ values)) / count
    found = []
    for columns in subproblems:
        cost = max(abs(float(arrays.objective[columns] @ values[columns])), 1.0)
        gap = min(limits.relative_gap * (small / cost), options.widest_site_gap)
        found.append(replace(limits, nodes=nodes, relative_gap=max(limits.relative_gap, gap)))
    return found


def _integers_of_site(model: Model, arrays: MilpArrays, day: Ints, limits: SolveLimits) -> Answer:
    """Relax-and-fix over days; all days at once where that misses the gap and is better.

    Of a model too long to search, all days at once are tried only where relax-and-fix finds none.
    """
    by_days = integers_by_days(arrays, day, limits, model.parameters.options.search.relax_and_fix)
    found = by_days.values is not None
    near = by_days.gap_to(by_days.bound) <= limits.relative_gap
    if near or (found and model.whole_too_long):
        return by_days
    at_once = solve(arrays, limits)
    return at_once if at_once.cost < by_days.cost else by_days


def with_integer_tiers(
    model: Model, arrays: MilpArrays, relaxation: Answer, *, limits: SolveLimits
) -> Answer:
    """The relaxation with integer contracts, tiers and surcharges, but fractional headcounts.

    That settles the price of a parcel. The tiers nearest to the relaxation are kept when they are
    good enough, then those that its parcels reach; otherwise all tiers are searched.

    Parameters
    ----------
    model : Model
        The model with the columns of its decisions.
    arrays : MilpArrays
        The same model as arrays.
    relaxation : Answer
        Its solution with everything fractional.
    limits : SolveLimits
        Limits of each search.

    Returns
    -------
    Answer
        The solution, with a bound of the whole model; the relaxation itself where there are no
        tiers, or none were found.
    """
    columns = model.volumes.columns
    tiers = columns[arrays.integer[columns]]
    if not len(tiers):
        return relaxation
    options = model.parameters.options.search.decomposition
    signed = model.obligations
    integer = np.zeros_like(arrays.integer)
    integer[tiers] = integer[signed] = True
    contracts = replace(arrays, integer=integer)
    choices, values = model.volumes.choices, relaxation.solution
    nearest = [choice.nearest(values) for choice in choices]
    reached = [choice.reached(values) for choice in choices]
    best = replace(relaxation, values=None, objective=None)
    for tiers_of in (nearest, reached):
        with_tiers = _with_tiers_fixed(contracts, choices, tiers_of)
        for near in _near_tiers(model, with_tiers, relaxation, signed, limits):
            if near.gap_to(relaxation.bound) <= limits.relative_gap * options.near_tier_gap_share:
                return replace(near, bound=relaxation.bound)
            best = near if near.cost < best.cost else best
    if (
        model.whole_too_long
        and best.gap_to(relaxation.bound) <= model.parameters.options.accepted_gap
    ):
        return replace(best, bound=relaxation.bound)
    gap = limits.relative_gap * options.tier_search_gap_share
    found = solve(contracts, replace(limits, relative_gap=gap))
    if found.values is None:
        return relaxation
    return replace(found, bound=max(found.bound, relaxation.bound))


def _near_tiers(
    model: Model, with_tiers: MilpArrays, relaxation: Answer, contracts: Ints, limits: SolveLimits
) -> Iterator[Answer]:
    """Solutions with fixed tiers, the fastest first.

    With the contracts fixed as well, linear programs are left, each of which starts from the basis
    of the relaxation. In a large model there is no time to search for contracts.
    """
    if model.whole_too_long:
        signed = _with_all_signed(with_tiers, relaxation, contracts, limits)
        yield signed
        if signed.values is not None:
            partly = _partly_signed(relaxation, contracts)
            yield from _with_fewer_signed(with_tiers, signed, partly, limits)
    if not model.large:
        yield solve(with_tiers, limits)


def _partly_signed(relaxation: Answer, contracts: Ints) -> Ints:
    """Contracts that the relaxation signs by a fraction, the smallest fraction first."""
    part = relaxation.solution[contracts]
    partly = contracts[(part > NEAR_INTEGER) & (part < 1.0 - NEAR_INTEGER)]
    return partly[np.argsort(relaxation.solution[partly], kind="stable")]


def _with_fewer_signed(
    arrays: MilpArrays, signed: Answer, partly: Ints, limits: SolveLimits
) -> Iterator[Answer]:
    """Solutions without one more of some contracts each, where that is cheaper."""
    best = signed
    for contract in partly:
        lower, upper = arrays.lower.copy(), arrays.upper.copy()
        lower[partly] = upper[partly] = best.solution[partly]
        lower[contract] = upper[contract] = 0.0
        fixed = relaxed(replace(arrays, lower=lower, upper=upper))
        found = solve_again(fixed, best.basis, limits)
        if found.cost < best.cost:
            best = found
            yield best


def _with_tiers_fixed(
    arrays: MilpArrays, choices: Sequence[Choice], tiers: Sequence[Floats]
) -> MilpArrays:
    """The model with every choice of a tier fixed."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    for choice, z in zip(choices, tiers, strict=True):
        lower[choice.z] = upper[choice.z] = z
    return replace(arrays, lower=lower, upper=upper)


def _with_all_signed(
    arrays: MilpArrays, relaxation: Answer, contracts: Ints, limits: SolveLimits
) -> Answer:
    """A solution with fractional headcounts and every partly signed contract signed."""
    lower, upper = arrays.lower.copy(), arrays.upper.copy()
    signed = np.ceil(relaxation.solution[contracts] - NEAR_INTEGER)
    lower[contracts] = upper[contracts] = signed
    fixed = relaxed(replace(arrays, lower=lower, upper=upper))
    return solve_again(fixed, relaxation.basis, replace(limits, barrier=True))


def with_contracts_signed(
    model: Model, arrays: MilpArrays, relaxation: Answer, limits: SolveLimits
) -> Answer:
    """The relaxation where it signs no contract partly, otherwise one with those signed.

    Parameters
    ----------
    model : Model
        The model with the columns of its decisions.
    arrays : MilpArrays
        The same model as arrays.
    relaxation : Answer
        A solution with fractional headcounts.
    limits : SolveLimits
        Limits of another solution.

    Returns
    -------
    Answer
        The solution; without values where signing leaves none.
    """
    contracts = model.obligations
    part = relaxation.solution[contracts]
    if np.allclose(part, np.ceil(part - NEAR_INTEGER), atol=NEAR_INTEGER):
        return relaxation
    return _with_all_signed(arrays, relaxation, contracts, limits)


def _subproblems(model: Model, arrays: MilpArrays, fixed: Flags) -> list[Ints]:
    """Columns of each subproblem: connected components of the model without what is fixed.

    Only components with an integer to decide. Tiers and surcharges, many small components that
    belong to no site, are one subproblem.
    """
    connecting = np.ones(arrays.matrix.shape[0], dtype=bool)
    for block in model.milp.constraint_blocks:
        if block.name in SHARED_CONSTRAINTS:
            connecting[block.first : block.first + block.count] = False
    free = np.flatnonzero(~fixed)
    entries = csr_array(abs(arrays.matrix[connecting][:, free]) > 0).astype(np.int8)
    rows = entries.shape[0]
    _, label = connected_components(_bipartite(entries), directed=False)
    component = label[rows:]
    component[np.isin(free, model.volumes.columns)] = rows + len(free)
    with_integers = np.unique(component[arrays.integer[free]])
    return [free[component == n] for n in with_integers]


def _bipartite(matrix: csr_array) -> csr_array:
    """Graph of rows and columns with an edge for every entry."""
    entries = matrix.tocoo()
    rows, columns = matrix.shape
    size = rows + columns
    return csr_array((entries.data, (entries.row, rows + entries.col)), shape=(size, size))


def share_slack(
    subproblems: Sequence[Ints], arrays: MilpArrays, values: Floats, *, missed_share: float
) -> MilpArrays:
    """The model in which every subproblem gets an equal part of the slack of a row.

    All subproblems may then move at once. What a row is missed by within the solver's tolerance is
    asked back of none of them; a larger violation, as of a dominance cut whose resource has just
    been chosen, is asked of each in equal parts.

    Parameters
    ----------
    subproblems : Sequence[Ints]
        Columns of each subproblem.
    arrays : MilpArrays
        The whole model.
    values : Floats
        The solution that the subproblems start from [column].
    missed_share : float
        Relative feasibility tolerance (`DecompositionOptions.missed_share`).

    Returns
    -------
    MilpArrays
        The model with other limits of its rows.
    """
    taking_part = sum(
        np.diff(csr_array(arrays.matrix[:, columns]).indptr) > 0 for columns in subproblems
    )
    used = arrays.matrix @ values
    tolerance = missed_share * np.maximum(abs(used), 1.0)

    def part(missing: Floats) -> Floats:
        """Part of each subproblem in what is missing to a limit (negative: in its slack)."""
        rounding = (missing > 0.0) & (missing <= tolerance)
        return np.asarray(np.where(rounding, 0.0, missing) / np.maximum(taking_part, 1))

    return replace(
        arrays,
        row_lower=used + part(arrays.row_lower - used),
        row_upper=used - part(used - arrays.row_upper),
    )


def subproblem(
    arrays: MilpArrays,
    values: Floats,
    columns: Ints,
    *,
    slack: float,
) -> MilpArrays:
    """The model of some columns, with every other column fixed at its value.

    Parameters
    ----------
    arrays : MilpArrays
        The whole model.
    values : Floats
        Values of all its columns [column].
    columns : Ints
        The free columns.
    slack : float
        Slack of every row, as a share of the activity of its fixed columns.

    Returns
    -------
    MilpArrays
        The rows that the free columns have entries in; parts of a whole are not grouped.
    """
    matrix = arrays.matrix[:, columns]
    rows = np.flatnonzero(np.diff(csr_array(matrix).indptr))
    elsewhere = values.copy()
    elsewhere[columns] = 0.0
    used = (arrays.matrix @ elsewhere)[rows]
    missed = slack * np.maximum(abs(used), 1.0)
    return MilpArrays(
        matrix=csr_array(matrix)[rows],
        row_lower=arrays.row_lower[rows] - used - missed,
        row_upper=arrays.row_upper[rows] - used + missed,
        lower=arrays.lower[columns],
        upper=arrays.upper[columns],
        integer=arrays.integer[columns],
        unit=arrays.unit[columns],
        objective=arrays.objective[columns],
        group=np.full(len(columns), ALONE),
    )
