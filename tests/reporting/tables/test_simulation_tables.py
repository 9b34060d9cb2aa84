"""The tables of a run, counted by hand from replications."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from planner.domain.costs import COST_NAMES, leftover_minor, simulated_costs
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, StockRow
from planner.domain.products import Product, Region
from planner.domain.records import Summary
from planner.domain.service_terms import Transit
from planner.domain.site import Collection, Process
from planner.domain.workforce import Crew, StaffRow
from planner.reporting.tables.method_tables import baselines_table
from planner.reporting.tables.order_table import orders_pieces
from planner.reporting.tables.plan_tables import hiring_table
from planner.reporting.tables.risks import risks_table, worst_mean
from planner.reporting.tables.simulation_tables import (
    costs_table,
    hourly_table,
    regions_table,
    replications_table,
)
from planner.reporting.tables.stock_table import stock_table
from planner.studies.certification.certificate import certify
from tests.builders import (
    STREAMS,
    a_contract,
    a_plan,
    a_problem,
    a_site,
    in_brief,
    orders_at,
    simulate,
    with_terms,
)


def shop(currency: str = "CNY") -> Problem:
    """One person packs an order a minute; a courier comes at 1 h; due after 6 hours; 8 % of 100.00
    if late.
    """
    return replace(
        a_problem(
            sites=(
                a_site(
                    Process(name="pack", orders_per_hour=60.0),
                    collections=(Collection("courier", HOUR_S),),
                ),
            ),
            regions=(Region("near", "近", 0.5), Region("far", "远", 0.5, remote=True)),
            products=(
                Product(
                    name="product",
                    label="P",
                    share=1.0,
                    weight_g=500.0,
                    paid_minor=10_000,
                    margin_minor=900,
                ),
            ),
            platform=PlatformRule(
                name="rule",
                counts="handover",
                deadline_hours=6,
                share_of_paid=0.08,
                threshold_late_share=0.04,
            ),
            contracts=(
                a_contract(
                    zones={("", "near"): "zone", ("", "far"): "zone"},
                    commitment_parcels=5,
                    shortfall_minor=70,
                ),
            ),
        ),
        currency=currency,
    )


def replication(problem: Problem, plan: Plan, *ordered_at: int) -> Summary:
    """One replication whose n-th order costs n major units to ship; odd orders are near, even ones
    far.
    """
    orders = orders_at(problem, *ordered_at)
    orders = replace(orders, region=np.array([k % 2 for k in range(len(ordered_at))], np.int16))
    records = simulate(problem, plan, orders, STREAMS)
    return in_brief(problem, records, 100 * np.arange(1, len(ordered_at) + 1))


def test_orders_left_in_the_building_are_charged_too() -> None:
    """Packed after the last collection, an order is still shipped some day and still costs its
    price.
    """
    problem = shop()
    plan = replace(a_plan(problem), signed=("courier",))
    summary = replication(problem, plan, 0, 10, problem.horizon.end_s - HOUR_S)
    costs = costs_table(problem, plan, [summary]).set_index("name")["amount"]
    assert costs["courier"] == Decimal("6.00")
    assert costs["shortfall"] == 2 * Decimal("0.70")


def test_stock_runs_out_in_some_replications_and_is_left_in_others() -> None:
    """Three units for two, three and four orders: left over 1, 0 and 0; one promotion in three asks
    for more. A unit left over costs 2.50, of which bringing it in was 1.00 and is paid anyway.
    """
    problem = shop()
    problem = replace(
        problem,
        products=(replace(problem.products[0], leftover_cost_minor=250),),
        sites=(replace(problem.sites[0], inbound_cost_minor=100),),
    )
    plan = replace(
        a_plan(problem), stock=(StockRow(problem.site_names[0], "product", 3),), signed=()
    )
    summaries = [replication(problem, plan, *range(0, 10 * n, 10)) for n in (2, 3, 4)]
    (row,) = stock_table(problem, plan, summaries).itertuples(index=False)
    assert row[2:] == (3, 0.333333, 0.33, Decimal("0.83"))
    costs = costs_table(problem, plan, summaries).set_index("name")["amount"]
    assert costs["stock"] == Decimal("3.00")
    assert costs["leftover"] == Decimal("0.50")
    unpriced = replace(problem, products=(replace(problem.products[0], leftover_cost_minor=None),))
    assert not simulated_costs(unpriced, plan, summaries)["leftover"].any()
    loses = replace(unpriced.products[0], leftover_loss_minor=70)
    assert leftover_minor(replace(problem, products=(loses,))).tolist() == [[170]]


def test_what_contracts_charge_and_give_back_has_its_own_names() -> None:
    """Three parcels for 6.00; over two contracts a surcharge of 2.00, discounts of 1.50 and 0.40
    and a refund of 0.30 are no part of that; a loss of 0.25 is expected. The total is their sum.
    """
    problem = shop()
    problem = replace(problem, contracts=(*problem.contracts, a_contract("other", zones={})))
    summary = replace(
        replication(problem, a_plan(problem), 0, 10, 20),
        period_minor=np.array([[200, -150, -30], [0, -40, 0]]),
        losses_minor=25,
    )
    plan = replace(a_plan(problem, staffing=()), signed=())
    costs = costs_table(problem, plan, [summary]).set_index("name")["amount"]
    assert list(costs.index) == list(COST_NAMES)
    assert costs[costs != 0].to_dict() == {
        "courier": Decimal("6.00"),
        "volume_surcharges": Decimal("2.00"),
        "volume_discounts": Decimal("-1.90"),
        "late_refunds": Decimal("-0.30"),
        "losses": Decimal("0.25"),
    }
    assert replications_table(problem, plan, [summary])["cost"].tolist() == [Decimal("6.05")]
    charged = regions_table(problem, [summary]).set_index("region")["cost_per_order"]
    assert charged.to_dict() == {"near": Decimal("2.00"), "far": Decimal("2.00")}


def test_a_committed_share_is_of_all_parcels_of_the_shop() -> None:
    """Four parcels, the courier has them all: half of all are two, none is missing.

    Another contract that is signed for 40 % (1.6, rounded up to two) and gets none misses two; an
    unsigned one misses nothing.
    """
    problem = shop()
    half = a_contract(
        zones=problem.contracts[0].tariff.zones, commitment_share=0.5, shortfall_minor=70
    )
    others = [
        a_contract(name, zones={}, commitment_share=0.4, shortfall_minor=300)
        for name in ("signed", "unsigned")
    ]
    problem = replace(problem, contracts=(half, *others))
    plan = replace(a_plan(problem), signed=("courier", "signed"))
    costs = costs_table(problem, plan, [replication(problem, plan, 0, 10, 20, 30)]).set_index(
        "name"
    )["amount"]
    assert costs["shortfall"] == Decimal("6.00")


def test_a_region_whose_orders_are_cancelled_is_not_on_time() -> None:
    """Two units in stock for four orders: the two cancelled ones fail their region."""
    problem = shop()
    plan = replace(a_plan(problem), stock=(StockRow("site", "product", 2),))
    table = regions_table(problem, [replication(problem, plan, 0, 10, 20, 40)]).set_index("region")
    assert table.loc["near", "on_time_share"] == 0.5
    assert table.loc["far", "on_time_share"] == 0.5
    assert table.loc["far", "remote"]


def test_days_in_transit_are_unknown_where_the_contract_states_none() -> None:
    """Empty, and not the delay to the first scan, where the zone has no transit; a number where it
    has.
    """
    problem = shop()
    plan = a_plan(problem)
    orders = (0, 10, 20, 40)
    unknown = regions_table(problem, [replication(problem, plan, *orders)]).set_index("region")
    assert unknown["transit_days"].tolist() == ["", ""]
    zones = set(problem.contracts[0].tariff.zones.values())
    timed = with_terms(
        problem.contracts[0], transit={zone: Transit(2.0, 3.0) for zone in sorted(zones)}
    )
    problem = replace(problem, contracts=(timed,))
    known = regions_table(problem, [replication(problem, plan, *orders)]).set_index("region")
    assert all(float(days) > 0 for days in known["transit_days"])


def test_the_share_on_time_is_the_mean_of_single_replications_everywhere() -> None:
    """One replication with one order, on time, and one with four of which two are cancelled: 0.75
    by region, as in the table of plans (3 of 5 would be 0.6). The far region ordered in the second
    alone, half of it cancelled.
    """
    problem = shop()
    plan = replace(a_plan(problem), stock=(StockRow("site", "product", 2),))
    replications = [replication(problem, plan, 0), replication(problem, plan, 0, 10, 20, 40)]
    table = regions_table(problem, replications).set_index("region")
    assert table["on_time_share"].to_dict() == {"near": 0.75, "far": 0.5}
    verdict = certify(problem, replications)
    assert baselines_table(problem, [(plan, verdict, replications)])[
        "on_time_share_mean"
    ].tolist() == [0.75]


def test_met_is_counted_in_whole_orders() -> None:
    """7 failed of 100 keeps 93 %, although 1 - 7 / 100 is a hair below 0.93 in floating point."""
    problem = replace(shop(), service=Service(0.93, 0.9))
    plan = a_plan(problem)
    summary = replace(replication(problem, plan, 0), orders=100, late_orders=7, cancelled=0)
    assert summary.on_time_share < 0.93
    assert replications_table(problem, plan, [summary])["met"].tolist() == [True]


def test_money_at_risk_is_in_whole_yen() -> None:
    """A currency without minor units: 800 yen of compensation stand as 800, in the value and in the
    words.
    """
    problem = shop("JPY")
    plan = a_plan(problem)
    late = replication(problem, plan, 2 * HOUR_S)
    found = risks_table(problem, plan, [late]).set_index("risk")
    assert found.loc["late_orders", "value"] == Decimal("800")
    assert "JPY 800" in found.loc["late_orders", "words"]


def test_the_worst_are_never_better_than_the_mean() -> None:
    """One bad replication of a hundred: its 95 % point is 0, the mean of the worst five is a fifth
    of it; of two equally bad the money is that of the same replications.
    """
    shares = np.zeros(100)
    shares[7] = 0.5
    assert worst_mean(shares) == 0.1 > shares.mean() > np.quantile(shares, 0.95)
    assert worst_mean(np.arange(20.0)) == 19.0
    assert worst_mean(np.arange(20.0), by=-np.arange(20.0)) == 0.0


def test_risks_too_small_to_speak_of_are_left_out() -> None:
    """No order late, nothing waiting: no risk with a figure of 0.00."""
    problem = shop()
    found = risks_table(problem, a_plan(problem), [replication(problem, a_plan(problem), 0)])
    assert list(found["risk"]) == []


def test_risks_speak_the_language_and_name_the_month() -> None:
    """Process, date and money of both sentences are as a reader of the language writes them."""
    problem = shop()
    plan = a_plan(problem)
    many = replication(problem, plan, *range(2 * HOUR_S, 2 * HOUR_S + 900))
    found = risks_table(problem, plan, [many]).set_index("risk")
    assert re.search((r"pack: one time in twenty more than [\d,]+ orders wait on \w{3} \d+ \w{3} "
                     r"\d\d:00"),
                     found.loc["bottleneck", "words"])  # fmt: skip
    assert re.search(
        r"打包：\d+月\d+日（周.）\d\d:00 二十次中有一次积压超过",
        found.loc["bottleneck", "words_zh"],
    )


def test_hourly_counts_add_up() -> None:
    """Arrivals less work done is the backlog, hour by hour; the quantiles of one replication are
    its own values.
    """
    problem = shop()
    table = hourly_table(problem, [replication(problem, a_plan(problem), 0, 10, HOUR_S + 5)])
    assert table["arrivals"].sum() == 3
    assert ((table["arrivals"] - table["done"]).cumsum() == table["backlog"]).all()
    assert (table["arrivals"] == table["arrivals_p95"]).all()


def test_every_order_is_a_row_with_its_moments() -> None:
    """Packed a minute after the order, handed over at one o'clock; what never came is empty."""
    problem = shop()
    records = simulate(
        problem, a_plan(problem), orders_at(problem, 0, problem.horizon.end_s - 1), STREAMS
    )
    (table,) = orders_pieces(problem, records)
    assert table.loc[0, "packed_at"].endswith("00:01:00")
    assert table.loc[0, "handed_over_at"].endswith("01:00:00")
    assert table["handed_over_at"].tolist()[1] == ""
    assert table["on_time"].tolist() == ["yes", ""]


def test_millions_of_orders_are_rows_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the size of the pieces, the rows are the same and counted through; no order: one
    piece without rows.
    """
    problem = shop()
    records = simulate(problem, a_plan(problem), orders_at(problem, *range(0, 7000, 700)), STREAMS)
    (whole,) = orders_pieces(problem, records)
    monkeypatch.setattr("planner.domain.records.BLOCK", 3)
    pieces = list(orders_pieces(problem, records))
    assert [len(piece) for piece in pieces] == [3, 3, 3, 1]
    assert pd.concat(pieces, ignore_index=True).equals(whole)
    assert whole["order"].tolist() == list(range(1, 11))
    nothing = simulate(problem, a_plan(problem), orders_at(problem), STREAMS)
    assert [len(piece) for piece in orders_pieces(problem, nothing)] == [0]


def test_bookings_say_by_when_to_decide() -> None:
    """Two temporaries from day 1 for two days, notice three days: 2 x (hire fee 7.00 + 2 x 8 h at
    10.00).
    """
    problem = replace(
        shop(),
        crews=(
            Crew(
                name="temp",
                site="site",
                temporary=True,
                limit=9,
                wage_minor_per_hour=1000,
                notice_days=3,
                hire_cost_minor=700,
            ),
        ),
    )
    shift = replace(problem.shifts[0], start_s=8 * HOUR_S, end_s=16 * HOUR_S)
    problem = replace(problem, shifts=(shift,), horizon=replace(problem.horizon, days=4))
    rows = tuple(
        StaffRow(
            day=day,
            site="site",
            process="pack",
            crew="temp",
            shift=shift.name,
            since_day=1,
            headcount=2,
        )
        for day in (1, 2)
    )
    plan = replace(a_plan(problem), staffing=rows)
    row = hiring_table(problem, plan).iloc[0]
    start = problem.horizon.start.date()
    assert (row["people"], row["days"], row["cost"]) == (2, 2, Decimal("334.00"))
    assert row["from"] == problem.horizon.date_of(1).isoformat()
    assert row["decide_by"] == (problem.horizon.at(-2 * DAY_S)).date().isoformat()
    assert str(start) < row["from"]
