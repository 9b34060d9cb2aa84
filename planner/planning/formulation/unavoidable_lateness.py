"""Late orders counted once, for a lower bound: what is late in whatever order people work.

Orders of a workload class that are due by a cut-off and not done by then are missed. They need no
work, and their cumulative number never falls, so an order that is missed at one cut-off is not
counted at the next. An order that is missed in packing may be the same that is missed at the
collection, or that has no stock: of these the largest number counts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.deadline_classes import compensations, rules_of
from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.cutoffs import DOOMED, level_weights, pickup_patterns
from planner.planning.formulation.inventory import Stock
from planner.planning.formulation.lateness import cuts_of
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.pickups import Pickups
from planner.planning.formulation.workflow import NOBODY, Flow, Missed, Part, parts_of, present
from planner.planning.milp.builder import MilpBuilder, Term


@dataclass(frozen=True, eq=False)
class Owed:
    """Orders of one workload class by due time.

    Attributes
    ----------
    due : list[Ints]
        Columns of the cumulative number due, one table per level [scenario, cut-off].
    at_s : list[Ints]
        Second of each cut-off, per level.
    doomed : list[list[Term]]
        Orders of each level that are late whatever is done (row: scenario).
    missed : Missed
        Orders missed at the first level, whose delays are the shortest.
    """

    due: list[Ints]
    at_s: list[Ints]
    doomed: list[list[Term]]
    missed: Missed


def add_owed(milp: MilpBuilder, parameters: Parameters, parts: list[Part], amounts: Floats) -> Owed:
    """Add what is due of some orders at each cut-off, and what is missed of it.

    due[s,cut] = due[s,cut-1] + orders due at the cut-off; missed[s,cut] >= missed[s,cut-1].

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    parts : list[Part]
        The orders by due time.
    amounts : Floats
        Orders [scenario, mix, phase, slot].

    Returns
    -------
    Owed
        The columns.
    """
    scenarios, levels = len(parameters.weight), range(len(level_weights(parameters)))
    cuts = [cuts_of([part.due_s[level] for part in parts]) for level in levels]
    due, doomed = [], []
    for level, at_s in enumerate(cuts):
        row = np.arange(scenarios * len(at_s)).reshape(scenarios, len(at_s))
        total = milp.variables("due", row.shape, unit=parameters.unit_orders)
        terms = [Term(row, total), Term(row[:, 1:], total[:, :-1], -1.0)]
        lost = []
        for part in parts:
            for k, cut in enumerate(at_s):
                now = amounts[..., part.due_s[level] == cut].sum(axis=-1) * part.share[:, None]
                terms.append(Term(row[:, k, None, None], part.mixed[None], -now))
            never = amounts[..., part.due_s[level] == DOOMED].sum(axis=-1) * part.share[:, None]
            lost.append(Term(np.arange(scenarios)[:, None, None], part.mixed[None], never))
        milp.constraints("balance_due", row.size, terms, lower=0.0, upper=0.0)
        due.append(total)
        doomed.append(lost)
    missed = milp.variables("missed", (scenarios, len(cuts[0])), unit=parameters.unit_orders)
    later, before = missed[:, 1:], missed[:, :-1]
    rows = np.arange(later.size).reshape(later.shape)
    milp.constraints(
        "balance_missed", later.size, [Term(rows, later), Term(rows, before, -1.0)], lower=0.0
    )
    return Owed(due, cuts, doomed, Missed(missed, cuts[0]))


def count_missed(
    milp: MilpBuilder,
    parameters: Parameters,
    owed: Owed,
    done: Ints,
    reached_s: Ints,
    *,
    given_up: Missed | None = None,
) -> Ints:
    """Count late orders, mean over the levels.

    missed[s,cut] >= due[s,cut] - done[s,cut] - given up[s,cut]; late[s] >= sum over levels of share
    x (missed at the last cut-off + doomed).

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    owed : Owed
        Orders by due time.
    done : Ints
        Columns of the cumulative number done [scenario, moment]. What is done by the first moment
        that is not before a cut-off is in time.
    reached_s : Ints
        Second of each moment.
    given_up : Missed | None
        Orders that are not done because another aim has missed them, and may be in time for this
        one (None: none).

    Returns
    -------
    Ints
        Columns of the late orders [scenario].
    """
    scenarios, rows = len(parameters.weight), np.arange(len(parameters.weight))
    late = milp.variables("late", scenarios, unit=parameters.unit_orders)
    counted = [Term(rows, late)]
    for level, share in enumerate(level_weights(parameters)):
        cuts, total = owed.at_s[level], owed.due[level]
        reached = np.minimum(np.searchsorted(reached_s, cuts, side="left"), len(reached_s) - 1)
        in_time = done[:, reached] if len(reached_s) else np.full(total.shape, NOBODY)
        row = np.arange(total.size).reshape(total.shape)
        short = [Term(row, total, -1.0), present(row, in_time, 1.0)]
        if given_up is not None:
            short.append(present(row, given_up.by(cuts), 1.0))
        doomed = owed.doomed[level]
        if level == 0:
            milp.constraints(
                "count_missed", row.size, [Term(row, owed.missed.columns), *short], lower=0.0
            )
            last = owed.missed.columns[:, -1:]
            first = [Term(rows[:, None], last, -1.0), *(_negative(term) for term in doomed)]
            counted += [_scaled(term, share) for term in first]
            continue
        of_level = milp.variables("late", scenarios, unit=parameters.unit_orders)
        milp.constraints("count_missed", scenarios, [Term(rows, of_level), *first], lower=0.0)
        lost = [
            Term(
                row[:, :, None, None], np.asarray(t.column)[:, None], -np.asarray(t.factor)[:, None]
            )
            for t in doomed
        ]
        milp.constraints(
            "count_missed", row.size, [Term(row, of_level[:, None]), *short, *lost], lower=0.0
        )
        counted.append(Term(rows, of_level, -share))
    milp.constraints("count_late", scenarios, counted, lower=0.0)
    return late


def _negative(term: Term) -> Term:
    return _scaled(term, -1.0)


def _scaled(term: Term, factor: float) -> Term:
    return Term(term.row, term.column, np.asarray(term.factor) * factor)


def missed_in_packing(
    milp: MilpBuilder, parameters: Parameters, site: int, owed: list[Owed], flow: Flow
) -> list[Ints]:
    """Count the late orders of every workload class at a site.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    site : int
        Number of the site.
    owed : list[Owed]
        Orders by due time, per workload class.
    flow : Flow
        Work done at the site.

    Returns
    -------
    list[Ints]
        Columns of the late orders [scenario], per workload class.
    """
    ends = parameters.timelines[site].edges[1:]
    return [
        count_missed(milp, parameters, of_kind, done[:, -1], ends)
        for of_kind, done in zip(owed, flow.done, strict=True)
    ]


def missed_of_target(
    milp: MilpBuilder,
    parameters: Parameters,
    parts: list[Part],
    flow: Flow,
    *,
    site: int,
    given_up: list[Missed] | None,
) -> list[Ints]:
    """Count the orders of a site that miss a target of one's own in packing.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    parts : list[Part]
        Orders of the site by the time at which the target wants them packed.
    flow : Flow
        Work done at the site, without that on orders that miss the deadline.
    site : int
        Number of the site.
    given_up : list[Missed] | None
        Those orders, per workload class, where they may still meet the target (None: none may).

    Returns
    -------
    list[Ints]
        Columns of the late orders [scenario], per workload class.
    """
    ends = parameters.timelines[site].edges[1:]
    found = []
    for k, (amounts, done) in enumerate(zip(parameters.workload_orders, flow.done, strict=True)):
        owed = add_owed(milp, parameters, parts, amounts)
        left_out = None if given_up is None else given_up[k]
        found.append(count_missed(milp, parameters, owed, done[:, -1], ends, given_up=left_out))
    return found


def late_is_missed(parameters: Parameters, aim: Problem) -> bool:
    """Whether every order that is late by the platform's deadline misses a target of one's own."""
    by_a_date = any(rule.due_by_s is not None for rule in rules_of(parameters.problem))
    soonest = parameters.shortest_promise_s
    return not by_a_date and round(aim.platform.deadline_hours * HOUR_S) <= soonest


def missed_at_pickups(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    pickups: Pickups,
    *,
    aim: Problem,
) -> Ints | None:
    """Count the parcels of a contract at a site that are handed over late.

    Those of a target that an order may meet after the deadline are left out: the parcels that the
    deadline has given up are not told from others.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    pickups : Pickups
        Columns of the limited collections.
    aim : Problem
        The problem whose deadline they have: the scenario's, or that of a target of one's own.

    Returns
    -------
    Ints | None
        Columns of the late parcels [scenario]; None where packing counts, or nothing is sure.
    """
    sure = aim is parameters.problem or late_is_missed(parameters, aim)
    if any(rule.counts == "label" for rule in parameters.problem.platforms) or not sure:
        return None
    own = pickup_patterns(parameters, shares, pickups.site, pickups.contract, aim=aim)
    name = f"due {pickups.site} {pickups.contract}"
    parts = parts_of(milp, parameters, shares, own, name=name)
    owed = add_owed(milp, parameters, parts, parameters.phase_orders)
    return count_missed(milp, parameters, owed, pickups.handed, pickups.at_s)


def count_failed_once(
    milp: MilpBuilder,
    parameters: Parameters,
    packing: list[list[Ints]],
    handing: list[list[Ints]],
    stock: Stock,
    *,
    priced: bool,
) -> Ints:
    """Count the failed orders of an aim, each once.

    At every site failed[s] >= late orders in packing, >= late parcels at the collections, >= orders
    without stock; the total is the sum over the sites.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    packing : list[list[Ints]]
        Columns of the late orders in packing [scenario], per site and workload class.
    handing : list[list[Ints]]
        Columns of the late parcels [scenario], per site and contract.
    stock : Stock
        Columns of stock and of units missing.
    priced : bool
        Whether late orders cost their compensation: those of the deadline do.

    Returns
    -------
    Ints
        Columns of the failed orders [scenario].
    """
    scenarios = len(parameters.weight)
    rows = np.arange(scenarios)
    failed = milp.variables("failed", scenarios, unit=parameters.unit_orders)
    total = [Term(rows, failed)]
    for site in range(len(parameters.problem.sites)):
        here = milp.variables(f"failed {site}", scenarios, unit=parameters.unit_orders)
        total.append(Term(rows, here, -1.0))
        lost = Term(rows[:, None], stock.lost[:, site], -1.0 / stock.families.units)
        milp.constraints("count_lost", scenarios, [Term(rows, here), lost], lower=0.0)
        late = [
            Term(rows[:, None], np.stack(each, axis=1), -1.0)
            for each in (packing[site], handing[site])
            if each
        ]
        for each in late:
            milp.constraints("count_failed_here", scenarios, [Term(rows, here), each], lower=0.0)
        if priced:
            _price_late(milp, parameters, late, stock.lost[:, site])
    milp.constraints("count_failed", scenarios, total, lower=0.0)
    return failed


def _price_late(milp: MilpBuilder, parameters: Parameters, late: list[Term], lost: Ints) -> None:
    """Lowest compensation of any product for late orders beyond those without stock."""
    problem = parameters.problem
    least = int(compensations(problem).min())
    if least == 0:
        return
    rows = np.arange(len(parameters.weight))
    paid = milp.variables("late paid", len(rows), unit=parameters.unit_orders)
    for each in late:
        terms = [Term(rows, paid), each, Term(rows[:, None], lost, 1.0)]
        milp.constraints("count_late", len(rows), terms, lower=0.0)
    milp.price("compensation", paid, parameters.weight * least, np.array(parameters.active))
