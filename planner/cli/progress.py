"""Progress on stderr, and only where a person is looking."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from planner.cli.options import say

if TYPE_CHECKING:
    from planner.studies.effort import Effort


class Progress:
    """Shows the stage at work: a bar on a terminal, one line per stage otherwise, nothing when quiet."""

    def __init__(self, quiet: bool, no_color: bool = False) -> None:
        self.quiet, self.no_color = quiet, no_color
        self._live: Any = None
        self._task: Any = None

    def attach(self, work: Effort) -> Progress:
        """Listen to a study."""
        work.stage, work.step, work.tell = self.stage, self.step, self.tell
        return self

    def __enter__(self) -> Progress:
        if not self.quiet and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
            from rich.progress import Progress as Live

            columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
            self._live = Live(*columns, TimeElapsedColumn(), console=Console(stderr=True, no_color=self.no_color))
            self._live.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._live is not None:
            self._live.stop()

    def stage(self, name: str, steps: int) -> None:
        if self._live is None:
            say(f"{name} ..." if not steps else f"{name} ({steps}) ...", self.quiet)
        else:
            self._task = self._live.add_task(name, total=steps or None)

    def step(self, k: int) -> None:
        if self._live is not None and self._task is not None:
            self._live.advance(self._task)

    def tell(self, message: str) -> None:
        say(message, self.quiet)
