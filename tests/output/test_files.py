"""A full disk is reported with the name of the file, whichever writer meets it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from planner.formats.order_log.compact_columns import OrderIds
from planner.formats.tables.tables import write_table
from planner.output import naming, write_bytes, write_text
from planner.reporting.figures.axes import save_png
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.workbook.document import write_workbook
from planner.reporting.report import write_document
from planner.reporting.tables.run_folder import read_run_folder
from planner.studies.runs.manifest import write_json
from tests.reporting.builders import large_run

FULL = Path("/dev/full")
WRITERS: dict[str, Callable[[Path], object]] = {
    "text": lambda path: write_text(path, "a"),
    "bytes": lambda path: write_bytes(path, b"a"),
    "csv": lambda path: write_table(pd.DataFrame({"a": range(20_000)}), path),
    "json": lambda path: write_json(path, {"a": 1}),
    "png": lambda path: save_png(Figure((1, 1)), path),
    "pdf": lambda path: write_document([SimpleNamespace(figure=Figure((1, 1)))], path, "a", 0),
}

pytestmark = pytest.mark.skipif(not FULL.exists(), reason="needs a device that is always full")


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A file on a disk that is full."""
    path = tmp_path / "new.file"
    path.symlink_to(FULL)
    return path


@pytest.mark.parametrize("kind", WRITERS)
def test_a_full_disk_is_reported_with_the_file(full: Path, kind: str) -> None:
    """The system names no file when a write fails; the message must."""
    with pytest.raises(OSError, match="No space left on device") as failed:
        WRITERS[kind](full)
    assert failed.value.filename == str(full)


@pytest.fixture
def full_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Temporary files cannot be made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    return tmp_path / "temporary"


def test_a_workbook_without_room_for_its_parts(full_temporary_folder: Path, tmp_path: Path) -> None:
    """The library makes another error of it, which would be reported as a bug."""
    run = read_run_folder(large_run(tmp_path / "run"))
    with pytest.raises(OSError, match="No such file") as failed:
        write_workbook(run, Labels("en", "CNY"), tmp_path / "plan.xlsx")
    assert str(failed.value.filename).startswith(str(full_temporary_folder))
    assert not (tmp_path / "plan.xlsx").exists()


def test_a_long_log_without_room_for_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids that do not fit into memory go to a temporary file."""
    monkeypatch.setattr(
        tempfile, "SpooledTemporaryFile", lambda max_size: FULL.open("w+b", buffering=0)
    )
    with pytest.raises(OSError, match="No space left on device") as failed, OrderIds(2) as ids:
        ids.add(np.array(["a", "b"], dtype=object))
    assert failed.value.filename == tempfile.gettempdir()


def test_an_error_that_names_its_file_keeps_it() -> None:
    """What is read may fail while something else is written."""
    with pytest.raises(OSError, match="broken") as failed, naming("result.csv"):
        raise OSError(5, "broken", "input.csv")
    assert failed.value.filename == "input.csv"
