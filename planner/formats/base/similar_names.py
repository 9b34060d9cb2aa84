"""Names that are close to a name: what a message offers instead."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Sequence

from planner.formats.base import input_limits

_CLOSE = 0.65  # of a name must agree before it is offered instead
_MOST_LISTED, _FEW_LISTED = 12, 5


def nearest(word: str, known: Sequence[str]) -> str:
    """The end of a message: `; did you mean x?`, else the known names, or their begin."""
    if name := closest(word, known):
        return f"; did you mean {name}?"
    if len(known) > _MOST_LISTED:
        return f"; known: {', '.join(known[:_FEW_LISTED])} and {len(known) - _FEW_LISTED:,} more"
    return f"; known: {', '.join(known)}" if known else ""


def closest(word: str, known: Sequence[str]) -> str | None:
    """The known name that a word is close to.

    Case, blanks, hyphens and underscores do not count.
    """
    meant = _plain_word(word)
    if len(meant) > input_limits.NAME_COMPARED:
        return None
    plain = {_plain_word(name): name for name in reversed(known)}
    close = difflib.get_close_matches(meant, comparable(meant, plain), n=1, cutoff=_CLOSE)
    return plain[close[0]] if close else None


def comparable(word: str, known: Collection[str]) -> Collection[str]:
    """The names that a word is compared with.

    All of a few; of many those that begin with the same letter.
    """
    if len(known) <= input_limits.NAMES_COMPARED:
        return known
    return [name for name in known if name[:1] == word[:1]][: input_limits.NAMES_COMPARED]


def _plain_word(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word.casefold())
