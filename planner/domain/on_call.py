"""People who can be called during the promotion at short notice, for single shifts."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.problem import Problem
from planner.domain.workforce import Crew

ON_CALL = " on call"  # ends the name of the crew that those called form


def called_crew(crew: Crew) -> Crew | None:
    """The people of a crew who are on call, as a crew of their own.

    Parameters
    ----------
    crew : Crew
        The crew as the scenario states it.

    Returns
    -------
    Crew or None
        Temporaries booked by the day, at the wage of a call, who begin at the first step of the
        ramp-up; None where nobody is on call.
    """
    if crew.on_call is None or crew.on_call.max_people == 0:
        return None
    return replace(
        crew,
        name=crew.name + ON_CALL,
        limit=crew.on_call.max_people,
        wage_minor_per_hour=crew.on_call.wage_minor_per_hour,
        notice_days=0,
        min_days=1,
        hire_cost_minor=0,
        on_call=None,
    )


def with_on_call(problem: Problem) -> Problem:
    """The problem with those on call as crews of their own, after the others.

    Plans that use none of them cost and do the same under both. A problem that has them stays as it
    is.
    """
    there = {(crew.site, crew.name) for crew in problem.crews}
    called = [called_crew(crew) for crew in problem.crews]
    more = [c for c in called if c is not None and (c.site, c.name) not in there]
    return replace(problem, crews=(*problem.crews, *more)) if more else problem


def can_be_called(crew: Crew, shift: Shift, day: int, now_s: int) -> bool:
    """Whether people on call who are called at a moment come to a shift.

    Parameters
    ----------
    crew : Crew
        The crew as the scenario states it.
    shift : Shift
        The shift.
    day : int
        Day of the horizon on which it begins.
    now_s : int
        Second of the horizon of the call.

    Returns
    -------
    bool
        The shift begins no earlier than the notice after the call.
    """
    if crew.on_call is None:
        return False
    begins = day * DAY_S + shift.start_s
    return begins >= now_s + round(crew.on_call.notice_hours * HOUR_S)
