"""A complete small scenario folder as text, and ways to spoil it."""

from __future__ import annotations

from pathlib import Path

from planner.errors import Finding, InputError
from planner.formats.scenario.reader import read_scenario

TINY = """\
name: tiny
currency: USD
timezone: UTC
horizon: {start: "2026-01-05T00:00", days: 3, tail_days: 0}
platform: {counts: label, deadline_hours: 48}
demand: {baseline_orders_per_day: 2400}
sites:
  - name: hall
    processes:
      pack: {orders_per_hour: 12, distribution: exponential}
shifts:
  - {name: all, start: "00:00", end: "24:00"}
crews:
  - {name: people, headcount: 20, wage_per_hour: 20}
opening_backlog: {orders: 0}
"""

SCENARIO = """\
name: small
currency: CNY
timezone: Asia/Shanghai
horizon: {start: "2026-11-08T00:00", days: 4, tail_days: 0, bucket_minutes: 60}
seed: 7
planned_on: "2026-10-20"
service: {on_time_share: 0.98, confidence: 0.95}
platform: rule.yaml
regions: regions.csv
products: products.csv
demand:
  baseline_orders_per_day: 500
  hourly_profile: [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 3, 2]
  day_cv: 0.1
  events:
    - name: opening
      at: "2026-11-09T20:00"
      orders: {median: 800, p95: 1600}
      ramp_minutes: 20
      half_life_hours: 2
      pull_forward: 0.1
      regions: {east: 0.5, west: 0.5}
sites:
  - name: yiwu
    region: east
    open: {from: "08:00", to: "02:00"}
    stock_capacity_units: 5000
    inbound_cost_per_unit: 0.20
    processes:
      pick: {orders_per_hour: 60, cv: 0.6, stations: 20, batch_orders: 12, batch_setup_s: 90}
      pack: {orders_per_hour: 45, cv: 0.5, stations: 20}
    receive: {orders_per_hour: 40, by: pack}
    collections:
      - {contract: one, at: ["12:00", "23:00"], capacity_parcels: 600, extra_cost: 320}
shifts:
  - {name: day, start: "08:00", end: "17:00", breaks: [{at: "12:00", minutes: 60}]}
  - {name: night, start: "17:00", end: "02:00", breaks: [{at: "00:30", minutes: 30}]}
crews:
  - {name: permanent, site: yiwu, headcount: 20, wage_per_hour: 26, max_days_per_week: 6}
  - {name: agency, site: yiwu, max_headcount: 40, wage_per_hour: 24, notice_days: 7, min_days: 2,
     ramp: [0.6, 1.0], absence: 0.06, hire_cost: 150, processes: [pack]}
staffing: staffing.csv
stock: stock.csv
contracts: [contracts/one.yaml]
returns: {median_days: 2, p95_days: 3}
disruptions:
  - {kind: allotment_cut, contract: one, from: "2026-11-10T00:00", to: "2026-11-11T00:00", factor: 0.5}
assumptions:
  - {subject: sizes, value: as stated, source: nobody, grade: user}
opening_backlog: {orders: 0}
"""

FILES = {
    "scenario.yaml": SCENARIO,
    "rule.yaml": """\
name: rule
currency: CNY
counts: handover
deadline_hours: 48
promise_hours: {west: 72}
compensation: {share_of_paid: 0.1, floor: 5, cap: 30}
source: a page
retrieved: "2026-11-22"
grade: C
""",
    "regions.csv": "region,name,share,remote\neast,东,0.7,0\nwest,西,0.3,1\n",
    "products.csv": """\
product,name,share,weight_g,paid,supply_units
small,小,0.6,300,45.50,
large,大,0.4,1500,99,2000
""",
    "staffing.csv": "process,crew,shift,headcount\npick,permanent,day,5\npack,permanent,day,6\npack,agency,night,4\n",
    "stock.csv": "site,product,units\nyiwu,small,2000\nyiwu,large,1500\n",
    "contracts/zones.csv": "region,zone\neast,near\nwest,far\n",
    "contracts/one.yaml": """\
name: one
currency: CNY
billable: {divisor_cm3_per_kg: 6000, step_g: 100}
zones: zones.csv
rates:
  near: {brackets: [{to_g: 500, price: 1.80}, {to_g: 1000, price: 2.40}], first_g: 1000, first_price: 2.40,
         step_price: 0.80}
  far: {first_g: 1000, first_price: 7.00, step_g: 1000, step_price: 5.00}
surcharges:
  - {name: far, regions: [west], per_parcel: 1.00}
  - {name: peak, from: "2026-11-09", to: "2026-11-11", per_parcel: 0.30}
volume: {basis: parcels, over: promotion, kind: all_units, tiers: [{from: 0, discount: 0}]}
commitment: {parcels: 100, shortfall_per_parcel: 0.40}
allotment: {per_day: 2000}
service:
  scan_delay_hours: {median: 2, p95: 9}
  transit_days: {near: {mean: 2, p90: 3}}
hub: null
source: a letter
""",
}

EVERY_CLAUSE = """\
name: every-clause
currency: CNY
billable: {divisor_cm3_per_kg: 6000, step_g: 500, free_g: 100}
zones: {east: near, west: far, middle: far}
rates:
  near: {brackets: [{to_g: 500, price: 1.80}, {to_g: 1000, price: 2.40}], first_g: 1000, first_price: 2.40,
         step_g: 500, step_price: 0.80, minimum: 2.10}
  far: {first_g: 1000, first_price: 7.00, step_price: 5.00}
minimum_charge: 1.70
discount: 0.1
fuel: 0.05
surcharges:
  - {name: far, regions: [west], per_parcel: 1.00, share: 0.1}
  - {name: peak, from: "2026-11-09", to: "2026-11-11", per_parcel: 0.30}
  - {name: large, share: 0.2, over_g: 20000, over_cm3: 120000}
  - {name: own-peak, per_parcel: 0.50, from: "2026-11-08", volume: {baseline_parcels: 1001, ratio: 1.05, per: day}}
  - {name: rush, per_parcel: 0.20, volume: {above_parcels: 9000, on: all}}
volume: {over: month, kind: incremental, discount_on: all, other_parcels: 5000,
         tiers: [{from: 0}, {from: 20000, discount: 0.02}, {from: 50000, discount: 0.04, rebate_per_parcel: 0.05}]}
commitment: {parcels: 100, share: 0.25, shortfall_per_parcel: 0.40}
exclusive: [east]
allotment: {per_day: 2000, over: surcharge, surcharge_per_parcel: 0.60}
collection_fee: 30.00
fixed_fee: 500.00
service:
  scan_delay_hours: {near: {median: 2, p95: 9}, far: {median: 3, p95: 12}}
  transit_days: {near: {mean: 2, p90: 3}, far: {mean: 4, p90: 6}}
  loss_share: 0.0005
  liability: 300.00
  late_refund: {share: 0.5, days: {near: 3, far: 7.5}}
hub: {region: middle, regions: [north, desert], fee: 0.50, subsidy: 1.50, up_to_g: 3000, counts: hub,
      onward: {brackets: [{to_g: 500, price: 1.20}], first_g: 1000, first_price: 2.00, step_price: 1.10},
      onward_days: {mean: 3, p90: 5}}
"""


def write_folder(folder: Path, **changes: str) -> Path:
    """The small scenario, files replaced or added as given (`.` and `/` of a name as `_` and
    `__`).
    """
    named = dict(FILES)
    for name, text in changes.items():
        named[name.replace("__", "/").replace("_", ".")] = text
    for name, text in named.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def spoil(folder: Path, file: str, old: str, new: str) -> Path:
    """The small scenario with one piece of one file replaced; the piece must stand there exactly
    once.
    """
    text = FILES[file]
    assert text.count(old) == 1, (file, old, text.count(old))
    write_folder(folder)
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def findings_of(path: Path) -> list[Finding]:
    """What reading a scenario finds wrong (nothing: an empty list)."""
    try:
        read_scenario(path)
    except InputError as error:
        return error.findings
    return []


def write_demand(tmp_path: Path, line: str, name: str, table: str, encoding: str = "utf-8") -> Path:
    """A folder whose demand is stated by this line, with the file it names."""
    folder = write_folder(tmp_path)
    head, rest = SCENARIO.split("  baseline_orders_per_day: 500\n")
    rest = (
        rest.split("  events:", 1)[1] if line.startswith("history") else rest.split("sites:", 1)[1]
    )
    rest = ("  events:" if line.startswith("history") else "sites:") + rest
    (folder / "scenario.yaml").write_text(f"{head}  {line}\n{rest}", "utf-8")
    (folder / name).write_bytes(table.encode(encoding))
    return folder
