"""Nothing is loaded from the current folder, which may be an untrusted scenario.

No module and no library's settings are taken from it. `python -m planner` itself looks for a few
modules of Python there before any line of the planner runs; the command `planner` and `python -P -m
planner` do not.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

SAFE = "PYTHONSAFEPATH"
PACKAGE = os.path.dirname(os.path.abspath(__file__))


@contextmanager
def without_current_folder() -> Iterator[None]:
    """Load no modules from the current folder, neither here nor in child processes.

    Unless the planner itself is there.
    """
    path, safe = sys.path[:], os.environ.get(SAFE)
    current = current_folder()
    if current is not None and current != os.path.dirname(PACKAGE):
        sys.path[:] = [entry for entry in sys.path if os.path.abspath(entry) != current]
    os.environ[SAFE] = "1"
    try:
        yield
    finally:
        sys.path[:] = path
        if safe is None:
            del os.environ[SAFE]
        else:
            os.environ[SAFE] = safe


@contextmanager
def elsewhere() -> Iterator[None]:
    """Make the planner's own folder the current one.

    For libraries that look for settings in the current folder when they are loaded.
    """
    back = _way_back()
    # None: this user may not enter the current folder, so nothing in it can be opened either
    if back is None:
        yield
        return
    os.chdir(PACKAGE)
    try:
        yield
    finally:
        os.chdir(back)
        if isinstance(back, int):
            os.close(back)


def _way_back() -> int | str | None:
    """What leads to the current folder, also after it was renamed or removed.

    None where nothing does.
    """
    if os.chdir not in os.supports_fd:  # Windows, where nobody can remove it
        return current_folder()
    try:
        back = os.open(os.curdir, getattr(os, "O_PATH", os.O_RDONLY))
    except OSError:
        return None
    try:
        os.chdir(back)
    except OSError:
        os.close(back)
        return None
    return back


def current_folder() -> str | None:
    """Path of the current folder; None where it has been removed."""
    try:
        return os.getcwd()
    except FileNotFoundError:
        return None
