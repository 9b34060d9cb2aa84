"""What a cell of a scenario's workbook may hold: made from JSON schemas and from table columns."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Literal

from pydantic import TypeAdapter

from planner.formats.base.columns import Column
from planner.formats.base.units import other_keys
from planner.formats.base.value_types import Currency, Day, LocalDateTime, Money, Name, TimeOfDay

Kind = Literal[
    "name",
    "text",
    "choice",
    "number",
    "count",
    "money",
    "share",
    "flag",
    "date",
    "datetime",
    "time",
]
Step = str | int
Path = tuple[Step, ...]
Schema = dict[str, Any]
NUMBERS: frozenset[str] = frozenset({"number", "count", "money", "share"})
# columns of a list in a table, by what its items are: always, and where so many are stated
_NUMBERED = {"time": (4, 24), "mapping": (2, 12)}
_PLAIN: dict[str, Kind] = {
    "string": "text",
    "integer": "count",
    "number": "number",
    "boolean": "flag",
}
_NOT_READ = "written by the planner; not read"


@dataclass(frozen=True, kw_only=True)
class Field:
    """One value that a sheet may state.

    Attributes
    ----------
    path : tuple
        Keys that lead to it from the mapping it belongs to; a number is a place in a list.
    kind : str
        Type of the value, or of the items of a list or mapping.
    many : str
        Whether the cell holds a list (`a; b`) or a mapping (`a: 1; b: 2`).
    or_flag : bool
        In place of the list there may be a flag.
    required : bool
        The mapping must state it.
    rare : bool
        It has a column only where it is stated.
    meaning, default : str
        In words.
    low, high : float or None
        Limits of its numbers.
    choices : tuple of str
        Texts that are allowed; empty for any.
    suggested : tuple of str
        Texts that are offered among others.
    block : str
        The block of a sheet that shows it.
    """

    path: Path
    kind: Kind
    many: Literal["", "list", "mapping"] = ""
    or_flag: bool = False
    required: bool = False
    rare: bool = False
    meaning: str = ""
    default: str = ""
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()
    block: str = ""

    @property
    def key(self) -> str:
        """The last key of the path."""
        return next((step for step in reversed(self.path) if isinstance(step, str)), "")


def fields_of(schema: Schema, at: Sequence[str], owned: Collection[Path] = ()) -> list[Field]:
    """The values that can be stated in a mapping, in the order of its keys.

    Parameters
    ----------
    schema : dict
        JSON schema of the whole file.
    at : sequence of str
        Keys that lead to the mapping; `*` stands for an item of a list or mapping.
    owned : collection of tuple
        Paths below it that other sheets show.

    Returns
    -------
    list of Field
        Values of mappings below it too; nothing for values that no single cell can hold.
    """
    node = schema
    for step in at:
        node = _child(schema, node, step)
    return list(_Walk(schema, frozenset(owned)).below(_mapping(schema, node), (), True))


def values_of(schema: Schema, at: Sequence[str]) -> list[Field]:
    """The values of a mapping (see `fields_of`), or the one where a plain value stands there."""
    node = schema
    for step in at:
        node = _child(schema, node, step)
    options = _options(schema, node)
    if any("properties" in option for option in options):
        return fields_of(schema, at)
    return [_field(node, option, ()) for option in options if _is_scalar(option)]


NO_DEFAULT = object()


def default_at(schema: Schema, path: Path) -> Any:
    """What a value is where it is left out, as the schema says; NO_DEFAULT where it does not."""
    node = schema
    try:
        for step in path:
            node = _step_to(schema, node, step)
    except KeyError:
        return NO_DEFAULT
    return node.get("default", NO_DEFAULT)


def _step_to(schema: Schema, node: Schema, step: Step) -> Schema:
    """The node of a key, or of an item by its name or number."""
    try:
        return _child(schema, node, str(step))
    except KeyError:
        return _child(schema, node, "*")


def fields_of_columns(columns: Sequence[Column]) -> list[Field]:
    """The columns of a table, and rare ones for their other units; without those not read."""
    found = []
    for column in columns:
        if column.meaning.startswith(_NOT_READ):
            continue
        numeric = column.kind in ("number", "count", "money")
        kind: Kind = "share" if column.kind == "number" and column.high == 1 else column.kind
        low, high = (column.low, column.high) if numeric else (None, None)
        default = "" if column.default in (None, "") else json.dumps(column.default)
        found.append(
            Field(
                path=(column.name,),
                kind=kind,
                required=column.required,
                meaning=column.meaning,
                default=default,
                low=low,
                high=high,
            )
        )
        found += [
            Field(path=(other,), kind="number", rare=True, meaning=column.meaning, low=0.0)
            for other in column.other_units
        ]
    return found


def _child(schema: Schema, node: Schema, step: str) -> Schema:
    """The node of a key, or of the items of a list or mapping."""
    for option in _options(schema, node):
        if step != "*" and step in option.get("properties", {}):
            child: Schema = option["properties"][step]
            return child
        items = option.get("items", option.get("additionalProperties"))
        if step == "*" and isinstance(items, dict):
            return items
    raise KeyError(step)


def _mapping(schema: Schema, node: Schema) -> Schema:
    return next(o for o in _options(schema, node) if "properties" in o)


def _options(schema: Schema, node: Schema) -> list[Schema]:
    """The alternatives of a node without null, references followed."""
    if "$ref" in node:
        return _options(schema, schema["$defs"][node["$ref"].rsplit("/", 1)[1]])
    inner = [*node.get("anyOf", []), *node.get("oneOf", [])]
    if not inner:
        return [] if node.get("type") == "null" else [node]
    return [option for each in inner for option in _options(schema, each)]


@dataclass(frozen=True)
class _Walk:
    """Finds the values below a mapping; `owned`: paths that other sheets show."""

    schema: Schema
    owned: frozenset[Path]

    def below(self, mapping: Schema, path: Path, required: bool) -> Iterator[Field]:
        properties = mapping["properties"]
        others = {other for key in properties for other, _ in other_keys(key)}
        needed = {*mapping.get("required", []), *_one_of(mapping)}
        for key, node in properties.items():
            at = (*path, key)
            if at in self.owned:
                continue
            for field in self._of(node, at, required and key in needed):
                yield _rare(field) if key in others else field

    def _of(self, node: Schema, path: Path, required: bool) -> Iterator[Field]:
        options = _options(self.schema, node)
        scalar = next((o for o in options if _is_scalar(o)), None)
        listed = next((o for o in options if o.get("type") == "array"), None)
        if listed is not None:
            is_flag = scalar is not None and scalar.get("type") == "boolean"
            yield from self._of_list(node, listed, path, required, is_flag)
            scalar = None if is_flag else scalar
        if scalar is not None:
            yield _field(node, scalar, path, required=required)
        for option in options:
            if "properties" in option:
                yield from self.below(option, path, required)
            elif scalar is None and _is_scalar(option.get("additionalProperties")):
                yield _field(node, option["additionalProperties"], path, many="mapping")

    def _of_list(
        self, node: Schema, listed: Schema, path: Path, required: bool, is_flag: bool
    ) -> Iterator[Field]:
        items = _options(self.schema, listed["items"])
        if len(items) != 1:
            return
        if "properties" in items[0]:
            usual, most = _NUMBERED["mapping"]
            for number in range(most):
                for field in self.below(items[0], (*path, number), False):
                    yield replace(field, rare=field.rare or number >= usual)
        elif _is_scalar(items[0]):
            yield _field(node, items[0], path, required=required, many="list", or_flag=is_flag)


def numbered(field: Field) -> list[Field]:
    """The columns of a list of times, each a real cell; any other field as it is."""
    if field.many != "list" or field.kind != "time":
        return [field]
    usual, most = _NUMBERED["time"]
    return [
        replace(
            field,
            path=(*field.path, number),
            many="",
            required=field.required and number == 0,
            rare=number >= usual,
        )
        for number in range(most)
    ]


def _rare(field: Field) -> Field:
    return Field(path=field.path, kind="number", rare=True, meaning=field.meaning, low=0.0)


def _one_of(mapping: Schema) -> list[str]:
    """Keys of which one is needed, by the first name of each."""
    return [clause["oneOf"][0]["required"][0] for clause in mapping.get("allOf", [])]


def _is_scalar(node: Any) -> bool:
    return isinstance(node, dict) and (
        "enum" in node or "const" in node or node.get("type") in _PLAIN
    )


def _field(
    node: Schema,
    scalar: Schema,
    path: Path,
    *,
    required: bool = False,
    many: Literal["", "list", "mapping"] = "",
    or_flag: bool = False,
) -> Field:
    choices = tuple(scalar.get("enum", [scalar["const"]] if "const" in scalar else []))
    low = scalar.get("minimum", scalar.get("ge", scalar.get("exclusiveMinimum")))
    high = scalar.get("maximum", scalar.get("le", scalar.get("exclusiveMaximum")))
    kind: Kind = "choice" if choices else _kind_of(scalar, path, low, high)
    default = node.get("default")
    return Field(
        path=path,
        kind=kind,
        many=many,
        or_flag=or_flag,
        required=required,
        meaning=" ".join(str(node.get("description", scalar.get("description", ""))).split()),
        default="" if default in (None, "", [], {}) else json.dumps(default, ensure_ascii=False),
        low=low,
        high=high,
        choices=choices,
    )


def _kind_of(scalar: Schema, path: Path, low: float | None, high: float | None) -> Kind:
    for kind, stated in _named_kinds():
        if all(scalar.get(key) == value for key, value in stated.items()):
            return kind
    plain = _PLAIN[scalar["type"]]
    ratio = bool(path) and str(path[-1]).endswith(("correlation", "cv"))
    is_share = plain == "number" and low is not None and low >= 0 and high is not None
    return "share" if is_share and not ratio and (high or 0) <= 1 else plain


@cache
def _named_kinds() -> list[tuple[Kind, Schema]]:
    kinds: list[tuple[Kind, Any]] = [
        ("name", Name),
        ("name", Currency),
        ("time", TimeOfDay),
        ("date", Day),
        ("datetime", LocalDateTime),
        ("money", Money),
    ]
    return [(kind, TypeAdapter(stated).json_schema()) for kind, stated in kinds]
