"""A card on a promotion of two sizes, of which the best rule is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.records import NEVER
from planner.domain.site import Collection, Process
from planner.domain.triggers import Actions, Level, Measure, Policy, Rule, with_actions
from planner.domain.workforce import OnCall
from planner.simulation.simulate import first_difference
from planner.studies.options.trigger_options import TriggerOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.triggers.card_rows import rules_of
from planner.studies.triggers.replay import counted, promotion
from planner.studies.triggers.study import (
    JUDGED,
    TriggerStudy,
    card_tables,
    find,
    judge,
    naive_of,
    policy_table,
)
from tests.builders import a_contract, a_crew, a_plan, a_problem, a_site
from tests.domain.test_triggers import called

DAY = Shift("day", 8 * HOUR_S, 16 * HOUR_S)
SMALL, LARGE = 60, 300
A_DAY = 80  # orders that a person does
OPTIONS = TriggerOptions(search_replications=30, trial_replications=30)


def two_sizes(**changes: object) -> Problem:
    """Sixty or three hundred orders come at eight in the evening, twenty before; a late order costs
    20 CNY.

    Who works on the next day does eighty; one who is called costs 240 CNY.
    """
    orders = np.zeros((2, 72, 1, 1))
    orders[:, 9, 0, 0] = 20  # done on the day
    orders[:, 20, 0, 0] = SMALL, LARGE
    pack = Process(name="pack", orders_per_hour=10.0)
    terms = OnCall(notice_hours=10, max_people=6, wage_minor_per_hour=3000)
    problem = a_problem(
        days=3,
        service=Service(0.9, 0.8),
        platform=PlatformRule(
            name="fast", counts="label", deadline_hours=24.0, share_of_paid=1.0, floor_minor=2000
        ),
        shifts=(DAY,),
        crews=(
            a_crew(limit=1),
            a_crew(name="agency", temporary=True, limit=9, on_call=terms),
        ),
        sites=(a_site(pack),),
    )
    demand = replace(problem.demand, baseline=None, given=GivenDemand(orders))
    return replace(problem, demand=demand, **changes)


def staffed(problem: Problem) -> Plan:
    plan = a_plan(problem, people=1)
    return replace(plan, staffing=tuple(replace(row, shift="day") for row in plan.staffing))


def a_study(problem: Problem, *hours: float, **changes: object) -> TriggerStudy:
    study = TriggerStudy(
        given=problem,
        plan=staffed(problem),
        checkpoints=tuple(round(h * HOUR_S) for h in hours),
        pickup_notice_s=0,
        miss_minor=0,
        replications=40,
        options=OPTIONS,
    )
    return replace(study, **changes)


def test_the_best_rule_of_two_sizes_is_found() -> None:
    """At nine, beyond a number between the sizes: three people, with whom 320 orders are done."""
    study, context = a_study(two_sizes(), 19, 21), RunContext()
    found = find(study, context)
    early, late = found.rules
    assert early.levels == ()  # whoever can come can still be called at nine
    (level,) = late.levels
    assert late.measure == Measure(kind="orders", since_s=0)
    assert SMALL + 20 <= level.above < LARGE + 20
    assert [(r.day, r.headcount) for r in level.actions.people] == [(1, 3)]
    judged = judge(study, found.rules, naive_of(study, found), context)
    large = sum(of.levels[1] for of in judged["triggers"])
    assert 10 < large < 30
    assert sum(of.kept for of in judged["static"]) == 40 - large
    assert all(of.kept for of in judged["triggers"])
    late_orders = LARGE - A_DAY
    saving = large * (late_orders * 2000 - 3 * 24000) / 40
    table = policy_table(judged, "CNY").set_index("policy")
    assert float(table.loc["triggers", "difference"]) == pytest.approx(-saving / 100)
    assert table.loc["triggers", "fired"] == large
    naive = table.loc["naive"]  # calls all six
    assert float(naive["difference"]) == pytest.approx(-saving / 100 + large * 3 * 240 / 40)


def test_a_card_is_read_back_from_its_table() -> None:
    study, context = a_study(two_sizes(), 19, 21), RunContext()
    found = find(study, context)
    naive = naive_of(study, found)
    tables = card_tables(study, found, judge(study, found.rules, naive, context))
    text = {
        name: frame.astype(object).where(frame.notna(), "").astype(str)
        for name, frame in tables.items()
    }
    assert rules_of(study.problem, text["triggers"]) == found.rules
    assert rules_of(study.problem, text["triggers_naive"]) == naive
    (row,) = (r for r in tables["triggers"].to_dict("records") if r["action"] == "call")
    assert (row["crew"], row["number"], row["cost"]) == ("agency", 3, 720)
    assert (row["decide_by"], row["date"], row["at"]) == ("2026-11-09 22:00", "2026-11-10", "08:00")


@pytest.mark.parametrize("column", ["site", "crew", "process", "shift", "measure"])
def test_names_of_another_scenario_are_refused(column: str) -> None:
    study, context = a_study(two_sizes(), 21), RunContext()
    found = find(study, context)
    table = study.rows.table(found.rules, [[0]]).astype(object)
    table = table.where(table.notna(), "").astype(str)
    table[column] = "nobody"
    with pytest.raises((ValueError, KeyError)):
        rules_of(study.problem, table)


def test_without_notice_nobody_is_called() -> None:
    """At eleven the day shift begins in nine hours, and people need ten."""
    study = a_study(two_sizes(), 23)
    assert [r.levels for r in find(study, RunContext()).rules] == [()]


def test_where_the_plan_suffices_nothing_is_done() -> None:
    """A person who does all orders of the large promotion: no call can save anything."""
    problem = two_sizes()
    fast = Process(name="pack", orders_per_hour=60.0)
    problem = replace(problem, sites=(a_site(fast),))
    study, context = a_study(problem, 21), RunContext()
    found = find(study, context)
    assert found.rules[0].levels == ()
    judged = judge(study, found.rules, naive_of(study, found), context)
    table = policy_table(judged, "CNY").set_index("policy")
    assert float(table.loc["triggers", "difference"]) == 0
    assert float(table.loc["naive", "difference"]) > 0


def test_a_price_of_misses_buys_the_service_level() -> None:
    """Late orders cost nothing: money alone calls nobody, a price of misses does."""
    free = PlatformRule(name="free", counts="label", deadline_hours=24.0)
    study = a_study(two_sizes(platform=free), 21)
    assert find(study, RunContext()).rules[0].levels == ()
    found = find(replace(study, miss_minor=1000), RunContext())
    (level,) = found.rules[0].levels
    assert sum(r.headcount for r in level.actions.people) == 3
    assert sum(found.kept) < sum(found.kept_with) == len(found.kept)


def test_the_past_never_changes() -> None:
    """Until the shift of those called begins, every order is where it was without them."""
    study = a_study(two_sizes(), 21)
    done = Actions(people=(called(4, day=1),))
    begins = 32 * HOUR_S
    for number in range(6):
        found = promotion(study.problem, study.plan, JUDGED, number, "compiled")
        without = found.under(study.plan).records
        with_them = found.under(with_actions(study.problem, study.plan, done)).records
        before = (without.packed_at_s != NEVER) & (without.packed_at_s < begins)
        assert before.sum() == 20
        assert np.array_equal(without.packed_at_s[before], with_them.packed_at_s[before])
        for hour in (19, 21, 25, 32):
            for measure in (Measure(kind="orders"), Measure(kind="waiting")):
                counts = {
                    counted(study.problem, measure, hour * HOUR_S, records)
                    for records in (without, with_them)
                }
                assert len(counts) == 1


def test_both_engines_judge_the_same() -> None:
    study = a_study(two_sizes(), 21)
    rules: Policy = (
        Rule(
            at_s=21 * HOUR_S,
            measure=Measure(kind="waiting"),
            levels=(Level(100, Actions(people=(called(2, day=1),))),),
        ),
    )
    records = []
    for engine in ("compiled", "simpy"):
        found = promotion(study.problem, study.plan, JUDGED, 1, engine)
        records.append(found.follow(found.under(study.plan), rules).records)
    assert first_difference(*records) == ""


def test_vehicles_are_booked_beyond_what_they_can_carry() -> None:
    """Five people pack everything; a vehicle takes a hundred parcels, the large promotion three."""
    collection = Collection("courier", 18 * HOUR_S, 100, 50_000, 4)
    site = a_site(Process(name="pack", orders_per_hour=10.0), collections=(collection,))
    rule = PlatformRule(
        name="fast", counts="handover", deadline_hours=24.0, share_of_paid=1.0, floor_minor=2000
    )
    own = a_crew(limit=5)
    problem = two_sizes(sites=(site,), contracts=(a_contract(),), platform=rule, crews=(own,))
    study, context = a_study(problem, 21), RunContext()
    plan = replace(study.plan, staffing=tuple(replace(r, headcount=5) for r in study.plan.staffing))
    study = replace(study, plan=plan, pickup_notice_s=2 * HOUR_S)
    found = find(study, context)
    (level,) = found.rules[0].levels
    assert level.actions.vehicles == (ExtraCollection(1, "site", "courier", 18 * HOUR_S, 2),)
    assert SMALL + 20 <= level.above < LARGE + 20
    judged = judge(study, found.rules, naive_of(study, found), context)
    assert all(of.kept for of in judged["triggers"])
    assert not any(any(of.levels) for of in judged["naive"])  # nobody is on call
    (row,) = card_tables(study, found, judged)["triggers"].to_dict("records")
    assert (row["action"], row["number"], row["contract"]) == ("pickup", 2, "courier")
    assert (row["cost"], row["decide_by"]) == (1000, "2026-11-10 16:00")
    late = a_study(problem, 40, plan=plan, pickup_notice_s=3 * HOUR_S)
    assert find(late, context).rules[0].levels == ()  # at 16:00 a vehicle needs until 19:00
