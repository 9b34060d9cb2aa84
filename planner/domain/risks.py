"""Risks of a scenario: chance decides in each replication which of them strike, and where."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from planner.domain.demand_path import DemandPath, draw_path, given_path
from planner.domain.mix_moves import moved_shares
from planner.domain.problem import Problem
from planner.domain.random_streams import PLANNING, Streams
from planner.domain.stress import OF_DEMAND, Stress
from planner.domain.stress_cases import stress_cases

Strike = tuple[int, int]  # number of a risk, and of the place that it hits


def struck(problem: Problem, streams: Streams) -> Problem:
    """What is given in a replication in which some of the risks strike.

    Each risk has random numbers of its own: one more, or another probability, leaves the others as
    they were. The same problem is returned where none strikes.
    """
    found = strikes(problem, streams)
    return after(problem, found) if found else problem


def strikes(problem: Problem, streams: Streams) -> tuple[Strike, ...]:
    """The strikes of a replication, in the order of the risks."""
    found = []
    for k, risk in enumerate(problem.risks):
        rng = streams.rng("risk", risk.name)
        happens, place = rng.random() < (risk.probability or 0.0), rng.random()
        places = _places(problem, k) if happens else 0
        if places:
            found.append((k, int(place * places)))
    return tuple(found)


def chance(problem: Problem, strike: Strike) -> float:
    """Probability of a strike: that of its risk, shared by the places that it can hit."""
    return (problem.risks[strike[0]].probability or 0.0) / _places(problem, strike[0])


def can_strike(problem: Problem, risk: Stress) -> bool:
    """Whether there is anything that a risk concerns.

    Parameters
    ----------
    problem : Problem
        What is given.
    risk : Stress
        One of its risks.

    Returns
    -------
    bool
        False for a missed collection where none is made, say, or people of an agency that sends
        none.
    """
    if risk.kind == "correlation":
        return sum(event.sigma > 0 for event in problem.demand.events) > 1
    return bool(stress_cases(problem, risk))


def demand_at_risk(problem: Problem) -> bool:
    """Whether a risk changes the orders of some promotions."""
    return any(r.kind in OF_DEMAND and r.probability and r.strength for r in problem.risks)


def mix_at_risk(problem: Problem) -> bool:
    """Whether a risk changes the mix of products of some promotions."""
    return any(r.kind == "mix" and r.probability and r.strength for r in problem.risks)


def number_of_paths(problem: Problem, sampled: int) -> int:
    """Paths of demand that planning looks at.

    Parameters
    ----------
    problem : Problem
        Its demand and risks.
    sampled : int
        Paths of demand that must be sampled.

    Returns
    -------
    int
        `sampled`; of demand given as paths, these alone, or where a risk may change them, each as
        often as it takes to reach `sampled`.
    """
    if problem.demand.given is None:
        return sampled
    given = len(problem.demand.given.orders)
    return given * -(-sampled // given) if demand_at_risk(problem) else given


def planning_path(problem: Problem, seed: int, k: int) -> DemandPath:
    """A path of demand for planning, with the risks of demand that strike it.

    Parameters
    ----------
    problem : Problem
        Its demand and risks.
    seed : int
        Seed of the random streams of planning.
    k : int
        Number of the path, see `number_of_paths`; given paths take turns.

    Returns
    -------
    DemandPath
        The path.
    """
    streams = Streams(seed, PLANNING, k)
    demand = struck(problem, streams).demand
    if demand.given is None:
        path = draw_path(demand, problem.horizon, streams)
    else:
        path = given_path(demand, k % len(demand.given.orders), problem.horizon)
    if not demand.moves:
        return path
    moved = moved_shares(path.mix.product_share, demand.moves)
    return replace(path, mix=replace(path.mix, product_share=moved))


@lru_cache(maxsize=256)  # places are counted once for all replications
def _places(problem: Problem, risk: int) -> int:
    """Number of places that a risk can hit."""
    return len(stress_cases(problem, problem.risks[risk]))


@lru_cache(maxsize=256)  # what strikes together repeats
def after(problem: Problem, found: tuple[Strike, ...]) -> Problem:
    """The problem when these risks have struck, one after the other."""
    hit = replace(problem, risks=())
    for k, place in found:
        cases = stress_cases(hit, problem.risks[k])
        if cases:  # an earlier risk may have left nothing to hit
            hit = cases[place % len(cases)].problem
    return hit
