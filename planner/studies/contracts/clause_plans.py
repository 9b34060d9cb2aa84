"""Plans made again for changes of clauses, where the relaxation of the present plan moves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from planner.domain.demand_scenarios import ScenarioSet
from planner.domain.plan import Plan
from planner.planning.milp.solver_process import in_solver_process
from planner.planning.solution.replanning import PlannedBefore
from planner.studies.contracts.carrier_only import TIGHT, Case, case_costs, plan_couriers
from planner.studies.contracts.clause_costs import Variation

# Whether to begin with a contract that is not used: fractions of signatures and tiers make the
# relaxation promise what no plan holds, and the search of the whole tree for that takes longer than
# all other plans together. The present plan stays where the plan that is found is no better.
COARSE = replace(TIGHT, relative_gap=0.02, accepted_gap=0.02)


@dataclass(frozen=True, eq=False)
class ClausePlans:
    """The plan made for every change as a task: `plans(k)` of change k (picklable).

    Attributes
    ----------
    now : Case
        The case as it is, with its plan.
    variations : tuple[Variation, ...]
        The changes.
    scenarios : ScenarioSet
        Sampled demand, the same for all plans.
    effort : int
        Solver effort; 100 is normal.
    """

    now: Case
    variations: tuple[Variation, ...]
    scenarios: ScenarioSet
    effort: int

    def __call__(self, k: int) -> Plan | None:
        """Plan of change number `k`; None where the present plan stays."""
        variation = self.variations[k]
        problem = variation(self.now.problem)
        costs = case_costs(problem)
        used = variation.contract in self.now.used_or_signed
        unused = None if used else variation.contract
        if in_solver_process(self.before.stays, problem, costs, unused):
            return None
        return plan_couriers(problem, self.scenarios, self.effort, TIGHT if used else COARSE)

    @cached_property
    def before(self) -> PlannedBefore:
        """The present plan with its relaxation; whoever asks first solves it for all processes."""
        problem = self.now.problem
        return in_solver_process(
            PlannedBefore.of, problem, self.scenarios, case_costs(problem), TIGHT
        )
