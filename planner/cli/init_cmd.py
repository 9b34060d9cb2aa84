"""`planner init`: a scenario that runs as it is, as a folder or a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt


@click.command()
@click.argument("directory", metavar="DIR", required=False, type=opt.out_path)
@click.option("--template", default="singles-day", show_default=True, help="What to start from.")
@click.option(
    "--list", "listing", is_flag=True, help="Show the templates and the rule packs of platforms."
)
@click.option("--excel", is_flag=True, help="Write a workbook, DIR.xlsx, instead of a folder.")
@opt.lang_option
@opt.json_option
@opt.quiet_option
def command(
    *,
    directory: Path | None,
    template: str,
    listing: bool,
    excel: bool,
    lang: str,
    as_json: bool,
    quiet: bool,
) -> None:
    """Write a scenario to start from; it passes `check` and `run` unchanged.

    DIR must not exist yet, or be empty. With --excel it is a workbook to fill in, which every
    command takes where it takes a folder; --lang zh writes it in Chinese.

    \b
    planner init my-promo --template singles-day
    planner init my-promo --excel --lang zh
    """  # noqa: D301 - click needs the character itself
    from planner.formats.base import shipped_files
    from planner.formats.base.findings import nearest

    if listing:
        _list(lang, as_json)
        return
    if directory is None:
        raise click.UsageError("Missing argument 'DIR'.")
    if template not in shipped_files.names():
        raise click.UsageError(
            f"no template {template!r}{nearest(template, shipped_files.names())}"
        )
    if excel:
        _write_workbook(directory, template, lang, as_json, quiet)
        return
    files = shipped_files.copy(template, directory, lang)
    names = [path.relative_to(directory).as_posix() for path in files]
    messages.emit(
        {"directory": str(directory), "template": template, "files": names},
        as_json,
        [str(directory)],
        quiet,
    )
    messages.say(
        f"{len(files)} files from template {template}; next: planner check {directory}",
        quiet or as_json,
    )


def _write_workbook(directory: Path, template: str, lang: str, as_json: bool, quiet: bool) -> None:
    """The template as a workbook; its name gets its ending where it has none."""
    from planner.formats.conversion.convert import SUFFIX, new_workbook

    has_ending = directory.suffix.casefold() == SUFFIX
    path = directory if has_ending else directory.with_name(directory.name + SUFFIX)
    new_workbook(template, path, lang)
    messages.emit({"workbook": str(path), "template": template}, as_json, [str(path)], quiet)
    messages.say(f"workbook from template {template}; next: planner check {path}", quiet or as_json)


def _list(lang: str, as_json: bool) -> None:
    """The templates, and the rule packs a scenario may name under `platform`."""
    from planner.formats.base import shipped_files
    from planner.formats.scenario.platforms import pack_titles

    titles, packs = (
        {name: shipped_files.title(name, lang) for name in shipped_files.names()},
        pack_titles(),
    )
    lines = [
        "templates (--template NAME):",
        *(f"  {name:<16} {title}" for name, title in titles.items()),
    ]
    lines += [
        "rule packs (platform: NAME):",
        *(f"  {name:<16} {title}" for name, title in packs.items()),
    ]
    messages.emit({"templates": titles, "platforms": packs}, as_json, lines)
