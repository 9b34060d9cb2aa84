"""Reinforcement: resources are added where orders fail, until enough pilot runs meet their level.

The counterpart of trimming. A plan that misses the service level in some pilot runs need not be
made again: simulation shows where orders fail there, and what helps for the least money. Runs that
miss it by little are repaired, as many as have to be; trimming then removes people and vehicles
that are not needed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import ceil

from planner.domain.costs import bookings, planned_minor
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.planning.rostering.unfilled import RosterCheck
from planner.rating.lane_costs import lane_costs
from planner.studies.certification.addable_resources import (
    AddableResource,
    unchecked_resources,
    with_missing_stock,
)
from planner.studies.certification.failure_places import COLLECTION, STOCK, Place
from planner.studies.certification.pilot_replications import PilotRuns
from planner.studies.certification.rerouting import (
    FullCollection,
    moved_share,
    rerouted,
    rerouting_minor,
)
from planner.studies.certification.trimming import excess_by_aim
from planner.studies.options.study_options import DEFAULT, ReinforcementOptions


@dataclass(frozen=True, kw_only=True)
class Reinforced:
    """Result of reinforcing a plan.

    Attributes
    ----------
    plan : Plan
        The plan with what was added; its costs are still to be computed where it changed.
    added : tuple of (str, int)
        Kind of resource ("day" of a permanent person, "booking", "vehicle", "unit" of stock) and
        number added.
    rerouted : float
        Share of the expected orders that were moved to other contracts.
    cost_minor : int
        What that adds to what the plan commits to, and to the expected charges of couriers, minor
        units.
    simulated : int
        Replications simulated to find out.
    missed_before, missed : int
        Pilot runs that missed the service level before, and with what was added.
    runs : int
        Number of pilot runs.
    enough : bool
        Whether no more miss it than may.
    """

    plan: Plan
    added: tuple[tuple[str, int], ...]
    rerouted: float
    cost_minor: int
    simulated: int
    missed_before: int
    missed: int
    runs: int
    enough: bool

    @property
    def changed(self) -> bool:
        """Whether anything was added or moved."""
        return bool(self.added) or self.rerouted > 0


class Reinforcement:
    """A plan that misses the service level in too many pilot runs, while resources are added.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan to reinforce.
    pilot_runs : PilotRuns
        The replications it is reinforced on.
    most_missed : int
        Pilot runs that may miss the service level.
    budget : int
        Replications to simulate once the plan itself was simulated on all pilot runs; no resource
        is tried beyond it.
    options : ReinforcementOptions
        Tuned values.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        pilot_runs: PilotRuns,
        *,
        most_missed: int,
        budget: int,
        options: ReinforcementOptions = DEFAULT.reinforcement,
    ) -> None:
        self._problem, self._runs, self._options = problem, pilot_runs, options
        self._most_missed = most_missed
        self._start = self._plan = plan
        self._roster_check = RosterCheck(problem)
        self._begun, self._everywhere = pilot_runs.simulated, range(len(pilot_runs))
        self._excess = self._excess_of(plan, self._everywhere)
        self._missed_before = self._missed
        self._beyond_help: set[int] = set()
        self._end = pilot_runs.simulated + budget

    def run(self) -> Reinforced:
        """Repair the runs that are missed by least, until no more are missed than may be.

        Returns
        -------
        Reinforced
            The plan with what was added. The plan as it was where its places are not known to be
            filled, or too many runs are missed whatever is tried within the budget.
        """
        if self._roster_check.allows(self._start):
            while (failing := self._to_repair()) and not self._spent:
                self._repair(failing)
        if not self._enough:
            self._plan = self._start
            self._excess = self._excess_of(self._start, self._everywhere)
        return Reinforced(
            plan=self._plan,
            added=added_to(self._problem, self._start, self._plan),
            rerouted=moved_share(self._problem, self._start, self._plan),
            cost_minor=self._cost_minor,
            simulated=self._runs.simulated - self._begun,
            missed_before=self._missed_before,
            missed=self._missed,
            runs=len(self._runs),
            enough=self._enough,
        )

    @property
    def _missed(self) -> int:
        """Pilot runs that miss the service level, as they were last simulated."""
        return sum(excess > 0 for excess in self._excess)

    @property
    def _enough(self) -> bool:
        return self._missed <= self._most_missed

    @property
    def _spent(self) -> bool:
        return self._runs.simulated >= self._end

    @property
    def _cost_minor(self) -> int:
        before, after = self._start, self._plan
        committed = self._committed(after) - self._committed(before)
        if before.routing == after.routing:
            return committed
        return committed + rerouting_minor(self._problem, before, after, self._lane_costs)

    def _to_repair(self) -> list[int]:
        """Pilot runs that are missed by least, as many as are missed too often.

        None where so many are beyond help that the others are too few.
        """
        too_many = self._missed - self._most_missed
        open_ = [k for k in self._everywhere if self._excess[k] > 0 and k not in self._beyond_help]
        nearest_first = sorted(open_, key=lambda k: (self._excess[k], k))
        return nearest_first[:too_many] if 0 < too_many <= len(open_) else []

    def _repair(self, wanted: Sequence[int]) -> None:
        """Add resources until these runs meet the service level, then simulate all of them.

        Runs that nothing helps are beyond help from then on.
        """
        failing = list(wanted)
        while failing and not self._spent:
            hardest = failing[-self._options.looked_at :]
            if not self._reinforce(hardest):
                self._beyond_help.update(hardest)
                return
            for k, excess in zip(wanted, self._excess_of(self._plan, wanted), strict=True):
                self._excess[k] = excess
            nearest_first = sorted(wanted, key=lambda k: (self._excess[k], k))
            failing = [k for k in nearest_first if self._excess[k] > 0]
        if not failing:
            self._excess = self._excess_of(self._plan, self._everywhere)

    def _reinforce(self, failing: Sequence[int]) -> bool:
        """Add what helps most for its money at each site; where nothing does, stock or routing.

        False where nothing helps.
        """
        before = self._plan
        places = [self._places(k) for k in failing]
        by_site: dict[str, Counter[Place]] = {site.name: Counter() for site in self._problem.sites}
        for place, orders in sum(places, Counter[Place]()).items():
            if place[1] in by_site:
                by_site[place[1]][place] += orders
        for found in by_site.values():
            self._add_at_site(found, failing)
        if self._plan is before:
            self._restock_or_reroute(places, failing)
        return self._plan is not before

    def _restock_or_reroute(self, places: Sequence[Counter[Place]], failing: Sequence[int]) -> None:
        """Place units that are missing, or move orders away from full collections, or both.

        The first of these that helps; nothing where none does.
        """
        before, excess = self._plan, sum(self._excess_of(self._plan, failing))
        stocked = with_missing_stock(self._problem, before, self._missing_units(places))
        for changed in (stocked, self._rerouted(before, places), self._rerouted(stocked, places)):
            if changed is before or self._spent or not self._allowed(changed):
                continue
            if sum(self._excess_of(changed, failing)) < excess:
                self._plan = changed
                return

    def _rerouted(self, plan: Plan, places: Sequence[Counter[Place]]) -> Plan:
        """The plan with fewer orders for the collections that were full."""
        full = {
            FullCollection(site, contract, second)
            for reason, site, _, contract, _, second, _ in sum(places, Counter[Place]())
            if reason == COLLECTION
        }
        return rerouted(self._problem, plan, full, self._options.rerouted_part, self._lane_costs)

    def _add_at_site(self, places: Counter[Place], failing: Sequence[int]) -> None:
        """Add the resource that helps most for its money; more of it while that helps half as much.

        Nothing where no resource that is allowed helps.
        """
        worth: dict[AddableResource, float] = {}
        for resource in self._resources(places, 1):
            if self._spent:
                return
            worth[resource] = self._worth(resource, failing)
        helping = sorted((r for r in worth if worth[r] > 0), key=lambda r: (-worth[r], r.label))
        best = next((r for r in helping if self._allowed(r.plan)), None)
        if best is None:
            return
        chosen = best
        for amount in self._options.amounts:
            more = next((r for r in self._resources(places, amount) if r.place == best.place), None)
            if more is None or self._spent or not self._allowed(more.plan):
                break
            if self._worth(more, failing) < worth[best] / 2:
                break
            chosen = more
        self._plan = chosen.plan

    def _resources(self, places: Counter[Place], amount: int) -> Iterator[AddableResource]:
        most = self._options.places_at_site
        return unchecked_resources(self._problem, self._plan, places, most, amount)

    def _worth(self, resource: AddableResource, failing: Sequence[int]) -> float:
        """Orders fewer beyond those that may fail, in some runs, by what the resource costs."""
        now = sum(self._excess_of(self._plan, failing))
        saved = now - sum(self._excess_of(resource.plan, failing))
        return saved / max(self._committed(resource.plan) - self._committed(self._plan), 1)

    def _places(self, run: int) -> Counter[Place]:
        """Where orders fail in a run, under the deadline or target that is missed by most there."""
        (result,) = self._runs.simulate(self._plan, [run])
        excess = excess_by_aim(self._problem, result)
        return self._runs.failure_places(self._plan, run, aim=excess.index(max(excess)))

    def _missing_units(self, places: Sequence[Counter[Place]]) -> dict[str, int]:
        """Units missing by product, the most of any replication."""
        missing: Counter[str] = Counter()
        for found in places:
            orders: Counter[str] = Counter()
            for (reason, _, _, _, product, _, _), n in found.items():
                orders[product] += n if reason == STOCK else 0
            missing |= orders
        units = {product.name: max(product.units_mean, 1.0) for product in self._problem.products}
        return {product: ceil(n * units[product]) for product, n in missing.items()}

    def _allowed(self, plan: Plan) -> bool:
        return self._roster_check.allows(plan)

    def _excess_of(self, plan: Plan, numbers: Sequence[int]) -> list[float]:
        """Failed orders beyond those that may fail, under the deadline and all targets, by run."""
        results = self._runs.simulate(plan, numbers)
        return [sum(excess_by_aim(self._problem, result)) for result in results]

    @cached_property
    def _lane_costs(self) -> LaneCosts:
        return lane_costs(self._problem, self._problem.seed)

    def _committed(self, plan: Plan) -> int:
        return planned_minor(self._problem, plan)


def added_to(problem: Problem, before: Plan, after: Plan) -> tuple[tuple[str, int], ...]:
    """Count what a plan has more than another, by kind of resource.

    Parameters
    ----------
    problem : Problem
        The problem of both.
    before, after : Plan
        The plans.

    Returns
    -------
    tuple of (str, int)
        Kinds as in `Reinforced.added`, those of which there is more.
    """

    def counts(plan: Plan) -> Counter[str]:
        permanent = [r for r in plan.staffing if not problem.crew(r.site, r.crew).temporary]
        return Counter(
            day=sum(row.headcount for row in permanent),
            booking=sum(booking.people for booking in bookings(problem, plan.staffing)),
            vehicle=sum(extra.vehicles for extra in plan.extra),
            unit=sum(row.units for row in plan.stock or ()),
        )

    return tuple(sorted((counts(after) - counts(before)).items()))
