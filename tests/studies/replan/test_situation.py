"""What is known of a promotion under way."""

from __future__ import annotations

import numpy as np

from planner.studies.replan.situation import learned_under
from tests.builders import a_plan
from tests.forecasting.test_posterior import LIVE, a_promotion, counts


def test_a_sale_that_the_plan_stopped_says_nothing_of_what_was_asked_for() -> None:
    """The cap of 300 was reached in the first hour: the event may be of any size above that."""
    problem = a_promotion(LIVE)
    hourly = np.full(22, 20)
    hourly[20] = 320
    seen = counts(hourly)
    stopped = learned_under(problem, a_plan(problem, caps=(("live", 300),)), seen).demand
    open_ = learned_under(problem, a_plan(problem), seen).demand
    assert stopped.under_way is not None
    assert open_.under_way is not None
    assert np.median(open_.under_way.sizes) < 0.8 * LIVE.median
    assert np.median(stopped.under_way.sizes) >= 0.9 * LIVE.median
    assert stopped.events == problem.demand.events
