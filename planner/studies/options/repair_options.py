"""Which repairs of a problem without a plan are tried, and how hard."""

from __future__ import annotations

from dataclasses import dataclass

from planner.planning.options import PlanningOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOptions:
    """Candidates for repairs, and how they are proved.

    Amounts are tried from the smallest on. "Chosen by hand" means that no record of a measurement
    exists.

    Attributes
    ----------
    conflict_sets : int
        Irreducible conflict sets that become candidates, in addition to the promise and notice.
        Chosen by hand: with more the list is longer than a planner reads.
    batch : int
        Candidates that are planned at the same time. Chosen by hand.
    wanted : int
        Repairs after which no further batch is planned. Chosen by hand: a planner wants a choice.
    effort_divisor : int
        The plan of one candidate gets the effort of the command divided by this. A repair needs
        some plan, not the best one. Chosen by hand.
    relative_gap, accepted_gap : float
        Gaps of these plans, as in `PlanningOptions`. Chosen by hand, wide for the same reason.
    tree_columns : int
        Columns up to which the whole tree is searched for them. Chosen by hand: a larger tree takes
        minutes.
    attempts : int
        Plans tried for one candidate, each with larger amounts. Chosen by hand.
    stride : int
        Steps skipped where the solver gives up: near the edge of feasibility integer headcounts are
        hard to find. Chosen by hand.
    growth : tuple of float
        Factors on the amounts that the linear relaxation needs. Fine at first, since integer
        headcounts need only a little more. Chosen by hand.
    promise_hours : tuple of float
        Hours by which promises become longer.
    promise_days_hours : tuple of float
        The same in whole days, where the platform counts working days.
    cap_shares : tuple of float
        Orders at which the sale of an event stops, as shares of its 95 % point.
    overtime_hours : tuple of float
        Hours by which every shift may run longer.
    pickup_vehicles : tuple of int
        Vehicles of a collection at a new time.
    aims : tuple of float
        Shares of orders on time to aim at.
    parts_of_target : tuple of float
        Parts of the share that a target of one's own asks for, to aim at instead.
    """

    conflict_sets: int = 4
    batch: int = 4
    wanted: int = 3
    effort_divisor: int = 100
    relative_gap: float = 0.02
    accepted_gap: float = 0.1
    tree_columns: int = 5_000
    attempts: int = 7
    stride: int = 5
    growth: tuple[float, ...] = (1.0, 1.05, 1.15, 1.3, 1.5, 2.0, 3.0)
    promise_hours: tuple[float, ...] = (6.0, 12.0, 24.0, 36.0, 48.0, 72.0, 96.0)
    promise_days_hours: tuple[float, ...] = (24.0, 48.0, 72.0)
    cap_shares: tuple[float, ...] = tuple(k / 20 for k in range(20, 1, -1))
    overtime_hours: tuple[float, ...] = (1.0, 2.0, 3.0)
    pickup_vehicles: tuple[int, ...] = (1, 2, 3, 4, 6, 8)
    aims: tuple[float, ...] = tuple(k / 1000 for k in range(995, 495, -5))
    parts_of_target: tuple[float, ...] = tuple(k / 20 for k in range(19, 3, -1))

    @property
    def planning(self) -> PlanningOptions:
        """Options of the planning model for the plan of a candidate."""
        return PlanningOptions(
            relative_gap=self.relative_gap,
            accepted_gap=self.accepted_gap,
            tree_columns=self.tree_columns,
            proof_work=0,
        )

    def effort(self, of_command: int) -> int:
        """Effort for the plan of one candidate, of that of the command."""
        return max(of_command // self.effort_divisor, 1)
