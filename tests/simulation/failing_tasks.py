"""Tasks for worker processes: some die, some fail."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DieOnce:
    """Kills its own worker at some replications, the first time each."""

    folder: Path
    at: tuple[int, ...]

    def __call__(self, replication: int) -> int:
        marker = self.folder / str(replication)
        if replication in self.at and not marker.exists():
            marker.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return replication * 10


def die(replication: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return replication


def fail(replication: int) -> int:
    raise ValueError(f"replication {replication}")


def nap(replication: int) -> int:
    return replication
