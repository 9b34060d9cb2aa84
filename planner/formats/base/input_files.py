"""Files that the user names.

Only ordinary ones are opened, for a pipe or a device may never end.
"""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from planner.errors import Finding, InputError

MISSING = "no such file"
_WHY = {
    errno.ENOENT: MISSING,
    errno.ENOTDIR: MISSING,
    errno.ELOOP: "is a link that leads back to itself",
    errno.ENAMETOOLONG: "is a name too long for a file",
    errno.EACCES: "cannot be read: you have no right to",
    errno.EPERM: "cannot be read: you have no right to",
}


def why_unreadable(path: Path) -> str:
    """What keeps a file from being read, in words; empty where nothing does."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            path.open("rb").close()
            return ""
    except OSError as error:
        return _WHY.get(error.errno or 0, f"cannot be read ({error.strerror})")
    except ValueError:  # a NUL in it
        return MISSING
    if stat.S_ISDIR(mode):
        return "is a folder, where a file is needed"
    return "is a pipe, a socket or a device; save what it holds as an ordinary file"


def refuse_unreadable(path: Path, name: str) -> None:
    """Raises InputError for what is no ordinary file, or cannot be opened."""
    if words := why_unreadable(path):
        raise InputError([Finding(name, 0, 0, "", words)])
