"""Builds the two shipped fonts from Noto Sans CJK SC: `python -m
planner.reporting.layout.fonts.build REGULAR.ttc BOLD.ttc`.

Subset to GB 2312 and Latin, outlines turned from cubic to quadratic curves so that a PDF can embed
the few glyphs it uses (TrueType), renamed to "Planner Sans". The same input gives the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection

FAMILY = "Planner Sans"
NOTICE = "Subset of Noto Sans CJK SC, (c) 2014-2021 Adobe. SIL Open Font License 1.1, see OFL.txt."
FIXED_TIME = 3_500_000_000  # seconds since 1904: the same input gives the same bytes
MAX_ERROR_UNITS = 0.9  # of 1000 per em: no difference to be seen in print
SIMPLIFIED_CHINESE = "Noto Sans CJK SC"
EXTRA = (
    # Latin, Latin-1, Latin Extended-A as far as the source has it
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x2010, 0x2028),
    0x2030,
    0x2032,
    0x2033,
    0x2039,
    0x203A,
    0x20AC,
    0x2116,
    0x2122,
    *range(0x2190, 0x2196),
    0x21D2,
    0x2206,
    0x2211,
    0x2212,
    0x221A,
    0x221E,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
    0x25A0,
    0x25A1,
    0x25B2,
    0x25BC,
    0x25CB,
    0x25CF,
    0x2713,
)
THIN_SPACES = (0x2009, 0x202F)  # the source has none; we group digits with them
THIN_SPACE_UNITS = 160


def gb2312(first_row: int, last_row: int) -> set[int]:
    """Code points of rows `first_row`..`last_row` of GB 2312 (16-55 are the 3,755 level-1
    characters, 1-9 symbols).
    """
    cells = (
        bytes([0xA0 + row, 0xA0 + cell])
        for row in range(first_row, last_row + 1)
        for cell in range(1, 95)
    )
    return {
        ord(text) for text in (cell.decode("gb2312", errors="ignore") for cell in cells) if text
    }


def subset(collection: Path, wanted: set[int], full_name: str) -> Any:
    """Reduce a face of a collection to the wanted characters.

    Parameters
    ----------
    collection : Path
        File of the collection.
    wanted : set of int
        Code points that are kept.
    full_name : str
        Full name of the face.

    Returns
    -------
    Any
        The face.
    """
    face = next(
        f for f in TTCollection(str(collection)).fonts if f["name"].getDebugName(4) == full_name
    )
    options = Options(layout_features=[], hinting=False, desubroutinize=True, notdef_outline=True)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(face)
    return face


def quadratic(face: Any, style: str) -> FontBuilder:
    """The same glyphs as TrueType outlines under our own name, and a thin space."""
    glyphs, order = face.getGlyphSet(), [*face.getGlyphOrder(), "thinspace"]
    outlines = {"thinspace": TTGlyphPen(None).glyph()}
    for name in order[:-1]:
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, MAX_ERROR_UNITS, reverse_direction=True))
        outlines[name] = pen.glyph()
    advances = {name: face["hmtx"][name][0] for name in order[:-1]} | {
        "thinspace": THIN_SPACE_UNITS
    }
    builder = FontBuilder(face["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(face.getBestCmap() | dict.fromkeys(THIN_SPACES, "thinspace"))
    builder.setupGlyf(outlines)
    builder.setupHorizontalMetrics(
        {name: (advances[name], getattr(outlines[name], "xMin", 0)) for name in order}
    )
    builder.setupHorizontalHeader(ascent=face["hhea"].ascent, descent=face["hhea"].descent)
    builder.setupNameTable(
        {
            "copyright": NOTICE,
            "familyName": FAMILY,
            "styleName": style,
            "uniqueFontIdentifier": f"1.000;{FAMILY} {style}",
            "fullName": f"{FAMILY} {style}",
            "version": "Version 1.000",
            "psName": f"PlannerSans-{style}",
        }
    )
    return builder


def build(collection: Path, wanted: set[int], style: str, folder: Path) -> Path:
    """Build one shipped font file.

    Parameters
    ----------
    collection : Path
        File of the collection.
    wanted : set of int
        Code points that are kept.
    style : str
        `Regular` or `Bold`.
    folder : Path
        Where to write.

    Returns
    -------
    Path
        The font file.
    """
    bold = style == "Bold"
    builder = quadratic(
        subset(collection, wanted, f"{SIMPLIFIED_CHINESE} Bold" if bold else SIMPLIFIED_CHINESE),
        style,
    )
    builder.setupOS2(
        usWeightClass=700 if bold else 400,
        fsType=0,
        fsSelection=0x20 if bold else 0x40,
        sTypoAscender=880,
        sTypoDescender=-120,
        usWinAscent=1160,
        usWinDescent=320,
    )
    builder.setupPost(keepGlyphNames=False)
    builder.font["head"].macStyle = int(bold)
    builder.font["head"].created = builder.font["head"].modified = FIXED_TIME
    builder.font.recalcTimestamp = False
    path = folder / f"PlannerSans-{style}.ttf"
    builder.save(str(path))
    return path


def main(regular: str, bold: str) -> None:
    """Both fonts, next to this file."""
    here = Path(__file__).parent
    latin = set(EXTRA) | gb2312(1, 9)
    build(Path(regular), latin | gb2312(16, 87), "Regular", here)
    build(Path(bold), latin | gb2312(16, 55), "Bold", here)


if __name__ == "__main__":
    main(*sys.argv[1:])
