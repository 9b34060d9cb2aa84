"""`planner report`: the report of a finished run once more, in another language or format."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.domain.choices import REPORT_FORMATS


@click.command("report")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--format",
    "formats",
    type=click.Choice(REPORT_FORMATS),
    multiple=True,
    help="Default: all.",
)
@opt.lang_option
@click.option(
    "--font",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Font file for all text.",
)
@opt.quiet_option
def command(
    *, folder: Path, formats: tuple[str, ...], lang: str, font: Path | None, quiet: bool
) -> int:
    """Write the report of a finished run again.

    \b
    planner report reports/my-promo --lang zh
    planner report reports/my-promo --format xlsx
    """  # noqa: D301 - click needs the character itself
    from planner.environment import current_folder
    from planner.reporting.report import font_warnings
    from planner.studies.rewrite_report import rewrite_report

    before = current_folder()
    for path in rewrite_report(folder, formats or REPORT_FORMATS, lang, font):
        messages.say(str(path), quiet)
    if before is not None and current_folder() is None:
        messages.say("the current folder was replaced by the new one: enter it again (cd .)", quiet)
    elif not quiet:
        messages.warn(font_warnings(folder, font), quiet)
    return 0
