"""One replication in brief: counts, waits, money of late and lost orders, and the hourly picture."""

from __future__ import annotations

import numpy as np

from planner.domain.demand import Floats, Ints, Seconds
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Hourly, Mask, Records, Small, Summary


def summarise(problem: Problem, records: Records, replication: int, courier_minor: Ints) -> Summary:
    """Boil the records of a replication down; `courier_minor` is the courier's charge per order (0 without one)."""
    orders, regions = records.orders, len(problem.regions)
    decided, late = records.on_time >= 0, records.on_time == 0
    accepted = records.site >= 0
    gone = records.handed_over_at_s != NEVER
    transit = (records.delivered_at_s - records.handed_over_at_s)[gone].astype(float)
    wait_s, cycle_s = _wait_and_cycle(problem, records)
    return Summary(
        replication=replication,
        placed=len(orders),
        orders=int(np.count_nonzero(decided)),
        late_orders=int(np.count_nonzero(late)),
        open_orders=int(np.count_nonzero(accepted & ~decided)),
        cancelled=records.cancelled,
        returned=int(np.count_nonzero(records.returned_at_s != NEVER)),
        mean_wait_s=wait_s,
        mean_cycle_s=cycle_s,
        compensation_minor=_compensation(problem, records),
        lost_minor=_lost(problem, records),
        parcels=_by_lane(problem, records, accepted, None),
        courier_minor=_by_lane(problem, records, accepted, courier_minor),
        orders_by_region=_count(orders.region[decided], regions),
        late_by_region=_count(orders.region[late], regions),
        cancelled_by_region=_count(orders.region[~accepted], regions),
        handed_over_by_region=_count(orders.region[gone], regions),
        transit_s_by_region=np.asarray(np.bincount(orders.region[gone], transit, regions), dtype=np.float64),
        handed_over=_handed_over(problem, records, gone),
        hourly=_hourly(problem, records),
    )


def _count(index: Ints | Small, cells: int) -> Ints:
    """How often each of `cells` numbers occurs."""
    return np.bincount(index, minlength=cells).astype(np.int64, copy=False)


def _rows(problem: Problem, site: int) -> list[int]:
    """Rows of a site's processes in per-process arrays, in the order in which they are done."""
    return [problem.process_names.index(p.name) for p in problem.sites[site].processes]


def _wait_and_cycle(problem: Problem, records: Records) -> tuple[float, float]:
    """Mean seconds in queues (all processes), and from order to packed; over packed orders, 0 when there are none."""
    packed = np.flatnonzero(records.packed_at_s != NEVER)
    if not len(packed):
        return 0.0, 0.0
    worked = 0
    for s in range(len(problem.sites)):
        mine = packed[records.site[packed] == s]
        worked += sum(int((records.end_s[row, mine] - records.start_s[row, mine]).sum()) for row in _rows(problem, s))
    cycle = int((records.packed_at_s[packed] - records.orders.ordered_at_s[packed]).sum())
    return (cycle - worked) / len(packed), cycle / len(packed)


def _compensation(problem: Problem, records: Records) -> int:
    """What the late orders cost: the platform's compensation for what was paid."""
    late = _count(records.orders.product[records.on_time == 0], len(problem.products))
    per_order = [problem.platform.compensation_minor(p.paid_minor) for p in problem.products]
    return sum(int(n) * amount for n, amount in zip(late, per_order, strict=True))


def _lost(problem: Problem, records: Records) -> int:
    """Margin of the orders that were cancelled for want of stock."""
    lost = _count(records.orders.product[records.site < 0], len(problem.products))
    return sum(int(n) * p.margin_minor for n, p in zip(lost, problem.products, strict=True))


def _by_lane(problem: Problem, records: Records, accepted: Mask, amount: Ints | None) -> Ints:
    """Accepted orders, or an amount of theirs, [day of the order, site, region, contract]; no courier comes last.

    Orders still in the building at the end count too: they will be shipped and charged, under every plan alike.
    """
    contracts = len(problem.contracts)
    shape = (problem.horizon.days, len(problem.sites), len(problem.regions), contracts + 1)
    contract = np.where(records.contract < 0, contracts, records.contract)[accepted]
    day = records.orders.ordered_at_s[accepted] // DAY_S
    lane = np.ravel_multi_index((day, records.site[accepted], records.orders.region[accepted], contract), shape)
    weights = None if amount is None else amount[accepted].astype(float)
    sums = np.bincount(lane, weights=weights, minlength=int(np.prod(shape)))
    return np.rint(sums).astype(np.int64).reshape(shape)


def _handed_over(problem: Problem, records: Records, gone: Mask) -> Ints:
    """Parcels taken by each contract on each day, [contract, day]."""
    contracts, days = len(problem.contracts), problem.horizon.days
    taken = gone & (records.contract >= 0)
    day = np.minimum(records.handed_over_at_s[taken] // DAY_S, days - 1)
    return _count(records.contract[taken] * days + day, contracts * days).reshape(contracts, days)


def _hourly(problem: Problem, records: Records) -> Hourly:
    """Arrivals, orders done, backlog and people [site, process, bucket]; parcels that came back count where they are
    received."""
    shape = records.present_s.shape
    arrivals, done = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for s, site in enumerate(problem.sites):
        mine = np.flatnonzero(records.site == s)
        joined: Seconds = records.orders.ordered_at_s[mine]
        for row in _rows(problem, s):
            arrivals[s, row] = _per_bucket(problem, joined)
            joined = records.end_s[row, mine]
            done[s, row] = _per_bucket(problem, joined)
        if site.receive is not None and site.received_by:
            row = problem.process_names.index(site.received_by)
            arrivals[s, row] += _per_bucket(problem, records.returned_at_s[mine])
            done[s, row] += _per_bucket(problem, records.received_at_s[mine])
    backlog = np.cumsum(arrivals - done, axis=2)
    return Hourly(arrivals, done, backlog, _people(problem, records))


def _per_bucket(problem: Problem, moments: Seconds) -> Ints:
    """How many of the moments fall into each bucket; those that never came, or came at the very end, into none."""
    buckets = problem.horizon.buckets
    inside = (moments // problem.horizon.bucket_s)[moments != NEVER]
    return _count(inside, buckets)[:buckets]


def _people(problem: Problem, records: Records) -> Floats:
    return np.asarray(records.present_s / problem.horizon.bucket_s)
