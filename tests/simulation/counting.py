"""The SimPy model, with its orders counted a hundred times on the way."""

from __future__ import annotations

from bisect import bisect_right

from simpy import Environment

from planner.domain.records import NEVER
from planner.simulation.inputs.replication_input import EventTimes, ReplicationInput
from planner.simulation.simpy_engine.warehouse import Warehouse, build, event_times

COUNTS = 100


def run_counting(inputs: ReplicationInput) -> EventTimes:
    """As the model's own `run`; RuntimeError when an order is lost or doubled."""
    env = Environment()
    warehouses = build(env, inputs)
    for count in range(1, COUNTS + 1):
        env.run(until=inputs.end * count // COUNTS + 1)
        for warehouse in warehouses:
            assert_nothing_lost(warehouse, inputs.end * count // COUNTS)
    return event_times(inputs, warehouses)


def assert_nothing_lost(warehouse: Warehouse, tick: int) -> None:
    """Every order that came, or came back, waits, is in work, on a shelf, or gone."""
    line = warehouse.line
    came = bisect_right(line.arrival, tick) + happened(line.came_back)
    inside = sum(len(shelf.items) for shelf in warehouse.shelves.values())
    for queue in (queue for station in line.stations for queue in station.queues):
        inside += len(queue.waiting) + happened(queue.begun) - happened(queue.ended)
    received = happened(line.returns.queue.ended) if line.returns else 0
    gone = happened(line.handed_over) + received
    if came != inside + gone:
        raise RuntimeError(f"tick {tick}: {came} orders came, {inside} are inside, {gone} are gone")


def happened(ticks: list[int]) -> int:
    return len(ticks) - ticks.count(NEVER)
