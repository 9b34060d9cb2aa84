"""The machine code: kept on disk where it can be, and never older than what it was made of."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

from planner.simulation.compiled_engine import kernel
from planner.simulation.simulate import compiled_before, simulate
from tests.builders import STREAMS, a_plan, a_problem, orders_at


def test_machine_code_rests_on_nothing_but_its_own_file() -> None:
    """Of the planner, the file takes types and decorators alone: a number from another file would
    be frozen into code on the disk.
    """
    tree = ast.parse(Path(kernel.__file__).read_text(encoding="utf-8"))
    taken = {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("planner")
        for alias in node.names
    }
    assert taken == {"Instants", "Ints", "Seconds", "Small", "compiled", "compiled_and_kept"}


def test_once_used_the_machine_code_is_on_disk() -> None:
    """After a replication, the next process need not compile; nor when the file is written again as
    it was.
    """
    problem = a_problem()
    simulate(problem, a_plan(problem), orders_at(problem, 0), STREAMS)
    assert compiled_before()
    source = Path(kernel.__file__)
    written = source.stat()
    os.utime(source, (written.st_atime, time.time() + 60))  # as a checkout does, of the same text
    try:
        assert compiled_before()
    finally:
        os.utime(source, ns=(written.st_atime_ns, written.st_mtime_ns))
