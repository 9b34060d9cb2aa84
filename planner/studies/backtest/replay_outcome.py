"""What happened by the log itself: late orders, and orders that left day by day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.exemptions import exempt_over_hub
from planner.domain.horizon import DAY_S
from planner.domain.past_orders import NO_DEADLINE
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Mask
from planner.studies.backtest.replay_log import PastPromotion

# clock of a platform -> the moment of a log that it counts
COUNTED = {"label": "packed_at", "handover": "handed_over_at", "first_scan": "scanned_at"}


@dataclass(frozen=True, kw_only=True)
class LogOutcome:
    """Late orders of a log.

    Attributes
    ----------
    due, late : int
        Orders of the log that had to be on time, and those that were not.
    notes : tuple of str
        How they were judged, where the log does not say all; or why they cannot be.
    """

    due: int
    late: int
    notes: tuple[str, ...]

    @property
    def late_share(self) -> float | None:
        """Share that was late; None where nothing is known."""
        return self.late / self.due if self.due else None


def outcome_of(problem: Problem, past: PastPromotion) -> LogOutcome:
    """Judge the orders of a log by their deadlines.

    Parameters
    ----------
    problem : Problem
        The replayed problem; its platform says what counts, and the deadlines that the log does
        not say.
    past : PastPromotion
        The log.

    Returns
    -------
    LogOutcome
        Orders that were late.
    """
    if not _one_rule(problem, past):
        words = "the log does not say which platform its orders are of, and their rules differ"
        return LogOutcome(due=0, late=0, notes=(f"{words}: its late share is not known",))
    counts = problem.platform.counts
    moment = COUNTED.get(counts, "scanned_at")
    notes = []
    if moment not in past.moments:
        if past.left is None:
            words = "the log says neither when orders were packed nor when they were handed over"
            return LogOutcome(due=0, late=0, notes=(f"{words}: its late share is not known",))
        notes.append(
            f"the platform counts {counts}, which the log does not say: {past.left} counts"
        )
        moment = past.left
    notes += _assumed_deadlines(problem, past)
    counted, deadline = past.moments[moment], deadlines_of(problem, past)
    known = max(int(counted.max(initial=0)), past.until)  # the log holds what came until then
    own = past.orders.second < problem.horizon.reported_end_s
    judged = own & (deadline >= 0) & ((counted != NEVER) | (deadline < known))
    judged &= ~_exempt(problem, past, deadline)
    late = judged & ((counted == NEVER) | (counted > deadline))
    return LogOutcome(due=int(judged.sum()), late=int(late.sum()), notes=tuple(notes))


def _assumed_deadlines(problem: Problem, past: PastPromotion) -> list[str]:
    """What is assumed of deadlines that the log does not state."""
    if past.has_deadlines:
        return []
    notes = ["the log states no deadlines: those of the scenario's platform count"]
    events = ", ".join(e.name for e in problem.demand.events if e.deadline is not None)
    if events:
        words = "has a deadline of its own, and the log does not say which orders are of it"
        notes.append(f"{events}: {words}; the platform's deadline counts for all")
    return notes


def _one_rule(problem: Problem, past: PastPromotion) -> bool:
    """Whether orders are judged in the same way whatever platform they are of."""
    rules = {(r.counts, r.remote_hub, r.force_majeure) for r in problem.platforms}
    return len(problem.platforms) == 1 or (len(rules) == 1 and past.has_deadlines)


def deadlines_of(problem: Problem, past: PastPromotion) -> Ints:
    """Deadline of every order: that of the log, else that of the platform.

    `NO_DEADLINE` where neither is known: the log does not say which of several platforms it is.
    """
    orders = past.orders
    if len(problem.platforms) > 1:
        return orders.deadline_s
    ours = problem.platform.deadlines(
        orders.second.astype(np.int32),
        orders.region.astype(np.int16),
        problem.region_names,
        problem.horizon,
    )
    stated = orders.deadline_s != NO_DEADLINE
    return np.where(stated, orders.deadline_s, ours).astype(np.int64)


def _exempt(problem: Problem, past: PastPromotion, deadline: Ints) -> Mask:
    """Orders that are not scored: for their day, or over a hub where the log names the contract."""
    rule, orders = problem.platform, past.orders
    if not rule.exempts:
        return np.zeros(len(orders), dtype=bool)
    names = problem.region_names
    over_hub = np.array(
        [[*(exempt_over_hub(rule, c, n) for c in problem.contracts), False] for n in names]
    )
    region = orders.region
    days = rule.exempt_days(orders.second, deadline, region, names, problem.horizon)
    return np.asarray(days | over_hub[region, past.contract])


def per_day(problem: Problem, seconds: Ints) -> Ints:
    """Counts of the promotion's own days; what is before them, or never came, is left out."""
    days = problem.horizon.reported_days
    inside = (seconds >= 0) & (seconds < days * DAY_S)
    return np.asarray(np.bincount(seconds[inside] // DAY_S, minlength=days))
