"""What an earlier result says it consists of: `--force` replaces exactly that."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from planner.output.names import named

# `outputs` in one of them lists the files of a result with their hashes
MANIFESTS = ("run.json", "summary.json")
# the only files that may differ between two equal runs
VOLATILE = frozenset({"timing.json", "log.txt"})
UNLISTED = "timing.json"  # the one of them that commands write
MOST_BYTES = 64 * 2**20  # of a manifest
MOST_NAMED = 5
WAY_OUT = "choose another folder, or move this one away"


def sha256(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while piece := stream.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def hashes(folder: Path, manifest: str) -> dict[str, str]:
    """SHA-256 of every file of a draft that must repeat, by relative name.

    This is what its manifest lists as `outputs`.
    """
    names = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return {
        name: sha256(folder / name) for name in names if name != manifest and name not in VOLATILE
    }


def why_not_replaced(folder: Path) -> str | None:
    """Why a folder cannot be replaced, in words.

    None when it holds an earlier result, unchanged, and nothing else.
    """
    manifest = next((name for name in MANIFESTS if _is_file(folder / name)), None)
    if manifest is None:
        return f"holds no result of the planner, so it is not replaced; {WAY_OUT}"
    listed = read_outputs(folder / manifest)
    if isinstance(listed, str):
        return f"{manifest} {listed}, so nothing is replaced; {WAY_OUT}"
    parents = _parents(listed) | {"."}
    protected = _protected(folder, parents)
    if protected:
        return (
            f"is write-protected ({_some(protected)}), so nothing is replaced; choose another "
            "folder"
        )
    unlisted = {name for name in (manifest, UNLISTED) if _is_file(folder / name)}
    entries = [name for name in _entries(folder, parents) if name not in unlisted]

    def is_ours(name: str) -> bool:
        return name in listed and _is_file(folder / name)

    foreign = [name for name in entries if not is_ours(name)]
    changed = [name for name in entries if is_ours(name) and sha256(folder / name) != listed[name]]
    found = []
    if foreign:
        found.append(f"holds what the planner did not write: {_some(foreign)}")
    if changed:
        found.append(f"was changed since it was written: {_some(changed)}")
    if not found:
        return None
    return (
        f"{'; '.join(found)}; move these files away, or choose another folder: nothing is replaced"
    )


def _protected(folder: Path, parents: set[str]) -> list[str]:
    """Folders of a result that nothing may be written to."""
    folders = [name for name in sorted(parents) if (folder / name).is_dir()]
    return [name for name in folders if not os.access(folder / name, os.W_OK)]


def why_file_not_replaced(path: Path, begins: bytes) -> str | None:
    """Why a single file that nothing lists cannot be replaced, in words.

    None when it is empty, or begins as every result of the command does.
    """
    with path.open("rb") as stream:
        head = stream.read(len(begins) or 1)
    if not head or head.startswith(begins):
        return None
    return (
        "is not a result of this command, so it is not replaced; choose another file, or "
        "remove this one"
    )


def why_files_not_replaced(folder: Path, names: list[str], manifest: str) -> str | None:
    """Why single files of a folder that may hold others cannot be replaced, in words.

    Parameters
    ----------
    folder : Path
        Where the files are.
    names : list[str]
        Names of the files.
    manifest : str
        Name of the file that lists them with their hashes.

    Returns
    -------
    str or None
        None when every file that is there is as it was written.
    """
    there = [name for name in names if os.path.lexists(folder / name) and name != manifest]
    if not there:
        return None
    listed = read_outputs(folder / manifest) if _is_file(folder / manifest) else "is missing"
    if isinstance(listed, str):
        return (
            f"{manifest} {listed}, so {_some(there)} cannot be replaced; move the files away "
            "or choose another name"
        )
    changed = [name for name in there if listed.get(name) != sha256(folder / name)]
    if changed:
        return (
            f"was changed since it was written: {_some(changed)}; move it away or choose "
            "another name"
        )
    return None


def read_outputs(path: Path) -> dict[str, str] | str:
    """The hashes by name that a manifest lists; in words, what is wrong with it."""
    if path.stat().st_size > MOST_BYTES:
        return "is too large to be a list of files"
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        return "cannot be read as JSON"
    listed = content.get("outputs") if isinstance(content, dict) else None
    if listed is None:
        return "has no list of the files (it is not of the planner, or of an older version)"
    if not isinstance(listed, dict) or not all(map(_is_entry, listed, listed.values())):
        return "lists files that cannot be part of a result"
    return listed


def _is_entry(name: str, value: object) -> bool:
    """A relative name that leads nowhere else, and a hash."""
    path = PurePosixPath(name)
    inside = not path.is_absolute() and ".." not in path.parts and path.as_posix() == name != "."
    return inside and isinstance(value, str) and re.fullmatch("[0-9a-f]{64}", value) is not None


def _entries(folder: Path, parents: set[str], below: str = "") -> Iterator[str]:
    """Names of everything in a folder.

    Of a folder in which no listed file belongs only its name, with a slash.
    """
    with os.scandir(folder / below) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        name = f"{below}{entry.name}"
        if not entry.is_dir(follow_symlinks=False):
            yield name
        elif name in parents:
            yield from _entries(folder, parents, f"{name}/")
        else:
            yield f"{name}/"


def _parents(listed: dict[str, str]) -> set[str]:
    """Folders that listed files belong into, by relative name."""
    return {parent.as_posix() for name in listed for parent in PurePosixPath(name).parents}


def _is_file(path: Path) -> bool:
    """An ordinary file, and no link to one."""
    return path.is_file() and not path.is_symlink()


def _some(names: list[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED:,} more" if len(names) > MOST_NAMED else ""
    return f"{', '.join(map(named, names[:MOST_NAMED]))}{more}"
