"""Levers on trial: used where they save in simulation, whatever the planning model's bound says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand import Baseline, Demand
from planner.domain.demand_levers import NONE_CHOSEN, ChosenLevers, Levers, PromiseOption
from planner.domain.plan import Plan, PlanStatus
from planner.domain.problem import Problem
from planner.studies.certification import lever_trials
from planner.studies.certification.lever_trials import (
    LeverTrial,
    in_words,
    lever_table,
    study_levers,
)
from planner.studies.options.study_options import LeverOptions, SamplingOptions, StudyOptions
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.choose_levers import joined_levers
from tests.planning.builders import crew, problem

FREE = Levers(promises=(PromiseOption("north", 72.0, 0),))
LONGER = ChosenLevers((("north", 72.0),), ())
FEW = StudyOptions(sampling=SamplingOptions(planning_scenarios=3, sampled_paths=50))


def context() -> RunContext:
    return RunContext(budget=Budget(60, effort=5), options=FEW)


def quiet(levers: Levers, per_hour: float = 1.2) -> Problem:
    """Four days of some 29 orders, an hour and a half of work: somebody comes every day, unless
    customers wait.
    """
    return problem(
        days=4,
        demand=Demand(
            events=(),
            region_share=np.ones(1),
            product_share=np.ones(1),
            baseline=Baseline(np.full(96, per_hour)),
        ),
        crews=(crew(limit=2),),
        levers=levers,
    )


def test_a_free_promise_that_saves_whole_people_is_used() -> None:
    """The bound without whole people sees nothing to save; the simulation sees shifts that nobody
    works.
    """
    of = quiet(FREE)
    study = study_levers(of, context())
    none, longer = study.trials
    assert (none.chosen, longer.chosen) == (NONE_CHOSEN, LONGER)
    assert study.chosen == LONGER
    assert longer.mean_minor < 0.8 * none.mean_minor
    table = lever_table(of, study)
    assert list(table["used"]) == [False, True]
    assert float(table["difference_high"][1]) < 0
    assert list(table["levers"]) == ["none", "north 72 h"]


def test_a_promise_that_costs_more_than_it_saves_is_tried_and_left() -> None:
    """At 20.00 an order the bound does not propose it first, and the simulation does not take
    it.
    """
    costly = Levers(promises=(PromiseOption("north", 72.0, 2_000),))
    study = study_levers(quiet(costly), context())
    assert study.chosen == NONE_CHOSEN
    assert [trial.chosen for trial in study.trials] == [NONE_CHOSEN, LONGER]
    assert study.trials[1].mean_minor > study.trials[0].mean_minor


def test_nothing_is_tried_without_levers() -> None:
    study = study_levers(quiet(Levers()), context())
    assert study.trials == ()
    assert not study.chosen


def trial(chosen: ChosenLevers, cost: list[float], kept: int = 60) -> LeverTrial:
    plan = Plan(method="joint", status=PlanStatus.FEASIBLE, staffing=(), routing=())
    return LeverTrial(chosen=chosen, plan=plan, cost_minor=np.array(cost), kept=kept)


def test_a_saving_must_be_beyond_doubt_and_keep_the_service() -> None:
    """Paired: what is cheaper on every promotion pays, what is cheaper on average only may not."""
    none = trial(NONE_CHOSEN, [100.0, 200.0, 300.0])
    missing = LeverTrial(chosen=NONE_CHOSEN, plan=None, cost_minor=np.empty(0), kept=0)
    options = LeverOptions()

    def pays(cost: list[float], kept: int = 60) -> bool:
        return trial(LONGER, cost, kept).pays_against(none, 59, options)

    assert pays([90.0, 190.0, 291.0])
    assert not pays([190.0, 90.0, 290.0])
    assert not pays([100.0, 200.0, 300.0])
    assert pays([90.0, 190.0, 291.0], 59)
    assert not pays([90.0, 190.0, 291.0], 58)
    assert trial(LONGER, [1e9]).pays_against(missing, 59, options)
    assert not missing.pays_against(none, 59, options)


def test_levers_that_save_by_themselves_are_tried_together() -> None:
    """Two regions: each promise saves, and so do both; what is used is the best of the trials."""
    options = Levers(promises=(PromiseOption("a", 48.0, 0), PromiseOption("b", 48.0, 0)))
    ab = {frozenset(): 100.0, frozenset("a"): 90.0, frozenset("b"): 95.0, frozenset("ab"): 80.0}
    of = replace(
        quiet(options), regions=tuple(replace(quiet(options).regions[0], name=n) for n in "ab")
    )
    made = lever_trials._Trials(of, context(), LeverOptions())

    def simulated(chosen: ChosenLevers) -> LeverTrial:
        cost = ab[frozenset(dict(chosen.promised))]
        made.made[chosen] = trial(chosen, [cost, cost + 1, cost + 2])
        return made.made[chosen]

    made._trial = simulated
    a, b = (ChosenLevers(((name, 48.0),), ()) for name in "ab")
    study = made.study([a, b])
    assert study.chosen == joined_levers(of, a, b)
    assert len(study.trials) == 4
    made.made.clear()
    made.options = LeverOptions(most_trials=3)
    assert made.study([a, b]).chosen == a


def test_levers_are_named_in_the_words_of_the_scenario() -> None:
    chosen = ChosenLevers((("north", 72.0), ("south", 48.5)), (("live", 12_000),))
    assert in_words(chosen) == "north 72 h; south 48.5 h; live 12000"
    assert in_words(NONE_CHOSEN) == "none"
