"""What every number in the contracts is worth to this promotion.

Each change is planned anew (signing, shares, vehicles) and tried on the same orders: its value is
the money that the promotion saves by it, with an interval over the promotions.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.contracts import (
    FUEL_SHARE,
    MONEY,
    SHARE,
    Charge,
    Contract,
    NegotiableTerm,
    Rate,
    ScanDelay,
    Transit,
)
from planner.domain.horizon import HOUR_S
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.domain.site import Collection, Site
from planner.domain.statistics import t_interval
from planner.domain.weight_units import weight_in_words
from planner.studies.contracts.carrier_only import NOBODY, Case, plan_cases, total_costs
from planner.studies.contracts.comparison import Alternative
from planner.studies.runs.run_context import RunContext

COLUMNS = ("contract", "clause", "unit", "now", "changed", "value", "low", "high")
EVENING_S = 22 * HOUR_S  # the collection everybody asks for
NEAR_S = HOUR_S // 2  # a collection this near to the evening's is the evening's
LESS, MORE = 0.75, 1.25  # of counts, fees and delays
PRICE_STEP = 0.05  # of the mean base price, rounded to 1, 2 or 5 times a power of ten

POINT = 0.01  # of a share

ClauseStep = str | int
Vary = Callable[[Problem], Problem]


@dataclass(frozen=True, eq=False)
class ClauseChange:
    """One number of a contract, as it is and as it might be; `vary` makes the problem in which it
    is.
    """

    contract: str
    clause: str
    unit: str
    now: float
    changed: float
    vary: Vary


def clause_values(
    together: Alternative, replications: int, seed: int, most: int | None, context: RunContext
) -> pd.DataFrame:
    """Table `clauses`: rows by falling value (its size), money in major units; at most `most`
    changes, those of the clauses that are negotiated first. `together`: all contracts, as they are.

    With a change, the promotion keeps its plan or takes one made for it, whichever costs less.
    """
    now = together.case
    base, used = now.problem, _used(now)
    changes = list(
        every_change(base, sorted(together.members, key=lambda c: c.name not in used), len(used))
    )[:most]
    planned = plan_cases([change.vary(base) for change in changes], context)
    kept = [replace(case, plan=now.plan) for case in planned]
    offered = [
        k for k, change in enumerate(changes) if _worth_trying(planned[k], now, change.contract)
    ]
    cost = total_costs([now, *kept, *(planned[k] for k in offered)], replications, seed, context)
    saved = (cost[:, [0]] - cost[:, 1:]) / 10.0 ** minor_digits(base.currency)
    for k, own in zip(offered, saved[:, len(changes) :].T, strict=True):
        if own.mean() > saved[:, k].mean():
            saved[:, k] = own
    rows = [
        (
            c.contract,
            c.clause,
            c.unit,
            c.now,
            c.changed,
            *(round(x, 2) for x in t_interval(saved[:, k])),
        )
        for k, c in enumerate(changes)
    ]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    order = np.argsort(-table["value"].abs().to_numpy(dtype=float), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _worth_trying(varied: Case, now: Case, contract: str) -> bool:
    """Could the plan made for a changed contract be better than the plan there is?

    Not where neither uses the contract: what then differs between the two is the solver's gap
    alone.
    """
    return (
        contract in _used(varied) | _used(now)
        and (varied.plan.objective or 0) < (now.plan.objective or 0)
        and (varied.keeps_promise or not now.keeps_promise)
    )


def _used(case: Case) -> set[str]:
    """Contracts that the plan of a case signs or gives parcels to."""
    return case.used | set(case.plan.signed) - {NOBODY}


def every_change(
    problem: Problem, contracts: Sequence[Contract], used: int
) -> Iterator[ClauseChange]:
    """A change of every number that the contracts hold: first the base prices of all, then the
    other numbers of the contracts that are used (the first `used` of them), one of each in turn,
    then the rest.
    """
    of_each = [list(changes_of(problem, contract)) for contract in contracts]
    yield from (changes[0] for changes in of_each)
    for group in (of_each[:used], of_each[used:]):
        for k in range(1, max(map(len, group), default=0)):
            yield from (changes[k] for changes in group if k < len(changes))


def changes_of(problem: Problem, contract: Contract) -> Iterator[ClauseChange]:
    """The changes of one contract: base price, allotment, commitment, collections, fees and
    surcharges, the rest.
    """
    make = _Maker(problem, contract)
    yield from _base_price(make)
    yield from make.count("allotment per day", "parcels", MORE, "commitment", "allotment_per_day")
    yield from make.count("commitment", "parcels", LESS, "commitment", "parcels")
    yield from make.share(
        "commitment, share of parcels", contract.commitment.share * LESS, "commitment", "share"
    )
    yield from _collections(make)
    yield from make.money("fixed fee", LESS, "commitment", "fixed_fee_minor")
    yield from make.money("collection fee", LESS, "commitment", "collection_fee_minor")
    yield from make.money("shortfall fee", LESS, "commitment", "shortfall_minor")
    yield from make.money("minimum charge", LESS, "tariff", "minimum_charge_minor")
    yield from _surcharges(make)
    yield from _volume(make)
    yield from make.share("discount", contract.tariff.discount + POINT, "tariff", "discount")
    yield from make.share("fuel", contract.tariff.fuel - POINT, "tariff", "fuel")
    yield from _hub(make)
    yield from _zones(make)
    yield from make.count(
        "volume divisor", "cm3/kg", MORE, "tariff", "billable", "divisor_cm3_per_kg"
    )
    yield from make.count("free beyond a step of weight", "g", MORE, "tariff", "billable", "free_g")
    yield from make.count(
        "volumetric weight counts above", "g", MORE, "tariff", "billable", "volumetric_above_g"
    )
    if contract.tariff.billable.volumetric_share < 1:
        less = round(contract.tariff.billable.volumetric_share * LESS, 2)
        yield from make.share(
            "share of volumetric weight", less, "tariff", "billable", "volumetric_share"
        )
    yield from _service(make)


@dataclass(frozen=True, eq=False)
class _Maker:
    """Makes changes of one contract of a problem.

    A path leads from the contract to a number: fields, keys, places.
    """

    problem: Problem
    contract: Contract

    def major(self, minor: float) -> float:
        return float(minor / 10.0 ** minor_digits(self.problem.currency))

    def change(
        self, clause: str, unit: str, now: float, changed: float, other: Contract
    ) -> ClauseChange:
        return ClauseChange(self.contract.name, clause, unit, now, changed, _with_contract(other))

    def count(
        self, clause: str, unit: str, factor: float, *path: ClauseStep
    ) -> Iterator[ClauseChange]:
        """A count (parcels, grams) times a factor, where the contract has it."""
        now = found_at(self.contract, path)
        if now:
            changed = round(now * factor)
            yield self.change(clause, unit, now, changed, put_at(self.contract, path, changed))

    def money(self, clause: str, factor: float, *path: ClauseStep) -> Iterator[ClauseChange]:
        """An amount times a factor, rounded away from what it is, where the contract has it."""
        now = found_at(self.contract, path)
        if now:
            changed = math.floor(now * factor) if factor < 1 else math.ceil(now * factor)
            other = put_at(self.contract, path, changed)
            yield self.change(
                clause, self.problem.currency, self.major(now), self.major(changed), other
            )

    def share(self, clause: str, wanted: float, *path: ClauseStep) -> Iterator[ClauseChange]:
        """Another share, where the contract has one."""
        now = found_at(self.contract, path)
        if now:
            changed = round(min(max(wanted, 0.0), 1.0), 6)
            yield self.change(clause, "share", now, changed, put_at(self.contract, path, changed))

    def negotiated(
        self, term: NegotiableTerm, charge: Charge, *path: ClauseStep
    ) -> Iterator[ClauseChange]:
        """A negotiable number of a charge; the path leads to the charge."""
        clause, place = term.phrase.format(name=charge.name), (*path, term.field)
        if term.unit == MONEY:
            yield from self.money(clause, term.factor, *place)
        elif term.unit == SHARE:
            yield from self.share(clause, found_at(charge, (term.field,)) * term.factor, *place)
        elif term.unit == FUEL_SHARE:
            fuel = self.contract.tariff.fuel
            if fuel and found_at(charge, (term.field,)):
                yield self.change(clause, "share", fuel, 0.0, put_at(self.contract, place, False))
        else:
            yield from self.count(clause, term.unit, term.factor, *place)

    def prices(self, clause: str, minor: int, rate: Rate, *path: ClauseStep) -> ClauseChange:
        """All base prices of a rate lower by an amount."""
        now, other = _lowest(rate)[0], put_at(self.contract, path, _shift(rate, -minor))
        return self.change(
            clause, self.problem.currency, self.major(now), self.major(max(now - minor, 0)), other
        )


def found_at(thing: Any, path: Sequence[ClauseStep]) -> Any:
    """What a path through fields, keys and places leads to; None where it does not lead
    anywhere.
    """
    for step in path:
        if thing is None:
            return None
        thing = (
            getattr(thing, step)
            if isinstance(step, str) and not isinstance(thing, dict)
            else thing[step]
        )
    return thing


def put_at(thing: Any, path: Sequence[ClauseStep], value: object) -> Any:
    """The same with another value at the end of the path."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(thing, dict):
        return {**thing, step: put_at(thing[step], rest, value)}
    if isinstance(thing, tuple):
        return tuple(
            put_at(part, rest, value) if k == step else part for k, part in enumerate(thing)
        )
    return replace(thing, **{str(step): put_at(getattr(thing, str(step)), rest, value)})


def _with_contract(other: Contract) -> Vary:
    """The problem in which the contract of that name is another."""

    def vary(problem: Problem) -> Problem:
        return replace(
            problem,
            contracts=tuple(other if c.name == other.name else c for c in problem.contracts),
        )

    return vary


def _base_price(make: _Maker) -> Iterator[ClauseChange]:
    """All base prices a little lower."""
    step = price_step(make.contract)
    zone, price = quoted_price(make.contract)
    other = shifted(make.contract, -step)
    now, changed = make.major(price), make.major(max(price - step, 0))
    yield make.change(
        f"base price, all zones (quoted: {zone})", make.problem.currency, now, changed, other
    )


def price_step(contract: Contract) -> int:
    """Minor units: about a twentieth of the quoted price, in steps that people negotiate in; at
    least 1.
    """
    wanted = max(PRICE_STEP * quoted_price(contract)[1], 1.0)
    power = 10.0 ** math.floor(math.log10(wanted))
    return max(int(power * max(k for k in (1, 2, 5) if k * power <= wanted + 1e-9)), 1)


def quoted_price(contract: Contract) -> tuple[str, int]:
    """The price people name when they name one: the lowest of the cheapest zone; with the words for
    it.
    """

    zone = min(contract.tariff.rates, key=lambda z: (_lowest(contract.tariff.rates[z])[0], z))
    price, grams = _lowest(contract.tariff.rates[zone])
    return f"{zone} up to {weight_in_words(grams)}", price


def _lowest(rate: Rate) -> tuple[int, float]:
    """The first price of a rate, and up to how many grams it is for."""
    first = rate.brackets[0] if rate.brackets else None
    return (
        (rate.first_price_minor, rate.first_g) if first is None else (first.price_minor, first.to_g)
    )


def shifted(contract: Contract, minor: int, zone: str | None = None) -> Contract:
    """The contract with every base price (of one zone, if named) changed by an amount, never below
    0.
    """

    rates = {
        name: _shift(rate, minor) if zone in (None, name) else rate
        for name, rate in contract.tariff.rates.items()
    }
    return replace(contract, tariff=replace(contract.tariff, rates=rates))


def _shift(rate: Rate, minor: int) -> Rate:
    brackets = tuple(replace(b, price_minor=max(b.price_minor + minor, 0)) for b in rate.brackets)
    first = max(rate.first_price_minor + minor, 0) if rate.first_g else rate.first_price_minor
    return replace(rate, brackets=brackets, first_price_minor=first)


def _zones(make: _Maker) -> Iterator[ClauseChange]:
    """The base prices of one zone a tenth lower; the price of additional weight; the least price of
    the zone.
    """
    for zone, rate in make.contract.tariff.rates.items():
        if len(make.contract.tariff.rates) > 1:
            yield make.prices(
                f"base price, zone {zone}", _tenth(rate), rate, "tariff", "rates", zone
            )
        yield from make.money(
            f"additional weight, zone {zone}", 0.9, "tariff", "rates", zone, "step_price_minor"
        )
        yield from make.money(
            f"minimum charge, zone {zone}", LESS, "tariff", "rates", zone, "minimum_minor"
        )


def _tenth(rate: Rate) -> int:
    return max(round(_lowest(rate)[0] / 10), 1)


def _surcharges(make: _Maker) -> Iterator[ClauseChange]:
    """Every surcharge a fifth lower; thresholds of weight, volume and own volume a quarter
    higher.
    """
    for k, charge in enumerate(make.contract.tariff.surcharges):
        for term in charge.negotiable:
            yield from make.negotiated(term, charge, "tariff", "surcharges", k)
    for k, own in enumerate(make.contract.volume.surcharges):
        here = ("volume", "surcharges", k)
        yield from make.count(
            f"{own.name}: volume free of it", "parcels", MORE, *here, "above_parcels"
        )
        yield from make.money(f"surcharge {own.name}", 0.8, *here, "per_parcel_minor")


def _volume(make: _Maker) -> Iterator[ClauseChange]:
    """Every volume tier reached a fifth earlier, and its discount a point higher."""
    tiers = make.contract.volume.discount.tiers if make.contract.volume.discount else ()
    for k, tier in enumerate(tiers):
        clause, here = f"volume tier {k + 1}", ("volume", "discount", "tiers", k)
        below = tiers[k - 1].from_parcels + 1 if k else 1
        if tier.from_parcels > below:
            sooner = max(round(tier.from_parcels * 0.8), below)
            other = put_at(make.contract, (*here, "from_parcels"), sooner)
            yield make.change(f"{clause}: from", "parcels", tier.from_parcels, sooner, other)
        yield from make.share(f"{clause}: discount", tier.discount + POINT, *here, "discount")
        yield from make.money(f"{clause}: rebate", MORE, *here, "rebate_minor")


def _hub(make: _Maker) -> Iterator[ClauseChange]:
    """The hub's fee and limit, the price of the second leg and its days, the platform's subsidy."""
    hub = make.contract.hub
    if hub is None:
        return
    yield from make.money("hub fee", LESS, "hub", "fee_minor")
    if hub.onward is not None:
        yield make.prices("hub, second leg", _tenth(hub.onward), hub.onward, "hub", "onward")
        yield from make.money(
            "hub, second leg, additional weight", 0.9, "hub", "onward", "step_price_minor"
        )
        yield from make.money(
            "hub, second leg, minimum charge", LESS, "hub", "onward", "minimum_minor"
        )
    yield from make.money("hub subsidy", MORE, "hub", "subsidy_minor")
    yield from make.count("hub, weight limit", "g", MORE, "hub", "up_to_g")
    if hub.onward_days is not None:
        yield from _days(
            make,
            "hub, second leg, days (90 % point in proportion)",
            hub.onward_days,
            "hub",
            "onward_days",
        )


def _service(make: _Maker) -> Iterator[ClauseChange]:
    """Sooner scans and deliveries; more money back, and sooner; fewer lost parcels and more
    liability.
    """
    contract = make.contract
    default = contract.service.scan_delay
    clause = "scan delay, median (95 % point in proportion)"
    if default.median_s:
        less = _sooner(default)
        other = put_at(contract, ("service", "scan_delay"), less)
        yield make.change(clause, "h", default.median_s / HOUR_S, less.median_s / HOUR_S, other)
    for zone, delay in contract.service.scan_delay_by_zone.items():
        if delay.median_s:
            less = _sooner(delay)
            other = put_at(contract, ("service", "scan_delay_by_zone", zone), less)
            yield make.change(
                f"{clause}, zone {zone}",
                "h",
                delay.median_s / HOUR_S,
                less.median_s / HOUR_S,
                other,
            )
    for zone, transit in contract.service.transit.items():
        yield from _days(
            make,
            f"transit, days (90 % point in proportion), zone {zone}",
            transit,
            "service",
            "transit",
            zone,
        )
    refund = contract.service.late_refund
    if refund is not None:
        yield from make.share("late refund", refund.share * MORE, "service", "late_refund", "share")
        for zone, days in refund.days.items():
            path, sooner = ("service", "late_refund", "days", zone), round(days * LESS, 3)
            yield make.change(f"late refund after days, zone {zone}", "days", days, sooner,
                              put_at(contract, path, sooner))  # fmt: skip
    yield from make.share("share lost", contract.service.loss_share / 2, "service", "loss_share")
    yield from make.money("liability", MORE, "service", "liability_minor")


def _sooner(delay: ScanDelay) -> ScanDelay:
    return ScanDelay(round(delay.median_s * LESS), round(delay.p95_s * LESS))


def _days(make: _Maker, clause: str, transit: Transit, *path: ClauseStep) -> Iterator[ClauseChange]:
    """A transit shorter by a quarter, where it takes time."""
    if transit.mean_days > 0:
        mean, p90 = (round(days * LESS, 3) for days in (transit.mean_days, transit.p90_days))
        yield make.change(
            clause, "days", transit.mean_days, mean, put_at(make.contract, path, Transit(mean, p90))
        )


def _collections(make: _Maker) -> Iterator[ClauseChange]:
    """One more collection in the evening, where there is none; more room in every vehicle."""
    name = make.contract.name
    for site in make.problem.sites:
        own = [c for c in site.collections if c.contract == name]
        if own and all(abs(c.at_s - EVENING_S) > NEAR_S for c in own):
            more = replace(own[-1], at_s=EVENING_S)
            clause = f"one more collection at {site.name}, 22:00"
            yield ClauseChange(
                name, clause, "collections", len(own), len(own) + 1, _with_collection(site, more)
            )
        capped = [c for c in own if c.capacity_parcels is not None]
        if capped:
            room = capped[0].capacity_parcels or 0
            clause = f"capacity of a collection at {site.name}"
            yield ClauseChange(
                name, clause, "parcels", room, round(room * MORE), _with_room(site, name)
            )


def _with_collection(at: Site, more: Collection) -> Vary:
    """The problem in which a collection comes to a site as well."""
    return lambda problem: replace(
        problem,
        sites=tuple(
            replace(s, collections=(*s.collections, more)) if s.name == at.name else s
            for s in problem.sites
        ),
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
