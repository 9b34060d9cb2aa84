"""Results appear complete or not at all, and leave nothing next to their place."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.interrupts import Interrupted, interruptible
from planner.output import claimed, hidden_name, new_file, new_files, new_folder
from planner.studies.runs.manifest import seal


def write(final: Path, force: bool = False, **files: str) -> None:
    """A result of the planner with these text files."""
    with new_folder(final, force=force) as draft:
        for name, text in files.items():
            (draft / f"{name}.txt").write_text(text)
        seal(draft, {})


def write_and_fail(final: Path, error: BaseException) -> None:
    """Begin a result, then break off."""
    with new_folder(final, force=True) as draft:
        (draft / "a.txt").write_text("new")
        raise error


def names(folder: Path) -> list[str]:
    return sorted(p.name for p in folder.iterdir())


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_folder_appears_only_when_complete(tmp_path: Path) -> None:
    """Inside the block the final name does not exist; after it, it holds what was written."""
    final = tmp_path / "out"
    with new_folder(final) as draft:
        (draft / "a.txt").write_text("a")
        assert not final.exists()
    assert (final / "a.txt").read_text() == "a"
    assert names(tmp_path) == ["out"]


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """An error inside the block leaves neither the folder, nor a draft or lock, nor the parents
    that were made.
    """
    with pytest.raises(RuntimeError):
        write_and_fail(tmp_path / "new/deep/out", RuntimeError())
    assert names(tmp_path) == []


def test_failure_keeps_the_old_result(tmp_path: Path) -> None:
    """When a result is replaced and the new one fails, the old one stays."""
    final = tmp_path / "out"
    write(final, a="old")
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(final, KeyboardInterrupt())
    assert (final / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_existing_result_is_not_replaced_without_being_asked(tmp_path: Path) -> None:
    """A result is refused; with `force` it is replaced as a whole."""
    final = tmp_path / "out"
    write(final, a="old")
    with pytest.raises(PlannerError, match="--force"):
        write(final, b="new")
    write(final, force=True, b="new")
    assert names(final) == ["b.txt", "run.json"]


def test_files_that_came_during_the_work_are_kept(tmp_path: Path) -> None:
    """Somebody puts a file into the old result while the new one is made: it stays, and the message
    names it.
    """
    final = tmp_path / "out"
    write(final, a="old")
    with (
        pytest.raises(OSError, match=r"did not write: mine\.txt") as failed,
        new_folder(final, force=True),
    ):
        (final / "mine.txt").write_text("mine")
    assert failed.value.filename == str(final)
    assert names(final) == ["a.txt", "mine.txt", "run.json"]
    assert names(tmp_path) == ["out"]


def test_a_failure_between_the_two_renames_keeps_the_old_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off after the old result was moved away, before the new one took its name: the old one
    is back.
    """
    final, rename = tmp_path / "out", os.rename
    write(final, a="old")

    def failing(source: Path, target: Path) -> None:
        if source.suffix == ".partial":
            raise OSError(5, "Input/output error", str(source))
        rename(source, target)

    monkeypatch.setattr(os, "rename", failing)
    with pytest.raises(OSError, match="Input/output"):
        write(final, force=True, a="new")
    assert (final / "a.txt").read_text() == "old"
    assert names(tmp_path) == ["out"]


def test_what_a_killed_planner_left_is_put_in_order(tmp_path: Path) -> None:
    """Killed between the two renames: the next command gives the old result its name back, and
    removes the drafts and the lock file; files of others stay.
    """
    final = tmp_path / "out"
    write(final, a="old")
    final.rename(tmp_path / ".out.0123456789abcdef.old")
    (tmp_path / ".out.0123456789abcdef.partial").mkdir()
    (tmp_path / ".out.lock").touch()
    (tmp_path / ".out.mine.partial").touch()
    with pytest.raises(PlannerError, match="already exists"), new_folder(final):
        pass
    assert (final / "a.txt").read_text() == "old"
    assert names(tmp_path) == [".out.mine.partial", "out"]


def test_a_second_planner_is_refused_at_once(tmp_path: Path) -> None:
    """While a result is written, another process is refused, also with --force; the draft of the
    first stays.
    """
    final = tmp_path / "out"
    program = "import sys; from pathlib import Path; from planner.output import new_folder\n"
    program += "with new_folder(Path(sys.argv[1]), force=True): pass"
    with new_folder(final) as draft:
        second = subprocess.run(
            [sys.executable, "-c", program, final], capture_output=True, text=True, check=False
        )
        assert "another planner process is writing this result" in second.stderr
        assert draft.exists()
    assert names(tmp_path) == ["out"]


@pytest.mark.parametrize("kind", ["folder", "file"])
def test_a_place_is_claimed_once(tmp_path: Path, kind: str) -> None:
    """In one process too; the place is free again after it."""
    out = tmp_path / "out"
    for _ in range(2):
        with (
            claimed(out, kind=kind),
            pytest.raises(PlannerError, match="another planner"),
            claimed(out, kind=kind),
        ):
            pass
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("umask", "folder", "file"), [(0o077, 0o700, 0o600), (0o022, 0o755, 0o644)], indirect=["umask"]
)
def test_permissions_follow_the_umask(umask: None, tmp_path: Path, folder: int, file: int) -> None:
    """A person who keeps files private gets private results."""
    write(tmp_path / "out", a="a")
    with new_file(tmp_path / "rated.csv") as draft:
        draft.write_text("a")
    found = [
        stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("out", "out/a.txt", "rated.csv")
    ]
    assert found == [folder, file, file]


def test_a_private_result_stays_private_when_it_is_replaced(tmp_path: Path) -> None:
    """The permissions of the old result are not widened."""
    write(tmp_path / "out", a="a")
    (tmp_path / "out").chmod(0o700)
    (tmp_path / "rated.csv").write_text("old")
    (tmp_path / "rated.csv").chmod(0o600)
    write(tmp_path / "out", force=True, a="b")
    with new_file(tmp_path / "rated.csv", force=True) as draft:
        draft.write_text("new")
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("out", "rated.csv")] == [
        0o700,
        0o600,
    ]


def test_an_error_names_the_file_of_the_result(tmp_path: Path) -> None:
    """Not that of the draft, which is gone by then."""
    with pytest.raises(OSError, match="full") as failed, new_folder(tmp_path / "out") as draft:
        raise OSError(28, "full", str(draft / "tables/stock.csv"))
    assert failed.value.filename == str(tmp_path / "out/tables/stock.csv")
    with pytest.raises(OSError, match="full") as failed, new_file(tmp_path / "rated.csv") as draft:
        raise OSError(28, "full", str(draft))
    assert failed.value.filename == str(tmp_path / "rated.csv")


def test_an_interrupt_waits_for_a_result_that_is_appearing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between the two renames: the new result is complete, nothing is left over, and the
    note says so.
    """
    final, rename = tmp_path / "out", os.rename
    write(final, a="old")

    def interrupted(source: Path, target: Path) -> None:
        import signal

        signal.raise_signal(signal.SIGINT)
        rename(source, target)

    monkeypatch.setattr(os, "rename", interrupted)
    with pytest.raises(Interrupted) as raised, interruptible():
        write(final, force=True, a="new")
    assert raised.value.__notes__ == [f"{final} is complete"]
    assert (final / "a.txt").read_text() == "new"
    assert names(tmp_path) == ["out"]


def test_files_are_added_to_a_folder(tmp_path: Path) -> None:
    """All or none of them appear; what is there stays as it is."""
    (tmp_path / "notes.txt").write_text("mine")
    files = ["a.yaml", "summary.json"]
    with new_files(tmp_path, files) as draft:
        for name in files:
            (draft / name).write_text("{}")
    assert names(tmp_path) == ["a.yaml", "notes.txt", "summary.json"]
    with pytest.raises(FileNotFoundError), new_files(tmp_path / "new", files) as draft:
        (draft / "missing/a.yaml").write_text("")
    assert names(tmp_path) == ["a.yaml", "notes.txt", "summary.json"]


def test_results_with_long_names_do_not_share_a_hidden_name(tmp_path: Path) -> None:
    """Names too long for an ending are shortened, and stay different."""
    one, two = tmp_path / ("促" * 80), tmp_path / ("促" * 79 + "销")
    assert hidden_name(one) != hidden_name(two)
    assert max(len(hidden_name(p).encode()) for p in (one, two)) < 200
    write(one, a="a")
    assert (one / "a.txt").read_text() == "a"
    assert names(tmp_path) == [one.name]


def test_what_came_during_the_work_is_not_replaced(tmp_path: Path) -> None:
    """Not even a result, where nobody asked to replace one."""
    write(tmp_path / "other", b="mine")

    def late_folder() -> None:
        with new_folder(tmp_path / "out"):
            (tmp_path / "other").rename(tmp_path / "out")

    def late_file() -> None:
        with new_file(tmp_path / "table.csv") as file:
            file.write_text("new")
            (tmp_path / "table.csv").write_text("mine")

    def late_part() -> None:
        with new_files(tmp_path / "cards", ["zto.summary.json"]) as parts:
            (parts / "zto.summary.json").write_text("new")
            (tmp_path / "cards/zto.summary.json").write_text("mine")

    for write_late in (late_folder, late_file, late_part):
        with pytest.raises(FileExistsError, match=r"already.*came there during the work"):
            write_late()
    assert names(tmp_path / "out") == ["b.txt", "run.json"]
    assert (tmp_path / "table.csv").read_text() == "mine"
    assert (tmp_path / "cards/zto.summary.json").read_text() == "mine"
    assert names(tmp_path) == ["cards", "out", "table.csv"]


def test_hidden_files_of_the_user_stay(tmp_path: Path) -> None:
    """A copy kept under a hidden name with a date is no draft of a killed planner."""
    for name in (".out.20261109.old", ".out.settings.old"):
        (tmp_path / name).mkdir()
    write(tmp_path / "out")
    assert names(tmp_path) == [".out.20261109.old", ".out.settings.old", "out"]
