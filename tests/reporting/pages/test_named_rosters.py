"""Who works when, by name, on paper: everybody's shifts are there, nights dark, empty places
reported, nothing overlaps.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from planner.domain.choices import LANGUAGES
from planner.reporting.layout.sheet import BOTTOM, HEIGHT, Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages.named_rosters import person_sheets, roster_pages
from planner.reporting.report import open_context
from planner.studies.steps.roster_tables import OPEN, PEOPLE, ROSTER
from tests.reporting.builders import large_run, tiny_run

SHIFTS = {"day": ("08:00", "17:00", "no"), "night": ("17:00", "02:00", "yes")}
NAMES = [*(f"P{n:02}" for n in range(1, 19)), "Packer number nineteen of the early hours", "员工20"]


def with_people(folder: Path) -> Path:
    """Twenty people at the first site over nine days, nights among them; three places empty,
    one person idle.
    """
    rows, people = [], []
    for i, name in enumerate(NAMES):
        days = [d for d in range(9) if (d + i) % 3] if name != "P18" else []
        for d in days:
            shift = "night" if (i + d // 3) % 2 else "day"
            on = (date(2026, 11, 8) + timedelta(days=d)).isoformat()
            start, end, dark = SHIFTS[shift]
            process = ("pick", "pack", "sort")[i % 3]
            rows.append((on, "yiwu", process, "permanent", shift, start, end, name, dark))
        people.append(
            (
                name,
                "yiwu",
                "permanent",
                len(days),
                8.0 * len(days),
                3 * bool(days),
                2,
                2,
                "yes",
                "yes",
            )
        )
    left = [
        ("2026-11-10", "yiwu", "pack", "permanent", "day", "08:00", "17:00", 1),
        ("2026-11-11", "yiwu", "pack", "permanent", "night", "17:00", "02:00", 2),
    ]
    tables = {
        "roster": pd.DataFrame(rows, columns=ROSTER),
        "people": pd.DataFrame(people, columns=PEOPLE),
        "roster_open": pd.DataFrame(left, columns=OPEN),
    }
    for table, frame in tables.items():
        frame.to_csv(
            folder / "tables" / f"{table}.csv", index=False, encoding="utf-8", lineterminator="\n"
        )
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_people(large_run(tmp_path_factory.mktemp("people")))


def sheets(folder: Path, lang: str) -> tuple[list[Sheet], list[Sheet]]:
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        return roster_pages(context), person_sheets(context)


def texts(sheet: Sheet) -> list[str]:
    return [t.get_text() for t in sheet.figure.texts]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_everybody_with_work_has_a_row_and_a_card(folder: Path, lang: str) -> None:
    """Nineteen of twenty people work: each has one row of the roster and one card; who has no shift
    is named.
    """
    rosters, cards = sheets(folder, lang)
    shown = [t for sheet in rosters for t in texts(sheet)]
    on_cards = [t for sheet in cards for t in texts(sheet)]
    for name in NAMES:
        assert on_cards.count(name) == (name != "P18")
        assert any(t.startswith(name[:12]) for t in shown) == (name != "P18")
    assert len(rosters) == 2
    assert len(cards) == 4
    assert any("P18" in t for t in shown)


def test_shifts_stand_on_their_days(folder: Path) -> None:
    """P01 works by day from Monday 9 November on, two days of three; a card shows nine days, three
    of them free.
    """
    rosters, cards = sheets(folder, "en")
    card = texts(cards[0])
    first = card[card.index("P01") : card.index("P02")]
    at = first.index("Mon 9 Nov")
    assert first[at + 1 : at + 3] == ["08:00–17:00", "pick"]
    assert first.count("–") == 3
    assert "8–17" in texts(rosters[0])
    assert "17–2" in texts(rosters[0])


def test_empty_places_are_listed_on_the_last_sheet(folder: Path) -> None:
    """Three empty places stand below the people, and in the words of the page."""
    rosters, _ = sheets(folder, "en")
    last = texts(rosters[-1])
    assert "Empty places" in last
    assert any("3 places stay empty." in t for t in last)
    assert "Empty places" not in texts(rosters[0])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_lies_below_the_page(folder: Path, lang: str) -> None:
    """Every text ends above the footer."""
    for sheet in [s for made in sheets(folder, lang) for s in made]:
        assert min(t.get_position()[1] for t in sheet.figure.texts) > 1 - (BOTTOM + 1) / HEIGHT


def test_without_names_there_are_no_such_pages(tmp_path: Path) -> None:
    """A run whose scenario names nobody has neither."""
    assert sheets(tiny_run(tmp_path), "en") == ([], [])
