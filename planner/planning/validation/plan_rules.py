"""Checks of a plan: every rule in plain integers from Problem and Plan, without solver or model."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain, pairwise

from planner.domain.contracts import HEAVIEST_G, Contract
from planner.domain.costs import committed_costs
from planner.domain.crew_days import crew_days
from planner.domain.dates import day_clock
from planner.domain.horizon import DAY_S, Shift
from planner.domain.plan import Plan, PlanStatus, Violation, on_books
from planner.domain.problem import Problem
from planner.domain.site import Site
from planner.domain.wording import counted, people_counted
from planner.domain.workforce import EVENING_BEFORE, LONG_AGO, Crew, StaffRow
from planner.planning.labour.rule import LabourRule
from planner.planning.labour.rules import RULES as LABOUR_RULES
from planner.planning.labour.staffing_rows import people_per_day, rows_of
from planner.planning.validation.presence import (
    cover_presence,
    limit_starters,
    limit_temporaries,
)
from planner.planning.wording import band_in_words, on_day

Rule = Callable[[Problem, Plan], Iterator[Violation]]
_SHARE_TOLERANCE = 1e-6
COSTS = "cost_recomputed"  # the rule on what follows from decisions, and is none itself


def violations(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule the plan breaks, in words with numbers; empty when it keeps all."""
    unknown = tuple(known_names(problem, plan))
    if unknown:
        return unknown  # the other rules could not even be computed
    return tuple(chain.from_iterable(rule(problem, plan) for rule in RULES))


def roster_breaks(problem: Problem, staffing: tuple[StaffRow, ...]) -> tuple[Violation, ...]:
    """Every rule on people that a roster breaks."""
    plan = Plan(method="stated", status=PlanStatus.AS_STATED, staffing=staffing, routing=())
    return tuple(chain.from_iterable(rule(problem, plan) for rule in (_known_people, *STAFF_RULES)))


def known_names(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Rows name what the problem has, with integer headcounts and days within the horizon."""
    yield from _known_people(problem, plan)
    yield from _known_goods(problem, plan)
    yield from _known_levers(problem, plan)
    contracts = set(problem.contract_names)
    yield from (
        Violation("known_names", f"{n}: no such contract")
        for n in plan.signed
        if n not in contracts
    )
    for e in plan.extra:
        if e.site not in problem.site_names or not any(
            (c.contract, c.at_s) == (e.contract, e.at_s) for c in problem.site(e.site).collections
        ):
            yield Violation(
                "known_names",
                f"{e.site}, {e.contract}: no collection at {e.at_s} seconds after midnight",
            )


def _known_people(problem: Problem, plan: Plan) -> Iterator[Violation]:
    crews = {(c.site, c.name): c for c in problem.crews}
    shifts = {s.name: s for s in problem.shifts}
    for row in plan.staffing:
        where = (
            f"{row.site}, {row.process}, {row.crew}, {row.shift} shift {on_day(problem, row.day)}"
        )
        crew = crews.get((row.site, row.crew))
        processes = (
            [p.name for p in problem.site(row.site).processes]
            if row.site in problem.site_names
            else []
        )
        if crew is None or row.shift not in shifts or row.process not in processes:
            yield Violation("known_names", f"{where}: no such site, process, crew or shift")
        elif row.headcount <= 0 or not _in_horizon(problem, row):
            yield Violation(
                "known_names",
                f"{where}: {people_counted(row.headcount)}, day outside the horizon or nobody",
            )


def _is_off(site: Site, shift: Shift, day: int) -> bool:
    """Whether a calendar says that a shift, which the site works, is not worked on a day."""
    return site.works_in(shift) and not site.works_on(shift, day)


def _in_horizon(problem: Problem, row: StaffRow) -> bool:
    """Whether the shift starts in the horizon, or reaches into it from the evening before."""
    if row.day == EVENING_BEFORE:
        return problem.site(row.site).reaches_next_day(problem.shift(row.shift), row.day)
    return 0 <= row.day < problem.horizon.days


def _known_goods(problem: Problem, plan: Plan) -> Iterator[Violation]:
    lanes, products = set(problem.lanes()), set(problem.product_names)
    for share in plan.routing:
        if (share.site, share.region, share.contract) not in lanes:
            words = (
                f"{share.region} from {share.site} with {share.contract or 'no courier'}: "
                "there is no such lane"
            )
            yield Violation("known_names", words)
    for stock in plan.stock or ():
        if stock.site not in problem.site_names or stock.product not in products:
            yield Violation(
                "known_names", f"{stock.product} at {stock.site}: no such site or product"
            )


def _known_levers(problem: Problem, plan: Plan) -> Iterator[Violation]:
    promises = {(p.region, p.hours) for p in problem.levers.promises}
    caps = {(c.event, c.orders) for c in problem.levers.caps}
    for region, hours in plan.promises:
        if (region, hours) not in promises or [r for r, _ in plan.promises].count(region) > 1:
            yield Violation(
                "known_names",
                f"{region}: {hours:g} h is no promise that may be made, or there are two",
            )
    for event, orders in plan.caps:
        if (event, orders) not in caps or [e for e, _ in plan.caps].count(event) > 1:
            yield Violation(
                "known_names",
                f"{event}: no sale may stop after {counted(orders, 'order')}, "
                "or there are two caps",
            )


def link_crew(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """People do what their crew does, in shifts that the crew and the site work."""
    for row in plan.staffing:
        crew, site = problem.crew(row.site, row.crew), problem.site(row.site)
        shift = problem.shift(row.shift)
        wrong = [
            (not crew.may_do(row.process), f"this crew does {', '.join(crew.processes)} only"),
            (not crew.may_work(shift), "this crew does not work this overtime"),
            (not site.names(shift), "this site does not work this shift"),
            (_is_off(site, shift, row.day), "this site does not work this shift that day"),
        ]
        where = (
            f"{row.site}, {row.process}, {row.crew}, {row.shift} shift {on_day(problem, row.day)}"
        )
        for broken, words in wrong:
            if broken:
                yield Violation("link_crew", f"{where}: {words}")


def limit_stations(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """At no time are more people scheduled at a process than it has stations."""
    for site in problem.sites:
        for process in site.processes:
            rows = [r for r in plan.staffing if (r.site, r.process) == (site.name, process.name)]
            changes: dict[int, int] = defaultdict(int)
            begins: dict[int, StaffRow] = {}
            for row in rows:
                for a, b in site.working(problem.shift(row.shift), row.day):
                    changes[a] += row.headcount
                    changes[b] -= row.headcount
                    begins[a] = row
            people, reported = 0, set()
            for second in sorted(changes):
                people += changes[second]
                if people > process.stations and second in begins:
                    row = begins[second]
                    where = (
                        f"{site.name}, {process.name}, {row.shift} shift {on_day(problem, row.day)}"
                    )
                    if where not in reported:
                        reported.add(where)
                        stations = counted(process.stations, "station")
                        words = f"{where}: {people_counted(people)}, {stations}"
                        yield Violation("limit_stations", words)


def limit_crew(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """No more people of a crew on a day than there are."""
    for crew in problem.crews:
        for day, people in sorted(people_per_day(rows_of(plan, crew)).items()):
            if people > crew.limit:
                who = f"{crew.name} people at {crew.site} on {on_day(problem, day)}"
                yield Violation("limit_crew", f"{who}: {people} planned, {crew.limit} allowed")


def cover_bookings(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Bookings of temporaries: notice, consecutive days, shortest length.

    Nobody joins a booking later or leaves it before its shortest length.
    """
    books = on_books(plan.staffing)
    for crew in problem.crews:
        for since in sorted({key[2] for key in books if key[:2] == (crew.site, crew.name)}):
            people = {
                key[3]: n for key, n in books.items() if key[:3] == (crew.site, crew.name, since)
            }
            if crew.temporary:
                yield from _booking(problem, crew, since, people)
            elif since != LONG_AGO:
                yield Violation(
                    "cover_bookings",
                    f"{crew.name} people at {crew.site}: permanent people have no start day",
                )


def _booking(
    problem: Problem, crew: Crew, since: int, people: dict[int, int]
) -> Iterator[Violation]:
    who = f"{crew.name} people at {crew.site} booked from {on_day(problem, since)}"
    if problem.planned_on is not None:
        notice = since - problem.horizon.day_of(problem.planned_on)
        stated = {(r.site, r.crew, r.since_day) for r in problem.roster or ()}
        already_booked = notice < 0 and (crew.site, crew.name, since) in stated
        if notice < crew.notice_days and not already_booked:
            words = f"{who}: {counted(notice, 'day')} of notice, {crew.notice_days} needed"
            yield Violation("cover_bookings", words)
    on = crew_days(problem, crew)
    first = max(since, min(0, min(people)))
    if min(people) < since:
        yield Violation(
            "cover_bookings",
            f"{who}: at work on {on_day(problem, min(people))}, before the first day",
        )
    fixed_last, end = on.last_of(since, max(crew.min_days, 1)), problem.horizon.days - 1
    if crew.min_days > 1 and fixed_last > end:
        words = (
            f"{who}: {counted(on.tenure(since, end + 1), 'day')} to the end, "
            f"{counted(crew.min_days, 'day')} is the least"
        )
        yield Violation("cover_bookings", words)
        fixed_last = end
    for day in on.within(first, max(max(people), fixed_last) - 1):
        following = on.after(day)
        today, tomorrow = people.get(day, 0), people.get(following, 0)
        if tomorrow > today:
            words = (
                f"{who}: {today} on {on_day(problem, day)}, {tomorrow} on "
                f"{on_day(problem, following)}: nobody comes back"
            )
            yield Violation("cover_bookings", words)
        if tomorrow < today and following <= fixed_last:
            words = (
                f"{who}: {today - tomorrow} leave after {on_day(problem, day)}, "
                f"{counted(crew.min_days, 'day')} is the least"
            )
            yield Violation("cover_bookings", words)


def cover_regions(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """At all times the shares of every region, at every weight, add up to 1.

    None of them is negative.
    """
    edges = sorted(
        {0, problem.horizon.end_s, *(e for r in plan.routing for e in (r.from_s, r.to_s))}
    )
    weights = sorted({0, HEAVIEST_G, *(g for r in plan.routing for g in (r.above_g, r.to_g))})
    for region in problem.region_names:
        rows = [r for r in plan.routing if r.region == region]
        for row in rows:
            if row.share < 0:
                yield Violation(
                    "cover_regions", f"{region} from {row.site}: share {row.share:g} is negative"
                )
        for (a, b), band in (
            (stretch, band) for stretch in pairwise(edges) for band in pairwise(weights)
        ):
            there = (
                r
                for r in rows
                if r.from_s <= a and r.to_s >= b and r.above_g <= band[0] and r.to_g >= band[1]
            )
            total = sum(r.share for r in there)
            if 0 <= a < problem.horizon.end_s and abs(total - 1.0) > _SHARE_TOLERANCE:
                parcels = "" if band == (0, HEAVIEST_G) else f", {band_in_words(band)}"
                when = day_clock(problem.horizon.at(a))
                words = f"{region}{parcels} from {when}: shares add up to {total:.6f}, not 1"
                yield Violation("cover_regions", words)


def limit_weight(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """No contract is given a weight class that it refuses from the lightest parcel on."""
    for row in plan.routing:
        contract = problem.contract(row.contract) if row.contract else None
        most_g = HEAVIEST_G if contract is None else _heaviest_g(contract, row.site, row.region)
        if row.share > 0 and row.above_g >= most_g:
            words = (
                f"{row.contract} to {row.region}: {band_in_words((row.above_g, row.to_g))}, "
                f"takes {most_g:,} g at most"
            )
            yield Violation("limit_weight", words)


def _heaviest_g(contract: Contract, site: str, region: str) -> int:
    """Actual grams above which a contract refuses every parcel of a lane."""
    zone = contract.zone(site, region)
    rates = [] if zone is None else [contract.tariff.rates[zone]]
    most: float = HEAVIEST_G
    if contract.hub is not None and contract.through_hub(region):
        rates += [] if contract.hub.onward is None else [contract.hub.onward]
        most = contract.hub.up_to_g or HEAVIEST_G
    return math.floor(
        min([most, *(rate.heaviest_g + contract.tariff.billable.free_g for rate in rates)])
    )


def limit_exclusive(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """While a contract is signed, nobody else carries parcels to the regions it has to itself."""
    for name in plan.signed:
        alone = problem.contract(name).commitment.exclusive
        others = {
            (r.contract, r.region)
            for r in plan.routing
            if r.share > 0 and r.contract not in ("", name)
        }
        for other, region in sorted(o for o in others if o[1] in alone):
            yield Violation(
                "limit_exclusive",
                f"{region}: {other} carries parcels, but {name} alone may, being signed",
            )


def link_signed(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Only contracts that are signed carry parcels."""
    used = {r.contract for r in plan.routing if r.share > 0 and r.contract}
    for name in sorted(used - set(plan.signed)):
        yield Violation("link_signed", f"{name}: carries parcels, but is not signed")


def limit_stock(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Stock is integer and not negative, within supply and space.

    The supply of each product, the space of each site.
    """
    of_product: dict[str, int] = defaultdict(int)
    at_site: dict[str, int] = defaultdict(int)
    for row in plan.stock or ():
        of_product[row.product] += row.units
        at_site[row.site] += row.units
        if row.units < 0:
            yield Violation("limit_stock", f"{row.product} at {row.site}: {row.units} units")
    for product in problem.products:
        placed = of_product[product.name]
        if product.supply_units is not None and placed > product.supply_units:
            words = f"{product.name}: {placed} units placed, {product.supply_units} available"
            yield Violation("limit_stock", words)
    for site in problem.sites:
        placed = at_site[site.name]
        if site.stock_capacity_units is not None and placed > site.stock_capacity_units:
            words = f"{site.name}: {placed} units placed, space for {site.stock_capacity_units}"
            yield Violation("limit_stock", words)


def limit_vehicles(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """No more extra vehicles than the carrier has, on days of the horizon."""
    booked: dict[tuple[str, str, int, int], int] = defaultdict(int)
    for e in plan.extra:
        booked[e.site, e.contract, e.at_s, e.day] += e.vehicles
    for (site, contract, at_s, day), vehicles in sorted(booked.items()):
        there = [
            c for c in problem.site(site).collections if (c.contract, c.at_s) == (contract, at_s)
        ]
        most = max(c.max_extra for c in there)
        if not any(problem.site(site).collects(c, day) for c in there):
            when = day_clock(problem.horizon.at(day * DAY_S + at_s))
            words = f"{site}, {contract} at {when}: this pick-up does not come that day"
            yield Violation("limit_vehicles", words)
        elif not 0 <= vehicles <= most or not 0 <= day < problem.horizon.days:
            when = day_clock(problem.horizon.at(day * DAY_S + at_s))
            counts = f"{vehicles} planned, {most} available"
            words = f"{site}, {contract} at {when}: extra vehicles: {counts}"
            yield Violation("limit_vehicles", words)


def cost_recomputed(problem: Problem, plan: Plan) -> Iterator[Violation]:
    """Costs that do not depend on demand follow from the decisions.

    The objective is the sum of all costs.
    """
    for name, amount in committed_costs(problem, plan).items():
        if plan.costs and plan.costs.get(name) != amount:
            yield Violation(
                COSTS,
                f"{name}: the plan says {plan.costs.get(name)}, its decisions cost {amount}",
            )
    if plan.objective is not None and plan.objective != sum(plan.costs.values()):
        words = f"objective {plan.objective}, costs add up to {sum(plan.costs.values())}"
        yield Violation(COSTS, words)
    for cost, bound in (
        (plan.objective, plan.bound),
        (plan.model_objective, plan.model_bound),
    ):
        if cost is not None and bound is not None and bound > cost:
            yield Violation(COSTS, f"bound {bound} above the objective {cost}")


def _labour_rule(rule: LabourRule, problem: Problem, plan: Plan) -> Iterator[Violation]:
    """The check of one labour rule, crew by crew."""
    for crew in problem.crews:
        yield from rule.check(problem, crew, rows_of(plan, crew))


STAFF_RULES: tuple[Rule, ...] = (
    link_crew,
    limit_stations,
    limit_crew,
    cover_bookings,
    cover_presence,
    limit_temporaries,
    limit_starters,
    *(partial(_labour_rule, rule) for rule in LABOUR_RULES),
)
RULES: tuple[Rule, ...] = (
    *STAFF_RULES,
    cover_regions,
    limit_weight,
    limit_exclusive,
    link_signed,
    limit_stock,
    limit_vehicles,
    cost_recomputed,
)
