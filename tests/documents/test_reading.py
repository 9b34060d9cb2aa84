"""Documents of a result folder: whatever is wrong is a finding with its line and field, all of them
at once.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest

from planner.documents import reading
from planner.documents.plan import MarginName
from planner.documents.reading import read_explanation, read_plan_document, read_run
from planner.documents.strict_json import lines_of
from planner.errors import InputError
from planner.planning.options import MARGINS
from tests.reporting.builders import refused_run, tiny_run

READERS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "run.json": read_run,
    "plan.json": read_plan_document,
    "explanation.json": read_explanation,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_run(tmp_path / "run")


def findings(folder: Path, file: str = "run.json") -> list[tuple[int, str, str]]:
    """(line, field, message) of everything found; the first finding says what to do about the
    folder.
    """
    with pytest.raises(InputError) as caught:
        READERS[file](folder)
    first, *others = caught.value.findings
    assert (first.file, "again" in first.message) == (str(folder), True)
    return [(f.line, f.field, f.message) for f in others]


def changed(folder: Path, file: str, place: tuple[Any, ...], value: Any) -> None:
    """The document with another value at a place."""
    content = json.loads((folder / file).read_text(encoding="utf-8"))
    target = content
    for step in place[:-1]:
        target = target[step]
    target[place[-1]] = value
    (folder / file).write_text(json.dumps(content, indent=2), encoding="utf-8")


def test_honest_documents_are_read_as_they_are(folder: Path, tmp_path: Path) -> None:
    """Nothing is added, dropped or converted."""
    refused = refused_run(tmp_path / "refused")
    for where, file in (
        (folder, "run.json"),
        (folder, "plan.json"),
        (refused, "run.json"),
        (refused, "explanation.json"),
    ):
        assert READERS[file](where) == json.loads((where / file).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("file", "place", "value", "words"),
    [
        ("run.json", ("days",), 1_000_000_000, "must be at most 400, got 1000000000"),
        ("run.json", ("days",), 1.5, "must be a whole number, got 1.5"),
        ("run.json", ("days",), True, "must be a whole number, got true"),
        ("run.json", ("seed",), -1, "must be at least 0, got -1"),
        ("run.json", ("gap",), 1e308, "must be at most 1e+18, got 1e+308"),
        (
            "run.json",
            ("start",),
            "2026-02-30T00:00",
            "must be a moment such as 2026-11-10T20:00, got '2026-02-30T00:00'",
        ),
        ("run.json", ("planned_on",), "today", "must be a date such as 2026-11-10, got 'today'"),
        ("run.json", ("name",), "", "must not be empty, got ''"),
        ("run.json", ("name",), "a\nb", "must not hold control characters, got 'a\\nb'"),
        ("run.json", ("name",), "\ud800", "must be text that UTF-8 can hold, got '\\ud800'"),
        (
            "run.json",
            ("title",),
            "x" * 100_000,
            "must be at most 20,000 characters long, got '" + "x" * 59,
        ),
        ("run.json", ("currency",), "yuan", "has the wrong form, got 'yuan'"),
        ("run.json", ("certificate", "confidence"), 1.0, "must be less than 1, got 1.0"),
        ("run.json", ("certificate", "replications"), 0, "must be at least 1, got 0"),
        ("run.json", ("certificate", "certified"), "yes", "must be true or false, got 'yes'"),
        (
            "run.json",
            ("scenario",),
            "../../etc/passwd",
            "must be the name of a file in the folder, got '../../etc/passwd'",
        ),
        (
            "run.json",
            ("scenario",),
            "/dev/zero",
            "must be the name of a file in the folder, got '/dev/zero'",
        ),
        (
            "run.json",
            ("options", "command"),
            "erase",
            "must be 'run', 'plan', 'simulate', 'stress' or 'replan', got 'erase'",
        ),
        ("run.json", ("platform", "counts"), "moon", None),
        ("run.json", ("warnings",), {}, "must be a list"),
        ("run.json", ("service",), None, "must be an object, got None"),
        ("run.json", ("extra",), 1, "is unknown"),
        ("plan.json", ("costs", "bribes"), 1.0, "is no kind of cost, got 'bribes'"),
        ("plan.json", ("margins", "high"), 1.0, None),
        (
            "plan.json",
            ("method",),
            "x" * 81,
            "must be at most 80 characters long, got '" + "x" * 59,
        ),
        ("plan.json", ("objective",), "much", "must be a number, got 'much'"),
    ],
)
def test_a_wrong_value_is_a_finding(
    folder: Path, file: str, place: tuple[Any, ...], value: Any, words: str | None
) -> None:
    """One value at a time, each named with its field and its line."""
    changed(folder, file, place, value)
    (found,) = findings(folder, file)
    line, field, message = found
    text = (folder / file).read_text(encoding="utf-8").splitlines()
    assert f'"{field.split(".")[-1]}"' in text[line - 1]
    assert words is None or message == words


def test_the_margins_of_a_plan_are_those_of_the_planning_model() -> None:
    """The names are written out in the schema, which stands below the planning model."""
    assert get_args(MarginName) == tuple(MARGINS)


def test_all_that_is_wrong_is_found_at_once(folder: Path) -> None:
    """A missing key is found in the object that lacks it."""
    changed(folder, "run.json", ("days",), 0)
    changed(folder, "run.json", ("gap",), "wide")
    content = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    del content["certificate"]["met"]
    (folder / "run.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    assert [field for _, field, _ in findings(folder)] == ["days", "gap", "certificate.met"]


def test_a_result_of_another_version_says_so(folder: Path) -> None:
    """Unknown keys of a newer planner are no damage."""
    changed(folder, "run.json", ("versions", "planner"), "9.9")
    changed(folder, "run.json", ("extra",), 1)
    with pytest.raises(InputError, match=r"was written by planner 9\.9, and this is planner"):
        read_run(folder)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "is empty"),
        (b"{", "is not valid JSON: Expecting property name"),
        (b'{"a": NaN}', "is not valid JSON: NaN is no number of JSON"),
        (b'{"a": -Infinity}', "is not valid JSON: -Infinity is no number of JSON"),
        (b'{"a": 1, "a": 2}', "is not valid JSON: the key 'a' stands twice"),
        (b'{"a": ' + b"9" * 5_000 + b"}", "is not valid JSON: a number has 5,000 digits"),
        (b"[" * 100_000, "is not valid JSON: it is nested too deeply"),
        (b"[1]", "must be a JSON object"),
        (b"\xef\xbb\xbf{}", "is not valid JSON: Unexpected UTF-8 BOM"),
        (b'{"a": "\x00"}', "is not valid JSON: Invalid control character"),
        ("{}".encode("utf-16"), "is not UTF-8 text"),
    ],
)
def test_what_is_no_json_is_a_finding(folder: Path, text: bytes, words: str) -> None:
    """Whatever the bytes are."""
    (folder / "run.json").write_bytes(text)
    ((_, _, message),) = findings(folder)
    assert message.startswith(words)


def test_what_is_no_file_is_a_finding(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link, a folder and a pipe are not opened; a file beyond the limit is not read."""
    path = folder / "run.json"
    monkeypatch.setattr(reading, "MOST_BYTES", 10)
    assert findings(folder)[0][2] == "is larger than 10 bytes"
    path.unlink()
    assert findings(folder)[0][2] == "is missing"
    for make in (lambda: path.symlink_to("/dev/zero"), path.mkdir, lambda: os.mkfifo(path)):
        make()
        assert findings(folder)[0][2].startswith("is no ordinary file")
        path.rmdir() if path.is_dir() else path.unlink()


def test_lines_are_those_of_the_text() -> None:
    """Keys with quotation marks, brackets in texts, nested lists and empty objects."""
    lines = lines_of('{\n"a\\"b": [\n1, {"c":\n"}],"}, []],\n"d": {},\n"e": [[\n2], 3\n]}')
    assert lines == {
        **{(): 1, ('a"b',): 2, ('a"b', 0): 3, ('a"b', 1): 3, ('a"b', 1, "c"): 4, ('a"b', 2): 4},
        **{("d",): 5, ("e",): 6, ("e", 0): 6, ("e", 0, 0): 7, ("e", 1): 7},
    }
