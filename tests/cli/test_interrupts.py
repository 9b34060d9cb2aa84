"""Ctrl-C always arrives, and ends a command with its own exit code."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Iterator

import pytest

from planner import interrupts
from planner.cli.main import main
from planner.interrupts import Interrupted, interruptible, uninterrupted
from planner.planning.milp.solver import interruptible as deaf_call


@pytest.fixture
def ignoring() -> Iterator[None]:
    """A process that was set to ignore Ctrl-C, as a shell does with what it runs in the background."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, handler)


def struck(number: int) -> None:
    """Send this process a signal and wait for it."""
    with interruptible():
        signal.raise_signal(number)
        time.sleep(60)


class Wrapping:
    """Makes another error of any error, as some libraries do while they are loaded."""

    def __set_name__(self, owner: type, name: str) -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            raise ValueError("this class cannot be built") from error


def struck_while_a_library_wraps_errors() -> None:
    """The same while a class is being built."""
    with interruptible():
        type("Built", (), {"part": Wrapping()})


def struck_where_nothing_can_be_raised() -> None:
    """The same while Python clears up after an object: there an exception is only reported."""
    with interruptible():
        thing = type("Thing", (), {})()
        watched = weakref.ref(thing, lambda _: signal.raise_signal(signal.SIGINT))
        del thing
        time.sleep(60)
        assert watched() is None


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_both_signals_interrupt_and_are_given_back(number: int) -> None:
    """Ctrl-C and a request to end raise the same error; afterwards the handlers are those from
    before.
    """
    before = signal.getsignal(number), sys.unraisablehook
    with pytest.raises(Interrupted):
        struck(number)
    assert (signal.getsignal(number), sys.unraisablehook) == before


def cleaning_up(done: list[str]) -> None:
    """Ctrl-C at the work, and three times more while it is put in order."""
    with interruptible():
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
                signal.raise_signal(number)
                done.append("cleaned")


def test_later_signals_do_not_break_off_the_cleaning_up() -> None:
    """The first one is raised, the others find the command on its way out."""
    done: list[str] = []
    with pytest.raises(Interrupted):
        cleaning_up(done)
    assert done == ["cleaned"] * 3


def test_a_late_signal_is_raised_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library may have swallowed the first; after a while the next one counts."""
    monkeypatch.setattr(interrupts, "PATIENCE_S", -1.0)
    done: list[str] = []
    with pytest.raises(Interrupted):
        cleaning_up(done)
    assert done == []


def whole_step(done: list[str]) -> None:
    with interruptible(), uninterrupted(), uninterrupted():
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
        done.append("all")


def test_a_step_that_must_be_whole_is_finished_first() -> None:
    """An interrupt that comes within is raised at its end, once."""
    done: list[str] = []
    with pytest.raises(Interrupted):
        whole_step(done)
    assert done == ["all"]
    with interruptible():
        done.append("the next command starts afresh")
    assert len(done) == 2


STRIKING = """\
import atexit, os, signal, sys
def strike(*_, **__):
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGINT)
class Importing:
    def find_spec(self, name, path=None, target=None):
        if name == moment:
            sys.meta_path.remove(self)
            strike()
moment, sys.argv[1:] = sys.argv[1], ["init", "--list", "--quiet"]
sys.meta_path.insert(0, Importing())
if moment == "at exit":
    atexit.register(strike)
from planner.__main__ import main
main()
"""


@pytest.mark.parametrize(
    ("moment", "code", "said"),
    [
        ("planner.cli.main", 130, ""),
        ("planner.cli.init_cmd", 130, "interrupted; nothing was written under its final name"),
        (
            "planner.formats.base.shipped_files",
            130,
            "interrupted; nothing was written under its final name",
        ),
        ("at exit", 0, ""),
    ],
)
def test_three_interrupts_in_a_row(moment: str, code: int, said: str) -> None:
    """While the program, its command or a part of it is loaded, and when it ends: no traceback, our
    exit code.
    """
    asked = [sys.executable, "-c", STRIKING, moment]
    ended = subprocess.run(asked, check=False, timeout=120, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr.strip()) == (code, said)


def test_an_interrupt_that_was_lost_comes_again() -> None:
    """One that comes in a callback that cannot raise, as the import system has one, is not
    swallowed.
    """
    with pytest.raises(Interrupted):
        struck_where_nothing_can_be_raised()


def struck_where_it_is_only_printed() -> None:
    """The same in a library that prints what is raised and continues, as PyErr_Print does."""
    with interruptible():
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt as error:
            sys.excepthook(type(error), error, error.__traceback__)
        time.sleep(60)


def test_an_interrupt_that_was_printed_comes_again(capsys: pytest.CaptureFixture[str]) -> None:
    """Without the traceback."""
    before = sys.excepthook
    with pytest.raises(Interrupted):
        struck_where_it_is_only_printed()
    assert capsys.readouterr().err == ""
    assert sys.excepthook is before


def test_an_interrupt_that_was_made_another_error_is_still_one() -> None:
    """An error of a library that was interrupted at its work is no bug to report."""
    with pytest.raises(Interrupted):
        struck_while_a_library_wraps_errors()


def test_an_ignored_signal_stays_ignored(ignoring: None) -> None:
    """What runs in the background does not end by the Ctrl-C meant for what runs in front."""
    with interruptible():
        signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_the_exit_code_is_ours_wherever_the_interrupt_came() -> None:
    """Interrupted within text that is compiled on the fly, a process ends with 130, not by a
    signal.
    """
    program = (
        "import signal, sys\n"
        "from planner.interrupts import interruptible\n"
        "try:\n"
        "    with interruptible(): exec('signal.raise_signal(signal.SIGINT)')\n"
        "except KeyboardInterrupt: sys.exit(130)\n"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 130


def test_out_of_memory_is_said_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 6 and a sentence, not a bug report."""

    def exhausted(**_: object) -> None:
        raise MemoryError("Unable to allocate 763 MiB")

    monkeypatch.setattr("planner.cli.doctor_cmd.command.callback", exhausted)
    with pytest.raises(SystemExit) as ended:
        main(["doctor"])
    assert ended.value.code == 6
    said = capsys.readouterr().err
    assert (
        said == "out of memory (Unable to allocate 763 MiB): the promotion is too large for this "
        "machine\n"
    )


def test_an_interrupt_does_not_wait_for_the_solver() -> None:
    """A command interrupted while its solver is at work ends with 130 at once, whatever the solver
    continues with.
    """
    program = (
        "import os, signal, threading, time\n"
        "from planner.cli import doctor_cmd, main\n"
        "from planner.planning.milp import solver as solve\n"
        "def solving(**_):\n"
        "    threading.Timer(0.2, os.kill, [os.getpid(), signal.SIGINT]).start()\n"
        "    solve.interruptible(time.sleep, 600)\n"
        "doctor_cmd.command.callback = solving\n"
        "main.main(['doctor'])\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", program], check=False, timeout=120, capture_output=True, text=True
    )
    assert ended.returncode == 130
    assert ended.stderr.strip().startswith("interrupted")


def test_an_error_of_the_solver_is_raised_where_it_was_called() -> None:
    """An error in the solver's thread is raised outside of it."""
    with pytest.raises(ValueError, match="no such model"):
        deaf_call(_failing)
    assert deaf_call(len, "four") == 4


def _failing() -> None:
    raise ValueError("no such model")


@pytest.mark.parametrize("number", [n for n in interrupts.SIGNALS if sys.platform != "win32"])
def test_no_signal_changes_the_exit_code_at_the_very_end(number: int) -> None:
    """While Python clears up after the command, a further request to end is no end by the
    signal.
    """
    script = (
        "import atexit, signal\n"
        "from planner.cli import main as cli\n"
        "from planner.__main__ import main\n"
        "def interrupted(argv=None): raise SystemExit(130)\n"
        "cli.main = interrupted\n"
        f"atexit.register(signal.raise_signal, signal.Signals({int(number)}))\n"
        "main()\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 130


def test_a_block_is_finished_where_nothing_listens() -> None:
    """As in a script that calls our functions: Python's own interrupt comes at the end."""
    before, done = signal.signal(signal.SIGINT, signal.default_int_handler), []

    @uninterrupted()
    def struck_within() -> None:
        signal.raise_signal(signal.SIGINT)
        done.append(True)

    try:
        with pytest.raises(KeyboardInterrupt):
            struck_within()
        assert done
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
