"""Invoices worked out by hand: contract, parcels, and what pencil and paper make of them, in words
next to each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pytest

from planner.domain.charges import Surcharge, Tier, TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Billable, Bracket, Contract, Hub, Rate
from planner.domain.service_terms import LateRefund
from planner.rating.invoice import invoice
from planner.rating.parcel_price import price_parcels
from tests.rating.contract_builders import FIRST_DATE, PLACES, contract, parcel, parcels, surcharge
from tests.rating.reference import Parcel

# EAST: 2.10 up to 300 g, 2.60 up to 1 kg, then 2.60 for the first kilogram and 0.80 per begun
# kilogram more; LETTER: 3.33 up to 2 kg, nothing above; FAR: 12.00 for the first kilogram, 9.00 per
# begun kilogram more.
TEN = {
    "east": Rate(zone="east", brackets=(Bracket(5000, 1000),))
}  # 10.00 whatever the weight, up to 5 kg
TO_FAR = {("", "zhejiang"): "east", ("", "sichuan"): "east", ("", "xinjiang"): "far"}
ONWARD = Rate(
    zone="onward",
    brackets=(Bracket(500, 400),),
    first_g=500,
    first_price_minor=400,
    step_g=500,
    step_price_minor=150,
)  # 4.00 up to 500 g, 1.50 per begun 500 g more
XIAN = Hub(
    hub_region="sichuan",
    regions=frozenset({"xinjiang"}),
    fee_minor=60,
    onward=ONWARD,
    subsidy_minor=450,
)


@dataclass(frozen=True)
class Case:
    """`lines`: those of the invoice that are not zero, in fen; `options` of `invoice`."""

    name: str
    arithmetic: str
    contract: Contract
    sent: Sequence[Parcel]
    lines: dict[str, int]
    refused: int = 0
    options: dict[str, Any] = field(default_factory=dict)


def ten(**clauses: Any) -> Contract:
    return contract(rates=TEN, **clauses)


def days(*counts: tuple[str, int]) -> list[Parcel]:
    """So many parcels of 100 g on each date."""
    return [parcel(100, on=on) for on, n in counts for _ in range(n)]


def tiers(*rows: tuple[int, float, int], **options: Any) -> TieredDiscount:
    return TieredDiscount(tuple(Tier(*row) for row in rows), **options)


def weekly(amount: int, above: int, **options: Any) -> VolumeSurcharge:
    return VolumeSurcharge(name="own peak", per_parcel_minor=amount, above_parcels=above, **options)


NINTH = "2026-11-09"  # a Monday

CASES = [
    Case(
        "minimum charge",
        "2.10 less 20 % (0.42) is 1.68; the minimum charge of 2.00 tops it up by 0.32: 2.00",
        contract(discount=0.2, minimum_charge_minor=200),
        [parcel(250)],
        {"base": 210, "discount": -42, "minimum": 32},
    ),
    Case(
        "discount and minimum charge",
        "50 % off 10.00 is 5.00; the minimum of 7.00 tops it up by 2.00: pays 7.00",
        ten(discount=0.5, minimum_charge_minor=700),
        [parcel(250)],
        {"base": 1000, "discount": -500, "minimum": 200},
    ),
    Case(
        "minimum of the zone",
        "2.10 is below the zone's 2.50 (the contract's 2.00 is smaller): 0.40 more",
        contract(
            minimum_charge_minor=200,
            rates={
                "east": Rate(
                    zone="east",
                    brackets=(Bracket(300, 210),),
                    first_g=1000,
                    first_price_minor=260,
                    step_g=1000,
                    step_price_minor=80,
                    minimum_minor=250,
                )
            },
        ),
        [parcel(250)],
        {"base": 210, "minimum": 40},
    ),
    Case(
        "minimum of the contract above that of the zone",
        "2.10 is below the contract's 2.70 (the zone's 2.50 is smaller): 0.60 more",
        contract(
            minimum_charge_minor=270,
            rates={
                "east": Rate(
                    zone="east",
                    brackets=(Bracket(300, 210),),
                    first_g=1000,
                    first_price_minor=260,
                    step_g=1000,
                    step_price_minor=80,
                    minimum_minor=250,
                )
            },
        ),
        [parcel(250)],
        {"base": 210, "minimum": 60},
    ),
    Case(
        "all units, one parcel below the tier",
        "3 x 10.00, the tier begins at 4: no discount",
        ten(volume_discount=tiers((0, 0.0, 0), (4, 0.1, 0))),
        days((NINTH, 3)),
        {"base": 3000},
    ),
    Case(
        "all units, exactly at the tier",
        "4 x 10.00 = 40.00, the tier at 4 takes 10 % off every one: 4 x 1.00 = 4.00 off",
        ten(volume_discount=tiers((0, 0.0, 0), (4, 0.1, 0))),
        days((NINTH, 4)),
        {"base": 4000, "volume_discount": -400},
    ),
    Case(
        "incremental",
        (
            "5 x 10.00; parcels 1 and 2 have no discount, 3 and 4 have 10 % (1.00 each), the 5th "
            "20 % "
            "(2.00): 4.00 off"
        ),
        ten(volume_discount=tiers((3, 0.1, 0), (5, 0.2, 0), kind="incremental")),
        days((NINTH, 5)),
        {"base": 5000, "volume_discount": -400},
    ),
    Case(
        "incremental counts by day, then by row",
        (
            "the 10.00 of the 9th comes first though it stands last; the 2.60 of the 10th is the "
            "second and has 10 %: 0.26"
        ),
        contract(
            zones={("", "zhejiang"): "east", ("", "sichuan"): "ten"},
            rates={
                "east": Rate(zone="east", brackets=(Bracket(1000, 260),)),
                "ten": Rate(zone="ten", brackets=(Bracket(1000, 1000),)),
            },
            volume_discount=tiers((2, 0.1, 0), kind="incremental"),
        ),
        [parcel(100, on="2026-11-10"), parcel(100, region="sichuan", on=NINTH)],
        {"base": 1260, "volume_discount": -26},
    ),
    Case(
        "rebate",
        "3 x 10.00; from 3 on 5 % (0.50) and 0.30 besides, for each: 1.50 and 0.90 off",
        ten(volume_discount=tiers((3, 0.05, 30))),
        days((NINTH, 3)),
        {"base": 3000, "volume_discount": -150, "volume_rebate": -90},
    ),
    Case(
        "discount of the tier is rounded parcel by parcel",
        "2.5 % of 2.60 is 0.065, half up 0.07; three of them 0.21, not 0.20",
        contract(volume_discount=tiers((0, 0.025, 0))),
        [parcel(900)] * 3,
        {"base": 780, "volume_discount": -21},
    ),
    Case(
        "discount on the whole price",
        "10.00 + label 0.50 = 10.50; 10 % off all of it is 1.05 (off the base it would be 1.00)",
        ten(volume_discount=tiers((0, 0.1, 0), on="all"), surcharges=(surcharge("label", 50),)),
        [parcel(100)],
        {"base": 1000, "label": 50, "volume_discount": -105},
    ),
    Case(
        "months, with other parcels first",
        (
            "November has 2 + 1 other = 3 parcels, below 4; December 3 + 1 = 4: 10 % off its "
            "three, "
            "3.00"
        ),
        ten(volume_discount=tiers((4, 0.1, 0), over="month", other_parcels=1)),
        days(("2026-11-29", 1), ("2026-11-30", 1), ("2026-12-01", 3)),
        {"base": 5000, "volume_discount": -300},
    ),
    Case(
        "incremental with other parcels first",
        "2 others count first, so our two are the 3rd and the 4th; from 4 on 10 %: 1.00",
        ten(volume_discount=tiers((4, 0.1, 0), kind="incremental", other_parcels=2)),
        days((NINTH, 2)),
        {"base": 2000, "volume_discount": -100},
    ),
    Case(
        "shortfall by count",
        "2 of 5 promised parcels: 3 short at 0.80 = 2.40",
        ten(commitment_parcels=5, shortfall_minor=80),
        days((NINTH, 2)),
        {"base": 2000, "shortfall": 240},
    ),
    Case(
        "shortfall by share",
        (
            "30 % of the shop's 11 parcels is 3.3, rounded up 4 promised; 2 came, 2 short at 0.80 "
            "= "
            "1.60"
        ),
        ten(commitment_share=0.3, shortfall_minor=80),
        days((NINTH, 2)),
        {"base": 2000, "shortfall": 160},
        options={"all_parcels": 11},
    ),
    Case(
        "volume counts as weight",
        "15,000 cm3 / 6,000 = 2.5 kg, more than 0.4 kg: 2.60 + 2 begun kilograms x 0.80 = 4.20",
        contract(),
        [parcel(400, 15_000)],
        {"base": 420},
    ),
    Case(
        "free grams",
        (
            "steps of 1 kg, 50 g free: 1,050 g are one step (2.60), 1,051 g two (3.40), 30 g still "
            "pay the first (2.60)"
        ),
        contract(billable=Billable(0, 1000, 50)),
        [parcel(1050), parcel(1051), parcel(30)],
        {"base": 860},
    ),
    Case(
        "free grams of volume",
        "6,300 cm3 / 6,000 = 1.05 kg: with 50 g free one step (2.60); 6,301 cm3 are two (3.40)",
        contract(billable=Billable(6000, 1000, 50)),
        [parcel(100, 6300), parcel(100, 6301)],
        {"base": 600},
    ),
    Case(
        "first and additional weight",
        "2,300 g to the far zone: 12.00 + 2 begun kilograms x 9.00 = 30.00",
        contract(zones=TO_FAR),
        [parcel(2300, region="xinjiang")],
        {"base": 3000},
    ),
    Case(
        "edge of a bracket",
        "300 g belong to `up to 300 g`: 2.10",
        contract(),
        [parcel(300)],
        {"base": 210},
    ),
    Case(
        "a gram above the edge",
        "301 g in steps of a gram are in the next bracket: 2.60",
        contract(billable=Billable(0, 1)),
        [parcel(301)],
        {"base": 260},
    ),
    Case(
        "fuel exactly half",
        "2.5 % of 2.60 is 0.065: half up, 0.07",
        contract(fuel=0.025),
        [parcel(900)],
        {"base": 260, "fuel": 7},
    ),
    Case(
        "surcharge by share",
        (
            "10.00 less 10 % = 9.00; fuel 5 % = 0.45; peak 8 % of 9.00 (not of the fuel) = 0.72, "
            "and "
            "0.30: 1.02"
        ),
        ten(
            discount=0.1,
            fuel=0.05,
            surcharges=(Surcharge(name="peak", per_parcel_minor=30, share=0.08),),
        ),
        [parcel(100)],
        {"base": 1000, "discount": -100, "fuel": 45, "peak": 102},
    ),
    Case(
        "share of the minimum charge",
        "2.10 is topped up to 3.00 by 0.90; 25 % of 3.00 = 0.75",
        contract(minimum_charge_minor=300, surcharges=(Surcharge(name="peak", share=0.25),)),
        [parcel(250)],
        {"base": 210, "minimum": 90, "peak": 75},
    ),
    Case(
        "oversize by weight and by volume",
        (
            "over 3 kg or 20,000 cm3: 3,000 g and 20,000 cm3 are not, 3,001 g is, 20,001 cm3 is: "
            "2 x "
            "4.00; 4 x 10.00 base"
        ),
        ten(
            billable=Billable(0, 1),
            surcharges=(
                Surcharge(name="oversize", per_parcel_minor=400, over_g=3000, over_cm3=20_000),
            ),
        ),
        [parcel(3000), parcel(100, 20_000), parcel(3001), parcel(100, 20_001)],
        {"base": 4000, "oversize": 800},
    ),
    Case(
        "remote list",
        "Xinjiang is on the list, Zhejiang is not: once 3.00",
        ten(surcharges=(surcharge("remote", 300, ["xinjiang"]),)),
        [parcel(100), parcel(100, region="xinjiang")],
        {"base": 2000, "remote": 300},
    ),
    Case(
        "peak from its first to its last day",
        "9th and 13th lie outside, 10th and 12th are first and last day: 2 x 0.50",
        ten(surcharges=(surcharge("peak", 50, start="2026-11-10", end="2026-11-12"),)),
        days((NINTH, 1), ("2026-11-10", 1), ("2026-11-12", 1), ("2026-11-13", 1)),
        {"base": 4000, "peak": 100},
    ),
    Case(
        "own volume, excess of a week",
        (
            "the week from the 9th has 3 + 2 = 5, 2 beyond 3; Monday the 16th begins the next "
            "with 3: "
            "2 x 0.40"
        ),
        ten(volume_surcharges=(weekly(40, 3),)),
        days((NINTH, 3), ("2026-11-15", 2), ("2026-11-16", 3)),
        {"base": 8000, "own peak": 80},
    ),
    Case(
        "own volume, all of a week",
        "5 in the week are above 3: each of them pays 0.40; the 3 of the next week do not",
        ten(volume_surcharges=(weekly(40, 3, on="all"),)),
        days((NINTH, 3), ("2026-11-15", 2), ("2026-11-16", 3)),
        {"base": 8000, "own peak": 200},
    ),
    Case(
        "over-allotment: excess of a day",
        (
            "allotment of 2 a day: 3 on the 9th is 1 beyond, 2 on the 10th none, 4 on the 11th 2: "
            "3 x "
            "1.50"
        ),
        ten(allotment_per_day=2, volume_surcharges=(weekly(150, 2, per="day"),)),
        days((NINTH, 3), ("2026-11-10", 2), ("2026-11-11", 4)),
        {"base": 9000, "own peak": 450},
    ),
    Case(
        "own volume, all of a day",
        "only the 4 of the 11th are above 3, each pays 0.20",
        ten(volume_surcharges=(weekly(20, 3, per="day", on="all"),)),
        days((NINTH, 3), ("2026-11-11", 4)),
        {"base": 7000, "own peak": 80},
    ),
    Case(
        "own volume, only between two days",
        "of the week only the 10th and 11th count: 1 + 3 = 4, 2 beyond 2: 2 x 0.40",
        ten(volume_surcharges=(weekly(40, 2, start=date(2026, 11, 10), end=date(2026, 11, 11)),)),
        days((NINTH, 3), ("2026-11-10", 1), ("2026-11-11", 3), ("2026-11-12", 1)),
        {"base": 8000, "own peak": 80},
    ),
    Case(
        "collection fee and fixed fee",
        "3 vehicles at 25.00 = 75.00, and 500.00 fixed",
        ten(collection_fee_minor=2500, fixed_fee_minor=50_000),
        days((NINTH, 1)),
        {"base": 1000, "collection_fees": 7500, "fixed_fee": 50_000},
        options={"collections": 3},
    ),
    Case(
        "hub",
        "billed as to Sichuan: 2.60 + 2 begun kilograms x 0.80 = 4.20, remote of Sichuan 1.00 "
        "(not that of Xinjiang); "
        "fee 0.60; onward 2,300 g: 4.00 + 4 x 1.50 = 10.00 less the subsidy of 4.50",
        contract(
            zones=TO_FAR,
            hub=XIAN,
            surcharges=(surcharge("wide", 100, ["sichuan"]), surcharge("far", 300, ["xinjiang"])),
        ),
        [parcel(2300, region="xinjiang")],
        {"base": 420, "wide": 100, "hub_fee": 60, "hub_onward": 1000, "hub_subsidy": -450},
    ),
    Case(
        "the subsidy is no more than the way on",
        "250 g: leg 1 2.10, fee 0.60, onward 4.00, subsidy 4.50 but at most 4.00",
        contract(zones=TO_FAR, hub=XIAN),
        [parcel(250, region="xinjiang")],
        {"base": 210, "hub_fee": 60, "hub_onward": 400, "hub_subsidy": -400},
    ),
    Case(
        "too heavy for the hub",
        "the hub takes 2,000 g: 2,000 g go (2.60 + 0.80 = 3.40, onward 4.00 + 3 x 1.50 = 8.50), "
        "2,001 g are refused; "
        "direct they cost 4.20",
        contract(
            zones=TO_FAR,
            hub=Hub(
                hub_region="sichuan", regions=frozenset({"xinjiang"}), onward=ONWARD, up_to_g=2000
            ),
        ),
        [parcel(2000, region="xinjiang"), parcel(2001, region="xinjiang"), parcel(2001)],
        {"base": 340 + 420, "hub_onward": 850},
        refused=1,
    ),
    Case(
        "late refund",
        "10.00 + label 0.05 = 10.05; 50 % of the late one is 5.025, half up 5.03",
        ten(surcharges=(surcharge("label", 5),), late_refund=LateRefund(0.5, {"east": 3.0})),
        days((NINTH, 2)),
        {"base": 2000, "label": 10, "late_refund": -503},
        options={"late": np.array([False, True])},
    ),
    Case(
        "a currency without minor digits",
        (
            "2,105 yen less 15 % = 315.75, half up 316; fuel 3 % of 1,789 = 53.67, half up 54: "
            "1,843 "
            "yen"
        ),
        contract(
            rates={"east": Rate(zone="east", brackets=(Bracket(1000, 2105),))},
            discount=0.15,
            fuel=0.03,
        ),
        [parcel(800)],
        {"base": 2105, "discount": -316, "fuel": 54},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_an_invoice_is_the_one_worked_out_by_hand(case: Case) -> None:
    """Every line that is not zero is the one of the arithmetic, and the total is their sum."""
    sent = parcels(case.sent)
    found = invoice(
        case.contract,
        price_parcels(case.contract, sent, PLACES),
        sent.day,
        FIRST_DATE,
        **case.options,
    )
    assert {name: amount for name, amount in found.lines.items() if amount} == case.lines, (
        case.arithmetic
    )
    assert found.total == sum(case.lines.values())
    assert (found.parcels, found.refused) == (len(case.sent) - case.refused, case.refused)


def test_tiers_tell_the_period_and_the_parcels_counted() -> None:
    """November reaches no tier, December the first; the other parcels are counted."""
    case = next(c for c in CASES if c.name == "months, with other parcels first")
    sent = parcels(case.sent)
    found = invoice(case.contract, price_parcels(case.contract, sent, PLACES), sent.day, FIRST_DATE)
    assert [(t.period.isoformat(), t.parcels, t.tier) for t in found.tiers] == [
        ("2026-11-01", 3, -1),
        ("2026-12-01", 4, 0),
    ]
