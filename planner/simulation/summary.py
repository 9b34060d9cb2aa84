"""One replication in brief: counts, waits, money of late and lost orders, hours."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.deadline_classes import compensations
from planner.domain.exemptions import exempt_orders
from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.records import (
    AGE_S,
    NEVER,
    Hourly,
    Mask,
    Records,
    Small,
    Summary,
    blocks,
    failed_and_due,
    seen_by_region,
)
from planner.simulation.due_days import penalty_days
from planner.simulation.inputs.milestones import left_at

_VERDICTS, _GONE, _CANCELLED = (
    3,
    3,
    6,
)  # open, late, on time; plus 3 when handed over, plus 6 when cancelled
_STATES = 12


def summarise(
    problem: Problem,
    records: Records,
    replication: int,
    courier_minor: Ints,
    *,
    period_minor: Ints,
    losses_minor: int,
    unpriced: int,
) -> Summary:
    """Sum up the records of a replication.

    Parameters
    ----------
    problem, records : Problem, Records
        What is given, and what happened to the orders of the promotion's own days.
    replication : int
        Number of the replication.
    courier_minor : Ints
        The courier's charge for each order in minor units, 0 without one.
    period_minor, losses_minor, unpriced
        Charges of the period, expected losses and parcels without a price, as in `Summary`.

    Returns
    -------
    Summary
        Counts, means and money of the replication.
    """
    sums = _Sums(problem, exempt_orders(problem, records.orders, records.contract))
    for block in blocks(len(records.orders)):
        sums.add(records, courier_minor, block)
    state, refused = sums.state, np.array(records.orders.refused or 0, dtype=np.int64)
    open_, late, on_time = (state[:, k] + state[:, k + _GONE] for k in range(_VERDICTS))
    return Summary(
        replication=replication,
        placed=len(records.orders),
        orders=int((late + on_time).sum()),
        late_orders=int(late.sum()),
        open_orders=int(open_.sum()),
        late_before=sums.late_before,
        late_at_end=sums.late_at_end,
        cancelled=records.cancelled,
        returned=sums.returned,
        mean_wait_s=(sums.cycle_s - sums.worked_s) / max(sums.packed, 1),
        mean_cycle_s=sums.cycle_s / max(sums.packed, 1),
        compensation_minor=int(sums.compensation_minor.sum()),
        lost_minor=_money(sums.lost + refused, [p.margin_minor for p in problem.products]),
        parcels=sums.parcels,
        courier_minor=np.rint(sums.charges).astype(np.int64),
        orders_by_region=late + on_time,
        late_by_region=late,
        cancelled_by_region=state[:, _CANCELLED:].sum(axis=1),
        handed_over_by_region=state[:, _GONE:_CANCELLED].sum(axis=1),
        transit_s_by_region=sums.transit_s,
        delivered_by_region=sums.delivered,
        handed_over=sums.handed_over,
        hourly=_hourly(problem, records, sums),
        period_minor=period_minor,
        after_hours_s=records.after_hours_s,
        by_priority=sums.by_priority,
        ages=sums.ages,
        targets=_targets(records),
        by_platform=np.column_stack([sums.by_platform, sums.compensation_minor]),
        penalty_days=penalty_days(problem, records),
        stock_left=records.stock_left,
        sold_out=records.sold_out,
        losses_minor=losses_minor,
        unpriced=unpriced,
        refused=int(refused.sum()),
        seen_by_region=seen_by_region(problem, records.orders),
    )


class _Sums:
    """What adds up over the orders.

    `state[region, state]`: by verdict, hand-over and cancellation; `lost` [product]: cancelled
    orders. `parcels`, `charges` [day, site, region, contract + 1] of accepted orders,
    by the day of the order (no courier comes last): those still in the building at the end count
    too, they will be shipped and charged, under every plan. `late_at_end`: late, and not yet
    packed where the label counts, or handed over. `late_before`: accepted, and late before the
    horizon began. `late` [platform, product]: late orders; `by_platform`: decided, late, exempt and
    cancelled orders [platform, 4]. `handed_over[contract, day]`; `arrived`, `back`,
    `received` [site, bucket], `ended[row, site, bucket]`. `by_priority`, `ages`: as in `Summary`.
    """

    def __init__(self, problem: Problem, exempt: Mask) -> None:
        horizon = problem.horizon
        sites, regions, days = len(problem.sites), len(problem.regions), horizon.reported_days
        contracts, buckets, rows = (
            len(problem.contracts),
            horizon.reported_buckets,
            len(problem.process_names),
        )
        self.end_s, self.simulated_s = horizon.reported_end_s, horizon.end_s
        self.bucket_s = problem.horizon.bucket_s
        self.state = np.zeros((regions, _STATES), dtype=np.int64)
        self.lost = np.zeros(len(problem.products), dtype=np.int64)
        self.late = np.zeros((len(problem.platforms), len(problem.products)), dtype=np.int64)
        self.by_platform = np.zeros((len(problem.platforms), 4), dtype=np.int64)
        self.exempt, self.late_costs = exempt, compensations(problem)
        self.parcels = np.zeros((days, sites, regions, contracts + 1), dtype=np.int64)
        self.charges = np.zeros(self.parcels.shape)
        self.handed_over = np.zeros((contracts, days), dtype=np.int64)
        self.transit_s = np.zeros(regions)
        self.delivered = np.zeros(regions, dtype=np.int64)
        self.arrived, self.back, self.received = (
            np.zeros((sites, buckets), dtype=np.int64) for _ in range(3)
        )
        self.ended = np.zeros((rows, sites, buckets), dtype=np.int64)
        priorities, steps = problem.top_priority + 1, problem.horizon.end_s // AGE_S + 1
        self.by_priority = np.zeros((priorities, 3), dtype=np.int64)
        self.ages = np.zeros((priorities, steps), dtype=np.int64)
        self.packed = self.worked_s = self.cycle_s = self.returned = self.late_at_end = 0
        self.late_before = 0
        self.problem = problem

    def add(self, records: Records, courier_minor: Ints, block: slice) -> None:
        """Add the orders of a block."""
        orders, site = records.orders, records.site[block]
        accepted, handed_over = site >= 0, records.handed_over_at_s[block]
        gone = handed_over != NEVER
        left = left_at(
            self.problem,
            orders.platform[block],
            packed=records.packed_at_s[block],
            handed_over=handed_over,
        )
        late_before = accepted & (orders.deadline_s[block] < 0) & ~self.exempt[block]
        self.late_before += int(np.count_nonzero(late_before))
        if self.end_s == self.simulated_s:
            late = late_before | (records.on_time[block] == 0)
            self.late_at_end += int(np.count_nonzero(late & (left == NEVER)))
        region = orders.region[block].astype(np.int64)
        state = records.on_time[block] + np.int64(1)
        state += _GONE * gone
        state += _CANCELLED * ~accepted
        _count(self.state, (region, state))
        product = orders.product[block]
        self._add_platforms(records, block)
        _count(self.lost, (product[~accepted],))
        self._add_priorities(records, block)
        self._add_lanes(records, region, accepted, courier_minor, block)
        self._add_hand_overs(records, region, np.flatnonzero(gone), block)
        self._add_times(records, block)
        came = np.maximum(orders.ordered_at_s[block], 0)
        _count_moments(self.arrived, site, came, self.bucket_s)
        for row, ended in enumerate(records.end_s):
            _count_moments(self.ended[row], site, ended[block], self.bucket_s)
        came_back = (records.returned_at_s[block] != NEVER) & self._within(
            records.returned_at_s[block]
        )
        if np.any(came_back):
            self.returned += int(np.count_nonzero(came_back))
            _count_moments(self.back, site, records.returned_at_s[block], self.bucket_s)
            _count_moments(self.received, site, records.received_at_s[block], self.bucket_s)

    @property
    def compensation_minor(self) -> Ints:
        """Compensation of the late orders [platform]."""
        return np.asarray((self.late * self.late_costs).sum(axis=1))

    def _add_platforms(self, records: Records, block: slice) -> None:
        platform, verdict = records.orders.platform[block], records.on_time[block]
        accepted = records.site[block] >= 0
        exempt = accepted & self.exempt[block]
        for k, which in enumerate((verdict >= 0, verdict == 0, exempt, ~accepted)):
            _count(self.by_platform[:, k], (platform[which],))
        late = verdict == 0
        _count(self.late, (platform[late], records.orders.product[block][late]))

    def _add_priorities(self, records: Records, block: slice) -> None:
        priority, verdict = records.orders.priority[block], records.on_time[block]
        for k, which in enumerate((verdict >= 0, verdict == 0, records.site[block] < 0)):
            _count(self.by_priority[:, k], (priority[which],))
        gone = np.flatnonzero(records.handed_over_at_s[block] != NEVER)
        age = (records.handed_over_at_s - records.orders.ordered_at_s)[block][gone]
        step = np.clip(age // np.int32(AGE_S), 0, self.ages.shape[1] - 1)
        _count(self.ages, (priority[gone], step))

    def _add_lanes(
        self, records: Records, region: Ints, accepted: Mask, courier_minor: Ints, block: slice
    ) -> None:
        last = self.parcels.shape[-1] - 1
        day = np.maximum(records.orders.ordered_at_s[block], 0) // np.int32(DAY_S)
        contract = np.where(records.contract[block] < 0, np.int16(last), records.contract[block])
        lane: list[Ints | Seconds | Small] = [day, records.site[block], region, contract]
        charge = courier_minor[block].astype(float)
        if not accepted.all():
            kept = np.flatnonzero(accepted)
            lane, charge = [index[kept] for index in lane], charge[kept]
        _count(self.parcels, lane, self.charges, charge)

    def _add_hand_overs(self, records: Records, region: Ints, gone: Ints, block: slice) -> None:
        handed_over, delivered = (
            m[block][gone] for m in (records.handed_over_at_s, records.delivered_at_s)
        )
        there = delivered != NEVER  # but for the parcels that are lost
        transit = (delivered - handed_over)[there].astype(float)
        self.transit_s += np.bincount(region[gone][there], transit, len(self.transit_s))
        self.delivered += np.bincount(region[gone][there], minlength=len(self.delivered))
        contract = records.contract[block][gone]
        if not len(self.handed_over):
            return
        day = np.minimum(handed_over // np.int32(DAY_S), self.handed_over.shape[1] - 1)
        taken = (contract >= 0) & self._within(handed_over)
        _count(self.handed_over, (contract[taken], day[taken]))

    def _within(self, moments: Seconds) -> Mask:
        """Which moments lie in the promotion's own days; the very end too if nothing follows."""
        if self.end_s == self.simulated_s:
            return np.ones(len(moments), dtype=bool)
        return np.asarray(moments < self.end_s)

    def _add_times(self, records: Records, block: slice) -> None:
        """Seconds from order to packed, and those in somebody's hands, of packed orders.

        The instants of the orders are uniform in their seconds, so differences of whole seconds are
        right on average.
        """
        packed_at = records.packed_at_s[block]
        packed = packed_at != NEVER
        self.packed += int(np.count_nonzero(packed))
        cycle = packed_at - records.orders.ordered_at_s[block]
        self.cycle_s += int(np.sum(cycle, where=packed, dtype=np.int64))
        for begun, ended in zip(records.start_s, records.end_s, strict=True):
            self.worked_s += int(np.sum(ended[block] - begun[block], where=packed, dtype=np.int64))


def _count(
    into: Ints,
    index: Sequence[Ints | Seconds | Small],
    sums: Floats | None = None,
    weights: Floats | None = None,
) -> None:
    """Count each place, given by one array per axis, into `into`, and its weights into `sums`."""
    place = index[0].astype(np.int64)
    for axis, along in enumerate(index[1:], start=1):
        place *= into.shape[axis]
        place += along
    into += np.bincount(place, minlength=into.size).reshape(into.shape)
    if sums is not None:
        sums += np.bincount(place, weights, into.size).reshape(sums.shape)


def _count_moments(into: Ints, site: Small, moments: Seconds, bucket_s: int) -> None:
    """Count event times by [site, bucket], without NEVER and what comes after the last bucket."""
    sites, buckets = into.shape
    place = site + np.int64(1)
    place *= buckets + 2
    place += np.minimum(moments // np.int32(bucket_s), buckets)
    place += 1
    into += np.bincount(place, minlength=(sites + 1) * (buckets + 2)).reshape(-1, buckets + 2)[
        1:, 1:-1
    ]


def _targets(records: Records) -> Ints:
    counts = [failed_and_due(verdict, records.cancelled) for verdict in records.also]
    return np.array(counts, dtype=np.int64).reshape(-1, 2)


def _money(orders: Ints, minor: list[int]) -> int:
    """Orders of each product times the amount for one of them."""
    return sum(int(n) * amount for n, amount in zip(orders, minor, strict=True))


def _hourly(problem: Problem, records: Records, sums: _Sums) -> Hourly:
    """Arrivals, orders done, backlog and people [site, process, bucket].

    Parcels that came back count where they are received.
    """
    present_s = records.present_s[..., : problem.horizon.reported_buckets]
    shape = present_s.shape
    arrivals, done = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for s, site in enumerate(problem.sites):
        joined = sums.arrived[s]
        for row in [problem.process_names.index(p.name) for p in site.processes]:
            arrivals[s, row] = joined
            joined = done[s, row] = sums.ended[row, s]
        if site.receive is not None and site.received_by:
            row = problem.process_names.index(site.received_by)
            arrivals[s, row] += sums.back[s]
            done[s, row] += sums.received[s]
    backlog = np.cumsum(arrivals - done, axis=2)
    return Hourly(arrivals, done, backlog, np.asarray(present_s / problem.horizon.bucket_s))
