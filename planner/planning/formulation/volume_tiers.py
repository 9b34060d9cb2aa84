"""Rules on what the number of parcels does to the price: volume tiers, and surcharges on the shop's
own volume.

They look at every scenario, whichever are active, and follow from the shares alone: no work,
nobody's hours. Whatever is settled with the shares is marked as a decision, so that holding a plan
against a scenario is a linear program still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.domain.contracts import Contract, Period, TieredDiscount, VolumeSurcharge, period_of
from planner.domain.demand import Floats, Ints
from planner.planning.formulation.assignment_and_stock import Shares, add_mixed_shares
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import NEGLIGIBLE, MilpBuilder, Term

BEYOND = (
    1e-9  # of the most parcels there can be: a tier this little above them is still within reach
)


@dataclass(frozen=True, eq=False)
class Choice:
    """Tiers of one contract and period: columns `z`, `parcels` [scenario, tier], and the parcels
    each starts at.
    """

    z: Ints
    parcels: Ints
    start: Floats

    def nearest(self, values: Floats) -> Floats:
        """Whole z [scenario, tier]: the tier that has most of a fractional solution."""
        return self._whole(values[self.z].argmax(axis=1))

    def reached(self, values: Floats) -> Floats:
        """Whole z [scenario, tier]: the tier that the parcels of a fractional solution reach."""
        parcels = values[self.parcels].sum(axis=1, keepdims=True) + NEGLIGIBLE
        return self._whole((self.start <= parcels).sum(axis=1) - 1)

    def _whole(self, tier: Ints) -> Floats:
        return np.asarray((np.arange(self.z.shape[1]) == tier[:, None]).astype(float))


@dataclass(frozen=True, eq=False)
class Volumes:
    """What the number of parcels decides: all its columns, and the choices of a tier among them."""

    columns: Ints
    choices: tuple[Choice, ...]


def add_volumes(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> Volumes:
    """Tiers and surcharges of every contract."""
    first = milp.columns
    choices: list[Choice] = []
    for c, contract in enumerate(parameters.problem.contracts):
        lanes = np.flatnonzero(shares.contract == c)
        if len(lanes) and (contract.volume.discount is not None or contract.volume.surcharges):
            mixed = add_mixed_shares(
                milp, parameters, shares, lanes, f"volume {contract.name}", decision=True
            )
            carried = ContractVolume(contract, shares, lanes, mixed)
            if contract.volume.discount is not None:
                choices += _add_tiers(milp, parameters, carried, contract.volume.discount)
            for surcharge in contract.volume.surcharges:
                _add_surcharge(milp, parameters, carried, surcharge)
    return Volumes(np.arange(first, milp.columns), tuple(choices))


@dataclass(frozen=True, eq=False)
class ContractVolume:
    """What goes with a contract: its lanes, and columns `mixed[mix, phase]` of its part of the
    orders.
    """

    contract: Contract
    shares: Shares
    lanes: Ints
    mixed: Ints

    def most(self, parameters: Parameters, orders: Floats) -> Floats:
        """Parcels there can be at most [scenario] of some orders [scenario, mix, phase]."""
        reached = np.zeros((len(parameters.problem.regions), parameters.classes), dtype=bool)
        reached[self.shares.region[self.lanes], self.shares.weight[self.lanes]] = True
        part = np.einsum("mr,mk,rk->m", parameters.region_share, parameters.class_share, reached)
        return np.asarray(np.einsum("smf,m->s", orders, part))


def days_of_periods(
    parameters: Parameters, per: Period, start: date | None = None, end: date | None = None
) -> list[Ints]:
    """Days of the horizon in each of the periods it touches, from `start` to `end` (both
    included).
    """
    found: dict[date, list[int]] = {}
    for day in range(parameters.problem.horizon.days):
        on = parameters.problem.horizon.date_of(day)
        if (start is None or on >= start) and (end is None or on <= end):
            found.setdefault(period_of(per, on), []).append(day)
    return [np.array(days) for days in found.values()]


def orders_in(parameters: Parameters, days: Ints) -> Floats:
    """Expected orders of some days [all scenarios, mix, phase]."""
    by_phase = [
        days[parameters.day_phase[days] == f] for f in range(len(parameters.problem.phases))
    ]
    return np.stack([parameters.day_orders[:, :, of].sum(axis=-1) for of in by_phase], axis=-1)


def _add_surcharge(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    surcharge: VolumeSurcharge,
) -> None:
    """On the excess: paid[s] >= parcels[s] - above.

    On all: parcels[s] - paid[s] <= above x (1 - over[s]) and paid[s] <= most[s] x over[s], so
    either no more than `above` go and none pays, or all pay.
    """
    parts = _surcharged(parameters, surcharge)
    periods = len(days_of_periods(parameters, surcharge.per, surcharge.start, surcharge.end))
    # of several periods taken as one, some may stay below
    all_pay = surcharge.on == "all" and len(parts) == periods
    for days, above in parts:
        orders = orders_in(parameters, days)
        most = carried.most(parameters, orders)
        s = np.flatnonzero(most > above)
        row = np.arange(len(s))
        name = f"{surcharge.name} {carried.contract.name} {days[0]}"
        paid = milp.variables(f"paid {name}", len(s), unit=parameters.unit_orders, decision=True)
        terms = [Term(row, paid), Term(row[:, None, None], carried.mixed[None], -orders[s])]
        if all_pay:
            over = milp.variables(f"over {name}", len(s), 1.0, integer=True, decision=True)
            milp.constraints(
                "link_surcharge", len(s), [Term(row, paid), Term(row, over, -most[s])], upper=0.0
            )
            terms.append(Term(row, over, -above))
        milp.constraints("cover_surcharge", len(s), terms, lower=-above)
        milp.price(
            "volume_surcharges", paid, parameters.all_weights[s] * surcharge.per_parcel_minor, s
        )


def _surcharged(parameters: Parameters, surcharge: VolumeSurcharge) -> list[tuple[Ints, float]]:
    """Days of every period, and the parcels above which it pays.

    A parcel counts on the day of its hand-over, which may be in a later period, or after the
    surcharge has ended. So a bound takes all periods as one, without the days from which parcels
    may be handed over after its end.
    """
    above = float(surcharge.above_parcels)
    periods = days_of_periods(parameters, surcharge.per, surcharge.start, surcharge.end)
    if not parameters.options.optimistic:
        return [(days, above) for days in periods]
    horizon, days = (
        parameters.problem.horizon,
        np.concatenate([*periods, np.empty(0, dtype=np.int64)]),
    )
    if surcharge.end is not None and horizon.day_of(surcharge.end) < horizon.days - 1:
        days = days[days <= horizon.day_of(surcharge.end) - parameters.days_to_hand_over]
    return [(days, above * len(periods))] if len(days) else []


@dataclass(frozen=True, eq=False)
class Steps:
    """Tiers in own parcels, the first from 0 on: from how many on, share of the discount, rebate
    per parcel.

    `forgone` and `forgone_minor`: what is missing to having the tier's discount and rebate on all
    parcels [tier], in parcels x share and in money; 0 where they are for all.
    """

    start: Floats
    discount: Floats
    rebate: Floats
    forgone: Floats
    forgone_minor: Floats


def steps_of(volume: TieredDiscount) -> Steps:
    """The tiers of a contract once the other parcels have been counted."""
    own = [(0.0, 0.0, 0.0)]
    for tier in volume.tiers:
        parcels = float(max(tier.from_parcels - volume.other_parcels, 0))
        if volume.kind == "incremental":
            parcels = max(parcels - 1.0, 0.0)  # the parcel that reaches the tier has it already
        if parcels == own[-1][0]:
            own.pop()
        own.append((parcels, tier.discount, float(tier.rebate_minor)))
    start, discount, rebate = np.array(own).T
    if volume.kind == "all_units":
        return Steps(start, discount, rebate, np.zeros(len(own)), np.zeros(len(own)))
    return Steps(start, discount, rebate, _forgone(start, discount), _forgone(start, rebate))


def _forgone(start: Floats, rate: Floats) -> Floats:
    """start x rate less what the tiers below give for the parcels up to start [tier]."""
    below = np.concatenate([[0.0], np.cumsum(np.diff(start) * rate[:-1])])
    return np.asarray(start * rate - below)


def _add_tiers(
    milp: MilpBuilder, parameters: Parameters, carried: ContractVolume, volume: TieredDiscount
) -> list[Choice]:
    """Tiers by multiple choice: one z[s, tier] is 1, and all parcels P and all money B that
    discounts count on are that tier's: start x z <= P <= next start x z, cheapest lane x P <= B <=
    dearest lane x P. Off are discount x B + rebate x P; incrementally less what the lower tiers
    fall short of that.

    That is exact where the tier is for all parcels, or all parcels cost the same. Otherwise what
    lower tiers fall short of takes the price per parcel B / P, which is not linear: it is taken as
    mean + (B - mean x P) / middle of the tier, with the mean price over the contract's lanes. That
    is right in the middle of the tier whatever the parcels cost.
    """
    found = []
    periods = days_of_periods(parameters, volume.over)
    if (
        parameters.options.optimistic
    ):  # tiers rise: parcels counted together get no less off than period by period
        periods = [np.concatenate(periods)]
    for days in periods:
        orders = orders_in(parameters, days)
        prices = _lane_prices(parameters, carried, volume, days)
        found.append(
            _add_choice(milp, parameters, carried, (steps_of(volume), days, orders, prices))
        )
    return found


@dataclass(frozen=True, eq=False)
class LanePrices:
    """What the discounts of a period count on, per parcel [lane, phase] (0 in phases without a day
    of it), and its least, mean and most.
    """

    per_parcel: Floats
    least: float
    mean: float
    most: float


def _lane_prices(
    parameters: Parameters, carried: ContractVolume, volume: TieredDiscount, days: Ints
) -> LanePrices:
    costs = parameters.lane_costs.base if volume.on == "base" else parameters.lane_costs.mean
    shares, lanes = carried.shares, carried.lanes
    amount = costs[
        shares.site[lanes], shares.region[lanes], shares.contract[lanes], shares.weight[lanes]
    ][:, days]
    orders = parameters.class_day[shares.region[lanes], shares.weight[lanes]][:, days] + BEYOND
    per_parcel, there = (
        np.zeros((len(lanes), len(parameters.problem.phases))),
        np.unique(parameters.day_phase[days]),
    )
    for f in there:
        of = parameters.day_phase[days] == f
        per_parcel[:, f] = (amount[:, of] * orders[:, of]).sum(axis=1) / orders[:, of].sum(axis=1)
    known = per_parcel[:, there]
    return LanePrices(
        per_parcel,
        float(known.min()),
        float(np.average(amount, weights=orders)),
        float(known.max()),
    )


def _add_choice(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    of: tuple[Steps, Ints, Floats, LanePrices],
) -> Choice:
    """The choice of a tier in every scenario, for one period."""
    steps, days, orders, prices = of
    most = carried.most(parameters, orders) * (1.0 + BEYOND)
    tiers = int((steps.start <= most.max()).sum())
    scenarios, name = len(most), f"{carried.contract.name} {days[0]}"
    shape = (scenarios, tiers)
    end = np.minimum(np.append(steps.start[1:], np.inf)[:tiers], most[:, None])
    z = milp.variables(
        f"tier {name}", shape, steps.start[:tiers] <= most[:, None], integer=True, decision=True
    )
    parcels = milp.variables(f"parcels {name}", shape, unit=parameters.unit_orders, decision=True)
    money = milp.variables(
        f"money {name}", shape, unit=parameters.unit_orders * max(prices.mean, 1.0), decision=True
    )
    spent = _add_spent(milp, parameters, carried, prices, name)
    s, row = np.arange(scenarios), np.arange(scenarios * tiers).reshape(shape)
    milp.constraints("choose_tier", scenarios, [Term(s[:, None], z)], 1.0, 1.0)
    for total, mixed in ((parcels, carried.mixed), (money, spent)):
        terms = [Term(s[:, None], total), Term(s[:, None, None], mixed[None], -orders)]
        milp.constraints("balance_volume", scenarios, terms, 0.0, 0.0)
    milp.constraints(
        "link_tier", row.size, [Term(row, parcels), Term(row, z, -steps.start[:tiers])], lower=0.0
    )
    milp.constraints("link_tier", row.size, [Term(row, parcels), Term(row, z, -end)], upper=0.0)
    milp.constraints(
        "link_money", row.size, [Term(row, money), Term(row, parcels, -prices.least)], lower=0.0
    )
    milp.constraints(
        "link_money", row.size, [Term(row, money), Term(row, parcels, -prices.most)], upper=0.0
    )
    weight = parameters.all_weights[:, None]
    by_price = steps.forgone[:tiers] / np.maximum((steps.start[:tiers] + end) / 2, 1.0)
    forgone = steps.forgone[:tiers] * prices.mean + steps.forgone_minor[:tiers]
    if parameters.options.optimistic:  # at the least price per parcel there can be
        by_price = np.zeros_like(by_price)
        forgone = steps.forgone[:tiers] * prices.least + steps.forgone_minor[:tiers]
    milp.price("volume_discounts", money, weight * (by_price - steps.discount[:tiers]), s[:, None])
    milp.price(
        "volume_discounts",
        parcels,
        -weight * (by_price * prices.mean + steps.rebate[:tiers]),
        s[:, None],
    )
    milp.price("volume_discounts", z, weight * forgone, s[:, None])
    return Choice(z, parcels, steps.start[:tiers])


def _add_spent(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    prices: LanePrices,
    name: str,
) -> Ints:
    """Columns [mix, phase]: money that discounts count on, per order of the mix."""
    shape = carried.mixed.shape
    spent = milp.variables(f"spent {name}", shape, unit=max(prices.mean, 1.0), decision=True)
    row = np.arange(spent.size).reshape(shape)
    part = carried.shares.part_of(parameters, carried.lanes)
    factor = -part[:, :, None] * prices.per_parcel[None]
    columns = carried.shares.column[carried.lanes][None]
    milp.constraints(
        "link_spent",
        spent.size,
        [Term(row, spent), Term(row[:, None, :], columns, factor)],
        0.0,
        0.0,
    )
    return spent
