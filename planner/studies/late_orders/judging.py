"""The orders of a log against deadline and contract: which are late, and whose fault that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.contracts import Contract
from planner.domain.exemptions import exempt_over_hub
from planner.domain.horizon import DAY_S, HOUR_S, Horizon
from planner.domain.late_orders import (
    CLOCKS,
    UNKNOWN_MOMENT,
    Mask,
    OrderMoments,
    Terms,
    Verdicts,
    judge,
    known,
    late,
    next_collection,
    not_judged,
)
from planner.domain.platform import Clock, PlatformRule
from planner.errors import Finding, InputError
from planner.formats.base.region_names import RegionNames
from planner.formats.order_log.options import MOMENTS
from planner.formats.order_log.reader import OrderLog
from planner.studies.late_orders.agreements import Agreements
from planner.studies.rate_parcels import served

# Column of the log that holds the event of each clock.
COLUMN_OF: dict[Clock, str] = {
    "label": "packed_at",
    "handover": "handed_over_at",
    "first_scan": "scanned_at",
    "delivered": "delivered_at",
}


@dataclass(frozen=True, eq=False, kw_only=True)
class JudgedLog:
    """A log with a verdict on each of its late orders.

    Attributes
    ----------
    log : OrderLog
        The orders.
    horizon : Horizon
        Its days; the clock of `moments`.
    clock : Clock
        The event that counts, but for parcels through a hub with a clock of its own.
    rule : PlatformRule or None
        The platform's rule.
    moments : OrderMoments
        Of all orders.
    contract, zone : list
        Of each order what was agreed; None where nothing is known.
    which : Ints
        Numbers of the late orders, in the order of the log.
    verdicts : Verdicts
        Of the late orders.
    exempt : Mask
        Orders that the platform does not score.
    skipped : Ints
        Why each order is not judged: an index into `NOT_JUDGED`, -1 where it is.
    """

    log: OrderLog
    horizon: Horizon
    clock: Clock
    rule: PlatformRule | None
    moments: OrderMoments
    terms: Terms
    contract: NDArray[np.object_]
    zone: NDArray[np.object_]
    which: Ints
    verdicts: Verdicts
    skipped: Ints


def judge_log(log: OrderLog, agreed: Agreements, counts: Clock | None, file: str) -> JudgedLog:
    """Judge the orders of a log.

    Parameters
    ----------
    log : OrderLog
        The orders, with their moments.
    agreed : Agreements
        Contracts, collections and rule pack.
    counts : Clock or None
        The event that counts; None: the platform's, else the hand-over, else the first scan.
    file : str
        Name of the log, for messages.

    Returns
    -------
    JudgedLog
        The verdicts.

    Raises
    ------
    InputError
        The log has no deadlines, or not the event that counts.
    """
    horizon = _horizon(log)
    rule = agreed.rule(horizon)
    clock = counts or (rule.counts if rule else None) or _usual_clock(log)
    _require(log, clock, rule, file)
    moments, by_rule = _moments(log, horizon, rule)
    contract, zone = _contracts(log, agreed)
    terms = Terms(
        clock=_clocks(log, contract, clock),
        allowance_s=_allowances(contract, zone, clock),
        collected_by=_collected_by(log, agreed, moments.packed),
        rule_deadline=by_rule,
        exempt=_exempt(log, rule, moments, horizon, contract=contract),
    )
    which = np.flatnonzero(late(moments, terms))
    return JudgedLog(
        log=log,
        horizon=horizon,
        clock=clock,
        rule=rule,
        moments=moments,
        terms=terms,
        contract=contract,
        zone=zone,
        which=which,
        verdicts=judge(moments.at(which), terms.at(which)),
        skipped=not_judged(moments, terms),
    )


def _horizon(log: OrderLog) -> Horizon:
    """The days of a log, from the midnight before its first order."""
    start = datetime.combine(log.first.date(), time.min)
    days = (log.last.date() - log.first.date()).days + 1
    return Horizon(start=start, days=days, bucket_s=HOUR_S, timezone="")


def _usual_clock(log: OrderLog) -> Clock:
    """The event that most logs of this kind are judged by."""
    return "handover" if "handed_over_at" in log.moments else "first_scan"


def _require(log: OrderLog, clock: Clock, rule: PlatformRule | None, file: str) -> None:
    """Refuse a log without the event that counts, or without deadlines."""
    findings = []
    column = COLUMN_OF[clock]
    if column not in log.moments:
        words = (
            f"no such column, and {clock} is what counts; name it with --columns {column}=NAME, "
            "or state with --counts what does"
        )
        findings.append(Finding(file, 0, 0, column, words))
    if "deadline" not in log.moments and rule is None:
        words = (
            "no such column; name it with --columns deadline=NAME, or the platform whose rule "
            "says it with --platform"
        )
        findings.append(Finding(file, 0, 0, "deadline", words))
    if findings:
        raise InputError(findings)


def _moments(
    log: OrderLog, horizon: Horizon, rule: PlatformRule | None
) -> tuple[OrderMoments, Mask]:
    """The moments in seconds of the horizon, and which deadlines follow from the rule."""
    start = np.datetime64(horizon.start, "s")

    def seconds(key: str) -> Ints:
        moments = log.moment(key)
        found = (moments - start).astype(np.int64)
        return np.where(np.isnat(moments), UNKNOWN_MOMENT, found)

    ordered, deadline = seconds("ordered_at"), seconds("deadline")
    by_rule = np.zeros(len(log), dtype=bool)
    if rule is not None:
        by_rule = ~known(deadline)
        regions = _regions_of(rule, log)
        usual = rule.deadlines(ordered, log.region_code.astype(np.int64), regions, horizon)
        deadline = np.where(by_rule, usual, deadline)
    others = {key.removesuffix("_at"): seconds(key) for key in MOMENTS if key != "deadline"}
    return OrderMoments(ordered=ordered, deadline=deadline, **others), by_rule


def _regions_of(rule: PlatformRule, log: OrderLog) -> tuple[str, ...]:
    """The regions of the log by the names that the rule has for them."""
    named = {*(rule.promise_hours or ()), *(r for days in rule.force_majeure for r in days.regions)}
    names = RegionNames(sorted(named))
    return tuple(names.find_in_log(text) if names else text for text in log.regions)


def _contracts(
    log: OrderLog, agreed: Agreements
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The contract of each order and its zone; None where nothing is known."""
    labels, regions = log.label("contract"), np.array(log.regions, dtype=object)[log.region_code]
    sites = log.label("site")
    contract = np.full(len(log), None, dtype=object)
    zone = np.full(len(log), None, dtype=object)
    of_label = {label: agreed.of_label(label) for label in dict.fromkeys(labels.tolist())}
    names = {c.name: served(c) for c in of_label.values() if c is not None}
    zones: dict[tuple[str, str, str], str | None] = {}
    for i, lane in enumerate(zip(labels.tolist(), sites.tolist(), regions.tolist(), strict=True)):
        known_as = of_label[lane[0]]
        if known_as is None:
            continue
        if lane not in zones:
            region = names[known_as.name].find_in_log(lane[2])
            zones[lane] = known_as.zone(lane[1], region)
        contract[i], zone[i] = known_as, zones[lane]
    return contract, zone


def _clocks(log: OrderLog, contract: NDArray[np.object_], clock: Clock) -> Ints:
    """Index of the clock of each order; -1: arrival at a hub."""
    found = np.full(len(log), CLOCKS.index(clock), dtype=np.int64)
    with_hub = {id(c): c for c in contract if c is not None and c.hub is not None}
    for hub in with_hub.values():
        names = served(hub)
        counted = [hub.counted_clock(names.find_in_log(text), clock) for text in log.regions]
        index = np.array([CLOCKS.index(c) if c in CLOCKS else -1 for c in counted])
        of = np.array([c is hub for c in contract], dtype=bool)
        found[of] = index[log.region_code[of]]
    return found


def _allowances(contract: NDArray[np.object_], zone: NDArray[np.object_], clock: Clock) -> Ints:
    """Seconds from hand-over to the event that counts, as each contract states them."""
    found = np.full(len(contract), UNKNOWN_MOMENT, dtype=np.int64)
    cache: dict[tuple[int, str | None], int] = {}
    for i, (terms, where) in enumerate(zip(contract, zone, strict=True)):
        if terms is None:
            continue
        key = (id(terms), where)
        if key not in cache:
            cache[key] = _allowance(terms, where, clock)
        found[i] = cache[key]
    return found


def _allowance(contract: Contract, zone: str | None, clock: Clock) -> int:
    """As `_allowances`, of one lane: the 95 % point of the scan, or the days that are promised."""
    service = contract.service
    if clock == "delivered":
        refund = service.late_refund
        days = refund.days.get(zone or "") if refund is not None else None
        return UNKNOWN_MOMENT if days is None else round(days * DAY_S)
    scan = service.scan_delay_in(zone)
    return scan.p95_s if scan.p95_s > 0 else UNKNOWN_MOMENT


def _collected_by(log: OrderLog, agreed: Agreements, packed: Ints) -> Ints:
    """The first agreed collection after each order was packed."""
    found = np.full(len(log), UNKNOWN_MOMENT, dtype=np.int64)
    if not agreed.collections:
        return found
    labels = log.label("contract")
    only = next(iter(agreed.contracts)) if len(agreed.contracts) == 1 else ""
    for label in dict.fromkeys(labels.tolist()):
        of = labels == label
        found[of] = next_collection(packed[of], agreed.collections_of(label or only))
    return found


def _exempt(
    log: OrderLog,
    rule: PlatformRule | None,
    moments: OrderMoments,
    horizon: Horizon,
    *,
    contract: NDArray[np.object_],
) -> Mask:
    """Orders that the platform does not score: for their day, or since they go over a hub."""
    if rule is None or not rule.exempts:
        return np.zeros(len(log), dtype=bool)
    region = log.region_code.astype(np.int64)
    names = _regions_of(rule, log)
    exempt = rule.exempt_days(moments.ordered, moments.deadline, region, names, horizon)
    hubs = {id(c): c for c in contract if c is not None and c.hub is not None}
    for hub in hubs.values():
        known_as = served(hub)
        over = np.array(
            [exempt_over_hub(rule, hub, known_as.find_in_log(text)) for text in log.regions]
        )
        exempt |= np.array([c is hub for c in contract], dtype=bool) & over[region]
    return exempt
