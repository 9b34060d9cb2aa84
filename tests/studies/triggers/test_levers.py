"""Promises and caps of the evening: they hold for what comes later, and are found where they pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand_levers import CapOption, ChosenLevers, Levers, PromiseOption
from planner.domain.events import Event
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.lever_effects import effective_problem
from planner.domain.platform import PlatformPart, PlatformRule
from planner.domain.problem import Problem
from planner.domain.triggers import ALWAYS, Actions, Level, Measure, Rule
from planner.simulation.inputs.orders import draw_orders, sold
from planner.studies.runs.run_context import RunContext
from planner.studies.triggers.card_rows import rules_of
from planner.studies.triggers.levers import lever_steps, with_levers
from planner.studies.triggers.study import card_tables, find, judge, judged_tables, naive_of
from tests.builders import STREAMS, a_crew, a_problem
from tests.studies.triggers.test_study import DAY, a_study, two_sizes

LONGER = Actions(promised=(("region", 48.0),))
AT_S = 21 * HOUR_S


def an_evening() -> Problem:
    """A hundred orders from eight in the evening on, due in 24 hours; a cap and a promise."""
    event = Event(name="live", at_s=20 * HOUR_S, median=100, p95=100, ramp_s=0, half_life_s=3600)
    problem = a_problem(
        days=2,
        shifts=(DAY,),
        platform=PlatformRule(name="fast", counts="label", deadline_hours=24.0),
        levers=Levers(
            promises=(PromiseOption("region", 48.0, 5), PromiseOption("region", 12.0, 0)),
            caps=(CapOption("live", 40), CapOption("live", 90)),
        ),
    )
    return replace(problem, demand=replace(problem.demand, events=(event,)))


def test_a_longer_promise_holds_for_later_orders() -> None:
    problem = an_evening()
    orders = draw_orders(problem, STREAMS)
    later = orders.ordered_at_s >= AT_S
    assert later.any()
    assert not later.all()
    promised, cost = with_levers(problem, orders, AT_S, LONGER)
    more = promised.deadline_s - orders.deadline_s
    assert np.array_equal(more, np.where(later, DAY_S, 0))
    own = later & (orders.ordered_at_s < problem.horizon.reported_end_s)
    assert cost == 5 * own.sum()


def test_a_cap_stops_the_sale_now_or_at_its_number() -> None:
    """Those sold before stay sold; the others beyond the cap are refused and counted."""
    problem = an_evening()
    orders = draw_orders(problem, STREAMS)
    sold = int(np.count_nonzero(orders.ordered_at_s < AT_S))
    assert 40 < sold < 90
    for cap, left in ((40, sold), (90, 90), (1000, len(orders))):
        taken, cost = with_levers(problem, orders, AT_S, Actions(capped=(("live", cap),)))
        assert len(taken) == left
        assert sum(taken.refused) == len(orders) - left
        assert cost == 0
        assert np.array_equal(taken.ordered_at_s, orders.ordered_at_s[:left])


def test_levers_are_those_the_scenario_offers() -> None:
    """Not a promise shorter than the platform's, nor the cap of an event of another day."""
    problem = an_evening()
    caps = (Actions(capped=(("live", 40),)), Actions(capped=(("live", 90),)))
    assert lever_steps(problem, AT_S) == (LONGER, *caps)
    assert lever_steps(problem, 46 * HOUR_S) == (LONGER,)
    assert lever_steps(replace(problem, levers=Levers()), AT_S) == ()


def test_a_promise_is_offered_where_one_of_the_platforms_promises_less() -> None:
    """The first promises 48 hours already, the second one day."""
    problem = an_evening()
    slow = replace(problem.platform, name="slow", deadline_hours=48.0)
    fast = PlatformPart(rule=problem.platform, share=0.5)
    assert LONGER not in lever_steps(replace(problem, platform=slow), AT_S)
    both = replace(problem, platform=slow, other_platforms=(fast,))
    assert lever_steps(both, AT_S)[0] == LONGER
    orders = draw_orders(both, STREAMS)
    promised, _ = with_levers(both, orders, AT_S, LONGER)
    later = (orders.ordered_at_s >= AT_S) & (orders.platform == 1)
    assert later.any()
    assert np.array_equal(promised.deadline_s - orders.deadline_s, np.where(later, DAY_S, 0))


def test_what_the_plan_promises_is_paid_once() -> None:
    """From 36 hours, which cost 3 an order, to 48, which cost 5; never back to 36."""
    problem = an_evening()
    options = (PromiseOption("region", 36.0, 3), PromiseOption("region", 48.0, 5))
    given = replace(problem, levers=Levers(promises=options))
    plan = ChosenLevers(promised=(("region", 36.0),))
    of_plan = effective_problem(given, plan)
    orders = sold(of_plan, draw_orders(given, STREAMS))
    longer, cost = with_levers(of_plan, orders, AT_S, LONGER)
    own = orders.ordered_at_s >= AT_S
    own &= orders.ordered_at_s < given.horizon.reported_end_s
    assert cost == 2 * own.sum()
    again, _ = with_levers(of_plan, longer, AT_S, Actions(promised=plan.promised))
    assert np.array_equal(again.deadline_s, longer.deadline_s)


def two_waves() -> Problem:
    """Twice twenty or twice eighty orders, at eight and ten; eighty are done on a day.

    The second eighty are on time only with a promise of 48 hours, for 0.05 CNY an order.
    """
    orders = np.zeros((2, 72, 1, 1))
    orders[:, 20, 0, 0] = orders[:, 22, 0, 0] = 20, 80
    problem = two_sizes(crews=(a_crew(limit=1),))
    demand = replace(problem.demand, given=GivenDemand(orders))
    levers = Levers(promises=(PromiseOption("region", 48.0, 5),))
    return replace(problem, demand=demand, levers=levers)


def test_a_promise_is_made_where_it_pays() -> None:
    study, context = a_study(two_waves(), 21), RunContext()
    found = find(study, context)
    (rule,) = found.rules
    (level,) = rule.levels
    assert level.actions == LONGER
    assert 20 <= level.above < 80
    naive = naive_of(study, found)
    judged = judge(study, found.rules, naive, context)
    for alone, card in zip(judged["static"], judged["triggers"], strict=True):
        large = card.levels == [1]
        assert card.kept
        assert alone.kept is not large
        assert alone.cost_minor - card.cost_minor == (80 * (2000 - 5) if large else 0)
    tables = card_tables(study, found, judged)
    (row,) = tables["triggers"].to_dict("records")
    assert (row["action"], row["number"], row["regions"]) == ("promise", 48, "region")
    text = tables["triggers"].astype(object).where(tables["triggers"].notna(), "").astype(str)
    assert rules_of(study.problem, text) == found.rules


def test_a_cap_is_read_back_from_its_table() -> None:
    study = a_study(an_evening(), 21)
    done = Actions(capped=(("live", 90),))
    levels = (Level(ALWAYS, done), Level(50, done + LONGER))
    rules = (Rule(at_s=AT_S, measure=Measure(kind="orders", since_s=20 * HOUR_S), levels=levels),)
    judged = judge(study, rules, (), RunContext())
    table = judged_tables(study, rules, (), judged)["triggers"]
    assert list(table["action"]) == ["cap", "promise", "cap"]
    text = table.astype(object).where(table.notna(), "").astype(str)
    assert rules_of(study.problem, text) == rules
