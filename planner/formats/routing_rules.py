"""Lists of routing rules <-> `rules.csv`, as a run writes it and a person types it.

read_rules(rules_table(...)) gives the same lists.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from planner.domain.contracts import HEAVIEST_G
from planner.domain.problem import Problem
from planner.domain.routing_rules import Cell, RoutingRule, Rules, routed
from planner.formats.base import input_limits
from planner.formats.base.columns import RULES
from planner.formats.base.findings import Findings, shown
from planner.formats.base.region_names import RegionNames
from planner.formats.base.value_types import NO_CURRENCY
from planner.formats.tables.tables import Table, open_table, read_cells

EVERYWHERE = "all"
BETWEEN = ";"  # regions
RULE_COLUMNS = tuple(column.name for column in RULES)


def rules_table(problem: Problem, lists: Mapping[str, Rules], study: str) -> pd.DataFrame:
    """Lists of rules as a table, in the order in which rules are tried.

    Parameters
    ----------
    problem : Problem
        Its horizon and regions.
    lists : mapping
        Rules by the name of their list.
    study : str
        What the lists were made for: `plan` or `couriers`.

    Returns
    -------
    DataFrame
        The columns `RULES`.
    """
    rows = [
        (name, number, *_cells(problem, rule), study)
        for name, rules in lists.items()
        for number, rule in enumerate(rules, start=1)
    ]
    table = pd.DataFrame(rows, columns=list(RULE_COLUMNS))
    return table.astype({"above_g": "Int64", "to_g": "Int64"})


def _cells(problem: Problem, rule: RoutingRule) -> tuple[Any, ...]:
    """Cells of a rule but its list, number and study."""
    whole = set(rule.regions) >= set(problem.region_names)
    horizon = problem.horizon
    begin, end = (
        None
        if edge
        else horizon.at(second).isoformat(timespec="seconds" if second % 60 else "minutes")
        for second, edge in (
            (rule.from_s, rule.from_s <= 0),
            (rule.to_s, rule.to_s >= horizon.end_s),
        )
    )
    return (
        EVERYWHERE if whole else f"{BETWEEN} ".join(rule.regions),
        rule.above_g or pd.NA,
        pd.NA if rule.to_g == HEAVIEST_G else rule.to_g,
        begin,
        end,
        rule.share,
        rule.site,
        rule.contract,
    )


def read_rules(path: Path, problem: Problem, file: str = "") -> dict[str, Rules]:
    """Read lists of rules.

    Parameters
    ----------
    path : Path
        The table.
    problem : Problem
        Its regions, sites and contracts.
    file : str
        Name of the table in messages; empty: its path.

    Returns
    -------
    dict
        Rules by the name of their list, in the order in which they are tried.

    Raises
    ------
    InputError
        With every finding: a name that the scenario does not have, orders that no rule takes.
    """
    findings = Findings(path.parent)
    size = input_limits.TABLES["routing rules"]
    table = open_table(path, file or str(path), findings, size=size)
    cells = None if table is None else read_cells(table, RULES, NO_CURRENCY, findings)
    lists: dict[str, Rules] = {}
    if table is not None and cells is not None:
        rows = [{name: values[i] for name, values in cells.items()} for i in range(table.rows)]
        rules = _rules(table, rows, problem, findings)
        findings.raise_if_any()
        for name, numbers in _by_list(rows).items():
            lists[name] = tuple(rules[i] for i in numbers)
            _check_covers(table, numbers[-1], problem, lists[name], findings)
    findings.raise_if_any()
    return lists


def _by_list(rows: Sequence[dict[str, Any]]) -> dict[str, list[int]]:
    """Numbers of the rows of every list, by their place in it."""
    found: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        found.setdefault(row["rules"], []).append(i)
    return {
        name: sorted(numbers, key=lambda i: rows[i]["rule"] or 0) for name, numbers in found.items()
    }


def _rules(
    table: Table, rows: Sequence[dict[str, Any]], problem: Problem, findings: Findings
) -> list[RoutingRule]:
    """A rule of every row; findings of what no rule can be."""
    known = RegionNames.of(problem.regions)
    contracts = ("", *problem.contract_names)
    rules = []
    for i, row in enumerate(rows):
        for column, names in (("site", problem.site_names), ("contract", contracts)):
            if row[column] not in names:
                hint = findings.hint(row[column], names)
                words = f"no such {column}, got {shown(row[column])}{hint}"
                findings.found.append(table.finding(i, column, words))
        regions = _regions(row["regions"], problem, known)
        for name in (name for name, region in regions if region is None):
            findings.found.append(table.finding(i, "regions", known.wrong(name)))
        if not regions:
            words = f"names no region: write regions, separated by {BETWEEN}, or {EVERYWHERE}"
            findings.found.append(table.finding(i, "regions", words))
        rule = _rule(row, tuple(region for _, region in regions if region is not None), problem)
        if rule.to_s <= rule.from_s:
            findings.found.append(table.finding(i, "to", "must be after from"))
        if rule.to_g <= rule.above_g:
            words = f"must be more than above_g, {rule.above_g}"
            findings.found.append(table.finding(i, "to_g", words))
        rules.append(rule)
    return rules


def _rule(row: dict[str, Any], regions: tuple[str, ...], problem: Problem) -> RoutingRule:
    """The rule of a row; what is left out has no limit."""
    horizon = problem.horizon
    return RoutingRule(
        regions=regions,
        site=row["site"],
        contract=row["contract"],
        from_s=horizon.second(row["from"]) if row["from"] else 0,
        to_s=horizon.second(row["to"]) if row["to"] else horizon.end_s,
        above_g=row["above_g"] or 0,
        to_g=HEAVIEST_G if row["to_g"] is None else row["to_g"],
        share=row["share"],
    )


def _regions(text: str, problem: Problem, known: RegionNames) -> list[tuple[str, str | None]]:
    """(text, region or None) of every region that a cell names."""
    if text.strip() == EVERYWHERE:
        return [(name, name) for name in problem.region_names]
    names = [name.strip() for name in text.split(BETWEEN)]
    return [
        (name, name if name in problem.region_names else known.find(name)) for name in names if name
    ]


def _check_covers(
    table: Table, row: int, problem: Problem, rules: Rules, findings: Findings
) -> None:
    """Add a finding where a list leaves orders without a rule."""
    left = routed(problem, rules).left
    if left:
        words = (
            f"no rule takes the orders {_cell_in_words(problem, left[0])}"
            f"{', and others' if len(left) > 1 else ''}: end the list with rules for all weights "
            "and times whose contracts serve the region"
        )
        findings.found.append(table.finding(row, "regions", words))


def _cell_in_words(problem: Problem, cell: Cell) -> str:
    """Which orders a cell holds."""
    region, (above_g, to_g), (from_s, to_s) = cell
    weight = f" above {above_g} g" if above_g else ""
    weight += f" up to {to_g} g" if to_g < HEAVIEST_G else ""
    begin, end = (problem.horizon.at(s).isoformat(" ", "minutes") for s in (from_s, to_s))
    return f"of {region}{weight}, {begin} to {end}"
