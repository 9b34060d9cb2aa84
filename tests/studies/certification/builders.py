"""Small sites on which the loop has something to do, and the loop with stand-ins for what takes
long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

from planner.domain.contracts import Rate
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.site import Collection, Process
from planner.studies.certification import loop
from planner.studies.certification.adjustment import Adjusted, to_be_met
from planner.studies.certification.iterations import Iteration
from planner.studies.certification.pilot_replications import PilotRun
from planner.studies.certification.trimming import Trimmed
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.bounds import NO_BOUNDS, LowerBounds
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site, given

HANDED_OVER = PlatformRule(name="handed", counts="handover", deadline_hours=8.0)
SHIFTS = (Shift("day", 8 * HOUR_S, 16 * HOUR_S), Shift("late", 16 * HOUR_S, 24 * HOUR_S))


def tours(**changes: Any) -> Problem:
    """Two days of a site where people pack in tours of eight after five minutes of set-up, and one
    in seven stays away; the demand is given, which makes planning a matter of a tenth of a
    second.
    """
    problem = a_problem(
        days=2,
        shifts=SHIFTS,
        crews=(a_crew(absence=0.15, limit=30),),
        sites=(
            a_site(
                Process(
                    name="pack", orders_per_hour=12.0, cv=1.0, batch_orders=8, batch_setup_s=300
                )
            ),
        ),
        service=Service(0.95, 0.9),
        platform=PlatformRule(name="tiny", counts="label", deadline_hours=12.0, floor_minor=300),
    )
    first, second = [0.0] * 8 + [20.0] * 12 + [0.0] * 4, [0.0] * 8 + [20.0] * 8 + [0.0] * 8
    return replace(given(problem, first + second), **changes)


@dataclass(frozen=True)
class Coin:
    """A replication that is not simulated: the service level is met or not."""

    kept: bool

    def meets(self, service: Service) -> bool:
        return self.kept


Throw = Callable[
    [str, int], Sequence[bool]
]  # (stream set, replications) -> which of them meet the service level


@contextmanager
def thrown(throw: Throw, trimmed: bool = False) -> Iterator[list[str]]:
    """The loop without a solver and a simulator; the stream sets it simulates, in their order.

    `trimmed`: trimming leaves another plan. Nothing can be added to one that misses too often.
    """
    stream_sets: list[str] = []
    plan = a_plan(a_problem())

    def play(
        problem: Problem,
        plans: Sequence[Plan],
        context: RunContext,
        stream_set: str,
        replications: int,
    ) -> list[list[Coin]]:
        stream_sets.append(stream_set)
        return [[Coin(kept) for kept in throw(stream_set, replications)]]

    less = replace(plan)

    def adjust(
        self: loop.CertificationLoop, iteration: Iteration, runs: Sequence[PilotRun]
    ) -> Adjusted:
        sizes = Counter(run.stream_set for run in runs)
        missed = sum(n - sum(map(bool, throw(name, n))) for name, n in sizes.items())
        passed = self._missing(iteration.summaries) <= 0
        enough = len(runs) - missed >= to_be_met(self.problem, self.look, len(runs))
        left, dropped = (less, (("day", 1),)) if trimmed else (iteration.plan, ())
        found = Trimmed(left, dropped, 1, True, 0, missed, missed) if passed or enough else None
        return Adjusted(reinforced=None, trimmed=found, missed_before=missed, simulated=0)

    stand_ins = {
        "decide": lambda *_, **__: replace(plan),
        "checking_engines": lambda *_: nullcontext(dict),
        "evaluate_plans": play,
        "feedback_from": lambda *_: None,
        "digest": lambda _: "",
        "costed": lambda _, plan, *__: plan,
    }
    with ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(patch.object(loop, name, stand_in))
        stack.enter_context(patch.object(loop.CertificationLoop, "_adjusted", adjust))
        stack.enter_context(patch.object(LowerBounds, "__call__", lambda _: NO_BOUNDS))
        yield stream_sets


def crowded(capacity: int | None = 30) -> Problem:
    """Sixty orders before a collection at 22:00 that takes thirty parcels; another contract comes
    at the same time, and its parcels cost more.
    """
    collections = (
        Collection("courier", 22 * HOUR_S, capacity),
        Collection("other", 22 * HOUR_S),
    )
    problem = a_problem(
        days=2,
        platform=PlatformRule(name="handed", counts="handover", deadline_hours=20.0),
        service=Service(0.95, 0.9),
        contracts=(
            a_contract(),
            a_contract(
                "other", rates={"zone": Rate(zone="zone", first_g=10**6, first_price_minor=150)}
            ),
        ),
        sites=(a_site(Process(name="pack", orders_per_hour=600.0), collections=collections),),
    )
    return given(problem, [0.0] * 12 + [60.0] + [0.0] * 35)


def one_way(problem: Problem) -> Plan:
    """All orders with the first contract, both signed."""
    plan = a_plan(problem)
    routing = tuple(replace(row, contract="courier") for row in plan.routing)
    return replace(plan, routing=routing, signed=("courier", "other"))


def collected(*hours: int, capacity: int | None = None, **changes: Any) -> Problem:
    """Two days; a courier comes at these hours; hand-over is due in eight hours."""
    pickups = tuple(Collection("courier", h * HOUR_S, capacity) for h in hours)
    return a_problem(
        days=2,
        platform=HANDED_OVER,
        contracts=(a_contract(),),
        sites=(a_site(collections=pickups),),
        **changes,
    )
