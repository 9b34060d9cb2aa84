"""Where a result may go: a writable, ordinary place that holds nothing the command reads."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from planner.errors import PlannerError
from planner.output.earlier import why_file_not_replaced, why_not_replaced
from planner.output.names import named, refuse_name

FOLDER, FILE = "folder", "file"
KINDS = {
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFREG: "a file",
    stat.S_IFDIR: "a folder",
}


def refuse(
    path: Path,
    inputs: Iterable[Path] = (),
    force: bool | None = False,
    kind: str = FOLDER,
    begins: bytes = b"",
) -> Path:
    """The place of a result, links followed; to be called before any work.

    Parameters
    ----------
    path : Path
        Where the result is to appear.
    inputs : Iterable[Path]
        Files and folders the command reads.
    force : bool or None
        Replace an earlier result; None for a command that never replaces.
    kind : str
        FOLDER or FILE.
    begins : bytes
        How a file must begin to be replaced, unless it is empty.

    Returns
    -------
    Path
        The place that the path leads to.

    Raises
    ------
    PlannerError
        Nothing may be written there.
    """
    place = ordinary(path, kind)
    refuse_inputs(place, inputs, kind)
    refuse_contents(place, force, kind, begins)
    return place


def ordinary(path: Path, kind: str) -> Path:
    """The place, links followed; PlannerError unless it is of this kind, or can become it."""
    refuse_name(path)
    _refuse_lost_folder(path)
    _refuse_broken_link(path, kind)
    place = Path(os.path.realpath(path))
    # the link of an open pipe exists, but not what it reads
    nearest = place if path.exists() else _nearest(place)
    mode = stat.S_IFMT((path if nearest == place else nearest).stat().st_mode)
    if nearest != place and mode != stat.S_IFDIR:
        raise _refusal(nearest, f"is {_what(mode)}, in which no folder can be made", FOLDER)
    if nearest == place and mode != (stat.S_IFDIR if kind == FOLDER else stat.S_IFREG):
        led = (
            f"is a link to {named(place)}, {_what(mode)}"
            if path.is_symlink()
            else f"is {_what(mode)}"
        )
        raise _refusal(path, f"{led}, not a {kind}", kind)
    if nearest == place and kind == FOLDER and os.path.ismount(place):
        raise PlannerError(
            f"{named(path)}: is a mount point, which cannot be replaced; name a new folder in it"
        )
    parent = place.parent if nearest == place else nearest
    if not os.access(parent, os.W_OK | os.X_OK):
        raise _refusal(parent, "is read-only", FOLDER)
    return place


def refuse_inputs(place: Path, inputs: Iterable[Path], kind: str = FOLDER) -> None:
    """Raise PlannerError when a result at `place` would replace something that is read.

    Parameters
    ----------
    place : Path
        Where the result is to appear, links followed.
    inputs : Iterable[Path]
        Files and folders the command reads.
    kind : str
        FOLDER or FILE.
    """
    if not place.exists():
        return
    identity = _identity(place)
    for given in inputs:
        if not os.path.exists(given):
            continue
        resolved = Path(os.path.realpath(given))
        if _identity(resolved) == identity:
            raise _refusal(place, "is read by this command", kind)
        if any(_identity(parent) == identity for parent in resolved.parents):
            raise _refusal(place, f"holds {named(given)}, which this command reads", kind)


def refuse_inside(path: Path, folders: Iterable[Path]) -> None:
    """Raise PlannerError when a result would appear in one of these folders, which only are read.

    Parameters
    ----------
    path : Path
        Where the result is to appear.
    folders : Iterable[Path]
        The folders.
    """
    place = Path(os.path.realpath(path))
    for folder in folders:
        if place.is_relative_to(os.path.realpath(folder)):
            words = f"lies in {named(folder)}, which this command only reads; choose another place"
            raise PlannerError(f"{named(path)}: {words}")


def refuse_contents(
    place: Path, force: bool | None, kind: str = FOLDER, begins: bytes = b""
) -> None:
    """Raise PlannerError when something is at `place` that must stay.

    Parameters
    ----------
    place : Path
        Where the result is to appear, links followed.
    force : bool or None
        Replace an earlier result; None for a command that never replaces.
    kind : str
        FOLDER or FILE.
    begins : bytes
        How a file must begin to be replaced, unless it is empty.
    """
    why = why_kept(place, force, kind, begins)
    if why is not None:
        raise PlannerError(f"{named(place)}: {why}")


def why_kept(
    place: Path, force: bool | None, kind: str = FOLDER, begins: bytes = b""
) -> str | None:
    """Why what is at `place` must stay, in words.

    Parameters
    ----------
    place : Path
        Where the result is to appear, links followed.
    force : bool or None
        Replace an earlier result; None for a command that never replaces.
    kind : str
        FOLDER or FILE.
    begins : bytes
        How a file must begin to be replaced, unless it is empty.

    Returns
    -------
    str or None
        None where nothing is there, or it may be replaced.
    """
    if not os.path.lexists(place) or (kind == FOLDER and not any(place.iterdir())):
        return None
    if force is None:
        return f"exists and is not empty; choose another {kind}: nothing was written"
    if not force:
        return f"already exists; choose another {kind} or replace it with --force"
    return why_not_replaced(place) if kind == FOLDER else why_file_not_replaced(place, begins)


def _refuse_lost_folder(path: Path) -> None:
    """A relative name where the current folder was removed."""
    try:
        path.absolute()
    except FileNotFoundError:
        words = (
            "the current folder does not exist any more; give a full path, or change to "
            "another folder"
        )
        raise PlannerError(f"{named(path)}: {words}") from None


def _refuse_broken_link(path: Path, kind: str) -> None:
    """A link that leads nowhere, at the place itself or on the way to it."""
    nearest = _nearest(path)
    if not nearest.is_symlink():
        return
    try:
        nearest.stat()
    except FileNotFoundError:
        words = f"is a link to {named(os.readlink(nearest))}, which does not exist"
        raise _refusal(nearest, words, kind) from None
    except OSError as error:
        raise _refusal(
            nearest, f"is a link that cannot be followed ({error.strerror})", kind
        ) from None


def _nearest(path: Path) -> Path:
    """What exists of a path: itself, or the first of its parents; a broken link counts."""
    return next(p for p in (path, *path.absolute().parents) if os.path.lexists(p))


def _what(mode: int) -> str:
    """A kind of file in words."""
    return KINDS.get(mode, "something else")


def _refusal(path: Path, words: str, kind: str) -> PlannerError:
    """An error about a place, with the way out."""
    return PlannerError(f"{named(path)}: {words}; choose another {kind}")


def _identity(path: Path) -> tuple[int, int]:
    """Device and number of a file: equal for two names of the same one."""
    found = path.stat()
    return found.st_dev, found.st_ino
