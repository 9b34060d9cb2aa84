"""Prices that depend on the number of parcels: volume tiers, and surcharges on own volume.

They look at every scenario, whichever are active, and follow from the shares alone, not from work.
Whatever is settled with the shares is marked as a decision, so that evaluating a plan in a scenario
is still a linear program.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from planner.domain.charges import Period, TieredDiscount, VolumeSurcharge, period_of
from planner.domain.contracts import Contract
from planner.domain.demand import Floats, Ints
from planner.planning.formulation.assignment import Shares, add_mixed_shares
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import NEGLIGIBLE, Flags, MilpBuilder, Term

# share of the largest number of parcels: a tier this little above it is still within reach
BEYOND = 1e-9


@dataclass(frozen=True, eq=False)
class Choice:
    """Tiers of one contract and period.

    Attributes
    ----------
    z : Ints
        Columns of the choice, one is 1 [scenario, tier].
    parcels : Ints
        Columns of the parcels [scenario, tier].
    start : Floats
        Parcels from which each tier holds [tier].
    """

    z: Ints
    parcels: Ints
    start: Floats

    def nearest(self, values: Floats) -> Floats:
        """Integer z [scenario, tier]: the tier with the largest part of a fractional solution."""
        return self._whole(values[self.z].argmax(axis=1))

    def reached(self, values: Floats) -> Floats:
        """Integer z [scenario, tier]: the tier that the parcels of a solution reach."""
        parcels = values[self.parcels].sum(axis=1, keepdims=True) + NEGLIGIBLE
        return self._whole((self.start <= parcels).sum(axis=1) - 1)

    def _whole(self, tier: Ints) -> Floats:
        return np.asarray((np.arange(self.z.shape[1]) == tier[:, None]).astype(float))


@dataclass(frozen=True, eq=False)
class Volumes:
    """All columns of tiers and surcharges, and the choices of a tier among them."""

    columns: Ints
    choices: tuple[Choice, ...]


def add_volumes(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> Volumes:
    """Add volume tiers and surcharges of every contract.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.

    Returns
    -------
    Volumes
        All columns added, and the choices of a tier.
    """
    first = milp.columns
    choices: list[Choice] = []
    for c, contract in enumerate(parameters.problem.contracts):
        lanes = np.flatnonzero(shares.contract == c)
        if len(lanes) and (contract.volume.discount is not None or contract.volume.surcharges):
            mixed = add_mixed_shares(
                milp, parameters, shares, lanes=lanes, name=f"volume {contract.name}", decision=True
            )
            carried = ContractVolume(contract, shares, lanes, mixed)
            if contract.volume.discount is not None:
                choices += _add_tiers(milp, parameters, carried, contract.volume.discount)
            for surcharge in contract.volume.surcharges:
                _add_surcharge(milp, parameters, carried, surcharge)
    return Volumes(np.arange(first, milp.columns), tuple(choices))


@dataclass(frozen=True, eq=False)
class ContractVolume:
    """A contract's lanes, and the columns `mixed[mix, phase]` of its part of the orders."""

    contract: Contract
    shares: Shares
    lanes: Ints
    mixed: Ints

    def most(self, parameters: Parameters, orders: Floats) -> Floats:
        """Largest number of parcels [scenario] of some orders [scenario, mix, phase]."""
        reached = np.zeros((len(parameters.problem.regions), parameters.classes), dtype=bool)
        reached[self.shares.region[self.lanes], self.shares.weight[self.lanes]] = True
        part = np.einsum("mr,mk,rk->m", parameters.region_share, parameters.class_share, reached)
        return np.asarray(np.einsum("smf,m->s", orders, part))


def days_of_periods(
    parameters: Parameters, per: Period, start: date | None = None, end: date | None = None
) -> list[Ints]:
    """Days of the horizon in each period it touches.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    per : Period
        Length of a period.
    start, end : date | None
        First and last day that count (None: no limit).

    Returns
    -------
    list[Ints]
        Numbers of the days of each period.
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
    """Add a surcharge on the shop's own volume, for every period and scenario s, in parcels.

    On the excess: paid[s] >= parcels[s] - above. On all parcels: parcels[s] - paid[s] <= above
    (1 - over[s]) and paid[s] <= most[s] over[s], so either no more than `above` are shipped and
    none pays, or all pay.
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
    """Days of every period, and the number of parcels above which the surcharge applies.

    A parcel counts on the day of its hand-over, which may be in a later period, or after the
    surcharge has ended. So a bound takes all periods as one, without the days from which parcels
    may be handed over after its end.
    """
    above = float(surcharge.above_parcels)
    periods = days_of_periods(parameters, surcharge.per, surcharge.start, surcharge.end)
    if not parameters.options.optimistic:
        return [(days, above) for days in periods]
    horizon = parameters.problem.horizon
    days = np.concatenate([*periods, np.empty(0, dtype=np.int64)])
    if surcharge.end is not None and horizon.day_of(surcharge.end) < horizon.days - 1:
        days = days[days <= horizon.day_of(surcharge.end) - parameters.days_to_hand_over]
    return [(days, above * len(periods))] if len(days) else []


@dataclass(frozen=True, eq=False)
class Steps:
    """Tiers of a contract counted in own parcels, the first from 0 on.

    Attributes
    ----------
    start : Floats
        Parcels from which the tier holds [tier].
    discount : Floats
        Share of the price that is taken off [tier].
    rebate : Floats
        Minor units per parcel that are taken off [tier].
    forgone : Floats
        What is missing to having the tier's discount on all parcels, in parcels x share [tier]; 0
        where the tier is for all parcels.
    forgone_minor : Floats
        The same of the rebate, in minor units [tier].
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
    """Tier's rate on all parcels up to its start, less what the tiers below give [tier]."""
    below = np.concatenate([[0.0], np.cumsum(np.diff(start) * rate[:-1])])
    return np.asarray(start * rate - below)


def _add_tiers(
    milp: MilpBuilder, parameters: Parameters, carried: ContractVolume, volume: TieredDiscount
) -> list[Choice]:
    """Add volume tiers by multiple choice, for every period and scenario s.

    Exactly one z[s,tier] is 1, and all parcels P and all money B that discounts count on are that
    tier's: start z <= P <= next start z (parcels), cheapest lane x P <= B <= most expensive lane
    x P (minor units). The discount is discount x B + rebate x P; for incremental tiers less what
    the lower tiers fall short of that.

    That is exact where the tier is for all parcels, or all parcels cost the same. Otherwise what
    lower tiers fall short of takes the price per parcel B / P, which is not linear: it is taken as
    mean + (B - mean x P) / middle of the tier, with the mean price over the contract's lanes. That
    is right in the middle of the tier whatever the parcels cost.
    """
    periods = days_of_periods(parameters, volume.over)
    if parameters.options.optimistic:
        # tiers rise: parcels counted together get no less off than period by period
        periods = [np.concatenate(periods)]
    return [_add_choice(milp, parameters, carried, volume, days) for days in periods]


@dataclass(frozen=True, eq=False)
class LanePrices:
    """Prices that the discounts of a period count on, in minor units per parcel.

    Attributes
    ----------
    per_parcel : Floats
        Mean price [lane, phase], 0 in phases without a day of the period.
    least, mean, most : float
        Lowest, mean and highest price over lanes and phases of the period.
    """

    per_parcel: Floats
    least: float
    mean: float
    most: float


def _lane_prices(
    parameters: Parameters, carried: ContractVolume, volume: TieredDiscount, days: Ints
) -> LanePrices:
    """Prices of the contract's lanes, weighted by the mean orders of some days."""
    costs = parameters.lane_costs.base if volume.on == "base" else parameters.lane_costs.mean
    shares, lanes = carried.shares, carried.lanes
    site, region = shares.site[lanes], shares.region[lanes]
    contract, weight = shares.contract[lanes], shares.weight[lanes]
    amount = costs[site, region, contract, weight][:, days]
    orders = parameters.class_day[region, weight][:, days] + BEYOND
    phases = np.unique(parameters.day_phase[days])
    per_parcel = np.zeros((len(lanes), len(parameters.problem.phases)))
    for f in phases:
        of = parameters.day_phase[days] == f
        per_parcel[:, f] = (amount[:, of] * orders[:, of]).sum(axis=1) / orders[:, of].sum(axis=1)
    known = per_parcel[:, phases]
    mean = float(np.average(amount, weights=orders))
    return LanePrices(per_parcel, float(known.min()), mean, float(known.max()))


@dataclass(frozen=True, eq=False, kw_only=True)
class TierColumns:
    """Columns of one choice [scenario, tier].

    Attributes
    ----------
    z : Ints
        1 where the tier holds.
    parcels : Ints
        Parcels, 0 in every tier but the one that holds.
    money : Ints
        Money that discounts count on, in minor units, likewise.
    """

    z: Ints
    parcels: Ints
    money: Ints


def _add_choice(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    volume: TieredDiscount,
    days: Ints,
) -> Choice:
    """Add the choice of a tier in every scenario, for the days of one period."""
    steps, orders = steps_of(volume), orders_in(parameters, days)
    prices = _lane_prices(parameters, carried, volume, days)
    most = carried.most(parameters, orders) * (1.0 + BEYOND)
    tiers = int((steps.start <= most.max()).sum())
    start = steps.start[:tiers]
    end = np.minimum(np.append(steps.start[1:], np.inf)[:tiers], most[:, None])
    name = f"{carried.contract.name} {days[0]}"
    columns = _tier_columns(milp, parameters, prices, name, reachable=start <= most[:, None])
    spent = _add_spent(milp, parameters, carried, prices, name)
    shape = (len(most), tiers)
    s, row = np.arange(shape[0]), np.arange(shape[0] * tiers).reshape(shape)
    z, parcels, money = columns.z, columns.parcels, columns.money
    milp.constraints("choose_tier", len(s), [Term(s[:, None], z)], lower=1.0, upper=1.0)
    for total, mixed in ((parcels, carried.mixed), (money, spent)):
        terms = [Term(s[:, None], total), Term(s[:, None, None], mixed[None], -orders)]
        milp.constraints("balance_volume", len(s), terms, lower=0.0, upper=0.0)
    from_start = [Term(row, parcels), Term(row, z, -start)]
    milp.constraints("link_tier", row.size, from_start, lower=0.0)
    to_end = [Term(row, parcels), Term(row, z, -end)]
    milp.constraints("link_tier", row.size, to_end, upper=0.0)
    at_least = [Term(row, money), Term(row, parcels, -prices.least)]
    milp.constraints("link_money", row.size, at_least, lower=0.0)
    at_most = [Term(row, money), Term(row, parcels, -prices.most)]
    milp.constraints("link_money", row.size, at_most, upper=0.0)
    _price_tiers(milp, parameters, columns, steps, prices, middle=(start + end) / 2)
    return Choice(z, parcels, start)


def _tier_columns(
    milp: MilpBuilder, parameters: Parameters, prices: LanePrices, name: str, *, reachable: Flags
) -> TierColumns:
    """Columns of a choice; `reachable`: tiers that the parcels can reach [scenario, tier]."""
    unit = parameters.unit_orders
    z = milp.variables(f"tier {name}", reachable.shape, reachable, integer=True, decision=True)
    parcels = milp.variables(f"parcels {name}", reachable.shape, unit=unit, decision=True)
    money = milp.variables(
        f"money {name}", reachable.shape, unit=unit * max(prices.mean, 1.0), decision=True
    )
    return TierColumns(z=z, parcels=parcels, money=money)


def _price_tiers(
    milp: MilpBuilder,
    parameters: Parameters,
    columns: TierColumns,
    steps: Steps,
    prices: LanePrices,
    *,
    middle: Floats,
) -> None:
    """Discounts of the tier that holds; `middle`: of each tier in parcels [scenario, tier]."""
    tiers = columns.z.shape[1]
    forgone, forgone_minor = steps.forgone[:tiers], steps.forgone_minor[:tiers]
    by_price = forgone / np.maximum(middle, 1.0)
    fixed = forgone * prices.mean + forgone_minor
    if parameters.options.optimistic:  # at the lowest price per parcel there can be
        by_price = np.zeros_like(by_price)
        fixed = forgone * prices.least + forgone_minor
    weight, s = parameters.all_weights[:, None], np.arange(len(columns.z))[:, None]
    on_money = weight * (by_price - steps.discount[:tiers])
    on_parcels = -weight * (by_price * prices.mean + steps.rebate[:tiers])
    milp.price("volume_discounts", columns.money, on_money, s)
    milp.price("volume_discounts", columns.parcels, on_parcels, s)
    milp.price("volume_discounts", columns.z, weight * fixed, s)


def _add_spent(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    prices: LanePrices,
    name: str,
) -> Ints:
    """Columns of the money that discounts count on, per order of a mix [mix, phase]."""
    shape = carried.mixed.shape
    spent = milp.variables(f"spent {name}", shape, unit=max(prices.mean, 1.0), decision=True)
    row = np.arange(spent.size).reshape(shape)
    part = carried.shares.part_of(parameters, carried.lanes)
    factor = -part[:, :, None] * prices.per_parcel[None]
    columns = carried.shares.column[carried.lanes][None]
    terms = [Term(row, spent), Term(row[:, None, :], columns, factor)]
    milp.constraints("link_spent", spent.size, terms, lower=0.0, upper=0.0)
    return spent
