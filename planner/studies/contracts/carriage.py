"""What a carrier-only case costs and delivers in simulation, every case on the same orders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

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
    Summary,
    failed_and_due,
    mean_on_time,
    share_kept,
)
from planner.rating.lane_costs import Charges, charges, expected_losses_minor, period_minor
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.summary import summarise
from planner.simulation.workers_pool import START_S
from planner.studies.certification.common_replications import simulate_with_offers
from planner.studies.contracts.carrier_only import NOBODY, Case

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext

WORLD = "compare"


@dataclass(frozen=True, eq=False, kw_only=True)
class CaseResult:
    """One case in one replication.

    `charged_minor`: charges of the orders that a contract of the case takes, `taken` in number;
    `beyond_minor`: everything else that the couriers and late orders cost; `at_risk_minor`: the
    avoidable part of it (shortfall, compensation, losses, surcharges on own volume);
    `refused_minor`: margin of the orders that none takes; `late`: orders that failed of the `due`
    ones; `kept`: whether the promised share was met; `tier[contract]`: reached at the end (-1 below
    the first); `discount_minor`, `shortfall_minor`, `parcels`, `full_days` [contract].
    """

    charged_minor: float
    taken: int
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
        return self.charged_minor + self.beyond_minor

    @property
    def cost_per_order_minor(self) -> float:
        """What the case costs per order that it takes."""
        return self.total_minor / max(self.taken, 1)


def share_on_time(results: Sequence[CaseResult]) -> float:
    """The on-time share over replications; NaN where no order was due."""
    late = np.array([result.late for result in results])
    due = np.array([result.due for result in results])
    return float(mean_on_time(late, due))


@dataclass(frozen=True, eq=False)
class PricedOrders:
    """What the orders of a case cost.

    Attributes
    ----------
    charge : Floats
        Minor units per order [n]; inf where no contract of the case takes it.
    beyond_minor : float
        Everything else that couriers and late orders cost.
    """

    charge: Floats
    beyond_minor: float

    @property
    def beyond_per_order_minor(self) -> float:
        """Other costs than charges, per order that the case takes."""
        return self.beyond_minor / max(int(np.isfinite(self.charge).sum()), 1)


@dataclass(frozen=True, eq=False)
class CarriedCase:
    """A case in one replication, with its records.

    Attributes
    ----------
    case : Case
        A problem and its plan.
    records : Records
        What happened to every order of the promotion's own days.
    summary : Summary
        The replication in brief.
    priced : PricedOrders
        What its orders cost.
    result : CaseResult
        What is left of it when the replication is over.
    """

    case: Case
    records: Records
    summary: Summary
    priced: PricedOrders
    result: CaseResult


@dataclass(frozen=True, eq=False)
class Carriage:
    """One replication of every case (picklable).

    `problem`: holds every contract that any case has, so that the orders are drawn with all they
    need.
    """

    problem: Problem
    cases: tuple[Case, ...]
    seed: int

    def __call__(self, replication: int) -> list[CaseResult]:
        """The result of each case."""
        return [carried.result for carried in self.carried(replication)]

    def carried(self, replication: int) -> Iterator[CarriedCase]:
        """Every case in one replication, one after the other: records take much memory."""
        streams = Streams(self.seed, WORLD, replication)
        orders = drawn_orders(self.problem, streams)
        for case in self.cases:
            records = simulate_with_offers(case.problem, case.plan, orders, streams, "compiled")
            yield carried_case(case, records, replication)


def carried_case(case: Case, records: Records, replication: int) -> CarriedCase:
    """A case in one replication, billed and summed up.

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
    CarriedCase
        Charges, other costs, lateness and the use of the contracts' clauses.
    """
    problem = case.problem
    paid = charges(problem, records)
    summary = summarise(
        problem,
        records,
        replication,
        paid.total,
        period_minor=period_minor(problem, records, paid),
        losses_minor=expected_losses_minor(problem, records),
        unpriced=records.untaken,
    )
    own = _own(problem, records, paid)
    charge = np.where(own, paid.total.astype(float), np.inf)
    priced = PricedOrders(charge, beyond_minor(costs_of(case, summary)))
    return CarriedCase(case, records, summary, priced, _result(case, records, summary, priced))


def _result(case: Case, records: Records, summary: Summary, priced: PricedOrders) -> CaseResult:
    """The result of a case: charges, other costs, lateness and the use of the clauses."""
    problem, own = case.problem, np.isfinite(priced.charge)
    costs = costs_of(case, summary)
    risk = sum(costs[name] for name in ("shortfall", "compensation", "losses", "volume_surcharges"))
    late = int((own & (records.on_time == 0)).sum())
    due = int((own & (records.on_time >= 0)).sum())
    taken = int(own.sum())
    refused = len(own) - taken
    daily = summary.parcels.sum(axis=(1, 2))[:, : len(problem.contracts)]
    parcels = daily.sum(axis=0)
    verdicts = zip((records.on_time, *records.also), problem.service.shares, strict=True)
    margin = np.array([p.margin_minor for p in problem.products])
    tiers = [_tier(problem, c, n) for c, n in zip(problem.contracts, daily.T, strict=True)]
    return CaseResult(
        charged_minor=float(priced.charge[own].sum()),
        taken=taken,
        beyond_minor=priced.beyond_minor,
        at_risk_minor=risk,
        discount_minor=-summary.period_minor[:, 1].astype(float),
        shortfall_minor=shortfall_fees_minor(problem, case.plan, parcels),
        refused_minor=float(margin[records.orders.product[~own]].sum()),
        late=late,
        due=due,
        kept=all(share_kept(*failed_and_due(v[own], refused), share) for v, share in verdicts),
        parcels=parcels,
        full_days=_full_days(problem, summary),
        tier=np.array(tiers),
    )


def priced_again(carried: CarriedCase, problem: Problem) -> PricedOrders:
    """The orders of a case at the prices of another problem, which moves no parcel.

    Parameters
    ----------
    carried : CarriedCase
        The case as it was simulated.
    problem : Problem
        The same problem with other prices.

    Returns
    -------
    PricedOrders
        Charges and other costs.
    """
    paid = charges(problem, carried.records)
    summary = replace(
        carried.summary,
        period_minor=period_minor(problem, carried.records, paid),
        losses_minor=expected_losses_minor(problem, carried.records),
    )
    own = _own(problem, carried.records, paid)
    beyond = beyond_minor(costs_of(Case(problem, carried.case.plan), summary))
    return PricedOrders(np.where(own, paid.total.astype(float), np.inf), beyond)


def costs_of(case: Case, summary: Summary) -> dict[str, float]:
    """Costs of a case in one replication by name, in minor units."""
    costs = simulated_costs(case.problem, case.plan, [summary])
    return {name: float(amounts[0]) for name, amounts in costs.items()}


def beyond_minor(costs: Mapping[str, float]) -> float:
    """What couriers and late orders cost in addition to charges, by the names of costs."""
    return sum(amount for name, amount in costs.items() if name not in ("courier", "lost_orders"))


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
) -> list[list[CaseResult]]:
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
    list[list[CaseResult]]
        For each replication the result of each case.
    """
    return context.replicate(
        "courier promotions", Carriage(union(cases), tuple(cases), seed), replications, START_S
    )


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
