"""The report of a run: PDF, pictures, workbook, web page. The same tables give the same bytes."""

from __future__ import annotations

import gc
import io
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from matplotlib.backends.backend_pdf import PdfPages

from planner.domain.choices import LANGUAGES
from planner.output import empty, write_bytes
from planner.reporting.language.labels import Labels, language
from planner.reporting.layout import fonts
from planner.reporting.layout.pictures import Pen
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.pages.page_context import PageContext
from planner.reporting.picture_process import PictureProcess, picture_process, worth_a_process
from planner.reporting.tables.run_folder import RunFolder, printable, read_run_folder

Draw = Callable[[Sequence[Sheet]], list[bytes]]  # sheets as PNG

FIGURES = "figures"
LONGEST_NAME = 240  # bytes of a picture's name; systems allow 255, and an ending is added


def write_report(
    run_dir: Path,
    formats: Sequence[str],
    lang: str,
    font: Path | None = None,
    jobs: int | None = None,
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
    jobs : int or None
        Processes that may be used, at most two are (default: all cores); the files are the same.

    Returns
    -------
    list of Path
        The files: report.pdf, figures/*.png, plan.xlsx, report.html.

    Raises
    ------
    InputError
        Files of the folder are missing or damaged, or `font` is no font.
    """
    with no_garbage_collection():
        if "png" not in formats or not worth_a_process(run_dir, jobs):
            return _written(run_dir, formats, lang, font)
        with picture_process(partial(_laid_out, run_dir, lang, font)) as process:
            return _written(run_dir, formats, lang, font, process)


def _written(
    run_dir: Path,
    formats: Sequence[str],
    lang: str,
    font: Path | None,
    process: PictureProcess | None = None,
) -> list[Path]:
    """The files of a report; the pictures, which a process may draw meanwhile, after all that does
    not need them.
    """
    context, _ = open_context(run_dir, lang, font)
    first: list[Path] = []
    pictures: list[Path] = []
    last: list[Path] = []
    sheets: list[Sheet] = []
    if {"pdf", "png"} & set(formats):
        sheets = _pages(context)
        if process:
            process.begin(len(sheets))
    if "pdf" in formats:
        with applied(context.typeface):
            first.append(write_pdf(sheets, run_dir / "report.pdf", context.run.title))
    if "xlsx" in formats:
        from planner.reporting.outputs.workbook.document import write_workbook

        last.append(write_workbook(*_as_written(run_dir, lang), run_dir / "plan.xlsx"))
    if "png" in formats:
        with applied(context.typeface):
            draw = process.pictures if process else pictures_of
            pictures = write_pictures(sheets, run_dir / FIGURES, draw)
    if "html" in formats:
        from planner.reporting.webpage.report_page import write_report_page

        contexts = in_both_languages(context)
        last.insert(0, write_report_page(contexts, context.labels.lang, run_dir / "report.html"))
    return first + pictures + last


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


def _laid_out(run_dir: Path, lang: str, font: Path | None) -> list[Sheet]:
    """All pages of a run, as another process lays them out."""
    return _pages(open_context(run_dir, lang, font)[0])


def _pages(context: PageContext) -> list[Sheet]:
    with applied(context.typeface):
        return all_pages(context)


def _as_written(run_dir: Path, lang: str) -> tuple[RunFolder, Labels]:
    """A run with every character of its names: a workbook is not set in our typeface, and names
    that are read back from it must be those of the scenario.
    """
    run = read_run_folder(run_dir)
    return run, Labels(language(lang), str(run.run.get("currency", "")), run.names())


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


def in_both_languages(context: PageContext) -> tuple[PageContext, PageContext]:
    """The same run as it is read in English and in Chinese."""
    labels = context.labels
    en, zh = (replace(context, labels=replace(labels, lang=lang)) for lang in LANGUAGES)
    return en, zh


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


def pictures_of(sheets: Sequence[Sheet]) -> list[bytes]:
    """Draw sheets as PNG, one after the other; call it inside `style.applied`."""
    pen = Pen()
    return [pen.png(sheet.figure) for sheet in sheets]


def write_pictures(sheets: Sequence[Sheet], folder: Path, draw: Draw = pictures_of) -> list[Path]:
    """Every sheet as PNG named by what it shows; pictures of an earlier report are removed.

    Parameters
    ----------
    sheets : sequence of Sheet
        The sheets in their order.
    folder : Path
        Folder of the pictures.
    draw : callable
        Draws all of them.

    Returns
    -------
    list of Path
        The files.
    """
    empty(folder)
    written: list[Path] = []
    for sheet, content in zip(sheets, draw(sheets), strict=True):
        path = folder / f"{file_name(sheet.slug, written)}.png"
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
