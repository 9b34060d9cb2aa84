"""Text that others wrote: no formula to a spreadsheet, no control of the terminal, no message of
its own.
"""

from __future__ import annotations

import errno
import html
import json
import os
import sys
import zipfile
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from planner.cli.messages import emit_table
from planner.domain.spreadsheet_text import restored
from planner.domain.wording import json_text
from planner.errors import unprinted
from tests.cli.conftest import call_here
from tests.formats.builders import FILES, TINY, spoil, write_folder
from tests.formats.tables.spreadsheet_oracle import PAYLOADS, live_cells, live_tables

# our name -> a hostile one, in YAML and in CSV
WORDS = (
    "yiwu",
    "east",
    "west",
    "small",
    "large",
    "pack",
    "day",
    "permanent",
    "agency",
    "one",
    "far",
)
NAMES = dict(zip(WORDS, PAYLOADS, strict=True))
BEFORE = ("name: ", "site: ", "region: ", "contract: ", "by: ", "[", "{", ", ", "\n", ",", "  ")
AFTER_TINY = f"scenario.yaml:{len(TINY.splitlines()) + 1}"  # the line added to the tiny scenario
HOSTILE_TEXT = "x\x1b[31m\x07\x08\r\n\u202e\u2028\x9b1m\u200b"


def in_hostile_names(text: str, file: str) -> str:
    """A file of the small scenario with hostile names in place of its own."""
    for word, payload in NAMES.items():
        quoted = (
            json.dumps(payload)
            if file.endswith(".yaml")
            else '"' + payload.replace('"', '""') + '"'
        )
        for before, after in product(BEFORE, ",}]:\n"):
            text = text.replace(f"{before}{word}{after}", f"{before}{quoted}{after}")
    return text


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small scenario, every name in it a payload; so are the texts of its assumption."""
    folder = write_folder(tmp_path_factory.mktemp("hostile") / "scenario")
    for file, text in FILES.items():
        (folder / file).write_text(in_hostile_names(text, file), encoding="utf-8")
    path = folder / "scenario.yaml"
    note = {"subject": "=1", "value": "-x", "source": "a;=1+1;b", "grade": "@a"}
    list_start = "assumptions:\n"
    more = f'title: "@SUM(1+1)"\n{list_start}  - {json.dumps(note)}\n'
    path.write_text(path.read_text("utf-8").replace(list_start, more), "utf-8")
    return folder


def test_hostile_names_can_be_used(hostile: Path) -> None:
    """They are names as others are."""
    found = call_here("check", hostile, "--json")
    assert found.code == 0, found.err
    summary = found.json()
    assert (summary["sites"], summary["contracts"]) == ([NAMES["yiwu"]], [NAMES["one"]])


@pytest.mark.parametrize(
    "command",
    ["forecast", *(pytest.param(slow, marks=pytest.mark.slow) for slow in ("simulate", "compare"))],
)
def test_no_table_of_a_result_holds_a_formula(hostile: Path, tmp_path: Path, command: str) -> None:
    """Whatever separator a spreadsheet takes the tables by; and the names are in them."""
    done = call_here(command, hostile, "-o", tmp_path / "out", "--replications", 3)
    assert done.code == 0, done.err
    assert live_tables(tmp_path / "out") == {}


@pytest.mark.slow
def test_a_result_with_hostile_names_is_proved_and_reported(hostile: Path, tmp_path: Path) -> None:
    """Its proof and another simulation read the names back, and the workbook holds them as they
    are.
    """
    out = tmp_path / "out"
    for command in (
        ["simulate", hostile, "-o", out, "--replications", 3],
        ["verify", out],
        ["simulate", hostile, "--plan", out, "-o", tmp_path / "again", "--replications", 3],
        ["report", out, "--format", "xlsx"],
    ):
        done = call_here(*command)
        assert done.code == 0, done.err
    with zipfile.ZipFile(out / "plan.xlsx") as archive:
        sheets = "".join(archive.read(n).decode() for n in archive.namelist() if "worksheets/" in n)
        strings = html.unescape(archive.read("xl/sharedStrings.xml").decode())
    assert "<f>" not in sheets
    assert (f">{NAMES['one']}<" in strings, f">'{NAMES['one']}<" in strings) == (True, False)


FOLLOWING = (
    "scenario",
    "staffing",
    "stock",
)  # files with findings: others name what is not there any more
PARCELS = """\
parcel,region,weight_g,date,=heading,note
-3,east,250,2026-11-09,5+cmd|' /C calc'!A0,'=1
=1+1,west,400,2026-11-09,-3.5,x;=1+1;y
"""


def test_rate_makes_text_of_formulas_unless_programs_read_it(tmp_path: Path) -> None:
    """Columns that pass through, headings and parcels; --raw gives the bytes of the values; both
    can be read again.
    """
    folder = write_folder(tmp_path / "scenario")
    contract = folder / "contracts" / "one.yaml"
    contract.write_text(contract.read_text("utf-8").replace("name: far", 'name: "@far"'), "utf-8")
    parcels = tmp_path / "parcels.csv"
    parcels.write_text(PARCELS, "utf-8")
    safe, raw = (call_here("rate", contract, parcels, *options) for options in ([], ["--raw"]))
    assert (safe.code, raw.code) == (0, 0), safe.err
    assert live_cells(raw.out)
    assert live_cells(safe.out) == []
    for option, table in (("--raw", raw.out), ("--force", safe.out)):
        assert (
            call_here("rate", contract, parcels, "-o", tmp_path / "out.csv", "--force", option).code
            == 0
        )
        assert (tmp_path / "out.csv").read_text("utf-8") == table
    rows = [line.split(",") for line in safe.out.splitlines()]
    assert "'@far" in rows[0]
    assert [[restored(cell) for cell in row] for row in rows] == [
        line.split(",") for line in raw.out.splitlines()
    ]


def test_an_import_is_safe_and_read_by_a_scenario(tmp_path: Path) -> None:
    """Regions of a log may be called anything; the history of the result has the same ones."""
    regions = ["=1+1", "x;=1+1;y", "-5", "east"]
    frame = pd.DataFrame(
        {"ordered_at": [f"2026-10-{day:02} 10:00" for day in range(1, 29)], "region": regions * 7}
    )
    frame.to_csv(tmp_path / "log.csv", index=False)
    done = call_here("import", tmp_path / "log.csv", "-o", tmp_path / "out", "--json")
    assert done.code == 0, done.err
    assert sorted(done.json()["region_shares"]) == sorted(regions)
    assert live_tables(tmp_path / "out") == {}
    history = "demand: {history: {path: history.csv}}\nregions: regions.csv"
    text = TINY.replace("demand: {baseline_orders_per_day: 2400}", history).replace(
        "2026-01-05", "2026-11-01"
    )
    text = text.replace("  - name: hall\n", "  - name: hall\n    region: east\n")
    (tmp_path / "out" / "scenario.yaml").write_text(text, "utf-8")
    assert call_here("check", tmp_path / "out", "--json").json()["regions"] == len(regions)


def is_plain(text: str) -> bool:
    """Does every character print, but for the ends of lines?"""
    return all(c == "\n" or not unprinted(c) for c in text)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("name: small", "name: small\ntitle: {}", "title"),
        ("name: small", "name: {}", "name"),
        ("name: yiwu", "name: {}", "sites.0.name"),
        ("      pick: {orders", "      {}: {{orders", "sites.0.processes"),
        ("name: opening", "name: {}", "demand.events.0.name"),
        ("{name: day,", "{{name: {},", "shifts.0.name"),
        ("{name: agency,", "{{name: {},", "crews.1.name"),
        ("value: as stated", "value: {}", "assumptions.0.value"),
        ("source: nobody", "source: {}", "assumptions.0.source"),
        ("grade: user", "grade: {}", "assumptions.0.grade"),
        ("regions: regions.csv", "regions: {}", "regions"),
        ("contracts: [contracts/one.yaml]", "contracts: [{}]", "contracts.0"),
        ("seed: 7", "seed: 7\n{}: 7", ""),
    ],
)
def test_foreign_text_controls_nothing(tmp_path: Path, old: str, new: str, field: str) -> None:
    """In any place of a scenario it is a finding there, of one line, and only what prints reaches
    the terminal.
    """
    folder = spoil(
        tmp_path / "scenario", "scenario.yaml", old, new.format(json.dumps(HOSTILE_TEXT))
    )
    done = call_here("check", folder, "--json")
    assert done.code == 3
    found = [finding for finding in done.json()["findings"] if finding["field"] == field]
    assert found[0]["message"] == "holds a control character (U+001B): remove it"
    assert is_plain(done.err)
    assert is_plain(done.out)
    assert all(
        line.startswith(FOLLOWING) or " errors in " in line for line in done.err.splitlines()
    )


@pytest.mark.parametrize(
    "text",
    [
        "\nscenario.yaml:1:1: fake",
        "x\x1b[2J",
        "\x9b31m",
        "\u202egnp.exe",
        "a\u2028b",
        "\ud800",
        "[bold]",
        "\x07",
    ],
)
def test_a_title_is_no_message(tmp_path: Path, text: str) -> None:
    """Neither a line of its own nor a control; a finding names the place."""
    (tmp_path / "scenario.yaml").write_text(f"{TINY}title: {json.dumps(text)}\n", "utf-8")
    done = call_here("check", tmp_path)
    if text == "[bold]":
        assert done.code == 0
    else:
        assert (done.code, len(done.err.splitlines())) == (3, 1)
        assert done.err.startswith(f"{AFTER_TINY}:8: title: ")
    assert is_plain(done.out + done.err)


def test_arguments_are_shown_on_one_line(tmp_path: Path) -> None:
    """Names of files, options and folders that the command line gives."""
    name = "no\x1b[31m\nsuch\udcff"
    commands = (
        *(
            ["check", name],
            ["simulate", name, "-o", "x"],
            ["check", f"--{name}"],
            [name],
            ["rate", name, name],
        ),
        *(["init", "--template", name, "x"], ["import", "x", "--columns", name]),
    )
    for arguments in commands:
        done = call_here(*arguments)
        assert done.code in (2, 3)
        assert is_plain(done.err)
        assert not any(line.startswith("such") for line in done.err.splitlines())
        assert r"no\x1b[31m\nsuch" in done.err or "--columns" in arguments


@pytest.mark.parametrize(
    "name", ["a\nscenario.yaml:1:1: fake", "a\udcffb", "a\x1bb", "\u202ea", "l" * 255]
)
def test_a_folder_that_cannot_name_the_scenario(tmp_path: Path, name: str) -> None:
    """Too long a name is shortened; one that hides something is a finding, until the scenario
    states a name.
    """
    folder = tmp_path / name
    folder.mkdir()
    (folder / "scenario.yaml").write_text(TINY.replace("name: tiny\n", ""), "utf-8")
    done = call_here("check", folder)
    assert is_plain(done.out + done.err)
    if len(name) == 255:
        assert (done.code, done.out.splitlines()[0]) == (0, f"{'l' * 80}: valid")
        return
    assert done.err.startswith(
        "scenario.yaml:1:1: name: state a name; the folder's cannot be used: "
    )
    (folder / "scenario.yaml").write_text(TINY, "utf-8")
    assert call_here("check", folder).code == 0


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def link_out(path: Path) -> None:
    path.symlink_to(os.devnull)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (link_to_itself, "is a link that leads back to itself"),
        (link_out, "must lie in the scenario's folder"),
        (Path.mkdir, "is a folder, where a file is needed"),
        (os.mkfifo, "is a pipe, a socket or a device"),
        (Path.touch, "regions.csv:1: is empty"),
        (None, "no such file"),
    ],
)
def test_what_is_no_table_is_a_finding(
    tmp_path: Path, make: Callable[[Path], None] | None, words: str
) -> None:
    """Found by check, at the place that names it: a link to itself, a folder, a pipe; nothing is
    waited for.
    """
    (tmp_path / "scenario.yaml").write_text(f"{TINY}regions: regions.csv\n", "utf-8")
    if make is not None:
        make(tmp_path / "regions.csv")
    done = call_here("check", tmp_path)
    assert done.code == 3
    assert done.err.startswith(
        f"{AFTER_TINY}:10: regions: " if "empty" not in words else "regions.csv:1: "
    )
    assert words in done.err


def test_a_name_too_long_for_a_file_is_a_finding(tmp_path: Path) -> None:
    """300 characters, as a table, and on the command line."""
    (tmp_path / "scenario.yaml").write_text(f"{TINY}regions: {'a' * 300}\n", "utf-8")
    done = call_here("check", tmp_path)
    assert (done.code, done.err[:56]) == (
        3,
        f"{AFTER_TINY}:10: regions: is a name too long for a f",
    )
    assert call_here("check", "a" * 300).code == 3


@pytest.mark.parametrize(
    "command",
    [
        "check PIPE",
        "rate PIPE PIPE",
        "import PIPE -o OUT",
        "import PIPE --contract c -o OUT",
        "simulate PIPE -o OUT",
        "compare SCENARIO PIPE -o OUT",
    ],
)
def test_a_pipe_is_not_waited_for(tmp_path: Path, command: str) -> None:
    """Where a file is read that the command line names."""
    places = {
        "PIPE": tmp_path / "pipe",
        "SCENARIO": write_folder(tmp_path / "scenario"),
        "OUT": tmp_path / "out",
    }
    os.mkfifo(places["PIPE"])
    done = call_here(*(places.get(word, word) for word in command.split()))
    assert (done.code, "is a pipe" in done.err) == (3, True), done.err


def test_an_unreadable_file_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its place, not the system's message without one."""
    (tmp_path / "scenario.yaml").write_text(f"{TINY}regions: regions.csv\n", "utf-8")
    (tmp_path / "regions.csv").write_text("region,share\nall,1\n", "utf-8")
    before = Path.open

    def refused(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == "regions.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return before(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", refused)
    done = call_here("check", tmp_path)
    words = (
        f"{AFTER_TINY}:10: regions: cannot be read: you have no right to (regions), got "
        '"regions.csv"\n'
    )
    assert (done.code, done.err) == (3, words)


def test_a_terminal_gets_the_table_without_controls(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program gets the bytes."""
    emit_table("a\x9b,b\n")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    emit_table("a\x9b,b\n")
    assert capsys.readouterr().out == "a\x9b,b\na\\x9b,b\n"


def test_json_says_the_same_without_controls() -> None:
    """What does not print is an escape; the text is the same to whoever reads it."""
    content = {HOSTILE_TEXT: ["浙江", "\U000e0041\udcff"]}
    for form in ({}, {"indent": 2}):
        text = json_text(content, **form)
        assert is_plain(text)
        assert "浙江" in text
        assert json.loads(text) == content


@pytest.mark.parametrize(
    "heading", ["$(touch x) time", "`touch x` time", 'a" touch "time', "time\\", "paid!! time"]
)
def test_advice_can_be_pasted(tmp_path: Path, heading: str) -> None:
    """A heading of a log stands in the options that a message proposes so that no shell runs a part
    of it.
    """
    (tmp_path / "log.csv").write_text(
        pd.DataFrame({heading: [1], "b": [2]}).to_csv(index=False), "utf-8"
    )
    done = call_here("import", tmp_path / "log.csv", "-o", tmp_path / "out")
    assert done.code == 3
    assert f"--columns '{'ordered_at=' + heading}'" in done.err


def test_a_rate_card_of_any_file_name_becomes_a_contract(tmp_path: Path) -> None:
    """Its source says what the file is called, in characters that can be written and read."""
    card = tmp_path / "r\udcff\n.csv"
    card.write_text("地区,首重1kg,续重1kg\n浙江,5,1\n江苏,6,2\n", "utf-8")
    done = call_here("import", card, "--contract", "c", "-o", tmp_path / "out")
    assert (done.code, is_plain(done.out + done.err)) == (0, True), done.err
    assert r'source: "r\\udcff\\n.csv"' in (tmp_path / "out" / "c.yaml").read_text("utf-8")
