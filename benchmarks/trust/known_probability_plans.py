"""Plans that keep their promise with a chance that is known, put to the planner's own verdicts
again and again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any
from unittest.mock import patch

import numpy as np
from scipy.stats import binom

from benchmarks.simulation.sites import START
from planner.domain.demand import Demand, GivenDemand
from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.plan import Plan, PlanStatus
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service, ShareRow
from planner.domain.products import Product, Region
from planner.domain.random_streams import REHEARSAL
from planner.domain.site import Process, Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.studies.certification import loop
from planner.studies.certification.certificate import CertificationLook, certify
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.trimming import Trimmed
from planner.studies.options.study_options import DEFAULT
from planner.studies.runs.budget import Budget
from planner.studies.runs.run_context import RunContext

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
    platform=PlatformRule("benchmark", "label", 4.0),
    regions=(Region("all", "All", 1.0),),
    products=(Product("parcel", "Parcel", 1.0, 500.0),),
    demand=Demand((), np.ones(1), np.ones(1), given=GivenDemand(np.full((1, 24, 1, 1), FEW))),
    sites=(Site("site", "Site", "all", (Process("pack", 10.0),)),),
    shifts=(Shift("whole", 0, DAY_S),),
    crews=(Crew(name="own", site="site", temporary=False, limit=1, wage_minor_per_hour=2000),),
)
ONE_PERSON = Plan(
    "stated",
    PlanStatus.AS_STATED,
    (
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
    (ShareRow("all", "site", "", 0, DAY_S, 1.0),),
)


def chance_of_a_certificate(chance: float, confidence: float) -> float:
    """That one of as many verdicts as there can be certifies a plan which keeps the promise with
    this chance.
    """
    none = 1.0
    for look in looks(confidence):
        none *= float(binom.cdf(look.needed(confidence) - 1, look.replications, chance))
    return 1.0 - none


def looks(confidence: float) -> list[CertificationLook]:
    """The terms of the first verdict, of those that may follow, and of the last word on the best
    plan.
    """
    found = [CertificationLook(1, REPLICATIONS)]
    while len(found) <= DEFAULT.loop.most_looks:
        found.append(found[-1].after(confidence))
    return found


@dataclass(frozen=True)
class Coin:
    """A promotion that nobody played: the promise is kept or not."""

    kept: bool

    def keeps(self, on_time_share: float) -> bool:
        return self.kept


def granted_by_luck(chance: float, confidence: float, seed: int) -> bool:
    """Does the loop certify a plan whose promotions are coins?

    Each plan holds in its rehearsals, so that it is always put to a verdict; the coins of a verdict
    are thrown when it is first asked for.
    """
    rng, judged = np.random.default_rng([seed, round(PATHS * chance)]), set[str]()

    def throw(
        problem: Problem, plans: Any, context: RunContext, stream_set: str, replications: int
    ) -> list[list[Coin]]:
        if stream_set.startswith(REHEARSAL) or stream_set in judged:
            return [[Coin(True)] * replications]
        judged.add(stream_set)
        return [[Coin(bool(kept)) for kept in rng.random(replications) < chance]]

    problem = replace(NOBODY_KNOWS, service=Service(0.98, confidence))
    with _nothing_played(throw):
        return (
            loop.certified_plan(problem, RunContext(budget=Budget(REPLICATIONS))).stopped
            == "certified"
        )


@contextmanager
def _nothing_played(throw: Any) -> Iterator[None]:
    """The loop with its verdicts, without a solver or a simulator; trimming always leaves another
    plan.
    """
    stand_ins = {
        "levers_chosen": lambda problem, *_: problem,
        "decide": lambda *_: ONE_PERSON,
        "checked_engines": lambda *_: {},
        "evaluate_plans": throw,
        "feedback_from": lambda *_: None,
        "digest": lambda _: "",
        "costed": lambda _, plan, *__: plan,
    }
    trimmed = Trimmed(replace(ONE_PERSON), (("day", 1),), 1, True, 0)
    with ExitStack() as stack:
        for name, stand_in in stand_ins.items():
            stack.enter_context(patch.object(loop, name, stand_in))
        stack.enter_context(patch.object(loop.CertificationLoop, "_trimmed", lambda *_: trimmed))
        yield


def granted_by_playing(chance: float, confidence: float, seed: int) -> bool:
    """Does any of as many verdicts as there can be certify a plan that is really played?

    Of the demand paths given, all equally likely, one person can do just this share in time.
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
    """Does the whole loop, solver and all, certify a plan where one person alone can do the work
    and stays away with the chance that is left?
    """
    crews = (replace(NOBODY_KNOWS.crews[0], absence=1.0 - chance),)
    problem = replace(NOBODY_KNOWS, seed=seed, crews=crews, service=Service(0.98, confidence))
    return (
        loop.certified_plan(problem, RunContext(budget=Budget(REPLICATIONS))).stopped == "certified"
    )
