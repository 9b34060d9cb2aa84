"""A name or date that stands twice in a list is a finding: another one was meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.formats.scenario.reader import read_scenario
from tests.cli.builders import write_small

STAFF = "name,crew,skills,shifts\nA,own,pick;pick,\nB,own,,day；day\n"


def findings(folder: Path, changes: dict[str, str]) -> list[tuple[str, str]]:
    """(field, message) of everything wrong with the small scenario after changes."""
    scenario = write_small(folder, changes)
    (scenario / "staff.csv").write_text(STAFF, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_scenario(scenario)
    return [(f.field, f.message) for f in refused.value.findings]


@pytest.mark.parametrize(
    ("old", "new", "field", "twice"),
    [
        ("    processes:\n", "    works: [day, day]\n    processes:\n", "sites.0.works.1", "day"),
        (
            "headcount: 6, wage",
            "headcount: 6, processes: [pick, pack, pick], wage",
            "crews.0.processes.2",
            "pick",
        ),
        (
            "deadline_hours: 48,",
            "deadline_hours: 48, weekend: [sunday, sunday],",
            "platform.weekend.1",
            "sunday",
        ),
        (
            "deadline_hours: 48,",
            'deadline_hours: 48, holidays: ["2026-11-11", "2026-11-11"],',
            "platform.holidays.1",
            "2026-11-11",
        ),
    ],
)
def test_lists_of_the_scenario(tmp_path: Path, old: str, new: str, field: str, twice: str) -> None:
    """Shifts of a site, processes of a crew, weekdays and dates of a platform."""
    assert findings(tmp_path / "s", {old: new}) == [(field, f"stands twice: {twice}")]


def test_cells_of_the_staff(tmp_path: Path) -> None:
    """Skills and shifts of a person."""
    found = findings(tmp_path / "s", {"contracts: [near": "staff: staff.csv\ncontracts: [near"})
    assert found == [("skills", 'stands twice, got "pick"'), ("shifts", 'stands twice, got "day"')]


def test_regions_of_a_contract(tmp_path: Path) -> None:
    """Regions of a surcharge, and those that a contract wants to itself."""
    folder = write_small(tmp_path / "s")
    with (folder / "near.yaml").open("a", encoding="utf-8") as file:
        file.write("surcharges:\n  - {name: far off, per_parcel: 1, regions: [xizang, xizang]}\n")
        file.write("exclusive: [sichuan, sichuan]\n")
    with pytest.raises(InputError) as refused:
        read_scenario(folder)
    assert [(f.field, f.message) for f in refused.value.findings] == [
        ("surcharges.0.regions.1", "stands twice: xizang"),
        ("exclusive.1", "stands twice: sichuan"),
    ]
