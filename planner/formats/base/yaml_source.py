"""YAML text -> plain data with the place of every key and value.

What cannot be read is a finding, never a traceback. The text is read event by event (YAML 1.2), so
that depth, size and aliases are limited while reading: an alias bomb or a million open brackets
costs no more than an ordinary file. Scalars follow the 1.2 core schema without its traps: only
`true` and `false` are booleans, `010` is no number, and a plain `20:00` stays marked as unquoted
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from planner.errors import Finding, code_point, unprinted
from planner.formats.base import input_limits
from planner.formats.base.corrections import syntax_in_words
from planner.formats.base.input_files import why_unreadable

MOST_CONTROLS = 20  # lines with a control character that are named

Key = str | int
KeyPath = tuple[Key, ...]
Place = tuple[int, int]  # line and column, from 1
SheetPlace = tuple[int, int, str]  # row, column and sheet of a workbook

_INT = re.compile(r"[-+]?(0|[1-9][0-9]{0,30})")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,6})?")
_ZERO_LED = re.compile(r"[-+]?0[0-9]")
_SPECIAL = {
    ".inf": float("inf"),
    "+.inf": float("inf"),
    "-.inf": float("-inf"),
    ".nan": float("nan"),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_DIRECTION = frozenset(
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
)  # they hide what a text says
_REPLACEMENT = "\ufffd"
_WORDS = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "false": False,
}


class UnquotedText(str):
    """Text that stood without quotes: a time of day must not."""

    __slots__ = ()


@dataclass(slots=True)
class _Node:
    """A value as read: a scalar, or children (mapping: key -> (place of the key, node))."""

    place: Place
    _: KW_ONLY
    value: Any = None
    mapping: dict[str, tuple[Place, _Node]] | None = None
    items: list[_Node] | None = None
    pending: tuple[Place, str] | None = None
    path: KeyPath = ()


@dataclass(frozen=True)
class SetFrom:
    """Where a value comes from that was set from outside: the place of findings, its own path."""

    place: str
    path: KeyPath


@dataclass(frozen=True)
class Document:
    """Plain data and where everything stands.

    `file` is the name the user knows it by; `set_from`: the values that were set from outside, and
    `in_files`: what is to be set in files that it names (`settings`).
    """

    file: str
    data: Any
    places: dict[KeyPath, Place | SheetPlace] = field(default_factory=dict)
    keys: dict[KeyPath, Place | SheetPlace] = field(default_factory=dict)
    set_from: dict[KeyPath, SetFrom] = field(default_factory=dict)
    in_files: dict[KeyPath, list[Any]] = field(default_factory=dict)

    def finding(self, path: KeyPath, message: str, *, at_key: bool = False) -> Finding:
        """Make a finding at a value, or at its nearest ancestor that exists.

        Parameters
        ----------
        path : tuple
            Keys and list indices that lead to the value.
        message : str
            What is wrong, and what to do.
        at_key : bool
            Point at the key instead of its value.

        Returns
        -------
        Finding
            With file, line and column.
        """
        for length in range(len(path), 0, -1):
            if source := self.set_from.get(path[:length]):
                steps = "" if path == source.path else ".".join(map(str, path))
                return Finding(source.place, 0, 0, steps, message)
        known = self.keys if at_key and path in self.keys else self.places
        at = path
        while at and at not in known:
            at = at[:-1]
        place = known.get(at, (1, 1))
        sheet = place[2] if len(place) == 3 else ""
        return Finding(self.file, place[0], place[1], ".".join(map(str, path)), message, sheet)


class _Unreadable(Exception):
    """The text cannot be read on from here."""

    def __init__(self, place: Place, message: str) -> None:
        super().__init__(message)
        self.place = place
        self.message = message


def load_yaml(path: Path, file: str) -> tuple[Document, list[Finding]]:
    """Read a file.

    The document's data is None where nothing could be read; a finding then says why.
    """
    if words := why_unreadable(path):
        return Document(file, None), [Finding(file, 0, 0, "", words)]
    if path.stat().st_size > input_limits.YAML_BYTES:
        return Document(file, None), [
            Finding(file, 0, 0, "", f"is larger than {input_limits.YAML_BYTES:,} bytes")
        ]
    data = path.read_bytes()
    if data.startswith(b"PK\x03\x04"):
        words = (
            "is a workbook or another archive; give the folder of the scenario, or its YAML file"
        )
        return Document(file, None), [Finding(file, 0, 0, "", words)]
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Document(file, None), [
            Finding(file, line, 0, "", "is not UTF-8 text; save it as UTF-8")
        ]
    return parse_yaml(text, file)


_KINDS = {"scenario": ("sites", "demand"), "contract": ("rates",), "platform rule": ("counts",)}


def of_other_kind(document: Document, wanted: str) -> list[Finding]:
    """One finding where a whole file is of another kind, instead of one for each of its keys."""
    keys = set(document.data) if isinstance(document.data, dict) else set()
    kinds = [kind for kind, marks in _KINDS.items() if keys.issuperset(marks)]
    if not kinds or keys & set(_KINDS[wanted]):
        return []
    return [document.finding((), f"is a {kinds[0]}, where a {wanted} is needed")]


def found_at(
    data: Any, pattern: Sequence[str], path: KeyPath = ()
) -> Iterator[tuple[KeyPath, Any]]:
    """Find every value that a pattern leads to.

    Parameters
    ----------
    data : Any
        Plain data of mappings and lists.
    pattern : sequence of str
        Keys; `*` stands for every item of a list.
    path : tuple
        Where `data` itself stands.

    Yields
    ------
    tuple of (tuple, Any)
        Path and value.
    """
    if not pattern:
        yield path, data
    elif pattern[0] == "*":
        for i, item in enumerate(data if isinstance(data, list) else []):
            yield from found_at(item, pattern[1:], (*path, i))
    elif isinstance(data, dict) and pattern[0] in data:
        yield from found_at(data[pattern[0]], pattern[1:], (*path, pattern[0]))


def in_document(document: Document, findings: Sequence[Finding]) -> list[Finding]:
    """Findings that know only their field, at the place where a document states it."""
    steps = [tuple(int(s) if s.isdigit() else s for s in f.field.split(".")) for f in findings]
    return [document.finding(at, f.message) for at, f in zip(steps, findings, strict=True)]


def parse_yaml(text: str, file: str) -> tuple[Document, list[Finding]]:
    """YAML text -> document and findings (syntax, duplicate keys, tags, limits)."""
    findings: list[Finding] = []
    try:
        root = _Reader(file, findings).read(_without_controls(text, file, findings))
    except _Unreadable as error:
        return Document(file, None), [
            *findings,
            Finding(file, error.place[0], error.place[1], "", error.message),
        ]
    except MarkedYAMLError as error:
        return Document(file, None), [*findings, _syntax_finding(error, text, file)]
    except YAMLError as error:
        words = str(error).splitlines()[0]
        return Document(file, None), [
            *findings,
            Finding(file, _line_of(error, text), 0, "", f"cannot be read: {words}"),
        ]
    if root is None or (root.mapping is None and root.items is None and root.value is None):
        return Document(file, None), [*findings, Finding(file, 1, 1, "", "is empty")]
    document = Document(file, None)
    try:
        data = _Expander(document).expand(root, ())
    except _Unreadable as error:
        return Document(file, None), [
            *findings,
            Finding(file, error.place[0], error.place[1], "", error.message),
        ]
    return Document(file, data, document.places, document.keys), findings


def _syntax_finding(error: MarkedYAMLError, text: str, file: str) -> Finding:
    """The finding of a text that is not valid YAML."""
    mark = error.problem_mark or error.context_mark
    context = error.context_mark or error.problem_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    begun = context.line + 1 if context else line
    line, column, words = syntax_in_words(
        str(error.problem), text.splitlines(), line, column, begun
    )
    return Finding(file, line, column, "", words)


def _without_controls(text: str, file: str, findings: list[Finding]) -> str:
    """The text without characters that YAML does not allow or takes for line ends.

    A finding for the first one in a line, of so many lines.
    """
    if not _CONTROL.search(text):
        return text
    wrong: list[Finding] = []
    for number, line in enumerate(text.split("\n"), 1):
        control = _CONTROL.search(line)
        if control:
            words = _holds(control.group())
            wrong.append(Finding(file, number, control.start() + 1, "", words))
        if len(wrong) == MOST_CONTROLS:
            break
    findings += wrong
    return _CONTROL.sub("", text)


def _holds(character: str) -> str:
    return f"holds a control character ({code_point(character)}): remove it"


def _line_of(error: YAMLError, text: str) -> int:
    position = getattr(error, "position", None)
    return text.count("\n", 0, position) + 1 if isinstance(position, int) else 1


def _whole_characters(text: str) -> str:
    r"""Join two escapes for one character, as programs write JSON (`\ud83d\ude00`)."""
    return _PAIR.sub(
        lambda pair: pair[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le"), text
    )


class _Reader:
    """Builds nodes from the event stream with an explicit stack.

    There is no recursion, and limits are checked at every event.
    """

    def __init__(self, file: str, findings: list[Finding]) -> None:
        self.file = file
        self.findings = findings
        self.stack: list[_Node] = []
        self.anchors: dict[str, _Node] = {}
        self.aliases = 0
        self.documents = 0
        self.values = 0
        self.root: _Node | None = None

    def read(self, text: str) -> _Node | None:
        """Read a text; the root node, None of an empty text."""
        events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        for event in events:
            self._take(event, (event.start_mark.line + 1, event.start_mark.column + 1))
        return self.root

    def _take(self, event: Any, place: Place) -> None:
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _Unreadable(place, "holds a second document; keep one per file")
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self.stack.pop()
        elif isinstance(event, AliasEvent):
            self._place_node(self._alias(event.anchor, place), place)
        elif isinstance(event, (ScalarEvent, MappingStartEvent, SequenceStartEvent)):
            self._start(event, place)

    def _start(self, event: Any, place: Place) -> None:
        if event.tag is not None and str(event.tag) != "!":
            self.findings.append(
                Finding(self.file, *place, "", f"tags are not used here, got {event.tag}")
            )
        if isinstance(event, ScalarEvent):
            text = self._harmless(_whole_characters(str(event.value)), place)
            if self._awaits_key():
                self.stack[-1].pending = (place, text)
                return
            node = _Node(place, value=text if event.style else resolve_plain(text))
        else:
            mapping = isinstance(event, MappingStartEvent)
            node = _Node(place, mapping={}) if mapping else _Node(place, items=[])
        self._place_node(node, place)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if not isinstance(event, ScalarEvent):
            self.stack.append(node)
            if len(self.stack) > input_limits.YAML_DEPTH:
                raise _Unreadable(
                    place, f"is nested more than {input_limits.YAML_DEPTH} levels deep"
                )

    def _harmless(self, text: str, place: Place) -> str:
        r"""A scalar without characters that must not be printed; a finding where it holds some.

        Escapes such as \e or \ud800 bring them in; others change the direction of what follows.
        They are replaced.
        """
        hidden = dict.fromkeys(
            c for c in unprinted(text) if c == "\r" or c in _DIRECTION or _CONTROL.match(c)
        )
        if not hidden:
            return text
        self.findings.append(
            Finding(self.file, *place, ".".join(map(str, self._path())), _holds(next(iter(hidden))))
        )
        return "".join(_REPLACEMENT if c in hidden else c for c in text)

    def _path(self) -> KeyPath:
        """Where the next value belongs; of a key, the mapping it stands in."""
        if not self.stack:
            return ()
        parent = self.stack[-1]
        if parent.items is not None:
            return (*parent.path, len(parent.items))
        return (*parent.path, parent.pending[1]) if parent.pending else parent.path

    def _awaits_key(self) -> bool:
        return (
            bool(self.stack)
            and self.stack[-1].mapping is not None
            and self.stack[-1].pending is None
        )

    def _alias(self, anchor: str, place: Place) -> _Node:
        self.aliases += 1
        if self.aliases > input_limits.YAML_ALIASES:
            raise _Unreadable(place, f"uses more than {input_limits.YAML_ALIASES} aliases")
        if anchor not in self.anchors:
            raise _Unreadable(place, f"refers to an anchor that is not there: {anchor}")
        return self.anchors[anchor]

    def _place_node(self, node: _Node, place: Place) -> None:
        self.values += 1
        if self.values > input_limits.YAML_VALUES:
            words = (
                f"holds more than {input_limits.YAML_VALUES:,} values; write long tables, "
                "such as staffing, as CSV files"
            )
            raise _Unreadable(place, words)
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if parent.items is not None:
            node.path = (*parent.path, len(parent.items))
            parent.items.append(node)
            return
        if parent.mapping is None or parent.pending is None:
            raise _Unreadable(place, "a key must be a word, not a list or a mapping")
        key_place, key = parent.pending
        parent.pending = None
        if key in parent.mapping:
            first = parent.mapping[key][0][0]
            message = f"stands twice (first in line {first}); keep one"
            self.findings.append(
                Finding(self.file, *key_place, ".".join(map(str, (*parent.path, key))), message)
            )
            return
        node.path = (*parent.path, key)
        parent.mapping[key] = (key_place, node)


class _Expander:
    """Nodes -> plain data and places; an alias is written out, up to a limit on the total."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.values = 0

    def expand(self, node: _Node, path: KeyPath) -> Any:
        self.values += 1
        if self.values > input_limits.YAML_VALUES or len(path) > input_limits.YAML_DEPTH:
            raise _Unreadable(
                node.place, f"unfolds to more than {input_limits.YAML_VALUES:,} values"
            )
        self.document.places[path] = node.place
        if node.mapping is not None:
            for key, (place, _) in node.mapping.items():
                self.document.keys[(*path, key)] = place
            return {
                key: self.expand(child, (*path, key)) for key, (_, child) in node.mapping.items()
            }
        if node.items is not None:
            return [self.expand(child, (*path, i)) for i, child in enumerate(node.items)]
        return node.value


def resolve_plain(text: str) -> Any:
    """An unquoted scalar -> None, bool, int, float, or text marked as unquoted."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text)
    if _FLOAT.fullmatch(text) and not _ZERO_LED.match(text):
        return float(text)
    return _SPECIAL.get(text.lower(), UnquotedText(text))
