"""Every table of a result folder, and the most that such a table may hold.

A table that this package computes is declared next to its function (`plan_tables`,
`simulation_tables`, `method_tables`, `order_table`, `risks`, `edit_tables`); a table that another
package writes is declared in `plan_columns`, `simulation_columns`, `contract_columns`,
`capacity_tables`, `stress_table`, `replan_tables`, `what_if_table`, `sweep_table`,
`backtest_tables`, `trigger_tables`, `evidence_table` or `penalty_table`. Readers, the workbook, the
web page and the documentation are made from the declaration.
"""

from __future__ import annotations

from planner.reporting.tables import (
    backtest_tables,
    capacity_tables,
    contract_columns,
    edit_tables,
    evidence_table,
    method_tables,
    order_table,
    plan_columns,
    plan_tables,
    replan_tables,
    replay_tables,
    risks,
    simulation_columns,
    simulation_tables,
    stress_table,
    sweep_table,
    trigger_tables,
    what_if_table,
)
from planner.reporting.tables.column_types import ResultTable

MOST_BYTES = 300_000_000  # of one table: 350 regions hour by hour for a year
TABLES: dict[str, ResultTable] = {
    table.name: table
    for table in (
        *plan_columns.TABLES,
        *plan_tables.TABLES,
        *simulation_tables.TABLES,
        order_table.ORDERS_TABLE,
        method_tables.BASELINES_TABLE,
        risks.RISKS_TABLE,
        stress_table.STRESS_TABLE,
        *edit_tables.TABLES,
        *capacity_tables.TABLES,
        *replan_tables.TABLES,
        what_if_table.WHAT_IF_TABLE,
        sweep_table.SWEEP_TABLE,
        *backtest_tables.TABLES,
        *trigger_tables.TABLES,
        *replay_tables.TABLES,
        *evidence_table.TABLES,
        *simulation_columns.TABLES,
        *contract_columns.TABLES,
    )
}
# What every folder with a plan holds; the other tables depend on the command and on the scenario.
OF_A_DRAFT = tuple(
    sorted(t.name for t in (*plan_columns.TABLES, *plan_tables.TABLES) if t.always)
)  # the same of a draft, of which nothing was simulated
ALWAYS = tuple(sorted(table.name for table in TABLES.values() if table.always))
