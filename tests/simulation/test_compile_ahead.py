"""The engine is compiled by a child while its parent has other work, where that is of use."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from planner.domain.random_streams import Streams
from planner.simulation import compile_ahead
from planner.simulation.compile_ahead import NOTHING_TO_COMPILE, Compilation, compiling, run_empty
from planner.simulation.compiled_engine.code_cache import ENDING, Place
from planner.simulation.compiled_engine.kernel import run_epochs
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.simulate import simulate
from tests.builders import a_problem
from tests.simulation.builders import generated

CHILD = """
import sys
sys.path.insert(0, {root!r})
from planner.simulation.compile_ahead import compiling
from planner.simulation.simulate import compiled_before
from tests.builders import a_problem
if __name__ == "__main__":
    assert not compiled_before()
    with compiling(a_problem()) as compilation:
        assert compilation.running
        compilation.wait()
    assert compiled_before()
"""


@pytest.fixture
def first_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nothing was compiled before."""
    monkeypatch.setattr(compile_ahead, "compiled_before", lambda: False)


@pytest.mark.usefixtures("first_use")
def test_the_child_ends_with_the_block() -> None:
    """Also where an interrupt leaves it."""
    for error in (None, KeyboardInterrupt):
        seen: list[Compilation] = []
        with suppress(KeyboardInterrupt), compiling(a_problem()) as compilation:
            assert compilation.running
            seen.append(compilation)
            if error:
                raise error
        assert not seen[0].running


def unwritable(monkeypatch: pytest.MonkeyPatch) -> None:
    place = Place(None, "read-only")
    monkeypatch.setattr(compile_ahead, "machine_code_place", lambda: place)


def compiled_already(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compile_ahead, "compiled_before", lambda: True)


def in_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: object())


@pytest.mark.usefixtures("first_use")
@pytest.mark.parametrize("made_so", [unwritable, compiled_already, in_a_child])
def test_no_child_where_it_is_useless(
    made_so: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What cannot be kept is compiled by each process for itself."""
    made_so(monkeypatch)
    with compiling(a_problem()) as compilation:
        assert compilation is NOTHING_TO_COMPILE
        assert not compilation.running


def test_one_signature_does_for_every_problem() -> None:
    """What is compiled for no orders is the code that simulates them."""
    for seed in range(6):
        problem, plan = generated(seed)
        run_empty(problem)
        streams = Streams(seed, "pilot", 0)
        simulate(problem, plan, draw_orders(problem, streams), streams)
    assert len(run_epochs.signatures) == 1


@pytest.mark.slow
def test_two_children_at_once_leave_one_good_file(tmp_path: Path) -> None:
    """Each replaces the file as a whole."""
    root = str(Path(__file__).parents[2])
    script = tmp_path / "first_use.py"
    script.write_text(CHILD.format(root=root), encoding="utf-8")
    (cache := tmp_path / "cache").mkdir()
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(cache)}
    started = [subprocess.Popen([sys.executable, script], env=environment) for _ in range(2)]
    assert [process.wait() for process in started] == [0, 0]
    (code,) = cache.rglob(f"*{ENDING}")
    assert not list(cache.rglob("*.tmp"))
    assert code.stat().st_size > 0
