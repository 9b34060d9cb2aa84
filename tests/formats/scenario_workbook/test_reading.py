"""Workbooks are read as people write them, and what is wrong is said at its cell."""

from __future__ import annotations

import zipfile
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest

from planner.domain.digest import digest
from planner.errors import InputError
from planner.formats.scenario.reader import Scenario, read_scenario
from tests.cli.builders import write_small
from tests.formats.scenario_workbook.books import (
    Formula,
    Sheets,
    contract,
    saved_by_libreoffice,
    small,
    write_book,
)

HIDDEN = ("Crews", "scratch")


def is_small(read: Scenario, tmp_path: Path) -> bool:
    reference = read_scenario(write_small(tmp_path / "reference"))
    return digest(read.problem) == digest(reference.problem)


def findings(sheets: Sheets, tmp_path: Path) -> list[str]:
    """What is wrong with a workbook, as printed."""
    with pytest.raises(InputError) as caught:
        read_scenario(write_book(sheets, tmp_path / "p.xlsx"))
    return [str(finding) for finding in caught.value.findings]


def test_a_workbook_in_two_languages_and_many_manners(tmp_path: Path) -> None:
    """Numbers as text, full-width digits, blanks, merged and hidden cells, formulas, both
    languages.
    """
    read = read_scenario(write_book(small(), tmp_path / "p.xlsx", HIDDEN))
    assert is_small(read, tmp_path)
    assert [path.name for path in read.files] == ["p.xlsx", "stress.yaml"]
    assert "p.xlsx!Crews: the sheet is hidden, and is read" in read.warnings
    assert "p.xlsx!scratch: the sheet is not read" in read.warnings


@pytest.mark.needs("libreoffice")
def test_a_workbook_that_libreoffice_saved(tmp_path: Path) -> None:
    """The same workbook, written by another program."""
    path = saved_by_libreoffice(write_book(small(), tmp_path / "p.xlsx", HIDDEN))
    read = read_scenario(path)
    assert is_small(read, tmp_path)
    assert "p.xlsx!Crews: the sheet is hidden, and is read" in read.warnings


@pytest.mark.needs("libreoffice")
@pytest.mark.parametrize("lang", [pytest.param("en", marks=pytest.mark.slow), "zh"])
def test_our_own_workbook_saved_by_libreoffice(lang: str, tmp_path: Path) -> None:
    """Saving in another program changes nothing of what a workbook states."""
    from planner.formats.conversion.convert import new_workbook

    path = new_workbook("singles-day", tmp_path / "p.xlsx", lang)
    saved = saved_by_libreoffice(path)
    assert digest(read_scenario(saved).problem) == digest(read_scenario(path).problem)


def edited(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with other bytes in its parts."""
    into = path.with_name(f"edited{path.name if path.name != 'p.xlsx' else '.xlsx'}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(into, "w") as target:
        parts = {name: source.read(name) for name in source.namelist()}
        assert any(old in content for content in parts.values())
        for name, content in parts.items():
            target.writestr(name, content.replace(old, new))
    return into


def put(sheets: Sheets, sheet: str, cell: tuple[int, int], value: Any) -> None:
    rows = sheets[sheet]
    row, column = cell
    rows[row] += [None] * (column + 1 - len(rows[row]))
    rows[row][column] = value


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "said"),
    [
        (
            "活动",
            (1, 2),
            -3,
            "p.xlsx!活动!C2: demand.events.0.orders.median: must be at least 0.01",
        ),
        ("活动", (1, 1), "11/12/2026", "p.xlsx!活动!B2: demand.events.0.at: must be a local date"),
        ("活动", (1, 1), datetime(2026, 12, 24), "p.xlsx!活动!B2: demand.events.0.at: must lie in"),
        (
            "工序",
            (2, 4),
            "many",
            "p.xlsx!工序!E3: sites.0.processes.pack.stations: must be a whole",
        ),
        ("工序", (1, 1), "  ", "p.xlsx!工序!B2: is empty: name the process"),
        ("工序", (2, 1), "pick", 'p.xlsx!工序!B3: stands twice, got "pick"'),
        (
            "Collections",
            (2, 0),
            "faar",
            "p.xlsx!Collections!A3: sites.0.collections.1.contract: no ",
        ),
        ("Regions", (3, 2), "half", "p.xlsx!Regions!C4: regions.0.share: must be a number"),
        ("Regions", (3, 2), 0.7, "p.xlsx!Regions!C3: regions.share: shares must sum to 1"),
        ("Crews", (1, 2), 2.5, "p.xlsx!Crews!C2: crews.0.headcount: must be a whole number"),
        ("Crews", (2, 3), None, "p.xlsx!Crews!A3: crews.1: must state either headcount"),
        ("班次", (1, 2), "25:00", "p.xlsx!班次!C2: shifts.0.end: must be a time of day"),
        ("Promotion", (7, 1), "few", "p.xlsx!Promotion!B8: horizon.days: must be a whole number"),
        ("Promotion", (7, 1), None, "p.xlsx!Promotion!B8: horizon.days: is missing"),
        (
            "Promotion",
            (8, 0),
            "Tale dais",
            "p.xlsx!Promotion!A9: unknown item; did you mean Tail da",
        ),
        ("排班", (1, 0), "fly", "p.xlsx!排班!A2: staffing.0.process: no such process"),
        (
            "Contract near",
            (4, 2),
            "?",
            "p.xlsx!Contract near!C5: rates.home.first_price: must be a",
        ),
        ("Contract near", (3, 1), "Firsst", "p.xlsx!Contract near!B4: Firsst: unknown column"),
        ("Contract near", (11, 0), "moon", "p.xlsx!Contract near!A12: zones.2.region: no such"),
        ("平台", (0, 1), "whenever", "p.xlsx!平台!B1: platform.counts: must be one of"),
    ],
)
def test_a_finding_names_the_cell(
    sheet: str, cell: tuple[int, int], value: Any, said: str, tmp_path: Path
) -> None:
    """Wrong values, names and headings are found at their cell, in the words of a YAML file."""
    sheets = small()
    put(sheets, sheet, cell, value)
    found = findings(sheets, tmp_path)
    assert any(line.startswith(said) for line in found), found


def test_all_findings_at_once(tmp_path: Path) -> None:
    """Several sheets may be wrong."""
    sheets = small()
    put(sheets, "活动", (1, 2), -3)
    put(sheets, "Crews", (1, 2), 2.5)
    put(sheets, "Contract near", (4, 2), "?")
    found = findings(sheets, tmp_path)
    assert [line.split("!")[1] for line in found] == ["Contract near", "Crews", "活动"]


def test_a_formula_without_a_value_is_a_finding(tmp_path: Path) -> None:
    """A program that only writes formulas leaves no value to be read."""
    path = write_book(small(), tmp_path / "p.xlsx")
    bare = edited(path, b"<f>1-C4-C5</f><v>0.1</v>", b"<f>1-C4-C5</f><v></v>")
    with pytest.raises(InputError) as caught:
        read_scenario(bare)
    assert "edited.xlsx!Regions!C7: is a formula without a value" in str(caught.value)


def test_formulas_that_are_not_read_need_no_value(tmp_path: Path) -> None:
    """Sums next to a title or on a sheet of the user's own may be of a program that only writes."""
    sheets = small()
    put(sheets, "Promotion", (0, 2), Formula("=1-C4-C5", 0.1))
    sheets["scratch"].append([Formula("=1-C4-C5", 0.1)])
    sheets["Regions"][6][2] = 0.1
    path = write_book(sheets, tmp_path / "p.xlsx")
    bare = edited(path, b"<f>1-C4-C5</f><v>0.1</v>", b"<f>1-C4-C5</f><v></v>")
    assert is_small(read_scenario(bare), tmp_path)


def test_an_error_value_is_a_finding(tmp_path: Path) -> None:
    """`#DIV/0!` is no empty cell."""
    sheets = small()
    put(sheets, "Demand", (0, 1), Formula("=300/0", "#DIV/0!"))
    found = findings(sheets, tmp_path)
    assert found[0].startswith("p.xlsx!Demand!B1: shows #DIV/0!: correct the formula"), found


def test_a_formula_that_shows_nothing_is_an_empty_cell(tmp_path: Path) -> None:
    """`=IF(A1="","",...)` is usual in rows that are prepared."""
    sheets = small()
    put(sheets, "Promotion", (4, 1), Formula('=""', ""))
    sheets["活动"].append([Formula('=""', "")])
    path = write_book(sheets, tmp_path / "p.xlsx")
    for cell in (b'"B5"', b'"A3"'):  # as Excel saves them
        path = edited(path, b"<c r=" + cell + b"><f>", b"<c r=" + cell + b' t="str"><f>')
    assert is_small(read_scenario(path), tmp_path)


def test_a_sheet_in_both_languages_is_a_finding(tmp_path: Path) -> None:
    """Which of them counts would be a guess."""
    sheets = {**small(), "地区": [["地区", "占比"], ["zhejiang", 1]]}
    assert any("is the same as sheet Regions" in line for line in findings(sheets, tmp_path))


def test_a_value_without_its_name_is_a_finding(tmp_path: Path) -> None:
    """A value whose name, or whose path, was deleted is not left out in silence."""
    sheets = small()
    put(sheets, "Promotion", (8, 0), None)
    sheets["More"] = [["Path", "Value"], [None, 5]]
    found = findings(sheets, tmp_path)
    assert "p.xlsx!Promotion!B9: stands next to no name of a value: clear it" in found
    assert "p.xlsx!More!B2: stands next to no path: write one, or clear it" in found


def test_a_misspelt_sheet_is_a_finding_where_its_sheet_is_missing(tmp_path: Path) -> None:
    """A renamed sheet would be left out; a copy next to its original is only not read."""
    sheets = small()
    sheets["Crewss"] = sheets.pop("Crews")
    found = findings(sheets, tmp_path)
    assert "p.xlsx!Crewss: is no sheet of a scenario; did you mean Crews?" in found
    copied = {**small(), "Regions 2": [["Region", "Share"], ["moon", 1]]}
    read = read_scenario(write_book(copied, tmp_path / "p.xlsx"))
    assert any("Regions 2: the sheet is not read" in words for words in read.warnings)


def test_a_row_above_the_headings_is_a_finding(tmp_path: Path) -> None:
    """It would be left out in silence; a note in a single cell is only a note."""
    sheets = small()
    sheets["班次"].insert(0, ["night", "17:00", "02:00"])
    sheets["班次"].insert(0, ["when people work"])
    words = "stands above the headings, where no row is read: move it below them"
    assert findings(sheets, tmp_path) == [f"p.xlsx!班次!A2: {words}"]


def test_a_column_that_stands_twice_says_so(tmp_path: Path) -> None:
    """It is not called unknown."""
    sheets = small()
    sheets["Crews"][0].append("Absence")
    put(sheets, "Crews", (2, 9), 0.5)
    assert "p.xlsx!Crews!J1: Absence: the column stands twice: keep one of them" in findings(
        sheets, tmp_path
    )


@pytest.mark.parametrize("part", ["xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"])
def test_a_workbook_without_one_of_its_parts_is_refused(part: str, tmp_path: Path) -> None:
    """A damaged file is an error of the input."""
    path = write_book(small(), tmp_path / "p.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(tmp_path / "q.xlsx", "w") as target:
        for name in source.namelist():
            if name != part:
                target.writestr(name, source.read(name))
    with pytest.raises(InputError, match="cannot be read as Excel"):
        read_scenario(tmp_path / "q.xlsx")


def test_a_workbook_without_a_scenario_says_so(tmp_path: Path) -> None:
    """Another workbook is not half a scenario."""
    found = findings({"Sheet1": [["order", "region"], [1, "north"]]}, tmp_path)
    assert found == [
        "p.xlsx: is no workbook of a scenario: it has no sheet Promotion or 促销; "
        "planner init NAME --excel writes one"
    ]


def test_an_old_or_locked_workbook_says_what_to_do(tmp_path: Path) -> None:
    """Excel keeps both in the same kind of file."""
    path = tmp_path / "p.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(InputError, match=r"old Excel file \(.xls\), or has a password; save it as"):
        read_scenario(path)


def test_what_only_has_the_name_of_a_workbook_is_refused(tmp_path: Path) -> None:
    """Also the file that Excel keeps next to an open one; neither is read as YAML."""
    for name, words in (
        ("~$p.xlsx", "only says that p.xlsx is open in Excel: name that file"),
        ("p.xlsx", "is no Excel workbook, whatever its name says; save it from Excel again"),
    ):
        (tmp_path / name).write_bytes(b"\x04User")
        with pytest.raises(InputError) as caught:
            read_scenario(tmp_path / name)
        assert [f.message for f in caught.value.findings] == [words]


def test_a_rule_pack_and_an_own_rule_conflict(tmp_path: Path) -> None:
    """The platform's rule is stated once."""
    sheets = small()
    sheets["平台"].insert(0, ["规则包", "kuaishou"])
    assert any("is stated in another way already" in line for line in findings(sheets, tmp_path))


def test_rates_as_couriers_send_them(tmp_path: Path) -> None:
    """Weights in the headings, in grams, kilograms or pounds; zones without some of them."""
    sheets = small()
    sheets["Contract near"][3:7] = [
        [
            "分区",
            300,
            "0.5 kg",
            "≤ 1,000 g",
            "首重",
            "首重价格",
            "Transit mean (days)",
            "transit p90",
        ],
        ["home", 1.5, 1.75, "2.10", None, None, 1.8, 2.6],
        ["away", None, 3, 6],
        ["remote", None, None, None, 1000, 15],
    ]
    contract_read = read_scenario(write_book(sheets, tmp_path / "p.xlsx")).problem.contracts[0]
    rates = contract_read.tariff.rates
    assert [b.to_g for b in rates["home"].brackets] == [300, 500, 1000]
    assert [b.to_g for b in rates["away"].brackets] == [500, 1000]
    assert rates["remote"].first_price_minor == 1500


def test_midnight_and_whole_weeks(tmp_path: Path) -> None:
    """24:00 as a cell, a profile of the week, a value by its path."""
    sheets = small()
    put(sheets, "班次", (1, 2), "24:00")
    days = ["Monday", "星期二", "Wednesday", "Thursday", "Friday", "星期六", "Sunday"]
    sheets["Hours"] = [["Hour", *days], *([hour, *[hour + 1] * 7] for hour in range(24))]
    sheets["More"] = [["Path", "Value"], ["crews.0.max_consecutive_days", 5], ["title", '"007"']]
    read = read_scenario(write_book(sheets, tmp_path / "p.xlsx"))
    assert read.problem.shifts[0].end_s == 24 * 3600
    assert read.title == "007"
    assert read.problem.crews[0].max_consecutive_days == 5
    sheets["Hours"][5][3] = None
    said = "1 of 168 numbers are empty, the first for hour 4 of wednesday"
    assert any(said in line for line in findings(sheets, tmp_path))


def test_a_copied_contract_sheet_is_another_contract(tmp_path: Path) -> None:
    """Excel calls a copy `Contract near (2)`."""
    sheets = {**small(), "Contract near (2)": contract("third", 1, 2, 3)}
    read = read_scenario(write_book(sheets, tmp_path / "p.xlsx"))
    assert read.problem.contract_names == ("near", "far", "third")


def test_times_of_any_format(tmp_path: Path) -> None:
    """A time may be a fraction of a day without any format."""
    sheets = small()
    put(sheets, "班次", (1, 1), 8 / 24)
    put(sheets, "Collections", (1, 1), time(12, 0))
    assert is_small(read_scenario(write_book(sheets, tmp_path / "p.xlsx")), tmp_path)


@pytest.mark.parametrize("written", ["mon..fri; sun", "[mon..fri, sun]", "[mon..fri; sun]"])
def test_a_list_may_be_written_as_the_examples_of_notes_are(written: str, tmp_path: Path) -> None:
    """Whoever copies the example out of the note on a heading has written a list."""
    sheets = small()
    sheets["Sites"] = [["Name", "Region", "Open on"], ["yiwu", "zhejiang", written]]
    site = read_scenario(write_book(sheets, tmp_path / "p.xlsx")).problem.sites[0]
    assert [site.is_closed(day) for day in range(4)] == [False] * 4  # Monday to Thursday
    put(sheets, "Promotion", (6, 1), datetime(2026, 11, 7))  # a Saturday
    put(sheets, "活动", (1, 1), datetime(2026, 11, 10, 20))
    site = read_scenario(write_book(sheets, tmp_path / "q.xlsx")).problem.sites[0]
    assert [site.is_closed(day) for day in range(4)] == [True, False, False, False]
