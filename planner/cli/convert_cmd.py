"""`planner convert`: a scenario's folder becomes a workbook, a workbook a folder."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt


@click.command("convert")
@click.argument("source", metavar="SRC", type=click.Path(exists=True, path_type=Path))
@click.argument("target", metavar="DST", type=opt.out_path)
@opt.lang_option
@opt.json_option
@opt.quiet_option
def command(*, source: Path, target: Path, lang: str, as_json: bool, quiet: bool) -> None:
    """Write a scenario in its other form: its folder as a workbook, or a workbook as a folder.

    SRC is the scenario, DST ends in .xlsx or is a new folder. Nothing is replaced, and what is
    written is read again and must state the same scenario. Comments of YAML files are kept only
    where they stand at the begin of scenario.yaml, on the guide of the workbook.

    \b
    planner convert my-promo my-promo.xlsx
    planner convert my-promo.xlsx my-promo
    """  # noqa: D301 - click needs the character itself
    from planner.formats.conversion.convert import convert

    converted = convert(source, target, lang)
    messages.warn(converted.warnings, quiet)
    files = [str(path) for path in converted.files]
    summary = {"kind": converted.kind, "files": files, "left_out": list(converted.left_out)}
    messages.emit(summary, as_json, [str(target)], quiet)
    if converted.left_out:
        words = ", ".join(converted.left_out)
        messages.say(f"not part of the scenario, so not in it: {words}", quiet or as_json)
    many = "file" if len(files) == 1 else "files"
    messages.say(f"{len(files)} {many}; next: planner check {target}", quiet or as_json)
