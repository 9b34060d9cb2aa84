"""Reads a JSON document of a result folder; everything wrong with it is found before it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from planner import __version__
from planner.documents.decisions import DecisionsDocument
from planner.documents.explanation import ExplanationDocument
from planner.documents.files import damaged, read_text
from planner.documents.manifest import model_of
from planner.documents.plan import PlanDocument
from planner.documents.strict_json import lines_of, parse_json
from planner.documents.workbook import WorkbookKey
from planner.errors import Finding

MOST_BYTES = 20_000_000
MOST_DECIDED = 300_000_000  # bytes of decisions, as of a table
MANIFEST, PLAN, EXPLANATION = "run.json", "plan.json", "explanation.json"
DECISIONS = "decisions.json"
BEFORE = "before"  # folder of an edited plan, as it was made
_LONGEST_SHOWN = 60
_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text",
    "string_unicode": "must be text that UTF-8 can hold",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "none_required": "must be null",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "has the wrong form",
    "greater_than_equal": "must be at least {ge:g}",
    "greater_than": "must be more than {gt:g}",
    "less_than_equal": "must be at most {le:g}",
    "less_than": "must be less than {lt:g}",
    "string_too_long": "must be at most {max_length:,} characters long",
    "too_long": "must hold at most {max_length:,}",
    "too_short": "must hold at least {min_length:,}",
    "literal_error": "must be {expected}",
    "planner": "{words}",
}


def read_run(folder: Path) -> dict[str, Any]:
    """Read run.json of a result folder. Raises InputError with all findings."""
    return _read(folder, MANIFEST, model_of)


def read_plan_document(folder: Path) -> dict[str, Any]:
    """Read plan.json of a result folder. Raises InputError with all findings."""
    return _read(folder, PLAN, lambda _: PlanDocument)


def read_decisions(folder: Path) -> dict[str, Any]:
    """Read decisions.json of a result folder. Raises InputError with all findings."""
    return _read(folder, DECISIONS, lambda _: DecisionsDocument, MOST_DECIDED)


def read_explanation(folder: Path) -> dict[str, Any]:
    """Read explanation.json of a result folder. Raises InputError with all findings."""
    return _read(folder, EXPLANATION, lambda _: ExplanationDocument)


def _read(
    folder: Path,
    name: str,
    model_for: Callable[[Any], type[BaseModel]],
    most_bytes: int | None = None,
) -> dict[str, Any]:
    """Read a document and validate it against its model."""
    return _checked(read_text(folder, name, most_bytes or MOST_BYTES), folder / name, model_for)


def read_workbook_key(text: str, path: Path) -> dict[str, Any]:
    """The key of a workbook from the text of its hidden sheet. Raises InputError."""
    return _checked(text, path, lambda _: WorkbookKey)


def _checked(text: str, path: Path, model_for: Callable[[Any], type[BaseModel]]) -> dict[str, Any]:
    """The content of a document that its model allows."""
    folder = path.parent
    content, findings = parse_json(text, path)
    if not findings and not isinstance(content, dict):
        findings.append(Finding(str(path), 1, 0, "", "must be a JSON object"))
    if findings:
        raise damaged(folder, findings)
    try:
        model_for(content).model_validate(content)
    except ValidationError as error:
        lines = lines_of(text)
        wrong = [_finding(path, item, lines) for item in error.errors(include_url=False)]
        raise damaged(folder, wrong, _made_with(content)) from None
    return dict(content)


def _made_with(content: Mapping[str, Any]) -> str:
    """Version of the planner that a document names; this one's where it names none."""
    versions = content.get("versions")
    named = versions.get("planner") if isinstance(versions, dict) else None
    return named if isinstance(named, str) else __version__


def _finding(
    path: Path, item: Mapping[str, Any], lines: Mapping[tuple[str | int, ...], int]
) -> Finding:
    """One error of the validation at its line.

    The line of the value, or of the object that lacks it.
    """
    place = tuple(step for step in item["loc"] if step != "[key]")
    at = place
    while at not in lines:
        at = at[:-1]
    words = _WORDS.get(item["type"], str(item["msg"])).format(**item.get("ctx", {}))
    value = item["input"]
    if item["type"] not in ("missing", "extra_forbidden") and not isinstance(value, dict | list):
        shown = (
            f"{value!r:.{_LONGEST_SHOWN}}" if not isinstance(value, bool) else str(value).lower()
        )
        words += f", got {shown}"
    field = ".".join(str(step)[:_LONGEST_SHOWN] for step in place)
    return Finding(str(path), lines[at], 0, field, words)
