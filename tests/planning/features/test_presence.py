"""Guaranteed days and the mix of people: in plans, rules of thumb and explanations."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Disruption, Problem
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import NoPlanError
from planner.planning.formulation.model import build
from planner.planning.formulation.parameters import Parameters
from planner.planning.heuristics.rules_of_thumb import (
    plan_average,
    plan_cheapest,
    plan_erlang,
    plan_peak,
)
from planner.planning.infeasibility.conflicts import conflict_sets
from planner.planning.options import PlanningOptions
from planner.planning.solution.lp_bound import relaxed_cost
from planner.planning.solution.scenario_generation import plan_joint
from planner.planning.solution.wait_and_see import bound_without_margins
from planner.planning.validation.plan_rules import violations
from planner.studies.diagnosis.limit_changes import apply, change_for
from tests.planning.builders import (
    EXACT,
    LATE_SHIFT,
    as_large,
    crew,
    lane_prices,
    problem,
    random_problem,
    scenarios,
)
from tests.planning.features.test_brute_force import some_of

FACTORS = (0.8, 1.3)
RULES = (plan_average, plan_peak, plan_erlang, plan_cheapest)


def asked(given: Problem, **presence: object) -> Problem:
    """The problem with the same presence asked for at every process."""
    sites = tuple(
        replace(s, processes=tuple(replace(p, **presence) for p in s.processes))
        for s in given.sites
    )
    return replace(given, sites=sites)


def guaranteed(given: Problem, days: float | None) -> Problem:
    """The problem with so many days a week guaranteed to every permanent crew."""
    crews = tuple(
        c if c.temporary else replace(c, guaranteed_days_per_week=days) for c in given.crews
    )
    return replace(given, crews=crews)


def planned(given: Problem, options: PlanningOptions = EXACT) -> Plan:
    plan = plan_joint(given, scenarios(given), lane_prices(given), options=options)
    assert violations(given, plan) == ()
    return plan


@pytest.mark.parametrize("number", some_of(8, 2))
def test_a_guarantee_raised_never_lowers_the_cost(number: int) -> None:
    """Nor does it where nobody is guaranteed anything before."""
    given, lanes = random_problem(number, small=True)
    costs = []
    for days in (None, 2.0, 5.0, 7.0):
        paid = guaranteed(given, days)
        plan = plan_joint(paid, scenarios(paid, FACTORS), lanes, options=EXACT)
        assert violations(paid, plan) == ()
        costs.append(plan.objective or 0)
        assert bound_without_margins(paid, scenarios(paid, FACTORS), lanes) <= costs[-1]
        assert relaxed_cost(paid, scenarios(paid, FACTORS), lanes, EXACT) <= costs[-1] + 1
    assert all(a <= b + 5 for a, b in pairwise(costs))
    assert costs[-1] > costs[0]


def test_nothing_asked_for_is_the_same_model() -> None:
    """Zero people, any share of temporaries, shifts named that are worked anyhow: same arrays."""
    given, lanes = random_problem(3)
    same = asked(given, min_people=0, max_temporary_share=1.0, starters_per_permanent=None)
    works = tuple(s.name for s in given.shifts)
    same = replace(same, sites=tuple(replace(s, works=works) for s in same.sites))
    models = [
        build(
            Parameters(
                problem=p,
                scenarios=scenarios(p, FACTORS),
                lane_costs=lanes,
                options=PlanningOptions(),
                active=(0, 1),
            )
        ).milp.arrays()
        for p in (given, same)
    ]
    assert (models[0].matrix != models[1].matrix).nnz == 0
    assert (models[0].row_upper == models[1].row_upper).all()
    assert (models[0].objective == models[1].objective).all()


def test_people_are_paid_before_others_are_hired() -> None:
    """Permanent people cost more an hour, but their days are paid: they work, nobody is booked."""
    own = crew(limit=4, wage_minor_per_hour=3_000)
    agency = crew(name="agency", temporary=True, limit=9, wage_minor_per_hour=2_000)
    given = problem(crews=(own, agency))
    assert {row.crew for row in planned(given).staffing} == {"agency"}
    paid = planned(guaranteed(given, 7.0))
    assert {row.crew for row in paid.staffing} == {"own"}
    worked = sum(row.headcount for row in paid.staffing)
    assert paid.costs["idle_pay"] == (8 - worked) * 8 * 3_000


def test_every_shift_has_people_but_for_a_closed_site() -> None:
    """Two people day and night although nobody orders much; none on the day without work."""
    closed = Disruption(kind="site_closed", from_s=DAY_S, to_s=2 * DAY_S + 6 * HOUR_S)
    given = problem(days=3, per_hour=1.0, shifts=(problem().shifts[0], LATE_SHIFT))
    later = replace(given.platform, deadline_hours=60.0)
    given = replace(asked(given, min_people=2), disruptions=(closed,), platform=later)
    plan = planned(given)
    there = {(r.day, r.shift): r.headcount for r in plan.staffing}
    assert {place: n for place, n in there.items() if place[0] != 1} == {
        (day, shift): 2 for day in (0, 2) for shift in ("day", "late")
    }


def test_a_site_works_the_shifts_that_it_names() -> None:
    """People are asked for in these alone, and nobody can be elsewhere."""
    given = asked(problem(per_hour=1.0, shifts=(problem().shifts[0], LATE_SHIFT)), min_people=2)
    named = replace(given, sites=(replace(given.sites[0], works=("day",)),))
    assert {(r.day, r.shift, r.headcount) for r in planned(named).staffing} == {
        (0, "day", 2),
        (1, "day", 2),
    }
    assert [v.words for v in violations(named, planned(given))] == [
        "east, pack, own, late shift 10 Nov: this site does not work this shift",
        "east, pack, own, late shift 11 Nov: this site does not work this shift",
    ]


def rows(*people: tuple[str, int, int]) -> tuple[StaffRow, ...]:
    """(crew, since, people) at the only process on the second day."""
    return tuple(
        StaffRow(
            day=1,
            site="east",
            process="pack",
            crew=name,
            shift="day",
            since_day=since,
            headcount=n,
        )
        for name, since, n in people
    )


@pytest.mark.parametrize(
    ("presence", "kept", "broken"),
    [
        ({"min_people": 3}, (("own", LONG_AGO, 2), ("agency", 1, 1)), (("own", LONG_AGO, 2),)),
        (
            {"max_temporary_share": 0.5},
            (("own", LONG_AGO, 2), ("agency", 1, 2)),
            (("own", LONG_AGO, 2), ("agency", 1, 3)),
        ),
        (
            {"starters_per_permanent": 1.5},
            (("own", LONG_AGO, 2), ("agency", 1, 3), ("agency", 0, 9)),
            (("own", LONG_AGO, 2), ("agency", 1, 4)),
        ),
    ],
)
def test_each_rule_kept_and_broken(
    presence: dict[str, float],
    kept: tuple[tuple[str, int, int], ...],
    broken: tuple[tuple[str, int, int], ...],
) -> None:
    """By plain arithmetic on the second day: as many people as asked for, and one too few."""
    agency = crew(name="agency", temporary=True, limit=20, ramp=(0.5, 1.0))
    given = asked(problem(crews=(crew(), agency)), **presence)
    plan = replace(planned(problem()), costs={}, objective=None)
    rule = {"min_people": "cover_presence", "max_temporary_share": "limit_temporaries"}
    expected = rule.get(next(iter(presence)), "limit_starters")

    def found(people: tuple[tuple[str, int, int], ...]) -> list[str]:
        on_day = f"{expected}"
        staffed = replace(plan, staffing=rows(*people))
        broken_rules = [v for v in violations(given, staffed) if v.rule == on_day]
        return [v.words for v in broken_rules if "11 Nov" in v.words]

    assert found(kept) == []
    assert len(found(broken)) == 1


@pytest.mark.parametrize("number", range(6))
@pytest.mark.parametrize("rule", RULES)
def test_rules_of_thumb_keep_presence(rule: object, number: int) -> None:
    """People in every shift, and temporaries and starters limited by permanent ones."""
    given, lanes = random_problem(number)
    people = tuple(c if c.temporary else replace(c, limit=c.limit + 2) for c in given.crews)
    given = replace(given, crews=people)
    share, starters = ((0.5, 1.0), (0.7, None), (1.0, 0.5))[number % 3]
    rules = asked(given, min_people=1, max_temporary_share=share, starters_per_permanent=starters)
    plan = rule(guaranteed(rules, 5.0), lanes)
    assert [v.words for v in violations(guaranteed(rules, 5.0), plan)] == []
    assert plan.staffing


def test_rules_of_thumb_book_temporaries_that_permanents_allow() -> None:
    """Half of the people may be temporaries: as many as permanents are booked, not none."""
    own = crew(limit=6)
    agency = crew(name="agency", temporary=True, limit=30, min_days=2, ramp=(0.5, 1.0))
    given = asked(problem(days=4, per_hour=90.0, crews=(own, agency)), max_temporary_share=0.5)
    plan = plan_average(given, lane_prices(given))
    people = {name: sum(r.headcount for r in plan.staffing if r.crew == name) for name in
              ("own", "agency")}  # fmt: skip
    assert violations(given, plan) == ()
    assert people == {"own": 24, "agency": 24}


@pytest.mark.parametrize(
    ("presence", "key"),
    [
        ({"min_people": 4}, "presence"),
        ({"max_temporary_share": 0.2}, "temporaries"),
        ({"starters_per_permanent": 0.5}, "starters"),
    ],
)
def test_what_cannot_be_kept_is_named_and_repaired(presence: dict[str, float], key: str) -> None:
    """Each rule alone leaves no plan; it is among the limits to blame, and giving way is enough."""
    few = 2 if key == "presence" else 5
    agency = crew(name="agency", temporary=True, limit=few, ramp=(0.9, 1.0))
    given = problem(per_hour=10.0 if few == 2 else 20.0, crews=(crew(limit=1), agency))
    planned(given)
    rules = asked(given, **presence)
    with pytest.raises(NoPlanError) as caught:
        planned(rules)
    assert caught.value.blame
    sets = conflict_sets(rules, scenarios(rules), lane_prices(rules), EXACT)
    alone = [conflict for conflict in sets if [b.rule for b in conflict] == [key]]
    assert len(alone) == 1
    change = change_for(rules, alone[0][0])
    assert change is not None
    assert planned(apply(rules, [change])).staffing
    if key == "presence":
        assert alone[0][0].words.endswith("4 people asked for, 3 possible")
        assert alone[0][0].needed == 3


def test_large_models_keep_them_too() -> None:
    """Site by site and day by day, guarantees and presence hold, at about the same cost."""
    given, lanes = random_problem(1)
    rules = asked(
        guaranteed(given, 5.0), min_people=1, max_temporary_share=0.6, starters_per_permanent=1.0
    )
    costs = []
    for options in (PlanningOptions(), as_large()):
        plan = plan_joint(rules, scenarios(rules, FACTORS), lanes, options=options)
        assert violations(rules, plan) == ()
        costs.append(plan.objective or math.inf)
    assert costs[1] == pytest.approx(costs[0], rel=0.05)
