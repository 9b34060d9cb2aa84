"""What pilot replications have shown of earlier plans, for the next planning iteration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.risks import Strike


@dataclass(frozen=True, eq=False)
class PlanningFeedback:
    """What the planning model does not know by itself.

    Parameters
    ----------
    throughput : Floats
        Share of the scheduled work that gets done while orders wait [site, process, bucket],
        processes as in `Problem.process_names`; NaN where nothing was learned.
    headroom : float
        People and vehicles are planned as if they could do only 1 / headroom as much.
    failed : tuple of Plan
        Plans that did not meet the service level; nor will any plan with less of everything.
    stock_risk : float
        Share of the planned risk that stock may still use up, where it is placed on sampled paths.
    struck : tuple of Strike
        Strikes of risks that plans did not survive: the next plan must.
    """

    throughput: Floats
    headroom: float = 1.0
    failed: tuple[Plan, ...] = ()
    stock_risk: float = 1.0
    struck: tuple[Strike, ...] = ()

    @classmethod
    def none(cls, problem: Problem) -> PlanningFeedback:
        """Nothing has been simulated yet."""
        shape = (len(problem.sites), len(problem.process_names), problem.horizon.buckets)
        return cls(np.full(shape, np.nan))
