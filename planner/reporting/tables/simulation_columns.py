"""Columns of the tables that say what happens: demand, work, orders, costs, and how the plan was
reached.
"""

from __future__ import annotations

from dataclasses import replace

from planner.documents.values import LARGEST
from planner.domain.costs import COST_NAMES
from planner.reporting.tables.column_types import Column
from planner.reporting.tables.plan_columns import (
    CONTRACT,
    COST,
    CREW,
    DATE,
    FROM,
    PROCESS,
    PRODUCT,
    REGION,
    SHARE,
    SHIFT,
    SITE,
    TO,
)

TIME = Column("time", "moment", "begin of the bucket")
REMOTE = Column("remote", "flag", "whether the region is remote")
ORDERS = Column("orders", "number", "orders", "orders")
LATE_ORDERS = Column("late_orders", "number", "late orders", "orders")
ON_TIME = Column("on_time_share", "share", "share on time (empty: no orders)", empty=True)
COST_PER_ORDER = Column(
    "cost_per_order", "money", "mean cost per order", "currency/order", empty=True
)
COST_MEAN = Column("cost_mean", "money", "mean cost", "currency", low=-LARGEST)
MET = Column("met", "flag", "whether the share on time was reached")
REPLICATIONS = Column("replications", "count", "replications", low=1)
CERTIFIED = Column("certified", "flag", "whether the plan is certified")


def _quantiles(names: tuple[str, ...], of: str, unit: str) -> tuple[Column, ...]:
    """Points of a distribution, and its mean."""
    words = {
        "mean": "mean",
        **{p: f"{int(p[1:])} % point" for p in ("p05", "p25", "p50", "p75", "p95")},
    }
    return tuple(Column(name, "number", f"{of}, {words[name]}", unit) for name in names)


def _hourly(name: str, of: str, unit: str) -> tuple[Column, ...]:
    points = (
        Column(f"{name}_{p}", "number", f"{of}, {int(p[1:])} % point", unit)
        for p in ("p05", "p50", "p95")
    )
    return (Column(name, "number", f"{of}, mean", unit), *points)


FAN = _quantiles(("mean", "p05", "p25", "p50", "p75", "p95"), "orders", "orders")
PEAK = tuple(
    Column(p, "figure", f"{int(p[1:])} % point, orders or a moment") for p in ("p05", "p50", "p95")
)

TABLES: dict[str, tuple[Column, ...]] = {
    "forecast_hourly": (TIME, REGION, *FAN),
    "forecast_daily": (DATE, REGION, *FAN),
    "forecast_peak": (Column("what", "name", "what the row is about"), *PEAK),
    "actuals_score": (
        Column("what", "name", "what the row is about"),
        Column("actual", "number", "what came"),
        *(replace(c, kind="number", empty=True) for c in PEAK),
        Column("quantile", "share", "share of the paths below what came", empty=True),
    ),
    "hourly": (
        TIME,
        SITE,
        PROCESS,
        *_hourly("arrivals", "orders that arrive", "orders"),
        *_hourly("done", "orders done", "orders"),
        *_hourly("backlog", "orders waiting at the end", "orders"),
        *_hourly("staff", "people at work", "people"),
    ),
    "costs": (
        Column("name", "choice", "kind of cost", among=COST_NAMES),
        Column("amount", "money", "simulated mean", "currency", low=-LARGEST),
        Column(
            "planned",
            "money",
            "figure of the planning model (empty: none)",
            "currency",
            empty=True,
            low=-LARGEST,
        ),
    ),
    "regions": (
        REGION,
        Column("name", "name", "name of the region as printed"),
        REMOTE,
        ORDERS,
        ON_TIME,
        COST_PER_ORDER,
        Column(
            "transit_days",
            "number",
            "mean days from hand-over to delivery (empty: unknown)",
            "days",
            empty=True,
        ),
    ),
    "couriers": (
        DATE,
        SITE,
        REGION,
        CONTRACT,
        Column("parcels_mean", "number", "mean parcels", "parcels"),
        COST_MEAN,
    ),
    "replications": (
        Column("replication", "count", "number of the replication"),
        Column("orders", "count", "orders decided", "orders"),
        Column("late_orders", "count", "late ones among them", "orders"),
        Column("late_share", "share", "their share"),
        Column("open_orders", "count", "orders open at the end that a steady day leaves", "orders"),
        Column("cancelled", "count", "orders cancelled for lack of stock", "orders"),
        replace(COST, low=-LARGEST),
        MET,
        Column("mean_wait_s", "number", "mean time in queues", "s"),
        Column("mean_cycle_s", "number", "mean time in the building", "s"),
        Column("open_at_end", "count", "all orders open at the end", "orders"),
    ),
    "after_hours": (
        SITE,
        PROCESS,
        CREW,
        Column("hours_mean", "number", "mean hours worked after the shifts", "h"),
        COST_MEAN,
    ),
    "orders": (
        Column("order", "count", "number of the order", low=1),
        Column("ordered_at", "moment", "when it was placed"),
        REGION,
        replace(SITE, empty=True),
        replace(CONTRACT, empty=True),
        Column("packed_at", "moment", "when it was packed", empty=True),
        Column("handed_over_at", "moment", "when it was handed over", empty=True),
        Column("scanned_at", "moment", "when it was scanned first", empty=True),
        Column("deadline", "moment", "when it has to be counted at the latest", empty=True),
        Column("on_time", "flag", "whether it was on time (empty: still open)", empty=True),
    ),
    "risks": (
        Column("risk", "name", "kind of the risk"),
        Column("measure", "text", "how it is measured"),
        Column("value", "money", "its size", "currency", low=-LARGEST),
        Column("words", "text", "the risk in words"),
        Column("words_zh", "text", "the risk in Chinese"),
    ),
    "baselines": (
        Column("method", "name", "method of planning"),
        Column("status", "text", "how the planning ended"),
        COST_MEAN,
        Column("on_time_share_mean", "share", "mean share on time"),
        Column("on_time_share_p05", "share", "5 % point of the share on time"),
        CERTIFIED,
        Column("lower_bound", "share", "lower bound of the probability"),
        Column("met", "count", "replications that reached the share on time"),
        REPLICATIONS,
        Column("peak_staff", "count", "people on the day with most", "people"),
        Column("peak_day", "date", "that day"),
    ),
    "path": (
        Column("step", "count", "number of the step", low=1),
        Column("plan", "count", "number of the plan"),
        Column("what", "name", "what was done"),
        Column(
            "planned_cost",
            "money",
            "cost by the planning model",
            "currency",
            empty=True,
            low=-LARGEST,
        ),
        Column("bound", "money", "lower bound on that cost", "currency", empty=True, low=-LARGEST),
        Column("gap", "number", "distance of the two", empty=True, low=-LARGEST),
        Column("simulated_cost", "money", "mean simulated cost", "currency", low=-LARGEST),
        Column("on_time_share", "share", "mean share on time"),
        Column("kept", "count", "replications that reached the share on time"),
        Column("promotions", "count", "replications", low=1),
        Column("kept_share", "share", "their share"),
        Column("person_days", "count", "shifts worked by one person each"),
        Column("vehicles", "count", "extra vehicles", "vehicles"),
        Column("headroom", "number", "factor on the needs that were learned"),
        replace(CERTIFIED, empty=True),
    ),
    "hindsight": (
        Column("path", "count", "number of the sampled path"),
        Column("stress_level", "number", "level of its demand", low=-LARGEST),
        Column("weight", "share", "its probability"),
        ORDERS,
        Column(
            "plan_cost", "money", "cost of the plan on it", "currency", empty=True, low=-LARGEST
        ),
        Column(
            "hindsight_cost",
            "money",
            "least cost had it been known",
            "currency",
            empty=True,
            low=-LARGEST,
        ),
        Column("regret", "money", "difference of the two", "currency", empty=True, low=-LARGEST),
    ),
    "misses": (
        Column(
            "reason",
            "choice",
            "why",
            among=("waiting", "collection", "stock", "carrier", "promise"),
        ),
        *(replace(c, empty=True) for c in (SITE, PROCESS, CONTRACT, PRODUCT)),
        FROM,
        TO,
        LATE_ORDERS,
        SHARE,
    ),
    "units": (
        Column("unit", "choice", "what is added", among=("person", "vehicle")),
        Column("words", "text", "the unit in words"),
        SITE,
        *(replace(c, empty=True) for c in (PROCESS, CREW, SHIFT, CONTRACT)),
        DATE,
        Column("added", "count", "how many"),
        Column("failed_before", "number", "failed orders without it", "orders"),
        Column("failed_after", "number", "failed orders with it", "orders"),
        Column("saved_orders", "number", "difference of the two", "orders", low=-LARGEST),
        replace(COST, low=-LARGEST),
        replace(COST_PER_ORDER, low=-LARGEST),
    ),
}
