"""Remote areas: direct, through a hub, or better not sold, by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from planner.domain.contracts import Billable, Bracket, Contract, Hub, Rate
from planner.domain.problem import Problem
from planner.studies.contracts.carrier_only import packed_at_once
from planner.studies.contracts.remote_regions import COLUMNS, class_margins, remote_table
from tests.rating.builders import promotion
from tests.rating.contract_builders import REGIONS, contract, surcharge

LIGHT, HEAVY = 0, 1  # classes: up to 1 kg, above
FLAT = Billable()


def zone(name: str, light: int, more: int) -> Rate:
    """A price up to 1 kg, and per begun kilogram more."""
    return Rate(
        zone=name,
        brackets=(),
        first_g=1000,
        first_price_minor=light,
        step_g=1000,
        step_price_minor=more,
    )


def direct(**clauses: object) -> Contract:
    """3.00 at home, 12.00 far away and 9.00 per kilogram more."""
    plain: dict[str, object] = {
        "name": "direct",
        "billable": FLAT,
        "zones": {("", "zhejiang"): "home", ("", "sichuan"): "home", ("", "xinjiang"): "far"},
        "rates": {"home": zone("home", 300, 0), "far": zone("far", 1200, 900)},
    }
    return contract(**{**plain, **clauses})


def hub(**clauses: Any) -> Contract:
    """To the hub at 2.00; from there 5.00 and 1.00 for handling, less 1.50."""
    onward = Rate(zone="onward", brackets=(Bracket(1 << 30, 500),))
    plain: dict[str, Any] = {"fee_minor": 100, "onward": onward, "subsidy_minor": 150}
    through = Hub(hub_region="sichuan", regions=frozenset({"xinjiang"}), **{**plain, **clauses})
    zones = {("", "sichuan"): "home"}
    return contract(
        name="hub", billable=FLAT, zones=zones, rates={"home": zone("home", 200, 0)}, hub=through
    )


def by_class(
    *contracts: Contract, problem: Problem | None = None, **changes: object
) -> pd.DataFrame:
    """The table, to be read as table.loc[region, class]."""
    given = promotion([], weight_classes_g=(1000,), **changes) if problem is None else problem
    table = remote_table(packed_at_once(given, contracts))
    assert tuple(table.columns) == COLUMNS
    table["class"] = [LIGHT if pd.isna(above) else HEAVY for above in table["above_g"]]
    return table.set_index(["region", "class"])


def with_products(*margins: int) -> Problem:
    """Light parcels of 200 g and heavy ones of 2.5 kg, all identical, that leave these margins."""
    plain = promotion([], weight_classes_g=(1000,))
    weights = (200.0, 2500.0)
    products = tuple(
        replace(p, weight_g=weight, weight_cv=0.0, units_mean=1.0, margin_minor=margin)
        for p, weight, margin in zip(plain.products, weights, margins, strict=True)
    )
    return replace(plain, products=products)


def test_the_hub_is_the_way_where_it_is_cheaper() -> None:
    """12.00 direct against 2.00 + 1.00 + 5.00 - 1.50 through the hub for a light parcel; 2.5 kg:
    30.00 against the same 6.50. 20.00 and 28.00 of margin leave 13.50 and 21.50.
    """
    table = by_class(direct(), hub(), problem=with_products(2000, 2800))
    for weight, cost, left in ((LIGHT, 12.0, 13.5), (HEAVY, 30.0, 21.5)):
        row = table.loc[("xinjiang", weight)]
        assert (row["direct_contract"], row["direct_cost"]) == ("direct", cost)
        assert (row["hub_contract"], row["hub_cost"]) == ("hub", 6.5)
        assert (row["best"], row["margin_after"], row["remote"]) == ("hub", left, 1)


def test_an_unknown_margin_is_no_reason_not_to_sell() -> None:
    """The cheapest way is best whatever it costs; margin and what is left are empty.

    Where no contract goes, nothing is sold; a class in which no product without margin is ordered
    is judged.
    """
    problem = with_products(0, 2800)
    light, heavy = problem.products
    problem = replace(problem, products=(replace(light, margin_known=False), heavy))
    table = by_class(direct(), hub(), problem=problem)
    row = table.loc[("xinjiang", LIGHT)]
    assert (row["best"], row["hub_cost"]) == ("hub", 6.5)
    assert pd.isna(row["margin"])
    assert pd.isna(row["margin_after"])
    assert table.loc[("xinjiang", HEAVY), "margin_after"] == 21.5
    nobody = by_class(direct(zones={("", "zhejiang"): "home"}), problem=problem)
    assert nobody.loc[("xinjiang", LIGHT), "best"] == "do not sell"


def test_what_the_hub_does_not_take_goes_direct() -> None:
    """A limit of 2 kg: light parcels through the hub, heavy ones direct at 30.00, which leaves 5.00
    of 35.00.
    """
    table = by_class(direct(), hub(up_to_g=2000), problem=with_products(2000, 3500))
    assert table.loc[("xinjiang", LIGHT), "best"] == "hub"
    heavy = table.loc[("xinjiang", HEAVY)]
    assert pd.isna(heavy["hub_cost"])
    assert pd.isna(heavy["hub_contract"])
    assert (heavy["best"], heavy["margin_after"]) == ("direct", 5.0)


@pytest.mark.parametrize(
    ("margin", "best", "left"),
    [(1201, "direct", 0.01), (1200, "do not sell", 0.0), (0, "do not sell", -12.0)],
)
def test_an_order_that_leaves_nothing_is_better_not_sold(
    margin: int, best: str, left: float
) -> None:
    """12.00 for the only way: sold for a margin of 12.01, and not for one of 12.00."""
    row = by_class(direct(), problem=with_products(margin, margin)).loc[("xinjiang", LIGHT)]
    assert (row["best"], row["margin_after"], row["margin"]) == (best, left, margin / 100)


def test_the_subsidy_is_never_more_than_the_second_leg() -> None:
    """9.00 of subsidy on 5.00: the hub costs 2.00 + 1.00."""
    row = by_class(direct(), hub(subsidy_minor=900), problem=with_products(2000, 2000)).loc[
        ("xinjiang", LIGHT)
    ]
    assert row["hub_cost"] == 3.0


def test_a_region_nobody_serves_is_not_sold() -> None:
    """No way, no cost, no lane of one who only stands in."""
    row = by_class(direct(zones={("", "zhejiang"): "home"}), problem=with_products(2000, 2000)).loc[
        ("xinjiang", LIGHT)
    ]
    assert row["best"] == "do not sell"
    lanes = [
        "direct_site",
        "direct_contract",
        "direct_cost",
        "hub_site",
        "hub_contract",
        "hub_cost",
        "margin_after",
    ]
    assert row[lanes].isna().all()


def test_the_cheapest_lane_is_from_the_nearest_site() -> None:
    """Chengdu is nearer to Xinjiang: 8.00 from there."""
    zones = {("yiwu", "xinjiang"): "far", ("chengdu", "xinjiang"): "home"}
    rates = {"home": zone("home", 800, 0), "far": zone("far", 1200, 900)}
    row = by_class(direct(zones=zones, rates=rates), problem=with_products(2000, 2000)).loc[
        ("xinjiang", LIGHT)
    ]
    assert (row["direct_site"], row["direct_cost"]) == ("chengdu", 8.0)


def test_losses_are_part_of_the_cost() -> None:
    """1 % lost of parcels paid 40.00, of which 10.00 come back: 0.30 more."""
    plain = with_products(2000, 2000)
    paid = replace(plain, products=tuple(replace(p, paid_minor=4000) for p in plain.products))
    row = by_class(direct(loss_share=0.01, liability_minor=1000), problem=paid).loc[
        ("xinjiang", LIGHT)
    ]
    assert row["direct_cost"] == pytest.approx(12.30)


def test_a_surcharge_of_some_days_counts_with_their_orders() -> None:
    """4.00 more on two of four equal days: 2.00 in the mean."""
    busy = direct(surcharges=(surcharge("peak", 400, start="2026-11-10"),))
    row = by_class(busy, problem=with_products(2000, 2000)).loc[("xinjiang", LIGHT)]
    assert row["direct_cost"] == pytest.approx(14.0, abs=0.01)


def test_margins_are_those_of_the_products_in_a_class() -> None:
    """Three quarters of the orders are light and leave 20.00, a quarter heavy and leave 28.00; in
    one class together 22.00.
    """
    problem = with_products(2000, 2800)
    assert class_margins(problem).tolist() == [2000, 2800]
    assert class_margins(replace(problem, weight_classes_g=())).tolist() == [2200]
    table = by_class(direct(), problem=problem)
    per_class = table.groupby(level="class")["orders"].sum()
    assert per_class.tolist() == pytest.approx([0.75 * 2880, 0.25 * 2880], abs=0.2)


def test_remote_regions_come_first_and_classes_have_their_edges() -> None:
    """Xinjiang, then the others as they are; no edge is an empty cell."""
    table = by_class(direct(), problem=with_products(0, 0)).reset_index()
    assert table["region"].tolist() == [
        "xinjiang",
        "xinjiang",
        "zhejiang",
        "zhejiang",
        "sichuan",
        "sichuan",
    ]
    assert table["above_g"].isna().tolist() == [True, False] * 3
    assert table["to_g"].isna().tolist() == [False, True] * 3
    assert set(table["region"]) == set(REGIONS)


def test_what_nobody_orders_is_not_judged() -> None:
    """No product weighs more than 9 kg: no row says that such parcels are better not sold."""
    problem = replace(with_products(2000, 2000), weight_classes_g=(1000, 9000))
    assert 9000 not in by_class(direct(), problem=problem)["above_g"].dropna().tolist()
