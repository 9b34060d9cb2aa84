"""Routing rules of a study of couriers only: the shares of a case distilled, first match wins.

With what each simplification costs, without people and stock; the rules of a plan are in
`studies/routing`. What a parcel costs on a lane is corrected by what a place on that lane is worth
in the case (the dual price of its own use of it in a transport problem), so that rules respect
limits they do not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_array, vstack

from planner.domain.arrays import Floats, Ints
from planner.domain.money import minor_digits
from planner.domain.problem import Problem, ShareRow
from planner.domain.records import Mask
from planner.domain.statistics import t_interval
from planner.formats.routing_rules import rules_table
from planner.studies.contracts.carriage import CaseResult, carry, share_on_time
from planner.studies.contracts.carrier_only import NOBODY, Case, case_costs, taken
from planner.studies.routing.cells import Cells, cells_of, shares_by_cell
from planner.studies.routing.own_rules import named_rules
from planner.studies.routing.rule_search import CellRule, Run, all_runs, run_slice
from planner.studies.routing.rules_cost import COST_COLUMNS, PLAN_ITSELF
from planner.studies.runs.run_context import RunContext

SIZES = (3, 10, 50)
STUDY = "couriers"  # what the tables say the lists were made for
TIE_MINOR = 0.01  # of a minor unit per parcel: less is no difference between two lanes
# of all parcels: shares in the plan are rounded, which must not make its own use infeasible
ROUNDING = 1e-5


def routing_rules(
    case: Case, replications: int, seed: int, context: RunContext
) -> dict[str, pd.DataFrame]:
    """Tables `rules` and `rules_cost`: the plan of a case and its distillations.

    Parameters
    ----------
    case : Case
        All contracts together, with their plan.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    context : RunContext
        Where replications are simulated, and who receives the progress.

    Returns
    -------
    dict[str, pd.DataFrame]
        The tables by name.
    """
    base = case.problem
    cells = without_exclusive_lanes(base, cells_of(base, case_costs(base)), case.plan.signed)
    fixed = corrected(cells, shares_by_cell(base, cells, case.plan.routing))
    sold = replace(fixed, orders=fixed.orders * taken(base)[..., None])
    found = [distil(base, sold, k) for k in SIZES]
    # by the rules it takes: where few are enough, there is one list
    lists = {len(rules): rules for rules in found}
    cases = [case, *(_under_rules(case, cells, rules) for rules in lists.values())]
    results = carry(cases, replications, seed, context)
    typed = {str(k): named_rules(base, cells, rules) for k, rules in lists.items()}
    return {
        "rules": rules_table(base, typed, STUDY),
        "rules_cost": _costs(base, list(lists), results),
    }


def without_exclusive_lanes(problem: Problem, cells: Cells, signed: Sequence[str]) -> Cells:
    """The cells without the lanes of others to regions that a signed contract has to itself.

    Parameters
    ----------
    problem : Problem
        Its contracts and regions.
    cells : Cells
        Costs by lane.
    signed : Sequence[str]
        Names of the signed contracts.

    Returns
    -------
    Cells
        With costs of inf where another contract has the region to itself.
    """
    cost = cells.cost.copy()
    for name in signed:
        own = np.array(
            [
                region in problem.contract(name).commitment.exclusive
                for region in problem.region_names
            ]
        )
        others = np.array([contract != name for _, contract in cells.lanes])
        cost[np.broadcast_to(own[:, None, None, None] & others, cost.shape)] = np.inf
    return replace(cells, cost=cost)


def carriers_only(cells: Cells) -> Cells:
    """The cells without the lanes of NOBODY."""
    return replace(
        cells,
        cost=np.where([contract != NOBODY for _, contract in cells.lanes], cells.cost, np.inf),
    )


def corrected(cells: Cells, shares: Floats) -> Cells:
    """The cells with what a place on each lane is worth in the plan.

    No orders where no contract serves. Where the plan puts more on a lane than its price says (to
    reach a tier), all cells may come out equal there: of two such lanes the one that the plan gives
    more of the cell is better.

    Parameters
    ----------
    cells : Cells
        Orders and costs.
    shares : Floats
        The plan's shares [region, class, phase, lane].

    Returns
    -------
    Cells
        Of the lanes of contracts.
    """
    use = np.einsum("rwf,rwfk->fk", cells.orders, shares)
    cost = cells.cost + lane_prices(cells, use) + TIE_MINOR * (1.0 - shares)
    found = carriers_only(replace(cells, cost=cost))
    return replace(found, orders=np.where(np.isfinite(found.cost).any(axis=-1), cells.orders, 0.0))


def lane_prices(cells: Cells, use: Floats) -> Floats:
    """What a place on a lane is worth in the plan, minor units [phase, lane].

    The duals of shipping all cells at least cost while every lane carries what the plan gives it.
    Positive where the plan would rather put more, negative where it puts more than the price alone
    says (a volume tier, a commitment).
    """
    worth = np.zeros(use.shape)
    for f in range(len(use)):
        orders, cost = (
            cells.orders[:, :, f].ravel(),
            cells.cost[:, :, f].reshape(-1, len(cells.lanes)),
        )
        cell, lane = np.nonzero(np.isfinite(cost) & (orders[:, None] > 0))
        served, place = np.unique(cell, return_inverse=True)
        if not len(served):
            continue
        n, lanes = np.arange(len(cell)), len(cells.lanes)
        cover = coo_array((np.ones(len(n)), (place, n)), shape=(len(served), len(n)))
        carried = coo_array((orders[cell], (lane, n)), shape=(lanes, len(n)))
        bounds = np.concatenate([use[f], -use[f]]) + ROUNDING * max(float(use[f].sum()), 1.0)
        found = linprog(  # type: ignore[call-overload]  # sparse matrices are welcome, the stubs do not know
            orders[cell] * cost[cell, lane],
            vstack([carried, -carried]),
            bounds,
            cover,
            np.ones(len(served)),
            method="highs",
        )
        if found.status != 0:
            raise RuntimeError(
                f"the plan's own use of its lanes could not be repeated: {found.message}"
            )
        worth[f] = found.ineqlin.marginals[lanes:] - found.ineqlin.marginals[:lanes]
    return worth


def distil(problem: Problem, cells: Cells, most: int) -> list[CellRule]:
    """Greedy list of rules, first match wins.

    The best single lane for everything, then again and again the exception that saves most, in
    front of the others.

    Parameters
    ----------
    problem : Problem
        Its contracts' zones and remote regions are conditions of rules.
    cells : Cells
        Orders and corrected costs.
    most : int
        Most rules.

    Returns
    -------
    list[CellRule]
        In the order in which they are tried.
    """
    conditions = _conditions(problem, cells)
    masks = np.array([_mask(cells, rule).ravel() for rule in conditions])
    orders, cost = cells.orders.ravel(), cells.cost.reshape(-1, len(cells.lanes))
    # a lane that refuses is worse than any
    of_refusal = 10 * float(cost[np.isfinite(cost)].max(initial=0.0)) + 1.0
    taken_by = np.isfinite(cost)  # what a rule's lane refuses is left to the next rule
    priced = np.where(taken_by, cost, of_refusal) * orders[:, None]
    everything = tuple(range(cells.orders.shape[0]))
    lane = int(priced.sum(axis=0).argmin())
    classes, phases = cells.orders.shape[1:]
    rules = [CellRule(everything, (0, classes - 1), (0, phases - 1), lane)]
    now = priced[:, lane].copy()
    while len(rules) < most:
        saved = masks @ np.where(taken_by, now[:, None] - priced, 0.0)
        best, lane = (int(x) for x in np.unravel_index(saved.argmax(), saved.shape))
        if saved[best, lane] <= 1e-6 * max(now.sum(), 1.0):
            break
        rules.insert(0, replace(conditions[best], lane=lane))
        now = np.where(masks[best] & taken_by[:, lane], priced[:, lane], now)
    return rules


def _conditions(problem: Problem, cells: Cells) -> list[CellRule]:
    """What a rule may ask for, as rules without a lane.

    All regions, those of a zone of a contract from a site, the remote ones, one region, or those
    with the same cheapest lane; a run of weight classes; a run of phases.
    """
    groups: dict[tuple[int, ...], None] = {tuple(range(len(problem.regions))): None}
    for contract in problem.contracts:
        for site in problem.site_names:
            zones: dict[str, list[int]] = {}
            for r, region in enumerate(problem.region_names):
                zone = contract.zone(site, region)
                if zone is not None:
                    zones.setdefault(zone, []).append(r)
            groups |= {tuple(regions): None for regions in zones.values()}
    groups[tuple(r for r, region in enumerate(problem.regions) if region.remote)] = None
    groups |= {(r,): None for r in range(len(problem.regions))}
    found = []
    runs = list(product(all_runs(cells.orders.shape[1]), all_runs(cells.orders.shape[2])))
    for regions in groups:
        if regions:
            found += [CellRule(regions, classes, phases, 0) for classes, phases in runs]
    for classes, phases in runs:
        same_lane = _same_cheapest_lane(cells, classes, phases)
        found += [CellRule(regions, classes, phases, 0) for regions in same_lane]
    return list(dict.fromkeys(found))


def _same_cheapest_lane(cells: Cells, classes: Run, phases: Run) -> list[tuple[int, ...]]:
    """Regions with the same cheapest lane for some weight classes and phases."""
    here = (slice(None), run_slice(classes), run_slice(phases))
    orders = cells.orders[here][..., None]
    cost = np.where(orders > 0, cells.cost[here] * np.maximum(orders, 1e-12), 0.0)
    best = cost.sum(axis=(1, 2)).argmin(axis=-1)
    return [tuple(int(r) for r in np.flatnonzero(best == lane)) for lane in np.unique(best)]


def _mask(cells: Cells, rule: CellRule) -> Mask:
    """The cells that a rule matches."""
    mask = np.zeros(cells.orders.shape, dtype=bool)
    mask[list(rule.regions), run_slice(rule.classes), run_slice(rule.phases)] = True
    return mask


def _lane_of(cells: Cells, rules: Sequence[CellRule]) -> Ints:
    """Lane of every cell.

    The first rule that matches and whose lane takes it, else the cheapest lane.
    """
    lane = np.full(cells.orders.shape, -1, dtype=np.int64)
    for rule in rules:
        free = _mask(cells, rule) & (lane < 0) & np.isfinite(cells.cost[..., rule.lane])
        lane[free] = rule.lane
    return np.where(lane < 0, cells.cost.argmin(axis=-1), lane)


def _under_rules(case: Case, cells: Cells, rules: Sequence[CellRule]) -> Case:
    """The case with its routing by rules."""
    lane, problem = _lane_of(cells, rules), case.problem
    rows = []
    for r, region in enumerate(problem.region_names):
        for w, (above, upto) in enumerate(problem.weight_bands):
            for f, phase in enumerate(problem.phases):
                site, contract = cells.lanes[lane[r, w, f]]
                rows.append(
                    ShareRow(
                        region=region,
                        site=site,
                        contract=contract,
                        from_s=phase.from_s,
                        to_s=phase.to_s,
                        share=1.0,
                        above_g=above,
                        to_g=upto,
                    )
                )
    used = {row.contract for row in rows} | set(case.plan.signed)
    signed = tuple(name for name in problem.contract_names if name in used)
    return replace(case, plan=replace(case.plan, routing=tuple(sorted(rows)), signed=signed))


def _costs(
    problem: Problem, sizes: Sequence[int], results: Sequence[Sequence[CaseResult]]
) -> pd.DataFrame:
    """Cost of the plan itself ("all") and of every distillation.

    `results`: [replication][case] on the same orders, the plan's own first.
    """
    digits = minor_digits(problem.currency)
    cost = np.array([[case.cost_per_order_minor for case in of_cases] for of_cases in results])
    cost /= 10.0**digits
    rows = []
    for k, name in enumerate([PLAN_ITSELF, *map(str, sizes)]):
        of_case = [of_cases[k] for of_cases in results]
        share = share_on_time(of_case)
        figures = (float(cost[:, k].mean()), *t_interval(cost[:, k] - cost[:, 0]))
        rounded = [round(x, digits + 2) for x in figures]
        on_time = None if np.isnan(share) else round(share, 6)
        kept = sum(result.kept for result in of_case)
        rows.append((name, *rounded, on_time, kept, len(of_case), None, STUDY))
    return pd.DataFrame([*rows[1:], rows[0]], columns=list(COST_COLUMNS))
