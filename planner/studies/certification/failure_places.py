"""Where orders fail under a plan: a queue, a full vehicle, no stock, a slow carrier."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.choices import Engine
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Records
from planner.domain.risks import struck
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.milestones import arrived_at, counted
from planner.simulation.inputs.orders import sold
from planner.simulation.inputs.pickups import pickups
from planner.simulation.inputs.service_times import FAR_S
from planner.studies.certification.common_replications import simulate_with_offers

WAITING, COLLECTION, STOCK, CARRIER, PROMISE = (
    "waiting",
    "collection",
    "stock",
    "carrier",
    "promise",
)
# reason, site, process, contract, product, from, to
Place = tuple[str, str, str, str, str, int, int]


@dataclass(frozen=True)
class LateOrderSearch:
    """Search of the places where orders failed in chosen replications.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    stream_set : str
        Set of random streams.
    engine : {"compiled", "simpy"}
        Simulation engine.
    numbers : tuple of int
        Replications.
    aim : int
        Which orders failed: those beyond the deadline (0), or a target of one's own (from 1).
    """

    problem: Problem
    plan: Plan
    stream_set: str
    engine: Engine
    numbers: tuple[int, ...]
    aim: int = 0

    def __call__(self, k: int) -> Counter[Place]:
        """Count the failed orders of the k-th of the replications by place."""
        streams = Streams(self.problem.seed, self.stream_set, self.numbers[k])
        demanded = drawn_orders(given_problem(self.problem), streams)
        problem = effective_problem(self.problem, self.plan.levers)
        orders = sold(problem, demanded)
        records = simulate_with_offers(problem, self.plan, orders, streams, self.engine)
        problem = struck(problem, streams)
        if self.aim:
            target = self.aim - 1
            problem, records = problem.targets[target], records.under(problem, target)
        return places_of(problem, self.plan, records)


def places_of(problem: Problem, plan: Plan, records: Records) -> Counter[Place]:
    """Find the place where each failed order of a replication failed.

    Without stock, it is the product and the hour of the order. Otherwise the last collection counts
    after which the order was still on time, given its own delay in transit. Without such a
    collection the promise is too short for the hour of the order, or the delay too long (carrier).
    An order packed before that collection found no room in it. Any other order waited: the place is
    the process it waited longest for, in the hour in which it came there.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force.
    plan : Plan
        The plan.
    records : Records
        Records of the replication.

    Returns
    -------
    Counter
        Failed orders by place.
    """
    found: Counter[Place] = Counter()
    for k in np.flatnonzero(records.site < 0):
        found[_without_stock(problem, records, int(k))] += 1
    late = np.flatnonzero((records.on_time == 0) & (records.site >= 0))
    if not len(late):
        return found
    delay = _delays(problem, records)
    visits = _visits(problem, plan)
    for k in late:
        found[_place(problem, records, visits, int(k), int(delay[k]))] += 1
    return found


def _without_stock(problem: Problem, records: Records, k: int) -> Place:
    hour = _bucket(problem, int(records.orders.ordered_at_s[k]))
    return (STOCK, "", "", "", problem.product_names[int(records.orders.product[k])], *hour)


def _bucket(problem: Problem, second: int) -> tuple[int, int]:
    size = problem.horizon.bucket_s
    return second // size * size, (second // size + 1) * size


def _delays(problem: Problem, records: Records) -> Ints:
    """Seconds from hand-over to the clock that counts [order].

    FAR_S where the parcel was lost, 0 where it was not handed over, or packing counts.
    """
    orders, site, contract = records.orders, records.site, records.contract
    times = {
        "label": records.handed_over_at_s,
        "handover": records.handed_over_at_s,
        "first_scan": records.scanned_at_s,
        "hub": arrived_at(problem, orders, site, contract, records.scanned_at_s),
        "delivered": records.delivered_at_s,
    }
    clock = counted(problem, orders, contract, times).astype(np.int64)
    handed_over, arrived = records.handed_over_at_s != NEVER, clock != NEVER
    delay = np.where(arrived, clock - records.handed_over_at_s, FAR_S)
    return np.where(handed_over, delay, 0)


def _visits(problem: Problem, plan: Plan) -> dict[tuple[int, int], Ints]:
    """Times of the collections in seconds, by (site, contract)."""
    found: dict[tuple[int, int], list[int]] = {}
    for s, site in enumerate(problem.sites):
        for visit in pickups(problem, plan, site.name):
            found.setdefault((s, visit.contract), []).append(visit.second)
    return {key: np.array(seconds, dtype=np.int64) for key, seconds in found.items()}


def _place(
    problem: Problem, records: Records, visits: dict[tuple[int, int], Ints], k: int, delay_s: int
) -> Place:
    """The place where a late order failed."""
    s, c = int(records.site[k]), int(records.contract[k])
    ordered, packed = int(records.orders.ordered_at_s[k]), int(records.packed_at_s[k])
    latest = int(records.orders.deadline_s[k]) - delay_s
    site = problem.site_names[s]
    if c >= 0 and problem.platforms[records.orders.platform[k]].counts != "label":
        times = visits.get((s, c), np.empty(0, dtype=np.int64))
        useful = times[(times > ordered) & (times <= latest)]
        contract = problem.contract_names[c]
        if not len(useful):
            in_time = (times > ordered) & (times <= latest + delay_s)
            reason = CARRIER if delay_s > 0 and bool(np.any(in_time)) else PROMISE
            return (reason, site, "", contract, "", *_bucket(problem, ordered))
        if packed != NEVER and packed <= useful[-1]:
            return (COLLECTION, site, "", contract, "", int(useful[-1]), int(useful[-1]))
    process, since = _longest_wait(problem, records, k, s)
    return (WAITING, site, process, "", "", *_bucket(problem, since))


def _longest_wait(problem: Problem, records: Records, k: int, site: int) -> tuple[str, int]:
    """The process that an order waited longest for, and when it came there.

    One that never began has waited to the end of the horizon.
    """
    came = int(records.orders.ordered_at_s[k])
    longest, found = -1, ("", came)
    for process in problem.sites[site].processes:
        row = problem.process_names.index(process.name)
        begun, ended = int(records.start_s[row, k]), int(records.end_s[row, k])
        wait = (begun if begun != NEVER else problem.horizon.end_s) - came
        if wait > longest:
            longest, found = wait, (process.name, came)
        if begun == NEVER or ended == NEVER:
            break
        came = ended
    return found
