"""`planner explain`: why there is no plan, where orders miss, or what limits a plan most."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt


@click.command("explain")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@opt.jobs_option
@opt.lang_option
@opt.json_option
@opt.quiet_option
@opt.no_color_option
def command(folder: Path, lang: str, as_json: bool, **_unused: object) -> int:
    """Explain a folder of plan, run or simulate: the limits to blame and the repairs where there is
    no plan; where orders miss and the cheapest unit that helps where it is not certified; else what
    limits it most.

    \b
    planner explain reports/my-promo
    """  # noqa: D301 - click needs the character itself
    from planner.studies.explain_folder import explain_folder

    # --jobs, --quiet and --no-color are accepted as by every command; an explanation is read,
    # nothing is computed
    content, lines = explain_folder(folder, lang)
    messages.emit(content, as_json, lines)
    return 0
