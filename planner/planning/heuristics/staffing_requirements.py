"""People required at a site by a rule of thumb: per day, by the peak hour, or by Erlang C."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.problem import Problem, ShareRow
from planner.domain.records import Mask
from planner.domain.site import Site
from planner.planning.formulation.time_buckets import work_seconds
from planner.planning.heuristics.crew_allocation import SiteCrews
from planner.planning.heuristics.erlang_c import least_people
from planner.planning.mean_demand import MeanDemand

HOURS = DAY_S // HOUR_S


def mean_orders(problem: Problem, routing: tuple[ShareRow, ...], bucket_s: int) -> Floats:
    """Mean orders of every site under a routing.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    routing : tuple[ShareRow, ...]
        Rows of the routing.
    bucket_s : int
        Length of a bucket in seconds: a day or an hour.

    Returns
    -------
    Floats
        Orders [site, bucket].
    """
    demand = MeanDemand.of(problem, bucket_s)
    orders = np.zeros((len(problem.sites), demand.components.shape[1]))
    for row in routing:
        orders[problem.site_names.index(row.site)] += demand.of_row(row).sum(axis=0)
    return orders


def work_of(problem: Problem, site: Site) -> Floats:
    """Seconds of work of the mean order at every process [process]."""
    expected = MeanDemand.of(problem).components.sum(axis=1)
    mix = (
        expected @ problem.demand.product_shares()
        if expected.sum() > 0
        else problem.demand.product_share
    )
    mean_work = float(mix @ np.array([p.work for p in problem.products]) / mix.sum())
    return np.array([work_seconds(process, mean_work) for process in site.processes])


def for_days(crews: SiteCrews, per_day: Floats) -> Floats:
    """People for so many orders a day [process, shift, day].

    Orders x seconds of work / seconds of a shift, as a spreadsheet would, evenly over the shifts.
    """
    worked = [
        sum(b - a for a, b in crews.site.working(shift, day))
        for shift, of_shift in zip(crews.shifts(), crews.worked(), strict=True)
        for day in np.flatnonzero(of_shift).tolist()
    ]
    seconds = float(np.mean(worked)) if worked else np.inf
    to_do = _when_open(per_day, np.asarray(crews.worked().any(axis=0)))
    return crews.evenly(work_of(crews.problem, crews.site)[:, None] * to_do / seconds).astype(float)


def _when_open(per_day: Floats, open_days: Mask) -> Floats:
    """Orders of every day, those of days without work on the next day with work."""
    to_do, waiting = np.zeros_like(per_day), 0.0
    for day, orders in enumerate(per_day):
        waiting += orders
        if open_days[day]:
            to_do[day], waiting = waiting, 0.0
    return to_do


def for_the_peak(crews: SiteCrews, per_hour: Floats) -> Floats:
    """People who can keep up with the busiest hour of a day in every shift.

    [process, shift, day].
    """
    busiest = per_hour.reshape(-1, HOURS).max(axis=1)
    people = work_of(crews.problem, crews.site)[:, None] * busiest / HOUR_S
    return np.repeat(people[:, None, :], len(crews.shifts()), axis=1)


def by_erlang(crews: SiteCrews, per_hour: Floats) -> Floats:
    """People by Erlang C [process, shift, day].

    A shift has as many as the hardest of its hours requires; shifts that overlap share an hour
    evenly.
    """
    at_work = _at_work(crews)
    comes = _when_somebody_works(at_work, per_hour)
    shared = np.maximum(at_work.sum(axis=(0, 1)), 1)
    works = work_of(crews.problem, crews.site)
    needed = []
    for process, mean_s in zip(crews.site.processes, works, strict=True):
        people = least_people(comes * mean_s / HOUR_S, float(mean_s), process.stations)
        needed.append((at_work * (people / shared)).max(axis=2))
    return np.array(needed)


def _at_work(crews: SiteCrews) -> Floats:
    """Whether a shift of a day is at work in an hour of the horizon [shift, day, hour], 1 or 0."""
    horizon, shifts = crews.problem.horizon, crews.shifts()
    at_work = np.zeros((len(shifts), horizon.days, horizon.days * HOURS))
    for h, shift in enumerate(shifts):
        for day in range(horizon.days):
            for a, b in crews.site.working(shift, day):
                at_work[h, day, max(a, 0) // HOUR_S : -(-b // HOUR_S)] = 1.0
    return at_work


def _when_somebody_works(at_work: Floats, per_hour: Floats) -> Floats:
    """Orders as they come to those who work [hour].

    What is ordered while nobody works is spread evenly over the rest of the next shift (after the
    last one it is left out).
    """
    comes, hours = np.zeros_like(per_hour), np.arange(len(per_hour))
    manned = at_work.sum(axis=(0, 1)) > 0
    for hour, orders in enumerate(per_hour):
        following = np.flatnonzero(manned[hour:])
        if len(following) == 0:
            break
        begins = hour + following[0]
        if begins == hour:
            comes[hour] += orders
        else:
            on = at_work[at_work[:, :, begins] > 0].any(axis=0) & (hours >= begins)
            comes[on] += orders / on.sum()
    return comes
