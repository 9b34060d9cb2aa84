"""Valid scenario folders made at random: keys that may be left out are there or not."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NAMES = [
    "zhejiang",
    "四川",
    "North (A)",
    "a:b",
    "x; y",
    "007",
    "1.5",
    "yes",
    "Île-de-France",
    "=1+1",
]
TEXTS = [
    "plain",
    "two\nlines",
    'says "so"',
    "'quoted",
    "=SUM(A1)",
    "100 %",
    "2026-11-10",
    "中文，全角；符号",
    "a: b",
    "  ".join("xy"),
    "12",
    "# no comment",
]
DAY = "2026-11-{:02d}"


class Maker:
    """Draws one scenario."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice = random.Random(seed)  # noqa: S311 - examples, no secrets
        self.folder = folder
        folder.mkdir(parents=True)
        self.days = self.dice.randint(2, 5)
        self.regions = self.names(self.dice.randint(1, 5))
        self.products = self.names(self.dice.randint(1, 4))
        self.sites = self.names(self.dice.randint(1, 2))
        self.shifts = self.names(self.dice.randint(1, 3))
        self.contracts = self.names(self.dice.randint(0, 3))
        self.has_margin = False

    def names(self, count: int) -> list[str]:
        return self.dice.sample(NAMES, count)

    def chance(self, share: float = 0.5) -> bool:
        return self.dice.random() < share

    def number(self, low: float, high: float) -> float | int:
        """A whole number, a short decimal, or one with all digits a float has."""
        value = self.dice.uniform(low, high)
        return self.dice.choice(
            [max(round(value), round(low + 0.5)), round(value, 2) or low, value]
        )

    def money(self, high: float = 100) -> float:
        return round(self.dice.uniform(0, high), 2)

    def some(self, keys: dict[str, Any], share: float = 0.5) -> dict[str, Any]:
        """Some of the keys; what makes a value is called."""
        return {key: make() for key, make in keys.items() if self.chance(share)}

    def shares(self, names: Sequence[str]) -> dict[str, float]:
        weights = [self.dice.randint(1, 100) for _ in names]
        shares = [round(weight / sum(weights), 4) for weight in weights]
        shares[-1] = round(1 - sum(shares[:-1]), 4)
        return dict(zip(names, shares, strict=True))

    def moment(self, last_hour: int = 23) -> str:
        day = self.dice.randrange(self.days)
        return f"{DAY.format(8 + day)}T{self.dice.randint(0, last_hour):02d}:{self.dice.choice(['00', '30', '07'])}"

    def table(self, name: str, rows: list[dict[str, Any]]) -> Any:
        """Rows in the YAML file, or in a file of their own."""
        if self.chance():
            return rows
        columns = list(dict.fromkeys(key for row in rows for key in row))
        lines = [columns, *([row.get(column, "") for column in columns] for row in rows)]
        text = "\n".join(",".join(map(_quoted, line)) for line in lines)
        (self.folder / name).write_text(text + "\n", encoding="utf-8-sig")
        return name

    def scenario(self) -> Path:
        """Write the folder."""
        data: dict[str, Any] = {
            **self.some(
                {"name": lambda: "made", "title": lambda: self.dice.choice(["活动 2026", "T"])}
            ),
            "currency": "CNY",
            **self.some(
                {"timezone": lambda: "Asia/Shanghai", "seed": lambda: self.dice.getrandbits(62)}
            ),
            "horizon": {
                "start": "2026-11-08T00:00",
                "days": self.days,
                **self.some({"tail_days": lambda: 1, "bucket_minutes": lambda: 30}),
            },
            "platform": self.platform(),
            "regions": self.table("regions.csv", self.region_rows()),
            "products": self.table("products.csv", self.product_rows()),
            "sites": [self.site(name) for name in self.sites],
            "shifts": [self.shift(number, name) for number, name in enumerate(self.shifts)],
            "crews": [crew for site in self.sites for crew in self.crews(site)],
            "contracts": [
                self.contract(number, name) for number, name in enumerate(self.contracts)
            ],
        }
        data["demand"] = self.demand()
        data |= self.extras()
        if not self.contracts:
            del data["contracts"]
        keys = list(data)
        self.dice.shuffle(keys)
        text = json.dumps({key: data[key] for key in keys}, ensure_ascii=False, indent=1)
        (self.folder / "scenario.yaml").write_text("# made at random\n" + text, encoding="utf-8")
        return self.folder

    def platform(self) -> Any:
        rule: dict[str, Any] = {
            "counts": self.dice.choice(["label", "handover"]),
            **self.dice.choice([{"deadline_hours": 48}, {"deadline_working_days": 2}]),
            **self.some(
                {
                    "name": lambda: "own rule",
                    "compensation": lambda: {"share_of_paid": 0.05, "floor": 5, "cap": 30},
                    "threshold_late_share": lambda: 0.04,
                    "source": lambda: self.dice.choice(TEXTS),
                    "retrieved": lambda: "2026-10-01",
                    "weekend": lambda: self.dice.choice([[], ["sunday"]]),
                }
            ),
        }
        if "deadline_working_days" in rule and self.chance():
            rule["holidays"] = ["2026-11-09", "2026-11-11"]
        kind = self.dice.choice(["pack", "inline", "file"])
        if kind == "file":
            (self.folder / "platform.yaml").write_text(
                json.dumps(rule, ensure_ascii=False), encoding="utf-8"
            )
            return "platform.yaml"
        return "kuaishou" if kind == "pack" else rule

    def region_rows(self) -> list[dict[str, Any]]:
        return [
            {
                "region": name,
                "share": share,
                **self.some(
                    {"name": lambda: "某地", "remote": lambda: "1", "distance_km": lambda: 12.5}
                ),
            }
            for name, share in self.shares(self.regions).items()
        ]

    def product_rows(self) -> list[dict[str, Any]]:
        self.has_margin = self.chance()
        unit = self.dice.choice([("weight_g", 350), ("weight_kg", 1.25), ("weight_lb", 2.5)])
        return [
            {
                "product": name,
                "share": share,
                unit[0]: unit[1],
                **({"margin": self.money()} if self.has_margin else {}),
                **self.some(
                    {
                        "units_mean": lambda: 1.4,
                        "work": lambda: 0.9,
                        "paid": self.money,
                        "priority": lambda: 2,
                    }
                ),
            }
            for name, share in self.shares(self.products).items()
        ]

    def demand(self) -> dict[str, Any]:
        kind = self.dice.choice(["stated", "stated", "history", "given"])
        if kind == "given":
            rows = [
                {
                    "time": f"{DAY.format(8)}T{hour:02d}:00",
                    "region": self.regions[0],
                    "orders": self.number(1, 50),
                }
                for hour in range(24)
            ]
            (self.folder / "forecast.csv").write_text(_csv(rows), encoding="utf-8")
            return {"given": "forecast.csv"}
        events = [self.event(n) for n in range(self.dice.randint(0, 3))]
        shared = {
            **self.some(
                {"mix_concentration": lambda: self.number(1, 90), "size_correlation": lambda: 0.3}
            ),
            **self.some({"priority_share": lambda: 0.05, "region_concentration": lambda: 57}),
            **({"events": events} if events or self.chance() else {}),
        }
        if kind == "history":
            return {"history": self.history(), **shared}
        profile = self.dice.choice([None, 24, 168])
        hours = {"hourly_profile": [self.number(0.1, 9) for _ in range(profile)]} if profile else {}
        return {
            "baseline_orders_per_day": self.number(50, 500),
            **self.some({"day_cv": lambda: 0.12, "hour_cv": lambda: self.number(0.01, 0.4)}),
            **hours,
            **shared,
        }

    def history(self) -> dict[str, Any]:
        columns = self.dice.choice([{}, {"time": "时间", "orders": "单量"}])
        time, orders = columns.get("time", "time"), columns.get("orders", "orders")
        rows = [
            {
                time: f"2026-10-{day:02d}T{hour:02d}:00",
                "region": self.regions[0],
                orders: 1 + (day + hour) % 5,
            }
            for day in range(1, 29)
            for hour in range(24)
        ]
        (self.folder / "history.csv").write_text(_csv(rows), encoding="utf-8")
        return {
            "path": "history.csv",
            **({"columns": columns} if columns else {}),
            **self.some(
                {
                    "scale": lambda: 5.79,
                    "lift": lambda: 1.2,
                    "open_days": lambda: [{"date": DAY.format(8), "like": "monday"}],
                    "closed_days": lambda: [DAY.format(9)],
                }
            ),
        }

    def event(self, number: int) -> dict[str, Any]:
        median = self.number(20, 200)
        return {
            "name": f"{self.dice.choice(['live', '直播', 'a: b'])} {number}",
            "at": self.moment(),
            "orders": self.dice.choice([median, {"median": median, "p95": median * 2}]),
            "half_life_hours": self.number(0.5, 4),
            **self.some(
                {
                    "ramp_minutes": lambda: 20,
                    "pull_forward": lambda: 0.1,
                    "regions": lambda: self.shares(self.regions),
                    "products": lambda: self.shares(self.products),
                    "mix_concentration": lambda: 33.3,
                }
            ),
        }

    def work(self) -> dict[str, Any]:
        law: dict[str, Any] = self.dice.choice(
            [
                {},
                {"cv": 0.5},
                {"distribution": "exponential"},
                {"distribution": "empirical", "observed_seconds": [30, 41.5, 62]},
                {"distribution": "gamma", "cv": 0.7},
            ]
        )
        return {
            "orders_per_hour": self.number(20, 80),
            **law,
            **self.some(
                {"stations": lambda: 12, "batch_orders": lambda: 8, "batch_setup_s": lambda: 90}
            ),
        }

    def site(self, name: str) -> dict[str, Any]:
        collections = [
            {
                "contract": contract,
                "at": self.dice.choice(
                    [["18:00"], "18:30", ["12:00", "15:45", "20:00", "21:00", "22:00"]]
                ),
                **self.dice.choice(
                    [{}, {"capacity_parcels": 500}, {"capacity_parcels": 500, "extra_cost": 80.5}]
                ),
                **self.some(
                    {"days": lambda: ["mon..fri", "sat", "sun"], "holidays": lambda: "CN"}, 0.2
                ),
            }
            for contract in self.contracts
        ]
        processes = {
            process: {
                **self.work(),
                **self.some({"min_people": lambda: 1, "max_temporary_share": lambda: 0.75}),
            }
            for process in ("pick", "打包 pack")[: self.dice.randint(1, 2)]
        }
        return {
            "name": name,
            "region": self.dice.choice(self.regions),
            "processes": processes,
            **({"collections": collections} if collections else {}),
            **self.some(
                {
                    "label": lambda: "仓 A",
                    "open": self.opening,
                    "receive": lambda: {"orders_per_hour": 40},
                    "works": lambda: list(self.shifts),
                    "finish": lambda: "task",
                    "stock_capacity_units": lambda: 150_000,
                    "inbound_cost_per_unit": self.money,
                }
            ),
        }

    def opening(self) -> dict[str, Any]:
        return {
            "from": "08:00",
            "to": self.dice.choice(["24:00", "02:00"]),
            **self.some(
                {
                    "days": lambda: self.dice.choice([["mon..fri", "sun", "sat"], "mon..sun"]),
                    "sun": lambda: self.dice.choice(
                        ["09:00-23:00", {"from": "09:00", "to": "22:00"}]
                    ),
                    "closed": lambda: [DAY.format(7 + self.days)],
                    "holidays": lambda: "none",
                    "extra_open": lambda: [DAY.format(8)],
                },
                0.25,
            ),
        }

    def shift(self, number: int, name: str) -> dict[str, Any]:
        begin = 8 + 2 * number
        breaks = [
            {"at": f"{begin + 2 + k:02d}:30", "minutes": 15} for k in range(self.dice.randint(0, 4))
        ]
        end = self.dice.choice([f"{begin + 9:02d}:00", "24:00"])
        when = self.some(
            {"not_on": lambda: [DAY.format(7 + self.days)], "days": lambda: "mon..sun"}, 0.2
        )
        return {
            "name": name,
            "start": f"{begin:02d}:00",
            "end": end,
            **when,
            **({"breaks": breaks} if breaks else {}),
        }

    def crews(self, site: str) -> list[dict[str, Any]]:
        here = {} if len(self.sites) == 1 and self.chance() else {"site": site}
        return [
            {
                "name": "own",
                **here,
                "headcount": 6,
                "wage_per_hour": self.money(40),
                **self.some({"max_days_per_week": lambda: 6, "overtime_hours": lambda: 1.25}),
            },
            {
                "name": "agency",
                **here,
                "max_headcount": 20,
                **self.some(
                    {
                        "ramp": lambda: self.dice.choice([[0.6, 0.8, 1], [0.7]]),
                        "absence": lambda: 0.06,
                        "hire_cost": lambda: 100,
                        "min_days": lambda: 2,
                        "processes": lambda: ["pick"],
                        "max_hours_per_week": lambda: 44.5,
                    }
                ),
            },
        ]

    def contract(self, number: int, name: str) -> str:
        zones = {region: self.dice.choice(["home", "away"]) for region in self.regions}
        prices = {zone: self.prices() for zone in ("home", "away")}
        data: dict[str, Any] = {
            "name": name,
            "currency": "CNY",
            "zones": self.zones(number, zones),
            "rates": prices,
            **self.some(
                {
                    "label": lambda: "快递",
                    "billable": lambda: {"divisor_cm3_per_kg": 8000, "step_g": 100},
                    "minimum_charge": self.money,
                    "discount": lambda: 0.05,
                    "fuel": lambda: 0.08,
                    "surcharges": self.surcharges,
                    "volume": lambda: self.dice.choice(
                        [{}, {"tiers": [{"from": 0}, {"from": 900, "discount": 0.04}]}]
                    ),
                    "commitment": lambda: {"parcels": 100, "shortfall_per_parcel": 0.4},
                    "exclusive": lambda: self.dice.choice([False, self.regions[:1]]),
                    "allotment": lambda: {"per_day": 9000},
                    "fixed_fee": lambda: 500,
                    "service": self.service,
                    "source": lambda: self.dice.choice(TEXTS),
                }
            ),
        }
        file = f"{self.dice.choice(['contracts/', ''])}c{number}.yaml"
        (self.folder / file).parent.mkdir(exist_ok=True)
        (self.folder / file).write_text(
            json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        if isinstance(data["zones"], str):
            (self.folder / file).parent.joinpath(data["zones"]).write_text(
                _csv([{"region": region, "zone": zone} for region, zone in zones.items()]),
                encoding="utf-8",
            )
        return file

    def zones(self, number: int, zones: dict[str, str]) -> Any:
        rows = [{"region": region, "zone": zone} for region, zone in zones.items()]
        return self.dice.choice([zones, rows, f"zones-{number}.csv"])

    def prices(self) -> dict[str, Any]:
        edges = sorted(self.dice.sample([300, 500, 1000, 2000], self.dice.randint(0, 4)))
        edge, step = self.dice.choice([("to_g", 1), ("to_lb", 0.01)])
        brackets = [{edge: e * step if step < 1 else e, "price": self.money(9)} for e in edges]
        first = {
            "first_g": 5000,
            "first_price": self.money(9),
            "step_g": 1000,
            "step_price": self.money(3),
        }
        either = self.dice.choice([{**first, "brackets": brackets}, first]) if brackets else first
        return {**either, **self.some({"minimum": self.money}, 0.3)}

    def surcharges(self) -> list[dict[str, Any]]:
        return [
            {"name": "label", "per_parcel": 0.05},
            {
                "name": "peak",
                "share": 0.1,
                "from": "2026-11-10",
                "to": "2026-11-16",
                "regions": self.regions[:1],
            },
        ][: self.dice.randint(0, 2)]

    def service(self) -> dict[str, Any]:
        return self.some(
            {
                "scan_delay_hours": lambda: self.dice.choice(
                    [
                        {"median": 2, "p95": 9},
                        {"home": {"median": 1, "p95": 3}, "away": {"median": 2.5, "p95": 7}},
                    ]
                ),
                "transit_days": lambda: {"home": {"mean": 1.8, "p90": 2.6}},
                "loss_share": lambda: 0.0005,
                "late_refund": lambda: {
                    "share": 0.5,
                    "days": self.dice.choice([3, {"home": 2, "away": 4.5}]),
                },
            }
        )

    def extras(self) -> dict[str, Any]:
        site, region = self.sites[0], self.regions[0]
        del region
        found = self.some(
            {
                "planned_on": lambda: "2026-11-01",
                "service": lambda: {
                    "on_time_share": 0.97,
                    "also": [{"within_hours": 20, "share": 0.4}],
                },
                "weight_classes_g": lambda: [500, 1500],
                "returns": lambda: {"median_days": 5, "p95_days": 10},
                "opening_backlog": lambda: self.dice.choice([{"orders": 0}, {"hours": 6}]),
                "disruptions": lambda: [
                    {
                        "kind": "site_closed",
                        "from": self.moment(10),
                        "to": f"{DAY.format(8 + self.days - 1)}T23:00",
                    }
                ],
                "risks": lambda: [
                    {"name": "more", "kind": "demand", "strength": 0.2, "probability": 0.1}
                ],
                "assumptions": lambda: [
                    {
                        "subject": "figure",
                        "value": self.dice.choice(TEXTS),
                        "source": self.dice.choice(TEXTS),
                    }
                ],
                "staffing": lambda: self.table(
                    "staffing.csv",
                    [
                        {
                            "site": site,
                            "process": "pick",
                            "crew": "own",
                            "shift": self.shifts[0],
                            "headcount": 3,
                        }
                    ],
                ),
                "staff": lambda: self.table(
                    "staff.csv", [{"name": "P 1", "crew": "own", "site": site, "skills": "pick"}]
                ),
                "stock": lambda: self.table(
                    "stock.csv", [{"site": site, "product": p, "units": 900} for p in self.products]
                ),
            }
        )
        return found


def _quoted(value: Any) -> str:
    text = str(value)
    return f'"{text}"' if any(sign in text for sign in ",;\n\"'") else text


def _csv(rows: list[dict[str, Any]]) -> str:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(",".join(map(_quoted, line)) for line in lines) + "\n"


def write_scenario(seed: int, folder: Path) -> Path:
    """Write a valid scenario, always the same one for a seed."""
    return Maker(seed, folder).scenario()
