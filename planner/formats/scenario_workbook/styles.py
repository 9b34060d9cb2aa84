"""How cells look: colours, number formats, widths."""

from __future__ import annotations

from typing import Any

FONTS = {"en": "Arial", "zh": "Microsoft YaHei"}
DARK, GREEN, AMBER, GREY, PALE = "#1F4E5F", "#2E7D4F", "#D99A00", "#9AA5AB", "#E6ECEF"
NEEDED, MISSING, EDGE, GREY_TEXT = "#FFF4CC", "#F8B4A0", "#D0D7DB", "#5B6B73"
FORMATS = {
    "text": "@",
    "name": "@",
    "choice": "@",
    "flag": "@",
    "number": "General",
    "edge": '"≤ "#,##0" g"',
    "count": "#,##0",
    "money": "#,##0.00##",
    "share": "0.0##%",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "time": "[hh]:mm",
}
_LEAST, _MOST = 9.0, 44.0
_SHOWN = {"date": 12.0, "datetime": 17.0, "time": 8.0}


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Any, lang: str) -> None:
        self._book = book
        self._font = {"font_name": FONTS[lang], "font_size": 10}
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **look: Any) -> Any:
        """A format."""
        key = tuple(sorted(look.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format({**self._font, "valign": "top", **look})
        return self._made[key]

    def cell(
        self,
        kind: str,
        needed: bool,
        *,
        wrap: bool = False,
        left: bool = False,
        plain: bool = False,
    ) -> Any:
        """A cell to be filled in.

        Parameters
        ----------
        kind : str
            How its value is shown.
        needed : bool
            It is coloured.
        wrap, left : bool
            Long text takes several lines; numbers stand at the left.
        plain : bool
            A number without commas.

        Returns
        -------
        Format
            Its format.
        """
        look: dict[str, Any] = {"num_format": "0" if plain else FORMATS[kind]}
        if left or kind in ("date", "datetime", "time", "edge"):
            look["align"] = "left"
        if needed:
            look["bg_color"] = NEEDED
        look |= {"border": 1, "border_color": EDGE}
        return self.of(**look, **({"text_wrap": True} if wrap else {}))

    def head(self, needed: bool, kind: str = "text") -> Any:
        """A heading of a column; dark where the column is needed."""
        colours = {"bg_color": DARK, "font_color": "#FFFFFF"} if needed else {"bg_color": PALE}
        look = {"num_format": FORMATS["edge"]} if kind == "edge" else {}
        return self.of(
            bold=True, text_wrap=True, border=1, border_color="#FFFFFF", **colours, **look
        )


def width_of(heading: str, kind: str, texts: list[str]) -> float:
    """Width of a column: its longest word or half of its heading, and what stands below.

    Parameters
    ----------
    heading : str
        Its heading.
    kind : str
        How its values are shown.
    texts : list of str
        Texts below the heading.

    Returns
    -------
    float
        In units of a spreadsheet.
    """
    words = [_ems(word) for word in heading.replace("（", " （").split()]
    head = max([*words, _ems(heading) / 2.2])
    widest = max([head + 2, *(_ems(text) + 2 for text in texts[:500]), _SHOWN.get(kind, 0)])
    return max(min(widest, _MOST), _LEAST)


def lines_of(text: str, width: float) -> int:
    """Lines that a text takes in a column."""
    return int(-(-_ems(text) // width))


def _ems(text: str) -> float:
    """Width of a text in units of a spreadsheet; Chinese characters are twice as wide."""
    return sum(2.1 if character > "\u2e7f" else 1.05 for character in text)
