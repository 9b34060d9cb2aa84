"""The process that draws pictures: the same files with it, without it, and where it is killed."""

from __future__ import annotations

import gc
import multiprocessing
import os
import time
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from planner.errors import InputError
from planner.reporting import picture_process as drawing
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.picture_process import picture_process, worth_a_process
from planner.reporting.report import open_context, pictures_of, write_report
from tests.reporting.builders import tiny_run

ALL = ("pdf", "png", "xlsx", "html")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path in it."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_any_number_of_processes_gives_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files and their order do not depend on where a picture was drawn."""
    one, two = tiny_run(tmp_path / "one"), tiny_run(tmp_path / "two")
    alone = [path.relative_to(one) for path in write_report(one, ALL, "zh", jobs=1)]
    monkeypatch.setattr(drawing, "MANY_TABLES", 1)
    assert worth_a_process(two, 2)
    assert [path.relative_to(two) for path in write_report(two, ALL, "zh", jobs=2)] == alone
    assert contents(one) == contents(two)


def test_one_job_or_few_tables_take_no_process(tmp_path: Path) -> None:
    """A second process is started where it is allowed and the report is long."""
    for number in range(drawing.MANY_TABLES):
        assert not worth_a_process(tmp_path, 8)
        (tmp_path / "tables").mkdir(exist_ok=True)
        (tmp_path / "tables" / f"{number}.csv").touch()
    assert worth_a_process(tmp_path, 2)
    assert not worth_a_process(tmp_path, 1)


def test_pictures_of_a_killed_process_are_drawn_here(tmp_path: Path) -> None:
    """A process that ends by itself leaves no page out."""
    context, _ = open_context(tiny_run(tmp_path), "en")
    with applied(context.typeface):
        sheets = all_pages(context)
        ends: Any = partial(os._exit, 3)
        with picture_process(ends) as process:
            process.begin(len(sheets))
            found = process.pictures(sheets)
        assert found == pictures_of(sheets)


def test_garbage_is_collected_again_after_an_error(tmp_path: Path) -> None:
    """A report that cannot be written leaves the collection as it was."""
    assert gc.isenabled()
    with pytest.raises(InputError):
        write_report(tmp_path, ALL, "en")
    assert gc.isenabled()


def test_an_interrupt_ends_the_process() -> None:
    """Nothing is waited for, and no process is left."""
    began, bystanders = time.monotonic(), set(multiprocessing.active_children())
    busy: Any = partial(time.sleep, 600)
    with pytest.raises(KeyboardInterrupt), picture_process(busy):
        raise KeyboardInterrupt
    assert set(multiprocessing.active_children()) <= bystanders
    assert time.monotonic() - began < 300
