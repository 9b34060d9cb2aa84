"""The process of the solver is started before a command reads its input."""

from __future__ import annotations

from planner.planning.milp.solver_process import start_ahead


def start_solver() -> None:
    """Start the process of the solver; a command that plans jointly needs it soon."""
    start_ahead(_load)


def _load() -> None:
    """Load the joint model, in that process."""
    import planner.planning.solution.scenario_generation  # noqa: F401 - for later calls
