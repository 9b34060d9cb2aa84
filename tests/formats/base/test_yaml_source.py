"""Reading YAML: places, the traps of implicit types, and malicious files."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.formats.base import input_limits
from planner.formats.base.yaml_source import UnquotedText, load_yaml, parse_yaml, resolve_plain

BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 10)}]\n" for i in range(9)
)


def read(text: str) -> Any:
    """Data of a text that has no findings."""
    document, findings = parse_yaml(text, "s.yaml")
    assert findings == []
    return document.data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3", -3), ("2.10", 2.1), ("1e3", 1000.0), (".5", 0.5), ("true", True), ("null", None), ("", None),
        ("yes", "yes"), ("NO", "NO"), ("010", "010"), ("0x1F", "0x1F"), ("1_000", "1_000"), ("20:00", "20:00"),
        ("2026-02-30", "2026-02-30"), ("12:30:45", "12:30:45"), ("１２", "１２"), ("007.5", "007.5"), (".", "."),
    ],
)  # fmt: skip
def test_plain_scalars_follow_yaml_12_without_its_traps(text: str, value: object) -> None:
    """Only decimal numbers, true, false and null are taken for what they are; all else is text,
    marked as unquoted.
    """
    found = resolve_plain(text)
    assert (found, type(found)) == (value, UnquotedText if isinstance(value, str) else type(value))


def test_places_count_from_one() -> None:
    """Every value knows its line and column, in blocks and in flow."""
    document, _ = parse_yaml("a: 1\nb:\n  - {c: 2, d: x}\n", "s.yaml")
    assert document.places[("a",)] == (1, 4)
    assert document.places[("b", 0, "d")] == (3, 15)
    assert document.keys[("b", 0, "d")] == (3, 12)
    assert str(document.finding(("b", 0, "e"), "is missing")) == "s.yaml:3:5: b.0.e: is missing"


def test_an_alias_stands_for_its_anchor() -> None:
    """Aliases are written out."""
    assert read("a: &x {k: 1}\nb: *x\n") == {"a": {"k": 1}, "b": {"k": 1}}


def test_quoted_text_is_not_marked_as_unquoted() -> None:
    """A quoted scalar is plain text."""
    assert type(read('"20:00"')) is str


@pytest.mark.parametrize(
    "text",
    [
        "[" * 240_000, "{a: " * 60_000, "- " * 120_000, "? " * 120_000, "a: &a [*a]", BOMB,
        "a: &a 1\nb: [" + ", ".join(["*a"] * (input_limits.YAML_ALIASES + 1)) + "]", "a: *nobody", "a: " * 80_000, "\x00",
        "%" * 10_000, "'" + "a" * 240_000, "a: &x 1\n*x : 2", "{a: b}: c", "\U0001f600: &",
        "!!python/object/apply:os.system ['true']",
    ],
)  # fmt: skip
def test_hostile_text_is_refused_quickly_and_cheaply(text: str) -> None:
    """Bombs of brackets, aliases, tags and quotes end in a finding within two seconds and 200
    MB.
    """
    begin = time.process_time()
    _, findings = parse_yaml(text, "s.yaml")
    assert time.process_time() - begin < 2
    assert findings
    tracemalloc.start()
    parse_yaml(text, "s.yaml")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 200_000_000


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.text("ab 双\n:#{}[]'\"-", max_size=8),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.text("xyz", min_size=1), children, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=60, deadline=None)
@given(VALUES)
def test_json_reads_as_itself(value: Any) -> None:
    """JSON is YAML: what is written as JSON is read back unchanged."""
    document, findings = parse_yaml(json.dumps([value], ensure_ascii=False), "s.yaml")
    assert (document.data, findings) == ([value], [])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60) | st.text("ab:-[]{}&*!|>'\"%@`?,# \n\t", max_size=60))
def test_any_text_gives_data_or_findings(text: str) -> None:
    """Whatever is typed, reading ends with data or with findings."""
    document, findings = parse_yaml(text, "s.yaml")
    assert (document.data is None) == any(f.message for f in findings if document.data is None)
    assert all(f.file == "s.yaml" and f.line >= 0 and f.column >= 0 for f in findings)


def test_a_workbook_is_no_yaml_and_the_finding_says_what_to_give(tmp_path: Path) -> None:
    """Advice to save it as UTF-8 would lead nowhere."""
    path = tmp_path / "promo.xlsx"
    path.write_bytes(b"PK\x03\x04\xff\xfe")
    _, found = load_yaml(path, "promo.xlsx")
    assert [f.message for f in found] == [
        "is a workbook or another archive; give the folder of the scenario, or its YAML file"
    ]


def test_controls_are_found_where_they_stand() -> None:
    """In values, keys and comments, as they are or as escapes; the rest of the text is read all the
    same.
    """
    text = 'a: x\x1by\n# \x07\n"k\\e": [1, "\\ud800", "\u202eb"]\nnote: "one\\ntwo"\n'
    document, findings = parse_yaml(text, "f.yaml")
    assert [str(finding) for finding in findings] == [
        "f.yaml:1:5: holds a control character (U+001B): remove it",
        "f.yaml:2:3: holds a control character (U+0007): remove it",
        "f.yaml:3:1: holds a control character (U+001B): remove it",
        "f.yaml:3:12: k\ufffd.1: holds a control character (U+D800): remove it",
        "f.yaml:3:22: k\ufffd.2: holds a control character (U+202E): remove it",
    ]
    assert document.data == {"a": "xy", "k\ufffd": [1, "\ufffd", "\ufffdb"], "note": "one\ntwo"}


def test_a_text_of_controls_is_few_findings() -> None:
    """However many there are, and wherever in a long text they stand."""
    raw = parse_yaml("a: 1\n" + "\x01\n" * 50_000, "f.yaml")[1]
    escaped = parse_yaml('a: "' + "\u202e" * 20_000 + "b" * 20_000 + '"\n', "f.yaml")[1]
    assert (len(raw), len(escaped)) == (20, 1)


def test_a_character_that_json_writes_as_two_escapes_is_one() -> None:
    """Programs write emoji and rarer Chinese characters so; half of one stays a finding."""
    assert read(json.dumps({"\U00020bb7": ["\U0001f600 \U00020bb7"]})) == {
        "\U00020bb7": ["\U0001f600 \U00020bb7"]
    }
    _, findings = parse_yaml('a: "\\ude00\\ud83d"', "s.yaml")
    assert "U+DE00" in findings[0].message
