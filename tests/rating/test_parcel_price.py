"""Prices of single parcels: invoices worked out by hand, and any contract against the slow
oracle.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planner.domain.contracts import Billable, Bracket, Contract, Hub, Rate
from planner.rating.parcel_price import REFUSALS, Parcels, PricedParcels, PriceTable, price_parcels
from planner.rating.price_arithmetic import billable_steps, share_of
from tests.rating.contract_builders import (
    EAST,
    FIRST_DATE,
    LETTER,
    PLACES,
    REGIONS,
    SITES,
    contract,
    parcel,
    parcels,
    surcharge,
)
from tests.rating.reference import Parcel, price

FAR_EAST = {("", "zhejiang"): "east", ("", "sichuan"): "east", ("", "xinjiang"): "far"}
EVERYTHING = contract(
    zones=FAR_EAST,
    minimum_charge_minor=200,
    discount=0.1,
    fuel=0.035,
    surcharges=(
        surcharge("remote", 300, ["xinjiang"]),
        surcharge("peak", 50, start="2026-11-10", end="2026-11-16"),
        surcharge("label", 5),
    ),
)


def one(chosen: Contract, sent: Parcel) -> PricedParcels:
    return price_parcels(chosen, parcels([sent]), PLACES)


# Each case: what is special, contract, parcel, lines in fen that are not zero. The arithmetic
# stands next to it.
INVOICES = [
    # 250 g is rounded up to 300 g: still the first bracket, 2.10
    ("first bracket", contract(), parcel(250), {"base": 210}),
    # 300 g lies on the edge of the bracket "up to 300 g" and belongs to it: 2.10
    ("edge of a bracket", contract(), parcel(300), {"base": 210}),
    # 301 g is rounded up to 400 g: second bracket, 2.60
    ("step crosses the edge", contract(), parcel(301), {"base": 260}),
    # 1001 g -> 1100 g, above the last bracket: 2.60 + ceil(100 / 1000) = 1 step of 0.80 = 3.40
    ("one begun step", contract(), parcel(1001), {"base": 340}),
    # 3000 g: 2.60 + ceil(2000 / 1000) = 2 steps of 0.80 = 4.20; a full step is not a new one
    ("full steps", contract(), parcel(3000), {"base": 420}),
    # 15000 cm3 / 6000 = 2.5 kg > 0.4 kg actual: 2.60 + ceil(1.5) = 2 steps of 0.80 = 4.20
    ("volume counts", contract(), parcel(400, 15_000), {"base": 420}),
    # 1801 cm3 * 1000 / 6000 = 300.17 g -> 400 g, not 300 g: 2.60
    ("volume a shade above the bracket", contract(), parcel(100, 1_801), {"base": 260}),
    # no divisor: 15000 cm3 do not count; 400 g: 2.60
    (
        "volume does not count",
        contract(billable=Billable(0, 100)),
        parcel(400, 15_000),
        {"base": 260},
    ),
    # 50 % off 10.00 is 5.00, the minimum charge 7.00 tops it up by 2.00
    (
        "minimum after discount",
        contract(
            rates={"east": Rate(zone="east", brackets=(Bracket(5000, 1000),))},
            discount=0.5,
            minimum_charge_minor=700,
        ),
        parcel(800),
        {"base": 1000, "discount": -500, "minimum": 200},
    ),
    # 15 % of 2.10 is 0.315, half up: 0.32 off
    (
        "discount rounded half up",
        contract(discount=0.15),
        parcel(250),
        {"base": 210, "discount": -32},
    ),
    # fuel 3.5 % of 2.60 = 0.091 -> 0.09
    ("fuel rounded down", contract(fuel=0.035), parcel(900), {"base": 260, "fuel": 9}),
    # fuel 2.5 % of 2.60 = 0.065 -> 0.07: exactly half goes up
    ("fuel exactly half", contract(fuel=0.025), parcel(900), {"base": 260, "fuel": 7}),
    # 20 % off 2.10 = 0.42 -> 1.68; minimum 2.00 tops up 0.32; fuel 10 % of 2.00 = 0.20
    (
        "fuel on the minimum charge",
        contract(discount=0.2, minimum_charge_minor=200, fuel=0.1),
        parcel(250),
        {"base": 210, "discount": -42, "minimum": 32, "fuel": 20},
    ),
    # 2300 g to the far zone: 12.00 + ceil(1.3) = 2 steps of 9.00 = 30.00; 10 % off = 3.00; fuel 3.5
    # % of 27.00 = 0.945 -> 0.95; remote 3.00, in the peak window 0.50, label 0.05: 31.50 in all
    (
        "everything at once",
        EVERYTHING,
        parcel(2300, region="xinjiang", on="2026-11-11"),
        {"base": 3000, "discount": -300, "fuel": 95, "remote": 300, "peak": 50, "label": 5},
    ),
    # the same to Zhejiang a day before the window: 2.60 + 2 * 0.80 = 4.20, - 0.42 = 3.78, fuel
    # 0.1323 -> 0.13, label
    (
        "neither remote nor peak",
        EVERYTHING,
        parcel(2300, on="2026-11-09"),
        {"base": 420, "discount": -42, "fuel": 13, "label": 5},
    ),
    # two surcharges of one name are one line: 0.50 + 0.30
    (
        "two windows of one name",
        contract(surcharges=(surcharge("peak", 50), surcharge("peak", 30, end="2026-11-09"))),
        parcel(250),
        {"base": 210, "peak": 80},
    ),
]


@pytest.mark.parametrize(
    ("chosen", "sent", "lines"), [c[1:] for c in INVOICES], ids=[c[0] for c in INVOICES]
)
def test_an_invoice_reads_as_worked_out_by_hand(
    chosen: Contract, sent: Parcel, lines: dict[str, int]
) -> None:
    """Every line of the invoice is the one that pencil and paper give, and the total is their
    sum.
    """
    priced = one(chosen, sent)
    amounts = dict(zip(priced.clauses, priced.amounts[:, 0].tolist(), strict=True))
    assert {name: amount for name, amount in amounts.items() if amount} == lines
    assert priced.total.tolist() == [sum(lines.values())]
    assert not priced.refused[0]


@pytest.mark.parametrize(
    ("on", "peak"),
    [
        ("2026-11-09", 0),
        ("2026-11-10", 50),
        ("2026-11-16", 50),
        ("2026-11-17", 0),
        ("2027-01-01", 0),
    ],
)
def test_a_dated_surcharge_counts_on_its_first_and_last_day(on: str, peak: int) -> None:
    """A peak surcharge is due from its first to its last day, both included, also beyond the
    horizon.
    """
    priced = one(EVERYTHING, parcel(250, on=on))
    assert priced.amounts[priced.clauses.index("peak"), 0] == peak


def test_clauses_stand_in_the_order_of_the_invoice() -> None:
    """Lines come as base, discount, minimum, fuel, then the surcharges as the contract lists
    them.
    """
    assert one(EVERYTHING, parcel(250)).clauses == (
        "base",
        "discount",
        "minimum",
        "fuel",
        "remote",
        "peak",
        "label",
    )


def test_too_heavy_for_the_last_bracket_is_refused_not_free() -> None:
    """Above the last bracket of a rate without first weight there is no price: refused, and
    infinite as a cost.
    """
    chosen = contract(
        zones={("", "zhejiang"): "letter"},
        minimum_charge_minor=500,
        surcharges=(surcharge("label", 5),),
    )
    sent = parcels([parcel(2000), parcel(2001)])
    priced = price_parcels(chosen, sent, PLACES)
    assert priced.refused.tolist() == [False, True]
    assert priced.total.tolist() == [505, 0]
    assert PriceTable(chosen, PLACES).cost(sent).tolist() == [505, np.inf]


@pytest.mark.parametrize("zones", [{}, {("", "sichuan"): "east"}, {("", "zhejiang"): "nowhere"}])
def test_a_lane_without_a_price_is_refused(zones: dict[tuple[str, str], str]) -> None:
    """A region without zone, and a zone without rate, are refused."""
    assert one(contract(zones=zones), parcel(250)).refused.all()


def test_a_contract_without_rates_refuses_everything() -> None:
    """Even a contract that has no rate at all prices without falling over."""
    assert one(contract(rates={}), parcel(250)).refused.all()


def test_a_zone_of_a_site_wins_over_the_zone_for_all_sites() -> None:
    """The same region may lie in another zone when another site ships."""
    chosen = contract(zones={("", "sichuan"): "far", ("chengdu", "sichuan"): "letter"})
    near, far = (replace(parcel(500, region="sichuan"), site=site) for site in ("chengdu", "yiwu"))
    assert price_parcels(chosen, parcels([near, far]), PLACES).total.tolist() == [333, 1200]


def test_no_parcels_cost_nothing() -> None:
    """An empty table is priced as an empty table."""
    priced = price_parcels(EVERYTHING, parcels([]), PLACES)
    assert priced.amounts.shape == (7, 0)
    assert len(priced.total) == 0


def test_shares_are_exact_where_binary_fractions_are_not() -> None:
    """0.285 * 100 is 28.499999999999996 in binary; the line still is the 29 that the contract
    means.
    """
    assert share_of(np.array([100]), 0.285).tolist() == [29]
    assert round(0.285 * 100) == 28


def test_billable_steps_never_rounds_up_by_accident() -> None:
    """0.1 kg steps are counted in whole numbers: 300 g stays 300 g, 1800 cm3 / 6000 stays 300 g."""
    weights, volumes = np.array([300, 0, 301, 0]), np.array([0, 1800, 0, 1801])
    assert billable_steps(Billable(6000, 100), weights, volumes).tolist() == [3, 3, 4, 4]


def test_the_order_of_brackets_in_the_file_does_not_matter() -> None:
    """Brackets are read by weight, however they are listed."""
    turned = contract(rates={"east": replace(EAST, brackets=EAST.brackets[::-1])})
    assert (
        one(turned, parcel(250)).total.tolist()
        == one(contract(), parcel(250)).total.tolist()
        == [210]
    )


def test_no_zone_in_the_middle_of_a_table_leaves_its_neighbours_alone() -> None:
    """Refusing one parcel does not touch the price of the others."""
    sent = [parcel(250), parcel(250, region="sichuan"), parcel(250)]
    priced = price_parcels(contract(zones={("", "zhejiang"): "east"}), parcels(sent), PLACES)
    assert priced.total.tolist() == [210, 0, 210]
    assert priced.refused.tolist() == [False, True, False]


def test_every_refusal_has_its_reason() -> None:
    """The reason is reported: the region is not served, or the parcel is too heavy for the contract
    or for its hub.
    """
    hub = Hub(hub_region="zhejiang", regions=frozenset({"xinjiang"}), up_to_g=1500)
    chosen = contract(zones={("", "zhejiang"): "letter"}, hub=hub)
    sent = [
        parcel(100, region="sichuan"),
        parcel(2001),
        parcel(1501, region="xinjiang"),
        parcel(2500, region="xinjiang"),
        parcel(1500, region="xinjiang"),
    ]
    refusal = price_parcels(chosen, parcels(sent), PLACES).refusal
    assert [REFUSALS[k] for k in refusal] == [
        "no zone for this region",
        "too heavy for the contract",
        "too heavy for the hub",
        "too heavy for the contract",
        "",
    ]


shares = st.integers(0, 1_000_000).map(lambda ppm: ppm / 1_000_000) | st.sampled_from(
    [0.0, 0.035, 0.285, 0.5, 1.0]
)
dates = st.integers(-3, 12).map(lambda d: FIRST_DATE + timedelta(days=d))
money = st.integers(0, 5_000)


@st.composite
def rates(draw: st.DrawFn, zone: str) -> Rate:
    edges = draw(st.lists(st.integers(1, 4000), max_size=4, unique=True))
    first_g = draw(st.sampled_from([0, 500, 1000, 1500]))
    return Rate(
        zone=zone,
        brackets=tuple(Bracket(edge, draw(money)) for edge in edges),
        first_g=first_g,
        first_price_minor=draw(money) if first_g else 0,
        step_g=draw(st.sampled_from([100, 333, 500, 1000])),
        step_price_minor=draw(money),
    )


@st.composite
def generated_contracts(draw: st.DrawFn) -> Contract:
    names = ["near", "far", "letter"][: draw(st.integers(1, 3))]
    lanes = st.tuples(st.sampled_from(["", *SITES]), st.sampled_from(REGIONS))
    windows = st.tuples(st.none() | dates, st.none() | dates)
    lines = st.lists(
        st.tuples(st.sampled_from(["peak", "remote", "label"]), st.integers(-50, 500), windows),
        max_size=4,
    )
    return contract(
        zones=draw(st.dictionaries(lanes, st.sampled_from([*names, "unpriced"]), min_size=1)),
        rates={name: draw(rates(name)) for name in names},
        billable=Billable(
            draw(st.sampled_from([0, 5000, 6000, 7777])),
            draw(st.sampled_from([1, 7, 100, 500, 1000])),
        ),
        minimum_charge_minor=draw(st.just(0) | money),
        discount=draw(shares),
        fuel=draw(shares),
        surcharges=tuple(
            replace(
                surcharge(name, amount, draw(st.frozensets(st.sampled_from(REGIONS)))),
                start=start,
                end=end,
            )
            for name, amount, (start, end) in draw(lines)
        ),
    )


generated_parcels = st.lists(
    st.builds(
        Parcel,
        st.sampled_from(SITES),
        st.sampled_from(REGIONS),
        st.integers(0, 9_000),
        st.integers(0, 60_000),
        dates,
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=400, deadline=None)
@given(generated_contracts(), generated_parcels)
def test_the_fast_price_is_the_slow_price_to_the_cent(chosen: Contract, sent: list[Parcel]) -> None:
    """Whatever the contract, every line of every parcel equals that of the oracle in Decimal."""
    priced = price_parcels(chosen, parcels(sent), PLACES)
    for j, row in enumerate(sent):
        expected = price(chosen, row)
        assert bool(priced.refused[j]) == (expected is None)
        amounts = dict(zip(priced.clauses, priced.amounts[:, j].tolist(), strict=True))
        assert amounts == (expected if expected is not None else dict.fromkeys(priced.clauses, 0))
        assert priced.total[j] == sum(amounts.values())


@settings(max_examples=100, deadline=None)
@given(generated_contracts(), generated_parcels)
def test_the_cost_of_a_parcel_is_its_total(chosen: Contract, sent: list[Parcel]) -> None:
    """The short way to a price gives the total of the long way, and infinity where the long way
    refuses.
    """
    priced = price_parcels(chosen, parcels(sent), PLACES)
    cost = PriceTable(chosen, PLACES).cost(parcels(sent))
    assert cost.tolist() == np.where(priced.refused, np.inf, priced.total).tolist()


@settings(max_examples=60, deadline=None)
@given(generated_contracts(), generated_parcels)
def test_many_parcels_are_priced_as_one_is(chosen: Contract, sent: list[Parcel]) -> None:
    """A parcel costs the same alone and among tens of thousands, where equal weights are priced
    once for all.
    """
    alone = price_parcels(chosen, parcels(sent), PLACES)
    crowd = parcels(sent)
    times = 60_000 // len(sent)
    columns = ("site", "region", "weight_g", "volume_cm3", "day")
    tiled = {name: np.tile(getattr(crowd, name), times) for name in columns}
    many = price_parcels(chosen, Parcels(**tiled), PLACES)
    assert np.array_equal(many.amounts, np.tile(alone.amounts, times))
    assert np.array_equal(many.total, np.tile(alone.total, times))
    assert np.array_equal(many.refused, np.tile(alone.refused, times))


@settings(max_examples=100, deadline=None)
@given(rates("east"), st.integers(1, 9000), st.integers(1, 9000))
def test_a_rate_that_rises_never_charges_less_for_more(
    rate: Rate, one_weight: int, other_weight: int
) -> None:
    """With brackets, first weight and steps in rising order of price, a heavier parcel never costs
    less.
    """
    prices = sorted([*(b.price_minor for b in rate.brackets), rate.first_price_minor])
    edges = sorted(b.to_g for b in rate.brackets)
    rising = replace(
        rate,
        brackets=tuple(Bracket(edge, p) for edge, p in zip(edges, prices, strict=False)),
        first_price_minor=prices[-1],
    )
    light, heavy = sorted((one_weight, other_weight))
    cost = PriceTable(contract(rates={"east": rising}), PLACES).cost(
        parcels([parcel(light), parcel(heavy)])
    )
    assert cost[0] <= cost[1]


def test_a_bracket_is_used_only_in_its_own_zone() -> None:
    """The brackets of the next zone do not catch parcels that are above the last bracket of their
    own.
    """
    chosen = contract(
        zones={("", "zhejiang"): "east", ("", "sichuan"): "letter"},
        rates={"east": EAST, "letter": LETTER},
    )
    sent = [parcel(1500), parcel(1500, region="sichuan"), parcel(2500, region="sichuan")]
    priced = price_parcels(chosen, parcels(sent), PLACES)
    assert priced.total.tolist() == [340, 333, 0]
    assert priced.refused.tolist() == [False, False, True]


def test_dates_before_the_horizon_are_dates_too() -> None:
    """Parcels of any date can be priced: day numbers may be negative."""
    early = replace(parcel(250), on=date(2026, 10, 1))
    chosen = contract(surcharges=(surcharge("autumn", 10, end="2026-10-31"),))
    assert one(chosen, early).total.tolist() == [220]
