"""Platform clocks, transit times, booked people, money: small facts counted by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest
from scipy.stats import lognorm

from planner.domain.contracts import Contract, Tariff
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.money import to_major, to_minor
from planner.domain.platform import OrderHandlingCapacity, PlatformRule
from planner.domain.service_terms import ServiceTerms, Transit
from planner.domain.workforce import Crew

HORIZON = Horizon(datetime(2026, 11, 6), 7, HOUR_S, "Asia/Shanghai")  # a Friday


def test_hour_deadlines_with_a_longer_promise_for_one_region() -> None:
    """48 h for all, 72 h where that is promised."""
    rule = PlatformRule(
        name="x", counts="handover", deadline_hours=48, promise_hours={"xizang": 72}
    )
    deadlines = rule.deadlines(np.array([0, 10]), np.array([0, 1]), ("zhejiang", "xizang"), HORIZON)
    assert deadlines.tolist() == [48 * HOUR_S, 10 + 72 * HOUR_S]


def test_orders_beyond_a_declared_capacity_get_a_working_day_more() -> None:
    """From Tuesday to Wednesday; 24 h where the rule counts hours; nothing where nobody asks."""
    weekend = frozenset({date(2026, 11, 7), date(2026, 11, 8)})
    asked = OrderHandlingCapacity(extends_working_days=1)
    rule = PlatformRule(
        name="x",
        counts="handover",
        deadline_working_days=2,
        non_working=weekend,
        order_handling_capacity=asked,
    )
    friday = (np.array([5]), np.array([0]), ("a",), HORIZON)
    assert rule.deadlines(*friday).tolist() == [5 * DAY_S - 1]
    assert rule.extended().deadlines(*friday).tolist() == [6 * DAY_S - 1]
    hours = replace(rule, deadline_working_days=None, promise_hours={"b": 72.0})
    assert hours.extended().deadline_hours == 72
    assert hours.extended().promise_hours == {"b": 96}
    assert replace(rule, order_handling_capacity=None).extended().deadline_working_days == 2


def test_working_day_deadlines_skip_the_weekend() -> None:
    """Two working days after a Friday end on Tuesday's last second; after a Saturday too."""
    weekend = frozenset({date(2026, 11, 7), date(2026, 11, 8)})
    rule = PlatformRule(name="x", counts="first_scan", deadline_working_days=2, non_working=weekend)
    deadlines = rule.deadlines(np.array([5, DAY_S + 5]), np.array([0, 0]), ("a",), HORIZON)
    assert deadlines.tolist() == [5 * DAY_S - 1, 5 * DAY_S - 1]


@pytest.mark.parametrize(("paid", "amount"), [(1000, 500), (10_000, 1000), (100_000, 3000)])
def test_compensation_has_a_floor_and_a_cap(paid: int, amount: int) -> None:
    """10 % of what was paid, at least 5.00, at most 30.00."""
    rule = PlatformRule(
        name="x", counts="label", share_of_paid=0.1, floor_minor=500, cap_minor=3000
    )
    assert rule.compensation_minor(paid) == amount


def test_transit_has_the_stated_mean_and_p90() -> None:
    """The lognormal of a zone with mean 4 and p90 6 days has just these."""
    contract = Contract(
        name="c",
        label="c",
        tariff=Tariff(zones={}, rates={}),
        service=ServiceTerms(transit={"far": Transit(4, 6)}),
    )
    mu, sigma = contract.service.transit_lognormal("far")
    law = lognorm(sigma, scale=np.exp(mu))
    assert law.mean() == pytest.approx(4 * 86_400)
    assert law.ppf(0.9) == pytest.approx(6 * 86_400)


def test_zone_of_a_site_wins_over_the_general_one() -> None:
    """A row with a site is for that origin only."""
    contract = Contract(
        name="c",
        label="c",
        tariff=Tariff(zones={("", "r"): "far", ("yiwu", "r"): "near"}, rates={}),
    )
    assert (
        contract.zone("yiwu", "r"),
        contract.zone("chengdu", "r"),
        contract.zone("yiwu", "q"),
    ) == (
        "near",
        "far",
        None,
    )


def test_overtime_is_paid_beyond_the_regular_hours() -> None:
    """Ten paid hours at 24.00 with eight regular: 8 x 24 + 2 x 24 x 1.5 = 264.00."""
    crew = Crew(
        name="a",
        site="s",
        temporary=False,
        limit=10,
        wage_minor_per_hour=2400,
        overtime_factor=1.5,
        regular_hours=8,
    )
    assert crew.shift_cost_minor(10 * HOUR_S) == 26_400


def test_ramp_ends_at_its_last_value() -> None:
    """Speeds by day of tenure, then the last one for good."""
    crew = Crew(
        name="a", site="s", temporary=True, limit=10, wage_minor_per_hour=2400, ramp=(0.6, 0.8, 1.0)
    )
    assert [crew.speed(d) for d in (-1, 0, 1, 2, 9)] == [0.6, 0.6, 0.8, 1.0, 1.0]


def test_money_rounds_half_up_and_prints_its_currency() -> None:
    """0.125 CNY is 13 fen; yen have no minor unit."""
    assert to_minor("0.125", "CNY") == 13
    assert to_minor("0.5", "JPY") == 1
    assert str(to_major(1230, "CNY")) == "12.30"


NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"


@pytest.mark.parametrize(
    ("codes", "digits"),
    [(NO_DIGITS, 0), (THREE_DIGITS, 3), ("CLF UYW", 4), ("CNY USD EUR BRL THB XXX", 2)],
)
def test_every_currency_has_the_decimals_of_iso_4217(codes: str, digits: int) -> None:
    """One major unit is 10 to the number of decimals, there and back."""
    for code in codes.split():
        assert to_minor(1, code) == 10**digits
        assert str(to_major(10**digits, code)) == f"{1:.{digits}f}"
