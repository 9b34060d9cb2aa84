"""The orders of a log that a past promotion is replayed with, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Floats, Ints
from planner.domain.given_demand import ANY_PRODUCT
from planner.domain.horizon import HOUR_S
from planner.domain.order_history import History
from planner.domain.past_orders import NO_DEADLINE, UNKNOWN_WEIGHT, PastOrders
from planner.domain.problem import Problem
from planner.domain.records import NEVER
from planner.errors import Finding, InputError
from planner.formats.base.region_names import RegionNames
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog, count_orders, open_log, read_orders
from planner.formats.scenario.region_references import numbers_of

COUNTED = "orders"  # column of a history by hour
MILESTONES = ("packed_at", "handed_over_at", "scanned_at")


@dataclass(frozen=True, eq=False, kw_only=True)
class PastPromotion:
    """What came in a promotion of the past, and what is known of its way out.

    Attributes
    ----------
    orders : PastOrders
        The orders, from those that were open when the horizon began.
    moments : dict
        Moment (`MILESTONES`) -> seconds of the horizon, NEVER where unknown [order]; those that the
        log has.
    site, contract : Ints
        Indices into the problem, -1 where unknown [order].
    has_deadlines : bool
        Whether the deadlines are those of the log.
    history : History
        Counts of the whole log.
    notes : tuple of str
        What the user should know of the log.
    """

    orders: PastOrders
    moments: Mapping[str, Ints]
    site: Ints
    contract: Ints
    has_deadlines: bool
    history: History
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.orders)

    @property
    def until(self) -> int:
        """Second of the horizon at which the log ends."""
        return self.orders.until_s

    @property
    def left(self) -> str | None:
        """The moment of the log by which an order has left: hand-over, else packing; or None."""
        known = [name for name in ("handed_over_at", "packed_at") if name in self.moments]
        return known[0] if known else None

    @property
    def worked(self) -> str | None:
        """The moment of the log that shows the pace of work: packing, else hand-over; or None."""
        known = [name for name in ("packed_at", "handed_over_at") if name in self.moments]
        return known[0] if known else None


@dataclass(frozen=True, eq=False, kw_only=True)
class PastLog:
    """A log that was read.

    Attributes
    ----------
    name : str
        Name of its file.
    log : OrderLog
        Its orders.
    region : Ints
        The problem's region by region code of the log.
    history : History
        Its counts.
    """

    name: str
    log: OrderLog
    region: Ints
    history: History


def read_log(problem: Problem, file: Path, form: LogForm) -> PastLog:
    """Read the log of a past promotion.

    Parameters
    ----------
    problem : Problem
        The scenario.
    file : Path
        The log.
    form : LogForm
        How it is read.

    Returns
    -------
    PastLog
        Its orders.

    Raises
    ------
    InputError
        The log cannot be read, holds counts, or names regions that the scenario does not have; all
        findings at once.
    """
    form = replace(
        form.of_orders,
        region_needed=len(problem.regions) > 1,
        region_of=RegionNames.of(problem.regions).find_in_log,
    )
    if len(problem.regions) == 1:
        form = replace(form, columns={"region": "", **form.columns})
    if COUNTED in open_log(file, file.name, form).columns:
        words = "counts of orders cannot be replayed one by one: give the log of the orders"
        raise InputError([Finding(file.name, 0, 0, COUNTED, f"{words}, as in --log orders.csv")])
    log = read_orders(file, file.name, form)
    region, wrong = _regions(problem, log, file.name)
    if wrong:
        raise InputError(wrong)
    history = count_orders(log, region, len(problem.regions))
    return PastLog(name=file.name, log=log, region=region, history=history)


def past_promotion(problem: Problem, read: PastLog, scale: float) -> PastPromotion:
    """The orders of a log that a problem's horizon is replayed with.

    Parameters
    ----------
    problem : Problem
        The scenario of then.
    read : PastLog
        The log.
    scale : float
        Orders that each order of the log stands for.

    Returns
    -------
    PastPromotion
        Its orders.

    Raises
    ------
    InputError
        The log holds no order of the horizon.
    """
    horizon, log = problem.horizon, read.log
    if log.last < horizon.start or log.first >= horizon.at(horizon.reported_end_s):
        last = horizon.date_of(horizon.reported_days - 1)
        words = (
            f"holds no order of the promotion ({horizon.start:%Y-%m-%d} to {last}): its orders are "
            f"of {log.first:%Y-%m-%d} to {log.last:%Y-%m-%d}"
        )
        raise InputError([Finding(read.name, 0, 0, log.names["ordered_at"], words)])
    return _promotion(problem, read, scale)


def _regions(problem: Problem, log: OrderLog, file: str) -> tuple[Ints, list[Finding]]:
    """The problem's region of each region of the log, and findings of those it does not have."""
    if len(problem.regions) == 1:
        return np.zeros(len(log.regions), dtype=np.int64), []
    orders = np.bincount(log.region_code, minlength=len(log.regions)).tolist()
    number, unknown = numbers_of(log.regions, orders, problem.regions)
    column = log.names.get("region", "region")
    findings = [Finding(file, log.region_line[k], 0, column, words) for k, words in unknown.items()]
    return np.asarray(number, dtype=np.int64), findings


def _promotion(problem: Problem, read: PastLog, scale: float) -> PastPromotion:
    """The orders of the horizon, and those that were open when it began."""
    log, start = read.log, np.datetime64(problem.horizon.start, "s")

    def seconds(key: str, unknown: int = NEVER) -> Ints:
        moments = log.moment(key)
        known = ~np.isnat(moments)
        found = np.full(len(log), unknown, dtype=np.int64)
        found[known] = (moments[known] - start).astype(np.int64)
        return found

    second = seconds("ordered_at")
    moments = {key: seconds(key) for key in MILESTONES if key in log.names}
    last_hour = problem.horizon.second(log.last) // HOUR_S  # a log is taken to hold all of it
    until_s = min((last_hour + 1) * HOUR_S, problem.horizon.end_s)
    open_ = _open_at_start(problem, second, moments)
    which = np.flatnonzero(open_ | ((second >= 0) & (second < until_s)))
    which = which[np.argsort(second[which], kind="stable")]
    weight = _weights(log)[which]
    orders = PastOrders(
        second=second[which],
        region=read.region[log.region_code[which]],
        product=_products(problem, weight),
        weight_g=weight,
        deadline_s=seconds("deadline", NO_DEADLINE)[which],
        until_s=until_s,
        scale=scale,
    )
    return PastPromotion(
        orders=orders,
        moments={key: column[which] for key, column in moments.items()},
        site=_indices(log, "site", problem.site_names)[which],
        contract=_indices(log, "contract", problem.contract_names)[which],
        has_deadlines="deadline" in log.names,
        history=read.history,
        notes=(*log.notes, *log.warnings, *log.left_out.words()),
    )


def _open_at_start(
    problem: Problem, second: Ints, moments: Mapping[str, Ints]
) -> NDArray[np.bool_]:
    """Orders of before the horizon that had not left when it began.

    By the log where it says when orders left; else those that the scenario expects to be open.
    """
    before = second < 0
    for key in ("handed_over_at", "packed_at"):
        if key in moments:
            return np.asarray(before & (moments[key] >= 0))
    begins_s = 0 if problem.backlog is None else problem.backlog.begins_s
    return np.asarray(before & (second >= begins_s))


def _weights(log: OrderLog) -> Ints:
    """Grams of every order, `UNKNOWN_WEIGHT` where the log does not say."""
    if "weight_g" not in log.amounts:
        return np.full(len(log), UNKNOWN_WEIGHT, dtype=np.int64)
    grams: Floats = log.amounts["weight_g"].values
    return np.where(grams >= 1, grams, UNKNOWN_WEIGHT).astype(np.int64)


def _products(problem: Problem, weight: Ints) -> Ints:
    """The product whose mean order is nearest in weight, `ANY_PRODUCT` where that is not known."""
    usual = np.array([p.weight_g * p.units_mean for p in problem.products])
    if len(usual) == 1:
        return np.zeros(len(weight), dtype=np.int64)
    middle = np.argsort(usual)
    edges = np.sqrt(usual[middle][1:] * usual[middle][:-1])
    nearest = middle[np.searchsorted(edges, weight)]
    return np.where(weight == UNKNOWN_WEIGHT, ANY_PRODUCT, nearest).astype(np.int64)


def _indices(log: OrderLog, key: str, names: tuple[str, ...]) -> Ints:
    """Index of each order's contract or site into the problem's names, -1 where unknown."""
    known = {name: k for k, name in enumerate(names)}
    return np.array([known.get(name, -1) for name in log.label(key)], dtype=np.int64)
