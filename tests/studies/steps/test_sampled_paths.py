"""What the joint plan is made from is sampled once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from planner.domain.demand import Baseline, Demand
from planner.studies.options.study_options import SamplingOptions
from planner.studies.steps.sampled_paths import sampled
from tests.planning.builders import problem


def test_a_sample_is_drawn_once_for_each_problem_and_size() -> None:
    """Asked again for the same, it is the same object; of another seed or size it is another."""
    demand = Demand(
        events=(),
        region_share=np.ones(1),
        product_share=np.ones(1),
        baseline=Baseline(np.full(48, 10.0), day_cv=0.3),
    )
    given = problem(demand=demand)
    few = SamplingOptions(planning_scenarios=3, sampled_paths=50)
    more = replace(few, planning_scenarios=4)
    scenarios, _ = sampled(given, few)
    assert sampled(given, few)[0] is scenarios
    assert len(sampled(given, more)[0].weight) > len(scenarios.weight)
    other, _ = sampled(replace(given, seed=given.seed + 1), few)
    assert not np.array_equal(other.intensity, scenarios.intensity)
