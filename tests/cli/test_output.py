"""Every command that writes: only to an ordinary place, never over what it reads or what is not its
own.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from planner.output import claimed
from tests.cli.builders import write_small
from tests.cli.conftest import call_here

LOG = "ordered_at,region,order_id\n2026-01-01 10:00,zhejiang,1\n2026-01-02 11:00,sichuan,2\n"
CARD = "region,1kg,additional kg\n浙江,2.5,1\n四川,4,2\n"
PARCELS = "parcel,region,weight_g\na,zhejiang,500\n"
COMMANDS = {
    "init": "init OUT",
    "forecast": "forecast promo -o OUT --force --replications 2",
    "plan": "plan promo -o OUT --force",
    "simulate": "simulate promo -o OUT --force --jobs 1 --replications 2",
    "compare": "compare promo -o OUT --force",
    "run": "run promo -o OUT --force",
    "import": "import log.csv -o OUT --force",
    "rate card": "import card.csv -o OUT --contract zto --force",
    "rate": "rate near.yaml parcels.csv -o OUT --force",
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with something to read for every command, and some odd places."""
    write_small(tmp_path / "promo")
    zones = "region,zone\nzhejiang,home\nsichuan,away\nxizang,remote\n"
    contract = (tmp_path / "promo/near.yaml").read_text("utf-8")
    head, rates = contract.split("zones:")[0], contract[contract.index("rates:") :]
    texts = {"log.csv": LOG, "card.csv": CARD, "parcels.csv": PARCELS, "zones.csv": zones}
    texts["near.yaml"] = f"{head}zones: zones.csv\n{rates}"
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "broken").symlink_to("nowhere")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes | None]:
    """Everything below a folder; of ordinary files their bytes."""
    return {
        p.relative_to(folder).as_posix(): p.read_bytes()
        if stat.S_ISREG(p.lstat().st_mode)
        else None
        for p in folder.rglob("*")
    }


def refused(place: Path, command: str, words: str) -> None:
    """The command ends with a message, and everything is as it was."""
    before = contents(place)
    result = call_here(*command.split())
    assert result.code == 1
    assert words in result.err
    assert contents(place) == before


@pytest.mark.parametrize("command", COMMANDS)
def test_odd_places_are_refused(place: Path, command: str) -> None:
    """By every command, also with --force: a FIFO, a link to a device, a broken link, a place below
    a file.
    """
    for odd, words in {
        "fifo": "fifo: is a FIFO",
        "null": "null: is a link to /dev/null, a device"
        if command != "rate card"
        else "/dev/null: is a device",
        "broken": "broken: is a link to nowhere, which does not exist",
        "log.csv/out": "log.csv: is a file, in which no folder can be made",
        "a\udcff": "holds bytes that are not text",
    }.items():
        refused(place, COMMANDS[command].replace("OUT", odd), words)


@pytest.mark.parametrize("command", COMMANDS)
def test_an_empty_place_is_a_usage_error(place: Path, command: str) -> None:
    """A variable of a script that is not set must not mean the current folder."""
    result = call_here(*("" if word == "OUT" else word for word in COMMANDS[command].split()))
    assert (result.code, "is empty; give the name of a place for the result" in result.err) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("command", "words"),
    [
        *(
            (COMMANDS[name].replace("OUT", "promo"), "is read by")
            for name in ("forecast", "plan", "simulate", "run")
        ),
        *(
            (COMMANDS[name].replace("OUT", "."), "holds promo, which this")
            for name in ("forecast", "compare", "plan")
        ),
        (
            "forecast promo/scenario.yaml -o promo --force",
            "holds promo/scenario.yaml, which this command reads",
        ),
        (
            "forecast promo -o given --actuals given/came.csv --force",
            "holds given/came.csv, which this command reads",
        ),
        (
            "compare promo given/other.yaml -o given --force",
            "holds given/other.yaml, which this command reads",
        ),
        ("simulate promo --plan given -o given --force", "given: is read by this command"),
        (
            "import given/came.csv -o given --force",
            "holds given/came.csv, which this command reads",
        ),
        ("rate near.yaml parcels.csv -o near.yaml --force", "near.yaml: is read by this command"),
        (
            "rate near.yaml parcels.csv -o parcels.csv --force",
            "parcels.csv: is read by this command",
        ),
        (
            "rate near.yaml parcels.csv -o zones.csv --force",
            "zones.csv: is not a result of this command",
        ),
        (
            "import given/zto.yaml -o given --contract zto --force",
            "zto.yaml: is read by this command",
        ),
    ],
)
def test_what_is_read_is_not_replaced(place: Path, command: str, words: str) -> None:
    """The input, a folder that holds it, and a file that an input refers to."""
    (place / "given").mkdir()
    shutil.copy(place / "card.csv", place / "given/zto.yaml")
    shutil.copy(place / "promo/far.yaml", place / "given/other.yaml")
    (place / "given/came.csv").write_text("time,region,orders\n2026-11-09T10:00,zhejiang,3\n")
    refused(place, command, words)


def test_the_users_files_survive_force(place: Path) -> None:
    """Own files next to an imported history, and an edited table: the next import refuses and names
    them.
    """
    assert call_here("import", "log.csv", "-o", "history").code == 0
    assert call_here("import", "log.csv", "-o", "history", "--force").code == 0
    (place / "history/notes.txt").write_text("mine")
    (place / "history/regions.csv").write_text("edited")
    words = (
        "did not write: notes.txt; was changed since it was written: regions.csv; move these "
        "files away"
    )
    refused(place, "import log.csv -o history --force", words)


def test_a_scenario_that_grew_in_an_imported_folder_survives(place: Path) -> None:
    """A summary.json does not make a scenario a result."""
    assert call_here("import", "log.csv", "-o", "history").code == 0
    shutil.copytree(place / "promo", place / "history", dirs_exist_ok=True)
    refused(place, "forecast history -o history --force", "history: is read by this command")
    refused(
        place,
        "forecast promo -o history --force",
        "history: holds what the planner did not write: far.yaml",
    )


def test_a_result_within_the_scenario_is_replaced(place: Path) -> None:
    """It is next to what is read, and consists of what the first command wrote."""
    command = COMMANDS["forecast"].replace("OUT", "promo/out").split()
    assert call_here(*command).code == 0
    before = contents(place / "promo/out")
    assert call_here(*command).code == 0
    assert contents(place / "promo/out") == before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_second_command_is_refused(place: Path, command: str) -> None:
    """While one writes a result, another does not."""
    out, kind = (
        ("out/zto.yaml", "file")
        if command == "rate card"
        else ("out", "file" if command == "rate" else "folder")
    )
    with claimed(Path(out), kind=kind):
        refused(
            place,
            COMMANDS[command].replace("OUT", "out"),
            "another planner process is writing this result",
        )


@pytest.fixture
def private() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


@pytest.mark.parametrize("command", ["init", "forecast", "import", "rate card", "rate"])
def test_a_private_umask_is_kept_and_nothing_is_left_over(
    place: Path, private: None, command: str
) -> None:
    """Nothing of a result can be read by others; neither a draft nor a lock is next to it."""
    before = set(place.iterdir())
    assert call_here(*COMMANDS[command].replace("OUT", "out").split()).code == 0
    found = [place / "out", *(place / "out").rglob("*")]
    assert len(found) > 1 or command == "rate"
    assert not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in found)
    assert set(place.iterdir()) - before == {place / "out"}
