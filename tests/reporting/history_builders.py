"""The way to a made-up plan: its steps, hindsight, where orders miss; and a scenario without a
plan.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

LEVERS = [
    "levers",
    "planned_cost",
    "simulated_cost",
    "difference",
    "difference_low",
    "difference_high",
    "kept",
    "promotions",
    "used",
]
PATH = [
    "step",
    "plan",
    "what",
    "planned_cost",
    "bound",
    "gap",
    "simulated_cost",
    "on_time_share",
    "kept",
    "promotions",
    "kept_share",
    "person_days",
    "vehicles",
    "headroom",
    "certified",
]
MISSES = ["reason", "site", "process", "contract", "product", "from", "to", "late_orders", "share"]
UNITS = [
    "unit",
    "words",
    "site",
    "process",
    "crew",
    "shift",
    "contract",
    "date",
    "added",
    "failed_before",
    "failed_after",
    "saved_orders",
    "cost",
    "cost_per_order",
]


def path_tables(certified: bool) -> dict[str, pd.DataFrame]:
    """Three plans and a verdict, twelve sampled paths; without a certificate where orders miss and
    what helps.
    """
    rows: list[tuple[object, ...]] = [
        (
            k,
            k,
            "plan",
            1_200_000.0 + 9_000 * k,
            1_190_000.0 + 9_000 * k,
            0.0075,
            1_210_000.5 + 8_000 * k,
            0.97 + 0.005 * k,
            240 + 15 * k,
            300,
            round((240 + 15 * k) / 300, 6),
            900 + 20 * k,
            6,
            1.0 + 0.02 * k,
            "",
        )
        for k in (1, 2, 3)
    ]
    kept = 294 if certified else 261
    rows.append(
        (
            4,
            3,
            "verdict",
            1_221_000.0,
            "",
            "",
            1_231_000.0,
            0.99,
            kept,
            300,
            kept / 300,
            940,
            4,
            1.06,
            certified,
        )
    )
    paths = [
        (k, 0.05 + 0.08 * k, 1 / 12, 80_000.0 + 9_000 * k, 9e5 + 9e4 * k, 8.6e5 + 9e4 * k, 4e4)
        for k in range(12)
    ]
    columns = ["path", "stress_level", "weight", "orders", "plan_cost", "hindsight_cost", "regret"]
    found = {
        "path": pd.DataFrame(rows, columns=PATH),
        "hindsight": pd.DataFrame(paths, columns=columns),
        "levers": lever_table(),
    }
    return found if certified else found | miss_tables()


def lever_table() -> pd.DataFrame:
    """A promise that saves, one that does not, a cap that leaves no plan."""
    rows = [
        ("none", 1_221_000.0, 1_231_000.0, "", "", "", 300, 300, False),
        ("xizang 72 h; live 12000", 1e6, 1.1e6, -131e3, -135e3, -127e3, 299, 300, True),
        ("xizang 96 h", 1.3e6, 1.24e6, 9e3, 8e3, 1e4, 300, 300, False),
        ("live 9000", "", "", "", "", "", 0, 0, False),
    ]
    return pd.DataFrame(rows, columns=LEVERS)


def miss_tables() -> dict[str, pd.DataFrame]:
    """The fullest hour is a vehicle's, but most orders wait for packing, in two hours."""
    place = ("yiwu", "", "express-a", "")
    misses = [
        ("collection", *place, "2026-11-11 22:00", "2026-11-11 22:00", 300.0, 0.3),
        ("waiting", "yiwu", "pack", "", "", "2026-11-11 01:00", "2026-11-11 02:00", 250.0, 0.25),
        ("waiting", "yiwu", "pack", "", "", "2026-11-11 02:00", "2026-11-11 03:00", 200.0, 0.2),
        ("stock", "", "", "", "class-a", "2026-11-12 09:00", "2026-11-12 10:00", 50.0, 0.05),
    ]  # fmt: skip
    person = (
        "person",
        "1 more agency person",
        "yiwu",
        "pack",
        "agency",
        "night",
        "",
        "2026-11-11",
        1,
    )
    vehicle = ("vehicle", "1 more vehicle", "yiwu", "", "", "", "express-a", "2026-11-11", 1)
    units = [
        (*person, 1000.0, 700.0, 300.0, 960.0, 3.2),
        (*vehicle, 1000.0, 1000.0, 0.0, 300.0, None),
    ]
    return {
        "misses": pd.DataFrame(misses, columns=MISSES),
        "units": pd.DataFrame(units, columns=UNITS),
    }


def loop_json(certified: bool) -> dict[str, Any]:
    """The part of plan.json about the way."""
    trimmed = {
        "kept": True,
        "dropped": {"day": 15, "vehicle": 2},
        "saved": 8136.0,
        "complete": False,
        "simulated": 600,
    }
    planned = {
        "status": "feasible",
        "objective": 1_227_000.0,
        "bound": 1_150_000.0,
        "gap": 0.062755,
        "model_objective": 1_227_000.0,
        "model_bound": 1_217_000.0,
        "model_gap": 0.008149,
    }
    reinforced = {
        "kept": True,
        "added": {"booking": 3, "day": 8},
        "cost": 4150.0,
        "rerouted": 0.0,
        "missed_before": 12,
        "missed": 3,
        "runs": 300,
        "simulated": 900,
    }
    return {
        "stopped": "certified" if certified else "effort spent",
        "plans": 3,
        "verdicts": 1,
        "simulated": 1500,
        "planned": planned,
        "reinforced": reinforced if certified else None,
        "trimmed": trimmed if certified else None,
    }


def explanation_json() -> dict[str, Any]:
    """Too few stations, two ways out of which one has a price of its own."""
    blame = {
        "rule": "stations",
        "key": ["stations", "yiwu", "pack"],
        "allowed": 1.0,
        "needed": 2.0,
        "unit": "stations",
        "words": {
            "en": "stations of pack at yiwu: 1 allowed, 2 needed",
            "zh": "义乌仓打包工位：现有 1 个，需要 2 个",
        },
    }
    proved = {"days": ["2026-11-10"], "verified": True}
    repairs = [
        {
            "words": {"en": "one more shift", "zh": "增加一个班次"},
            "price": None,
            "objective": 8978.88,
            "extra": 0.0,
            "change": [{"key": ["shift", "17:00"], "amount": 8.0}],
            **proved,
        },
        {
            "words": {"en": "4 more agency people", "zh": "增加 4 名劳务工"},
            "price": 640.5,
            "objective": 9181.48,
            "extra": 202.6,
            "change": [{"key": ["crew", "yiwu", "agency"], "amount": 4.0}],
            **proved,
        },
    ]
    return {"status": "infeasible", "currency": "CNY", "blame": [blame], "repairs": repairs}
