"""`planner doctor`: what a bug report needs."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

import click

from planner.cli import messages
from planner.cli import options as opt

EXTRAS = ("distributed", "pyarrow", "SQLAlchemy", "psycopg", "PyMySQL")


@click.command("doctor")
@opt.json_option
def command(as_json: bool) -> int:
    """Versions, fonts, solvers and cores of this installation.

    \b
    planner doctor --json
    """  # noqa: D301 - click needs the character itself
    from planner.planning.milp.solver import solver_names
    from planner.reporting.layout.fonts import font_names
    from planner.simulation.simulate import machine_code_place
    from planner.studies.runs.manifest import versions

    numbers, solvers, fonts = {**versions(), **optional_versions()}, solver_names(), font_names()
    system, cores = f"{platform.system()} {platform.machine()}", os.cpu_count() or 1
    code = str(machine_code_place())
    summary = {
        "versions": numbers,
        "system": system,
        "cores": cores,
        "solvers": solvers,
        "fonts": fonts,
    }
    summary["machine_code"] = code
    lines = [f"{name} {number}" for name, number in numbers.items()]
    lines += [
        f"system: {system}",
        f"cores: {cores}",
        f"solvers: {', '.join(solvers)}",
        f"fonts: {', '.join(fonts)}",
    ]
    lines.append(f"machine code: {code}")
    messages.emit(summary, as_json, lines)
    return 0


def optional_versions() -> dict[str, str]:
    """Versions of the extras that are installed."""
    found = {}
    for name in EXTRAS:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
