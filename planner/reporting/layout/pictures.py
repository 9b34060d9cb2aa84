"""Figures as PNG: the same bytes for the same figure."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

Pixels = npt.NDArray[np.uint8]  # rows, columns, red green blue alpha

PNG_DPI = 150
SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRUE_COLOUR = 2
UNFILTERED = 0
# Pages are plain colours with text: unfiltered rows at the lowest level are smaller than rows
# filtered as for photographs are at the highest, and take a third of the time.
LEVEL = 1
INCHES_PER_METRE = 1 / 0.0254


class Pen:
    """Draws figures one after the other, on the same pixels where they are of one size.

    Use it inside `style.applied`.
    """

    def __init__(self, dpi: int = PNG_DPI) -> None:
        self._dpi = dpi
        self._renderer: Any = None  # matplotlib declares no types for it

    def png(self, figure: Figure) -> bytes:
        """Draw a figure.

        Parameters
        ----------
        figure : Figure
            The figure.

        Returns
        -------
        bytes
            The PNG, the same for the same figure.
        """
        before = figure.dpi
        figure.dpi = self._dpi
        try:
            width, height = (int(side) for side in figure.bbox.size)
            renderer = self._cleared(width, height)
            figure.draw(renderer)
            return encoded(np.asarray(renderer.buffer_rgba()), self._dpi)
        finally:
            figure.dpi = before

    def _cleared(self, width: int, height: int) -> Any:
        """A renderer without a drawing; it keeps the widths of the texts it has measured."""
        old = self._renderer
        if old is None or (old.width, old.height) != (width, height):
            self._renderer = RendererAgg(width, height, self._dpi)  # type: ignore[no-untyped-call]
        self._renderer.clear()
        return self._renderer


def encoded(pixels: Pixels, dpi: int) -> bytes:
    """Write opaque pixels as PNG."""
    height, width = pixels.shape[:2]
    rows = np.full((height, 1 + 3 * width), UNFILTERED, np.uint8)
    rows[:, 1:] = pixels[:, :, :3].reshape(height, -1)
    per_metre = round(dpi * INCHES_PER_METRE)
    return b"".join(
        [
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, TRUE_COLOUR, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
            _chunk(b"IDAT", zlib.compress(rows.data, LEVEL)),
            _chunk(b"IEND", b""),
        ]
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    """A part of a PNG with its length and checksum."""
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
