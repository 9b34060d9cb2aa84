"""A replication whose days bring other numbers of orders: its own, or a stated number a day.

The own orders of the replication and a larger draw of the same promotion (the same sizes of
events, mix and day effects, more orders) are routed once. A load then picks from them: where it
strikes, the first so many of the larger draw in an order of its own random numbers, elsewhere the
own orders. Loads are nested: more orders a day are the same orders and some more.
"""

from __future__ import annotations

from dataclasses import fields, replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from planner.domain.arrays import Ints, Seconds
from planner.domain.choices import Engine
from planner.domain.courier_offers import Offers
from planner.domain.day_loads import DayCounts, Load, Place, shuffled_ranks
from planner.domain.demand import scaled
from planner.domain.exemptions import exempt_orders
from planner.domain.horizon import DAY_S
from planner.domain.lever_effects import chosen_levers, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Mask, Orders, Records
from planner.domain.risks import struck
from planner.domain.site import Process
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.attendance import ServerGroup, servers_present
from planner.simulation.inputs.milestones import clock_lags, left_at, packed_at
from planner.simulation.inputs.order_status import on_time
from planner.simulation.inputs.orders import draw_orders, sold, stable_order
from planner.simulation.inputs.replication_input import lay_out, work_row_of, work_rows_at
from planner.simulation.inputs.routing import route
from planner.simulation.inputs.ticks import arrival_ticks
from planner.simulation.simulate import RUNS, simulate
from planner.simulation.trial_replication import OF_ORDERS, Sites, site_groups

SPEED_UP = 1.1  # of a process, to see whether it is the one that limits


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
    times : float
        How many times the expected demand the larger draw has.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        streams: Streams,
        *,
        offers: Offers,
        engine: Engine,
        times: float,
    ) -> None:
        self._stated, self._streams = problem, streams
        self._problem = struck(problem, streams)
        self._plan = replace(plan, stock=None)
        self._offers, self._engine = offers, engine
        own = sold(problem, drawn_orders(given_problem(problem), streams))
        more = _larger_draw(problem, streams, times)
        self._orders, self._is_more = _together(own, more)
        routes = route(self._problem, self._plan, self._orders, offers)
        self._site, self._contract = routes.site, routes.contract
        self._day = self._orders.ordered_at_s // DAY_S
        self._lag_s, self._from_packed = clock_lags(
            self._problem, self._orders, self._site, self._contract
        )
        self._exempt = exempt_orders(self._problem, self._orders, self._contract)
        numbers = streams.rng("order of a load").permutation(len(self._orders))
        group = np.where(self._is_more, self._day, -1).astype(np.int64)
        by_site = group * (len(problem.sites) + 1) + self._site
        self._rank = shuffled_ranks(group, numbers)
        self._rank_at_site = shuffled_ranks(np.where(self._is_more, by_site, -1), numbers)

    @cached_property
    def usual(self) -> DayCounts:
        """The replication with its own orders, at all sites."""
        return self._counts(~self._is_more, range(len(self._problem.sites)), None)

    def usual_at(self, site: int | None) -> DayCounts:
        """The replication with its own orders, those of a site counted."""
        if site is None:
            return self.usual
        return self._counts(~self._is_more, self._group(site), site)

    def most(self, place: Place) -> int:
        """Orders a day that the larger draw has for a load, on the day with fewest of them."""
        per_day = self._by_day(self._day[self._here(place, self._is_more)])
        return int(per_day.min() if place.day is None else per_day[place.day])

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

    def records(self, load: Load) -> Records:
        """Everything that happened under a load, at all sites."""
        orders = self._orders.at(np.flatnonzero(self._picked(load)))
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
        days = self._problem.horizon.reported_days
        on = (self._day >= 0) & (self._day < days) if place.day is None else self._day == place.day
        return among & on if place.site is None else among & on & (self._site == place.site)

    def _picked(self, load: Load) -> Mask:
        """The orders of a load, and the replication's own everywhere else."""
        place = load.place
        rank = self._rank if place.site is None else self._rank_at_site
        own = ~self._is_more
        return (own & ~self._here(place, own)) | (
            self._here(place, self._is_more) & (rank < load.orders)
        )

    def _counts(
        self,
        picked: Mask,
        sites: range | Sites,
        judged: int | None,
        faster: Process | None = None,
    ) -> DayCounts:
        """Simulate some sites with the picked orders; the days of the judged site, or of all."""
        everywhere = len(sites) == len(self._problem.sites)
        here = self._site >= 0 if everywhere else np.isin(self._site, list(sites))
        at = np.flatnonzero(picked & here)
        problem, orders = self._problem, self._needed_of(at, work_rows_at(self._problem, sites))
        if faster is not None:
            row = work_rows_at(problem, sites).index(work_row_of(problem, faster))
            orders.work_us[row] = orders.work_us[row] / SPEED_UP
        site, contract = self._site[at], self._contract[at]
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
        base = np.where(self._from_packed[at], packed, times.handed_over)
        never = (base == NEVER) | (self._lag_s[at] == NEVER)
        clock = np.where(never, np.int32(NEVER), base + self._lag_s[at])
        judged_by = partial(
            on_time,
            site=site,
            contract=contract,
            clock=clock,
            left=left_at(problem, orders.platform, packed=packed, handed_over=times.handed_over),
            exempt=self._exempt[at],
        )
        counted = np.ones(len(at), dtype=bool) if judged is None else site == judged
        nowhere = self._day[picked & (self._site < 0)] if judged is None else self._day[:0]
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
        nothing: Any = {
            field.name: np.broadcast_to(np.int32(0), len(at))
            for field in fields(Orders)
            if field.name not in (*OF_ORDERS, "refused", "work_us")
        }
        needed: Any = {
            name: getattr(self._orders, name)[at] for name in OF_ORDERS if name != "work_us"
        }
        work_us = np.stack([self._orders.work_us[row][at] for row in rows])
        return Orders(**nothing, **needed, work_us=work_us)

    @cached_property
    def _servers(self) -> list[ServerGroup]:
        """Who comes to work."""
        return servers_present(self._problem, self._plan, self._streams)

    def _by_day(self, day: Ints | Seconds) -> Ints:
        """Orders of each day of the promotion."""
        days = self._problem.horizon.reported_days
        return np.bincount(day[(day >= 0) & (day < days)], minlength=days)


def _larger_draw(problem: Problem, streams: Streams, times: float) -> Orders:
    """Orders of the promotion's own days when it is so many times as large."""
    given = given_problem(problem)
    orders = draw_orders(replace(given, demand=scaled(given.demand, times)), streams)
    first, last = np.searchsorted(orders.ordered_at_s, [0, problem.horizon.reported_end_s])
    orders = orders.at(slice(int(first), int(last)))
    return orders.due_under(problem) if chosen_levers(problem).promised else orders


def _together(own: Orders, more: Orders) -> tuple[Orders, Mask]:
    """Both in order of time, and which are of the second."""
    of_each = [field.name for field in fields(Orders) if field.name != "refused"]
    columns: dict[str, Any] = {
        name: np.concatenate((getattr(own, name), getattr(more, name)), axis=-1) for name in of_each
    }
    at = stable_order(arrival_ticks(columns["ordered_at_s"], columns["instant"]))
    is_more = np.arange(len(at)) >= len(own)
    return Orders(**columns).at(at), is_more[at]
