"""JSON as result folders hold it: finite numbers, every key once, and the line of every value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, NoReturn

from planner.errors import Finding

MOST_DIGITS = 25  # of a whole number
Place = tuple[str | int, ...]
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def parse_json(text: str, path: Path) -> tuple[Any, list[Finding]]:
    """The content of a document, and what is wrong with its text.

    Where something is wrong, the content is None.
    """
    findings: list[Finding] = []

    try:
        return json.loads(
            text, object_pairs_hook=_only_once, parse_constant=_no_number, parse_int=_whole
        ), []
    except json.JSONDecodeError as error:
        findings.append(
            Finding(str(path), error.lineno, error.colno, "", f"is not valid JSON: {error.msg}")
        )
    except ValueError as error:
        findings.append(Finding(str(path), 0, 0, "", f"is not valid JSON: {str(error)[:120]}"))
    except RecursionError:
        findings.append(Finding(str(path), 0, 0, "", "is not valid JSON: it is nested too deeply"))
    return None, findings


def _no_number(name: str) -> NoReturn:
    """Refuse NaN and Infinity."""
    raise ValueError(f"{name} is no number of JSON")


def _whole(digits: str) -> int:
    """A whole number that is not absurdly long."""
    if len(digits) > MOST_DIGITS:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)


def _only_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object; a key that occurs twice is refused."""
    content: dict[str, Any] = {}
    for key, value in pairs:
        if key in content:
            raise ValueError(f"the key {key[:60]!r} stands twice")
        content[key] = value
    return content


def lines_of(text: str) -> dict[Place, int]:
    """Line of every value of a valid document, by the keys and numbers that lead to it."""
    found: dict[Place, int] = {}
    path: list[str | int | None] = []  # the last step is None where a key comes next
    line, seen = 1, 0
    for match in _TOKEN.finditer(text):
        mark = match[0]
        line, seen = line + text.count("\n", seen, match.start()), match.start()
        if mark in "}]":
            path.pop()
        elif mark == ",":
            last = path[-1]
            path[-1] = last + 1 if isinstance(last, int) else None
        elif mark != ":":
            if path and path[-1] is None:
                path[-1] = json.loads(mark)
                continue
            found[tuple(step for step in path if step is not None)] = line
            if mark in "{[":
                path.append(None if mark == "{" else 0)
    return found
