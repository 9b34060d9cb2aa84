"""A solver in a process of its own: what it gives, raises and prints, and that its death is an
error like any other.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from planner.errors import Blame, CrashError, NoPlanError
from planner.planning.milp.solver_process import in_solver_process, start_ahead
from planner.planning.solution.scenario_generation import plan_joint
from tests.planning.builders import lane_prices, problem, scenarios


def refused() -> None:
    raise NoPlanError(
        "infeasible",
        [Blame(rule="limit_crew", words="too few people", excess=2.0, unit="people")],
        repairs=["hire two"],
    )


class Unreadable(Exception):
    """An error that can be written and not read back."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


def unreadable() -> None:
    raise Unreadable("no ", "sense")


def without_memory() -> None:
    raise MemoryError


def test_the_plan_is_the_one_made_here() -> None:
    """Every decision, cost and bound is the same in the child."""
    given = problem()
    here = plan_joint(given, scenarios(given), lane_prices(given))
    there = in_solver_process(plan_joint, given, scenarios(given), lane_prices(given))
    assert (there.staffing, there.routing, there.costs) == (here.staffing, here.routing, here.costs)
    assert (there.status, there.objective, there.bound) == (here.status, here.objective, here.bound)


def test_one_child_does_all_calls() -> None:
    """It is another process, and the same one each time, also after an error."""
    first = in_solver_process(os.getpid)
    with pytest.raises(ValueError, match="invalid literal"):
        in_solver_process(int, "four")
    assert in_solver_process(os.getpid) == first != os.getpid()


def mark() -> None:
    os.environ["PLANNER_TEST_LOADED"] = "yes"


def test_a_child_that_is_started_ahead_is_the_one_that_is_called() -> None:
    """It has loaded what it was told to; where there is one already, that one stays."""
    with pytest.raises(CrashError):
        in_solver_process(os._exit, 1)  # the child of other tests
    start_ahead(mark)
    first = in_solver_process(os.getpid)
    assert in_solver_process(os.getenv, "PLANNER_TEST_LOADED") == "yes"
    start_ahead(mark)
    assert in_solver_process(os.getpid) == first


def test_a_refusal_arrives_whole() -> None:
    """Status, blame and repairs of a problem without a plan, and where it was raised."""
    with pytest.raises(NoPlanError) as raised:
        in_solver_process(refused)
    assert (raised.value.status, raised.value.repairs) == ("infeasible", ["hire two"])
    assert raised.value.blame == [
        Blame(rule="limit_crew", words="too few people", excess=2.0, unit="people")
    ]
    assert "in refused" in str(raised.value.__cause__)


def test_an_error_that_cannot_be_sent_arrives_in_words() -> None:
    """Nothing is lost of it but its type."""
    with pytest.raises(RuntimeError, match="no sense"):
        in_solver_process(unreadable)


@pytest.mark.parametrize(
    ("function", "given", "words"),
    [
        (os.abort, (), "ended by SIGABRT"),
        (signal.raise_signal, (signal.SIGSEGV,), "ended by SIGSEGV"),
        (signal.raise_signal, (signal.SIGKILL,), "ended by SIGKILL (out of memory?)"),
        (os._exit, (3,), "ended with code 3"),
        (without_memory, (), "ran out of memory"),
    ],
)
def test_a_dead_child_is_a_crash_and_the_next_call_has_a_new_one(
    function: Callable[..., Any], given: tuple[Any, ...], words: str
) -> None:
    """However the solver crashes, the caller gets an error with words and continues."""
    with pytest.raises(CrashError) as raised:
        in_solver_process(function, *given)
    assert words in str(raised.value)


def test_the_call_after_a_crash_has_a_new_child() -> None:
    """A study can continue planning."""
    with pytest.raises(CrashError):
        in_solver_process(os._exit, 1)
    assert in_solver_process(len, "four") == 4


def test_what_a_solver_prints_is_dropped_and_messages_are_not() -> None:
    """Bytes written past Python to the child's stdout are seen nowhere; stderr is ours and
    arrives.
    """
    program = (
        "import os\n"
        "from planner.planning.milp.solver_process import in_solver_process\n"
        "if __name__ == '__main__':\n"
        "    in_solver_process(os.write, 1, b'chatter\\n'); in_solver_process(os.write, 2, b'message\\n'); print('result')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert (done.stdout, done.stderr) == ("result\n", "message\n")


def test_an_interrupt_kills_the_child_at_once() -> None:
    """Ctrl-C, which a terminal sends to both, ends a command with 130 whatever its solver does; no
    child is left.
    """
    program = (
        "import os, signal, threading, time\n"
        "from planner.cli import doctor_cmd, main\n"
        "from planner.planning.milp.solver_process import in_solver_process\n"
        "def solving(**_):\n"
        "    print(in_solver_process(os.getpid), flush=True)\n"
        "    threading.Timer(0.3, os.killpg, [os.getpgrp(), signal.SIGINT]).start()\n"
        "    in_solver_process(time.sleep, 600)\n"
        "doctor_cmd.command.callback = solving\n"
        "if __name__ == '__main__': main.main(['doctor'])\n"
    )
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, check=False, timeout=120, capture_output=True, text=True, start_new_session=True
    )
    assert ended.returncode == 130
    assert ended.stderr.strip() == "interrupted; nothing was written under its final name"
    with pytest.raises(ProcessLookupError):
        os.kill(int(ended.stdout), 0)


def test_threads_take_turns() -> None:
    """Each gets the answer to its own call."""
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda k: in_solver_process(pow, k, 2), range(100)))
    assert found == [k**2 for k in range(100)]
