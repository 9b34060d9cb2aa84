"""What every number of a contract is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace

import pandas as pd
import pytest

from planner.domain.charges import Surcharge, Tier, TieredDiscount, VolumeSurcharge
from planner.domain.contracts import Billable, Bracket, Commitment, Contract, Hub, Rate, Tariff
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.service_terms import LateRefund, ScanDelay, ServiceTerms, Transit
from planner.studies.contracts.alternatives import Alternative, planned_alternatives
from planner.studies.contracts.carriage import carry
from planner.studies.contracts.carrier_only import packed_at_once
from planner.studies.contracts.clause_sensitivity import (
    COLUMNS,
    ClauseChange,
    changes_of,
    clause_values,
    every_change,
    price_step,
    quoted_price,
    shifted,
)
from planner.studies.runs.run_context import RunContext
from tests.builders import with_terms
from tests.rating.builders import promotion
from tests.rating.contract_builders import EAST, REGIONS, contract

ALONE = RunContext()
Path = tuple[str | int, ...]

# a number in every place where a contract can have one
FULL = contract(
    name="full",
    zones={("", "zhejiang"): "east", ("", "sichuan"): "far"},
    rates={
        "east": Rate(
            zone="east",
            brackets=(Bracket(300, 210), Bracket(1000, 260)),
            first_g=1000,
            first_price_minor=260,
            step_g=1000,
            step_price_minor=80,
            minimum_minor=190,
        ),
        "far": Rate(
            zone="far",
            brackets=(),
            first_g=1000,
            first_price_minor=1200,
            step_g=1000,
            step_price_minor=900,
            minimum_minor=700,
        ),
    },
    billable=Billable(6000, 100, 30, 1000, 0.5),
    minimum_charge_minor=180,
    discount=0.10,
    fuel=0.05,
    surcharges=(
        Surcharge(
            name="bulky",
            per_parcel_minor=150,
            share=0.02,
            over_g=5000,
            over_cm3=60_000,
            residential_share=0.6,
            fuel=True,
        ),
    ),
    volume_surcharges=(VolumeSurcharge(name="rush", per_parcel_minor=60, above_parcels=500),),
    volume_discount=TieredDiscount((Tier(400, 0.02, 5), Tier(1000, 0.04, 10)), other_parcels=100),
    commitment_parcels=500,
    commitment_share=0.2,
    shortfall_minor=70,
    allotment_per_day=600,
    collection_fee_minor=900,
    fixed_fee_minor=5000,
    scan_delay=ScanDelay(7200, 14_400),
    scan_delay_by_zone={"far": ScanDelay(10_800, 21_600)},
    transit={"east": Transit(1.5, 2.0), "far": Transit(3.0, 5.0)},
    loss_share=0.002,
    liability_minor=3000,
    late_refund=LateRefund(0.2, {"east": 3.0, "far": 6.0}),
    hub=Hub(
        hub_region="sichuan",
        regions=frozenset({"xinjiang"}),
        fee_minor=100,
        onward=Rate(
            zone="onward",
            brackets=(Bracket(500, 300),),
            first_g=1000,
            first_price_minor=400,
            step_g=1000,
            step_price_minor=200,
            minimum_minor=250,
        ),
        subsidy_minor=150,
        up_to_g=5000,
        onward_days=Transit(4.0, 7.0),
    ),
)
# numbers that are not changed, and why
GRID = "a price stands next to every edge of the carrier's grid of weights, and prices are changed"
UNCHANGED = {
    ("tariff", "billable", "step_g"): GRID,
    ("tariff", "rates", "to_g"): GRID,
    ("tariff", "rates", "first_g"): GRID,
    ("tariff", "rates", "step_g"): GRID,
    ("hub", "onward", "to_g"): GRID,
    ("hub", "onward", "first_g"): GRID,
    ("hub", "onward", "step_g"): GRID,
    ("volume", "discount", "other_parcels"): "a fact of the shop, not of the contract",
    (
        "tariff",
        "surcharges",
        "residential_share",
    ): "a fact of the shop's customers, not of the contract",
}
TOGETHER = {"median_s", "p95_s", "mean_days", "p90_days"}
PRICES = {"price_minor", "first_price_minor"}


def numbers(thing: object, path: Path = ()) -> dict[Path, float]:
    """Every number within, by its path."""
    parts: list[tuple[str | int, object]]
    if isinstance(thing, (int, float)):
        return {path: thing}
    if is_dataclass(thing):
        parts = [(f.name, getattr(thing, f.name)) for f in fields(thing)]
    elif isinstance(thing, dict):
        parts = list(thing.items())
    elif isinstance(thing, tuple):
        parts = list(enumerate(thing))
    else:
        return {}
    return {p: number for key, part in parts for p, number in numbers(part, (*path, key)).items()}


def named(path: Path) -> tuple[str, ...]:
    """A path without the names of zones and the places in a row."""
    return tuple(k for k in path if isinstance(k, str) and k not in FULL.tariff.rates)


def excepted(path: Path) -> bool:
    fields_of = named(path)
    return any(
        fields_of[: len(key) - 1] == key[:-1] and fields_of[-1] == key[-1] for key in UNCHANGED
    )


def touched(problem: Problem, change: ClauseChange) -> set[Path]:
    """Paths of the contract's numbers that a change alters."""
    before = numbers(problem.contract(change.contract))
    after = numbers(change.vary(problem).contract(change.contract))
    assert before.keys() == after.keys()
    return {path for path, number in before.items() if after[path] != number}


def together(contracts: Sequence[Contract], problem: Problem | None = None) -> Alternative:
    """The contracts as the study has them, planned."""
    return planned_alternatives(problem or promotion([]), contracts, ALONE)[-1]


def values(
    contracts: Sequence[Contract], problem: Problem | None = None, most: int | None = None
) -> pd.DataFrame:
    table = clause_values(together(contracts, problem), 2, 5, most, ALONE)
    assert tuple(table.columns) == COLUMNS
    return table.set_index(["contract", "clause"])


def test_the_full_contract_has_every_number() -> None:
    """The contract of these tests has a number other than 0 wherever a contract can have one."""
    there = numbers(FULL)
    assert all(there[path] for path in there)
    for kind in (
        Tariff,
        ServiceTerms,
        Commitment,
        Billable,
        Rate,
        Bracket,
        Surcharge,
        VolumeSurcharge,
        Tier,
        TieredDiscount,
        Hub,
        Transit,
        ScanDelay,
    ):
        money = {f.name for f in fields(kind) if str(f.type) in ("int", "float", "int | None")}
        assert money <= {str(path[-1]) for path in there}, kind


def test_every_number_of_a_contract_is_changed() -> None:
    """No number of a contract is left without a change, but those listed with the reason why."""
    problem = packed_at_once(promotion([]), [FULL])
    changed = set().union(*(touched(problem, change) for change in changes_of(problem, FULL)))
    left = {path for path in numbers(FULL) if path not in changed}
    assert {path for path in left if not excepted(path)} == set()
    assert not any(excepted(path) for path in changed)
    assert all(any(named(path)[-1] == key[-1] for path in left) for key in UNCHANGED)


def test_a_change_is_of_one_number() -> None:
    """Each change alters a single number; prices of a rate change together, and so do both figures
    of a delay.
    """
    problem = packed_at_once(promotion([]), [FULL])
    for change in changes_of(problem, FULL):
        paths = touched(problem, change)
        kinds = {path[-1] for path in paths}
        if change.unit == "collections":
            assert paths == set()
            visits = [
                sum(len(s.collections) for s in p.sites) for p in (problem, change.vary(problem))
            ]
            assert visits[1] - visits[0] == 1
        elif len(paths) > 1:
            assert kinds <= TOGETHER or kinds <= PRICES, change.clause
            assert len({named(path)[:-1] for path in paths}) == 1 or kinds <= PRICES
        else:
            assert len(paths) == 1, change.clause


def test_a_change_says_what_it_does() -> None:
    """`now` and `changed` are the numbers in the contract before and after (money in major units,
    delays in hours).
    """
    problem = packed_at_once(promotion([]), [FULL])
    per_unit = {"CNY": 100, "h": 3600}
    for change in changes_of(problem, FULL):
        before = numbers(problem.contract("full"))
        after = numbers(change.vary(problem).contract("full"))
        pairs = {(before[p], after[p]) for p in touched(problem, change)}
        factor = per_unit.get(change.unit, 1)
        reported = (round(change.now * factor, 6), round(change.changed * factor, 6))
        if change.clause.endswith(
            "fuel on it"
        ):  # fuel is charged on it or not: the share of fuel is what changes
            assert (pairs, reported[1]) == ({(True, False)}, 0.0)
        else:
            assert reported in pairs or change.unit == "collections", change.clause
        assert reported[0] != reported[1]


def test_no_two_changes_have_the_same_words() -> None:
    """A row is known by contract, clause and unit."""
    problem = packed_at_once(promotion([]), [FULL])
    words = [(change.clause, change.unit) for change in changes_of(problem, FULL)]
    assert len(set(words)) == len(words)


def test_numbers_that_are_not_there_are_not_changed() -> None:
    """A plain contract has its prices and a collection to change; nothing that is 0 becomes a
    clause.
    """
    plain = contract(name="plain", rates={"east": EAST}, billable=Billable())
    problem = packed_at_once(promotion([plain]), [plain])
    clauses = [change.clause for change in changes_of(problem, plain)]
    assert clauses[0] == "base price, all zones (quoted: east up to 300 g)"
    assert set(clauses[1:]) == {
        ("one more collection at yiwu, "
        "22:00"), "one more collection at chengdu, 22:00", "additional weight, zone east"
    }  # fmt: skip


def test_a_collection_near_the_evening_is_the_evenings() -> None:
    """Where the carrier comes at 22:00 already, none is added."""
    problem = packed_at_once(promotion([FULL]), [FULL])
    late = replace(
        problem,
        sites=tuple(
            replace(s, collections=tuple(replace(c, at_s=22 * 3600 + 600) for c in s.collections))
            for s in problem.sites
        ),
    )
    assert "collections" in {change.unit for change in changes_of(problem, FULL)}
    assert "collections" not in {change.unit for change in changes_of(late, FULL)}


def test_a_vehicle_with_a_limit_gets_room() -> None:
    """The capacity of every collection of the contract at one site, a quarter more; the others
    stay.
    """
    problem = promotion([FULL])
    tight = replace(
        problem,
        sites=tuple(
            replace(s, collections=tuple(replace(c, capacity_parcels=200) for c in s.collections))
            for s in problem.sites
        ),
    )
    change = next(
        c for c in changes_of(tight, FULL) if c.clause == "capacity of a collection at chengdu"
    )
    assert (change.now, change.changed) == (200, 250)
    rooms = {s.name: {c.capacity_parcels for c in s.collections} for s in change.vary(tight).sites}
    assert rooms == {"yiwu": {200}, "chengdu": {250}}


@pytest.mark.parametrize(
    ("price", "step"),
    [
        (0, 1),
        (1, 1),
        (25, 1),
        (40, 2),
        (99, 2),
        (100, 5),
        (210, 10),
        (333, 10),
        (400, 20),
        (9999, 200),
    ],
)
def test_price_steps_are_those_people_name(price: int, step: int) -> None:
    """About a twentieth of the quoted price: 1, 2 or 5 times a power of ten, and never nothing."""
    assert (
        price_step(
            contract(
                rates={"z": Rate(zone="z", brackets=(), first_g=1000, first_price_minor=price)}
            )
        )
        == step
    )


def test_the_quoted_price_is_the_lowest_of_the_cheapest_zone() -> None:
    """The first bracket, or the first weight without brackets."""
    assert quoted_price(FULL) == ("east up to 300 g", 210)
    assert quoted_price(
        contract(
            rates={"b": Rate(zone="b", brackets=(), first_g=2000, first_price_minor=90), "a": EAST}
        )
    ) == (
        "b up to 2,000 g",
        90,
    )


def test_a_shift_of_prices_stops_at_nothing() -> None:
    """All prices of all zones move by the same amount, or those of one zone; additional weight
    stays; no price is negative.
    """
    lower = shifted(FULL, -230)
    assert [b.price_minor for b in lower.tariff.rates["east"].brackets] == [0, 30]
    assert (
        lower.tariff.rates["far"].first_price_minor,
        lower.tariff.rates["far"].step_price_minor,
    ) == (
        970,
        900,
    )
    assert shifted(FULL, -230, "far").tariff.rates["east"] == FULL.tariff.rates["east"]


def test_a_lower_price_of_what_is_always_used_saves_it_on_every_parcel() -> None:
    """One contract: base prices lower by a step save the step on every parcel, exactly; so does a
    tenth less fixed fee, whatever the parcels.
    """
    flat = contract(
        name="flat",
        rates={
            "east": Rate(
                zone="east",
                brackets=(),
                first_g=1000,
                first_price_minor=200,
                step_g=1000,
                step_price_minor=0,
            )
        },
        fixed_fee_minor=8000,
    )
    whole = together([flat])
    table = clause_values(whole, 3, 5, None, ALONE).set_index("clause")
    parcels = [int(found[0].parcels.sum()) for found in carry([whole.case], 3, 5, ALONE)]
    row = table.loc["base price, all zones (quoted: east up to 1,000 g)"]
    assert (row["now"], row["changed"]) == (2.00, 1.90)
    assert row["value"] == pytest.approx(0.10 * sum(parcels) / 3, abs=0.005)
    fixed = table.loc["fixed fee"]
    assert (fixed["value"], fixed["low"], fixed["high"]) == (20.0, 20.0, 20.0)


def test_planned_again_a_price_is_worth_at_least_the_present_plan() -> None:
    """Two contracts that share the parcels: the step on all that the contract carries already, or
    more, because it carries more then.
    """
    a = contract(
        name="a",
        rates={
            "east": Rate(
                zone="east",
                brackets=(),
                first_g=1000,
                first_price_minor=200,
                step_g=1000,
                step_price_minor=100,
            )
        },
    )
    b = contract(
        name="b",
        rates={
            "east": Rate(
                zone="east",
                brackets=(),
                first_g=1000,
                first_price_minor=205,
                step_g=1000,
                step_price_minor=20,
            )
        },
    )
    weighed = replace(promotion([]), weight_classes_g=(1000,))
    whole = together([a, b], weighed)
    table = clause_values(whole, 2, 5, None, ALONE)
    table = table[table["clause"].str.startswith("base price, all")].set_index("contract")
    carried = [found[0].parcels for found in carry([whole.case], 2, 5, ALONE)]
    for k, name in enumerate("ab"):
        mean = sum(int(parcels[k]) for parcels in carried) / 2
        assert mean > 0
        assert table.loc[name, "value"] >= 0.10 * mean - 0.01
    assert table.loc["b", "value"] > 0.10 * sum(int(parcels[1]) for parcels in carried) / 2 + 1


@pytest.mark.slow
def test_a_contract_that_is_not_used_is_worth_nothing_by_a_small_change() -> None:
    """Far too expensive: none of its numbers is worth a cent, and not by the noise of a solver
    either.
    """
    expensive = with_terms(
        FULL,
        name="expensive",
        rates={
            z: Rate(
                zone=z,
                brackets=(),
                first_g=1000,
                first_price_minor=90_000,
                step_g=1000,
                step_price_minor=900,
            )
            for z in FULL.tariff.rates
        },
    )
    table = values([contract(name="cheap"), expensive])
    assert len(table.loc["expensive"]) > 20
    assert (table.loc["expensive", ["value", "low", "high"]] == 0).all(axis=None)
    assert (table.loc["cheap", "value"] > 0).any()


@pytest.mark.slow
def test_more_room_is_never_worth_less_than_nothing() -> None:
    """Every change in the shop's favour of contracts with limits, fees and tiers is worth 0 or
    more; one more collection that nobody needs costs its fee on four days.
    """
    narrow = contract(
        name="narrow",
        rates={
            "east": Rate(
                zone="east",
                brackets=(),
                first_g=1000,
                first_price_minor=150,
                step_g=1000,
                step_price_minor=50,
            )
        },
        allotment_per_day=200,
        commitment_parcels=900,
        shortfall_minor=50,
        volume_discount=TieredDiscount((Tier(700, 0.02), Tier(2500, 0.05, 3))),
        volume_surcharges=(
            VolumeSurcharge(name="rush", per_parcel_minor=20, above_parcels=150, per="day"),
        ),
        collection_fee_minor=500,
        fixed_fee_minor=2000,
    )
    urgent = promotion([], platform=PlatformRule(name="scan", counts="handover", deadline_hours=30))
    table = values([narrow, contract(name="wide")], urgent)
    visits = table[table["unit"] == "collections"]
    assert (table.drop(visits.index)["value"] >= 0).all()
    assert (visits.loc["narrow", "value"] == -20).all()
    assert (visits.loc["wide", "value"] == 0).all()
    assert table.loc[("narrow", "allotment per day"), "value"] > 0
    assert table.loc[("narrow", "commitment"), "value"] > 0


def test_rows_come_by_falling_value_and_no_more_than_asked() -> None:
    """`most` takes what is negotiated first: base prices of all contracts, then the rest of those
    that are used.
    """
    expensive = contract(
        name="expensive",
        rates={"east": Rate(zone="east", brackets=(), first_g=1000, first_price_minor=90_000)},
        fixed_fee_minor=7,
    )
    used = contract(name="used", fixed_fee_minor=1000, fuel=0.04)
    table = values([expensive, used], most=4)
    assert len(table) == 4
    assert sorted(name for name, _ in table.index) == ["expensive", "used", "used", "used"]
    sizes = table["value"].abs().tolist()
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > 0


def test_the_first_changes_are_a_fair_choice() -> None:
    """The base prices of all, then one number of every used contract in turn, then those of the
    others.
    """
    contracts = [replace(FULL, name=name) for name in ("a", "b", "idle")]
    problem = packed_at_once(promotion([]), contracts)
    order = [change.contract for change in every_change(problem, contracts, 2)]
    assert order[:7] == ["a", "b", "idle", "a", "b", "a", "b"]
    assert set(order[order.index("idle", 3) :]) == {"idle"}
    assert len(order) == 3 * len(list(changes_of(problem, contracts[0])))
    assert set(REGIONS) == set(problem.region_names)
