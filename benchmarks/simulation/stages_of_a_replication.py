"""One whole replication, stage by stage: from the random numbers to the summary that a worker
process sends back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.simulation.sites import Case
from planner.domain.choices import Engine
from planner.rating.lane_costs import charges, period_minor
from planner.simulation.inputs.attendance import present_seconds, servers_present
from planner.simulation.inputs.milestones import write_records
from planner.simulation.simulate import RUNS
from planner.simulation.summary import summarise

Clock = Callable[[Callable[[], Any]], tuple[float, Any]]


def stages(case: Case, engine: Engine, measured: Clock) -> Iterator[tuple[str, float]]:
    """(stage, what `measured(task)` says of it), one after the other; `measured` gives a figure and
    what the task gave.
    """
    problem, run = case.problem, RUNS[engine]
    figure, _ = measured(lambda: case.orders)
    yield "draw", figure
    figure, inputs = measured(lambda: case.inputs)
    yield "lay out", figure
    figure, times = measured(lambda: run(inputs))
    yield "play", figure

    def write() -> Any:
        present_s = present_seconds(problem, servers_present(problem, case.plan, case.streams))
        seconds = times.to_seconds(inputs)
        return write_records(problem, inputs, seconds, present_s, routes=case.routes)

    figure, records = measured(write)
    yield "records", figure
    figure, bill = measured(lambda: charges(problem, records))
    yield "rate", figure
    by_period = period_minor(problem, records, bill)

    def sum_up() -> Any:
        return summarise(
            problem,
            records,
            case.replication,
            bill.total,
            period_minor=by_period,
            losses_minor=0,
            unpriced=0,
        )

    figure, _ = measured(sum_up)
    yield "sum up", figure
