"""The oracle of pricing: one parcel at a time, in Decimal, written from the words of the contract
alone.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from planner.domain.charges import Surcharge
from planner.domain.contracts import Contract, Rate


@dataclass(frozen=True)
class Parcel:
    site: str
    region: str
    weight_g: int
    volume_cm3: int
    on: date
    residential_u: float = 1.0


def price(contract: Contract, parcel: Parcel) -> dict[str, int] | None:
    """Lines of the invoice of one parcel in minor units; None where the contract refuses it."""
    hub = (
        contract.hub if contract.hub is not None and parcel.region in contract.hub.regions else None
    )
    billed_to = hub.hub_region if hub is not None else parcel.region
    zone = contract.tariff.zones.get((parcel.site, billed_to)) or contract.tariff.zones.get(
        ("", billed_to)
    )
    if zone is None or zone not in contract.tariff.rates:
        return None
    if hub is not None and hub.up_to_g and parcel.weight_g > hub.up_to_g:
        return None
    grams = billable(contract, parcel)
    base = base_price(contract.tariff.rates[zone], grams)
    onward = base_price(hub.onward, grams) if hub is not None and hub.onward is not None else 0
    if base is None or onward is None:
        return None
    lines = {"base": base, "discount": -part(base, contract.tariff.discount)}
    least = max(contract.tariff.minimum_charge_minor, contract.tariff.rates[zone].minimum_minor)
    lines["minimum"] = max(least - sum(lines.values()), 0)
    paid = sum(lines.values())
    lines["fuel"] = part(paid, contract.tariff.fuel)
    for s in contract.tariff.surcharges:
        due = applies(s, billed_to, parcel)
        amount = s.per_parcel_minor + part(paid, s.share) if due else 0
        lines[s.name] = lines.get(s.name, 0) + amount
        lines["fuel"] += part(amount, contract.tariff.fuel) if s.fuel else 0
    if hub is not None:
        lines |= {
            "hub_fee": hub.fee_minor,
            "hub_onward": onward,
            "hub_subsidy": -min(hub.subsidy_minor, onward),
        }
    return lines


def base_for_discounts(lines: dict[str, int]) -> int:
    """The base price after discount, minimum charge included."""
    return lines["base"] + lines["discount"] + lines["minimum"]


def applies(s: Surcharge, region: str, parcel: Parcel) -> bool:
    if s.regions and region not in s.regions:
        return False
    if (s.start is not None and parcel.on < s.start) or (s.end is not None and parcel.on > s.end):
        return False
    if s.residential_share is not None and parcel.residential_u >= s.residential_share:
        return False
    if not s.over_g and not s.over_cm3:
        return True
    return bool(
        (s.over_g and parcel.weight_g > s.over_g) or (s.over_cm3 and parcel.volume_cm3 > s.over_cm3)
    )


def part(amount: int, share: float) -> int:
    return half_up(Decimal(amount) * Decimal(str(share)))


def billable(contract: Contract, parcel: Parcel) -> int:
    grams = Fraction(parcel.weight_g)
    rule = contract.tariff.billable
    if rule.divisor_cm3_per_kg:
        volumetric = Fraction(parcel.volume_cm3 * 1000, rule.divisor_cm3_per_kg)
        if volumetric > grams and volumetric > rule.volumetric_above_g:
            grams += (volumetric - grams) * Fraction(str(rule.volumetric_share))
    steps = max(math.ceil((grams - rule.free_g) / rule.step_g), 1 if rule.free_g else 0)
    return steps * rule.step_g


def base_price(rate: Rate, grams: int) -> int | None:
    for bracket in sorted(rate.brackets, key=lambda b: b.to_g):
        if grams <= bracket.to_g:
            return bracket.price_minor
    if rate.first_g == 0:
        return None
    price, covered = rate.first_price_minor, rate.first_g
    while covered < grams:
        price += rate.step_price_minor
        covered += rate.step_g
    return price


def half_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def volume_lines(
    contract: Contract, sent: Sequence[tuple[date, int, int]], late: Sequence[bool]
) -> list[int]:
    """Volume surcharges, volume discounts and late refunds over parcels given as (day, base for
    discounts, total).
    """
    surcharges = 0
    for clause in contract.volume.surcharges:
        counts = Counter[object]()
        for on, _, _ in sent:
            if (clause.start is None or on >= clause.start) and (
                clause.end is None or on <= clause.end
            ):
                counts[period(clause.per, on)] += 1
                if clause.on == "excess" and counts[period(clause.per, on)] > clause.above_parcels:
                    surcharges += clause.per_parcel_minor
        if clause.on == "all":
            surcharges += sum(
                clause.per_parcel_minor * n for n in counts.values() if n > clause.above_parcels
            )
    refunds = 0
    if contract.service.late_refund is not None:
        refunds = sum(
            part(total, contract.service.late_refund.share)
            for (_, _, total), missed in zip(sent, late, strict=True)
            if missed
        )
    return [surcharges, -volume_off(contract, sent), -refunds]


def volume_off(contract: Contract, sent: Sequence[tuple[date, int, int]]) -> int:
    """Discounts and rebates of the tiers, walking through the parcels in the order of their
    days.
    """
    volume = contract.volume.discount
    if volume is None:
        return 0
    in_period = Counter(period(volume.over, on) for on, _, _ in sent)
    seen = Counter[object]()
    off = 0
    for on, base, total in sorted(sent, key=lambda row: row[0]):
        p = period(volume.over, on)
        seen[p] += 1
        counted = volume.other_parcels + (seen[p] if volume.kind == "incremental" else in_period[p])
        reached = [tier for tier in volume.tiers if counted >= tier.from_parcels]
        if reached:
            off += (
                part(base if volume.on == "base" else total, reached[-1].discount)
                + reached[-1].rebate_minor
            )
    return off


def period(per: str, on: date) -> object:
    if per == "day":
        return on
    if per == "week":
        return on.isocalendar()[:2]
    return (on.year, on.month) if per == "month" else "promotion"
