"""What the planning model assumes beyond the problem: margins, risk, and how hard the solver
tries.
"""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.costs import COST_NAMES

PROVED_GAP = 1e-6  # of the cost: a gap no larger is a proof
SMALL = 4_000  # columns up to which a program is solved to a proof
LARGE = (
    20_000  # columns from which on a program is solved by other means: most of two sites stay below
)


@dataclass(frozen=True, slots=True)
class PlanningOptions:
    """Margins between the fluid model and the real operation, and the precision asked of the
    solver.

    `efficiency`: share of the paid seconds that become work; the rest is waiting for work that a
    fluid does not know. `risk_factor`: the hardest scenarios may miss the aim while their weights
    add up to no more than this times (1 - confidence): half a percent of the promotions at a
    confidence of 95 %. `late_factor`: share of the orders allowed to fail (late or without stock)
    that the plan may use up on paper. `pickup_z`: standard deviations of a contract's random number
    of parcels that collections keep room for. `stock_z`: standard deviations of the orders' own
    chance that the stock covers on top of the scenario. `steady_end`: at the horizon's end only
    orders that nothing could take any more are left, as in the simulation of a steady day (there as
    many as a day before, where these are more); without it, all of the last day's. `bucket_s`: no
    bucket is longer. `delay_levels`: points of the delay after collection that get their own
    cut-off. `relative_gap`: the solver stops at this distance from its bound. `accepted_gap`: a
    plan found next to the relaxation is kept when it is this close to the bound of the whole
    problem, else the whole tree is searched. `tree_columns`: in a larger program it is not, and
    there may be a plan that is not found (None: always). `proved_gap`: a plan is called optimal
    within it. In a program of up to `SMALL` columns the search continues until it is reached, or
    until columns times nodes exceed `proof_work`: a few seconds, and the same nodes on every
    machine. `by_deadline`: each late order counts once, as a queue by deadline makes it late, at
    the price of a binary variable for every cut-off; without it an order counts at every cut-off
    that it misses. `optimistic`: every rounding and every count in the plan's favour, so that the
    optimum is a lower bound for any plan as the simulation plays it.
    """

    efficiency: float = 0.94
    risk_factor: float = 0.1
    late_factor: float = 0.15
    pickup_z: float = 2.0
    stock_z: float = 2.0
    steady_end: bool = True
    bucket_s: int = 10_800
    delay_levels: tuple[float, ...] = (0.9, 0.99, 0.999)
    relative_gap: float = 0.01
    accepted_gap: float = 0.02
    tree_columns: int | None = None
    proved_gap: float = PROVED_GAP
    proof_work: int = 1_000_000
    by_deadline: bool = False
    optimistic: bool = False

    def margins(self) -> dict[str, float]:
        """What stands between the planning model and the sampled problem: the value of each
        margin.
        """
        return {name: float(getattr(self, name)) for name in MARGINS}


MARGINS = {
    "efficiency": "share of the paid seconds counted as work; people also wait for orders",
    "risk_factor": "share of 1 - confidence that the hardest sampled paths may use up",
    "late_factor": (
        "share of the failures that the service level allows which the plan may use up on paper"
    ),
    "pickup_z": (
        "standard deviations of a contract's parcels that its collections and allotment keep free"
    ),
    "stock_z": "standard deviations of the orders that the stock covers on top of the sampled need",
    "steady_end": (
        "1: what could still leave by the end of the horizon has to; as many as a day "
        "before may stay"
    ),
}


def rounding_minor(objective: int) -> float:
    """Minor units between a cost and its bound that are rounding: a proof's own gap, and one for
    each kind of cost.
    """
    return PROVED_GAP * abs(objective) + len(COST_NAMES)
