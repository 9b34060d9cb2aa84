"""One replication from drawn orders to records, by either engine.

Both engines do exactly the same: `simpy` is the reference model, to be read; `compiled` is its twin
in machine code, some hundred times as fast.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.choices import ENGINES, Engine
from planner.domain.courier_offers import Offers
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders, Records
from planner.domain.risks import struck
from planner.simulation.inputs.attendance import present_seconds, servers_present
from planner.simulation.inputs.milestones import write_records
from planner.simulation.inputs.replication_input import EventTimes, ReplicationInput, lay_out
from planner.simulation.inputs.routing import Routes, route

if TYPE_CHECKING:  # numba is loaded by the compiled engine alone
    from planner.simulation.compiled_engine.code_cache import Place

Run = Callable[[ReplicationInput], EventTimes]


def _run_compiled(inputs: ReplicationInput) -> EventTimes:
    from planner.simulation.compiled_engine.tables import run  # loads numba

    return run(inputs)


def _run_simpy(inputs: ReplicationInput) -> EventTimes:
    from planner.simulation.simpy_engine.warehouse import run  # loads SimPy

    return run(inputs)


def run_again(engine: Engine) -> Run:
    """An engine for inputs that differ in people and vehicles only.

    What it needs of the orders is computed once.
    """
    if engine != "compiled":
        return RUNS[engine]
    from planner.simulation.compiled_engine.tables import RunAgain  # loads numba

    return RunAgain()


RUNS: Final[Mapping[Engine, Run]] = {"compiled": _run_compiled, "simpy": _run_simpy}


@dataclass(frozen=True, eq=False)
class Played:
    """What happened at the sites in one replication, until couriers took over.

    Attributes
    ----------
    inputs : ReplicationInput
        The orders and how the plan routes them.
    times : EventTimes
        What the engine found, in seconds.
    present_s : Ints
        Seconds of people on duty [site, process, bucket].
    routes : Routes
        What became of the stock.
    """

    inputs: ReplicationInput
    times: EventTimes
    present_s: Ints
    routes: Routes

    def records(self, problem: Problem) -> Records:
        """Everything that happened, with the delays of the couriers of a problem.

        Parameters
        ----------
        problem : Problem
            The problem with the risks that strike. It may differ from the problem that was played
            in prices and in delays after the hand-over.

        Returns
        -------
        Records
            Seconds of the horizon, and the verdict on every order.
        """
        return write_records(problem, self.inputs, self.times, self.present_s, routes=self.routes)


def simulate(
    problem: Problem,
    plan: Plan,
    orders: Orders,
    streams: Streams,
    engine: Engine = ENGINES[0],
    *,
    offers: Offers | None = None,
) -> Records:
    """Simulate one replication.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given and what is decided.
    orders : Orders
        The orders drawn for the replication.
    streams : Streams
        Random streams of the replication; they decide who is absent, and which risks strike.
    engine : Engine
        Name of the engine.
    offers : Offers, optional
        Which parcels each contract takes; None: all.

    Returns
    -------
    Records
        What happened to every order, in seconds of the horizon.
    """
    return simulate_with(RUNS[engine], problem, plan, orders, streams, offers=offers)


def simulate_with(
    run: Run,
    problem: Problem,
    plan: Plan,
    orders: Orders,
    streams: Streams,
    *,
    offers: Offers | None = None,
) -> Records:
    """Simulate one replication with an engine of the caller's own.

    Parameters
    ----------
    run : callable
        The engine: from a `ReplicationInput` to its `EventTimes` in ticks.
    problem, plan, orders, streams, offers
        As for `simulate`.

    Returns
    -------
    Records
        What happened to every order, in seconds of the horizon.
    """
    played = play(run, problem, plan, orders, streams, offers=offers)
    return played.records(struck(problem, streams))


def play(
    run: Run,
    problem: Problem,
    plan: Plan,
    orders: Orders,
    streams: Streams,
    *,
    offers: Offers | None = None,
) -> Played:
    """Simulate the sites in one replication.

    Parameters
    ----------
    run, problem, plan, orders, streams, offers
        As for `simulate_with`.

    Returns
    -------
    Played
        What happened at the sites.
    """
    problem = struck(problem, streams)
    routes = route(problem, plan, orders, offers)
    groups = servers_present(problem, plan, streams)
    inputs = lay_out(
        problem, plan, orders, site=routes.site, contract=routes.contract, groups=groups
    )
    times = run(inputs).to_seconds(inputs)
    return Played(inputs, times, present_seconds(problem, groups), routes)


def compiled_before() -> bool:
    """Whether the machine code of the compiled engine is on disk (else it is compiled first)."""
    from planner.simulation.compiled_engine.code_cache import is_stored
    from planner.simulation.compiled_engine.kernel import run_epochs

    return is_stored(run_epochs)


def machine_code_place() -> Place:
    """Where the machine code of the compiled engine is stored."""
    from planner.simulation.compiled_engine.code_cache import place_for

    return place_for(Path(__file__).parent / "compiled_engine" / "kernel.py")


def first_difference(ours: Records, reference: Records) -> str:
    """Field and index of the first number in which two records differ; "" if they are equal."""
    for field in fields(Records):
        if field.name == "orders":
            continue
        a, b = np.asarray(getattr(ours, field.name)), np.asarray(getattr(reference, field.name))
        if a.shape != b.shape:
            return f"{field.name}[] is {a.shape} numbers, not {b.shape}"
        if not np.array_equal(a, b):
            where = tuple(int(k) for k in np.argwhere(a != b)[0])
            return f"{field.name}{list(where)} is {a[where]}, not {b[where]}"
    return ""
