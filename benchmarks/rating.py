"""Quotes per second: the vectorised price against a loop over parcels, in one run: `python benchmarks/rating.py`.

The loop is what one writes first: dictionaries, integers, one parcel after the other, the zone and the surcharges
looked up each time. Both must agree to the cent on every parcel and every clause before a figure is printed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from planner.domain.carriers import Billable, Bracket, Contract, Rate, Surcharge
from planner.rating.price import Parcels, Places, price_parcels

T = TypeVar("T")
Line = dict[str, int]

ROUNDS = 5
ZONES = 5
FIRST_DATE = date(2026, 11, 8)
PLACES = Places(("yiwu", "chengdu"), tuple(f"region-{r}" for r in range(31)), FIRST_DATE)


def an_ordinary_contract() -> Contract:
    """Five zones with brackets, first and additional weight, volume, discount, minimum, fuel and three surcharges."""
    return Contract(
        name="express",
        label="Express",
        zones={
            (site, region): f"zone-{(r + s) % ZONES}"
            for s, site in enumerate(PLACES.sites)
            for r, region in enumerate(PLACES.regions)
        },
        rates={
            f"zone-{z}": Rate(
                f"zone-{z}", (Bracket(300, 210 + z), Bracket(1000, 260 + z)), 1000, 300 + z, 1000, 80 + 10 * z
            )
            for z in range(ZONES)
        },
        billable=Billable(6000, 100),
        minimum_charge_minor=230,
        discount=0.05,
        fuel=0.035,
        surcharges=(
            Surcharge("remote", 300, frozenset(PLACES.regions[-4:])),
            Surcharge("peak", 50, start=date(2026, 11, 10), end=date(2026, 11, 16)),
            Surcharge("label", 5),
        ),
    )


def sample(n: int) -> Parcels:
    """n parcels of all sites, regions, weights and days."""
    rng = np.random.default_rng(1)
    return Parcels(
        site=rng.integers(0, len(PLACES.sites), n).astype(np.int16),
        region=rng.integers(0, len(PLACES.regions), n).astype(np.int16),
        weight_g=np.rint(rng.lognormal(6.2, 0.8, n)).astype(np.int64) + 1,
        volume_cm3=np.rint(rng.lognormal(7.8, 0.8, n)).astype(np.int64),
        day=rng.integers(0, 9, n),
    )


def price_one(contract: Contract, site: str, region: str, weight_g: int, volume_cm3: int, on: date) -> Line:
    """The plain way to price a parcel, clause by clause, in integers."""
    rate = contract.rates[contract.zones[site, region]]
    rule = contract.billable
    step_g = rule.step_g
    billable = max(-(-weight_g // step_g), -(-volume_cm3 * 1000 // (rule.divisor_cm3_per_kg * step_g))) * step_g
    for bracket in rate.brackets:
        if billable <= bracket.to_g:
            base = bracket.price_minor
            break
    else:
        base = rate.first_price_minor + -(-max(billable - rate.first_g, 0) // rate.step_g) * rate.step_price_minor
    discount = (base * round(contract.discount * 1e6) + 500_000) // 1_000_000
    minimum = max(contract.minimum_charge_minor - base + discount, 0)
    fuel = ((base - discount + minimum) * round(contract.fuel * 1e6) + 500_000) // 1_000_000
    line = {"base": base, "discount": -discount, "minimum": minimum, "fuel": fuel}
    for s in contract.surcharges:
        here = not s.regions or region in s.regions
        now = (s.start is None or s.start <= on) and (s.end is None or on <= s.end)
        line[s.name] = s.per_parcel_minor if here and now else 0
    return line


def price_in_a_loop(contract: Contract, parcels: Parcels) -> list[Line]:
    """All parcels the plain way, from ordinary lists."""
    columns = zip(
        parcels.site.tolist(),
        parcels.region.tolist(),
        parcels.weight_g.tolist(),
        parcels.volume_cm3.tolist(),
        parcels.day.tolist(),
        strict=True,
    )
    return [
        price_one(contract, PLACES.sites[s], PLACES.regions[r], weight, volume, FIRST_DATE + timedelta(days=day))
        for s, r, weight, volume, day in columns
    ]


def fastest(task: Callable[[], T]) -> tuple[float, T]:
    """Seconds of the fastest of some rounds (the others were disturbed), and what the task gave."""
    seconds, result = [], None
    for _ in range(ROUNDS):
        began = time.perf_counter()
        result = task()
        seconds.append(time.perf_counter() - began)
    assert result is not None
    return min(seconds), result


def measure(n: int) -> dict[str, float | bool]:
    """Both ways on the same n parcels."""
    contract, parcels = an_ordinary_contract(), sample(n)
    fast_s, fast = fastest(lambda: price_parcels(contract, parcels, PLACES))
    slow_s, slow = fastest(lambda: price_in_a_loop(contract, parcels))
    equal = bool(np.array_equal(fast.amounts, np.array([list(line.values()) for line in slow]).T))
    return {
        "parcels": n,
        "equal": equal,
        "quotes_per_s": round(n / fast_s),
        "loop_quotes_per_s": round(n / slow_s),
        "ratio_to_loop": round(slow_s / fast_s, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Quotes per second, vectorised and in a loop.")
    parser.add_argument("--parcels", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = measure(asked.parcels)
    if not found["equal"]:
        raise SystemExit("the two ways do not agree: no figure is worth printing")
    if asked.json:
        print(json.dumps(found, sort_keys=True))
    else:
        print(
            f"{found['parcels']:,} parcels: {found['quotes_per_s']:,} quotes/s, in a loop "
            f"{found['loop_quotes_per_s']:,}: {found['ratio_to_loop']} times as fast, equal to the cent"
        )


if __name__ == "__main__":
    main()
