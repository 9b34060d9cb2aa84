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

from planner.domain.digest import digest
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.routing_rules import RoutingRule, Rules, routed
from planner.formats.routing_rules import read_rules, rules_table
from planner.formats.tables.tables import write_table
from planner.simulation.workers_pool import START_S
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
from planner.studies.routing.rules_cost import STUDY, HeldOut, rules_cost
from planner.studies.routing.trials import PILOT_SET, Trials
from planner.studies.runs.run_context import RunContext

FEW = 1e-6  # of all orders: no cell counts less, so that no list leaves one without a rule
Lists = dict[str, Rules]


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
    with PilotRuns(problem, runs, context.executor, context.tell_of_loss) as pilot:
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
