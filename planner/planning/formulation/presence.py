"""Least people in every shift; temporaries and starters limited by permanent people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from planner.domain.arrays import Ints
from planner.domain.business_limits import PRESENCE, STARTERS, TEMPORARY_SHARE, LimitKind
from planner.domain.disruptions import open_work
from planner.domain.horizon import Shift
from planner.domain.problem import Problem
from planner.domain.site import Process, Site
from planner.planning.labour.crew_variables import CrewVariables, existing
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import on_day


@dataclass(frozen=True, eq=False)
class _Workplace:
    """A process of a site, and the crews that do it."""

    problem: Problem
    site: Site
    process: Process
    teams: list[CrewVariables]

    def people(
        self, team: CrewVariables, row: Ints, factor: float = 1.0, *, starters: bool = False
    ) -> Term:
        """People of a team here, times a factor; `row`: row of each [shift, day], -1 for none."""
        heads = team.head[team.processes.index(self.process.name)]
        heads = heads[..., :1] if starters else heads
        return existing(row[..., None], np.where(row[..., None] < 0, -1, heads), factor)


def add_presence(milp: MilpBuilder, problem: Problem, teams: list[CrewVariables]) -> None:
    """Add what the processes of every site ask of the people of a shift.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    problem : Problem
        The problem planned.
    teams : list of CrewVariables
        Columns of every crew.
    """
    for site in problem.sites:
        local = [team for team in teams if team.crew.site == site.name]
        for process in site.processes:
            able = [team for team in local if process.name in team.processes]
            here = _Workplace(problem, site, process, able)
            if process.min_people:
                _cover_presence(milp, here)
            if process.max_temporary_share < 1:
                _limit_temporaries(milp, here)
            if process.starters_per_permanent is not None:
                _limit_starters(milp, here)


def _cover_presence(milp: MilpBuilder, here: _Workplace) -> None:
    """Sum of head >= `min_people` in every regular shift that the site works on a day.

    Those who extend the shift count. Stated as an upper limit, so that it can give way like others.
    """
    problem, least = here.problem, here.process.min_people
    places = [
        (shift, day)
        for shift in problem.shifts
        for day in range(problem.horizon.days)
        if not shift.extends
        and here.site.works_in(shift)
        and open_work(problem, here.site, shift, day)
    ]
    number = {(shift.name, day): row for row, (shift, day) in enumerate(places)}
    terms = []
    for team in here.teams:
        of_team = [s.extends or s.name for s in team.shifts]
        row = np.array([[number.get((s, d), -1) for d in range(team.days)] for s in of_team])
        terms.append(here.people(team, row.reshape(len(of_team), team.days), -1.0))
    limit = partial(_limit, here, PRESENCE, places, "people")
    milp.constraints("cover_presence", len(places), terms, upper=-float(least), limit=limit)


def _limit_temporaries(milp: MilpBuilder, here: _Workplace) -> None:
    """Temporaries <= share x head in every shift: (1 - share) temporaries <= share x permanents."""
    share = here.process.max_temporary_share
    shifts = _shifts_of([team for team in here.teams if team.crew.temporary])
    terms = [
        here.people(team, _rows(team, shifts), 1.0 - share if team.crew.temporary else -share)
        for team in here.teams
    ]
    what = f"temporaries beyond {share:.0%} of the people"
    _at_most_none(milp, here, "limit_temporaries", (TEMPORARY_SHARE, shifts, what), terms)


def _limit_starters(milp: MilpBuilder, here: _Workplace) -> None:
    """Starters <= `starters_per_permanent` x permanents in every shift.

    Starters are those in the first step of a ramp-up, which lasts for a day.
    """
    each = here.process.starters_per_permanent or 0.0
    shifts = _shifts_of([team for team in here.teams if team.crew.ramps_up])
    terms = []
    for team in here.teams:
        if team.crew.ramps_up:
            terms.append(here.people(team, _rows(team, shifts), starters=True))
        elif not team.crew.temporary:
            terms.append(here.people(team, _rows(team, shifts), -each))
    what = f"people on their first day beyond {each:g} for each permanent person"
    _at_most_none(milp, here, "limit_starters", (STARTERS, shifts, what), terms)


def _at_most_none(
    milp: MilpBuilder,
    here: _Workplace,
    name: str,
    limited: tuple[LimitKind, list[Shift], str],
    terms: Sequence[Term],
) -> None:
    """The terms of every shift and day add up to no more than nothing."""
    kind, shifts, what = limited
    places = [(shift, day) for shift in shifts for day in range(here.problem.horizon.days)]
    limit = partial(_limit, here, kind, places, what)
    milp.constraints(name, len(places), terms, upper=0.0, limit=limit)


def _shifts_of(teams: Sequence[CrewVariables]) -> list[Shift]:
    """Shifts that people of some crews can work, each once."""
    return list(dict.fromkeys(shift for team in teams for shift in team.shifts))


def _rows(team: CrewVariables, shifts: Sequence[Shift]) -> Ints:
    """Row of each [shift, day] of a team, shift by shift and day by day; -1: of no such shift."""
    first = [shifts.index(s) * team.days if s in shifts else -1 for s in team.shifts]
    begin = np.array(first, dtype=np.int64)[:, None]
    return np.where(begin < 0, -1, begin + np.arange(team.days))


def _limit(
    here: _Workplace, kind: LimitKind, places: Sequence[tuple[Shift, int]], what: str, row: int
) -> Limit:
    """The business limit behind a row."""
    problem, (shift, day) = here.problem, places[row]
    names = (here.site.name, here.process.name)
    return Limit(
        kind=kind,
        names=names,
        what=f"{what} of {names[1]} at {names[0]} in the {shift.name} shift on "
        f"{on_day(problem, day)}",
        allowed=float(here.process.min_people if kind is PRESENCE else 0),
        on=problem.horizon.date_of(day),
    )
