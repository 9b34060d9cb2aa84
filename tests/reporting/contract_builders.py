"""Tables of the contract studies made up for the tests of the reports."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd

GROUPS = (("all", 3.9, 0.08), ("remote", 15.0, 0.5), ("other", 3.0, 0.05))
CONTRACT_COLUMNS = [
    "contract",
    "members",
    "region_group",
    "parcels",
    "cost_per_order",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "refused",
    "on_time_share",
    "kept",
    "commitment_missed",
    "money_at_risk",
    "rank",
    "ranked_cost",
    "fails",
]
TERM_COLUMNS = [
    "alternative",
    "contract",
    "parcels",
    "signed",
    "tier_from",
    "tier_reached",
    "discount",
    "commitment",
    "commitment_missed",
    "shortfall",
    "full_days",
]
REMOTE_COLUMNS = [
    "region",
    "remote",
    "above_g",
    "to_g",
    "orders",
    "margin",
    "direct_site",
    "direct_contract",
    "direct_cost",
    "hub_site",
    "hub_contract",
    "hub_cost",
    "best",
    "margin_after",
]


def contract_tables(
    contracts: Sequence[str], regions: Sequence[str], remote: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """All of them, for these contracts, regions and remote ones among these."""
    return {
        "contracts": _comparison(contracts),
        "contract_terms": _terms(contracts),
        "clauses": _clauses(contracts),
        "breakevens": _breakevens(contracts),
        **_rules(contracts, regions, remote),
        "remote": _remote(contracts, regions, remote),
    }


def _comparison(contracts: Sequence[str]) -> pd.DataFrame:
    """Every contract, every pair and all together; the pair of the first two is best, the first
    alone is second.
    """
    names = [*contracts, *(" + ".join(pair) for pair in combinations(contracts, 2)), "together"]
    best = " + ".join(contracts[:2])
    order = [best, *(n for n in names if n != best)]
    rows = []
    for k, name in enumerate(order):
        for group, base, half in GROUPS:
            gain = 0.02 * base * k
            cost, reach = 0.85 * base + gain, 0.25 * gain if k else 0.0
            members = len(contracts) if name == "together" else 1 + name.count(" + ")
            own = (
                0.995 - 0.002 * k,
                max(0.0, 0.98 - 0.03 * k),
                0.02 * (k % 4),
                41_000.5 + 900 * k,
                k + 1,
                cost,
                "",
            )
            rows.append(
                (
                    name,
                    members,
                    group,
                    40_000,
                    cost,
                    cost - half,
                    cost + half,
                    gain,
                    gain - reach,
                    gain + reach,
                    0.01 * (k % 5),
                    *(own if group == "all" else (None,) * 7),
                )
            )
    return pd.DataFrame(rows, columns=CONTRACT_COLUMNS).astype({"rank": "Int64"})


def _terms(contracts: Sequence[str]) -> pd.DataFrame:
    """The first contract has tiers and misses its commitment now and then; the last is not
    signed.
    """
    rows = []
    for alternative, members in (
        (" + ".join(contracts[:2]), contracts[:2]),
        ("together", contracts),
    ):
        for k, contract in enumerate(members):
            tier = (50_000, 0.62, 8_412.5) if k == 0 else (None, None, None)
            bound = (30_000, 0.125, 1_733.0) if k < 2 else (None, None, None)
            rows.append(
                (alternative, contract, 71_000 - 12_500 * k, int(k < 4), *tier, *bound, 0.3 * k)
            )
    return pd.DataFrame(rows, columns=TERM_COLUMNS)


def _clauses(contracts: Sequence[str]) -> pd.DataFrame:
    """More changes than bars on the page, of all units, saving and costing, one that shows no
    difference.
    """
    kinds = (
        ("allotment per day", "parcels", 8_000, 9_000, 21_300.0),
        ("base price, all zones (quoted: near up to 300 g)", "CNY", 2.9, 2.61, 18_950.0),
        ("surcharge peak", "share", 0.15, 0.1, 9_400.0),
        ("one more collection at yiwu, 22:00", "collections", 2, 3, 640.0),
        ("scan delay, median (95 % point in proportion)", "h", 14, 26, -12_100.0),
    )
    rows = []
    for j, contract in enumerate(contracts):
        for k, (clause, unit, now, changed, value) in enumerate(kinds):
            mean, half = value * 0.7**j, 700.0 + 90.0 * k
            rows.append(
                (contract, clause, unit, now, changed, round(mean, 2), mean - half, mean + half)
            )
    return pd.DataFrame(
        rows, columns=["contract", "clause", "unit", "now", "changed", "value", "low", "high"]
    )  # fmt: skip


def _breakevens(contracts: Sequence[str]) -> pd.DataFrame:
    """One that has to come down, one that may go up, one without an answer."""
    a, b, c = contracts[:3]
    rows = [
        (b, a, "base price near up to 300 g", 1.45, 1.32, 0.001, -0.012, 0.014),
        (a, c, "base price far", 2.1, 2.35, -0.002, -0.02, 0.016),
        (c, a, "base price near", 1.9, None, None, None, None),
    ]
    return pd.DataFrame(
        rows,
        columns=["contract", "rival", "price", "now", "break_even", "difference", "low", "high"],
    )


def _rules(
    contracts: Sequence[str], regions: Sequence[str], remote: Sequence[str]
) -> dict[str, pd.DataFrame]:
    """Three, ten and fifty rules; the last of each holds for all."""
    start, peak, end = "2026-11-08 00:00", "2026-11-10 20:00", "2026-11-17 00:00"
    near = "; ".join(r for r in regions if r not in remote)
    rows: list[tuple[object, ...]] = []
    for k in (3, 10, 50):
        for rule in range(1, k + 1):
            where = (
                ("; ".join(remote), near, "zhejiang; jiangsu; shanghai")[rule % 3]
                if rule < k
                else "all"
            )
            above, to = ((None, 300), (300, 1_000), (1_000, None), (None, None))[
                rule % 4 if rule < k else 3
            ]
            times = (start, peak) if rule % 2 and rule < k else (start, end)
            rows.append((str(k), rule, where, above, to, *times, 1.0, ("yiwu", "chengdu")[rule % 2],
                         contracts[rule % len(contracts)], "plan"))  # fmt: skip
    extra = {"3": 0.31, "10": 0.06, "50": 0.004, "all": 0.0}
    costs = [
        (
            k,
            3.31 + x,
            x,
            x and 0.7 * x - 0.002,
            x and 1.3 * x + 0.002,
            0.993 - x / 40,
            99 if x < 0.3 else 77,
            100,
            int(x < 0.3),
            "plan",
        )
        for k, x in extra.items()
    ]
    return {
        "rules": pd.DataFrame(
            rows,
            columns=[
                "rules",
                "rule",
                "regions",
                "above_g",
                "to_g",
                "from",
                "to",
                "share",
                "site",
                "contract",
                "study",
            ],
        ).astype({"above_g": "Int64", "to_g": "Int64"}),
        "rules_cost": pd.DataFrame(
            costs,
            columns=[
                "rules",
                "cost_per_order",
                "extra",
                "extra_low",
                "extra_high",
                "on_time_share",
                "kept",
                "replications",
                "certified",
                "study",
            ],
        ),
    }


def _remote(
    contracts: Sequence[str], regions: Sequence[str], remote: Sequence[str]
) -> pd.DataFrame:
    """Four weight classes in every region; light parcels best direct, heavier ones through the hub,
    some not at all.
    """
    rng = np.random.default_rng(3)
    classes = ((None, 300, 4.5), (300, 1_000, 8.0), (1_000, 3_000, 15.0), (3_000, None, 31.0))
    rows = []
    for region in regions:
        for k, (above, to, price) in enumerate(classes):
            direct = round(price * float(rng.uniform(0.9, 1.3)), 2)
            hub = round(0.45 * price + 2.2, 2) if region in remote and k < 3 else None
            cheapest = min(direct, hub if hub is not None else direct)
            margin = round(12.0 * float(rng.uniform(0.9, 1.1)), 2)
            best = (
                "do not sell"
                if cheapest > margin
                else "hub"
                if hub is not None and hub < direct
                else "direct"
            )
            way = ("yiwu", contracts[-1], hub) if hub is not None else (None, None, None)
            left = margin - cheapest if best != "do not sell" else 0.0
            rows.append(
                (
                    region,
                    int(region in remote),
                    above,
                    to,
                    round(900 / (k + 1), 1),
                    margin,
                    "chengdu",
                    contracts[0],
                    direct,
                    *way,
                    best,
                    round(left, 2),
                )
            )
    return pd.DataFrame(rows, columns=REMOTE_COLUMNS)
