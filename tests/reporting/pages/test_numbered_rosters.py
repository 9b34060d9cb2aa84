"""Who works when, by number, on paper: everybody stands there once, who works the same in one row."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from planner.domain.choices import LANGUAGES
from planner.reporting.layout.sheet import BOTTOM, HEIGHT, Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages.numbered_rosters import in_ranges, number_pages
from planner.reporting.report import open_context
from planner.studies.steps.roster_tables import PEOPLE, ROSTER
from tests.reporting.builders import large_run, tiny_run

SHIFTS = {"day": ("08:00", "17:00", "no"), "night": ("17:00", "02:00", "yes")}


def with_numbers(folder: Path) -> Path:
    """A hundred temporaries at the first site in twenty kinds of work; one person has a name."""
    rows, people = [], []
    for n in range(1, 101):
        name, kind = f"agency-yiwu-{n:03d}", (n - 1) // 5
        days = range(kind % 5, 9)
        for d in days:
            shift = "night" if kind % 2 else "day"
            start, end, dark = SHIFTS[shift]
            on = (date(2026, 11, 8) + timedelta(days=d)).isoformat()
            process = ("pick", "pack", "sort")[(kind + d // 4) % 3]
            rows.append((on, "yiwu", process, "agency", shift, start, end, name, dark))
        nights = len(days) * (kind % 2)
        people.append((name, "yiwu", "agency", len(days), 8.0, nights, 2, 2, "no", "no"))
    rows.append(("2026-11-08", "yiwu", "pick", "permanent", "day", "08:00", "17:00", "Ann", "no"))
    people.append(("Ann", "yiwu", "permanent", 1, 8.0, 0, 1, 1, "yes", "yes"))
    for table, frame in {
        "roster": pd.DataFrame(rows, columns=ROSTER),
        "people": pd.DataFrame(people, columns=PEOPLE),
    }.items():
        path = folder / "tables" / f"{table}.csv"
        frame.to_csv(path, index=False, encoding="utf-8", lineterminator="\n")
    return folder


def sheets(folder: Path, lang: str) -> list[Sheet]:
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        return number_pages(context)


def texts(made: list[Sheet]) -> list[str]:
    return [t.get_text() for sheet in made for t in sheet.figure.texts]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hundred_people_stand_on_two_sheets(tmp_path: Path, lang: str) -> None:
    """Twenty kinds of work are twenty rows of five people each; nothing lies below the page."""
    made = sheets(with_numbers(large_run(tmp_path)), lang)
    assert len(made) == 2
    shown = texts(made)
    for first in range(1, 101, 5):
        assert shown.count(f"{first:03d}–{first + 4:03d}") == 1
    assert not any("Ann" in t for t in shown)
    assert "17–2" in shown
    for sheet in made:
        assert min(t.get_position()[1] for t in sheet.figure.texts) > 1 - (BOTTOM + 1) / HEIGHT


def test_numbers_in_a_row_are_a_range() -> None:
    """One alone, two in a row, and a gap."""
    people = [f"agency-west-{n}" for n in ("01", "02", "03", "05", "07", "08")]
    assert in_ranges(people) == "01–03, 05, 07–08"


def test_without_numbers_there_is_no_such_page(tmp_path: Path) -> None:
    """A run without the tables has none."""
    assert sheets(tiny_run(tmp_path), "en") == []
