"""A replay in words: what happened, what each plan would have made of it, what the log shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from planner.reporting.language.labels import MISSING, Labels

Row = Mapping[str, Any]


def replay_lines(labels: Labels, found: Mapping[str, Any]) -> list[str]:
    """The summary of a replay as lines for a terminal.

    Parameters
    ----------
    labels : Labels
        Language, currency and names.
    found : mapping
        The summary, as `--json` prints it.

    Returns
    -------
    list of str
        The lines.
    """
    cases: Sequence[Row] = found["cases"]
    first, last = (date.fromisoformat(found[key]) for key in ("from", "to"))
    lines = [
        labels(
            "replay_head",
            event=found["event"],
            days=labels.days(first, last),
            orders=labels.number(cases[0]["orders"]),
            open=labels.number(found["open_at_start"]),
            n=found["replications"],
        )
    ]
    if found["scale"] != 1:
        lines.append(labels("replay_scale", scale=labels.plain(found["scale"])))
    planned = next((c["case"] for c in cases if c["cost"] is not None), "")
    lines += [_case(labels, case, planned) for case in cases]
    inputs = [_input(labels, row) for row in found["inputs"]]
    return [*lines, *(inputs or [labels("replay_not_seen")])]


def _case(labels: Labels, row: Row, first: str) -> str:
    """What happened, or what a plan would have made of it."""
    case = labels.name("replay case", row["case"])
    if row["case"] == "log":
        if row["late_share"] is None:
            return labels("replay_log_unknown", case=case)
        return labels("replay_log", case=case, late=labels.percent(row["late_share"], 2))
    if row["cost"] is None:
        return labels("replay_without", case=case, why=row["message"])
    spread = {key: row[f"late_{key}"] for key in ("low", "high")}
    words = labels(
        "replay_case_once" if spread["low"] is None else "replay_case",
        case=case,
        late=labels.percent(row["late_share"], 2),
        cost=labels.money(row["cost"]),
        **{key: MISSING if v is None else labels.percent(v, 2) for key, v in spread.items()},
    )
    if row["cost_extra"] is None or row["extra_low"] is None:
        return words
    extra, low, high = (labels.money(row[k]) for k in ("cost_extra", "extra_low", "extra_high"))
    against = labels.name("replay case", first)
    return words + labels("replay_extra", extra=extra, first=against, low=low, high=high)


def _input(labels: Labels, row: Row) -> str:
    """What the log shows of an input."""
    key = {
        "told": "replay_told",
        "either": "replay_either",
        "at least": "replay_at_least",
        "unexplained": "replay_unexplained",
    }
    numbers = {
        name: MISSING if row[name] is None else labels.plain(row[name])
        for name in ("stated", "low", "high")
    }
    value = MISSING if row["estimated"] is None else labels.plain(row["estimated"])
    return labels(key[row["reading"]], what=row["what"], value=value, **numbers)
