"""plan.xlsx: a summary, people by day and shift, and every table, as values and never as formulas,
ready to print.

Headings and names are in the language of the report, days and moments are dates, shares are
percentages. The same tables give the same bytes.
"""

from __future__ import annotations

import io
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.output import naming, write_bytes
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.workbook.editable import editable_columns, shown_names
from planner.reporting.outputs.workbook.first_sheet import write_first
from planner.reporting.outputs.workbook.key_sheets import can_be_edited, write_key, write_lists
from planner.reporting.outputs.workbook.looks import looks_of
from planner.reporting.outputs.workbook.site_sheets import write_people, write_site
from planner.reporting.outputs.workbook.table_sheets import BookParts, EditableSheet, write_table
from planner.reporting.tables.run_folder import RunFolder
from planner.reporting.tables.schemas import TABLES

# The sheets in the order somebody works through them; tables not named here come after them.
SHEETS = (
    "staffing",
    "calendar",
    "roster",
    "people",
    "roster_open",
    "hiring",
    "payroll",
    "stock",
    "stock_need",
    "routing",
    "couriers",
    "extra_collections",
    "costs",
    "penalties",
    "after_hours",
    "baselines",
    "path",
    "levers",
    "hindsight",
    "misses",
    "units",
    "blame",
    "repairs",
    "contracts",
    "contract_terms",
    "contracts_by_region",
    "clauses",
    "breakevens",
    "rules",
    "rules_cost",
    "remote",
    "regions",
    "risks",
    "hourly",
    "replications",
    "forecast_daily",
    "forecast_hourly",
    "forecast_peak",
    "processes",
    "shifts",
    "assumptions",
)
BOOK_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}
MOST_SITES = 40  # with a sheet of their own
FIXED_DATE = datetime(2000, 1, 1)  # a date would differ from run to run


def write_workbook(run: RunFolder, labels: Labels, path: Path) -> Path:
    """Write plan.xlsx.

    Parameters
    ----------
    run : RunFolder
        The run.
    labels : Labels
        Language, currency and names.
    path : Path
        File to write.

    Returns
    -------
    Path
        The file.
    """
    content = io.BytesIO()
    with naming_its_drafts(), xlsxwriter.Workbook(content, BOOK_OPTIONS) as book:
        book.set_properties({"title": run.title, "created": FIXED_DATE})
        _write_sheets(book, run, labels)
    write_bytes(path, content.getvalue())
    return path


def _write_sheets(book: Any, run: RunFolder, labels: Labels) -> None:
    """All sheets; those that may be changed only where the plan as it was made is known."""
    parts = BookParts(book, run, labels, looks_of(book, labels), shown_names(run, labels))
    edit = can_be_edited(run)
    tables = [
        name
        for name in (*SHEETS, *(other for other in TABLES if other not in SHEETS))
        if run.has(name) or (edit and name in run.tables and editable_columns(name))
    ]  # without rows too where rows may be added
    open_sheets = [labels.pick(TABLES[n].title) for n in tables if editable_columns(n)]
    read_only = [write_first(parts, open_sheets if edit else [])]
    if run.has("staffing"):
        if len(run.sites) > 1:
            read_only.append(write_people(parts))
        read_only += [write_site(parts, site) for site in run.sites[:MOST_SITES]]
    if edit:
        parts.lists.update(write_lists(book, parts.names))
    editable: list[EditableSheet] = []
    for name in tables:
        marked, found = write_table(parts, name, edit)
        if found.columns:
            editable.append(found)
        else:
            read_only.append(marked)
    if edit:
        write_key(book, run, parts.names, editable, read_only)


@contextmanager
def naming_its_drafts() -> Iterator[None]:
    """The library keeps its parts in the folder for temporary files, and hides the error of a full
    disk in another.
    """
    try:
        yield
    except xlsxwriter.exceptions.FileCreateError as error:
        failed: OSError = error.args[0]
        traceback.clear_frames(
            failed.__traceback__
        )  # lets go of its archive, which still writes when it is removed
        with naming(tempfile.gettempdir()):
            raise failed from None
