"""How long each stage of a study took."""

from __future__ import annotations

import time
from dataclasses import dataclass, field


@dataclass
class StageClock:
    """Seconds by stage, for timing.json and the terminal only: no result depends on them.

    A stage that begins several times has the seconds of all of them.
    """

    seconds: dict[str, float] = field(default_factory=dict)
    _stage: str | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)

    def begin(self, stage: str) -> None:
        """Begin a stage; the one before is over."""
        self.finish()
        self._stage, self._since = stage, time.perf_counter()

    def finish(self) -> dict[str, float]:
        """End the current stage and return the seconds of all."""
        if self._stage is not None:
            before = self.seconds.get(self._stage, 0.0)
            self.seconds[self._stage] = round(before + time.perf_counter() - self._since, 3)
            self._stage = None
        return self.seconds
