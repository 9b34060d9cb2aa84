"""Trimming: resources are removed or substituted as long as the service level is met in pilot runs.

Every candidate is simulated on the same replications as the plan it comes from (common random
numbers): on those in which that plan came closest to failing. Of identical resources, as many are
removed at once as possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil

from planner.domain.costs import planned_minor
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.planning.rostering.unfilled import RosterCheck
from planner.planning.solution.without_margins import is_deterministic
from planner.simulation.failures import PilotResult
from planner.simulation.trial_replication import Resources
from planner.studies.certification.pilot_replications import PilotRuns, without_costs
from planner.studies.certification.removable_resources import (
    Removable,
    Slack,
    removable_resources,
)
from planner.studies.certification.substitutions import substitutions
from planner.studies.options.study_options import DEFAULT, TrimmingOptions


@dataclass(frozen=True)
class Trimmed:
    """Result of trimming a plan.

    Attributes
    ----------
    plan : Plan
        The plan that is left; its costs are still to be computed where anything was removed.
    dropped : tuple of (str, int)
        Kind of resource and number removed.
    saved_minor : int
        Saving of what the plan commits to, minor units.
    complete : bool
        Whether no further resource could be removed.
    simulated : int
        Replications simulated to find out.
    missed_before : int
        Pilot runs that missed the service level before anything was removed.
    missed : int
        Pilot runs that miss it now. Where the last look at all of them put something back, those
        that did not ask for it are taken to go as they did without it.
    """

    plan: Plan
    dropped: tuple[tuple[str, int], ...]
    saved_minor: int
    complete: bool
    simulated: int
    missed_before: int
    missed: int


@dataclass(frozen=True)
class Bar:
    """What a candidate must reach in pilot runs.

    Attributes
    ----------
    most_failed : sequence of (tuple of float or None)
        Failed orders allowed under the deadline and for each target of one's own, by pilot run;
        None: the run missed the service level already.
    misses : int
        Pilot runs that may have more.
    """

    most_failed: Sequence[tuple[float, ...] | None]
    misses: int

    def exceeded(self, run: int, result: PilotResult) -> bool:
        """Whether more orders fail in a run than are allowed there."""
        most = self.most_failed[run]
        return most is not None and any(
            failed > allowed for failed, allowed in zip(result.failed, most, strict=True)
        )


def bar_of(
    problem: Problem,
    results: Sequence[PilotResult],
    misses_allowed: int,
    near: float = DEFAULT.trimming.near,
) -> Bar:
    """Set the bar from the results of the plan before trimming.

    A run that met the service level must not get worse, or not beyond a share of the failures
    allowed. In a run that missed it only the cost counts, and one of the misses is used up.

    Parameters
    ----------
    problem : Problem
        States the service level.
    results : sequence of PilotResult
        Results of the plan, by pilot run.
    misses_allowed : int
        Pilot runs that may miss the service level, those that miss it already among them.
    near : float
        Share of the failures allowed up to which a run may get worse; all of them where nothing is
        random.

    Returns
    -------
    Bar
        The bar.
    """
    if is_deterministic(problem):
        near = 1.0
    most: list[tuple[float, ...] | None] = []
    for result in results:
        allowed = allowed_failures(problem, result)
        near_it = (max(f, near * a) for f, a in zip(result.failed, allowed, strict=True))
        most.append(tuple(near_it) if meets(problem, result) else None)
    misses = max(misses_allowed - most.count(None), 0)
    return Bar(most, misses)


def allowed_failures(problem: Problem, result: PilotResult) -> list[float]:
    """Orders that may fail in a run: under the deadline, then for each target of one's own."""
    return [
        (1.0 - share) * due for share, due in zip(problem.service.shares, result.due, strict=True)
    ]


def excess_by_aim(problem: Problem, result: PilotResult) -> list[float]:
    """Failed orders beyond those that may fail: under the deadline, then for each own target."""
    allowed = allowed_failures(problem, result)
    return [max(f - most, 0.0) for f, most in zip(result.failed, allowed, strict=True)]


def meets(problem: Problem, result: PilotResult) -> bool:
    """Whether a run meets the service level, and all targets of one's own."""
    return all(
        f <= a for f, a in zip(result.failed, allowed_failures(problem, result), strict=True)
    )


def _ease(result: PilotResult) -> tuple[float, int]:
    """Rises from the hardest run to the easiest: by the share that fails, then by the orders due.

    The share is the largest of the deadline and the targets. In most runs nothing fails; what tells
    them apart is how much there is to do.
    """
    share = max(f / max(due, 1) for f, due in zip(result.failed, result.due, strict=True))
    return -share, -result.due[0]


@dataclass(frozen=True)
class Removal:
    """A resource that was removed, how many of it, and the plan without."""

    resource: Removable
    count: int
    plan: Plan


class Trimming:
    """A plan that passed its pilot runs, while resources are removed from it.

    `missed_before`: pilot runs that it missed before anything was removed.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan to trim.
    pilot_runs : PilotRuns
        The replications it is trimmed on.
    misses_allowed : int
        Pilot runs that may miss the service level, those that the plan misses already among them.
    budget : int
        Replications to simulate once the plan itself was simulated on all pilot runs; no candidate
        is begun beyond it.
    options : TrimmingOptions
        Tuned values.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        pilot_runs: PilotRuns,
        *,
        misses_allowed: int,
        budget: int,
        options: TrimmingOptions = DEFAULT.trimming,
    ) -> None:
        self._problem, self._runs, self._options = problem, pilot_runs, options
        self._start, self._bare = plan, without_costs(plan)
        self._roster_check = RosterCheck(problem)
        self._removals: list[Removal] = []
        self._plan = self._bare
        self._checked = self._bare  # the last plan that reached the bar in all pilot runs
        self._costs: dict[Resources, int] = {}
        self._begun, self._everywhere = pilot_runs.simulated, range(len(pilot_runs))
        results = pilot_runs.simulate(plan, self._everywhere)
        self.missed_before = self._missed_now = self._missed(results)
        self._end = pilot_runs.simulated + budget
        self._substitution_budget = budget // options.substitution_divisor
        self._bar = bar_of(problem, results, misses_allowed, options.near)
        met = [k for k in range(len(results)) if self._bar.most_failed[k] is not None]
        hardest_first = sorted(met, key=lambda k: (*_ease(results[k]), k))
        self._hardest = hardest_first[: options.hardest + self._bar.misses]
        self._hard = hardest_first[: max(len(results) // options.hard_divisor, 1)]

    def run(self, slack: Slack) -> Trimmed:
        """Try one resource after the other; what could not be removed is not tried again.

        Parameters
        ----------
        slack : callable
            Share of the working hours of a staffing row that are not needed.

        Returns
        -------
        Trimmed
            The plan that is left. It is complete when no resource could be removed any more;
            substitutions, which have a part of the budget, do not count. A plan stays as it is
            whose places people are not known to fill.
        """
        if not self._roster_check.fills(self._start):
            return self._trimmed(complete=False)
        tried = set[str]()
        candidates: Iterator[Removable] | None = None
        while not self._spent:
            before = self._plan
            candidates = candidates or self._candidates(slack)
            resource = next((r for r in candidates if r.label not in tried), None)
            if resource is not None:
                tried.add(resource.label)
                if self._try(resource) and len(self._removals) in self._options.checked_after:
                    tried -= self._put_back(self._hard)
            else:
                back = self._put_back(self._everywhere)
                if not back or self._little(before):
                    break
                tried -= back
            if self._plan is not before:
                candidates = None  # others may go now
        complete = not self._spent
        if not complete:
            self._put_back(self._everywhere)
        return self._trimmed(complete)

    def _little(self, before: Plan) -> bool:
        """Whether what was put back is too little money to try it again, and all runs after it."""
        lost = self._committed(self._plan) - self._committed(before)
        return lost <= self._options.little * self._saved(before)

    def _trimmed(self, complete: bool) -> Trimmed:
        dropped: Counter[str] = Counter()
        for removal in self._removals:
            dropped[removal.resource.kind] += removal.count
        plan = self._plan if dropped else self._start
        simulated = self._runs.simulated - self._begun
        return Trimmed(
            plan=plan,
            dropped=tuple(sorted(dropped.items())),
            saved_minor=self._saved(plan),
            complete=complete,
            simulated=simulated,
            missed_before=self.missed_before,
            missed=self._missed_now if dropped else self.missed_before,
        )

    def _missed(self, results: Sequence[PilotResult]) -> int:
        """How many pilot runs miss the service level."""
        return sum(not meets(self._problem, result) for result in results)

    def _candidates(self, slack: Slack) -> Iterator[Removable]:
        """What may be removed from the plan, then what may be substituted at less cost."""
        yield from removable_resources(self._problem, self._plan, slack)
        if self._substitution_budget > 0:
            yield from substitutions(self._problem, self._plan, slack, self._options.most_overtime)

    def _try(self, resource: Removable) -> bool:
        """Remove as many of a resource as possible; whether any was removed."""
        simulated = self._runs.simulated
        removed = self._remove(resource)
        if resource.kind == "swap":
            self._substitution_budget -= self._runs.simulated - simulated
        return removed

    def _remove(self, resource: Removable) -> bool:
        base = self._plan
        plans: dict[int, Plan] = {}

        def works(n: int) -> bool:
            candidate = None if self._spent else resource.without(base, n)
            if candidate is None or not self._roster_check.allows(candidate):
                return False
            if not self._reaches_bar(candidate, base):
                return False
            plans[n] = candidate
            return True

        likely = ceil(resource.count * resource.slack)
        count = largest(works, resource.count, likely)
        if count:
            self._plan = plans[count]
            self._removals.append(Removal(resource, count, self._plan))
        return count > 0

    def _reaches_bar(self, candidate: Plan, base: Plan) -> bool:
        """Whether a candidate reaches the bar in the hardest pilot runs and saves money there."""
        if self._committed(candidate) >= self._committed(base):
            return False
        broken, done, at_once = 0, 0, self._options.at_once
        while done < len(self._hardest):
            numbers = self._hardest[done : done + at_once]
            broken += len(self._broken(candidate, numbers))
            if broken > self._bar.misses:
                others = [k for k in self._hardest if k not in numbers]
                self._hardest = [*numbers, *others]  # simulated first from now on
                return False
            done, at_once = done + at_once, 2 * at_once  # what passes so far passes, mostly
        return self._pays(candidate, base, self._hardest)

    def _put_back(self, numbers: Sequence[int]) -> set[str]:
        """Re-insert the last resources removed, where some pilot runs show that they are needed.

        That is so when too many runs outside the hardest fail without them, or failures cost more
        than is saved. Those runs are among the hardest from now on.
        """
        if self._plan is self._checked:
            return set()
        before, broken = self._plan, self._broken(self._plan, numbers)
        too_many = len(broken) > self._bar.misses
        if not too_many and self._pays(self._plan, self._checked, numbers):
            if numbers is self._everywhere:
                self._checked = self._plan
                self._missed_now = self._missed(self._runs.simulate(self._plan, numbers))
            return set()
        costly = [] if too_many else self._most_expensive(self._plan, numbers)
        self._hardest = list(dict.fromkeys([*broken, *self._hardest, *costly]))
        plans = [self._bare, *(removal.plan for removal in self._removals)]
        sound = next(k for k, plan in enumerate(plans) if plan is self._checked)
        shown = broken if too_many else numbers
        unchecked = len(self._removals) - sound
        kept = sound + largest(lambda n: self._sound(plans[sound + n], shown), unchecked)
        back = {removal.resource.label for removal in self._removals[kept:]}
        self._removals, self._plan = self._removals[:kept], plans[kept]
        if numbers is self._everywhere:
            self._missed_now = self._missed(self._with_more(before, shown))
        return back

    def _with_more(self, fewer: Plan, shown: Sequence[int]) -> list[PilotResult]:
        """Results of the plan, which has more people and vehicles than one simulated everywhere.

        Only the runs that showed what it needs were simulated under it: the others are taken to go
        as they did with fewer.
        """
        found = dict(
            zip(self._everywhere, self._runs.simulate(fewer, self._everywhere), strict=True)
        )
        found |= zip(shown, self._runs.simulate(self._plan, shown), strict=True)
        return list(found.values())

    def _sound(self, plan: Plan, numbers: Sequence[int]) -> bool:
        """Whether a plan reaches the bar in these runs, and failures cost no more than it saves."""
        fails = len(self._broken(plan, numbers)) > self._bar.misses
        return not fails and self._pays(plan, self._checked, numbers)

    def _broken(self, plan: Plan, numbers: Sequence[int]) -> list[int]:
        """Those of some pilot runs in which a plan is above the bar."""
        results = self._runs.simulate(plan, numbers)
        return [k for k, r in zip(numbers, results, strict=True) if self._bar.exceeded(k, r)]

    def _pays(self, plan: Plan, base: Plan, numbers: Sequence[int]) -> bool:
        """Whether a plan saves more than its failures cost beyond those of another, in some runs.

        In the others failures are taken to cost the same.
        """
        saved = (self._committed(base) - self._committed(plan)) * len(self._runs)
        return plan is base or sum(self._more_failing(plan, base, numbers)) < saved

    def _more_failing(self, plan: Plan, base: Plan, numbers: Sequence[int]) -> list[int]:
        """What failures cost more than under another plan, by pilot run, minor units."""
        ours, theirs = (self._runs.simulate(p, numbers) for p in (plan, base))
        return [a.failing_minor - b.failing_minor for a, b in zip(ours, theirs, strict=True)]

    def _most_expensive(self, plan: Plan, numbers: Sequence[int]) -> list[int]:
        """Pilot runs in which failures cost most more than under the last plan that was checked."""
        costs = self._more_failing(plan, self._checked, numbers)
        more = dict(zip(numbers, costs, strict=True))
        rising = sorted((k for k in numbers if more[k] > 0), key=lambda k: (-more[k], k))
        return rising[: self._options.most_expensive]

    def _saved(self, plan: Plan) -> int:
        return self._committed(self._start) - self._committed(plan)

    def _committed(self, plan: Plan) -> int:
        """With the tail, so that no exchange puts off to it what it saves."""
        given = plan.staffing, plan.extra
        if given not in self._costs:
            self._costs[given] = planned_minor(self._problem, plan)
        return self._costs[given]

    @property
    def _spent(self) -> bool:
        return self._runs.simulated >= self._end


def largest(works: Callable[[int], bool], limit: int, likely: int = 1) -> int:
    """Largest n up to a limit that works, where all smaller ones work as well.

    Steps begin with the likely n, double while they succeed, then halve (exponential search).

    Parameters
    ----------
    works : callable
        Whether n works.
    limit : int
        Largest n that is tried.
    likely : int
        The first n that is tried.

    Returns
    -------
    int
        The largest n that works; 0 if none does.
    """
    good, bad, step = 0, limit + 1, max(likely, 1)
    while good + 1 < bad:
        n = min(good + step, bad - 1)
        if works(n):
            good, step = n, step * 2
        else:
            bad, step = n, max((n - good) // 2, 1)
    return good
