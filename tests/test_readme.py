"""The README says only what is true of the program."""

from __future__ import annotations

import re
from pathlib import Path

from planner.cli.main import COMMANDS
from planner.formats.base import input_limits

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_command_named_exists_and_every_command_is_named() -> None:
    """`planner X` in the README is a command, and no command is left out."""
    named = set(re.findall(r"\bplanner ([a-z]+)\b", README)) - {"answers"}
    assert named == set(COMMANDS)


def test_files_named_in_links_exist() -> None:
    """Links and pictures lead somewhere."""
    prose = re.sub(r"`[^`]*`", "", README)
    for target in re.findall(r"\]\(([^)#:]+)\)", prose):
        assert (ROOT / target).exists(), target


def test_test_command_is_the_one_of_the_ci() -> None:
    """What the README calls the test command is what `.ci/run` runs."""
    assert "python -m pytest -n 2" in README
    assert 'python" -m pytest -n 2' in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_limits_are_those_of_the_program() -> None:
    """The paragraph on limits names their values."""
    text = " ".join(README.split("**Limits.**")[1].split("\n\n")[0].split())
    rows = {name: size.rows for name, size in input_limits.TABLES.items()}
    assert rows["staffing"] == rows["stock"] == rows["routing"]
    assert rows["history (counts)"] == rows["given demand"]
    for number, noun in (
        (rows["regions"], "regions"),
        (rows["products"], "products"),
        (rows["staff"], "people"),
        (rows["stock"], "rows of roster"),
        (rows["given demand"], "rows of history"),
        (input_limits.TABLE.rows, "parcels"),
        (input_limits.YAML_VALUES, "values"),
        (input_limits.CONTRACTS, "contracts"),
        (input_limits.SHEET_CELLS, "cells"),
        (input_limits.LOG_BYTES // 1_000_000_000, "GB"),
        (input_limits.ORDERS, "orders"),
    ):
        assert f"{number:,} {noun}" in text
