"""A kind of change that is still possible at one place, and several of them made together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal, get_args

from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.workforce import StaffRow
from planner.studies.certification.removable_resources import headcounts_of, with_headcounts

What = Literal[
    "call", "shift", "overtime", "move", "booking", "pickup", "promise", "cap", "rest", "cancel"
]
WHATS: tuple[What, ...] = get_args(What)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """A kind of change that is still possible at one place, made any number of times.

    Attributes
    ----------
    what : str
        call: people on call; shift: a shift more of permanent people; overtime: people extend
        their shift; move: people change the process; booking: temporaries; pickup: vehicles;
        promise and cap: levers; day off and cancel: people and vehicles given up.
    site, process, crew, shift : str
        The place whose people change; of a move the process they go to.
    day : int
        Its day.
    from_process, from_shift : str
        Where people come from, of a move and of overtime.
    contract : str
        Of vehicles.
    at_s : int
        Of vehicles: their time of the day.
    decide_by_s : int
        Until when it can be decided.
    people : tuple of (StaffRow, int)
        What one change adds to the headcount of rows; their own is 0.
    vehicles : tuple of (ExtraCollection, int)
        What one change adds to the vehicles; their own number is 0.
    region, event : str
        Whose orders from now on are due later, or which sale stops.
    level : float
        The hours that are promised, or the orders at which the sale stops.
    stated : float, optional
        The hours without a longer promise.
    """

    what: What
    site: str = ""
    process: str = ""
    crew: str = ""
    shift: str = ""
    day: int = 0
    from_process: str = ""
    from_shift: str = ""
    contract: str = ""
    at_s: int = 0
    decide_by_s: int = 0
    people: tuple[tuple[StaffRow, int], ...] = ()
    vehicles: tuple[tuple[ExtraCollection, int], ...] = ()
    region: str = ""
    event: str = ""
    level: float = 0.0
    stated: float | None = None

    @property
    def key(self) -> tuple[object, ...]:
        """Tells openings apart, in a fixed order."""
        return (
            WHATS.index(self.what),
            self.day,
            self.site,
            self.process,
            self.crew,
            self.shift,
            self.from_process,
            self.from_shift,
            self.contract,
            self.at_s,
            self.people,
            *self.lever,
            self.level,
        )

    @property
    def lever(self) -> tuple[str, str]:
        """What is promised or capped; empty texts of all others."""
        return self.region, self.event

    def changed(self, plan: Plan, amount: int) -> Plan | None:
        """The plan with so many changes; None where there are not so many people or vehicles."""
        if self.people:
            headcounts = headcounts_of(plan)
            for row, each in self.people:
                headcounts[row] += each * amount
                if headcounts[row] < 0:
                    return None
            plan = with_headcounts(plan, headcounts)
        if self.vehicles:
            count = Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
            for vehicle, each in self.vehicles:
                count[vehicle] += each * amount
                if count[vehicle] < 0:
                    return None
            extra = (replace(e, vehicles=n) for e, n in count.items() if n)
            plan = replace(plan, extra=tuple(sorted(extra)))
        return self._with_lever(plan) if any(self.lever) else plan

    def _with_lever(self, plan: Plan) -> Plan | None:
        """The plan with a longer promise or a lower cap; None where it has that already."""
        now = self.before(plan)
        if self.region:
            promises = {**dict(plan.promises), self.region: self.level}
            longer = now is not None and self.level > now
            return replace(plan, promises=tuple(sorted(promises.items()))) if longer else None
        caps = {**dict(plan.caps), self.event: int(self.level)}
        lower = now is None or self.level < now
        return replace(plan, caps=tuple(sorted(caps.items()))) if lower else None

    def before(self, plan: Plan) -> float | None:
        """What stands at its place under a plan.

        People, vehicles, hours, or orders at which a sale stops; None: it does not stop.
        """
        if self.region:
            return dict(plan.promises).get(self.region, self.stated)
        if self.event:
            return dict(plan.caps).get(self.event)
        if self.vehicles:
            place = self.vehicles[0][0]
            return sum(e.vehicles for e in plan.extra if replace(e, vehicles=0) == place)
        return sum(
            row.headcount
            for row in plan.staffing
            if (row.day, row.site, row.process, row.crew, row.shift)
            == (self.day, self.site, self.process, self.crew, self.shift)
        )


@dataclass(frozen=True, slots=True)
class Bundle:
    """Openings that are made together: one, or one for each process of a line.

    Where orders wait for the slowest process, more people there alone only let them wait at the
    next one.

    Attributes
    ----------
    parts : tuple of (Opening, float)
        The openings, each with its changes for one of the bundle.
    """

    parts: tuple[tuple[Opening, float], ...]

    @property
    def key(self) -> tuple[object, ...]:
        """Tells bundles apart, in a fixed order."""
        return tuple(part for opening, _ in self.parts for part in opening.key)

    @property
    def gives_up(self) -> bool:
        """Whether people or vehicles are given up."""
        return self.parts[0][0].what in ("rest", "cancel")

    def amounts(self, n: int) -> list[tuple[Opening, int]]:
        """Changes of every opening for n of the bundle."""
        return [(opening, ceil(n * each - 1e-9)) for opening, each in self.parts]

    def changed(self, plan: Plan, n: int) -> Plan | None:
        """The plan with n of the bundle; None where there are not so many people or vehicles."""
        found: Plan | None = plan
        for opening, amount in self.amounts(n):
            found = None if found is None else opening.changed(found, amount)
        return found

    def room(self, problem: Problem, plan: Plan) -> int:
        """How many of the bundle the numbers of people and vehicles allow at most."""
        n = min(room(problem, plan, opening) for opening, _ in self.parts)
        if len(self.parts) == 1 or not self.parts[0][0].people:
            return n
        most = n  # they are people of one crew
        while n > 0 and sum(amount for _, amount in self.amounts(n)) > most:
            n -= 1
        return n


def bundles(problem: Problem, found: Sequence[Opening]) -> list[Bundle]:
    """Every opening by itself, people of a crew at a whole line, and a promise to all regions.

    The slowest process gets as many people as the bundle counts, the others as many as their work
    asks for.
    """
    lines: dict[tuple[object, ...], list[Opening]] = {}
    for o in found:
        if o.what in ("call", "shift", "booking"):
            lines.setdefault((o.what, o.site, o.crew, o.shift, o.day), []).append(o)
    together = []
    for line in lines.values():
        site = problem.site(line[0].site)
        work = [site.process(o.process).mean_s for o in line]
        parts = tuple((o, w / max(work)) for o, w in zip(line, work, strict=True))
        together += [Bundle(parts)] if len(parts) > 1 else []
    for hours in sorted({o.level for o in found if o.what == "promise"}):
        alike = [o for o in found if o.what == "promise" and o.level == hours]
        together += [Bundle(tuple((o, 1.0) for o in alike))] if len(alike) > 1 else []
    return [*(Bundle(((o, 1.0),)) for o in found), *together]


def room(problem: Problem, plan: Plan, opening: Opening) -> int:
    """How many changes of an opening the numbers of people and vehicles allow at most.

    The rules of people are checked apart.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    plan : Plan
        The plan as it stands.
    opening : Opening
        The opening.

    Returns
    -------
    int
        How many.
    """
    if any(opening.lever):
        return int(opening.changed(plan, 1) is not None)
    if opening.vehicles:
        at, each = opening.vehicles[0]
        booked = sum(e.vehicles for e in plan.extra if replace(e, vehicles=0) == at)
        if each < 0:
            return booked
        site = problem.site(at.site)
        most = next(
            c.max_extra for c in site.collections if (c.contract, c.at_s) == (at.contract, at.at_s)
        )
        return max(most - booked, 0)
    taken = [row for row, each in opening.people if each < 0]
    if taken:
        return min(headcounts_of(plan)[row] for row in taken)
    limit = problem.crew(opening.site, opening.crew).limit
    days = {row.day for row, _ in opening.people}
    working: Counter[int] = Counter()
    for row in plan.staffing:
        if (row.site, row.crew) == (opening.site, opening.crew):
            working[row.day] += row.headcount
    return max(limit - max(working[day] for day in days), 0)
