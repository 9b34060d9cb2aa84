"""`planner evidence`: a judged log as a result folder of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.arrays import Ints
from planner.domain.late_orders import (
    COLLECTION_GRACE_S,
    Mask,
    contradictory,
    known,
)
from planner.domain.platform import Clock
from planner.domain.wording import counted
from planner.formats.order_log.reader import OrderLog
from planner.formats.order_log.row_accounting import MOST_PLACES, places
from planner.formats.tables.tables import write_table
from planner.output import sha256, write_bytes
from planner.reporting.evidence_report import write_evidence_report
from planner.studies.late_orders.agreements import Agreements
from planner.studies.late_orders.claims import LOST_AFTER_DAYS, claims_of
from planner.studies.late_orders.judging import JudgedLog, judge_log
from planner.studies.late_orders.tables import evidence_tables, order_names, total
from planner.studies.runs.manifest import INPUTS, seal, versions, write_json


@dataclass(frozen=True, eq=False, kw_only=True)
class LogFile:
    """A log that was read.

    Attributes
    ----------
    name : str
        Its name, as messages show it.
    log : OrderLog
        Its orders.
    path : Path or None
        The file; None: a database, of which `source` tells what was read.
    source : dict or None
        As the summary of an import tells it.
    """

    name: str
    log: OrderLog
    path: Path | None = None
    source: dict[str, Any] | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class EvidenceResult:
    """Tables by name, and the summary that `--json` prints."""

    tables: dict[str, pd.DataFrame]
    summary: dict[str, Any]


def find_evidence(file: LogFile, agreed: Agreements, counts: Clock | None) -> EvidenceResult:
    """Judge the orders of a log, without writing anything.

    Parameters
    ----------
    file : LogFile
        The log.
    agreed : Agreements
        Contracts, collections and rule pack.
    counts : Clock or None
        The event that counts, where it is not the platform's.

    Returns
    -------
    EvidenceResult
        Tables and summary.

    Raises
    ------
    InputError
        The log does not say what is needed.
    """
    judged = judge_log(file.log, agreed, counts, file.name)
    claims = claims_of(judged, agreed.currency)
    tables = evidence_tables(judged, claims, agreed.currency)
    warnings = [*file.log.warnings, *_left_out(file.log), *agreed.warnings]
    warnings += _doubts(judged, agreed, claims.floors, claims.unpriced)
    return EvidenceResult(
        tables=tables, summary=_summary(judged, agreed, tables, file=file, warnings=warnings)
    )


def write_evidence(
    folder: Path,
    file: LogFile,
    agreed: Agreements,
    found: EvidenceResult,
    options: dict[str, Any],
) -> None:
    """Write tables, summary and manifest; the log is not copied, only its hash is kept.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    file : LogFile
        The log.
    agreed : Agreements
        Contracts and rule pack, which are kept.
    found : EvidenceResult
        What was found.
    options : dict
        Options of the command, for the manifest.
    """
    for name, table in found.tables.items():
        write_table(table, folder / "tables" / f"{name}.csv")
    inputs = {}
    for path in dict.fromkeys(agreed.files):
        name = path.name
        write_bytes(folder / INPUTS / name, path.read_bytes())
        inputs[name] = sha256(path)
    if file.path is not None:
        inputs[f"log/{file.path.name}"] = sha256(file.path)
    write_json(folder / "summary.json", found.summary)
    manifest = {
        "name": Path(file.name).stem or "log",
        "currency": agreed.currency,
        "versions": versions(),
        "inputs": inputs,
        "options": options,
    }
    write_evidence_report(folder, found.tables, found.summary, options["lang"])
    seal(folder, manifest)


def _sum(amounts: pd.Series) -> float | None:
    """Sum of the amounts that are known; None where none is."""
    found = total(amounts)
    return None if np.isnan(found) else found


def _left_out(log: OrderLog) -> Iterator[str]:
    """Rows that are no orders, and cells that could not be read."""
    yield from (f"left out: {words}" for words in log.left_out.words())
    yield from (f"taken as unknown: {words}" for words in log.unknown.words())


def _doubts(judged: JudgedLog, agreed: Agreements, floors: int, unpriced: int) -> Iterator[str]:
    """What a person should look at before the result is used, with the first rows."""
    moments = judged.moments
    early = known(moments.approved) & known(moments.handed_over)
    early &= moments.handed_over < moments.approved
    yield from _rows(judged, early, "handed over before the payment was approved")
    yield from _rows(judged, contradictory(moments), "with moments that contradict each other")
    labels = judged.log.label("contract")
    for label in dict.fromkeys(labels.tolist()):
        if label and agreed.contracts and agreed.of_label(label) is None:
            words = f"of {label}, whose contract was not given (--contract {label}=FILE)"
            yield from _rows(judged, labels == label, words)
    no_zone = np.array([c is not None for c in judged.contract], dtype=bool)
    no_zone &= np.array([zone is None for zone in judged.zone], dtype=bool)
    yield from _rows(judged, no_zone, "to regions that their contract does not serve")
    if floors:
        yield (
            f"{counted(floors, 'late order')} without a price: the compensation is the floor; "
            "name the column of what was paid with --columns price=NAME"
        )
    if unpriced:
        yield (
            f"{counted(unpriced, 'late order')} with a claim whose amount is not known; name the "
            "column of weights with --columns weight_g=NAME (or weight_kg)"
        )


def _rows(judged: JudgedLog, which: Mask, words: str) -> Iterator[str]:
    """`12 orders of 快递丙, ...: A1 (line 2), ...`; nothing without any."""
    rows: Ints = np.flatnonzero(which)
    if not len(rows):
        return
    lines = judged.log.order_lines
    shown = rows[:MOST_PLACES] + 1 if lines is None else lines[rows[:MOST_PLACES]]
    first = ", ".join(map(str, order_names(judged, rows[:MOST_PLACES])))
    yield (f"{counted(len(rows), 'order')} {words}: {first}; {places(len(rows), shown.tolist())}")


def _summary(
    judged: JudgedLog,
    agreed: Agreements,
    tables: dict[str, pd.DataFrame],
    *,
    file: LogFile,
    warnings: list[str],
) -> dict[str, Any]:
    """What `--json` prints and summary.json keeps."""
    evidence, log, rule = tables["evidence"], judged.log, judged.rule
    judged_orders = int((judged.skipped < 0).sum())
    faults = evidence["fault"].value_counts()
    summary: dict[str, Any] = {
        "orders": len(log),
        "rows": log.rows,
        "merged_rows": log.merged,
        "skipped": log.skipped,
        "from": log.first.isoformat(),
        "to": log.last.isoformat(),
        "counts": judged.clock,
        "judged": judged_orders,
        "not_judged": {
            str(row["reason"]): int(row["orders"]) for _, row in tables["not_judged"].iterrows()
        },
        "exempt": int((judged.terms.exempt & (judged.skipped < 0)).sum()),
        "late_orders": len(evidence),
        "late_share": round(len(evidence) / judged_orders, 6) if judged_orders else 0.0,
        "faults": {str(fault): int(n) for fault, n in sorted(faults.items())},
        "stated": int((evidence["certainty"] == "stated").sum()),
        "compensation": _sum(evidence["compensation"]),
        "claim": _sum(evidence["claim"]),
        "currency": agreed.currency,
        "platform": None
        if rule is None
        else {
            "name": rule.name,
            "source": rule.source,
            "retrieved": rule.retrieved,
            "grade": rule.grade,
        },
        "contracts": sorted({contract.name for contract in agreed.contracts.values()}),
        "contract_sources": {c.name: c.source for c in agreed.contracts.values()},
        "assumptions": {
            "collection_grace_minutes": COLLECTION_GRACE_S // 60,
            "lost_after_days": LOST_AFTER_DAYS,
            "deadlines_by_rule": int(judged.terms.rule_deadline[judged.skipped < 0].sum()),
        },
        "columns": log.names,
        "notes": list(log.notes),
        "warnings": warnings,
    }
    if file.source is not None:
        summary["source"] = file.source
    return summary
