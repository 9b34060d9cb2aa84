"""Whose fault a late order is: its moments against its deadline and the terms of its contract.

The test is what would have been without the delay: a courier is at fault where the order would have
been on time had it been collected and scanned as agreed; otherwise it was handed over too late.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Ints

Mask = NDArray[np.bool_]
Fault = Literal["courier", "customer", "platform", "warehouse", "unknown"]

UNKNOWN_MOMENT = np.iinfo(np.int64).min // 2  # a moment that is not known
COLLECTION_GRACE_S = 3_600  # a vehicle that comes within the hour has come as agreed
CLOCKS = ("label", "handover", "first_scan", "delivered")

# Why an order is late -> whose fault that is.
REASONS: dict[str, Fault] = {
    "exempt": "platform",
    "paid_late": "customer",
    "moments_contradict": "unknown",
    "no_hand_over": "unknown",
    "no_transit_term": "unknown",
    "missed_collection": "courier",
    "scanned_late": "courier",
    "delivered_late": "courier",
    "packed_late": "warehouse",
    "handed_over_late": "warehouse",
    "handed_over_too_late": "warehouse",
}
REASON_NAMES = tuple(REASONS)
FAULTS: tuple[Fault, ...] = ("courier", "customer", "platform", "warehouse", "unknown")
# Why an order is not judged.
NOT_JUDGED = ("no_deadline", "deadline_before_order", "no_counted_moment", "counted_at_hub")
_JUDGED = -1


@dataclass(frozen=True, eq=False, kw_only=True)
class OrderMoments:
    """Moments of n orders in seconds of one clock; UNKNOWN_MOMENT where there is none.

    Attributes
    ----------
    ordered, approved, packed, handed_over, scanned, delivered : array of int
        When each happened.
    deadline : array of int
        The last second that is on time.
    """

    ordered: Ints
    approved: Ints
    packed: Ints
    handed_over: Ints
    scanned: Ints
    delivered: Ints
    deadline: Ints

    def __len__(self) -> int:
        return len(self.ordered)

    def at(self, which: Ints) -> Self:
        """Some of the orders."""
        return type(self)(**{f.name: getattr(self, f.name)[which] for f in fields(self)})

    def counted(self, clock: Ints) -> Ints:
        """The moment that counts for each order, by the index of its clock in `CLOCKS`."""
        rows = np.stack([self.packed, self.handed_over, self.scanned, self.delivered])
        return np.asarray(rows[np.maximum(clock, 0), np.arange(len(self))])


@dataclass(frozen=True, eq=False, kw_only=True)
class Terms:
    """What was agreed for each of n orders.

    Attributes
    ----------
    clock : array of int
        Index into `CLOCKS` of the event that counts; -1: arrival at a hub, which no log tells.
    allowance_s : array of int
        Seconds from hand-over within which the courier promises that event; UNKNOWN_MOMENT where
        nothing is agreed.
    collected_by : array of int
        The first agreed collection after the order was packed; UNKNOWN_MOMENT where no collections
        are agreed, or the order's packing is not known.
    rule_deadline : array of bool
        The deadline follows from the platform's rule, which counts from the payment.
    exempt : array of bool
        The platform does not score the order.
    """

    clock: Ints
    allowance_s: Ints
    collected_by: Ints
    rule_deadline: Mask
    exempt: Mask

    def at(self, which: Ints) -> Self:
        """Those of some of the orders."""
        return type(self)(**{f.name: getattr(self, f.name)[which] for f in fields(self)})


@dataclass(frozen=True, eq=False)
class Verdicts:
    """What is found about n late orders.

    Attributes
    ----------
    reason : array of int
        Index into `REASON_NAMES`.
    certain : array of bool
        It rests on stated moments and terms alone; False: on an assumption.
    """

    reason: Ints
    certain: Mask


def known(moments: Ints) -> Mask:
    """Which moments are known."""
    return np.asarray(moments > UNKNOWN_MOMENT)


def not_judged(moments: OrderMoments, terms: Terms) -> Ints:
    """Why each order is not judged: an index into `NOT_JUDGED`, or -1 where it is."""
    found = np.full(len(moments), _JUDGED, dtype=np.int64)
    unknown_deadline = ~known(moments.deadline)
    for number, which in (
        (2, ~known(moments.counted(terms.clock))),
        (3, terms.clock < 0),
        (1, ~unknown_deadline & (moments.deadline < moments.ordered)),
        (0, unknown_deadline),
    ):
        found[which] = number
    return found


def late(moments: OrderMoments, terms: Terms) -> Mask:
    """Which orders are late, of those that can be judged."""
    after = moments.counted(terms.clock) > moments.deadline
    return np.asarray(after & (not_judged(moments, terms) == _JUDGED))


def contradictory(moments: OrderMoments) -> Mask:
    """Orders whose moments cannot be true: each step must follow the one before."""
    steps = (
        moments.ordered,
        moments.packed,
        moments.handed_over,
        moments.scanned,
        moments.delivered,
    )
    found, last = np.zeros(len(moments), dtype=bool), steps[0]
    for step in steps[1:]:
        there = known(step)
        found |= there & (step < last)
        last = np.where(there, step, last)
    return found


def paid_late(moments: OrderMoments, terms: Terms) -> Mask:
    """Late orders that were paid so late that the clock must begin later.

    Paid after the deadline; or, where the deadline follows from the platform's rule, on time when
    counted from the payment. A payment after the hand-over delayed nothing.
    """
    paid, handed_over = moments.approved, moments.handed_over
    held_back = (
        known(paid) & (paid > moments.ordered) & ~(known(handed_over) & (handed_over < paid))
    )
    by_rule = moments.counted(terms.clock) <= moments.deadline + (paid - moments.ordered)
    return np.asarray(held_back & ((paid > moments.deadline) | (terms.rule_deadline & by_rule)))


def judge(moments: OrderMoments, terms: Terms) -> Verdicts:
    """Find whose fault late orders are.

    Parameters
    ----------
    moments : OrderMoments
        Of late orders.
    terms : Terms
        What was agreed for them.

    Returns
    -------
    Verdicts
        For each order.
    """
    label, delivered = (terms.clock == CLOCKS.index(name) for name in ("label", "delivered"))
    agreed = known(terms.allowance_s)
    allowance = np.where(agreed, terms.allowance_s, 0)
    allowance[terms.clock == CLOCKS.index("handover")] = 0
    handed_over, collected_by = moments.handed_over, terms.collected_by
    in_time = handed_over + allowance <= moments.deadline
    missed = (
        known(collected_by)
        & (handed_over > collected_by + COLLECTION_GRACE_S)
        & (collected_by + allowance <= moments.deadline)
    )
    # the first that holds; whoever packed after the deadline needs no term to be at fault
    packed_after = known(moments.packed) & (moments.packed > moments.deadline)
    tests: tuple[tuple[str, Mask, Mask | bool], ...] = (
        ("exempt", terms.exempt, True),
        ("moments_contradict", contradictory(moments), False),
        ("paid_late", paid_late(moments, terms), True),
        ("packed_late", label, True),
        ("no_hand_over", ~known(handed_over), False),
        ("missed_collection", missed, agreed | (terms.clock == CLOCKS.index("handover"))),
        ("handed_over_late", handed_over > moments.deadline, packed_after | known(collected_by)),
        ("no_transit_term", delivered & ~agreed, False),
        ("handed_over_too_late", ~in_time, True),
        ("delivered_late", delivered, True),
        ("scanned_late", np.ones(len(moments), dtype=bool), agreed),
    )
    reason = np.full(len(moments), REASON_NAMES.index("scanned_late"), dtype=np.int64)
    certain = np.zeros(len(moments), dtype=bool)
    for name, holds, sure in reversed(tests):
        reason[holds] = REASON_NAMES.index(name)
        certain[holds] = np.broadcast_to(sure, len(moments))[holds]
    return Verdicts(reason, certain)


def faults_of(verdicts: Verdicts) -> NDArray[np.object_]:
    """Whose fault each late order is, in words."""
    return np.array([REASONS[name] for name in REASON_NAMES], dtype=object)[verdicts.reason]


def next_collection(packed: Ints, times_s: tuple[int, ...]) -> Ints:
    """The first collection at or after each moment, at these times of every day.

    Parameters
    ----------
    packed : array of int
        Seconds from a midnight; UNKNOWN_MOMENT stays.
    times_s : tuple of int
        Seconds after midnight, rising; empty: there are none.

    Returns
    -------
    array of int
        Seconds from the same midnight.
    """
    if not times_s:
        return np.full(len(packed), UNKNOWN_MOMENT, dtype=np.int64)
    times = np.array([*times_s, times_s[0] + 86_400], dtype=np.int64)
    day, second = np.divmod(packed, 86_400)
    found = day * 86_400 + times[np.searchsorted(times[:-1], second)]
    return np.asarray(np.where(known(packed), found, UNKNOWN_MOMENT))
