"""Names that refer to something: checked on the data as written, so that an error elsewhere hides
none of them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from planner.formats.base.findings import Findings, shown
from planner.formats.base.yaml_source import Document, KeyPath, found_at

Known = Mapping[str, Collection[str] | None]  # kind -> names; None where they could not be read

# where a name stands -> what it must name
_REFERENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("crews", "*", "site"), "site"),
    (("crews", "*", "processes", "*"), "process"),
    (("disruptions", "*", "site"), "site"),
    (("disruptions", "*", "contract"), "contract"),
    (("disruptions", "*", "crew"), "crew"),
    (("sites", "*", "collections", "*", "contract"), "contract"),
    (("levers", "order_caps", "*", "event"), "event"),
)
_KEY_REFERENCES: tuple[tuple[tuple[str, ...], str], ...] = (
    (("demand", "events", "*", "products"), "product"),
)
_UNIQUE: tuple[tuple[tuple[str, ...], str], ...] = (
    (("sites", "*", "name"), "site"),
    (("shifts", "*", "name"), "shift"),
    (("demand", "events", "*", "name"), "event"),
)


def declared(data: Any, *pattern: str) -> list[str]:
    """Texts at a pattern, each once, in order."""
    return list(dict.fromkeys(str(v) for _, v in found_at(data, pattern) if isinstance(v, str)))


def process_names(data: Any) -> list[str]:
    """Every process of every site as written."""
    mappings = [v for _, v in found_at(data, ("sites", "*", "processes")) if isinstance(v, dict)]
    return list(dict.fromkeys(name for mapping in mappings for name in mapping))


def check_references(document: Document, known: Known, findings: Findings) -> None:
    """Adds a finding for every name that refers to nothing.

    `known`: kind -> names (None: could not be read).
    """
    for pattern, kind in _REFERENCES:
        for path, name in found_at(document.data, pattern):
            _check(document, path, name, kind, known, findings)
    for pattern, kind in _KEY_REFERENCES:
        for path, mapping in found_at(document.data, pattern):
            for name in mapping if isinstance(mapping, dict) else ():
                _check(document, (*path, name), name, kind, known, findings)
    _check_receivers(document, findings)
    _check_unique(document, findings)


def _check(
    document: Document,
    path: KeyPath,
    name: Any,
    kind: str,
    known: Known,
    findings: Findings,
) -> None:
    names = known[kind]
    if names is None or not isinstance(name, str) or name in names:
        return
    words = f"no such {kind}, got {shown(name)}{findings.hint(name, names)}"
    findings.add(document, path, words, at_key=path[-1] == name)


def _check_receivers(document: Document, findings: Findings) -> None:
    for path, site in found_at(document.data, ("sites", "*")):
        processes = site.get("processes") if isinstance(site, dict) else None
        receive = site.get("receive") if isinstance(site, dict) else None
        if not (isinstance(receive, dict) and isinstance(processes, dict) and processes):
            continue
        by = receive.get("by", next(reversed(processes)))
        if not isinstance(by, str):
            continue  # a finding of its own
        if by not in processes:
            words = (
                "no such process at this site, got "
                f"{shown(by)}{findings.hint(by, processes, in_order=True)}"
            )
            findings.add(document, (*path, "receive", "by"), words)
        elif isinstance(processes.get(by), dict) and "discipline" in receive:
            own = processes[by].get("discipline", "deadline")
            if receive["discipline"] != own:
                words = (
                    f"must be that of {by}, {own}, whose people take returns and orders: "
                    "leave it out"
                )
                findings.add(
                    document,
                    (*path, "receive", "discipline"),
                    f"{words}, got {shown(receive['discipline'])}",
                )


def _check_unique(document: Document, findings: Findings) -> None:
    for pattern, kind in _UNIQUE:
        seen: set[str] = set()
        for path, name in found_at(document.data, pattern):
            if isinstance(name, str) and name in seen:
                findings.add(document, path, f"two {kind}s have this name, got {shown(name)}")
            seen |= {name} if isinstance(name, str) else set()
    crews: set[tuple[Any, Any]] = set()
    for path, crew in found_at(document.data, ("crews", "*")):
        key = (crew.get("site"), crew.get("name")) if isinstance(crew, dict) else None
        if key is not None and all(isinstance(k, str) or k is None for k in key):
            if key in crews:
                findings.add(
                    document,
                    (*path, "name"),
                    f"two crews of a site have this name, got {shown(key[1])}",
                )
            crews.add(key)
