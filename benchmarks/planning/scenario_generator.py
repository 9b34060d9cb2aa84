"""Random scenario folders: every form of demand with every limit on parcels, one per number."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

FAMILY = 41  # of random numbers
START = datetime(2026, 11, 9)  # a Monday
DEMANDS = ("baseline", "events by region", "given by region", "given paths", "history")
LIMITS = (
    *("allotment refuse", "allotment surcharge", "vehicles", "stock", "commitment"),
    *("exclusive", "hub", "own volume", "tiers"),
)
OFTEN = 0.25  # chance of each limit, but for the one that is a scenario's own
REGIONS = ("north", "south", "west", "isles")
SITES = ("east", "coast")
CONTRACTS = ("fast", "slow", "post")

Content = dict[str, Any]


def kind_of(number: int) -> tuple[str, str]:
    """The form of demand and the limit that scenario `number` always has.

    All pairs within 45 numbers in a row.
    """
    return DEMANDS[number % len(DEMANDS)], LIMITS[number // len(DEMANDS) % len(LIMITS)]


def write_scenario(folder: Path, number: int) -> Path:
    """Write scenario `number` into a new folder.

    About one in five has no plan: its limits are drawn without regard to its demand.
    """
    rng = np.random.default_rng([FAMILY, number])
    form, own = kind_of(number)
    limits = {own, *(name for name in LIMITS if rng.random() < OFTEN)}
    days, per_day = int(rng.integers(1, 4)), float(rng.integers(3, 25) * 100)
    regions, sites = REGIONS[: int(rng.integers(2, 5))], SITES[: int(rng.integers(1, 3))]
    contracts = CONTRACTS[: int(rng.integers(1, 4))]
    share = rng.dirichlet(np.full(len(regions), 2.0))
    folder.mkdir(parents=True)
    for name in contracts:
        _write(folder / f"{name}.yaml", _contract(rng, name, limits, regions, per_day * days))
    content = {
        "currency": "CNY",
        "horizon": {"start": START.isoformat(timespec="minutes"), "days": days},
        "planned_on": "2026-11-01",
        "seed": number,
        "service": {"on_time_share": float(rng.choice([0.9, 0.95, 0.98])), "confidence": 0.9},
        "platform": _platform(rng),
        "regions": [{"region": r, "share": float(s)} for r, s in zip(regions, share, strict=True)],
        "products": _products(rng, limits, per_day * days),
        "demand": _demand(rng, folder, form, regions, (days, per_day)),
        "sites": [
            _site(rng, s, regions[0], contracts, limits=limits, per_day=per_day) for s in sites
        ],
        "shifts": [
            {"name": "day", "start": "08:00", "end": "16:00"},
            {"name": "late", "start": "16:00", "end": "24:00"},
        ],
        "crews": [c for s in sites for c in _crews(rng, s, per_day)],
        "contracts": [f"{name}.yaml" for name in contracts],
        "weight_classes_g": [700] if rng.random() < 0.2 else [],
    }
    _write(folder / "scenario.yaml", content)
    return folder


def _write(file: Path, content: Content) -> None:
    """JSON is YAML."""
    file.write_text(json.dumps(content, indent=1), encoding="utf-8")


def _platform(rng: np.random.Generator) -> Content:
    counts = str(rng.choice(["handover", "label", "first_scan"]))
    late = {"share_of_paid": 0.05, "floor": 3} if rng.random() < 0.5 else {}
    return {
        "counts": counts,
        "deadline_hours": float(rng.choice([20, 28, 36, 48])),
        "compensation": late,
    }


def _products(rng: np.random.Generator, limits: set[str], orders: float) -> list[Content]:
    found = []
    for name, share in (("small", 0.7), ("large", 0.3)):
        one: Content = {
            "product": name,
            "share": share,
            "weight_g": 400 if name == "small" else 1_200,
            "paid": 60,
        }
        one |= {"units_mean": float(rng.choice([1.0, 1.4])), "margin": 15, "weight_cv": 0.4}
        if "stock" in limits and rng.random() < 0.8:
            one["supply_units"] = round(share * orders * float(rng.uniform(0.9, 3.0)))
        found.append(one)
    return found


def _demand(
    rng: np.random.Generator,
    folder: Path,
    form: str,
    regions: tuple[str, ...],
    size: tuple[int, float],
) -> Content:
    if form.startswith("given"):
        _write_given(rng, folder / "demand.csv", form, regions, size)
        return {"given": "demand.csv"}
    if form == "history":
        _write_history(rng, folder / "history.csv", regions, size[1])
        return {"history": {"path": "history.csv"}}
    content: Content = {
        "baseline_orders_per_day": size[1],
        "day_cv": float(rng.choice([0.0, 0.15])),
    }
    if form == "events by region" or rng.random() < 0.3:
        content["events"] = [
            _event(rng, n, form, regions, size) for n in range(int(rng.integers(1, 3)))
        ]
    return content


def _event(
    rng: np.random.Generator, n: int, form: str, regions: tuple[str, ...], size: tuple[int, float]
) -> Content:
    days, per_day = size
    median = float(per_day * rng.uniform(0.1, 0.8))
    at = START + timedelta(hours=int(rng.integers(0, 24 * days)))
    content: Content = {
        "name": f"live {n}",
        "at": at.isoformat(timespec="minutes"),
        "half_life_hours": 2.0,
    }
    content["orders"] = {"median": median, "p95": median * float(rng.choice([1.0, 1.6]))}
    if form == "events by region":
        some = sorted(
            rng.choice(len(regions), int(rng.integers(1, len(regions) + 1)), replace=False)
        )
        parts = rng.dirichlet(np.ones(len(some)))
        content["regions"] = {regions[r]: float(p) for r, p in zip(some, parts, strict=True)}
    return content


def _write_given(
    rng: np.random.Generator,
    file: Path,
    form: str,
    regions: tuple[str, ...],
    size: tuple[int, float],
) -> None:
    """Whole orders by region in some hours of every day; several equally likely paths, or one."""
    days, per_day = size
    paths = int(rng.integers(2, 5)) if form == "given paths" else 1
    lines = ["time,region,orders,path" if paths > 1 else "time,region,orders"]
    for path in range(paths):
        for day in range(days):
            for hour in sorted(rng.choice(18, int(rng.integers(1, 4)), replace=False)):
                at = (START + timedelta(days=day, hours=int(hour))).isoformat(timespec="minutes")
                parts = rng.dirichlet(np.full(len(regions), 0.7)) * per_day / 2
                of_path = f",p{path}" if paths > 1 else ""
                lines += [
                    f"{at},{r},{round(n)}{of_path}" for r, n in zip(regions, parts, strict=True)
                ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _write_history(
    rng: np.random.Generator, file: Path, regions: tuple[str, ...], per_day: float
) -> None:
    """Four weeks of counts, every third hour."""
    lines = ["time,region,orders"]
    mean = per_day / 8 * rng.dirichlet(np.full(len(regions), 2.0))
    for hour in range(0, 28 * 24, 3):
        at = (START - timedelta(days=30) + timedelta(hours=hour)).isoformat(timespec="minutes")
        lines += [f"{at},{r},{n}" for r, n in zip(regions, rng.poisson(mean), strict=True)]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _site(
    rng: np.random.Generator,
    name: str,
    region: str,
    contracts: tuple[str, ...],
    *,
    limits: set[str],
    per_day: float,
) -> Content:
    rate = float(rng.integers(20, 60))
    content: Content = {
        "name": name,
        "region": region,
        "processes": {"pack": {"orders_per_hour": rate}},
        "inbound_cost_per_unit": float(rng.choice([0.0, 0.1])),
    }
    if rng.random() < 0.4:
        content["processes"] = {
            "pick": {"orders_per_hour": 2 * rate, "stations": 60},
            **content["processes"],
        }
    content["collections"] = [_collection(rng, c, limits, per_day) for c in contracts]
    if "stock" in limits and rng.random() < 0.5:
        content["stock_capacity_units"] = round(per_day * float(rng.uniform(1.5, 6.0)))
    return content


def _collection(
    rng: np.random.Generator, contract: str, limits: set[str], per_day: float
) -> Content:
    content: Content = {
        "contract": contract,
        "at": [["12:00", "20:00"], ["21:00"]][int(rng.integers(2))],
    }
    if "vehicles" in limits:
        content["capacity_parcels"] = max(round(per_day * float(rng.uniform(0.2, 1.2))), 1)
        if rng.random() < 0.6:
            content |= {"extra_cost": 150.0, "max_extra": int(rng.integers(1, 4))}
    return content


def _crews(rng: np.random.Generator, site: str, per_day: float) -> list[Content]:
    own = {
        "name": "own",
        "site": site,
        "headcount": int(per_day / 60) + int(rng.integers(0, 8)),
        "wage_per_hour": 25,
    }
    if rng.random() < 0.5:
        return [own]
    agency = {
        "name": "agency",
        "site": site,
        "max_headcount": int(rng.integers(5, 60)),
        "wage_per_hour": 28,
    }
    return [own, agency | {"notice_days": 3, "ramp": [0.8, 1.0], "hire_cost": 50}]


def _contract(
    rng: np.random.Generator, name: str, limits: set[str], regions: tuple[str, ...], orders: float
) -> Content:
    """The clauses of the limits, each with a good chance.

    The first contract serves every region.
    """
    served = [r for r in regions if name == CONTRACTS[0] or rng.random() < 0.8] or [regions[0]]
    base = {r: round(float(rng.uniform(2, 8)), 2) for r in served}
    content: Content = {
        "name": name,
        "currency": "CNY",
        "zones": {r: r for r in served},
        "rates": {
            r: {"first_g": 1_000, "first_price": p, "step_price": 1.0} for r, p in base.items()
        },
    }
    clauses = {
        "allotment refuse": lambda: {"allotment": {"per_day": _some(rng, orders)}},
        "allotment surcharge": lambda: {
            "allotment": {
                "per_day": _some(rng, orders),
                "over": "surcharge",
                "surcharge_per_parcel": 1.5,
            }
        },
        "commitment": lambda: {"commitment": _commitment(rng, orders)},
        "exclusive": lambda: {
            "exclusive": True if rng.random() < 0.3 else [str(rng.choice(served))]
        },
        "hub": lambda: _hub(rng, regions, served, content),
        "own volume": lambda: {"surcharges": [_own_volume(rng, orders)]},
        "tiers": lambda: {"volume": _tiers(rng, orders)},
    }
    for limit in sorted(limits & clauses.keys()):
        if rng.random() < 0.7:
            content |= clauses[limit]()
    if rng.random() < 0.4:
        content["fixed_fee"] = float(rng.integers(1, 10) * 100)
    if rng.random() < 0.2:
        content["collection_fee"] = 30.0
    return content


def _some(rng: np.random.Generator, orders: float) -> int:
    """A number of parcels in the size of the promotion."""
    return round(orders * float(rng.uniform(0.1, 1.0)))


def _commitment(rng: np.random.Generator, orders: float) -> Content:
    much: Content = (
        {"parcels": _some(rng, orders)}
        if rng.random() < 0.6
        else {"share": float(rng.choice([0.2, 0.5]))}
    )
    return much | {"shortfall_per_parcel": 1.2}


def _hub(
    rng: np.random.Generator, regions: tuple[str, ...], served: list[str], content: Content
) -> Content:
    """The last region by way of the first, which stands for the contract's own lane to it."""
    if regions[-1] == regions[0] or regions[0] not in served:
        return {}
    content["zones"].pop(regions[-1], None)
    onward = {"first_g": 1_000, "first_price": 2.0, "step_price": 1.0}
    return {"hub": {"region": regions[0], "regions": [regions[-1]], "fee": 0.3, "onward": onward}}


def _own_volume(rng: np.random.Generator, orders: float) -> Content:
    per = str(rng.choice(["day", "week", "promotion"]))
    counted = {
        "above_parcels": _some(rng, orders),
        "per": per,
        "on": str(rng.choice(["excess", "all"])),
    }
    return {"name": "busy", "per_parcel": 0.8, "volume": counted}


def _tiers(rng: np.random.Generator, orders: float) -> Content:
    first = _some(rng, orders) // 2 + 1
    tiers = [
        {"from": first, "discount": 0.05},
        {"from": 2 * first, "discount": 0.12, "rebate_per_parcel": 0.1},
    ]
    return {
        "over": str(rng.choice(["promotion", "month"])),
        "kind": str(rng.choice(["all_units", "incremental"])),
        "tiers": tiers,
    }
