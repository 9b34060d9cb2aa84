"""One number for plain data: equal data in the same order, equal digest, on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from datetime import date, time, tzinfo
from enum import Enum

import numpy as np

Update = Callable[[bytes], None]
PLAIN = (
    type(None),
    bool,
    int,
    float,
    str,
    bytes,
    np.generic,
    date,
    time,
    tzinfo,
    Enum,
)  # their repr says all


def digest(value: object) -> str:
    """SHA-256 of a value made of dataclasses, mappings, sequences, arrays and scalars.

    Unlike the digest of a pickle, it does not depend on which parts are the same object.

    Raises
    ------
    TypeError
        The value has a part of another type.
    """
    found = hashlib.sha256()
    _feed(found.update, value)
    return found.hexdigest()


def _feed(update: Update, value: object) -> None:
    """Feed every part with its type and length, so that no two values give the same bytes."""
    if isinstance(value, PLAIN):
        update(f"{type(value).__name__} {value!r};".encode())
    elif isinstance(value, np.ndarray) and not value.dtype.hasobject:
        update(f"array {value.dtype.str} {value.shape};".encode())
        update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value):
        update(f"{type(value).__name__}(".encode())
        for part in fields(value):
            _feed(update, part.name)
            _feed(update, getattr(value, part.name))
        update(b")")
    elif isinstance(value, dict):
        update(b"dict ")
        _feed(update, list(value.items()))
    elif isinstance(value, tuple | list):
        update(f"{type(value).__name__} {len(value)};".encode())
        for part in value:
            _feed(update, part)
    elif isinstance(value, frozenset | set):
        update(b"set ")
        _feed(update, sorted(digest(part) for part in value))
    else:
        raise TypeError(f"no digest of {type(value).__name__}")
