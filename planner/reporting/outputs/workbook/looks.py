"""Formats of cells, by kind of value, and how sheets are printed."""

from __future__ import annotations

from typing import Any

from planner.domain.money import minor_digits
from planner.reporting.language.labels import Labels

HEAD, EDITABLE, INPUT_HEAD = "#E3E7EB", "#FFF6CC", "#F3DE8A"
DAY_HEAD = {"en": "ddd d mmm", "zh": 'm"月"d"日" aaa'}
INPUT = "input_"  # before the kind of a cell that may be changed


def looks_of(book: Any, labels: Labels) -> dict[str, Any]:
    """Cell formats by kind of value; with `INPUT` before it, of cells that may be changed."""
    kinds: dict[str, dict[str, Any]] = {
        "text": {"num_format": "@"},
        "count": {"num_format": "#,##0.###"},
        "whole": {"num_format": "#,##0"},
        "money": {"num_format": money_format(labels)},
        "share": {"num_format": "0.00%"},
        "day": {"num_format": "yyyy-mm-dd", "align": "left"},
        "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
        "clock": {"num_format": "[hh]:mm", "align": "left"},
        "next_day": {"num_format": 'hh:mm"+1"', "align": "left"},
    }
    editable = {"bg_color": EDITABLE, "border": 1, "border_color": "#D9D2B0"}
    head = {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
    others: dict[str, dict[str, Any]] = {
        "head": {**head, "bg_color": HEAD},
        "head_number": {**head, "bg_color": HEAD, "align": "right"},
        f"{INPUT}head": {**head, "bg_color": INPUT_HEAD},
        f"{INPUT}head_number": {**head, "bg_color": INPUT_HEAD, "align": "right"},
        "head_day": {
            "bold": True,
            "bg_color": HEAD,
            "bottom": 1,
            "align": "right",
            "num_format": DAY_HEAD[labels.lang],
        },
        "title": {"bold": True, "font_size": 14},
        "bold": {"bold": True},
        **{
            f"{kind}_left": {**kinds[kind], "align": "left"} for kind in ("whole", "share", "money")
        },
        "wrapped": {"text_wrap": True, "valign": "top"},
        "long": {"num_format": "@", "text_wrap": True, "valign": "top"},
        "sum": {"bold": True, "num_format": "#,##0", "top": 1},
        "sum_text": {"bold": True, "num_format": "@", "top": 1},
    }
    inputs = {f"{INPUT}{kind}": {**look, **editable} for kind, look in kinds.items()}
    return {name: book.add_format(look) for name, look in {**kinds, **inputs, **others}.items()}


def money_format(labels: Labels) -> str:
    """An amount with thousands separators, as many decimals as the currency has, and its name."""
    digits = minor_digits(labels.currency)
    number = "#,##0" + (f".{'0' * digits}" if digits else "")
    if labels.currency == "XXX":
        return number
    named = f'{number} "{labels.unit}"' if labels.lang == "zh" else f'"{labels.unit}" {number}'
    negative = named.replace(number, f"-{number}")
    return f"{named};{negative}"


def printed(sheet: Any, heading_row: int | None = None, title: str = "") -> None:
    """Print on A4 across, as wide as the paper, with numbered pages.

    Parameters
    ----------
    sheet : Worksheet
        The sheet.
    heading_row : int or None
        Last row of the heading, which stands on each page.
    title : str
        What stands above each page.
    """
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.set_margins(left=0.4, right=0.4, top=0.6 if title else 0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    if title:
        sheet.set_header("&L&B" + title.replace("&", "&&"))
    sheet.set_footer("&L&A&R&P / &N")
    if heading_row is not None:
        sheet.repeat_rows(0, heading_row)
