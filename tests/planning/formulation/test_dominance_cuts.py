"""Plans with no more of anything than one that failed are left out, and no others."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.domain.demand_scenarios import LaneCosts
from planner.domain.plan import Plan, PlanStatus
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem, ShareRow
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.plan_to_columns import encode
from planner.planning.milp.builder import ALONE, MilpArrays
from planner.planning.milp.solver import SolveLimits, relaxed, solve
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.site_decomposition import integers_by_site
from planner.planning.validation.plan_rules import violations
from tests.planning.builders import (
    DAY_SHIFT,
    LATE_SHIFT,
    collections,
    courier_problem,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
    site,
)

OPTIONS = PlanningOptions(relative_gap=0.02)


def built(given: Problem, lanes: LaneCosts, *failed: Plan) -> Model:
    feedback = replace(PlanningFeedback.none(given), failed=failed)
    return build(
        Parameters(
            problem=given,
            scenarios=scenarios(given),
            lane_costs=lanes,
            options=PlanningOptions(),
            active=(0,),
            feedback=feedback,
        )
    )


def allowed(model: Model, columns: list[int], amounts: tuple[int, ...]) -> bool:
    """Is there a y for these amounts, everything else at 0? By the rules of the cuts alone."""
    arrays = model.milp.arrays()
    rows = np.concatenate(
        [
            np.arange(r.first, r.first + r.count)
            for r in model.milp.constraint_blocks
            if r.name in ("link_more", "cover_more")
        ]
    )
    lower, upper = np.zeros(len(arrays.upper)), np.zeros(len(arrays.upper))
    upper[np.concatenate([cut.y for cut in model.cuts])] = 1.0
    lower[columns] = upper[columns] = amounts
    cut = MilpArrays(
        matrix=arrays.matrix[rows],
        row_lower=arrays.row_lower[rows],
        row_upper=arrays.row_upper[rows],
        lower=lower,
        upper=upper,
        integer=arrays.integer,
        unit=arrays.unit,
        objective=np.zeros(len(upper)),
        group=np.full(len(upper), ALONE),
    )
    return solve(cut, SolveLimits(nodes=100, relative_gap=0.0)).status == "optimal"


@pytest.mark.parametrize("failed", [((1, 0), (2, 1)), ((0, 0), (0, 0)), ((2, 2), (1, 2))])
def test_just_the_plans_with_no_more_people_in_any_shift_are_left_out(
    failed: tuple[tuple[int, int], ...],
) -> None:
    """Every number of people up to two in two shifts of two days: the same number in another shift
    is another plan.
    """
    given = problem(shifts=(DAY_SHIFT, LATE_SHIFT), crews=(crew(limit=4),))
    bare = built(given, lane_prices(given))
    columns = bare.teams[0].head[0, :, :, 0].ravel().tolist()  # shift by shift
    before = [people for shift in failed for people in shift]
    rows = tuple(
        (day, shift.name, failed[s][day])
        for s, shift in enumerate(given.shifts)
        for day in (0, 1)
        if failed[s][day]
    )
    plan = Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=(),
        routing=(
            ShareRow(
                region="north",
                site="east",
                contract="",
                from_s=0,
                to_s=given.horizon.end_s,
                share=1.0,
            ),
        ),
        stock=(),
    )
    model = built(
        given, lane_prices(given), replace(plan, staffing=tuple(_staff(*row) for row in rows))
    )
    for people in product(range(3), repeat=4):
        dominated = all(now <= then for now, then in zip(people, before, strict=True))
        assert allowed(model, columns, people) == (not dominated)


def _staff(day: int, shift: str, people: int) -> StaffRow:
    return StaffRow(
        day=day,
        site="east",
        process="pack",
        crew="own",
        shift=shift,
        since_day=LONG_AGO,
        headcount=people,
    )


def test_one_fast_person_is_worth_two_slow_ones() -> None:
    """A permanent against beginners of half the speed: two of them are no more, three are."""
    agency = crew(name="agency", temporary=True, limit=9, ramp=(0.5,))
    given = problem(days=1, crews=(crew(), agency))
    plan = Plan(
        method="stated",
        status=PlanStatus.AS_STATED,
        staffing=(_staff(0, "day", 1),),
        routing=(),
        stock=(),
    )
    model = built(given, lane_prices(given), plan)
    beginners = int(model.teams[1].head[0, 0, 0, 0])
    assert [allowed(model, [beginners], (n,)) for n in range(4)] == [False, False, False, True]


def test_more_vehicles_goods_or_orders_somewhere_count_as_more() -> None:
    """One more vehicle; goods and shares from a hundredth on."""
    limited = collections("fast", "slow", capacity_parcels=200, extra_cost_minor=100, max_extra=2)
    given = courier_problem(sites=(site(collections=limited),))
    end_s = given.horizon.end_s
    rows = tuple(
        ShareRow(region=region, site="east", contract="slow", from_s=0, to_s=end_s, share=1.0)
        for region in ("north", "south")
    )
    model = built(
        given,
        lane_prices(given),
        Plan(method="stated", status=PlanStatus.AS_STATED, staffing=(), routing=rows, stock=()),
    )
    vehicle = int(model.pickups[0].vehicles.max())
    goods = int(model.stock.placed[0, 0])
    fast = int(model.shares.column[(model.shares.contract == 0) & (model.shares.region == 0)][0, 0])
    assert [allowed(model, [vehicle], (n,)) for n in (0, 1)] == [False, True]
    assert [allowed(model, [goods], (n,)) for n in (0, 1)] == [False, True]
    assert [allowed(model, [fast], (share,)) for share in (0.01, 0.02)] == [
        False,
        True,
    ]  # of three fifths of the orders


def test_without_failed_plans_there_is_nothing() -> None:
    given, lanes = random_problem(0)
    parameters = Parameters(
        problem=given,
        scenarios=scenarios(given),
        lane_costs=lanes,
        options=PlanningOptions(),
        active=(0,),
    )
    assert build(parameters).milp.columns == built(given, lanes).milp.columns
    assert built(given, lanes).cuts == ()


@pytest.mark.parametrize(
    "number", [1, pytest.param(0, marks=pytest.mark.slow), pytest.param(2, marks=pytest.mark.slow)]
)
def test_a_plan_that_failed_is_not_planned_again(number: int) -> None:
    """Twice over: each new plan keeps the rules and is none of those before, nor less than any."""
    given, lanes = random_problem(number, small=True)
    failed: tuple[Plan, ...] = ()
    for _ in range(3):
        feedback = replace(PlanningFeedback.none(given), failed=failed)
        plan = plan_joint(
            given,
            scenarios(given, (0.8, 1.1)),
            lanes,
            work_units=1,
            options=OPTIONS,
            feedback=feedback,
        )
        assert violations(given, plan) == ()
        assert all(is_more(given, lanes, plan, before) for before in failed)
        failed = (*failed, plan)


def is_more(given: Problem, lanes: LaneCosts, plan: Plan, before: Plan) -> bool:
    """Of something, by the amounts the cut looks at."""
    model = built(given, lanes, before)
    values, cut = encode(model.milp, model.parameters, model.primary, plan), model.cuts[0]
    now = np.concatenate([amounts.of(values) for amounts in cut.amounts])
    return bool((now >= cut.wanted * (1 - 1e-3)).any())


def test_site_by_site_keeps_to_what_is_wanted() -> None:
    """As in large programs: integer headcounts near the relaxation exceed in something, too."""
    given, lanes = random_problem(4)
    plan = plan_joint(given, scenarios(given), lanes, work_units=1, options=OPTIONS)
    model = built(given, lanes, plan)
    arrays = model.milp.arrays()
    relaxation = solve(relaxed(arrays), SolveLimits(nodes=1, relative_gap=0.0))
    found = integers_by_site(
        model, arrays, relaxation, limits=SolveLimits(nodes=20, relative_gap=0.02)
    )
    cut = model.cuts[0]
    now = np.concatenate([amounts.of(found.solution) for amounts in cut.amounts])
    assert (now >= cut.wanted * (1 - 1e-6)).any()
