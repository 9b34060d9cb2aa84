"""What a person reads when something is wrong, and what a program reads instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.cli import simulate_cmd
from planner.cli.messages import warn
from tests.cli.conftest import call_here
from tests.formats.builders import TINY, spoil, write_folder


@pytest.mark.parametrize("command", ["check", "simulate", "plan", "run", "forecast", "compare"])
def test_an_invalid_scenario_is_one_json_object(tmp_path: Path, command: str) -> None:
    """With --json every command gives the findings on stdout, in the same form, and the lines on
    stderr.
    """
    folder = spoil(tmp_path, "stock.csv", "2000", "-1")
    done = call_here(
        command, folder, "--json", *(() if command == "check" else ("-o", tmp_path / "out"))
    )
    line = 'stock.csv:2:12: units: must be at least 0, got "-1"'
    assert (done.code, done.json()["valid"], done.json()["findings"][0]["text"]) == (3, False, line)
    assert done.err.splitlines() == [line]


def test_every_failure_is_one_json_object(tmp_path: Path) -> None:
    """So does a log or parcel table that is wrong; an error that is not in the input is an object
    of its own.
    """
    folder = write_folder(tmp_path / "scenario")
    (tmp_path / "log.csv").write_text("when\n1\n", "utf-8")
    (tmp_path / "parcels.csv").write_text("parcel\nx\n", "utf-8")
    log = call_here("import", tmp_path / "log.csv", "-o", tmp_path / "out", "--json")
    assert (log.code, log.json()["findings"][0]["field"]) == (3, "ordered_at")
    contract = next((folder / "contracts").glob("*.yaml"))
    rated = call_here("rate", contract, tmp_path / "parcels.csv", "--json")
    assert (rated.code, rated.json()["valid"]) == (3, False)
    there = call_here("forecast", folder, "-o", folder, "--json")
    assert (there.code, list(there.json())) == (1, ["error"])


def test_quiet_leaves_errors_and_json(tmp_path: Path) -> None:
    """Nothing is printed of what is well; errors and the JSON object are."""
    folder = write_folder(tmp_path / "scenario")
    assert call_here("check", folder).out
    quiet = [call_here("check", folder, "--quiet"), call_here("init", tmp_path / "new", "--quiet")]
    assert [(done.code, done.out, done.err) for done in quiet] == [(0, "", "")] * 2
    assert call_here("check", folder, "--quiet", "--json").json()["valid"]
    assert "no such scenario" in call_here("check", tmp_path / "nothing", "--quiet").err


def test_a_mistake_in_many_rows_is_one_line(tmp_path: Path) -> None:
    """Four rows or more with the same mistake are one line with their number; JSON names every one
    of them.
    """
    shares = ["20%", "20%", "0.2", "20%", "20%"]
    (tmp_path / "scenario.yaml").write_text(
        TINY.replace("days: 3", "days: 0") + "regions: regions.csv\n", "utf-8"
    )
    (tmp_path / "regions.csv").write_text(
        "region,share\n" + "".join(f"r{k},{share}\n" for k, share in enumerate(shares)), "utf-8"
    )
    done = call_here("check", tmp_path, "--json")
    assert done.err.splitlines() == [
        (
            'regions.csv:2:4: share: must be a number: write 0.2, got "20%" (4 times, in lines 2, '
            "3, "
            "5, ...)"
        ),
        "scenario.yaml:4:44: horizon.days: must be at least 1, got 0",
        "5 errors in 2 files",
    ]
    assert [f["line"] for f in done.json()["findings"] if f["field"] == "share"] == [2, 3, 5, 6]


def test_a_wrong_share_hides_no_wrong_name(tmp_path: Path) -> None:
    """The names are known although the shares are wrong, so what refers to them is checked in the
    same go.
    """
    folder = spoil(tmp_path, "regions.csv", "0.3", "0.2")
    text = (folder / "scenario.yaml").read_text("utf-8")
    (folder / "scenario.yaml").write_text(text.replace("region: east", "region: easd", 1), "utf-8")
    err = call_here("check", folder).err
    assert "regions.csv:1:13: share: shares must sum to 1" in err
    assert 'sites.0.region: no such region, got "easd"; did you mean east?' in err


def test_a_file_of_another_kind_is_one_finding(tmp_path: Path) -> None:
    """A contract in the place of a scenario, and the other way round, is not one finding for every
    key of it.
    """
    folder = write_folder(tmp_path / "scenario")
    contract = next((folder / "contracts").glob("*.yaml"))
    checked = call_here("check", contract)
    assert (checked.code, checked.err) == (
        3,
        f"{contract.name}:1:1: is a contract, where a scenario is needed\n",
    )
    (tmp_path / "parcels.csv").write_text("parcel,region,weight_g\n1,east,500\n", "utf-8")
    rated = call_here("rate", folder / "scenario.yaml", tmp_path / "parcels.csv")
    assert (
        rated.err.splitlines()[0] == "scenario.yaml:1:1: is a scenario, where a contract is needed"
    )


def test_a_mistyped_command_is_offered_the_right_one() -> None:
    """As names in files are."""
    mistyped = call_here("chekc")
    assert (mistyped.code, mistyped.err.splitlines()[-1]) == (
        2,
        "Error: No such command 'chekc'; did you mean check?",
    )
    assert call_here("zzz").err.splitlines()[-1] == "Error: No such command 'zzz'."


def test_without_a_command_the_help_is_shown() -> None:
    """Line by line."""
    alone = call_here()
    assert (alone.code, alone.err.splitlines()) == (2, call_here("--help").out.splitlines())


def test_a_warning_of_several_things_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Their names stand before the words, the first three of them."""
    west = [f"contracts/{name}.yaml: no region lies in zone west" for name in "abcd"]
    warn(
        [*west, "a: is closed", "b: is closed", "alone", "history: one", "history: two"],
        quiet=False,
    )
    assert capsys.readouterr().err.splitlines() == [
        (
            "warning: contracts/a.yaml, contracts/b.yaml, contracts/c.yaml and 1 more: no region "
            "lies "
            "in zone west"
        ),
        "warning: a, b: is closed",
        "warning: alone",
        "warning: history: one",
        "warning: history: two",
    ]


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("--time-limit nan", "must be above 0 and at most 1,000,000,000 seconds"),
        ("--time-limit inf", "must be above 0 and at most 1,000,000,000 seconds"),
        ("--time-limit 0", "must be above 0 and at most 1,000,000,000 seconds"),
        ("--time-limit soon", "Invalid value for '--time-limit'"),
        ("--effort 10000000000000000", "is not in the range 1<=x<=1000000"),
        ("--replications 1000000000000", "is not in the range 1<=x<=1000000"),
    ],
)
def test_options_that_no_study_could_keep(
    small: Path, tmp_path: Path, asked: str, words: str
) -> None:
    """Numbers that are none or never end are wrong usage, before any work."""
    result = call_here("plan", small, "-o", tmp_path / "out", *asked.split())
    assert (result.code, words in result.err) == (2, True), result.err


def test_a_report_of_the_current_folder_says_that_it_was_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shell that stays in the old one sees no files."""

    def replaced(*_: object) -> list[Path]:
        tmp_path.joinpath("out").rmdir()
        return []

    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    monkeypatch.setattr("planner.studies.rewrite_report.rewrite_report", replaced)
    assert "enter it again (cd .)" in call_here("report", ".").err


def test_long_waits_are_stated_in_hours() -> None:
    """A wait of a day is not printed as 1,540.7 minutes."""
    assert simulate_cmd._duration(95.0) == "1.6 min"
    assert simulate_cmd._duration(92_442.0) == "25.7 h"
