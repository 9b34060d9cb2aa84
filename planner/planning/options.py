"""Options of the planning model: its margins, and the tuned values of the algorithms that solve it.

`PlanningOptions` says what is planned for. `SearchOptions` holds the values that were tuned so that
the search is fast: they decide which plan is found, and how soon. "Chosen by hand" means that no
record of a measurement exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from planner.domain.costs import COST_NAMES

PROVED_GAP = 1e-6  # relative gap below which a plan counts as proved optimal


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSearchOptions:
    """Size classes of a model, and the size of a branch-and-bound search.

    Attributes
    ----------
    nodes_per_work_unit : int
        Branch-and-bound nodes of one MILP per unit of work. A node limit gives the same answer on
        every machine. Chosen by hand.
    small_columns : int
        Up to this number of columns a model is searched until the optimum is proved. Chosen by
        hand: a proof takes a few seconds there.
    whole_columns : int
        Above this number of columns the whole tree is searched only where nothing else has found a
        plan: a node takes up to a second there, and trimming by simulation saves more. Chosen by
        hand.
    large_columns : int
        Above this number of columns the relaxation is solved by an interior-point method and the
        integers are found site by site. Tuned so that most scenarios of two sites stay below it.
    """

    nodes_per_work_unit: int = 20
    small_columns: int = 4_000
    whole_columns: int = 5_000
    large_columns: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioGenerationOptions:
    """Which sampled demand scenarios the model looks at in detail, and when another one joins.

    Attributes
    ----------
    first_scenarios : int
        Number of the hardest scenarios that the first round models. Chosen by hand.
    joining : int
        Number of scenarios that join per round. Chosen by hand.
    joining_in_large : int
        The same in a large model, where another round costs minutes and another scenario only
        seconds. Tuned on the large promotion of the benchmarks.
    early_share : float
        Share of the allowed failures at which a scenario joins while headcounts are fractional:
        before it is violated, because integer headcounts leave less room. Chosen by hand.
    worth_joining : float
        Cost of the scenarios left out, as a share of the objective, that calls for another round.
        Chosen by hand, well below `accepted_gap`.
    """

    first_scenarios: int = 3
    joining: int = 2
    joining_in_large: int = 4
    early_share: float = 0.8
    worth_joining: float = 0.002


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxAndFixOptions:
    """The moving window of the relax-and-fix heuristic.

    Attributes
    ----------
    window_days : int
        Days whose integers are decided in one step. Chosen by hand.
    node_divisor : int
        A step gets the node limit divided by this: it is far smaller than the whole. Chosen by
        hand.
    gap_share : float
        Share of the requested relative gap that one step may leave. In the shipped scenario half
        of it takes 0.5 times the processor time of a quarter, and the plan costs 0.5 % more.
    """

    window_days: int = 2
    node_divisor: int = 4
    gap_share: float = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class DecompositionOptions:
    """Integer solutions site by site.

    Attributes
    ----------
    node_divisor : int
        The node limit is divided by this and by the number of subproblems: most of the gain comes
        with the first nodes. Chosen by hand.
    near_tier_gap_share : float
        Share of the requested gap that the volume tiers nearest to the relaxation may cost; beyond
        it all tiers are searched, which took 14 of 15 seconds for two couriers and found the same.
    tier_search_gap_share : float
        Share of the requested gap that a search over all tiers may leave. Chosen by hand.
    small_site_share : float
        A site below this share of an equal part of the total cost may lose as much money to
        integers as a site at it: its relative gap is wider. Chosen by hand.
    widest_site_gap : float
        Upper limit of the relative gap of one site. Chosen by hand.
    missed_share : float
        Relative feasibility tolerance, share of a row's activity: a violation up to it is rounding
        by the solver; a larger one is passed on to the subproblems. Chosen by hand.
    row_slack : float
        Slack of every row of a subproblem, share of its fixed activity, so that rounding errors in
        a row whose capacity is used up cannot make it infeasible. Chosen by hand.
    near_relaxation : bool
        Whether every integer of a site is the one just below or just above its value in the
        relaxation, where that leads to a plan. A tenth of the work; in the shipped scenario such a
        plan costs 0.6 % more.
    """

    node_divisor: int = 8
    near_tier_gap_share: float = 1.0
    tier_search_gap_share: float = 0.5
    small_site_share: float = 0.5
    widest_site_gap: float = 0.5
    missed_share: float = 1e-3
    row_slack: float = 1e-6
    near_relaxation: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AggregationOptions:
    """How products and demand components are aggregated, and products disaggregated again.

    Attributes
    ----------
    most_families : int
        Largest number of product families; a scenario of no more products aggregates none. Chosen
        by hand.
    same_work : float
        Components whose mean work per order differs by no more than this factor share a workload
        class. Chosen by hand.
    same_work_in_bound : float
        The same factor in a lower bound, where a class counts as its lightest component: a larger
        one would weaken the bound. Chosen by hand.
    class_share_decimals : int
        Components whose shares of the weight classes agree to this many decimals may share a
        demand mix. Chosen by hand.
    reserve_share : float
        Share of the allowed failures that may be reserved, at most, for what families do not see.
        Chosen by hand.
    price_halvings : int
        Bisection steps that find the price of a failed order; twice as many find that of a unit of
        space. Chosen by hand.
    highest_price_minor : float
        Upper limit of both prices in minor units per order or unit; beyond any real price.
    stock_cases : int
        Cases, at least, from which the stock of products is planned where it is planned from
        sampled paths: of fewer paths each is several. Chosen by hand.
    stock_risk_share : float
        Share of the planned risk that such stock may use up. Units are cheap against people, who
        get the rest of it. Chosen by hand.
    """

    most_families: int = 60
    same_work: float = 1.15
    same_work_in_bound: float = 1.05
    class_share_decimals: int = 2
    reserve_share: float = 0.9
    price_halvings: int = 40
    highest_price_minor: float = 1e9
    stock_cases: int = 500
    stock_risk_share: float = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationOptions:
    """How a given plan is placed in the model.

    Attributes
    ----------
    tier_nodes : int
        Branch-and-bound nodes to find the volume tiers of a plan. Chosen by hand: its parcels are
        known, so hardly anything is left to search.
    step_missed : float
        Share of `Parameters.unit_orders` by which parcels may exceed a step of a tier or surcharge
        and still count below it: shares are rounded to millionths. Chosen by hand.
    """

    tier_nodes: int = 1_000
    step_missed: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class BoundOptions:
    """Lower bounds and plans without margins.

    Attributes
    ----------
    integer_columns : int
        Up to this number of columns the lower bound is one for integer headcounts, above it for
        fractional ones. Chosen by hand: a larger model takes too long.
    relative_gap : float
        Relative gap of the search for the bound. Chosen by hand.
    no_margin_columns : int
        Largest model for which a plan without margins is tried. Chosen by hand: it is searched to
        the end in seconds.
    """

    integer_columns: int = 3_000
    relative_gap: float = 1e-4
    no_margin_columns: int = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DominanceCutOptions:
    """By how much a new plan must exceed a failed one in at least one resource.

    Attributes
    ----------
    more_hours : float
        Hours of work at standard speed in a shift; less makes no difference. Chosen by hand.
    more_share : float
        Share of the stock of a family at a site, or of all orders of a phase; less makes no
        difference. Chosen by hand.
    """

    more_hours: float = 0.25
    more_share: float = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class ConflictOptions:
    """Search for the limits to blame where there is no plan.

    Attributes
    ----------
    nodes : int
        Branch-and-bound nodes of an elastic model with integer headcounts. Chosen by hand: most
        are solved at the root.
    """

    nodes: int = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOptions:
    """Tuned values of the algorithms that solve the planning model, by algorithm."""

    tree: TreeSearchOptions = field(default_factory=TreeSearchOptions)
    scenarios: ScenarioGenerationOptions = field(default_factory=ScenarioGenerationOptions)
    relax_and_fix: RelaxAndFixOptions = field(default_factory=RelaxAndFixOptions)
    decomposition: DecompositionOptions = field(default_factory=DecompositionOptions)
    aggregation: AggregationOptions = field(default_factory=AggregationOptions)
    evaluation: EvaluationOptions = field(default_factory=EvaluationOptions)
    bounds: BoundOptions = field(default_factory=BoundOptions)
    dominance_cuts: DominanceCutOptions = field(default_factory=DominanceCutOptions)
    conflicts: ConflictOptions = field(default_factory=ConflictOptions)

    def groups(self) -> tuple[Any, ...]:
        """The option groups, in the order of the fields."""
        return tuple(getattr(self, group.name) for group in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOfThumbOptions:
    """Values of the rules of thumb that the joint plan is compared with.

    Attributes
    ----------
    spare_stock : float
        Stock of the spreadsheet as a multiple of the mean demand. Chosen by hand: a tenth to spare.
    covered_share : float
        Share of the sampled paths whose demand the stock of the other rules covers. The usual
        95 %.
    sampled_paths : int
        Sampled demand paths from which that quantile is taken. Chosen by hand.
    headcount_scales : tuple[float, ...]
        Multiples of the required headcounts, tried in this order until the plan keeps every limit
        on people. Chosen by hand.
    """

    spare_stock: float = 1.1
    covered_share: float = 0.95
    sampled_paths: int = 200
    headcount_scales: tuple[float, ...] = (1.0, 0.95, 0.9, 0.8, 0.7, 0.5, 0.3, 0.1, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterOptions:
    """How long CP-SAT searches for each objective of a roster, team by team.

    All in deterministic seconds of CP-SAT, which give the same answer on every machine. Chosen by
    hand: an open place weighs more than an uneven week, and that more than a changed shift. People
    without names come first to a greedy roster, and to the solver only where it leaves places open.

    Attributes
    ----------
    open_seconds : float
        For as few open places as possible.
    fairness_seconds : float
        For days and nights spread as evenly as possible.
    steadiness_seconds : float
        For people who stay in their shift and process.
    fair_columns : int
        Largest model, in people times places, in which more than open places is minimised.
    most_plans : int
        Times that a joint plan is made again because no set of people can fill its places.
    """

    open_seconds: float = 10.0
    fairness_seconds: float = 2.0
    steadiness_seconds: float = 1.0
    fair_columns: int = 3_000
    most_plans: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningOptions:
    """Margins between the fluid model and the real operation, and the precision of the search.

    Attributes
    ----------
    efficiency : float
        Share of the paid seconds that become work. The rest is waiting for work, which a fluid
        model does not see.
    risk_factor : float
        The hardest scenarios may miss the service level while their weights add up to no more than
        this times (1 - confidence): half a percent at a confidence of 95 %.
    late_factor : float
        Share of the failures allowed by the service level (orders late or without stock) that the
        plan may use up on paper.
    pickup_z : float
        Standard deviations of a contract's random number of parcels that collections and allotment
        keep free.
    stock_z : float
        Standard deviations of the number of orders that the stock covers on top of the scenario.
    count_z : float
        Standard deviations of a contract's random number of parcels on either side of a volume
        threshold within which its clause is planned with its chance (0: counts are taken to be
        what is expected of them). No margin: it makes the cost of a plan what it is on average.
    steady_end : bool
        True: at the end of the horizon only orders may be open that no collection could take any
        more, as in the simulation of a steady day. False: all orders of the last day may be open.
    bucket_s : int
        Longest time bucket in seconds.
    delay_levels : tuple[float, ...]
        Quantiles of the delay after collection that get a cut-off of their own.
    relative_gap : float
        The solver stops at this relative distance from its bound.
    accepted_gap : float
        A plan found by a heuristic is accepted within this relative gap to the bound of the whole
        problem; otherwise the whole tree is searched.
    tree_columns : int | None
        Above this number of columns the whole tree is not searched, so a plan may exist that is
        not found (None: no limit).
    proved_gap : float
        Relative gap within which a plan counts as optimal.
    proof_work : int
        Limit of columns times nodes of the search for a proof in a small model
        (`TreeSearchOptions.small_columns`): a few seconds, and the same nodes on every machine. 0:
        no proof is tried.
    by_deadline : bool
        True: each late order counts once, as in a queue ordered by deadline, at the price of one
        binary variable per cut-off. False: an order counts at every cut-off it misses.
    optimistic : bool
        Every rounding and every count in the plan's favour, so that the optimum is a lower bound
        of every plan as it is simulated.
    search : SearchOptions
        Tuned values of the algorithms.
    """

    efficiency: float = 0.94
    risk_factor: float = 0.1
    late_factor: float = 0.15
    pickup_z: float = 2.0
    stock_z: float = 2.0
    count_z: float = 2.5
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
    search: SearchOptions = field(default_factory=SearchOptions)

    def margins(self) -> dict[str, float]:
        """Value of every margin between the planning model and the sampled problem, by name."""
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
    """Difference between a cost and its bound that is only rounding, in minor units.

    The gap of a proof, and one minor unit for each kind of cost.
    """
    return PROVED_GAP * abs(objective) + len(COST_NAMES)
