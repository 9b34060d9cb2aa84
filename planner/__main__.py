"""`python -m planner` and `planner`: the same command line."""

from __future__ import annotations

import os

from planner.environment import without_current_folder

INTERRUPTED = 130


def main() -> None:
    """Run the command line.

    An interrupt while Python still loads it ends the process at once, without a traceback.
    """
    # before anything is looked up there that Python has not loaded itself
    with without_current_folder():
        _run()


def _run() -> None:
    """Load and run the command line."""
    import signal

    from planner.interrupts import SIGNALS, ignore_from_now_on

    for number in SIGNALS:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _end)
    from planner.cli.main import main as run

    try:
        run()
    finally:
        ignore_from_now_on()


def _end(signum: int, frame: object) -> None:
    """End the process at once: nothing has been started or written yet."""
    os._exit(INTERRUPTED)


if __name__ == "__main__":
    main()
