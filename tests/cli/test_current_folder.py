"""A command that is called inside an untrusted folder runs nothing of it, and is configured by
nothing in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from planner.environment import PACKAGE, SAFE, elsewhere, without_current_folder
from tests.cli.builders import write_queue, write_small

MARKER = "this ran"
LIBRARIES = (
    "click",
    "cycler",
    "distributed",
    "llvmlite",
    "matplotlib",
    "numba",
    "numpy",
    "ortools",
    "pandas",
    "pypdfium2",
    "yaml",
)
AT_START = ("sitecustomize", "usercustomize", "encodings", "site")
SHADOW = f"open({MARKER!r}, 'a').write(__name__ + '\\n')\n"
SETTINGS = {
    ".numba_config.yaml": "disable_jit: 1\ncache_dir: cache\ncache_locator_classes: trap.Locator\n",
    "matplotlibrc": "nonsense\ndate.epoch: 1900-01-01\nbackend: module://trap\n",
    "dask.yaml": "distributed: {comm: {default-scheme: trap}}\n",
    ".env": "PLANNER_SCHEDULER=tcp://trap:8786\nNUMBA_DISABLE_JIT=1\n",
    "distutils.cfg": "[global]\n",
}


def with_traps(folder: Path, modules: Sequence[str]) -> Path:
    """Settings of libraries, and modules of these names that leave a mark when they run."""
    for name in modules:
        (folder / f"{name}.py").write_text(SHADOW)
    for name, text in SETTINGS.items():
        (folder / name).write_text(text)
    return folder


def called(folder: Path, *command: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command inside the folder; nothing of it may have run."""
    done = subprocess.run(
        [sys.executable, *map(str, command)],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**{k: v for k, v in os.environ.items() if k != SAFE}, **environment},
        check=False,
    )
    assert not (folder / MARKER).exists(), (folder / MARKER).read_text()
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    """What `pip install` makes of the command `planner`."""
    script = tmp_path / "bin" / "planner"
    script.parent.mkdir()
    script.write_text(
        "import sys\nfrom planner.cli.main import main\nif __name__ == '__main__':\n    "
        "sys.exit(main())\n"
    )
    return script


ALL_MODULES = sorted({*sys.stdlib_module_names, *LIBRARIES, *AT_START} - {"__main__", "planner"})


def test_child_processes_in_a_strangers_folder(tmp_path: Path, entry: Path) -> None:
    """No module that a worker, its tracker or the solver's process asks for is taken from there."""
    entry.write_text(
        "from planner.planning.milp.solver_process import in_solver_process\n"
        "from planner.simulation.workers_pool import workforce\n"
        "from planner.environment import without_current_folder\n"
        "if __name__ == '__main__':\n"
        "    with without_current_folder(), workforce(1, None) as ours, ours.serving(abs) as there:\n"
        "        print(in_solver_process(abs, -1), there.submit(-2).result())\n"
    )
    assert called(with_traps(tmp_path, ALL_MODULES), entry).stdout == "1 2\n"


@pytest.mark.slow
def test_a_simulation_in_a_strangers_folder(tmp_path: Path, entry: Path) -> None:
    """Nothing of it runs, and the settings are not read."""
    folder = with_traps(write_queue(tmp_path / "scenario", 50, "cv: 1", 2, days=1), ALL_MODULES)
    done = called(folder, entry, "simulate", ".", "-o", "../out", "--replications", 2, "--jobs", 2)
    assert "nonsense" not in done.stderr
    assert (tmp_path / "out" / "run.json").exists()
    assert sorted(p.name for p in folder.iterdir() if p.suffix != ".py") == sorted(
        [*SETTINGS, "scenario.yaml"]
    )


@pytest.mark.slow
def test_a_run_in_a_strangers_folder(tmp_path: Path, entry: Path) -> None:
    """The same of the main job: planning, all studies, the report."""
    folder = with_traps(write_small(tmp_path / "scenario"), ALL_MODULES)
    done = called(folder, entry, "run", ".", "-o", "../out", "--replications", 20, "--jobs", 2)
    assert "nonsense" not in done.stderr


def test_the_module_in_a_strangers_folder(tmp_path: Path) -> None:
    """`python -m planner` takes the libraries from where they are installed, and what Python needs
    to start from there as well with -P.
    """
    folder = with_traps(write_queue(tmp_path / "scenario", 50, "cv: 1", 2, days=1), LIBRARIES)
    called(folder, "-m", "planner", "check", ".")
    with_traps(folder, ALL_MODULES)
    called(folder, "-P", "-m", "planner", "check", ".")


def test_matplotlib_is_not_configured_by_the_current_folder(tmp_path: Path) -> None:
    """Not even where its own defaults are set again: some settings are none of them."""
    script = "import planner.reporting, matplotlib; print(matplotlib.rcParams['date.epoch'])"
    done = called(with_traps(tmp_path, ()), "-P", "-c", script)
    assert (done.stdout, done.stderr) == ("1970-01-01T00:00:00\n", "")


@pytest.mark.parametrize("safe", [None, ""])
def test_the_current_folder_leaves_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, safe: str | None
) -> None:
    """As it is written, or as nothing; other folders stay, and so does the planner's.

    All of it comes back.
    """
    monkeypatch.delenv(SAFE, raising=False) if safe is None else monkeypatch.setenv(SAFE, safe)
    home = str(Path(PACKAGE).parent)
    before = ["", "/elsewhere", str(tmp_path), home]
    monkeypatch.setattr(sys, "path", before[:])
    for folder, left in (
        (tmp_path, ["/elsewhere", home]),
        (Path(home), ["/elsewhere", str(tmp_path), home]),
    ):
        monkeypatch.chdir(folder)
        with without_current_folder():
            assert [entry for entry in sys.path if entry] == left
            assert os.environ[SAFE] == "1"
        assert (sys.path, os.environ.get(SAFE)) == (before, safe)


def test_a_current_folder_that_was_removed_stays_the_current_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is nothing to leave out; afterwards no relative name leads into the planner's own
    folder.
    """
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    folder.rmdir()
    with without_current_folder(), elsewhere():
        assert os.getcwd() == PACKAGE
    with pytest.raises(FileNotFoundError):
        os.getcwd()


def test_a_current_folder_that_was_renamed_is_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what it is, not by its name."""
    folder = tmp_path / "before"
    folder.mkdir()
    monkeypatch.chdir(folder)
    with elsewhere():
        folder.rename(tmp_path / "after")
    assert os.getcwd() == str(tmp_path / "after")


def test_child_processes_of_a_removed_folder(tmp_path: Path, entry: Path) -> None:
    """They start, although Python wants to tell them the current folder."""
    entry.write_text(
        "import os, sys\n"
        "from planner.planning.milp.solver_process import in_solver_process\n"
        "if __name__ == '__main__':\n"
        "    os.mkdir(sys.argv[1]); os.chdir(sys.argv[1]); os.rmdir(sys.argv[1])\n"
        "    print(in_solver_process(abs, -1))\n"
    )
    assert called(tmp_path, entry, tmp_path / "gone").stdout == "1\n"
