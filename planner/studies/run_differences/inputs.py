"""Inputs of two results that differ: keys of documents by path, tables by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from planner.domain.run_differences import NotComparableError, Pair, PairTable
from planner.errors import InputError
from planner.studies.run_differences.input_parts import InputPart, input_parts
from planner.studies.run_differences.references import settled
from planner.studies.run_differences.side import Side
from planner.studies.run_differences.table_cells import different_cells
from planner.studies.run_differences.yaml_values import different_values

Parts = dict[str, InputPart]
UNREADABLE = (InputError, NotComparableError)


def compare_inputs(a: Side, b: Side) -> PairTable:
    """What differs in what both results were made from."""
    rows: list[Pair] = []
    (scenario_a, of_a), (scenario_b, of_b) = input_parts(a), input_parts(b)
    whole = (of_a.pop(scenario_a), of_b.pop(scenario_b))
    rows += _named(scenario_a, _of_parts(*settled(*whole, of_a, of_b)))
    for name, part_a, part_b in paired_parts(of_a, of_b):
        rows += _named(name, _of_parts(part_a, part_b))
    return PairTable("inputs", ("file", "place"), tuple(rows))


def _named(name: str, pairs: Iterator[Pair]) -> list[Pair]:
    """Pairs of one part, with its name before their own."""
    return [replace(pair, keys=(name, *pair.keys)) for pair in pairs]


def paired_parts(
    of_a: Parts, of_b: Parts
) -> Iterator[tuple[str, InputPart | None, InputPart | None]]:
    """The parts of both results that belong together.

    Those of one name do, then those of one content, and documents that give themselves one name.

    Yields
    ------
    tuple[str, InputPart | None, InputPart | None]
        Name to show, the part of A and of B; None where a result has no such part.
    """
    shared = sorted(of_a.keys() & of_b.keys())
    only_a, only_b = sorted(of_a.keys() - of_b.keys()), sorted(of_b.keys() - of_a.keys())
    for name in shared:
        yield name, of_a[name], of_b[name]
    renamed = _renamed(of_a, of_b, only_a, only_b)
    for name_a, name_b in renamed.items():
        yield f"{name_a} -> {name_b}", of_a[name_a], of_b[name_b]
    for name in only_a:
        if name not in renamed:
            yield name, of_a[name], None
    for name in only_b:
        if name not in renamed.values():
            yield name, None, of_b[name]


def _renamed(
    of_a: Parts, of_b: Parts, only_a: Sequence[str], only_b: Sequence[str]
) -> dict[str, str]:
    """Parts of A that stand under another name in B."""
    found: dict[str, str] = {}
    for identity in (_content, _own_name):
        known = {identity(of_b[name]): name for name in only_b if name not in found.values()}
        for name in only_a:
            own = identity(of_a[name])
            if name not in found and own and own in known:
                found[name] = known.pop(own)
    return found


def _content(part: InputPart) -> str:
    return part.identity


def _own_name(part: InputPart) -> str:
    """The name that a document gives itself; empty where there is none."""
    try:
        return part.states_name
    except UNREADABLE:
        return ""


def _of_parts(a: InputPart | None, b: InputPart | None) -> Iterator[Pair]:
    """What differs in one part; nothing where only its form does."""
    if a is None or b is None:
        yield Pair(("",), _shown(a), _shown(b))
    elif a.identity != b.identity:
        try:
            yield from list(_of_content(a.read, b.read))
        except UNREADABLE:
            yield Pair(("",), a.shown, b.shown)


def _shown(part: InputPart | None) -> str | None:
    return None if part is None else part.shown


def _of_content(read_a: Callable[[], object], read_b: Callable[[], object]) -> Iterator[Pair]:
    a, b = read_a(), read_b()
    tables = [isinstance(content, pd.DataFrame) for content in (a, b)]
    if isinstance(a, pd.DataFrame) and isinstance(b, pd.DataFrame):
        yield from different_cells(a, b)
    elif any(tables):
        raise NotComparableError("diff_other_form")
    else:
        yield from different_values(a, b)
