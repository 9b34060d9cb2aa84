"""Checks of names that refer to something.

They look at the data as written, so that an error elsewhere hides none of them.
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
    (("sites", "*", "works", "*"), "shift"),
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


def temporary_crews(data: Any) -> list[str]:
    """Crews of temporary people as written."""
    crews = [v for _, v in found_at(data, ("crews", "*")) if isinstance(v, dict)]
    return list(dict.fromkeys(str(c.get("name")) for c in crews if "max_headcount" in c))


def check_references(document: Document, known: Known, findings: Findings) -> None:
    """Add a finding for every name that refers to nothing.

    Parameters
    ----------
    document : Document
        The scenario file.
    known : mapping
        Kind -> names; None where they could not be read.
    findings : Findings
        Takes what is wrong.
    """
    for pattern, kind in _REFERENCES:
        for path, name in found_at(document.data, pattern):
            _check(document, path, name, findings, kind=kind, names=known[kind])
    for pattern, kind in _KEY_REFERENCES:
        for path, mapping in found_at(document.data, pattern):
            for name in mapping if isinstance(mapping, dict) else ():
                at = (*path, name)
                _check(document, at, name, findings, kind=kind, names=known[kind])
    _check_receivers(document, findings)
    _check_unique(document, findings)


def _check(
    document: Document,
    path: KeyPath,
    name: Any,
    findings: Findings,
    *,
    kind: str,
    names: Collection[str] | None,
) -> None:
    """Add a finding for a name that is none of the names of its kind."""
    if names is None or not isinstance(name, str) or name in names:
        return
    words = f"no such {kind}, got {shown(name)}{findings.hint(name, names)}"
    findings.add(document, path, words, at_key=path[-1] == name)


def _check_receivers(document: Document, findings: Findings) -> None:
    """Check that returns are received by a process of the site, under its own discipline."""
    for path, site in found_at(document.data, ("sites", "*")):
        processes = site.get("processes") if isinstance(site, dict) else None
        receive = site.get("receive") if isinstance(site, dict) else None
        if not (isinstance(receive, dict) and isinstance(processes, dict) and processes):
            continue
        by = receive.get("by", next(reversed(processes)))
        if not isinstance(by, str):
            continue  # a finding of its own
        if by not in processes:
            hint = findings.hint(by, processes, in_order=True)
            words = f"no such process at this site, got {shown(by)}{hint}"
            findings.add(document, (*path, "receive", "by"), words)
        elif isinstance(processes[by], dict) and "discipline" in receive:
            own, stated = processes[by].get("discipline", "deadline"), receive["discipline"]
            if stated != own:
                words = (
                    f"must be that of {by}, {own}, whose people take returns and orders: "
                    f"leave it out, got {shown(stated)}"
                )
                findings.add(document, (*path, "receive", "discipline"), words)


def _check_unique(document: Document, findings: Findings) -> None:
    """Check that names are unique, those of crews at their site."""
    for pattern, kind in _UNIQUE:
        seen: set[str] = set()
        for path, name in found_at(document.data, pattern):
            if not isinstance(name, str):
                continue
            if name in seen:
                findings.add(document, path, f"two {kind}s have this name, got {shown(name)}")
            seen.add(name)
    crews: set[tuple[Any, Any]] = set()
    for path, crew in found_at(document.data, ("crews", "*")):
        if not isinstance(crew, dict):
            continue
        key = (crew.get("site"), crew.get("name"))
        if not all(isinstance(name, str) or name is None for name in key):
            continue
        if key in crews:
            words = f"two crews of a site have this name, got {shown(key[1])}"
            findings.add(document, (*path, "name"), words)
        crews.add(key)
