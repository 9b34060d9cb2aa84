"""Clauses that depend on the day: a plan expects the bill of the day on which parcels leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.domain.charges import Surcharge, Tier, TieredDiscount, VolumeSurcharge
from planner.domain.demand import Baseline
from planner.domain.problem import Problem
from tests.studies.features.test_volume_thresholds import (
    contract,
    planned,
    simulated,
    with_contracts,
)

SECOND, THIRD = date(2026, 11, 11), date(2026, 11, 12)
ORDERS = np.tile(np.where(np.arange(24) < 21, 8.0, 0.0), 4)
ORDERS[46:48] = 180.0  # a live session on the second day, from 22:00 to midnight
ORDERS[48:72] /= 4


def evening_session(**terms: Any) -> Problem:
    """168, 168 and 42 orders on three days, and 360 on the second evening, which no collection of
    that day can take; `slow` is never worth it. A fourth day is the tail.
    """
    of = with_contracts(contract("fast", 300, 300, **terms), contract("slow", 900, 900))
    horizon = replace(of.horizon, days=4, tail_days=1)
    return replace(of, horizon=horizon, demand=replace(of.demand, baseline=Baseline(ORDERS)))


def above_300(on: Any = "excess", **dates: Any) -> VolumeSurcharge:
    """60 for each parcel above 300 of a day, or for all of such a day."""
    return VolumeSurcharge(
        name="busy", per_parcel_minor=60, above_parcels=300, per="day", on=on, **dates
    )


PEAK = Surcharge(name="peak", per_parcel_minor=60, start=THIRD, end=THIRD)


@pytest.mark.parametrize(
    ("terms", "name", "minor"),
    [
        ({"volume_surcharges": (above_300(),)}, "volume_surcharges", 60 * 102),
        (
            {"volume_surcharges": (above_300(start=THIRD, end=THIRD),)},
            "volume_surcharges",
            60 * 102,
        ),
        (
            {"volume_surcharges": (above_300("all", start=SECOND, end=SECOND),)},
            "volume_surcharges",
            0,
        ),
        (
            {"volume_discount": TieredDiscount((Tier(300, 0.2),), over="day")},
            "volume_discounts",
            -60 * 402,
        ),
        ({"surcharges": (PEAK,)}, "courier", 300 * 738 + 60 * 402),
    ],
)
def test_a_clause_of_the_day_is_planned_as_it_is_billed(
    terms: dict[str, Any], name: str, minor: int
) -> None:
    """402 parcels leave on the third day, though 42 are ordered then and 528 the day before. (In
    simulation some of them are late, and leave on the fourth.)
    """
    of = evening_session(**terms)
    plan = planned(of)
    bill = simulated(of, plan)[name]
    assert plan.costs[name] == pytest.approx(minor, abs=200)
    assert bill == pytest.approx(minor, abs=2_500)
