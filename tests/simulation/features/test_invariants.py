"""What must hold in every replication, whatever the problem: checked on the records alone."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest

from planner.domain.disruptions import closures, outside
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, PLANNING, Streams
from planner.domain.records import NEVER, Records
from planner.domain.site import Site
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.pickups import pickups
from planner.simulation.inputs.service_times import MICRO, content_of, contents
from tests.builders import in_brief, played
from tests.simulation.builders import generated

SEEDS = range(1000, 1200)


@pytest.fixture(scope="module")
def runs() -> list[tuple[Problem, Plan, Records]]:
    """200 generated problems with one replication each, counted after every event."""
    return [(*case, played(*case)) for case in map(generated, SEEDS)]


def test_steps_follow_each_other(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """Ordered <= begun <= ended <= begun of the next process <= packed <= handed over <= scanned <=
    delivered, and nothing comes after something that did not come.
    """
    for problem, _, records in runs:
        for s, site in enumerate(problem.sites):
            mine = records.site == s
            rows = [problem.process_names.index(p.name) for p in site.processes]
            steps = [records.orders.ordered_at_s[mine]]
            for row in rows:
                steps += [records.start_s[row, mine], records.end_s[row, mine]]
            steps += [
                m[mine]
                for m in (records.packed_at_s, records.handed_over_at_s, records.scanned_at_s)
            ]
            steps += [records.delivered_at_s[mine]]
            for before, after in pairwise(steps):
                came = after != NEVER
                assert np.all(before[came] != NEVER)
                assert np.all(before[came] <= after[came])


def test_tasks_begin_only_while_somebody_works(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """Every task begins in a working stretch of somebody planned for it: not in a break, nor in a
    closed site.
    """
    for problem, plan, records in runs:
        for s, site in enumerate(problem.sites):
            for process in site.processes:
                row = problem.process_names.index(process.name)
                begun = records.start_s[row, records.site == s]
                begun = begun[begun != NEVER]
                allowed = np.zeros(len(begun), dtype=bool)
                for r in plan.staffing:
                    if (r.site, r.process) == (site.name, process.name):
                        for a, b in problem.shift(r.shift).working(r.day, site.opening):
                            allowed |= (begun >= a) & (begun < b)
                for a, b in closures(problem, site.name):
                    allowed &= (begun < a) | (begun >= b)
                assert np.all(allowed)


def test_tasks_end_only_while_somebody_works(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """Where tasks are put down at the end of a shift, every task ends in a working stretch of
    somebody planned for it, or in the second of its end: no work is done in a break, a closed site
    or after hours.
    """
    for problem, plan, records in runs:
        for s, site in enumerate(problem.sites):
            for process in site.processes if site.finish == "stop" else ():
                row = problem.process_names.index(process.name)
                ended = records.end_s[row, records.site == s]
                ended = ended[ended != NEVER]
                allowed = np.zeros(len(ended), dtype=bool)
                for r in plan.staffing:
                    if (r.site, r.process) == (site.name, process.name):
                        hours = problem.shift(r.shift).working(r.day, site.opening)
                        for a, b in outside(hours, closures(problem, site.name)):
                            allowed |= (ended >= a) & (ended <= b)
                assert np.all(allowed)
            if site.finish == "stop":
                crews = [c for c, crew in enumerate(problem.crews) if crew.site == site.name]
                assert not records.after_hours_s[:, crews].any()


def test_no_more_work_is_done_than_people_were_there_for(
    runs: list[tuple[Problem, Plan, Records]],
) -> None:
    """Seconds of work on the orders that are done, nobody being faster than standard, are at most
    the seconds of people present, in the paid hours for which they stay, and after hours, and a
    tick a task.
    """
    for problem, plan, records in runs:
        rows = [content.key for content in contents(problem)]
        for s, site in enumerate(problem.sites):
            crews = [c for c, crew in enumerate(problem.crews) if crew.site == site.name]
            for process in site.processes:
                row = problem.process_names.index(process.name)
                done = (records.site == s) & (records.end_s[row] != NEVER)
                content = (
                    records.orders.work_us[rows.index(content_of(process).key), done].sum() / MICRO
                )
                there = records.present_s[s, row].sum() + records.after_hours_s[row, crews].sum()
                there += stay_s(problem, plan, site, process.name)
                assert content <= there + 0.1 * np.count_nonzero(done) + len(crews)


def stay_s(problem: Problem, plan: Plan, site: Site, process: str) -> int:
    """Seconds between the end of work and that of the paid shift, where people finish the task in
    hand.
    """
    total = 0
    for r in plan.staffing if site.finish == "task" else ():
        hours = outside(
            problem.shift(r.shift).working(r.day, site.opening), closures(problem, site.name)
        )
        if (r.site, r.process) == (site.name, process) and hours:
            total += r.headcount * (problem.shift(r.shift).working(r.day)[-1][1] - hours[-1][1])
    return total


def test_stations_are_never_overfull(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """At no second are more tasks in progress at a process than it has stations (tours count once)."""
    for problem, _, records in runs:
        for s, site in enumerate(problem.sites):
            for process in site.processes:
                row = problem.process_names.index(process.name)
                mine = (
                    (records.site == s)
                    & (records.start_s[row] != NEVER)
                    & (records.end_s[row] != NEVER)
                )
                begun, ended = records.start_s[row, mine], records.end_s[row, mine]
                if process.batch_orders == 1:
                    level: Counter[int] = Counter(begun[ended > begun].tolist())
                    level.subtract(ended[ended > begun].tolist())
                    assert (
                        max(np.cumsum([level[t] for t in sorted(level)]), default=0)
                        <= process.stations
                    )


def test_vehicles_and_allotments_are_never_overfull(
    runs: list[tuple[Problem, Plan, Records]],
) -> None:
    """Parcels leave only when their carrier comes, at most what its vehicles hold, at most the
    allotment of the day.
    """
    for problem, plan, records in runs:
        per_day: Counter[tuple[int, int]] = Counter()
        for s, name in enumerate(problem.site_names):
            visits = {(v.contract, v.second): v for v in pickups(problem, plan, name)}
            left = (
                (records.site == s) & (records.contract >= 0) & (records.handed_over_at_s != NEVER)
            )
            taken = Counter(
                zip(
                    records.contract[left].tolist(),
                    records.handed_over_at_s[left].tolist(),
                    strict=True,
                )
            )
            for visit, parcels in taken.items():
                assert parcels <= visits[visit].room
                per_day[visit[0], visits[visit].day] += parcels
        for (contract, _), parcels in per_day.items():
            assert parcels <= (problem.contracts[contract].commitment.allotment_per_day or 10**9)


def test_stock_is_never_oversold(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """The units shipped from a site never exceed what was placed there."""
    for problem, plan, records in runs:
        for row in plan.stock or ():
            s, p = problem.site_names.index(row.site), problem.product_names.index(row.product)
            mine = (records.site == s) & (records.orders.product == p)
            assert records.orders.units[mine].sum() <= row.units


def test_summaries_add_up(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """Placed = on time + late + open + cancelled; the hourly backlog at the end is what is still
    inside; the regions, buckets and lanes add up to the totals.
    """
    for problem, _, records in runs:
        charges = np.where(records.site >= 0, 7, 0)
        s = in_brief(problem, records, charges)
        on_time = int(np.count_nonzero(records.on_time == 1))
        assert (
            s.placed == on_time + s.late_orders + s.open_orders + s.cancelled == len(records.orders)
        )
        assert s.orders == s.orders_by_region.sum()
        assert s.late_orders == s.late_by_region.sum()
        assert s.cancelled == s.cancelled_by_region.sum()
        assert s.courier_minor.sum() == 7 * s.parcels.sum() == charges.sum()
        assert s.placed == s.parcels.sum() + s.cancelled
        assert s.handed_over.sum() <= s.parcels[..., :-1].sum()
        inside = np.count_nonzero((records.site >= 0) & (records.packed_at_s == NEVER))
        back = np.count_nonzero((records.returned_at_s != NEVER) & (records.received_at_s == NEVER))
        at_end = np.count_nonzero(records.packed_at_s == problem.horizon.end_s)
        at_end += np.count_nonzero(records.received_at_s == problem.horizon.end_s)
        assert s.hourly.backlog[:, :, -1].sum() == inside + back + at_end
        assert s.hourly.backlog.min(initial=0) >= 0


def test_work_done_fits_into_the_time_people_were_there(
    runs: list[tuple[Problem, Plan, Records]],
) -> None:
    """People present in every bucket, between nobody and everybody on the roster."""
    for problem, plan, records in runs:
        everybody = sum(row.headcount for row in plan.staffing)
        assert records.present_s.min(initial=0) >= 0
        assert records.present_s.max(initial=0) <= everybody * problem.horizon.bucket_s


def test_littles_law_holds_when_everything_is_done() -> None:
    """On runs in which every order gets packed, the mean number inside times the horizon is the sum
    of the cycles.
    """
    drained = 0
    for seed in range(2000, 2100):
        problem, plan = generated(seed, days=3)
        records = played(problem, plan)
        inside = records.site >= 0
        ended = records.packed_at_s[inside]
        if not np.any(inside) or np.any(ended == NEVER):
            continue
        drained += 1
        came = records.orders.ordered_at_s[inside]
        seconds = np.arange(problem.horizon.end_s)
        number = np.searchsorted(np.sort(came), seconds, "right") - np.searchsorted(
            np.sort(ended), seconds, "right"
        )
        assert number.sum() == (ended - came).sum()
        assert in_brief(problem, records).mean_cycle_s * len(ended) == (
            pytest.approx((ended - came).sum(), rel=1e-12)
        )
    assert drained >= 10


def test_the_same_seed_gives_the_same_records() -> None:
    """Two runs of one replication agree in every field; another replication differs."""
    problem, plan = generated(3)
    first, again, other = played(problem, plan), played(problem, plan), played(problem, plan, 1)
    for name in (
        "site",
        "contract",
        "start_s",
        "end_s",
        "handed_over_at_s",
        "on_time",
        "present_s",
    ):
        assert np.array_equal(getattr(first, name), getattr(again, name))
    assert not np.array_equal(first.orders.ordered_at_s, other.orders.ordered_at_s)


def test_other_stream_sets_give_other_orders() -> None:
    """What planning sees is never what certifies the plan."""
    problem, _ = generated(3)
    seen, held_out = (
        draw_orders(problem, Streams(3, stream_set, 0)) for stream_set in (PLANNING, HELD_OUT)
    )
    assert len(seen) != len(held_out) or not np.array_equal(
        seen.ordered_at_s, held_out.ordered_at_s
    )
