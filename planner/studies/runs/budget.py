"""How much computation a study may spend."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Budget:
    """What the user grants a study.

    Parameters
    ----------
    replications : int
        Held-out replications of the first certification look.
    effort : int
        Deterministic work of solvers and searches; 100 is normal, twice as much is twice the work.
    time_limit : float, optional
        Solver seconds; results are not reproducible once it has stopped a solver.
    """

    replications: int = 1
    effort: int = 100
    time_limit: float | None = None
