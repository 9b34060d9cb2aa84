"""The text report of `planner compare`: contracts side by side, as lines for a terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from planner.reporting.language.labels import Labels

Row = dict[str, Any]
TOGETHER = "together"  # name of the alternative that signs all contracts
MOST_CLAUSES = 12
LEFT_COLUMNS = 2  # columns of names, set to the left; figures are set to the right
GROUPS = {
    "all": "compare_regions_all",
    "remote": "compare_regions_remote",
    "other": "compare_regions_other",
}
STANDINGS = {
    "best": "compare_is_best",
    "refused": "compare_is_refused",
    "late": "compare_is_late",
    "higher": "compare_is_higher",
    "cheaper": "compare_is_cheaper",
    "same": "compare_is_same",
    "equal": "compare_is_equal",
    "unknown": "compare_is_unknown",
}
SECONDS = {
    "higher": "compare_second_higher",
    "cheaper": "compare_second_cheaper",
    "same": "compare_second_same",
    "equal": "compare_second_equal",
    "unknown": "compare_second_unknown",
}
WAYS = ("direct", "hub", "do not sell")


def comparison_lines(
    tables: Mapping[str, Sequence[Row]], summary: Mapping[str, Any], labels: Labels
) -> list[str]:
    """Everything that is printed, block by block with an empty line after each.

    Parameters
    ----------
    tables : mapping of str to sequence of dict
        Rows of the result tables by name, None where nothing is known.
    summary : mapping
        The alternatives with the best and the second best, as `--json` prints them.
    labels : Labels
        Language and currency.

    Returns
    -------
    list of str
        The lines.
    """
    blocks = [
        aligned(_alternatives(summary, labels)),
        _best_and_second(summary, labels),
        clause_lines(tables.get("clauses", []), labels),
        break_even_lines(tables.get("breakevens", []), labels),
        rule_lines(tables.get("rules_cost", []), labels),
        remote_lines(tables.get("remote", []), labels),
    ]
    lines: list[str] = []
    for block in blocks:
        if block:
            lines += [*block, ""]
    return lines


def verdict(row: Row) -> str:
    """What the sample shows against the best single contract: `higher`, `cheaper`, `same`, or
    `unknown` where no parcel or no interval is in common.
    """
    low, high = row["difference_low"], row["difference_high"]
    if row["difference"] == 0:
        return "same"
    if low is None:
        return "unknown"
    if low <= 0 <= high:
        return "same"
    return "higher" if low > 0 else "cheaper"


def _alternatives(summary: Mapping[str, Any], labels: Labels) -> list[tuple[str, ...]]:
    """The table of alternatives, headings first, the best first; groups of regions only for single
    contracts and for the best.
    """
    lines: list[tuple[str, ...]] = [_headings(labels)]
    place = {
        row["contract"]: row["rank"] for row in summary["contracts"] if row["rank"] is not None
    }
    for row in sorted(summary["contracts"], key=lambda row: int(place[row["contract"]])):
        is_best = row["contract"] == summary["best"]
        if row["region_group"] == "all" or row["members"] == 1 or is_best:
            lines.append(_alternative(row, is_best, labels))
    return lines


def _headings(labels: Labels) -> tuple[str, ...]:
    return (
        labels("compare_contract"),
        labels("compare_regions"),
        labels("compare_parcels"),
        labels("compare_cost"),
        labels("compare_interval"),
        labels("compare_difference"),
        labels("compare_interval"),
        "",
        labels("compare_refused"),
        labels("compare_on_time"),
        labels("compare_met"),
    )


def _alternative(row: Row, is_best: bool, labels: Labels) -> tuple[str, ...]:
    """Cells of one alternative in one group of regions."""
    return (
        _name(row["contract"], labels),
        labels(GROUPS[row["region_group"]]),
        f"{row['parcels']:,.1f}",
        _money(row["cost_per_order"]),
        _span(row["low"], row["high"]),
        _money(row["difference"]),
        _span(row["difference_low"], row["difference_high"]),
        labels(STANDINGS["best" if is_best else _standing(row)]),
        f"{row['refused']:.2%}",
        _share(row["on_time_share"]),
        _share(row["kept"]),
    )


def _standing(row: Row) -> str:
    """How an alternative stands to the best; why it is ranked after all others comes first."""
    return row.get("fails") or ("equal" if _is_equal(row) else verdict(row))


def _is_equal(row: Row) -> bool:
    """Whether an alternative costs exactly the same on every order."""
    return row["difference"] == 0 and not row["difference_low"] and not row["difference_high"]


def _best_and_second(summary: Mapping[str, Any], labels: Labels) -> list[str]:
    """The best and the second best in a sentence each."""
    everywhere = {
        row["contract"]: row for row in summary["contracts"] if row["region_group"] == "all"
    }
    best = everywhere[summary["best"]]
    lines = [
        labels(
            "compare_best",
            name=_name(summary["best"], labels),
            amount=_money(best["cost_per_order"]),
            currency=labels.currency,
        )
    ]
    if summary["second"] is not None:
        lines.append(_second(everywhere[summary["second"]], labels))
    return lines


def _second(row: Row, labels: Labels) -> str:
    """The second best against the best."""
    shown = "equal" if _is_equal(row) else verdict(row)
    difference = row["difference"]
    if shown in ("higher", "cheaper") and difference is not None:
        difference = abs(difference)
    sentence = labels(
        SECONDS[shown],
        name=_name(row["contract"], labels),
        amount=_money(difference),
        currency=labels.currency,
        span=_span(row["difference_low"], row["difference_high"]),
    )
    return sentence.rstrip()


def clause_lines(rows: Sequence[Row], labels: Labels) -> list[str]:
    """The clauses that are worth most, by falling value."""
    worth = [row for row in rows if row["value"]][:MOST_CLAUSES]
    if not worth:
        return []
    lines: list[tuple[str, ...]] = [
        (
            labels("compare_contract"),
            labels("compare_clause"),
            labels("compare_change"),
            labels("compare_value"),
            labels("compare_interval"),
        )
    ]
    for row in worth:
        lines.append(
            (
                row["contract"],
                labels.clause(row["clause"]),
                _change(row, labels),
                f"{row['value']:+,.2f} {labels.currency}",
                _span(row["low"], row["high"], 2),
            )
        )
    return [labels("compare_clauses"), *aligned(lines)]


def _change(row: Row, labels: Labels) -> str:
    """A clause as it is and as it is changed to."""
    if row["unit"] == "share":
        return f"{100 * row['now']:g}% -> {100 * row['changed']:g}%"
    return f"{row['now']:g} -> {row['changed']:g} {labels.name('unit', row['unit'])}"


def break_even_lines(rows: Sequence[Row], labels: Labels) -> list[str]:
    """One sentence for each contract that does not win at its prices."""
    lines = []
    for row in rows:
        facts = {
            **row,
            "price": labels.clause(row["price"]),
            "currency": labels.currency,
            "span": _span(row["low"], row["high"]),
        }
        never = row["break_even"] is None
        lines.append(labels("compare_no_breakeven" if never else "compare_breakeven", **facts))
    return lines


def rule_lines(rows: Sequence[Row], labels: Labels) -> list[str]:
    """What each simplification of the routing costs per order, and what was simulated."""
    lines = [labels("compare_rules_study")] if rows else []
    for row in rows:
        if row["rules"] == "all":
            continue
        one = row["rules"] == "1"
        facts = {
            **row,
            "rules": labels(
                "compare_rule_count_one" if one else "compare_rule_count", n=row["rules"]
            ),
            "currency": labels.currency,
            "span": _span(row["extra_low"], row["extra_high"]),
            "on_time": _share(row["on_time_share"]),
        }
        lines.append(labels("compare_rules", **facts))
    return lines


def remote_lines(rows: Sequence[Row], labels: Labels) -> list[str]:
    """How many remote areas and weight classes are best served which way."""
    remote = [row for row in rows if row["remote"]]
    if not remote:
        return []
    ways = [row["best"] for row in remote]
    counts = {way.replace(" ", "_"): ways.count(way) for way in WAYS}
    blank = sum(row["margin"] is None for row in remote)
    unknown = labels("compare_no_margin", n=blank) if blank else ""
    return [labels("compare_ways", unknown=unknown, **counts)]


def _name(alternative: str, labels: Labels) -> str:
    return labels("compare_together") if alternative == TOGETHER else alternative


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.2%}"


def _money(amount: float | None) -> str:
    return "-" if amount is None else f"{amount:,.4f}"


def _span(low: float | None, high: float | None, digits: int = 4) -> str:
    return "" if low is None or high is None else f"[{low:,.{digits}f}, {high:,.{digits}f}]"


def aligned(lines: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows in columns of equal width on a terminal: names to the left, figures to the right."""
    widths = [max(map(terminal_width, column)) for column in zip(*lines, strict=True)]
    shown = []
    for line in lines:
        cells = []
        for place, (text, width) in enumerate(zip(line, widths, strict=True)):
            gap = " " * (width - terminal_width(text))
            cells.append(text + gap if place < LEFT_COLUMNS else gap + text)
        shown.append("  ".join(cells).rstrip())
    return shown


def terminal_width(text: str) -> int:
    """Columns that a text takes on a terminal, where a Chinese character takes two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
