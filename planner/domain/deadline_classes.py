"""Deadline classes: the orders of a platform, and those of its events with a deadline of their own.

A class is what an order is promised when placed: deadline, clock, compensation and exemptions.
Simulation, planning and costs ask the class of an order, never the platform alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints, Seconds
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.platform import OwnDeadline, PlatformRule
from planner.domain.problem import Problem

Small = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class DeadlineClass:
    """Orders that are promised the same.

    Attributes
    ----------
    platform : int
        Number of their platform.
    rule : PlatformRule
        Its rule, with the deadline of these orders.
    """

    platform: int
    rule: PlatformRule


def _own_deadlines(problem: Problem) -> list[OwnDeadline | None]:
    """Of every component of demand the deadline of its own, if it has one."""
    if problem.demand.given is not None:
        return [None] * len(problem.demand.components)
    return [None, *(event.deadline for event in problem.demand.events)]


@lru_cache(maxsize=CASES_KEPT)
def deadline_classes(problem: Problem) -> tuple[DeadlineClass, ...]:
    """Every class: of each platform first that of the orders with the platform's own deadline.

    Their number and order are the same whatever the rules of the platforms say.
    """
    return tuple(
        DeadlineClass(p, rule.for_event(own))
        for p, rule in enumerate(problem.platforms)
        for own in dict.fromkeys(_own_deadlines(problem))
    )


def rules_of(problem: Problem) -> list[PlatformRule]:
    """The rule of each class."""
    return [each.rule for each in deadline_classes(problem)]


@lru_cache(maxsize=CASES_KEPT)
def class_of(problem: Problem) -> Ints:
    """Number of the class of an order [platform, component of demand]."""
    own = _own_deadlines(problem)
    different = list(dict.fromkeys(own))
    of_component = np.array([different.index(one) for one in own], dtype=np.int64)
    first = np.arange(len(problem.platforms), dtype=np.int64) * len(different)
    return np.asarray(first[:, None] + of_component)


@lru_cache(maxsize=CASES_KEPT)
def platform_shares(problem: Problem) -> Floats:
    """Share of each platform in the orders [component, region, platform]; the last axis sums to 1.

    The first platform has what the others leave.
    """
    others = np.array(
        [
            [
                [part.share_of(component, region) for part in problem.other_platforms]
                for region in problem.region_names
            ]
            for component in problem.demand.components
        ]
    )
    return np.concatenate([1.0 - others.sum(axis=2, keepdims=True), others], axis=2)


@lru_cache(maxsize=CASES_KEPT)
def class_shares(problem: Problem) -> Floats:
    """Share of each class in the orders [component, region, class]; the last axis sums to 1."""
    platforms, of = platform_shares(problem), class_of(problem)
    shares = np.zeros((*platforms.shape[:2], len(deadline_classes(problem))))
    for p, c in np.ndindex(of.shape):
        shares[c, :, of[p, c]] = platforms[c, :, p]
    return shares


def deadlines(
    problem: Problem, ordered_at_s: Seconds, region: Small, *, platform: Small, component: Small
) -> Seconds:
    """Deadline of each order, by its class.

    Parameters
    ----------
    problem : Problem
        Its rules.
    ordered_at_s : Seconds
        Seconds of the horizon [n].
    region, platform, component : Small
        Numbers of the region, the platform and the component of demand [n].

    Returns
    -------
    Seconds
        The last second that is still on time [n].
    """
    classes, names, horizon = deadline_classes(problem), problem.region_names, problem.horizon
    if len(classes) == 1:
        return classes[0].rule.deadlines(ordered_at_s, region, names, horizon)
    kind, found = class_of(problem)[platform, component], np.empty_like(ordered_at_s)
    for k, each in enumerate(classes):
        of = np.flatnonzero(kind == k)
        found[of] = each.rule.deadlines(ordered_at_s[of], region[of], names, horizon)
    return found


@lru_cache(maxsize=CASES_KEPT)
def compensations(problem: Problem) -> Ints:
    """Compensation of a late order in minor units [platform, product]; read-only."""
    found = np.array(
        [
            [rule.compensation_minor(p.paid_minor) for p in problem.products]
            for rule in problem.platforms
        ],
        dtype=np.int64,
    )
    found.setflags(write=False)
    return found


def late_minor(problem: Problem, platform: Small, product: Small) -> int:
    """What late orders cost in compensation.

    Parameters
    ----------
    problem : Problem
        Its rules and products.
    platform, product : Small
        Number of the platform and of the product of each late order.

    Returns
    -------
    int
        Minor units.
    """
    amounts = compensations(problem)
    place = platform.astype(np.int64) * amounts.shape[1] + product
    return int(np.bincount(place, minlength=amounts.size) @ amounts.ravel())
