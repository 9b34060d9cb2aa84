"""Scenario reduction: a few weighted paths stand for thousands sampled, finer at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.costs import leftover_beyond_inbound_minor
from planner.domain.demand_mix import Mix
from planner.domain.demand_path import DemandPath
from planner.domain.demand_scenarios import SampledPaths, ScenarioSet
from planner.domain.horizon import SLOTS_PER_DAY, SLOTS_PER_HOUR
from planner.domain.problem import Problem
from planner.domain.risks import (
    demand_at_risk,
    mix_at_risk,
    number_of_paths,
    planning_path,
)

# Strata of the stress level for twelve scenarios; other counts interpolate. The top tenth gets five
# of them, with ends where a plan for 90 % or 95 % confidence draws its line (at a tenth of the
# promised risk: 0.99 and 0.995).
STRATUM_EDGES = (0.0, 0.10, 0.25, 0.40, 0.55, 0.70, 0.82, 0.90, 0.95, 0.975, 0.99, 0.995, 1.0)
# above it a stratum is represented by its hard end, so that service rules see the edge they promise
HARD_LEVEL = 0.9


def sample_scenarios(problem: Problem, seed: int, count: int, sampled: int = 2000) -> ScenarioSet:
    """Sample demand paths and select a few weighted ones, one for each stratum of the stress.

    The stress of a path is its largest expected number of orders within the time an order may take.
    Weights are the masses of the strata. A stratum is represented by its median path; above
    `HARD_LEVEL` by its upper end (the very last by its median). The same arguments give the same
    scenarios. Demand given as paths is taken path by path; it is sampled where a risk may change
    it.

    Parameters
    ----------
    problem : Problem
        Its demand, over its horizon.
    seed : int
        Seed of the random streams of planning.
    count : int
        Most scenarios to select, at least 1.
    sampled : int
        Paths to sample, at least 1.

    Returns
    -------
    ScenarioSet
        The selected paths, by rising stress, with their weights.

    Raises
    ------
    ValueError
        `count` or `sampled` is below 1.
    """
    if count < 1 or sampled < 1:
        raise ValueError("at least one scenario of at least one sampled path is needed")
    number = number_of_paths(problem, sampled)
    slots = _patience(problem)
    brief = [_in_brief(problem, planning_path(problem, seed, k), slots) for k in range(number)]
    stress, daily = np.array([b.stress for b in brief]), np.array([b.daily for b in brief])
    order = np.argsort(stress, kind="stable")
    all_equal = (
        problem.demand.given is None
        and _mix_is_certain(problem)
        and stress[order[0]] == stress[order[-1]]
    )
    first, last = _strata(number, 1 if all_equal else count)
    chosen = _representatives(first, last, number)
    paths = [planning_path(problem, seed, int(order[k])) for k in chosen]
    mixed = paths[:1] if _mix_is_certain(problem) else paths
    opening = np.array([problem.opening_rates(path) for path in paths])
    nobody, days = np.zeros(len(problem.demand.components)), problem.horizon.days
    return ScenarioSet(
        weight=(last - first) / number,
        intensity=np.concatenate([opening, [path.intensity for path in paths]], axis=2),
        region_share=np.array([path.mix.region_share for path in mixed]),
        product_share=np.array([path.mix.product_share for path in mixed]),
        stress_level=(chosen + 1) / number,
        refused=np.array([nobody if path.refused is None else path.refused for path in paths]),
        day_covariance=np.array(
            [
                np.cov(daily[order[low:high]].T, bias=True).reshape(days, days)
                for low, high in zip(first, last, strict=True)
            ]
        ),
        paths=_paths(brief, order, last - first, problem.horizon.reported_days)
        if _stock_needs_paths(problem)
        else None,
        opening_slots=opening.shape[2],
    )


@dataclass(frozen=True, eq=False, slots=True)
class _Brief:
    """What is kept of a sampled path: stress, orders [day] and [component, day], and mix."""

    stress: float
    daily: Floats
    orders: Floats
    mix: Mix


def _in_brief(problem: Problem, path: DemandPath, slots: int) -> _Brief:
    orders = path.intensity.reshape(len(path.intensity), -1, SLOTS_PER_DAY).sum(axis=2)
    orders[:, 0] += problem.opening_rates(path).sum(axis=1)
    return _Brief(surge(path, slots), path.daily(), orders, path.mix)


def _stock_needs_paths(problem: Problem) -> bool:
    """Whether a few scenarios do not do for the stock.

    They do where every promotion has the same mix, and for the user's own paths that no risk
    changes, as long as units left over have no price.
    """
    sampled = problem.demand.given is None or demand_at_risk(problem)
    mixed = sampled and not _mix_is_certain(problem)
    return mixed or bool(leftover_beyond_inbound_minor(problem).any())


def _paths(brief: Sequence[_Brief], order: Ints, stratum: Ints, reported_days: int) -> SampledPaths:
    """All paths; `order` sorts them by stress, `stratum` is the number of each scenario's.

    Without the orders of the tail, which the stock does not serve.
    """
    scenario, orders = np.empty(len(order), dtype=np.int64), np.array([b.orders for b in brief])
    scenario[order] = np.repeat(np.arange(len(stratum)), stratum)
    return SampledPaths(
        scenario=scenario,
        orders=orders * (np.arange(orders.shape[-1]) < reported_days),
        region_share=np.array([b.mix.region_share for b in brief]),
        product_share=np.array([b.mix.product_share for b in brief]),
    )


def surge(path: DemandPath, slots: int) -> float:
    """Largest expected number of orders within any `slots` slots.

    Within the whole horizon when it is shorter.
    """
    placed = np.concatenate([[0.0], np.cumsum(path.intensity.sum(axis=0))])
    window = min(slots, len(placed) - 1)
    return float((placed[window:] - placed[:-window]).max())


def _patience(problem: Problem) -> int:
    """Slots between an order and its deadline, at least a day.

    Shorter surges can be worked off, longer ones add up.
    """
    hours = max(
        rule.deadline_hours
        if rule.deadline_working_days is None
        else 24.0 * rule.deadline_working_days
        for rule in problem.platforms
    )
    return max(SLOTS_PER_DAY, round(hours * SLOTS_PER_HOUR))


def _mix_is_certain(problem: Problem) -> bool:
    """Whether all paths have the same mix."""
    return problem.demand.mix_is_certain and not mix_at_risk(problem)


def _strata(number: int, count: int) -> tuple[Ints, Ints]:
    """Ranks [first, last) of each stratum of `number` paths sorted by stress, none empty."""
    if count == 1:
        return np.array([0], dtype=np.int64), np.array([number], dtype=np.int64)
    if number <= count:
        return np.arange(number, dtype=np.int64), np.arange(1, number + 1, dtype=np.int64)
    places = np.linspace(0, len(STRATUM_EDGES) - 1, count + 1)
    edges = np.interp(places, np.arange(len(STRATUM_EDGES)), STRATUM_EDGES)
    ranks = np.unique(np.rint(edges * number).astype(np.int64))
    return ranks[:-1], ranks[1:]


def _representatives(first: Ints, last: Ints, number: int) -> Ints:
    """Rank of the path that stands for each stratum."""
    median = (first + last - 1) // 2
    hard = (first >= HARD_LEVEL * number) & (last < number)
    return np.asarray(np.where(hard, last - 1, median))
