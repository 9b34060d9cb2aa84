"""`planner open`: the address alone on stdout, and Ctrl-C ends it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from tests.cli.conftest import call_here


def test_it_prints_an_address_and_ends_with_ctrl_c(average: Path) -> None:
    command = [sys.executable, "-m", "planner", "open", str(average.parent), "--no-browser"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        address = running.stdout.readline().strip()
        with urlopen(address, timeout=60) as answer:  # noqa: S310  # our own server
            assert answer.status == 200
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert address.startswith("http://127.0.0.1:")
    assert out == ""
    assert err == "Ctrl-C ends it\n"


def test_a_folder_that_does_not_exist_is_a_usage_error(tmp_path: Path) -> None:
    done = call_here("open", tmp_path / "nothing")
    assert done.code == 2
    assert "does not exist" in done.err
