"""The axes of a grid as a person writes them: `PATH=A:B:STEP` or `PATH=LIST`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from math import prod

from planner.errors import Finding, InputError
from planner.formats.base.findings import shown

OPTION = "--vary"
MOST_POINTS = 1_000
SEED = "seed"  # random numbers are common to all points
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?")
_OPENING, _CLOSING, _QUOTES = "[{", "]}", "\"'"


@dataclass(frozen=True, slots=True)
class Axis:
    """One value of a scenario that varies.

    Attributes
    ----------
    path : str
        Which value, as `--set` names it.
    values : tuple of str
        What it is set to, one after the other.
    """

    path: str
    values: tuple[str, ...]

    def settings(self) -> list[str]:
        """The settings along the axis, each PATH=VALUE."""
        return [f"{self.path}={value}" for value in self.values]


def read_axes(texts: Sequence[str]) -> tuple[Axis, ...]:
    """Read the axes of a grid.

    Parameters
    ----------
    texts : sequence of str
        Each PATH=A:B:STEP, both ends included, or PATH=LIST with commas between the values.

    Returns
    -------
    tuple of Axis
        The axes in their order.

    Raises
    ------
    InputError
        With all that is wrong with them.
    """
    axes: list[Axis] = []
    found: list[Finding] = []
    for text in texts:
        path, equals, written = text.partition("=")
        place = f"{OPTION} {path.strip() or text}"
        try:
            if not (path.strip() and equals and written.strip()):
                raise ValueError(f"must be PATH=A:B:STEP or PATH=LIST, got {shown(text)}")
            if path.strip() in [axis.path for axis in axes]:
                raise ValueError("stands twice: give all its values in one list")
            if path.strip() == SEED:
                raise ValueError("all points have the same seed, so that they can be compared")
            axes.append(Axis(path.strip(), tuple(_values(written.strip()))))
        except ValueError as error:
            found.append(Finding(place, 0, 0, "", str(error)))
    points = prod(len(axis.values) for axis in axes)
    if points > MOST_POINTS:
        words = f"makes a grid of {points:,} points; at most {MOST_POINTS:,} are planned"
        found.append(Finding(OPTION, 0, 0, "", words))
    if found:
        raise InputError(found)
    return tuple(axes)


def points_of(axes: Sequence[Axis]) -> list[tuple[str, ...]]:
    """The settings of every point of the grid, the last axis fastest."""
    return list(product(*(axis.settings() for axis in axes)))


def _values(written: str) -> list[str]:
    """The values of a range, or of a list."""
    parts = written.split(":")
    if len(parts) == 3 and all(_NUMBER.fullmatch(part.strip()) for part in parts):
        return _range(*(Decimal(part.strip()) for part in parts))
    values = [value.strip() for value in _listed(written)]
    if not all(values):
        raise ValueError(f"has an empty value, got {shown(written)}")
    if len(set(values)) < len(values):
        raise ValueError(f"names a value twice, got {shown(written)}")
    return values


def _range(first: Decimal, last: Decimal, step: Decimal) -> list[str]:
    """Every number from the first to the last, to which the steps must lead."""
    if step <= 0 or last < first:
        raise ValueError("a range runs upwards: A:B:STEP with A at most B and STEP above 0")
    count = int((last - first) / step) + 1
    if count > MOST_POINTS:
        raise ValueError(f"has {count:,} values; at most {MOST_POINTS:,} are planned")
    reached = first + (count - 1) * step
    if reached != last:
        raise ValueError(
            f"steps of {step:f} do not lead from {first:f} to {last:f}: end at {reached:f} or "
            f"{reached + step:f}"
        )
    return [f"{first + k * step:f}" for k in range(count)]


def _listed(written: str) -> list[str]:
    """The parts between commas, but for those within brackets or quotes."""
    parts, depth, quote = [""], 0, ""
    for character in written:
        if quote or character in _QUOTES:
            quote = "" if character == quote else quote or character
        else:
            depth += (character in _OPENING) - (character in _CLOSING)
        if character == "," and not depth and not quote:
            parts.append("")
        else:
            parts[-1] += character
    return parts
