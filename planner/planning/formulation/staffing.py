"""People: crews, bookings and stations, and the work that the people on shift can do."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.business_limits import STATIONS, people_of
from planner.domain.costs import every_day_reported, shift_pay_minor
from planner.domain.crew_days import crew_days
from planner.domain.dates import day_clock
from planner.domain.disruptions import absence, open_work
from planner.domain.guarantee import guaranteed_days
from planner.domain.problem import Problem
from planner.domain.site import Process
from planner.domain.workforce import Crew
from planner.planning.formulation.bookings import (
    add_books,
    add_works,
    by_booking_day,
    earliest_start,
    link_books,
    link_works,
    possible_classes,
)
from planner.planning.formulation.parameters import TAIL, Parameters
from planner.planning.formulation.presence import add_presence
from planner.planning.formulation.time_buckets import work_seconds
from planner.planning.labour.crew_variables import CrewVariables, existing, limit_on_crew
from planner.planning.labour.rules import CREW_RULES, RULES
from planner.planning.milp.builder import Limit, MilpBuilder, Term
from planner.planning.wording import on_day

UNLIMITED = Process(
    name="", orders_per_hour=1.0
).stations  # where a scenario states no number of stations


def add_teams(milp: MilpBuilder, parameters: Parameters) -> list[CrewVariables]:
    """Add the people of every crew with the constraints on them, and the stations of each site.

    people[day] <= crew size; people booked for a day = people at work; people at a process at the
    same time <= its stations (shared by the crews of a site).
    """
    teams = [_add_team(milp, parameters, crew) for crew in parameters.problem.crews]
    for team in teams:
        if not team.crew.temporary:
            _limit_permanent(milp, parameters.problem, team)
        else:
            link_books(milp, team)
            link_works(milp, team)
            _limit_books(milp, parameters.problem, team)
        for rule in CREW_RULES:
            rule.add_crew_rows(milp, parameters.problem, team)
        _price_team(milp, parameters.problem, team)
    _limit_stations(milp, parameters, teams)
    add_presence(milp, parameters.problem, teams)
    return teams


def add_labour_rules(milp: MilpBuilder, parameters: Parameters, teams: list[CrewVariables]) -> None:
    """Every labour rule on the people of every crew.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    teams : list of CrewVariables
        Columns of every crew.
    """
    for team in teams:
        members = parameters.problem.members(team.crew)
        for rule in RULES:
            rule.add_rows(milp, parameters.problem, team, members)


def _add_team(milp: MilpBuilder, parameters: Parameters, crew: Crew) -> CrewVariables:
    """Columns of one crew."""
    problem = parameters.problem
    site = problem.site(crew.site)
    days = problem.horizon.days
    processes = tuple(p.name for p in site.processes if crew.may_do(p.name))
    shifts = tuple(s for s in problem.shifts if crew.may_work(s) and site.works_in(s))
    first, on = earliest_start(problem, crew), crew_days(problem, crew)
    possible = possible_classes(crew, on, first, days)
    worked = np.array([[site.works_on(s, day) for day in range(days)] for s in shifts], dtype=bool)
    worked = worked.reshape(len(shifts), days)
    there = possible & worked[..., None]
    exists = np.broadcast_to(there, (len(processes), *there.shape))
    head = np.full(exists.shape, -1, dtype=np.int64)
    head[exists] = milp.variables(
        f"head {crew.site} {crew.name}", int(exists.sum()), integer=True, decision=True
    )
    books = add_books(milp, crew, on, first, days)
    works = np.empty((0, 0, 0), dtype=np.int64)
    if by_booking_day(problem, crew, shifts):
        works = add_works(milp, crew, books, worked)
    team = CrewVariables(crew, processes, shifts, head, books, works=works, on=on)
    return replace(team, idle=_add_idle(milp, problem, team))


def class_speed(crew: Crew, k: int) -> float:
    """Speed of a step of the ramp-up, as a multiple of standard speed."""
    return crew.ramp[k] if crew.temporary else crew.ramp[-1]


def _add_idle(milp: MilpBuilder, problem: Problem, team: CrewVariables) -> int:
    """Column of the guaranteed person-days that are not scheduled, -1 without a guarantee.

    idle >= guaranteed days - sum of head on the days of the promotion; it need not be integer,
    since all of these are.
    """
    crew, guaranteed = team.crew, guaranteed_days(problem, team.crew)
    if not guaranteed:
        return -1
    idle = int(milp.variables(f"idle {crew.site} {crew.name}", 1, guaranteed, decision=True)[0])
    scheduled = team.head[:, :, : problem.horizon.reported_days].ravel()
    terms = [Term(0, idle), Term(0, scheduled[scheduled >= 0])]
    milp.constraints("cover_guarantee", 1, terms, lower=guaranteed)
    milp.price("idle_pay", idle, crew.standard_day_minor)
    return idle


def _limit_books(milp: MilpBuilder, problem: Problem, team: CrewVariables) -> None:
    days = team.books.shape[1]
    row = np.broadcast_to(np.arange(days), team.books.shape)
    milp.constraints(
        "limit_crew",
        days,
        [existing(row, team.books, 1.0)],
        upper=team.crew.limit,
        limit=lambda day: _crew_limit(problem, team.crew, day),
    )


def _crew_limit(problem: Problem, crew: Crew, day: int) -> Limit:
    what = f"{crew.name} people at {crew.site} on {on_day(problem, day)}"
    return limit_on_crew(
        problem, crew, people_of(crew), what=what, allowed=float(crew.limit), day=day
    )


def _limit_permanent(milp: MilpBuilder, problem: Problem, team: CrewVariables) -> None:
    """At most as many as exist on a day."""
    row = np.broadcast_to(np.arange(team.days)[:, None], team.head.shape)
    milp.constraints(
        "limit_crew",
        team.days,
        [existing(row, team.head, 1.0)],
        upper=team.crew.limit,
        limit=lambda day: _crew_limit(problem, team.crew, day),
    )


def _price_team(milp: MilpBuilder, problem: Problem, team: CrewVariables) -> None:
    """Regular pay, overtime, and a fee for every temporary who starts."""
    crew = team.crew
    own, in_all = _pay(problem, team), _pay(every_day_reported(problem), team)
    exists = team.head >= 0
    for k, name in enumerate(("wages", "overtime")):
        for term, pay in ((name, own), (TAIL, in_all - own)):
            minor = np.broadcast_to(pay[..., k], team.head.shape)[exists]
            milp.price(term, team.head[exists], minor)
    days = problem.horizon.reported_days
    starts = team.books.diagonal()
    for term, of_term in (("hiring", starts[:days]), (TAIL, starts[days:])):
        milp.price(term, of_term[of_term >= 0], crew.hire_cost_minor)


def _pay(problem: Problem, team: CrewVariables) -> Floats:
    """Regular pay and overtime of a person in minor units [shift, day, 1, pay]."""
    pay = np.zeros((*team.head.shape[1:3], 1, 2))
    for h, day in np.ndindex(*pay.shape[:2]):
        pay[h, day, 0] = shift_pay_minor(problem, team.crew, team.shifts[h], day)
    return pay


def presence(parameters: Parameters, team: CrewVariables) -> Floats:
    """Seconds of work [shift, day, bucket] of one person of the team at its site."""
    problem, site = parameters.problem, parameters.problem.site(team.crew.site)
    line = parameters.timelines[problem.site_names.index(site.name)]
    found = np.zeros((len(team.shifts), problem.horizon.days, line.buckets))
    for h, day in np.ndindex(found.shape[:2]):
        found[h, day] = line.seconds_in(open_work(problem, site, team.shifts[h], day))
    if parameters.options.optimistic and site.finish == "task":
        found[_last_bucket(found)] += _after_hours_s(problem, team.crew)
    return found


def _last_bucket(seconds: Floats) -> tuple[Ints, ...]:
    """The last bucket [shift, day, bucket] in which each shift works."""
    working = seconds > 0
    last = working & (np.cumsum(working[..., ::-1], axis=-1)[..., ::-1] == 1)
    return np.nonzero(last)


def _after_hours_s(problem: Problem, crew: Crew) -> float:
    """Mean seconds, at most, for which a person finishes a task after the shift.

    The task met at a moment is (1 + cv^2) times as long as the mean one, and half of it is left;
    tours are taken as full, products as the one of most work, and people as slow as they ever are.
    """
    most_work, slowest = max(p.work for p in problem.products), min(crew.ramp)
    processes = problem.site(crew.site).processes
    tasks = [
        (p.batch_setup_s + p.batch_orders * p.mean_s * most_work) * (1.0 + p.cv_of_work**2)
        for p in processes
    ]
    return max(tasks) / 2 / slowest if slowest > 0 else float(problem.horizon.end_s)


def work_terms(parameters: Parameters, team: CrewVariables, process: str, seconds: Floats) -> Term:
    """Orders of mean work that each person can do at a process in each bucket.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    team : CrewVariables
        Columns of the crew.
    process : str
        Name of the process.
    seconds : Floats
        Seconds of work of one person [shift, day, bucket] (`presence`).

    Returns
    -------
    Term
        The entries (row: bucket).
    """
    problem = parameters.problem
    work_s = work_seconds(problem.site(team.crew.site).process(process), parameters.mean_work)
    heads = team.head[team.processes.index(process)]
    present = np.zeros(heads.shape[:2])
    for n, on in np.ndindex(present.shape):
        absent = absence(problem, team.crew.site, team.crew.name, team.shifts[n], on)
        present[n, on] = (1.0 - absent) * (1.0 - team.crew.unfilled)
    speed = np.array([class_speed(team.crew, k) for k in range(heads.shape[2])])
    h, day, k, bucket = np.nonzero((heads[..., None] >= 0) & (seconds[:, :, None, :] > 0))
    efficiency = parameters.efficiency(problem.site_names.index(team.crew.site), process)[bucket]
    factor = seconds[h, day, bucket] * present[h, day] * speed[k] * efficiency / work_s
    return Term(bucket, heads[h, day, k], factor)


def _limit_stations(milp: MilpBuilder, parameters: Parameters, teams: list[CrewVariables]) -> None:
    """People scheduled at a process at the same time <= its stations."""
    problem = parameters.problem
    for site, line in zip(problem.sites, parameters.timelines, strict=True):
        local = [team for team in teams if team.crew.site == site.name]
        for process in site.processes:
            able = [team for team in local if process.name in team.processes]
            if process.stations >= UNLIMITED:
                continue
            terms = [_there(team, process.name, presence(parameters, team)) for team in able]
            limit = partial(_station_limit, problem, site.name, process, line.edges)
            milp.constraints(
                "limit_stations", line.buckets, terms, upper=process.stations, limit=limit
            )


def _there(team: CrewVariables, process: str, seconds: Floats) -> Term:
    """Heads [row = bucket] of the team whose shift reaches into the bucket."""
    heads = team.head[team.processes.index(process)]
    h, day, k, bucket = np.nonzero((heads[..., None] >= 0) & (seconds[:, :, None, :] > 0))
    return Term(bucket, heads[h, day, k])


def _station_limit(
    problem: Problem, site: str, process: Process, edges: Ints, bucket: int
) -> Limit:
    when = problem.horizon.at(int(edges[bucket]))
    what = f"stations of {process.name} at {site} on {day_clock(when)}"
    return Limit(
        kind=STATIONS,
        names=(site, process.name),
        what=what,
        allowed=float(process.stations),
        on=when,
    )
