"""Places of a plan that nobody can fill, as few of them as say so: what a new plan has to avoid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from planner.domain.plan import Plan, PlanStatus, Violation
from planner.domain.problem import Problem
from planner.domain.roster import UnfilledPlaces
from planner.domain.workforce import StaffRow
from planner.planning.labour.staffing_rows import rows_of
from planner.planning.rostering.assign import can_fill
from planner.planning.rostering.cp_model import Filling
from planner.planning.validation.plan_rules import violations
from planner.planning.validation.teams import Team, alike, teams_of
from planner.planning.wording import on_day

FILL_PLACES = "fill_places"
MOST_NAMED = 3  # places named in one sentence


@dataclass
class RosterCheck:
    """Whether people can fill the places of plans; a team with the same places is asked once.

    Attributes
    ----------
    problem : Problem
        The problem of the plans.
    known : dict
        Answers by crew, size of the team and places.
    """

    problem: Problem
    known: dict[tuple[object, ...], Filling] = field(default_factory=dict)

    def allows(self, plan: Plan) -> bool:
        """Whether a plan keeps every rule and people are known to fill its places."""
        return not violations(self.problem, plan) and self.fills(plan)

    def fills(self, plan: Plan) -> bool:
        """Whether numbered or named people are known to fill every place of a plan."""
        return all(self.filling(team) is Filling.POSSIBLE for team in teams_of(self.problem, plan))

    def filling(self, team: Team) -> Filling:
        """Whether a team can fill all its places."""
        team = alike(team)
        key = (team.crew.site, team.crew.name, len(team.people), team.rows, team.stays)
        if key not in self.known:
            self.known[key] = can_fill(team)
        return self.known[key]


def unfilled_places(
    problem: Problem, plan: Plan, check: RosterCheck | None = None
) -> tuple[UnfilledPlaces, ...]:
    """Places that no set of people can fill, of every crew that is proved to have some.

    Of permanent people, who may stay at home on any day, all places are left out that do not matter
    (deletion filter).

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    check : RosterCheck, optional
        What is known already.

    Returns
    -------
    tuple of UnfilledPlaces
        One for each crew that is proved to have some.
    """
    check, found = check or RosterCheck(problem), []
    for team in teams_of(problem, plan):
        if check.filling(team) is not Filling.IMPOSSIBLE:
            continue
        crew = team.crew
        rows = tuple(rows_of(plan, crew)) if crew.temporary else _core(check, team)
        found.append(
            UnfilledPlaces(site=crew.site, crew=crew.name, rows=rows, fewer=not crew.temporary)
        )
    return tuple(dict.fromkeys(found))


def _core(check: RosterCheck, team: Team) -> tuple[StaffRow, ...]:
    """Places of which none can be left out, or the others could be filled."""
    team = alike(team)
    rows = team.rows
    for group in (*([r for r in rows if r.day == day] for day in team.days), *([r] for r in rows)):
        fewer = tuple(row for row in rows if row not in group)
        if check.filling(replace(team, rows=fewer)) is Filling.IMPOSSIBLE:
            rows = fewer
    return rows


def broken_rules(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that a plan breaks; where it keeps them all, places not known to be filled."""
    return violations(problem, plan) or fill_places(problem, plan.staffing)


def fill_places(problem: Problem, staffing: tuple[StaffRow, ...]) -> tuple[Violation, ...]:
    """Places that nobody can fill, or for which no roster was found, in words."""
    plan = Plan(method="", status=PlanStatus.AS_STATED, staffing=staffing, routing=())
    check = RosterCheck(problem)
    proved = (_in_words(problem, unfilled) for unfilled in unfilled_places(problem, plan, check))
    return (*proved, *_undecided(check, plan))


def _undecided(check: RosterCheck, plan: Plan) -> Iterator[Violation]:
    """Crews of whom it is not known whether they can fill their places."""
    crews = {
        (team.crew.site, team.crew.name): None
        for team in teams_of(check.problem, plan)
        if check.filling(team) is Filling.UNKNOWN
    }
    for site, crew in crews:
        words = (
            f"{crew} people at {site}: no roster that fills all their places was found, and none "
            "was ruled out, before the search reached its limit"
        )
        yield Violation(FILL_PLACES, words)


def _in_words(problem: Problem, unfilled: UnfilledPlaces) -> Violation:
    names = [
        f"{row.headcount} in the {row.shift} shift {on_day(problem, row.day)}"
        + (f" at {row.process}" if row.process else "")
        for row in unfilled.rows
    ]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    words = (
        f"{unfilled.crew} people at {unfilled.site}: no set of people can work "
        f"{'; '.join(names[:MOST_NAMED])}{more}, each with their rest, days and hours"
    )
    return Violation(FILL_PLACES, words)
