"""A line of text at its baseline, drawn without the layout that paragraphs need."""

from __future__ import annotations

from typing import Any

from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.text import Text

# of the width of a line, how much is left of the point at which it is set
BEFORE = {"left": 0.0, "center": 0.5, "right": 1.0}


class LineOfText(Text):
    """One horizontal line set at its baseline.

    A page has hundreds of them. matplotlib lays out each of its texts as a paragraph that may be
    rotated, which takes longer than drawing it; only a line that is not set to the left is
    measured here.
    """

    def draw(self, renderer: RendererBase) -> None:
        """Draw the line at its place."""
        x, y = self.get_transform().transform(self.get_position())
        text, font = self.get_text(), self.get_fontproperties()
        before = BEFORE[self.get_horizontalalignment()]
        if before:
            x -= before * renderer.get_text_width_height_descent(text, font, False)[0]
        if renderer.flipy():
            y = renderer.get_canvas_width_height()[1] - y
        look = renderer.new_gc()
        look.set_foreground(self.get_color())
        renderer.draw_text(look, x, y, text, font, 0.0, mtext=self)
        look.restore()


def set_line(figure: Figure, at: tuple[float, float], text: str, **look: Any) -> None:
    """Add a line of text to a figure.

    Parameters
    ----------
    figure : Figure
        The figure.
    at : (float, float)
        Where it is set, in shares of the figure from its lower left corner.
    text : str
        The text, without mathematics.
    **look : Any
        Font, colour and alignment, as matplotlib names them.
    """
    line = LineOfText(*at, text, **look)
    line.set_figure(figure)
    line.set_transform(figure.transFigure)
    figure.texts.append(line)
