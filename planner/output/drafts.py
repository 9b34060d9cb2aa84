"""A result appears under its name only when it is complete; until then it is a draft next to it."""

from __future__ import annotations

import errno
import hashlib
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from planner.errors import PlannerError
from planner.interrupts import uninterrupted
from planner.output import places
from planner.output.earlier import why_files_not_replaced
from planner.output.files import naming
from planner.output.locks import Lock
from planner.output.names import named
from planner.output.places import FILE, FOLDER

LONGEST_STEM = 150  # bytes; systems allow 255, and endings are added
# random ones, in hexadecimal: no date or word that a user may have put there looks like them
DRAFT_BYTES = 8


@contextmanager
def new_folder(
    path: Path, inputs: Iterable[Path] = (), force: bool | None = False
) -> Iterator[Path]:
    """Give a fresh folder next to `path`; on success move it there, on any failure remove it.

    Parameters
    ----------
    path : Path
        Where the result appears; `places.refuse` says what is refused.
    inputs : Iterable[Path]
        Files and folders the command reads, which a result never replaces.
    force : bool or None
        Replace an earlier result that is as it was written; None for a command that never replaces.

    Yields
    ------
    Path
        The draft folder.

    Raises
    ------
    PlannerError
        The place cannot be used, or another planner is writing to it.
    OSError
        The disk is full, or files were put in the place meanwhile; it names the file.
    """
    with claimed(path, inputs, force) as place, place.folder() as draft:
        yield draft


@contextmanager
def new_file(
    path: Path, inputs: Iterable[Path] = (), force: bool | None = False, begins: bytes = b""
) -> Iterator[Path]:
    """Give a fresh file next to `path`; on success move it there, on any failure remove it.

    Parameters
    ----------
    path : Path
        Where the result appears; `places.refuse` says what is refused.
    inputs : Iterable[Path]
        Files and folders the command reads, which a result never replaces.
    force : bool or None
        Replace a file that is empty or begins with `begins`; None for a command that never
        replaces.
    begins : bytes
        How every result of the command begins.

    Yields
    ------
    Path
        The draft file.

    Raises
    ------
    PlannerError
        The place cannot be used, or another planner is writing to it.
    OSError
        The disk is full, or a file was put in the place meanwhile; it names the file.
    """
    with claimed(path, inputs, force, FILE, begins) as place, place.file() as draft:
        yield draft


@contextmanager
def new_files(
    folder: Path, names: Sequence[str], inputs: Iterable[Path] = (), force: bool | None = False
) -> Iterator[Path]:
    """Add files to a folder that may hold others, which are left as they are.

    Parameters
    ----------
    folder : Path
        Where the files appear; made when it does not exist.
    names : Sequence[str]
        The files, in the order in which they appear; one that refers to others comes last. One that
        ends in `summary.json` lists the others under `outputs`, if files may be replaced.
    inputs : Iterable[Path]
        Files the command reads, which are never replaced.
    force : bool or None
        Replace files of these names that are as an earlier command wrote and listed them; None for
        a command that never replaces.

    Yields
    ------
    Path
        A hidden folder on the same disk, to write files of these names into. They get their final
        names, one after the other, once all are complete and on the disk; a failure before that
        leaves the folder as it was.

    Raises
    ------
    PlannerError
        The place cannot be used, or another planner is writing to it.
    OSError
        The disk is full, or files were put in the place meanwhile; it names the file.
    """
    given = list(inputs)
    for name in names:
        places.refuse_inputs(places.ordinary(folder / name, FILE), given, FILE)
    with claimed(folder / names[-1], given, True, FILE) as place:
        if why := _why_files_kept(folder, names, force):
            raise PlannerError(f"{named(folder)}: {why}")
        with place.parts(names, lambda: _why_files_kept(folder, names, force)) as draft:
            yield draft


@contextmanager
def claimed(
    path: Path,
    inputs: Iterable[Path] = (),
    force: bool | None = False,
    kind: str = FOLDER,
    begins: bytes = b"",
) -> Iterator[Place]:
    """The place of a result, checked, and locked until the block ends.

    Drafts that are left by then are removed.

    Parameters
    ----------
    path : Path
        Where the result appears.
    inputs : Iterable[Path]
        Files and folders the command reads, which a result never replaces.
    force : bool or None
        Replace an earlier result; None for a command that never replaces.
    kind : str
        FOLDER or FILE.
    begins : bytes
        How a file must begin to be replaced, unless it is empty.

    Yields
    ------
    Place
        The locked place.

    Raises
    ------
    PlannerError
        The place cannot be used, or another planner is writing to it.
    """
    final = places.ordinary(path, kind)
    places.refuse_inputs(final, inputs, kind)
    place = Place(final, lambda there: places.why_kept(there, force, kind, begins))
    try:
        with uninterrupted():
            place.take()
        places.refuse_contents(final, force, kind, begins)
        yield place
    finally:
        with uninterrupted():
            place.leave()
        place.end()


class Place:
    """A place that this process alone writes to, and the hidden files of its result next to it."""

    def __init__(self, final: Path, why_kept: Callable[[Path], str | None]) -> None:
        self.final = final
        self._why_kept = why_kept  # what is there, in words; None when it may be replaced
        self._lock = Lock(self.hidden("lock"))
        self._made: list[Path] = []  # parents that did not exist before
        # from the moment the result appears, an interrupt waits until all is done
        self._appearing = ExitStack()
        self._is_complete = False

    def hidden(self, ending: str) -> Path:
        """A hidden file next to the result."""
        return self.final.with_name(f"{hidden_name(self.final)}.{ending}")

    def take(self) -> None:
        """Lock the place, and remove what a killed planner left there."""
        self._made = _missing(self.final.parent)
        try:
            taken = self._lock.take()
        except OSError as error:
            error.filename = named(self.final)  # rather than the lock file
            raise
        if not taken:
            words = (
                "another planner process is writing this result; wait until it has ended, or "
                "choose another name"
            )
            raise PlannerError(f"{named(self.final)}: {words}")
        self._tidy()

    def leave(self) -> None:
        """Remove drafts and lock.

        An old result that was moved away and not replaced gets its name back.
        """
        if self._lock.is_taken:
            self._tidy()
            self._lock.release()
        if not self._is_complete:
            _remove_empty(self._made)

    def end(self) -> None:
        """Raise the interrupt that came while the result appeared, if there was one."""
        try:
            self._appearing.close()
        except KeyboardInterrupt as error:
            if self._is_complete:
                error.add_note(f"{named(self.final)} is complete")
            raise

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A fresh folder that becomes the result when the block ends without an error."""
        draft = self._draft()
        draft.mkdir()
        with _errors_as_of(self.final, draft):
            yield draft
            _flush(draft)
            self._appearing.enter_context(uninterrupted())
            self._exchange(draft)
            self._is_complete = True

    @contextmanager
    def file(self) -> Iterator[Path]:
        """A fresh file that becomes the result when the block ends without an error."""
        draft = self._draft()
        with _errors_as_of(self.final, draft):
            yield draft
            _flush(draft)
            self._appearing.enter_context(uninterrupted())
            _refuse_late(self.final, self._why_kept(self.final))
            self._like_the_old(draft)
            os.replace(draft, self.final)
            self._is_complete = True

    @contextmanager
    def parts(self, names: Sequence[str], why_kept: Callable[[], str | None]) -> Iterator[Path]:
        """A fresh folder whose files become files next to the result.

        They do not appear if some files of these names must stay by then.
        """
        draft = self._draft()
        draft.mkdir()
        with _errors_as_of(self.final.parent, draft):
            yield draft
            _flush(draft)
            self._appearing.enter_context(uninterrupted())
            _refuse_late(self.final.parent, why_kept())
            for name in names:
                os.replace(draft / name, self.final.parent / name)
            self._is_complete = True

    def _draft(self) -> Path:
        """A new hidden name next to the result."""
        return self.hidden(f"{secrets.token_hex(DRAFT_BYTES)}.partial")

    def _exchange(self, draft: Path) -> None:
        """Give the draft the final name.

        What is there is moved away first, and moved back unless it may be replaced: somebody may
        have put files into it during the work.
        """
        if not os.path.lexists(self.final):
            os.rename(draft, self.final)
            return
        self._like_the_old(draft)
        old = self.hidden(f"{secrets.token_hex(DRAFT_BYTES)}.old")
        os.rename(self.final, old)
        try:
            _refuse_late(self.final, self._why_kept(old))
            os.rename(draft, self.final)
        except BaseException:
            os.rename(old, self.final)
            raise
        shutil.rmtree(old, ignore_errors=True)

    def _like_the_old(self, draft: Path) -> None:
        """Keep the permissions of a replaced result: no more people may read the new one."""
        if not self.final.exists():
            return
        mode = stat.S_IMODE(draft.stat().st_mode)
        wider = mode & 0o777 & ~self.final.stat().st_mode
        if wider:
            draft.chmod(mode & ~wider)

    def _tidy(self) -> None:
        """Remove drafts and old results next to the place.

        Without a result there, an old one gets its name back.
        """
        ours = re.compile(
            re.escape(hidden_name(self.final)) + rf"\.[0-9a-f]{{{2 * DRAFT_BYTES}}}\.(partial|old)"
        )
        for path in sorted(p for p in self.final.parent.iterdir() if ours.fullmatch(p.name)):
            if path.suffix == ".old" and not os.path.lexists(self.final):
                os.rename(path, self.final)
            elif path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()


def hidden_name(final: Path) -> str:
    """Name of the hidden files next to a result: its name behind a dot.

    It is shortened where a file name might get too long.
    """
    name = final.name
    if len(name.encode()) > LONGEST_STEM:
        name = f"{name[:20]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
    return f".{name}"


def _why_files_kept(folder: Path, names: Sequence[str], force: bool | None) -> str | None:
    """Why files of these names in the folder must stay, in words; None where none must."""
    there = [name for name in names if os.path.lexists(folder / name)]
    if force is None:
        words = f"holds {', '.join(there)} already; choose another name: nothing was written"
        return words if there else None
    if there and not force:
        one = "it" if len(there) == 1 else "them"
        return (
            f"holds {', '.join(there)} already; choose another name or replace {one} with --force"
        )
    listing = next(name for name in names if name.endswith("summary.json"))
    why = why_files_not_replaced(folder, there, listing)
    return why and f"{why}: nothing is replaced"


def _refuse_late(place: Path, why: str | None) -> None:
    """Raise FileExistsError when something must stay that was put in the place during the work."""
    if why is not None:
        raise FileExistsError(errno.EEXIST, f"{why} (it came there during the work)", str(place))


def _flush(draft: Path) -> None:
    """Bring every file to the disk before the result gets its final name."""
    for path in sorted(draft.rglob("*")) if draft.is_dir() else [draft]:
        if path.is_file():
            with naming(path), path.open("rb") as stream:
                os.fsync(stream.fileno())


@contextmanager
def _errors_as_of(result: Path, draft: Path) -> Iterator[None]:
    """An error that names a file of the draft names it as it would be called in the result."""
    try:
        yield
    except OSError as error:
        failed = Path(str(error.filename))
        if failed.is_relative_to(draft):
            error.filename = str(result / failed.relative_to(draft))
        raise


def _missing(folder: Path) -> list[Path]:
    """The folder and its parents that do not exist yet, the deepest first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]


def _remove_empty(folders: Iterable[Path]) -> None:
    """Remove the folders that hold nothing."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()
