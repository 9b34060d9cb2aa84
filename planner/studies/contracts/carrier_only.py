"""The couriers' part of a promotion by itself: every parcel is packed the moment it is ordered.

A *case* is a set of contracts. It is planned by the joint model (which contract carries what from
where, signed or not, with its tiers, commitments and limits) in a building where work takes no
time, and simulated on the same orders as every other case (`carriage`). What the warehouse adds is
in the plan of the whole promotion, not here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.contracts import Contract, Rate, Tariff
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.errors import NoPlanError
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import PlanningOptions, RelaxAndFixOptions, SearchOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.rating.lane_costs import lane_costs
from planner.simulation.workers_pool import START_S

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext

READY = "ready"
HANDS = 200  # people for whom a parcel takes a second: 720,000 parcels an hour
# stands in where no contract of a case serves a region: its parcels are refused
NOBODY = "\0nobody"
SCENARIOS = 8
# differences between cases are small; vehicles alone are few integers, so all days are one window
TIGHT = PlanningOptions(
    relative_gap=2e-3,
    accepted_gap=2e-3,
    proof_work=0,
    search=SearchOptions(relax_and_fix=RelaxAndFixOptions(window_days=100)),
)
# the model counts an order that stays late for long more than once
LATE_ALLOWED = replace(TIGHT, late_factor=1e6)


@dataclass(frozen=True, eq=False)
class Case:
    """A problem of couriers alone with its plan. The last contract may stand in for NOBODY."""

    problem: Problem
    plan: Plan

    @property
    def used(self) -> set[str]:
        """Contracts that the plan gives parcels to."""
        return {row.contract for row in self.plan.routing} - {NOBODY}

    @property
    def used_or_signed(self) -> set[str]:
        """Contracts that the plan signs or gives parcels to."""
        return self.used | set(self.plan.signed) - {NOBODY}

    @property
    def keeps_promise(self) -> bool:
        """Whether the plan meets the promised share on time in the planning model."""
        return self.plan.expected["on_time_share_hardest"] >= self.problem.service.on_time_share


@dataclass(frozen=True, eq=False)
class Planning:
    """The plan of every case as a task: `plan(k)` of problem k (picklable)."""

    problems: tuple[Problem, ...]
    scenarios: ScenarioSet
    effort: int

    def __call__(self, k: int) -> Plan:
        """Plan of problem number `k`."""
        return plan_couriers(self.problems[k], self.scenarios, self.effort)


def plan_cases(problems: Sequence[Problem], context: RunContext) -> list[Case]:
    """Every problem with its plan, all over the same sampled demand."""
    if not problems:
        return []
    scenarios = sampled_demand(problems[0], context)
    plans = context.replicate(
        "courier plans",
        Planning(tuple(problems), scenarios, context.budget.effort),
        len(problems),
        START_S,
    )
    return [Case(problem, plan) for problem, plan in zip(problems, plans, strict=True)]


def sampled_demand(problem: Problem, context: RunContext) -> ScenarioSet:
    """Sampled demand that all cases of a study are planned for."""
    paths = context.options.sampling.sampled_paths
    return sample_scenarios(problem, problem.seed, SCENARIOS, paths)


def plan_couriers(
    problem: Problem, scenarios: ScenarioSet, effort: int, options: PlanningOptions = TIGHT
) -> Plan:
    """The cheapest contracts and shares that meet the promised share on time.

    Where the contracts cannot meet it, the cheapest with every late order paid for.

    Parameters
    ----------
    problem : Problem
        A problem of couriers alone, see `packed_at_once`.
    scenarios : ScenarioSet
        Sampled demand, the same for all cases.
    effort : int
        Solver effort; 100 is normal.
    options : PlanningOptions
        How near to the bound a plan must be.

    Returns
    -------
    Plan
        Routing, signed contracts and extra vehicles.
    """
    costs = case_costs(problem)
    try:
        plan = in_solver_process(
            plan_joint, problem, scenarios, costs, work_units=effort, options=options
        )
    except NoPlanError:
        lenient = replace(problem, service=replace(problem.service, on_time_share=0.0, also=()))
        plan = in_solver_process(
            plan_joint, lenient, scenarios, costs, work_units=effort, options=LATE_ALLOWED
        )
    return replace(plan, staffing=_hands(problem), stock=None)


def case_costs(problem: Problem) -> LaneCosts:
    """Costs of the lanes, where a weight class that all lanes refuse costs nothing.

    The simulation refuses such parcels, whichever lane the plan gives them to.
    """
    costs = lane_costs(problem, problem.seed)
    lost = _lanes_there(problem)[..., None, None] & ~_taken(problem, costs)[None, :, None, :, None]
    return replace(costs, mean=np.where(lost & np.isinf(costs.mean), 0.0, costs.mean))


def taken(problem: Problem) -> Mask:
    """Which parcels some contract takes [region, weight class]; NOBODY does not count."""
    return _taken(problem, lane_costs(problem, problem.seed))


def _taken(problem: Problem, costs: LaneCosts) -> Mask:
    """The same from the costs of the lanes."""
    real = [name != NOBODY for name in problem.contract_names]
    priced = costs.mean[:, :, real]
    return np.asarray(np.any(np.all(np.isfinite(priced), axis=-1), axis=(0, 2)))


def _lanes_there(problem: Problem) -> Mask:
    """Which contract serves which region from which site [site, region, contract]."""
    there = np.zeros((len(problem.sites), len(problem.regions), len(problem.contracts)), dtype=bool)
    names = (problem.site_names, problem.region_names, problem.contract_names)
    for lane in problem.lanes():
        there[tuple(known.index(name) for known, name in zip(names, lane, strict=True))] = True
    return there


def packed_at_once(problem: Problem, contracts: Sequence[Contract]) -> Problem:
    """The problem with these contracts alone: no work, no limit on goods, nothing comes back.

    A contract that collects nowhere yet comes to every site whenever anybody does; a site where
    none of them collects ships nothing; regions that none serves go to NOBODY, free of charge and
    in time.
    """
    unserved = [r for r in problem.region_names if r not in served(problem, contracts)]
    everyone = (*contracts, _nobody(unserved)) if unserved else tuple(contracts)
    buildings = [_building(problem, site, everyone) for site in problem.sites]
    sites = tuple(site for site in buildings if site.collections)
    return replace(
        problem,
        contracts=everyone,
        sites=sites,
        people=(),
        crews=tuple(
            Crew(name="hands", site=s.name, temporary=False, limit=HANDS, wage_minor_per_hour=0)
            for s in sites
        ),
        shifts=(Shift("always", 0, DAY_S),),
        products=tuple(replace(p, supply_units=None, return_share=0.0) for p in problem.products),
        disruptions=tuple(
            d for d in problem.disruptions if d.kind in ("allotment_cut", "missed_collection")
        ),
        returns=None,
        roster=None,
        stock=None,
        routing=None,
    )


def served(problem: Problem, contracts: Sequence[Contract]) -> set[str]:
    """Regions that one of the contracts serves from a site it comes to."""
    found: set[str] = set()
    for site in problem.sites:
        coming = {c.contract for c in _building(problem, site, contracts).collections}
        for contract in contracts:
            if contract.name in coming:
                zones = {
                    region: contract.zone(site.name, region) for region in problem.region_names
                }
                found |= {region for region, zone in zones.items() if zone is not None}
    return found


def _building(problem: Problem, site: Site, contracts: Sequence[Contract]) -> Site:
    """The site with one process that takes a second, and the collections of these contracts."""
    known = {c.contract for s in problem.sites for c in s.collections}
    moments = sorted({c.at_s for s in problem.sites for c in s.collections}) or [DAY_S - HOUR_S]
    visits = list(site.collections)
    for contract in contracts:
        if contract.name == NOBODY:
            visits += [Collection(NOBODY, hour * HOUR_S) for hour in range(24)]
        elif contract.name not in known:
            visits += [Collection(contract.name, at_s) for at_s in moments]
    names = {c.name for c in contracts}
    return Site(
        name=site.name,
        label=site.label,
        region=site.region,
        processes=(Process(name=READY, orders_per_hour=3600.0),),
        collections=tuple(_on_open_days(problem, site, c) for c in visits if c.contract in names),
    )


def _on_open_days(problem: Problem, site: Site, visit: Collection) -> Collection:
    """A pick-up that does not come while the site is closed."""
    if not site.hours or visit.contract == NOBODY:
        return visit
    days = range(problem.horizon.days)
    return replace(visit, off=frozenset(day for day in days if not site.collects(visit, day)))


def _nobody(regions: Sequence[str]) -> Contract:
    """The contract that stands in for none in these regions."""
    heaviest = 1 << 39
    return Contract(
        name=NOBODY,
        label=NOBODY,
        tariff=Tariff(
            zones={("", r): READY for r in regions},
            rates={READY: Rate(zone=READY, first_g=heaviest)},
        ),
    )


def _hands(problem: Problem) -> tuple[StaffRow, ...]:
    """Enough people at all times."""
    rows = [
        StaffRow(
            day=day,
            site=site,
            process=READY,
            crew="hands",
            shift="always",
            since_day=LONG_AGO,
            headcount=HANDS,
        )
        for day in range(problem.horizon.days)
        for site in problem.site_names
    ]
    return tuple(sorted(rows))
