"""Pictures of a document: its pages in order, in their colours, as many as are asked for."""

from __future__ import annotations

import io
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from planner.reporting.layout.pictures import PNG_DPI, picture, pictures_of_pages
from planner.reporting.report import pdf_of, write_document

COLOURS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255)}


def coloured() -> list[Any]:
    """A page of four by three inches in each colour."""
    return [
        SimpleNamespace(figure=Figure((4, 3), facecolor=colour), slug=colour) for colour in COLOURS
    ]


def test_the_first_pages_of_a_document_are_pictures_in_their_colours(tmp_path: Path) -> None:
    """Two of three pages, named by what they show; those of an earlier document are gone."""
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "old.png").touch()
    written = write_document(coloured(), tmp_path / "pages.pdf", "pages", 2)
    assert [path.name for path in written] == ["pages.pdf", "red.png", "lime.png"]
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == ["lime.png", "red.png"]
    for path in written[1:]:
        with Image.open(path) as image:
            assert image.size == (4 * PNG_DPI, 3 * PNG_DPI)
            pixels = np.asarray(image)
        assert (pixels == COLOURS[path.stem]).all()


def test_the_same_document_gives_the_same_pictures() -> None:
    """As often as they are drawn."""
    pdf = pdf_of(coloured(), "pages")
    assert pictures_of_pages(pdf, 3) == pictures_of_pages(pdf, 3)
    assert len(set(pictures_of_pages(pdf, 3))) == 3


def test_a_page_looks_like_its_figure() -> None:
    """A line and a text: hardly any pixel differs by much between the two ways to draw them."""
    figure = Figure((4, 3))
    figure.text(0.1, 0.5, "1,234 orders", fontsize=20)
    figure.add_axes((0.1, 0.1, 0.8, 0.2)).plot([0, 1], [0, 1])
    sheet: Any = SimpleNamespace(figure=figure, slug="page")
    drawn = [*pictures_of_pages(pdf_of([sheet], "page"), 1), picture(figure)]
    one, other = (np.asarray(_image(png), dtype=int) for png in drawn)
    assert one.shape == other.shape
    assert (abs(one - other).max(axis=-1) > 128).mean() < 0.02
    assert (other.min(axis=-1) < 128).mean() > 0.02


def _image(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")
