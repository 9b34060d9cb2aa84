"""The report of a run: PDF, pictures, workbook, web page. The same tables give the same bytes."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_pdf import PdfPages

from planner.domain.choices import LANGUAGES
from planner.output import empty, write_bytes
from planner.reporting.language.labels import Labels, language
from planner.reporting.layout import fonts
from planner.reporting.layout.pictures import pictures_of_pages
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.run_folder import RunFolder, printable, read_run_folder

FIGURES = "figures"
LONGEST_NAME = 240  # bytes of a picture's name; systems allow 255, and an ending is added


def write_report(
    run_dir: Path,
    formats: Sequence[str],
    lang: str,
    font: Path | None = None,
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
    return write_and_warn(run_dir, formats, lang, font)[0]


def write_and_warn(
    run_dir: Path, formats: Sequence[str], lang: str, font: Path | None = None
) -> tuple[list[Path], list[str]]:
    """Write the report of a run, and say what its font does not have.

    Parameters
    ----------
    run_dir, formats, lang, font
        As for `write_report`.

    Returns
    -------
    written : list of Path
        The files.
    warnings : list of str
        Characters that are set in another font or cannot be printed at all.
    """
    with no_garbage_collection():
        run = read_run_folder(run_dir)
        context, warnings = _context_of(run, lang, font)
        written: list[Path] = []
        if {"pdf", "png"} & set(formats):
            written += _write_pages(context, run_dir, formats)
        if "html" in formats:
            from planner.reporting.webpage.report_page import write_report_page

            contexts = in_both_languages(context)
            path = write_report_page(contexts, context.labels.lang, run_dir / "report.html")
            written.append(path)
        if "xlsx" in formats:
            from planner.reporting.outputs.workbook.document import write_workbook

            # with every character of its names: a workbook is not set in our typeface, and names
            # that are read back from it must be those of the scenario
            written.append(write_workbook(run, _labels(run, lang), run_dir / "plan.xlsx"))
        return written, warnings


def _write_pages(context: PageContext, run_dir: Path, formats: Sequence[str]) -> list[Path]:
    """The pages as document, as pictures, or as both."""
    with applied(context.typeface):
        sheets = all_pages(context)
        pdf = pdf_of(sheets, context.run.title)
    written = []
    if "pdf" in formats:
        path = run_dir / "report.pdf"
        write_bytes(path, pdf)
        written.append(path)
    if "png" in formats:
        written += write_pictures(pdf, [sheet.slug for sheet in sheets], run_dir / FIGURES)
    return written


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Do not look for cycles in this block.

    Pages are many small objects that live until all is drawn: the search finds nothing, and takes
    a third of the time of laying them out, more after a large simulation.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


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
    return _context_of(read_run_folder(run_dir), lang, font)


def _context_of(run: RunFolder, lang: str, font: Path | None) -> tuple[PageContext, list[str]]:
    """What the pages of a run are made with, and warnings about its characters."""
    typeface, warnings = fonts.cover(fonts.register(font), run.texts())
    run = printable(run, typeface)
    return PageContext(run, _labels(run, lang), typeface), warnings


def _labels(run: RunFolder, lang: str) -> Labels:
    """The words of a language, and the names of a run."""
    return Labels(language(lang), str(run.run.get("currency", "")), run.names())


def in_both_languages(context: PageContext) -> tuple[PageContext, PageContext]:
    """The same run as it is read in English and in Chinese."""
    labels = context.labels
    en, zh = (replace(context, labels=replace(labels, lang=lang)) for lang in LANGUAGES)
    return en, zh


def font_warnings(run_dir: Path, font: Path | None = None) -> list[str]:
    """Characters of a run that are set in another font or cannot be printed at all."""
    return open_context(run_dir, "en", font)[1]


def pdf_of(sheets: Sequence[Sheet], title: str) -> bytes:
    """All sheets as one PDF without a date.

    Call it inside `style.applied`.

    Parameters
    ----------
    sheets : sequence of Sheet
        The sheets in their order.
    title : str
        Title of the document.

    Returns
    -------
    bytes
        The document.
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
    return content.getvalue()


def write_document(
    sheets: Sequence[Sheet], path: Path, title: str, pictures: int | None = None
) -> list[Path]:
    """Write sheets as a PDF, and its pages as pictures in the folder of figures next to it.

    Call it inside `style.applied`.

    Parameters
    ----------
    sheets : sequence of Sheet
        The sheets in their order.
    path : Path
        File of the document.
    title : str
        Title of the document.
    pictures : int or None
        Number of pages, from the first, that are pictures too (None: all).

    Returns
    -------
    list of Path
        The files.
    """
    pdf = pdf_of(sheets, title)
    write_bytes(path, pdf)
    slugs = [sheet.slug for sheet in sheets[:pictures]]
    return [path, *write_pictures(pdf, slugs, path.parent / FIGURES)]


def write_pictures(pdf: bytes, slugs: Sequence[str], folder: Path) -> list[Path]:
    """Pages of a document as PNG, each named by what it shows.

    Pictures of an earlier report are removed.

    Parameters
    ----------
    pdf : bytes
        The document.
    slugs : sequence of str
        What its pages show, from the first one on.
    folder : Path
        Folder of the pictures.

    Returns
    -------
    list of Path
        The files.
    """
    empty(folder)
    written: list[Path] = []
    for slug, content in zip(slugs, pictures_of_pages(pdf, len(slugs)), strict=True):
        path = folder / f"{file_name(slug, written)}.png"
        write_bytes(path, content)
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
