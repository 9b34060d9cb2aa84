"""Small promotions with couriers, and orders to be rated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np

from planner.domain.contracts import Contract
from planner.domain.demand import Baseline, Demand
from planner.domain.horizon import Horizon
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.records import NEVER, Orders, Records
from planner.domain.site import Collection, Process, Site
from tests.rating.contract_builders import FIRST_DATE, REGIONS, SITES

DAYS = 4


def promotion(
    contracts: Sequence[Contract], collects: dict[str, Sequence[str]] | None = None, **changes: Any
) -> Problem:
    """Two sites, three regions (Xinjiang is remote), 30 orders an hour; by default every contract
    collects at both sites.
    """
    names = [c.name for c in contracts]
    given: dict[str, Any] = {
        "name": "tiny",
        "currency": "CNY",
        "horizon": Horizon(
            datetime(FIRST_DATE.year, FIRST_DATE.month, FIRST_DATE.day), DAYS, 3600, "Asia/Shanghai"
        ),
        "seed": 7,
        "service": Service(0.98, 0.95),
        "platform": PlatformRule(name="none", counts="label"),
        "regions": tuple(Region(r, r, 1 / 3, remote=r == "xinjiang") for r in REGIONS),
        "products": (
            Product(
                name="light",
                label="light",
                share=0.75,
                weight_g=200.0,
                weight_cv=0.4,
                volume_cm3=800.0,
            ),
            Product(
                name="heavy",
                label="heavy",
                share=0.25,
                weight_g=1500.0,
                weight_cv=0.6,
                volume_cm3=9000.0,
                units_mean=1.3,
            ),
        ),
        "demand": Demand(
            events=(),
            region_share=np.full(3, 1 / 3),
            product_share=np.array([0.75, 0.25]),
            baseline=Baseline(np.full(DAYS * 24, 30.0), day_cv=0.2),
        ),
        "sites": tuple(
            Site(
                name=name,
                label=name,
                region=REGIONS[0],
                processes=(Process(name="pack", orders_per_hour=60.0),),
                collections=tuple(
                    Collection(c, 18 * 3600)
                    for c in (names if collects is None else collects.get(name, ()))
                ),
            )
            for name in SITES
        ),
        "shifts": (),
        "crews": (),
        "contracts": tuple(contracts),
    }
    return Problem(**{**given, **changes})


def records(rows: Sequence[tuple[int, int, int, int, int, int, int]]) -> Records:
    """Records of orders given as (site, contract, region, weight_g, volume_cm3, ordered_at_s,
    handed_over_at_s).
    """
    columns = np.array(rows, dtype=np.int64).reshape(-1, 7).T
    site, contract, region, weight, volume, ordered, handed = columns
    n = columns.shape[1]
    none, half, never = (
        np.zeros(n, dtype=np.int64),
        np.full(n, 0.5),
        np.full(n, NEVER, dtype=np.int32),
    )
    small = none.astype(np.int16)
    orders = Orders(
        ordered_at_s=ordered.astype(np.int32),
        instant=np.zeros(n, dtype=np.uint16),
        deadline_s=ordered.astype(np.int32) + 172_800,
        region=region.astype(np.int16),
        product=small,
        component=small,
        platform=small,
        priority=small,
        units=none.astype(np.int32) + 1,
        weight_g=weight,
        volume_cm3=volume,
        work_us=none[None],
        return_lag_s=never.astype(np.int32),
        route_u=half,
        scan_z=np.zeros(len(half)),
        transit_z=np.zeros(len(half)),
        loss_u=half,
        residential_u=half,
    )
    return Records(
        orders=orders,
        site=site.astype(np.int16),
        contract=contract.astype(np.int16),
        start_s=never[None],
        end_s=never[None],
        packed_at_s=never,
        handed_over_at_s=handed.astype(np.int32),
        scanned_at_s=never,
        delivered_at_s=never,
        also=np.zeros((0, n), dtype=np.int16),
        on_time=small,
        returned_at_s=never,
        received_at_s=never,
        present_s=np.zeros((len(SITES), 1, DAYS * 24), dtype=np.int64),
        after_hours_s=np.zeros((1, 0), dtype=np.int64),
        stock_left=np.zeros((len(SITES), 1), dtype=np.int64),
        sold_out=np.zeros((len(SITES), 1), dtype=bool),
    )
