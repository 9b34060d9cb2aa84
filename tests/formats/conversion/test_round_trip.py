"""A scenario is the same as a folder and as a workbook."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.digest import digest
from planner.formats.base import shipped_files
from planner.formats.conversion.convert import convert, new_workbook
from planner.formats.scenario.reader import Scenario, read_scenario
from planner.formats.scenario_workbook.book import read_cells_of
from tests.formats.conversion.scenarios import write_scenario


def same(one: Scenario, other: Scenario) -> bool:
    return digest(one.problem) == digest(other.problem) and one.stresses == other.stresses


def around(folder: Path, into: Path, lang: str) -> tuple[Scenario, Scenario, Scenario]:
    """The scenario of a folder, of the workbook made from it, and of the folder made from that."""
    read = read_scenario(folder)
    name = read.problem.name
    book = convert(folder, into / "book.xlsx", lang).files[-1]
    back = into / "back"
    convert(book, back, "en")
    return read, read_scenario(book, name), read_scenario(back, name)


@pytest.mark.parametrize(
    ("template", "lang"),
    [
        pytest.param(name, lang, marks=[] if (number + k) % 2 else pytest.mark.slow)
        for number, name in enumerate(shipped_files.names())
        for k, lang in enumerate(("en", "zh"))
    ],
)
def test_shipped_templates_go_both_ways(template: str, lang: str, tmp_path: Path) -> None:
    """Every template gives an equal problem as a workbook, and as a folder again."""
    folder = tmp_path / template
    shipped_files.copy(template, folder)
    first, book, back = around(folder, tmp_path, lang)
    assert same(first, book)
    assert same(first, back)
    assert [w.partition(": ")[2] for w in book.warnings] == [
        w.partition(": ")[2] for w in first.warnings
    ]


@pytest.mark.parametrize("template", shipped_files.names())
def test_a_template_as_a_workbook_is_that_of_the_folder(template: str, tmp_path: Path) -> None:
    """`init --excel` and `init` state the same promotion, with its catalogue of stresses."""
    shipped_files.copy(template, tmp_path / template)
    book = new_workbook(template, tmp_path / "book.xlsx", "zh")
    assert same(read_scenario(tmp_path / template), read_scenario(book))


def test_a_workbook_repeats_every_byte(tmp_path: Path) -> None:
    """The same scenario gives the same bytes."""
    one, two = (new_workbook("singles-day", tmp_path / f"{n}.xlsx", "en") for n in (1, 2))
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize("seed", range(3))
def test_scenarios_made_at_random_go_both_ways(seed: int, tmp_path: Path) -> None:
    """Whatever keys are stated, no value is lost or changed on the way."""
    folder = write_scenario(seed, tmp_path / "made")
    first, book, back = around(folder, tmp_path, "zh" if seed % 2 else "en")
    assert same(first, book)
    assert same(first, back)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 216))
def test_many_scenarios_made_at_random_go_both_ways(seed: int, tmp_path: Path) -> None:
    """The same for many more."""
    folder = write_scenario(seed, tmp_path / "made")
    first, book, back = around(folder, tmp_path, "zh" if seed % 2 else "en")
    assert same(first, book)
    assert same(first, back)


def test_shares_are_summed_above_their_column(tmp_path: Path) -> None:
    """The sum is there for people: a formula with its value, which is not read."""
    book = new_workbook("singles-day", tmp_path / "book.xlsx", "en")
    sheets, found = read_cells_of(book, book.name)
    regions = next(sheet for sheet in sheets if sheet.sheet == "Regions")
    assert found == []
    assert regions.rows[0][1][2] == pytest.approx(1)


def test_a_long_table_stays_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A table that is too long for a sheet lies next to the workbook, which names it."""
    monkeypatch.setattr("planner.formats.conversion.from_folder.MOST_ROWS", 100)
    folder = tmp_path / "black-friday"
    shipped_files.copy("black-friday", folder)
    target = tmp_path / "here" / "book.xlsx"
    files = convert(folder, target, "en").files
    assert [path.name for path in files] == ["history.csv", "book.xlsx"]
    assert files[0].read_bytes() == (folder / "history.csv").read_bytes()
    assert same(read_scenario(folder), read_scenario(target))
    back = tmp_path / "back"
    convert(target, back, "en")
    assert same(read_scenario(folder), read_scenario(back))
