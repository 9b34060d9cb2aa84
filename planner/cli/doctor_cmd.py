"""`planner doctor`: what a bug report needs."""

from __future__ import annotations

import os
import platform
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version

import click

from planner.cli import options as opt

EXTRAS = ("distributed",)


@click.command("doctor")
@opt.json_option
def command(as_json: bool) -> int:
    """Versions, fonts, solvers and cores of this installation."""
    from planner.planning.solve import solver_names
    from planner.reporting.fonts import font_names
    from planner.studies.manifest import versions

    numbers, solvers, fonts = {**versions(), **optional_versions()}, solver_names(), font_names()
    system, cores = f"{platform.system()} {platform.machine()}", os.cpu_count() or 1
    summary = {"versions": numbers, "system": system, "cores": cores, "solvers": solvers, "fonts": fonts}
    lines = [f"{name} {number}" for name, number in numbers.items()]
    lines += [f"system: {system}", f"cores: {cores}", f"solvers: {', '.join(solvers)}", f"fonts: {', '.join(fonts)}"]
    opt.emit(summary, as_json, lines)
    return 0


def optional_versions() -> dict[str, str]:
    """Versions of the extras that are installed."""
    found = {}
    for name in EXTRAS:
        with suppress(PackageNotFoundError):
            found[name] = version(name)
    return found
