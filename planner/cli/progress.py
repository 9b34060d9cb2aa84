"""Progress on stderr, and only where a person is looking."""

from __future__ import annotations

import sys
import time
from typing import Any

from planner.cli.messages import say
from planner.errors import on_one_line


class Progress:
    """Shows the stages: on a terminal a line for each that is done and one that moves for the one
    at work; elsewhere a line as each begins; nothing when quiet.
    """

    def __init__(self, quiet: bool, no_color: bool = False) -> None:
        self.quiet, self.no_color = quiet, no_color
        self._live: Any = None
        self._task: Any = None
        self._stage = ("", 0, 0.0)  # name, steps, since when

    def __enter__(self) -> Progress:
        if not self.quiet and sys.stderr.isatty():
            self._live = _live_display(self.no_color)
            self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *error: object) -> None:
        if self._live is not None:
            self._close("done" if kind is None else "stopped")
            self._live.stop()

    def stage(self, name: str, steps: int) -> None:
        """A stage begins, of so many steps (0: not known); the one before is done."""
        if self._live is None:
            say(f"{name} ({steps:,}) ..." if steps else f"{name} ...", self.quiet)
            return
        self._close("done")
        self._stage = (on_one_line(name), steps, time.monotonic())
        self._task = self._live.add_task(on_one_line(name), total=steps or None)

    def step(self, k: int) -> None:
        """One step more of the stage at work."""
        if self._live is not None:
            self._live.advance(self._task)

    def tell(self, message: str) -> None:
        """Pass a message on to the person at the terminal."""
        say(message, self.quiet)

    def _close(self, end: str) -> None:
        """The line of the stage at work becomes a line of text that stays."""
        if self._task is not None:
            from rich.text import Text

            name, steps, since = self._stage
            count = f" ({steps:,})" if steps else ""
            self._live.remove_task(self._task)
            self._live.console.print(
                Text(f"{end:<8}{name}{count}, {time.monotonic() - since:,.1f} s")
            )
            self._task = None


def _live_display(no_color: bool) -> Any:
    """A display with one line for the stage at work; bar and count only where the number of steps
    is known.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        SpinnerColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
    )
    from rich.progress import Progress as Live
    from rich.text import Text

    class Bar(BarColumn):
        def render(self, task: Task) -> Any:
            return Text("") if task.total is None else super().render(task)

    class Count(MofNCompleteColumn):
        def render(self, task: Task) -> Text:
            return Text("") if task.total is None else super().render(task)

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        Bar(),
        Count(),
        TimeElapsedColumn(),
    )
    return Live(*columns, console=Console(stderr=True, no_color=no_color))
