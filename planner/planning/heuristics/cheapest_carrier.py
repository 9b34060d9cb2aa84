"""Cheapest lane of every region and weight class, with or without daily allotments."""

from __future__ import annotations

import numpy as np

from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S, Phase
from planner.domain.problem import Problem, ShareRow
from planner.planning.formulation.assignment import refuse_unreachable
from planner.planning.mean_demand import Lane, MeanDemand, lane_price

Cell = tuple[str, int]  # region, weight class


def lanes_by_cell(problem: Problem, lane_costs: LaneCosts) -> dict[Cell, list[Lane]]:
    """Lanes of every region and weight class, the cheapest on mean days first.

    Ties: order of the problem.
    """
    found: dict[Cell, list[Lane]] = {
        (name, k): [] for name in problem.region_names for k in range(len(problem.weight_bands))
    }
    for lane in problem.lanes():
        for k in range(len(problem.weight_bands)):
            if np.isfinite(lane_price(problem, lane_costs.mean, lane, k)).all():
                found[lane[1], k].append(lane)
    refuse_unreachable(
        problem, {(problem.region_names.index(r), k) for (r, k), lanes in found.items() if lanes}
    )
    for (name, k), lanes in found.items():
        price = {lane: lane_price(problem, lane_costs.mean, lane, k).mean() for lane in lanes}
        found[name, k] = sorted(lanes, key=price.__getitem__)
    return _without_conflicts(problem, found)


def _without_conflicts(problem: Problem, lanes: dict[Cell, list[Lane]]) -> dict[Cell, list[Lane]]:
    """Lanes without those that exclusive contracts rule out.

    An exclusive contract is kept where it is cheapest in all its regions or the only carrier;
    otherwise it is dropped.
    """
    for contract in problem.contracts:
        own = [cell for cell in lanes if cell[0] in contract.commitment.exclusive]
        if not own:
            continue
        without = {
            cell: [lane for lane in of if lane[2] != contract.name] for cell, of in lanes.items()
        }
        cheapest = all(lanes[cell] and lanes[cell][0][2] == contract.name for cell in own)
        only_carrier = not all(without.values())
        if cheapest or only_carrier:
            for cell in own:
                lanes[cell] = [lane for lane in lanes[cell] if lane[2] in ("", contract.name)]
        else:
            lanes = without
    refuse_unreachable(
        problem, {(problem.region_names.index(r), k) for (r, k), of in lanes.items() if of}
    )
    return lanes


def one_lane_each(problem: Problem, chosen: dict[Cell, Lane]) -> tuple[ShareRow, ...]:
    """Routing in which every region and weight class goes by one lane."""
    return tuple(
        sorted(
            _row(problem, cell, lane, phase, 1.0)
            for cell, lane in chosen.items()
            for phase in problem.phases
        )
    )


def cheapest_lanes(problem: Problem, lane_costs: LaneCosts) -> tuple[ShareRow, ...]:
    """Every region and weight class by its cheapest lane.

    Raises NoPlanError when a region has no lane.
    """
    return one_lane_each(
        problem, {cell: of[0] for cell, of in lanes_by_cell(problem, lane_costs).items()}
    )


def cheapest_until_full(problem: Problem, lane_costs: LaneCosts) -> tuple[ShareRow, ...]:
    """Routing by price until the daily allotments are full, phase by phase.

    Regions take their cheapest lane as long as its contract has allotment left on the mean of the
    phase's busiest day; what finds none goes to the region's cheapest lane after all. Each weight
    class by itself.
    """
    demand, lanes = MeanDemand.of(problem), lanes_by_cell(problem, lane_costs)
    days = {(r, k): demand.orders(r, problem.weight_bands[k]).sum(axis=0) for r, k in lanes}
    rows: list[ShareRow] = []
    for phase in problem.phases:
        held = slice(phase.from_s // DAY_S, phase.to_s // DAY_S)
        left = {
            c.name: np.inf
            if c.commitment.allotment_per_day is None
            else float(c.commitment.allotment_per_day)
            for c in problem.contracts
        }
        for cell, of in lanes.items():
            for lane, millionths in _fill(of, float(days[cell][held].max()), left):
                rows.append(_row(problem, cell, lane, phase, millionths / 1_000_000))
    return tuple(sorted(rows))


def _fill(lanes: list[Lane], orders: float, left: dict[str, float]) -> list[tuple[Lane, int]]:
    """Millionths of a region's orders per lane; takes them off the allotments left."""
    open_share, taken = 1_000_000, []
    for lane in lanes:
        room = left.get(lane[2], np.inf)
        share = open_share if room >= orders * open_share / 1e6 else int(room / orders * 1e6)
        if share > 0:
            taken.append((lane, share))
            open_share -= share
            if lane[2] in left:
                left[lane[2]] -= share / 1e6 * orders
        if open_share == 0:
            return taken
    over = dict(taken)
    over[lanes[0]] = over.get(lanes[0], 0) + open_share
    return list(over.items())


def _row(problem: Problem, cell: Cell, lane: Lane, phase: Phase, share: float) -> ShareRow:
    above_g, to_g = problem.weight_bands[cell[1]]
    return ShareRow(
        region=cell[0],
        site=lane[0],
        contract=lane[2],
        from_s=phase.from_s,
        to_s=phase.to_s,
        share=share,
        above_g=above_g,
        to_g=to_g,
    )
