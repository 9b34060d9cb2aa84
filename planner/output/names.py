"""Names of files and folders: which can be used, and how they stand in a message."""

from __future__ import annotations

import os
from pathlib import Path

from planner.errors import PlannerError

LONGEST = 255  # bytes, on every common file system
MOST_SHOWN = 60  # characters of a name that is too long


def named(path: Path | str) -> str:
    """A path in a message: what cannot be printed is escaped, a very long name is shortened."""
    parts = (
        part if _size(part) <= LONGEST else f"{part[:MOST_SHOWN]}..."
        for part in str(path).split(os.sep)
    )
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in os.sep.join(parts))


def refuse_name(path: Path) -> None:
    """Raise PlannerError when no file can have this name, or other programs cannot read it."""
    text = str(path)
    if "\0" in text or not _is_unicode(text):
        raise PlannerError(
            f"{named(path)}: holds bytes that are not text in UTF-8; choose another name"
        )
    for part in path.parts:
        size = _size(part)
        if size > LONGEST:
            raise PlannerError(
                f"{named(part)}: this name has {size:,} bytes; choose one of at most {LONGEST}"
            )


def _size(name: str) -> int:
    """Bytes of a name."""
    return len(name.encode("utf-8", errors="surrogatepass"))


def _is_unicode(text: str) -> bool:
    """Whether the text can be written in UTF-8."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
