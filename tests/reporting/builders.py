"""Run folders made up for the tests of the reports: a large one (nine days, two sites, 31
provinces) and a tiny one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner import __version__
from planner.reporting.tables.stock_table import STOCK_TABLE
from planner.reporting.tables.what_if_table import WHAT_IF_TABLE
from tests.reporting.contract_builders import contract_tables
from tests.reporting.history_builders import explanation_json, loop_json, path_tables

PROVINCES = {
    "beijing": "北京",
    "tianjin": "天津",
    "hebei": "河北",
    "shanxi": "山西",
    "neimenggu": "内蒙古",
    "liaoning": "辽宁",
    "jilin": "吉林",
    "heilongjiang": "黑龙江",
    "shanghai": "上海",
    "jiangsu": "江苏",
    "zhejiang": "浙江",
    "anhui": "安徽",
    "fujian": "福建",
    "jiangxi": "江西",
    "shandong": "山东",
    "henan": "河南",
    "hubei": "湖北",
    "hunan": "湖南",
    "guangdong": "广东",
    "guangxi": "广西",
    "hainan": "海南",
    "chongqing": "重庆",
    "sichuan": "四川",
    "guizhou": "贵州",
    "yunnan": "云南",
    "xizang": "西藏",
    "shaanxi": "陕西",
    "gansu": "甘肃",
    "qinghai": "青海",
    "ningxia": "宁夏",
    "xinjiang": "新疆",
}
REMOTE = ("neimenggu", "hainan", "xizang", "gansu", "qinghai", "ningxia", "xinjiang")
CONTRACTS = ("express-a", "express-b", "economy", "premium-air", "remote-special")
SITES = {"yiwu": "义乌仓", "chengdu": "成都仓"}
RATES = {"pick": 60.0, "pack": 45.0, "sort": 110.0}


def large_run(folder: Path, certified: bool = True) -> Path:
    """Nine days, two sites, 31 provinces with Chinese names, five contracts, 300 replications."""
    rng = np.random.default_rng(11)
    start, days = datetime(2026, 11, 8), 9
    level = _demand_level(days, peaks={2: (20, 9_000), 3: (0, 7_500), 6: (20, 2_500)}, base=170)
    tables = {
        **_forecast(rng, start, level, tuple(PROVINCES)),
        **_staff(start, level, tuple(SITES), days),
        "hourly": pd.concat(
            [_hourly(rng, start, level * s, n) for n, s in (("yiwu", 0.65), ("chengdu", 0.35))]
        ),
        **_carriers(rng, start, level, days),
        **_verdicts(rng, certified),
        **path_tables(certified),
        "stress": _stress(),
    }
    manifest = _manifest("singles-day", "CNY", start, days, certified, 300)
    return _write(folder, manifest, _plan_json(manifest) | {"loop": loop_json(certified)}, tables)


def refused_run(folder: Path) -> Path:
    """A scenario without a plan: what is to blame and what would help."""
    manifest = _manifest("small", "CNY", datetime(2026, 11, 9), 4, False, 0)
    found = explanation_json()
    manifest |= {
        "status": found["status"],
        "gap": None,
        "certificate": None,
        "explanation": "explanation.json",
    }
    for only_with_a_plan in ("engines", "replications", "broken_rules"):
        del manifest[only_with_a_plan]
    tables = {
        "blame": pd.DataFrame(
            [("stations", "stations/yiwu/pack", "too few", 1.0, 2.0, "stations")],
            columns=["rule", "key", "words", "allowed", "needed", "unit"],
        ),
        "repairs": pd.DataFrame(
            [
                (1, "one more shift", "shift/17:00", "8", None, 8978.88, 0.0, True),
                (
                    2,
                    "people and hours",
                    "crew/yiwu + hours/yiwu",
                    "4 + 8",
                    640.5,
                    9181.48,
                    202.6,
                    True,
                ),
            ],
            columns=["rank", "words", "key", "amount", "price", "objective", "extra", "verified"],
        ),
    }
    _write(folder, manifest, {}, tables)
    (folder / "plan.json").unlink()
    (folder / "explanation.json").write_text(
        json.dumps(found, ensure_ascii=False), encoding="utf-8"
    )
    return folder


def add_what_if(folder: Path) -> Path:
    """A grid of what ifs next to the tables of a run, whose values are easily computed: cost and
    share are linear in demand and in the people who come.
    """
    rows = []
    for demand in (-0.3, 0.0, 0.1, 0.5):
        for fill in (0.6, 1.0):
            for missed in ("", "yiwu / express-a / 2026-11-11 23:00"):
                for hours in (24.0, 48.0, 72.0):
                    cost = 1_000_000 * (1 + demand) + 100_000 * (1 - fill) + 500 * bool(missed)
                    share = 0.9 - 0.4 * max(demand, 0.0) - 0.5 * (1 - fill) + (hours - 48) / 1000
                    kept = 8 if demand <= 0 else 6 if demand < 0.2 else 0
                    cells = (demand, fill, missed, hours, 100_000.0, cost, round(share, 6))
                    rows.append((*cells, kept, 8, kept / 8))
    table = pd.DataFrame(rows, columns=WHAT_IF_TABLE.names)
    table.to_csv(folder / "tables" / "what_if.csv", index=False, encoding="utf-8")
    return folder


def tiny_run(folder: Path) -> Path:
    """One site, one process, one day, no courier, no baselines: what the smallest scenario leaves
    behind.
    """
    rng = np.random.default_rng(5)
    start = datetime(2026, 3, 2)
    times = [start + timedelta(hours=h) for h in range(24)]
    arrivals = rng.poisson(30, 24).astype(float)
    hourly = pd.DataFrame({"time": _text(times), "site": "depot", "process": "pack"})
    for name, values in {
        "arrivals": arrivals,
        "done": arrivals,
        "backlog": arrivals * 0.2,
        "staff": np.full(24, 2.0),
    }.items():
        for suffix in ("", "_p05", "_p50", "_p95"):
            hourly[name + suffix] = values
    rows = [("2026-03-02", "depot", "pack", "permanent", "all", "", 2, 48.0, 1000.0)]
    tables = {
        "hourly": hourly,
        "staffing": pd.DataFrame(rows, columns=STAFFING),
        "costs": pd.DataFrame([("wages", 1000.0, 1000.0)], columns=["name", "amount", "planned"]),
        "replications": pd.DataFrame(
            [(0, 720, 0, 0.0, 0, 0, 1000.0, True, 0, 0, 0, 0)], columns=REPLICATIONS
        ),
        "processes": pd.DataFrame([("depot", "", "pack", 60.0, 4)], columns=PROCESSES),
        "shifts": pd.DataFrame(
            [("all", "00:00", "24:00", 24.0)], columns=["shift", "start", "end", "paid_hours"]
        ),
    }
    manifest = _manifest("tiny", "EUR", start, 1, False, 1)
    manifest["platform"] |= {"name": "inline", "threshold_late_share": None, "counts": "label"}
    return _write(folder, manifest, _plan_json(manifest), tables)


STAFFING = ["date", "site", "process", "crew", "shift", "since", "headcount", "paid_hours", "cost"]
ROUTING = ["region", "site", "contract", "from", "to", "share", "above_g", "to_g"]
REPLICATIONS = [
    "replication",
    "orders",
    "late_orders",
    "late_share",
    "open_orders",
    "cancelled",
    "cost",
    "met",
    "mean_wait_s",
    "mean_cycle_s",
    "open_at_end",
    "late_at_end",
]
PROCESSES = ["site", "site_label", "process", "orders_per_hour", "stations"]
QUANTILES = {"p05": -1.645, "p25": -0.674, "p50": 0.0, "p75": 0.674, "p95": 1.645}


def _text(times: Sequence[datetime]) -> list[str]:
    return [t.strftime("%Y-%m-%d %H:%M") for t in times]


def _demand_level(days: int, peaks: dict[int, tuple[int, float]], base: float) -> np.ndarray:
    """Mean orders per hour: a daily wave and events that jump and fade."""
    hour = np.arange(days * 24)
    level = base * (1.0 + 0.75 * np.sin((hour % 24 - 9) / 24 * 2 * np.pi)) + 20
    for day, (at, size) in peaks.items():
        since = hour - (day * 24 + at)
        level = level + np.where(since >= 0, size * 0.5 ** (since / 2.5), 0.0)
    return level


def _fan(level: np.ndarray, spread: np.ndarray) -> dict[str, np.ndarray]:
    columns = {"mean": level * np.exp(spread**2 / 2)}
    return columns | {name: level * np.exp(z * spread) for name, z in QUANTILES.items()}


def _forecast(
    rng: np.random.Generator, start: datetime, level: np.ndarray, regions: Sequence[str]
) -> dict[str, pd.DataFrame]:
    times = [start + timedelta(hours=h) for h in range(len(level))]
    spread = np.where(level > 900, 0.5, 0.14)
    daily = level.reshape(-1, 24).sum(axis=1)
    daily_spread = np.where(daily > 12_000, 0.45, 0.1)
    share = rng.dirichlet(np.full(len(regions), 3.0))
    hours, dates = [], []
    for name, part in [("all", 1.0), *zip(regions, share, strict=True)]:
        hours.append(
            pd.DataFrame({"time": _text(times), "region": name, **_fan(level * part, spread)})
        )
        days = [f"{start + timedelta(days=d):%Y-%m-%d}" for d in range(len(daily))]
        dates.append(
            pd.DataFrame({"date": days, "region": name, **_fan(daily * part, daily_spread)})
        )
    peak = pd.DataFrame(
        [
            ("peak_hour_orders", "4100.0", "9320.0", "21200.0"),
            ("peak_hour_time", "2026-11-10 20:00", "2026-11-10 20:00", "2026-11-11 00:00"),
            ("peak_day_orders", "21000.0", "41000.0", "77000.0"),
            ("total_orders", "88000.0", "121000.0", "190000.0"),
        ],
        columns=["what", "p05", "p50", "p95"],
    )
    return {
        "forecast_hourly": pd.concat(hours),
        "forecast_daily": pd.concat(dates),
        "forecast_peak": peak,
    }


def _staff(
    start: datetime, level: np.ndarray, sites: Sequence[str], days: int
) -> dict[str, pd.DataFrame]:
    daily = level.reshape(-1, 24).sum(axis=1)
    rows, hiring, extra = [], [], []
    for site, part in zip(sites, (0.65, 0.35), strict=True):
        for day in range(days):
            load = 0.6 * daily[day] + 0.4 * daily[max(day - 1, 0)]
            for shift, weight, hours in (("day", 0.6, 8.0), ("night", 0.4, 8.0)):
                for process, rate in RATES.items():
                    need = int(np.ceil(load * part * weight / rate / hours)) + 1
                    own = min(need, 14)
                    date = f"{start + timedelta(days=day):%Y-%m-%d}"
                    rows.append(
                        (
                            date,
                            site,
                            process,
                            "permanent",
                            shift,
                            "",
                            own,
                            own * hours,
                            own * hours * 26.0,
                        )
                    )
                    if need > own:
                        n = need - own
                        since = f"{start + timedelta(days=max(0, day // 3 * 3 - 1)):%Y-%m-%d}"
                        rows.append(
                            (
                                date,
                                site,
                                process,
                                "agency",
                                shift,
                                since,
                                n,
                                n * hours,
                                n * hours * 24.0,
                            )
                        )
        for wave, people in ((1, 44), (2, 60), (5, 18)):
            since, until = (
                start + timedelta(days=wave),
                start + timedelta(days=min(wave + 4, days - 1)),
            )
            decide = since - timedelta(days=7)
            count = int(people * part)
            hiring.append(
                (
                    site,
                    "agency",
                    count,
                    f"{since:%Y-%m-%d}",
                    f"{until:%Y-%m-%d}",
                    f"{decide:%Y-%m-%d}",
                    (until - since).days + 1,
                    count * 5 * 8 * 24.0,
                )
            )
        extra.append(
            (f"{start + timedelta(days=3):%Y-%m-%d}", site, "express-a", "22:00", 2, 600.0)
        )
        extra.append(
            (f"{start + timedelta(days=4):%Y-%m-%d}", site, "express-b", "18:00", 1, 300.0)
        )
    processes = [(s, SITES[s], p, r, 60) for s in sites for p, r in RATES.items()]
    return {
        "staffing": pd.DataFrame(rows, columns=STAFFING),
        "hiring": pd.DataFrame(
            hiring, columns=["site", "crew", "people", "from", "to", "decide_by", "days", "cost"]
        ),
        "payroll": _payroll(sites),
        "extra_collections": pd.DataFrame(
            extra, columns=["date", "site", "contract", "at", "vehicles", "cost"]
        ),
        "processes": pd.DataFrame(processes, columns=PROCESSES),
        "shifts": pd.DataFrame(
            [("day", "08:00", "17:00", 8.0), ("night", "17:00", "02:00+1", 8.0)],
            columns=["shift", "start", "end", "paid_hours"],
        ),
        "stock": pd.DataFrame(
            [
                (s, f"class-{c}", int(4000 * part * k), 0.01 * k, 300.0 * part * k, 60.0 * part * k)
                for s, part in zip(sites, (0.65, 0.35), strict=True)
                for k, c in enumerate("abcd", start=1)
            ],
            columns=STOCK_TABLE.names,
        ),
    }


def _stress() -> pd.DataFrame:
    """Two stresses that break the plan and one that does not, 300 replications each."""
    rows = [
        (
            "mix",
            "mix",
            0.12,
            40,
            297,
            9_000.0,
            "class-b",
            "+400 units of class-b at yiwu",
            80.0,
            298,
        ),
        ("agency_fill", "agency_fill", 0.2, 210, 297, 700.0, "", "", math.nan, math.nan),
        (
            "missed_pickup",
            "missed_pickup",
            1.0,
            262,
            297,
            310.0,
            "yiwu / express-a / 2026-11-11 23:00",
            "+3 agency at yiwu, pack",
            936.0,
            296,
        ),
    ]
    return pd.DataFrame(
        [
            (
                name,
                kind,
                strength,
                None,
                kept,
                300,
                kept / 300,
                before,
                240_000.0 + extra,
                extra,
                worst,
                repair,
                repair,
                cost,
                after,
            )
            for name, kind, strength, kept, before, extra, worst, repair, cost, after in rows
        ],
        columns=[
            "stress",
            "kind",
            "strength",
            "probability",
            "kept",
            "replications",
            "kept_share",
            "kept_before",
            "cost_mean",
            "cost_extra",
            "worst",
            "cheapest_repair",
            "cheapest_repair_zh",
            "repair_cost",
            "kept_after",
        ],
    )


def _payroll(sites: Sequence[str]) -> pd.DataFrame:
    """Two crews at each site; permanent people are at home on some of their guaranteed days."""
    return pd.DataFrame(
        [
            (site, crew, days, idle, days + idle, 12.0, days * 208.0, 468.0, idle * 208.0,
             (days + idle) * 208.0 + 468.0)
            for site in sites
            for crew, days, idle in (("permanent", 300, 40), ("agency", 500, 0))
        ],
        columns=["site", "crew", "scheduled_days", "idle_days", "paid_days", "overtime_hours",
                 "wages", "overtime", "idle_pay", "amount"],
    )  # fmt: skip


def _hourly(
    rng: np.random.Generator, start: datetime, level: np.ndarray, site: str
) -> pd.DataFrame:
    """Arrivals flow through three processes at a capacity per hour of day; bands by scaling."""
    hours = np.arange(len(level))
    open_now = (hours % 24 >= 8) | (hours % 24 < 2)
    frames = []
    flow = level
    for process, slack in zip(RATES, (1.25, 1.1, 1.35), strict=True):
        capacity = np.where(open_now, slack * max(300.0, level.mean() * 1.6), 0.0) * (
            1 + 0.9 * (level.cumsum() > 5000 * level.mean() / 400)
        )
        waiting, done, backlog = 0.0, [], []
        for arriving, most in zip(flow, capacity, strict=True):
            out = min(waiting + arriving, most)
            waiting = max(waiting + arriving - out, 0.0)
            done.append(out)
            backlog.append(waiting)
        staff = np.ceil(capacity / RATES[process])
        values = {
            "arrivals": flow,
            "done": np.array(done),
            "backlog": np.array(backlog),
            "staff": staff,
        }
        frame = pd.DataFrame(
            {
                "time": _text([start + timedelta(hours=int(h)) for h in hours]),
                "site": site,
                "process": process,
            }
        )
        for name, mean in values.items():
            spread = 0.06 if name == "staff" else 0.5
            frame[name] = mean
            for label, z in (("p05", -1.645), ("p50", 0.0), ("p95", 1.645)):
                frame[f"{name}_{label}"] = (mean * np.exp(z * spread)).round(3)
        frames.append(frame)
        flow = np.array(done)
    return pd.concat(frames)


def _carriers(
    rng: np.random.Generator, start: datetime, level: np.ndarray, days: int
) -> dict[str, pd.DataFrame]:
    daily = level.reshape(-1, 24).sum(axis=1)
    share = rng.dirichlet(np.full(len(PROVINCES), 4.0))
    couriers: list[tuple[object, ...]] = []
    regions: list[tuple[object, ...]] = []
    routing: list[tuple[object, ...]] = []
    until = f"{start + timedelta(days=days):%Y-%m-%d} 00:00"
    for (region, label), part in zip(PROVINCES.items(), share, strict=True):
        remote = region in REMOTE
        mix = (
            {"remote-special": 0.7, "premium-air": 0.3}
            if remote
            else {"express-a": 0.5, "express-b": 0.3, "economy": 0.2}
        )
        price = 14.2 if remote else 2.9
        for site in SITES:
            for contract, weight in mix.items():
                routing.append(
                    (
                        region,
                        site,
                        contract,
                        f"{start:%Y-%m-%d %H:%M}",
                        until,
                        round(weight / 2, 3),
                        None,
                        None,
                    )
                )
                for day in range(days):
                    n = float(daily[day] * part * weight / 2)
                    date = f"{start + timedelta(days=day):%Y-%m-%d}"
                    couriers.append(
                        (date, site, region, contract, round(n, 3), round(n * price, 2))
                    )
        on_time = float(rng.uniform(0.93, 0.98) if remote else rng.uniform(0.984, 0.999))
        transit = round(float(rng.uniform(4.2, 7.5) if remote else rng.uniform(1.4, 3.2)), 3)
        orders, cost = (
            round(float(daily.sum() * part), 2),
            round(price * float(rng.uniform(0.9, 1.2)), 2),
        )
        regions.append((region, label, remote, orders, on_time, cost, transit))
    return {
        "couriers": pd.DataFrame(
            couriers, columns=["date", "site", "region", "contract", "parcels_mean", "cost_mean"]
        ),
        "regions": pd.DataFrame(
            regions,
            columns=[
                "region",
                "name",
                "remote",
                "orders",
                "on_time_share",
                "cost_per_order",
                "transit_days",
            ],
        ),
        "routing": pd.DataFrame(routing, columns=ROUTING),
        **contract_tables(CONTRACTS, tuple(PROVINCES), REMOTE),
    }


def _verdicts(rng: np.random.Generator, certified: bool) -> dict[str, pd.DataFrame]:
    n, good = 300, 294 if certified else 261
    late = np.sort(rng.gamma(1.3, 0.004, n))
    late = np.where(np.arange(n) < good, np.minimum(late, 0.0195), 0.0205 + late)
    orders = rng.integers(90_000, 150_000, n)
    cost = rng.normal(1_284_300, 90_000, n).round(2)
    frame = pd.DataFrame(
        {
            "replication": np.arange(n),
            "orders": orders,
            "late_orders": (orders * late).astype(int),
            "late_share": late.round(6),
            "open_orders": rng.integers(100, 900, n),
            "cancelled": rng.integers(0, 200, n),
            "cost": cost,
            "met": late <= 0.02,
            "mean_wait_s": 900.0,
            "mean_cycle_s": 1800.0,
        }
    )
    frame["open_at_end"], frame["late_at_end"] = frame["open_orders"], 0
    costs = [
        ("wages", 398_410.2, 390_120.0),
        ("overtime", 21_300.0, 20_000.0),
        ("hiring", 31_050.0, 31_050.0),
        ("stock", 88_000.0, 88_000.0),
        ("extra_collections", 1_800.0, 1_800.0),
        ("fixed_fees", 12_000.0, 12_000.0),
        ("courier", 698_240.55, 702_000.0),
        ("shortfall", 0.0, 4_000.0),
        ("compensation", 29_499.25, 18_000.0),
        ("lost_orders", 4_000.0, 2_500.0),
    ]
    kept = round(1.0 - float(frame["late_share"].mean()), 6)
    wide = [
        ("joint", 1.0, kept, True, 0.9582, 294),
        ("average", 0.91, 0.914, False, 0.12, 50),
        ("peak", 1.42, 0.9988, True, 0.9902, 300),
        ("erlang", 1.21, 0.962, False, 0.41, 144),
        ("cheapest", 0.86, 0.871, False, 0.0, 0),
        ("search", 1.03, 0.991, True, 0.9582, 294),
    ]
    lower = {True: 0.9582, False: 0.8293}[certified]
    rows = [
        (
            m,
            "feasible",
            round(1_284_300 * c, 2),
            share,
            share - 0.02,
            certified if m == "joint" else ok,
            lower if m == "joint" else bound,
            good if m == "joint" else met,
            n,
            300 + 40 * k,
            "2026-11-11",
        )
        for k, (m, c, share, ok, bound, met) in enumerate(wide)
    ]
    words = [
        ("late_orders", "In one promotion of twenty at least 2.41% of the orders are late; "
         "compensation then costs 96,000.00 CNY or more.",
         "二十次大促中有一次迟发率不低于 2.41%，届时赔付至少 96,000.00 CNY。"),
        ("bottleneck", ("义乌仓, pack: up to 21,345 orders wait at 11-11 06:00 (95 % point), 474 "
                       "person-hours of work."),
         "义乌仓 pack：11-11 06:00 最多积压 21,345 单（95% 分位），约 474 工时。"),
        ("cost_overrun", "Demand decides the bill: in one promotion of twenty it is 150,000.00 CNY "
         "or more above the mean of 1,284,300.00 CNY.",
         "需求决定总费用：二十次大促中有一次比均值 1,284,300.00 CNY 高出至少 150,000.00 CNY。"),
        ("courier_cap", ("express-a is handed its whole daily allotment at least once in 31% of "
                        "the promotions."),
         "express-a 在 31% 的模拟中至少有一天用满每日限额。"),
    ]  # fmt: skip
    assumed = [
        (f"{s} {k}", v, src, "2026-10-31" if k % 2 else "", g)
        for k in range(1, 7)
        for s, v, src, g in (
            (
                "发货时限 dispatch deadline",
                "48 h",
                (
                    "平台规则中心，《商家发货管理规则》第三章：预售与现货订单的发货时效及违规处理，"
                    "2026 年修订版"
                ),
                "A",
            ),
            ("absence of agency staff", "6 %", "illustration", "illustration"),
            (
                "Durchschnittliche Verpackungsgeschwindigkeit",
                "45 orders/h",
                "Zeitaufnahme im Lager, https://example.org/a/very/long/path/without/any/space/in/it/to-be-broken",
                "B",
            ),
        )
    ]
    baseline_columns = [
        "method",
        "status",
        "cost_mean",
        "on_time_share_mean",
        "on_time_share_p05",
        "certified",
        "lower_bound",
        "met",
    ]
    return {
        "replications": frame,
        "costs": pd.DataFrame(costs, columns=["name", "amount", "planned"]),
        "baselines": pd.DataFrame(
            rows, columns=[*baseline_columns, "replications", "peak_staff", "peak_day"]
        ),
        "risks": pd.DataFrame(
            [(r, "m", 1.0, w, z) for r, w, z in words],
            columns=["risk", "measure", "value", "words", "words_zh"],
        ),
        "assumptions": pd.DataFrame(
            assumed, columns=["subject", "value", "source", "retrieved", "grade"]
        ),
    }


def _manifest(
    name: str, currency: str, start: datetime, days: int, certified: bool, replications: int
) -> dict[str, Any]:
    met = 294 if certified else 261
    certificate = {
        "certified": certified,
        "on_time_share": 0.98,
        "confidence": 0.95,
        "replications": replications,
        "met": min(met, replications),
        "lower_bound": 0.9582 if certified else 0.8293,
        "level": 0.95,
        "seed": 20261111,
        "look": 1,
    }
    return {
        "name": name,
        "title": "",
        "labels": {"contract": {}, "product": {}},
        "currency": currency,
        "timezone": "Asia/Shanghai",
        "start": start.isoformat(timespec="minutes"),
        "days": days,
        "planned_on": None,
        "seed": 20261111,
        "versions": {"planner": __version__},
        "inputs": {},
        "scenario": "scenario.yaml",
        "options": {"command": "run", "replications": replications, "lang": "en"},
        "engines": {"engines": ["simpy"]},
        "status": "feasible",
        "gap": 0.0123,
        "model_gap": None,
        "margins": [],
        "certificate": certificate,
        "certain_demand": [],
        "replications": replications,
        "broken_rules": [],
        "warnings": [],
        "service": {"on_time_share": 0.98, "confidence": 0.95},
        "platform": {
            "name": "kuaishou",
            "counts": "handover",
            "deadline_hours": 48,
            "deadline_working_days": None,
            "threshold_late_share": 0.05,
            "source": "rule page",
            "retrieved": "2026-10-31",
            "grade": "B",
        },
    }


def _plan_json(manifest: dict[str, Any]) -> dict[str, Any]:
    signed = [*CONTRACTS[:3], "remote-special"] if manifest["days"] > 1 else []
    mean = {"mean": 0.9921, "low": 0.9912, "high": 0.9930}
    service = {"on_time_share": 0.98, "confidence": 0.95, "expected": {}, "simulated": mean}
    return {
        "status": "feasible",
        "objective": 1,
        "bound": 1,
        "gap": 0.0123,
        "model_objective": None,
        "model_bound": None,
        "model_gap": None,
        "method": "joint",
        "currency": manifest["currency"],
        "certain_demand": [],
        "costs": {},
        "service": service,
        "certificate": manifest["certificate"],
        "signed": signed,
        "promises": {},
        "caps": {},
        "margins": {},
        "reproducible": True,
        "stock_unlimited": False,
    }


def _write(
    folder: Path, manifest: dict[str, Any], plan: dict[str, Any], tables: dict[str, pd.DataFrame]
) -> Path:
    (folder / "tables").mkdir(parents=True, exist_ok=True)
    for name, content in (("run.json", manifest), ("plan.json", plan)):
        (folder / name).write_text(
            json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8"
        )
    for name, table in tables.items():
        table.to_csv(
            folder / "tables" / f"{name}.csv", index=False, encoding="utf-8", lineterminator="\n"
        )
    return folder
