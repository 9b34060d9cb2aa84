"""Orders that a day brings instead of its own: what the capacity of a roster is measured with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.lever_effects import EffectiveProblem, given_problem
from planner.domain.problem import Problem, Service
from planner.domain.records import share_kept


@dataclass(frozen=True, slots=True)
class Place:
    """What is loaded: a day or every day, at a site or at all of them together.

    Attributes
    ----------
    site : int, optional
        Number of the site; None: all.
    day : int, optional
        Day of the promotion; None: every day.
    """

    site: int | None = None
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """A place that gets so many orders a day, whatever the promotion would bring there."""

    place: Place
    orders: int


@dataclass(frozen=True, eq=False, slots=True)
class DayCounts:
    """Orders of a replication by the day on which they were placed; those open at the start first.

    Attributes
    ----------
    failed, due : Ints
        Orders that were late, and orders that had to be on time [aim, day]; the aims are the
        platform's deadline and the targets of one's own.
    """

    failed: Ints
    due: Ints

    def kept(self, service: Service) -> bool:
        """Whether the promotion keeps the service level, as in the certificate."""
        return all(
            share_kept(int(failed.sum()), int(due.sum()), share)
            for failed, due, share in zip(self.failed, self.due, service.shares, strict=True)
        )

    def late_share(self, service: Service) -> float:
        """Share of the orders late beyond what is allowed, of the aim with most; below 0: kept."""
        return max(
            float(failed.sum() / max(due.sum(), 1)) - (1.0 - share)
            for failed, due, share in zip(self.failed, self.due, service.shares, strict=True)
        )


@lru_cache(maxsize=16)
def with_goods(problem: Problem) -> Problem:
    """The same problem, in which goods are there for every order.

    Parameters
    ----------
    problem : Problem
        A problem, with or without levers in force.

    Returns
    -------
    Problem
        Without limits of supply; plans of it are to be simulated without stock.
    """
    products = tuple(replace(p, supply_units=None) for p in problem.products)
    if isinstance(problem, EffectiveProblem):
        given = replace(given_problem(problem), products=products)
        return replace(problem, products=products, given=given)
    return replace(problem, products=products)


def shuffled_ranks(groups: Ints, numbers: Ints) -> Ints:
    """Rank of every order within its group, by a random number of its own.

    The orders of a smaller load are among those of a larger one.

    Parameters
    ----------
    groups : Ints
        Group of each order [n].
    numbers : Ints
        Random permutation of n numbers [n].

    Returns
    -------
    Ints
        Ranks from 0 [n].
    """
    by_group = np.lexsort((numbers, groups))
    ranks = np.empty(len(groups), dtype=np.int64)
    begins = np.searchsorted(groups[by_group], groups[by_group], side="left")
    ranks[by_group] = np.arange(len(groups)) - begins
    return ranks
