"""The manifest of a result folder: which command it is of, what it must list, and what no result
holds.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from planner.documents.manifest import RUN_COMMANDS
from planner.errors import InputError
from planner.reporting.tables.schemas import ALWAYS
from planner.studies.runs.manifest import odd_files, read_manifest, seal
from planner.studies.verification.verify import check_hashes
from tests.reporting.builders import tiny_run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sealed run with all the tables that a run always has."""
    path = tiny_run(tmp_path / "run")
    for name in ALWAYS:
        (path / "tables" / f"{name}.csv").touch()
    seal(path, json.loads((path / "run.json").read_text(encoding="utf-8")))
    return path


def test_a_sealed_folder_is_read_and_unchanged(folder: Path) -> None:
    """The manifest as it stands; every file with its hash."""
    manifest = read_manifest(folder, RUN_COMMANDS)
    assert manifest == json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert check_hashes(folder, manifest) == []


def test_the_folder_of_another_command_is_refused(folder: Path) -> None:
    """A report needs a run; a forecast has its own manifest and no report."""
    with pytest.raises(InputError, match=r"options\.command: is run: give a folder of simulate"):
        read_manifest(folder, {"simulate"})


@pytest.mark.parametrize(
    ("gone", "words"),
    [
        ("tables/costs.csv", "outputs: does not list tables/costs.csv"),
        (None, "outputs: is missing: the folder is not"),
    ],
)
def test_a_folder_that_is_not_whole_is_refused(folder: Path, gone: str | None, words: str) -> None:
    """Also when the hashes of what is left are right."""
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    content["outputs"] = (
        {name: value for name, value in content["outputs"].items() if name != gone}
        if gone
        else None
    )
    (folder / "run.json").write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(InputError, match=words):
        read_manifest(folder)


def test_links_and_pipes_are_no_part_of_a_result(folder: Path) -> None:
    """A copy of the folder would follow a link to an endless device, and a pipe would be waited
    for.
    """
    (folder / "figures").mkdir()
    (folder / "figures" / "page.png").symlink_to("/dev/zero")
    (folder / "inputs").symlink_to(folder)
    os.mkfifo(folder / "tables" / "pipe.csv")
    assert odd_files(folder) == ["figures/page.png", "inputs", "tables/pipe.csv"]
    wrong = check_hashes(folder, read_manifest(folder))
    assert [line for line in wrong if "is no ordinary file" in line] == [
        f"{name}: is no ordinary file (a link, a pipe or a device)" for name in odd_files(folder)
    ]
