"""At which price a contract alone wins against another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from planner.domain.contracts import Contract, Rate
from planner.domain.statistics import t_interval
from planner.studies.contracts.alternatives import planned_alternatives
from planner.studies.contracts.breakevens import COLUMNS, MOST_ROUNDS, BreakEvenSearch, break_evens
from planner.studies.contracts.carriage import carry
from planner.studies.contracts.clause_sensitivity import quoted_price, shifted
from planner.studies.runs.run_context import RunContext
from tests.builders import with_terms
from tests.rating.builders import promotion
from tests.rating.contract_builders import EAST, FAR, contract
from tests.studies.contracts.builders import compared

ALONE = RunContext()
SEED = 5


def flat(name: str, price: int, **clauses: object) -> Contract:
    """A contract with one price for every parcel."""
    return contract(
        name=name,
        rates={
            "east": Rate(
                zone="east",
                brackets=(),
                first_g=1000,
                first_price_minor=price,
                step_g=1000,
                step_price_minor=0,
            )
        },
        **clauses,
    )


def found(contracts: Sequence[Contract], rival: str, replications: int = 3) -> pd.DataFrame:
    alone = [
        a for a in planned_alternatives(promotion([]), contracts, ALONE) if len(a.members) == 1
    ]
    table = break_evens(alone, rival, replications, SEED, ALONE)
    assert tuple(table.columns) == COLUMNS
    return table.set_index("contract")


def extra_cost(ours: Contract, theirs: Contract, replications: int = 3) -> float:
    """Cost per order of one less that of the other, each alone, by the comparison itself."""
    table = compared(promotion([]), [ours, theirs], replications, SEED, ALONE)["contracts"]
    gap = table[table["region_group"] == "all"].set_index("contract")["difference"]
    return float(gap[ours.name] - gap[theirs.name])


def test_of_two_flat_prices_the_lower_wins() -> None:
    """2.37 wins against 2.05 at 2.05, and costs just the same there."""
    row = found([flat("expensive", 237), flat("cheap", 205)], "cheap").loc["expensive"]
    assert (row["now"], row["break_even"], row["rival"]) == (2.37, 2.05, "cheap")
    assert (row["difference"], row["low"], row["high"]) == (0, 0, 0)
    assert row["price"] == "base price east up to 1,000 g"


def test_a_contract_may_win_above_its_price() -> None:
    """Against a more expensive rival the break-even is that rival's price."""
    assert (
        found([flat("expensive", 237), flat("cheap", 205)], "expensive").loc["cheap", "break_even"]
        == 2.37
    )


def test_fixed_fees_come_off_the_break_even() -> None:
    """100.00 fixed over the parcels of each replication: the highest whole price below 2.50 less
    that, by hand.
    """
    fees, plain = flat("fees", 300, fixed_fee_minor=10_000), flat("plain", 250)
    row = found([fees, plain], "plain").loc["fees"]
    alternatives = planned_alternatives(promotion([]), [plain], ALONE)
    parcels = [int(f[0].parcels.sum()) for f in carry([alternatives[0].case], 3, SEED, ALONE)]
    per_order = np.array([10_000 / n for n in parcels])
    price = math.floor(250 - per_order.mean())
    assert row["break_even"] == price / 100
    by_hand = t_interval((price + per_order - 250) / 100)
    assert (row["difference"], row["low"], row["high"]) == pytest.approx(by_hand, abs=5e-5)


def test_the_order_flips_one_cent_above() -> None:
    """Contracts with brackets, zones, fuel and fees, compared again at the break-even and a cent
    above it.
    """
    ours = contract(
        name="ours",
        zones={("", "zhejiang"): "east", ("", "sichuan"): "east", ("", "xinjiang"): "far"},
        fuel=0.06,
        fixed_fee_minor=4000,
        minimum_charge_minor=180,
    )
    theirs = with_terms(
        ours,
        name="theirs",
        fuel=0.0,
        rates={"east": replace(EAST, step_price_minor=20), "far": FAR},
    )
    row = found([ours, theirs], "theirs").loc["ours"]
    shift = round(100 * row["break_even"]) - quoted_price(ours)[1]
    assert shift < 0
    assert extra_cost(shifted(ours, shift), theirs) <= 0
    assert extra_cost(shifted(ours, shift + 1), theirs) > 0
    assert extra_cost(shifted(ours, shift), theirs) == pytest.approx(row["difference"], abs=2e-4)


def test_where_a_minimum_charge_counts_the_price_goes_further_down() -> None:
    """Discounted by half with at least 2.00: whatever the base price up to 4.01 (its half is
    rounded up), 2.00 is paid. Against 2.00 any of these wins, and the highest is 4.01.
    """
    least = flat("least", 100, discount=0.5, minimum_charge_minor=200)
    assert found([least, flat("plain", 200)], "plain").loc["least", "break_even"] == 4.01


@pytest.mark.parametrize("clauses", [{"fixed_fee_minor": 10**7}, {"minimum_charge_minor": 300}])
def test_where_no_price_is_low_enough_there_is_none(clauses: dict[str, int]) -> None:
    """A fee or a minimum charge above all that the rival takes: empty, not a price of nothing."""
    row = found([flat("never", 500, **clauses), flat("plain", 250)], "plain").loc["never"]
    assert row["now"] == 5.00
    assert row[["break_even", "difference", "low", "high"]].isna().all()


def test_without_a_common_parcel_there_is_no_break_even() -> None:
    """One serves Zhejiang, the other Sichuan: nothing can be said."""
    home = flat("home", 200, zones={("", "zhejiang"): "east"})
    away = flat("away", 200, zones={("", "sichuan"): "east"})
    assert found([home, away], "home").empty


@given(
    some.integers(-10_000, 0),
    some.lists(
        some.tuples(some.integers(-10_000, 10_000), some.floats(0, 500)), min_size=1, max_size=8
    ),
    some.floats(-3000, 3000),
    some.sampled_from([0.0, 0.01, 0.5, 1.0, 1.06]),
)
def test_a_search_ends_with_the_highest_price_that_wins(
    floor: int, steps: list[tuple[int, float]], start: float, slope: float
) -> None:
    """Whatever grows with the price, in steps or along a line however flat: the search ends at the
    highest shift that wins, or without one.
    """

    def difference(shift: int) -> float:
        high = 1e6 if shift > 20_000 else 0.0
        return start + slope * shift + sum(jump for at, jump in steps if shift >= at) + high

    search = BreakEvenSearch(floor=floor)
    for _ in range(MOST_ROUNDS):
        if search.done:
            break
        search.take_in(np.array([difference(search.shift), np.nan]))
    assert search.done
    if difference(floor) > 0:
        assert search.found is None
    else:
        assert search.wins_at is not None
        assert difference(search.wins_at) <= 0 < difference(search.wins_at + 1)
        assert search.found is not None
        assert search.found[0] == difference(search.wins_at)


def test_a_straight_search_is_short() -> None:
    """Where every parcel pays the base price, four rounds are enough."""
    search = BreakEvenSearch(floor=-500)
    rounds = 0
    while not search.done:
        search.take_in(np.array([search.shift + 123.4]))
        rounds += 1
    assert (search.wins_at, rounds <= 4) == (-124, True)
