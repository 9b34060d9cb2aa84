"""Names of days, weight classes and places in messages."""

from __future__ import annotations

from collections.abc import Iterable

from planner.domain.contracts import HEAVIEST_G
from planner.domain.dates import day_month
from planner.domain.problem import Problem


def band_in_words(band: tuple[int, int]) -> str:
    """A weight class (above, up to) in grams, in words."""
    above_g, to_g = band
    if to_g >= HEAVIEST_G:
        return f"parcels above {above_g:,} g"
    if above_g == 0:
        return f"parcels up to {to_g:,} g"
    return f"parcels of {above_g:,} to {to_g:,} g"


def on_day(problem: Problem, day: int) -> str:
    """A day, in words."""
    return day_month(problem.horizon.date_of(day))


def on_days(problem: Problem, days: Iterable[int]) -> str:
    """Days in words, those in a row as a span: `9 Nov to 11 Nov and 13 Nov`."""
    runs: list[list[int]] = []
    for day in sorted(set(days)):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    *first, last = (" to ".join(on_day(problem, d) for d in sorted({r[0], r[-1]})) for r in runs)
    return f"{', '.join(first)} and {last}" if first else last


def cells_in_words(cells: list[tuple[str, str]]) -> str:
    """Processes with their shifts, in words: `pack/pick (late)`."""
    shifts: dict[str, list[str]] = {}
    for process, shift in cells:
        shifts.setdefault(process, []).append(shift)
    of: dict[tuple[str, ...], list[str]] = {}
    for process, names in shifts.items():
        of.setdefault(tuple(names), []).append(process)
    return " or ".join(
        f"{'/'.join(processes)} ({'/'.join(names)})" for names, processes in of.items()
    )
