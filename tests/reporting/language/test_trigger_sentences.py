"""The counts between which each line of a trigger card applies."""

from __future__ import annotations

from planner.reporting.language.labels import Labels
from planner.reporting.language.trigger_sentences import levels_of, threshold_in_words


def _row(checkpoint: str, level: int, threshold: object) -> dict[str, object]:
    return {"checkpoint": checkpoint, "level": level, "threshold": threshold, "action": "call"}


def _words(*rows: dict[str, object]) -> list[str]:
    return [threshold_in_words(Labels("en"), level[0]) for level in levels_of(rows)]


def test_one_count_falls_into_one_line_of_its_checkpoint() -> None:
    rows = [_row("21:00", 1, 210), _row("21:00", 2, 270), _row("23:00", 1, 1_500)]
    assert _words(*rows) == ["211 to 270", "more than 270", "more than 1,500"]


def test_what_is_done_in_any_case_ends_where_more_is_done() -> None:
    assert _words(_row("21:00", 1, "")) == ["in any case"]
    rows = [_row("21:00", 1, ""), _row("21:00", 2, 270)]
    assert _words(*rows) == ["at most 270", "more than 270"]
