"""Sites that close, shifts of single days and pick-ups that do not come, on generated problems."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import NEVER, Records
from planner.domain.site import CLOSED, Site
from planner.simulation.inputs.pickups import pickups
from tests.builders import played
from tests.simulation.builders import generated
from tests.simulation.features.test_reference import differences_of
from tests.simulation.reference import is_open

DAYS = 4
SEEDS = range(3000, 3080)


def with_calendar(seed: int) -> tuple[Problem, Plan]:
    """A generated problem of four days: hours that change from day to day, days without some
    shifts and pick-ups, and nobody planned for a shift that is not worked.
    """
    rng = np.random.default_rng((seed, 2))
    problem, plan = generated(seed, DAYS)
    shifts = tuple(replace(s, off=_some(rng, 0.25)) for s in problem.shifts)
    sites = tuple(
        replace(
            site,
            hours=_hours(rng),
            collections=tuple(replace(c, off=_some(rng, 0.25)) for c in site.collections),
        )
        for site in problem.sites
    )
    problem = replace(problem, shifts=shifts, sites=sites)
    staffing = tuple(
        r for r in plan.staffing if problem.site(r.site).works_on(problem.shift(r.shift), r.day)
    )
    return problem, replace(plan, staffing=staffing)


def _some(rng: np.random.Generator, chance: float) -> frozenset[int]:
    return frozenset(day for day in range(-6, DAYS + 1) if rng.random() < chance)


def _hours(rng: np.random.Generator) -> tuple[tuple[int, tuple[int, int]], ...]:
    other = (CLOSED, (9 * HOUR_S, 13 * HOUR_S), (0, DAY_S), (12 * HOUR_S, 26 * HOUR_S))
    return tuple(
        (day, other[rng.integers(len(other))]) for day in range(-6, DAYS + 1) if rng.random() < 0.5
    )


@pytest.fixture(scope="module")
def runs() -> list[tuple[Problem, Plan, Records]]:
    """One replication each, counted after every event: no order is lost or doubled."""
    return [(*case, played(*case)) for case in map(with_calendar, SEEDS)]


@pytest.mark.parametrize(
    "seeds", [SEEDS[:30], pytest.param(SEEDS[30:], marks=pytest.mark.slow)], ids=str
)
def test_every_order_has_the_seconds_of_the_reference(seeds: range) -> None:
    """Both engines and the plain rules agree on every order."""
    found = {
        seed: differences_of(*with_calendar(seed), Streams(seed, HELD_OUT, 0)) for seed in seeds
    }
    assert {seed: wrong for seed, wrong in found.items() if wrong} == {}


def test_nothing_happens_while_a_site_is_closed(
    runs: list[tuple[Problem, Plan, Records]],
) -> None:
    """No task begins, and nothing is handed over, on a day on which a site does not open."""
    seen = 0
    for problem, plan, records in runs:
        for (s, site), day in product(enumerate(problem.sites), range(DAYS)):
            seconds = _closed_seconds(site, day)
            if seconds is None:
                continue
            seen += 1
            mine = records.site == s
            for moments in (*records.start_s[:, mine], records.handed_over_at_s[mine]):
                came = moments[moments != NEVER]
                assert not np.any((came > seconds[0]) & (came < seconds[1]))
            visits = [v.second for v in pickups(problem, plan, site.name)]
            assert not any(seconds[0] < second < seconds[1] for second in visits)
            buckets = np.arange(records.present_s.shape[2]) * HOUR_S
            inside = (buckets >= seconds[0]) & (buckets + HOUR_S <= seconds[1])
            assert not records.present_s[s][:, inside].any()
    assert seen > 50


def _closed_seconds(site: Site, day: int) -> tuple[int, int] | None:
    """The seconds of a day off, from when the evening before has closed."""
    if not site.is_closed(day):
        return None
    open_until = next(
        s for s in range(day * DAY_S, (day + 1) * DAY_S, 1800) if not is_open(site, s)
    )
    return open_until, (day + 1) * DAY_S


def test_vehicles_come_on_their_days_alone(runs: list[tuple[Problem, Plan, Records]]) -> None:
    """No vehicle comes on a day that its calendar leaves out, and some come on other days."""
    came = 0
    for problem, plan, _ in runs:
        for site in problem.sites:
            visits = {(v.contract, v.second) for v in pickups(problem, plan, site.name)}
            for c, day in product(site.collections, range(DAYS)):
                at = (problem.contract_names.index(c.contract), day * DAY_S + c.at_s)
                came += at in visits
                assert not (day in c.off and at in visits)
    assert came > 50
