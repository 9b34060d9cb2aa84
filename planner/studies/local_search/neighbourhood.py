"""Random changes of a plan: headcounts, lanes of regions, an extra vehicle, the stock."""

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
from planner.studies.options.study_options import DEFAULT, NeighbourhoodOptions


class Neighbourhood:
    """Draws changes from one stream of random numbers.

    Parameters
    ----------
    problem : Problem
        The problem.
    lanes : dict
        Lanes of each region and weight class, the cheapest first.
    rng : Generator
        The stream of random numbers.
    options : NeighbourhoodOptions
        Size and frequency of the changes.
    """

    def __init__(
        self,
        problem: Problem,
        lanes: dict[Cell, list[Lane]],
        rng: np.random.Generator,
        options: NeighbourhoodOptions = DEFAULT.neighbourhood,
    ) -> None:
        self._problem, self._rng, self._options = problem, rng, options
        cheapest = options.cheapest_lanes
        self._lanes = {cell: of[:cheapest] for cell, of in lanes.items() if len(of) > 1}
        self._vehicles = [
            (ExtraCollection(day, site.name, c.contract, c.at_s, 1), c.max_extra)
            for site in problem.sites
            for c in site.collections
            for day in range(problem.horizon.days)
            if c.max_extra > 0 and site.collects(c, day)
        ]
        weights = (
            options.staffing_weight,
            options.routing_weight * bool(self._lanes),
            options.vehicle_weight * bool(self._vehicles),
            options.stock_weight,
        )
        self._probabilities = np.array(weights) / sum(weights)

    def changed(self, decisions: HeuristicDecisions, fewer: bool) -> HeuristicDecisions:
        """Change the decisions once; with `fewer`, headcounts should rather fall than rise."""
        kinds: tuple[Callable[[HeuristicDecisions], HeuristicDecisions], ...] = (
            lambda given: self._people(given, fewer),
            self._reroute,
            self._vehicle,
            self._stock,
        )
        return kinds[int(self._rng.choice(len(kinds), p=self._probabilities))](decisions)

    def _people(self, decisions: HeuristicDecisions, fewer: bool) -> HeuristicDecisions:
        """More or fewer people on some days of a site: at one process or all, one shift or all."""
        site = int(self._rng.integers(len(decisions.needed)))
        needed = np.ceil(decisions.needed[site] - 1e-9)
        where = tuple(self._some(length) for length in needed.shape[:2])
        first, last = np.sort(self._rng.integers(needed.shape[2], size=2))
        cells = (*where, slice(int(first), int(last) + 1))
        change = np.maximum(
            np.rint(needed[cells] * self._rng.uniform(0.0, self._options.largest_change)), 1.0
        )
        down = fewer == bool(self._rng.random() < self._options.intended_probability)
        needed[cells] = np.maximum(needed[cells] + (-change if down else change), 0.0)
        return replace(
            decisions, needed=(*decisions.needed[:site], needed, *decisions.needed[site + 1 :])
        )

    def _some(self, length: int) -> slice:
        """One of so many, or all of them."""
        one = int(self._rng.integers(max(length, 1)))
        return (
            slice(None)
            if self._rng.random() < self._options.everywhere_probability
            else slice(one, one + 1)
        )

    def _reroute(self, decisions: HeuristicDecisions) -> HeuristicDecisions:
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
        for row in decisions.routing:
            site, _, contract = chosen.get(
                (row.region, row.above_g, row.to_g), (row.site, row.region, row.contract)
            )
            rows.append(replace(row, site=site, contract=contract))
        return replace(decisions, routing=tuple(sorted(rows)))

    def _vehicle(self, decisions: HeuristicDecisions) -> HeuristicDecisions:
        """One vehicle more somewhere, or one less of those that are booked."""
        booked = Counter({replace(e, vehicles=1): e.vehicles for e in decisions.extra})
        if booked and self._rng.random() < 0.5:
            booked[sorted(booked)[int(self._rng.integers(len(booked)))]] -= 1
        else:
            one, most = self._vehicles[int(self._rng.integers(len(self._vehicles)))]
            booked[one] = min(booked[one] + 1, most)
        return replace(
            decisions,
            extra=tuple(sorted(replace(one, vehicles=n) for one, n in booked.items() if n > 0)),
        )

    def _stock(self, decisions: HeuristicDecisions) -> HeuristicDecisions:
        """More or less stock of everything."""
        return replace(
            decisions,
            stock=decisions.stock
            * float(np.exp(self._options.largest_change * self._rng.standard_normal())),
        )
