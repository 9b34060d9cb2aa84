"""The three-stage site as a SimPy tutorial would write it: one process per order,
`Resource.request` at every stage.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from benchmarks.simulation.three_stages import Given, StageTimes, Team
from planner.domain.records import NEVER

Process = Generator[Any, Any, None]


def run(site: Given) -> StageTimes:
    """When each order leaves each stage and the site."""
    done = PlainSite(site)
    return StageTimes(
        np.array(done.ended, dtype=np.int64).T, np.array(done.handed_over, dtype=np.int64)
    )


class PlainSite:
    """The site from its first tick to its last; `ended[order][stage]`, `handed_over[order]` tell
    what happened.
    """

    def __init__(self, site: Given) -> None:
        self.env = simpy.Environment()
        self.site = site
        self.stages = [simpy.Resource(self.env) for _ in site.teams]
        self.team: list[Team | None] = [None for _ in site.teams]
        self.on_duty = [False for _ in site.teams]
        self.in_hand = [0 for _ in site.teams]  # tasks of the team on duty
        self.ended = [[NEVER] * len(site.teams) for _ in site.ordered_at]
        self.handed_over = [NEVER] * len(site.ordered_at)
        self.packed: list[int] = []
        for stage in range(len(site.teams)):
            self.env.process(self.change_staff(stage))
        self.env.process(self.collect())
        self.env.process(self.arrive())
        self.env.run(until=site.end + 1)

    def arrive(self) -> Process:
        for order, tick in enumerate(self.site.ordered_at):
            if tick > self.env.now:
                yield self.env.timeout(tick - self.env.now)
            self.env.process(self.order(order))

    def order(self, order: int) -> Process:
        for stage, resource in enumerate(self.stages):
            with resource.request() as turn:
                yield turn
                team = self.team[stage]
                self.in_hand[stage] += 1
                now = int(self.env.now)
                yield self.env.timeout(team.done_at(now, self.site.durations[order][stage]) - now)
                if team is self.team[stage]:
                    self.in_hand[stage] -= 1
                if team is not self.team[stage] or not self.on_duty[stage]:
                    resource._capacity -= 1  # whoever did this has left now
            self.ended[order][stage] = self.env.now
        self.packed.append(order)

    def change_staff(self, stage: int) -> Process:
        """A new team comes, and those of the old one with a task in progress finish it; in a break
        it rests.
        """
        resource = self.stages[stage]
        resource._capacity = 0
        for team in self.site.teams[stage]:
            for begin, end in team.stretches:
                if begin > self.env.now:
                    yield self.env.timeout(begin - self.env.now)
                if team is not self.team[stage]:
                    self.team[stage], self.in_hand[stage] = team, 0
                self.on_duty[stage] = True
                resource._capacity = team.people + resource.count - self.in_hand[stage]
                while resource.queue and resource.count < resource.capacity:
                    resource._trigger_put(None)  # lets one of those who wait begin
                yield self.env.timeout(end - self.env.now)
                self.on_duty[stage] = False
                resource._capacity = resource.count

    def collect(self) -> Process:
        for tick in self.site.collections:
            yield end_of_tick(self.env, tick)
            for order in self.packed:
                self.handed_over[order] = self.env.now
            self.packed.clear()


def end_of_tick(env: simpy.Environment, tick: int) -> simpy.Event:
    """An event in `tick` after everything else that happens in it."""
    event = simpy.Event(env)
    event._ok, event._value = True, None
    env.schedule(event, 2, tick - env.now)
    return event
