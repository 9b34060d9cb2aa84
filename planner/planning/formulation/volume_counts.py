"""The parcels of a contract in a period as a random number, and what a clause costs on average.

Within a scenario the shares say how many parcels to expect, not how many there will be. A clause
that changes at a number of parcels is therefore planned with its chance: its expected value is a
smooth function of the expected parcels, taken as straight lines between a few knots around the
threshold. Without randomness all knots of a threshold are the threshold itself, and the lines are
the clause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.special import ndtr

from planner.domain.arrays import Floats, Ints
from planner.domain.charges import Period, period_of
from planner.domain.contracts import Contract
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.hand_over_days import by_order_day
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import Flags

# share of the largest number of parcels: a threshold this little above it is still within reach
BEYOND = 1e-9
FEWEST = 1e-3  # parcels up to which there are pieces where nothing is shipped at all
# knots in parts of `PlanningOptions.count_z`: few where every piece takes a binary variable
KNOTS = np.array([-1.0, -0.5, -0.2, 0.2, 0.5, 1.0])
FINE_KNOTS = np.array([-1.0, -0.7, -0.5, -0.3, -0.1, 0.1, 0.3, 0.5, 0.7, 1.0])
WITHIN = np.linspace(0.0, 1.0, 9)  # places at which the error of a piece is measured


@dataclass(frozen=True, eq=False)
class ContractVolume:
    """What a contract takes.

    Attributes
    ----------
    contract : Contract
        The contract.
    shares : Shares
        Columns of the shares.
    lanes : Ints
        Numbers of its lanes.
    mixed : Ints
        Columns of its part of the orders [mix, phase].
    handed : Floats
        Share of the orders of each slot that leave with it on each day [slot, day].
    """

    contract: Contract
    shares: Shares
    lanes: Ints
    mixed: Ints
    handed: Floats

    def most(self, parameters: Parameters, orders: Floats) -> Floats:
        """Largest number of parcels [scenario] of some orders [scenario, mix, phase]."""
        reached = np.zeros((len(parameters.problem.regions), parameters.classes), dtype=bool)
        reached[self.shares.region[self.lanes], self.shares.weight[self.lanes]] = True
        part = np.einsum("mr,mk,rk->m", parameters.region_share, parameters.class_share, reached)
        return np.asarray(np.einsum("smf,m->s", orders, part))


def days_of_periods(
    parameters: Parameters, per: Period, start: date | None = None, end: date | None = None
) -> list[Ints]:
    """Days of hand-over in each period that the promotion touches, those of the tail included.

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


@dataclass(frozen=True, eq=False)
class PeriodOrders:
    """Orders of the promotion whose parcels count in a period, as far as a contract takes them.

    Attributes
    ----------
    orders : Floats
        Expected orders [all scenarios, mix, phase of the order].
    part : Floats
        Share of each day's orders that count [day of the order].
    """

    orders: Floats
    part: Floats

    @classmethod
    def of(cls, parameters: Parameters, handed: Floats, days: Ints) -> PeriodOrders:
        """Those that are expected to be handed over on some days.

        Parameters
        ----------
        parameters : Parameters
            Sets and parameters of the model.
        handed : Floats
            Share of the orders of each slot that leave on each day [slot, day].
        days : Ints
            Numbers of the days.

        Returns
        -------
        PeriodOrders
            The orders.
        """
        counts = handed[:, days].sum(axis=1) * parameters.of_promotion
        by_phase = []
        for f in range(len(parameters.problem.phases)):
            of = parameters.slot_phase == f
            by_phase.append(parameters.all_orders[:, :, of] @ counts[of])
        part = by_order_day(parameters, counts[:, None])
        return cls(np.stack(by_phase, axis=-1), part[:, 0])

    @classmethod
    def of_promotion(cls, parameters: Parameters) -> PeriodOrders:
        """All orders of the promotion."""
        horizon = parameters.problem.horizon
        part = np.arange(horizon.days) < horizon.reported_days
        return cls(parameters.promotion_orders, part.astype(float))

    @property
    def total(self) -> Floats:
        """Expected orders [all scenarios]."""
        return np.asarray(self.orders.sum(axis=(1, 2)))


def deviation_at(parameters: Parameters, counted: PeriodOrders, parcels: Floats) -> Floats:
    """Standard deviation of a contract's parcels in a period where so many are expected.

    Orders of sampled demand are a Poisson number, and so are those of one contract. Given orders
    are certain; which contract takes each of them is not, so their number is binomial. Both vary
    with the paths that a scenario stands for, all contracts by the same factor.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    counted : PeriodOrders
        Orders of the period.
    parcels : Floats
        Expected parcels, broadcast to [all scenarios, threshold].

    Returns
    -------
    Floats
        Parcels [all scenarios, threshold]; 0 where counts are planned as if certain.
    """
    orders = counted.total[:, None]
    expected = np.broadcast_to(np.maximum(parcels, 0.0), (len(orders), np.shape(parcels)[-1]))
    if not parameters.options.count_z:
        return np.zeros(expected.shape)
    share = np.minimum(expected / np.maximum(orders, 1e-9), 1.0)
    certain = share if parameters.problem.demand.given is not None else 0.0
    among_paths = parameters.scenarios.variance_of_orders(counted.part)[:, None]
    return np.asarray(np.sqrt(expected * (1.0 - certain) + among_paths * share**2))


def deviation_from_share(parameters: Parameters, counted: PeriodOrders, share: float) -> Floats:
    """Standard deviation of a contract's parcels less that share of all orders [all scenarios].

    Where the contract is expected to have that share: binomial, whatever the orders are.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    counted : PeriodOrders
        Orders of the period.
    share : float
        The share.

    Returns
    -------
    Floats
        Parcels [all scenarios].
    """
    random = 1.0 if parameters.options.count_z else 0.0
    return np.asarray(random * np.sqrt(counted.total * share * (1.0 - share)))


def mean_of_reached(expected: Floats, threshold: Floats, deviation: Floats) -> Floats:
    """Mean of a count where it reaches a threshold, and of 0 where not.

    Parameters
    ----------
    expected : Floats
        Mean of the count, taken as a normal number, in parcels.
    threshold : Floats
        The threshold, likewise.
    deviation : Floats
        Standard deviation of the count, likewise.

    Returns
    -------
    Floats
        E[N; N >= threshold] in parcels.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (expected - threshold) / deviation
    z = np.where(deviation > 0, z, np.where(expected >= threshold, np.inf, -np.inf))
    return np.asarray(expected * ndtr(z) + deviation * _density(z))


def mean_excess(expected: Floats, threshold: Floats, deviation: Floats) -> Floats:
    """Mean of what a count has beyond a threshold.

    Parameters
    ----------
    expected : Floats
        Mean of the count, taken as a normal number, in parcels.
    threshold : Floats
        The threshold, likewise.
    deviation : Floats
        Standard deviation of the count, likewise.

    Returns
    -------
    Floats
        E max(N - threshold, 0) in parcels.
    """
    above = expected - threshold
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(deviation > 0, above / deviation, np.where(above >= 0, np.inf, -np.inf))
    return np.asarray(np.where(above == 0, 0.0, above * ndtr(z)) + deviation * _density(z))


def _density(z: Floats) -> Floats:
    """Density of the standard normal distribution."""
    return np.asarray(np.exp(-0.5 * np.minimum(np.abs(z), 40.0) ** 2) / np.sqrt(2.0 * np.pi))


@dataclass(frozen=True, eq=False)
class Pieces:
    """Parts of the range of expected parcels, from 0 to the most there can be.

    Attributes
    ----------
    start, end : Floats
        Parcels at which a piece begins and ends [all scenarios, piece].
    """

    start: Floats
    end: Floats

    @classmethod
    def around(cls, thresholds: Floats, reach: Floats, most: Floats) -> Pieces:
        """Pieces with knots around every threshold.

        Parameters
        ----------
        thresholds : Floats
            Parcels [all scenarios, threshold].
        reach : Floats
            Parcels on either side within which the count may miss a threshold, of the same shape.
        most : Floats
            Most parcels that there can be [all scenarios].

        Returns
        -------
        Pieces
            As many in every scenario; empty ones beyond the most.
        """
        inner = thresholds[:, :, None] + reach[:, :, None] * KNOTS
        most = np.maximum(most, FEWEST)
        knots = np.sort(inner.reshape(len(most), -1), axis=1)
        ends = [np.zeros((len(most), 1)), knots, np.full((len(most), 1), np.inf)]
        edges = np.clip(np.concatenate(ends, axis=1), 0.0, most[:, None] * (1.0 + BEYOND))
        return cls(edges[:, :-1], edges[:, 1:])

    @property
    def reachable(self) -> Flags:
        """Whether a piece is more than a point [all scenarios, piece]."""
        return np.asarray(self.end - self.start > 0.5 * BEYOND * np.maximum(self.end, FEWEST))

    def lines(
        self, value: Callable[[Floats], Floats], *, favourable: bool, convex: bool = False
    ) -> tuple[Floats, Floats]:
        """Slope and level [all scenarios, piece] of the lines through a function at the knots.

        Parameters
        ----------
        value : callable
            The function of the expected parcels [all scenarios, place]; it may jump at a knot.
        favourable : bool
            True: lines that are nowhere below the function, which must be convex, or have a value
            per parcel that only rises or only falls.
        convex : bool
            Whether it is convex.

        Returns
        -------
        tuple[Floats, Floats]
            value = slope x parcels + level.
        """
        width = self.end - self.start
        inside = np.maximum(width, BEYOND)[:, :, None] * np.clip(WITHIN, BEYOND, 1.0 - BEYOND)
        places = self.start[:, :, None] + inside
        values = value(places.reshape(len(width), -1)).reshape(places.shape)
        slope = (values[:, :, -1] - values[:, :, 0]) / (places[:, :, -1] - places[:, :, 0])
        level = values[:, :, 0] - slope * places[:, :, 0]
        if favourable and not convex:  # the higher of the values per parcel at both ends
            per_parcel = values / np.maximum(places, BEYOND)
            slope = np.maximum(per_parcel[:, :, 0], per_parcel[:, :, -1])
            level = np.zeros_like(slope)
        if favourable:
            above = values - (slope[:, :, None] * places + level[:, :, None])
            level = level + np.maximum(above.max(axis=2), 0.0)
        return np.where(self.reachable, slope, 0.0), np.where(self.reachable, level, 0.0)


def convex_lines(threshold: Floats, deviation: Floats, count_z: float) -> tuple[Floats, Floats]:
    """Slope and level [scenario, line] of lines whose maximum is the mean excess.

    Parameters
    ----------
    threshold : Floats
        Parcels above which the excess counts [scenario].
    deviation : Floats
        Standard deviation of the parcels there [scenario].
    count_z : float
        Deviations around the threshold that have knots.

    Returns
    -------
    tuple[Floats, Floats]
        mean excess >= slope x parcels + level: no excess, lines that touch the mean at the knots,
        and what it is without randomness; in this order.
    """
    knots = count_z * FINE_KNOTS if deviation.any() else np.empty(0)
    z = np.concatenate([[-np.inf], knots, [np.inf]])
    slope = np.broadcast_to(ndtr(z), (len(threshold), len(z)))
    return slope, deviation[:, None] * _density(z) - threshold[:, None] * slope
