"""Finished runs below a folder, and their files: what a run has written, and nothing else."""

from __future__ import annotations

import math
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from planner.errors import InputError, PlannerError

MANIFEST = "run.json"
DEEPEST = 3  # folders below the one that is opened
MOST_RUNS = 500
MOST_FOLDERS = 20_000  # that are looked at


@dataclass(frozen=True, kw_only=True)
class Run:
    """A finished run.

    Attributes
    ----------
    name : str
        Its folder, from the folder that is opened.
    folder : Path
        The folder.
    written : datetime
        When its manifest was written, in local time.
    manifest : dict
        Content of run.json; empty where it cannot be read.
    damage : str
        Why it cannot be read.
    cost, on_time : float
        Means over the replications; NaN where nothing was simulated.
    """

    name: str
    folder: Path
    written: datetime
    manifest: dict[str, Any] = field(default_factory=dict, repr=False)
    damage: str = ""
    cost: float = math.nan
    on_time: float = math.nan

    @property
    def files(self) -> list[str]:
        """Names of the files that it has written."""
        return [MANIFEST, *sorted(self.manifest["outputs"])] if self.manifest else []

    @property
    def command(self) -> str:
        """The command that made it."""
        return str(self.manifest["options"]["command"]) if self.manifest else ""

    @property
    def verdict(self) -> str:
        """As in `ResultFacts`: certified, not_certified, draft, no_plan, or empty."""
        if not self.manifest or "certificate" not in self.manifest:
            return ""
        if self.manifest.get("explanation"):
            return "no_plan"
        if self.manifest["certificate"] is None:
            return "draft"
        return "certified" if self.manifest["certificate"]["certified"] else "not_certified"


class RunFolders:
    """The runs below a folder; what is read of a run is kept until its manifest changes.

    Parameters
    ----------
    root : Path
        The folder, or the folder of one run.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))
        self._known: dict[Path, tuple[tuple[int, int], Run]] = {}
        self._listed: dict[str, Path] = {}
        self.complete = True  # whether the last list had all runs

    def runs(self) -> list[Run]:
        """All finished runs, the newest first; those being written have hidden names."""
        found = []
        for folder in self._folders():
            with suppress(FileNotFoundError):  # removed since it was found
                found.append(self._run(folder))
        self._listed = {run.name: run.folder for run in found}
        return sorted(found, key=lambda run: (-run.written.timestamp(), run.name))

    def run(self, name: str) -> Run | None:
        """The run of that name; folders are searched again where it is not as it was listed."""
        folder = self._listed.get(name)
        if folder is not None and self._is_there(folder):
            return self._run(folder)
        return next((run for run in self.runs() if run.name == name), None)

    def _is_there(self, folder: Path) -> bool:
        """Whether a folder still holds a run, and is no link and does not lie in one."""
        place = self.root
        for part in folder.relative_to(self.root).parts:
            place = place / part
            if not _is(place, stat.S_ISDIR):
                return False
        return is_ordinary(folder / MANIFEST)

    def _folders(self) -> Iterator[Path]:
        """Folders with a manifest; neither links nor hidden folders are followed."""
        waiting, looked, found = [(self.root, 0)], 0, 0
        while waiting and looked < MOST_FOLDERS and found < MOST_RUNS:
            folder, depth = waiting.pop(0)
            looked += 1
            if is_ordinary(folder / MANIFEST):
                found += 1
                yield folder
            elif depth < DEEPEST:
                waiting += [(inner, depth + 1) for inner in _inside(folder)]
        self.complete = not waiting

    def _run(self, folder: Path) -> Run:
        """A run, read again where its manifest is another one."""
        there = (folder / MANIFEST).lstat()
        state = (there.st_mtime_ns, there.st_size)
        known = self._known.get(folder)
        if known is None or known[0] != state:
            name = folder.relative_to(self.root).as_posix()
            written = datetime.fromtimestamp(there.st_mtime)
            name = as_text(self.root.name if name == "." else name)
            known = (state, read_run(name, folder, written))
            self._known[folder] = known
        return known[1]


def as_text(name: str) -> str:
    """A name of a folder as text: bytes that are none, as a disk may have them, are written out."""
    return name.encode(errors="backslashreplace").decode()


def read_run(name: str, folder: Path, written: datetime) -> Run:
    """Read what the list shows of a run.

    Parameters
    ----------
    name : str
        Its name in the list.
    folder : Path
        Its folder.
    written : datetime
        When it was written.

    Returns
    -------
    Run
        The run, or why it cannot be read.
    """
    from planner.reporting.tables.read_table import read_table
    from planner.studies.runs.manifest import read_manifest

    try:
        manifest = read_manifest(folder)
    except PlannerError as error:
        return Run(name=name, folder=folder, written=written, damage=str(error))
    cost = on_time = math.nan
    if "tables/replications.csv" in manifest["outputs"]:
        try:
            rows = read_table(folder, "replications")
        except InputError as error:
            return Run(name=name, folder=folder, written=written, damage=str(error))
        cost, on_time = float(rows["cost"].mean()), float(1.0 - rows["late_share"].mean())
    return Run(
        name=name, folder=folder, written=written, manifest=manifest, cost=cost, on_time=on_time
    )


def open_file(run: Run, name: str) -> BinaryIO | None:
    """Open a file that a run has written.

    Parameters
    ----------
    run : Run
        The run.
    name : str
        Name of the file as the manifest lists it.

    Returns
    -------
    BinaryIO or None
        None where the run has written no such file, where it is gone, or where it or a folder on
        the way to it is a link or anything else that is not ordinary.
    """
    if name not in run.files:
        return None
    path = run.folder
    *folders, last = name.split("/")
    for part in folders:
        path = path / part
        if not _is(path, stat.S_ISDIR):
            return None
    try:
        there = (path / last).lstat()
        if not stat.S_ISREG(there.st_mode):
            return None
        stream = (path / last).open("rb")
    except OSError:
        return None
    opened = os.fstat(stream.fileno())
    if (opened.st_dev, opened.st_ino) != (there.st_dev, there.st_ino):  # exchanged meanwhile
        stream.close()
        return None
    return stream


def is_ordinary(path: Path) -> bool:
    """Whether a path is an ordinary file, not a link to one."""
    return _is(path, stat.S_ISREG)


def _is(path: Path, kind: Any) -> bool:
    try:
        return bool(kind(path.lstat().st_mode))
    except OSError:
        return False


def _inside(folder: Path) -> list[Path]:
    """Folders in a folder that are neither hidden nor links, by name."""
    try:
        with os.scandir(folder) as entries:
            names = [
                entry.name
                for entry in entries
                if not entry.name.startswith(".") and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []
    return [folder / name for name in sorted(names)]
