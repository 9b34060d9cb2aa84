"""The grid of what ifs: the plan itself in its middle, one simulation for all promises, the same
table however it is computed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from planner.domain.costs import simulated_costs
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.formats.scenario.reader import read_scenario
from planner.studies.certification.certificate import CertificationLook
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.options.study_options import DEFAULT
from planner.studies.options.what_if_options import WhatIfOptions
from planner.studies.run import plan_by
from planner.studies.runs.executor import Executor
from planner.studies.runs.journal import Journal
from planner.studies.runs.run_context import RunContext
from planner.studies.what_if import evaluation, study
from planner.studies.what_if.grid import busiest_pickup
from planner.studies.what_if.study import spread, what_if_table
from tests.builders import a_crew, a_plan, a_problem, given, played
from tests.cli.builders import write_small

LOOK = CertificationLook(1, 12)
FEW = replace(
    DEFAULT, what_if=WhatIfOptions(demand=(-0.2, 0.0, 0.4), agency_fill=(0.5, 1.0), replications=4)
)


@dataclass(frozen=True)
class Planned:
    """A plan with its replications, and the table of what ifs."""

    problem: Problem
    plan: Plan
    summaries: list[Summary]
    table: pd.DataFrame

    def row(self, **at: object) -> pd.Series:
        """The row of a point."""
        table = self.table
        for name, value in at.items():
            table = table[table[name] == value]
        (found,) = table.to_dict("records")
        return pd.Series(found)


def studied(problem: Problem, plan: Plan, context: RunContext | None = None) -> Planned:
    context = context or RunContext(options=FEW)
    (summaries,) = evaluate_plans(problem, [plan], context, LOOK.stream_set, LOOK.replications)
    return Planned(problem, plan, summaries, what_if_table(problem, plan, summaries, context, LOOK))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """The small scenario with the plan for its peak, which books temporaries."""
    fewer = {
        "headcount: 6,": "headcount: 2,",
        "shift: day, headcount: 3}": "shift: day, headcount: 1}",
    }
    problem = read_scenario(write_small(tmp_path_factory.mktemp("small"), fewer)).problem
    return studied(problem, plan_by(problem, "peak", RunContext(), 1))


def test_in_the_middle_stands_the_plan_itself(small: Planned) -> None:
    """Nothing changed: cost, share and promises kept are those of the certificate's
    replications.
    """
    numbers = spread(small.summaries, 4)
    chosen = [small.summaries[k] for k in numbers]
    assert len({s.replication for s in chosen}) == 4
    row = small.row(demand=0.0, agency_fill=1.0, missed_pickup="", promise_hours=48.0)
    costs = simulated_costs(small.problem, small.plan, chosen)
    assert row["cost_mean"] == round(float(np.mean(sum(costs.values()))) / 100, 2)
    assert row["on_time_share"] == round(float(np.mean([s.on_time_share for s in chosen])), 6)
    assert row["kept"] == sum(s.meets(small.problem.service) for s in chosen)
    assert row["orders"] == round(float(np.mean([s.placed for s in chosen])), 1)


def test_the_grid_is_whole_and_goes_the_right_way(small: Planned) -> None:
    """Every combination is there once; longer promises are kept at least as often, more orders
    come where more are asked for, and fewer people or a missed pick-up help nobody.
    """
    table = small.table
    assert len(table) == 3 * 2 * 2 * 3
    axes = ["demand", "agency_fill", "missed_pickup", "promise_hours"]
    assert not table.duplicated(axes).any()
    shares = table.pivot_table(
        index=["demand", "agency_fill", "missed_pickup"], columns="promise_hours"
    )["on_time_share"]
    assert (shares.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert table.groupby("demand")["orders"].mean().is_monotonic_increasing
    by_demand = table[table["promise_hours"] == 48.0].groupby(axes[:1])["on_time_share"].mean()
    assert by_demand.is_monotonic_decreasing
    base = {"demand": 0.4, "promise_hours": 48.0}
    usual = small.row(**base, agency_fill=1.0, missed_pickup="")
    assert (
        small.row(**base, agency_fill=0.5, missed_pickup="")["on_time_share"]
        < (usual["on_time_share"])
    )
    (missed,) = {text for text in table["missed_pickup"] if text}
    means = table.groupby("missed_pickup")["on_time_share"].mean()
    assert means[missed] < means[""]


@pytest.mark.parametrize("hours", [24.0, 72.0])
def test_one_simulation_judges_every_promise(small: Planned, hours: float) -> None:
    """A row of another promise is what a platform with that deadline would see."""
    platform = replace(small.problem.platform, deadline_hours=hours)
    other = studied(replace(small.problem, platform=platform), small.plan)
    at = {"demand": 0.4, "agency_fill": 0.5, "missed_pickup": "", "promise_hours": hours}
    pd.testing.assert_series_equal(small.row(**at), other.row(**at))
    assert small.row(**at)["on_time_share"] < 1.0


def test_any_number_of_processes_gives_the_same_table(
    small: Planned, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers, who begin at once, and this process alone."""
    monkeypatch.setattr(study, "START_S", 0.0)
    context = RunContext(options=FEW, executor=Executor(jobs=2))
    with context.executor.open():
        again = what_if_table(small.problem, small.plan, small.summaries, context, LOOK)
    pd.testing.assert_frame_equal(again, small.table)


def test_what_the_journal_holds_is_not_simulated_again(
    small: Planned, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that was interrupted after the grid gets the same table from its journal."""
    context = RunContext(options=FEW, journal=Journal(tmp_path / "journal", "study"))
    first = what_if_table(small.problem, small.plan, small.summaries, context, LOOK)
    assert context.journal.counts()["what if"] == 4 * 3

    def refuses(*args: object) -> None:
        raise AssertionError("simulated again")

    monkeypatch.setattr(evaluation, "simulate_with_offers", refuses)
    second = what_if_table(small.problem, small.plan, small.summaries, context, LOOK)
    context.journal.close()
    pd.testing.assert_frame_equal(first, second)


def test_the_replications_stand_for_small_and_large_promotions(small: Planned) -> None:
    """From a twelfth to the largest, evenly; all of them where more are asked for."""
    placed = {s.replication: s.placed for s in small.summaries}
    sizes = [placed[k] for k in spread(small.summaries, 4)]
    assert sizes == sorted(sizes)
    assert np.mean(sizes) == pytest.approx(np.mean(list(placed.values())), rel=0.03)
    assert sorted(spread(small.summaries, 99)) == sorted(placed)


def test_axes_without_effect_are_left_out() -> None:
    """No temporaries, no collections, and deadlines in working days: the platform's own rule is a
    promise of its own.
    """
    problem = given(a_problem(crews=(a_crew(limit=4),)), [20.0] * 24)
    platform = replace(problem.platform, deadline_working_days=1)
    problem = replace(problem, platform=platform)
    table = studied(problem, a_plan(problem)).table
    assert set(table["agency_fill"]) == {1.0}
    assert set(table["missed_pickup"]) == {""}
    assert list(table["promise_hours"][:4].fillna(0.0)) == [0.0, 24.0, 48.0, 72.0]
    assert len(table) == 3 * 4


def test_the_pick_up_that_takes_most_is_the_one_that_is_missed(small: Planned) -> None:
    """Counted by hand in one replication."""
    records = played(small.problem, small.plan)
    pickup = busiest_pickup(small.problem, small.plan, records)
    assert pickup is not None
    taken = records.handed_over_at_s[records.handed_over_at_s >= 0]
    seconds, parcels = np.unique(taken, return_counts=True)
    assert pickup.second in set(seconds.tolist())
    c = small.problem.contract_names.index(pickup.contract)
    theirs = records.handed_over_at_s[records.contract == c]
    assert np.count_nonzero(theirs == pickup.second) >= parcels.max() / 2
