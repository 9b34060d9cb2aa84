"""The first sheet, which says how to fill in the others, and the hidden one of lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from planner.formats.scenario_workbook import labels
from planner.formats.scenario_workbook.choices import Choices
from planner.formats.scenario_workbook.labels import word
from planner.formats.scenario_workbook.pages import Page
from planner.formats.scenario_workbook.styles import AMBER, DARK, PALE, Styles

_STEPS = (".guide1", ".guide2", ".guide3", ".guide4", ".guide5")


def draw_guide(
    sheet: Any,
    pages: Sequence[Page],
    about: tuple[str, Sequence[str]],
    styles: Styles,
    lang: str,
) -> None:
    """Title and remarks, how to fill in, the meaning of colours, a link to every sheet.

    Parameters
    ----------
    sheet : Worksheet
        The sheet.
    pages : sequence of Page
        The other sheets.
    about : tuple
        Title and remarks.
    styles : Styles
        Formats.
    lang : str
        Language.
    """
    title, remarks = about
    sheet.hide_gridlines(2)
    sheet.set_tab_color(AMBER)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    sheet.write_string(0, 0, title, styles.of(bold=True, font_size=16, font_color=DARK))
    row = 2
    for line in remarks:
        sheet.write_string(row, 0, line, styles.of(italic=True))
        row += 1
    row += bool(remarks)
    for step in _STEPS:
        sheet.write_string(row, 0, word(step, lang), styles.of())
        row += 1
    row += 1
    for look, key in (
        (styles.head(True), ".needed_column"),
        (styles.head(False), ".other_column"),
        (styles.cell("text", True), ".needed_cell"),
    ):
        sheet.write_string(row, 0, word(".example", lang), look)
        sheet.write_string(row, 1, word(key, lang), styles.of())
        row += 1
    row += 1
    sheet.write_string(row, 0, word(".sheet", lang), styles.head(True))
    sheet.write_string(row, 1, word(".holds", lang), styles.head(True))
    for number, page in enumerate(pages, row + 1):
        link = styles.of(
            font_color="#0B5394", underline=1, bg_color=PALE if number % 2 else "#FFFFFF"
        )
        sheet.write_url(number, 0, f"internal:'{page.title}'!A1", link, page.title)
        text = labels.meaning(f"#{page.layout.key}", lang)
        needed = page.layout.needed or bool(page.of_contract)
        style = styles.of(bold=needed, bg_color=PALE if number % 2 else "#FFFFFF")
        sheet.write_string(number, 1, text, style)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def draw_lists(sheet: Any, choices: Choices, styles: Styles) -> None:
    """The texts that drop-downs offer, a list in each column.

    Parameters
    ----------
    sheet : Worksheet
        The sheet, which is hidden.
    choices : Choices
        The lists.
    styles : Styles
        Formats.
    """
    for column, texts in enumerate(choices.lists.values()):
        for row, text in enumerate(texts):
            sheet.write_string(row, column, text, styles.of(num_format="@"))
    sheet.hide()
