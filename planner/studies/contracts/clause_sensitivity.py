"""What every number in the contracts is worth to this promotion.

Each change that moves the plan is planned again (signing, shares, vehicles), and priced on the same
orders: its value is the money that the promotion saves by it, with an interval over the
replications. Which numbers
there are, and by how much each is changed, is declared in the contracts themselves
(`planner.domain.negotiation`); the base price of all zones and the collections come from here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.contracts import Contract
from planner.domain.horizon import HOUR_S
from planner.domain.money import minor_digits
from planner.domain.negotiation import MONEY, MORE, put_at, term_changes
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.site import Collection, Site
from planner.domain.statistics import t_interval
from planner.domain.weight_units import weight_in_words
from planner.simulation.workers_pool import START_S
from planner.studies.contracts.alternatives import Alternative
from planner.studies.contracts.carrier_only import Case, sampled_demand
from planner.studies.contracts.clause_costs import ClauseCosts, Variation
from planner.studies.contracts.clause_plans import ClausePlans
from planner.studies.runs.run_context import RunContext

COLUMNS = ("contract", "clause", "unit", "now", "changed", "value", "low", "high")
EVENING_S = 22 * HOUR_S  # the collection everybody asks for
NEAR_S = HOUR_S // 2  # a collection this near to the evening's is the evening's
PRICE_STEP = 0.05  # of the mean base price, rounded to 1, 2 or 5 times a power of ten
COLLECTIONS = "collections"
# what is negotiated first, as parts of a contract (and the collections of the sites); clauses that
# are not listed come last
ORDER = (
    "commitment.allotment_per_day",
    "commitment.parcels",
    "commitment.share",
    COLLECTIONS,
    "commitment.fixed_fee_minor",
    "commitment.collection_fee_minor",
    "commitment.shortfall_minor",
    "tariff.minimum_charge_minor",
    "tariff.surcharges",
    "volume.surcharges",
    "volume.discount",
    "tariff.discount",
    "tariff.fuel",
    "hub",
    "tariff.rates",
    "tariff.billable",
    "service.scan_delay",
    "service.scan_delay_by_zone",
    "service.transit",
    "service.late_refund",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class ClauseChange:
    """One number of a contract, as it is and as it might be.

    `vary` makes the problem in which it is changed.
    """

    contract: str
    clause: str
    unit: str
    now: float
    changed: float
    vary: Variation


def clause_values(
    together: Alternative, replications: int, seed: int, most: int | None, context: RunContext
) -> pd.DataFrame:
    """Table `clauses`: what each change is worth, by falling size of the value.

    With a change, the promotion keeps its plan or takes one made for it, whichever costs less.

    Parameters
    ----------
    together : Alternative
        All contracts as they are, with their plan.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    most : int or None
        Most changes: those of the clauses that are negotiated first; None: all.
    context : RunContext
        Where replications are simulated, and who receives the progress.

    Returns
    -------
    pd.DataFrame
        Money in major units.
    """
    now = together.case
    base, used = now.problem, now.used_or_signed
    used_first = sorted(together.members, key=lambda contract: contract.name not in used)
    changes = list(every_change(base, used_first, len(used)))[:most]
    variations = tuple(change.vary for change in changes)
    plans = _plans(now, variations, context)
    task = ClauseCosts(now, variations, plans, seed)
    cost = np.array(context.replicate("clause costs", task, replications, START_S), dtype=float)
    saved = (cost[:, [0]] - cost[:, 1:]) / 10.0 ** minor_digits(base.currency)
    offered = [k for k, plan in enumerate(plans) if plan is not None]
    for k, with_own in zip(offered, saved[:, len(changes) :].T, strict=True):
        if with_own.mean() > saved[:, k].mean():
            saved[:, k] = with_own
    rows = [_row(change, saved[:, k]) for k, change in enumerate(changes)]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = np.argsort(-table["value"].abs().to_numpy(dtype=float), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _plans(
    now: Case, variations: tuple[Variation, ...], context: RunContext
) -> tuple[Plan | None, ...]:
    """The plan made for each change; None where the present one stays, or cannot be worse."""
    task = ClausePlans(now, variations, sampled_demand(now.problem, context), context.budget.effort)
    plans = context.replicate("clause plans", task, len(variations), START_S)
    return tuple(
        plan if plan is not None and _worth_trying(plan, variation, now) else None
        for plan, variation in zip(plans, variations, strict=True)
    )


def _row(change: ClauseChange, saved: Floats) -> tuple[object, ...]:
    """A row of the table; `saved`: money [replication] in major units."""
    value = [round(figure, 2) for figure in t_interval(saved)]
    return (change.contract, change.clause, change.unit, change.now, change.changed, *value)


def _worth_trying(plan: Plan, variation: Variation, now: Case) -> bool:
    """Whether the plan made for a changed contract can be better than the present one.

    Not where neither uses the contract: what then differs between the two is the solver's gap
    alone.
    """
    varied = Case(variation(now.problem), plan)
    return (
        variation.contract in varied.used_or_signed | now.used_or_signed
        and (plan.objective or 0) < (now.plan.objective or 0)
        and (varied.keeps_promise or not now.keeps_promise)
    )


def every_change(
    problem: Problem, contracts: Sequence[Contract], used: int
) -> Iterator[ClauseChange]:
    """A change of every number that the contracts hold.

    First the base prices of all, then the other numbers of the contracts that are used, one of each
    in turn, then those of the rest.

    Parameters
    ----------
    problem : Problem
        The problem with these contracts.
    contracts : Sequence[Contract]
        The contracts, those that are used first.
    used : int
        How many of them are used.

    Yields
    ------
    ClauseChange
        One change of one number.
    """
    of_each = [list(changes_of(problem, contract)) for contract in contracts]
    yield from (changes[0] for changes in of_each)
    for group in (of_each[:used], of_each[used:]):
        for k in range(1, max(map(len, group), default=0)):
            yield from (changes[k] for changes in group if k < len(changes))


def changes_of(problem: Problem, contract: Contract) -> list[ClauseChange]:
    """The changes of one contract: the base price first, then the others by `ORDER`."""
    found = [(COLLECTIONS, change) for change in _collections(problem, contract.name)]
    found += _terms(problem, contract)
    in_order = sorted(found, key=lambda part_and_change: _turn(part_and_change[0]))
    return [_base_price(problem, contract), *(change for _, change in in_order)]


def _turn(part: str) -> int:
    """When a part of a contract is negotiated."""
    turns = (k for k, first in enumerate(ORDER) if f"{part}.".startswith(f"{first}."))
    return next(turns, len(ORDER))


def _terms(problem: Problem, contract: Contract) -> Iterator[tuple[str, ClauseChange]]:
    """The changes of the numbers declared in the contract, each with its part."""
    for change in term_changes(contract):
        now, changed, unit = change.now, change.changed, change.unit
        if unit == MONEY:
            now, changed, unit = _major(problem, now), _major(problem, changed), problem.currency
        yield (
            ".".join(map(str, change.path)),
            ClauseChange(
                contract=contract.name,
                clause=change.clause,
                unit=unit,
                now=now,
                changed=changed,
                vary=Variation(contract.name, other=put_at(contract, change.path, change.value)),
            ),
        )


def _major(problem: Problem, minor: float) -> float:
    """An amount in major units."""
    return float(minor / 10.0 ** minor_digits(problem.currency))


def _base_price(problem: Problem, contract: Contract) -> ClauseChange:
    """All base prices a little lower."""
    step = price_step(contract)
    zone, price = quoted_price(contract)
    return ClauseChange(
        contract=contract.name,
        clause=f"base price, all zones (quoted: {zone})",
        unit=problem.currency,
        now=_major(problem, price),
        changed=_major(problem, max(price - step, 0)),
        vary=Variation(contract.name, other=shifted(contract, -step)),
    )


def price_step(contract: Contract) -> int:
    """About a twentieth of the quoted price, in steps that people negotiate in, minor units.

    At least 1.
    """
    wanted = max(PRICE_STEP * quoted_price(contract)[1], 1.0)
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(int(power * max(k for k in (1, 2, 5) if k * power <= wanted + 1e-9)), 1)


def quoted_price(contract: Contract) -> tuple[str, int]:
    """The price people name when they name one, with the words for it.

    The lowest of the cheapest zone, in minor units.
    """
    rates = contract.tariff.rates
    zone = min(rates, key=lambda name: (rates[name].quoted, name))
    return f"{zone} up to {weight_in_words(rates[zone].quoted_up_to_g)}", rates[zone].quoted


def shifted(contract: Contract, minor: int, zone: str | None = None) -> Contract:
    """The contract with every base price changed by an amount, never below 0.

    Parameters
    ----------
    contract : Contract
        The contract.
    minor : int
        The amount in minor units.
    zone : str or None
        Only the prices of this zone.

    Returns
    -------
    Contract
        With other rates.
    """
    rates = {
        name: rate.shifted(minor) if zone in (None, name) else rate
        for name, rate in contract.tariff.rates.items()
    }
    return replace(contract, tariff=replace(contract.tariff, rates=rates))


def _collections(problem: Problem, contract: str) -> Iterator[ClauseChange]:
    """One more collection in the evening, where there is none; more room in every vehicle."""
    for site in problem.sites:
        own = [c for c in site.collections if c.contract == contract]
        if own and all(abs(c.at_s - EVENING_S) > NEAR_S for c in own):
            evening = replace(own[-1], at_s=EVENING_S)
            yield ClauseChange(
                contract=contract,
                clause=f"one more collection at {site.name}, 22:00",
                unit="collections",
                now=len(own),
                changed=len(own) + 1,
                vary=_with_collections(contract, site, (*site.collections, evening)),
            )
        rooms = [c.capacity_parcels for c in own if c.capacity_parcels is not None]
        if rooms:
            roomier = tuple(_with_room(c) if c in own else c for c in site.collections)
            yield ClauseChange(
                contract=contract,
                clause=f"capacity of a collection at {site.name}",
                unit="parcels",
                now=rooms[0],
                changed=round(rooms[0] * MORE),
                vary=_with_collections(contract, site, roomier),
            )


def _with_collections(contract: str, site: Site, collections: tuple[Collection, ...]) -> Variation:
    """The problem in which a contract's vehicles come to a site otherwise."""
    return Variation(contract, site=replace(site, collections=collections))


def _with_room(collection: Collection) -> Collection:
    """The collection with more room in every vehicle."""
    if collection.capacity_parcels is None:
        return collection
    return replace(collection, capacity_parcels=round(collection.capacity_parcels * MORE))
