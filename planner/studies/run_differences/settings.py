"""What two results were asked for and made with: options, tuned values, versions, verdicts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.domain.run_differences import NotComparableError, Pair, PairTable, ValueKind
from planner.studies.run_differences.side import Side
from planner.studies.run_differences.yaml_values import different_values

# keys of run.json next to the options
ASKED = ("seed", "planned_on", "service", "platform", "platforms")
VERDICT = ("certified", "met", "replications", "lower_bound", "on_time_share", "confidence", "look")
SHOWN_AS = {"on_time_share": "asked_share"}
SHARES = {"lower_bound", "on_time_share", "confidence"}


def compare_options(a: Side, b: Side) -> PairTable:
    """Options of the command, seed, aim and platform rule that differ."""
    shared = [key for key in ASKED if key in a.manifest and key in b.manifest]
    of_a, of_b = (
        _given({**{key: side.manifest[key] for key in shared}, **side.options}) for side in (a, b)
    )
    return PairTable("options", ("option",), tuple(different_values(of_a, of_b)))


def _given(options: dict[str, Any]) -> dict[str, Any]:
    """Options without those that were not used, which other commands do not have."""
    return {name: value for name, value in options.items() if value not in (None, False, [])}


def compare_settings(a: Side, b: Side) -> PairTable:
    """Tuned values of the algorithms, and margins of the planning model, that differ."""
    stated = [side.manifest.get("algorithm_options", {}) for side in (a, b)]
    of_a, of_b = map(dict, stated if all(stated) else ({}, {}))  # other commands state none
    margins = [side.manifest.get("margins", []) for side in (a, b)]
    if all(margins):  # what nobody planned has none
        of_a["margins"], of_b["margins"] = (
            {row["name"]: row["value"] for row in rows} for rows in margins
        )
    return PairTable("settings", ("option",), tuple(different_values(of_a, of_b)))


def compare_versions(a: Side, b: Side) -> PairTable:
    """Versions of the program and its libraries that differ."""
    found = different_values(a.manifest["versions"], b.manifest["versions"])
    return PairTable("versions", ("program",), tuple(found))


def compare_certificates(a: Side, b: Side) -> PairTable:
    """The certificates, value by value; all values where any of them differs."""
    verdicts = [side.manifest.get("certificate") for side in (a, b)]
    if not any(verdicts):
        raise NotComparableError("diff_no_certificate")
    rows = tuple(_of_verdicts(*(verdict or {} for verdict in verdicts)))
    return PairTable("certificate", ("figure",), rows)


def _of_verdicts(a: Mapping[str, Any], b: Mapping[str, Any]) -> Iterator[Pair]:
    for name in VERDICT:
        shown = SHOWN_AS.get(name, name)
        if name == "certified":
            yield Pair((shown,), bool(a.get(name)), bool(b.get(name)), "flag")
        else:
            kind: ValueKind = "share" if name in SHARES else "number"
            yield Pair((shown,), a.get(name), b.get(name), kind)


def compare_other_files(a: Side, b: Side, compared: set[str]) -> PairTable:
    """Other tables of the results whose content differs, by hash.

    Reports and figures are drawn from the tables.

    Parameters
    ----------
    a, b : Side
        The results.
    compared : set of str
        Names of files that are compared value by value.

    Returns
    -------
    PairTable
        The tables, each with the beginning of its hashes.
    """
    both = a.has_plan == b.has_plan
    there = a.outputs.keys() | b.outputs.keys() if both else a.outputs.keys() & b.outputs.keys()
    names = sorted(name for name in there if name.startswith("tables/") and name not in compared)
    rows = (
        Pair((name,), _brief(a.outputs.get(name)), _brief(b.outputs.get(name))) for name in names
    )
    return PairTable("files", ("file",), tuple(row for row in rows if row.differs))


def _brief(value: str | None) -> str | None:
    """The beginning of a hash."""
    return None if value is None else f"SHA-256 {value[:12]}"
