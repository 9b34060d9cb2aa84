"""`planner diff`: two finished results side by side."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt

result_folder = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command("diff")
@click.argument("folder_a", metavar="DIR_A", type=result_folder)
@click.argument("folder_b", metavar="DIR_B", type=result_folder)
@click.option(
    "--html",
    "html",
    type=opt.out_path,
    metavar="FILE",
    help="Write one offline page with everything that differs, as tables and figures.",
)
@opt.lang_option
@click.option(
    "--force", envvar="PLANNER_FORCE", is_flag=True, help="Replace the page if it exists."
)
@opt.json_option
@opt.quiet_option
def command(
    *,
    folder_a: Path,
    folder_b: Path,
    html: Path | None,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Compare two finished results: what differs in inputs, options and versions, in costs,
    people by day and shift, hires, stock, contracts and routing, in the orders on time and in the
    certificate.

    Where both were simulated on the same orders, replications are paired. Folders that are not
    quite comparable are compared as far as possible, and what is not is said. Neither folder is
    written to.

    \b
    planner diff reports/today reports/more-packers
    planner diff reports/today reports/more-packers --html diff.html --lang zh
    """  # noqa: D301 - click needs the character itself
    from planner.output import FILE, new_file, refuse, refuse_inside, write_text
    from planner.reporting.language.labels import language
    from planner.reporting.outputs.difference_cells import labels_of
    from planner.reporting.outputs.difference_object import difference_object
    from planner.reporting.outputs.difference_text import difference_lines
    from planner.reporting.webpage.differences_page import BEGINS, differences_page
    from planner.studies.run_differences.compare import compare_results

    folders = (folder_a, folder_b)
    if html is not None:
        refuse_inside(html, folders)
        refuse(html, folders, force, FILE, BEGINS)
    found = compare_results(folder_a, folder_b)
    if html is not None:
        with new_file(html, folders, force, BEGINS) as draft:
            write_text(draft, differences_page(found, language(lang)))
    lines = difference_lines(found, labels_of(found, lang), html)
    messages.emit(difference_object(found), as_json, lines, quiet)
    return 0
