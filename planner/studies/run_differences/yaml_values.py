"""Values of two YAML documents that differ, by path: items of a list are matched by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.domain.run_differences import Pair, Value
from planner.studies.run_differences.row_keys import key_columns

FEW = 5  # numbers of a list that are shown one by one
_ABSENT: Any = object()


def different_values(a: Any, b: Any, path: tuple[str, ...] = ()) -> Iterator[Pair]:
    """Every value that differs, or stands in one document only.

    Parameters
    ----------
    a, b : Any
        Plain data as the YAML reader gives it.
    path : tuple of str
        Where they stand.

    Yields
    ------
    Pair
        The path as the only key, and both values as text.
    """
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        yield from _of_mappings(a, b, path)
    elif isinstance(a, list) and isinstance(b, list):
        yield from _of_lists(a, b, path)
    elif a != b or isinstance(a, bool) != isinstance(b, bool):
        yield Pair((".".join(path),), as_value(a), as_value(b), "number" if _both(a, b) else "text")


def _both(a: Any, b: Any) -> bool:
    """Whether both are numbers, which can be subtracted."""
    return all(isinstance(v, int | float) and not isinstance(v, bool) for v in (a, b))


def _of_mappings(
    a: Mapping[str, Any], b: Mapping[str, Any], path: tuple[str, ...]
) -> Iterator[Pair]:
    for key in [*a, *(key for key in b if key not in a)]:
        yield from different_values(a.get(key, _ABSENT), b.get(key, _ABSENT), (*path, str(key)))


def _of_lists(a: list[Any], b: list[Any], path: tuple[str, ...]) -> Iterator[Pair]:
    """Items of mappings by what tells them apart, a few numbers one by one, or both as a whole."""
    keyed = _by_key(a, b)
    if keyed is not None:
        yield from _of_mappings(*keyed, path)
    elif a == b or (len(a) == len(b) and _one_by_one(a, b)):
        for place, (of_a, of_b) in enumerate(zip(a, b, strict=True)):
            yield from different_values(of_a, of_b, (*path, str(place)))
    else:
        yield Pair((".".join(path),), as_value(a), as_value(b))


def _one_by_one(a: list[Any], b: list[Any]) -> bool:
    """Whether items of the same place belong together: mappings, or lists that differ little."""
    mappings = any(isinstance(item, Mapping) for item in (*a, *b))
    return mappings or sum(x != y for x, y in zip(a, b, strict=True)) <= FEW


def _by_key(a: list[Any], b: list[Any]) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """The items of both lists by what tells them apart; None where nothing does."""
    items = [*a, *b]
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    shared = [key for key in items[0] if all(_is_plain(item.get(key)) for item in items)]
    keys = key_columns(shared, a, b)
    if keys is None:
        return None
    of_a, of_b = ({"/".join(str(item[key]) for key in keys): item for item in of} for of in (a, b))
    return of_a, of_b


def _is_plain(value: Any) -> bool:
    """Whether a value is a text or a number."""
    return isinstance(value, str | int | float)


def as_value(value: Any) -> Value:
    """A value as it is compared: numbers stay, everything else becomes text; None: absent."""
    if value is _ABSENT:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return in_flow_style(value)


def in_flow_style(value: Any) -> str:
    """A value on one line, as YAML writes it in flow style."""
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{key}: {in_flow_style(inner)}" for key, inner in value.items()) + "}"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(in_flow_style, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value)
