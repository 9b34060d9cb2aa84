"""Cut-offs: by when an order must be packed, given the collections that still meet its deadline."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import Contract
from planner.domain.deadline_classes import rules_of
from planner.domain.disruptions import collection_comes
from planner.domain.exemptions import exempt_over_hub
from planner.domain.horizon import DAY_S, SLOT_S
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.domain.service_terms import ScanDelay, transit_lognormal
from planner.domain.site import Collection, Site
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.parameters import Parameters

DOOMED = -1  # no collection, no bucket end in time: late whatever is done
NEVER_DUE = np.iinfo(np.int64).max  # may still be open at the horizon's end
_GRID = (np.arange(1000) + 0.5) / 1000  # mid-points of equal parts of a delay's distribution


@dataclass(frozen=True, eq=False)
class Pattern:
    """Orders of one deadline class on lanes of a site, which are due at the same times.

    A level is a part of the orders, by the delay after collection.

    Attributes
    ----------
    lanes : Ints
        Numbers of the lanes.
    due_s : Ints
        Second by which an order of a slot must be packed or handed over [level, slot]; DOOMED or
        NEVER_DUE.
    share : Floats
        Share of the class in the orders of these lanes [mix].
    own : Mask
        Slots of the promotion whose orders are scored [slot]; of the others none fails.
    """

    lanes: Ints
    due_s: Ints
    share: Floats
    own: Mask


def level_weights(parameters: Parameters) -> Floats:
    """Share of the orders at each level [level].

    The sum misses 1 by the few whose delay is beyond the last level; not in a lower bound, where
    each level counts with its shortest delay. One level where the clock of no lane depends on the
    carrier's delay.
    """
    if not _delayed(parameters.problem):
        return np.ones(1)
    last = (1.0,) if parameters.options.optimistic else ()
    return np.diff(np.array([0.0, *parameters.options.delay_levels, *last]))


def _delayed(problem: Problem) -> bool:
    clocks = {
        c.counted_clock(r, rule.counts)
        for c in problem.contracts
        for r in problem.region_names
        for rule in problem.platforms
    }
    return not clocks <= {"label", "handover"}


def packing_patterns(
    parameters: Parameters, shares: Shares, site: int, *, aim: Problem | None = None
) -> list[Pattern]:
    """Orders of a site, grouped by when they must be packed.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    site : int
        Number of the site.
    aim : Problem | None
        The problem of the target that they are due under (None: the deadline).

    Returns
    -------
    list[Pattern]
        One pattern per group.
    """
    lanes = np.flatnonzero(shares.site == site)
    return _grouped(parameters, shares, lanes, False, aim=aim or parameters.problem)


def pickup_patterns(
    parameters: Parameters,
    shares: Shares,
    site: int,
    contract: int,
    *,
    aim: Problem | None = None,
) -> list[Pattern]:
    """Lanes of a contract at a site, grouped by when their parcels must be handed over.

    Where the label counts, nothing depends on the hand-over; parcels must still leave within a day
    of the deadline.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    site : int
        Number of the site.
    contract : int
        Number of the contract.
    aim : Problem | None
        The problem of the target that they are due under (None: the deadline).

    Returns
    -------
    list[Pattern]
        One pattern per group.
    """
    lanes = np.flatnonzero((shares.site == site) & (shares.contract == contract))
    return _grouped(parameters, shares, lanes, True, aim=aim or parameters.problem)


def _grouped(
    parameters: Parameters, shares: Shares, lanes: Ints, handed_over: bool, *, aim: Problem
) -> list[Pattern]:
    """Patterns of some lanes; `handed_over`: collections count even where the label does."""
    promised = _promised(parameters, aim, handed_over)
    grouped: dict[tuple[object, ...], list[int]] = {}
    # the lanes of a site and contract have the same collections
    moments: dict[tuple[int, int], tuple[int, ...] | None] = {}
    for lane in lanes:
        place = int(shares.site[lane]), int(shares.contract[lane])
        if place not in moments:
            collected = any(promise.collected for promise in promised)
            moments[place] = _moments(parameters.problem, *place) if collected else None
        key = _due_key(parameters, shares, int(lane), moments[place], promised=promised)
        grouped.setdefault(key, []).append(int(lane))
    return [
        _pattern(parameters, shares, np.array(group), promise)
        for group in grouped.values()
        for promise in promised
    ]


@dataclass(frozen=True, eq=False)
class _Promised:
    """What the orders of a deadline class are due by under an aim.

    Attributes
    ----------
    number : int
        Number of the class.
    rule : PlatformRule
        Its rule: clock and exemptions.
    aimed : PlatformRule
        The deadline under the aim.
    collected : bool
        Whether a collection counts.
    """

    number: int
    rule: PlatformRule
    aimed: PlatformRule
    collected: bool


def _promised(parameters: Parameters, aim: Problem, handed_over: bool) -> list[_Promised]:
    """Every class of the problem, under an aim."""
    both = zip(rules_of(parameters.problem), rules_of(aim), strict=True)
    return [
        _Promised(k, rule, aimed, handed_over or rule.counts != "label")
        for k, (rule, aimed) in enumerate(both)
    ]


def _pattern(parameters: Parameters, shares: Shares, lanes: Ints, promised: _Promised) -> Pattern:
    """The orders of a class on some lanes with the same due times."""
    lane = int(lanes[0])
    share = parameters.deadline_share[:, shares.region[lane], promised.number]
    exempt = _exempt(parameters, shares, lane, promised)
    due_s = _due_seconds(parameters, shares, lane, promised, exempt=exempt)
    return Pattern(lanes, due_s, share, parameters.of_promotion & ~exempt)


def collection_moments(
    problem: Problem, site: Site, contract: str
) -> list[tuple[int, int, Collection]]:
    """Collections of a contract at a site within the horizon that really come, in order.

    Parameters
    ----------
    problem : Problem
        The problem.
    site : Site
        The site.
    contract : str
        Name of the contract.

    Returns
    -------
    list[tuple[int, int, Collection]]
        (second, day, collection).
    """
    moments = []
    for day in range(problem.horizon.days):
        for c in site.collections:
            at_s = day * DAY_S + c.at_s
            inside = at_s <= problem.horizon.end_s
            if c.contract == contract and inside and collection_comes(problem, site, c, day):
                moments.append((at_s, day, c))
    return sorted(moments, key=lambda m: m[0])


def _moments(problem: Problem, site: int, contract: int) -> tuple[int, ...] | None:
    """Seconds at which parcels of a site leave with a contract; None without a contract."""
    if contract < 0:
        return None
    return tuple(
        m[0]
        for m in collection_moments(problem, problem.sites[site], problem.contract_names[contract])
    )


def _due_key(
    parameters: Parameters,
    shares: Shares,
    lane: int,
    moments: tuple[int, ...] | None,
    *,
    promised: list[_Promised],
) -> tuple[object, ...]:
    """What the due times of a lane with these collections (None: they do not count) depend on."""
    problem = parameters.problem
    open_from_s = parameters.open_from_s(int(shares.site[lane]), int(shares.contract[lane]))
    r = int(shares.region[lane])
    region = problem.region_names[r]
    site, c = problem.sites[shares.site[lane]], int(shares.contract[lane])
    key: tuple[object, ...] = tuple(p.aimed.hours_in(region) for p in promised)
    if len(promised) > 1:
        key += (parameters.deadline_share[:, r].tobytes(),)
    if any(p.rule.exempts for p in promised):
        days = [d.concerns(region) for p in promised for d in p.rule.force_majeure]
        over_hub = [
            c >= 0 and exempt_over_hub(p.rule, problem.contracts[c], region) for p in promised
        ]
        key += (*days, *over_hub)
    if moments is None:
        return (*key, open_from_s)
    delays = (
        _delay_of(problem, problem.contracts[c], site.name, region, clock=p.rule.counts)
        for p in promised
    )
    return (*key, open_from_s, moments, *delays)


@dataclass(frozen=True, slots=True)
class Delay:
    """From collection to the counted clock: the first scan, then legs on the road.

    `legs`: (mu, sigma) of the log of the seconds of each. The legs of a parcel are equally fast;
    the scan has a chance of its own.
    """

    scan: ScanDelay
    legs: tuple[tuple[float, float], ...] = ()


AT_ONCE = Delay(ScanDelay())


def _delay_of(problem: Problem, contract: Contract, site: str, region: str, *, clock: str) -> Delay:
    """The delay of a lane where a platform counts by a clock."""
    clock = contract.counted_clock(region, clock)
    zone = contract.zone(site, region) or ""
    if clock in ("label", "handover"):
        return AT_ONCE
    legs = [] if clock == "first_scan" else [contract.service.transit_lognormal(zone)]
    if clock == "delivered" and contract.hub is not None and contract.through_hub(region):
        legs.append(transit_lognormal(contract.hub.onward_days))
    return Delay(contract.service.scan_delay_in(zone), tuple(legs))


def _exempt(parameters: Parameters, shares: Shares, lane: int, promised: _Promised) -> Mask:
    """Slots whose orders of a class on a lane no platform scores [slot]."""
    problem, rule, first = parameters.problem, promised.rule, parameters.slot_start_s
    r, c = int(shares.region[lane]), int(shares.contract[lane])
    if c >= 0 and exempt_over_hub(rule, problem.contracts[c], problem.region_names[r]):
        return np.ones(len(first), dtype=bool)
    return parameters.exempt_slots(promised.number, r)


def _due_seconds(
    parameters: Parameters, shares: Shares, lane: int, promised: _Promised, *, exempt: Mask
) -> Ints:
    """Due times [level, slot] of the orders of a class on a lane.

    Exempt orders have to leave by the end like those of the tail.
    """
    problem, first = parameters.problem, parameters.slot_start_s
    optimistic = parameters.options.optimistic
    # the slot's order that counts for all of them
    ordered = first + SLOT_S - 1 if optimistic else first
    region = np.full(len(first), shares.region[lane])
    deadline = promised.aimed.deadlines(ordered, region, problem.region_names, problem.horizon)
    deadline = np.where(exempt, problem.horizon.end_s, deadline)
    site, c = int(shares.site[lane]), int(shares.contract[lane])
    excused = parameters.excused(deadline, parameters.open_from_s(site, c), ordered)
    excused |= deadline < 0  # late before the horizon began
    if optimistic:
        excused |= exempt
    if c < 0 or not promised.collected:
        ends = parameters.timelines[site].edges
        latest = deadline + 1  # the last second of a bucket is still on time
        if optimistic:  # the end of the bucket of the deadline
            by = np.searchsorted(ends, np.minimum(deadline, problem.horizon.end_s))
            return np.asarray(
                np.where(excused, NEVER_DUE, ends[by])[None].repeat(
                    len(level_weights(parameters)), axis=0
                )
            )
        delays = np.zeros(len(level_weights(parameters)), dtype=np.int64)
    else:
        contract = problem.contracts[c]
        ends = np.array(
            [m[0] for m in collection_moments(problem, problem.sites[site], contract.name)],
            dtype=np.int64,
        )
        latest = deadline + (DAY_S if promised.rule.counts == "label" else 0)
        delay = _delay_of(
            problem,
            contract,
            problem.sites[site].name,
            problem.region_names[shares.region[lane]],
            clock=promised.rule.counts,
        )
        delays = _delays(parameters, delay)
    ready = first if optimistic else first + SLOT_S
    latest = np.where(exempt, latest + delays.max(), latest)  # whenever they arrive
    due = [_last_before(ends, np.minimum(latest - d, problem.horizon.end_s), ready) for d in delays]
    # of the tail's orders, and of those that are exempt, none counts that is late whatever is done
    own = parameters.of_promotion & ~exempt
    uncounted = excused | (~own & (np.array(due) == DOOMED))
    return np.asarray(np.where(uncounted, NEVER_DUE, np.array(due)))


def _last_before(ends: Ints, latest: Ints, ready: Ints) -> Ints:
    """The last of `ends` that is not after `latest`.

    DOOMED where it comes before the orders of the slot are ready.
    """
    if len(ends) == 0:
        return np.full(len(latest), DOOMED)
    index = np.searchsorted(ends, latest, side="right") - 1
    found = ends[np.maximum(index, 0)]
    return np.asarray(np.where((index >= 0) & (found >= ready), found, DOOMED))


def _delays(parameters: Parameters, delay: Delay) -> Ints:
    """Seconds from collection to the counted clock at each level.

    The longest of the level, in a lower bound the shortest.
    """
    if delay == AT_ONCE:
        return np.zeros(len(level_weights(parameters)), dtype=np.int64)
    levels = np.array(parameters.options.delay_levels)
    whole: Callable[[Floats], Floats] = np.ceil
    if parameters.options.optimistic:
        levels, whole = np.array([0.0, *levels]), np.floor
    scan_mu = math.log(delay.scan.median_s) if delay.scan.median_s > 0 else -math.inf
    if not delay.legs:
        return np.asarray(whole(np.exp(scan_mu + delay.scan.sigma * ndtri(levels))), dtype=np.int64)
    scan = np.exp(scan_mu + delay.scan.sigma * ndtri(_GRID))
    transit = np.sum([np.exp(mu + sigma * ndtri(_GRID)) for mu, sigma in delay.legs], axis=0)
    return np.asarray(
        whole(np.where(levels > 0, np.quantile(np.add.outer(scan, transit), levels), 0.0)),
        dtype=np.int64,
    )
