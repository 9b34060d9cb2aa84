"""Whether the replications of two results drew the same orders, so that they can be paired.

An order is drawn with all its random numbers from the streams of its replication, whatever the
plan. So two results have the same orders where seed, look of the certification, demand and days are
the same, and the versions that draw them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from planner.domain.digest import digest
from planner.domain.problem import Problem
from planner.domain.run_differences import NotComparableError, Reason
from planner.studies.run_differences.side import Side

DRAWING = ("planner", "python", "numpy", "scipy")  # versions that decide what is drawn
COUNTED = ("orders", "cancelled", "open_orders")  # together all orders of a replication


def why_not_paired(a: Side, b: Side, replications: Sequence[pd.DataFrame]) -> Reason | None:
    """Why the replications of two results are not of the same orders.

    Parameters
    ----------
    a, b : Side
        The results.
    replications : sequence of DataFrame
        The table `replications` of each.

    Returns
    -------
    Reason or None
        None where they are of the same orders.
    """
    stated = [_stated(side) for side in (a, b)]
    for key, of_a in stated[0].items():
        if of_a != stated[1][key]:
            return Reason(key, {"a": str(of_a), "b": str(stated[1][key])})
    try:
        parts = [demand_parts(side.problem) for side in (a, b)]
    except NotComparableError as error:
        return error.reason
    for key, of_a in parts[0].items():
        if of_a != parts[1][key]:
            return Reason(key)
    return _other_counts(replications)


def _stated(side: Side) -> dict[str, Any]:
    """What run.json says of the streams; each key is the sentence for a difference."""
    certificate = side.manifest.get("certificate") or {}
    versions = side.manifest["versions"]
    return {
        "diff_seed": side.manifest["seed"],
        "diff_look": certificate.get("look", 1),
        "diff_versions": ", ".join(f"{name} {versions.get(name, '?')}" for name in DRAWING),
    }


def demand_parts(problem: Problem) -> dict[str, str]:
    """Digests of what the orders depend on; each key is the sentence for a difference."""
    products = [
        (p.name, p.share, p.weight_g, p.weight_cv, p.volume_cm3, p.units_mean, p.return_share)
        for p in problem.products
    ]
    parts = {
        "diff_days": problem.horizon,
        "diff_demand": (problem.demand, problem.planned_on),
        "diff_backlog": problem.backlog,
        "diff_regions": [(region.name, region.share) for region in problem.regions],
        "diff_products": products,
        "diff_risks": problem.risks,
    }
    return {key: digest(part) for key, part in parts.items()}


def _other_counts(replications: Sequence[pd.DataFrame]) -> Reason | None:
    """The number of orders must be the same too; a cap of a plan may refuse some."""
    counts = [table[list(COUNTED)].sum(axis=1).astype(int).tolist() for table in replications]
    differ = sum(x != y for x, y in zip(*counts, strict=False))
    return Reason("diff_counts", {"n": str(differ)}) if differ else None
