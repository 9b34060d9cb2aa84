"""Planning ends as it should whatever is combined: generated scenarios cross every form of demand
with every limit.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.planning.generated_scenarios import outcome, planned_by_command
from benchmarks.planning.scenario_generator import DEMANDS, LIMITS, kind_of, write_scenario
from planner.errors import ExitCode

PAIRS = len(DEMANDS) * len(LIMITS)
SLOW = 23  # whose search takes ten times that of any other
FEW = [
    n for n in range(1, PAIRS, 2) if n != SLOW
]  # the solver's numbers are off by its tolerance in all of them
AT_A_STEP = 5857  # shares in millionths leave no room for the parcels of a surcharge without slack


def check(number: int) -> None:
    """There is a plan, or limits to blame."""
    code, crash = outcome(number)
    assert code in (ExitCode.DONE, ExitCode.NO_PLAN), f"scenario {number}: {crash}"


@pytest.mark.parametrize("number", [*FEW, AT_A_STEP])
def test_a_few_generated_scenarios_have_a_plan_or_limits_to_blame(number: int) -> None:
    """Every form of demand and every limit, with the solver's numbers off by up to its
    tolerance.
    """
    check(number)


@pytest.mark.slow
def test_generated_scenarios_have_a_plan_or_limits_to_blame() -> None:
    """Five hundred: each pair of a form of demand and a limit eleven times."""
    for number in range(500):
        check(number)


@pytest.mark.slow
def test_thousands_of_generated_scenarios_have_a_plan_or_limits_to_blame() -> None:
    """The other 4,500 of five thousand."""
    for number in range(500, 5_000):
        check(number)


def test_every_pair_is_generated() -> None:
    """One of each within as many numbers as there are pairs; the few hold every form of demand and
    every limit.
    """
    assert len({kind_of(number) for number in range(PAIRS)}) == PAIRS
    assert {name for number in FEW for name in kind_of(number)} == {*DEMANDS, *LIMITS}


@pytest.mark.parametrize(
    ("command", "number"),
    [
        ("plan", 2),
        *(pytest.param("plan", n, marks=pytest.mark.slow) for n in range(3, 45, 6)),
        *(pytest.param("compare", n, marks=pytest.mark.slow) for n in range(4, 45, 10)),
        *(pytest.param("run", n, marks=pytest.mark.slow) for n in (7, 22)),
    ],
)
def test_the_command_line_ends_with_a_code_that_says_what_is(
    command: str, number: int, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Done, no plan or not certified; never a crash."""
    code = planned_by_command(write_scenario(tmp_path / "scenario", number), command)
    assert code in (ExitCode.DONE, ExitCode.NO_PLAN, ExitCode.NOT_CERTIFIED), capfd.readouterr().err
