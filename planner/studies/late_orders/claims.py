"""What late orders cost by the platform's rule, and what their contracts pay back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from planner.domain.arrays import Ints
from planner.domain.contracts import Contract
from planner.domain.horizon import DAY_S
from planner.domain.late_orders import REASON_NAMES, Mask, known
from planner.domain.money import minor_digits
from planner.formats.parcels import ParcelTable
from planner.rating.parcel_price import PriceTable
from planner.rating.price_arithmetic import share_of
from planner.studies.late_orders.judging import JudgedLog
from planner.studies.rate_parcels import laid_out, served

NO_AMOUNT = -1  # nothing can be said of the amount
LOST_AFTER_DAYS = 30  # a parcel that has not arrived by then is taken to be lost
LATE_REFUND, LIABILITY = "late_refund", "liability"
BASES = ("", LATE_REFUND, LIABILITY)


@dataclass(frozen=True, eq=False, kw_only=True)
class Claims:
    """Amounts of the late orders, in minor units.

    Attributes
    ----------
    compensation : Ints
        What the platform asks for each; `NO_AMOUNT` without a rule.
    claim, basis : Ints
        What its contract pays back, and the clause, an index into `BASES`. `NO_AMOUNT`: no
        contract is known, or with a clause, the log lacks the weight or price it rests on.
    floors : int
        Late orders without a price, of which the compensation is the floor.
    """

    compensation: Ints
    claim: Ints
    basis: Ints
    floors: int

    @property
    def unpriced(self) -> int:
        """Late orders with a claim whose amount is not known."""
        return int(((self.claim == NO_AMOUNT) & (self.basis > 0)).sum())


def claims_of(judged: JudgedLog, currency: str) -> Claims:
    """Find compensation and claims of the late orders of a log."""
    which = judged.which
    paid = _minor(judged, "price", currency)
    compensation, floors = _compensation(judged, paid)
    of_known = np.array([c is not None for c in judged.contract[which]], dtype=bool)
    claim = np.where(of_known, 0, NO_AMOUNT)
    basis = np.zeros(len(which), dtype=np.int64)
    contracts = {id(c): c for c in judged.contract[which] if c is not None}
    for contract in contracts.values():
        of = np.array([c is contract for c in judged.contract[which]], dtype=bool)
        refunded = of & _delivered_late(judged, contract)
        claim[refunded] = _refunds(judged, contract, np.flatnonzero(refunded))
        basis[refunded] = BASES.index(LATE_REFUND)
        lost = of & _lost(judged) & (contract.service.liability_minor > 0)
        amount = np.minimum(paid, contract.service.liability_minor)
        claim[lost] = np.where(paid < 0, NO_AMOUNT, amount)[lost]
        basis[lost] = BASES.index(LIABILITY)
    return Claims(compensation=compensation, claim=claim, basis=basis, floors=floors)


def _minor(judged: JudgedLog, column: str, currency: str) -> Ints:
    """An amount of the late orders in minor units; NO_AMOUNT where the log has none."""
    amounts = judged.log.amounts.get(column)
    if amounts is None:
        return np.full(len(judged.which), NO_AMOUNT, dtype=np.int64)
    values = amounts.at(judged.which) * 10 ** minor_digits(currency)
    return np.where(np.isnan(values), NO_AMOUNT, np.floor(values + 0.5)).astype(np.int64)


def _compensation(judged: JudgedLog, paid: Ints) -> tuple[Ints, int]:
    """What the platform asks for each late order; how many have the floor for want of a price."""
    rule = judged.rule
    if rule is None:
        return np.full(len(paid), NO_AMOUNT, dtype=np.int64), 0
    amounts = {p: rule.compensation_minor(max(p, 0)) for p in np.unique(paid).tolist()}
    found = np.array([amounts[p] for p in paid.tolist()], dtype=np.int64)
    exempt = judged.verdicts.reason == REASON_NAMES.index("exempt")
    found[exempt] = 0
    floors = int(((paid < 0) & ~exempt).sum()) if rule.share_of_paid > 0 else 0
    return found, floors


def _delivered_late(judged: JudgedLog, contract: Contract) -> Mask:
    """Late orders that arrived later after their hand-over than the contract promises."""
    refund = contract.service.late_refund
    moments = judged.moments.at(judged.which)
    if refund is None:
        return np.zeros(len(judged.which), dtype=bool)
    regions = np.array(judged.log.regions, dtype=object)[judged.log.region_code[judged.which]]
    names = served(contract)
    over_hub = {text: contract.through_hub(names.find_in_log(text)) for text in judged.log.regions}
    days = [
        np.inf if over_hub[region] else refund.days.get(zone or "", np.inf)
        for zone, region in zip(judged.zone[judged.which], regions, strict=True)
    ]
    there = known(moments.delivered) & known(moments.handed_over)
    took = np.where(there, moments.delivered - moments.handed_over, 0)
    return np.asarray(there & (took > np.array(days, dtype=float) * DAY_S))


def _lost(judged: JudgedLog) -> Mask:
    """Late orders that were handed over and never arrived, where the log tells deliveries."""
    if "delivered_at" not in judged.log.moments:
        return np.zeros(len(judged.which), dtype=bool)
    moments = judged.moments.at(judged.which)
    everything = judged.moments
    last = max(int(everything.ordered.max()), int(everything.delivered.max()))
    waited = last - moments.handed_over > LOST_AFTER_DAYS * DAY_S
    return np.asarray(known(moments.handed_over) & ~known(moments.delivered) & waited)


def _refunds(judged: JudgedLog, contract: Contract, rows: Ints) -> Ints:
    """The refund of late orders by their price; NO_AMOUNT where that cannot be told."""
    refund, weights = contract.service.late_refund, judged.log.amounts.get("weight_g")
    found = np.full(len(rows), NO_AMOUNT, dtype=np.int64)
    if refund is None or weights is None or not len(rows):
        return found
    which = judged.which[rows]
    weight = weights.at(which)
    has_weight = ~np.isnan(weight)
    table = _parcels(judged, which[has_weight], weight[has_weight])
    places, parcels = laid_out(table, contract)
    priced = PriceTable(contract, places).priced(parcels)
    amount = np.where(priced.refused, NO_AMOUNT, share_of(priced.total, refund.share))
    found[has_weight] = amount
    return found


def _parcels(judged: JudgedLog, which: Ints, weight: NDArray[np.float64]) -> ParcelTable:
    """Orders as parcels, each in the day of its hand-over; volumes are not known from a log."""
    log, start = judged.log, judged.horizon.start.date()
    days: list[date | None] = [
        start + timedelta(days=day) for day in (judged.moments.handed_over[which] // DAY_S).tolist()
    ]
    count = len(which)
    return ParcelTable(
        parcel=[str(row) for row in which.tolist()],
        region=[log.regions[code] for code in log.region_code[which].tolist()],
        site=log.label("site")[which].tolist(),
        weight_g=weight.tolist(),
        volume_cm3=[0.0] * count,
        date=days,
        residential=[False] * count,
        others={},
    )
