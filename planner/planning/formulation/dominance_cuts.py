"""Dominance cuts: a new plan must exceed each failed plan in at least one resource."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.disruptions import absence
from planner.domain.horizon import HOUR_S
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.plan_to_columns import Decisions, encode
from planner.planning.formulation.staffing import class_speed, presence
from planner.planning.milp.builder import MilpBuilder, Term


@dataclass(frozen=True, eq=False, kw_only=True)
class ResourceTotals:
    """Totals of a resource: row `number` is the sum of `factor` x `column`.

    Attributes
    ----------
    number : Ints
        Number of the total that each entry belongs to [entry].
    column : Ints
        Column [entry].
    factor : Floats
        Coefficient [entry].
    least : float
        Least step up, in the unit of the total.
    share : float
        The same as a share of the failed total.
    by_shares : bool
        Whether it follows from shares or stock, which are not integer.
    """

    number: Ints
    column: Ints
    factor: Floats
    least: float
    share: float = 0.0
    by_shares: bool = False

    @property
    def count(self) -> int:
        """Number of totals."""
        return int(self.number.max(initial=-1)) + 1

    def of(self, values: Floats) -> Floats:
        """The totals under some values of the columns."""
        return np.asarray(
            np.bincount(self.number, self.factor * values[self.column], self.count), dtype=float
        )


@dataclass(frozen=True, eq=False)
class DominanceCut:
    """A cut against one failed plan.

    Attributes
    ----------
    y : Ints
        Columns that say which total is larger [total].
    wanted : Floats
        Total that counts as larger [total].
    amounts : tuple[ResourceTotals, ...]
        The totals.
    """

    y: Ints
    wanted: Floats
    amounts: tuple[ResourceTotals, ...]

    def nearest(self, values: Floats) -> Floats:
        """Integer y under which a fractional solution comes closest to a larger total.

        One total of people or vehicles, or one of shares and stock that is reached already.
        """
        reached = np.concatenate([a.of(values) for a in self.amounts]) / self.wanted
        settled = np.concatenate([np.full(a.count, a.by_shares) for a in self.amounts])
        reached[settled & (reached < 1.0)] = 0.0
        return np.asarray((np.arange(len(reached)) == reached.argmax()).astype(float))


def add_cuts(
    milp: MilpBuilder, parameters: Parameters, decisions: Decisions
) -> tuple[DominanceCut, ...]:
    """Add a cut for every failed plan: a new plan exceeds it in at least one resource.

    total[k] >= (failed total[k] + step[k]) y[k] and sum over k of y[k] >= 1, y[k] 0 or 1.

    The totals k are hours at standard speed per process, shift and day; extra vehicles per
    collection; stock per site and family; shares of a phase's orders per site and contract. A plan
    that exceeds in none of them has no more people at any moment, and the same routing but for a
    hundredth of the orders: on average over many replications it meets the service level no more
    often (a single replication may differ).

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    decisions : Decisions
        Columns of what a plan states.

    Returns
    -------
    tuple[DominanceCut, ...]
        One cut per failed plan.
    """
    if parameters.feedback is None or not parameters.feedback.failed:
        return ()
    amounts = _all_amounts(parameters, decisions)
    return tuple(
        _add_cut(milp, amounts, encode(milp, parameters, decisions, plan), f"more than failed {n}")
        for n, plan in enumerate(parameters.feedback.failed)
    )


def _add_cut(
    milp: MilpBuilder, amounts: tuple[ResourceTotals, ...], failed: Floats, name: str
) -> DominanceCut:
    before = [a.of(failed) for a in amounts]
    wanted = np.concatenate(
        [b + np.maximum(a.least, a.share * b) for a, b in zip(amounts, before, strict=True)]
    )
    y = milp.variables(name, len(wanted), 1.0, integer=True, decision=True)
    first = np.cumsum([0, *(a.count for a in amounts)])
    terms = [
        Term(n + a.number, a.column, a.factor) for n, a in zip(first[:-1], amounts, strict=True)
    ]
    milp.constraints("link_more", len(y), [*terms, Term(np.arange(len(y)), y, -wanted)], lower=0.0)
    milp.constraints("cover_more", 1, [Term(0, y)], lower=1.0)
    return DominanceCut(y, wanted, amounts)


def _all_amounts(parameters: Parameters, decisions: Decisions) -> tuple[ResourceTotals, ...]:
    vehicles = [p.vehicles[p.vehicles >= 0] for p in decisions.pickups]
    found = [_hours(parameters, decisions)]
    found.append(_single(np.concatenate([*vehicles, np.empty(0, dtype=np.int64)]), least=1.0))
    more = parameters.options.search.dominance_cuts.more_share
    if parameters.scenarios.paths is None:  # else stock is not decided in the model
        found.append(_single(decisions.stock.placed.ravel(), least=1.0, share=more, by_shares=True))
    found.append(_orders(parameters, decisions))
    return tuple(a for a in found if a.count)


def _single(
    columns: Ints, least: float, share: float = 0.0, by_shares: bool = False
) -> ResourceTotals:
    """Each column is an amount."""
    return ResourceTotals(
        number=np.arange(len(columns)),
        column=columns,
        factor=np.ones(len(columns)),
        least=least,
        share=share,
        by_shares=by_shares,
    )


def _hours(parameters: Parameters, decisions: Decisions) -> ResourceTotals:
    """Hours of work of standard speed that are expected per (site, process, shift, day)."""
    problem, numbers = parameters.problem, dict[tuple[str, str, str, int], int]()
    number, column, factor = [], [], []
    for team in decisions.teams:
        crew, seconds = team.crew, presence(parameters, team).sum(axis=-1)
        for p, h, day, k in np.argwhere(team.head >= 0):
            shift = team.shifts[h]
            there = 1.0 - absence(problem, crew.site, crew.name, shift, int(day))
            hours = seconds[h, day] / HOUR_S * there * class_speed(crew, int(k))
            if hours > 0:
                key = (crew.site, team.processes[p], shift.name, int(day))
                number.append(numbers.setdefault(key, len(numbers)))
                column.append(int(team.head[p, h, day, k]))
                factor.append(hours)
    return ResourceTotals(
        number=np.array(number, dtype=np.int64),
        column=np.array(column, dtype=np.int64),
        factor=np.array(factor),
        least=parameters.options.search.dominance_cuts.more_hours,
    )


def _orders(parameters: Parameters, decisions: Decisions) -> ResourceTotals:
    """Shares of the mean orders of a phase per (site, contract, phase)."""
    shares, phases = decisions.shares, len(parameters.problem.phases)
    of_day = parameters.day_phase == np.arange(phases)[:, None]
    orders = parameters.class_day @ of_day.T  # region, class, phase
    part = orders / np.maximum(orders.sum(axis=(0, 1)), 1e-9)
    _, place = np.unique(np.stack([shares.site, shares.contract]), axis=1, return_inverse=True)
    number = place.reshape(-1, 1) * phases + np.arange(phases)
    factor = part[shares.region, shares.weight]
    more = parameters.options.search.dominance_cuts.more_share
    return ResourceTotals(
        number=number.ravel(),
        column=shares.column.ravel(),
        factor=factor.ravel(),
        least=more,
        by_shares=True,
    )
