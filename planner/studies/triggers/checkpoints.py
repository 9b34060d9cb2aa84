"""When is counted: the checkpoints of the evening, and what can be counted then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.problem import Problem
from planner.domain.triggers import Measure
from planner.errors import Finding, InputError

AROUND_S = (-HOUR_S, HOUR_S, 3 * HOUR_S)  # checkpoints around the start of an event
ROUND_S = HOUR_S // 2  # they lie at full and half hours
MOST = 24  # checkpoints of a card


def default_checkpoints(problem: Problem) -> tuple[int, ...]:
    """An hour before each event, and one and three hours after its start, at full or half hours.

    Only while a site is open: somebody has to count.

    Returns
    -------
    tuple of int
        Seconds of the horizon, rising; within the promotion's own days.
    """
    found = {
        round((event.at_s + around) / ROUND_S) * ROUND_S
        for event in problem.demand.events
        for around in AROUND_S
    }
    within = (at for at in sorted(found) if 0 < at < problem.horizon.reported_end_s)
    return tuple(at for at in within if _somebody_there(problem, at))


def _somebody_there(problem: Problem, at_s: int) -> bool:
    """Whether a site is open at a moment, or closes then."""
    return any(
        opens <= at_s - day * DAY_S <= closes
        for site in problem.sites
        for day in (at_s // DAY_S - 1, at_s // DAY_S)
        for opens, closes in [site.opening_on(day)]
        if not site.is_closed(day)
    )


def asked_checkpoints(problem: Problem, moments: Sequence[str]) -> tuple[int, ...]:
    """Checkpoints that the user states, or those around the events where none is stated.

    Parameters
    ----------
    problem : Problem
        Its horizon and events.
    moments : sequence of str
        Such as 2026-11-10T21:00.

    Returns
    -------
    tuple of int
        Seconds of the horizon, rising.

    Raises
    ------
    InputError
        A moment is none, or outside the promotion; there are too many, or none.
    """
    if not moments:
        found = default_checkpoints(problem)
        if not found:
            words = "is needed: the scenario has no event around which checkpoints could be set"
            raise InputError([Finding("--at", 0, 0, "", words)])
        return found[:MOST]
    read = [_second(problem, text) for text in moments]
    wrong = [finding for finding in read if isinstance(finding, Finding)]
    if wrong:
        raise InputError(wrong)
    found = tuple(sorted({second for second in read if isinstance(second, int)}))
    if len(found) > MOST:
        words = f"at most {MOST} checkpoints fit on a card, got {len(found)}"
        raise InputError([Finding("--at", 0, 0, "", words)])
    return found


def _second(problem: Problem, text: str) -> int | Finding:
    """Second of the horizon of a moment, or what is wrong with it."""
    horizon = problem.horizon
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        words = f'must be a moment such as {horizon.start:%Y-%m-%d}T21:00, got "{text}"'
        return Finding("--at", 0, 0, "", words)
    if moment.tzinfo is not None:
        words = f'must be a local time of {horizon.timezone}, without an offset, got "{text}"'
        return Finding("--at", 0, 0, "", words)
    second = horizon.second(moment)
    if not 0 < second < horizon.reported_end_s:
        first, last = horizon.at(0), horizon.at(horizon.reported_end_s)
        words = f'must lie between {first:%Y-%m-%d %H:%M} and {last:%Y-%m-%d %H:%M}, got "{text}"'
        return Finding("--at", 0, 0, "", words)
    return second


def measures_at(problem: Problem, at_s: int) -> tuple[Measure, ...]:
    """What can be counted at a checkpoint: orders of the shop, and orders waiting.

    Parameters
    ----------
    problem : Problem
        Its events and sites.
    at_s : int
        The checkpoint.

    Returns
    -------
    tuple of Measure
        Orders since the last event began, or since midnight where none began within a day; orders
        waiting in all, and at each of several sites.
    """
    begun = [e.at_s for e in problem.demand.events if 0 <= e.at_s < at_s < e.at_s + DAY_S]
    since = max(begun, default=(at_s - 1) // DAY_S * DAY_S)
    sites = problem.site_names if len(problem.sites) > 1 else ()
    return (
        Measure(kind="orders", since_s=since),
        Measure(kind="waiting"),
        *(Measure(kind="waiting", site=site) for site in sites),
    )
