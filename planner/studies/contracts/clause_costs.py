"""What a case costs under changes of single clauses, without simulating what they leave as it is.

The simulation reads of a contract where it goes, how fast, what it takes on a day, and what it
refuses. A price decides one thing only: who takes a parcel that its contract refuses. So a change
of prices, or of a contract that no parcel is meant for, leaves every record as it is while the
refused parcels go the same way; then only the bill of that contract is made again. A change of its
delays leaves everything as it is until the hand-over; then the moments after it are computed again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import cached_property

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.charges import VolumeTerms
from planner.domain.contracts import Commitment, Contract, Rate
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders, Records
from planner.domain.risks import struck
from planner.domain.service_terms import ScanDelay
from planner.domain.site import Site
from planner.rating.courier_offers import offers
from planner.rating.lane_costs import ContractBill, contract_bill, expected_losses_minor
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.routing import Routes, route
from planner.simulation.simulate import RUNS, Played, play
from planner.studies.certification.common_replications import own_days, simulate_with_offers
from planner.studies.contracts.carriage import (
    WORLD,
    CarriedCase,
    beyond_minor,
    carried_case,
    costs_of,
    union,
)
from planner.studies.contracts.carrier_only import NOBODY, Case


class Left(Enum):
    """What a change leaves of a replication in which every parcel goes the same way."""

    RECORDS = auto()  # all that happened: only prices change
    SITES = auto()  # what happened until the hand-over: only prices and delays after it change
    NOTHING = auto()


@dataclass(frozen=True, eq=False)
class Variation:
    """The problem in which a contract, or a site with its collections, is another.

    Attributes
    ----------
    contract : str
        Name of the contract that is concerned.
    other : Contract or None
        What it is then (None: what it was).
    site : Site or None
        The site as it is then, changed in the collections of the contract alone (None: all sites
        as they were).
    """

    contract: str
    other: Contract | None = None
    site: Site | None = None

    def __call__(self, problem: Problem) -> Problem:
        """The problem with the change."""
        other, site = self.other, self.site
        if other is not None:
            contracts = tuple(other if c.name == other.name else c for c in problem.contracts)
            problem = replace(problem, contracts=contracts)
        if site is not None:
            sites = tuple(site if s.name == site.name else s for s in problem.sites)
            problem = replace(problem, sites=sites)
        return problem

    def leaves(self, problem: Problem) -> Left:
        """What it leaves of a replication in which every parcel goes the same way."""
        if self.site is not None or self.other is None:
            return Left.NOTHING
        now, then = without_prices(problem.contract(self.contract)), without_prices(self.other)
        if problem.contract(self.contract).parts_per_g != self.other.parts_per_g:
            return Left.NOTHING
        if now == then:
            return Left.RECORDS
        return Left.SITES if _at_once(now) == _at_once(then) else Left.NOTHING


def without_prices(contract: Contract) -> Contract:
    """The contract without its money: what it refuses, how fast it is, what it takes on a day."""
    tariff, service, hub = contract.tariff, contract.service, contract.hub
    commitment = Commitment(
        exclusive=contract.commitment.exclusive,
        allotment_per_day=contract.commitment.allotment_per_day,
        fixed_fee_minor=int(contract.commitment.obliges),  # who obliges has to be signed
    )
    rates = {zone: _without_price(rate) for zone, rate in tariff.rates.items()}
    if hub is not None:
        onward = None if hub.onward is None else _without_price(hub.onward)
        hub = replace(hub, fee_minor=0, subsidy_minor=0, onward=onward)
    return replace(
        contract,
        tariff=replace(
            tariff, rates=rates, minimum_charge_minor=0, discount=0.0, fuel=0.0, surcharges=()
        ),
        volume=VolumeTerms(),
        service=replace(service, liability_minor=0, late_refund=None),
        commitment=commitment,
        hub=hub,
    )


def _at_once(contract: Contract) -> Contract:
    """The contract without the delays after the hand-over."""
    service = replace(contract.service, scan_delay=ScanDelay(), scan_delay_by_zone={}, transit={})
    hub = None if contract.hub is None else replace(contract.hub, onward_days=None)
    return replace(contract, service=service, hub=hub)


def _without_price(rate: Rate) -> Rate:
    """The weights of a rate."""
    brackets = tuple(replace(bracket, price_minor=0) for bracket in rate.brackets)
    return replace(
        rate, brackets=brackets, first_price_minor=0, step_price_minor=0, minimum_minor=0
    )


@dataclass(frozen=True, eq=False)
class ClauseCosts:
    """Costs of a case under many changes in one replication (picklable).

    Attributes
    ----------
    now : Case
        The case as it is.
    variations : tuple[Variation, ...]
        The changes; each is tried with the present plan.
    plans : tuple[Plan or None, ...]
        The plan made for each change, to be tried as well (None: none).
    seed : int
        Seed of the random streams.
    """

    now: Case
    variations: tuple[Variation, ...]
    plans: tuple[Plan | None, ...]
    seed: int

    def __call__(self, replication: int) -> list[float]:
        """Minor units as it is, under each change, and under each change that has its own plan.

        The margin of refused orders is included.
        """
        streams = Streams(self.seed, WORLD, replication)
        orders = draw_orders(self._drawn, streams)

        def simulated(case: Case) -> CarriedCase:
            records = simulate_with_offers(case.problem, case.plan, orders, streams, "compiled")
            return carried_case(case, records, replication)

        now = Happened.of(self.now, orders, streams, replication)
        kept, own = [], []
        for variation, problem, plan, left in zip(
            self.variations, self._problems, self.plans, self._left, strict=True
        ):
            cost = now.cost_under(variation, problem, left)
            if cost is None:
                cost = cost_minor(simulated(Case(problem, self.now.plan)))
            kept.append(cost)
            if plan is not None:
                own.append(cost_minor(simulated(Case(problem, plan))))
        return [cost_minor(now.carried), *kept, *own]

    @cached_property
    def _problems(self) -> tuple[Problem, ...]:
        return tuple(variation(self.now.problem) for variation in self.variations)

    @cached_property
    def _drawn(self) -> Problem:
        """The problem whose orders have all that any change needs."""
        return union([self.now, *(Case(problem, self.now.plan) for problem in self._problems)])

    @cached_property
    def _left(self) -> tuple[Left, ...]:
        return tuple(variation.leaves(self.now.problem) for variation in self.variations)


def cost_minor(carried: CarriedCase) -> float:
    """What a case costs in a replication, with the margin of refused orders."""
    return carried.result.total_minor + carried.result.refused_minor


@dataclass(frozen=True, eq=False)
class Happened:
    """What happens to all orders of a replication in the case as it is.

    Attributes
    ----------
    carried : CarriedCase
        The case with its records.
    played : Played
        What happened at the sites.
    orders : Orders
        All orders, those of the tail as well.
    streams : Streams
        Random streams of the replication.
    meant : Routes
        Where the plan means every order to go.
    refused : Ints
        Orders that go another way, because their contract refuses them.
    bills : tuple[ContractBill, ...]
        Bill of each contract.
    """

    carried: CarriedCase
    played: Played
    orders: Orders
    streams: Streams
    meant: Routes
    refused: Ints
    bills: tuple[ContractBill, ...]

    @classmethod
    def of(cls, case: Case, orders: Orders, streams: Streams, replication: int) -> Happened:
        """Simulate a case, see which orders their contract refuses, and bill the others.

        Parameters
        ----------
        case : Case
            The case as it is.
        orders : Orders
            All orders of the replication, those of the tail as well.
        streams : Streams
            Random streams of the replication.
        replication : int
            Number of the replication.

        Returns
        -------
        Happened
            The case with its bills.
        """
        problem, plan = case.problem, case.plan
        here = struck(problem, streams)
        meant = route(here, plan, orders)
        played = play(RUNS["compiled"], problem, plan, orders, streams, offers=offers(problem))
        taken = played.routes
        other = (meant.site != taken.site) | (meant.contract != taken.contract)
        carried = carried_case(case, own_days(problem, played.records(here)), replication)
        contracts = range(len(problem.contracts))
        return cls(
            carried=carried,
            played=played,
            orders=orders,
            streams=streams,
            meant=meant,
            refused=np.flatnonzero(other),
            bills=tuple(contract_bill(problem, carried.records, c) for c in contracts),
        )

    def cost_under(self, variation: Variation, problem: Problem, left: Left) -> float | None:
        """What the case costs in a changed problem under the same plan, without a simulation.

        Parameters
        ----------
        variation : Variation
            The change.
        problem : Problem
            The problem with it.
        left : Left
            What it leaves of a replication in which every parcel goes the same way.

        Returns
        -------
        float or None
            Minor units, with the margin of refused orders; None where it has to be simulated.
        """
        c, taken = problem.contract_names.index(variation.contract), self.played.routes
        concerned = (self.meant.contract == c).any() or (taken.contract == c).any()
        # one more collection is one more that a risk may strike, in place of another
        may_strike_another = variation.site is not None and bool(problem.risks)
        if not (concerned or may_strike_another):
            left = Left.RECORDS
        if left is Left.NOTHING or not self._goes_the_same_way(problem):
            return None
        if left is Left.RECORDS:
            return self._billed_again(problem, self.carried.records)
        records = own_days(problem, self.played.records(struck(problem, self.streams)))
        if _same_verdicts(records, self.carried.records):
            return self._billed_again(problem, records)
        case = Case(problem, self.carried.case.plan)
        return cost_minor(carried_case(case, records, self.carried.summary.replication))

    def _goes_the_same_way(self, problem: Problem) -> bool:
        """Whether the refused orders go where they go now."""
        if not len(self.refused):
            return True
        orders, plan = self.orders.at(self.refused), self.carried.case.plan
        again = route(struck(problem, self.streams), plan, orders, offers(problem))
        taken = self.played.routes
        same_site = np.array_equal(again.site, taken.site[self.refused])
        return same_site and np.array_equal(again.contract, taken.contract[self.refused])

    def _billed_again(self, problem: Problem, records: Records) -> float:
        """What records of the same verdicts cost in a problem of other terms."""
        now = self.carried.case
        bills = [
            bill if ours is theirs else contract_bill(problem, records, c)
            for c, (bill, ours, theirs) in enumerate(
                zip(self.bills, now.problem.contracts, problem.contracts, strict=True)
            )
        ]
        summary = replace(
            self.carried.summary,
            period_minor=np.array([bill.period_minor for bill in bills]),
            losses_minor=expected_losses_minor(problem, records),
        )
        beyond = beyond_minor(costs_of(Case(problem, now.plan), summary))
        names = zip(problem.contract_names, bills, strict=True)
        charged = sum(bill.charged_minor for name, bill in names if name != NOBODY)
        return charged + beyond + self.carried.result.refused_minor


def _same_verdicts(records: Records, others: Records) -> bool:
    """Whether every order is as late as in other records, also by targets of one's own."""
    same = np.array_equal(records.on_time, others.on_time)
    return same and np.array_equal(records.also, others.also)
