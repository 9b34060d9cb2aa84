"""The report of a run: PDF, pictures, workbook, web page. The same tables give the same bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_pdf import PdfPages

from planner.output import empty, write_bytes
from planner.reporting.language.labels import Labels, language
from planner.reporting.layout import fonts
from planner.reporting.layout.pictures import Pen
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import printable, read_run_folder

FIGURES = "figures"
LONGEST_NAME = 240  # bytes of a picture's name; systems allow 255, and an ending is added


def write_report(
    run_dir: Path, formats: Sequence[str], lang: str, font: Path | None = None
) -> list[Path]:
    """Write the report of a run into its folder.

    Parameters
    ----------
    run_dir : Path
        Folder of the run.
    formats : sequence of str
        Some of `pdf`, `png`, `xlsx`, `html`.
    lang : str
        `en` or `zh`.
    font : Path or None
        Font file to use instead of the shipped one.

    Returns
    -------
    list of Path
        The files: report.pdf, figures/*.png, plan.xlsx, report.html.

    Raises
    ------
    InputError
        Files of the folder are missing or damaged, or `font` is no font.
    """
    context, _ = open_context(run_dir, lang, font)
    written: list[Path] = []
    if {"pdf", "png", "html"} & set(formats):
        with applied(context.typeface):
            sheets = all_pages(context)
            if "pdf" in formats:
                written.append(write_pdf(sheets, run_dir / "report.pdf", context.run.title))
            if {"png", "html"} & set(formats):
                pictures = write_pictures(sheets, run_dir / FIGURES)
                written += pictures
    if "html" in formats:
        from planner.reporting.outputs.webpage import write_page

        written.append(
            write_page(context, run_dir / "report.html", list(zip(sheets, pictures, strict=True)))
        )
    if "xlsx" in formats:
        from planner.reporting.outputs.workbook import write_workbook

        written.append(write_workbook(context.run, context.labels, run_dir / "plan.xlsx"))
    return written


def open_context(
    run_dir: Path, lang: str, font: Path | None = None
) -> tuple[PageContext, list[str]]:
    """Read a run for its pages.

    Parameters
    ----------
    run_dir : Path
        Folder of the run.
    lang : str
        `en` or `zh`.
    font : Path or None
        Font file to use instead of the shipped one.

    Returns
    -------
    tuple of PageContext and list of str
        What pages are made with, and warnings about characters the font does not have.
    """
    run = read_run_folder(run_dir)
    typeface, warnings = fonts.cover(fonts.register(font), run.texts())
    run = printable(run, typeface)
    return PageContext(
        run, Labels(language(lang), str(run.run.get("currency", "")), run.names()), typeface
    ), warnings


def font_warnings(run_dir: Path, font: Path | None = None) -> list[str]:
    """Characters of a run that are set in another font or cannot be printed at all."""
    return open_context(run_dir, "en", font)[1]


def write_pdf(sheets: Sequence[Sheet], path: Path, title: str) -> Path:
    """Write all sheets as one PDF without a date.

    Parameters
    ----------
    sheets : sequence of Sheet
        The sheets in their order.
    path : Path
        File to write.
    title : str
        Title of the document.

    Returns
    -------
    Path
        The file.
    """
    content = io.BytesIO()
    metadata: dict[str, Any] = {
        "Title": title,
        "Creator": "planner",
        "CreationDate": None,
        "ModDate": None,
    }
    with PdfPages(content, metadata=metadata) as pdf:
        for sheet in sheets:
            pdf.savefig(sheet.figure)
    write_bytes(path, content.getvalue())
    return path


def write_pictures(sheets: Sequence[Sheet], folder: Path) -> list[Path]:
    """Every sheet as PNG named by what it shows; pictures of an earlier report are removed."""
    empty(folder)
    pen, written = Pen(), list[Path]()
    for sheet in sheets:
        path = folder / f"{file_name(sheet.slug, written)}.png"
        write_bytes(path, pen.png(sheet.figure))
        written.append(path)
    return written


def file_name(slug: str, taken: Sequence[Path]) -> str:
    """A name any file system takes and no other picture has, whatever characters a site's name
    has.
    """
    name = re.sub(r"[^\w-]+", "-", slug).strip("-")[:80] or "page"
    name = name.encode()[:LONGEST_NAME].decode(errors="ignore")
    used = {path.stem.casefold() for path in taken}
    number, unique = 1, name
    while unique.casefold() in used:
        number += 1
        unique = f"{name}-{number}"
    return unique
