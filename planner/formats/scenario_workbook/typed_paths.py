"""Paths and values as they are typed on the sheet of what has no other place."""

from __future__ import annotations

import re
from typing import Any

from planner.domain.wording import json_text
from planner.formats.base.yaml_source import resolve_plain
from planner.formats.scenario_workbook.fields import Path

_STEP = re.compile(r"[^\W\d][^.\"\s]*")
_STEPS = re.compile(r'"([^"]*)"|([^.]+)')


def written_path(path: Path) -> str:
    """A path as `steps_of` reads it: steps between points, names that are none in quotes."""
    return ".".join(
        f'"{step}"' if isinstance(step, str) and not _STEP.fullmatch(step) else str(step)
        for step in path
    )


def steps_of(text: str) -> list[tuple[str, str]]:
    """The steps of a path: a name that stood in quotes, or any other step."""
    return _STEPS.findall(text)


def written_value(value: Any) -> Any:
    """A value as it is typed: plain where that is clear, otherwise as YAML."""
    if isinstance(value, str):
        plain = isinstance(resolve_plain(value), str) and value == value.strip()
        simple = value.replace("-", "").replace("_", "").replace(" ", "").isalnum()
        return value if plain and simple else json_text(value)
    return json_text(value)
