"""The warehouses again, as slow and as plain as possible: single people, sorted lists, tenth after
tenth of a second.

Written from the rules alone, to be compared with the real model order by order. Work contents and
the lags of returns are given.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from planner.domain.horizon import DAY_S, Shift
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import NEVER, Orders
from planner.domain.service_terms import Transit
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew, StaffRow
from planner.simulation.inputs.service_times import content_of, contents

UNDECIDED = -2  # inside at the end, not due yet
TICKS = 10  # of a second


@dataclass(eq=False)
class Person:
    """Stretches in seconds of the shift, and in ticks while the site is open and the clock runs."""

    speed: float
    stretches: list[tuple[int, int]]
    crew: str
    shift: str
    there: list[tuple[int, int]] = field(default_factory=list)
    after_hours: int = 0
    paid_until: int = 0


@dataclass(eq=False)
class Task:
    """`left`: seconds of work at standard speed that are still to be done when it ends."""

    items: list[int]
    back: bool
    ends: int
    person: Person
    left: Fraction


@dataclass(eq=False)
class Floor:
    process: Process
    receive: Process | None
    people: list[Person]
    queue: list[tuple[int, int, int, bool]] = field(
        default_factory=list
    )  # (deadline, joined, order, back)
    tasks: list[Task] = field(default_factory=list)
    put_down: list[Task] = field(default_factory=list)


class Reference:
    """One replication: `begun[p]`, `end[p]`, `packed`, `handed`, `back`, `received` in ticks per
    order, `scanned` and `delivered` in seconds, and `on_time`; `after_hours` in ticks by site,
    process and crew.
    """

    def __init__(self, problem: Problem, plan: Plan, orders: Orders, streams: Streams) -> None:
        self.problem, self.plan, self.orders, self.streams = problem, plan, orders, streams
        n = len(orders)
        self.site, self.contract = [NEVER] * n, [NEVER] * n
        self.begun = [[NEVER] * n for _ in problem.process_names]
        self.end = [[NEVER] * n for _ in problem.process_names]
        self.packed, self.handed, self.back, self.received = ([NEVER] * n for _ in range(4))
        self.route()
        whole = [divmod(int(instant) * TICKS, 2**16) for instant in orders.instant]
        self.comes = [
            int(s) * TICKS + tick for s, (tick, _) in zip(orders.ordered_at_s, whole, strict=True)
        ]
        self.rounding = [Fraction(rest, 2**16) for _, rest in whole]
        self.end_tick = problem.horizon.end_s * TICKS
        self.lag = [int(lag) * TICKS for lag in orders.return_lag_s]
        self.content = {s.name: self.contents(s) for s in problem.sites}
        self.floors = {
            s.name: [
                Floor(p, s.receive if p.name == s.received_by else None, self.people(s, p))
                for p in s.processes
            ]
            for s in problem.sites
        }
        self.shelves: dict[str, list[int]] = {s.name: [] for s in problem.sites}
        self.allotted: dict[tuple[str, int], int] = {}
        self.coming_back: dict[tuple[str, int], list[int]] = {}
        self.agenda = {*self.comes, *(second * TICKS for second in self.known_seconds())}
        while self.agenda:
            now = min(self.agenda)
            self.agenda.remove(now)
            if now <= self.end_tick:
                self.live_through(now)
        self.after_hours = {
            (name, floor.process.name, person.crew): sum(
                p.after_hours for p in floor.people if p.crew == person.crew
            )
            for name, floors in self.floors.items()
            for floor in floors
            for person in floor.people
        }
        ways = [self.carried(j) for j in range(n)]
        self.scanned, self.delivered, self.on_time = ([way[k] for way in ways] for k in range(3))
        for s in range(len(problem.sites)):
            self.decide(s)

    def route(self) -> None:
        stock = None
        if self.plan.stock is not None:
            stock = {(s, p): 0 for s in self.problem.site_names for p in self.problem.product_names}
            for row in self.plan.stock:
                stock[row.site, row.product] += row.units
        names, goods = self.problem.site_names, self.problem.product_names
        self.sold_out = np.zeros((len(names), len(goods)), dtype=bool)
        for j in range(len(self.orders)):
            site, contract = self.place(j, stock)
            if site:
                self.site[j] = self.problem.site_names.index(site)
                self.contract[j] = (
                    self.problem.contract_names.index(contract) if contract else NEVER
                )
        left = stock or {}
        self.stock_left = np.array([[left.get((s, p), 0) for p in goods] for s in names])

    def place(self, j: int, stock: dict[tuple[str, str], int] | None) -> tuple[str, str]:
        problem, at = self.problem, int(self.orders.ordered_at_s[j])
        region, product = (
            problem.region_names[self.orders.region[j]],
            problem.product_names[self.orders.product[j]],
        )
        units, weight = int(self.orders.units[j]), int(self.orders.weight_g[j])
        rows = [
            r
            for r in self.plan.routing
            if r.region == region and r.from_s <= at < r.to_s and r.share > 0
        ]
        rows = [r for r in rows if r.above_g < weight <= r.to_g]
        lanes = [(s, c) for s, r, c in problem.lanes() if r == region]
        chosen = (rows[0].site, rows[0].contract) if rows else lanes[0]
        passed = 0.0
        for row in rows:
            chosen = (row.site, row.contract)
            passed += row.share
            if self.orders.route_u[j] * sum(r.share for r in rows) < passed:
                break
        if stock is None:
            return chosen
        first = problem.site_names.index(chosen[0])
        for step in range(len(problem.sites)):
            site = problem.site_names[(first + step) % len(problem.sites)]
            there = sorted((-r.share, k, r.contract) for k, r in enumerate(rows) if r.site == site)
            contracts = [c for _, _, c in there] + [c for s, c in lanes if s == site]
            if step == 0:
                contracts = [chosen[1]]
            if contracts and stock[site, product] >= units:
                stock[site, product] -= units
                return site, contracts[0]
            if step == 0:
                self.sold_out[first, self.orders.product[j]] = True
        return "", ""

    def contents(self, site: Site) -> dict[str, list[int]]:
        rows = [content.key for content in contents(self.problem)]
        kinds = {p.name: content_of(p) for p in site.processes}
        if site.receive is not None and self.problem.returns is not None:
            kinds["back"] = content_of(site.receive, returned=True)
        return {
            name: self.orders.work_us[rows.index(content.key)].tolist()
            for name, content in kinds.items()
        }

    def people(self, site: Site, process: Process) -> list[Person]:
        """Everybody who came; who is on again in the second in which he went off is the same
        person.
        """
        came: list[Person] = []
        for row in sorted(
            r for r in self.plan.staffing if (r.site, r.process) == (site.name, process.name)
        ):
            crew, shift = self.problem.crew(row.site, row.crew), self.problem.shift(row.shift)
            absence = crew.absence
            hits = [
                d
                for d in self.problem.disruptions
                if d.kind == "absence_wave" and d.site in ("", site.name)
            ]
            hits = [
                d
                for d in hits
                if d.crew in ("", crew.name)
                and d.from_s <= row.day * DAY_S + shift.start_s < d.to_s
            ]
            if hits:
                absence = max(d.factor for d in hits)
            key = (row.site, row.process, row.crew, row.shift, row.day, row.since_day)
            luck = self.streams.rng("absence", *key).random(row.headcount)
            hours, speed = worked(site, shift, row.day), crew.speed(self.tenure(crew, row))
            here = np.count_nonzero(luck >= absence)
            paid_until = max((b for _, b in shift.working(row.day)), default=0)
            for person in came:
                same = (person.crew, person.shift, person.speed) == (row.crew, row.shift, speed)
                if here and hours and same and person.stretches[-1][1] == hours[0][0]:
                    person.stretches[-1] = (person.stretches[-1][0], hours[0][1])
                    person.stretches += hours[1:]
                    person.paid_until = paid_until
                    here -= 1
            came += [
                Person(speed, list(hours), row.crew, row.shift, paid_until=paid_until)
                for _ in range(here if hours else 0)
            ]
        for person in came:
            for a, b in person.stretches:
                edges = [
                    a,
                    *(e for d in self.problem.disruptions for e in (d.from_s, d.to_s) if a < e < b),
                    b,
                ]
                for begin, end in pairwise(sorted(edges)):
                    if not self.closed(site.name, begin) and begin < self.problem.horizon.end_s:
                        person.there.append((begin * TICKS, min(end * TICKS, self.end_tick)))
        return [person for person in came if person.there]

    def closed(self, site: str, second: int) -> bool:
        return any(
            d.kind == "site_closed" and d.site in ("", site) and d.from_s <= second < d.to_s
            for d in self.problem.disruptions
        )

    def tenure(self, crew: Crew, row: StaffRow) -> int:
        """Days on which temporaries could have worked since they are booked."""
        site, days = self.problem.site(crew.site), range(row.since_day, row.day)
        if not crew.temporary:
            return 0
        return sum(any(worked(site, shift, d) for shift in self.problem.shifts) for d in days)

    def open_visits(self, site: Site, day: int) -> list[tuple[int, str, int | None]]:
        """(second, contract, room) of the collections of a day that no disruption prevents, in the
        site's order.
        """
        found = []
        for c in site.collections:
            second = day * DAY_S + c.at_s
            missed = any(
                d.kind == "missed_collection"
                and d.site in ("", site.name)
                and d.contract in ("", c.contract)
                and d.from_s <= second < d.to_s
                for d in self.problem.disruptions
            )
            booked = (day, site.name, c.contract, c.at_s)
            more = sum(
                e.vehicles for e in self.plan.extra if (e.day, e.site, e.contract, e.at_s) == booked
            )
            if not missed and not self.closed(site.name, second) and comes(site, c, day):
                room = None if c.capacity_parcels is None else c.capacity_parcels * (1 + more)
                found.append((second, c.contract, room))
        return found

    def known_seconds(self) -> set[int]:
        known = {edge for d in self.problem.disruptions for edge in (d.from_s, d.to_s)}
        for site in self.problem.sites:
            for floor in self.floors[site.name]:
                known |= {
                    edge
                    for person in floor.people
                    for stretch in person.stretches
                    for edge in stretch
                }
            for day in range(self.problem.horizon.days):
                known |= {second for second, _, _ in self.open_visits(site, day)}
        return known

    def live_through(self, now: int) -> None:
        for site in self.problem.sites:
            for k in range(len(site.processes)):
                self.finish(site, k, now)
            self.come(site, now)
            for k in range(len(site.processes)):
                while self.start(site, k, now):
                    self.finish(site, k, now)
        for site in self.problem.sites:
            self.collect(site, now)

    def finish(self, site: Site, k: int, now: int) -> None:
        floor = self.floors[site.name][k]
        done = [task for task in floor.tasks if task.ends == now]
        floor.tasks = [task for task in floor.tasks if task.ends != now]
        floor.put_down += [task for task in done if task.left]
        for order, back in [
            (order, task.back) for task in done if not task.left for order in task.items
        ]:
            if back:
                self.received[order] = now
                continue
            self.end[self.row(site, k)][order] = now
            if k + 1 < len(site.processes):
                self.join(site, k + 1, order, now)
            else:
                self.packed[order] = now
                if self.contract[order] == NEVER:
                    self.leave(site, order, now)
                else:
                    self.shelves[site.name].append(order)

    def row(self, site: Site, k: int) -> int:
        return self.problem.process_names.index(site.processes[k].name)

    def join(self, site: Site, k: int, order: int, now: int) -> None:
        self.floors[site.name][k].queue.append(
            (int(self.orders.deadline_s[order]), now, order, False)
        )

    def leave(self, site: Site, order: int, now: int) -> None:
        self.handed[order] = now
        if self.lag[order] and site.receive is not None:
            self.coming_back.setdefault((site.name, now + self.lag[order]), []).append(order)
            self.agenda.add(now + self.lag[order])

    def come(self, site: Site, now: int) -> None:
        """Orders arrive, parcels come back."""
        here = self.problem.site_names.index(site.name)
        for order in [
            j for j, tick in enumerate(self.comes) if tick == now and self.site[j] == here
        ]:
            self.join(site, 0, order, now)
        for order in sorted(self.coming_back.get((site.name, now), [])):
            self.back[order] = now
            k = [p.name for p in site.processes].index(site.received_by)
            self.floors[site.name][k].queue.append((now // TICKS + 48 * 3600, now, order, True))

    def start(self, site: Site, k: int, now: int) -> bool:
        """Start everything that can be started now; whether some of it has ended already."""
        floor, at_once = self.floors[site.name][k], False
        while True:
            busy = [task.person for task in floor.tasks]
            free = [
                p for p in floor.people if p not in busy and any(a <= now < b for a, b in p.there)
            ]
            back = self.what_is_next(floor)
            if not free or back is None:
                return at_once
            person = min(free, key=lambda p: (-p.speed, p.stretches))
            items, content = self.take(site, k, back, now)
            duration = math.floor(
                content * TICKS / Fraction(str(person.speed)) + self.rounding[items[0]]
            )
            ends, left = self.work(site, person, now, duration, content)
            floor.tasks.append(Task(items, back, ends, person, left))
            self.agenda.add(ends) if ends > now else None
            at_once |= ends == now

    def what_is_next(self, floor: Floor) -> bool | None:
        """True: a task of returns, False: one of orders, None: nothing that waits has a place."""
        places = {
            False: floor.process.stations,
            True: floor.receive.stations if floor.receive else 0,
        }
        open_to = [
            back
            for back in (False, True)
            if sum(task.back == back for task in floor.tasks) < places[back]
        ]
        for back in open_to:
            if any(task.back == back for task in floor.put_down):
                return back
        waiting = [q for q in floor.queue if q[3] in open_to]
        if not waiting:
            return None
        by_deadline = floor.process.discipline == "deadline"
        return min(
            waiting,
            key=lambda q: (-self.priority(q[2], q[3]), q[0] if by_deadline else q[1], not q[3]),
        )[3]

    def priority(self, order: int, back: bool) -> int:
        """Of an order on its way out; a return has none."""
        return 0 if back else int(self.orders.priority[order])

    def take(self, site: Site, k: int, back: bool, now: int) -> tuple[list[int], Fraction]:
        """The orders of the next task, and the seconds of work that it is."""
        floor = self.floors[site.name][k]
        process = floor.receive if back and floor.receive else floor.process
        again = [task for task in floor.put_down if task.back == back]
        if again:
            floor.put_down.remove(again[0])
            return again[0].items, again[0].left
        by_deadline = floor.process.discipline == "deadline"
        if by_deadline and not back:
            floor.queue.sort(key=lambda q: (q[0], q[2]))
        if not back:
            floor.queue.sort(key=lambda q: -self.priority(q[2], q[3]))
        taken = [q for q in floor.queue if q[3] == back][: process.batch_orders]
        floor.queue = [q for q in floor.queue if q not in taken]
        items = [order for _, _, order, _ in taken]
        work = self.content[site.name]["back" if back else process.name]
        if not back:
            for order in items:
                self.begun[self.row(site, k)][order] = now
        return items, Fraction(
            sum(work[order] for order in items), 1_000_000
        ) + process.batch_setup_s

    def work(
        self, site: Site, person: Person, now: int, duration: int, content: Fraction
    ) -> tuple[int, Fraction]:
        """When a task is done or put down, tick by stretch; and the work that is left of it
        then.
        """
        at, to_do = now, duration
        for a, b in person.there:
            if b <= at:
                continue
            at = max(at, a)
            if to_do <= b - at:
                return at + to_do, Fraction(0)
            to_do -= b - at
            at = b
        if site.finish == "task":
            unpaid = max(at, person.paid_until * TICKS)
            person.after_hours += max(min(at + to_do, self.end_tick) - unpaid, 0)
            return at + to_do, Fraction(0)
        return at, content - Fraction(duration - to_do, TICKS) * Fraction(str(person.speed))

    def collect(self, site: Site, now: int) -> None:
        for day in range(self.problem.horizon.days):
            for second, name, room in self.open_visits(site, day):
                if second * TICKS == now:
                    self.load(site, name, day, now, room)

    def load(self, site: Site, name: str, day: int, now: int, room: int | None) -> None:
        contract = self.problem.contract(name)
        waiting = [
            j
            for j in self.shelves[site.name]
            if self.problem.contract_names[self.contract[j]] == name
        ]
        waiting.sort(key=lambda j: (-self.priority(j, False), int(self.orders.deadline_s[j]), j))
        if contract.commitment.allotment_per_day is not None:
            cuts = [
                d
                for d in self.problem.disruptions
                if d.kind == "allotment_cut" and d.contract in ("", name)
            ]
            limit = contract.commitment.allotment_per_day * math.prod(
                d.factor for d in cuts if d.from_s <= now // TICKS < d.to_s
            )
            waiting = waiting[: max(int(limit) - self.allotted.get((name, day), 0), 0)]
        for order in waiting[:room]:
            self.shelves[site.name].remove(order)
            self.leave(site, order, now)
            self.allotted[name, day] = self.allotted.get((name, day), 0) + 1

    def carried(self, j: int) -> tuple[int, int, int]:
        """Second of the first scan and of the delivery of an order, and whether it was on time."""
        problem, orders = self.problem, self.orders
        if self.site[j] == NEVER:
            return NEVER, NEVER, -1
        clock = problem.platform.counts
        packed, handed = self.packed[j] // TICKS, self.handed[j] // TICKS  # NEVER stays NEVER
        scanned = hub = delivered = handed
        if self.contract[j] != NEVER and self.handed[j] != NEVER:
            contract, region = (
                problem.contracts[self.contract[j]],
                problem.region_names[orders.region[j]],
            )
            through = (
                contract.hub
                if contract.hub is not None and region in contract.hub.regions
                else None
            )
            place = through.hub_region if through else region
            site = problem.site_names[self.site[j]]
            zone = (
                contract.tariff.zones[site, place]
                if (site, place) in contract.tariff.zones
                else contract.tariff.zones["", place]
            )
            delay = (contract.service.scan_delay.median_s, contract.service.scan_delay.p95_s)
            if zone in contract.service.scan_delay_by_zone:
                delay = (
                    contract.service.scan_delay_by_zone[zone].median_s,
                    contract.service.scan_delay_by_zone[zone].p95_s,
                )
            scanned += by_median(*delay, float(orders.scan_z[j]))
            hub = scanned + by_mean(contract.service.transit.get(zone), float(orders.transit_z[j]))
            delivered = hub + (
                by_mean(through.onward_days, float(orders.transit_z[j])) if through else 0
            )
        if self.contract[j] != NEVER and clock != "label":
            contract, region = (
                problem.contracts[self.contract[j]],
                problem.region_names[orders.region[j]],
            )
            if contract.hub is not None and region in contract.hub.regions:
                clock = contract.hub.counts or clock
        moments = {
            "label": packed,
            "handover": handed,
            "first_scan": scanned,
            "delivered": delivered,
        }
        moment, end, deadline = (
            (moments | {"hub": hub})[clock],
            problem.horizon.end_s,
            int(orders.deadline_s[j]),
        )
        if moment == NEVER:
            return scanned, delivered, UNDECIDED if deadline >= end else 0
        return scanned, delivered, int(moment <= deadline)

    def decide(self, s: int) -> None:
        """Orders inside at the end: open after their last chance, and beyond these as many as a day
        before.
        """
        end, when = self.problem.horizon.end_s, self.orders.ordered_at_s.tolist()
        moments = self.packed if self.problem.platform.counts == "label" else self.handed
        left = [moment // TICKS for moment in moments]  # NEVER stays NEVER
        here = [j for j in range(len(when)) if self.site[j] == s]
        undecided = [j for j in here if self.on_time[j] == UNDECIDED]
        hopeless = [j for j in undecided if when[j] > self.last_chance(s, self.contract[j])]
        a_day, before = 24 * 3600, end - 24 * 3600
        usual = [
            j for j in here if self.on_time[j] == 1 and before - a_day <= when[j] < before < left[j]
        ]
        others = [j for j in undecided if j not in hopeless]
        spared = others[::-1][: max(len(usual) - len(hopeless), 0)]
        for j in undecided:
            young = j in hopeless or (j in spared and when[j] >= before)
            self.on_time[j] = -1 if young else 0

    def last_chance(self, s: int, contract: int) -> int:
        """An hour before the last collection that counts, or the last work before it."""
        site, end = self.problem.sites[s], self.problem.horizon.end_s
        days = range(self.problem.horizon.days)
        name = self.problem.contract_names[contract] if contract != NEVER else ""
        collected = name and self.problem.platform.counts != "label"
        visits = [
            d * 86_400 + c.at_s
            for d in days
            for c in site.collections
            if c.contract == name and comes(site, c, d)
        ]
        if collected and not visits:
            return end
        gate = max(visits) if collected else end
        shifts = [shift for shift in self.problem.shifts if not shift.extends]
        stretches = [each for d in days for shift in shifts for each in worked(site, shift, d)]
        ends = [min(b, gate) for a, b in stretches if a < gate]
        return (max(ends) if ends else gate) - 3600


def hours_on(site: Site, day: int) -> tuple[int, int]:
    """Opening and closing second of the horizon on a day."""
    hours = [of for on, of in site.hours if on == day] or [site.opening]
    return day * 86_400 + hours[0][0], day * 86_400 + hours[0][1]


def is_open(site: Site, second: int) -> bool:
    """Whether a site is open at a second, be it since the day before."""
    around = range(second // 86_400 - 1, second // 86_400 + 1)
    return any(a <= second < b for a, b in (hours_on(site, day) for day in around))


def worked(site: Site, shift: Shift, day: int) -> list[tuple[int, int]]:
    """Stretches of a shift: its pattern cut wherever anything may change, and joined again."""
    if day in shift.off or hours_on(site, day) == (day * 86_400, day * 86_400):
        return []
    cuts = {edge for d in range(day - 1, day + 3) for edge in hours_on(site, d)}
    found: list[tuple[int, int]] = []
    for begin, end in shift.working(day):
        edges = [begin, *sorted(c for c in cuts if begin < c < end), end]
        for a, b in pairwise(edges):
            if is_open(site, a) and found and found[-1][1] == a:
                found[-1] = (found[-1][0], b)
            elif is_open(site, a):
                found.append((a, b))
    return found


def comes(site: Site, collection: Collection, day: int) -> bool:
    """Whether a vehicle finds the site open, or closing in this second."""
    if day in collection.off or not site.hours:
        return day not in collection.off
    second = day * 86_400 + collection.at_s
    begin, end = hours_on(site, day - 1)
    after_a_whole_day = collection.at_s == 0 and end - begin >= 86_400
    return is_open(site, second) or (is_open(site, second - 1) and not after_a_whole_day)


def by_median(median_s: int, p95_s: int, z: float) -> int:
    """A lognormal time with that median and 95 % point, in whole seconds, at a normal quantile."""
    if median_s <= 0:
        return 0
    spread = math.log(max(p95_s, median_s) / median_s) / NormalDist().inv_cdf(0.95)
    return round(median_s * math.exp(spread * z))


def by_mean(transit: Transit | None, z: float) -> int:
    """A lognormal time with that mean and 90 % point (the least spread that has both), in whole
    seconds, at a normal quantile.
    """
    if transit is None:
        return 0
    z90 = NormalDist().inv_cdf(0.9)
    least, most = 0.0, z90
    for _ in range(60):
        middle = (least + most) / 2
        below = z90 * middle - middle**2 / 2 < math.log(transit.p90_days / transit.mean_days)
        least, most = (middle, most) if below else (least, middle)
    return round(transit.mean_days * 86_400 * math.exp(least * z - least**2 / 2))
