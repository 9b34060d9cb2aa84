"""The oracle of pricing: one parcel at a time, in Decimal, written from the words of the contract alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from planner.domain.carriers import Contract, Rate


@dataclass(frozen=True)
class Parcel:
    site: str
    region: str
    weight_g: int
    volume_cm3: int
    on: date


def price(contract: Contract, parcel: Parcel) -> dict[str, int] | None:
    """Lines of the invoice of one parcel in minor units; None where the contract refuses it."""
    zone = contract.zone(parcel.site, parcel.region)
    if zone is None or zone not in contract.rates:
        return None
    base = base_price(contract.rates[zone], billable(contract, parcel))
    if base is None:
        return None
    discount = half_up(Decimal(base) * Decimal(str(contract.discount)))
    minimum = max(contract.minimum_charge_minor - (base - discount), 0)
    lines = {"base": base, "discount": -discount, "minimum": minimum}
    lines["fuel"] = half_up(Decimal(base - discount + minimum) * Decimal(str(contract.fuel)))
    for s in contract.surcharges:
        here = not s.regions or parcel.region in s.regions
        now = (s.start is None or parcel.on >= s.start) and (s.end is None or parcel.on <= s.end)
        lines[s.name] = lines.get(s.name, 0) + (s.per_parcel_minor if here and now else 0)
    return lines


def billable(contract: Contract, parcel: Parcel) -> int:
    grams = Decimal(parcel.weight_g)
    rule = contract.billable
    if rule.divisor_cm3_per_kg:
        # a quotient like 1000 / 7 has no exact Decimal: begun grams count whole, steps are whole grams anyway
        whole, rest = divmod(parcel.volume_cm3 * 1000, rule.divisor_cm3_per_kg)
        grams = max(grams, Decimal(whole + (1 if rest else 0)))
    steps = 0
    while steps * rule.step_g < grams:
        steps += 1
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
