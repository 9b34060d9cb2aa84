"""Search for short lists of routing rules, first match wins.

A list is judged by an estimate: what its parcels cost on their lanes, and how far it departs from
the plan's own use of what the plan has prepared: work by site and phase, goods by site and weight
class, places on lanes by phase. `price` says what a parcel of departure counts. Lists grow by the
rule that helps most, in front of the others; then each rule is taken out and the best one put in
its place, until nothing helps.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations, product

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.records import Mask
from planner.studies.routing.cells import EVERY_SET, NEVER, Cells

Run = tuple[int, int]  # first and last index of a run, both included
SPLIT = 1e-4  # of the whole cost: a rule that takes only a share must save more
WORTH = 1e-6  # of the whole cost: less is no improvement
HUNDREDTHS = 100  # shares are whole percentages: the last two digits of an order's number
TRIED = (0.5, 1.0)  # shares that all conditions are tried with
REFINED = 12  # most promising rules whose share and regions are refined


@dataclass(frozen=True, slots=True)
class CellRule:
    """Orders of some regions, a run of weight classes and a run of phases go to a lane, by index.

    `share`: of those that reach it.
    """

    regions: tuple[int, ...]
    classes: Run
    phases: Run
    lane: int
    share: float = 1.0


@dataclass(frozen=True, eq=False)
class Target:
    """What a list of rules is to come close to.

    Attributes
    ----------
    cells : Cells
        Orders, lanes and their costs; inf where there is no lane.
    groups : Mask
        Sets of regions that a rule may ask for [group, region].
    uses : Floats
        What a parcel on a lane uses [class, phase, lane, resource].
    planned : Floats
        Use of every resource in the plan [resource], parcels.
    price : float
        Minor units that a parcel of departure from it counts.
    """

    cells: Cells
    groups: Mask
    uses: Floats
    planned: Floats
    price: float


def target_of(cells: Cells, shares: Floats, groups: Mask, price: float) -> Target:
    """The target that a plan's shares set.

    Parameters
    ----------
    cells : Cells
        Orders, lanes and costs.
    shares : Floats
        The plan's shares [region, class, phase, lane].
    groups : Mask
        Sets of regions that a rule may ask for [group, region].
    price : float
        Minor units that a parcel of departure counts.

    Returns
    -------
    Target
        With the plan's use of every resource.
    """
    _, classes, phases, lanes = cells.cost.shape
    sites = [site for site, _ in cells.lanes]
    names = sorted(set(sites))
    keys: dict[tuple[object, ...], int] = {}
    uses = np.zeros((classes, phases, lanes, phases * (len(names) + lanes) + classes * len(names)))
    for w, f, k in product(range(classes), range(phases), range(lanes)):
        for key in (("work", f, sites[k]), ("goods", w, sites[k]), ("lane", f, k)):
            uses[w, f, k, keys.setdefault(key, len(keys))] = 1.0
    load = np.einsum("rwf,rwfk->wfk", cells.orders, shares)
    return Target(cells, groups, uses, np.einsum("wfk,wfku->u", load, uses), price)


class RuleSearch:
    """Lists of rules for one target: `lists` of several sizes, which `grow` and `polish` make.

    Parameters
    ----------
    target : Target
        What lists are to come close to.
    """

    def __init__(self, target: Target) -> None:
        cells = target.cells
        _, classes, phases, lanes = cells.cost.shape
        self.target = target
        self.serves: Mask = np.asarray(np.isfinite(cells.cost).any(axis=(1, 2)))  # region, lane
        dearest = float(cells.cost[np.isfinite(cells.cost)].max(initial=1.0))
        never = np.full((*cells.cost.shape[:3], 1), NEVER * dearest)
        self.cost = np.concatenate([_with_others(cells), never], axis=-1)
        nothing = np.zeros((classes, phases, 1, target.uses.shape[-1]))
        self.uses = np.concatenate([target.uses, nothing], axis=2)
        self.class_runs, self.phase_runs = all_runs(classes), all_runs(phases)
        self.runs = list(product(self.class_runs, self.phase_runs))
        self.in_run = _in_run(self.runs, classes, phases)
        self.whole = float((cells.orders[..., None] * self.cost).min(axis=-1).sum())
        self.nobody = lanes

    def estimate(self, rules: Sequence[CellRule]) -> float:
        """Cost of a list in minor units, departures from the plan included."""
        load = self.load(self.flow(rules))
        departure = np.abs(np.einsum("rwfk,wfku->u", load, self.uses) - self.target.planned).sum()
        split = sum(rule.share < 1.0 for rule in rules)
        return (
            float((load * self.cost).sum())
            + self.target.price * float(departure)
            + split * SPLIT * self.whole
        )

    def lists(self, sizes: Sequence[int], passes: int) -> list[list[CellRule]]:
        """A list for every size, rising.

        Each is the best of several that begin with the list before, or with everything on another
        lane; of few regions also with the best of all ways to give whole regions to lanes.
        """
        whole, runs = tuple(range(len(self.serves))), (self.class_runs[0], self.phase_runs[0])
        few = len(whole) <= EVERY_SET
        starts = [[], *([CellRule(whole, *runs, lane)] for lane in range(self.nobody))]
        found: list[list[CellRule]] = []
        for most in sizes:
            begun = [*starts, self._best_of_whole_regions(most)] if few else starts
            tried = [self.polish(self.grow(start, most), passes) for start in begun]
            found.append(min(tried, key=self.estimate))
            starts = [found[-1]]
        return found

    def _best_of_whole_regions(self, most: int) -> list[CellRule]:
        """The best way to give whole regions to lanes by so many rules."""
        regions, lanes = len(self.serves), range(self.nobody)
        ways = [way for way in product(lanes, repeat=regions) if len(set(way)) <= most]
        orders, each = self.target.cells.orders, np.arange(regions)
        use = np.einsum("rwf,wfku->rku", orders, self.uses)[each, np.array(ways)].sum(axis=1)
        dear = np.einsum("rwf,rwfk->rk", orders, self.cost)
        dear = np.where(self.serves, dear[:, : self.nobody], dear[:, self.nobody :])
        departure = np.abs(use - self.target.planned).sum(axis=1)
        value = dear[each, np.array(ways)].sum(axis=1) + self.target.price * departure
        best = ways[int(value.argmin())]
        runs = self.class_runs[0], self.phase_runs[0]
        return [
            CellRule(tuple(r for r in range(regions) if best[r] == lane), *runs, lane)
            for lane in sorted(set(best))
        ]

    def grow(self, rules: Sequence[CellRule], most: int) -> list[CellRule]:
        """The list with the rules that help most in front of it, up to `most` rules."""
        found = list(rules)
        while len(found) < most:
            longer = self._with_best(found, 0)
            if longer is None:
                break
            found = longer
        return found

    def polish(self, rules: Sequence[CellRule], passes: int) -> list[CellRule]:
        """The list after each rule was replaced by the best one in its place, while it helps."""
        found = list(rules)
        for _ in range(passes):
            before = self.estimate(found)
            for place in range(len(found)):
                rest = [*found[:place], *found[place + 1 :]]
                for changed in (self._with_best(rest, place), self._with_best(rest, 0)):
                    if changed and self.estimate(changed) < self.estimate(found):
                        found = changed
            if before - self.estimate(found) <= WORTH * self.whole:
                break
        return self._tidied(found)

    def _tidied(self, rules: list[CellRule]) -> list[CellRule]:
        """The list without rules that change nothing, and without regions that reach no rule.

        A rule for all regions stays one.
        """
        found = list(rules)
        for rule in rules:
            shorter = [other for other in found if other is not rule]
            if shorter and self.estimate(shorter) <= self.estimate(found):
                found = shorter
        for place, rule in enumerate(found):
            if len(rule.regions) < len(self.serves):
                left = self.flow(found[:place])[..., self.nobody] * self._taken(rule)
                reached = tuple(r for r in rule.regions if left[r].any())
                found[place] = replace(rule, regions=reached)
        return found

    def flow(self, rules: Sequence[CellRule]) -> Floats:
        """Shares [region, class, phase, lane] of all orders, the last lane for what is left."""
        shares = np.zeros_like(self.cost)
        left = np.ones(shares.shape[:3])
        for rule in rules:
            taken = self._taken(rule) * left
            shares[..., rule.lane] += taken
            left -= taken
        shares[..., self.nobody] = left
        return shares

    def _taken(self, rule: CellRule) -> Floats:
        """Share of the orders of every cell that a rule takes of those that reach it."""
        taken = np.zeros(self.cost.shape[:3])
        regions = [r for r in rule.regions if self.serves[r, rule.lane]]
        taken[regions, run_slice(rule.classes), run_slice(rule.phases)] = rule.share
        return taken

    def load(self, flow: Floats) -> Floats:
        """Parcels [region, class, phase, lane] of shares."""
        return self.target.cells.orders[..., None] * flow

    def _with_best(self, rules: Sequence[CellRule], place: int) -> list[CellRule] | None:
        """The list with the rule that helps most at a place; None where none helps."""
        change = _Change.of(self, rules, place)
        now = change.value(np.zeros((1, change.departure.size)), np.zeros(1))[0]
        best, least = None, now - WORTH * self.whole
        for rule in change.promising():
            refined, value = change.refined(rule)
            if value < least:
                best, least = refined, value
        return None if best is None else [*rules[:place], best, *rules[place:]]


@dataclass(frozen=True, eq=False)
class _Change:
    """What one more rule at a place of a list would change, for every condition and lane.

    `reaching[region, class, phase]`: orders that reach the place; `behind`: their shares by lane
    in the rest of the list; `departure[resource]`: of the list from the plan; `cost` of the list.
    """

    search: RuleSearch
    reaching: Floats
    behind: Floats
    departure: Floats
    cost: float

    @classmethod
    def of(cls, search: RuleSearch, rules: Sequence[CellRule], place: int) -> _Change:
        """The changes that are possible at a place."""
        before = search.flow(rules[:place])
        load = search.load(search.flow(rules))
        used = np.einsum("rwfk,wfku->u", load, search.uses)
        return cls(
            search,
            search.target.cells.orders * before[..., search.nobody],
            search.flow(rules[place:]),
            used - search.target.planned,
            float((load * search.cost).sum())
            + sum(rule.share < 1.0 for rule in rules) * SPLIT * search.whole,
        )

    def value(self, moved: Floats, extra_cost: Floats) -> Floats:
        """Estimates after changes of use [..., resource] and of cost [...]."""
        departure = np.abs(self.departure + moved).sum(axis=-1)
        return np.asarray(self.cost + extra_cost + self.search.target.price * departure)

    @cached_property
    def used_behind(self) -> tuple[Floats, Floats]:
        """Use [region, class, phase, resource] and cost of an order in the rest of the list."""
        mean = np.einsum("rwfk,wfku->rwfu", self.behind, self.search.uses)
        return mean, (self.behind * self.search.cost).sum(axis=-1)

    @cached_property
    def by_lane(self) -> list[tuple[Floats, Floats]]:
        """Change of use [region, class, phase, resource] and of cost, by everything to a lane."""
        search = self.search
        mean, cost_behind = self.used_behind
        found = []
        for lane in range(search.nobody):
            orders = self.reaching * search.serves[:, lane, None, None]
            moved = orders[..., None] * (search.uses[None, :, :, lane] - mean)
            found.append((moved, orders * (search.cost[..., lane] - cost_behind)))
        return found

    def promising(self) -> Iterator[CellRule]:
        """The most promising rules, their shares and regions still rough."""
        search = self.search
        found: list[tuple[float, int, int, Run, Run, int, float]] = []
        groups = search.target.groups.astype(float)
        for lane, (moved, extra_cost) in enumerate(self.by_lane):
            use = _by_run(search.in_run, np.tensordot(groups, moved, axes=(1, 0)))
            more = _by_run(search.in_run, np.tensordot(groups, extra_cost, axes=(1, 0)))
            # [share, run, group]
            values = np.array([self.value(share * use, share * more) for share in TRIED])
            best = values.argmin(axis=-1)
            least = values.min(axis=-1)
            for k, (classes, phases) in enumerate(search.runs):
                for n, share in enumerate(TRIED):
                    group = int(best[n, k])
                    found.append(
                        (float(least[n, k]), len(found), group, classes, phases, lane, share)
                    )
        for _, _, group, classes, phases, lane, share in sorted(found)[:REFINED]:
            regions = tuple(int(r) for r in np.flatnonzero(search.target.groups[group]))
            yield CellRule(regions, classes, phases, lane, share)

    def refined(self, rule: CellRule) -> tuple[CellRule, float]:
        """A rule with better regions and the best share, and the estimate with it."""
        moved, extra_cost = self.by_lane[rule.lane]
        here = (slice(None), run_slice(rule.classes), run_slice(rule.phases))
        use, cost = moved[here].sum(axis=(1, 2)), extra_cost[here].sum(axis=(1, 2))
        sets = [
            self._regions_for(use, cost, rule, share) for share in dict.fromkeys((1.0, rule.share))
        ]
        best = min(
            (self._best_share(use, cost, regions) for regions in sets), key=lambda found: found[2]
        )
        regions, share, value = best
        chosen = tuple(int(r) for r in np.flatnonzero(regions))
        return replace(rule, regions=chosen, share=share), value

    def _regions_for(self, use: Floats, cost: Floats, rule: CellRule, share: float) -> Mask:
        """The regions of a rule after single ones were let in or out while that helps."""
        chosen = np.zeros(len(use), dtype=bool)
        chosen[list(rule.regions)] = True
        least = float(self.value(share * chosen @ use, share * (chosen @ cost)))
        for _ in range(2 * len(use)):
            sign = np.where(chosen, -share, share)
            moved = share * chosen @ use + sign[:, None] * use
            value = self.value(moved, share * (chosen @ cost) + sign * cost)
            if chosen.sum() == 1:
                value[chosen] = np.inf
            best = int(value.argmin())
            if value[best] >= least - 1e-9:
                break
            chosen[best], least = not chosen[best], float(value[best])
        return chosen

    def _best_share(self, use: Floats, cost: Floats, regions: Mask) -> tuple[Mask, float, float]:
        """The regions with the share, in hundredths, that is best; a split must be worth it."""
        shares = np.arange(1, HUNDREDTHS + 1) / HUNDREDTHS
        value = self.value(shares[:, None] * (regions @ use), shares * (regions @ cost))
        value[:-1] += SPLIT * self.search.whole
        best = int(value.argmin())
        return regions, float(shares[best]), float(value[best])


def _with_others(cells: Cells) -> Floats:
    """Costs where a parcel that its lane refuses goes by the cheapest other of the same site."""
    cost = cells.cost.copy()
    for site in {site for site, _ in cells.lanes}:
        own = [k for k, (other, _) in enumerate(cells.lanes) if other == site]
        cheapest = cost[..., own].min(axis=-1, keepdims=True)
        cost[..., own] = np.where(np.isfinite(cost[..., own]), cost[..., own], cheapest)
    dearest = float(cost[np.isfinite(cost)].max(initial=1.0))
    return np.where(np.isfinite(cost), cost, NEVER * dearest)


def _in_run(runs: Sequence[tuple[Run, Run]], classes: int, phases: int) -> Floats:
    """1 where a cell lies in the runs of a rule [rule, class x phase], else 0."""
    inside = np.zeros((len(runs), classes, phases))
    for k, (of_classes, of_phases) in enumerate(runs):
        inside[k, run_slice(of_classes), run_slice(of_phases)] = 1.0
    return inside.reshape(len(runs), classes * phases)


def _by_run(in_run: Floats, of_group: Floats) -> Floats:
    """Sums [rule, group, ...] of cells [group, class, phase, ...] in the runs of each rule."""
    groups, classes, phases, *rest = of_group.shape
    cells = np.moveaxis(of_group.reshape(groups, classes * phases, *rest), 1, 0)
    return np.tensordot(in_run, cells, axes=(1, 0))


def run_slice(run: Run) -> slice:
    """The indices of a run."""
    return slice(run[0], run[1] + 1)


def all_runs(n: int) -> list[Run]:
    """(first, last) of every run of 0 .. n-1, the longest first."""
    runs = [(a, b - 1) for a, b in combinations(range(n + 1), 2)]
    return sorted(runs, key=lambda run: run[0] - run[1])
