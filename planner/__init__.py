"""Promotion capacity planner: stock, packing staff and courier contracts decided together.

The names in `__all__` are the Python interface: `read_scenario`, then `plan`, `simulate`,
`certify`, `forecast` and `compare` on the scenario; `rate` for a parcel table, `report` and
`stress` for a run folder. Each is imported when it is first used, so that `import planner` costs
nothing.

>>> scenario = planner.read_scenario("configs/singles-day")
>>> plan = planner.plan(scenario, replications=100)
>>> print(plan.certificate)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from planner.api.functions import (
        certify,
        compare,
        forecast,
        plan,
        rate,
        read_scenario,
        report,
        simulate,
    )
    from planner.api.stress import stress
    from planner.domain.plan import Certificate, Plan
    from planner.domain.problem import Problem
    from planner.errors import PlannerError
    from planner.formats.scenario.reader import Scenario

_HOME = {
    "Certificate": "planner.domain.plan",
    "Plan": "planner.domain.plan",
    "PlannerError": "planner.errors",
    "Problem": "planner.domain.problem",
    "Scenario": "planner.formats.scenario.reader",
    "certify": "planner.api.functions",
    "compare": "planner.api.functions",
    "forecast": "planner.api.functions",
    "plan": "planner.api.functions",
    "rate": "planner.api.functions",
    "read_scenario": "planner.api.functions",
    "report": "planner.api.functions",
    "simulate": "planner.api.functions",
    "stress": "planner.api.stress",
}

__all__ = [
    "Certificate",
    "Plan",
    "PlannerError",
    "Problem",
    "Scenario",
    "certify",
    "compare",
    "forecast",
    "plan",
    "rate",
    "read_scenario",
    "report",
    "simulate",
    "stress",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'planner' has no attribute {name!r}")
    found = getattr(import_module(_HOME[name]), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
