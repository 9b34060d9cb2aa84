"""A stress as problems that can be simulated: one for each place it can strike.

Whatever the stress does not concern keeps its random numbers: orders, people and parcels of a case
are those of the problem itself. A stress of strength 0 leaves every record as it was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.contracts import Contract
from planner.domain.demand import scaled
from planner.domain.disruptions import collection_comes
from planner.domain.horizon import DAY_S, HOUR_S, Interval
from planner.domain.mix_moves import MixMove
from planner.domain.problem import Disruption, DisruptionKind, Problem
from planner.domain.stress import Stress, StressKind
from planner.domain.workforce import Crew

BUSIEST_DAYS = 2


@dataclass(frozen=True, eq=False)
class Workload:
    """When an operation is busiest, as a simulation shows.

    Parameters
    ----------
    parcels : Floats
        Parcels handed over, or orders done where nobody collects [day].
    work : Floats
        Orders done at all processes [site, bucket].
    """

    parcels: Floats
    work: Floats

    def days(self) -> Interval:
        """The busiest days that follow each other, [from, to) in seconds of the horizon."""
        count = min(BUSIEST_DAYS, len(self.parcels))
        sums = np.convolve(self.parcels, np.ones(count), mode="valid")
        first = int(sums.argmax())
        return first * DAY_S, (first + count) * DAY_S

    def busiest(self, site: int, seconds: int, bucket_s: int) -> int:
        """When the stretch begins in which a site works most.

        Parameters
        ----------
        site : int
            Index of the site.
        seconds : int
            Length of the stretch.
        bucket_s : int
            Seconds of a bucket.

        Returns
        -------
        int
            Second of the horizon, at the edge of a bucket.
        """
        buckets = self.work.shape[1]
        count = min(max(-(-seconds // bucket_s), 1), buckets)
        return int(np.convolve(self.work[site], np.ones(count), mode="valid").argmax()) * bucket_s


@dataclass(frozen=True, eq=False)
class StressCase:
    """One place at which a stress strikes.

    Attributes
    ----------
    where : str
        Names and moment of the place, between slashes; "" where there is only one.
    problem : Problem
        What is given when it has struck.
    contract : str
        Contract whose parcels alone it concerns; "" where it concerns others too.
    """

    where: str
    problem: Problem
    contract: str = ""


def stress_cases(
    problem: Problem, stress: Stress, workload: Workload | None = None
) -> tuple[StressCase, ...]:
    """The places at which a stress can strike.

    Parameters
    ----------
    problem : Problem
        What is given.
    stress : Stress
        What goes wrong.
    workload : Workload, optional
        When the operation is busiest; needed where the stress states no time.

    Returns
    -------
    tuple of StressCase
        Empty where there is nothing that it concerns, such as an allotment to cut.

    Raises
    ------
    ValueError
        The stress needs a time, and neither it nor a workload says when.
    """
    return tuple(CASES_OF[stress.kind](problem, stress, workload))


Cases = Callable[[Problem, Stress, Workload | None], Iterator[StressCase]]


def _window(stress: Stress, workload: Workload | None) -> Interval:
    """The seconds in which a stress strikes."""
    if stress.from_s is not None and stress.to_s is not None:
        return stress.from_s, stress.to_s
    if workload is None:
        raise ValueError(f"{stress.name}: states no time")
    first, last = workload.days()
    return (
        first if stress.from_s is None else stress.from_s,
        last if stress.to_s is None else stress.to_s,
    )


def _mix(problem: Problem, stress: Stress, workload: Workload | None) -> Iterator[StressCase]:
    """Each product in turn gets the points; those of all others fall in proportion."""
    names = problem.product_names
    share = problem.demand.product_shares()[0]
    for more in [stress.more] if stress.more else names:
        if len(names) == 1 or more == stress.less:
            continue
        to = names.index(more)
        losing = [names.index(stress.less)] if stress.less else list(range(len(names)))
        losing = [k for k in losing if k != to]
        whole = sum(share[k] for k in losing)
        moves = tuple(
            MixMove(k, to, stress.strength * float(share[k]) / float(whole))
            for k in losing
            if share[k] > 0
        )
        demand = replace(problem.demand, moves=(*problem.demand.moves, *moves))
        yield StressCase(more, replace(problem, demand=demand))


def _correlation(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    demand = problem.demand
    if len(demand.events) > 1:
        own = demand.size_correlation
        together = own + stress.strength * (1.0 - own)
        yield StressCase("", replace(problem, demand=replace(demand, size_correlation=together)))


def _demand(problem: Problem, stress: Stress, workload: Workload | None) -> Iterator[StressCase]:
    yield StressCase("", replace(problem, demand=scaled(problem.demand, 1.0 + stress.strength)))


def _concerns(stress: Stress, crew: Crew) -> bool:
    """Whether a stress concerns a crew, and somebody of it can be there."""
    return stress.site in ("", crew.site) and stress.crew in ("", crew.name) and crew.limit > 0


def _of_crews(
    problem: Problem, stress: Stress, change: Callable[[Crew], Crew]
) -> Iterator[StressCase]:
    """All crews that a stress concerns, at once."""
    changed = tuple(change(crew) if _concerns(stress, crew) else crew for crew in problem.crews)
    if any(new is not old for new, old in zip(changed, problem.crews, strict=True)):
        yield StressCase("", replace(problem, crews=changed))


def _agency_fill(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    def less(crew: Crew) -> Crew:
        sent = (1.0 - crew.unfilled) * (1.0 - stress.strength)
        return replace(crew, unfilled=1.0 - sent) if crew.temporary else crew

    yield from _of_crews(problem, stress, less)


def _learning(problem: Problem, stress: Stress, workload: Workload | None) -> Iterator[StressCase]:
    def slower(crew: Crew) -> Crew:
        if len(set(crew.ramp)) == 1:
            return crew
        return replace(crew, ramp=stretched(crew.ramp, 1.0 + stress.strength))

    yield from _of_crews(problem, stress, slower)


def stretched(ramp: tuple[float, ...], factor: float) -> tuple[float, ...]:
    """A learning curve that takes `factor` times as long, linear between its days."""
    last = len(ramp) - 1
    days = np.arange(math.ceil(last * factor - 1e-9) + 1) / factor
    return tuple(np.interp(days, np.arange(last + 1), ramp).tolist())


def _absence_wave(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    from_s, to_s = _window(stress, workload)
    waves = tuple(
        Disruption(
            kind="absence_wave",
            from_s=from_s,
            to_s=to_s,
            site=crew.site,
            crew=crew.name,
            factor=1.0 - (1.0 - crew.absence) * (1.0 - stress.strength),
        )
        for crew in problem.crews
        if _concerns(stress, crew)
    )
    if waves:
        yield _disrupted(problem, "", *waves)


def _missed_pickup(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    """Each collection of the window in turn, with those of the same contract that follow it."""
    window = _window(stress, workload)
    in_a_row = round(stress.strength)
    for site in problem.sites:
        for contract in problem.carriers_at(site):
            if stress.site not in ("", site.name) or stress.contract not in ("", contract):
                continue
            visits = visits_of(problem, site.name, contract)
            for k, second in enumerate(visits):
                if window[0] <= second < window[1]:
                    missed = visits[k : k + in_a_row]
                    where = " / ".join((site.name, contract, _clock(problem, second)))
                    gone = (
                        _disruption(
                            "missed_collection", (s, s + 1), site=site.name, contract=contract
                        )
                        for s in missed
                    )
                    yield _disrupted(problem, where, *gone, contract=contract)


def visits_of(problem: Problem, site: str, contract: str) -> list[int]:
    """When a contract collects at a site.

    Parameters
    ----------
    problem : Problem
        Collections and disruptions.
    site, contract : str
        Names.

    Returns
    -------
    list of int
        Seconds of the horizon, in order.
    """
    return sorted(
        day * DAY_S + c.at_s
        for c in problem.site(site).collections
        if c.contract == contract
        for day in range(problem.horizon.days)
        if collection_comes(problem, problem.site(site), c, day)
    )


def _allotment_cut(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    """Each contract with an allotment in turn."""
    for contract in problem.contracts:
        if contract.commitment.allotment_per_day is None:
            continue
        if stress.contract in ("", contract.name):
            window = _window(stress, workload)
            cut = _disruption(
                "allotment_cut", window, contract=contract.name, factor=1.0 - stress.strength
            )
            yield _disrupted(problem, contract.name, cut, contract=contract.name)


def _site_closed(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    """Each site in turn, in the hours in which it works most."""
    seconds = round(stress.strength * HOUR_S)
    for s, site in enumerate(problem.sites):
        if stress.site not in ("", site.name):
            continue
        if stress.from_s is not None:
            from_s = stress.from_s
        elif workload is not None:
            from_s = workload.busiest(s, seconds, problem.horizon.bucket_s)
        else:
            raise ValueError(f"{stress.name}: states no time")
        closed = _disruption("site_closed", (from_s, from_s + seconds), site=site.name)
        yield _disrupted(problem, f"{site.name} / {_clock(problem, from_s)}", closed)


def _scan_delay(
    problem: Problem, stress: Stress, workload: Workload | None
) -> Iterator[StressCase]:
    def later(contract: Contract) -> Contract:
        terms, factor = contract.service, 1.0 + stress.strength
        by_zone = {zone: d.negotiated(factor) for zone, d in terms.scan_delay_by_zone.items()}
        terms = replace(
            terms, scan_delay=terms.scan_delay.negotiated(factor), scan_delay_by_zone=by_zone
        )
        return replace(contract, service=terms)

    def concerned(contract: Contract) -> bool:
        delays = (contract.service.scan_delay, *contract.service.scan_delay_by_zone.values())
        return stress.contract in ("", contract.name) and any(d.median_s > 0 for d in delays)

    if any(map(concerned, problem.contracts)):
        contracts = tuple(later(c) if concerned(c) else c for c in problem.contracts)
        yield StressCase("", replace(problem, contracts=contracts))


def _clock(problem: Problem, second: int) -> str:
    return f"{problem.horizon.at(second):%Y-%m-%d %H:%M}"


def _disruption(
    kind: DisruptionKind,
    window: Interval,
    *,
    site: str = "",
    contract: str = "",
    factor: float = 0.0,
) -> Disruption:
    return Disruption(
        kind=kind, from_s=window[0], to_s=window[1], site=site, contract=contract, factor=factor
    )


def _disrupted(problem: Problem, where: str, *more: Disruption, contract: str = "") -> StressCase:
    hit = replace(problem, disruptions=(*problem.disruptions, *more))
    return StressCase(where, hit, contract)


CASES_OF: dict[StressKind, Cases] = {
    "mix": _mix,
    "correlation": _correlation,
    "agency_fill": _agency_fill,
    "absence_wave": _absence_wave,
    "missed_pickup": _missed_pickup,
    "allotment_cut": _allotment_cut,
    "site_closed": _site_closed,
    "demand": _demand,
    "learning": _learning,
    "scan_delay": _scan_delay,
}
