"""Whatever a workbook holds, it is read or refused in words."""

from __future__ import annotations

import random
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from planner.errors import Finding, InputError
from planner.formats.scenario.reader import read_scenario
from tests.formats.scenario_workbook.books import Formula, Merged, Sheets, small, write_book

VALUES: list[Any] = [
    *(None, "", " ", "x", "-", "0", "1e9", "99999999999999999999", "1,5", "１２", "12 %", "=1+1"),
    *(
        "a; b",
        "a: 1; b: 2",
        "a: b: c",
        "12:00; 13:00",
        "24:00",
        "25:61",
        "2026-13-45",
        "■",
        "■ Zones",
    ),
    *("{a: 1}", "[1, 2", "&x [*x, *x]", "'quoted", '"quoted"', "是", "#N/A", "yiwu", "home", "CNY"),
    *(0, 1, -1, 0.5, 1e300, -1e-300, 2**53, 45_000.75, True, False),
    *(date(2026, 11, 9), datetime(1900, 1, 1), datetime(2026, 11, 10, 20, 0, 30), time(23, 59, 59)),
    *(Formula("=1/0", "#DIV/0!"), Formula("=A1", 7), "x" * 5_000, "sites.0.name", "a..b", '"', "0"),
]
MORE: Sheets = {
    "More": [["Path", "Value"], ["crews.0.max_consecutive_days", 5], ["title", '"007"']],
    "小时分布": [["小时", "每天"], *([hour, 1] for hour in range(24))],
    "Disruptions": [
        ["kind", "from", "to", "site"],
        ["site_closed", datetime(2026, 11, 9, 10), datetime(2026, 11, 9, 12), "yiwu"],
    ],
    "Stresses": [["name", "kind", "strength"], ["more", "demand", 0.2]],
    "Targets": [["within_hours", "share"], [20, 0.4]],
    "History": [["time", "region", "orders"]],
}


def mutate(sheets: Sheets, chance: random.Random) -> None:
    """One change: a value, a row or column too many or too few, a sheet of another name."""
    title = chance.choice(sorted(sheets))
    rows = sheets[title]
    kind = chance.randrange(8)
    at = chance.randrange(len(rows)) if rows else 0
    if kind < 4 and rows:
        column = chance.randrange(len(rows[at]) + 1)
        rows[at] += [None] * (column + 1 - len(rows[at]))
        rows[at][column] = chance.choice(VALUES)
    elif kind == 4 and rows:
        rows.insert(chance.randrange(len(rows) + 1), list(rows[at]))
    elif kind == 5 and rows:
        rows.pop(at)
    elif kind == 6:
        column = chance.randrange(4)
        for row in rows:
            row[column : column + 1] = []
    else:
        names = ["Events ", "more", "Contract", "合同 x", "地区", title + " 2"]
        name = chance.choice(names)
        if name.casefold() not in (other.casefold() for other in sheets):
            sheets[name] = sheets.pop(title)


def flat(sheets: Sheets) -> None:
    """No merged cells, which a moved row would make overlap."""
    for rows in sheets.values():
        for row in rows:
            row[:] = [cell.value if isinstance(cell, Merged) else cell for cell in row]


@pytest.mark.parametrize(
    "first", [0, *(pytest.param(k, marks=pytest.mark.slow) for k in (50, 100, 150))]
)
def test_a_changed_workbook_is_read_or_refused_in_words(first: int, tmp_path: Path) -> None:
    """Nothing but findings comes of it, each with the file, a field or words, and a cell."""
    for seed in range(first, first + 50):
        chance = random.Random(seed)  # noqa: S311
        sheets = {**small(), **{k: [list(row) for row in rows] for k, rows in MORE.items()}}
        flat(sheets)
        for _ in range(chance.choice((1, 1, 2, 4))):
            mutate(sheets, chance)
        path = write_book(sheets, tmp_path / f"{seed}.xlsx")
        findings = found_in(path)
        assert all(str(f).startswith(path.name) and f.message for f in findings), (seed, findings)


def found_in(path: Path) -> list[Finding]:
    """What is wrong with a workbook; nothing where it is read."""
    try:
        read_scenario(path)
    except InputError as error:
        return error.findings
    return []
