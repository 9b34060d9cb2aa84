"""The cheapest repair of a plan under stress: what to add, proved on all replications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from planner.domain.costs import committed_costs
from planner.domain.plan import Plan
from planner.domain.problem import Problem, StockRow
from planner.planning.validation.plan_rules import violations
from planner.simulation.workers_pool import START_S
from planner.studies.certification.addable_resources import AddableResource, addable_resources
from planner.studies.certification.failure_places import STOCK, LateOrderSearch
from planner.studies.certification.failure_places import Place as FailedAt
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.options.stress_options import StressOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.stress.evaluation import Outcome, Place, StressEvaluation, cases_of

Key = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Addition:
    """More of one resource.

    Attributes
    ----------
    amount : int
        How many people, vehicles or units.
    site, process, crew, shift, contract, product : str
        Names; empty where they mean nothing.
    day : int
        First day of people, day of a vehicle.
    plan : Plan
        The plan with it.
    """

    amount: int
    plan: Plan
    site: str = ""
    process: str = ""
    crew: str = ""
    shift: str = ""
    contract: str = ""
    product: str = ""
    day: int = 0

    @property
    def names(self) -> dict[str, str]:
        """What is added where, by kind of name."""
        return {
            "site": self.site,
            "process": self.process,
            "crew": self.crew,
            "shift": self.shift,
            "contract": self.contract,
            "product": self.product,
        }

    @property
    def key(self) -> Key:
        """What is added where and when, without the amount."""
        return (*self.names.values(), str(self.day))


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What to add to a plan, and what it then keeps.

    Attributes
    ----------
    additions : tuple of Addition
        Empty where nothing that was tried helps.
    cost_minor : int
        What they add to what the plan commits to.
    kept : int or None
        Replications that reach the share on time with them; None without additions.
    """

    additions: tuple[Addition, ...] = ()
    cost_minor: int = 0
    kept: int | None = None


NO_REPAIR = Repair()


@dataclass(frozen=True, kw_only=True)
class Stressed:
    """A plan that a stress breaks.

    Attributes
    ----------
    task : StressEvaluation
        The evaluation of the plan, on all replications.
    place : Place
        What strikes, and where.
    outcomes : tuple of Outcome
        The plan's outcomes there.
    needed : int
        Replications that have to be kept.
    """

    task: StressEvaluation
    place: Place
    outcomes: tuple[Outcome, ...]
    needed: int

    @property
    def problem(self) -> Problem:
        """What is given without the stress: the rules that a repair keeps."""
        return self.task.problem

    def tried(
        self, plans: Sequence[Plan], numbers: Sequence[int], context: RunContext
    ) -> list[list[Outcome]]:
        """Simulate plans at the place.

        Parameters
        ----------
        plans : sequence of Plan
            The plans.
        numbers : sequence of int
            Replications.
        context : RunContext
            Where replications run.

        Returns
        -------
        list of list of Outcome
            Outcomes [plan][replication].
        """
        task = replace(self.task, plans=tuple(plans), places=(self.place,)).on(numbers)
        rows = context.replicate("stress repairs", task, len(numbers), START_S)
        return [[row[p] for row in rows] for p in range(len(plans))]


def cheapest_repair(stressed: Stressed, context: RunContext) -> Repair:
    """Reinforce the places where orders fail until the plan keeps enough replications.

    At each step people of every crew, vehicles and stock are tried where most orders fail; of those
    that save most for their money other amounts are tried, and the cheapest that is enough is
    taken, or else what saves most. What is found is simulated on all replications.

    Parameters
    ----------
    stressed : Stressed
        The plan, the stress, and the replications that have to be kept.
    context : RunContext
        Where replications run; its options say how much is tried.

    Returns
    -------
    Repair
        Without additions where nothing makes the plan keep more replications.
    """
    options, numbers = context.options.stress, range(len(stressed.outcomes))
    plan, outcomes = stressed.task.plans[0], list(stressed.outcomes)
    repair = NO_REPAIR
    before = _committed(stressed.problem, plan)
    for _ in range(options.repair_steps):
        context.begin(f"looking for a repair of {stressed.place.stress.name}")
        failing = _hardest(outcomes)
        found = _next_addition(stressed, plan, failing, context)
        if found is None:
            break
        plan = found.plan
        (outcomes,) = stressed.tried([plan], numbers, context)
        kept = sum(o.kept for o in outcomes)
        cost = _committed(stressed.problem, plan) - before
        repair = Repair(additions=(*repair.additions, found), cost_minor=cost, kept=kept)
        if kept >= stressed.needed:
            break
    without = sum(o.kept for o in stressed.outcomes)
    return NO_REPAIR if repair.kept is None or repair.kept <= without else repair


def _committed(problem: Problem, plan: Plan) -> int:
    return sum(committed_costs(problem, plan).values())


def _hardest(outcomes: Sequence[Outcome]) -> list[int]:
    """Replications that are not kept, those with most failed orders first."""
    failing = [k for k, o in enumerate(outcomes) if not o.kept]
    return sorted(failing, key=lambda k: (-outcomes[k].failed, k))


def _next_addition(
    stressed: Stressed, plan: Plan, failing: Sequence[int], context: RunContext
) -> Addition | None:
    """The addition of one step; None where none of those tried saves an order."""
    options = context.options.stress
    places = _failed_at(stressed, plan, failing, context)
    sample = _spread(failing, options.repair_replications)
    trials = _trials(stressed.problem, plan, places, options)
    if not trials:
        return None
    now, *results = stressed.tried([plan, *(t.plan for t in trials)], sample, context)
    price = _prices(stressed.problem, plan)
    saved = [_failed(now) - _failed(result) for result in results]
    ranked = sorted(
        (-n / max(price(t), 1), t.key) for n, t in zip(saved, trials, strict=True) if n > 0
    )
    finalists = {key for _, key in ranked[: options.finalists]}
    tries = [
        t
        for amount in options.amounts
        for t in additions(stressed.problem, plan, places, options, amount)
        if t.key in finalists
    ]
    if not tries:
        return None
    results = stressed.tried([t.plan for t in tries], sample, context)
    judged = list(zip(tries, results, strict=True))
    enough = [t for t, result in judged if all(o.kept for o in result)]
    if enough:
        return min(enough, key=lambda t: (price(t), t.key))
    best, result = min(judged, key=lambda j: (_failed(j[1]), price(j[0]), j[0].key))
    return best if _failed(result) < _failed(now) else None


def _trials(
    problem: Problem, plan: Plan, places: Counter[FailedAt], options: StressOptions
) -> list[Addition]:
    """An addition to compare at each place: the amount for trials, or the most that is allowed."""
    found: dict[Key, Addition] = {}
    for amount in sorted({a for a in options.amounts if a <= options.trial_amount}, reverse=True):
        for addition in additions(problem, plan, places, options, amount):
            found.setdefault(addition.key, addition)
    return list(found.values())


def _failed(outcomes: Sequence[Outcome]) -> int:
    return sum(o.failed for o in outcomes)


def _prices(problem: Problem, plan: Plan) -> Callable[[Addition], int]:
    """What an addition costs beyond the plan."""
    before = _committed(problem, plan)
    return lambda addition: _committed(problem, addition.plan) - before


def _spread(numbers: Sequence[int], count: int) -> list[int]:
    """Some of the numbers, from the first to the last."""
    places = np.linspace(0, len(numbers) - 1, min(count, len(numbers))).round().astype(int)
    return [numbers[k] for k in np.unique(places).tolist()]


def _failed_at(
    stressed: Stressed, plan: Plan, failing: Sequence[int], context: RunContext
) -> Counter[FailedAt]:
    """Where orders fail in the hardest replications."""
    task, place = stressed.task, stressed.place
    problem = cases_of(task.problem, place.stress, task.workload)[place.case].problem
    numbers = tuple(failing[: context.options.diagnosis.worst_replications])
    search = LateOrderSearch(problem, plan, task.stream_set, task.engine, numbers)
    places: Counter[FailedAt] = Counter()
    for found in context.replicate("misses", search, len(numbers), START_S):
        places.update(found)
    return places


def additions(
    problem: Problem,
    plan: Plan,
    places: Counter[FailedAt],
    options: StressOptions,
    amount: int,
) -> Iterator[Addition]:
    """More people, vehicles or stock where most orders fail, as far as the rules allow it.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given and what is decided.
    places : Counter
        Failed orders by place.
    options : StressOptions
        How many places.
    amount : int
        People or vehicles; of stock, so many parts of `options.amounts[-1]` of what lies there.

    Yields
    ------
    Addition
        Each with the plan that has it.
    """
    for found in addable_resources(problem, plan, places, options.repaired_places, amount):
        yield _of_resource(found)
    share = amount / options.amounts[-1]
    yield from _of_stock(problem, plan, places, options.repaired_places, share)


def _of_resource(found: AddableResource) -> Addition:
    return Addition(
        amount=found.amount,
        plan=found.plan,
        site=found.site,
        process=found.process,
        crew=found.crew,
        shift=found.shift,
        contract=found.contract,
        day=found.day,
    )


def _of_stock(
    problem: Problem, plan: Plan, places: Counter[FailedAt], most: int, share: float
) -> Iterator[Addition]:
    """A share more of the products that are missed most, at each site that has them."""
    missed: Counter[str] = Counter()
    for (reason, _, _, _, product, _, _), orders in places.items():
        if reason == STOCK:
            missed[product] += orders
    broken = {v.words for v in violations(problem, plan)}
    for product, _ in sorted(missed.items(), key=lambda item: (-item[1], item[0]))[:most]:
        whole = sum(row.units for row in plan.stock or () if row.product == product)
        units = max(round(whole * share), 1)
        for row in plan.stock or ():
            if row.product != product:
                continue
            stock = tuple(_more(r, units) if r == row else r for r in plan.stock or ())
            richer = replace(without_costs(plan), stock=stock)
            if all(v.words in broken for v in violations(problem, richer)):
                yield Addition(
                    amount=units,
                    plan=richer,
                    site=row.site,
                    product=product,
                )


def _more(row: StockRow, units: int) -> StockRow:
    return replace(row, units=row.units + units)
