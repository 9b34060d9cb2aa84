"""A replication for trying people and vehicles: orders and routing stay, little is recorded.

What depends on orders and routing alone is computed once: which orders each site gets, their work,
and how long after the hand-over each of them is counted. A trial then simulates only the sites
whose people or vehicles changed, and counts the orders that fail. The results are those of a full
simulation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, Self

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.choices import Engine
from planner.domain.courier_offers import Offers
from planner.domain.digest import digest
from planner.domain.exemptions import exempt_orders
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.lever_effects import given_problem
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Mask, Orders, Small
from planner.domain.risks import struck
from planner.domain.workforce import StaffRow
from planner.simulation.column_store import Columns
from planner.simulation.drawn_orders import drawn_orders, kept, orders_key
from planner.simulation.failures import PilotResult, failures, levers_minor
from planner.simulation.inputs.attendance import after_hours, attendance_of
from planner.simulation.inputs.milestones import clock_lags, left_at, packed_at
from planner.simulation.inputs.order_status import on_time
from planner.simulation.inputs.orders import sold
from planner.simulation.inputs.replication_input import lay_out, work_rows_at
from planner.simulation.inputs.routing import route
from planner.simulation.simulate import run_again

Sites = tuple[int, ...]  # numbers of sites
Resources = tuple[tuple[StaffRow, ...], tuple[ExtraCollection, ...]]
# what a site and its clocks need of an order; the rest of `Orders` is left out
OF_ORDERS = (
    "ordered_at_s",
    "instant",
    "deadline_s",
    "region",
    "product",
    "component",
    "platform",
    "priority",
    "work_us",
    "return_lag_s",
)
OF_ROUTES = ("site", "contract", "lag_s", "from_packed", "exempt")


@lru_cache(maxsize=CASES_KEPT)
def site_groups(problem: Problem) -> tuple[Sites, ...]:
    """Sites that have to be simulated together: those that share what a contract takes on a day.

    All of them where any contract has such a limit, else each by itself.
    """
    every = range(len(problem.sites))
    limits = [contract.commitment.allotment_per_day for contract in problem.contracts]
    return (tuple(every),) if any(n is not None for n in limits) else tuple((s,) for s in every)


def resources(problem: Problem, plan: Plan, sites: Sites) -> Resources:
    """People and vehicles of a plan at some sites.

    Parameters
    ----------
    problem : Problem
        Names the sites.
    plan : Plan
        The plan.
    sites : tuple of int
        Numbers of the sites.

    Returns
    -------
    tuple
        Staffing rows and extra collections.
    """
    names = {problem.site_names[s] for s in sites}
    return (
        tuple(row for row in plan.staffing if row.site in names),
        tuple(extra for extra in plan.extra if extra.site in names),
    )


@lru_cache(maxsize=8)
def _routing_digest(*routing: object) -> str:
    return digest(routing)


@dataclass(frozen=True, eq=False, kw_only=True)
class RoutedOrders:
    """Orders of some sites, as they are routed.

    Attributes
    ----------
    orders : Orders
        The orders [n]: what sites and clocks need of them.
    rows : tuple of int
        The kinds of work that `orders` has rows for.
    site, contract : Small
        Where they go [n].
    lag_s : Seconds
        Seconds from hand-over, or from the end of packing, to the event that counts; NEVER where it
        does not come [n].
    from_packed : Mask
        Whether they count from the end of packing [n].
    exempt : Mask
        Whether no platform scores them [n].
    """

    orders: Orders
    rows: tuple[int, ...]
    site: Small
    contract: Small
    lag_s: Seconds
    from_packed: Mask
    exempt: Mask

    def columns(self) -> Columns:
        """Everything as columns."""
        return {
            **{name: getattr(self.orders, name) for name in OF_ORDERS},
            **{name: getattr(self, name) for name in OF_ROUTES},
            "rows": np.array(self.rows, dtype=np.int64),
        }

    @classmethod
    def of(cls, columns: Columns) -> Self:
        """The orders of columns."""
        nothing: Any = {
            field.name: np.broadcast_to(np.int32(0), len(columns["site"]))
            for field in fields(Orders)
            if field.name not in (*OF_ORDERS, "refused")
        }
        return cls(
            orders=Orders(**nothing, **_named(columns, OF_ORDERS)),
            rows=tuple(columns["rows"].tolist()),
            **_named(columns, OF_ROUTES),
        )


class TrialReplication:
    """One replication under the routing of a plan.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force.
    plan : Plan
        Gives routing, stock and signed contracts.
    streams : Streams
        Random streams of the replication.
    offers : Offers
        Which parcels each contract takes.
    engine : {"compiled", "simpy"}
        Simulation engine.
    """

    def __init__(
        self, problem: Problem, plan: Plan, streams: Streams, offers: Offers, engine: Engine
    ) -> None:
        self._problem, self._streams = struck(problem, streams), streams
        self._plan = replace(plan, staffing=(), extra=())
        self._targets = self._problem.targets
        self._groups = site_groups(problem)
        routing = _routing_digest(plan.routing, plan.stock, plan.signed)
        key = f"{orders_key(problem, streams)}-{routing[:24]}"
        found = kept(key, lambda: self._columns(problem, plan, offers))
        *served, nowhere = (RoutedOrders.of(_part(found, g)) for g in range(len(self._groups) + 1))
        self._routed = dict(zip(self._groups, served, strict=True))
        self._attendance = attendance_of(self._problem, streams)
        self._run = {sites: run_again(engine) for sites in self._groups}
        none = self._counted(nowhere, clock=nowhere.lag_s, left=nowhere.lag_s)
        self._nowhere = replace(none, levers_minor=int(found["levers_minor"][0]))

    def __len__(self) -> int:
        return sum(len(routed.orders) for routed in self._routed.values())

    @property
    def nowhere(self) -> PilotResult:
        """Result for the orders that go nowhere, and what levers cost."""
        return self._nowhere

    def simulated(self, given: Resources, sites: Sites) -> PilotResult:
        """Result for the orders of sites that are simulated together.

        Parameters
        ----------
        given : tuple
            People and vehicles at these sites.
        sites : tuple of int
            One of the `site_groups`.

        Returns
        -------
        PilotResult
            Figures of these sites' orders.
        """
        problem, routed = self._problem, self._routed[sites]
        staffing, extra = given
        plan = replace(self._plan, staffing=staffing, extra=extra)
        inputs = lay_out(
            problem,
            plan,
            routed.orders,
            site=routed.site,
            contract=routed.contract,
            groups=self._attendance.servers(plan),
            only=sites,
        )
        times = self._run[sites](inputs).to_seconds(inputs)
        packed = packed_at(inputs, times)
        base = np.where(routed.from_packed, packed, times.handed_over)
        never = (base == NEVER) | (routed.lag_s == NEVER)
        return self._counted(
            routed,
            clock=np.where(never, np.int32(NEVER), base + routed.lag_s),
            left=left_at(
                problem, routed.orders.platform, packed=packed, handed_over=times.handed_over
            ),
            worked=after_hours(problem, inputs.groups, times.after_hours),
        )

    def _counted(
        self, routed: RoutedOrders, *, clock: Seconds, left: Seconds, worked: Ints | None = None
    ) -> PilotResult:
        verdicts = [
            on_time(
                aim,
                orders,
                site=routed.site,
                contract=routed.contract,
                clock=clock,
                left=left,
                exempt=routed.exempt,
            )
            for aim, orders in (
                (self._problem, routed.orders),
                *((aim, routed.orders.due_under(aim)) for aim in self._targets),
            )
        ]
        return failures(
            self._problem,
            routed.orders,
            routed.site,
            verdicts,
            after_hours_s=worked,
            never_left=routed.exempt & (left == NEVER),
        )

    def _columns(self, given: Problem, plan: Plan, offers: Offers) -> Columns:
        """Orders of each group of sites, and last of those that go nowhere."""
        # their columns take the place of the orders
        demanded = drawn_orders(given_problem(given), self._streams, keep=False)
        orders = sold(given, demanded)
        routes = route(self._problem, plan, orders, offers)
        found: dict[str, Any] = {"levers_minor": np.array([levers_minor(given, orders)])}
        for g, sites in enumerate((*self._groups, ())):
            here = np.isin(routes.site, sites) if sites else routes.site < 0
            # of all orders a view, which keeps their file
            which = slice(None) if here.all() else np.flatnonzero(here)
            own, site, contract = orders.at(which), routes.site[which], routes.contract[which]
            rows = work_rows_at(self._problem, sites)
            every = len(rows) == len(own.work_us)
            lag_s, from_packed = clock_lags(self._problem, own, site, contract)
            routed = RoutedOrders(
                orders=own if every else replace(own, work_us=own.work_us[list(rows)]),
                rows=rows,
                site=site,
                contract=contract,
                lag_s=lag_s if sites else np.full(len(own), NEVER, dtype=np.int32),
                from_packed=from_packed,
                exempt=exempt_orders(self._problem, own, contract),
            )
            found |= {f"{g}/{name}": column for name, column in routed.columns().items()}
        return found


def _named(columns: Columns, names: Sequence[str]) -> Any:
    return {name: columns[name] for name in names}


def _part(columns: Columns, g: int) -> Columns:
    """The columns of one part."""
    here = f"{g}/"
    return {name[len(here) :]: c for name, c in columns.items() if name.startswith(here)}
