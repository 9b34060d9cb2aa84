"""Checks what users hand to the functions, before any work: each mistake becomes an InputError.

Each function takes the name of the argument first and returns its value.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from numbers import Integral, Real
from os import PathLike
from pathlib import Path
from typing import NoReturn, TypeVar

from planner.domain.choices import MOST_SECONDS
from planner.errors import Finding, InputError
from planner.formats.scenario.reader import Scenario

T = TypeVar("T")
_LONGEST_SHOWN = 60


def checked_scenario(value: object) -> Scenario:
    """Return a scenario that was read."""
    if not isinstance(value, Scenario):
        _refuse("scenario", "must come from planner.read_scenario", value)
    return value


def checked_path(argument: str, value: object, words: str = "must be a path") -> Path:
    """Return a path that is not empty.

    Parameters
    ----------
    argument : str
        Name of the argument.
    value : object
        What the user gave.
    words : str
        What it must be, for the message.

    Returns
    -------
    Path
        The path.

    Raises
    ------
    InputError
        It is no path.
    """
    path = value.__fspath__() if isinstance(value, PathLike) else value
    if not isinstance(path, str):
        _refuse(argument, words, value)
    if not path or "\0" in path:
        _refuse(argument, "is no path", value)
    return Path(path)


def whole_number(argument: str, value: object, least: int = 1, most: int | None = None) -> int:
    """Return a whole number.

    Parameters
    ----------
    argument : str
        Name of the argument.
    value : object
        What the user gave.
    least, most : int
        The range; None: no upper limit.

    Returns
    -------
    int
        The number, which may have been one of numpy.

    Raises
    ------
    InputError
        It is no whole number, or outside the range.
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        _refuse(argument, "must be a whole number", value)
    number = int(value)
    if number < least:
        _refuse(argument, f"must be at least {least:,}", number)
    if most is not None and number > most:
        _refuse(argument, f"must be at most {most:,}", number)
    return number


def checked_seed(value: object) -> int | None:
    """Return a seed; None is the scenario's own."""
    return None if value is None else whole_number("seed", value, 0)


def settings_of(values: object) -> tuple[str, ...]:
    """Return settings by path as the command takes them, PATH=VALUE; None is none.

    Raises
    ------
    InputError
        They are no mapping, or a value is no plain data.
    """
    if values is None:
        return ()
    if not isinstance(values, Mapping):
        _refuse("set", 'must be a mapping such as {"demand.scale": 1.2}', values)
    return tuple(f"{path}={_as_yaml(value)}" for path, value in values.items())


def _as_yaml(value: object) -> str:
    """Plain data as JSON, which YAML reads; dates, times and numbers of numpy too."""

    def plain(part: object) -> object:
        if isinstance(part, date):
            return part.isoformat()
        if isinstance(part, Integral):
            return int(part)
        if isinstance(part, Real):
            return float(part)
        _refuse("set", "must hold numbers, texts, dates, lists and mappings", part)

    return json.dumps(value, ensure_ascii=False, default=plain)


def checked_seconds(argument: str, value: object) -> float | None:
    """Return a time limit; None is none."""
    if value is None:
        return None
    if not isinstance(value, Real) or isinstance(value, bool):
        _refuse(argument, "must be a number of seconds", value)
    seconds = float(value)
    if not 0 < seconds <= MOST_SECONDS:
        _refuse(argument, f"must be above 0 and at most {MOST_SECONDS:,.0f} seconds", seconds)
    return seconds


def one_of(argument: str, value: object, names: Sequence[T]) -> T:
    """Return the one of the names that is meant.

    Parameters
    ----------
    argument : str
        Name of the argument.
    value : object
        What the user gave.
    names : sequence of str
        The names there are.

    Returns
    -------
    str
        The name.

    Raises
    ------
    InputError
        It is none of them.
    """
    for name in names:
        if isinstance(value, str) and value == name:
            return name
    _refuse(argument, f"must be one of {', '.join(map(str, names))}", value)


def several(argument: str, value: object, example: str) -> list[object]:
    """Return the items of a list; a text alone would be taken letter by letter.

    Parameters
    ----------
    argument : str
        Name of the argument.
    value : object
        What the user gave.
    example : str
        An item, for the message.

    Returns
    -------
    list
        The items.

    Raises
    ------
    InputError
        It is no list.
    """
    if not isinstance(value, Sequence) or isinstance(value, str | bytes):
        _refuse(argument, f'must be a list such as ["{example}"]', value)
    return list(value)


def _refuse(argument: str, words: str, value: object) -> NoReturn:
    raise InputError([Finding(argument, 0, 0, "", f"{words}, got {_shown(value)}")])


def _shown(value: object) -> str:
    """A short value as Python writes it, of others the type."""
    if value is None or isinstance(value, str | bytes | int | float | list | tuple):
        text = repr(value)
        if len(text) <= _LONGEST_SHOWN:
            return text
    return f"a {type(value).__name__}"
