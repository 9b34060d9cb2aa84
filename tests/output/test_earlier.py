"""`--force` replaces exactly what an earlier result lists, as it was written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from planner.errors import PlannerError
from planner.output import hashes, new_files, new_folder, refuse


def contents(folder: Path) -> dict[str, str]:
    """Everything in a folder; of files their text."""
    return {
        p.relative_to(folder).as_posix(): p.read_text()
        if p.is_file() and not p.is_symlink()
        else ""
        for p in folder.rglob("*")
    }


@pytest.fixture(params=["run.json", "summary.json"])
def result(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An earlier result with files in folders, and one that is not listed because it differs from
    run to run.
    """
    folder = tmp_path / "out"
    for name in ("a.csv", "tables/b.csv", "inputs/contracts/c.yaml"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "timing.json").write_text("{}")
    (folder / request.param).write_text(json.dumps({"outputs": hashes(folder, request.param)}))
    return folder


def test_an_unchanged_result_is_replaced(result: Path) -> None:
    """All of it is gone, also where files were removed since."""
    (result / "tables/b.csv").unlink()
    with new_folder(result, force=True) as draft:
        (draft / "new.txt").write_text("new")
    assert contents(result) == {"new.txt": "new"}


@pytest.mark.parametrize("protected", ["", "tables"])
def test_a_write_protected_result_stays(
    result: Path, monkeypatch: pytest.MonkeyPatch, protected: str
) -> None:
    """It could be renamed, but not removed: it would stay under a hidden name."""
    before, may = contents(result), os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: Path(path) != result / protected and may(path, mode)
    )
    with pytest.raises(
        PlannerError, match=re.escape(f"is write-protected ({protected or '.'}), so nothing")
    ):
        refuse(result, force=True)
    assert contents(result) == before


def _link(folder: Path) -> None:
    (folder / "mine").symlink_to("/etc")


def _link_for_a_listed_file(folder: Path) -> None:
    (folder / "tables/b.csv").rename(folder.parent / "b.csv")
    (folder / "tables/b.csv").symlink_to(folder.parent / "b.csv")


def _linked_manifest(folder: Path) -> None:
    name = next(p for p in ("run.json", "summary.json") if (folder / p).exists())
    (folder / name).rename(folder.parent / name)
    (folder / name).symlink_to(folder.parent / name)


def _many(folder: Path) -> None:
    for k in range(8):
        (folder / f"mine-{k}.txt").write_text("mine")


def _text(name: str) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("mine")

    return write


OWN: dict[str, tuple[Callable[[Path], None], str]] = {
    "file": (_text("notes.txt"), r"did not write: notes\.txt;"),
    "hidden file": (_text(".notes"), r"did not write: \.notes;"),
    "file in a folder of the result": (
        _text("tables/mine.csv"),
        r"did not write: tables/mine\.csv;",
    ),
    "log": (_text("log.txt"), r"did not write: log\.txt;"),
    "second timing": (_text("tables/timing.json"), r"did not write: tables/timing\.json;"),
    "folder": (_text("own/deep/notes.txt"), r"did not write: own/;"),
    "empty folder": (lambda folder: (folder / "own").mkdir(), r"did not write: own/;"),
    "link": (_link, "did not write: mine;"),
    "link instead of a file": (_link_for_a_listed_file, r"did not write: tables/b\.csv;"),
    "link instead of the manifest": (_linked_manifest, "holds no result of the planner"),
    "FIFO": (lambda folder: os.mkfifo(folder / "fifo"), "did not write: fifo;"),
    "edited file": (_text("tables/b.csv"), r"was changed since it was written: tables/b\.csv;"),
    "many": (_many, r"mine-0\.txt, mine-1\.txt, mine-2\.txt, mine-3\.txt, mine-4\.txt and 3 more;"),
}


@pytest.mark.parametrize("own", OWN)
def test_what_the_user_put_there_is_named_and_stays(result: Path, own: str) -> None:
    """Files, folders and links of the user's, and files the user has changed: nothing is
    replaced.
    """
    put, words = OWN[own]
    put(result)
    before = sorted(str(p) for p in result.rglob("*"))
    with pytest.raises(PlannerError, match=words) as refused:
        refuse(result, force=True)
    assert "choose another folder" in str(refused.value)
    assert sorted(str(p) for p in result.rglob("*")) == before


LISTS: dict[str, tuple[object, str]] = {
    "older version": ({"name": "promo"}, "has no list of the files .*older version"),
    "not an object": ([1], "has no list of the files"),
    "list": ({"outputs": ["a.csv"]}, "lists files that cannot be part of a result"),
    "parent": ({"outputs": {"../../notes.txt": "0" * 64}}, "lists files that cannot be part"),
    "hidden parent": (
        {"outputs": {"a/../../notes.txt": "0" * 64}},
        "lists files that cannot be part",
    ),
    "absolute": ({"outputs": {"/etc/passwd": "0" * 64}}, "lists files that cannot be part"),
    "no hash": ({"outputs": {"a.csv": None}}, "lists files that cannot be part"),
    "empty name": ({"outputs": {"": "0" * 64}}, "lists files that cannot be part"),
    "empty": ({"outputs": {}}, r"did not write: a\.csv, inputs/, tables/;"),
}


@pytest.mark.parametrize("case", LISTS)
def test_a_manifest_that_lists_nothing_usable_is_refused(result: Path, case: str) -> None:
    """Of an older version, damaged or forged: the folder stays, and the message says what to do."""
    content, words = LISTS[case]
    manifest = next(p for p in (result / "run.json", result / "summary.json") if p.exists())
    manifest.write_text(json.dumps(content))
    with pytest.raises(PlannerError, match=words) as refused:
        refuse(result, force=True)
    assert "choose another folder" in str(refused.value)


@pytest.mark.parametrize("text", ["", "{", "\x00", "[" * 100_000, "9" * 5000])
def test_an_unreadable_manifest_is_refused(result: Path, text: str) -> None:
    """Whatever stands in it."""
    manifest = next(p for p in (result / "run.json", result / "summary.json") if p.exists())
    manifest.write_text(text)
    with pytest.raises(PlannerError, match="cannot be read as JSON"):
        refuse(result, force=True)


def test_a_folder_that_is_no_result_is_never_replaced(tmp_path: Path) -> None:
    """`--force` on somebody's documents is refused and nothing is lost."""
    (tmp_path / "precious.txt").write_text("x")
    with pytest.raises(PlannerError, match="no result of the planner"):
        refuse(tmp_path, force=True)
    assert (tmp_path / "precious.txt").read_text() == "x"


def test_single_files_are_replaced_as_they_were_written(tmp_path: Path) -> None:
    """A file that was edited, and files of an older version without a list, stay."""
    names = ["zto-zones.csv", "zto.summary.json", "zto.yaml"]

    def write(text: str, force: bool = True) -> None:
        with new_files(tmp_path, names, force=force) as draft:
            for name in ("zto-zones.csv", "zto.yaml"):
                (draft / name).write_text(text)
            listed = hashes(draft, "zto.summary.json")
            (draft / "zto.summary.json").write_text(json.dumps({"outputs": listed}))

    write("first", force=False)
    with pytest.raises(
        PlannerError, match=r"holds .* already; choose another name or replace them with --force"
    ):
        write("second", force=False)
    write("second")
    assert (tmp_path / "zto.yaml").read_text() == "second"
    (tmp_path / "zto.yaml").write_text("edited")
    with pytest.raises(
        PlannerError, match=r"was changed since it was written: zto\.yaml; move it away"
    ):
        write("third")
    (tmp_path / "zto.summary.json").write_text("{}")
    with pytest.raises(PlannerError, match=r"zto\.summary\.json has no list of the files"):
        write("third")
    assert (tmp_path / "zto.yaml").read_text() == "edited"
    assert sorted(p.name for p in tmp_path.iterdir()) == names
