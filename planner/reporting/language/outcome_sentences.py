"""What `plan` and `run` say at the end: the sentences and figures of page 1 of the report."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from unicodedata import east_asian_width

from planner.reporting.language.certificate_sentences import (
    certain_sentences,
    method_cells,
    method_heads,
    open_sentences,
    repair_sentences,
    verdict_sentences,
)
from planner.reporting.language.history_sentences import proved, reinforced, stop_sentence, trimmed
from planner.reporting.language.labels import Labels


def outcome_lines(
    content: dict[str, Any], tried: Sequence[tuple[str, dict[str, Any]]], labels: Labels
) -> list[str]:
    """Say the certificate, what it rests on and how the plan was reached, with all methods.

    Parameters
    ----------
    content : mapping
        Content of plan.json.
    tried : sequence of tuple[str, dict[str, Any]]
        Methods with the summaries of their plans, ours first.
    labels : Labels
        Language, currency and names.

    Returns
    -------
    list of str
        The lines.
    """
    certificate, ours = content["certificate"], tried[0][1]
    head, *why = verdict_sentences(certificate, labels)
    word = labels("certified" if certificate["certified"] else "not_certified")
    lines = [
        f"{word}: {head}",
        *repair_sentences(certificate, labels),
        *why,
        *certain_sentences(content["certain_demand"], labels),
        *open_sentences(ours["open_at_end"], ours["late_at_end"], labels),
    ]
    if "loop" in content:
        loop = content["loop"]
        added = reinforced(labels, loop.get("reinforced"))
        lines += [stop_sentence(labels, loop), proved(labels, loop), *([added] if added else [])]
        lines.append(trimmed(labels, loop["trimmed"]))
    rows = []
    for place, (method, figures) in enumerate(tried):
        verdict = figures["certificate"]
        costs = (figures["cost"], ours["cost"] if place else math.nan)
        kept = (verdict["met"], verdict["replications"])
        share = figures["on_time_share"]["mean"]
        rows.append(
            method_cells(
                labels,
                method,
                costs=costs,
                on_time=share,
                kept=kept,
                certified=verdict["certified"],
            )
        )
    return [*lines, *aligned([method_heads(labels), *rows])]


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of a table in columns: the first to the left, all others to the right."""
    columns = [
        [_padded(cell, width, left=k == 0) for cell in column]
        for k, column in enumerate(zip(*rows, strict=True))
        for width in [max(map(_cells_of_terminal, column))]
    ]
    return ["  ".join(cells) for cells in zip(*columns, strict=True)]


def _padded(text: str, width: int, *, left: bool) -> str:
    blanks = " " * (width - _cells_of_terminal(text))
    return text + blanks if left else blanks + text


def _cells_of_terminal(text: str) -> int:
    """How many cells of a terminal a text takes: two for each Chinese character."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
