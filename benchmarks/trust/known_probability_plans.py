"""Plans that meet the service level with a known probability, put to the planner's own looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.stats import binom

from benchmarks.simulation.sites import START
from planner.domain.demand import Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, ShareRow
from planner.domain.products import Product, Region
from planner.domain.random_streams import REHEARSAL
from planner.domain.site import Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.studies.certification import loop
from planner.studies.certification.adjustment import Adjusted
from planner.studies.certification.certificate import CertificationLook, certify
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.trimming import Trimmed
from planner.studies.options.study_options import DEFAULT
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.bounds import NO_BOUNDS, LowerBounds

CASES = ((0.95, 0.949), (0.95, 0.94), (0.95, 0.90), (0.95, 0.80), (0.90, 0.899), (0.90, 0.85))
REPLICATIONS = 100
PATHS = 1000  # given demand paths, so that a chance of three digits is met exactly
FEW, MANY = 1.0, 40.0  # orders in an hour: the first is done in time, the second is not
NOBODY_KNOWS = Problem(
    name="luck",
    currency="CNY",
    horizon=Horizon(START, 1, HOUR_S, "Asia/Shanghai"),
    seed=0,
    service=Service(0.98, 0.95),
    platform=PlatformRule(name="benchmark", counts="label", deadline_hours=4.0),
    regions=(Region("all", "All", 1.0),),
    products=(Product(name="parcel", label="Parcel", share=1.0, weight_g=500.0),),
    demand=Demand(
        events=(),
        region_share=np.ones(1),
        product_share=np.ones(1),
        given=GivenDemand(np.full((1, 24, 1, 1), FEW)),
    ),
    sites=(
        Site(
            name="site",
            label="Site",
            region="all",
            processes=(Process(name="pack", orders_per_hour=10.0),),
        ),
    ),
    shifts=(Shift("whole", 0, DAY_S),),
    crews=(Crew(name="own", site="site", temporary=False, limit=1, wage_minor_per_hour=2000),),
)
ONE_PERSON = Plan(
    method="stated",
    status=PlanStatus.AS_STATED,
    staffing=(
        StaffRow(
            day=0,
            site="site",
            process="pack",
            crew="own",
            shift="whole",
            since_day=LONG_AGO,
            headcount=1,
        ),
    ),
    routing=(ShareRow(region="all", site="site", contract="", from_s=0, to_s=DAY_S, share=1.0),),
)


def chance_of_a_certificate(chance: float, confidence: float) -> float:
    """Probability that one of all possible looks certifies a plan.

    Parameters
    ----------
    chance : float
        Probability that the plan meets the service level in a replication.
    confidence : float
        Share of replications in which it must be met.

    Returns
    -------
    float
        The probability, by arithmetic.
    """
    none = 1.0
    for look in looks(confidence):
        none *= float(binom.cdf(look.needed(confidence) - 1, look.replications, chance))
    return 1.0 - none


def looks(confidence: float) -> list[CertificationLook]:
    """Terms of the first look, of those that may follow, and of the last one on the best plan."""
    found = [CertificationLook(1, REPLICATIONS)]
    while len(found) <= DEFAULT.loop.most_looks:
        found.append(found[-1].after(confidence))
    return found


@dataclass(frozen=True)
class Coin:
    """A replication that was not simulated: it meets the service level or not."""

    lucky: bool

    def meets(self, _: Service) -> bool:
        """Whether it meets the service level."""
        return self.lucky


def granted_by_luck(chance: float, confidence: float, seed: int) -> bool:
    """Whether the loop certifies a plan whose replications are coins.

    Each plan passes its pilot runs, so that it is always put to a look; the coins of a look are
    thrown when it is first asked for.

    Parameters
    ----------
    chance : float
        Probability that the plan meets the service level in a replication.
    confidence : float
        Share of replications in which it must be met.
    seed : int
        Seed of the problem.

    Returns
    -------
    bool
        Whether a certificate was granted.
    """
    rng, looked_at = np.random.default_rng([seed, round(PATHS * chance)]), set[str]()

    def throw(
        problem: Problem, plans: Any, context: RunContext, stream_set: str, replications: int
    ) -> list[list[Coin]]:
        if stream_set.startswith(REHEARSAL) or stream_set in looked_at:
            return [[Coin(True)] * replications]
        looked_at.add(stream_set)
        return [[Coin(bool(meets)) for meets in rng.random(replications) < chance]]

    problem = replace(NOBODY_KNOWS, service=Service(0.98, confidence))
    with _nothing_simulated(throw):
        return _is_certified(problem)


@contextmanager
def _nothing_simulated(throw: Any) -> Iterator[None]:
    """The loop without a solver or a simulator; trimming always leaves another plan."""
    stand_ins = {
        "decide": lambda *_, **__: ONE_PERSON,
        "decide_without_margins": lambda *_: None,
        "checking_engines": lambda *_: nullcontext(dict),
        "evaluate_plans": throw,
        "feedback_from": lambda *_: None,
        "digest": lambda _: "",
        "costed": lambda _, plan, *__: plan,
    }
    trimmed = Trimmed(replace(ONE_PERSON), (("day", 1),), 1, True, 0, 0, 0)
    adjusted = Adjusted(reinforced=None, trimmed=trimmed, missed_before=0, simulated=0)
    with ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(patch.object(loop, name, stand_in))
        stack.enter_context(patch.object(loop.CertificationLoop, "_adjusted", lambda *_: adjusted))
        stack.enter_context(patch.object(LowerBounds, "__call__", lambda _: NO_BOUNDS))
        yield


def granted_by_playing(chance: float, confidence: float, seed: int) -> bool:
    """Whether one of all possible looks certifies a plan that is simulated.

    Of the demand paths given, all equally likely, one person can do just this share in time.

    Parameters
    ----------
    chance : float
        Probability that the plan meets the service level in a replication.
    confidence : float
        Share of replications in which it must be met.
    seed : int
        Seed of the problem.

    Returns
    -------
    bool
        Whether a certificate was granted.
    """
    large = round(PATHS * (1.0 - chance))
    orders = np.full((PATHS, 24, 1, 1), FEW)
    orders[:large] = MANY
    demand = replace(NOBODY_KNOWS.demand, given=GivenDemand(orders))
    problem = replace(NOBODY_KNOWS, seed=seed, demand=demand, service=Service(0.98, confidence))
    for look in looks(confidence):
        summaries = evaluate_plans(
            problem,
            [ONE_PERSON],
            RunContext(budget=Budget(REPLICATIONS)),
            look.stream_set,
            look.replications,
        )[0]
        if certify(problem, summaries, look).certified:
            return True
    return False


def granted_by_planning(chance: float, confidence: float, seed: int) -> bool:
    """Whether the whole loop, with the solver, certifies a plan.

    One person alone can do the work, and is absent with the probability that is left.

    Parameters
    ----------
    chance : float
        Probability that the plan meets the service level in a replication.
    confidence : float
        Share of replications in which it must be met.
    seed : int
        Seed of the problem.

    Returns
    -------
    bool
        Whether a certificate was granted.
    """
    crews = (replace(NOBODY_KNOWS.crews[0], absence=1.0 - chance),)
    problem = replace(NOBODY_KNOWS, seed=seed, crews=crews, service=Service(0.98, confidence))
    return _is_certified(problem)


def _is_certified(problem: Problem) -> bool:
    context = RunContext(budget=Budget(REPLICATIONS))
    return loop.certified_plan(problem, context).stopped == "certified"
