"""Orders as drawn, and what happened to them: arrays with one entry per order, in arrival order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.deadline_classes import deadlines
from planner.domain.problem import Problem, Service

Small = NDArray[np.int16]
Mask = NDArray[np.bool_]
Instants = NDArray[np.uint16]
PERIOD_LINES = (
    "volume_surcharges",
    "volume_discounts",
    "late_refunds",
)  # the last two are negative amounts
NEVER = -1  # a moment that did not come
# Orders computed at a time: they stay in the processor's cache, and memory is bounded.
BLOCK = 1 << 16
AGE_S = 900  # step of `Summary.ages`


def blocks(n: int) -> Iterator[slice]:
    """The stretches of at most BLOCK orders that n orders fall into."""
    return (slice(begin, min(begin + BLOCK, n)) for begin in range(0, n, BLOCK))


@dataclass(frozen=True, eq=False, kw_only=True)
class Orders:
    """Everything an order needs, drawn when it is placed: the same under every plan.

    n orders, sorted by `ordered_at_s` and `instant`.

    Parameters
    ----------
    ordered_at_s, deadline_s : Seconds
        Seconds of the horizon [n].
    instant : Instants
        Where in its second an order comes, in 2^-16 of it (see `simulation.inputs.ticks`) [n].
    region, product, component, platform : Small
        Indices into the problem, the components of its demand, and its platforms [n].
    priority : Small
        Those of a higher priority are served first [n].
    units : Seconds
        Units [n].
    weight_g, volume_cm3 : Ints
        Grams and cubic centimetres [n].
    work_us : Ints
        Microseconds of work at standard speed, a row for every kind of work
        (see `simulation.inputs.service_times`) [row, n].
    return_lag_s : Seconds
        Seconds from hand-over until the order comes back, 0 if it does not [n].
    scan_z, transit_z : Floats
        Standard normal numbers for the courier's delays: until the first scan, and on the way [n].
    route_u, loss_u, residential_u : Floats
        Uniform numbers in (0, 1) for routing and the courier's part [n].
    refused : tuple of int
        Orders of every product that were asked for after an event's sale had stopped (empty: none);
        nothing else is known of them.
    """

    ordered_at_s: Seconds
    instant: Instants
    deadline_s: Seconds
    region: Small
    product: Small
    component: Small
    platform: Small
    priority: Small
    units: Seconds
    weight_g: Ints
    volume_cm3: Ints
    work_us: Ints
    return_lag_s: Seconds
    scan_z: Floats
    transit_z: Floats
    route_u: Floats
    loss_u: Floats
    residential_u: Floats
    refused: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.ordered_at_s)

    def due_under(self, problem: Problem) -> Orders:
        """The same orders with the deadlines of a problem."""
        due = deadlines(
            problem,
            self.ordered_at_s,
            self.region,
            platform=self.platform,
            component=self.component,
        )
        return replace(self, deadline_s=due)

    def first(self, n: int) -> Orders:
        """The first n orders, or all if there are fewer."""
        return self.at(slice(n))

    def at(self, which: slice | Ints) -> Orders:
        """Some of the orders, in their order."""
        of_each = [f.name for f in fields(self) if f.name != "refused"]
        return replace(self, **{name: getattr(self, name)[..., which] for name in of_each})


def seen_by_region(problem: Problem, orders: Orders) -> Ints | None:
    """Orders that came before now [region]; None where no promotion is under way."""
    known = problem.demand.under_way
    if known is None:
        return None
    seen = orders.region[orders.ordered_at_s < known.seen.until_s]
    return np.bincount(seen, minlength=len(problem.regions))


@dataclass(frozen=True, eq=False, kw_only=True)
class Records:
    """What happened to the orders of one replication; moments in seconds of the horizon.

    A moment that did not come is NEVER.

    Parameters
    ----------
    orders : Orders
        The n orders.
    site, contract : Small
        Indices into the problem [n]; -1: cancelled for want of stock, or no courier. Site -1 with a
        contract: cancelled since no contract takes the parcel.
    start_s, end_s : Seconds
        Work on process p of `Problem.process_names` [p, n].
    packed_at_s, handed_over_at_s, scanned_at_s, delivered_at_s : Seconds
        Milestones [n]; a lost parcel is never delivered.
    on_time : Small
        1 yes, 0 no, -1 open, cancelled or exempt [n]. Open: still in the building with its deadline
        not passed, as a steady day leaves it (`simulation.inputs.order_status`).
    also : Small
        The same for each target of one's own (`Problem.targets`) [target, n].
    returned_at_s, received_at_s : Seconds
        The parcel came back, and was dealt with [n].
    present_s : Ints
        Seconds of work people were present for [site, process, bucket].
    after_hours_s : Ints
        Seconds worked beyond that and beyond paid hours, to finish tasks in progress when shifts or
        opening hours ended [process, crew].
    stock_left : Ints
        Units left of the stock when all orders have been served [site, product]; 0 where goods are
        not counted.
    sold_out : Mask
        Whether an order found too little of its product at the site that was to serve it
        [site, product].
    """

    orders: Orders
    site: Small
    contract: Small
    start_s: Seconds
    end_s: Seconds
    packed_at_s: Seconds
    handed_over_at_s: Seconds
    scanned_at_s: Seconds
    delivered_at_s: Seconds
    on_time: Small
    also: Small
    returned_at_s: Seconds
    received_at_s: Seconds
    present_s: Ints
    after_hours_s: Ints
    stock_left: Ints
    sold_out: Mask

    def placed_before(self, end_s: int) -> Records:
        """The records of the orders placed before a second.

        What people did stays whole, and what became of the stock.
        """
        n = int(np.searchsorted(self.orders.ordered_at_s, end_s))
        if n == len(self.orders):
            return self
        of_all = ("orders", "present_s", "after_hours_s", "stock_left", "sold_out")
        cut = {f.name: getattr(self, f.name)[..., :n] for f in fields(self) if f.name not in of_all}
        return replace(self, orders=self.orders.first(n), **cut)

    def under(self, problem: Problem, target: int) -> Records:
        """The same with the deadlines and verdicts of a target of one's own, by its number."""
        orders = self.orders.due_under(problem.targets[target])
        return replace(self, orders=orders, on_time=self.also[target])

    @property
    def cancelled(self) -> int:
        """Number of cancelled orders."""
        return int(np.count_nonzero(self.site < 0))

    @property
    def untaken(self) -> int:
        """Of the cancelled orders, those whose parcel no contract takes."""
        return int(np.count_nonzero((self.site < 0) & (self.contract >= 0)))


@dataclass(frozen=True, eq=False)
class Hourly:
    """Counts per [site, process, bucket].

    Arrivals at the process, orders done, orders waiting or in work at the end of the bucket, and
    people present (mean over the bucket).
    """

    arrivals: Ints
    done: Ints
    backlog: Ints
    staff: Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class Summary:
    """One replication in brief: what a worker process sends back.

    It covers the promotion's own days and the orders placed in them, which are followed into the
    tail; days and buckets below are those of the promotion.

    `placed` counts all orders, `orders` the decided ones (on time and late); `open_orders` are not
    judged: still in the building (where the label counts: not packed) as a steady day leaves them,
    late before the horizon began (`late_before`), or `exempt`: no platform scores them.
    `late_at_end` are in the building too, and late; none is where a tail follows, in which every
    order leaves or is late. `cancelled` had no stock; `unpriced` of the cancelled, parcels that no
    contract takes; `refused` came after an event's sale had stopped and are no orders (their margin
    is part of `lost_minor`). Arrays: `*_by_region`
    [region]; `parcels` and `courier_minor` of all accepted orders [day, site, region, contract +
    1], by the day of the order (last contract index: no courier); `handed_over` [contract, day];
    `transit_s_by_region`: sum of hand-over to delivery of the `delivered_by_region` parcels
    [region]. `period_minor[contract, line]`: what the carrier charges beyond the parcels themselves
    for their number and their delay, by `PERIOD_LINES`; `after_hours_s[process, crew]`,
    `stock_left` and `sold_out` [site, product] as in `Records`, the tail included; `losses_minor`:
    expected loss on lost parcels. `by_priority`: decided, late and
    cancelled orders [priority, 3]; `ages`: orders handed over, by the time since they were placed
    in steps of `AGE_S` [priority, step], the last for all that were older. `targets`: orders that
    failed, and orders due, for each target of one's own [target, 2]. `by_platform`: orders decided,
    late, exempt and cancelled, and minor units of compensation [platform, 5]. `penalty_days`:
    decided orders, late ones and their compensation, by the day of the deadline [platform, day, 3].
    `seen_by_region`: of a promotion under way, orders that came before now [region].

    `mean_wait_s`: from order to packed, less the processing time: from the start of each task to
    its end, with the breaks and the shift ends in between.
    """

    replication: int
    placed: int
    orders: int
    late_orders: int
    open_orders: int
    cancelled: int
    returned: int
    mean_wait_s: float
    mean_cycle_s: float
    compensation_minor: int
    lost_minor: int
    parcels: Ints
    courier_minor: Ints
    orders_by_region: Ints
    late_by_region: Ints
    cancelled_by_region: Ints
    handed_over_by_region: Ints
    transit_s_by_region: Floats
    delivered_by_region: Ints
    handed_over: Ints
    hourly: Hourly
    period_minor: Ints
    after_hours_s: Ints
    by_priority: Ints
    ages: Ints
    targets: Ints
    by_platform: Ints
    penalty_days: Ints
    stock_left: Ints
    sold_out: Mask
    losses_minor: int = 0
    unpriced: int = 0
    refused: int = 0
    late_at_end: int = 0
    late_before: int = 0
    seen_by_region: Ints | None = None

    @property
    def exempt(self) -> int:
        """Orders that no platform scores."""
        return int(self.by_platform[:, 2].sum())

    @property
    def open_at_end(self) -> int:
        """Orders still in the building at the end: those of a steady day, and late ones."""
        return self.open_orders - self.exempt - self.late_before + self.late_at_end

    @property
    def placed_by_region(self) -> Ints:
        """All orders [region], those without stock included."""
        return np.asarray(self.parcels.sum(axis=(0, 1, 3)) + self.cancelled_by_region)

    @property
    def on_time_share(self) -> float:
        """Share of decided orders on time; 1 when there were none.

        An order cancelled for want of stock is not on time. Over several replications the on-time
        share is the mean of these: see `mean_on_time`.
        """
        return share_on_time(self.failed, self.due)

    def keeps(self, on_time_share: float) -> bool:
        """Whether the share of orders on time was reached.

        Counted in orders, so that 7 failed orders of 100 meet 93 %.
        """
        return share_kept(self.failed, self.due, on_time_share)

    def meets(self, service: Service) -> bool:
        """Whether the share of orders on time was reached, and each target of one's own."""
        return all(
            share_kept(failed, due, share)
            for (failed, due), share in zip(self.outcomes, service.shares, strict=True)
        )

    @property
    def failed(self) -> int:
        """Orders that were late or cancelled for want of stock."""
        return self.late_orders + self.cancelled

    @property
    def due(self) -> int:
        """Orders that had to be on time."""
        return self.orders + self.cancelled

    @property
    def outcomes(self) -> list[tuple[int, int]]:
        """(failed, due) under the deadline, then for each target of one's own."""
        return [(self.failed, self.due), *((int(f), int(d)) for f, d in self.targets)]


def failed_and_due(verdict: Small, cancelled: int) -> tuple[int, int]:
    """Orders that failed, and orders due, by the verdicts on them (see `Records.on_time`)."""
    failed = int(np.count_nonzero(verdict == 0)) + cancelled
    return failed, failed + int(np.count_nonzero(verdict == 1))


def share_on_time(failed: int, due: int) -> float:
    """Share of the orders due that did not fail; 1 when none were due."""
    return 1.0 - failed / due if due else 1.0


def share_kept(failed: int, due: int, on_time_share: float) -> bool:
    """Whether so few of the orders due fail that the on-time share is reached.

    Parameters
    ----------
    failed, due : int
        Orders that failed, and orders due.
    on_time_share : float
        Share to be reached.

    Returns
    -------
    bool
        True if it is.
    """
    return failed <= (1.0 - on_time_share) * due + 1e-9


def mean_on_time(failed: Floats | Ints, due: Floats | Ints) -> Floats:
    """The on-time share over replications: the mean of the shares of single replications.

    The certificate counts them this way. Replications without such orders are left out.

    Parameters
    ----------
    failed, due : array
        Orders that failed and orders due [replication, ...].

    Returns
    -------
    Floats
        Shares [...]; NaN where no replication has orders.
    """
    there = due > 0
    share = np.where(there, 1.0 - failed / np.where(there, due, 1), 0.0)
    with_orders = there.sum(axis=0)
    return np.asarray(
        np.where(with_orders > 0, share.sum(axis=0) / np.maximum(with_orders, 1), np.nan)
    )
