"""Seconds by stage: each counted once, those of the same name together."""

from __future__ import annotations

from unittest.mock import patch

from planner.studies.runs import stage_clock
from planner.studies.runs.stage_clock import StageClock


def test_a_stage_that_comes_again_adds_to_its_seconds() -> None:
    """Looks of 1 and 4 s with trimming of 2 s in between: 5 and 2 s."""
    moments = iter([0.0, 1.0, 1.0, 3.0, 3.0, 7.0])
    clock = StageClock()
    with patch.object(stage_clock.time, "perf_counter", lambda: next(moments)):
        for stage in ("look", "trimming", "look"):
            clock.begin(stage)
        assert clock.finish() == {"look": 5.0, "trimming": 2.0}
        assert clock.finish() == {"look": 5.0, "trimming": 2.0}
