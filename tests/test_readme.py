"""The README says only what is true of the program."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from planner.cli.main import COMMANDS
from tests.cli.builders import write_small

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "configs/README.md",
    "reports/README.md",
    "planner/README.md",
    "planner/planning/README.md",
    "planner/reporting/tables/README.md",
    "benchmarks/README.md",
)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_named_exists_and_every_command_is_named() -> None:
    """`planner X` in the README is a command, and no command is left out."""
    named = set(re.findall(r"\bplanner ([a-z]+)\b", README)) - {"answers"}
    assert named == set(COMMANDS)


def test_files_named_in_links_exist() -> None:
    """Links and pictures lead somewhere, from every page."""
    for page in PAGES:
        prose = re.sub(r"`[^`]*`", "", (ROOT / page).read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)#:]+)\)", prose):
            assert ((ROOT / page).parent / target).exists(), (page, target)


def test_commands_named_anywhere_exist() -> None:
    """Scripts and test files that a page tells to run are there."""
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        for target in re.findall(r"\b(?:benchmarks|tests)/[\w/]+(?:\.\w+)?", text):
            assert (ROOT / target).exists(), (page, target)


def test_test_command_is_the_one_of_the_ci() -> None:
    """What the README calls the test command is what `.ci/run` runs."""
    assert "python -m pytest -n 2" in README
    assert 'python" -m pytest -n 2' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_a_person_decides_in_two_minutes() -> None:
    """The README is short; the rest stands where it is looked for."""
    assert len(README.splitlines()) <= 160


def test_the_python_snippet_runs(tmp_path: Path) -> None:
    """The lines of Python, on a small scenario in place of the shipped one."""
    (snippet,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    write_small(tmp_path / "small")
    smaller = {
        '"configs/singles-day"': repr(str(tmp_path / "small")),
        '"express-a", "post-e"': '"near", "far"',
        "replications=20": "replications=2",
        "replications=5": "replications=1",
    }
    for large, small in smaller.items():
        assert large in snippet
        snippet = snippet.replace(large, small)
    done = subprocess.run(
        [sys.executable, "-c", snippet], capture_output=True, text=True, check=True
    )
    assert "Certificate(certified=" in done.stdout
    assert "headcount" in done.stdout
    assert "together" in done.stdout
