"""`planner explain`: why there is no plan, where orders miss, or what limits a plan most."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import options as opt


@click.command("explain")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@opt.jobs_option
@opt.lang_option
@opt.json_option
@opt.quiet_option
@opt.no_color_option
def command(folder: Path, jobs: int | None, lang: str, as_json: bool, quiet: bool, no_color: bool) -> int:
    """Explain a folder of plan, run or simulate: the limits to blame and the repairs where there is no plan; where
    orders miss and the cheapest unit that helps where it is not certified; else what limits it most."""
    from planner.cli.progress import Progress
    from planner.studies.effort import Effort
    from planner.studies.explained import explain_folder

    work = Effort(1, opt.available(jobs))
    with Progress(quiet, no_color).attach(work):
        content, lines = explain_folder(folder, lang, work)
    opt.emit(content, as_json, lines)
    return 0
