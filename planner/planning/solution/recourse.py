"""What a plan's decisions lead to in every scenario, and which scenarios therefore have to be
looked at closely.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from planner.domain.demand import Floats, Ints
from planner.errors import CrashError
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import JOINING, Parameters
from planner.planning.formulation.parcel_losses import lost_parcels
from planner.planning.formulation.workflow import allowed_failures, orders_due
from planner.planning.milp.builder import MilpBuilder
from planner.planning.milp.solver import Answer, SolveLimits, relaxed, solve
from planner.planning.options import LARGE

JOINING_LARGE = (
    4  # of a large program, where a round more costs minutes and a scenario too many seconds
)
# of the failures allowed: as long as people are fractions, a scenario joins before it is broken
EARLY = 0.8
# cost of the scenarios left out, as a share of the objective, that calls for another round
WORTH_JOINING = 0.002


@dataclass(frozen=True, eq=False)
class Recourse:
    """Failed orders as the limit on them counts, and their share of the orders due [scenario];
    `lost_share`: of the orders due, the parcels lost beyond what the limit counts; expected cost of
    all consequences; the values of all variables of the program that looks at every scenario.
    """

    failed: Floats
    failed_share: Floats
    lost_share: Floats
    cost: float
    values: Floats


def evaluate_recourse(whole: Model, decisions: Floats) -> Recourse:
    """Fix the decisions and let every scenario do its best: least failures, then least cost.

    Whatever the decisions, every rule on what follows from them can be met: work may be left
    undone, parcels left behind and goods be missing, at the price of failed orders (complete
    recourse). CrashError where the solver says otherwise.
    """
    program = whole.program
    arrays = relaxed(program.arrays())
    lower, upper, row_upper = arrays.lower.copy(), arrays.upper.copy(), arrays.row_upper.copy()
    columns = program.decisions()
    lower[columns] = upper[columns] = decisions
    for rule in program.rules:
        if rule.name == "limit_failed":
            row_upper[rule.first : rule.first + rule.count] = np.inf
    settled = np.ones(program.columns, dtype=bool)
    settled[columns] = False
    # nothing is left to decide there: no quarrel over rounding dust
    settled = abs(arrays.matrix) @ settled == 0
    row_lower = np.where(settled, -np.inf, arrays.row_lower)
    row_upper[settled] = np.inf
    price = consequence_prices(program)
    objective = price.copy()
    objective[whole.failed] += 1.0 + float(price.max(initial=0.0))
    fixed = replace(
        arrays,
        lower=lower,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        objective=objective,
    )
    answer = solve(fixed, SolveLimits(nodes=1, relative_gap=0.0))
    if answer.values is None:
        raise CrashError(f"the solver failed to judge a plan on its scenarios: {answer.status}")
    failed = answer.values[whole.failed]
    due = np.maximum(orders_due(whole.parameters), 1e-9)
    beyond = _lost_beyond(whole, answer.values) / due
    return Recourse(failed, failed / due, beyond, float(price @ answer.values), answer.values)


def _lost_beyond(whole: Model, values: Floats) -> Floats:
    """Lost parcels [scenario] that the limit on failures does not count."""
    lost = lost_parcels(whole.parameters, whole.shares)
    parcels = (values[lost.column] * lost.parcels).sum(axis=(1, 2))
    return np.asarray((1.0 - whole.parameters.options.late_factor) * parcels)


def consequence_prices(program: MilpBuilder) -> Floats:
    """Price of every variable that is not a decision."""
    price = np.zeros(program.columns)
    for name in sorted(program.prices):
        price += program.cost(name)
    price[program.decisions()] = 0.0
    return price


def joining(
    whole: Parameters, model: Model, answer: Answer, outcome: Recourse, fractions: bool
) -> list[int]:
    """Scenarios left out that should join, the worst first: they must be kept and are not, or they
    cost money.
    """
    left_out = [s for s in range(len(outcome.failed)) if s not in model.parameters.active]
    allowed = allowed_failures(whole) * (EARLY if fractions else 1.0) + 1e-6
    found = [s for s in left_out if s in whole.all_kept and outcome.failed_share[s] > allowed]
    if not found and answer.values is not None and answer.objective is not None:
        unseen = outcome.cost - float(consequence_prices(model.program) @ answer.values)
        worth = whole.options.proved_gap if model.small else WORTH_JOINING
        if unseen > worth * answer.objective:
            found = left_out
    most = JOINING if model.program.columns <= LARGE else JOINING_LARGE
    return sorted(found, key=lambda s: (-outcome.failed_share[s], s))[:most]


def expected(parameters: Parameters, outcome: Recourse) -> dict[str, float]:
    """What the planning model expects of the plan: the share on time on average, and where the aim
    must just be met.
    """
    on_time = 1.0 - np.minimum(outcome.failed_share + outcome.lost_share, 1.0)
    kept: Ints = parameters.all_kept
    return {
        "on_time_share": round(float(parameters.all_weights @ on_time), 6),
        "on_time_share_hardest": round(float(on_time[kept].min()), 6),
    }
