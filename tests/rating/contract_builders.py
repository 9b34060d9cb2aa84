"""Small contracts and parcels that tests build their cases from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from planner.domain.charges import Surcharge
from planner.domain.contracts import Billable, Bracket, Contract, Rate, Tariff
from planner.rating.parcel_price import Parcels, Places
from tests.builders import with_terms
from tests.rating.reference import Parcel

FIRST_DATE = date(2026, 11, 8)
SITES = ("yiwu", "chengdu")
REGIONS = ("zhejiang", "sichuan", "xinjiang")
PLACES = Places(SITES, REGIONS, FIRST_DATE)

# 2.10 up to 300 g, 2.60 up to 1 kg, then 2.60 for the first kilogram and 0.80 per begun kilogram
# more
EAST = Rate(
    zone="east",
    brackets=(Bracket(300, 210), Bracket(1000, 260)),
    first_g=1000,
    first_price_minor=260,
    step_g=1000,
    step_price_minor=80,
)
# 12.00 for the first kilogram, 9.00 per begun kilogram more
FAR = Rate(
    zone="far", brackets=(), first_g=1000, first_price_minor=1200, step_g=1000, step_price_minor=900
)
# 3.33 up to 2 kg and nothing above
LETTER = Rate(zone="letter", brackets=(Bracket(2000, 333),))


def contract(**clauses: Any) -> Contract:
    """A contract that serves every region from every site at `EAST`, changed by the clauses
    given.
    """
    plain = Contract(
        name="express-a",
        label="Express A",
        tariff=Tariff(
            zones={("", region): "east" for region in REGIONS},
            rates={"east": EAST, "far": FAR, "letter": LETTER},
            billable=Billable(6000, 100),
        ),
    )
    return with_terms(plain, **clauses)


def surcharge(
    name: str, per_parcel: int, regions: Sequence[str] = (), start: str = "", end: str = ""
) -> Surcharge:
    first, last = (date.fromisoformat(text) if text else None for text in (start, end))
    return Surcharge(
        name=name, per_parcel_minor=per_parcel, regions=frozenset(regions), start=first, end=last
    )


def parcels(rows: Sequence[Parcel]) -> Parcels:
    """The same parcels as arrays."""
    return Parcels(
        site=np.array([SITES.index(p.site) for p in rows], dtype=np.int16),
        region=np.array([REGIONS.index(p.region) for p in rows], dtype=np.int16),
        weight_g=np.array([p.weight_g for p in rows], dtype=np.int64),
        volume_cm3=np.array([p.volume_cm3 for p in rows], dtype=np.int64),
        day=np.array([(p.on - FIRST_DATE).days for p in rows], dtype=np.int64),
        residential_u=np.array([p.residential_u for p in rows], dtype=np.float64),
    )


def parcel(
    weight_g: int, volume_cm3: int = 0, region: str = "zhejiang", on: str = "2026-11-09"
) -> Parcel:
    return Parcel("yiwu", region, weight_g, volume_cm3, date.fromisoformat(on))
