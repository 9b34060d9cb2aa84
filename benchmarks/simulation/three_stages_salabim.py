"""The three-stage site in salabim: one component per order that requests, holds and releases at
every stage.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import salabim as sim

from benchmarks.simulation.three_stages import Given, StageTimes, Team
from planner.domain.records import NEVER

Process = Generator[Any, Any, None]


def run(site: Given) -> StageTimes:
    """When each order leaves each stage and the site."""
    sim.yieldless(False)
    env = sim.Environment(trace=False)
    floor = Floor(site)
    for stage in range(len(site.teams)):
        Staff(floor=floor, stage=stage)
    Courier(floor=floor)
    Arrivals(floor=floor)
    env.run(till=site.end + 0.5)
    return StageTimes(
        np.array(floor.ended, dtype=np.int64).T, np.array(floor.handed_over, dtype=np.int64)
    )


class Floor:
    """What the components of the site share, and what happened to the orders: ended[order][stage],
    handed_over.
    """

    def __init__(self, site: Given) -> None:
        self.site = site
        self.stages = [sim.Resource(capacity=0, monitor=False) for _ in site.teams]
        self.team: list[Team | None] = [None for _ in site.teams]
        self.on_duty = [False for _ in site.teams]
        self.in_hand = [0 for _ in site.teams]  # tasks of the team on duty
        self.ended = [[NEVER] * len(site.teams) for _ in site.ordered_at]
        self.handed_over = [NEVER] * len(site.ordered_at)
        self.packed: list[int] = []


class Arrivals(sim.Component):
    def setup(self, floor: Floor) -> None:
        self.floor = floor

    def process(self) -> Process:
        for number, tick in enumerate(self.floor.site.ordered_at):
            if tick > self.env.now():
                yield self.hold(till=tick)
            Order(floor=self.floor, number=number)


class Order(sim.Component):
    def setup(self, floor: Floor, number: int) -> None:
        self.floor, self.number = floor, number

    def process(self) -> Process:
        floor, number = self.floor, self.number
        for stage, people in enumerate(floor.stages):
            yield self.request(people)
            team = floor.team[stage]
            floor.in_hand[stage] += 1
            now = round(self.env.now())
            yield self.hold(team.done_at(now, floor.site.durations[number][stage]) - now)
            if team is floor.team[stage]:
                floor.in_hand[stage] -= 1
            if team is not floor.team[stage] or not floor.on_duty[stage]:
                people.set_capacity(people.capacity() - 1)  # whoever did this has left now
            self.release(people)
            floor.ended[number][stage] = round(self.env.now())
        floor.packed.append(number)


class Staff(sim.Component):
    """A new team comes, and those of the old one with a task in progress finish it; in a break it
    rests.
    """

    def setup(self, floor: Floor, stage: int) -> None:
        self.floor, self.stage = floor, stage

    def process(self) -> Process:
        floor, stage = self.floor, self.stage
        people = floor.stages[stage]
        for team in floor.site.teams[stage]:
            for begin, end in team.stretches:
                yield self.hold(till=begin)
                if team is not floor.team[stage]:
                    floor.team[stage], floor.in_hand[stage] = team, 0
                floor.on_duty[stage] = True
                people.set_capacity(team.people + people.claimed_quantity() - floor.in_hand[stage])
                yield self.hold(till=end)
                floor.on_duty[stage] = False
                people.set_capacity(people.claimed_quantity())


class Courier(sim.Component):
    def setup(self, floor: Floor) -> None:
        self.floor = floor

    def process(self) -> Process:
        for tick in self.floor.site.collections:
            yield self.hold(till=tick, priority=1)  # after everything else in that tick
            for order in self.floor.packed:
                self.floor.handed_over[order] = tick
            self.floor.packed.clear()
