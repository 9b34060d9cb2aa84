"""Held-out replications simulated again from the seed, and the tables made of them."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from planner.formats.tables.tables import write_pieces
from planner.reporting.tables.order_table import orders_pieces
from planner.reporting.tables.risks import risks_table
from planner.reporting.tables.simulation_tables import replication_tables, replications_table
from planner.reporting.tables.target_tables import BY_REPLICATION_TABLE, by_replication_table
from planner.studies.certification.common_replications import trace
from planner.studies.evaluated_plan import late_order_tables, unpriced_warning
from planner.studies.verification.compare_files import (
    as_written,
    different_cells,
    different_files,
    different_tables,
)
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult


def check_replications(evidence: Evidence) -> CheckResult:
    """Row by row the same orders, late orders, costs and waits."""
    problem, plan, summaries = evidence.problem, evidence.plan, evidence.summaries[0]
    expected = as_written(replications_table(problem, plan, summaries))
    wrong = different_cells(
        "tables/replications.csv", evidence.table("replications").head(len(summaries)), expected
    )
    if problem.service.also:
        targets = as_written(by_replication_table(problem, summaries))
        name = BY_REPLICATION_TABLE.name
        wrong += different_cells(
            f"tables/{name}.csv", evidence.table(name).head(len(targets)), targets
        )
    n, all_of_them = len(evidence.played), evidence.look.replications
    words = (
        f"{len(summaries)} of {all_of_them} replications, simulated again from the seed, are "
        "identical"
    )
    left = [] if evidence.all_again else [f"{n - len(summaries)} of {n} replications (use --full)"]
    return CheckResult(
        wrong,
        [words],
        not_proved=left,
        files={"tables/replications.csv"} if evidence.all_again else set(),
    )


def check_orders(evidence: Evidence) -> CheckResult:
    """The table of single orders: the first replication, traced again."""
    records = trace(
        evidence.problem, evidence.plan, evidence.context.executor.engine, evidence.look.stream_set
    )
    with TemporaryDirectory() as draft:
        path = Path(draft) / "orders.csv"
        write_pieces(orders_pieces(evidence.problem, records), path)
        wrong = different_files(evidence.folder, "tables/orders.csv", path)
    words = f"{len(records.orders):,} single orders, simulated again, are identical"
    return CheckResult(wrong, [words], files={"tables/orders.csv"})


def check_tables(evidence: Evidence) -> CheckResult:
    """The tables over all replications, where all were simulated again."""
    problem, plan = evidence.problem, evidence.plan
    if not evidence.all_again:
        return CheckResult()
    evaluated = evidence.evaluated
    frames: dict[str, pd.DataFrame] = {
        **replication_tables(problem, plan, evaluated.summaries),
        "risks": risks_table(problem, plan, evaluated.summaries),
    }
    if evidence.full:
        helpers = evidence.command != "replan"
        frames |= late_order_tables(problem, evaluated, evidence.context, helpers=helpers)
    wrong = different_tables(evidence.folder, frames)
    warned = [
        words for words in evidence.manifest["warnings"] if words not in evidence.scenario.warnings
    ]
    if warned != unpriced_warning(evaluated):
        wrong.append(f"run.json: warnings: {warned} should be {unpriced_warning(evaluated)}")
    words = f"the tables of these replications are the same ({', '.join(frames)})"
    return CheckResult(wrong, [words], files={f"tables/{name}.csv" for name in frames})
