"""A result folder appears under its name only when it is complete."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from planner.errors import PlannerError

LONGEST_NAME = 150  # bytes; systems allow 255, and endings are added
RESULT_MARKS = ("run.json", "summary.json")  # a folder without one of these is not ours to replace


@contextmanager
def new_folder(final: Path, force: bool = False) -> Iterator[Path]:
    """Give a fresh folder beside `final`; on success move it there, on any failure remove it.

    Raises PlannerError when `final` exists and is neither an empty folder nor, with `force`, an earlier result.
    """
    final = final.resolve()
    refuse_existing(final, force)
    final.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f"{hidden_name(final)}.", suffix=".partial", dir=final.parent))
    try:
        yield draft
        _flush(draft)
        draft.chmod(0o755)
        if final.exists():
            old = draft.with_suffix(".old")
            os.rename(final, old)
            try:
                os.rename(draft, final)
            except BaseException:
                os.rename(old, final)
                raise
            shutil.rmtree(old)
        else:
            os.rename(draft, final)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise


@contextmanager
def new_files(folder: Path, names: Sequence[str], force: bool = False) -> Iterator[Path]:
    """Add files to a folder that may hold others, which are left as they are.

    Parameters
    ----------
    folder : where the files appear; made when it does not exist.
    names : the files, in the order in which they appear; one that refers to others comes last.
    force : replace files of these names.

    Yields
    ------
    A hidden folder on the same disk, to write files of these names into. They get their final names, one after the
    other, once all are complete and on the disk; a failure before that leaves the folder as it was.

    Raises
    ------
    PlannerError
        `folder` is a file, or holds files of these names and `force` is not set.
    """
    folder = folder.resolve()
    refuse_files(folder, names, force)
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", suffix=".partial", dir=folder) as draft:
            yield Path(draft)
            _flush(Path(draft))
            for name in names:
                os.replace(Path(draft) / name, folder / name)
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise


def refuse_files(folder: Path, names: Sequence[str], force: bool) -> None:
    """Raise PlannerError when files of these names must not be written into `folder`."""
    _refuse_file_in_the_way(folder)
    there = [name for name in names if (folder / name).exists()]
    if there and not force:
        one = "it" if len(there) == 1 else "them"
        words = f"holds {', '.join(there)} already; choose another name or replace {one} with --force"
        raise PlannerError(f"{folder}: {words}")
    if folder.is_dir() and not os.access(folder, os.W_OK):
        raise PlannerError(f"{folder}: is read-only; choose another folder")


def hidden_name(final: Path) -> str:
    """What files beside a result are called: its name behind a dot, shortened where a file name might get too long."""
    name = final.name
    if len(name.encode()) > LONGEST_NAME:
        name = f"{name[:20]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return f".{name}"


def clear_drafts(final: Path) -> None:
    """Remove the drafts that a killed planner left beside `final`; an old result it had moved away gets its name back.

    To be called only when no other planner is at work on `final`.
    """
    final = final.resolve()
    ours = re.compile(re.escape(hidden_name(final)) + r"\.[a-z0-9_]{8}\.(partial|old)")
    left = sorted(path for path in final.parent.iterdir() if ours.fullmatch(path.name))
    for path in left:
        if path.suffix == ".old" and not final.exists():
            os.rename(path, final)
        else:
            shutil.rmtree(path)


def refuse_existing(final: Path, force: bool) -> None:
    """Raise PlannerError when a result must not be written to `final` (known before the work starts, not after)."""
    _refuse_file_in_the_way(final)
    if final.is_dir() and any(final.iterdir()) and not force:
        raise PlannerError(f"{final}: already exists; choose another folder or replace it with --force")
    if final.is_dir() and any(final.iterdir()) and not any((final / name).is_file() for name in RESULT_MARKS):
        raise PlannerError(f"{final}: holds no result of the planner, so it is not replaced; choose another folder")


def _refuse_file_in_the_way(final: Path) -> None:
    in_the_way = next((p for p in final.absolute().parents if p.exists() and not p.is_dir()), None)
    if in_the_way is not None:
        raise PlannerError(f"{in_the_way}: is a file; a folder cannot be made in it")
    if final.is_file():
        raise PlannerError(f"{final}: is a file; give the name of a new folder")


def _flush(folder: Path) -> None:
    """Bring every file to the disk before the folder gets its final name."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
