"""Volume tiers: discounts that depend on the number of parcels of a period.

They look at every scenario, whichever are active, and follow from the shares alone, not from work.
Whatever is settled with the shares is marked as a decision, so that evaluating a plan in a scenario
is still a linear program. In a scenario the number of parcels is random, and a tier is reached with
a chance (`volume_counts`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.charges import TieredDiscount
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.volume_counts import (
    BEYOND,
    ContractVolume,
    PeriodOrders,
    Pieces,
    days_of_periods,
    deviation_at,
    mean_excess,
    mean_of_reached,
)
from planner.planning.milp.builder import NEGLIGIBLE, MilpBuilder, Term

Deviation = Callable[[Floats], Floats]  # of expected parcels [scenario, place]


@dataclass(frozen=True, eq=False)
class Choice:
    """Choice of a piece of the range of expected parcels, of one contract and period.

    Attributes
    ----------
    z : Ints
        Columns of the choice, one is 1 [scenario, piece].
    parcels : Ints
        Columns of the parcels [scenario, piece].
    start : Floats
        Parcels from which each piece holds, inf where it cannot be reached [scenario, piece].
    used : Ints
        Numbers of these pieces among all; the others are out of reach in every scenario.
    """

    z: Ints
    parcels: Ints
    start: Floats
    used: Ints

    @classmethod
    def add(
        cls,
        milp: MilpBuilder,
        parameters: Parameters,
        carried: ContractVolume,
        pieces: Pieces,
        orders: Floats,
        *,
        name: str,
    ) -> Choice:
        """Add a choice in every scenario s.

        Exactly one z[s,piece] is 1, and all parcels P are in that piece: start z <= P <= end z.

        Parameters
        ----------
        milp : MilpBuilder
            The model under construction.
        parameters : Parameters
            Sets and parameters of the model.
        carried : ContractVolume
            The contract's part of the orders.
        pieces : Pieces
            Where the pieces begin and end.
        orders : Floats
            Orders of the period [scenario, mix, phase].
        name : str
            Name of the columns.

        Returns
        -------
        Choice
            Its columns.
        """
        used = np.flatnonzero(pieces.reachable.any(axis=0))
        reachable = pieces.reachable[:, used]
        start, end = pieces.start[:, used], pieces.end[:, used]
        unit = parameters.unit_orders
        z = milp.variables(f"tier {name}", reachable.shape, reachable, integer=True, decision=True)
        parcels = milp.variables(f"parcels {name}", reachable.shape, unit=unit, decision=True)
        s, row = np.arange(len(z)), np.arange(z.size).reshape(z.shape)
        milp.constraints("choose_tier", len(s), [Term(s[:, None], z)], lower=1.0, upper=1.0)
        balance_volume(milp, parcels, carried.mixed, orders)
        from_start = [Term(row, parcels), Term(row, z, -start)]
        milp.constraints("link_tier", row.size, from_start, lower=0.0)
        to_end = [Term(row, parcels), Term(row, z, -end)]
        milp.constraints("link_tier", row.size, to_end, upper=0.0)
        return cls(z, parcels, np.where(reachable, start, np.inf), used)

    def nearest(self, values: Floats) -> Floats:
        """Integer z [scenario, piece]: the piece with the largest part of a fractional solution."""
        return self._whole(values[self.z].argmax(axis=1))

    def reached(self, values: Floats) -> Floats:
        """Integer z [scenario, piece]: the piece that the parcels of a solution reach."""
        parcels = values[self.parcels].sum(axis=1, keepdims=True) + NEGLIGIBLE
        last = np.where(self.start <= parcels, self.start, -1.0)[:, ::-1].argmax(axis=1)
        return self._whole(self.z.shape[1] - 1 - last)

    def _whole(self, tier: Ints) -> Floats:
        return np.asarray((np.arange(self.z.shape[1]) == tier[:, None]).astype(float))


def balance_volume(milp: MilpBuilder, total: Ints, mixed: Ints, orders: Floats) -> None:
    """The pieces of a scenario add up to what the contract's part of the orders comes to.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    total : Ints
        Columns of parcels or of money [scenario, piece].
    mixed : Ints
        Columns of the same per order [mix, phase].
    orders : Floats
        Orders of the period [scenario, mix, phase].
    """
    s = np.arange(len(total))
    terms = [Term(s[:, None], total), Term(s[:, None, None], mixed[None], -orders)]
    milp.constraints("balance_volume", len(s), terms, lower=0.0, upper=0.0)


@dataclass(frozen=True, eq=False)
class Steps:
    """Tiers of a contract counted in own parcels, by rising start.

    Attributes
    ----------
    start : Floats
        Parcels from which the tier holds [tier].
    discount : Floats
        Share of the price that is taken off beyond the tier before [tier].
    rebate : Floats
        Minor units per parcel that are taken off beyond the tier before [tier].
    all_units : bool
        Whether a tier is for all parcels, or for those beyond its start alone.
    """

    start: Floats
    discount: Floats
    rebate: Floats
    all_units: bool

    def off(self, expected: Floats, deviation: Deviation, more: Floats) -> Floats:
        """Mean of what is taken off, in parcels x share or minor units [scenario, place].

        Parameters
        ----------
        expected : Floats
            Expected parcels [scenario, place].
        deviation : callable
            Standard deviation of the count where so many parcels are expected.
        more : Floats
            `discount` or `rebate` [tier].

        Returns
        -------
        Floats
            What is taken off, at a price of 1 where it is a share of the price.
        """
        total, spread = np.zeros_like(expected), deviation(expected)
        for k in np.flatnonzero(more):
            start = self.start[[k]]
            if self.all_units:  # of whole parcels, half-way to the last that is not enough
                reached = mean_of_reached(expected, start - np.minimum(spread, 0.5), spread)
            else:
                reached = mean_excess(expected, start, spread)
            total += more[k] * reached
        return total

    def lines_off(
        self, pieces: Pieces, deviation: Deviation, more: Floats, *, favourable: bool
    ) -> tuple[Floats, Floats]:
        """Slope and level [scenario, piece] of lines through what is taken off.

        Where a tier takes off less than the one before (a discount turns into a rebate), the whole
        is neither convex nor of a value per parcel that only rises; what each tier adds or takes
        away is. So every tier has lines of its own.

        Parameters
        ----------
        pieces : Pieces
            Parts of the range of expected parcels.
        deviation : callable
            Standard deviation of the count where so many parcels are expected.
        more : Floats
            `discount` or `rebate` [tier].
        favourable : bool
            True: lines that are nowhere below what is taken off.

        Returns
        -------
        tuple[Floats, Floats]
            off = slope x parcels + level.
        """
        slope, level = np.zeros((2, *pieces.start.shape))
        for k, added in enumerate(np.diag(more)):
            if not more[k]:
                continue
            value = partial(self.off, deviation=deviation, more=added)
            convex = not self.all_units and more[k] > 0
            of_tier = pieces.lines(value, favourable=favourable, convex=convex)
            slope, level = slope + of_tier[0], level + of_tier[1]
        return slope, level


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
    return Steps(
        start,
        np.diff(discount, prepend=0.0),
        np.diff(rebate, prepend=0.0),
        volume.kind == "all_units",
    )


def add_tiers(
    milp: MilpBuilder, parameters: Parameters, carried: ContractVolume, volume: TieredDiscount
) -> list[Choice]:
    """Add volume tiers by multiple choice, for every period and scenario s.

    Exactly one piece of the range of expected parcels is chosen (`Choice`), and all money B that
    discounts count on is that piece's: cheapest lane x P <= B <= most expensive lane x P (minor
    units). The mean of what is taken off is there a line of the parcels, slope x P + level, times
    the price per parcel B / P.

    That is exact where the level is 0, in a tier for all parcels that is reached for certain, or
    where all parcels cost the same. Otherwise level x B / P is not linear: B / P is taken as
    mean + (B - mean x P) / middle of the piece, with the mean price over the contract's lanes. That
    is right in the middle of the piece whatever the parcels cost.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    carried : ContractVolume
        The contract's part of the orders.
    volume : TieredDiscount
        The clause.

    Returns
    -------
    list[Choice]
        One for every period.
    """
    periods = days_of_periods(parameters, volume.over)
    if parameters.options.optimistic and len(periods) > 1:
        # of rising tiers, parcels counted together get no less off than period by period
        volume, periods = volume.rising, [np.concatenate(periods)]
    return [
        _add_choice(milp, parameters, carried, volume, days)
        for days in periods
        if PeriodOrders.of(parameters, carried.handed, days).orders.any()
    ]


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
    """Prices of the contract's lanes, weighted by the mean orders handed over on some days."""
    costs = parameters.lane_costs.base if volume.on == "base" else parameters.lane_costs.mean
    shares, lanes = carried.shares, carried.lanes
    site, region = shares.site[lanes], shares.region[lanes]
    contract, weight = shares.contract[lanes], shares.weight[lanes]
    amount = costs[site, region, contract, weight][:, days]
    orders = _mean_orders(parameters, carried, days)
    total = orders.sum(axis=-1)
    per_parcel = (amount[:, None] * orders).sum(axis=-1) / np.maximum(total, BEYOND)
    known = per_parcel[total > 0]
    mean = float(np.average(per_parcel, weights=total))
    return LanePrices(per_parcel, float(known.min()), mean, float(known.max()))


def _mean_orders(parameters: Parameters, carried: ContractVolume, days: Ints) -> Floats:
    """Mean orders for each of a contract's lanes [lane, phase of the order, day of hand-over]."""
    leaving = np.einsum("s,smt->mt", parameters.all_weights, parameters.all_orders)
    leaving = parameters.by_phase(leaving * parameters.of_promotion) @ carried.handed[:, days]
    part = carried.shares.part_of(parameters, carried.lanes)
    return np.asarray(np.einsum("mfd,ml->lfd", leaving, part))


def _add_choice(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    volume: TieredDiscount,
    days: Ints,
) -> Choice:
    """Add the choice of a piece in every scenario, for the days of one period."""
    steps, counted = steps_of(volume), PeriodOrders.of(parameters, carried.handed, days)
    prices = _lane_prices(parameters, carried, volume, days)
    most = carried.most(parameters, counted.orders)
    deviation = partial(deviation_at, parameters, counted)
    thresholds = np.tile(steps.start[1:], (len(most), 1))
    pieces = Pieces.around(thresholds, parameters.options.count_z * deviation(thresholds), most)
    name = f"{carried.contract.name} {days[0]}"
    choice = Choice.add(milp, parameters, carried, pieces, counted.orders, name=name)
    money = _add_money(milp, parameters, carried, (choice, counted.orders), prices, name=name)
    off = [
        steps.lines_off(pieces, deviation, more, favourable=parameters.options.optimistic)
        for more in (steps.discount, steps.rebate)
    ]
    (slope, level), (minor_slope, minor_level) = (
        (slope[:, choice.used], level[:, choice.used]) for slope, level in off
    )
    middle = np.maximum((pieces.start + pieces.end)[:, choice.used] / 2, 1.0)
    by_price, fixed = level / middle, level * prices.mean
    if parameters.options.optimistic:  # at the price per parcel that takes most off
        by_price = np.zeros_like(level)
        fixed = level * np.where(level < 0, prices.least, prices.most)
    weight, s = parameters.all_weights[:, None], np.arange(len(most))[:, None]
    on_parcels = minor_slope - by_price * prices.mean
    milp.price("volume_discounts", money, -weight * (slope + by_price), s)
    milp.price("volume_discounts", choice.parcels, -weight * on_parcels, s)
    milp.price("volume_discounts", choice.z, -weight * (fixed + minor_level), s)
    return choice


def _add_money(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    chosen: tuple[Choice, Floats],
    prices: LanePrices,
    *,
    name: str,
) -> Ints:
    """Columns of the money that discounts count on [scenario, piece].

    `chosen`: the choice of a piece, and the orders of the period [scenario, mix, phase].
    """
    choice, orders = chosen
    unit = parameters.unit_orders * max(prices.mean, 1.0)
    money = milp.variables(f"money {name}", choice.z.shape, unit=unit, decision=True)
    spent = _add_spent(milp, parameters, carried, prices, name)
    balance_volume(milp, money, spent, orders)
    row = np.arange(money.size).reshape(money.shape)
    at_least = [Term(row, money), Term(row, choice.parcels, -prices.least)]
    milp.constraints("link_money", row.size, at_least, lower=0.0)
    at_most = [Term(row, money), Term(row, choice.parcels, -prices.most)]
    milp.constraints("link_money", row.size, at_most, upper=0.0)
    return money


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
