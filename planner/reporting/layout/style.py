"""Colours that stay apart in black and white, and matplotlib settings that depend on nothing but
the typeface.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl

from planner.reporting.layout.fonts import FAMILY, Typeface

INK = "#1b1f24"
GREY = "#5c646d"
RULE = "#b9c0c7"
PAPER = "#ffffff"
TINT = "#f1f3f5"
DARK = "#17406d"
MIDDLE = "#6f9cc8"
LIGHT = "#cfe0f0"
ACCENT = "#b3261e"

BOLD: dict[str, Any] = {
    "fontfamily": [FAMILY],
    "fontweight": "bold",
}  # for numbers: every digit is in our bold

# Fills that differ in lightness and hatch, so that a grey copy keeps them apart.
FILLS: tuple[tuple[str, str], ...] = (
    (DARK, ""),
    (LIGHT, ""),
    (MIDDLE, "////"),
    ("#f4f4f4", "...."),
    ("#8a8f96", ""),
    ("#e2e2e2", "xxxx"),
    ("#3f4a55", "\\\\\\\\"),
    (PAPER, "----"),
)


def fill(index: int) -> dict[str, Any]:
    """Face, hatch and edge of the `index`-th part of a stacked bar (repeats after eight)."""
    colour, hatch = FILLS[index % len(FILLS)]
    return {
        "facecolor": colour,
        "hatch": hatch,
        "edgecolor": INK if colour != DARK else DARK,
        "linewidth": 0.4,
    }


def ink_on(share: float) -> str:
    """Text colour on a cell whose darkness is `share` (0 white, 1 dark)."""
    return PAPER if share > 0.66 else INK


def shade(share: float) -> tuple[float, float, float]:
    """A blue from paper white (0) to dark (1), lightness falling steadily."""
    low, high = (0.965, 0.975, 0.985), (0.09, 0.25, 0.43)
    t = min(max(share, 0.0), 1.0)
    red, green, blue = (a + (b - a) * t for a, b in zip(low, high, strict=True))
    return red, green, blue


@contextmanager
def applied(typeface: Typeface) -> Iterator[None]:
    """Settings for drawing and saving: matplotlib's defaults, whatever a personal matplotlibrc
    says, and ours.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            {
                "font.family": typeface.families,
                "font.size": 8.5,
                "text.parse_math": False,
                # widths on the screen are those of the font, as in the PDF
                "text.hinting": "no_hinting",
                "text.color": INK,
                "pdf.fonttype": 42,
                "pdf.compression": 6,
                "hatch.linewidth": 0.5,
                "axes.edgecolor": GREY,
                "axes.labelcolor": INK,
                "axes.linewidth": 0.6,
                "axes.spines.top": False,
                "axes.spines.right": False,
                "axes.axisbelow": True,
                "axes.formatter.useoffset": False,
                "xtick.color": INK,
                "ytick.color": INK,
                "xtick.major.width": 0.6,
                "ytick.major.width": 0.6,
                "grid.color": "#dde1e5",
                "grid.linewidth": 0.5,
                "lines.solid_capstyle": "butt",
            }
        )
        yield
