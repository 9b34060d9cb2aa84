"""A plan read back into the columns of the model is the decisions it came from."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.arrays import Floats
from planner.domain.contracts import HEAVIEST_G
from planner.domain.demand_scenarios import LaneCosts
from planner.domain.horizon import DAY_S
from planner.domain.plan import ExtraCollection, Plan, PlanStatus
from planner.domain.problem import Problem, ShareRow, StockRow
from planner.domain.products import Product
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.plan_to_columns import encode
from planner.planning.heuristics.rules_of_thumb import plan_average, plan_cheapest, stated_plan
from planner.planning.milp.answer import Answer
from planner.planning.options import PlanningOptions
from planner.planning.solution.columns_to_plan import read_plan_from
from tests.planning.builders import (
    courier_problem,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
)


def built(given: Problem, lanes: LaneCosts | None = None) -> Model:
    lanes = lane_prices(given) if lanes is None else lanes
    return build(
        Parameters(
            problem=given,
            scenarios=scenarios(given),
            lane_costs=lanes,
            options=PlanningOptions(),
            active=(0,),
        )
    )


def values_of(model: Model, plan: Plan) -> Floats:
    return encode(model.milp, model.parameters, model.primary, plan)


def shares_of(
    given: Problem, *rows: ShareRow, lanes: LaneCosts | None = None
) -> dict[tuple[str, int], list[float]]:
    """Shares [phase] by contract and weight class, of the one site and region `north`."""
    model = built(given, lanes)
    values, shares = (
        values_of(
            model,
            Plan(method="stated", status=PlanStatus.AS_STATED, staffing=(), routing=rows, stock=()),
        ),
        model.shares,
    )
    return {
        (given.contract_names[shares.contract[n]], int(shares.weight[n])): values[
            shares.column[n]
        ].tolist()
        for n in np.flatnonzero(shares.region == 0)
    }


@pytest.mark.parametrize("number", range(8))
def test_decoding_and_encoding_again_changes_nothing(number: int) -> None:
    """Random whole decisions, as a plan and back."""
    given, lanes = random_problem(number)
    model, rng = built(given, lanes), np.random.default_rng(number)
    values = np.zeros(model.milp.columns)
    values[model.stock.placed] = rng.integers(0, 50, model.stock.placed.shape)
    values[model.signed[model.signed >= 0]] = 1.0
    for each in model.pickups:
        values[each.vehicles[each.vehicles >= 0]] = rng.integers(0, 2, (each.vehicles >= 0).sum())
    for team in model.teams:
        if not team.crew.temporary:
            values[team.head] = rng.integers(0, 3, team.head.shape)
            continue
        values[team.books[team.books >= 0]] = 2.0
        for day in range(given.horizon.days):
            for since in np.flatnonzero(team.books[:, day] >= 0):
                values[team.head[0, 0, day, min(day - since, 1)]] += 2.0
    lane, parts = model.shares, rng.dirichlet(np.ones(len(model.shares.site)), len(given.phases)).T
    for region in range(len(given.regions)):
        of = lane.region == region
        values[lane.column[of]] = parts[of] / parts[of].sum(axis=0)
    plan = read_plan_from(
        model,
        Answer(status="feasible", solver="none", values=values, objective=0.0, bound=-np.inf),
        {},
        reproducible=True,
    )
    columns = model.primary.columns()
    assert values_of(model, plan)[columns] == pytest.approx(values[columns], abs=1e-3)


@pytest.mark.parametrize("number", range(3))
def test_rules_of_thumb_and_stated_plans_can_be_read(number: int) -> None:
    """All their people and goods are there, and every region is shipped in full."""
    given, lanes = random_problem(number)
    model = built(given, lanes)
    for plan in (
        plan_average(given, lanes),
        plan_cheapest(given, lanes),
        stated_plan(given, lanes),
    ):
        values = values_of(model, plan)
        heads = sum(values[team.head[team.head >= 0]].sum() for team in model.teams)
        assert heads == sum(row.headcount for row in plan.staffing)
        assert values[model.shares.column].sum(axis=0) == pytest.approx(len(given.regions))
        if plan.stock is not None:
            assert values[model.stock.placed].sum() == sum(row.units for row in plan.stock)


TWO_WEIGHTS = {
    "weight_classes_g": (1000,),
    "products": (
        Product(
            name="box",
            label="Box",
            share=1.0,
            weight_g=1000.0,
            weight_cv=0.5,
            paid_minor=5_000,
            margin_minor=2_000,
        ),
    ),
}


def test_a_row_for_all_weights_counts_for_every_class() -> None:
    given = courier_problem(**TWO_WEIGHTS)
    found = shares_of(
        given,
        *(
            ShareRow(region="north", site="east", contract=c, from_s=0, to_s=3 * DAY_S, share=s)
            for c, s in (("fast", 0.3), ("slow", 0.7))
        ),
    )
    assert [found["fast", k] for k in (0, 1)] == [[pytest.approx(0.3)]] * 2


def test_a_row_for_half_a_class_counts_half() -> None:
    """Half the parcels weigh up to 1000 g, a quarter up to about 714 g: finer than the only class
    there is.
    """
    given = courier_problem(products=TWO_WEIGHTS["products"])
    median = given.products[0].weight_g
    edge = next(g for g in range(300, 3000) if given.products[0].share_up_to(g) >= 0.25)
    light = ShareRow(
        region="north",
        site="east",
        contract="fast",
        from_s=0,
        to_s=3 * DAY_S,
        share=1.0,
        above_g=0,
        to_g=edge,
    )
    heavy = ShareRow(
        region="north",
        site="east",
        contract="slow",
        from_s=0,
        to_s=3 * DAY_S,
        share=1.0,
        above_g=edge,
        to_g=HEAVIEST_G,
    )
    assert median > edge
    assert shares_of(given, light, heavy)["fast", 0] == [pytest.approx(0.25, abs=2e-3)]


def test_a_row_for_some_days_counts_by_their_orders() -> None:
    """One day of three identical ones."""
    given = courier_problem()
    rows = [
        ShareRow(region="north", site="east", contract="fast", from_s=0, to_s=DAY_S, share=1.0),
        ShareRow(
            region="north", site="east", contract="slow", from_s=DAY_S, to_s=3 * DAY_S, share=1.0
        ),
    ]
    assert shares_of(given, *rows)["fast", 0] == [pytest.approx(1 / 3)]


def test_what_a_lane_refuses_goes_to_the_others() -> None:
    """Heavy parcels, refused by `fast`: all of them with `slow`, though no row says so."""
    given = courier_problem(**TWO_WEIGHTS)
    lanes = lane_prices(given)
    lanes.mean[:, :, 0, 1] = np.inf
    found = shares_of(
        given,
        ShareRow(region="north", site="east", contract="fast", from_s=0, to_s=3 * DAY_S, share=1.0),
        lanes=lanes,
    )
    assert found["slow", 1] == [1.0]
    assert found["slow", 0] == [0.0]


def test_people_booked_before_the_horizon_count_as_the_fastest_there_can_be() -> None:
    agency = crew(name="agency", temporary=True, ramp=(0.5, 1.0))
    model = built(problem(crews=(agency,)))
    rows = tuple(
        StaffRow(
            day=day,
            site="east",
            process="pack",
            crew="agency",
            shift="day",
            since_day=LONG_AGO,
            headcount=2,
        )
        for day in (0, 1)
    )
    values = values_of(
        model, Plan(method="stated", status=PlanStatus.AS_STATED, staffing=rows, routing=())
    )
    head = model.teams[0].head[0, 0]
    assert values[head[0, 0]] == 2
    assert values[head[1, 1]] == 2


def test_unlimited_stock_is_as_much_as_is_ever_asked_for() -> None:
    model = built(problem())
    need = model.stock.families.need.sum()
    assert values_of(
        model, Plan(method="stated", status=PlanStatus.AS_STATED, staffing=(), routing=())
    )[model.stock.placed] == pytest.approx(need)


def test_goods_of_the_same_place_add_up() -> None:
    plan = Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=(),
        routing=(),
        stock=(StockRow("east", "box", 3), StockRow("east", "box", 4)),
    )
    model = built(problem())
    assert values_of(model, plan)[model.stock.placed].tolist() == [[7.0]]


def test_vehicles_where_nothing_is_limited_are_no_decision() -> None:
    plan = Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=(),
        routing=(),
        extra=(ExtraCollection(0, "east", "fast", 16 * 3600, 1),),
    )
    model = built(courier_problem())
    assert set(np.flatnonzero(values_of(model, plan))) <= {
        *model.shares.column.ravel(),
        *model.stock.placed.ravel(),
    }


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {
                "routing": (
                    ShareRow(
                        region="north",
                        site="east",
                        contract="nobody",
                        from_s=0,
                        to_s=DAY_S,
                        share=1.0,
                    ),
                )
            },
            "there is no such lane",
        ),
        (
            {
                "staffing": (
                    StaffRow(
                        day=0,
                        site="east",
                        process="pack",
                        crew="own",
                        shift="late",
                        since_day=LONG_AGO,
                        headcount=1,
                    ),
                )
            },
            "no work at pack in the late shift",
        ),
        (
            {
                "staffing": (
                    StaffRow(
                        day=9,
                        site="east",
                        process="pack",
                        crew="own",
                        shift="day",
                        since_day=LONG_AGO,
                        headcount=1,
                    ),
                )
            },
            "no work at pack in the day shift",
        ),
    ],
)
def test_rows_the_problem_knows_nothing_of_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        values_of(
            built(problem()),
            replace(
                Plan(method="stated", status=PlanStatus.AS_STATED, staffing=(), routing=()),
                **changes,
            ),
        )
