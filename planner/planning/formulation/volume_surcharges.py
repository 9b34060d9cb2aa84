"""Surcharges because of the shop's own volume, on the excess or on all parcels of a period."""

from __future__ import annotations

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.charges import VolumeSurcharge
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.volume_counts import (
    ContractVolume,
    PeriodOrders,
    Pieces,
    convex_lines,
    days_of_periods,
    deviation_at,
    mean_of_reached,
)
from planner.planning.formulation.volume_tiers import Choice
from planner.planning.milp.builder import MilpBuilder, Term


def add_surcharge(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    surcharge: VolumeSurcharge,
) -> list[Choice]:
    """Add a surcharge on the shop's own volume, for every period and scenario.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    carried : ContractVolume
        The contract's part of the orders.
    surcharge : VolumeSurcharge
        The clause.

    Returns
    -------
    list[Choice]
        The choice of a piece in every period, where all parcels pay.
    """
    choices = []
    for days, above in _surcharged(parameters, surcharge):
        counted = PeriodOrders.of(parameters, carried.handed, days)
        if not counted.orders.any():
            continue
        name = f"{surcharge.name} {carried.contract.name} {days[0]}"
        # of several periods taken as one, some may stay below
        if surcharge.on == "all" and above == surcharge.above_parcels:
            choices.append(_add_all(milp, parameters, carried, surcharge, counted, name=name))
        else:
            _add_excess(milp, parameters, carried, surcharge, counted, above=above, name=name)
    return choices


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


def _add_excess(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    surcharge: VolumeSurcharge,
    counted: PeriodOrders,
    *,
    above: float,
    name: str,
) -> None:
    """paid[s] >= slope x parcels[s] + level, for lines below the mean of max(count - above, 0).

    That mean is convex and never below what it is without randomness, which a lower bound takes.
    """
    deviation = deviation_at(parameters, counted, np.array([above]))[:, 0]
    if parameters.options.optimistic:
        deviation = np.zeros_like(deviation)
    reach = parameters.options.count_z * deviation
    s = np.flatnonzero(carried.most(parameters, counted.orders) > above - reach)
    lines = convex_lines(np.full(len(s), above), deviation[s], parameters.options.count_z)
    slope, level = (table[:, 1:] for table in lines)  # the first says no more than `paid` >= 0
    paid = milp.variables(f"paid {name}", len(s), unit=parameters.unit_orders, decision=True)
    row = np.arange(slope.size).reshape(slope.shape)
    parcels = -slope[:, :, None, None] * counted.orders[s][:, None]
    terms = [
        Term(row, paid[:, None]),
        Term(row[:, :, None, None], carried.mixed[None, None], parcels),
    ]
    milp.constraints("cover_surcharge", row.size, terms, lower=level.ravel())
    price = parameters.all_weights[s] * surcharge.per_parcel_minor
    milp.price("volume_surcharges", paid, price, s)


def _add_all(
    milp: MilpBuilder,
    parameters: Parameters,
    carried: ContractVolume,
    surcharge: VolumeSurcharge,
    counted: PeriodOrders,
    *,
    name: str,
) -> Choice:
    """All parcels of the period pay where their count exceeds the threshold.

    Exactly one piece of the range of expected parcels is chosen; the mean number of parcels that
    pay, E[count; count > above], is a line in it.
    """
    most = carried.most(parameters, counted.orders)
    above = np.full((len(most), 1), float(surcharge.above_parcels))
    reach = parameters.options.count_z * deviation_at(parameters, counted, above)
    pieces = Pieces.around(above, reach, most)

    def free(expected: Floats) -> Floats:
        deviation = deviation_at(parameters, counted, expected)
        # of whole parcels, half-way between the last that is free and the first that is not
        return -mean_of_reached(expected, above + np.minimum(deviation, 0.5), deviation)

    slope, level = pieces.lines(free, favourable=parameters.options.optimistic)
    choice = Choice.add(milp, parameters, carried, pieces, counted.orders, name=name)
    price = -parameters.all_weights[:, None] * surcharge.per_parcel_minor
    s = np.arange(len(most))[:, None]
    used = choice.used
    milp.price("volume_surcharges", choice.parcels, price * slope[:, used], s)
    milp.price("volume_surcharges", choice.z, price * level[:, used], s)
    return choice
