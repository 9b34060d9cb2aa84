"""Returned parcels: they need the same people and wait in the same queue as the orders."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.special import ndtr

from planner.domain.arrays import Floats, Ints
from planner.domain.deadline_classes import rules_of
from planner.domain.horizon import DAY_S, SLOT_S
from planner.domain.products import RETURN_DEADLINE_S, Returns
from planner.domain.site import Process, Site
from planner.planning.formulation.cutoffs import DOOMED, NEVER_DUE
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.time_buckets import work_seconds

# from order to hand-over: early is the safe side, more comes back within the horizon
TO_HAND_OVER_S = DAY_S // 2
NEGLIGIBLE = 1e-3  # expected parcels of a slot: no work to speak of, and a poorly scaled model


@dataclass(frozen=True, eq=False)
class Returned:
    """Returned parcels at the process that receives them.

    Attributes
    ----------
    amounts : Floats
        Expected parcels coming back [scenario, mix, phase of the order, slot].
    work : float
        Work of one of them as a multiple of an order of mean work.
    due_s : Ints
        Second by which one must be processed so that no order behind it is late [slot].
    """

    amounts: Floats
    work: float
    due_s: Ints


def returned_at(
    parameters: Parameters, site: Site, process: Process, due_s: list[Ints]
) -> Returned | None:
    """Returns that a process of a site receives.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    site : Site
        The site.
    process : Process
        The process.
    due_s : list[Ints]
        Due times of the site's orders, one table per part [slot].

    Returns
    -------
    Returned | None
        The returns; None where the process receives none.
    """
    problem = parameters.problem
    if parameters.options.optimistic:
        return None  # at best people see to the orders first
    if problem.returns is None or site.receive is None or site.received_by != process.name:
        return None
    amounts = _come_back(parameters, problem.returns)
    if not amounts.any() or not due_s:
        return None
    work = work_seconds(site.receive, parameters.mean_work) / work_seconds(
        process, parameters.mean_work
    )
    return Returned(amounts, work, _due(parameters, due_s))


def _come_back(parameters: Parameters, returns: Returns) -> Floats:
    """Orders x share that comes back, spread over the lag after the hand-over (lognormal)."""
    slots = len(parameters.slot_start_s)
    edges = np.maximum(np.arange(slots + 1) * float(SLOT_S) - TO_HAND_OVER_S, 1e-9)
    reached = ndtr(np.log(edges / returns.median_s) / max(returns.sigma, 1e-9))
    lag = np.diff(reached)
    sent = parameters.by_phase(parameters.sent_back)
    length = 2 * slots
    spread = np.fft.irfft(np.fft.rfft(sent, length) * np.fft.rfft(lag, length), length)[..., :slots]
    return np.asarray(np.where(spread > NEGLIGIBLE, spread, 0.0))


def _due(parameters: Parameters, due_s: list[Ints]) -> Ints:
    """Second by which a return must be processed [slot].

    The queue goes by deadline: a return stands where the first order with no earlier deadline would
    stand. Regions with different promises have such an order each: the earliest counts.
    """
    problem, start = parameters.problem, parameters.slot_start_s
    earliest = np.min(np.where(np.array(due_s) == DOOMED, NEVER_DUE, np.array(due_s)), axis=0)
    due = np.full(len(start), NEVER_DUE)
    for r, rule in product(range(len(problem.regions)), rules_of(problem)):
        deadline = rule.deadlines(
            start, np.full(len(start), r), problem.region_names, problem.horizon
        )
        deadline = np.maximum.accumulate(deadline)  # with a date for some it falls back after it
        like = np.searchsorted(deadline, start + RETURN_DEADLINE_S)
        due = np.minimum(due, earliest[np.minimum(like, len(start) - 1)])
    due = np.maximum.accumulate(due)
    return np.where(due < start + SLOT_S, NEVER_DUE, due)
