"""Few changes that save more than their price: greedy, on common replications of the rest.

Openings are compared where failures cost most, the best of them in several amounts; one is taken
only where other replications, which had no part in choosing it, show a saving beyond doubt. Until
the service level is met, what brings it closer is worth its money, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.special import bdtrc

from planner.domain.arrays import Floats
from planner.domain.costs import planned_minor
from planner.domain.horizon import DAY_S
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.statistics import Z95
from planner.planning.rostering.unfilled import RosterCheck
from planner.planning.validation.plan_rules import violations
from planner.simulation.failures import PilotResult
from planner.studies.certification.failure_places import COLLECTION, WAITING, Place
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.certification.trimming import excess_by_aim
from planner.studies.options.replan_options import ReplanOptions
from planner.studies.replan.opening import Bundle, Opening, bundles
from planner.studies.replan.openings import openings
from planner.studies.replan.terms import ReplanTerms

Results = list[PilotResult]
Simulate = Callable[[Plan, Sequence[int]], Results]
WhereLate = Callable[[Plan, Sequence[int]], Counter[Place]]
GROWTH = 2  # of a trial's cost: where it saves less than this part, no amount of it will pay
AHEAD_S = 2 * DAY_S  # of a failed order's wait: shifts that begin so long after it may help


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A change that was made.

    Attributes
    ----------
    opening : Opening
        What was changed.
    amount : int
        How many people or vehicles.
    saves_minor : float
        What it saves on average, less what it costs, given the changes before it.
    cost_minor : int
        What it adds to what the plan commits to.
    late_saved : float
        Orders that no longer fail, mean.
    for_promise : bool
        Made for the service level, not for money.
    """

    opening: Opening
    amount: int
    saves_minor: float
    cost_minor: int
    late_saved: float
    for_promise: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """What a search came to.

    Attributes
    ----------
    plan : Plan
        The plan with the changes.
    steps : tuple of Step
        The changes, in the order in which they were found.
    tried : int
        Plans that were simulated.
    kept_before, kept_after : float
        Share of the judging replications that keep the service level.
    """

    plan: Plan
    steps: tuple[Step, ...]
    tried: int
    kept_before: float
    kept_after: float


@dataclass(eq=False, kw_only=True)
class ChangeSearch:
    """Searches changes of a plan on given replications.

    Attributes
    ----------
    problem : Problem
        The promotion as it stands now.
    terms : ReplanTerms
        Moment, notices and price.
    simulate : callable
        Results of a plan on replications of these numbers.
    where_late : callable
        Places at which orders of a plan fail in replications of these numbers.
    screening, judging : sequence of int
        Numbers of the replications on which openings are compared and judged.
    options : ReplanOptions
        Tuned values.
    """

    problem: Problem
    terms: ReplanTerms
    simulate: Simulate
    where_late: WhereLate
    screening: Sequence[int]
    judging: Sequence[int]
    options: ReplanOptions
    tried: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """What is asked again and again."""
        self._roster = RosterCheck(self.problem)
        self._broken: set[str] = set()
        self._scores: dict[tuple[object, ...], float] = {}

    def changed(self, plan: Plan) -> Changed:
        """The plan with every change that is worth its price."""
        start = without_costs(plan)
        self._broken = {v.words for v in violations(self.problem, start)}
        kept = self._kept(self._judged(start))
        steps: list[Step] = []
        now = start
        if kept < self.problem.service.confidence:
            now, steps = self._until_done(start, [], for_promise=True)
            if steps and self._kept(self._judged(now)) <= kept:
                now, steps = start, []  # nothing that can be done keeps the promise
        now, steps = self._until_done(now, steps, for_promise=False)
        after = self._kept(self._judged(now))
        return Changed(
            plan=now if steps else plan,
            steps=tuple(steps),
            tried=self.tried,
            kept_before=kept,
            kept_after=after,
        )

    def _until_done(
        self, plan: Plan, steps: list[Step], *, for_promise: bool
    ) -> tuple[Plan, list[Step]]:
        refused: set[tuple[object, ...]] = set()
        while len(steps) < self.options.most_changes:
            if for_promise and self._keeps(plan):
                break
            found = self._next(plan, refused, for_promise)
            if found is None:
                break
            plan, more = found
            steps = [*steps, *more]
        return plan, steps

    def _keeps(self, plan: Plan) -> bool:
        return self._kept(self._judged(plan)) >= self.problem.service.confidence

    def _next(
        self, plan: Plan, refused: set[tuple[object, ...]], for_promise: bool
    ) -> tuple[Plan, list[Step]] | None:
        """The best change that holds on the judging replications.

        Bundles that were good at the last step are tried first, and all of them only where none
        of those holds.
        """
        base = self._run(plan, self.screening)
        worth = self._worth(base, for_promise)
        order = np.argsort([-w for w in worth], kind="stable")
        hard = [k for k in order[: self.options.hardest].tolist() if worth[k] > 0]
        start = _Start(plan, base, hard)
        tries = [b for b in self._bundles(plan, hard) if b.key not in refused]
        best = sorted((b for b in tries if b.key in self._scores), key=self._last_score)
        for several in (best[: self.options.again], tries):
            found = self._best_of(several, start, refused, for_promise)
            if found is not None:
                return found
        return None

    def _last_score(self, bundle: Bundle) -> tuple[float, tuple[str, ...]]:
        return -self._scores[bundle.key], _in_order(bundle)

    def _bundles(self, plan: Plan, hard: Sequence[int]) -> list[Bundle]:
        """What may help where orders fail; what gives something up, always."""
        every = bundles(self.problem, openings(self.problem, plan, self.terms))
        giving = [b for b in every if b.gives_up]
        if not hard:
            return giving
        places = self.where_late(plan, [self.screening[k] for k in hard])
        levers = [b for b in every if any(b.parts[0][0].lever)]
        return [*_near(every, places, self.options.places), *levers, *giving]

    def _best_of(
        self,
        tries: Sequence[Bundle],
        start: _Start,
        refused: set[tuple[object, ...]],
        for_promise: bool,
    ) -> tuple[Plan, list[Step]] | None:
        """The best change among some that holds; what does not is refused."""
        ranked = self._ranked(tries, start, for_promise)
        candidates = [
            candidate
            for bundle in ranked[: self.options.finalists]
            for candidate in self._amounts(bundle, start, for_promise)
        ]
        candidates.sort(key=lambda c: (-c.gain, _in_order(c.bundle), c.amount))
        for candidate in candidates:
            if candidate.gain <= 0 or candidate.bundle.key in refused:
                continue
            if not self._allowed(candidate.plan):
                continue
            steps = self._confirmed(start.plan, candidate, for_promise)
            if steps:
                return candidate.plan, steps
            refused.add(candidate.bundle.key)
        return None

    def _ranked(self, tries: Sequence[Bundle], start: _Start, for_promise: bool) -> list[Bundle]:
        """What brings most for its money in the hardest replications."""
        hard, scores = start.hard, list[tuple[float, Bundle]]()
        # elsewhere a change saves about as large a part of what failures cost
        failing = _failing(start.base)
        share = float(failing.mean() / max(failing[list(hard)].mean(), 1.0)) if hard else 0.0
        numbers = [self.screening[k] for k in hard]
        before = [start.base[k] for k in hard]
        for bundle in tries:
            most = self.options.trial_amount if bundle.parts[0][0].people else 1
            amount = min(most, bundle.room(self.problem, start.plan))
            tried = bundle.changed(start.plan, amount) if amount > 0 else None
            if tried is None:
                continue
            cost, after = self._cost(start.plan, tried), self._run(tried, numbers)
            if not hard:
                score = -float(cost)
            elif for_promise:
                gain = float(np.mean(self._excess(before) - self._excess(after)))
                score = gain / max(cost, self.terms.change_minor, 1)
            else:
                saved = float((_paid(before) - _paid(after)).mean())
                score = saved * share - cost / GROWTH
            scores.append((score, bundle))
            self._scores[bundle.key] = score
        scores.sort(key=lambda s: (-s[0], _in_order(s[1])))
        return [bundle for score, bundle in scores if score > 0]

    def _cost(self, before: Plan, after: Plan) -> int:
        """What a change adds to what the plan commits to."""
        return planned_minor(self.problem, after) - planned_minor(self.problem, before)

    def _amounts(self, bundle: Bundle, start: _Start, for_promise: bool) -> Iterable[_Candidate]:
        """A bundle in every amount, on screening replications from the easiest to the hardest."""
        plan, some = start.plan, self._spread(start.base)
        most = bundle.room(self.problem, plan)
        numbers, base = [self.screening[k] for k in some], [start.base[k] for k in some]
        price = self.terms.change_minor * len(bundle.parts)
        for amount in sorted({min(a, most) for a in self.options.amounts}):
            tried = bundle.changed(plan, amount) if amount > 0 else None
            if tried is None:
                continue
            cost, after = self._cost(plan, tried), self._run(tried, numbers)
            saved = float((_paid(base) - _paid(after)).mean())
            gain = saved - cost - price
            if for_promise:
                less = float((self._excess(base) - self._excess(after)).mean())
                gain = less / max(price + max(cost - saved, 0.0), 1.0) if less > 0 else 0.0
            yield _Candidate(gain, bundle, amount, cost, tried)

    def _spread(self, base: Results) -> list[int]:
        """Some replications, evenly by what failures cost."""
        order = np.argsort(_failing(base), kind="stable")
        count = min(self.options.compared, len(order))
        at = np.linspace(0, len(order) - 1, count).round().astype(int)
        return [int(order[k]) for k in np.unique(at)]

    def _confirmed(self, plan: Plan, candidate: _Candidate, for_promise: bool) -> list[Step]:
        """The change as steps, if the judging replications show it beyond doubt; else none."""
        before, after = self._judged(plan), self._judged(candidate.plan)
        saved = _paid(before) - _paid(after) - candidate.cost
        cost = candidate.cost + float(
            np.mean([r.levers_minor for r in after]) - np.mean([r.levers_minor for r in before])
        )
        if for_promise:
            less = self._excess(before) - self._excess(after)
            holds = less.mean() > 0 and mostly_positive(less)
        else:
            price = self.terms.change_minor * len(candidate.bundle.parts)
            enough = min(self._kept(before), self.problem.service.confidence)
            holds = _surely(saved) > price and self._kept(after) >= enough
        if not holds:
            return []
        late = np.mean([b.failed[0] - a.failed[0] for b, a in zip(before, after, strict=True)])
        amounts = candidate.bundle.amounts(candidate.amount)
        whole = sum(amount for _, amount in amounts)
        return [
            Step(
                opening=opening,
                amount=amount,
                saves_minor=float(saved.mean()) * amount / whole,
                cost_minor=round(cost * amount / whole),
                late_saved=float(late) * amount / whole,
                for_promise=for_promise,
            )
            for opening, amount in amounts
        ]

    def _allowed(self, plan: Plan) -> bool:
        """Whether a plan breaks no rule beyond those that were broken, and people can fill it."""
        new = [v for v in violations(self.problem, plan) if v.words not in self._broken]
        return not new and self._roster.fills(plan)

    def _judged(self, plan: Plan) -> Results:
        return self._run(plan, self.judging)

    def _run(self, plan: Plan, numbers: Sequence[int]) -> Results:
        self.tried += 1
        return self.simulate(plan, numbers)

    def _worth(self, results: Results, for_promise: bool) -> list[float]:
        values = self._excess(results) if for_promise else _failing(results)
        return [float(v) for v in values]

    def _excess(self, results: Results) -> Floats:
        """Failed orders beyond those that the service level allows, over all its targets."""
        return np.array([sum(excess_by_aim(self.problem, result)) for result in results])

    def _kept(self, results: Results) -> float:
        """Share of the replications that keep the service level."""
        return float(np.mean(self._excess(results) <= 1e-9))


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A bundle in some amount: what it brings, what it costs, and the plan with it."""

    gain: float
    bundle: Bundle
    amount: int
    cost: int
    plan: Plan


def _in_order(bundle: Bundle) -> tuple[str, ...]:
    return tuple(map(str, bundle.key))


@dataclass(frozen=True, slots=True)
class _Start:
    """A plan with its results on the screening replications, and the hardest of them."""

    plan: Plan
    base: Results
    hard: Sequence[int]


def _failing(results: Results) -> Floats:
    return np.array([r.failing_minor for r in results], dtype=float)


def _paid(results: Results) -> Floats:
    """What failures cost, orders that are refused and longer promises."""
    levers: Floats = np.array([r.levers_minor for r in results], dtype=float)
    return np.asarray(_failing(results) + levers)


def mostly_positive(differences: Floats) -> bool:
    """Whether more of the differences are above 0 than below it beyond chance (sign test, 95 %).

    A few promotions far beyond the service level do not hide that all of them come closer to it. Of
    a single replication its own sign counts.

    References
    ----------
    Conover, Practical Nonparametric Statistics, 3rd edition, section 3.4.
    """
    above, below = int((differences > 0).sum()), int((differences < 0).sum())
    if len(differences) < 2:
        return above > 0
    chance = bdtrc(above - 1, above + below, 0.5) if above else 1.0
    return bool(chance <= 0.05)


def _surely(differences: Floats) -> float:
    """What a mean is at least, with 95 % confidence; itself of a single replication."""
    if len(differences) < 2:
        return float(differences.mean())
    error = float(differences.std(ddof=1)) / np.sqrt(len(differences))
    return float(differences.mean() - Z95 * error)


def _near(every: Sequence[Bundle], places: Counter[Place], most: int) -> list[Bundle]:
    """What may help at the sites and collections where most orders fail, in time for them.

    At such a site every process counts: with more people where orders wait, they wait at the next.
    """
    waits: dict[str, tuple[int, int, int]] = {}
    vans: Counter[tuple[str, str, int]] = Counter()
    for (reason, site, _, contract, _, since, _), orders in places.items():
        if reason == WAITING:
            n, first, last = waits.get(site, (0, since, since))
            waits[site] = n + orders, min(first, since), max(last, since)
        elif reason == COLLECTION:
            vans[site, contract, since] += orders
    worst = sorted(waits.items(), key=lambda item: (-item[1][0], item[0]))[:most]
    spans = {site: (first, last) for site, (_, first, last) in worst}
    full = {place for place, _ in sorted(vans.items(), key=lambda i: (-i[1], i[0]))[:most]}
    return [b for b in every if _helps(b.parts[0][0], spans, full)]


def _helps(o: Opening, spans: dict[str, tuple[int, int]], full: set[tuple[str, str, int]]) -> bool:
    """Whether an opening may help orders that wait at sites, or at full collections."""
    if o.what == "pickup":
        return (o.site, o.contract, o.day * DAY_S + o.at_s) in full
    if o.site not in spans or not o.people:
        return False
    first, last = spans[o.site]
    return first - DAY_S <= o.day * DAY_S + DAY_S // 2 <= last + AHEAD_S


def merged(steps: Sequence[Step]) -> tuple[Step, ...]:
    """One step for each opening, its amounts and savings summed; those that save most first."""
    found: dict[tuple[object, ...], Step] = {}
    for step in steps:
        lever = step.opening.lever
        key = lever if any(lever) else step.opening.key
        known = found.get(key)
        found[key] = (
            step
            if known is None
            else replace(
                known,
                opening=step.opening,
                amount=1 if any(lever) else known.amount + step.amount,
                saves_minor=known.saves_minor + step.saves_minor,
                cost_minor=known.cost_minor + step.cost_minor,
                late_saved=known.late_saved + step.late_saved,
                for_promise=known.for_promise or step.for_promise,
            )
        )
    return tuple(
        sorted(found.values(), key=lambda s: (-s.saves_minor, tuple(map(str, s.opening.key))))
    )
