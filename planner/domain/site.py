"""Sites: processes in line, stations, opening hours, and the collections that carriers make."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Literal

from planner.domain.horizon import DAY_S, Interval

Distribution = Literal["lognormal", "gamma", "exponential", "deterministic", "empirical"]
Discipline = Literal["deadline", "fifo"]
Finish = Literal["stop", "task"]


@dataclass(frozen=True, slots=True)
class Process:
    """A step of work.

    One worker at standard speed does `orders_per_hour` on average (without batch set-up).

    `stations`: how many can work at once. A task, or tour, takes up to `batch_orders` waiting
    orders and lasts `batch_setup_s` plus the sum of their work. `empirical`: observed seconds,
    scaled to the mean.
    """

    name: str
    orders_per_hour: float
    cv: float = 0.0
    distribution: Distribution = "lognormal"
    stations: int = 10**6
    batch_orders: int = 1
    batch_setup_s: int = 0
    discipline: Discipline = "deadline"
    empirical: tuple[float, ...] = ()

    @property
    def mean_s(self) -> float:
        """Mean work content of one order in seconds at standard speed, without batch set-up."""
        return 3600.0 / self.orders_per_hour

    @property
    def cv_of_work(self) -> float:
        """Coefficient of variation of the work content, by its distribution."""
        if self.distribution == "exponential":
            return 1.0
        if self.distribution == "empirical":
            return statistics.pstdev(self.empirical) / statistics.fmean(self.empirical)
        return 0.0 if self.distribution == "deterministic" else self.cv


@dataclass(frozen=True, slots=True)
class Collection:
    """A carrier's pick-up at a site: every day at `at_s` (seconds after midnight), up to
    `capacity_parcels`.

    `extra_cost_minor` books one more vehicle of the same capacity at that time of one day; at most
    `max_extra` of them.
    """

    contract: str
    at_s: int
    capacity_parcels: int | None = None
    extra_cost_minor: int = 0
    max_extra: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """A warehouse.

    `processes` in the order they are done; `receive` takes returns, done by the people of
    `received_by` at stations and in tours of its own; whether a return or an order is next, the
    discipline of `received_by` decides.

    `finish`: what happens to a task in hand when a shift ends. `stop`: it is put down, and the next
    person who is free continues it; `task`: it is finished after hours, and what goes beyond the
    paid shift is overtime. In a break it waits for its person.

    `stock_capacity_units` limits what is placed; `inbound_cost_minor` is paid per unit placed.
    """

    name: str
    label: str
    region: str
    processes: tuple[Process, ...]
    opening: Interval = (0, DAY_S)
    collections: tuple[Collection, ...] = ()
    stock_capacity_units: int | None = None
    inbound_cost_minor: int = 0
    receive: Process | None = None
    received_by: str = ""
    finish: Finish = "stop"

    def process(self, name: str) -> Process:
        """The process called `name`; KeyError when the site has none."""
        for process in self.processes:
            if process.name == name:
                return process
        raise KeyError(name)
