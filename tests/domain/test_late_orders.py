"""Whose fault a late order is: each case by hand, in hours from one midnight."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.late_orders import (
    CLOCKS,
    NOT_JUDGED,
    REASON_NAMES,
    REASONS,
    UNKNOWN_MOMENT,
    OrderMoments,
    Terms,
    judge,
    late,
    next_collection,
    not_judged,
)

HOUR = 3_600


def seconds(hours: float | None) -> np.ndarray:
    """One moment."""
    found = UNKNOWN_MOMENT if hours is None else round(hours * HOUR)
    return np.array([found], dtype=np.int64)


def one(**hours: float | None) -> OrderMoments:
    """An order of hour 0 that is due at hour 24, with these moments."""
    names = ("ordered", "approved", "packed", "handed_over", "scanned", "delivered", "deadline")
    given = {"ordered": 0.0, "deadline": 24.0, **hours}
    return OrderMoments(**{name: seconds(given.get(name)) for name in names})


def agreed(
    clock: str,
    allowance: float | None = None,
    collected_by: float | None = None,
    *,
    by_rule: bool = False,
    exempt: bool = False,
) -> Terms:
    """What was agreed for it."""
    return Terms(
        clock=np.array([CLOCKS.index(clock)]),
        allowance_s=seconds(allowance),
        collected_by=seconds(collected_by),
        rule_deadline=np.array([by_rule]),
        exempt=np.array([exempt]),
    )


CASES = [
    ("label", {"packed": 25}, {}, "packed_late", True),
    ("handover", {"handed_over": 26}, {}, "handed_over_late", False),
    ("handover", {"packed": 25, "handed_over": 26}, {}, "handed_over_late", True),
    ("handover", {"packed": 10, "handed_over": 26}, {"collected_by": 12}, "missed_collection", True),
    # within the hour a vehicle has come as agreed, and the parcel is late for another reason
    ("handover", {"packed": 23.4, "handed_over": 24.2}, {"collected_by": 23.5}, "handed_over_late", True),
    # the collection it missed would have been too late anyway
    ("handover", {"packed": 24.5, "handed_over": 40}, {"collected_by": 28}, "handed_over_late", True),
    ("first_scan", {"handed_over": 12, "scanned": 30}, {}, "scanned_late", False),
    ("first_scan", {"handed_over": 12, "scanned": 30}, {"allowance": 4}, "scanned_late", True),
    ("first_scan", {"handed_over": 20, "scanned": 30}, {"allowance": 4}, "scanned_late", True),
    ("first_scan", {"handed_over": 20.1, "scanned": 30}, {"allowance": 4}, "handed_over_too_late", True),
    ("first_scan", {"handed_over": 24.1, "scanned": 30}, {}, "handed_over_late", False),
    ("first_scan", {"scanned": 30}, {}, "no_hand_over", False),
    ("first_scan", {"handed_over": 31, "scanned": 30}, {}, "moments_contradict", False),
    (
        "first_scan",
        {"packed": 10, "handed_over": 22, "scanned": 25},
        {"allowance": 4, "collected_by": 12},
        "missed_collection",
        True,
    ),
    ("delivered", {"handed_over": 2, "delivered": 30}, {"allowance": 20}, "delivered_late", True),
    ("delivered", {"handed_over": 5, "delivered": 30}, {"allowance": 20}, "handed_over_too_late", True),
    ("delivered", {"handed_over": 5, "delivered": 30}, {}, "no_transit_term", False),
    ("handover", {"approved": 25, "handed_over": 26}, {}, "paid_late", True),
    # a deadline that is stated does not move with the payment; one by the platform's rule does
    ("handover", {"approved": 5, "handed_over": 26}, {}, "handed_over_late", False),
    ("handover", {"approved": 5, "handed_over": 26}, {"by_rule": True}, "paid_late", True),
    ("handover", {"approved": 1, "handed_over": 26}, {"by_rule": True}, "handed_over_late", False),
    # a payment after the hand-over delayed nothing
    ("handover", {"approved": 30, "handed_over": 26}, {"by_rule": True}, "handed_over_late", False),
    ("first_scan", {"handed_over": 12, "scanned": 30}, {"exempt": True}, "exempt", True),
]  # fmt: skip


@pytest.mark.parametrize(("clock", "moments", "terms", "reason", "certain"), CASES)
def test_the_fault_is_what_the_moments_and_terms_say(
    clock: str, moments: dict[str, float], terms: dict[str, float], reason: str, certain: bool
) -> None:
    """Each reason where it holds and just where it does not."""
    order, agreement = one(**moments), agreed(clock, **terms)
    assert late(order, agreement).all()
    found = judge(order, agreement)
    assert (REASON_NAMES[found.reason[0]], bool(found.certain[0])) == (reason, certain)


def test_a_moment_at_the_deadline_is_on_time() -> None:
    """One second later it is late."""
    assert not late(one(handed_over=24), agreed("handover")).any()
    assert late(one(handed_over=24 + 1 / HOUR), agreed("handover")).all()


@pytest.mark.parametrize(
    ("order", "clock", "why"),
    [
        (one(handed_over=30, deadline=None), "handover", "no_deadline"),
        (one(handed_over=30, deadline=-1), "handover", "deadline_before_order"),
        (one(), "handover", "no_counted_moment"),
    ],
)
def test_what_cannot_be_judged_has_a_reason(order: OrderMoments, clock: str, why: str) -> None:
    """It is neither late nor on time."""
    terms = agreed(clock)
    assert NOT_JUDGED[not_judged(order, terms)[0]] == why
    assert not late(order, terms).any()


def test_every_reason_is_the_fault_of_somebody() -> None:
    """No reason stands twice, and each has a case above."""
    assert {reason for *_, reason, _ in CASES} == set(REASONS)


def test_the_next_collection_is_of_that_day_or_the_next() -> None:
    """A vehicle that comes at the moment of packing takes the parcel."""
    packed = np.array([11 * HOUR, 12 * HOUR, 12 * HOUR + 1, 19 * HOUR, UNKNOWN_MOMENT])
    found = next_collection(packed, (12 * HOUR, 18 * HOUR))
    assert found.tolist() == [12 * HOUR, 12 * HOUR, 18 * HOUR, 36 * HOUR, UNKNOWN_MOMENT]
