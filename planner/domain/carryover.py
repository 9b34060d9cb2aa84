"""What a steady day leaves: the orders that may still be in the building when the horizon ends."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.horizon import DAY_S, HOUR_S, Interval
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.problem import Problem
from planner.domain.site import Site

CARRYOVER_S = DAY_S  # an older order is late unless nothing could have taken it
THROUGH_S = HOUR_S  # an order needs about so long through the building


@lru_cache(maxsize=CASES_KEPT)
def last_chances(problem: Problem) -> Ints:
    """Seconds after which an order has to wait for the day after the horizon, as on every day.

    It is `THROUGH_S` before the last collection of its contract at the site, or before the site's
    last work where that is earlier or no collection is needed; the end of the horizon where the
    contract never collects.

    Returns
    -------
    Ints
        Seconds [site, contract], without a courier last.
    """
    end_s = problem.horizon.end_s
    found = np.full((len(problem.sites), len(problem.contracts) + 1), end_s, dtype=np.int64)
    for s, site in enumerate(problem.sites):
        for c, name in enumerate((*problem.contract_names, "")):
            if (collected_s := _last_collection_s(problem, site, name)) is not None:
                found[s, c] = _last_work_s(problem, site, collected_s) - THROUGH_S
    return found


def _last_collection_s(problem: Problem, site: Site, contract: str) -> int | None:
    """Last scheduled collection within the horizon; its end if none is needed, None if none
    comes.
    """
    if not contract or problem.counts_labels_only:
        return problem.horizon.end_s
    return max(
        (
            day * DAY_S + c.at_s
            for day in range(problem.horizon.days)
            for c in site.collections
            if c.contract == contract and site.collects(c, day)
        ),
        default=None,
    )


def _last_work_s(problem: Problem, site: Site, until_s: int) -> int:
    """Last second up to `until_s` at which a regular shift works (`until_s` if none does)."""
    stretches = regular_work(problem, site)
    return max((min(b, until_s) for a, b in stretches if a < until_s), default=until_s)


def regular_work(problem: Problem, site: Site) -> list[Interval]:
    """Stretches of all days on which a regular shift works at a site.

    Parameters
    ----------
    problem : Problem
        The problem.
    site : Site
        The site.

    Returns
    -------
    list of Interval
        From and to in seconds of the horizon; they may overlap.
    """
    return [
        stretch
        for shift in problem.shifts
        if not shift.extends and site.names(shift)
        for day in range(problem.horizon.days)
        for stretch in site.working(shift, day)
    ]
