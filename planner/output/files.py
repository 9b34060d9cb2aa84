"""Single files of a draft, with the permissions of the umask; every failure names its file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def naming(name: Path | str) -> Iterator[None]:
    """Give an OSError of this block the name of the file.

    Writing to a full disk raises it without one.
    """
    try:
        yield
    except OSError as error:
        if error.filename is None:
            error.filename = str(name)
        raise


@contextmanager
def writing(path: Path) -> Iterator[TextIO]:
    """A new UTF-8 text file, whose line ends are written as they are; its folder is made."""
    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            yield stream


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 text file; its folder is made."""
    with writing(path) as stream:
        stream.write(text)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file; its folder is made."""
    with naming(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def copy_into(draft: Path, folder: Path) -> None:
    """Copy every file of a folder into a draft."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            write_bytes(draft / path.relative_to(folder), path.read_bytes())


def empty(folder: Path) -> None:
    """Make a folder of a draft, or remove everything in it."""
    folder.mkdir(exist_ok=True)
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
