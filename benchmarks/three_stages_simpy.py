"""The three-stage site as a SimPy tutorial would write it: one process per order, `Resource.request` at every stage."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from benchmarks.three_stages import Given, Moments
from planner.domain.records import NEVER

Process = Generator[Any, Any, None]


def play(site: Given) -> Moments:
    """When each order leaves each stage and the site."""
    played = PlainSite(site)
    return Moments(np.array(played.ended, dtype=np.int64).T, np.array(played.handed_over, dtype=np.int64))


class PlainSite:
    """The site from its first second to its last; `ended[order][stage]`, `handed_over[order]` tell what happened."""

    def __init__(self, site: Given) -> None:
        self.env = simpy.Environment()
        self.site = site
        self.stages = [simpy.Resource(self.env) for _ in site.levels]
        self.team = [0 for _ in site.levels]
        self.ended = [[NEVER] * len(site.levels) for _ in site.ordered_at]
        self.handed_over = [NEVER] * len(site.ordered_at)
        self.packed: list[int] = []
        for stage in range(len(site.levels)):
            self.env.process(self.change_staff(stage))
        self.env.process(self.collect())
        self.env.process(self.arrive())
        self.env.run(until=site.end_s + 1)

    def arrive(self) -> Process:
        for order, second in enumerate(self.site.ordered_at):
            if second > self.env.now:
                yield self.env.timeout(second - self.env.now)
            self.env.process(self.order(order))

    def order(self, order: int) -> Process:
        for stage, resource in enumerate(self.stages):
            with resource.request() as turn:
                yield turn
                team = self.team[stage]
                yield self.env.timeout(self.site.durations[order][stage])
                if team != self.team[stage]:
                    resource._capacity -= 1  # whoever did this has left now
            self.ended[order][stage] = self.env.now
        self.packed.append(order)

    def change_staff(self, stage: int) -> Process:
        """A new team comes, and those of the old one who have a task in hand finish it."""
        resource = self.stages[stage]
        resource._capacity = 0
        for second, people in self.site.levels[stage]:
            if second > self.env.now:
                yield self.env.timeout(second - self.env.now)
            self.team[stage] += 1
            resource._capacity = people + resource.count
            while resource.queue and resource.count < resource.capacity:
                resource._trigger_put(None)  # lets one of those who wait begin

    def collect(self) -> Process:
        for second in self.site.collections:
            yield end_of_second(self.env, second)
            for order in self.packed:
                self.handed_over[order] = self.env.now
            self.packed.clear()


def end_of_second(env: simpy.Environment, second: int) -> simpy.Event:
    """An event in `second` after everything else that happens in it."""
    event = simpy.Event(env)
    event._ok, event._value = True, None
    env.schedule(event, 2, second - env.now)
    return event
