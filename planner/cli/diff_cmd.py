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
@opt.lang_option
@opt.json_option
@opt.quiet_option
def command(
    *,
    folder_a: Path,
    folder_b: Path,
    lang: str,
    as_json: bool,
    quiet: bool,
) -> int:
    r"""Compare two finished results: what differs in inputs, options and versions, in costs,
    people by day and shift, hires, stock, contracts and routing, in the orders on time and in the
    certificate.

    Where both were simulated on the same orders, replications are paired. Folders that are not
    quite comparable are compared as far as possible, and what is not is said. Neither folder is
    written to.

    \b
    planner diff reports/today reports/more-packers
    """
    from planner.reporting.outputs.difference_cells import labels_of
    from planner.reporting.outputs.difference_object import difference_object
    from planner.reporting.outputs.difference_text import difference_lines
    from planner.studies.run_differences.compare import compare_results

    found = compare_results(folder_a, folder_b)
    lines = difference_lines(found, labels_of(found, lang))
    messages.emit(difference_object(found), as_json, lines, quiet)
    return 0
