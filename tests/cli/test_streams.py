"""The exit code says how a command ended, whether or not its messages could be written."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.builders import CONTRACT

# A command that writes to both streams and then ends as it is asked to, without the second that a
# real one takes.
PROGRAM = """\
import sys
from planner.cli import doctor_cmd, main, messages
from planner.errors import Finding, InputError, PlannerError

def ending(as_json):
    messages.say("a message", False)
    if "3" in sys.argv: raise InputError([Finding("scenario.yaml", 1, 1, "name", "is missing")])
    if "1" in sys.argv: raise PlannerError("not so")
    messages.data("data\\n" * 200_000)

doctor_cmd.command.callback = ending
main.main(["doctor", *(["--json"] if "--json" in sys.argv else [])])
"""
ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="needs a device that is always full"
)


def shell(folder: Path, command: str, unbuffered: str = "") -> tuple[int, str]:
    """A line of bash, `planner` being ours and `ending CODE` the command above: its exit code, all
    that was said.
    """
    (folder / "ending.py").write_text(PROGRAM)
    for name, ours in (("planner", "-m planner"), ("ending", "ending.py")):
        command = command.replace(f"{name} ", f"{sys.executable} {ours} ")
    environment = {
        "PYTHONPATH": str(ROOT),
        "PATH": os.environ["PATH"],
        "PYTHONUNBUFFERED": unbuffered,
    }
    asked = ["bash", "-c", f"set -o pipefail; {command}"]
    done = subprocess.run(
        asked, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("code", [0, 1, 3])
@pytest.mark.parametrize(
    "streams", ["2>/dev/full", "2>&- <&-", "2>/dev/full --json", "2>&- --json"]
)
def test_stderr_that_takes_nothing_changes_no_exit_code(
    tmp_path: Path, streams: str, code: int
) -> None:
    """Full or closed: input errors are 3, other errors 1, and success stays one."""
    assert shell(tmp_path, f"ending {code} >/dev/null {streams}")[0] == code


@pytest.mark.parametrize("code", [1, 3])
@pytest.mark.parametrize("streams", [">/dev/full", ">&-", ">/dev/full 2>/dev/full", ">&- 2>&- <&-"])
def test_stdout_that_takes_nothing_changes_no_error(
    tmp_path: Path, streams: str, code: int
) -> None:
    """Where the error is wanted as JSON and cannot be written, its exit code still tells it."""
    assert shell(tmp_path, f"ending {code} --json {streams}")[0] == code


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_data_that_is_lost_is_an_error(tmp_path: Path, unbuffered: str) -> None:
    """It did not arrive, which is no success; also where the disk takes the first part of it
    only.
    """
    assert shell(tmp_path, "ending 0 2>&1 >/dev/full", unbuffered) == (
        1,
        "a message\nstandard output: No space left on device\n",
    )
    code, said = shell(tmp_path, "ulimit -f 32; ending 0 > data.txt", unbuffered)
    assert (code, said) == (1, "a message\nstandard output: File too large\n")


def test_a_reader_that_has_enough_ends_the_command_quietly(tmp_path: Path) -> None:
    """`| head -1` gets its line, and no message follows."""
    assert shell(tmp_path, "ending 0 2>/dev/null | head -1") == (1, "data\n")


@pytest.mark.slow
def test_a_table_of_prices_to_a_reader_that_has_enough(tmp_path: Path) -> None:
    """The same with the command that prints most."""
    (tmp_path / "near.yaml").write_text(
        CONTRACT.format(name="near", home="2.10", away="6.00", remote="15.00")
    )
    rows = "".join(f"p{k},zhejiang,500\n" for k in range(4000))
    (tmp_path / "parcels.csv").write_text(f"parcel,region,weight_g\n{rows}")
    code, said = shell(tmp_path, "planner rate near.yaml parcels.csv --quiet | head -1")
    assert (code, said) == (1, "parcel,base,discount,minimum,fuel,total,refused\n")
    assert (
        shell(tmp_path, "planner rate near.yaml parcels.csv --quiet >/dev/full 2>/dev/full")[0] == 1
    )
