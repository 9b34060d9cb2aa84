"""The three-stage site in Ciw: a node per stage with servers by schedule; collections are added
afterwards.

Ciw gets the same arrivals and the same durations; among the events of one tick it picks one at
random, so that orders may swap their places, and a task in progress when a shift ends is
interrupted until the next: their ticks are near the others' but not the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import ciw
import numpy as np

from benchmarks.simulation.three_stages import Given, StageTimes, Team
from planner.domain.arrays import Ints
from planner.domain.records import NEVER


def run(site: Given) -> StageTimes:
    """When each order leaves each stage and the site."""
    ciw.seed(1)
    simulation = ciw.Simulation(_network(site))
    simulation.simulate_until_max_time(site.end + 1)
    ended = np.full((len(site.teams), len(site.ordered_at)), NEVER, dtype=np.int64)
    for record in simulation.get_all_records():
        ended[record.node - 1, record.id_number - 1] = record.exit_date
    return StageTimes(ended, _collected(ended[-1], site.collections))


class Drawn(ciw.dists.Distribution):
    """The durations of a stage, by the order's number."""

    def __init__(self, seconds: list[int]) -> None:
        self.seconds = seconds

    def sample(self, t: float | None = None, ind: Any = None) -> int:
        return self.seconds[ind.id_number - 1]


def _network(site: Given) -> Any:
    stages = len(site.teams)
    gaps = np.diff(site.ordered_at, prepend=0).tolist()
    arrivals = ciw.dists.Sequential([*gaps, site.end + 2])
    return ciw.create_network(
        arrival_distributions=[arrivals] + [None] * (stages - 1),
        service_distributions=[
            Drawn([row[stage] for row in site.durations]) for stage in range(stages)
        ],
        routing=np.eye(stages, k=1).tolist(),
        number_of_servers=[_schedule(teams, site.end) for teams in site.teams],
    )


def _schedule(teams: list[Team], end: int) -> Any:
    """Ciw's way to say it: numbers of servers, and the tick in which each number ends."""
    change: Counter[int] = Counter()
    for team in teams:
        for begin, until in team.stretches:
            change[begin] += team.people
            change[until] -= team.people
    ticks = sorted(tick for tick in change if tick < end)
    people = np.cumsum([change[tick] for tick in ticks]).tolist()
    return ciw.Schedule(
        numbers_of_servers=people, shift_end_dates=[*ticks[1:], end + 2], preemption="resume"
    )


def _collected(packed: Ints, collections: list[int]) -> Ints:
    """The collection each packed order leaves with."""
    visits = np.array([*collections, NEVER])
    visit = np.where(packed == NEVER, len(collections), np.searchsorted(collections, packed))
    return np.asarray(visits[visit])
