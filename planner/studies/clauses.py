"""What every number in the contracts is worth to this promotion.

Each change is planned anew (signing, shares, vehicles) and tried on the same orders: its value is the money that the
promotion saves by it, with an interval over the promotions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.domain.carriers import Contract, Rate, Volume
from planner.domain.horizon import HOUR_S
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.domain.site import Collection, Site
from planner.studies.compare import Alternative, interval
from planner.studies.couriers import Case, carry, plan_cases
from planner.studies.effort import Effort

COLUMNS = ("contract", "clause", "unit", "now", "changed", "value", "low", "high")
EVENING_S = 22 * HOUR_S  # the collection everybody asks for
NEAR_S = HOUR_S // 2  # a collection this near to the evening's is the evening's
LESS, MORE = 0.75, 1.25  # of counts, fees and delays
PRICE_STEP = 0.05  # of the mean base price, rounded to 1, 2 or 5 times a power of ten

Vary = Callable[[Problem], Problem]


@dataclass(frozen=True, eq=False)
class Change:
    """One number of a contract, as it is and as it might be; `vary` makes the problem in which it is."""

    contract: str
    clause: str
    unit: str
    now: float
    changed: float
    vary: Vary


def clause_values(together: Alternative, replications: int, seed: int, most: int | None, work: Effort) -> pd.DataFrame:
    """Table `clauses`: rows by falling value (its size), money in major units; at most `most` changes, those of the
    clauses that are negotiated first. `together`: all contracts, as they are."""
    base = together.case.problem
    used = {row.contract for row in together.case.plan.routing}
    changes = list(every_change(base, sorted(together.members, key=lambda c: c.name not in used), len(used)))[:most]
    varied = plan_cases([change.vary(base) for change in changes], work)
    cases = [together.case, *(_better_on_paper(case, together.case) for case in varied)]
    totals = np.array([[c.total_minor for c in cases_] for _, cases_ in carry(cases, replications, seed, work)])
    factor = 10.0 ** minor_digits(base.currency)
    rows = []
    for k, change in enumerate(changes, start=1):
        saved = interval((totals[:, 0] - totals[:, k]) / factor)
        figures = (round(x, 2) for x in saved)
        rows.append((change.contract, change.clause, change.unit, change.now, change.changed, *figures))
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = np.argsort(-table["value"].abs().to_numpy(dtype=float), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _better_on_paper(varied: Case, now: Case) -> Case:
    """The changed contracts with a plan of their own where that is cheaper on paper; else nobody would change plans."""
    objectives = [case.plan.objective or 0 for case in (varied, now)]
    return varied if objectives[0] < objectives[1] else replace(varied, plan=now.plan)


def every_change(problem: Problem, contracts: Sequence[Contract], used: int) -> Iterator[Change]:
    """A change of every number that the contracts hold: first the base prices of all, then the other numbers of the
    contracts that are used (the first `used` of them), one of each in turn, then the rest."""
    of_each = [list(changes_of(problem, contract)) for contract in contracts]
    yield from (changes[0] for changes in of_each)
    for group in (of_each[:used], of_each[used:]):
        for k in range(1, max(map(len, group), default=0)):
            yield from (changes[k] for changes in group if k < len(changes))


def changes_of(problem: Problem, contract: Contract) -> Iterator[Change]:
    """The changes of one contract: base price, allotment, commitment, collections, fees and surcharges, the rest."""
    make = _Maker(problem, contract)
    yield from _base_price(make)
    if contract.allotment_per_day is not None:
        yield make.count("allotment per day", "allotment_per_day", MORE, "parcels")
    if contract.commitment_parcels:
        yield make.count("commitment", "commitment_parcels", LESS, "parcels")
    if contract.commitment_share:
        yield make.share("commitment, share of parcels", "commitment_share", contract.commitment_share * LESS)
    yield from _collections(make)
    for name, words in (
        ("fixed_fee_minor", "fixed fee"),
        ("collection_fee_minor", "collection fee"),
        ("shortfall_minor", "shortfall fee"),
        ("minimum_charge_minor", "minimum charge"),
    ):
        if getattr(contract, name):
            yield make.money(words, name, LESS)
    yield from _surcharges(make)
    yield from _volume(make)
    if contract.discount:
        yield make.share("discount", "discount", min(contract.discount + 0.01, 1.0))
    if contract.fuel:
        yield make.share("fuel", "fuel", max(contract.fuel - 0.01, 0.0))
    yield from _hub(make)
    yield from _zones(make)
    yield from _service(make)


@dataclass(frozen=True, eq=False)
class _Maker:
    """Makes changes of one contract of a problem."""

    problem: Problem
    contract: Contract

    def major(self, minor: float) -> float:
        return float(minor / 10.0 ** minor_digits(self.problem.currency))

    def change(self, clause: str, unit: str, now: float, changed: float, other: Contract) -> Change:
        return Change(self.contract.name, clause, unit, now, changed, _with_contract(other))

    def count(self, clause: str, field: str, factor: float, unit: str) -> Change:
        now = int(getattr(self.contract, field))
        changed = round(now * factor)
        return self.change(clause, unit, now, changed, _replaced(self.contract, field, changed))

    def money(self, clause: str, field: str, factor: float) -> Change:
        now = int(getattr(self.contract, field))
        changed = math.floor(now * factor)
        other = _replaced(self.contract, field, changed)
        return self.change(clause, self.problem.currency, self.major(now), self.major(changed), other)

    def share(self, clause: str, field: str, changed: float) -> Change:
        changed = round(changed, 6)
        other = _replaced(self.contract, field, changed)
        return self.change(clause, "share", float(getattr(self.contract, field)), changed, other)


def _replaced(contract: Contract, field: str, value: object) -> Contract:
    return replace(contract, **{field: value})  # type: ignore[arg-type]


def _with_contract(other: Contract) -> Vary:
    """The problem in which the contract of that name is another."""

    def vary(problem: Problem) -> Problem:
        return replace(problem, contracts=tuple(other if c.name == other.name else c for c in problem.contracts))

    return vary


def _base_price(make: _Maker) -> Iterator[Change]:
    """All base prices a little lower."""
    step = price_step(make.contract)
    zone, price = quoted_price(make.contract)
    other = shifted(make.contract, -step)
    now, changed = make.major(price), make.major(max(price - step, 0))
    yield make.change(f"base price, all zones (quoted: {zone})", make.problem.currency, now, changed, other)


def price_step(contract: Contract) -> int:
    """Minor units: about a twentieth of the quoted price, in steps that people negotiate in; at least 1."""
    wanted = max(PRICE_STEP * quoted_price(contract)[1], 1.0)
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(int(power * max(k for k in (1, 2, 5) if k * power <= wanted + 1e-9)), 1)


def quoted_price(contract: Contract) -> tuple[str, int]:
    """The price people name when they name one: the lowest of the cheapest zone; with the words for it."""

    def lowest(rate: Rate) -> tuple[int, int]:
        first = rate.brackets[0] if rate.brackets else None
        return (rate.first_price_minor, rate.first_g) if first is None else (first.price_minor, first.to_g)

    zone = min(contract.rates, key=lambda z: (lowest(contract.rates[z])[0], z))
    price, grams = lowest(contract.rates[zone])
    return f"{zone} up to {grams:,} g", price


def shifted(contract: Contract, minor: int, zone: str | None = None) -> Contract:
    """The contract with every base price (of one zone, if named) changed by an amount, never below 0."""

    def shift(rate: Rate) -> Rate:
        brackets = tuple(replace(b, price_minor=max(b.price_minor + minor, 0)) for b in rate.brackets)
        return replace(rate, brackets=brackets, first_price_minor=max(rate.first_price_minor + minor, 0))

    rates = {name: shift(rate) if zone in (None, name) else rate for name, rate in contract.rates.items()}
    return replace(contract, rates=rates)


def _zones(make: _Maker) -> Iterator[Change]:
    """The base prices of one zone a tenth lower; the price of additional weight."""
    for zone, rate in make.contract.rates.items():
        if len(make.contract.rates) > 1:
            price = rate.brackets[0].price_minor if rate.brackets else rate.first_price_minor
            step = max(round(price / 10), 1)
            other = shifted(make.contract, -step, zone)
            now, changed = make.major(price), make.major(max(price - step, 0))
            yield make.change(f"base price, zone {zone}", make.problem.currency, now, changed, other)
        if rate.step_price_minor:
            less = math.floor(rate.step_price_minor * 0.9)
            rates = {**make.contract.rates, zone: replace(rate, step_price_minor=less)}
            now, changed = make.major(rate.step_price_minor), make.major(less)
            other = replace(make.contract, rates=rates)
            yield make.change(f"additional weight, zone {zone}", make.problem.currency, now, changed, other)


def _surcharges(make: _Maker) -> Iterator[Change]:
    """Every surcharge a fifth lower; thresholds of own volume a quarter higher."""
    contract = make.contract
    for k, surcharge in enumerate(contract.surcharges):
        less = replace(
            surcharge,
            per_parcel_minor=math.floor(surcharge.per_parcel_minor * 0.8),
            share=round(surcharge.share * 0.8, 6),
        )
        other = replace(contract, surcharges=(*contract.surcharges[:k], less, *contract.surcharges[k + 1 :]))
        if surcharge.per_parcel_minor:
            now, changed = make.major(surcharge.per_parcel_minor), make.major(less.per_parcel_minor)
            yield make.change(f"surcharge {surcharge.name}", make.problem.currency, now, changed, other)
        else:
            yield make.change(f"surcharge {surcharge.name}", "share", surcharge.share, less.share, other)
    for k, own in enumerate(contract.volume_surcharges):
        rest = (contract.volume_surcharges[:k], contract.volume_surcharges[k + 1 :])
        more = replace(own, above_parcels=round(own.above_parcels * MORE))
        other = replace(contract, volume_surcharges=(*rest[0], more, *rest[1]))
        yield make.change(f"{own.name}: volume free of it", "parcels", own.above_parcels, more.above_parcels, other)
        less_money = math.floor(own.per_parcel_minor * 0.8)
        cheaper = replace(own, per_parcel_minor=less_money)
        other = replace(contract, volume_surcharges=(*rest[0], cheaper, *rest[1]))
        now, changed = make.major(own.per_parcel_minor), make.major(less_money)
        yield make.change(f"surcharge {own.name}", make.problem.currency, now, changed, other)


def _volume(make: _Maker) -> Iterator[Change]:
    """Every volume tier reached a fifth earlier, and its discount a point higher."""
    volume = make.contract.volume
    if volume is None:
        return
    for k, tier in enumerate(volume.tiers):
        if tier.from_parcels:
            below = volume.tiers[k - 1].from_parcels + 1 if k else 1
            sooner = max(round(tier.from_parcels * 0.8), below)
            other = _with_tier(make.contract, volume, k, from_parcels=sooner)
            yield make.change(f"volume tier {k + 1}: from", "parcels", tier.from_parcels, sooner, other)
        if tier.discount:
            more = round(min(tier.discount + 0.01, 1.0), 6)
            other = _with_tier(make.contract, volume, k, discount=more)
            yield make.change(f"volume tier {k + 1}: discount", "share", tier.discount, more, other)
        if tier.rebate_minor:
            amount = math.ceil(tier.rebate_minor * MORE)
            other = _with_tier(make.contract, volume, k, rebate_minor=amount)
            now, changed = make.major(tier.rebate_minor), make.major(amount)
            yield make.change(f"volume tier {k + 1}: rebate", make.problem.currency, now, changed, other)


def _with_tier(contract: Contract, volume: Volume, k: int, **changed: float) -> Contract:
    tiers = list(volume.tiers)
    tiers[k] = replace(tiers[k], **changed)  # type: ignore[arg-type]
    return replace(contract, volume=replace(volume, tiers=tuple(tiers)))


def _hub(make: _Maker) -> Iterator[Change]:
    """The hub's fee, the price of the second leg, the platform's subsidy."""
    hub = make.contract.hub
    if hub is None:
        return
    currency = make.problem.currency
    if hub.fee_minor:
        less = math.floor(hub.fee_minor * LESS)
        other = replace(make.contract, hub=replace(hub, fee_minor=less))
        yield make.change("hub fee", currency, make.major(hub.fee_minor), make.major(less), other)
    if hub.onward is not None:
        first = hub.onward.brackets[0].price_minor if hub.onward.brackets else hub.onward.first_price_minor
        step = max(round(first / 10), 1)
        brackets = tuple(replace(b, price_minor=max(b.price_minor - step, 0)) for b in hub.onward.brackets)
        cheaper = max(hub.onward.first_price_minor - step, 0)
        onward = replace(hub.onward, brackets=brackets, first_price_minor=cheaper)
        other = replace(make.contract, hub=replace(hub, onward=onward))
        yield make.change("hub, second leg", currency, make.major(first), make.major(max(first - step, 0)), other)
    if hub.subsidy_minor:
        more = math.ceil(hub.subsidy_minor * MORE)
        other = replace(make.contract, hub=replace(hub, subsidy_minor=more))
        yield make.change("hub subsidy", currency, make.major(hub.subsidy_minor), make.major(more), other)


def _service(make: _Maker) -> Iterator[Change]:
    """Sooner scans; fewer lost parcels and more liability."""
    contract = make.contract
    if contract.scan_delay_median_s:
        other = replace(
            contract,
            scan_delay_median_s=round(contract.scan_delay_median_s * LESS),
            scan_delay_p95_s=round(contract.scan_delay_p95_s * LESS),
            scan_delay={
                zone: replace(d, median_s=round(d.median_s * LESS), p95_s=round(d.p95_s * LESS))
                for zone, d in contract.scan_delay.items()
            },
        )
        now, changed = contract.scan_delay_median_s / HOUR_S, other.scan_delay_median_s / HOUR_S
        yield make.change("scan delay, median (95 % point alike)", "h", now, changed, other)
    if contract.loss_share:
        yield make.share("share lost", "loss_share", contract.loss_share / 2)
        if contract.liability_minor:
            yield make.money("liability", "liability_minor", MORE)


def _collections(make: _Maker) -> Iterator[Change]:
    """One more collection in the evening, where there is none; more room in every vehicle."""
    name = make.contract.name
    for site in make.problem.sites:
        own = [c for c in site.collections if c.contract == name]
        if own and all(abs(c.at_s - EVENING_S) > NEAR_S for c in own):
            more = replace(own[-1], at_s=EVENING_S)
            clause = f"one more collection at {site.name}, 22:00"
            yield Change(name, clause, "collections", len(own), len(own) + 1, _with_collection(site, more))
        capped = [c for c in own if c.capacity_parcels is not None]
        if capped:
            room = capped[0].capacity_parcels or 0
            clause = f"capacity of a collection at {site.name}"
            yield Change(name, clause, "parcels", room, round(room * MORE), _with_room(site, name))


def _with_collection(at: Site, more: Collection) -> Vary:
    """The problem in which a collection comes to a site as well."""
    return lambda problem: replace(
        problem,
        sites=tuple(replace(s, collections=(*s.collections, more)) if s.name == at.name else s for s in problem.sites),
    )


def _with_room(at: Site, contract: str) -> Vary:
    """The problem in which a contract's vehicles hold more at a site."""

    def roomier(c: Collection) -> Collection:
        if c.contract != contract or c.capacity_parcels is None:
            return c
        return replace(c, capacity_parcels=round(c.capacity_parcels * MORE))

    return lambda problem: replace(
        problem,
        sites=tuple(
            replace(s, collections=tuple(map(roomier, s.collections))) if s.name == at.name else s
            for s in problem.sites
        ),
    )
