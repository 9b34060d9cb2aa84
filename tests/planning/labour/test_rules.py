"""The labour rules: checks that need no solver, and limits that can be moved."""

from __future__ import annotations

import subprocess
import sys

from planner.planning.labour.rules import CREW_RULES, RULES
from planner.studies.diagnosis.limit_changes import KINDS, MOVES


def test_checks_load_no_solver() -> None:
    """Whoever checks a plan or a roster does not even import the solver that made it."""
    check = (
        "import sys; import planner.planning.validation.plan_rules; "
        "import planner.planning.validation.roster_rules; "
        "sys.exit(any(name.split('.')[0] == 'ortools' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0


def test_every_rule_is_registered_once() -> None:
    """Rows on whole crews come from rules of the list."""
    kinds = [type(rule) for rule in RULES]
    assert len(set(kinds)) == len(kinds)
    assert {type(rule) for rule in CREW_RULES} <= set(kinds)


def test_limits_of_rules_can_be_moved() -> None:
    """What a rule states as a limit of the business, a repair can move."""
    for rule in RULES:
        for kind in rule.limits:
            assert KINDS[kind.key].relaxation is kind.relaxation
            assert MOVES[kind.relaxation.key] is kind.relaxation
