"""Contracts side by side: each alone and every sensible combination, on the same orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats, Ints
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.domain.statistics import t_interval
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_table
from planner.output import sha256
from planner.simulation.workers_pool import START_S
from planner.studies.contracts.alternatives import Alternative
from planner.studies.contracts.carriage import Carriage, CaseResult, share_on_time, union
from planner.studies.contracts.outcomes import (
    ContractOutcome,
    cost_per_order,
    difference_per_order,
    outcome,
    ranked_cost,
    stacked,
)
from planner.studies.runs.manifest import kept_scenario, seal, versions

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext

RISK_POINT = 0.95  # money at risk: exceeded in one replication of twenty
GROUPS = ("all", "remote", "other")
COLUMNS = (
    "contract",
    "members",
    "region_group",
    "parcels",
    "cost_per_order",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "refused",
    "on_time_share",
    "kept",
    "commitment_missed",
    "money_at_risk",
    "rank",
    "ranked_cost",
    "fails",
)
REGION_COLUMNS = ("region", "contract", "parcels", "cost_per_order")
TERM_COLUMNS = (
    "alternative",
    "contract",
    "parcels",
    "signed",
    "tier_from",
    "tier_reached",
    "discount",
    "commitment",
    "commitment_missed",
    "shortfall",
    "full_days",
)


@dataclass(frozen=True, eq=False)
class ComparedCases:
    """One replication of every case, summed up by region where it is simulated (picklable)."""

    carriage: Carriage

    def __call__(self, replication: int) -> tuple[ContractOutcome, list[CaseResult]]:
        """Sums by region over the orders of the promotion's own days, and each case's result."""
        regions, charges, results = len(self.carriage.problem.regions), [], []
        for carried in self.carriage.carried(replication):
            region = carried.records.orders.region
            charges.append(carried.priced.charge)
            results.append(carried.result)
        beyond = [result.beyond_minor for result in results]
        return outcome(region, regions, charges, beyond), results


def compare(
    problem: Problem,
    alternatives: Sequence[Alternative],
    replications: int,
    seed: int,
    context: RunContext,
) -> dict[str, pd.DataFrame]:
    """Tables `contracts`, `contract_terms` and `contracts_by_region`.

    Every alternative is planned for itself (see `carrier_only`) and carries the same orders. The
    cost per order holds all that couriers and late orders cost: charges, fees, tiers, shortfall,
    vehicles, losses, compensation. `difference` is to the best alternative (see `ranking`), on the
    parcels both take, with a 95 % interval.

    Parameters
    ----------
    problem : Problem
        The promotion.
    alternatives : Sequence[Alternative]
        What to compare.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    context : RunContext
        Where replications are simulated, and who receives the progress.

    Returns
    -------
    dict[str, pd.DataFrame]
        The tables by name; money in major units, means over replications.
    """
    if not alternatives:
        empty = {
            "contracts": COLUMNS,
            "contract_terms": TERM_COLUMNS,
            "contracts_by_region": REGION_COLUMNS,
        }
        return {name: pd.DataFrame(columns=list(columns)) for name, columns in empty.items()}
    context.begin("comparing contracts", replications)
    cases_of = tuple(a.case for a in alternatives)
    task = ComparedCases(Carriage(union(cases_of), cases_of, seed))
    runs = context.replicate("compared contracts", task, replications, START_S)
    found = stacked([outcome for outcome, _ in runs])
    cases = [[results[a] for _, results in runs] for a in range(len(alternatives))]
    return {
        "contracts": contracts_table(problem, alternatives, found, cases),
        "contract_terms": terms_table(problem, alternatives, cases),
        "contracts_by_region": regions_table(problem, [a.name for a in alternatives], found),
    }


def contracts_table(
    problem: Problem,
    alternatives: Sequence[Alternative],
    found: ContractOutcome,
    cases: Sequence[Sequence[CaseResult]],
) -> pd.DataFrame:
    """Table `contracts`: rows alternative x region group; groups without regions are left out.

    Parameters
    ----------
    problem : Problem
        The promotion.
    alternatives : Sequence[Alternative]
        What was compared.
    found : ContractOutcome
        Stacked over replications.
    cases : Sequence[Sequence[CaseResult]]
        Results [alternative][replication].

    Returns
    -------
    pd.DataFrame
        Service and rank stand in the rows of all regions.
    """
    remote = np.array([r.remote for r in problem.regions])
    fails = failures(problem, found, cases)
    ranked = ranked_cost(found)
    order = ranking(ranked, fails)
    rank = np.argsort(order) + 1
    groups = zip(GROUPS, (np.ones_like(remote), remote, ~remote), strict=True)
    groups_there = [(group, regions) for group, regions in groups if regions.any()]
    rows: list[tuple[object, ...]] = []
    for a, alternative in enumerate(alternatives):
        service = (
            *_service(problem, cases[a]),
            int(rank[a]),
            _major(ranked[a], problem),
            fails[a],
        )
        for group, regions in groups_there:
            figures = _figures(problem, found, regions, a, int(order[0]))
            of_all = service if group == "all" else (None,) * len(service)
            rows.append((alternative.name, len(alternative.members), group, *figures, *of_all))
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"rank": "Int64"})


def _figures(
    problem: Problem, found: ContractOutcome, regions: Mask, a: int, best: int
) -> tuple[float, ...]:
    """Parcels, cost and difference with intervals, and refused share of an alternative.

    In some regions.
    """
    placed, taken = found.placed[:, regions].sum(), found.taken[:, a, regions].sum()
    cost = cost_per_order(found, regions)[:, a]
    difference = difference_per_order(found, regions, best)[:, a]
    return (
        round(taken / len(found.placed), 1),
        *(_major(x, problem) for x in t_interval(cost)),
        *(_major(x, problem) for x in t_interval(difference)),
        round(1 - taken / placed, 6) if placed else 0.0,
    )


def _service(
    problem: Problem, cases: Sequence[CaseResult]
) -> tuple[float | None, float, float, float]:
    """On-time share, how often service level and commitments are missed, and the money at risk.

    Share of replications that meet the service level, and that miss a commitment.
    """
    share = share_on_time(cases)
    return (
        None if np.isnan(share) else round(share, 6),
        round(float(np.mean([c.kept for c in cases])), 6),
        round(float(np.mean([bool(c.shortfall_minor.any()) for c in cases])), 6),
        _major(float(np.quantile([c.at_risk_minor for c in cases], RISK_POINT)), problem),
    )


def terms_table(
    problem: Problem, alternatives: Sequence[Alternative], cases: Sequence[Sequence[CaseResult]]
) -> pd.DataFrame:
    """Table `contract_terms`: rows alternative x contract, what its clauses on volume come to.

    Parameters
    ----------
    problem : Problem
        The promotion.
    alternatives : Sequence[Alternative]
        What was compared.
    cases : Sequence[Sequence[CaseResult]]
        Results [alternative][replication].

    Returns
    -------
    pd.DataFrame
        Means over replications, money in major units.
    """
    rows = []
    for alternative, results in zip(alternatives, cases, strict=True):
        for k in range(len(alternative.members)):
            rows.append((alternative.name, *_terms(problem, alternative, k, results)))
    return pd.DataFrame(rows, columns=list(TERM_COLUMNS)).astype({"tier_from": "Int64"})


def _terms(
    problem: Problem, alternative: Alternative, k: int, results: Sequence[CaseResult]
) -> tuple[object, ...]:
    """What the clauses on volume of contract number `k` of an alternative come to."""
    contract = alternative.members[k]
    discount = contract.volume.discount
    tiers = () if discount is None else discount.tiers
    parcels = np.array([result.parcels[k] for result in results])
    reached = np.array([result.tier[k] for result in results])
    usual = int(np.bincount(reached + 1).argmax()) - 1
    short = np.array([result.shortfall_minor[k] for result in results])
    promised = [contract.commitment.committed(int(result.parcels.sum())) for result in results]
    return (
        contract.name,
        round(float(parcels.mean()), 1),
        int(contract.name in alternative.case.plan.signed),
        tiers[usual].from_parcels if tiers and usual >= 0 else pd.NA,
        round(float((reached == usual).mean()), 6) if tiers else None,
        _major(float(np.mean([result.discount_minor[k] for result in results])), problem),
        round(float(np.mean(promised)), 1),
        round(float((short > 0).mean()), 6),
        _major(float(short.mean()), problem),
        round(float(np.mean([result.full_days[k] for result in results])), 2),
    )


def regions_table(problem: Problem, names: Sequence[str], found: ContractOutcome) -> pd.DataFrame:
    """Table `contracts_by_region`: rows region x alternative, parcels and cost per order.

    Parameters
    ----------
    problem : Problem
        The promotion.
    names : Sequence[str]
        Names of the alternatives.
    found : ContractOutcome
        Stacked over replications.

    Returns
    -------
    pd.DataFrame
        Means over replications, money in major units.
    """
    rows = []
    for r, region in enumerate(problem.regions):
        cost = cost_per_order(found, np.arange(len(problem.regions)) == r)
        for a, name in enumerate(names):
            parcels = round(found.taken[:, a, r].mean(), 1)
            rows.append((region.name, name, parcels, _major(t_interval(cost[:, a])[0], problem)))
    return pd.DataFrame(rows, columns=list(REGION_COLUMNS))


def ranking(cost: Floats, fails: Sequence[str]) -> Ints:
    """The alternatives, best first: by `ranked_cost` (ties: fewer contracts).

    Those that fail come after all others.
    """
    return np.lexsort((np.round(cost, 6), np.array([bool(reason) for reason in fails])))


def failures(
    problem: Problem, found: ContractOutcome, cases: Sequence[Sequence[CaseResult]]
) -> list[str]:
    """Why an alternative cannot meet the on-time share.

    Parameters
    ----------
    problem : Problem
        Its service level is what must be met.
    found : ContractOutcome
        Stacked over replications.
    cases : Sequence[Sequence[CaseResult]]
        Results [alternative][replication].

    Returns
    -------
    list[str]
        "refused" or "late", whichever is more; empty where it can.
    """
    refused = 1 - found.taken.sum(axis=(0, 2)) / max(float(found.placed.sum()), 1.0)
    late = (1.0 - np.nan_to_num([share_on_time(of) for of in cases], nan=1.0)) * (1 - refused)
    allowed = 1 - problem.service.on_time_share + 1e-12
    reasons = []
    for refused_share, late_share in zip(refused, late, strict=True):
        if refused_share + late_share <= allowed:
            reasons.append("")
        else:
            reasons.append("refused" if refused_share >= late_share else "late")
    return reasons


def _major(minor: float, problem: Problem) -> float:
    """A mean in minor units -> major units, with two more digits than the currency has."""
    digits = minor_digits(problem.currency)
    return float(round(minor / 10.0**digits, digits + 2))


def write_comparison(
    folder: Path,
    scenario: Scenario,
    files: Sequence[Path],
    tables: dict[str, pd.DataFrame],
    options: dict[str, Any],
) -> None:
    """Write tables and manifest of a comparison into its draft folder.

    Parameters
    ----------
    folder : Path
        The draft folder.
    scenario : Scenario
        The scenario.
    files : Sequence[Path]
        Contracts from outside the scenario.
    tables : dict[str, pd.DataFrame]
        The tables by name.
    options : dict[str, Any]
        Options of the command.
    """
    for name in sorted(tables):
        write_table(tables[name], folder / "tables" / f"{name}.csv")
    kept = kept_scenario(folder, scenario)
    kept["inputs"].update({f"contract/{path.name}": sha256(path) for path in files})
    problem = scenario.problem
    facts = {
        "name": problem.name,
        "currency": problem.currency,
        "seed": problem.seed,
        "versions": versions(),
    }
    seal(folder, {**facts, "options": options, **kept})
