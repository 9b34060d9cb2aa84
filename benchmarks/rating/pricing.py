"""Quotes per second of one core: the vectorised price against a loop, in one run: `python
benchmarks/rating/pricing.py`.

The loop is what one writes first: dictionaries, integers, one parcel after the other, the zone and
the surcharges looked up each time. Both must agree to the cent on every parcel and every clause
before a figure is printed.
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

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from planner.domain.charges import Surcharge
from planner.domain.contracts import Billable, Bracket, Contract, Hub, Rate, Tariff
from planner.rating.parcel_price import Parcels, Places, PriceTable, price_parcels

T = TypeVar("T")
Line = dict[str, int]

ROUNDS, SHORT_ROUNDS = 5, 40  # of the loop, and of what takes some milliseconds
ZONES = 5
FIRST_DATE = date(2026, 11, 8)
PLACES = Places(("yiwu", "chengdu"), tuple(f"region-{r}" for r in range(31)), FIRST_DATE)


def a_contract_with_every_clause() -> Contract:
    """31 regions in five zones with brackets, first and additional weight and a minimum of their
    own, billable volume with free grams, discount, minimum charge, fuel, seven surcharges of every
    kind, three regions through a hub.
    """
    return Contract(
        name="express",
        label="Express",
        tariff=Tariff(
            zones={
                (site, region): f"zone-{(r + s) % ZONES}"
                for s, site in enumerate(PLACES.sites)
                for r, region in enumerate(PLACES.regions)
            },
            rates={
                f"zone-{z}": Rate(
                    zone=f"zone-{z}",
                    brackets=(Bracket(300, 210 + z), Bracket(1000, 260 + z)),
                    first_g=1000,
                    first_price_minor=300 + z,
                    step_g=1000,
                    step_price_minor=80 + 10 * z,
                    minimum_minor=225 + 3 * z,
                )
                for z in range(ZONES)
            },
            billable=Billable(6000, 100, 20),
            minimum_charge_minor=230,
            discount=0.05,
            fuel=0.035,
            surcharges=(
                Surcharge(
                    name="remote", per_parcel_minor=300, regions=frozenset(PLACES.regions[-4:])
                ),
                Surcharge(
                    name="peak",
                    per_parcel_minor=50,
                    start=date(2026, 11, 10),
                    end=date(2026, 11, 16),
                ),
                Surcharge(
                    name="peak share", start=date(2026, 11, 11), end=date(2026, 11, 11), share=0.08
                ),
                Surcharge(name="label", per_parcel_minor=5),
                Surcharge(name="heavy", per_parcel_minor=400, over_g=5000),
                Surcharge(name="bulky", per_parcel_minor=250, over_cm3=20_000),
                Surcharge(name="oversize", share=0.25, over_g=8000, over_cm3=40_000),
            ),
        ),
        hub=Hub(
            hub_region=PLACES.regions[0],
            regions=frozenset(PLACES.regions[-3:]),
            fee_minor=60,
            onward=Rate(
                zone="onward",
                brackets=(Bracket(500, 400),),
                first_g=500,
                first_price_minor=400,
                step_g=500,
                step_price_minor=150,
            ),
            subsidy_minor=700,
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


def price_one(
    contract: Contract, site: str, region: str, *, weight_g: int, volume_cm3: int, on: date
) -> Line:
    """The plain way to price a parcel, clause by clause, in integers."""
    hub = contract.hub if contract.hub is not None and region in contract.hub.regions else None
    billed_to = hub.hub_region if hub is not None else region
    rate = contract.tariff.rates[contract.tariff.zones[site, billed_to]]
    rule = contract.tariff.billable
    step_g, divisor = rule.step_g, rule.divisor_cm3_per_kg
    steps = max(
        -((rule.free_g - weight_g) // step_g),
        -((rule.free_g * divisor - volume_cm3 * 1000) // (divisor * step_g)),
    )
    grams = max(steps, 1) * step_g
    base = base_of(rate, grams)
    discount = (base * round(contract.tariff.discount * 1e6) + 500_000) // 1_000_000
    minimum = max(
        max(contract.tariff.minimum_charge_minor, rate.minimum_minor) - base + discount, 0
    )
    paid = base - discount + minimum
    fuel = (paid * round(contract.tariff.fuel * 1e6) + 500_000) // 1_000_000
    line = {"base": base, "discount": -discount, "minimum": minimum, "fuel": fuel}
    for s in contract.tariff.surcharges:
        here = not s.regions or billed_to in s.regions
        now = (s.start is None or s.start <= on) and (s.end is None or on <= s.end)
        large = (s.over_g and weight_g > s.over_g) or (s.over_cm3 and volume_cm3 > s.over_cm3)
        due = here and now and (large or not (s.over_g or s.over_cm3))
        line[s.name] = (
            s.per_parcel_minor + (paid * round(s.share * 1e6) + 500_000) // 1_000_000 if due else 0
        )
    onward = base_of(hub.onward, grams) if hub is not None and hub.onward is not None else 0
    line["hub_fee"] = hub.fee_minor if hub is not None else 0
    line["hub_onward"] = onward
    line["hub_subsidy"] = -min(hub.subsidy_minor, onward) if hub is not None else 0
    return line


def base_of(rate: Rate, grams: int) -> int:
    """Base price by weight: the first bracket that holds it, else first weight and begun steps."""
    for bracket in rate.brackets:
        if grams <= bracket.to_g:
            return bracket.price_minor
    return (
        rate.first_price_minor
        + -(-max(grams - rate.first_g, 0) // rate.step_g) * rate.step_price_minor
    )


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
        price_one(
            contract,
            PLACES.sites[s],
            PLACES.regions[r],
            weight_g=weight,
            volume_cm3=volume,
            on=FIRST_DATE + timedelta(days=day),
        )
        for s, r, weight, volume, day in columns
    ]


def fastest(task: Callable[[], T], rounds: int) -> tuple[float, T]:
    """Processor seconds of the fastest of some rounds (the others were disturbed), and what the
    task gave.
    """
    seconds, result = [], None
    for _ in range(rounds):
        began = time.thread_time()
        result = task()
        seconds.append(time.thread_time() - began)
    assert result is not None
    return min(seconds), result


def measure(n: int) -> dict[str, float | bool]:
    """Both ways on the same n parcels."""
    contract, parcels = a_contract_with_every_clause(), sample(n)
    fast_s, fast = fastest(lambda: price_parcels(contract, parcels, PLACES), SHORT_ROUNDS)
    total_s, quote = fastest(lambda: PriceTable(contract, PLACES).quote(parcels), SHORT_ROUNDS)
    slow_s, slow = fastest(lambda: price_in_a_loop(contract, parcels), ROUNDS)
    equal = bool(np.array_equal(fast.amounts, np.array([list(line.values()) for line in slow]).T))
    equal &= bool(np.array_equal(quote.total, fast.total))
    return {
        "parcels": n,
        "equal": equal,
        "quotes_per_s": round(n / fast_s),
        "totals_per_s": round(n / total_s),
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
            f"{found['parcels']:,} parcels: {found['quotes_per_s']:,} quotes/s on one core, in a "
            "loop "
            f"{found['loop_quotes_per_s']:,}: {found['ratio_to_loop']} times as fast, equal to "
            "the cent; "
            f"without the lines {found['totals_per_s']:,} quotes/s"
        )


if __name__ == "__main__":
    main()
