"""Small scenario folders written the way a user would."""

from __future__ import annotations

import re
from pathlib import Path

SMALL = """\
name: small
currency: CNY
timezone: Asia/Shanghai
horizon: {start: "2026-11-09T00:00", days: 4, tail_days: 0, bucket_minutes: 60}
seed: 11
service: {on_time_share: 0.95, confidence: 0.80}
platform: {counts: handover, deadline_hours: 48, compensation: {share_of_paid: 0.1, floor: 5, cap: 30},
           threshold_late_share: 0.04}
regions: regions.csv
products: products.csv
demand:
  baseline_orders_per_day: 300
  events:
    - {name: live, at: "2026-11-10T20:00", orders: {median: 300, p95: 420}, ramp_minutes: 20, half_life_hours: 2}
sites:
  - name: yiwu
    region: zhejiang
    processes:
      pick: {orders_per_hour: 40, cv: 0.5, stations: 30, batch_orders: 4, batch_setup_s: 60}
      pack: {orders_per_hour: 30, cv: 0.4, stations: 20}
    collections:
      - {contract: near, at: ["12:00", "18:00"], capacity_parcels: 2000}
      - {contract: far, at: ["18:00"], capacity_parcels: 2000}
shifts:
  - {name: day, start: "08:00", end: "17:00", breaks: [{at: "12:00", minutes: 60}]}
crews:
  - {name: own, site: yiwu, headcount: 6, wage_per_hour: 26}
  - {name: agency, site: yiwu, max_headcount: 20, wage_per_hour: 24, min_days: 2, ramp: [0.7, 1.0], absence: 0.05,
     hire_cost: 100}
staffing:
  - {process: pick, crew: own, shift: day, headcount: 3}
  - {process: pack, crew: own, shift: day, headcount: 3}
contracts: [near.yaml, far.yaml]
opening_backlog: {orders: 0}
"""
REGIONS = "region,name,share,remote\nzhejiang,浙江,0.6,false\nsichuan,四川,0.3,false\nxizang,西藏,0.1,true\n"
PRODUCTS = "product,share,weight_g,weight_cv,paid,margin\nlight,0.7,300,0.3,60,15\nheavy,0.3,1500,0.3,120,25\n"
CONTRACT = """\
name: {name}
currency: CNY
zones:
  - {{region: zhejiang, zone: home}}
  - {{region: sichuan, zone: away}}
  - {{region: xizang, zone: remote}}
rates:
  home: {{first_g: 1000, first_price: {home}, step_g: 1000, step_price: 0.80}}
  away: {{first_g: 1000, first_price: {away}, step_g: 1000, step_price: 1.60}}
  remote: {{first_g: 1000, first_price: {remote}, step_g: 1000, step_price: 9.00}}
"""
CLAUSES = """\
volume: {basis: parcels, over: promotion, kind: all_units, tiers: [{from: 0, discount: 0}, {from: 700, discount: 0.04}]}
commitment: {parcels: 2000, shortfall_per_parcel: 0.80}
allotment: {per_day: 300}
fixed_fee: 20
"""
TINY = """\
name: queue
currency: CNY
timezone: Asia/Shanghai
horizon: {{start: "2026-01-01T00:00", days: {days}, tail_days: 0, bucket_minutes: 60}}
seed: {seed}
platform: {{counts: label, deadline_hours: 48}}
demand: {{baseline_orders_per_day: {per_day}}}
sites:
  - name: hall
    region: all
    processes:
      serve: {{orders_per_hour: 6, {law}}}
shifts:
  - {{name: always, start: "00:00", end: "24:00"}}
crews:
  - {{name: own, site: hall, headcount: {servers}, wage_per_hour: 20}}
"""


def write_small(folder: Path, changes: dict[str, str] | None = None) -> Path:
    """The small scenario: one site, two contracts, three regions, four days; `changes` maps old
    text to new.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = SMALL
    for old, new in (changes or {}).items():
        assert old in text
        text = text.replace(old, new)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
    (folder / "products.csv").write_text(PRODUCTS, encoding="utf-8")
    (folder / "near.yaml").write_text(
        CONTRACT.format(name="near", home="2.10", away="6.00", remote="15.00")
    )
    (folder / "far.yaml").write_text(
        CONTRACT.format(name="far", home="3.00", away="4.00", remote="11.00")
    )
    return folder


def write_queue(
    folder: Path, per_day: float, law: str, servers: int, days: int, seed: int = 3
) -> Path:
    """A single queue in twenty lines: Poisson arrivals, one process, one crew, no courier."""
    folder.mkdir(parents=True, exist_ok=True)
    text = TINY.format(per_day=per_day, law=law, servers=servers, days=days, seed=seed)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    return folder


def write_eventful(folder: Path) -> Path:
    """The small scenario with after-hours work, stock, an absence wave, and contracts that refuse
    heavy parcels and count the shop's volume.
    """
    stock = (
        "stock:\n  - {site: yiwu, product: light, units: 900}\n  - {site: yiwu, product: "
        "heavy, units: 300}\n"
    )
    wave = (
        'disruptions:\n  - {kind: absence_wave, from: "2026-11-10T00:00", to: '
        '"2026-11-11T00:00", factor: 0.5}\n'
    )
    changes = {
        "    processes:": "    finish: task\n    processes:",
        "contracts: [near": f"{stock}{wave}contracts: [near",
    }
    write_small(folder, changes)
    for name in ("near", "far"):
        text = CONTRACT.format(name=name, home="2.10", away="5.00", remote="11.00")
        text = re.sub(
            r"first_g: 1000, first_price: ([0-9.]+), .*}",
            r"brackets: [{to_g: 1600, price: \1}]}",
            text,
        )
        (folder / f"{name}.yaml").write_text(text + CLAUSES, encoding="utf-8")
    return folder
