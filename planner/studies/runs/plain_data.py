"""Results as plain bytes, and back: numbers, text, arrays, dataclasses, sequences, mappings.

A value is written and read by the type that its reader expects; anything else in the bytes is
damage. No name in the bytes chooses a type, and no memory is taken for what the bytes only
announce. What is read equals what was written bit for bit: integers stay integers, tuples tuples,
arrays keep their memory order (strided ones become C-contiguous).

Members of an enumeration stand by their value.

Layout: the length of a JSON text (8 bytes, little-endian), the text, the contents of the arrays in
the order of the text. In the text a dataclass is the list of its fields, a mapping a list of pairs,
a union the number of its member and the value, an array its dtype, shape and memory order.
"""

from __future__ import annotations

import json
import struct
import types
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache
from math import isfinite, prod
from typing import Any, NoReturn, Union, get_args, get_origin, get_type_hints

import numpy as np

MOST_BYTES = 1 << 28  # of a value that is read from a disk
# of its JSON text, which takes some ten times as much memory when it is parsed
MOST_TEXT_BYTES = 1 << 25
LENGTH = struct.Struct("<Q")
DTYPES = frozenset(
    {"|b1", "|i1", "|u1", *(f"<{kind}{size}" for kind in "iu" for size in (2, 4, 8)), "<f4", "<f8"}
)
DTYPE_KINDS = {np.bool_: "b", np.integer: "iu", np.floating: "f"}
# What a type may hold apart from itself (numbers as in PEP 484), and the kinds of numpy scalars
# that count as it.
SCALARS: dict[Any, tuple[frozenset[type], str]] = {
    type(None): (frozenset({type(None)}), ""),
    bool: (frozenset({bool}), "b"),
    int: (frozenset({int, bool}), "iub"),
    float: (frozenset({float, int, bool}), "fiub"),
    str: (frozenset({str}), ""),
}


class NotPlainError(ValueError):
    """Bytes that are no value of the expected type."""


def pack(value: Any, expected: Any) -> bytes:
    """Write a value of the expected type as bytes.

    Raises
    ------
    TypeError
        The value is of another type, or the type is not plain data.
    """
    arrays: list[bytes] = []
    text = json.dumps(
        _form(expected).write(value, arrays), allow_nan=False, separators=(",", ":")
    ).encode()
    return b"".join((LENGTH.pack(len(text)), text, *arrays))


def unpack(content: bytes, expected: Any) -> Any:
    """The value that was packed; NotPlainError when the bytes are no value of the expected type."""
    try:
        (length,) = LENGTH.unpack_from(content)
        begin = LENGTH.size + length
        part = json.loads(content[LENGTH.size : begin], parse_constant=_not_a_number)
        arrays = _Arrays(content, begin)
        value = _form(expected).read(part, arrays)
    except (ValueError, TypeError, OverflowError, RecursionError, struct.error) as error:
        raise NotPlainError(str(error)) from error
    if arrays.at != len(content):
        raise NotPlainError("there is more than the value")
    return value


def within_limits(packed: bytes) -> bool:
    """Whether a packed value is small enough to be read back from a disk."""
    return (
        LENGTH.size <= len(packed) <= MOST_BYTES
        and LENGTH.unpack_from(packed)[0] <= MOST_TEXT_BYTES
    )


def result_type(task: Callable[[int], Any]) -> Any:
    """The type that the annotation of a task says it returns."""
    return get_type_hints(type(task).__call__)["return"]


def _not_a_number(name: str) -> NoReturn:
    raise NotPlainError(f"{name} is not JSON")


class _Arrays:
    """The contents of the arrays, taken one after the other."""

    def __init__(self, content: bytes, at: int) -> None:
        self.content, self.at = content, at

    def take(self, size: int) -> memoryview:
        """The next bytes; NotPlainError where fewer are left."""
        if size > len(self.content) - self.at:
            raise NotPlainError("an array is larger than what is there")
        taken = memoryview(self.content)[self.at : self.at + size]
        self.at += size
        return taken


@dataclass(frozen=True)
class _Form:
    """How values of one type become JSON and array contents, and back."""

    write: Callable[[Any, list[bytes]], Any]
    read: Callable[[Any, _Arrays], Any]


@cache
def _form(expected: Any) -> _Form:
    """The form of a type; TypeError when values of it are not plain data."""
    origin, given = get_origin(expected), get_args(expected)
    if expected in SCALARS:
        return _scalar(expected)
    if origin in (Union, types.UnionType):
        return _union(given)
    if origin is np.ndarray:
        return _array(get_args(given[1])[0])
    if origin is tuple and given[-1] is not Ellipsis:
        return _fixed(tuple(_form(part) for part in given))
    if origin in (tuple, list):
        return _sequence(origin, _form(given[0]))
    if origin in (dict, Counter):
        return _mapping(origin, _form(given[0]), _form(given[1] if origin is dict else int))
    if isinstance(expected, type) and is_dataclass(expected):
        return _record(expected)
    if isinstance(expected, type) and issubclass(expected, StrEnum):
        return _named(expected)
    raise TypeError(f"{expected} is not plain data")


def _require(condition: bool, value: Any, wanted: str) -> None:
    if not condition:
        raise TypeError(f"{type(value).__name__} instead of {wanted}")


def _scalar(expected: type) -> _Form:
    """A number, text or truth value.

    JSON holds it, but for infinite floats, NaN and numpy's scalars: these are their dtype ("":
    Python's float) and bytes.
    """
    allowed, kinds = SCALARS[expected]

    def write(value: Any, arrays: list[bytes]) -> Any:
        if type(value) in allowed:
            return (
                value
                if type(value) is not float or isfinite(value)
                else ["", struct.pack("<d", value).hex()]
            )
        _require(
            isinstance(value, np.generic) and value.dtype.kind in kinds, value, expected.__name__
        )
        return [value.dtype.str, value.tobytes().hex()]

    def read(part: Any, arrays: _Arrays) -> Any:
        if type(part) in allowed:
            return part
        dtype, content = part
        if dtype == "" and expected is float:
            return struct.unpack("<d", bytes.fromhex(content))[0]
        _require(dtype in DTYPES and dtype[1] in kinds, part, expected.__name__)
        return np.frombuffer(bytes.fromhex(content), dtype).reshape(1)[0]

    return _Form(write, read)


def _named(expected: type[StrEnum]) -> _Form:
    """A member of an enumeration, by its value."""

    def write(value: Any, arrays: list[bytes]) -> Any:
        _require(type(value) is expected, value, expected.__name__)
        return value.value

    def read(part: Any, arrays: _Arrays) -> Any:
        return expected(part)

    return _Form(write, read)


def _union(members: tuple[Any, ...]) -> _Form:
    """The first member that the value belongs to.

    Members have an order of their own, so that unions that differ in order alone are equal.
    """
    forms = [_form(member) for member in sorted(members, key=repr)]

    def write(value: Any, arrays: list[bytes]) -> Any:
        for number, form in enumerate(forms):
            mark = len(arrays)
            try:
                return [number, form.write(value, arrays)]
            except TypeError:
                del arrays[mark:]
        raise TypeError(f"{type(value).__name__} instead of one of {members}")

    def read(part: Any, arrays: _Arrays) -> Any:
        number, content = part
        _require(type(number) is int and 0 <= number < len(forms), number, "the number of a type")
        return forms[number].read(content, arrays)

    return _Form(write, read)


def _array(scalar: type) -> _Form:
    """Of the dtype's kind: widths may differ."""
    kinds = next(kinds for kind, kinds in DTYPE_KINDS.items() if issubclass(scalar, kind))

    def write(value: Any, arrays: list[bytes]) -> Any:
        _require(type(value) is np.ndarray, value, "an array")
        _require(
            value.dtype.str in DTYPES and value.dtype.kind in kinds,
            value,
            f"an array of {scalar.__name__}",
        )
        order: Any = "F" if value.flags.f_contiguous and not value.flags.c_contiguous else "C"
        arrays.append(value.tobytes(order))
        return [value.dtype.str, value.shape, order]

    def read(part: Any, arrays: _Arrays) -> Any:
        dtype, shape, order = part
        _require(
            dtype in DTYPES and dtype[1] in kinds and order in ("C", "F"),
            part,
            f"an array of {scalar.__name__}",
        )
        _require(all(type(n) is int and n >= 0 for n in shape), shape, "the shape of an array")
        content = arrays.take(prod(shape) * np.dtype(dtype).itemsize)
        return np.frombuffer(bytearray(content), dtype).reshape(
            shape, order=order
        )  # writable, as from a pickle

    return _Form(write, read)


def _fixed(forms: tuple[_Form, ...]) -> _Form:
    """A tuple of as many values as it has types."""

    def write(value: Any, arrays: list[bytes]) -> Any:
        _require(
            type(value) is tuple and len(value) == len(forms), value, f"a tuple of {len(forms)}"
        )
        return [form.write(part, arrays) for form, part in zip(forms, value, strict=True)]

    def read(part: Any, arrays: _Arrays) -> Any:
        _require(type(part) is list, part, "a list")
        return tuple(form.read(p, arrays) for form, p in zip(forms, part, strict=True))

    return _Form(write, read)


def _sequence(kind: type, form: _Form) -> _Form:
    def write(value: Any, arrays: list[bytes]) -> Any:
        _require(type(value) is kind, value, kind.__name__)
        return [form.write(part, arrays) for part in value]

    def read(part: Any, arrays: _Arrays) -> Any:
        _require(type(part) is list, part, "a list")
        return kind(form.read(p, arrays) for p in part)

    return _Form(write, read)


def _mapping(kind: type, key: _Form, content: _Form) -> _Form:
    pairs = _sequence(list, _fixed((key, content)))

    def write(value: Any, arrays: list[bytes]) -> Any:
        _require(type(value) is kind, value, kind.__name__)
        return pairs.write(list(value.items()), arrays)

    def read(part: Any, arrays: _Arrays) -> Any:
        return kind(dict(pairs.read(part, arrays)))

    return _Form(write, read)


def _record(kind: type) -> _Form:
    hints = get_type_hints(kind)
    names = tuple(field.name for field in fields(kind))
    values = _fixed(tuple(_form(hints[name]) for name in names))

    def write(value: Any, arrays: list[bytes]) -> Any:
        _require(type(value) is kind, value, kind.__name__)
        return values.write(tuple(getattr(value, name) for name in names), arrays)

    def read(part: Any, arrays: _Arrays) -> Any:
        return kind(**dict(zip(names, values.read(part, arrays), strict=True)))

    return _Form(write, read)
