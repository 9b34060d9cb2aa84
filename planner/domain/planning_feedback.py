"""What simulated promotions have taught about earlier plans, for the next one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.demand import Floats
from planner.domain.plan import Plan
from planner.domain.problem import Problem


@dataclass(frozen=True, eq=False)
class PlanningFeedback:
    """What planning does not know by itself.

    `throughput[site, process, bucket]` (processes as in `Problem.process_names`, buckets of the
    horizon): the share of its people's scheduled work that really gets done while orders wait; NaN
    where nothing was learned. `headroom`: people and vehicles are planned as if they could do only
    1 / headroom as much. `failed`: plans that did not keep the promise; nor will any plan with less
    of everything.
    """

    throughput: Floats
    headroom: float = 1.0
    failed: tuple[Plan, ...] = ()

    @classmethod
    def none(cls, problem: Problem) -> PlanningFeedback:
        """Nothing has been simulated yet."""
        shape = (len(problem.sites), len(problem.process_names), problem.horizon.buckets)
        return cls(np.full(shape, np.nan))
