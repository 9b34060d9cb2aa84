"""Contracts side by side: each alone, and all together, on the same sampled parcels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from planner.domain.carriers import Contract
from planner.domain.demand import Floats, Ints
from planner.domain.horizon import DAY_S
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.domain.records import Orders, Small
from planner.domain.streams import Streams
from planner.formats.scenario import Scenario
from planner.formats.tables import write_table
from planner.rating.allotment import NOBODY, beyond_allotment, share_out
from planner.rating.invoice import overhead_minor
from planner.rating.lanes import collecting_sites, price_lanes, sample_parcels
from planner.rating.price import Mask, Parcels, Places, Tariff
from planner.simulation.orders import draw_orders
from planner.studies.effort import Effort
from planner.studies.manifest import keep_inputs, seal, sha256, versions

WORLD = "compare"
TOGETHER = "together"
LEVEL = 0.95
GROUPS = ("all", "remote", "other")
COLUMNS = (
    "contract",
    "region_group",
    "parcels",
    "cost_per_order",
    "low",
    "high",
    "difference",
    "difference_low",
    "difference_high",
    "refused",
    "over_allotment_share",
    "rank",
)
REGION_COLUMNS = ("region", "contract", "parcels", "cost_per_order")


@dataclass(frozen=True, eq=False)
class Outcome:
    """Replications by alternative (every contract alone, then all together) and region; money in minor units.

    `placed[.., region]` orders; `taken`, `over`, `charge` [.., alternative, region]: parcels that got a price, those
    beyond the daily allotment, what they cost; `worth` alike: what they cost with a refused parcel at the dearest
    price any contract asks; `common[.., region, a, b]` parcels both take, `charge_common[.., region, a, b]` what a
    charges for them; `overhead[.., alternative]` fixed fees and shortfalls. Leading axis: replications, when stacked.
    """

    placed: Floats
    taken: Floats
    over: Floats
    charge: Floats
    worth: Floats
    common: Floats
    charge_common: Floats
    overhead: Floats


@dataclass(frozen=True, eq=False)
class Comparison:
    """One replication as a task (picklable): `ships_from[contract, region]` is the site of the cheapest lane."""

    problem: Problem
    contracts: tuple[Contract, ...]
    ships_from: Small
    seed: int

    def __call__(self, replication: int) -> Outcome:
        """Draw the orders of a promotion once and let every alternative carry them."""
        orders = draw_orders(self.problem, Streams(self.seed, WORLD, replication))
        day = orders.ordered_at_s.astype(np.int64) // DAY_S
        cost = self._costs(orders, day)
        alone = np.isfinite(cost)
        together, over_together = share_out(cost, day, [c.allotment_per_day for c in self.contracts])
        joint = np.where(together == NOBODY, np.inf, cost[together, np.arange(len(day))])
        over = [beyond_allotment(t, day, c.allotment_per_day) for c, t in zip(self.contracts, alone, strict=True)]
        overhead = [overhead_minor(c, int(t.sum())) for c, t in zip(self.contracts, alone, strict=True)]
        overhead.append(sum(overhead_minor(c, int((together == k).sum())) for k, c in enumerate(self.contracts)))
        regions = len(self.problem.regions)
        return outcome(orders.region, regions, np.vstack([cost, joint]), np.vstack([*over, over_together]), overhead)

    def _costs(self, orders: Orders, day: Ints) -> Floats:
        """Price of every order under every contract [contract, n] in minor units, inf where refused."""
        places = Places.of(self.problem)
        cost = np.empty((len(self.contracts), len(orders)))
        for c, contract in enumerate(self.contracts):
            site = self.ships_from[c][orders.region]
            parcels = Parcels(site, orders.region, orders.weight_g, orders.volume_cm3, day)
            cost[c] = Tariff(contract, places).cost(parcels)
        return cost


def compare(
    problem: Problem,
    contracts: Sequence[Contract],
    replications: int,
    seed: int,
    work: Effort,
) -> dict[str, pd.DataFrame]:
    """Tables `contracts` and `contracts_by_region`; cost per order in major units, mean over the replications.

    Fixed fees and shortfalls are spread over the parcels carried. `difference` is to the best single contract (see
    `ranking`), on the parcels both take, with a 95 % interval over the replications. Prices of the day of the order.
    """
    if not contracts:
        return {"contracts": pd.DataFrame(columns=COLUMNS), "contracts_by_region": pd.DataFrame(columns=REGION_COLUMNS)}
    named = with_own_names(contracts)
    task = Comparison(problem, named, cheapest_sites(problem, contracts), seed)
    outcomes = stacked(work.replicate("comparisons", task, replications))
    names = [*(c.name for c in named), TOGETHER]
    return {
        "contracts": contracts_table(problem, names, outcomes),
        "contracts_by_region": regions_table(problem, names, outcomes),
    }


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


def cheapest_sites(problem: Problem, contracts: Sequence[Contract]) -> Small:
    """Site with the cheapest lane (mean over days) for each contract and region: index [contract, region].

    A contract ships from the sites it collects at; one that collects nowhere yet may ship from every site.
    """
    sample = sample_parcels(problem, problem.seed)
    chosen = np.zeros((len(contracts), len(problem.regions)), dtype=np.int16)
    for c, contract in enumerate(contracts):
        mean = price_lanes(problem, contract, sample).mean[:, :, 0].mean(axis=-1)
        there = collecting_sites(problem, contract.name)
        mean[~there if there.any() else np.zeros_like(there)] = np.inf
        chosen[c] = mean.argmin(axis=0)
    return chosen


def outcome(region: Small, regions: int, cost: Floats, over: Mask, overhead: Sequence[int]) -> Outcome:
    """Sums by region of one replication from `cost[alternative, n]` (inf: refused) and `over[alternative, n]`."""
    taken = np.isfinite(cost)
    charge = np.where(taken, cost, 0.0)
    worth = np.where(taken, cost, charge.max(axis=0))
    cells = [np.flatnonzero(region == r) for r in range(regions)]
    return Outcome(
        placed=np.array([len(cell) for cell in cells], dtype=float),
        taken=np.array([taken[:, cell].sum(axis=1) for cell in cells], dtype=float).T,
        over=np.array([over[:, cell].sum(axis=1) for cell in cells], dtype=float).T,
        charge=np.array([charge[:, cell].sum(axis=1) for cell in cells]).T,
        worth=np.array([worth[:, cell].sum(axis=1) for cell in cells]).T,
        common=np.array([taken[:, cell] @ taken[:, cell].T.astype(float) for cell in cells]),
        charge_common=np.array([charge[:, cell] @ taken[:, cell].T for cell in cells]),
        overhead=np.array(overhead, dtype=float),
    )


def stacked(outcomes: Sequence[Outcome]) -> Outcome:
    """Replications one behind the other, along a new first axis."""
    return Outcome(*(np.stack([getattr(o, f.name) for o in outcomes]) for f in fields(Outcome)))


def contracts_table(problem: Problem, names: Sequence[str], found: Outcome) -> pd.DataFrame:
    """Rows contract x region group; groups without regions are left out."""
    remote = np.array([r.remote for r in problem.regions])
    best = int(ranking(found, np.ones_like(remote), 1 - problem.service.on_time_share)[0])
    rows = []
    for group, regions in zip(GROUPS, (np.ones_like(remote), remote, ~remote), strict=True):
        if regions.any():
            rows += _group_rows(problem, group, regions, names, found, best)
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype({"rank": "Int64"})
    order = {name: k for k, name in enumerate(names)}
    return table.sort_values("contract", key=lambda c: c.map(order), kind="stable", ignore_index=True)


def _group_rows(
    problem: Problem, group: str, regions: Mask, names: Sequence[str], found: Outcome, best: int
) -> list[tuple[object, ...]]:
    """One row for every alternative in a group of regions."""
    placed = found.placed[:, regions].sum()
    cost, difference = cost_per_order(found, regions), difference_per_order(found, regions, best)
    rank = np.argsort(ranking(found, regions, 1 - problem.service.on_time_share)) + 1
    rows: list[tuple[object, ...]] = []
    for a, name in enumerate(names):
        taken = found.taken[:, a, regions].sum()
        rows.append(
            (
                name,
                group,
                round(taken / len(found.placed), 1),
                *(_major(x, problem) for x in interval(cost[:, a])),
                *(_major(x, problem) for x in interval(difference[:, a])),
                round(1 - taken / placed, 6) if placed else 0.0,
                round(found.over[:, a, regions].sum() / taken, 6) if taken else 0.0,
                int(rank[a]) if a < len(rank) else pd.NA,
            )
        )
    return rows


def regions_table(problem: Problem, names: Sequence[str], found: Outcome) -> pd.DataFrame:
    """Rows region x contract: parcels carried and cost per order."""
    rows = []
    for r, region in enumerate(problem.regions):
        cost = cost_per_order(found, np.arange(len(problem.regions)) == r)
        for a, name in enumerate(names):
            parcels = round(found.taken[:, a, r].mean(), 1)
            rows.append((region.name, name, parcels, _major(interval(cost[:, a])[0], problem)))
    return pd.DataFrame(rows, columns=list(REGION_COLUMNS))


def cost_per_order(found: Outcome, regions: Mask) -> Floats:
    """[replication, alternative]: charges in the regions per parcel, and every parcel's part of the overhead."""
    charge, taken = found.charge[:, :, regions].sum(axis=2), found.taken[:, :, regions].sum(axis=2)
    return _ratio(charge, taken) + _overhead_per_parcel(found)


def difference_per_order(found: Outcome, regions: Mask, best: int) -> Floats:
    """[replication, alternative]: cost per order less that of `best`, on the parcels in the regions both take."""
    charge, common = found.charge_common[:, regions].sum(axis=1), found.common[:, regions].sum(axis=1)
    overhead = _overhead_per_parcel(found)
    gap = _ratio(charge[:, :, best] - charge[:, best, :], common[:, :, best])
    return gap + (overhead - overhead[:, [best]])


def ranking(found: Outcome, regions: Mask, bearable: float) -> Ints:
    """The single contracts, best first: by mean cost in the regions with refused parcels at the dearest price.

    Who refuses more than the `bearable` share of orders comes after all who do not: a refused order is not dispatched
    on time, so such a contract cannot keep the promised share alone.
    """
    placed = max(float(found.placed[:, regions].sum()), 1.0)
    refused = 1 - found.taken[:, :, regions].sum(axis=(0, 2)) / placed
    return np.lexsort((_worth(found, regions)[:-1], refused[:-1] > bearable + 1e-12))


def _worth(found: Outcome, regions: Mask) -> Floats:
    """[alternative]: mean cost of the orders in the regions, refused ones at the dearest price, with the overhead."""
    carried = found.taken[:, :, regions].sum(axis=2)
    return np.asarray((found.worth[:, :, regions].sum(axis=2) + carried * _overhead_per_parcel(found)).mean(axis=0))


def _overhead_per_parcel(found: Outcome) -> Floats:
    taken = found.taken.sum(axis=2)
    return np.where(taken > 0, found.overhead / np.maximum(taken, 1), 0.0)


def _ratio(amount: Floats, parcels: Floats) -> Floats:
    """Amount per parcel; NaN where there are none."""
    return np.where(parcels > 0, amount / np.maximum(parcels, 1), np.nan)


def _major(minor: float, problem: Problem) -> float:
    """A mean in minor units -> major units, with two more digits than the currency has."""
    digits = minor_digits(problem.currency)
    return float(round(minor / 10.0**digits, digits + 2))


def interval(values: Floats) -> tuple[float, float, float]:
    """(mean, low, high): Student's 95 % interval over the replications that have a value; NaN where none is known."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return (np.nan, np.nan, np.nan)
    mean = float(known.mean())
    if len(known) == 1:
        return (mean, np.nan, np.nan)
    half = float(student.ppf((1 + LEVEL) / 2, len(known) - 1) * known.std(ddof=1) / np.sqrt(len(known)))
    return (mean, mean - half, mean + half)


def write_comparison(
    folder: Path, scenario: Scenario, files: Sequence[Path], tables: dict[str, pd.DataFrame], options: dict[str, Any]
) -> None:
    """Tables and manifest of a comparison into its draft folder; `files` are contracts from outside the scenario."""
    (folder / "tables").mkdir()
    for name in sorted(tables):
        write_table(tables[name], folder / "tables" / f"{name}.csv")
    inputs = keep_inputs(folder, scenario)
    inputs.update({f"contract/{path.name}": sha256(path) for path in files})
    problem = scenario.problem
    facts = {"name": problem.name, "currency": problem.currency, "seed": problem.seed, "versions": versions()}
    seal(folder, {**facts, "options": options, "inputs": inputs})
