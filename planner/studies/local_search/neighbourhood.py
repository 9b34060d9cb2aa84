"""Changes to a plan, drawn at random: people of some days, lanes of some regions, an extra vehicle,
the stock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from planner.domain.plan import ExtraCollection
from planner.domain.problem import Problem
from planner.planning.heuristics.cheapest_carrier import Cell
from planner.planning.heuristics.rules_of_thumb import HeuristicDecisions
from planner.planning.mean_demand import Lane

CHEAPEST = 3  # lanes of a region and weight class that are tried
REACH = 0.3  # people change by up to this share, by one at least
INTENDED = 0.75  # chance that a change of people goes the way that is asked for
EVERYWHERE = 0.3  # chance that it is all processes of a site, and that it is all shifts of a day
PEOPLE, LANES, VEHICLE, STOCK = (
    0.6,
    0.2,
    0.1,
    0.1,
)  # how often each kind of change is tried, where it is possible


class Neighbourhood:
    """Draws changes from one stream of random numbers."""

    def __init__(
        self, problem: Problem, lanes: dict[Cell, list[Lane]], rng: np.random.Generator
    ) -> None:
        self._problem, self._rng = problem, rng
        self._lanes = {cell: of[:CHEAPEST] for cell, of in lanes.items() if len(of) > 1}
        self._vehicles = [
            (ExtraCollection(day, site.name, c.contract, c.at_s, 1), c.max_extra)
            for site in problem.sites
            for c in site.collections
            for day in range(problem.horizon.days)
            if c.max_extra > 0
        ]
        possible = (PEOPLE, LANES * bool(self._lanes), VEHICLE * bool(self._vehicles), STOCK)
        self._chances = np.array(possible) / sum(possible)

    def changed(self, sketch: HeuristicDecisions, fewer: bool) -> HeuristicDecisions:
        """The sketch with one change; `fewer`: people should rather go than come."""
        kinds: tuple[Callable[[HeuristicDecisions], HeuristicDecisions], ...] = (
            lambda given: self._people(given, fewer),
            self._reroute,
            self._vehicle,
            self._stock,
        )
        return kinds[int(self._rng.choice(len(kinds), p=self._chances))](sketch)

    def _people(self, sketch: HeuristicDecisions, fewer: bool) -> HeuristicDecisions:
        """More or fewer people on a stretch of days of a site: at one process or all, in one shift
        or all.
        """
        site = int(self._rng.integers(len(sketch.needed)))
        needed = np.ceil(sketch.needed[site] - 1e-9)
        where = tuple(self._some(length) for length in needed.shape[:2])
        first, last = np.sort(self._rng.integers(needed.shape[2], size=2))
        cells = (*where, slice(int(first), int(last) + 1))
        change = np.maximum(np.rint(needed[cells] * self._rng.uniform(0.0, REACH)), 1.0)
        down = fewer == bool(self._rng.random() < INTENDED)
        needed[cells] = np.maximum(needed[cells] + (-change if down else change), 0.0)
        return replace(sketch, needed=(*sketch.needed[:site], needed, *sketch.needed[site + 1 :]))

    def _some(self, length: int) -> slice:
        """One of so many, or all of them."""
        one = int(self._rng.integers(max(length, 1)))
        return slice(None) if self._rng.random() < EVERYWHERE else slice(one, one + 1)

    def _reroute(self, sketch: HeuristicDecisions) -> HeuristicDecisions:
        """Some regions and weight classes, one or more, each by one of its cheapest lanes."""
        cells, most = list(self._lanes), len(self._lanes)
        count = int(most ** self._rng.random())  # one is as likely as many
        chosen: dict[tuple[str, int, int], Lane] = {}
        for k in self._rng.choice(most, size=count, replace=False):
            region, weight = cells[int(k)]
            lanes = self._lanes[region, weight]
            chosen[(region, *self._problem.weight_bands[weight])] = lanes[
                int(self._rng.integers(len(lanes)))
            ]
        rows = []
        for row in sketch.routing:
            site, _, contract = chosen.get(
                (row.region, row.above_g, row.to_g), (row.site, row.region, row.contract)
            )
            rows.append(replace(row, site=site, contract=contract))
        return replace(sketch, routing=tuple(sorted(rows)))

    def _vehicle(self, sketch: HeuristicDecisions) -> HeuristicDecisions:
        """One vehicle more somewhere, or one less of those that are booked."""
        booked = Counter({replace(e, vehicles=1): e.vehicles for e in sketch.extra})
        if booked and self._rng.random() < 0.5:
            booked[sorted(booked)[int(self._rng.integers(len(booked)))]] -= 1
        else:
            one, most = self._vehicles[int(self._rng.integers(len(self._vehicles)))]
            booked[one] = min(booked[one] + 1, most)
        return replace(
            sketch,
            extra=tuple(sorted(replace(one, vehicles=n) for one, n in booked.items() if n > 0)),
        )

    def _stock(self, sketch: HeuristicDecisions) -> HeuristicDecisions:
        """More or less stock of everything."""
        return replace(
            sketch, stock=sketch.stock * float(np.exp(REACH * self._rng.standard_normal()))
        )
