"""Terms of real offers: volumetric weight above a threshold or shared, fuel on surcharges, parcels
to homes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.charges import Surcharge
from planner.domain.contracts import Billable, Rate
from planner.errors import InputError
from planner.formats.contract.reader import ContractContext, read_contract
from planner.rating.lane_costs import charges, price_lanes, sample_parcels
from planner.rating.parcel_price import price_parcels
from planner.rating.price_arithmetic import billable_steps
from planner.simulation.inputs.orders import draw_orders
from planner.studies.rate_parcels import Rated, rate
from tests.builders import STREAMS, with_terms
from tests.rating.builders import promotion, records
from tests.rating.contract_builders import PLACES, contract, parcel, parcels
from tests.rating.reference import price

HOMES = Surcharge(name="residential", per_parcel_minor=585, residential_share=0.6, fuel=True)
US = contract(
    name="us",
    fuel=0.185,
    surcharges=(
        HOMES,
        Surcharge(name="peak", per_parcel_minor=100, fuel=True),
        Surcharge(name="label", per_parcel_minor=7),
    ),
)

TEXT = """\
name: c
currency: USD
billable: {divisor_cm3_per_kg: 6000, step_g: 1000}
fuel: 0.1
zones: {NJ: z}
rates: {z: {first_g: 1000, first_price: 20, step_g: 1000, step_price: 5}}
"""


def rated(folder: Path, contract_text: str, table: str) -> Rated:
    (folder / "c.yaml").write_text(contract_text, "utf-8")
    (folder / "p.csv").write_text(table, "utf-8")
    return rate(folder / "c.yaml", folder / "p.csv", None, None, 0)


def steps(rule: Billable, weight_g: int, volume_cm3: int) -> int:
    return int(billable_steps(rule, np.array([weight_g]), np.array([volume_cm3]))[0])


def test_volumetric_weight_counts_only_above_its_threshold() -> None:
    """4,500 g and 5,000 g volumetric do not count, 5,001 g do; a parcel that weighs more is billed
    by weight.
    """
    rule = Billable(6000, 1000, volumetric_above_g=5000)
    assert [steps(rule, 1000, v) for v in (27_000, 30_000, 30_001, 36_000)] == [1, 1, 6, 6]
    assert steps(rule, 7000, 36_000) == 7


def test_shared_volumetric_weight_is_the_mean_where_it_is_the_larger() -> None:
    """1 kg and 5 kg volumetric: 3 kg; a cubic centimetre more begins the fourth; a heavier parcel
    pays its weight.
    """
    rule = Billable(6000, 1000, volumetric_share=0.5)
    assert [steps(rule, 1000, v) for v in (30_000, 30_001, 6000, 600)] == [3, 4, 1, 1]
    assert steps(rule, 9000, 30_000) == 9
    assert steps(Billable(6000, 1, volumetric_share=0.33), 1000, 30_000) == 2320


def test_both_are_stated_in_a_contract_file(tmp_path: Path) -> None:
    """Prices of a light and a big box, and what is refused: a share that is no whole hundredth,
    terms without use.
    """
    table = "parcel,region,weight_g,volume_cm3\nlight,NJ,1000,27000\nbig,NJ,1000,36000\n"
    text = TEXT.replace("fuel: 0.1\n", "")
    above = text.replace("step_g: 1000}\nz", "step_g: 1000, volumetric_above_g: 5000}\nz")
    shared = text.replace("step_g: 1000}\nz", "step_g: 1000, volumetric_share: 0.5}\nz")
    assert rated(tmp_path, above, table).priced.total.tolist() == [2000, 4500]
    assert rated(tmp_path, shared, table).priced.total.tolist() == [3000, 3500]
    with pytest.raises(InputError, match=r"billable\.volumetric_share: must be whole hundredths"):
        rated(tmp_path, shared.replace("0.5}", "0.555}"), table)
    with pytest.raises(InputError, match=r"billable\.volumetric_above_g: needs a divisor"):
        rated(tmp_path, above.replace("divisor_cm3_per_kg: 6000, ", ""), table)


def test_fuel_is_charged_on_the_surcharges_that_say_so() -> None:
    """2.60 and 18.5 % (0.48), 5.85 and 1.08, 1.00 and 0.19, 0.07 without: each rounded half up,
    fuel in one line.
    """
    sent = [replace(parcel(500), residential_u=u) for u in (0.0, 0.599, 0.6, 1.0)]
    found = price_parcels(US, parcels(sent), PLACES)
    lines = dict(zip(found.clauses, found.amounts.T.tolist()[0], strict=True))
    assert lines == {
        "base": 260,
        "discount": 0,
        "minimum": 0,
        "fuel": 48 + 108 + 19,
        "residential": 585,
        "peak": 100,
        "label": 7,
    }
    assert found.total.tolist() == [1127, 1127, 434, 434]
    assert found.total.tolist() == [sum((price(US, p) or {}).values()) for p in sent]


def test_the_mean_of_a_lane_has_the_residential_share() -> None:
    """The mean price of a lane is that of its parcels, six in ten of them to homes, fuel
    included.
    """
    problem = promotion([US])
    sample = sample_parcels(problem, 3)
    without = with_terms(US, surcharges=US.tariff.surcharges[1:])
    means = [price_lanes(problem, c, sample).mean[0, 0, 0, 0] for c in (US, without)]
    assert means[0] - means[1] == pytest.approx(0.6 * (585 + 108))


def test_orders_of_a_promotion_are_billed_by_their_own_number() -> None:
    """Simulated orders to homes pay, the others do not; the same orders whichever contract has
    them.
    """
    problem = promotion([US])
    drawn = records([(0, 0, 0, 500, 0, 0, 0)] * 4)
    drawn = replace(
        drawn, orders=replace(drawn.orders, residential_u=np.array([0.1, 0.59, 0.6, 0.9]))
    )
    assert charges(problem, drawn).total.tolist() == [1127, 1127, 434, 434]
    share = (draw_orders(problem, STREAMS).residential_u < 0.6).mean()
    assert 0.55 < share < 0.65


def test_a_parcel_table_says_which_parcels_go_to_homes(tmp_path: Path) -> None:
    """A column residential; without it, or with an empty cell, a finding says what to write."""
    text = (
        TEXT + "surcharges: [{name: residential, per_parcel: 5.85, residential_share: 0.6, fuel: "
        "true}]\n"
    )
    found = rated(tmp_path, text, "parcel,region,weight_g,residential\na,NJ,1000,1\nb,NJ,1000,0\n")
    assert found.priced.total.tolist() == [2000 + 200 + 585 + 59, 2200]
    words = (
        "residential: column is missing: the contract has a surcharge for parcels to homes: 1 "
        "or 0 for each"
    )
    with pytest.raises(InputError, match=words):
        rated(tmp_path, text, "parcel,region,weight_g\na,NJ,1000\n")
    with pytest.raises(
        InputError, match="residential: is empty: the contract has a surcharge for parcels to homes"
    ):
        rated(tmp_path, text, "parcel,region,weight_g,residential\na,NJ,1000,\n")
    (tmp_path / "c.yaml").write_text(text, "utf-8")
    assert read_contract(tmp_path / "c.yaml", ContractContext("USD")).tariff.surcharges == (HOMES,)


def test_a_contract_in_pounds_may_have_every_term(tmp_path: Path) -> None:
    """The mean of 2 lb and 10 lb is 6 lb exactly; a volumetric weight of 10 lb is not above 10
    lb.
    """
    text = TEXT.replace(
        "divisor_cm3_per_kg: 6000, step_g: 1000", "divisor_in3_per_lb: 139, step_lb: 1, TERM"
    )
    text = (
        text.replace("first_g: 1000", "first_lb: 1")
        .replace("step_g: 1000", "step_lb: 1")
        .replace("fuel: 0.1\n", "")
    )
    table = "parcel,region,weight_lb,volume_in3\na,NJ,2,1390\nb,NJ,2,1391\n"
    shared = rated(tmp_path, text.replace("TERM", "volumetric_share: 0.5"), table)
    above = rated(tmp_path, text.replace("TERM", "volumetric_above_lb: 10"), table)
    assert shared.priced.total.tolist() == [2000 + 5 * 500, 2000 + 6 * 500]
    assert above.priced.total.tolist() == [2500, 2000 + 10 * 500]


def test_rates_of_a_lane_in_pounds_are_means_like_others() -> None:
    """Planning prices a contract in pounds by the same steps as a bill does."""
    pound = 453.59237
    rates = {
        "east": Rate(
            zone="east",
            brackets=(),
            first_g=pound,
            first_price_minor=300,
            step_g=pound,
            step_price_minor=100,
        )
    }
    us = contract(name="lb", rates=rates, billable=Billable(0, pound))
    problem = promotion([us])
    sample = sample_parcels(problem, 3)
    exact = 300 + 100 * (np.ceil(sample.weight_g / pound) - 1)
    assert price_lanes(problem, us, sample).mean[0, 0, 0, 0] == pytest.approx(exact.mean())
