"""Tests that need a program beyond Python: left out, and named, where it is missing."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

ALL_ASKED = "PLANNER_TESTS_NEED_ALL"  # set by .ci/run: a missing program is a failure there
POSTGRESQL_FOLDERS = Path("/usr/lib/postgresql")  # Debian keeps the server outside PATH
_left_out: Counter[str] = Counter()


def chromium() -> str | None:
    """The program of a browser, if there is one."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def libreoffice() -> str | None:
    """The program of LibreOffice, if it is there."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def postgresql() -> str | None:
    """The folder of PostgreSQL's server programs, if they are there."""
    initdb = shutil.which("initdb")
    if initdb is not None:
        return str(Path(initdb).resolve().parent)  # it may be linked into PATH alone
    found = sorted(POSTGRESQL_FOLDERS.glob("*/bin/initdb"))
    return str(found[-1].parent) if found else None


PROGRAMS = {"chromium": chromium, "libreoffice": libreoffice, "postgresql": postgresql}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """`@pytest.mark.needs("chromium")`: skipped without it, unless all are asked for."""
    for item in items:
        for mark in item.iter_markers("needs"):
            (program,) = mark.args
            if PROGRAMS[program]() is None and not os.environ.get(ALL_ASKED):
                item.add_marker(pytest.mark.skip(reason=f"needs {program}"))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2]
        if reason.startswith("Skipped: needs "):
            _left_out[reason.removeprefix("Skipped: needs ")] += 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that says what was left out for want of a program."""
    if _left_out:
        counts = ", ".join(f"{program} ({number})" for program, number in sorted(_left_out.items()))
        terminalreporter.write_line(f"Tests left out for want of a program: {counts}")
