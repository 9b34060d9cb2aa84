"""Sets and parameters of the planning model: demand by mix and phase, and the sites' time buckets.

Indices: s scenario, m demand mix, k weight class (or workload class), f phase, i site, r region.

demand mix
    Demand components of scenarios with the same shares of the regions and about the same of the
    weight classes. Between shares and hourly rows the model needs only one number per mix. Where
    the mix is uncertain, a component has a mix of its own in every scenario; tables [.., scenario,
    mix] are zero for the mixes of other scenarios. Tables [draw, component] have one draw of the
    mix for every scenario, or one for all of them.
weight class
    Range of parcel weights between two price steps of the contracts. Weight goes with the product.
cell
    A weight class of a demand mix (mix x weight class); as many as mixes where weight does not
    matter. Stock is counted by cell.
workload class
    Demand components of scenarios with about the same work per order. The flow of work is counted
    by workload class.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.carryover import CARRYOVER_S, last_chances
from planner.domain.deadline_classes import class_shares, rules_of
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S, SLOTS_PER_DAY
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem
from planner.domain.records import Mask
from planner.domain.risks import Strike, after, chance
from planner.domain.roster import UnfilledPlaces
from planner.domain.site import Site
from planner.planning.formulation.time_buckets import Timeline, timeline
from planner.planning.options import AggregationOptions, PlanningOptions

TAIL = "tail"  # cost term of the days after the promotion: planned, and not reported


@dataclass(frozen=True, eq=False)
class StockReserve:
    """What a plan of product families leaves free, because their products differ.

    Attributes
    ----------
    space : Floats
        Units of space at each site [site].
    failed : Floats
        Orders that may fail [all scenarios].
    """

    space: Floats
    failed: Floats

    @property
    def nothing(self) -> bool:
        """Whether nothing is reserved."""
        return not (self.space.any() or self.failed.any())

    def given_up(self) -> StockReserve:
        """The empty reserve, where the limits leave no room for one."""
        return StockReserve(np.zeros_like(self.space), np.zeros_like(self.failed))


@dataclass(frozen=True, eq=False, kw_only=True)
class Parameters:
    """Problem, sampled demand and lane costs, with the tables derived from them.

    Tables [scenario, ...] run over the active scenarios unless they say `all`.

    Attributes
    ----------
    problem : Problem
        The problem with its levers in force.
    scenarios : ScenarioSet
        Weighted demand paths.
    lane_costs : LaneCosts
        Expected costs of a parcel per lane, weight class and day in minor units.
    options : PlanningOptions
        Margins, precision and tuned values.
    active : tuple[int, ...]
        Scenarios whose flow of work is modelled.
    reserve : StockReserve | None
        What is left free for products that are planned in families.
    feedback : PlanningFeedback | None
        What simulations of earlier plans have shown.
    unfilled : tuple of UnfilledPlaces
        Places of earlier plans that no set of people can fill.
    """

    problem: Problem
    scenarios: ScenarioSet
    lane_costs: LaneCosts
    options: PlanningOptions
    active: tuple[int, ...]
    reserve: StockReserve | None = None
    feedback: PlanningFeedback | None = None
    unfilled: tuple[UnfilledPlaces, ...] = ()

    @property
    def _aggregation(self) -> AggregationOptions:
        return self.options.search.aggregation

    @property
    def aims(self) -> tuple[Problem, ...]:
        """What the service level asks for: the deadline, then each target of one's own."""
        return (self.problem, *self.problem.targets)

    @cached_property
    def timelines(self) -> tuple[Timeline, ...]:
        """Time buckets of each site."""
        own = [round(target.within_hours * HOUR_S) for target in self.problem.service.also]
        soonest = min([self.shortest_promise_s, *own])
        longest = min(self.options.bucket_s, max(soonest // 4, SLOT_S))
        moments = self._demand_edges(longest)
        return tuple(
            timeline(
                self.problem,
                site,
                longest,
                np.concatenate([moments, *self._due_when_packed(site, moments, own)]),
            )
            for site in self.problem.sites
        )

    def _due_when_packed(self, site: Site, moments: Ints, own: list[int]) -> list[Ints]:
        """Deadlines of orders of some moments that are on time when they are packed in time."""
        rules = [r for r in self._rules if r.counts == "label" or not site.collections]
        in_hours = [r for r in rules if r.deadline_working_days is None]
        promised = {round(h * HOUR_S) for r in in_hours for h in self._hours_of(r)}
        own = own if in_hours else []
        due = [np.add.outer([*sorted(promised), *own], moments).ravel()] if in_hours else []
        return [*due, np.array([r.due_by_s + 1 for r in rules if r.due_by_s is not None], np.int64)]

    @property
    def _rules(self) -> list[PlatformRule]:
        """The rule of each deadline class."""
        return rules_of(self.problem)

    def _hours_of(self, rule: PlatformRule) -> list[float]:
        """Hours from order to deadline by a rule that counts hours, each once."""
        return sorted({rule.hours_in(name) for name in self.problem.region_names})

    def _demand_edges(self, longest_s: int) -> Ints:
        """Seconds at which demand begins and ends, and first hours of events.

        Work cannot begin before, and deadlines follow. Stretches of demand are separate where the
        pause between them is longer than the longest bucket.
        """
        busy = self.slot_start_s[self.scenarios.intensity.sum(axis=(0, 1)) > 0]
        parted = np.flatnonzero(np.diff(busy) > longest_s)
        starts, ends = busy[:1], busy[-1:] + SLOT_S
        starts, ends = np.append(starts, busy[parted + 1]), np.append(busy[parted] + SLOT_S, ends)
        openings = np.array([e.at_s for e in self.problem.demand.events], dtype=np.int64)
        return np.unique(np.concatenate([starts, ends, openings, openings + HOUR_S]))

    def efficiency(self, site: int, process: str) -> Floats:
        """Share of the scheduled seconds at a process that become work [bucket of the site].

        The mean of simulated replications over the seconds of a bucket; where these show nothing,
        the assumption of planning; divided by the headroom.
        """
        assumed, edges = self.options.efficiency, self.timelines[site].edges
        if self.feedback is None:
            return np.full(len(edges) - 1, assumed)
        learned = self.feedback.throughput[site, self.problem.process_names.index(process)]
        hours = np.arange(len(learned) + 1) * self.problem.horizon.bucket_s
        until = np.minimum(edges[1:, None], hours[None, 1:])
        covered = np.clip(until - np.maximum(edges[:-1, None], hours[None, :-1]), 0, None)
        more = np.where(np.isnan(learned), 0.0, learned - assumed)
        return np.asarray((assumed + covered @ more / np.diff(edges)) / self.headroom)

    @property
    def headroom(self) -> float:
        """Factor of safety: people and vehicles are planned as if they could do 1 / headroom."""
        return 1.0 if self.feedback is None else self.feedback.headroom

    @property
    def shortest_promise_s(self) -> int:
        """Shortest time between an order and its deadline in seconds.

        Of the region with the shortest promise, before no day off. Orders that are due by a date
        have it only from the platform's own deadline before it on.
        """
        return min(
            max(rule.deadline_working_days, 1) * DAY_S
            if rule.deadline_working_days is not None
            else round(min(self._hours_of(rule)) * HOUR_S)
            for rule in self._rules
        )

    @cached_property
    def days_to_hand_over(self) -> int:
        """Days from an order to its hand-over, at most.

        When it is on time and the next day's carrier takes it.
        """
        problem, start = self.problem, self.slot_start_s
        regions = [np.full(len(start), r) for r in range(len(problem.regions))]
        due = [
            rule.deadlines(start, r, problem.region_names, problem.horizon)
            for r in regions
            for rule in self._rules
        ]
        return int((np.max(due, axis=0) // DAY_S - start // DAY_S).max()) + 1

    @cached_property
    def all_weights(self) -> Floats:
        """Probability of every scenario [all scenarios]."""
        return np.asarray(self.scenarios.weight / self.scenarios.weight.sum())

    @cached_property
    def weight(self) -> Floats:
        """Probability of the active scenarios [scenario]."""
        return np.asarray(self.all_weights[list(self.active)])

    @cached_property
    def all_kept(self) -> Ints:
        """Scenarios in which the service level must be met: all but the hardest.

        Those left out weigh no more than the risk. This restricts the chance constraint to the
        order of stress, so every plan it allows satisfies the chance constraint.
        """
        return kept_scenarios(self.problem, self.scenarios, self.options)

    @cached_property
    def kept(self) -> Ints:
        """Positions within `active` of the scenarios that must meet the service level."""
        return np.flatnonzero(np.isin(self.active, self.all_kept))

    @property
    def struck(self) -> tuple[Parameters, ...]:
        """For each strike that a plan must survive, what is given when it has struck.

        In the hardest scenario that the service level counts: a strike takes up part of what the
        hardest scenarios may, and the rarer it is, the more of them may be lost with it.
        """
        strikes = () if self.feedback is None else self.feedback.struck
        return tuple(
            replace(
                self,
                problem=after(self.problem, (strike,)),
                active=(self._hardest_after(strike),),
                reserve=None,
            )
            for strike in strikes
        )

    def _hardest_after(self, strike: Strike) -> int:
        """The hardest scenario in which the service level must be met when a risk has struck."""
        likely = min(max(chance(self.problem, strike), 1e-9), 1.0)
        kept = kept_scenarios(self.problem, self.scenarios, self.options, given=likely)
        levels = self.scenarios.stress_level[kept]
        return int(kept[np.flatnonzero(levels == levels.max())[-1]])

    @property
    def unit_orders(self) -> float:
        """Unit in which the solver counts flows: a hundredth of a mean day's orders."""
        return max(float(self.region_day.sum(axis=0).mean()) / 100, 1.0)

    @cached_property
    def mix_of(self) -> Ints:
        """Demand mix of every component [draw, component].

        How the weights of a component's parcels differ from draw to draw is left to the simulation,
        except in a lower bound: a mix for every draw would make the model many times as large.
        """
        classes, decimals = self._component_class, 12
        if not self.options.optimistic:
            decimals = self._aggregation.class_share_decimals
            weights = self.all_weights if len(classes) > 1 else None
            classes = np.broadcast_to(np.average(classes, axis=0, weights=weights), classes.shape)
        traits = [np.round(self.scenarios.region_share, 12), np.round(classes, decimals)]
        if len(self._rules) > 1:
            promised = class_shares(self.problem).reshape(1, classes.shape[1], -1)
            same = np.broadcast_to(promised, (len(classes), *promised.shape[1:]))
            traits.append(np.round(same, 12))
        rows = np.concatenate(traits, axis=-1)
        found: dict[bytes, int] = {}
        of = [
            found.setdefault(row.tobytes(), len(found)) for row in rows.reshape(-1, rows.shape[-1])
        ]
        return np.array(of, dtype=np.int64).reshape(rows.shape[:2])

    @property
    def mixes(self) -> int:
        """Number of demand mixes."""
        return int(self.mix_of.max()) + 1

    @cached_property
    def region_share(self) -> Floats:
        """Share of a mix's orders in each region [mix, region]."""
        first = np.unique(self.mix_of, return_index=True)[1]
        return np.asarray(self.scenarios.region_share.reshape(-1, len(self.problem.regions))[first])

    @cached_property
    def region_mixes(self) -> Floats:
        """Share of each region, once for mixes that differ in weights [mix of regions, region].

        In the order of the mixes.
        """
        rows, first = np.unique(self.region_share, axis=0, return_index=True)
        return np.asarray(rows[np.argsort(first)])

    @cached_property
    def region_mix_of(self) -> Ints:
        """Mix of regions of every mix [mix]."""
        same = (self.region_share[:, None, :] == self.region_mixes[None, :, :]).all(axis=2)
        return np.asarray(same.argmax(axis=1))

    @cached_property
    def deadline_share(self) -> Floats:
        """Share of a mix's orders in a region that are of each deadline class [mix, region, class].

        Mixes tell components with other shares apart.
        """
        first = np.unique(self.mix_of, return_index=True)[1] % self.mix_of.shape[1]
        return np.asarray(class_shares(self.problem)[first])

    def exempt_slots(self, number: int, region: int) -> Mask:
        """Slots in which no order of a deadline class in a region is scored, on any lane [slot]."""
        problem, start, rule = self.problem, self.slot_start_s, self._rules[number]
        if not rule.force_majeure:
            return np.zeros(len(start), dtype=bool)
        where, names = np.full(len(start), region), problem.region_names
        due = rule.deadlines(start, where, names, problem.horizon)
        return rule.exempt_days(start, due, where, names, problem.horizon)

    @cached_property
    def deadline_class_orders(self) -> Floats:
        """Expected share of each deadline class in all orders [class]; sums to 1."""
        ordered = np.einsum("s,smf->m", self.all_weights, self.promotion_orders)
        if ordered.sum() <= 0:
            ordered = np.ones(self.mixes)
        share = np.einsum("m,mr,mrk->k", ordered, self.region_share, self.deadline_share)
        return np.asarray(share / share.sum())

    @property
    def classes(self) -> int:
        """Number of weight classes."""
        return len(self.problem.weight_bands)

    @cached_property
    def class_share(self) -> Floats:
        """Share of a mix's orders in each weight class [mix, class]; rows sum to 1."""
        expected = self._expected_orders
        share = np.zeros((self.mixes, self.classes))
        for m in range(self.mixes):
            of = self.mix_of == m
            weights = expected[of] if expected[of].sum() > 0 else np.ones(of.sum())
            share[m] = np.average(self._component_class[of], axis=0, weights=weights)
        return share

    @cached_property
    def _expected_orders(self) -> Floats:
        """Expected orders, weighted by probability [draw, component]."""
        if len(self.scenarios.product_share) == 1:
            certain = np.einsum("s,sct->c", self.all_weights, self.scenarios.intensity)
            return np.asarray(certain[None])
        return np.asarray(self.all_weights[:, None] * self.scenarios.intensity.sum(axis=2))

    @cached_property
    def product_class(self) -> Floats:
        """Share of a product's orders in each weight class [product, class]; rows sum to 1."""
        edges = self.problem.weight_classes_g
        up_to = np.array(
            [[0.0, *(p.share_up_to(g) for g in edges), 1.0] for p in self.problem.products]
        )
        return np.diff(up_to, axis=1)

    @cached_property
    def _component_class(self) -> Floats:
        """Share of every component's orders in each weight class [draw, component, class]."""
        lighter = self.scenarios.product_share @ self.product_class[:, :-1].cumsum(axis=1)
        edge = (*lighter.shape[:2], 1)
        upper = np.concatenate([np.zeros(edge), lighter, np.ones(edge)], axis=-1)
        return np.asarray(np.diff(upper, axis=-1))

    @cached_property
    def slot_start_s(self) -> Ints:
        """Second at which every slot starts [slot], negative before the horizon."""
        return self.scenarios.slot_start_s

    @cached_property
    def of_promotion(self) -> Mask:
        """Which slots lie in the promotion's own days [slot]."""
        return np.asarray(self.slot_start_s < self.problem.horizon.reported_end_s)

    @cached_property
    def slot_phase(self) -> Ints:
        """Phase of every slot [slot]."""
        starts = np.array([phase.from_s for phase in self.problem.phases], dtype=np.int64)
        found = np.searchsorted(starts, self.slot_start_s, side="right") - 1
        return np.maximum(found, 0)

    @cached_property
    def orders(self) -> Floats:
        """Expected orders [scenario, mix, slot]."""
        return np.asarray(self.all_orders[list(self.active)])

    @cached_property
    def all_orders(self) -> Floats:
        """Expected orders [all scenarios, mix, slot]."""
        return self._by_mix(np.ones(self.mix_of.shape))

    @cached_property
    def sent_back(self) -> Floats:
        """Expected orders that come back sooner or later [scenario, mix, slot of the order]."""
        share = np.array([p.return_share for p in self.problem.products])
        return np.asarray(self._by_mix(self.scenarios.product_share @ share)[list(self.active)])

    @cached_property
    def phase_orders(self) -> Floats:
        """Expected orders [scenario, mix, phase, slot]."""
        return self.by_phase(self.orders)

    @cached_property
    def promotion_orders(self) -> Floats:
        """Expected orders of the promotion's own days [all scenarios, mix, phase]."""
        return np.asarray(self.by_phase(self.all_orders * self.of_promotion).sum(axis=-1))

    @cached_property
    def workload_orders(self) -> list[Floats]:
        """Expected orders of each workload class [scenario, mix, phase, slot]."""
        active = list(self.active)
        return [
            self.by_phase(self._by_mix(1.0 * (self._workload_of == k))[active])
            for k in range(len(self.workload_factor))
        ]

    @cached_property
    def workload_factor(self) -> Floats:
        """Mean work factor of an order of each workload class, from light to heavy.

        In a lower bound that of its lightest component.
        """
        kinds = range(int(self._workload_of.max()) + 1)
        if self.options.optimistic:
            return np.array([self._component_work[self._workload_of == k].min() for k in kinds])
        return np.array([self._mean_work_of(self._workload_of == k) for k in kinds])

    @cached_property
    def _workload_of(self) -> Ints:
        """Workload class of every component [draw, component].

        The lightest component left, and all that are no more than `same_work` times as heavy.
        """
        work = self._component_work.ravel()
        kind = np.zeros(len(work), dtype=np.int64)
        same = self._aggregation.same_work
        if self.options.optimistic:
            same = self._aggregation.same_work_in_bound
        lightest, k = -np.inf, -1
        for c in np.argsort(work, kind="stable"):
            if work[c] > lightest * same or k < 0:
                lightest, k = float(work[c]), k + 1
            kind[c] = k
        return kind.reshape(self._component_work.shape)

    @cached_property
    def _component_work(self) -> Floats:
        """Mean work factor of an order [draw, component]."""
        work = np.array([p.work for p in self.problem.products])
        return np.asarray(self.scenarios.product_share @ work)

    @cached_property
    def mean_work(self) -> float:
        """Mean work factor of an order over all demand."""
        return self._mean_work_of(np.ones(self._component_work.shape, dtype=bool))

    def _mean_work_of(self, which: np.ndarray) -> float:
        """Mean work factor of the orders of some components, flags [draw, component]."""
        expected, work = self._expected_orders[which], self._component_work[which]
        total = float(expected.sum())
        mean = float(expected @ work) / total if total > 0 else float(work.mean())
        return mean if mean > 0 else 1.0

    def _by_mix(self, factor: Floats) -> Floats:
        summed = np.zeros((len(self.all_weights), self.mixes, len(self.slot_start_s)))
        for drawn, c, m, s in self._components:
            summed[s, m] += factor[drawn, c] * self.scenarios.intensity[s, c]
        return summed

    @property
    def _components(self) -> list[tuple[int, int, int, slice]]:
        """Draw, component, mix and scenarios of every component of every draw."""
        everywhere = len(self.mix_of) == 1
        return [
            (drawn, c, int(m), slice(None) if everywhere else slice(drawn, drawn + 1))
            for (drawn, c), m in np.ndenumerate(self.mix_of)
        ]

    def by_phase(self, per_slot: Floats) -> Floats:
        """[..., slot] -> [..., phase, slot], zero outside the phase."""
        inside = self.slot_phase[None, :] == np.arange(len(self.problem.phases))[:, None]
        return np.asarray(per_slot[..., None, :] * inside)

    def until(self, per_slot: Floats, seconds: Ints) -> Floats:
        """Cumulative [..., second] of a table [..., slot], interpolated within a slot."""
        total = np.concatenate(
            [np.zeros((*per_slot.shape[:-1], 1)), per_slot.cumsum(axis=-1)], axis=-1
        )
        position = np.clip((seconds - self.slot_start_s[0]) / SLOT_S, 0, per_slot.shape[-1])
        low = np.minimum(position.astype(np.int64), per_slot.shape[-1] - 1)
        part = position - low
        return np.asarray(total[..., low] * (1 - part) + total[..., low + 1] * part)

    @cached_property
    def all_units(self) -> Floats:
        """Expected units of the promotion's own days [all scenarios, cell, phase, product].

        The cells of a mix are adjacent. What the tail sells comes in as on any day.
        """
        phase = self.by_phase(self.scenarios.intensity * self.of_promotion).sum(axis=-1)
        per_order = self.scenarios.product_share * np.array(
            [p.units_mean for p in self.problem.products]
        )
        cells = self.mixes * self.classes
        units = np.zeros((len(self.all_weights), cells, phase.shape[2], per_order.shape[-1]))
        for drawn, c, m, s in self._components:
            for k in range(self.classes):
                units[s, m * self.classes + k] += phase[s, c, :, None] * (
                    per_order[drawn, c] * self.product_class[:, k]
                )
        return units

    @cached_property
    def day_orders(self) -> Floats:
        """Expected orders [all scenarios, mix, day]; those of before the horizon on the first."""
        before, orders = np.split(self.all_orders, [self.scenarios.opening_slots], axis=-1)
        per_day = orders.reshape(*orders.shape[:2], self.problem.horizon.days, -1).sum(axis=-1)
        per_day[..., 0] += before.sum(axis=-1)
        return np.asarray(per_day)

    @cached_property
    def day_phase(self) -> Ints:
        """Phase of every day."""
        return self.slot_phase[self.scenarios.opening_slots :: SLOTS_PER_DAY]

    @cached_property
    def region_day(self) -> Floats:
        """Mean orders [region, day] over all scenarios."""
        return np.asarray(
            np.einsum("s,smd,mr->rd", self.all_weights, self.day_orders, self.region_share)
        )

    @cached_property
    def class_day(self) -> Floats:
        """Mean orders [region, class, day] over all scenarios."""
        of_class = [self.region_share * self.class_share[:, [k]] for k in range(self.classes)]
        days = [
            np.einsum("s,smd,mr->rd", self.all_weights, self.day_orders, share)
            for share in of_class
        ]
        return np.stack(days, axis=1)

    def excused(self, deadline_s: Ints, since_s: int, ordered_s: Ints | None = None) -> np.ndarray:
        """Whether the orders of each slot may still be open at the end.

        Placed late enough, and due after the horizon. Where a tail follows, none of the
        promotion's: by the end of the tail they have left, or are late.

        Parameters
        ----------
        deadline_s : Ints
            Deadline in seconds [slot].
        since_s : int
            Second from which orders may stay open.
        ordered_s : Ints | None
            Second of the orders [slot]; None: the start of the slot.

        Returns
        -------
        np.ndarray
            Flags [slot].
        """
        ordered = self.slot_start_s if ordered_s is None else ordered_s
        open_at_end = (deadline_s >= self.problem.horizon.end_s) & (ordered >= since_s)
        has_tail = self.problem.horizon.tail_days > 0
        return np.asarray(open_at_end & ~(self.of_promotion & has_tail))

    def open_from_s(self, site: int, contract: int) -> int:
        """Second from which the orders of a site and contract (-1: none) may stay open."""
        last = int(last_chances(self.problem)[site, contract])
        return (
            last if self.options.steady_end else min(last, self.problem.horizon.end_s - CARRYOVER_S)
        )

    @cached_property
    def first_open_s(self) -> int:
        """Earliest second from which orders of any lane may stay open."""
        names, contracts = self.problem.site_names, (*self.problem.contract_names, "")
        lanes = {
            (names.index(site), contracts.index(contract))
            for site, _, contract in self.problem.lanes()
        }
        return min((self.open_from_s(*lane) for lane in lanes), default=self.problem.horizon.end_s)


def kept_scenarios(
    problem: Problem, scenarios: ScenarioSet, options: PlanningOptions, *, given: float = 1.0
) -> Ints:
    """Scenarios in which the service level must be met (see `Parameters.all_kept`).

    The hardest are dropped one by one, as long as their weights add up to no more than the risk: of
    twelve scenarios of sampled demand the last (half a percent) at a confidence of 95 %, the last
    two (one percent) at 90 %; of a few given paths none.

    Parameters
    ----------
    problem : Problem
        The problem with its levers in force.
    scenarios : ScenarioSet
        Weighted demand paths.
    options : PlanningOptions
        The risk factor is of these.
    given : float
        Probability of what is given beforehand, such as that a risk has struck.

    Returns
    -------
    Ints
        Numbers of the scenarios, at least the easiest.
    """
    risk = options.risk_factor * (1.0 - problem.service.confidence) / given
    hardest_first = np.argsort(-scenarios.stress_level, kind="stable")
    let_go = np.cumsum(scenarios.weight[hardest_first]) / scenarios.weight.sum() <= risk + 1e-9
    let_go[-1] = False
    return np.sort(hardest_first[~let_go])


def hardest(parameters: Parameters) -> tuple[int, ...]:
    """The hardest scenarios, to begin with, and some of those that must meet the service level,
    the hardest of them after a strike too.
    """
    order = [int(s) for s in np.argsort(-parameters.scenarios.stress_level, kind="stable")]
    options = parameters.options.search.scenarios
    kept = [s for s in order if s in parameters.all_kept][: options.joining]
    after_strikes = [s for struck in parameters.struck for s in struck.active]
    return tuple(sorted({*order[: options.first_scenarios], *kept, *after_strikes}))
