"""Valid sections -> Problem (nothing can go wrong here any more)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, TypeVar

from planner.domain.horizon import DAY_S, HOUR_S, Horizon, Shift
from planner.domain.problem import Assumption, Disruption, Problem, Service, Target
from planner.domain.products import Product, Region, Returns
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew, OnCall
from planner.formats.scenario.calendars import collection_off, holidays_of, hours_of, to_shift
from planner.formats.scenario.disruption_schema import DisruptionFile
from planner.formats.scenario.extended_shifts import extended_shifts
from planner.formats.scenario.levers import to_levers
from planner.formats.scenario.opening_backlog import to_backlog
from planner.formats.scenario.platforms import name_of_rule, to_parts, to_rule
from planner.formats.scenario.service_schema import ServiceFile
from planner.formats.scenario.site_schema import CollectionFile, ProcessFile, SiteFile, WorkFile
from planner.formats.scenario.staff_schema import CrewFile, OnCallFile
from planner.formats.scenario.stresses import to_stress

if TYPE_CHECKING:
    from planner.domain.contracts import Contract
    from planner.domain.platform import PlatformRule
    from planner.formats.scenario.partial_scenario import PartialScenario

EVERYWHERE = Region("all", "all", 1.0)
ITEM = Product(name="item", label="item", share=1.0, weight_g=500.0, margin_known=False)
SET_FROM_OUTSIDE = "set for this run, in place of the scenario's own value (--set)"
EVER = datetime(2100, 1, 1)  # no history goes on for longer
_EXTRA_VEHICLES = 2
T = TypeVar("T")


def known_until(planned_on: date | None, horizon: Horizon) -> datetime:
    """The local time from which on history is not known.

    Midnight of the planning day, at the latest the horizon's start.
    """
    if planned_on is None:
        return horizon.start
    return min(datetime.combine(planned_on, time()), horizon.start)


def to_service(stated: ServiceFile) -> Service:
    """The aim, with the targets in addition to the platform's deadline."""
    also = tuple(Target(target.within_hours, target.share) for target in stated.also)
    return Service(stated.on_time_share, stated.confidence, also)


def to_problem(read: PartialScenario, name: str) -> Problem:
    """Put all sections together, under the scenario's name."""
    p = read.parts
    horizon = p["horizon"].to_horizon(p["timezone"])
    parts, days = p["platforms"] or (), p["force_majeure"] or ()
    stated = [p["platform"]] if p["platform"] is not None else [part.platform for part in parts]
    rules = [
        to_rule(_present(pack), name_of_rule(rule, i if parts else None), horizon, days)
        for i, (pack, rule) in enumerate(zip(read.platforms, stated, strict=True))
    ]
    regions, contracts = read.regions or (EVERYWHERE,), read.contracts or ()
    sites = tuple(to_site(s, regions, horizon) for s in p["sites"])
    shifts = tuple(to_shift(s, horizon) for s in p["shifts"])
    returns = p["returns"]
    longer = extended_shifts(p["crews"], shifts, p["sites"])
    return Problem(
        name=name,
        currency=read.currency,
        horizon=horizon,
        seed=p["seed"],
        service=to_service(p["service"]),
        platform=rules[0],
        other_platforms=to_parts(parts, rules),
        regions=regions,
        products=read.products or (ITEM,),
        demand=read.demand,
        sites=sites,
        shifts=(*shifts, *dict.fromkeys(s for of_crew in longer for s in of_crew)),
        crews=tuple(to_crew(c, sites, more) for c, more in zip(p["crews"], longer, strict=True)),
        contracts=contracts,
        returns=Returns(round(returns.median_days * DAY_S), round(returns.p95_days * DAY_S))
        if returns
        else None,
        disruptions=tuple(to_disruption(d, horizon) for d in p["disruptions"]),
        risks=tuple(to_stress(r, horizon) for r in p["risks"]),
        roster=read.roster,
        stock=read.stock,
        routing=read.routing,
        planned_on=p["planned_on"],
        weight_classes_g=tuple(p["weight_classes_g"]),
        levers=to_levers(p["levers"], {region.name for region in regions}),
        assumptions=_assumptions(read, rules, contracts),
        people=read.people or (),
        backlog=to_backlog(p["opening_backlog"], read.backlog, shifts, sites),
    )


def _present(value: T | None) -> T:
    """A section that was checked to be there."""
    if value is None:
        raise ValueError("a section is missing although nothing was found wrong")
    return value


def to_process(name: str, stated: WorkFile) -> Process:
    """A process; without a cv the distribution's own, for lognormal and gamma 0 (no spread)."""
    cv = {"exponential": 1.0}.get(stated.distribution, stated.cv or 0.0)
    return Process(
        name=name,
        orders_per_hour=stated.orders_per_hour,
        cv=cv,
        distribution=stated.distribution,
        stations=stated.stations,
        batch_orders=stated.batch_orders,
        batch_setup_s=stated.batch_setup_s,
        discipline=stated.discipline,
        empirical=tuple(stated.observed_seconds or ()),
    )


def to_staffed(name: str, stated: ProcessFile) -> Process:
    """A process with what is asked of the people of its shifts."""
    return replace(
        to_process(name, stated),
        min_people=stated.min_people,
        max_temporary_share=stated.max_temporary_share,
        starters_per_permanent=stated.starters_per_permanent,
    )


def to_site(stated: SiteFile, regions: tuple[Region, ...], horizon: Horizon) -> Site:
    """A site; `receive` is done by the last process's people unless the file says otherwise.

    Parameters
    ----------
    stated : SiteFile
        The site as written.
    regions : tuple of Region
        Regions; a site that names none lies in the first.
    horizon : Horizon
        Days of its calendar.
    """
    processes = tuple(to_staffed(name, process) for name, process in stated.processes.items())
    return Site(
        name=stated.name,
        label=stated.label or stated.name,
        region=stated.region or regions[0].name,
        processes=processes,
        opening=stated.opening,
        hours=hours_of(stated.open, horizon),
        holidays=holidays_of(stated.open, horizon),
        collections=tuple(
            c for stated_one in stated.collections for c in to_collections(stated_one, horizon)
        ),
        stock_capacity_units=stated.stock_capacity_units,
        inbound_cost_minor=stated.inbound_cost_per_unit,
        receive=to_process("receive", stated.receive) if stated.receive else None,
        received_by=(stated.receive.by or processes[-1].name) if stated.receive else "",
        finish=stated.finish,
        works=tuple(stated.works),
    )


def to_collections(stated: CollectionFile, horizon: Horizon) -> list[Collection]:
    """One collection for each time of day."""
    off = collection_off(stated, horizon)
    priced = stated.extra_cost is not None
    most = stated.max_extra if stated.max_extra is not None else _EXTRA_VEHICLES * priced
    return [
        Collection(stated.contract, at, stated.capacity_parcels, stated.extra_cost or 0, most, off)
        for at in stated.at
    ]


def to_crew(stated: CrewFile, sites: tuple[Site, ...], longer: tuple[Shift, ...]) -> Crew:
    """Turn a stated crew into one of the problem.

    Parameters
    ----------
    stated : CrewFile
        Crew as written.
    sites : tuple of Site
        Sites of the problem; a crew that names none is at the first.
    longer : tuple of Shift
        Extended shifts that it may work.

    Returns
    -------
    Crew
        Temporary where it states no headcount.
    """
    shared = [f.name for f in fields(Crew) if f.name in CrewFile.model_fields]
    values = {name: getattr(stated, name) for name in shared}
    values |= {
        "site": stated.site or sites[0].name,
        "temporary": stated.headcount is None,
        "limit": stated.headcount if stated.headcount is not None else stated.max_headcount or 0,
        "wage_minor_per_hour": stated.wage_per_hour,
        "hire_cost_minor": stated.hire_cost,
        "ramp": tuple(stated.ramp),
        "processes": tuple(stated.processes),
        "extended": tuple(s.name for s in longer),
        "on_call": _to_on_call(stated.on_call),
    }
    return Crew(**values)


def _to_on_call(stated: OnCallFile | None) -> OnCall | None:
    """Terms of those on call; None where nobody is."""
    if stated is None:
        return None
    return OnCall(
        notice_hours=stated.notice_hours,
        max_people=stated.max_people,
        wage_minor_per_hour=stated.wage_per_hour,
    )


def to_disruption(stated: DisruptionFile, horizon: Horizon) -> Disruption:
    """Turn a stated disruption into one in seconds of the horizon, cut to its end.

    One that began before it affects the night shift of the evening before as well.
    """
    return Disruption(
        kind=stated.kind,
        from_s=horizon.second(stated.from_),
        to_s=min(horizon.second(stated.to), horizon.end_s),
        site=stated.site or "",
        contract=stated.contract or "",
        crew=stated.crew or "",
        factor=stated.factor or 0.0,
    )


def _rule_in_words(rule: PlatformRule) -> str:
    """Clock and deadline of a platform, and what it does not score."""
    if rule.deadline_working_days is None:
        deadline = f"{rule.deadline_hours:g} h after the order"
    else:
        deadline = f"end of working day {rule.deadline_working_days} after the order"
    words = [f"{rule.counts} within {deadline}"]
    if rule.cutoff_s is not None:
        clock = f"{rule.cutoff_s // HOUR_S:02d}:{rule.cutoff_s % HOUR_S // 60:02d}"
        words.append(f"from {clock} on an order counts as one of the next day")
    if rule.remote_hub is not None:
        what = "delivery over a hub" if rule.remote_hub == "delivery" else "orders over a hub"
        words.append(f"{what} not scored")
    for days in rule.force_majeure:
        of = f" ({', '.join(sorted(days.regions))})" if days.regions else ""
        words.append(f"force majeure from {days.first} to {days.last}{of} not scored")
    return "; ".join(words)


def _assumptions(
    read: PartialScenario, platforms: Sequence[PlatformRule], contracts: tuple[Contract, ...]
) -> tuple[Assumption, ...]:
    """What was set from outside, the platforms' rules and the contracts with their sources, then
    what the scenario lists.
    """
    found = [Assumption(*setting, SET_FROM_OUTSIDE) for setting in read.settings]
    found += [
        Assumption(
            f"platform rule: {rule.name}",
            _rule_in_words(rule),
            rule.source,
            rule.retrieved,
            rule.grade,
        )
        for rule in platforms
    ]
    found += [
        Assumption(f"contract: {c.label}", "terms as in its file", c.source)
        for c in contracts
        if c.source
    ]
    for a in read.parts["assumptions"]:
        found.append(
            Assumption(
                a.subject,
                a.value,
                a.source,
                a.retrieved.isoformat() if a.retrieved else "",
                a.grade,
            )
        )
    return tuple(found)
