"""Figures, and pages of a document, as PNG: the same bytes for the same drawing."""

from __future__ import annotations

import struct
import zlib
from contextlib import closing
from typing import Any

import numpy as np
import numpy.typing as npt
import pypdfium2
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure

Pixels = npt.NDArray[np.uint8]  # rows, columns, red green blue alpha

PNG_DPI = 150
POINTS_PER_INCH = 72
# pixels per point; sizes are rounded up, and whole ones must stay what they are
SCALE = PNG_DPI / POINTS_PER_INCH - 1e-9
SIGNATURE = b"\x89PNG\r\n\x1a\n"
TRUE_COLOUR = 2
UNFILTERED = 0
# Pages are plain colours with text: unfiltered rows at the lowest level are smaller than rows
# filtered as for photographs are at the highest, and take a third of the time.
LEVEL = 1
INCHES_PER_METRE = 1 / 0.0254


def picture(figure: Figure, dpi: int = PNG_DPI) -> bytes:
    """Draw a figure as PNG.

    Use it inside `style.applied`.

    Parameters
    ----------
    figure : Figure
        The figure.
    dpi : int
        Pixels per inch.

    Returns
    -------
    bytes
        The PNG, the same for the same figure.
    """
    before = figure.dpi
    figure.dpi = dpi
    try:
        width, height = (int(side) for side in figure.bbox.size)
        # matplotlib declares no types for it
        renderer: Any = RendererAgg(width, height, dpi)  # type: ignore[no-untyped-call]
        figure.draw(renderer)
        return encoded(np.asarray(renderer.buffer_rgba()), dpi)
    finally:
        figure.dpi = before


def pictures_of_pages(pdf: bytes, pages: int) -> list[bytes]:
    """The first pages of a document as PNG.

    What is printed is what is seen, and nothing is drawn twice.

    Parameters
    ----------
    pdf : bytes
        The document.
    pages : int
        Number of pages.

    Returns
    -------
    list of bytes
        The PNG of each page, the same for the same document.
    """
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [_picture_of_page(document, number) for number in range(pages)]


def _picture_of_page(document: Any, number: int) -> bytes:
    page = document[number]
    drawn = page.render(scale=SCALE, rev_byteorder=True, prefer_bgrx=True)
    return encoded(drawn.to_numpy(), PNG_DPI)


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
