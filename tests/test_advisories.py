"""No installed library has a known vulnerability, where a data base of advisories is there.

`ADVISORIES` names a folder of OSV records (JSON or YAML, at any depth), such as a copy of the
Python packaging authority's advisory data base. Without it nothing can be said, and the check is
skipped.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version
from ruamel.yaml import YAML

RECORDS = {".json", ".yaml", ".yml"}


def installed(name: str) -> dict[str, Version]:
    """A distribution and everything it needs at run time, with the installed versions."""
    found: dict[str, Version] = {}
    waiting = [name]
    while waiting:
        key = canonicalize_name(waiting.pop())
        if key not in found:
            there = distribution(key)
            found[key] = Version(there.version)
            needed = (Requirement(line) for line in there.requires or ())
            waiting += [
                r.name for r in needed if r.marker is None or r.marker.evaluate({"extra": ""})
            ]
    return found


def vulnerable(versions: dict[str, Version], advisories: Iterable[dict[str, Any]]) -> list[str]:
    """`package version: advisory` for every installed version that an advisory names."""
    found = []
    for advisory in advisories:
        for affected in advisory.get("affected", []) if "withdrawn" not in advisory else []:
            package = affected.get("package", {})
            name = canonicalize_name(str(package.get("name", "")))
            if (
                package.get("ecosystem") == "PyPI"
                and name in versions
                and _is_affected(versions[name], affected)
            ):
                found.append(f"{name} {versions[name]}: {advisory['id']}")
    return sorted(set(found))


def _is_affected(version: Version, affected: dict[str, Any]) -> bool:
    if str(version) in affected.get("versions", []):
        return True
    ranges = [r for r in affected.get("ranges", []) if r.get("type") == "ECOSYSTEM"]
    return any(_is_inside(version, r.get("events", [])) for r in ranges)


def _is_inside(version: Version, events: list[dict[str, str]]) -> bool:
    """Events stand in rising order; the last one at or below the version decides."""
    inside = False
    for event in events:
        if "introduced" in event and version >= Version(event["introduced"]):
            inside = True
        if "fixed" in event and version >= Version(event["fixed"]):
            inside = False
        if "last_affected" in event and version > Version(event["last_affected"]):
            inside = False
    return inside


def records(folder: Path, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The records of a data base that mention one of the packages."""
    mentioned = re.compile("|".join(re.escape(name) for name in names), re.IGNORECASE)
    reader = YAML(typ="safe", pure=True)
    for path in sorted(folder.rglob("*")):
        if path.suffix in RECORDS and mentioned.search(text := path.read_text(encoding="utf-8")):
            yield reader.load(text)


@pytest.mark.slow
def test_no_library_has_a_known_vulnerability() -> None:
    """Every library the planner needs, in the version that is installed."""
    folder = os.environ.get("ADVISORIES")
    if folder is None:
        pytest.skip("ADVISORIES names no folder of advisories")
    versions = installed("promo-planner")
    assert vulnerable(versions, records(Path(folder), versions)) == []


ADVISORY = {
    "id": "X-1",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Ruamel_YAML"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0.10"}, {"fixed": "0.18.2"}]}
            ],
            "versions": ["0.19.1"],
        }
    ],
}


@pytest.mark.parametrize(
    ("version", "named"),
    [("0.9", False), ("0.10", True), ("0.18.1", True), ("0.18.2", False), ("0.19.1", True)],
)
def test_a_version_inside_a_range_is_found(version: str, named: bool) -> None:
    """Ranges are half open, listed versions count, and names are compared as the packaging standard
    says.
    """
    found = vulnerable({"ruamel-yaml": Version(version)}, [ADVISORY])
    assert found == ([f"ruamel-yaml {version}: X-1"] if named else [])


def test_all_libraries_are_looked_at() -> None:
    """The direct ones and those they need; test tools are not part of the program."""
    names = set(installed("promo-planner"))
    assert {"numpy", "ortools", "pandas", "python-dateutil", "ruamel-yaml"} <= names
    assert not {"pytest", "mypy", "ruff"} & names
