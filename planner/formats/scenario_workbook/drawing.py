"""The sheets of a workbook, drawn: headings with notes, cells with formats, drop-downs."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.utility import xl_range, xl_rowcol_to_cell

from planner.formats.scenario_workbook import labels
from planner.formats.scenario_workbook.cells import Cell
from planner.formats.scenario_workbook.choices import Choices
from planner.formats.scenario_workbook.fields import NUMBERS, Field
from planner.formats.scenario_workbook.guide import draw_guide, draw_lists
from planner.formats.scenario_workbook.labels import PARENT, word
from planner.formats.scenario_workbook.layout import DASH, MARK
from planner.formats.scenario_workbook.pages import BlockPage, Page
from planner.formats.scenario_workbook.styles import (
    DARK,
    EDGE,
    GREEN,
    GREY,
    GREY_TEXT,
    MISSING,
    Styles,
    lines_of,
    width_of,
)

CREATED = datetime(2000, 1, 1)  # a date would differ from one time to the next
SPARE, SPARE_BETWEEN = 20, 4  # empty lines to be filled in: of a sheet, of a block above another
FIRST_LINE = 3  # of a block, behind its title, meaning and headings
_NOTE = {"x_scale": 2.4, "y_scale": 1.6, "font_size": 9, "author": "planner"}
_HIDDEN_LISTS = "lists"
SHARES = ("regions", "products")  # whose shares sum to 1
MOST_MORE = 500  # lines that may be added below
LINE, HEAD_HEIGHT, MEANING_WIDTH = 13.5, 42.0, 90.0
Widths = dict[int, float]  # of the columns of a sheet


@dataclass(frozen=True)
class Look:
    """What all drawing needs: the book, its styles and drop-downs, language and currency.

    `brief`: what values mean stands in notes only.
    """

    book: Any
    styles: Styles
    choices: Choices
    lang: str
    currency: str
    brief: bool = False


def draw(
    pages: Sequence[Page], title: str, remarks: Sequence[str], about: tuple[str, str]
) -> bytes:
    """Draw a workbook.

    Parameters
    ----------
    pages : sequence of Page
        Its sheets.
    title : str
        What the guide is headed by.
    remarks : sequence of str
        Lines of the guide about this scenario.
    about : tuple of str
        Language and currency.

    Returns
    -------
    bytes
        The file; the same for the same pages.
    """
    lang, currency = about
    content = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": title, "created": CREATED})
        styles = Styles(book, lang)
        look = Look(book, styles, Choices(pages, lang), lang, currency)
        guide = book.add_worksheet(word("#guide", lang))
        sheets = [(book.add_worksheet(page.title), page) for page in pages]
        draw_guide(guide, pages, (title, remarks), styles, lang)
        for sheet, page in sheets:
            _draw_page(sheet, page, look)
        lists = book.add_worksheet(word(f"#{_HIDDEN_LISTS}", lang))
        draw_lists(lists, look.choices, styles)
        guide.activate()
    return content.getvalue()


def _draw_page(sheet: Any, page: Page, look: Look) -> None:
    """One sheet."""
    sheet.hide_gridlines(2)
    colour = GREEN if page.of_contract else DARK if page.layout.needed else GREY
    sheet.set_tab_color(colour)
    row = 0
    widths: Widths = {}
    for block in page.blocks:
        row = _draw_block((page, sheet), block, row, look, widths) + 1
    for column, width in widths.items():
        sheet.set_column(column, column, width)
    if len(page.blocks) == 1:
        is_form = page.blocks[0].block.kind == "form"
        sheet.freeze_panes(FIRST_LINE, 0 if is_form else 1)
        sheet.repeat_rows(FIRST_LINE - 1)
    _printed(sheet)


def _printed(sheet: Any) -> None:
    """A4 across, as wide as the paper, numbered pages."""
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&L&A&R&P / &N")


def _draw_block(
    page_and_sheet: tuple[Page, Any], block: BlockPage, top: int, look: Look, widths: Widths
) -> int:
    """Title, meaning, headings and lines of a block; the row after it."""
    page, sheet = page_and_sheet
    key = f"#{block.block.key}"
    title = word(key, look.lang)
    if page.of_contract and top == 0:
        title += f" {DASH} {page.of_contract}"
    styles = look.styles
    sheet.write_string(
        top, 0, f"{MARK} {title}", styles.of(bold=True, font_size=14, font_color=DARK)
    )
    meaning = labels.meaning(key, look.lang)
    sheet.write_string(top + 1, 0, meaning, styles.of(italic=True, font_color=GREY_TEXT))
    first = top + FIRST_LINE
    if block.block.kind == "more":
        return _draw_more(sheet, block, first, look, widths)
    if block.block.kind == "form":
        return _draw_form(sheet, block, first, replace(look, brief=bool(page.of_contract)), widths)
    spare = SPARE if block is page.blocks[-1] else SPARE_BETWEEN
    whole = block.block.kind == "hours"  # of a day
    return _draw_grid(sheet, block, (first, 0 if whole else spare), look, widths)


def _heads(sheet: Any, row: int, names: Sequence[str], look: Look) -> None:
    for column, name in enumerate(names):
        sheet.write_string(row, column, word(name, look.lang), look.styles.head(column < 2))


def _draw_more(sheet: Any, block: BlockPage, first: int, look: Look, widths: Widths) -> int:
    """A path and a value in each line."""
    _heads(sheet, first - 1, (".path", ".value"), look)
    last = first + len(block.lines) + SPARE_BETWEEN
    for row in range(first, last):
        line = block.lines[row - first] if row - first < len(block.lines) else [None, None]
        for column, cell in enumerate(line):
            _write(sheet, (row, column), cell, look.styles.cell("text", False))
    for column, width in enumerate((34, 16)):
        widths[column] = max(widths.get(column, 0), width)
    return last


def _draw_form(sheet: Any, block: BlockPage, first: int, look: Look, widths: Widths) -> int:
    """A value in each line, with its unit and, unless it is `brief`, what it means."""
    brief = look.brief
    names = (".item", ".value", ".unit", ".meaning")[: 3 if brief else 4]
    _heads(sheet, first - 1, names, look)
    for row, (of, line) in enumerate(zip(block.fields, block.lines, strict=True), first):
        _draw_item(sheet, row, of, line[0], look)
        if not brief:
            note = labels.note(of, look.lang)
            sheet.write_string(row, 3, note, look.styles.of(font_color=GREY_TEXT, text_wrap=True))
            sheet.set_row(row, LINE * max(lines_of(note, MEANING_WIDTH), 1) + 2)
    for column, width in enumerate((34, 16) if brief else (34, 40, 10, MEANING_WIDTH)):
        widths[column] = max(widths.get(column, 0), width)
    return first + len(block.fields)


def _draw_item(sheet: Any, row: int, of: Field, cell: Cell | None, look: Look) -> None:
    """Name, value and unit of a line of a form."""
    styles = look.styles
    name = labels.label(of, look.lang)
    sheet.write_string(row, 0, name, styles.of(bold=of.required, border=1, border_color=EDGE))
    sheet.write_comment(row, 0, note_of(of, look), _NOTE)
    style = styles.cell(_kind(of, cell), of.required, left=True, plain=of.key == "seed")
    _write(sheet, (row, 1), cell, style)
    look.choices.validate(sheet, (row, 1, row, 1), of)
    if measure := labels.unit(of, look.currency, look.lang):
        sheet.write_string(row, 2, measure, styles.of(font_color=GREY_TEXT))


def _draw_grid(
    sheet: Any, block: BlockPage, first_and_spare: tuple[int, int], look: Look, widths: Widths
) -> int:
    """An item in each line."""
    first, spare = first_and_spare
    last = first + max(len(block.lines) + spare, 1) - 1
    sheet.set_row(first - 1, HEAD_HEIGHT)
    for column, of in enumerate(block.fields):
        edge = block.edges.get(column)
        _draw_heading(sheet, (first - 1, column), of, edge, look)
        cells = [line[column] for line in block.lines]
        heading = str(edge.value) if edge else labels.heading(of, look.currency, look.lang)
        texts = [cell.value for cell in cells if cell and isinstance(cell.value, str)]
        widths[column] = max(widths.get(column, 0), width_of(heading, of.kind, texts))
        for number in range(last - first + 1):
            cell = cells[number] if number < len(cells) else None
            style = look.styles.cell(_kind(of, cell), of.required, wrap=True)
            _write(sheet, (first + number, column), cell, style)
        look.choices.validate(sheet, (first, column, last, column), of, block)
    _show_missing(sheet, block, (first, last), look)
    if block.block.kind == "rows" and block.block.path:
        _show_sum(sheet, block, (first, last), look)
    if block.block.kind == "hours":
        _draw_hours(sheet, block, first, look)
    return last + 1


def _show_sum(sheet: Any, block: BlockPage, rows: tuple[int, int], look: Look) -> None:
    """The sum of the shares above their column, red where it is not 1."""
    columns = [n for n, of in enumerate(block.fields) if of.path == ("share",)]
    if block.block.key not in SHARES or not columns:
        return
    (column,), (first, last) = columns, rows
    stated = [line[column] for line in block.lines]
    total = sum(cell.value for cell in stated if cell and not isinstance(cell.value, str))
    cells = xl_range(first, column, last + MOST_MORE, column)
    at = (first - FIRST_LINE, column)
    style = look.styles.of(num_format="0.0##%", bold=True, align="right")
    sheet.write_formula(*at, f"=SUM({cells})", style, round(total, 10))
    sheet.write_comment(*at, word(".sum", look.lang), _NOTE)
    name = xl_rowcol_to_cell(*at)
    wrong = {"type": "formula", "criteria": f"=ABS({name}-1)>0.001"}
    sheet.conditional_format(*at, *at, {**wrong, "format": look.styles.of(bg_color=MISSING)})


def _draw_hours(sheet: Any, block: BlockPage, first: int, look: Look) -> None:
    """The profile as a chart next to it."""
    chart = look.book.add_chart({"type": "column"})
    last, title = first + len(block.lines) - 1, sheet.get_name()
    weekly = any(line[column] for line in block.lines for column in range(2, len(block.fields)))
    for column in range(2, len(block.fields)) if weekly else (1,):
        chart.add_series(
            {
                "name": labels.label(block.fields[column], look.lang),
                "categories": [title, first, 0, last, 0],
                "values": [title, first, column, last, column],
                "fill": {} if weekly else {"color": DARK},
                "gap": 40,
            }
        )
    chart.set_title({"name": word("#hours", look.lang), "name_font": {"size": 12}})
    chart.set_legend({"position": "bottom"} if weekly else {"none": True})
    chart.set_size({"width": 620, "height": 320})
    sheet.insert_chart(first, len(block.fields) + 1, chart)


def _draw_heading(
    sheet: Any, at: tuple[int, int], of: Field, edge: Cell | None, look: Look
) -> None:
    if edge is not None:
        style = look.styles.head(False, "edge" if not isinstance(edge.value, str) else "text")
        _write(sheet, at, edge, style)
        sheet.write_comment(*at, labels.meaning("#bracket", look.lang), _NOTE)
        return
    heading = labels.heading(of, look.currency, look.lang)
    sheet.write_string(*at, heading, look.styles.head(of.required))
    sheet.write_comment(*at, note_of(of, look), _NOTE)


def _show_missing(sheet: Any, block: BlockPage, rows: tuple[int, int], look: Look) -> None:
    """Colour needed cells that are empty in a line that holds something."""
    first, last = rows
    whole = f"${xl_rowcol_to_cell(first, 0)}:${xl_rowcol_to_cell(first, len(block.fields) - 1)}"
    for column, of in enumerate(block.fields):
        if of.required:
            cell = xl_rowcol_to_cell(first, column)
            rule = {
                "type": "formula",
                "criteria": f"=AND(COUNTA({whole})>0,ISBLANK(${cell}))",
                "format": look.styles.of(bg_color=MISSING),
            }
            sheet.conditional_format(first, column, last, column, rule)


def _kind(of: Field, cell: Cell | None) -> str:
    """How a cell is shown: as its value, or as what it is to hold."""
    if cell is not None:
        return cell.look
    return "text" if of.many else of.kind


def _write(sheet: Any, at: tuple[int, int], cell: Cell | None, style: Any) -> None:
    if cell is None:
        sheet.write_blank(*at, None, style)
    elif isinstance(cell.value, str):
        sheet.write_string(*at, cell.value, style)
    elif isinstance(cell.value, datetime):
        sheet.write_datetime(*at, cell.value, style)
    else:
        sheet.write_number(*at, cell.value, style)


def note_of(of: Field, look: Look) -> str:
    """The note on a heading: meaning, form, limits, default, the key that findings name."""
    lang = look.lang
    lines = [labels.note(of, lang)]
    form = of.many or of.kind
    lines.append(f"{word('.form', lang)}: {word(f'.form.{form}', lang)}")
    if of.kind in NUMBERS and not of.many:
        lines.append(f"{word('.limits', lang)}: {_limits(of)}")
    if of.choices:
        shown = ", ".join(labels.shown_choice(choice, lang) for choice in of.choices)
        lines.append(f"{word('.one_of', lang)}: {shown}")
    if of.default:
        lines.append(f"{word('.default', lang)}: {_default(of, lang)}")
    lines.append(f"{word('.key', lang)}: {'.'.join(str(s) for s in of.path if s != PARENT)}")
    return "\n".join(line for line in lines if line)


def _limits(of: Field) -> str:
    """Smallest and largest number, as a share where it is one."""
    shown = [
        "" if limit is None else f"{limit:.4g}" if abs(limit) < 1 else f"{limit:,.10g}"
        for limit in (of.low, of.high)
    ]
    return f"{shown[0]} ... {shown[1]}".strip()


def _default(of: Field, lang: str) -> str:
    """What holds where a value is left out, in the words of the workbook."""
    stated = of.default.strip('[]"').replace('", "', "; ").replace(", ", "; ")
    return "; ".join(labels.shown_choice(part, lang) for part in stated.split("; "))
