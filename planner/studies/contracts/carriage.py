"""What a carrier-only case costs and delivers in simulation, every case on the same orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.charges import period_of
from planner.domain.contracts import Contract
from planner.domain.costs import shortfall_fees_minor, simulated_costs
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import (
    Mask,
    Records,
    Small,
    Summary,
    failed_and_due,
    mean_on_time,
    share_kept,
)
from planner.rating.lane_costs import Charges, charges, expected_losses_minor, period_minor
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.summary import summarise
from planner.simulation.workers_pool import START_S
from planner.studies.certification.common_replications import simulate_with_offers
from planner.studies.contracts.carrier_only import NOBODY, Case
from planner.studies.runs.run_context import RunContext

WORLD = "compare"


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
class Carriage:
    """One replication of every case (picklable).

    `problem`: holds every contract that any case has, so that the orders are drawn with all they
    need.
    """

    problem: Problem
    cases: tuple[Case, ...]
    seed: int

    def __call__(self, replication: int) -> tuple[Small, list[CaseResult]]:
        """Region of every order of the promotion's own days, and the result of each case."""
        streams = Streams(self.seed, WORLD, replication)
        orders = draw_orders(self.problem, streams)
        results = []
        for case in self.cases:
            records = simulate_with_offers(case.problem, case.plan, orders, streams, "compiled")
            results.append(carried(case, records, replication))
        promotion = np.searchsorted(orders.ordered_at_s, self.problem.horizon.reported_end_s)
        return orders.region[:promotion], results


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
    verdicts = zip((records.on_time, *records.also), problem.service.shares, strict=True)
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
        kept=all(share_kept(*failed_and_due(v[own], refused), share) for v, share in verdicts),
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
