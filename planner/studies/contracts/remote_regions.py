"""Remote areas: direct, through a hub, or not at all, with the margin that is left.

By region and weight class.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.contracts import HEAVIEST_G
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.planning.mean_demand import mean_component_days
from planner.studies.contracts.routing_rules import carriers_only
from planner.studies.routing.cells import Cells, cells_of

COLUMNS = (
    "region",
    "remote",
    "above_g",
    "to_g",
    "orders",
    "margin",
    "direct_site",
    "direct_contract",
    "direct_cost",
    "hub_site",
    "hub_contract",
    "hub_cost",
    "best",
    "margin_after",
)
DIRECT, HUB, NOT_AT_ALL = "direct", "hub", "do not sell"


def remote_table(base: Problem) -> pd.DataFrame:
    """Table `remote`: rows region x weight class that is ordered, remote regions first.

    Money per order in major units.

    Costs are the mean charge of the cheapest lane over the promotion, expected refunds and losses
    included, limits and fees of contracts left out. `margin` is what an order leaves before the
    courier is paid; where nothing is left after the cheapest way, the order is better not sold.
    Where a margin is unknown, it is empty and the cheapest way is best.
    """
    cells = carriers_only(cells_of(base))
    margin = class_margins(base)
    factor = 10.0 ** minor_digits(base.currency)
    cheapest = {way: _cheapest(base, cells, way == HUB) for way in (DIRECT, HUB)}
    remote_first = sorted(range(len(base.regions)), key=lambda r: not base.regions[r].remote)
    rows: list[tuple[object, ...]] = []
    for r in remote_first:
        region = base.regions[r]
        for w, (above, upto) in enumerate(base.weight_bands):
            orders = float(cells.orders[r, w].sum())
            if orders <= 0:
                continue
            costs = {way: cost[r, w] for way, (cost, _) in cheapest.items()}
            offers: list[object] = []
            for way, (_, lane) in cheapest.items():
                offers += _offer(cells.lanes[lane[r, w]], costs[way] / factor)
            best = min(costs, key=costs.__getitem__)
            left = margin[w] - costs[best]
            # NaN, an unknown margin, is no reason not to sell
            sells = np.isfinite(costs[best]) and not left <= 0
            rows.append(
                (
                    region.name,
                    int(region.remote),
                    above or pd.NA,
                    pd.NA if upto == HEAVIEST_G else upto,
                    round(orders, 1),
                    _rounded(margin[w] / factor),
                    *offers,
                    best if sells else NOT_AT_ALL,
                    _rounded(left / factor),
                )
            )
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"above_g": "Int64", "to_g": "Int64"})


def _offer(lane: tuple[str, str], cost: float) -> tuple[object, ...]:
    """Site, contract and cost of a way; empty where no lane goes that way."""
    return (*lane, round(cost, 4)) if np.isfinite(cost) else (None, None, None)


def _rounded(amount: float) -> float | None:
    """Major units to four digits; None where it is not known."""
    return round(amount, 4) if np.isfinite(amount) else None


def class_margins(problem: Problem) -> Floats:
    """Mean margin of an order of each weight class, before the courier, in minor units.

    NaN where it is unknown for a product of the class.
    """
    # of the whole promotion
    mix = mean_component_days(problem).sum(axis=1) @ problem.demand.product_shares()
    bands = problem.weight_bands
    upto = np.array([[p.share_up_to(upper) for _, upper in bands] for p in problem.products])
    inside = mix[:, None] * np.diff(upto, axis=1, prepend=0.0)
    margin = np.array([p.margin_minor for p in problem.products], dtype=float)
    unknown = inside[[not p.margin_known for p in problem.products]].sum(axis=0) > 0
    return np.where(unknown, np.nan, margin @ inside / np.maximum(inside.sum(axis=0), 1e-12))


def _cheapest(problem: Problem, cells: Cells, through_hub: bool) -> tuple[Floats, np.ndarray]:
    """Cheapest lane that goes through a hub (or not), and its mean cost [region, class].

    Inf where there is no such lane.
    """
    weight = cells.orders / np.maximum(cells.orders.sum(axis=2, keepdims=True), 1e-12)
    cost = (np.where(np.isfinite(cells.cost), cells.cost, 0.0) * weight[..., None]).sum(axis=2)
    cost = np.where(np.isfinite(cells.cost).all(axis=2), cost, np.inf)
    goes = np.array(
        [
            [problem.contract(c).through_hub(r) == through_hub for _, c in cells.lanes]
            for r in problem.region_names
        ]
    )
    cost = np.where(goes[:, None, :], cost, np.inf)
    return cost.min(axis=-1), cost.argmin(axis=-1)
