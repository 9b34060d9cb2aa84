"""Time, memory and gap against the number of products.

A seller of many goods with eight sites, as one scenario folder.

    python benchmarks/planning/many_products.py write DIR [--products N] [--sites N]
        [--regions N] [--orders N] [--seed N]
    python benchmarks/planning/many_products.py measure [--products N ...]
        [--command plan|run] [--replications N] [--json]

`write` makes a scenario folder; `measure` plans it in a process of its own for each number of
products and prints the seconds of every stage, the peak memory of the process, the gap, and the
slope of log time against log products. Everything is invented; the shapes are those of trade:
shares with a long tail, most supplies limited, far regions expensive.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
DAYS = 9
TAIL = 0.9  # the n-th product sells as n to the power of minus this
OPENING_PART, LIVE_PART = 0.30, 0.15  # of all orders come with the two events
STAR_SHARE = 0.02  # of the products are shown in the live session, which sells little else
ZONES = (
    600.0,
    1400.0,
    2600.0,
)  # kilometres up to which a parcel is near, middle, far; remote beyond
ZONE_NAMES = ("near", "middle", "far", "remote")
PRICES = {  # contract: first kilogram, each more, by zone; what a zone is not served at is left out
    "economy": {"near": (2.20, 0.70), "middle": (3.10, 1.40), "far": (4.20, 2.40)},
    "express": {
        "near": (2.90, 0.90),
        "middle": (3.60, 1.40),
        "far": (4.50, 2.20),
        "remote": (12.00, 9.00),
    },
    "post": {
        "near": (3.20, 1.00),
        "middle": (3.90, 1.50),
        "far": (4.60, 2.00),
        "remote": (9.50, 7.50),
    },
}
COLLECTED_AT = {
    "economy": ("12:30", "22:00"),
    "express": ("13:00", "19:00", "23:00"),
    "post": ("17:00", "22:30"),
}


@dataclass(frozen=True)
class Size:
    """How large a scenario is; `orders` over all days, on median."""

    products: int = 5000
    sites: int = 8
    regions: int = 34
    orders: int = 50_000
    seed: int = 1


def write_scenario(folder: Path, size: Size) -> Path:
    """Write the scenario folder; the same size gives the same bytes."""
    streams = [np.random.default_rng([20261111, size.seed, k]) for k in range(3)]
    (folder / "contracts").mkdir(parents=True, exist_ok=True)
    mix = _live_mix(size, streams[2])
    goods = _goods(size, mix, streams[0])
    _write_table(folder / "products.csv", goods)
    regions, distance = _geography(size, streams[1])
    _write_table(folder / "regions.csv", regions)
    for name in PRICES:
        served = _zone_rows(name, distance)
        _write_table(folder / "contracts" / f"zones-{name}.csv", served)
        _write_lines(folder / "contracts" / f"{name}.yaml", _contract(name, size))
    _write_lines(folder / "scenario.yaml", _scenario(size, mix))
    return folder / "scenario.yaml"


def _usual_mix(size: Size) -> np.ndarray:
    return _sum_to_one(np.arange(1, size.products + 1) ** -TAIL)


def _live_mix(size: Size, rng: np.random.Generator) -> np.ndarray:
    """What the live session sells: a few stars, and a fifth of everything."""
    stars = rng.choice(size.products, max(round(size.products * STAR_SHARE), 1), replace=False)
    mix = _usual_mix(size) * 0.2
    mix[stars] += 0.8 * _sum_to_one(rng.gamma(1.0, 1.0, len(stars)))
    return _sum_to_one(mix)


def _goods(size: Size, live_mix: np.ndarray, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Products by falling share, each with its weight, margin and returns.

    Six in ten are limited in supply.
    """
    number, share = size.products, _usual_mix(size)
    units = np.round(1.0 + rng.choice([0.0, 0.1, 0.3, 0.6], number), 2)
    paid = np.round(np.exp(rng.normal(4.0, 0.6, number)), 2)
    weight = np.round(np.exp(rng.normal(6.2, 0.8, number)))
    expected = ((1 - LIVE_PART) * share + LIVE_PART * live_mix) * size.orders * units
    plenty = np.ceil(expected * rng.uniform(2.0, 5.0, number) + rng.integers(3, 12, number))
    limited = rng.random(number) < 0.6
    scarce = (rng.random(number) < 0.02) & (share < 2.0 / number)
    supply = np.where(scarce, np.ceil(expected * rng.uniform(0.8, 1.6, number)), plenty).astype(int)
    work, returned = rng.choice([0.9, 1.0, 1.1], number), np.round(rng.beta(1, 10, number), 2)
    margin = np.round(paid * rng.uniform(0.1, 0.4, number), 2)
    return [
        {
            "product": f"sku-{k + 1:05d}",
            "share": f"{share[k]:.9f}",
            "weight_g": int(weight[k]),
            "weight_cv": 0.2,
            "volume_cm3": int(weight[k] * 5),
            "units_mean": units[k],
            "work": work[k],
            "paid": f"{paid[k]:.2f}",
            "margin": f"{margin[k]:.2f}",
            "supply_units": supply[k] if limited[k] or scarce[k] else "",
            "return_share": returned[k],
        }
        for k in range(number)
    ]


def _geography(size: Size, rng: np.random.Generator) -> tuple[list[dict[str, Any]], np.ndarray]:
    """Regions with their shares, the last eighth remote; kilometres [site, region]."""
    remote = np.arange(size.regions) >= size.regions - max(size.regions // 8, 1)
    share = _sum_to_one(rng.gamma(2.0, 1.0, size.regions) * np.where(remote, 0.1, 1.0))
    place = rng.uniform(0.0, 2400.0, (size.regions, 2)) - np.where(
        remote[:, None], [2600.0, 0.0], 0.0
    )
    home = place[np.linspace(0, np.flatnonzero(~remote)[-1], size.sites).astype(int)]
    distance = np.hypot(*(home[:, None] - place[None]).transpose(2, 0, 1))
    rows = [
        {
            "region": f"region-{r + 1:02d}",
            "share": f"{share[r]:.9f}",
            "remote": int(remote[r]),
            "distance_km": round(float(distance[:, r].min())),
        }
        for r in range(size.regions)
    ]
    return rows, distance


def _zone_rows(contract: str, distance: np.ndarray) -> list[dict[str, Any]]:
    zone = np.searchsorted(ZONES, distance)
    return [
        {"site": f"site-{i + 1}", "region": f"region-{r + 1:02d}", "zone": ZONE_NAMES[zone[i, r]]}
        for i in range(zone.shape[0])
        for r in range(zone.shape[1])
        if ZONE_NAMES[zone[i, r]] in PRICES[contract]
    ]


def _contract(name: str, size: Size) -> list[str]:
    lines = [
        f"name: {name}",
        "currency: CNY",
        "source: invented",
        "billable: {divisor_cm3_per_kg: 8000, step_g: 100}",
        f"zones: zones-{name}.csv",
        "rates:",
    ]
    lines += [
        f"  {zone}: {{first_g: 1000, first_price: {first:.2f}, step_g: 1000, step_price: "
        f"{more:.2f}}}"
        for zone, (first, more) in PRICES[name].items()
    ]
    if name == "economy":
        lines.append(f"allotment: {{per_day: {round(size.orders * 0.2)}}}")
    if name == "express":
        lines.append(
            f"commitment: {{parcels: {round(size.orders * 0.1)}, shortfall_per_parcel: 0.50}}"
        )
    return [*lines, "service:", "  scan_delay_hours: {median: 3, p95: 10}"]


def _scenario(size: Size, live_mix: np.ndarray) -> list[str]:
    opening, live = size.orders * OPENING_PART, size.orders * LIVE_PART
    per_day = (size.orders - opening - live) / DAYS
    shown = ", ".join(f"sku-{k + 1:05d}: {part:.9f}" for k, part in enumerate(live_mix))
    lines = [
        f"name: many-products-{size.products}",
        "currency: CNY",
        "timezone: Asia/Shanghai",
        f'horizon: {{start: "2026-11-08T00:00", days: {DAYS}, tail_days: 0, bucket_minutes: 60}}',
        'planned_on: "2026-10-20"',
        f"seed: {20261111 + size.seed}",
        "service: {on_time_share: 0.98, confidence: 0.95}",
        "platform: {counts: handover, deadline_hours: 48, threshold_late_share: 0.02,",
        "           compensation: {share_of_paid: 0.05, floor: 3, cap: 100}}",
        "regions: regions.csv",
        "products: products.csv",
        "demand:",
        f"  baseline_orders_per_day: {per_day:.1f}",
        (
            "  hourly_profile: [2, 1, 1, 0.5, 0.5, 0.5, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 6, "
            "9, "
            "10, 9, 6]"
        ),
        "  day_cv: 0.12",
        "  hour_cv: 0.10",
        "  events:",
        (
            f'    - {{name: opening, at: "2026-11-10T20:00", orders: {{median: {opening:.0f}, p95: '
            f"{opening * 1.7:.0f}}},"
        ),
        "       ramp_minutes: 20, half_life_hours: 2.5, pull_forward: 0.15}",
        (
            f'    - {{name: live session, at: "2026-11-12T19:00", orders: {{median: {live:.0f}, '
            "p95: "
            f"{live * 1.7:.0f}}},"
        ),
        f"       ramp_minutes: 20, half_life_hours: 2, pull_forward: 0.10, products: {{{shown}}}}}",
        "sites:",
    ]
    for i in range(size.sites):
        lines += _site(i, size)
    lines += [
        "shifts:",
        '  - {name: day, start: "08:00", end: "17:00", breaks: [{at: "12:00", minutes: 60}]}',
        '  - {name: night, start: "17:00", end: "02:00", breaks: [{at: "21:00", minutes: 60}]}',
        "crews:",
    ]
    for i in range(size.sites):
        lines += _crews(i, size)
    lines += ["contracts:", *(f"  - contracts/{name}.yaml" for name in PRICES)]
    return [*lines, "returns: {median_days: 5, p95_days: 10}"]


def _site(i: int, size: Size) -> list[str]:
    """Sites, each a little slower and more expensive to supply than the one before.

    Together they hold several promotions.
    """
    own = size.orders / size.sites
    stations = max(math.ceil(own / 150), 5)
    lines = [
        f"  - name: site-{i + 1}",
        f"    region: region-{1 + i:02d}",
        '    open: {from: "08:00", to: "02:00"}',
        f"    stock_capacity_units: {round(own * (2.6 + 0.2 * (i % 3)) + 3.2 * size.products)}",
        f"    inbound_cost_per_unit: {0.20 + 0.05 * (i % 4):.2f}",
        "    processes:",
        f"      pick: {{orders_per_hour: {60 - i % 4}, cv: 0.6, stations: {stations}, "
        "batch_orders: 10,"
        " batch_setup_s: 90}",
        f"      pack: {{orders_per_hour: {45 - i % 3}, cv: 0.5, stations: {stations}}}",
        "    receive: {orders_per_hour: 40, cv: 0.5, by: pack}",
        "    collections:",
    ]
    for name, times in COLLECTED_AT.items():
        at = ", ".join(f'"{t}"' for t in times)
        lines.append(f"      - {{contract: {name}, at: [{at}]}}")
    return lines


def _crews(i: int, size: Size) -> list[str]:
    own = size.orders / size.sites
    permanent, agency = max(round(own / 1200), 1), max(round(own / 80), 8)
    return [
        f"  - {{name: permanent, site: site-{i + 1}, headcount: {permanent}, wage_per_hour: "
        f"{26 - i % 3},"
        " overtime_factor: 1.5, absence: 0.02, max_days_per_week: 6}",
        f"  - {{name: agency, site: site-{i + 1}, max_headcount: {agency}, wage_per_hour: "
        f"{24 - i % 3},"
        " overtime_factor: 1.5, notice_days: 7, min_days: 3, ramp: [0.6, 0.75, 0.9, 1.0], "
        "absence: 0.06,"
        " hire_cost: 150}",
    ]


def _sum_to_one(weights: np.ndarray) -> np.ndarray:
    """Shares in billionths that add up exactly."""
    parts = np.floor(weights / weights.sum() * 1e9)
    parts[parts.argmax()] += 1e9 - parts.sum()
    return parts / 1e9


def _write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _write_lines(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def measure(size: Size, command: str, replications: int, room: Path) -> dict[str, Any]:
    """Plan (or run) one scenario in a process of its own.

    Parameters
    ----------
    size : Size
        Size of the scenario.
    command : str
        "plan" or "run".
    replications : int
        Simulated replications.
    room : Path
        Folder for scenario and result.

    Returns
    -------
    dict[str, Any]
        Seconds by stage, peak memory, and what was proved.
    """
    scenario, out = room / f"scenario-{size.products}", room / f"out-{size.products}"
    write_scenario(scenario, size)
    words = [sys.executable, "-m", "planner", command, str(scenario), "-o", str(out)]
    environment = {**os.environ, "PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT))}
    begun = time.perf_counter()
    child = subprocess.Popen(
        [*words, "--replications", str(replications), "--quiet"],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - begun
    found: dict[str, Any] = {
        **asdict(size),
        "exit": child.returncode,
        "seconds": round(seconds, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
    }
    if child.returncode == 0:
        plan = json.loads((out / "plan.json").read_text(encoding="utf-8"))
        found["stages"] = json.loads((out / "timing.json").read_text(encoding="utf-8"))
        found |= {
            name: plan[name] for name in ("status", "objective", "bound", "gap", "certificate")
        }
    return found


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Slope of log seconds against log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])


def _table(rows: list[dict[str, Any]]) -> list[str]:
    stages = list(rows[0].get("stages", {}))
    lines = [f"{'products':>9} {'total s':>8} {'MB':>6} {'gap':>7}  " + "  ".join(stages)]
    for row in rows:
        gap = "-" if row.get("gap") is None else f"{row['gap']:.2%}"
        parts = "  ".join(f"{row.get('stages', {}).get(s, 0.0):>{len(s)}.1f}" for s in stages)
        lines.append(
            f"{row['products']:>9} {row['seconds']:>8.1f} {row['peak_mb']:>6} {gap:>7}  {parts}"
        )
    return lines


def main() -> None:
    """Command line: `write` or `measure`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    tasks = parser.add_subparsers(dest="task", required=True)
    writing, measuring = tasks.add_parser("write"), tasks.add_parser("measure")
    writing.add_argument("folder", type=Path)
    writing.add_argument("--products", type=int, default=Size.products)
    measuring.add_argument("--products", type=int, nargs="+", default=[500, 1000, 2000, 5000])
    measuring.add_argument("--command", choices=("plan", "run"), default="plan")
    measuring.add_argument("--replications", type=int, default=100)
    measuring.add_argument("--json", action="store_true")
    for each in (writing, measuring):
        each.add_argument("--sites", type=int, default=Size.sites)
        each.add_argument("--regions", type=int, default=Size.regions)
        each.add_argument("--orders", type=int, default=Size.orders)
        each.add_argument("--seed", type=int, default=Size.seed)
    asked = parser.parse_args()
    if asked.task == "write":
        print(
            write_scenario(
                asked.folder,
                Size(asked.products, asked.sites, asked.regions, asked.orders, asked.seed),
            )
        )
        return
    sizes = [Size(n, asked.sites, asked.regions, asked.orders, asked.seed) for n in asked.products]
    with tempfile.TemporaryDirectory() as room:
        rows = [measure(size, asked.command, asked.replications, Path(room)) for size in sizes]
    slopes = (
        slope([r["products"] for r in rows], [r["seconds"] for r in rows])
        if len(rows) > 1
        else None
    )
    if asked.json:
        print(json.dumps({"rows": rows, "slope": slopes}, indent=1))
        return
    print("\n".join(_table(rows)))
    if slopes is not None:
        print(f"slope of log seconds against log products: {slopes:.2f}")


if __name__ == "__main__":
    main()
