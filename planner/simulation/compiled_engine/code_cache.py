"""Functions compiled by numba; the code is kept on disk in safe folders only.

Numba's own cache unpickles what it finds: in a folder that an environment variable or a file in the
current folder may name, whoever wrote it, damaged or not. This one reads a file only when it lies
next to the program's own code, in the user's cache folder, or in the folder that NUMBA_CACHE_DIR
names by its full path; when nobody else may write there; and when its SHA-256 is right. Otherwise
the function is compiled again.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite
import numpy as np

from planner.environment import elsewhere
from planner.output.whole_files import replace_file

with elsewhere():
    import numba
    from numba.core.caching import NullCache
    from numba.core.compiler import CompileResult
    from numba.core.serialize import dumps
    from numba.misc.appdirs import AppDirs

config: Any = numba.core.config
config._config_fname = (
    ""  # .numba_config.yaml in the current folder, read again whenever it compiles
)

F = TypeVar("F", bound=Callable[..., Any])

# `_nrt`: nothing is allocated in here, so arrays need no counting of references (with it, every
# call would count all of them up and down: a hundred times as slow).
OPTIONS: dict[str, Any] = {
    "nogil": True,
    "error_model": "numpy",
    "forceinline": True,
    "_nrt": False,
}
NAME = "promo-planner"
ENDING = ".code"
MOST_BYTES = 1 << 26
DIGEST_BYTES = 32
WRITABLE_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH


def compiled(function: F) -> F:
    """The same function in machine code, for integers and arrays."""
    return cast(F, numba.njit(**OPTIONS)(function))


def compiled_and_kept(function: F) -> F:
    """As `compiled`, and the code of all it calls is kept on disk, where there is a folder."""
    dispatcher = compiled(function)
    place = place_for(Path(function.__code__.co_filename))
    if place.folder is not None:
        cast(Any, dispatcher)._cache = _Cache(place.folder, function)
    return dispatcher


@dataclass(frozen=True)
class Place:
    """The folder in which machine code is kept, or why there is none."""

    folder: Path | None
    why_not: str = ""

    def __str__(self) -> str:
        return f"not kept ({self.why_not})" if self.folder is None else str(self.folder)


def place_for(source: Path) -> Place:
    """Where the machine code of a source file is kept."""
    if not source.is_file():
        return Place(None, f"{source} is not a file")
    if chosen := config.CACHE_DIR:
        return _own(Path(chosen) / NAME)
    compiled_by_python = source.parent / "__pycache__"
    if _as_safe_as(compiled_by_python, source.parent):
        return Place(compiled_by_python)
    return _own(Path(AppDirs(NAME, appauthor=False).user_cache_dir))


def is_stored(function: Any) -> bool:
    """Whether the machine code of a function is on disk, from an earlier use."""
    cache = getattr(function, "_cache", None)
    return isinstance(cache, _Cache) and cache.is_stored()


def _as_safe_as(folder: Path, package: Path) -> bool:
    """Whether only those who may change the package, and we, can write in a folder."""
    try:
        folder.mkdir(exist_ok=True)
        found, code = folder.lstat(), package.stat()
    except OSError:
        return False
    if not stat.S_ISDIR(found.st_mode) or not os.access(folder, os.W_OK):
        return False
    if not hasattr(os, "geteuid"):  # Windows: the folder's access list is all there is
        return True
    others = found.st_mode & WRITABLE_BY_OTHERS
    may_change_the_code = (
        code.st_mode if found.st_gid == code.st_gid else code.st_mode & ~stat.S_IWGRP
    )
    return found.st_uid in (os.geteuid(), code.st_uid, 0) and not others & ~may_change_the_code


def _own(folder: Path) -> Place:
    """A folder of this user alone."""
    if not folder.is_absolute():
        return Place(None, f"{folder} is not a full path")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
    except OSError as error:
        return Place(None, f"{folder}: {error.strerror}")
    if not stat.S_ISDIR(found.st_mode):
        return Place(None, f"{folder} is a link")
    if hasattr(os, "geteuid") and (
        found.st_uid != os.geteuid() or found.st_mode & WRITABLE_BY_OTHERS
    ):
        return Place(None, f"{folder} may be written by others")
    if not os.access(folder, os.W_OK):
        return Place(None, f"{folder} is read-only")
    return Place(folder)


class _Cache(NullCache):
    """The machine code of one function: a file for each signature and processor.

    A file: the SHA-256 of versions, source and code; the code. Made of anything else, or damaged,
    it is overwritten.
    """

    def __init__(self, folder: Path, function: Callable[..., Any]) -> None:
        self._folder, source = folder, Path(function.__code__.co_filename)
        self._stem = f"{source.stem}.{function.__qualname__}.{sys.implementation.cache_tag}"
        # what decides the code apart from its signature and the processor
        versions = repr(
            (numba.__version__, llvmlite.__version__, np.__version__, sorted(OPTIONS.items()))
        )
        self._made_of = hashlib.sha256(versions.encode() + source.read_bytes()).digest()

    @property
    def cache_path(self) -> str:
        return str(self._folder)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function, or None."""
        target_context.refresh()
        code = self._read(self._file(sig, target_context.codegen()))
        return None if code is None else CompileResult._rebuild(target_context, *pickle.loads(code))  # noqa: S301

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep a compiled function; if the disk does not take it, it is compiled again later."""
        compiled = data._asdict()["library"]
        if compiled.has_dynamic_globals:
            return
        code = dumps(data._reduce())
        with suppress(OSError):
            replace_file(self._file(sig, compiled.codegen), [self._digest(code), code])

    def is_stored(self) -> bool:
        """Whether there is code for some signature."""
        return any(
            self._read(file) is not None for file in self._folder.glob(f"{self._stem}-*{ENDING}")
        )

    def _file(self, sig: Any, codegen: Any) -> Path:
        key = hashlib.sha256(repr((sig, codegen.magic_tuple())).encode()).hexdigest()[:16]
        return self._folder / f"{self._stem}-{key}{ENDING}"

    def _read(self, file: Path) -> bytes | None:
        """The code in a file; None where it is absent, damaged, outdated or others can write it."""
        try:
            found = file.lstat()
            if (
                not stat.S_ISREG(found.st_mode)
                or not self._is_ours(found)
                or found.st_size > MOST_BYTES
            ):
                return None
            content = file.read_bytes()
        except OSError:
            return None
        digest, code = content[:DIGEST_BYTES], content[DIGEST_BYTES:]
        return code if digest == self._digest(code) else None

    def _is_ours(self, found: os.stat_result) -> bool:
        if not hasattr(os, "geteuid"):
            return True
        return (
            found.st_uid in (os.geteuid(), self._folder.stat().st_uid)
            and not found.st_mode & WRITABLE_BY_OTHERS
        )

    def _digest(self, code: bytes) -> bytes:
        return hashlib.sha256(self._made_of + code).digest()
