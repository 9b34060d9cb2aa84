"""Inputs of two results that differ: keys of YAML files by path, tables by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from planner.domain.run_differences import NotComparableError, Pair, PairTable
from planner.errors import InputError
from planner.formats.base.yaml_source import load_yaml
from planner.studies.run_differences.side import Side
from planner.studies.run_differences.table_cells import different_cells, is_too_large
from planner.studies.run_differences.yaml_values import different_values

YAML_ENDINGS = (".yaml", ".yml")
NAMES_A_DOCUMENT = "name"


def compare_inputs(a: Side, b: Side) -> PairTable:
    """What differs in the files that both results were made from."""
    rows: list[Pair] = []
    for name, of_a, of_b in paired_files(a, b):
        found = _of_file(a, b, of_a, of_b)
        rows += [replace(pair, keys=(name, *pair.keys)) for pair in found]
    return PairTable("inputs", ("file", "place"), tuple(rows))


def paired_files(a: Side, b: Side) -> Iterator[tuple[str, str | None, str | None]]:
    """The inputs of both results that belong together.

    The scenarios do, then files of one name, then files of one content and documents of one name.

    Yields
    ------
    tuple[str, str | None, str | None]
        Name to show, name in A, name in B; None where a result has no such file.
    """
    scenarios = (str(a.manifest["scenario"]), str(b.manifest["scenario"]))
    left = {name: None for name in a.inputs if name != scenarios[0]}
    other = {name: None for name in b.inputs if name != scenarios[1]}
    yield scenarios[0], *scenarios
    for name in sorted(left.keys() & other.keys()):
        yield name, name, name
    renamed = _renamed(a, b, sorted(left.keys() - other.keys()), sorted(other.keys() - left.keys()))
    for of_a, of_b in renamed.items():
        yield f"{of_a} -> {of_b}", of_a, of_b
    for of_a in sorted(left.keys() - other.keys() - renamed.keys()):
        yield of_a, of_a, None
    for of_b in sorted(other.keys() - left.keys() - set(renamed.values())):
        yield of_b, None, of_b


def _renamed(a: Side, b: Side, only_a: list[str], only_b: list[str]) -> dict[str, str]:
    """Files of A that stand under another name in B."""
    found: dict[str, str] = {}
    for identity in (lambda side, name: side.inputs[name], _document_name):
        of_b = {identity(b, name): name for name in only_b if name not in found.values()}
        for name in only_a:
            known = identity(a, name)
            if name not in found and known and known in of_b:
                found[name] = of_b.pop(known)
    return found


def _document_name(side: Side, file: str) -> str:
    """The name that a YAML document gives itself; empty where it gives none."""
    if not file.endswith(YAML_ENDINGS):
        return ""
    try:
        data = load_yaml(side.input(file), file)[0].data
    except NotComparableError:
        return ""
    return str(data.get(NAMES_A_DOCUMENT) or "") if isinstance(data, dict) else ""


def _of_file(a: Side, b: Side, of_a: str | None, of_b: str | None) -> Iterator[Pair]:
    """What differs in one file."""
    if of_a is None or of_b is None:
        yield Pair(("",), of_a, of_b)
        return
    hashes = (a.inputs[of_a], b.inputs[of_b])
    if hashes[0] == hashes[1]:
        return
    try:
        yield from list(_of_content(a.input(of_a), b.input(of_b)))
    except (InputError, NotComparableError):
        yield Pair(("",), f"SHA-256 {hashes[0][:12]}", f"SHA-256 {hashes[1][:12]}")


def _of_content(a: Path, b: Path) -> Iterator[Pair]:
    """What differs in two files; nothing where only their form does."""
    if a.name.endswith(YAML_ENDINGS) and b.name.endswith(YAML_ENDINGS):
        documents = [load_yaml(path, path.name)[0].data for path in (a, b)]
        yield from different_values(*documents)
    elif is_too_large(a, b):
        raise NotComparableError("diff_too_large")
    else:
        yield from different_cells(a, b)
