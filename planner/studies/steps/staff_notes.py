"""What to know of the people of a scenario before anything is run: in words, for the terminal."""

from __future__ import annotations

from planner.domain.horizon import DAY_S
from planner.domain.problem import Problem
from planner.domain.workforce import EVENING_BEFORE
from planner.planning.rostering.unfilled import fill_places
from planner.planning.validation.plan_rules import roster_breaks


def roster_warnings(problem: Problem) -> list[str]:
    """Rules on people that the roster of the scenario breaks; it is simulated unchanged."""
    if problem.roster is None:
        return []
    broken = roster_breaks(problem, problem.roster) or fill_places(problem, problem.roster)
    return [roster_warning(v.words) for v in broken]


def roster_warning(words: str) -> str:
    """The warning of one rule that the roster breaks."""
    return f"staffing: {words}"


def pay_warnings(problem: Problem) -> list[str]:
    """Permanent crews of whom nothing says what they are paid on days off work."""
    return [
        f"crew {crew.name} at {crew.site}: without guaranteed_days_per_week permanent people cost "
        "nothing on days on which they are not scheduled"
        for crew in problem.crews
        if not crew.temporary and crew.limit and crew.guaranteed_days_per_week is None
    ]


def name_warnings(problem: Problem) -> list[str]:
    """Names that stand at several sites: each is planned as a person of its own."""
    sites: dict[str, dict[str, None]] = {}
    for person in problem.people:
        sites.setdefault(person.name, {})[person.site] = None
    return [
        f"staff {name}: stands at {' and '.join(at)}, and is planned as {len(at)} people, who may "
        "work at the same time; if it is one person, keep one row"
        for name, at in sites.items()
        if len(at) > 1
    ]


def plan_warnings(problem: Problem) -> list[str]:
    """Sites where a plan has nobody at the start of the horizon.

    The shift at that time began on the evening before, which is not planned.
    """
    found = []
    for site in problem.sites:
        if site.is_closed(0):
            continue
        open_in = [s for s in problem.shifts if not s.extends and site.works_in(s)]
        starts = [a for s in open_in for a, _ in site.working(s, 0)]
        evening = [b for s in open_in for a, b in site.working(s, EVENING_BEFORE) if b > 0]
        until_s = min([*starts, max(evening, default=0), DAY_S])
        if until_s > 0:
            until = f"{problem.horizon.at(until_s):%H:%M}"
            found.append(
                f"{site.name}: in a plan nobody can be there before {until} on the first day, "
                "because shifts of the "
                "evening before are not planned; let the horizon start a day earlier if those "
                "hours count"
            )
    return found
