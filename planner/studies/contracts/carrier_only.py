"""The couriers' part of a promotion by itself: every parcel is packed the moment it is ordered.

A *case* is a set of contracts. It is planned by the joint model (which contract carries what from
where, signed or not, with its tiers, commitments and limits) in a building where work takes no
time, and simulated on the same orders as every other case. What the warehouse adds is in the plan
of the whole promotion, not here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planner.domain.charges import period_of
from planner.domain.contracts import Contract, Rate, Tariff
from planner.domain.costs import shortfall_fees_minor, simulated_costs
from planner.domain.demand import Floats, Ints
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Mask, Records, Small, Summary, mean_on_time
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.errors import NoPlanError
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.rating.lane_costs import (
    Charges,
    charges,
    expected_losses_minor,
    lane_costs,
    period_minor,
)
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.summary import summarise
from planner.simulation.workers_pool import START_S
from planner.studies.certification.common_replications import simulate_with_offers
from planner.studies.runs.run_context import RunContext

WORLD = "compare"
READY = "ready"
HANDS = 200  # people for whom a parcel takes a second: 720,000 parcels an hour
# stands in where no contract of a case serves a region: its parcels are refused
NOBODY = "\0nobody"
SCENARIOS = 8
# differences between cases are small
TIGHT = PlanningOptions(relative_gap=2e-3, accepted_gap=2e-3, proof_work=0)
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
    def keeps_promise(self) -> bool:
        """Whether the plan meets the promised share on time in the planning model."""
        return self.plan.expected["on_time_share_hardest"] >= self.problem.service.on_time_share


@dataclass(frozen=True, eq=False, kw_only=True)
class CaseResult:
    """One case in one replication.

    `charge[n]`: minor units per order, inf where no contract of the case takes it; `beyond_minor`:
    everything else that the couriers and late orders cost; `at_risk_minor`: the avoidable part of
    it (shortfall, compensation, losses, surcharges on own volume); `refused_minor`: margin of the
    orders that none takes; `late`: orders that failed of the `due` ones; `kept`: whether the
    promised share was met; `tier[contract]`: reached at the end (-1 below the first);
    `discount_minor`, `shortfall_minor`, `parcels`, `full_days` [contract].
    """

    charge: Floats
    beyond_minor: float
    at_risk_minor: float
    discount_minor: Floats
    shortfall_minor: Ints
    refused_minor: float
    late: int
    due: int
    kept: bool
    parcels: Ints
    full_days: Ints
    tier: Ints

    @property
    def total_minor(self) -> float:
        """Charges and everything else that the case costs."""
        return float(self.charge[np.isfinite(self.charge)].sum()) + self.beyond_minor

    @property
    def taken(self) -> int:
        """Orders that a contract of the case takes."""
        return int(np.isfinite(self.charge).sum())

    @property
    def cost_per_order_minor(self) -> float:
        """What the case costs per order that it takes."""
        return self.total_minor / max(self.taken, 1)

    @property
    def beyond_per_order_minor(self) -> float:
        """Other costs than charges, per order that the case takes."""
        return self.beyond_minor / max(self.taken, 1)


def share_on_time(results: Sequence[CaseResult]) -> float:
    """The on-time share over replications; NaN where no order was due."""
    late = np.array([result.late for result in results])
    due = np.array([result.due for result in results])
    return float(mean_on_time(late, due))


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
    first = problems[0]
    scenarios = sample_scenarios(
        first, first.seed, SCENARIOS, context.options.sampling.sampled_paths
    )
    plans = context.replicate(
        "courier plans",
        Planning(tuple(problems), scenarios, context.budget.effort),
        len(problems),
        START_S,
    )
    return [Case(problem, plan) for problem, plan in zip(problems, plans, strict=True)]


def plan_couriers(problem: Problem, scenarios: ScenarioSet, effort: int) -> Plan:
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

    Returns
    -------
    Plan
        Routing, signed contracts and extra vehicles.
    """
    costs = case_costs(problem)
    try:
        plan = in_solver_process(
            plan_joint, problem, scenarios, costs, work_units=effort, options=TIGHT
        )
    except NoPlanError:
        lenient = replace(problem, service=replace(problem.service, on_time_share=0.0))
        plan = in_solver_process(
            plan_joint, lenient, scenarios, costs, work_units=effort, options=LATE_ALLOWED
        )
    return replace(plan, staffing=_hands(problem), stock=None)


def case_costs(problem: Problem) -> LaneCosts:
    """Costs of the lanes, where a weight class that all lanes refuse costs nothing.

    The simulation refuses such parcels, whichever lane the plan gives them to.
    """
    costs = lane_costs(problem, problem.seed)
    lost = _lanes_there(problem)[..., None, None] & ~taken(problem)[None, :, None, :, None]
    return replace(costs, mean=np.where(lost & np.isinf(costs.mean), 0.0, costs.mean))


def taken(problem: Problem) -> Mask:
    """Which parcels some contract takes [region, weight class]; NOBODY does not count."""
    real = [name != NOBODY for name in problem.contract_names]
    priced = lane_costs(problem, problem.seed).mean[:, :, real]
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
        collections=tuple(c for c in visits if c.contract in names),
    )


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


@dataclass(frozen=True, eq=False)
class Carriage:
    """One replication of every case (picklable).

    `problem`: holds every contract that any case has, so that the orders are drawn with all they
    need.
    """

    problem: Problem
    cases: tuple[Case, ...]
    seed: int

    def __call__(self, replication: int) -> tuple[Small, list[CaseResult]]:
        """Region of every order, and the result of each case."""
        streams = Streams(self.seed, WORLD, replication)
        orders = draw_orders(self.problem, streams)
        results = []
        for case in self.cases:
            records = simulate_with_offers(case.problem, case.plan, orders, streams, "compiled")
            results.append(carried(case, records, replication))
        return orders.region, results


def carried(case: Case, records: Records, replication: int) -> CaseResult:
    """The result of a case in one replication.

    Parameters
    ----------
    case : Case
        A problem and its plan.
    records : Records
        What happened to every order.
    replication : int
        Number of the replication.

    Returns
    -------
    CaseResult
        Charges, other costs, lateness and the use of the contracts' clauses.
    """
    problem = case.problem
    paid = charges(problem, records)
    period = period_minor(problem, records, paid)
    losses = expected_losses_minor(problem, records)
    summary = summarise(
        problem,
        records,
        replication,
        paid.total,
        period_minor=period,
        losses_minor=losses,
        unpriced=records.untaken,
    )
    costs = {
        name: float(amounts[0])
        for name, amounts in simulated_costs(problem, case.plan, [summary]).items()
    }
    beyond = sum(amount for name, amount in costs.items() if name not in ("courier", "lost_orders"))
    risk = sum(costs[name] for name in ("shortfall", "compensation", "losses", "volume_surcharges"))
    own = _own(problem, records, paid)
    late = int((own & (records.on_time == 0)).sum())
    due = int((own & (records.on_time >= 0)).sum())
    refused = len(own) - int(own.sum())
    daily = summary.parcels.sum(axis=(1, 2))[:, : len(problem.contracts)]
    parcels = daily.sum(axis=0)
    allowed = (1.0 - problem.service.on_time_share) * (due + refused)
    margin = np.array([p.margin_minor for p in problem.products])
    tiers = [_tier(problem, c, n) for c, n in zip(problem.contracts, daily.T, strict=True)]
    return CaseResult(
        charge=np.where(own, paid.total.astype(float), np.inf),
        beyond_minor=beyond,
        at_risk_minor=risk,
        discount_minor=-period[:, 1].astype(float),
        shortfall_minor=shortfall_fees_minor(problem, case.plan, parcels),
        refused_minor=float(margin[records.orders.product[~own]].sum()),
        late=late,
        due=due,
        kept=late + refused <= allowed + 1e-9,
        parcels=parcels,
        full_days=_full_days(problem, summary),
        tier=np.array(tiers),
    )


def _own(problem: Problem, records: Records, paid: Charges) -> Mask:
    """Orders that a contract of the case really carries at a price."""
    names = problem.contract_names
    stand_in = names.index(NOBODY) if NOBODY in names else len(names)
    return np.asarray(
        ~paid.refused
        & (records.site >= 0)
        & (records.contract >= 0)
        & (records.contract != stand_in)
    )


def _tier(problem: Problem, contract: Contract, of_day: Ints) -> int:
    """Index of the volume tier that the parcels [day] reach in the busiest period.

    -1 below the first.
    """
    if contract.volume.discount is None:
        return -1
    discount, counted = contract.volume.discount, Counter[date]()
    for day, parcels in enumerate(of_day):
        counted[period_of(discount.over, problem.horizon.date_of(day))] += int(parcels)
    return discount.tier_of(max(counted.values()))


def _full_days(problem: Problem, summary: Summary) -> Ints:
    """Days on which each contract took all its allotment."""
    allotted = np.array(
        [
            np.inf if c.commitment.allotment_per_day is None else c.commitment.allotment_per_day
            for c in problem.contracts
        ]
    )
    return np.asarray(
        ((summary.handed_over >= allotted[:, None]) & (summary.handed_over > 0)).sum(axis=1)
    )


def carry(
    cases: Sequence[Case], replications: int, seed: int, context: RunContext
) -> list[tuple[Small, list[CaseResult]]]:
    """Simulate every case in the same replications.

    Parameters
    ----------
    cases : Sequence[Case]
        Problems with their plans.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    context : RunContext
        Where replications are simulated, and who receives the progress.

    Returns
    -------
    list[tuple[Small, list[CaseResult]]]
        For each replication the region of every order, and the result of each case.
    """
    return context.replicate(
        "courier promotions", Carriage(union(cases), tuple(cases), seed), replications, START_S
    )


@dataclass(frozen=True, eq=False)
class TotalCosts:
    """What every case costs in one replication, in minor units (picklable).

    The margin of refused orders is included.
    """

    carriage: Carriage

    def __call__(self, replication: int) -> list[float]:
        """Cost of each case in a replication."""
        return [found.total_minor + found.refused_minor for found in self.carriage(replication)[1]]


def total_costs(cases: Sequence[Case], replications: int, seed: int, context: RunContext) -> Floats:
    """The cost of every case in the same replications, the margin of refused orders included.

    Parameters
    ----------
    cases : Sequence[Case]
        Problems with their plans.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    context : RunContext
        Where replications are simulated, and who receives the progress.

    Returns
    -------
    Floats
        Minor units [replication, case].
    """
    task = TotalCosts(Carriage(union(cases), tuple(cases), seed))
    return np.array(context.replicate("courier costs", task, replications, START_S), dtype=float)


def union(cases: Sequence[Case]) -> Problem:
    """A problem whose orders have everything that the orders of any case need."""
    contracts: dict[str, Contract] = {}
    for case in cases:
        for contract in case.problem.contracts:
            contracts[f"{len(contracts)}"] = contract
    named = tuple(replace(contract, name=name) for name, contract in contracts.items())
    first = cases[0].problem
    return replace(
        first, contracts=named, sites=tuple(replace(s, collections=()) for s in first.sites)
    )
