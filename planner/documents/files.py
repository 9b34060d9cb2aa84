"""Files of a result folder as text, and the error for a folder that was damaged or changed."""

from __future__ import annotations

import stat
from collections.abc import Sequence
from pathlib import Path

from planner import __version__
from planner.errors import Finding, InputError

MOST_FINDINGS = 100  # of one file
REMEDY = "run the command again, or restore the folder from a copy"


def read_text(folder: Path, name: str, most_bytes: int) -> str:
    """Text of an ordinary file of a result folder.

    Parameters
    ----------
    folder : Path
        The result folder.
    name : str
        Name of the file in it.
    most_bytes : int
        Size from which on the file is not read.

    Returns
    -------
    str
        The text.

    Raises
    ------
    InputError
        The file is missing, a link, a folder, a device or a pipe; is larger than `most_bytes`; is
        not UTF-8.
    """
    path = folder / name
    try:
        there = path.lstat()
    except FileNotFoundError:
        raise damaged(folder, [Finding(str(path), 0, 0, "", "is missing")]) from None
    words = _refused(there.st_mode, there.st_size, most_bytes)
    if words:
        raise damaged(folder, [Finding(str(path), 0, 0, "", words)])
    data = path.read_bytes()
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise damaged(folder, [Finding(str(path), line, 0, "", "is not UTF-8 text")]) from None


def _refused(mode: int, size: int, most_bytes: int) -> str:
    """Why a file is not read; empty where it is."""
    if not stat.S_ISREG(mode):
        return "is no ordinary file (a link, a folder, a device or a pipe)"
    if size == 0:
        return "is empty"
    return f"is larger than {most_bytes:,} bytes" if size > most_bytes else ""


def damaged(folder: Path, findings: Sequence[Finding], made_with: str = __version__) -> InputError:
    """The error for a result folder that does not hold what this version writes.

    Parameters
    ----------
    folder : Path
        The result folder.
    findings : Sequence[Finding]
        What is wrong; at most the first hundred are reported.
    made_with : str
        The planner's version that the folder names.

    Returns
    -------
    InputError
        To be raised.
    """
    words = f"is no result as planner {__version__} writes it; {REMEDY}"
    if made_with != __version__:
        words = (
            f"was written by planner {made_with[:20]}, and this is planner {__version__}: run "
            "the command again"
        )
    return InputError([Finding(str(folder), 0, 0, "", words), *findings[:MOST_FINDINGS]])
