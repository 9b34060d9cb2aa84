"""Decisions of two plans: people by day and shift, hires, stock, contracts, routing, levers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pandas as pd

from planner.domain.run_differences import NotComparableError, Pair, PairTable, ValueKind
from planner.studies.run_differences.side import Side

PEOPLE = ("date", "shift", "site", "process")
CREWS = ("site", "crew")
HIRES = ("site", "crew", "from", "to")
STOCK = ("site", "product")
LANE = ("region", "above_g", "to_g", "site", "contract")
PARCELS: dict[str, ValueKind] = {"parcels_mean": "mean", "cost_mean": "money"}


def common_days(a: Side, b: Side) -> set[str]:
    """Days that both horizons have.

    Raises
    ------
    NotComparableError
        There is none.
    """
    found = set(_days(a)) & set(_days(b))
    if not found:
        raise NotComparableError("diff_no_common_day")
    return found


def _days(side: Side) -> list[str]:
    first = date.fromisoformat(str(side.manifest["start"])[:10])
    return [(first + timedelta(days=k)).isoformat() for k in range(int(side.manifest["days"]))]


def compare_people(a: Side, b: Side) -> PairTable:
    """People at each process of a site, by day and shift, on the days that both have."""
    days = common_days(a, b)
    tables = [side.table("staffing") for side in (a, b)]
    here = [table[table["date"].isin(days)] for table in tables]
    return _sums("people", PEOPLE, "headcount", here)


def compare_crews(a: Side, b: Side) -> PairTable:
    """Scheduled person-days of each crew."""
    return _sums("crews", CREWS, "scheduled_days", [side.table("payroll") for side in (a, b)])


def compare_hires(a: Side, b: Side) -> PairTable:
    """Temporary people to book, by crew and days."""
    return _sums("hires", HIRES, "people", [side.table("hiring") for side in (a, b)])


def compare_stock(a: Side, b: Side) -> PairTable:
    """Units placed before the promotion."""
    unlimited = [side for side in (a, b) if side.plan["stock_unlimited"]]
    if len(unlimited) == 1:
        raise NotComparableError("diff_stock_unlimited", side=unlimited[0].letter)
    return _sums("stock", STOCK, "units", [side.table("stock") for side in (a, b)])


def compare_contracts(a: Side, b: Side) -> PairTable:
    """Which contracts are signed, and their parcels and charges where these were simulated."""
    signed = [set(side.plan["signed"]) for side in (a, b)]
    rows = [
        Pair((name, "signed"), name in signed[0], name in signed[1], "flag")
        for name in sorted(signed[0] | signed[1])
    ]
    if a.has("couriers") and b.has("couriers"):
        tables = [side.table("couriers") for side in (a, b)]
        for column, kind in PARCELS.items():
            sums = _pairs(("contract",), column, tables, kind)
            rows += [Pair((*p.keys, column), p.a, p.b, p.kind) for p in sums]
    rows.sort(key=lambda row: row.keys[0])
    return PairTable("contracts", ("contract", "figure"), tuple(rows))


def compare_levers(a: Side, b: Side) -> PairTable:
    """Promised hours by region, and caps of events."""
    rows = []
    for lever in ("promises", "caps"):
        stated = [side.plan[lever] for side in (a, b)]
        rows += [
            Pair((lever, name), stated[0].get(name), stated[1].get(name), "number")
            for name in sorted(stated[0].keys() | stated[1].keys())
        ]
    return PairTable("levers", ("lever", "name"), tuple(rows))


def compare_routing(a: Side, b: Side) -> PairTable:
    """Shares of every lane, from one change in either plan to the next; equal times are joined."""
    common_days(a, b)
    tables = [side.table("routing") for side in (a, b)]
    begin, end = (edge(*(_span(side)[k] for side in (a, b))) for k, edge in ((0, max), (1, min)))
    lanes = [dict(_lanes(table)) for table in tables]
    rows: list[Pair] = []
    for lane in sorted(lanes[0].keys() | lanes[1].keys()):
        rows += _of_lane(lane, [shares.get(lane, []) for shares in lanes], begin, end)
    return PairTable("routing", (*LANE, "from", "to"), tuple(rows))


Share = tuple[str, str, float]  # from, to, share


def _span(side: Side) -> tuple[str, str]:
    """First and last moment of a horizon, as the tables write them."""
    start = str(side.manifest["start"])
    end = date.fromisoformat(start[:10]) + timedelta(days=int(side.manifest["days"]))
    return start, f"{end.isoformat()}{start[10:]}"


def _lanes(table: pd.DataFrame) -> Iterable[tuple[tuple[str, ...], list[Share]]]:
    """Every lane with its shares over time."""
    texts = table.assign(**{name: table[name].map(_weight) for name in ("above_g", "to_g")})
    for lane, rows in texts.groupby(list(LANE), sort=False):
        yield (
            tuple(map(str, lane)),
            list(zip(rows["from"], rows["to"], rows["share"].astype(float), strict=True)),
        )


def _weight(grams: Any) -> str:
    """The edge of a weight class as text; empty where there is none."""
    return "" if pd.isna(grams) or grams == "" else f"{float(grams):g}"


def _of_lane(
    lane: tuple[str, ...], shares: list[list[Share]], begin: str, end: str
) -> Iterable[Pair]:
    """Shares of one lane in both plans, over the times in which neither changes."""
    edges = {begin, end, *(moment for of in shares for row in of for moment in row[:2])}
    inside = sorted(moment for moment in edges if begin <= moment <= end)
    found: list[tuple[str, str, float, float]] = []
    for start, stop in pairwise(inside):
        here = [_share_at(of, start) for of in shares]
        if found and found[-1][1] == start and list(found[-1][2:]) == here:
            found[-1] = (found[-1][0], stop, *found[-1][2:])
        else:
            found.append((start, stop, here[0], here[1]))
    return [Pair((*lane, start, stop), x, y, "share") for start, stop, x, y in found if x or y]


def _share_at(shares: list[Share], moment: str) -> float:
    return sum(share for start, stop, share in shares if start <= moment < stop)


def _sums(name: str, keys: tuple[str, ...], column: str, tables: list[pd.DataFrame]) -> PairTable:
    """Sums of a column of both tables by their keys."""
    return PairTable(name, keys, tuple(_pairs(keys, column, tables, "number")))


def _pairs(
    keys: tuple[str, ...], column: str, tables: list[pd.DataFrame], kind: ValueKind
) -> list[Pair]:
    """Sums of a column of both tables by their keys, 0 where one has no such row."""
    of_a, of_b = (_sum_by(keys, column, table) for table in tables)
    return [
        Pair(key, of_a.get(key, 0.0), of_b.get(key, 0.0), kind)
        for key in sorted(of_a.keys() | of_b.keys())
    ]


def _sum_by(
    keys: tuple[str, ...], column: str, table: pd.DataFrame
) -> dict[tuple[str, ...], float]:
    found: dict[tuple[str, ...], float] = {}
    for *key, value in table[[*keys, column]].itertuples(index=False, name=None):
        of = tuple(map(str, key))
        found[of] = found.get(of, 0.0) + float(value)
    return {key: round(value, 6) for key, value in found.items()}


Section = Callable[[Side, Side], PairTable]
DECISIONS: dict[str, Section] = {
    "people": compare_people,
    "crews": compare_crews,
    "hires": compare_hires,
    "stock": compare_stock,
    "contracts": compare_contracts,
    "routing": compare_routing,
    "levers": compare_levers,
}
