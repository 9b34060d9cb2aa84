"""The certificate follows from the table of replications, and the table's totals from its rows."""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.documents.reading import MANIFEST
from planner.domain.costs import COST_NAMES, committed_costs
from planner.domain.money import to_major, to_minor
from planner.domain.problem import Service
from planner.reporting.tables.target_tables import (
    BY_REPLICATION_TABLE,
    TARGETS_TABLE,
    judged,
    targets_table,
)
from planner.studies.runs.manifest import certificate_json
from planner.studies.verification.compare_files import as_written, differences, different_cells
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

# minor units, or in the last digit, that one rounded number may be away from what it stands for
ROUNDED = 0.5


def check_certificate(evidence: Evidence) -> CheckResult:
    """The certificate follows from the rows, and every row from its counts.

    A row states the late share, and whether it met the service level.
    """
    played, problem = evidence.played, evidence.problem
    share = problem.service.on_time_share
    rows = evidence.table("replications")
    derived = rows[["late_share", "met"]]
    late = [round(1.0 - share_, 6) for share_ in played.shares.tolist()]
    met = played.met(problem.service)
    expected = as_written(pd.DataFrame({"late_share": late, "met": met}))
    wrong = different_cells("tables/replications.csv", derived.reset_index(drop=True), expected)
    wrong += _targets(evidence)
    wrong += differences(
        MANIFEST,
        evidence.manifest["certificate"],
        certificate_json(evidence.verdict),
        ("certificate",),
    )
    verdict = evidence.verdict
    words = (
        f"the certificate, recomputed from the counts: {verdict.met} of {verdict.replications} "
        "replications had at "
        f"least {share:.6g} of the orders on time{_own_targets(problem.service)}, lower bound "
        f"{verdict.lower_bound:.4f} at level {verdict.level:.6g}, "
        f"{'certified' if verdict.certified else 'not certified'} at confidence "
        f"{verdict.confidence:.6g}"
    )
    return CheckResult(wrong, [words], not_proved=_looks(evidence))


def _own_targets(service: Service) -> str:
    return "".join(f", {t.share:.6g} within {t.within_hours:g} h" for t in service.also)


def _targets(evidence: Evidence) -> list[str]:
    """The tables of the targets follow from their counts."""
    problem, played = evidence.problem, evidence.played
    if not problem.service.also:
        return []
    found = evidence.table(BY_REPLICATION_TABLE.name)
    rows = [
        judged(failed, due, target.share)
        for also in played.also
        for target, (failed, due) in zip(problem.service.also, also, strict=True)
    ]
    expected = as_written(pd.DataFrame(rows, columns=["share", "met"]))
    wrong = different_cells(
        f"tables/{BY_REPLICATION_TABLE.name}.csv",
        found[["share", "met"]].reset_index(drop=True),
        expected,
    )
    table = as_written(targets_table(problem, played.outcomes))
    name = TARGETS_TABLE.name
    return wrong + different_cells(f"tables/{name}.csv", evidence.table(name), table)


def _looks(evidence: Evidence) -> list[str]:
    """What of the certificate cannot be proved."""
    if not evidence.goes_through_loop:
        return []
    return [
        f"that the certificate is look {evidence.look.number}, and no other plan or look failed "
        "before"
    ]


def check_costs(evidence: Evidence) -> CheckResult:
    """Every cost has its row.

    What the plan commits to is exact; the rest adds up to the mean of the replications.
    """
    problem, plan, table = evidence.problem, evidence.plan, evidence.table("costs")
    if tuple(table["name"]) != COST_NAMES:
        return CheckResult([f"tables/costs.csv: the rows are not {', '.join(COST_NAMES)}"])
    simulated = [to_minor(text, problem.currency) for text in table["amount"]]
    amounts = dict(zip(table["name"], simulated, strict=True))
    known = amounts | committed_costs(problem, plan)
    rows = []
    for name in COST_NAMES:
        planned = to_major(plan.costs[name], problem.currency) if name in plan.costs else ""
        rows.append((name, to_major(known[name], problem.currency), planned))
    expected = pd.DataFrame(rows, columns=["name", "amount", "planned"])
    wrong = different_cells("tables/costs.csv", table, as_written(expected))
    total, mean = sum(amounts.values()), float(evidence.played.cost_minor.mean())
    if abs(total - mean) > ROUNDED * (len(COST_NAMES) + 1):
        ours, theirs = (to_major(round(x), problem.currency) for x in (total, mean))
        wrong.append(
            f"tables/costs.csv: adds up to {ours}, the mean of replications.csv is {theirs}"
        )
    wrong += _couriers(evidence, amounts["courier"])
    return CheckResult(wrong, ["the costs add up: committed by the plan, simulated by replication"])


def _couriers(evidence: Evidence, charges_minor: int) -> list[str]:
    """The rows of couriers.csv add up to the couriers' charges, and regions.csv to the orders."""
    couriers, regions, played = (
        evidence.table("couriers"),
        evidence.table("regions"),
        evidence.played,
    )
    currency, wrong = evidence.problem.currency, []
    paid = sum(to_minor(text, currency) for text in couriers["cost_mean"])
    if abs(paid - charges_minor) > ROUNDED * (len(couriers) + 1):
        ours, theirs = (to_major(minor, currency) for minor in (paid, charges_minor))
        wrong.append(f"tables/couriers.csv: costs {ours}, costs.csv says {theirs}")
    for name, column, numbers, digits in (
        ("regions", regions["orders"], played.orders, 2),
        ("couriers", couriers["parcels_mean"], _taken(evidence), 3),
    ):
        total, mean = float(column.astype(float).sum()), float(np.mean(numbers))
        if not abs(total - mean) <= ROUNDED * (len(column) + 1) / 10**digits:
            wrong.append(
                f"tables/{name}.csv: {total:,.1f} orders in all, replications.csv has {mean:,.1f}"
            )
    return wrong


def _taken(evidence: Evidence) -> list[int]:
    """Orders of each replication that go with a courier.

    None where the scenario has no contracts.
    """
    played = evidence.played
    taken = [decided + left for decided, left in zip(played.orders, played.open, strict=True)]
    return taken if evidence.problem.contracts else [0] * len(taken)
