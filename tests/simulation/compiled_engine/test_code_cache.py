"""Machine code is kept where only those who may change the program can write, and read only as it
was written.
"""

from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from planner.simulation.compiled_engine import code_cache
from planner.simulation.compiled_engine.code_cache import ENDING, is_stored, place_for
from planner.simulation.simulate import machine_code_place

SOURCE = """
from planner.simulation.compiled_engine.code_cache import compiled_and_kept

@compiled_and_kept
def add_one(x):
    return x + 1
"""


class Trap:
    """Its pickle, when it is read, makes a file."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Callable[..., None], tuple[Path]]:
        return Path.touch, (self.marker,)


@pytest.fixture(scope="module")
def used_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source file whose function was used once."""
    source = tmp_path_factory.mktemp("package") / "adding.py"
    source.write_text(SOURCE)
    assert loaded(source)(1) == 2
    return source


@pytest.fixture
def source(used_once: Path, tmp_path: Path) -> Path:
    """The same in a folder of its own, with its machine code."""
    package = tmp_path / "package"
    shutil.copytree(used_once.parent, package)
    return package / used_once.name


def loaded(source: Path) -> Any:
    """The function of a source file as a new process has it."""
    module = sys.modules["adding"] = ModuleType("adding")
    exec(compile(source.read_text(), source, "exec"), vars(module))  # noqa: S102
    return module.add_one


def code_of(source: Path) -> Path:
    (code,) = (source.parent / "__pycache__").glob(f"*{ENDING}")
    return code


def reads(source: Path) -> bool:
    """Is the machine code taken from the disk? Right it must be in any case."""
    function = loaded(source)
    assert function(1) == 2
    return bool(sum(function.stats.cache_hits.values()))


def test_the_code_is_read_the_second_time(source: Path) -> None:
    """From next to the source, where Python keeps what it compiles, readable by its owner alone."""
    assert is_stored(loaded(source))
    assert code_of(source).stat().st_mode & 0o777 == 0o600
    assert reads(source)


def flipped(code: Path) -> None:
    content = bytearray(code.read_bytes())
    content[len(content) // 2] ^= 1
    code.write_bytes(content)


def replaced(code: Path, make: Callable[[Path], object]) -> None:
    code.unlink()
    make(code)


DAMAGED: dict[str, Callable[[Path], object]] = {
    "empty": lambda code: code.write_bytes(b""),
    "truncated": lambda code: os.truncate(code, code.stat().st_size // 2),
    "random": lambda code: code.write_bytes(os.urandom(50_000)),
    "one bit": flipped,
    "a pickle that runs code": lambda code: code.write_bytes(
        pickle.dumps(Trap(code.parent / "marker"))
    ),
    "a pipe": lambda code: replaced(code, os.mkfifo),
    "a link": lambda code: code.symlink_to(code.rename(code.with_name("elsewhere"))),
    "writable by others": lambda code: code.chmod(0o666),
    "large": lambda code: os.truncate(code, 1 << 40),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_other_bytes_are_compiled_again(source: Path, damage: str) -> None:
    """Once: the file is written again, and nothing in it was run."""
    code = code_of(source)
    DAMAGED[damage](code)
    assert not is_stored(loaded(source))
    assert not reads(source)
    assert reads(source)
    assert not (code.parent / "marker").exists()


def test_what_cannot_be_replaced_does_no_harm(source: Path) -> None:
    """A folder of that name: compiled at every start."""
    replaced(code_of(source), lambda code: (code / "full").mkdir(parents=True))
    assert [reads(source), reads(source)] == [False, False]
    assert not list(source.parent.rglob("*.tmp"))


@pytest.mark.parametrize("change", ["source", "version"])
def test_code_of_something_else_is_compiled_again(
    source: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of another text of the source, or another version of numba."""
    if change == "source":
        source.write_text(SOURCE + "\n")
    else:
        monkeypatch.setattr(code_cache.numba, "__version__", "0.0")
    assert not reads(source)
    assert reads(source)


def test_the_index_of_numbas_own_cache_is_not_read(source: Path) -> None:
    """It is a pickle, and lies under a name that is known to everybody."""
    marker = source.parent / "marker"
    for k in range(10):
        (source.parent / "__pycache__" / f"adding.add_one-{k}.py311.nbi").write_bytes(
            pickle.dumps(Trap(marker))
        )
    assert reads(source)
    assert not marker.exists()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "promo-planner"


@pytest.mark.parametrize("why", ["a link", "writable by others", "a file"])
def test_next_to_the_source_only_where_it_is_as_safe(source: Path, cache: Path, why: str) -> None:
    """Else in the user's cache folder, which is made for its user alone."""
    folder = source.parent / "__pycache__"
    if why == "writable by others":
        folder.chmod(0o777)
    else:
        elsewhere = folder.rename(folder.with_name("elsewhere"))
        folder.symlink_to(elsewhere) if why == "a link" else folder.touch()
    assert place_for(source).folder == cache
    assert cache.stat().st_mode & 0o777 == 0o700
    assert not reads(source)
    assert reads(source)


def test_a_package_of_a_group_keeps_its_code_like_its_source(source: Path) -> None:
    """Who may change the source needs no other way in."""
    source.parent.chmod(0o775)
    (source.parent / "__pycache__").chmod(0o775)
    assert place_for(source).folder == source.parent / "__pycache__"


def test_a_source_that_is_no_file_has_no_place(tmp_path: Path) -> None:
    """A package in an archive: compiled at every start."""
    assert (
        str(place_for(tmp_path / "planner.zip" / "machine.py"))
        == f"not kept ({tmp_path}/planner.zip/machine.py is not a file)"
    )


def test_a_folder_that_the_user_names_is_used(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its full path in NUMBA_CACHE_DIR."""
    monkeypatch.setattr(code_cache.config, "CACHE_DIR", str(tmp_path / "named"))
    assert [reads(source), reads(source)] == [False, True]
    assert place_for(source).folder == tmp_path / "named" / "promo-planner"


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("named", "named/promo-planner is not a full path"),
        ("{}/open", "{}/open/promo-planner may be written by others"),
        ("{}/link", "{}/link/promo-planner is a link"),
        ("{}/file", "{}/file/promo-planner: Not a directory"),
    ],
)
def test_without_a_safe_folder_it_is_compiled_at_every_start(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, why: str
) -> None:
    """A folder that may lie in a stranger's scenario, or where others may write, is not used;
    `doctor` says why.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "named" / "promo-planner").mkdir(parents=True)
    (tmp_path / "open" / "promo-planner").mkdir(parents=True)
    (tmp_path / "open" / "promo-planner").chmod(0o777)
    (tmp_path / "link").mkdir()
    (tmp_path / "link" / "promo-planner").symlink_to(tmp_path / "named")
    (tmp_path / "file").touch()
    monkeypatch.setattr(code_cache.config, "CACHE_DIR", named.format(tmp_path))
    assert [reads(source), reads(source)] == [False, False]
    assert not is_stored(loaded(source))
    assert str(machine_code_place()) == f"not kept ({why.format(tmp_path)})"


def test_numba_is_not_configured_by_the_current_folder(tmp_path: Path) -> None:
    """Neither when it is loaded nor when it compiles: the folder may be a stranger's scenario."""
    (tmp_path / ".numba_config.yaml").write_text("disable_jit: 1\ncache_dir: cache\n")
    script = (
        "from planner.simulation.compiled_engine.code_cache import compiled, config\n"
        "print(compiled(lambda x: x + 1)(1), config.DISABLE_JIT, repr(config.CACHE_DIR))"
    )
    command = [sys.executable, "-P", "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.stdout, done.stderr) == ("2 0 ''\n", "")
