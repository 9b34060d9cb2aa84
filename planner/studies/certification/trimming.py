"""Trimming: units leave a plan, or give their place to cheaper ones, as long as the promise holds
in rehearsals.

Every candidate is played on the same promotions as the plan it comes from (common random numbers):
on those in which that plan came closest to failing. Of units that are alike, as many go at once as
can.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import inf

from planner.domain.costs import committed_costs
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.planning.solution.without_margins import is_deterministic
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.pilot_replications import (
    AT_ONCE,
    PilotResult,
    PilotRuns,
    without_costs,
)
from planner.studies.certification.removable_resources import Removable, Slack, units
from planner.studies.certification.substitutions import swaps

# rehearsals, beside those that may be missed, on which candidates are played: others are far from
# failing
HARDEST = 24
SWAPPING = (
    10  # of the budget one part in so many is for swaps: they are many, and most of them fail
)
CHECKED = (
    1,
    3,
    10,
)  # units gone after which all rehearsals are asked: the sooner a harmful one shows the better
# of the failures allowed: no replication that was better may become worse, where chance decides the
# rest
NEAR = 0.75


@dataclass(frozen=True)
class Trimmed:
    """The plan that is left; its costs are still to be computed where anything has gone.

    `dropped`: (kind, how many); `saved_minor`: of what the plan commits to; `complete`: no single
    unit could go any more; `played`: promotions simulated to find out.
    """

    plan: Plan
    dropped: tuple[tuple[str, int], ...]
    saved_minor: int
    complete: bool
    played: int


@dataclass(frozen=True)
class Bar:
    """Failures allowed in each promotion, how many promotions may have more, and what failures cost
    before.
    """

    most_failed: Sequence[float]
    misses: int
    failing_minor: Sequence[int]


def bar_of(problem: Problem, rehearsed: Sequence[PilotResult], forgiven: int) -> Bar:
    """Where the promise was kept, not worse than it was, or not nearer to the limit than `NEAR`
    (without chance all failures that are allowed); where it was missed, only the cost counts, and
    one of the misses `forgiven` is used up.
    """
    near = 1.0 if is_deterministic(problem) else NEAR
    allowed = [(1.0 - problem.service.on_time_share) * o.due for o in rehearsed]
    most = [
        max(o.failed, near * a) if o.failed <= a else inf
        for o, a in zip(rehearsed, allowed, strict=True)
    ]
    return Bar(most, max(forgiven - most.count(inf), 0), [o.failing_minor for o in rehearsed])


class Trimming:
    """A plan that held in rehearsals, on its way to less.

    `forgiven`: promotions of the stage that may be above the bar, those among them that the plan
    misses already; `budget`: promotions simulated once it is known how the plan does on all; no
    candidate is begun beyond it.
    """

    def __init__(
        self, problem: Problem, plan: Plan, stage: PilotRuns, *, forgiven: int, budget: int
    ) -> None:
        self._problem, self._stage = problem, stage
        self._start, self._bare = plan, without_costs(plan)
        self._gone: list[
            tuple[Removable, int, Plan]
        ] = []  # what has gone, how many of it, and the plan without
        self._plan = self._asked = (
            self._bare
        )  # asked: the last plan that kept the bar in all rehearsals
        self._begun = stage.played
        rehearsed = stage.play(plan, range(len(stage)))
        self._end = stage.played + budget
        self._swapping = budget // SWAPPING
        self._bar = bar_of(problem, rehearsed, forgiven)
        free = [k for k in range(len(rehearsed)) if self._bar.most_failed[k] < inf]
        nearest = sorted(free, key=lambda k: (-rehearsed[k].failed / max(rehearsed[k].due, 1), k))
        self._hardest = nearest[: HARDEST + self._bar.misses]

    def run(self, slack: Slack) -> Trimmed:
        """Unit after unit; one that could not go is not tried again: what follows is mostly a plan
        with less.

        `complete` speaks of what could go, not of swaps, which have a part of the budget.
        """
        evaluated = set[str]()
        while not self._spent:
            left = (u for u in self._candidates(slack) if u.words not in evaluated)
            unit = next(left, None)
            if unit is not None:
                evaluated.add(unit.words)
                gone, played = len(self._gone), self._stage.played
                self._drop(unit)
                self._swapping -= (self._stage.played - played) * (unit.kind == "swap")
                if gone < len(self._gone) in CHECKED:
                    evaluated -= self._taken_back()
            elif again := self._taken_back():
                evaluated -= again
            else:
                break
        complete = not self._spent
        while not complete and self._taken_back():
            pass
        dropped: Counter[str] = Counter()
        for unit, count, _ in self._gone:
            dropped[unit.kind] += count
        plan = self._plan if dropped else self._start
        saved = self._saved(plan)
        return Trimmed(
            plan, tuple(sorted(dropped.items())), saved, complete, self._stage.played - self._begun
        )

    def _candidates(self, slack: Slack) -> Iterator[Removable]:
        """What may leave the plan, then what may take the place of something at less cost."""
        yield from units(self._problem, self._plan, slack)
        if self._swapping > 0:
            yield from swaps(self._problem, self._plan, slack)

    def _taken_back(self) -> set[str]:
        """Units given back because promotions that were thought harmless fail without them, or
        failing costs more than they did: the last ones that went.

        Those promotions are among the hardest from now on.
        """
        if self._plan is self._asked:
            return set()
        everywhere = range(len(self._stage))
        broken, dearer = self._against_bar(self._plan, everywhere)
        too_dear = sum(dearer) > self._saved(self._plan) * len(self._stage)
        if len(broken) <= self._bar.misses and not too_dear:
            self._asked = self._plan
            return set()
        asked = broken if len(broken) > self._bar.misses else everywhere
        costly = [k for k in everywhere if too_dear and dearer[k] > 0]
        self._hardest = list(dict.fromkeys([*broken, *self._hardest, *costly]))
        plans = [self._bare, *(plan for _, _, plan in self._gone)]
        kept = largest(lambda n: self._sound(plans[n], asked), len(plans) - 1)
        back = {unit.words for unit, _, _ in self._gone[kept:]}
        self._gone, self._plan = self._gone[:kept], plans[kept]
        return back

    def _sound(self, plan: Plan, numbers: Sequence[int]) -> bool:
        broken, dearer = self._against_bar(plan, numbers)
        return len(broken) <= self._bar.misses and sum(dearer) <= self._saved(plan) * len(
            self._stage
        )

    def _against_bar(self, plan: Plan, numbers: Sequence[int]) -> tuple[list[int], list[int]]:
        """Promotions in which a plan is above the bar, and by how much dearer failing is in each of
        `numbers`.
        """
        outcomes = self._stage.play(plan, numbers)
        broken = [
            k for k, o in zip(numbers, outcomes, strict=True) if o.failed > self._bar.most_failed[k]
        ]
        return broken, [
            o.failing_minor - self._bar.failing_minor[k]
            for k, o in zip(numbers, outcomes, strict=True)
        ]

    def _saved(self, plan: Plan) -> int:
        return self._committed(self._start) - self._committed(plan)

    @property
    def _spent(self) -> bool:
        return self._stage.played >= self._end

    def _committed(self, plan: Plan) -> int:
        return sum(committed_costs(self._problem, plan).values())

    def _drop(self, unit: Removable) -> None:
        """As many of a unit as can go."""
        base = self._plan
        found: dict[int, Plan] = {}

        def works(n: int) -> bool:
            candidate = None if self._spent else unit.without(base, n)
            if (
                candidate is None
                or violations(self._problem, candidate)
                or not self._holds(candidate, base)
            ):
                return False
            found[n] = candidate
            return True

        count = largest(works, unit.count)
        if count:
            self._plan = found[count]
            self._gone.append((unit, count, self._plan))

    def _holds(self, candidate: Plan, base: Plan) -> bool:
        """The bar is kept in the hardest promotions, and less is saved than what fails more would
        cost.
        """
        broken, dearer = 0, 0
        for first in range(0, len(self._hardest), AT_ONCE):
            numbers = self._hardest[first : first + AT_ONCE]
            above, more = self._against_bar(candidate, numbers)
            broken, dearer = broken + len(above), dearer + sum(more)
            if broken > self._bar.misses:
                self._hardest = [
                    *numbers,
                    *(k for k in self._hardest if k not in numbers),
                ]  # asked first from now on
                return False
        return dearer < self._saved(candidate) * len(self._stage) and self._committed(
            candidate
        ) < self._committed(base)


def largest(works: Callable[[int], bool], limit: int) -> int:
    """The largest n up to the limit that works, where all smaller ones do: in steps that double,
    then halve.
    """
    good, bad, step = 0, limit + 1, 1
    while good + 1 < bad:
        n = min(good + step, bad - 1)
        if works(n):
            good, step = n, step * 2
        else:
            bad, step = n, max((n - good) // 2, 1)
    return good
