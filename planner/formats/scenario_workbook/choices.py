"""Drop-downs and limits of cells: what may be typed, and where the names stand that may be used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_range_abs

from planner.formats.scenario_workbook.fields import NUMBERS, Field
from planner.formats.scenario_workbook.labels import shown_choice, word
from planner.formats.scenario_workbook.layout import NAMES
from planner.formats.scenario_workbook.pages import BlockPage, Page

FIRST_NAME = 3  # row of the first name of a sheet that others refer to
MOST_NAMES = 500
_LONGEST_LIST = 250  # characters of a list that stands in the cell itself
_ZONES = (
    *("Asia/Shanghai", "Asia/Singapore", "Asia/Bangkok", "Asia/Kuala_Lumpur", "Asia/Manila"),
    *("America/New_York", "America/Chicago", "America/Los_Angeles", "America/Sao_Paulo"),
    *("Europe/London", "Europe/Berlin", "UTC"),
)
_CURRENCIES = ("CNY", "USD", "EUR", "GBP", "BRL", "THB", "MYR", "SGD", "VND", "JPY")


class Choices:
    """The lists of a workbook."""

    def __init__(self, pages: Sequence[Page], lang: str) -> None:
        self.lang = lang
        self.lists: dict[str, tuple[str, ...]] = {
            "contract": tuple(page.of_contract for page in pages if page.of_contract),
            "timezone": _ZONES,
            "currency": _CURRENCIES,
        }
        self._ranges: dict[str, str] = {}
        for page in pages:
            if len(page.blocks) == 1 and page.blocks[0].block.kind in ("grid", "rows"):
                self._find_names(page, page.blocks[0])
        for page in pages:
            for block in page.blocks:
                for of in block.fields:
                    if of.suggested:
                        self.lists[of.key] = of.suggested

    def _find_names(self, page: Page, block: BlockPage) -> None:
        """Where the names of a sheet stand that cells of other sheets may hold."""
        for kind, key in NAMES.items():
            if key != block.block.key:
                continue
            wanted = {"processes": "process", "regions": "region", "products": "product"}.get(
                key, "name"
            )
            for column, of in enumerate(block.fields):
                if of.key == wanted:
                    last = FIRST_NAME + MOST_NAMES
                    cells = xl_range_abs(FIRST_NAME, column, last, column)
                    self._ranges[kind] = f"='{page.title}'!{cells}"
                    break

    def source(self, of: Field) -> str | list[str] | None:
        """The list that a cell may be filled from: texts, or the range they stand in."""
        if of.many:
            return None
        if of.kind == "flag":
            return [shown_choice("true", self.lang), shown_choice("false", self.lang)]
        if of.choices:
            shown = [shown_choice(choice, self.lang) for choice in of.choices]
            return shown if len(",".join(shown)) < _LONGEST_LIST else None
        if of.key in self.lists:
            column = list(self.lists).index(of.key)
            cells = xl_range_abs(0, column, max(len(self.lists[of.key]) - 1, 0), column)
            return f"='{word('#lists', self.lang)}'!{cells}"
        return self._ranges.get(of.key) if of.kind in ("name", "text") else None

    def validate(
        self, sheet: Any, area: tuple[int, int, int, int], of: Field, block: BlockPage | None = None
    ) -> None:
        """Give cells a drop-down, or limits.

        Parameters
        ----------
        sheet : Worksheet
            The sheet.
        area : tuple of int
            First row and column, last row and column, from 0.
        of : Field
            What the cells hold.
        block : BlockPage, optional
            The block they are in: its own names need no list.
        """
        source = self.source(of)
        own = block is not None and NAMES.get(of.key) == block.block.key and of.key != "by"
        if source is not None and not own:
            closed = isinstance(source, list)
            sheet.data_validation(
                *area,
                {
                    "validate": "list",
                    "source": source,
                    "error_type": "stop" if closed else "warning",
                    "error_title": word(".not_in_list", self.lang)[:32],
                    "error_message": word(".see_list", self.lang)[:255],
                },
            )
        elif not of.many and of.kind in NUMBERS and of.low is not None:
            self._limit(sheet, area, of)

    def _limit(self, sheet: Any, area: tuple[int, int, int, int], of: Field) -> None:
        """Numbers between limits; a text such as 98 % is left to the planner's own check."""
        high = of.high if of.high is not None else 1e9
        sheet.data_validation(
            *area,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": of.low,
                "maximum": high,
                "error_type": "warning",
                "error_title": word(".limits", self.lang)[:32],
                "error_message": f"{word('.limits', self.lang)}: {of.low:g} - {high:g}",
            },
        )
