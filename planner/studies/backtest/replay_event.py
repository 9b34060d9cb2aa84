"""Which past promotion a replay is about: an event of the scenario, or a surge of the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from planner.domain.events import Event
from planner.domain.horizon import DAY_S
from planner.domain.order_history import History
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.forecasting.daily_series import date_of, day_number, whole_days
from planner.forecasting.surge_detection import Surge, find_surges
from planner.studies.backtest.replay_log import PastPromotion
from planner.studies.backtest.replay_move import moved_to

OPTION = "--event"


@dataclass(frozen=True, eq=False)
class FoundEvent:
    """A past promotion.

    Attributes
    ----------
    problem : Problem
        The scenario of then: itself, or moved to the promotion.
    day : date
        Day on which it begins, or is highest.
    """

    problem: Problem
    day: date


def find_event(problem: Problem, history: History, name: str) -> FoundEvent:
    """Find a promotion, by the name of an event or the date of a surge.

    Parameters
    ----------
    problem : Problem
        The scenario with its events.
    history : History
        Counts of the log with its surges.
    name : str
        Name of an event, or a date such as 2025-11-11.

    Returns
    -------
    FoundEvent
        The promotion; a scenario that does not hold the date of the surge is moved to it.

    Raises
    ------
    InputError
        There is no such promotion, or the log does not hold it; lists what there is.
    """
    horizon, day = problem.horizon, _day(name)
    surges = find_surges(whole_days(history))
    event = event_of(problem, name)
    if event is not None:
        at = horizon.at(event.at_s)
        if not history.start_hour <= hour_number(at) < history.start_hour + len(history.counts):
            words = f"begins {at:%Y-%m-%d %H:%M}, which the log does not hold"
            raise _refusal(problem, surges, f"{event.name} {words}")
        return FoundEvent(problem, horizon.date_of(event.at_s // DAY_S))
    if day is None:
        raise _refusal(problem, surges, f'no such event, got "{name}"')
    surge = next((s for s in surges if _holds(s, day)), None)
    if surge is None:
        raise _refusal(problem, surges, f"the log has no surge on {day}")
    return FoundEvent(of_then(problem, name), day)


def event_of(problem: Problem, name: str) -> Event | None:
    """The event of a name, whatever its case."""
    wanted = name.strip().casefold()
    return next((e for e in problem.demand.events if e.name.casefold() == wanted), None)


def of_then(problem: Problem, name: str) -> Problem:
    """The scenario of a promotion: moved to its date, where it does not hold it."""
    day = _day(name)
    if event_of(problem, name) is not None or day is None:
        return problem
    inside = problem.horizon.reports(problem.horizon.day_of(day))
    return problem if inside else moved_to(problem, day)


def hour_number(moment: datetime) -> int:
    """Hours since 1970-01-01 of a local time."""
    return day_number(moment) * 24 + moment.hour


def _holds(surge: Surge, day: date) -> bool:
    return date_of(surge.first_day) <= day <= date_of(surge.last_day)


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name.strip())
    except ValueError:
        return None


def _refusal(problem: Problem, surges: list[Surge], words: str) -> InputError:
    """What is wrong, and what can be replayed."""
    names = [f'"{e.name}"' for e in problem.demand.events]
    known = f"events of the scenario: {', '.join(names)}" if names else "the scenario has no events"
    found = [f"{date_of(s.peak_day)} ({max(s.factors):.1f} times a usual day)" for s in surges]
    seen = f"surges of the log: {', '.join(found)}" if found else "the log has no surges"
    return InputError([Finding(OPTION, 0, 0, "", f"{words}; {known}; {seen}")])


def covers(problem: Problem, past: PastPromotion) -> str:
    """What the log leaves out of the promotion's days, in words; "" where it holds all of them."""
    horizon, words = problem.horizon, []
    begins = timedelta(hours=past.history.start_hour - hour_number(horizon.start))
    if begins > timedelta(hours=1):
        words.append(f"the log begins {horizon.start + begins:%Y-%m-%d %H:00}, after the horizon")
    if past.until < horizon.reported_end_s:
        words.append(
            f"the log ends {horizon.at(past.until):%Y-%m-%d %H:%M}, before the promotion does: "
            f"{max(past.until // DAY_S, 1)} of {horizon.reported_days} days are replayed"
        )
    return "; ".join(words)
