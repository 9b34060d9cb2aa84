"""The comparison of two results for programs."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from planner.domain.run_differences import MeanDifference, PairTable, Reason, RunDifferences
from planner.reporting.language.labels import Labels
from planner.reporting.outputs.difference_cells import reason_in_words


def difference_object(found: RunDifferences) -> dict[str, Any]:
    """Everything that was compared as plain data; sentences are English."""
    labels = Labels("en", found.a.currency or "CNY", found.names)
    return {
        "equal": found.equal,
        "a": {**asdict(found.a), "changed": list(found.a.changed)},
        "b": {**asdict(found.b), "changed": list(found.b.changed)},
        "means": {mean.name: _mean(labels, mean) for mean in found.means},
        "differences": {table.name: _rows(table) for table in found.tables if table.differing},
        "equal_parts": [table.name for table in found.tables if not table.differing],
        "notes": [_reason(labels, reason) for reason in found.notes],
        "left_out": [{"part": name, **_reason(labels, why)} for name, why in found.left_out],
    }


def _rows(table: PairTable) -> list[dict[str, Any]]:
    """The rows of a table that differ."""
    return [
        {
            **dict(zip(table.columns, row.keys, strict=True)),
            "a": row.a,
            "b": row.b,
            "difference": row.difference,
        }
        for row in table.differing
    ]


def _mean(labels: Labels, mean: MeanDifference) -> dict[str, Any]:
    numbers = {
        "a": mean.mean_a,
        "b": mean.mean_b,
        "difference": mean.difference,
        "low": mean.low,
        "high": mean.high,
    }
    return {
        **{name: None if math.isnan(value) else value for name, value in numbers.items()},
        "replications": list(mean.replications),
        "paired": mean.unpaired is None,
        "why_not_paired": None if mean.unpaired is None else _reason(labels, mean.unpaired),
    }


def _reason(labels: Labels, reason: Reason) -> dict[str, str]:
    """A reason by its name and as a sentence."""
    return {"reason": reason.key.removeprefix("diff_"), "words": reason_in_words(labels, reason)}
