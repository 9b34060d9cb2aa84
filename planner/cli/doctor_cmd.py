"""`planner doctor`: what a bug report needs."""

from __future__ import annotations

import os
import platform

import click

from planner.cli import options as opt


@click.command("doctor")
@opt.json_option
def command(as_json: bool) -> int:
    """Versions, fonts, solvers and cores of this installation."""
    from planner.planning.solve import solver_names
    from planner.reporting.fonts import font_names
    from planner.studies.manifest import versions

    summary = {
        "versions": versions(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count() or 1,
        "solvers": solver_names(),
        "fonts": font_names(),
    }
    lines = [f"{name} {number}" for name, number in summary["versions"].items()]
    lines += [f"{key}: {summary[key]}" for key in ("system", "cores")]
    lines += [f"{key}: {', '.join(summary[key])}" for key in ("solvers", "fonts")]
    opt.emit(summary, as_json, lines)
    return 0
