"""Parcel tables and contracts in pounds, ounces, kilograms and cubic inches, priced to the cent."""

from __future__ import annotations

from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np
import pytest

from planner.domain.products import Product
from planner.domain.weight_units import snapped, weight_in_words
from planner.errors import InputError
from planner.formats.contract.reader import ContractContext, read_contract
from planner.rating.lane_costs import sample_parcels
from planner.rating.parcel_price import Parcels, PriceTable
from planner.simulation.inputs.orders import draw_orders
from planner.studies.rate_parcels import Rated, laid_out, rate
from tests.builders import STREAMS, a_problem

HEAD = "name: c\ncurrency: USD\nzones: {NJ: z}\n"
POUNDS = (
    HEAD + "billable: {divisor_in3_per_lb: 139, step_lb: 1}\n"
    "rates: {z: {brackets: [{to_lb: 1, price: 1}, {to_lb: 2, price: 2}, {to_lb: 3, price: 3}],"
    " first_lb: 3, first_price: 3, step_lb: 1, step_price: 1}}\n"
)
OUNCES = HEAD + (
    "rates: {z: {brackets: [{to_oz: 4, price: 1}, {to_oz: 8, price: 2}, {to_oz: 15.99, price: 3},"
    " {to_lb: 1, price: 4}, {to_lb: 5, price: 5}]}}\n"
)


def priced(folder: Path, contract: str, parcels: str) -> Rated:
    (folder / "c.yaml").write_text(contract, "utf-8")
    (folder / "p.csv").write_text(parcels, "utf-8")
    return rate(folder / "c.yaml", folder / "p.csv", None, None, 0)


def totals(folder: Path, contract: str, column: str, *cells: float | str) -> list[float]:
    rows = "".join(f"p{k},NJ,{cell}\n" for k, cell in enumerate(cells))
    return [
        total / 100
        for total in priced(
            folder, contract, f"parcel,region,{column}\n{rows}"
        ).priced.total.tolist()
    ]


def test_a_parcel_of_n_pounds_pays_for_n(tmp_path: Path) -> None:
    """Exactly two pounds cost two, a hundredth of a pound more costs three; in grams, pounds,
    ounces and kilograms.
    """
    assert totals(tmp_path, POUNDS, "weight_lb", 1.0, 1.9, 2.0, 2.01, 2.9, 70) == [
        1,
        2,
        2,
        3,
        3,
        70,
    ]
    assert totals(tmp_path, POUNDS, "weight_oz", 16, 16.01, 32, 33) == [1, 2, 2, 3]
    assert totals(tmp_path, POUNDS, "weight_g", 453, 454, 862, 907, 908, 1315) == [1, 2, 2, 2, 3, 3]
    assert totals(tmp_path, POUNDS, "weight_kg", 0.45359237, 0.4536) == [1, 2]


def test_a_limit_in_pounds_or_cubic_inches_holds_its_edge_in_a_contract_in_grams(
    tmp_path: Path,
) -> None:
    """A parcel of 50 lb (22,679.62 g) is not heavier than 50 lb, one of a cubic foot not larger
    than that.
    """
    text = (
        HEAD + "rates: {z: {brackets: [{to_g: 30000, price: 1}]}}\nsurcharges: [{name: big, "
        "per_parcel: 10, OVER}]\n"
    )
    assert totals(tmp_path, text.replace("OVER", "over_lb: 50"), "weight_lb", 50, 50.01) == [1, 11]
    cells = "1,1728", "1,1728.1"
    assert totals(
        tmp_path, text.replace("OVER", "over_in3: 1728"), "weight_lb,volume_in3", *cells
    ) == [1, 11]
    hub = "hub: {region: NJ, regions: [AK], up_to_lb: 50}\n"
    table = "parcel,region,weight_lb\na,AK,50\nb,AK,50.01\n"
    assert priced(
        tmp_path, HEAD + "rates: {z: {brackets: [{to_g: 30000, price: 1}]}}\n" + hub, table
    ).priced.refused.tolist() == [False, True]


@pytest.mark.parametrize(
    ("edge", "words"),
    [
        ("0.001", "brackets.0.to_lb: must be at least 1 g"),
        ("30000", "brackets.0.to_lb: must be at most 10000000 g"),
        ("-1", "brackets.0.to_lb: must be a number, at least 0, got -1"),
        ('"2"', 'brackets.0.to_lb: must be a number, at least 0: write 2 without quotes, got "2"'),
    ],
)
def test_a_wrong_weight_in_pounds_is_refused_in_its_unit(
    tmp_path: Path, edge: str, words: str
) -> None:
    """A limit says that it is in grams, where the number is in pounds."""
    text = HEAD + f"rates: {{z: {{brackets: [{{to_lb: {edge}, price: 1}}]}}}}\n"
    with pytest.raises(InputError) as caught:
        totals(tmp_path, text, "weight_lb", 1)
    assert words in str(caught.value)


def test_every_whole_number_of_pounds_and_ounces_is_exact(tmp_path: Path) -> None:
    """No rounding adds up: n pounds are n steps for every n, n ounces begin pound n / 16."""
    assert totals(tmp_path, POUNDS, "weight_lb", *range(1, 151)) == list(range(1, 151))
    assert totals(tmp_path, POUNDS, "weight_oz", *range(1, 2401)) == [
        ceil(n / 16) for n in range(1, 2401)
    ]


def test_brackets_of_ounces_hold_their_edge(tmp_path: Path) -> None:
    """A contract without a step of billable weight compares weights as they are."""
    assert totals(tmp_path, OUNCES, "weight_oz", 4, 4.01, 8, 15.99, 16, 16.1) == [1, 2, 2, 3, 4, 5]
    assert totals(tmp_path, OUNCES, "weight_lb", 0.25, 0.5, 1, 5) == [1, 2, 4, 5]


def test_a_divisor_in_cubic_inches_is_exact(tmp_path: Path) -> None:
    """10 x 139 cubic inches are ten pounds, a cubic inch more begins the eleventh."""
    table = "parcel,region,weight_lb,volume_in3\na,NJ,1,1390\nb,NJ,1,1391\nc,NJ,12,1390\n"
    assert (priced(tmp_path, POUNDS, table).priced.total / 100).tolist() == [10, 11, 12]


def test_whole_grams_under_a_contract_in_pounds_match_exact_fractions(tmp_path: Path) -> None:
    """Grams as a simulation has them, many at once, against the definition of the pound."""
    (tmp_path / "c.yaml").write_text(POUNDS, "utf-8")
    contract = read_contract(tmp_path / "c.yaml", ContractContext("USD"))
    grams = np.arange(1, 40_000)
    zero = np.zeros_like(grams)
    places, _ = laid_out(
        priced(tmp_path, POUNDS, "parcel,region,weight_g\na,NJ,70\n").table, contract
    )
    total = (
        PriceTable(contract, places)
        .quote(Parcels(site=zero, region=zero, weight_g=grams, volume_cm3=zero, day=zero))
        .total
    )
    assert total.tolist() == [
        100 * ceil(Fraction(g) / Fraction("453.59237")) for g in grams.tolist()
    ]


def test_simulated_orders_of_whole_pounds_stay_whole_pounds() -> None:
    """A product of a pound weighs 453 g in whole grams, not 454: its orders, and the parcels that
    lanes are priced with, pay for a pound; the share of orders in a weight class agrees.
    """
    pound, plain = (
        Product(name="a", label="a", share=1.0, weight_g=453.59237, volume_cm3=139 * 16.387064),
        Product(name="b", label="b", share=1.0, weight_g=453),
    )
    problem = a_problem(orders_per_hour=10, products=(pound,))
    orders = draw_orders(problem, STREAMS)
    sample = sample_parcels(problem, 1)
    for found in (orders, sample):
        assert set(found.weight_g.tolist()) == {453}
        assert set(found.volume_cm3.tolist()) == {2277}
    assert [pound.share_up_to(g) for g in (452, 453)] == [0.0, 1.0]
    assert [plain.share_up_to(g) for g in (452, 453)] == [0.0, 1.0]


def test_a_price_that_falls_is_a_warning_and_each_parcel_pays_its_own(tmp_path: Path) -> None:
    """Between brackets, above the last one, and behind a hub; the prices are those written."""
    text = HEAD + (
        "rates: {z: {brackets: [{to_g: 3000, price: 4.10}, {to_g: 5000, price: 4.05}],"
        " first_g: 1000, first_price: 1.20, step_g: 1000, step_price: 0.50}}\n"
        "hub: {region: NJ, regions: [AK], onward: {brackets: [{to_lb: 1, price: 2}, {to_lb: 2, "
        "price: 1}]}}\n"
    )
    rated = priced(tmp_path, text, "parcel,region,weight_g\na,NJ,2900\nb,NJ,4000\nc,NJ,5001\n")
    assert rated.priced.total.tolist() == [410, 405, 370]
    own = "; each parcel pays the price of its own weight"
    assert list(rated.warnings) == [
        (
            "c.yaml: rates.z: the price falls with weight: 4.10 up to 3,000 g, 4.05 up to 5,000 "
            f"g{own}"
        ),
        f"c.yaml: rates.z: the price falls with weight: 4.05 up to 5,000 g, 3.70 above that{own}",
        f"c.yaml: hub.onward: the price falls with weight: 2.00 up to 1 lb, 1.00 up to 2 lb{own}",
    ]


def test_noise_of_a_spreadsheet_begins_no_step(tmp_path: Path) -> None:
    """16.1 * 1000 is 16100.000000000002: the price is that of 16,100 g, by weight as by volume."""
    text = HEAD + (
        "billable: {divisor_cm3_per_kg: 6000, step_g: 100}\n"
        "rates: {z: {first_g: 1000, first_price: 5, step_g: 100, step_price: 1}}\n"
    )
    assert totals(tmp_path, text, "weight_g", 16100, 16.1 * 1000, 16100.1) == [156, 156, 157]
    assert totals(tmp_path, text, "weight_kg", 16.1, 8.05) == [156, 76]
    volume = 0.1 * 3 * 120_000  # 36000.00000000001
    assert volume > 36_000
    table = f"parcel,region,weight_g,volume_cm3\na,NJ,70,36000\nb,NJ,70,{volume!r}\n"
    assert (priced(tmp_path, text, table).priced.total / 100).tolist() == [55, 55]


def test_the_columns_of_the_user_stay(tmp_path: Path) -> None:
    """A weight in another unit is passed through as it was written."""
    rated = priced(tmp_path, POUNDS, "parcel,region,weight_lb,note\na,NJ,1.90,x\n")
    assert rated.table.others == {"weight_lb": ["1.90"], "note": ["x"]}
    assert rated.table.weight_g == [pytest.approx(861.825503)]


def test_one_weight_is_stated_once(tmp_path: Path) -> None:
    """Two weights of a parcel, two edges of a bracket: which one counts is not guessed."""
    with pytest.raises(InputError, match="weight_lb: states the same as weight_g: leave one out"):
        priced(tmp_path, POUNDS, "parcel,region,weight_g,weight_lb\na,NJ,453,1\n")
    with pytest.raises(
        InputError, match=r"brackets\.0\.to_lb: states the same as to_g: leave one of them out"
    ):
        priced(
            tmp_path,
            POUNDS.replace("{to_lb: 1,", "{to_lb: 1, to_g: 453,"),
            "parcel,region,weight_g\na,NJ,453\n",
        )
    with pytest.raises(
        InputError, match="divisor_in3_per_lb: states the same as divisor_cm3_per_kg"
    ):
        priced(
            tmp_path,
            POUNDS.replace("billable: {", "billable: {divisor_cm3_per_kg: 6000, "),
            "parcel,region,weight_g\na,NJ,453\n",
        )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("{to_lb: 2,", "{to_lb: 0.5,", "brackets.1.to_lb: must rise: 0.5 lb follows 1 lb"),
        ("{to_lb: 2,", "{to_lb: -2,", "brackets.1.to_lb: must be a number, at least 0"),
        ("{to_lb: 2,", "{to_lbs: 2,", "brackets.1.to_lbs: unknown key; did you mean to_lb?"),
        ("{to_lb: 2,", "{to_lb: 90000,", "brackets.1.to_lb: must be at most 10000000"),
        (
            "step_lb: 1}\n",
            "step_lb: 1, free_lb: 2}\n",
            "billable.free_lb: must be less than the step of 1 lb",
        ),
    ],
)
def test_a_mistake_is_found_where_the_pounds_stand(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    """Findings name the key that is in the file, not the grams it stands for."""
    with pytest.raises(InputError) as caught:
        priced(tmp_path, POUNDS.replace(old, new), "parcel,region,weight_g\na,NJ,453\n")
    assert words in str(caught.value)


def test_grams_that_look_like_kilograms_are_a_warning(tmp_path: Path) -> None:
    """Below 60 g throughout; one heavier parcel, or a stated kilogram, and nothing is said."""
    words = (
        "p.csv: weight_g: weights below 60 g throughout: kilograms? Then name the column weight_kg"
    )
    assert words in priced(tmp_path, POUNDS, "parcel,region,weight_g\na,NJ,0.5\nb,NJ,12\n").warnings
    assert (
        words
        not in priced(tmp_path, POUNDS, "parcel,region,weight_g\na,NJ,0.5\nb,NJ,60\n").warnings
    )
    assert (
        words
        not in priced(tmp_path, POUNDS, "parcel,region,weight_kg\na,NJ,0.5\nb,NJ,12\n").warnings
    )


def test_weights_in_words() -> None:
    """Whole grams as such, pounds and ounces where they were stated."""
    assert [weight_in_words(g) for g in (1000, 453.59237, 15.99 * 28.349523125, 0.123)] == [
        "1,000 g",
        "1 lb",
        "15.99 oz",
        "0.12 g",
    ]
    assert snapped(16.1 * 1000) == 16100
    assert snapped(16100.1) == 16100.1
