"""Random streams, each found by name: adding a source never shifts another."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

# Replications are drawn from separate stream sets: what planning has seen must never be what
# certifies the plan.
PLANNING = "planning"
REHEARSAL = "rehearsal"
HELD_OUT = "held-out"
FORECAST = "forecast"


@dataclass(frozen=True, slots=True)
class Streams:
    """The random streams of one replication.

    Parameters
    ----------
    seed : int
        Seed of the scenario.
    stream_set : str
        Purpose: PLANNING, REHEARSAL, HELD_OUT, FORECAST, or a look of the certification.
    replication : int
        Number of the replication.
    """

    seed: int
    stream_set: str
    replication: int

    def rng(self, *name: str | int) -> np.random.Generator:
        """A generator of its own for `name`; the same name gives the same numbers again."""
        key = "\x1f".join([str(self.seed), self.stream_set, str(self.replication), *map(str, name)])
        digest = hashlib.sha256(key.encode()).digest()
        return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "little")))
