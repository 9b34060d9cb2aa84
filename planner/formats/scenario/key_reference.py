"""The keys of a YAML file as Markdown tables, made from its JSON schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter

from planner.formats.base.columns import limits_in_words
from planner.formats.base.units import other_keys
from planner.formats.base.value_types import (
    Currency,
    Day,
    FileName,
    LocalDateTime,
    Money,
    Name,
    Share,
    TimeOfDay,
)

Schema = dict[str, Any]
_NAMED_TYPES = {
    "file name": FileName,
    "name": Name,
    "currency": Currency,
    "time": TimeOfDay,
    "date": Day,
    "datetime": LocalDateTime,
    "money": Money,
    "share": Share,
}
_PLAIN_TYPES = {
    "string": "text",
    "integer": "count",
    "number": "number",
    "boolean": "flag",
}
_NO_RANGE = {"name", "file name", "currency", "money", "share"}  # said once, where types are listed
_HEADER = ["| key | type | default | range | meaning |", "|---|---|---|---|---|"]


@dataclass(frozen=True, slots=True)
class Section:
    """One mapping of a file.

    `path`: where it stands, such as `demand.events[]`; empty for the file itself. `rows`: its keys
    as a table in Markdown.
    """

    path: str
    meaning: str
    rows: list[str]


@dataclass(slots=True)
class KeyReference:
    """Walks the JSON schema of a file and describes each of its mappings once.

    `title`: how headings of the file's sections begin; `links`: path of a key -> more to read about
    it, in Markdown.
    """

    schema: Schema
    title: str
    links: Mapping[str, str] = field(default_factory=dict)
    _described: dict[str, str] = field(default_factory=dict)  # definition -> path of its section

    def sections(self) -> Iterator[Section]:
        """Every mapping of the file, from the outside in and in the order of the keys."""
        yield from self._walk("", self.schema)

    def heading(self, path: str) -> str:
        """Heading of the section of a mapping."""
        return f"{self.title}: {path}" if path else self.title

    def _walk(self, path: str, mapping: Schema) -> Iterator[Section]:
        inner: list[tuple[str, str]] = []
        rows = [*_HEADER]
        for key, node in mapping["properties"].items():
            if _is_other_unit(key, mapping):
                continue
            key_path = f"{path}.{key}" if path else key
            inner += self._definitions(key_path, node)
            rows.append(self._row(key, key_path, node, mapping))
        yield Section(path, _one_line(mapping.get("description", "")), rows)
        for inner_path, name in inner:
            yield from self._walk(inner_path, self.schema["$defs"][name])

    def _definitions(self, path: str, node: Schema) -> list[tuple[str, str]]:
        """(path, definition) of the mappings below a key that no section describes yet."""
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[1]
            if name in self._described or path in self.links:
                return []
            self._described[name] = path
            return [(path, name)]
        if "items" in node:
            return self._definitions(f"{path}[]", node["items"])
        if isinstance(node.get("additionalProperties"), dict):
            return self._definitions(f"{path}.NAME", node["additionalProperties"])
        return [found for option in _options(node) for found in self._definitions(path, option)]

    def _row(self, key: str, path: str, node: Schema, mapping: Schema) -> str:
        units = [f"`{other}`" for other, _ in other_keys(key) if other in mapping["properties"]]
        written = f"`{key}`" + (f" or {', '.join(units)}" if units else "")
        meaning = _one_line(node.get("description", ""))
        if path in self.links:
            meaning += f" {self.links[path]}"
        cells = (written, self._type(node), _default(key, node, mapping), _range(node), meaning)
        return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"

    def _type(self, node: Schema) -> str:
        """Type of a value in words, with a link to the section that describes a mapping."""
        if "$ref" in node:
            path = self._described.get(node["$ref"].rsplit("/", 1)[1])
            return f"[mapping](#{anchor(self.heading(path))})" if path else "mapping"
        if options := _options(node):
            return " or ".join(self._type(option) for option in options)
        if "enum" in node:
            return ", ".join(f"`{value}`" for value in node["enum"])
        if "const" in node:
            return f"`{node['const']}`"
        if node.get("type") == "array":
            return "rows" if _is_row(node["items"]) else f"list of {self._type(node['items'])}"
        if node.get("type") == "object":
            return f"NAME: {self._type(node['additionalProperties'])}"
        return _type_name(node)


def anchor(heading: str) -> str:
    """The anchor under which GitHub and most Markdown viewers place a heading."""
    letters = (c for c in heading.lower() if c.isalnum() or c in " -_")
    return "".join(letters).replace(" ", "-")


def _options(node: Schema) -> list[Schema]:
    """The alternatives of a value; null, which stands for a key that is left out, is none."""
    options = [*node.get("anyOf", []), *node.get("oneOf", [])]
    return [option for option in options if option.get("type") != "null"]


def _type_name(node: Schema) -> str:
    for name, kind in _NAMED_TYPES.items():
        schema = TypeAdapter(kind).json_schema()
        if all(node.get(key) == value for key, value in schema.items()):
            return name
    return _PLAIN_TYPES[node["type"]]


def _is_row(node: Schema) -> bool:
    """Whether a mapping is a row of a table, whose columns the schema leaves open."""
    return node.get("additionalProperties") is True


def _is_other_unit(key: str, mapping: Schema) -> bool:
    """Whether a key states another one in pounds, ounces or cubic inches."""
    return any(key == other for own in mapping["properties"] for other, _ in other_keys(own))


def _default(key: str, node: Schema, mapping: Schema) -> str:
    one_of = [way["required"][0] for clause in mapping.get("allOf", []) for way in clause["oneOf"]]
    if key in mapping.get("required", []) or key in one_of:
        return "**required**"
    default = node.get("default")
    return "" if default in (None, "") else f"`{json.dumps(default, ensure_ascii=False)}`"


def _range(node: Schema) -> str:
    """The limits of a value, of the items of a list, and of their number."""
    if options := _options(node):
        return next((words for option in options if (words := _range(option))), "")
    if node.get("type") == "array":
        return "; ".join(words for words in (_item_count(node), _range(node["items"])) if words)
    if isinstance(node.get("additionalProperties"), dict):
        return _range(node["additionalProperties"])
    if _is_row(node) or any(key in node for key in ("$ref", "enum", "const")):
        return ""
    if _type_name(node) in _NO_RANGE:
        return ""
    if node.get("type") == "string":
        return f"up to {node['maxLength']:,} characters" if "maxLength" in node else ""
    low = node.get("minimum", node.get("ge", node.get("exclusiveMinimum")))
    high = node.get("maximum", node.get("le", node.get("exclusiveMaximum")))
    words = limits_in_words(
        low, high, above_low="exclusiveMinimum" in node, below_high="exclusiveMaximum" in node
    )
    return f"{words}, in steps of {node['multipleOf']:g}" if "multipleOf" in node else words


def _item_count(node: Schema) -> str:
    fewest, most = node.get("minItems"), node.get("maxItems")
    if most is not None:
        return f"at most {most} items"
    return "" if fewest is None else f"at least {fewest} item{'s' if fewest > 1 else ''}"


def _one_line(text: str) -> str:
    return " ".join(text.split())
