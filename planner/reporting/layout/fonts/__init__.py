"""The typeface of a report: our own Chinese font first, what the system has for anything it lacks.

Widths are measured from the font files, so that text can be wrapped before anything is drawn.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont, TTLibError
from matplotlib.font_manager import FontProperties, fontManager, get_font

from planner.errors import Finding, InputError

HERE = Path(__file__).parent
FAMILY = "Planner Sans"
LAST_RESORT = "DejaVu Sans"  # comes with matplotlib
PLACEHOLDERS = "Last Resort"  # a font of boxes that claims to have every character
REPLACEMENT = "□"
UNKNOWN_WIDTH = 1.0  # em: of a character that no face has


@dataclass(frozen=True, slots=True)
class Face:
    """One font file: its family name and the advance width (em) of every character it has."""

    family: str
    advances: dict[int, float]


@dataclass(frozen=True, slots=True)
class Typeface:
    """Faces in order of preference, and one bold face that is used where it has every character.

    `advances` are those of the first face that has a character.
    """

    faces: tuple[Face, ...]
    bold: Face
    advances: dict[int, float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        advances: dict[int, float] = {}
        for face in reversed(self.faces):
            advances |= face.advances
        object.__setattr__(self, "advances", advances)

    @property
    def families(self) -> list[str]:
        """Names of the faces, the first that has a character sets it."""
        return [face.family for face in self.faces]

    def has_bold(self, text: str) -> bool:
        """Whether the bold face has every character of a text."""
        return all(ord(c) in self.bold.advances for c in text)

    def style(self, text: str, bold: bool) -> dict[str, Any]:
        """Keyword arguments of matplotlib's text functions that set `text` in this typeface."""
        if bold and self.has_bold(text):
            return {"fontfamily": [self.bold.family], "fontweight": "bold"}
        first = self.faces[0]  # alone where it has all: each further family is looked up every time
        alone = all(ord(c) in first.advances for c in text)
        return {"fontfamily": [first.family] if alone else self.families, "fontweight": "normal"}

    def width(self, text: str, points: float, bold: bool = False) -> float:
        """Measure one line of text.

        Parameters
        ----------
        text : str
            The text.
        points : float
            Size of the type in points.
        bold : bool
            Whether the type is bold.

        Returns
        -------
        float
            Its width in points.
        """
        advances = self.bold.advances if bold and self.has_bold(text) else self.advances
        return points * sum(advances.get(ord(c), UNKNOWN_WIDTH) for c in text)

    def lacks(self, texts: Iterable[str]) -> list[str]:
        """Characters of `texts` that no face has, sorted."""
        wanted = set().union(*map(set, texts))
        return sorted(c for c in wanted if ord(c) not in self.advances)

    def printable(self, text: str) -> str:
        """`text` with control characters as spaces and a box for every character no face has."""
        known = "".join(" " if unicodedata.category(c) in _UNSEEN else c for c in text)
        return "".join(c if ord(c) in self.advances else REPLACEMENT for c in known)


_MEANINGLESS = frozenset(
    {"Co", "Cn"}
)  # private or not assigned: what a font draws there means nothing to us
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def register(font: Path | None = None) -> Typeface:
    """Make the shipped fonts (and the user's `font`, preferred) known to matplotlib.

    Raises InputError when `font` is not a font file.
    """
    regular = _shipped("Regular")
    faces = [
        regular,
        _face(Path(fontManager.findfont(FontProperties(family=[LAST_RESORT]))), LAST_RESORT),
    ]
    if font is not None:
        faces.insert(0, _users_face(font))
    return Typeface(tuple(faces), _shipped("Bold"))


def font_names() -> list[str]:
    """Families the reports are set in, in order of preference."""
    return register().families


def cover(typeface: Typeface, texts: Iterable[str]) -> tuple[Typeface, list[str]]:
    """The typeface with system fonts for what it lacks in `texts`, and a warning for every gap that
    was found.
    """
    lacking = typeface.lacks(_visible(text) for text in texts)
    if not lacking:
        return typeface, []
    found, left = [], set(lacking)
    for name, path in _system_fonts():
        helped = {c for c in left if unicodedata.category(c) not in _MEANINGLESS and _has(path, c)}
        if helped:
            found.append(_face(path, name))
            left -= helped
        if not left:
            break
    warnings = (
        [f"characters from a system font: {' '.join(c for c in lacking if c not in left)}"]
        if found
        else []
    )
    if left:
        warnings.append(f"no font has these characters, a box is printed: {' '.join(sorted(left))}")
    return Typeface((*typeface.faces, *found), typeface.bold), warnings


def _visible(text: str) -> str:
    return "".join(c for c in text if unicodedata.category(c) not in _UNSEEN)


def _shipped(style: str) -> Face:
    path = HERE / f"PlannerSans-{style}.ttf"
    _make_known(path)
    return _face(path, FAMILY)


def _users_face(font: Path) -> Face:
    if not font.is_file():
        raise InputError([Finding(str(font), 0, 0, "", "is no ordinary file")])
    try:
        _make_known(font)
        return _face(font, get_font(str(font)).family_name)
    except (OSError, RuntimeError, TTLibError) as error:
        raise InputError(
            [Finding(str(font), 0, 0, "", f"not a font file that can be used ({error})")]
        ) from None


def _make_known(path: Path) -> None:
    if not any(Path(entry.fname) == path for entry in fontManager.ttflist):
        fontManager.addfont(str(path))


def _system_fonts() -> list[tuple[str, Path]]:
    """Every font matplotlib knows, Chinese ones first, in an order that does not depend on the
    machine's disk.
    """
    entries = {
        (e.name, e.fname)
        for e in fontManager.ttflist
        if e.style == "normal" and str(e.weight) in _REGULAR and not e.name.startswith(PLACEHOLDERS)
    }
    ranked = sorted(entries, key=lambda e: ("CJK SC" not in e[0], "CJK" not in e[0], e))
    return [(name, Path(fname)) for name, fname in ranked]


def _has(path: Path, character: str) -> bool:
    """Whether a font file has a character (False for a file that cannot be read)."""
    try:
        return bool(get_font(str(path)).get_char_index(ord(character)))
    except (OSError, RuntimeError):
        return False


_REGULAR = frozenset({"400", "normal", "regular", "book"})


@lru_cache(maxsize=64)
def _face(path: Path, family: str) -> Face:
    """Advances of all characters, read from the file's own tables."""
    with TTFont(str(path), lazy=True, fontNumber=0) as font:
        metrics, units = font["hmtx"].metrics, font["head"].unitsPerEm
        advances = {
            code: metrics[glyph][0] / units for code, glyph in (font.getBestCmap() or {}).items()
        }
    return Face(family, advances)
