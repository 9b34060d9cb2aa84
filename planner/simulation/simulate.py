"""One replication from drawn orders to records, by either engine: the SimPy model, or its compiled
twin.

The SimPy model (`warehouse`) is the reference that people read; the compiled loop (`compiled`) does
the same some hundred times as fast. `first_difference` finds the first number in which two
replications differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from planner.domain.choices import Engine
from planner.domain.courier_offers import Offers
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders, Records
from planner.simulation.inputs.attendance import gangs_present, present_seconds
from planner.simulation.inputs.milestones import write_records
from planner.simulation.inputs.replication_input import Floor, Moments, lay_out
from planner.simulation.inputs.routing import route

if TYPE_CHECKING:  # numba is loaded by the compiled engine alone
    from planner.simulation.compiled_engine.code_cache import Place


def simulate(
    problem: Problem,
    plan: Plan,
    orders: Orders,
    streams: Streams,
    engine: Engine = "compiled",
    offers: Offers | None = None,
) -> Records:
    """What happens to `orders` under the plan; `streams` decide who is absent, `offers` what
    contracts refuse (None: nothing).
    """
    return simulate_with(player(engine), problem, plan, orders, streams, offers)


def simulate_with(
    play: Callable[[Floor], Moments],
    problem: Problem,
    plan: Plan,
    orders: Orders,
    streams: Streams,
    offers: Offers | None = None,
) -> Records:
    """The same, where `play` says what happens on the floor."""
    site, contract = route(problem, plan, orders, offers)
    gangs = gangs_present(problem, plan, streams)
    floor = lay_out(problem, plan, orders, site, contract, gangs)
    moments = play(floor).to_seconds(floor)
    return write_records(problem, floor, moments, present_seconds(problem, gangs))


def player(engine: Engine) -> Callable[[Floor], Moments]:
    """The function that plays a floor. Each engine's library is loaded when it is asked for."""
    if engine == "simpy":
        from planner.simulation.simpy_engine.warehouse import play as play_with_simpy

        return play_with_simpy
    from planner.simulation.compiled_engine.tables import play as play_compiled

    return play_compiled


def compiled_before() -> bool:
    """Is the compiled engine's machine code on disk? If not, the first replication waits for it."""
    from planner.simulation.compiled_engine.code_cache import is_stored
    from planner.simulation.compiled_engine.kernel import play_epochs

    return is_stored(play_epochs)


def machine_code_place() -> Place:
    """Where the compiled engine's machine code is kept."""
    from planner.simulation.compiled_engine.code_cache import place_for

    return place_for(Path(__file__).parent / "compiled_engine" / "kernel.py")


def first_difference(ours: Records, reference: Records) -> str:
    """The first order and moment in which records differ from the reference, in words; "" when all
    are equal.
    """
    for field in fields(Records):
        if field.name == "orders":
            continue
        a, b = np.asarray(getattr(ours, field.name)), np.asarray(getattr(reference, field.name))
        if not np.array_equal(a, b):
            where = tuple(int(k) for k in np.argwhere(a != b)[0]) if a.shape == b.shape else ()
            values = f"{a[where]}, not {b[where]}" if where else f"{a.shape} numbers, not {b.shape}"
            return f"{field.name}{list(where)} is {values}"
    return ""
