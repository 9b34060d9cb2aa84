"""Risks of a scenario: chance decides in each replication which of them strike, and where."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from planner.domain.demand import DemandPath, draw_path
from planner.domain.mix_moves import moved_shares
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.stress_cases import stress_cases

Struck = tuple[tuple[int, int], ...]  # number of each risk that strikes, and of the place it hits


def struck(problem: Problem, streams: Streams) -> Problem:
    """What is given in a replication in which some of the risks strike.

    Each risk has random numbers of its own: one more, or another probability, leaves the others as
    they were. The same problem is returned where none strikes.
    """
    if not problem.risks:
        return problem
    found = []
    for k, risk in enumerate(problem.risks):
        rng = streams.rng("risk", risk.name)
        strikes, place = rng.random() < (risk.probability or 0.0), rng.random()
        places = _places(problem, k) if strikes else 0
        if places:
            found.append((k, int(place * places)))
    return _with(problem, tuple(found)) if found else problem


def risky_path(problem: Problem, streams: Streams) -> DemandPath:
    """A sampled path of demand with the risks of demand that strike, for planning."""
    demand = struck(problem, streams).demand
    path = draw_path(demand, problem.horizon, streams)
    if not demand.moves:
        return path
    moved = moved_shares(path.mix.product_share, demand.moves)
    return replace(path, mix=replace(path.mix, product_share=moved))


@lru_cache(maxsize=256)  # places are counted once for all replications
def _places(problem: Problem, risk: int) -> int:
    """Number of places that a risk can hit."""
    return len(stress_cases(problem, problem.risks[risk]))


@lru_cache(maxsize=256)  # what strikes together repeats
def _with(problem: Problem, found: Struck) -> Problem:
    """The problem when these risks have struck, one after the other."""
    hit = replace(problem, risks=())
    for k, place in found:
        cases = stress_cases(hit, problem.risks[k])
        if cases:  # an earlier risk may have left nothing to hit
            hit = cases[place % len(cases)].problem
    return hit
