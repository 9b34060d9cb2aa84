"""Plan and simulated promotions -> the tables of a run folder.

Pure: domain data in, data frames out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.costs import (
    COST_NAMES,
    after_hours_minor,
    bookings,
    simulated_costs,
    staff_cost_minor,
)
from planner.domain.demand import Floats, Ints, Seconds
from planner.domain.money import to_major
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Records, Summary, blocks, mean_on_time

QUANTILES = {"p05": 0.05, "p50": 0.50, "p95": 0.95}
TIME_FORMAT = "%Y-%m-%d %H:%M"


def plan_tables(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """What somebody has to do because of the plan beyond the tables `write_plan` gives: bookings,
    processes, shifts.
    """
    return {
        "hiring": hiring_table(problem, plan),
        "processes": _frame(
            ["site", "site_label", "process", "orders_per_hour", "stations"],
            [
                (s.name, s.label, p.name, p.orders_per_hour, p.stations)
                for s in problem.sites
                for p in s.processes
            ],
        ),
        "shifts": _frame(
            ["shift", "start", "end", "paid_hours"],
            [
                (s.name, _clock(s.start_s), _clock(s.end_s), round(s.paid_s / 3600, 2))
                for s in problem.shifts
            ],
        ),
        "assumptions": _frame(
            ["subject", "value", "source", "retrieved", "grade"],
            [(a.subject, a.value, a.source, a.retrieved, a.grade) for a in problem.assumptions],
        ),
    }


def hiring_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Temporaries to book: how many, from when to when, decided by when, and what it costs."""
    rows = []
    for b in bookings(problem, plan.staffing):
        crew = problem.crew(b.site, b.crew)
        since = problem.horizon.date_of(b.since_day)
        worked = [
            row
            for row in plan.staffing
            if (row.site, row.crew, row.since_day) == (b.site, b.crew, b.since_day)
            and row.day <= b.last_day
        ]
        people_days = sum(r.headcount for r in worked)
        mean_day_minor = sum(staff_cost_minor(problem, r) for r in worked) / max(people_days, 1)
        days = b.last_day - b.since_day + 1
        cost = round(b.people * (crew.hire_cost_minor + mean_day_minor * days))
        rows.append(
            (
                b.site,
                b.crew,
                b.people,
                since.isoformat(),
                problem.horizon.date_of(b.last_day).isoformat(),
                (since - timedelta(days=crew.notice_days)).isoformat(),
                days,
                to_major(cost, problem.currency),
            )
        )
    return _frame(["site", "crew", "people", "from", "to", "decide_by", "days", "cost"], rows)


def promotion_tables(
    problem: Problem, plan: Plan, summaries: Sequence[Summary]
) -> dict[str, pd.DataFrame]:
    """What the simulated promotions look like under the plan."""
    after_hours = (
        {"after_hours": after_hours_table(problem, summaries)} if problem.works_after_hours else {}
    )
    return {
        "costs": costs_table(problem, plan, summaries),
        "hourly": hourly_table(problem, summaries),
        "regions": regions_table(problem, summaries),
        "couriers": couriers_table(problem, summaries),
        "replications": replications_table(problem, plan, summaries),
        **after_hours,
    }


def after_hours_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Mean hours worked after the shifts to finish what was in hand, and their pay, by site,
    process and crew.
    """
    seconds = np.mean([s.after_hours_s for s in summaries], axis=0)
    minor = np.mean([after_hours_minor(problem, s.after_hours_s) for s in summaries], axis=0)
    rows = [
        (
            crew.site,
            process,
            crew.name,
            round(float(seconds[p, c]) / 3600, 3),
            to_major(round(float(minor[p, c])), problem.currency),
        )
        for c, crew in enumerate(problem.crews)
        for p, process in enumerate(problem.process_names)
        if seconds[p, c]
    ]
    return _frame(["site", "process", "crew", "hours_mean", "cost_mean"], rows)


def costs_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Mean simulated cost by name beside the planning model's figure."""
    simulated = simulated_costs(problem, plan, summaries)
    rows = [
        (
            name,
            to_major(round(float(simulated[name].mean())), problem.currency),
            to_major(plan.costs[name], problem.currency) if name in plan.costs else "",
        )
        for name in COST_NAMES
    ]
    return _frame(["name", "amount", "planned"], rows)


def replications_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """One row per held-out promotion; `open_at_end`: orders still in the building at its end, those
    that are late (`late_orders`) and those that a steady day leaves (`open_orders`).
    """
    total = sum(simulated_costs(problem, plan, summaries).values())
    rows = [
        (
            s.replication,
            s.orders,
            s.late_orders,
            round(1.0 - s.on_time_share, 6),
            s.open_orders,
            s.cancelled,
            to_major(round(float(cost)), problem.currency),
            s.keeps(problem.service.on_time_share),
            round(s.mean_wait_s, 3),
            round(s.mean_cycle_s, 3),
            s.open_at_end,
        )
        for s, cost in zip(summaries, np.atleast_1d(total), strict=True)
    ]
    columns = [
        "replication",
        "orders",
        "late_orders",
        "late_share",
        "open_orders",
        "cancelled",
        "cost",
        "met",
    ]
    return _frame([*columns, "mean_wait_s", "mean_cycle_s", "open_at_end"], rows)


def hourly_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Arrivals, work done, backlog and people per bucket, site and process: mean and quantiles over
    replications.
    """
    times = [
        problem.horizon.at(b * problem.horizon.bucket_s) for b in range(problem.horizon.buckets)
    ]
    stacked = {
        name: np.stack([getattr(s.hourly, name) for s in summaries]).astype(float)
        for name in ("arrivals", "done", "backlog", "staff")
    }
    frames = []
    for i, site in enumerate(problem.sites):
        for process in site.processes:
            p = problem.process_names.index(process.name)
            columns: dict[str, object] = {"time": times, "site": site.name, "process": process.name}
            for name, values in stacked.items():
                cell = values[:, i, p, :]
                columns[name] = cell.mean(axis=0).round(3)
                quantiles = np.quantile(cell, list(QUANTILES.values()), axis=0)
                for label, row in zip(QUANTILES, quantiles, strict=True):
                    columns[f"{name}_{label}"] = row.round(3)
            frames.append(pd.DataFrame(columns))
    table = pd.concat(frames, ignore_index=True)
    table["time"] = pd.to_datetime(table["time"]).dt.strftime(TIME_FORMAT)
    return table


def regions_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Orders, share on time (mean over promotions; a cancelled order is not), courier cost and days
    from hand-over to delivery, by region. Days stay empty where a contract that carries parcels
    states no days in transit.
    """
    orders: Ints = np.array([s.orders_by_region for s in summaries])
    cancelled: Ints = np.array([s.cancelled_by_region for s in summaries])
    late: Ints = np.array([s.late_by_region for s in summaries])
    on_time = mean_on_time(late + cancelled, orders + cancelled)
    left: Ints = np.sum([s.delivered_by_region for s in summaries], axis=0)
    parcels: Ints = np.sum([s.parcels for s in summaries], axis=0)
    charges: Ints = np.sum([s.courier_minor for s in summaries], axis=0)
    transit_s: Floats = np.sum([s.transit_s_by_region for s in summaries], axis=0)
    shipped = parcels.sum(axis=(0, 1, 3))
    timed = _transit_stated(problem, parcels.sum(axis=0))
    cost = charges.sum(axis=(0, 1, 3))
    rows = []
    for r, region in enumerate(problem.regions):
        rows.append(
            (
                region.name,
                region.label,
                region.remote,
                round(float(orders[:, r].mean()), 2),
                "" if np.isnan(on_time[r]) else round(float(on_time[r]), 6),
                to_major(round(float(cost[r]) / float(shipped[r])), problem.currency)
                if shipped[r]
                else "",
                round(float(transit_s[r]) / 86_400 / float(left[r]), 3)
                if left[r] and timed[r]
                else "",
            )
        )
    return _frame(
        ["region", "name", "remote", "orders", "on_time_share", "cost_per_order", "transit_days"],
        rows,
    )


def _transit_stated(problem: Problem, parcels: Ints) -> list[bool]:
    """Whether every contract that carries parcels to a region (parcels[site, region, contract])
    states its transit.
    """
    stated = [bool(problem.contracts)] * len(problem.regions)
    for i, r, c in np.argwhere(parcels[..., : len(problem.contracts)] > 0):
        contract = problem.contracts[c]
        zone = contract.zone(problem.site_names[i], problem.region_names[r])
        stated[r] &= zone in contract.transit
    return stated


def couriers_table(problem: Problem, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Mean parcels and courier charges by day of the order, site, region and contract (rows that
    ever occur).
    """
    parcels = np.mean([s.parcels for s in summaries], axis=0)
    charges = np.mean([s.courier_minor for s in summaries], axis=0)
    rows = [
        (
            problem.horizon.date_of(int(d)).isoformat(),
            problem.site_names[i],
            problem.region_names[r],
            problem.contract_names[c],
            round(float(parcels[d, i, r, c]), 3),
            to_major(round(float(charges[d, i, r, c])), problem.currency),
        )
        for d, i, r, c in np.argwhere(parcels[..., : len(problem.contracts)] > 0)
    ]
    return _frame(["date", "site", "region", "contract", "parcels_mean", "cost_mean"], rows)


BASELINE_COLUMNS = (
    *(
        "method",
        "status",
        "cost_mean",
        "on_time_share_mean",
        "on_time_share_p05",
        "certified",
        "lower_bound",
    ),
    *("met", "replications", "peak_staff", "peak_day"),
)


def baselines_table(
    problem: Problem, tried: Sequence[tuple[Plan, Certificate, Sequence[Summary]]]
) -> pd.DataFrame:
    """Our plan and the rules of thumb beside each other, each judged on the same held-out
    promotions.
    """
    rows = []
    for plan, verdict, summaries in tried:
        total = np.atleast_1d(sum(simulated_costs(problem, plan, summaries).values()))
        rows.append(
            method_row(
                problem, plan, verdict, total, np.array([s.on_time_share for s in summaries])
            )
        )
    return _frame(list(BASELINE_COLUMNS), rows)


def method_row(
    problem: Problem, plan: Plan, verdict: Certificate, total: Floats, shares: Floats
) -> tuple[object, ...]:
    """A plan's row of the table; its cost in minor units and its on-time share by replication."""
    peak_day, peak_staff = peak_staffing(plan)
    return (
        plan.method,
        plan.status,
        to_major(round(float(total.mean())), problem.currency),
        round(float(shares.mean()), 6),
        round(float(np.quantile(shares, 0.05)), 6),
        verdict.certified,
        round(verdict.lower_bound, 6),
        verdict.met,
        verdict.replications,
        peak_staff,
        problem.horizon.date_of(peak_day).isoformat(),
    )


def peak_staffing(plan: Plan) -> tuple[int, int]:
    """Day with the most people scheduled, and how many."""
    people: dict[int, int] = {}
    for row in plan.staffing:
        people[row.day] = people.get(row.day, 0) + row.headcount
    day = min(people, key=lambda d: (-people[d], d), default=0)
    return day, people.get(day, 0)


def orders_pieces(problem: Problem, records: Records) -> Iterator[pd.DataFrame]:
    """One replication, one row per order: a table in pieces, since there may be millions of rows
    (one, maybe empty, at least).
    """
    orders = records.orders
    for block in blocks(len(orders)) if len(orders) else [slice(0, 0)]:
        yield pd.DataFrame(
            {
                "order": np.arange(block.start + 1, block.stop + 1),
                "ordered_at": _moments(problem, orders.ordered_at_s[block]),
                "region": np.array(problem.region_names, dtype=object)[orders.region[block]],
                "site": np.array([*problem.site_names, ""], dtype=object)[records.site[block]],
                "contract": np.array([*problem.contract_names, ""], dtype=object)[
                    records.contract[block]
                ],
                "packed_at": _moments(problem, records.packed_at_s[block]),
                "handed_over_at": _moments(problem, records.handed_over_at_s[block]),
                "scanned_at": _moments(problem, records.scanned_at_s[block]),
                "deadline": _moments(problem, orders.deadline_s[block]),
                "on_time": np.array(["no", "yes", ""], dtype=object)[records.on_time[block]],
            }
        )


def _moments(problem: Problem, seconds: Seconds) -> NDArray[np.object_]:
    """Seconds of the horizon -> local time as text; empty where the moment never came."""
    at = np.datetime64(problem.horizon.start, "s") + seconds.astype("timedelta64[s]")
    text = np.array(
        [f"{moment[:10]} {moment[11:]}" for moment in np.datetime_as_string(at).tolist()],
        dtype=object,
    )
    text[seconds == NEVER] = ""
    return text


def _clock(second: int) -> str:
    """Seconds after midnight -> `HH:MM`; beyond midnight `+1` is appended."""
    day, rest = divmod(second, 86_400)
    if day == 1 and rest == 0:
        return "24:00"
    return f"{rest // 3600:02d}:{rest % 3600 // 60:02d}" + (f"+{day}" if day else "")


def _frame(columns: list[str], rows: Sequence[tuple[object | Decimal, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns)
