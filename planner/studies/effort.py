"""How much work a study may do, who hears about its progress, and how long it took."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field


def _silent(*_: object) -> None:
    """Nobody is listening."""


@dataclass
class Effort:
    """The limits of a study, its listeners (`stage(name, steps)`, `step(k)`), and its clock.

    `notes`: what the person at the terminal should know when it is done. The seconds go to timing.json only.
    """

    replications: int
    jobs: int
    effort: int = 100
    time_limit: float | None = None
    stage: Callable[[str, int], None] = _silent
    step: Callable[[int], None] = _silent
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    _running: tuple[str, float] | None = None

    def begin(self, name: str, steps: int = 0) -> None:
        """A stage of the work begins; the one before is over."""
        self.finish()
        self._running = (name, time.perf_counter())
        self.stage(name, steps)

    def finish(self) -> dict[str, float]:
        """Seconds by stage; the stage at work is over."""
        if self._running is not None:
            name, since = self._running
            self.seconds[name] = round(time.perf_counter() - since, 3)
            self._running = None
        return self.seconds
