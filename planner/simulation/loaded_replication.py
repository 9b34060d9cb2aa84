"""A replication whose days bring other numbers of orders: its own, or a stated number a day.

The own orders of the replication and a larger draw of the same promotion (the same sizes of
events, mix and day effects, more orders) are routed once. A load then picks from them: where it
strikes, the first so many of the larger draw in an order of its own random numbers, elsewhere the
own orders. Loads are nested: more orders a day are the same orders and some more. Of the larger
draw only what the largest loads pick is kept, and only what sites and clocks need.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.choices import Engine
from planner.domain.courier_offers import Offers
from planner.domain.day_loads import DayCounts, Load, Place, shuffled_ranks
from planner.domain.demand import scaled
from planner.domain.digest import digest
from planner.domain.exemptions import exempt_orders
from planner.domain.horizon import DAY_S
from planner.domain.lever_effects import chosen_levers, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Mask, Orders, Records, Small
from planner.domain.risks import struck
from planner.domain.site import Process
from planner.simulation.column_store import Columns
from planner.simulation.drawn_orders import drawn_orders, kept, orders_key
from planner.simulation.inputs.attendance import ServerGroup, servers_present
from planner.simulation.inputs.milestones import clock_lags, left_at, packed_at
from planner.simulation.inputs.order_status import on_time
from planner.simulation.inputs.orders import draw_orders, sold, stable_order
from planner.simulation.inputs.replication_input import lay_out, work_row_of, work_rows_at
from planner.simulation.inputs.routing import route
from planner.simulation.inputs.ticks import arrival_ticks
from planner.simulation.simulate import RUNS, simulate
from planner.simulation.trial_replication import OF_ORDERS, RoutedOrders, Sites, site_groups

SPEED_UP = 1.1  # of a process, to see whether it is the one that limits
ROOM = 1.15  # times the orders that a load needs, in a larger draw
GROWTH = 1.4  # of a draw that turned out too small
MOST_ORDERS = 1_500_000  # of a larger draw


@dataclass(frozen=True, eq=False, slots=True)
class _Drawn:
    """Own orders and those of a larger draw, by time, as they are routed [n].

    `rank`, `rank_at_site`: the place of an order of the larger draw among those of its day, and of
    its day and site.
    """

    orders: Orders
    is_more: Mask
    rank: Ints
    rank_at_site: Ints
    site: Small
    contract: Small


class LoadedReplication:
    """One replication of a plan, to be simulated under loads.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force, and goods for every order
        (`with_goods`).
    plan : Plan
        The plan; its stock is left out.
    streams : Streams
        Random streams of the replication.
    offers : Offers
        Which parcels each contract takes.
    engine : {"compiled", "simpy"}
        Simulation engine.
    most : sequence of Load
        The largest loads that are asked for, one for each place.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        streams: Streams,
        *,
        offers: Offers,
        engine: Engine,
        most: Sequence[Load],
    ) -> None:
        self._stated, self._streams = problem, streams
        self._problem = struck(problem, streams)
        self._plan = replace(plan, stock=None)
        self._offers, self._engine, self._most = offers, engine, tuple(most)
        self._end_day = problem.horizon.reported_days
        key = digest((plan.routing, plan.signed, self._most))
        found = kept(f"{orders_key(problem, streams)}-{key[:24]}", self._columns)
        self._routed = RoutedOrders.of(found)
        self._is_more, self._rank = found["is_more"], found["rank"]
        self._rank_at_site = found["rank_at_site"]
        self._day = self._routed.orders.ordered_at_s // DAY_S

    def has(self, load: Load) -> bool:
        """Whether there are so many orders for a load, on the day with fewest of them."""
        return self._least(self._day[self._here(load.place, self._is_more)], load) >= load.orders

    def own_orders(self, place: Place) -> int:
        """Orders that the replication itself brings to a place; of every day, on the busiest."""
        per_day = self._by_day(self._day[self._here(place, ~self._is_more)])
        return int(per_day.max() if place.day is None else per_day[place.day])

    def loaded(self, load: Load, faster: Process | None = None) -> DayCounts:
        """The replication under a load; where it strikes a site, the orders of that site.

        Parameters
        ----------
        load : Load
            The load.
        faster : Process, optional
            A process that works `SPEED_UP` times as fast as it does.

        Returns
        -------
        DayCounts
            Orders by day.
        """
        site = load.place.site
        sites = range(len(self._problem.sites)) if site is None else self._group(site)
        return self._counts(self._picked(load), sites, site, faster)

    def under(self, plan: Plan) -> LoadedReplication:
        """The same replication of a plan with other people or vehicles, and the same routing."""
        other = copy.copy(self)
        other._plan = replace(plan, stock=None)
        other.__dict__.pop("_servers", None)
        return other

    def records(self, load: Load) -> Records:
        """Everything that happened under a load, at all sites."""
        orders = self._draw().orders.at(np.flatnonzero(self._picked(load)))
        records = simulate(
            self._stated, self._plan, orders, self._streams, self._engine, offers=self._offers
        )
        return records.placed_before(self._problem.horizon.reported_end_s)

    @property
    def problem(self) -> Problem:
        """The problem with the risks that strike this replication."""
        return self._problem

    def _group(self, site: int) -> Sites:
        """The sites that must be simulated with one."""
        return next(group for group in site_groups(self._problem) if site in group)

    def _here(self, place: Place, among: Mask) -> Mask:
        """Which of some orders a load concerns."""
        return among & _concerned(place, self._day, self._routed.site, self._end_day)

    def _picked(self, load: Load) -> Mask:
        """The orders of a load, and the replication's own everywhere else."""
        here = self._here(load.place, np.ones(len(self._day), dtype=bool))
        rank = self._rank if load.place.site is None else self._rank_at_site
        return np.where(here, self._is_more & (rank < load.orders), ~self._is_more)

    def _counts(
        self, picked: Mask, sites: range | Sites, judged: int | None, faster: Process | None
    ) -> DayCounts:
        """Simulate some sites with the picked orders; the days of the judged site, or of all."""
        routed = self._routed
        everywhere = len(sites) == len(self._problem.sites)
        here = routed.site >= 0 if everywhere else np.isin(routed.site, list(sites))
        at = np.flatnonzero(picked & here)
        problem, orders = self._problem, self._needed_of(at, work_rows_at(self._problem, sites))
        if faster is not None:
            row = work_rows_at(problem, sites).index(work_row_of(problem, faster))
            orders.work_us[row] = orders.work_us[row] / SPEED_UP
        site, contract = routed.site[at], routed.contract[at]
        inputs = lay_out(
            problem,
            self._plan,
            orders,
            site=site,
            contract=contract,
            groups=self._servers,
            only=tuple(sites),
        )
        times = RUNS[self._engine](inputs).to_seconds(inputs)
        packed = packed_at(inputs, times)
        base = np.where(routed.from_packed[at], packed, times.handed_over)
        never = (base == NEVER) | (routed.lag_s[at] == NEVER)
        clock = np.where(never, np.int32(NEVER), base + routed.lag_s[at])
        judged_by = partial(
            on_time,
            site=site,
            contract=contract,
            clock=clock,
            left=left_at(problem, orders.platform, packed=packed, handed_over=times.handed_over),
            exempt=routed.exempt[at],
        )
        counted = np.ones(len(at), dtype=bool) if judged is None else site == judged
        nowhere = self._day[picked & (routed.site < 0)] if judged is None else self._day[:0]
        aims = ((problem, orders), *((aim, orders.due_under(aim)) for aim in problem.targets))
        failed, due = [], []
        for aim, own in aims:
            verdict = judged_by(aim, own)
            late = self._by_day(self._day[at[counted & (verdict == 0)]])
            late += self._by_day(nowhere)
            failed.append(late)
            due.append(late + self._by_day(self._day[at[counted & (verdict == 1)]]))
        return DayCounts(np.array(failed), np.array(due))

    def _needed_of(self, at: Ints, rows: tuple[int, ...]) -> Orders:
        """What sites and clocks need of some orders; the rest is left out."""
        orders = self._routed.orders
        nothing: Any = {
            field.name: np.broadcast_to(np.int32(0), len(at))
            for field in fields(Orders)
            if field.name not in (*OF_ORDERS, "refused", "work_us")
        }
        needed: Any = {name: getattr(orders, name)[at] for name in OF_ORDERS if name != "work_us"}
        work_us = np.stack([orders.work_us[row][at] for row in rows])
        return Orders(**nothing, **needed, work_us=work_us)

    @cached_property
    def _servers(self) -> list[ServerGroup]:
        """Who comes to work."""
        return servers_present(self._problem, self._plan, self._streams)

    def _by_day(self, day: Ints | Seconds) -> Ints:
        """Orders of each day of the promotion; those open at its start count on the first."""
        on = np.maximum(day[day < self._end_day], 0)
        return np.bincount(on, minlength=self._end_day)

    def _least(self, day: Ints | Seconds, load: Load) -> int:
        """Orders on the day of a load, or on the day with fewest of them."""
        per_day = self._by_day(day)
        return int(per_day.min() if load.place.day is None else per_day[load.place.day])

    def _columns(self) -> Columns:
        """What loads need of the orders."""
        drawn = self._draw()
        lag_s, from_packed = clock_lags(self._problem, drawn.orders, drawn.site, drawn.contract)
        rows = tuple(range(len(drawn.orders.work_us)))
        routed = RoutedOrders(
            orders=drawn.orders,
            rows=rows,
            site=drawn.site,
            contract=drawn.contract,
            lag_s=lag_s,
            from_packed=from_packed,
            exempt=exempt_orders(self._problem, drawn.orders, drawn.contract),
        )
        ranks = {"rank": drawn.rank, "rank_at_site": drawn.rank_at_site}
        return {**routed.columns(), "is_more": drawn.is_more, **ranks}

    def _draw(self) -> _Drawn:
        """Own orders, and those of the larger draw that the largest loads pick."""
        problem, streams = self._stated, self._streams
        own = sold(problem, drawn_orders(given_problem(problem), streams, keep=False))
        routes = route(self._problem, self._plan, own, self._offers)
        more, at_more = self._larger_draw(own, routes.site)
        day = (more.ordered_at_s // DAY_S).astype(np.int64)
        numbers = streams.rng("order of a load").permutation(len(more))
        rank = shuffled_ranks(day, numbers)
        by_site = day * (len(problem.sites) + 1) + at_more.site
        rank_at_site = shuffled_ranks(by_site, numbers)
        used = np.zeros(len(more), dtype=bool)
        for load in self._most:
            ranks = rank if load.place.site is None else rank_at_site
            here = _concerned(load.place, day, at_more.site, self._end_day)
            used |= here & (ranks < load.orders)
        which = np.flatnonzero(used)
        orders, at = _together(own, more.at(which))

        def both(of_own: Any, of_more: Any) -> Any:
            return np.concatenate((np.broadcast_to(of_own, len(own)), of_more[which]))[at]

        return _Drawn(
            orders=orders,
            is_more=at >= len(own),
            rank=both(np.int64(0), rank),
            rank_at_site=both(np.int64(0), rank_at_site),
            site=both(routes.site, at_more.site),
            contract=both(routes.contract, at_more.contract),
        )

    def _larger_draw(self, own: Orders, site: Small) -> tuple[Orders, Any]:
        """A larger draw that has as many orders as the largest loads need, and its routes."""
        limit = max(MOST_ORDERS / max(len(own), 1), 1.0)
        times = min(max(ROOM * self._lacking(own, site), 1.0), limit)
        while True:
            more = _larger_draw(self._stated, self._streams, times)
            routes = route(self._problem, self._plan, more, self._offers)
            if self._lacking(more, routes.site) <= 1.0 or times >= limit:
                return more, routes
            times = min(GROWTH * times, limit)

    def _lacking(self, orders: Orders, site: Small) -> float:
        """How many times as many orders the largest loads need on the day with too few."""
        day = (orders.ordered_at_s // DAY_S).astype(np.int64)
        return max(
            load.orders
            / max(self._least(day[_concerned(load.place, day, site, self._end_day)], load), 0.5)
            for load in self._most
        )


def _concerned(place: Place, day: Ints | Seconds, site: Small, end_day: int) -> Mask:
    """Which orders of the promotion's own days a load concerns."""
    on = (day >= 0) & (day < end_day) if place.day is None else day == place.day
    return np.asarray(on if place.site is None else on & (site == place.site))


def _larger_draw(problem: Problem, streams: Streams, times: float) -> Orders:
    """Orders of the promotion's own days when it is so many times as large."""
    given = given_problem(problem)
    orders = draw_orders(replace(given, demand=scaled(given.demand, times)), streams)
    first, last = np.searchsorted(orders.ordered_at_s, [0, problem.horizon.reported_end_s])
    orders = orders.at(slice(int(first), int(last)))
    return orders.due_under(problem) if chosen_levers(problem).promised else orders


def _together(own: Orders, more: Orders) -> tuple[Orders, Ints]:
    """Both in order of time, and where each was in the row of both."""
    of_each = [field.name for field in fields(Orders) if field.name != "refused"]
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(own, name), getattr(more, name)), axis=-1) for name in of_each
    }
    at = stable_order(arrival_ticks(columns["ordered_at_s"], columns["instant"]))
    return Orders(**columns).at(at), at
