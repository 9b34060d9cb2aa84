"""Contracts side by side: each alone and every sensible combination, on the same orders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.contracts import Contract
from planner.domain.demand import Floats, Ints
from planner.domain.money import minor_digits
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Mask, Small
from planner.domain.statistics import t_interval
from planner.formats.scenario.reader import Scenario
from planner.formats.tables.tables import write_table
from planner.output import sha256
from planner.studies.contracts.carrier_only import (
    NOBODY,
    Case,
    CaseResult,
    carry,
    packed_at_once,
    plan_cases,
    served,
    share_on_time,
    taken,
)
from planner.studies.runs.manifest import keep_inputs, scenario_name, seal, versions
from planner.studies.runs.run_context import RunContext

TOGETHER = "together"
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
class Alternative:
    """Contracts that are signed together, or one alone.

    Its name in the tables, and what was planned for it.
    """

    name: str
    members: tuple[Contract, ...]
    case: Case


@dataclass(frozen=True, eq=False, kw_only=True)
class ContractOutcome:
    """Replications (leading axis, when stacked) by alternative and region; money in minor units.

    `placed[.., region]` orders; `taken`, `charge` [.., alternative, region]: parcels that got a
    price, what they cost; `worth`: the same with a refused parcel at the highest price any
    alternative pays; `common[.., region, a, b]` parcels both take, `charge_common[.., region, a,
    b]` what a pays for them; `beyond[.., alternative]` whatever else couriers and late orders cost.
    """

    placed: Floats
    taken: Floats
    charge: Floats
    worth: Floats
    common: Floats
    charge_common: Floats
    beyond: Floats


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
    runs = carry([a.case for a in alternatives], replications, seed, context)
    found = stacked([outcome(region, len(problem.regions), results) for region, results in runs])
    cases = [[results[a] for _, results in runs] for a in range(len(alternatives))]
    return {
        "contracts": contracts_table(problem, alternatives, found, cases),
        "contract_terms": terms_table(problem, alternatives, cases),
        "contracts_by_region": regions_table(problem, [a.name for a in alternatives], found),
    }


def planned_alternatives(
    problem: Problem, contracts: Sequence[Contract], context: RunContext
) -> list[Alternative]:
    """Each contract alone, sensible combinations, and all together.

    The contracts that all together would use determine the combinations: pairs, and all without one
    that is used. Those count that serve every region that all together serve, and whose plan has
    work for every member.

    Parameters
    ----------
    problem : Problem
        The promotion.
    contracts : Sequence[Contract]
        The contracts to combine.
    context : RunContext
        Where plans are made.

    Returns
    -------
    list[Alternative]
        With their plans; all together comes last.
    """
    named = with_own_names(contracts)
    whole = [named] if len(named) > 1 else []
    groups = [*((c,) for c in named), *_serving_all(problem, named, combinations(named, 2)), *whole]
    cases = plan_cases([packed_at_once(problem, group) for group in groups], context)
    if whole:
        used = cases[-1].used
        without = [tuple(c for c in named if c.name in used - {gone}) for gone in sorted(used)]
        more = [g for g in _serving_all(problem, named, without) if g not in groups]
        cases[-1:-1] = plan_cases([packed_at_once(problem, group) for group in more], context)
        groups[-1:-1] = more
        everything = taken(cases[-1].problem)
        _share_plan([np.array_equal(taken(case.problem), everything) for case in cases], cases)
    found = []
    for group, case in zip(groups, cases, strict=True):
        together = len(group) == len(named) > 1
        if len(group) == 1 or together or case.used == {c.name for c in group}:
            name = TOGETHER if together else " + ".join(c.name for c in group)
            found.append(Alternative(name, group, case))
    return found


def _share_plan(taking_all: Sequence[bool], cases: list[Case]) -> None:
    """All together (the last) never do worse than some of them.

    They may have the plan of some who take as much; and where they use just these, both have the
    cheaper of the two plans (they differ by the solver's gap). A plan that meets the service level
    comes before a cheaper one that does not.
    """
    able = [case for case, takes in zip(cases, taking_all, strict=True) if takes]
    best = min(able, key=lambda case: (not case.keeps_promise, case.plan.objective or 0)).plan
    cases[-1] = _with_plan(cases[-1], best)
    for k, case in enumerate(cases):
        if set(case.problem.contract_names) - {NOBODY} == cases[-1].used | set(best.signed):
            cases[k] = _with_plan(case, best)


def _with_plan(case: Case, plan: Plan) -> Case:
    """The case with the plan of another, but for the people: it may have other sites."""
    return replace(case, plan=replace(plan, staffing=case.plan.staffing))


def _serving_all(
    problem: Problem, contracts: Sequence[Contract], groups: Iterable[tuple[Contract, ...]]
) -> list[tuple[Contract, ...]]:
    """The groups that serve whatever all contracts together serve, but are not all of them."""
    everywhere = served(problem, contracts)
    return [g for g in groups if 1 < len(g) < len(contracts) and served(problem, g) == everywhere]


def with_own_names(contracts: Sequence[Contract]) -> tuple[Contract, ...]:
    """The contracts with names that tell them apart: the second `a` becomes `a (2)`."""
    named: list[Contract] = []
    used = {TOGETHER}
    for contract in contracts:
        name, count = contract.name, 1
        while name in used:
            count += 1
            name = f"{contract.name} ({count})"
        used.add(name)
        named.append(replace(contract, name=name))
    return tuple(named)


def outcome(region: Small, regions: int, cases: Sequence[CaseResult]) -> ContractOutcome:
    """Sums by region of one replication.

    Parameters
    ----------
    region : Small
        Region of every order.
    regions : int
        Number of regions.
    cases : Sequence[CaseResult]
        The result of each alternative.

    Returns
    -------
    ContractOutcome
        Of one replication.
    """
    cost = np.stack([case.charge for case in cases])
    taken = np.isfinite(cost)
    charge = np.where(taken, cost, 0.0)
    worth = np.where(taken, cost, charge.max(axis=0))
    cells = [np.flatnonzero(region == r) for r in range(regions)]
    return ContractOutcome(
        placed=np.array([len(cell) for cell in cells], dtype=float),
        taken=np.array([taken[:, cell].sum(axis=1) for cell in cells], dtype=float).T,
        charge=np.array([charge[:, cell].sum(axis=1) for cell in cells]).T,
        worth=np.array([worth[:, cell].sum(axis=1) for cell in cells]).T,
        common=np.array([taken[:, cell].astype(float) @ taken[:, cell].T for cell in cells]),
        charge_common=np.array([charge[:, cell] @ taken[:, cell].T for cell in cells]),
        beyond=np.array([case.beyond_minor for case in cases]),
    )


def stacked(outcomes: Sequence[ContractOutcome]) -> ContractOutcome:
    """Replications one behind the other, along a new first axis."""
    names = [f.name for f in fields(ContractOutcome)]
    return ContractOutcome(
        **{name: np.stack([getattr(of, name) for of in outcomes]) for name in names}
    )


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


def cost_per_order(found: ContractOutcome, regions: Mask) -> Floats:
    """Charges in the regions per parcel, and every parcel's part of the other costs.

    [replication, alternative] in minor units.
    """
    charge, taken = found.charge[:, :, regions].sum(axis=2), found.taken[:, :, regions].sum(axis=2)
    return _ratio(charge, taken) + _beyond_per_parcel(found)


def difference_per_order(found: ContractOutcome, regions: Mask, best: int) -> Floats:
    """Cost per order less that of another alternative, on the parcels both take.

    Parameters
    ----------
    found : ContractOutcome
        Stacked over replications.
    regions : Mask
        Regions that count.
    best : int
        Index of the other alternative.

    Returns
    -------
    Floats
        [replication, alternative] in minor units; NaN where there is no such parcel.
    """
    charge = found.charge_common[:, regions].sum(axis=1)
    common = found.common[:, regions].sum(axis=1)
    beyond = _beyond_per_parcel(found)
    gap = _ratio(charge[:, :, best] - charge[:, best, :], common[:, :, best])
    return gap + (beyond - beyond[:, [best]])


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


def ranked_cost(found: ContractOutcome) -> Floats:
    """Mean cost per order placed, in minor units [alternative].

    Refused orders count at the highest price of all alternatives; it is the cost per order where
    nothing is refused.
    """
    carried = found.taken.sum(axis=2)
    whole = found.worth.sum(axis=2) + carried * _beyond_per_parcel(found)
    return np.asarray((whole / np.maximum(found.placed.sum(axis=1), 1.0)[:, None]).mean(axis=0))


def _beyond_per_parcel(found: ContractOutcome) -> Floats:
    """Other costs per parcel [replication, alternative]."""
    taken = found.taken.sum(axis=2)
    return np.where(taken > 0, found.beyond / np.maximum(taken, 1), 0.0)


def _ratio(amount: Floats, parcels: Floats) -> Floats:
    """Amount per parcel; NaN where there are none."""
    return np.where(parcels > 0, amount / np.maximum(parcels, 1), np.nan)


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
    inputs = keep_inputs(folder, scenario)
    inputs.update({f"contract/{path.name}": sha256(path) for path in files})
    problem = scenario.problem
    facts = {
        "name": problem.name,
        "currency": problem.currency,
        "seed": problem.seed,
        "versions": versions(),
    }
    seal(
        folder, {**facts, "options": options, "inputs": inputs, "scenario": scenario_name(scenario)}
    )
