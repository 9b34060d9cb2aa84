"""What may still be changed in the middle of a promotion; everything else is frozen.

Frozen are the past, shifts in progress, everything inside its notice, signed contracts, goods and
routing, and the days of temporaries who are booked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal, get_args

from planner.domain.crew_days import crew_days
from planner.domain.events import Event
from planner.domain.horizon import DAY_S, HOUR_S, Shift
from planner.domain.lever_effects import effective_problem, given_problem
from planner.domain.on_call import ON_CALL
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.site import Site
from planner.domain.workforce import LONG_AGO, Crew, StaffRow
from planner.planning.formulation.bookings import shortest_end
from planner.studies.certification.removable_resources import headcounts_of, with_headcounts
from planner.studies.replan.terms import ReplanTerms
from planner.studies.triggers.levers import longer_promises, tighter_caps

What = Literal[
    "call", "shift", "overtime", "move", "booking", "pickup", "promise", "cap", "rest", "cancel"
]
WHATS: tuple[What, ...] = get_args(What)
OVER = 0.99  # share of an event that has come: the sale is over


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


def begins_s(site: Site, shift: Shift, day: int) -> int:
    """When people begin to work a shift at a site; the shift's own begin where it is not worked.

    Parameters
    ----------
    site : Site
        The site.
    shift : Shift
        The shift.
    day : int
        Day of the horizon on which it begins.

    Returns
    -------
    int
        Second of the horizon.
    """
    hours = site.working(shift, day)
    return hours[0][0] if hours else day * DAY_S + shift.start_s


def openings(problem: Problem, plan: Plan, terms: ReplanTerms) -> list[Opening]:
    """Everything that may still be changed.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    plan : Plan
        The plan as it stands.
    terms : ReplanTerms
        The moment and the notices.

    Returns
    -------
    list of Opening
        In a fixed order.
    """
    found = [
        *_of_people(problem, plan, terms),
        *_of_vehicles(problem, plan, terms),
        *lever_openings(problem, plan, terms),
    ]
    return sorted(found, key=lambda o: tuple(map(str, o.key)))


def _of_people(problem: Problem, plan: Plan, terms: ReplanTerms) -> Iterator[Opening]:
    first = terms.now_s // DAY_S
    for site in problem.sites:
        for day in range(first, problem.horizon.reported_days):
            for shift in problem.shifts:
                if not site.works_on(shift, day) or begins_s(site, shift, day) < terms.now_s:
                    continue
                yield from _more(problem, terms, site, shift, day)
                yield from _elsewhere(problem, plan, terms, (site, shift, day))


def _more(
    problem: Problem, terms: ReplanTerms, site: Site, shift: Shift, day: int
) -> Iterator[Opening]:
    """People on call, permanent people and temporaries who may still come to a shift."""
    begin = begins_s(site, shift, day)
    for crew in problem.crews:
        if crew.site != site.name or shift.extends or not crew.may_work(shift):
            continue
        what, notice_s = _notice(crew, problem, terms)
        days = _days(problem, crew, day, terms) if what == "booking" else [day]
        if not days or begin - notice_s < terms.now_s:
            continue
        since = LONG_AGO if not crew.temporary else days[0]
        for process in (p.name for p in site.processes if crew.may_do(p.name)):
            rows = tuple(_row(crew, process, shift, d, since) for d in days)
            yield Opening(
                what=what,
                site=site.name,
                process=process,
                crew=crew.name,
                shift=shift.name,
                day=day,
                decide_by_s=begin - notice_s,
                people=tuple((row, 1) for row in rows),
            )


def _notice(crew: Crew, problem: Problem, terms: ReplanTerms) -> tuple[What, int]:
    """What bringing people of a crew is called, and its notice in seconds."""
    if not crew.temporary:
        return "shift", terms.notice_s
    if not crew.name.endswith(ON_CALL):
        return "booking", 0  # their days keep the notice
    own = problem.crew(crew.site, crew.name.removesuffix(ON_CALL)).on_call
    return "call", 0 if own is None else round(own.notice_hours * HOUR_S)


def _days(problem: Problem, crew: Crew, day: int, terms: ReplanTerms) -> list[int]:
    """Days of the shortest booking that begins on a day, if its notice can still be kept."""
    if day < terms.now_s // DAY_S + crew.notice_days + (crew.notice_days == 0):
        return []
    on = crew_days(problem, crew)
    end = shortest_end(crew, on, day)
    return on.within(day, end) if end < problem.horizon.days else []


def _row(crew: Crew, process: str, shift: Shift, day: int, since: int) -> StaffRow:
    return StaffRow(
        day=day,
        site=crew.site,
        process=process,
        crew=crew.name,
        shift=shift.name,
        since_day=since,
        headcount=0,
    )


def _elsewhere(
    problem: Problem, plan: Plan, terms: ReplanTerms, at: tuple[Site, Shift, int]
) -> Iterator[Opening]:
    """What people of a shift may do instead: another process, overtime, or stay at home."""
    site, shift, day = at
    begin = begins_s(site, shift, day)
    for row in plan.staffing:
        if (row.site, row.shift, row.day) != (site.name, shift.name, day):
            continue
        one, crew = replace(row, headcount=0), problem.crew(row.site, row.crew)
        here = Opening(
            what="move",
            site=site.name,
            process=row.process,
            crew=crew.name,
            shift=shift.name,
            day=day,
            decide_by_s=begin,
        )
        for process in site.processes:
            if process.name != row.process and crew.may_do(process.name):
                there = replace(one, process=process.name)
                yield replace(
                    here,
                    process=process.name,
                    from_process=row.process,
                    people=((one, -1), (there, 1)),
                )
        if begin - terms.notice_s >= terms.now_s:
            yield from _with_notice(problem, terms, here, one, at)


def _with_notice(
    problem: Problem,
    terms: ReplanTerms,
    here: Opening,
    one: StaffRow,
    at: tuple[Site, Shift, int],
) -> Iterator[Opening]:
    """What people of a shift may do instead if they are told in time."""
    site, shift, day = at
    here = replace(here, decide_by_s=here.decide_by_s - terms.notice_s)
    crew = problem.crew(site.name, here.crew)
    for longer in _extensions(problem, site, shift, crew, day):
        there = replace(one, shift=longer.name)
        yield replace(
            here,
            what="overtime",
            shift=longer.name,
            from_shift=shift.name,
            people=((one, -1), (there, 1)),
        )
    if terms.release and not crew.temporary:
        yield replace(here, what="rest", people=((one, -1),))


def _extensions(
    problem: Problem, site: Site, shift: Shift, crew: Crew, day: int
) -> Iterator[Shift]:
    """Shifts with overtime that people of a shift may work instead, if they begin with it."""
    for longer in problem.shifts:
        if longer.extends == shift.name and crew.may_work(longer) and site.works_on(longer, day):
            yield longer


def _of_vehicles(problem: Problem, plan: Plan, terms: ReplanTerms) -> Iterator[Opening]:
    """Vehicles that may still be ordered, or cancelled."""
    booked = Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
    for site in problem.sites:
        for collection in site.collections:
            if collection.capacity_parcels is None or collection.contract not in plan.signed:
                continue
            for day in range(terms.now_s // DAY_S, problem.horizon.reported_days):
                second = day * DAY_S + collection.at_s
                if second - terms.pickup_s < terms.now_s or not site.collects(collection, day):
                    continue
                at = ExtraCollection(day, site.name, collection.contract, collection.at_s, 0)
                steps: Sequence[tuple[What, int]] = [("pickup", 1)]
                if terms.release and booked[at]:
                    steps = [*steps, ("cancel", -1)]
                for what, each in steps:
                    yield Opening(
                        what=what,
                        site=site.name,
                        day=day,
                        contract=collection.contract,
                        at_s=collection.at_s,
                        decide_by_s=second - terms.pickup_s,
                        vehicles=((at, each),),
                    )


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


def frozen_moves(problem: Problem, terms: ReplanTerms, before: Plan, after: Plan) -> list[str]:
    """Decisions that differ although they were frozen; each in words.

    Parameters
    ----------
    problem : Problem
        The problem, those on call as crews of their own.
    terms : ReplanTerms
        The moment and the notices.
    before, after : Plan
        The plans.

    Returns
    -------
    list of str
        Empty where nothing moved that was frozen.
    """
    found = [
        f"{name} differ although they are frozen"
        for name, a, b in (
            ("routing shares", before.routing, after.routing),
            ("goods", before.stock, after.stock),
            ("contracts", before.signed, after.signed),
        )
        if a != b
    ]
    return [
        *found,
        *_frozen_people(problem, terms, before, after),
        *_frozen_vehicles(problem, terms, before, after),
        *frozen_levers(problem, terms, before, after),
    ]


def _frozen_people(
    problem: Problem, terms: ReplanTerms, before: Plan, after: Plan
) -> Iterator[str]:
    old, new = headcounts_of(before), headcounts_of(after)
    total: Counter[tuple[str, str, str, int, int]] = Counter()
    for row in {*old, *new}:
        step = new[row] - old[row]
        if not step:
            continue
        shift = problem.shift(row.shift)
        begin = begins_s(problem.site(row.site), shift, row.day)
        where = f"{row.crew} at {row.site}, {row.process}, {row.shift}, day {row.day + 1}"
        if begin < terms.now_s:
            yield f"{where}: the shift has begun"
        regular = shift.extends or shift.name
        total[row.site, row.crew, regular, row.day, row.since_day] += step
        if shift.extends and step > 0 and begin - terms.notice_s < terms.now_s:
            yield f"{where}: overtime within its notice"
    for (site_name, crew_name, regular, day, since), step in total.items():
        crew = problem.crew(site_name, crew_name)
        begin = begins_s(problem.site(site_name), problem.shift(regular), day)
        where = f"{crew_name} at {site_name}, {regular}, day {day + 1}"
        what, notice_s = _notice(crew, problem, terms)
        if what == "booking" and step > 0:
            early = since < terms.now_s // DAY_S + crew.notice_days + (crew.notice_days == 0)
            if early:
                yield f"{where}: booked within the notice"
        elif step and begin - notice_s < terms.now_s:
            yield f"{where}: changed within the notice"
        if crew.temporary and step < 0:
            yield f"{where}: temporaries who are booked are sent home"


def _frozen_vehicles(
    problem: Problem, terms: ReplanTerms, before: Plan, after: Plan
) -> Iterator[str]:
    old, new = (
        Counter({replace(e, vehicles=0): e.vehicles for e in plan.extra})
        for plan in (before, after)
    )
    for at in sorted({*old, *new}):
        second = at.day * DAY_S + at.at_s
        if old[at] != new[at] and second - terms.pickup_s < terms.now_s:
            where = f"{at.contract} at {at.site}, day {at.day + 1}"
            yield f"{where}: vehicles differ within their notice"


def lever_openings(problem: Problem, plan: Plan, terms: ReplanTerms) -> list[Opening]:
    """Longer promises, and caps of events of which orders are still to come, from now on.

    Parameters
    ----------
    problem : Problem
        Its levers say what may be promised and capped.
    plan : Plan
        The plan as it stands.
    terms : ReplanTerms
        The moment.

    Returns
    -------
    list of Opening
        In the order of the scenario.
    """
    now, given = effective_problem(problem, plan.levers), given_problem(problem)
    rules = [rule for rule in given.platforms if rule.deadline_working_days is None]
    since = Opening(what="promise", day=terms.now_s // DAY_S, decide_by_s=terms.now_s)
    promises = [
        replace(
            since,
            region=option.region,
            level=option.hours,
            stated=min(rule.hours_in(option.region) for rule in rules),
        )
        for option in longer_promises(now)
    ]
    caps = [
        replace(since, what="cap", event=event.name, level=orders)
        for event, orders in tighter_caps(now)
        if not _is_over(event, terms.now_s)
    ]
    return [*promises, *caps]


def _is_over(event: Event, now_s: int) -> bool:
    """Whether hardly an order of an event is still to come."""
    return float(event.placed_by(now_s)) > OVER


def frozen_levers(problem: Problem, terms: ReplanTerms, before: Plan, after: Plan) -> Iterator[str]:
    """Promises and caps that differ although nothing of the kind is open.

    Parameters
    ----------
    problem : Problem
        Its levers say what may be promised and capped.
    terms : ReplanTerms
        The moment.
    before, after : Plan
        The plans.

    Yields
    ------
    str
        What differs, in words.
    """
    allowed = lever_openings(problem, before, terms)
    for what, old, new in (
        ("promise", dict(before.promises), dict(after.promises)),
        ("cap", dict(before.caps), dict(after.caps)),
    ):
        open_ = {("".join(o.lever), o.level) for o in allowed if o.what == what}
        for name in sorted({*old, *new}):
            level = new.get(name)
            if old.get(name) != level and (name, level) not in open_:
                yield f"{name}: a {what} that cannot be changed"
