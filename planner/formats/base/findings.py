"""Collecting findings: every error of every file, in words, at its place."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from planner.domain.wording import in_digits
from planner.errors import Finding, InputError
from planner.formats.base import input_limits
from planner.formats.base.corrections import UNQUOTED, WIDE_SIGNS, plain_signs
from planner.formats.base.input_files import MISSING, why_unreadable
from planner.formats.base.number_notation import write_instead
from planner.formats.base.similar_names import closest as closest
from planner.formats.base.similar_names import nearest as nearest
from planner.formats.base.units import other_keys
from planner.formats.base.yaml_source import Document, KeyPath

_WORDS = {
    "missing": "is missing",
    "finite_number": "must be a finite number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "string_type": "must be text (put it in quotes)",
    "bool_type": "must be true or false",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "none_required": "is not supported yet: leave it out",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "has the wrong form",
}
_WHOLE = {"int_type", "int_from_float"}
_NUMERIC = {*_WHOLE, "float_type"}
_LIMITS = {
    "greater_than_equal": ("must be at least {}", "ge"),
    "greater_than": ("must be more than {}", "gt"),
    "less_than_equal": ("must be at most {}", "le"),
    "less_than": ("must be less than {}", "lt"),
    "literal_error": ("must be one of {}", "expected"),
    "too_short": ("must hold at least {}", "min_length"),
    "too_long": ("must hold at most {}", "max_length"),
    "string_too_long": ("must be at most {} characters long", "max_length"),
}
_MOST_SHOWN = 60


@dataclass
class Findings:
    """What was found so far, the files that were read, and warnings.

    `root` is the folder nothing may lead out of; `hints`: how many findings more say what was
    probably meant; `values`: of the contracts read so far; `inside`: documents and tables that a
    workbook holds in place of files, by the names under which it refers to them.
    """

    root: Path
    _: KW_ONLY
    found: list[Finding] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: list[Path] = field(default_factory=list)
    hints: int = input_limits.HINTS
    values: int = 0
    inside: Mapping[str, object] = field(default_factory=dict)

    def add(self, document: Document, path: KeyPath, message: str, *, at_key: bool = False) -> None:
        """Add a finding at a place of a YAML document.

        Parameters
        ----------
        document : Document
            The document.
        path : tuple
            Keys and list indices that lead to the value.
        message : str
            What is wrong, and what to do.
        at_key : bool
            Point at the key instead of its value.
        """
        self.found.append(document.finding(path, message, at_key=at_key))

    def add_errors(
        self, document: Document, model: type[BaseModel], error: ValidationError
    ) -> None:
        """Add every error of a pydantic validation, in plain words.

        Parameters
        ----------
        document : Document
            The document that was validated.
        model : type of BaseModel
            What it was validated as; it tells which keys are known.
        error : ValidationError
            The errors.
        """
        for item in error.errors(include_url=False):
            path, complete = _walk(document.data, tuple(item["loc"]))
            unknown = item["type"] == "extra_forbidden"
            message = self._unknown(model, document, path) if unknown else in_words(item)
            stated, ours = (str(steps[-1]) if steps else "" for steps in (path, item["loc"]))
            if (
                item["type"] in _LIMITS
                and stated != ours
                and stated in (key for key, _ in other_keys(ours))
            ):
                message += f" {ours.rpartition('_')[2]}"  # a limit in grams where pounds are stated
            elif item["type"] != "missing" and not unknown and complete:
                message += _got(item)
            self.add(document, path, message, at_key=unknown or "[key]" in item["loc"])

    def _unknown(self, model: type[BaseModel], document: Document, path: KeyPath) -> str:
        self.hints = max(self.hints - 1, -1)
        return unknown_key(model, document.data, path) if self.hints >= 0 else "unknown key"

    def open(self, document: Document, path: KeyPath, name: str, what: str) -> Path | None:
        """Find the file that a document names, and remember it as read.

        It is remembered under its name: a copy of the scenario needs the file where it is looked
        for, not where a link leads.

        Parameters
        ----------
        document : Document
            The document that names it.
        path : tuple
            Where the name stands.
        name : str
            File name relative to the scenario's folder.
        what : str
            What the file is, for messages.

        Returns
        -------
        Path or None
            The file; None, with a finding, where it lies outside the folder or cannot be read.
        """
        if name in self.inside:
            return self.files[0]
        target = Path(
            os.path.realpath(self.root / name)
        )  # never raises, not even where a link leads to itself
        if Path(name).is_absolute() or not target.is_relative_to(self.root.resolve()):
            self.add(document, path, f"must lie in the scenario's folder, got {shown(name)}")
            return None
        if words := why_unreadable(target):
            missing = words == MISSING
            self.add(
                document,
                path,
                (
                    f"{words} ({what}), got "
                    f"{shown(name)}{self._meant(target, name) if missing else ''}"
                ),
            )
            return None
        read = self.root.resolve() / os.path.normpath(name)
        if read not in self.files:
            self.files.append(read)
        return target

    def _meant(self, target: Path, name: str) -> str:
        """`; did you mean x?` where a file of a similar name is there."""
        folder = target.parent if target.parent.is_dir() else self.root
        with suppress(OSError):
            there = sorted(
                p.relative_to(self.root.resolve()).as_posix()
                for p in folder.iterdir()
                if p.is_file()
            )
            if meant := closest(name, there):
                return f"; did you mean {meant}?"
        return ""

    def warn(self, message: str) -> None:
        """Add a warning."""
        self.warnings.append(message)

    def hint(self, word: str, known: Collection[str], in_order: bool = False) -> str:
        """Say what was probably meant (see `nearest`).

        For the first findings only, since comparing names takes time.

        Parameters
        ----------
        word : str
            The unknown name.
        known : collection of str
            The names there are.
        in_order : bool
            They stand in an order of their own; otherwise they are sorted.

        Returns
        -------
        str
            The end of a message; empty for later findings.
        """
        if not self.hints:
            return ""
        self.hints -= 1
        return nearest(word, list(known) if in_order else sorted(known))

    def raise_if_any(self) -> None:
        """Raise InputError with every finding, if there is any."""
        if self.found:
            raise InputError(self.found)


def in_words(item: Mapping[str, Any]) -> str:
    """Message of one pydantic error."""
    kind, context = item["type"], item.get("ctx", {})
    if kind == "planner":
        return str(context.get("words", item["msg"]))
    if kind in _LIMITS:
        template, key = _LIMITS[kind]
        limit = context[key]
        return template.format(in_digits(limit) if isinstance(limit, float) else f"{limit}")
    hint = write_instead(item.get("input"), kind in _WHOLE) if kind in _NUMERIC else ""
    return _WORDS.get(kind, str(item["msg"])) + hint


def shown(value: Any) -> str:
    """A value as the user wrote it, shortened."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else in_digits(value)
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "..."


def _got(item: Mapping[str, Any]) -> str:
    """`, got ...; write ...`: what stood there, and what to write instead."""
    value, cure = item["input"], item.get("ctx", {}).get("cure", "")
    if isinstance(value, (dict, list)):
        return ""
    if item["type"] == "list_type" and value is not None:
        cure = (
            "write []" if str(value).casefold() in ("none", "no", "false") else f"write [{value}]"
        )
    elif item["type"] == "string_type" and value is not None:
        cure = f'write "{shown(value)}"'
    elif item["type"] == "string_too_long":
        cure = f"it has {len(value)}"
    elif cure == UNQUOTED:
        return f', got {value} without them; write "{value}"'
    elif isinstance(value, str) and not cure and re.search(f"[{WIDE_SIGNS}]", value):
        cure = f"write {plain_signs(value)}"
    return f", got {shown(value)}" + (f"; {cure}" if cure else "")


def unknown_key(model: type[BaseModel], data: Any, path: KeyPath) -> str:
    """Write the message for a key that a model does not know.

    Parameters
    ----------
    model : type of BaseModel
        The model of the document.
    data : Any
        The document's data.
    path : tuple
        Where the key stands.

    Returns
    -------
    str
        What was meant, or where the key belongs, or which keys are known.
    """
    key = str(path[-1])
    if re.search(f"[{WIDE_SIGNS}]", key):
        return (
            "unknown key; write the ASCII signs: "
            f"{plain_signs(key).replace(':', ': ').replace(',', ', ')}"
        )
    if key.isdigit() and (number := _number_before(data, path)) is not None:
        return f"unknown key; a comma ends a value here: write {number}"
    known = _known_keys(model, path[:-1])
    homes = [place for place, keys in _places(model).items() if key in keys]
    if closest(key, known) is None and homes:
        places = " or ".join(place or "the top of the file" for place in homes)
        return f"unknown key here; it belongs to {places}: check the indentation"
    return "unknown key" + nearest(key, known)


def _number_before(data: Any, path: KeyPath) -> str | None:
    """The number that a comma has cut in two, as it must be written.

    For instance `{share: 0,98}` and `{orders: 2,400}`.
    """
    for step in path[:-1]:
        data = data[step]
    keys = list(data)
    at = keys.index(str(path[-1]))
    whole = data[keys[at - 1]] if at else None
    if data[keys[at]] is not None or not isinstance(whole, int):
        return None
    digits = keys[at]
    return f"{whole}{digits}" if len(digits) == 3 and whole else f"{whole}.{digits}"


@cache
def _places(model: type[BaseModel]) -> dict[str, list[str]]:
    """Keys by where they belong: the top, a section, or the items of a list below it."""
    found = {"": _known_keys(model, ())}
    for section in found[""]:
        for path in ((section,), (section, 0)):
            keys = _known_keys(model, path)
            if keys and keys not in found.values():
                found[section] = found.get(section, []) + keys
    return found


def _walk(data: Any, loc: tuple[Any, ...]) -> tuple[KeyPath, bool]:
    """Location of a pydantic error -> path in the data, and whether it leads to a value.

    Tags of unions are dropped.
    """
    path: list[Any] = []
    complete = True
    for step in loc:
        if isinstance(data, dict) and str(step) not in data:
            step = next((key for key, _ in other_keys(str(step)) if key in data), step)
        if isinstance(data, dict) and str(step) in data:
            data = data[str(step)]
            path.append(str(step))
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
            path.append(step)
        elif isinstance(step, str) and not step.startswith(("(", "[")):
            path.append(step)
            complete = False
    return tuple(path), complete


@cache
def _schema(model: type[BaseModel]) -> dict[str, Any]:
    return model.model_json_schema(by_alias=True)


def _known_keys(model: type[BaseModel], path: KeyPath) -> list[str]:
    """Keys the model knows at a path, read off its JSON schema."""
    top = _schema(model)
    nodes = [top]
    for step in path:
        nodes = [child for node in nodes for child in _children(top, node, step)]
    keys: set[str] = set()
    for node in nodes:
        for plain in _plain(top, node):
            keys |= plain.get("properties", {}).keys()
    return sorted(keys)


def _plain(top: dict[str, Any], node: dict[str, Any]) -> list[dict[str, Any]]:
    """The alternatives of a schema node, references followed."""
    if "$ref" in node:
        return _plain(top, top["$defs"][node["$ref"].rsplit("/", 1)[1]])
    options = [*node.get("anyOf", []), *node.get("oneOf", [])]
    return [plain for option in options for plain in _plain(top, option)] if options else [node]


def _children(top: dict[str, Any], node: dict[str, Any], step: Any) -> list[dict[str, Any]]:
    found = []
    for plain in _plain(top, node):
        key = "items" if isinstance(step, int) else "additionalProperties"
        child = plain.get("properties", {}).get(step, plain.get(key))
        if isinstance(child, dict):
            found.append(child)
    return found
