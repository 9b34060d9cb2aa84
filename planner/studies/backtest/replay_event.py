"""Which past promotion a replay is about: an event of the scenario, or a surge of the log."""

from __future__ import annotations

from datetime import date, timedelta

from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.errors import Finding, InputError
from planner.forecasting.daily_series import date_of, day_number, whole_days
from planner.forecasting.surge_detection import Surge, find_surges
from planner.studies.backtest.replay_log import PastPromotion

OPTION = "--event"


def find_event(problem: Problem, past: PastPromotion, name: str) -> date:
    """Find the day of a promotion, by the name of an event or the date of a surge.

    Parameters
    ----------
    problem : Problem
        The scenario with its events.
    past : PastPromotion
        The log with its surges.
    name : str
        Name of an event, or a date such as 2025-11-11.

    Returns
    -------
    date
        The day on which it begins, or is highest.

    Raises
    ------
    InputError
        There is no such promotion, or it lies outside the horizon or the log; lists what there is.
    """
    events = {e.name.casefold(): e for e in problem.demand.events}
    surges = find_surges(whole_days(past.history))
    horizon = problem.horizon
    event = events.get(name.strip().casefold())
    if event is not None:
        if not 0 <= event.at_s < past.until:
            words = f"begins {horizon.at(event.at_s):%Y-%m-%d %H:%M}, which the log does not hold"
            raise _refusal(problem, surges, f"{event.name} {words}")
        return horizon.date_of(event.at_s // DAY_S)
    day = _day(name)
    if day is None:
        raise _refusal(problem, surges, f'no such event, got "{name}"')
    if not any(date_of(s.first_day) <= day <= date_of(s.last_day) for s in surges):
        raise _refusal(problem, surges, f"the log has no surge on {day}")
    if not horizon.reports(horizon.day_of(day)):
        last = horizon.date_of(horizon.reported_days - 1)
        words = (
            f"{day} is not in the horizon of the scenario ({horizon.start.date()} to {last}): "
            "give a scenario of then, whose horizon holds it and whose staffing is the roster of "
            "then"
        )
        raise _refusal(problem, surges, words)
    return day


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
    begins = timedelta(hours=past.history.start_hour - 24 * day_number(horizon.start))
    if begins > timedelta(hours=horizon.start.hour + 1):
        words.append(f"the log begins {horizon.start + begins:%Y-%m-%d %H:00}, after the horizon")
    if past.until < horizon.reported_end_s:
        words.append(
            f"the log ends {horizon.at(past.until):%Y-%m-%d %H:%M}, before the promotion does: "
            f"{max(past.until // DAY_S, 1)} of {horizon.reported_days} days are replayed"
        )
    return "; ".join(words)
