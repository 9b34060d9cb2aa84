"""The rules of a plan itself: short lists that route its orders, with its people and its stock.

Lists are searched at several prices of departure from the plan (`rule_search`), compared by
simulation on pilot replications, written down, read back as a person would type them in, and
simulated on the held-out replications of the plan's certificate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from planner.domain.costs import simulated_costs
from planner.domain.demand import Floats
from planner.domain.lever_effects import effective_problem
from planner.domain.money import minor_digits
from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL
from planner.domain.records import Summary
from planner.domain.routing_rules import RoutingRule, routed
from planner.domain.statistics import t_interval
from planner.formats.routing_rules import Rules, read_rules, rules_table
from planner.formats.tables.tables import write_table
from planner.planning.validation.plan_rules import violations
from planner.simulation.workers_pool import START_S
from planner.studies.certification.certificate import CertificationLook, certify, met_count
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.options.study_options import RoutingRuleOptions
from planner.studies.routing.cells import (
    Cells,
    cells_of,
    region_groups,
    shares_by_cell,
    signed_lanes,
)
from planner.studies.routing.rule_search import CellRule, RuleSearch, target_of
from planner.studies.runs.digest import digest
from planner.studies.runs.run_context import RunContext

PILOT_SET = f"{REHEARSAL} of rules"
FEW = 1e-6  # of all orders: no cell counts less, so that no list leaves one without a rule
PLAN_ITSELF = "all"  # name of the plan's whole routing table among the lists
STUDY = "plan"
COST_COLUMNS = (
    "rules", "cost_per_order", "extra", "extra_low", "extra_high", "on_time_share", "kept",
    "replications", "certified", "study",
)  # fmt: skip
Lists = dict[str, Rules]


@dataclass(frozen=True, eq=False)
class HeldOut:
    """A plan, the held-out replications of its certificate, and the terms of the look."""

    plan: Plan
    summaries: Sequence[Summary]
    look: CertificationLook


def rule_tables(problem: Problem, ours: HeldOut, context: RunContext) -> dict[str, pd.DataFrame]:
    """Tables `rules` and `rules_cost`: short lists of rules that route as the plan does.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    ours : HeldOut
        The plan with its held-out replications.
    context : RunContext
        Where replications are simulated.

    Returns
    -------
    dict of DataFrame
        The tables by name; none where orders can go one way only.
    """
    if not has_choice(problem):
        return {}
    context.begin("distilling routing rules")
    chosen = context.journal.once(
        "routing rules",
        digest((problem, ours.plan, context.options.routing_rules)),
        Lists,
        lambda: chosen_lists(problem, ours.plan, context),
    )
    table = rules_table(problem, chosen, STUDY)
    typed = typed_back(problem, table)
    return {"rules": table, "rules_cost": rules_cost(problem, ours, typed, context)}


def has_choice(problem: Problem) -> bool:
    """Whether orders can go more than one way, so that there is something to route."""
    return len({(site, contract) for site, _, contract in problem.lanes()}) > 1


def typed_back(problem: Problem, table: pd.DataFrame) -> Lists:
    """The lists of a table, read from a file as a person's would be."""
    if table.empty:
        return {}
    with TemporaryDirectory() as draft:
        path = Path(draft) / "rules.csv"
        write_table(table, path)
        return read_rules(path, problem, path.name)


def under_rules(problem: Problem, plan: Plan, rules: Rules) -> Plan:
    """The plan with its routing by a list of rules.

    Parameters
    ----------
    problem : Problem
        Its regions, lanes and horizon.
    plan : Plan
        The plan whose other decisions stay.
    rules : tuple of RoutingRule
        Rules that take every order.

    Returns
    -------
    Plan
        With other shares.
    """
    return replace(plan, routing=routed(problem, rules).rows)


def rules_cost(problem: Problem, ours: HeldOut, lists: Lists, context: RunContext) -> pd.DataFrame:
    """What lists of rules cost and keep on the held-out replications of a plan, then the plan.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    ours : HeldOut
        The plan with its held-out replications.
    lists : dict
        Rules by the name of their list.
    context : RunContext
        Where replications are simulated.

    Returns
    -------
    DataFrame
        A row for each list; differences are paired, on the same orders.
    """
    context.begin("simulating routing rules", ours.look.replications)
    plans = [under_rules(problem, ours.plan, rules) for rules in lists.values()]
    n = len(ours.summaries)
    results = evaluate_plans(problem, plans, context, ours.look.stream_set, n) if plans else []
    evaluated = [*zip(plans, results, strict=True), (ours.plan, ours.summaries)]
    own = cost_per_order(problem, ours.plan, ours.summaries)
    rows = [
        _cost_row(
            problem,
            name,
            summaries,
            (cost := cost_per_order(problem, plan, summaries), cost - own),
            certify(problem, summaries, ours.look),
        )
        for name, (plan, summaries) in zip([*lists, PLAN_ITSELF], evaluated, strict=True)
    ]
    return pd.DataFrame(rows, columns=list(COST_COLUMNS))


def cost_per_order(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Floats:
    """The whole cost of a plan per order of each replication, in major units.

    Parameters
    ----------
    problem : Problem
        The problem that was simulated.
    plan : Plan
        The plan that was simulated.
    summaries : Sequence[Summary]
        One for each replication.

    Returns
    -------
    Floats
        Amounts [replication].
    """
    total = np.asarray(sum(simulated_costs(problem, plan, summaries).values()), dtype=float)
    placed = np.array([max(summary.placed, 1) for summary in summaries], dtype=float)
    return np.asarray(total / placed / 10.0 ** minor_digits(problem.currency))


def _cost_row(
    problem: Problem,
    name: str,
    summaries: Sequence[Summary],
    cost_and_extra: tuple[Floats, Floats],
    verdict: Certificate,
) -> tuple[object, ...]:
    """Cells of a list in the table `rules_cost`."""
    cost, extra = cost_and_extra
    digits = minor_digits(problem.currency) + 2
    figures = (float(cost.mean()), *t_interval(extra))
    return (
        name,
        *(None if np.isnan(x) else round(x, digits) for x in figures),
        round(float(np.mean([summary.on_time_share for summary in summaries])), 6),
        verdict.met,
        verdict.replications,
        verdict.certified,
        STUDY,
    )


@dataclass(frozen=True, eq=False)
class Searches:
    """Lists found at each price of departure as a task: `searches(k)` (picklable)."""

    problem: Problem
    plan: Plan
    options: RoutingRuleOptions

    def __call__(self, number: int) -> list[list[CellRule]]:
        """Lists of every size at one price, the shortest first."""
        cells = self.cells
        few = FEW * float(cells.orders.sum())
        cells = replace(cells, orders=np.maximum(cells.orders, few))
        shares = shares_by_cell(self.problem, cells, self.plan.routing)
        used = np.where(shares > 0, cells.cost, 0.0) * shares * cells.orders[..., None]
        mean = float(used[np.isfinite(used)].sum()) / max(float(cells.orders.sum()), 1e-12)
        price = self.options.departure_prices[number] * mean
        groups = region_groups(self.problem, cells, shares)
        search = RuleSearch(target_of(cells, shares, groups, price))
        return search.lists(self.options.sizes, self.options.polish_passes)

    @property
    def cells(self) -> Cells:
        """What rules decide on."""
        return signed_lanes(self.problem, cells_of(self.problem), self.plan.signed)


def chosen_lists(problem: Problem, plan: Plan, context: RunContext) -> Lists:
    """For each size the list that keeps most pilot replications, the cheapest of these.

    The lists that were found, and every list with a single lane for all orders. Where few rules
    are enough, a larger size has no list of its own.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    context : RunContext
        Where lists are searched and replications simulated.

    Returns
    -------
    dict
        Rules by the number of rules in the list.
    """
    options, problem = context.options.routing_rules, effective_problem(problem, plan.levers)
    task = Searches(problem, plan, options)
    searched = context.replicate("rule lists", task, len(options.departure_prices), START_S)
    cells = task.cells
    candidates = [named_rules(problem, cells, rules) for lists in searched for rules in lists]
    candidates = [rules for rules in candidates if not routed(problem, rules).left]
    candidates += single_lanes(problem, cells)
    runs = [PilotRun(PILOT_SET, k) for k in range(options.pilot_runs)]
    found: Lists = {}
    with PilotRuns(problem, runs, context.executor) as pilot:
        trials = Trials(problem, plan, pilot, options)
        for most in options.sizes:
            best = trials.best([rules for rules in candidates if len(rules) <= most])
            if best is not None:
                found[str(len(best))] = best
    return found


def named_rules(problem: Problem, cells: Cells, rules: Sequence[CellRule]) -> Rules:
    """Rules with names, moments and grams instead of indices.

    Parameters
    ----------
    problem : Problem
        Its regions, phases and weight classes.
    cells : Cells
        The lanes.
    rules : Sequence[CellRule]
        Rules by index.

    Returns
    -------
    tuple of RoutingRule
        In the same order.
    """
    return tuple(
        RoutingRule(
            regions=tuple(problem.region_names[r] for r in rule.regions),
            site=cells.lanes[rule.lane][0],
            contract=cells.lanes[rule.lane][1],
            from_s=problem.phases[rule.phases[0]].from_s,
            to_s=problem.phases[rule.phases[1]].to_s,
            above_g=problem.weight_bands[rule.classes[0]][0],
            to_g=problem.weight_bands[rule.classes[1]][1],
            share=rule.share,
        )
        for rule in rules
    )


def single_lanes(problem: Problem, cells: Cells) -> list[Rules]:
    """A list for every lane that has all orders, others only what it does not serve."""
    everything = RoutingRule(
        regions=problem.region_names, site="", contract="", from_s=0, to_s=problem.horizon.end_s
    )
    found = []
    for first in cells.lanes:
        lanes = (first, *(lane for lane in cells.lanes if lane != first))
        rules: Rules = ()
        for site, contract in lanes:
            rules = (*rules, replace(everything, site=site, contract=contract))
            if not routed(problem, rules).left:
                found.append(rules)
                break
    return found


class Trials:
    """Lists compared on pilot replications: promotions that are not kept, then cost.

    Parameters
    ----------
    problem : Problem
        The problem with the levers of the plan in force.
    plan : Plan
        The plan whose people, stock and vehicles the lists are tried with.
    pilot : PilotRuns
        Replications that no certificate rests on.
    options : RoutingRuleOptions
        How many of them lists are compared on.
    """

    def __init__(
        self, problem: Problem, plan: Plan, pilot: PilotRuns, options: RoutingRuleOptions
    ) -> None:
        self._problem, self._plan, self._pilot = problem, plan, pilot
        self._tried: dict[Rules, tuple[int, float] | None] = {}
        self._broken = set(violations(problem, plan))
        self._numbers = self._chosen(options)

    def _chosen(self, options: RoutingRuleOptions) -> list[int]:
        """Pilot replications that the plan is closest to failing, and others spread over the rest.

        The hardest come first.
        """
        numbers = range(len(self._pilot))
        results = self._pilot.simulate(self._plan, numbers)
        failed = [
            max(f / max(due, 1) for f, due in zip(result.failed, result.due, strict=True))
            for result in results
        ]
        hardest = sorted(numbers, key=lambda k: -failed[k])
        rest = hardest[options.hardest :]
        step = max(len(rest) // max(options.others, 1), 1)
        return hardest[: options.hardest] + rest[::step][: options.others]

    def best(self, candidates: Sequence[Rules]) -> Rules | None:
        """The best of some lists, the first of equals; None without one that breaks no rule."""
        best: tuple[tuple[int, float], Rules] | None = None
        for rules in candidates:
            found = self._outcome(rules, len(self._numbers) if best is None else best[0][0])
            if found is not None and (best is None or found < best[0]):
                best = found, rules
        return None if best is None else best[1]

    def _outcome(self, rules: Rules, most: int) -> tuple[int, float] | None:
        """Replications not kept and the cost; None with more than `most`, or against a rule."""
        if rules not in self._tried:
            plan = under_rules(self._problem, self._plan, rules)
            broken = set(violations(self._problem, plan)) - self._broken
            self._tried[rules] = None if broken else self._simulated(plan, most)
        return self._tried[rules]

    def _simulated(self, plan: Plan, most: int) -> tuple[int, float] | None:
        """Simulated one hard replication after the other, until the list is out of the running."""
        summaries: list[Summary] = []
        for number in self._numbers:
            summaries += self._pilot.summarise(plan, [number])
            failed = len(summaries) - met_count(self._problem, summaries)
            if failed > most:
                return None
        cost = sum(simulated_costs(self._problem, plan, summaries).values())
        return failed, float(np.mean(cost))
