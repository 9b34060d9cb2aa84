"""Disruptions as the plan and the simulation see them: closed sites, missed collections,
absence.
"""

from __future__ import annotations

from planner.domain.contracts import Contract
from planner.domain.horizon import DAY_S, Interval, Shift
from planner.domain.problem import Problem
from planner.domain.site import Collection, Site


def closures(problem: Problem, site: str) -> list[Interval]:
    """When a site is closed."""
    return [
        (d.from_s, d.to_s)
        for d in problem.disruptions
        if d.kind == "site_closed" and d.site in ("", site)
    ]


def outside(stretches: list[Interval], closed: list[Interval]) -> list[Interval]:
    """What is left of the stretches while nothing is closed; none is empty."""
    for closed_from, closed_to in closed:
        cut = [
            part
            for a, b in stretches
            for part in ((a, min(b, closed_from)), (max(a, closed_to), b))
        ]
        stretches = [(a, b) for a, b in cut if b > a]
    return [(a, b) for a, b in stretches if b > a]


def allotted_at(problem: Problem, contract: Contract, second: int) -> int | None:
    """Parcels a contract takes a day, as it stands at a moment; None without a limit.

    Parameters
    ----------
    problem : Problem
        With its disruptions.
    contract : Contract
        Whose allotment per day is asked for.
    second : int
        Second of the horizon; a cut counts as long as it lasts.

    Returns
    -------
    int or None
        Parcels per day.
    """
    if contract.commitment.allotment_per_day is None:
        return None
    allotted = float(contract.commitment.allotment_per_day)
    for d in problem.disruptions:
        if (
            d.kind == "allotment_cut"
            and d.contract in ("", contract.name)
            and d.from_s <= second < d.to_s
        ):
            allotted *= d.factor
    return int(allotted + 1e-9)


def absence(problem: Problem, site: str, crew: str, shift: Shift, day: int) -> float:
    """Chance that a scheduled person does not come.

    Parameters
    ----------
    problem : Problem
        With its disruptions.
    site, crew : str
        The crew whose own absence counts where there is no absence wave.
    shift : Shift
        The worst absence wave in which it starts counts.
    day : int
        Day of the horizon on which the shift starts.

    Returns
    -------
    float
        Probability in [0, 1].
    """
    starts = day * DAY_S + shift.start_s
    waves = [
        d.factor
        for d in problem.disruptions
        if d.kind == "absence_wave"
        and d.site in ("", site)
        and d.crew in ("", crew)
        and d.from_s <= starts < d.to_s
    ]
    return max(waves, default=problem.crew(site, crew).absence)


def collection_comes(problem: Problem, site: Site, collection: Collection, day: int) -> bool:
    """Whether a collection is made: its calendar says so, and nothing keeps it from coming.

    Parameters
    ----------
    problem : Problem
        With its disruptions.
    site : Site
        Where it collects.
    collection : Collection
        The collection.
    day : int
        Day of the horizon.

    Returns
    -------
    bool
        True if the vehicle comes.
    """
    second = day * DAY_S + collection.at_s
    missed = any(
        d.kind == "missed_collection"
        and d.site in ("", site.name)
        and d.contract in ("", collection.contract)
        and d.from_s <= second < d.to_s
        for d in problem.disruptions
    )
    closed = any(a <= second < b for a, b in closures(problem, site.name))
    return site.collects(collection, day) and not missed and not closed


def open_work(problem: Problem, site: Site, shift: Shift, day: int) -> list[Interval]:
    """Stretches of work on the shift that begins on a day, while the site is not closed.

    Parameters
    ----------
    problem : Problem
        With its disruptions.
    site : Site
        The site, with its calendar.
    shift : Shift
        The shift.
    day : int
        The day on which it begins.

    Returns
    -------
    list of Interval
        (from, to) in seconds of the horizon.
    """
    return outside(site.working(shift, day), closures(problem, site.name))
