"""Tuned values of the studies' algorithms, by algorithm.

They decide which plan is found and how soon, never whether a certificate is right. "Chosen by hand"
means that no record of a measurement exists.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

from planner.studies.options.replan_options import ReplanOptions
from planner.studies.options.stress_options import StressOptions
from planner.studies.options.what_if_options import WhatIfOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class SamplingOptions:
    """How many demand paths and replications the steps of a study draw.

    Attributes
    ----------
    planning_scenarios : int
        Weighted demand paths that the joint model plans for. Chosen by hand.
    sampled_paths : int
        Demand paths that these stand for. Chosen by hand.
    forecast_paths : int
        Demand paths behind the forecast of a whole run. Chosen by hand.
    comparison_replications : int
        Replications on which a whole run compares contracts. Chosen by hand.
    """

    planning_scenarios: int = 12
    sampled_paths: int = 2000
    forecast_paths: int = 500
    comparison_replications: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LeverOptions:
    """Choice of longer promises and order caps.

    Attributes
    ----------
    least_saving : float
        Minimum relative saving for a lever to be used, share of the cost. Chosen by hand.
    most_proposed : int
        Choices that the planning model proposes for a trial. Chosen by hand.
    most_trials : int
        Choices that are planned and simulated, the one without any lever included. Chosen by hand.
    trim_share : float
        Each is trimmed with this share of the effort that the plan at the end is trimmed with.
        Chosen by hand.
    """

    least_saving: float = 1e-4
    most_proposed: int = 5
    most_trials: int = 8
    trim_share: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class LoopOptions:
    """Limits of the loop of planning, simulating, learning, trimming and certifying.

    Attributes
    ----------
    plans_at_normal_effort : int
        Plans made at effort 100. Chosen by hand.
    most_looks : int
        Certification looks, without the last one on the best plan; each later look needs more
        replications. Chosen by hand.
    worth_another_look : float
        Probability of passing from which a plan that failed a look is put to the next one. Chosen
        by hand.
    tries_without_margins : int
        Plans almost without margins, where nothing is random. Chosen by hand.
    eased_headroom : float
        Share of the headroom that is left where no plan has room for all of it. Chosen by hand.
    least_headroom : float
        Factor of the headroom below which it is not eased any further. Chosen by hand.
    """

    plans_at_normal_effort: int = 6
    most_looks: int = 3
    worth_another_look: float = 0.5
    tries_without_margins: int = 5
    eased_headroom: float = 0.5
    least_headroom: float = 1.01


@dataclass(frozen=True, slots=True, kw_only=True)
class MarginOptions:
    """How a plan without margins that failed gets more.

    Attributes
    ----------
    efficiency_factor : float
        Efficiency of the next try over that of the last. Chosen by hand.
    late_factor : float
        Of the failures allowed, the share that the next try may use at most after one that failed
        more. Chosen by hand.
    """

    efficiency_factor: float = 0.995
    late_factor: float = 0.995


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackOptions:
    """Feedback of the simulation to the next plan.

    Attributes
    ----------
    least_observations : int
        Busy buckets observed before their mean throughput is used. Chosen by hand.
    slowest, fastest : float
        Limits of the throughput learned, share of standard speed: beyond them it is not speed that
        was observed. Chosen by hand.
    bad_day_quantile : float
        Quantile of the people present on a day that the next plan counts on. Chosen by hand.
    least_present : float
        Share of the people expected that it counts on in any case. Chosen by hand.
    met_shares : tuple of float
        Shares of replications that met the service level, falling; the last is 0. Chosen by hand.
    strengthening : tuple of float
        By which share the next plan must be stronger at or above each of them. Chosen by hand.
    stock_risk : float
        Factor on the risk that stock may use up, after a plan that missed for want of it. Chosen by
        hand.
    most_strikes : int
        Strikes of risks that a plan learns to survive at once. Chosen by hand.
    """

    least_observations: int = 5
    slowest: float = 0.3
    fastest: float = 1.0
    bad_day_quantile: float = 0.05
    least_present: float = 0.3
    met_shares: tuple[float, ...] = (0.95, 0.8, 0.5, 0.0)
    strengthening: tuple[float, ...] = (0.03, 0.05, 0.08, 0.15)
    stock_risk: float = 0.2
    most_strikes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinforcementOptions:
    """Resources added to a plan by simulation.

    Attributes
    ----------
    least_met : float
        Of the pilot runs that have to be met, the share that a plan must meet to be reinforced; one
        that meets fewer is made again with what was learned. Chosen by hand.
    looked_at : int
        Pilot runs, the hardest of those to be repaired, in which it is looked where orders fail,
        and on which resources are tried. Chosen by hand.
    places_at_site : int
        Places of each site at which people are tried, and as many for vehicles. Chosen by hand.
    amounts : tuple of int
        Larger numbers of people or vehicles to try of what helps most, rising. Chosen by hand.
    rerouted_part : float
        Share of the expected orders of a full collection that moves to other contracts at once.
        Chosen by hand.
    budget_divisor : int
        One part in so many of the pilot replications for trimming may be simulated before it, for
        reinforcement. Chosen by hand.
    """

    least_met: float = 0.8
    looked_at: int = 8
    places_at_site: int = 2
    amounts: tuple[int, ...] = (2, 4, 8, 16, 32)
    rerouted_part: float = 0.1
    budget_divisor: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimmingOptions:
    """Removal and substitution of resources by simulation.

    Attributes
    ----------
    replications_per_effort : int
        Pilot replications that one unit of effort may simulate. Chosen by hand.
    pilot_run_factor : int
        Times as many pilot runs as the plan had to pass: a plan trimmed on few fails elsewhere.
        Chosen by hand.
    least_rounds : int
        Number of times the budget must suffice to simulate all pilot runs. Chosen by hand.
    pass_probability : float
        Probability of passing the next look that a plan should have: it limits the pilot runs that
        may miss the service level. Chosen by hand.
    near : float
        Share of the failures allowed up to which a replication may get worse, where demand or
        attendance is random. Chosen by hand.
    hardest : int
        Pilot runs, closest to failing, on which candidates are simulated, in addition to those that
        may be missed: others are far from failing. `hardest=4, hard_divisor=4` leaves the same
        plans as `hardest=8, hard_divisor=3` on both shipped scenarios and four seeds of an earlier
        singles-day, after 5 to 16 % fewer replications; `hardest=5, hard_divisor=5` takes a quarter
        more on one of the seeds.
    most_expensive : int
        Pilot runs that join them where failures turned out to cost more than a removal saved.
        Chosen by hand.
    at_once : int
        Pilot runs simulated before a candidate may be given up, twice as many before it may be
        given up again, and so on; the same for any number of jobs. Chosen by hand.
    checked_after : tuple of int
        Numbers of removals after which a plan is simulated on more pilot runs than the hardest: an
        early check finds a harmful removal soon. Chosen by hand.
    hard_divisor : int
        An early check simulates one in so many pilot runs, those closest to failing (see
        `hardest`).
    little : float
        Share of the saving that may be put back after all pilot runs were simulated without being
        tried again, which would call for simulating them all again. On an earlier singles-day a
        fifth of the simulations changed the cost by 0.1 %.
    substitution_divisor : int
        One part in so many of the budget is for substitutions: they are many, and most fail. Chosen
        by hand.
    most_overtime : int
        Most people who work overtime so that one fewer need come. Chosen by hand.
    """

    replications_per_effort: int = 40
    pilot_run_factor: int = 3
    least_rounds: int = 8
    pass_probability: float = 0.9
    near: float = 0.75
    hardest: int = 4
    most_expensive: int = 16
    at_once: int = 2
    checked_after: tuple[int, ...] = (2, 12)
    hard_divisor: int = 4
    little: float = 0.1
    substitution_divisor: int = 10
    most_overtime: int = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSearchOptions:
    """Search for a plan by simulation alone.

    Attributes
    ----------
    replications_per_effort : int
        Replications that one unit of effort may simulate, where the joint plan sets no number.
        Chosen by hand.
    panel_divisor : int
        The panel has one in so many of the replications that may be simulated. Chosen by hand.
    largest_panel : int
        Replications of the largest panel: if all meet the service level, 95 % may be claimed.
    at_once : int
        Replications simulated before a candidate may be given up; the same for any number of jobs.
        Chosen by hand.
    allowed_failures : float
        Share of the failures allowed that a plan may have on the panel: a plan made for it does
        worse elsewhere. Chosen by hand.
    worth_continuing : float
        A candidate is simulated further below this multiple of the best plan's missing orders or
        cost. Chosen by hand.
    most_idle : int
        Changes in a row that break a rule or change nothing, after which the search ends. Chosen by
        hand.
    """

    replications_per_effort: int = 12
    panel_divisor: int = 20
    largest_panel: int = 60
    at_once: int = 2
    allowed_failures: float = 0.5
    worth_continuing: float = 0.999
    most_idle: int = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NeighbourhoodOptions:
    """Random changes of a plan in the local search.

    Attributes
    ----------
    cheapest_lanes : int
        Cheapest lanes of a region and weight class that are tried. Chosen by hand.
    largest_change : float
        Share by which headcounts change at most (by one at least), and standard deviation of the
        logarithm of a change of stock. Chosen by hand.
    intended_probability : float
        Probability that a change of headcounts goes in the direction asked for. Chosen by hand.
    everywhere_probability : float
        Probability that it concerns all processes of a site, and that it concerns all shifts.
        Chosen by hand.
    staffing_weight, routing_weight, vehicle_weight, stock_weight : float
        Relative frequency of each kind of change, where it is possible. Chosen by hand.
    """

    cheapest_lanes: int = 3
    largest_change: float = 0.3
    intended_probability: float = 0.75
    everywhere_probability: float = 0.3
    staffing_weight: float = 0.6
    routing_weight: float = 0.2
    vehicle_weight: float = 0.1
    stock_weight: float = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosisOptions:
    """Where orders are late, and what would help.

    Attributes
    ----------
    worst_replications : int
        Replications with most late orders that are simulated again to find the places. Chosen by
        hand.
    resource_replications : int
        Replications on which one more person or vehicle is tried, spread over those with late
        orders. Chosen by hand.
    most_places : int
        Places at which another person is tried, and as many for vehicles. Chosen by hand.
    """

    worst_replications: int = 5
    resource_replications: int = 12
    most_places: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRuleOptions:
    """Search for short lists of rules that route like a plan.

    Attributes
    ----------
    sizes : tuple of int
        Most rules of a list, rising.
    departure_prices : tuple of float
        Prices at which a parcel of departure from the plan's use of people, goods and lanes counts
        in the search, shares of the mean cost of a parcel, rising: the search is done at each. On
        the Singles' Day scenario, lists of three rules at 0.02, 0.1 and 0.5 kept 97, 99 and 99
        promotions of 100 and cost 0.4, 0.8 and 2.0 % more than the plan.
    polish_passes : int
        Times that each rule of a list may be replaced. Chosen by hand.
    pilot_runs : int
        Replications of the plan itself from which those for the choice are taken. Chosen by hand.
    hardest, others : int
        Of these the closest to failing, and others spread over the rest, on which lists are
        compared. Chosen by hand.
    """

    sizes: tuple[int, ...] = (3, 10, 50)
    departure_prices: tuple[float, ...] = (0.02, 0.1, 0.5)
    polish_passes: int = 3
    pilot_runs: int = 40
    hardest: int = 6
    others: int = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOptions:
    """Tuned values of all algorithms of the studies."""

    sampling: SamplingOptions = field(default_factory=SamplingOptions)
    levers: LeverOptions = field(default_factory=LeverOptions)
    loop: LoopOptions = field(default_factory=LoopOptions)
    margins: MarginOptions = field(default_factory=MarginOptions)
    feedback: FeedbackOptions = field(default_factory=FeedbackOptions)
    reinforcement: ReinforcementOptions = field(default_factory=ReinforcementOptions)
    trimming: TrimmingOptions = field(default_factory=TrimmingOptions)
    local_search: LocalSearchOptions = field(default_factory=LocalSearchOptions)
    neighbourhood: NeighbourhoodOptions = field(default_factory=NeighbourhoodOptions)
    diagnosis: DiagnosisOptions = field(default_factory=DiagnosisOptions)
    routing_rules: RoutingRuleOptions = field(default_factory=RoutingRuleOptions)
    stress: StressOptions = field(default_factory=StressOptions)
    what_if: WhatIfOptions = field(default_factory=WhatIfOptions)
    replan: ReplanOptions = field(default_factory=ReplanOptions)

    def groups(self) -> tuple[Any, ...]:
        """The option groups, in the order of the fields."""
        return tuple(getattr(self, group.name) for group in fields(self))


DEFAULT = StudyOptions()
