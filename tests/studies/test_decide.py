"""Deciding leaves stdout to the results."""

from __future__ import annotations

import os

import pytest

from planner.studies.decide import stdout_kept_clean


def test_what_a_library_prints_past_python_goes_to_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    """Bytes written to file descriptor 1 while a solver works come out on stderr; afterwards stdout is itself again."""
    with stdout_kept_clean():
        os.write(1, b"solver chatter\n")
    os.write(1, b"result\n")
    said = capfd.readouterr()
    assert said.out == "result\n"
    assert said.err == "solver chatter\n"
