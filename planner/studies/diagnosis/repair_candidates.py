"""Candidates for repairs: limits to blame, promises, shifts, collections, caps, the aim."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from planner.domain.business_limits import COLLECTION, SERVICE, TARGET
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.problem import Problem
from planner.domain.relaxations import (
    BREAK_S,
    LONGER_PROMISE,
    LONGEST_SHIFT_S,
    LOWER_AIM,
    LOWER_TARGET,
    NEW_PICKUP,
    NEW_SHIFT,
    OVERTIME,
    SALES_CAP,
    clock_of,
    free_of_shifts,
)
from planner.errors import Blame
from planner.planning.infeasibility.conflicts import conflict_sets
from planner.studies.diagnosis.limit_changes import Key, LimitChange, change_for, grown
from planner.studies.options.repair_options import RepairOptions
from planner.studies.steps.sampled_paths import sampled

HALF_HOUR_S = 1800  # collections are agreed at full and half hours

Changes = tuple[LimitChange, ...]  # limits that move together


@dataclass(frozen=True)
class RelaxationSteps:
    """The same repair in growing amounts.

    Attributes
    ----------
    steps : tuple of Changes
        From the smallest amounts to the largest.
    sure : bool
        Whether the first step is known to be enough with fractional headcounts.
    """

    steps: tuple[Changes, ...]
    sure: bool = False


def planning_demand(problem: Problem) -> tuple[ScenarioSet, LaneCosts]:
    """Demand scenarios and lane costs as every plan of the problem is made with."""
    return sampled(problem)


def repair_candidates(
    problem: Problem, blame: Sequence[Blame], options: RepairOptions
) -> tuple[RelaxationSteps, ...]:
    """What is worth trying.

    Parameters
    ----------
    problem : Problem
        The problem without a plan.
    blame : sequence of Blame
        What the planning that failed has named; tried first where no conflict set is the same.
    options : RepairOptions
        Amounts to try.

    Returns
    -------
    tuple of RelaxationSteps
        Limits that may give way in the planning model, then the promise, shifts, collections, less
        to sell, and a lower aim.
    """
    conflicts = conflict_sets(problem, *planning_demand(problem), most=options.conflict_sets)
    named = [b for b in blame if b.key]
    if blame and not any(_keys(conflict) == _keys(named) for conflict in conflicts):
        conflicts.insert(0, named)
    of_conflicts = [_growing(problem, conflict, options) for conflict in conflicts]
    found = [candidate for candidate in of_conflicts if candidate is not None]
    found += _longer_promises(problem, options)
    found += _more_shift_hours(problem, options)
    found += _new_pickups(problem, _keys(b for conflict in conflicts for b in conflict), options)
    found += _sales_caps(problem, options)
    if not any(_lowers_aim_only(candidate) for candidate in found):
        found += _lower_aims(problem, options)
    return tuple(found)


def _keys(blame: Iterable[Blame]) -> set[Key]:
    return {b.key for b in blame}


def _amounts(key: Key, amounts: Iterable[float]) -> RelaxationSteps:
    """A single limit that moves by growing amounts."""
    return RelaxationSteps(tuple((LimitChange(key, float(n)),) for n in amounts))


def _growing(
    problem: Problem, conflict: Iterable[Blame], options: RepairOptions
) -> RelaxationSteps | None:
    """The limits of a conflict set moved together by more and more.

    None where one of them is no number to be moved.
    """
    merged: dict[Key, LimitChange] = {}
    for blame in conflict:
        change = change_for(problem, blame)
        if change is None:
            return None
        if change.key not in merged or change.amount > merged[change.key].amount:
            merged[change.key] = change
    steps = _grown_together(problem, tuple(sorted(merged.values())), options.growth)
    return RelaxationSteps(steps, sure=True) if steps else None


def _grown_together(
    problem: Problem, first: Changes, factors: Sequence[float]
) -> tuple[Changes, ...]:
    """The changes times each factor, as far as all of them can grow."""
    found: list[Changes] = []
    for factor in factors:
        changes = [grown(problem, change, factor) for change in first]
        possible = tuple(change for change in changes if change is not None)
        if possible and len(possible) == len(first) and possible not in found:
            found.append(possible)
    return tuple(found)


def _longer_promises(problem: Problem, options: RepairOptions) -> list[RelaxationSteps]:
    """A longer promise everywhere, and one in remote regions only."""
    if all(rule.deadline_working_days is not None for rule in problem.platforms):
        return [_amounts((LONGER_PROMISE.key,), options.promise_days_hours)]
    found = [_amounts((LONGER_PROMISE.key,), options.promise_hours)]
    remote = tuple(r.name for r in problem.regions if r.remote)
    if remote and len(remote) < len(problem.regions):
        found.append(_amounts((LONGER_PROMISE.key, *remote), options.promise_hours))
    return found


def _more_shift_hours(problem: Problem, options: RepairOptions) -> list[RelaxationSteps]:
    """Overtime where there is none, and one more shift in the hours in which nobody works now."""
    found = []
    if not any(s.extends for s in problem.shifts):
        found.append(_amounts((OVERTIME.key,), options.overtime_hours))
    free = free_of_shifts(problem)
    if free is not None:
        length = free[1] - free[0]
        hours = (length - (BREAK_S if length >= LONGEST_SHIFT_S else 0)) / HOUR_S
        clocks = [clock_of(problem, at_s % DAY_S) for at_s in free]
        found.append(_amounts((NEW_SHIFT.key, *clocks), [hours]))
    return found


def _new_pickups(
    problem: Problem, blamed: set[Key], options: RepairOptions
) -> list[RelaxationSteps]:
    """A collection in the middle of the longest wait between those of a contract.

    Of contracts whose collections are blamed, and, where the service level is, of the main one of
    every site.
    """
    wanted = {(key[1], key[2]) for key in blamed if key[0] == COLLECTION.key}
    if any(key[0] in (SERVICE.key, TARGET.key) for key in blamed):
        wanted |= _main_contracts(problem)
    found = []
    for site, contract in sorted(wanted):
        clock = clock_of(problem, _middle_of_longest_wait(problem, site, contract))
        found.append(_amounts((NEW_PICKUP.key, site, contract, clock), options.pickup_vehicles))
    return found


def _main_contracts(problem: Problem) -> set[tuple[str, str]]:
    """(site, contract): the one that serves most regions from each site (ties: the last name)."""
    regions = Counter((site, contract) for site, _, contract in problem.lanes() if contract)
    best: dict[str, tuple[str, str]] = {}
    for pair in sorted(regions):
        present = best.get(pair[0])
        if present is None or regions[pair] >= regions[present]:
            best[pair[0]] = pair
    return set(best.values())


def _middle_of_longest_wait(problem: Problem, site: str, contract: str) -> int:
    """Second of the day in the middle of the longest wait between collections.

    Down to a half hour; ties: the earliest.
    """
    at = sorted(c.at_s for c in problem.site(site).collections if c.contract == contract)
    waits = [(later - earlier, earlier) for earlier, later in pairwise([*at, at[0] + DAY_S])]
    longest, since = max(waits, key=lambda wait: (wait[0], -wait[1]))
    return (since + longest // 2) % DAY_S // HALF_HOUR_S * HALF_HOUR_S


def _sales_caps(problem: Problem, options: RepairOptions) -> list[RelaxationSteps]:
    """The sale of each event stops earlier and earlier; not where demand is given path by path."""
    if problem.demand.given is not None:
        return []
    found = []
    for event in problem.demand.events:
        caps = {_two_digits_below(event.p95 * share) for share in options.cap_shares}
        tighter = [n for n in sorted(caps, reverse=True) if event.cap is None or n < event.cap]
        found.append(_amounts((SALES_CAP.key, event.name), tighter))
    return found


def _two_digits_below(orders: float) -> int:
    """Down to a number of two digits, as people state a limit."""
    step: int = 10 ** max(len(str(int(orders))) - 2, 0)
    return max(int(orders) // step * step, 1)


def _lowers_aim_only(candidate: RelaxationSteps) -> bool:
    return bool(candidate.steps) and [c.key for c in candidate.steps[0]] == [(LOWER_AIM.key,)]


def _lower_aims(problem: Problem, options: RepairOptions) -> list[RelaxationSteps]:
    """Lower and lower aims: on time, or within the hours of a target of one's own."""
    aims = [aim for aim in options.aims if aim < problem.service.on_time_share]
    found = [_amounts((LOWER_AIM.key,), aims)] if aims else []
    for target in problem.service.also:
        shares = [round(target.share * part, 3) for part in options.parts_of_target]
        found.append(_amounts((LOWER_TARGET.key, f"{target.within_hours:g}"), shares))
    return found
