"""The compiled engine is compiled by a child process, while this one has other work.

Both take its machine code from the disk afterwards, where code appears under its name only when it
is complete: several processes may compile at once.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

import numpy as np

from planner import child_processes
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL, Streams
from planner.interrupts import uninterrupted
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.inputs.replication_input import lay_out
from planner.simulation.simulate import RUNS, compiled_before, machine_code_place

HEARING_S = 0.2  # how long Ctrl-C may wait where nothing wakes a waiting process (Windows)


@dataclass(frozen=True)
class Compilation:
    """A child process that compiles the engine, or none."""

    process: BaseProcess | None = None

    @property
    def running(self) -> bool:
        """Whether the engine is being compiled."""
        return self.process is not None and self.process.is_alive()

    def wait(self) -> None:
        """Wait until the child has ended; where it failed, this process compiles later."""
        while self.process is not None and self.process.is_alive():
            self.process.join(HEARING_S)

    def stop(self) -> None:
        """End the child."""
        if self.process is not None and self.process.pid is not None:
            self.process.kill()
            self.process.join()


NOTHING_TO_COMPILE = Compilation()


@contextmanager
def compiling(problem: Problem) -> Iterator[Compilation]:
    """Compile the engine during this block, unless that is useless or was done before.

    It is useless where the code cannot be kept on disk, and in a process that is a child itself,
    which may have no children.

    Parameters
    ----------
    problem : Problem
        A problem that is about to be simulated.

    Yields
    ------
    Compilation
        What compiles; it is ended with the block.
    """
    here = multiprocessing.parent_process() is None
    if not here or machine_code_place().folder is None or compiled_before():
        yield NOTHING_TO_COMPILE
        return
    spawn = multiprocessing.get_context("spawn")
    compilation = Compilation(spawn.Process(target=_compile, args=(problem,), daemon=True))
    try:
        _start(compilation)
        yield compilation
    finally:
        compilation.stop()


def _start(compilation: Compilation) -> None:
    """Start the child; an interrupt comes when it is known, or nothing would end it."""
    if compilation.process is not None:
        with (
            uninterrupted(),
            child_processes.deaf_to_interrupts(),
            child_processes.without_main_script(),
        ):
            compilation.process.start()


def _compile(problem: Problem) -> None:
    """Run in the child; an error is left to the parent, which will meet it and say so.

    The plan comes first: nothing is simulated before it is made.
    """
    child_processes.begin()
    with suppress(Exception):
        child_processes.in_background(run_empty, problem)


def run_empty(problem: Problem) -> None:
    """Run the compiled engine on no order and nobody at work, which compiles and keeps its code."""
    orders = draw_orders(problem, Streams(problem.seed, REHEARSAL, 0)).first(0)
    nowhere = np.empty(0, dtype=np.int16)
    plan = Plan(method="", status=PlanStatus.AS_STATED, staffing=(), routing=())
    inputs = lay_out(problem, plan, orders, site=nowhere, contract=nowhere, groups=())
    RUNS["compiled"](inputs)
