"""Result folders appear complete or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.studies.folder import clear_drafts, hidden_name, new_folder, refuse_existing


def write_and_fail(final: Path, error: BaseException) -> None:
    """Begin a result, then break off."""
    with new_folder(final, force=True) as draft:
        (draft / "a.txt").write_text("new")
        raise error


def test_folder_appears_only_when_complete(tmp_path: Path) -> None:
    """Inside the block the final name does not exist; after it, it holds what was written."""
    final = tmp_path / "out"
    with new_folder(final) as draft:
        (draft / "a.txt").write_text("a")
        assert not final.exists()
    assert (final / "a.txt").read_text() == "a"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_failure_leaves_nothing(tmp_path: Path) -> None:
    """An error inside the block leaves neither the folder nor a draft."""
    with pytest.raises(RuntimeError):
        write_and_fail(tmp_path / "out", RuntimeError())
    assert list(tmp_path.iterdir()) == []


def test_failure_keeps_the_old_result(tmp_path: Path) -> None:
    """When a result is replaced and the new one fails, the old one stays."""
    final = tmp_path / "out"
    with new_folder(final) as draft:
        (draft / "a.txt").write_text("old")
        (draft / "run.json").write_text("{}")
    with pytest.raises(KeyboardInterrupt):
        write_and_fail(final, KeyboardInterrupt())
    assert (final / "a.txt").read_text() == "old"


def test_existing_result_is_not_replaced_without_being_asked(tmp_path: Path) -> None:
    """A result is refused; with `force` it is replaced as a whole."""
    final = tmp_path / "out"
    final.mkdir()
    (final / "run.json").write_text("{}")
    with pytest.raises(PlannerError, match="--force"), new_folder(final):
        pass
    with new_folder(final, force=True) as draft:
        (draft / "b.txt").write_text("b")
    assert [p.name for p in final.iterdir()] == ["b.txt"]


def test_a_folder_that_is_no_result_is_never_replaced(tmp_path: Path) -> None:
    """`--force` on somebody's documents, or on the scenario itself, is refused and nothing is lost."""
    (tmp_path / "precious.txt").write_text("x")
    with pytest.raises(PlannerError, match="no result of the planner"):
        refuse_existing(tmp_path, force=True)
    assert (tmp_path / "precious.txt").read_text() == "x"


def test_a_file_on_the_way_is_refused_before_the_work(tmp_path: Path) -> None:
    """A result below a file is refused at once, and the message names the file."""
    (tmp_path / "notes").write_text("a")
    with pytest.raises(PlannerError, match="notes: is a file"):
        refuse_existing(tmp_path / "notes" / "deep" / "out", force=True)


def test_an_interruption_between_the_two_renames_keeps_the_old_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken off after the old result was moved away, before the new one took its name: the old one is back."""
    final, rename = tmp_path / "out", os.rename
    final.mkdir()
    (final / "a.txt").write_text("old")
    (final / "run.json").write_text("{}")

    def interrupted(source: Path, target: Path) -> None:
        if source.suffix == ".partial":
            raise KeyboardInterrupt
        rename(source, target)

    monkeypatch.setattr(os, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), new_folder(final, force=True) as draft:
        (draft / "a.txt").write_text("new")
    assert (final / "a.txt").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_old_result_that_was_moved_away_gets_its_name_back(tmp_path: Path) -> None:
    """A planner killed between the two renames: the old result is back, the draft of the new one is gone."""
    for name in (".out.abcd1234.old", ".out.abcd1234.partial"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_text(name)
    clear_drafts(tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert (tmp_path / "out" / "file").read_text() == ".out.abcd1234.old"


def test_results_with_long_names_do_not_share_a_hidden_name(tmp_path: Path) -> None:
    """Names too long for an ending are shortened, and still told apart."""
    one, two = tmp_path / ("促" * 80), tmp_path / ("促" * 79 + "销")
    assert hidden_name(one) != hidden_name(two)
    assert max(len(hidden_name(p).encode()) for p in (one, two)) < 200
    with new_folder(one) as draft:
        (draft / "a.txt").write_text("a")
    assert (one / "a.txt").read_text() == "a"
