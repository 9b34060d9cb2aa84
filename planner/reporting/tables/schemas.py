"""Every table of a result folder with its columns, and the most that such a table may hold."""

from __future__ import annotations

from planner.reporting.tables import contract_columns, plan_columns, simulation_columns
from planner.reporting.tables.column_types import Column

MOST_BYTES = 300_000_000  # of one table: 350 regions hour by hour for a year
TABLES: dict[str, tuple[Column, ...]] = {
    **plan_columns.TABLES,
    **simulation_columns.TABLES,
    **contract_columns.TABLES,
}
# What every folder with a plan holds; the other tables depend on the command and on the scenario.
ALWAYS = (
    *(
        "assumptions",
        "baselines",
        "costs",
        "couriers",
        "extra_collections",
        "hiring",
        "hourly",
        "orders",
        "processes",
    ),
    *("regions", "replications", "risks", "routing", "shifts", "staffing", "stock", "stock_need"),
)
