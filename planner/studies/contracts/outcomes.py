"""What alternatives cost by region on the same orders: per order, differences, ranked cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.records import Mask, Small


@dataclass(frozen=True, eq=False, kw_only=True)
class ContractOutcome:
    """Replications (leading axis, when stacked) by alternative and region; money in minor units.

    `placed[.., region]` orders; `taken`, `charge` [.., alternative, region]: parcels that got a
    price, what they cost; `worth`: the same with a refused parcel at the highest price any
    alternative pays; `common[.., region, a, b]` parcels both take, `charge_common[.., region, a,
    b]` what a pays for them; `beyond[.., alternative]` whatever else couriers and late orders cost.
    """

    placed: Floats
    taken: Floats
    charge: Floats
    worth: Floats
    common: Floats
    charge_common: Floats
    beyond: Floats


def outcome(
    region: Small, regions: int, charges: Sequence[Floats], beyond: Sequence[float]
) -> ContractOutcome:
    """Sums by region of one replication.

    Parameters
    ----------
    region : Small
        Region of every order.
    regions : int
        Number of regions.
    charges : Sequence[Floats]
        Of each alternative the charge of every order in minor units; inf where it is refused.
    beyond : Sequence[float]
        Of each alternative whatever else couriers and late orders cost, in minor units.

    Returns
    -------
    ContractOutcome
        Of one replication.
    """
    cost = np.stack(charges)
    taken = np.isfinite(cost)
    charge = np.where(taken, cost, 0.0)
    worth = np.where(taken, cost, charge.max(axis=0))
    cells = [np.flatnonzero(region == r) for r in range(regions)]
    return ContractOutcome(
        placed=np.array([len(cell) for cell in cells], dtype=float),
        taken=np.array([taken[:, cell].sum(axis=1) for cell in cells], dtype=float).T,
        charge=np.array([charge[:, cell].sum(axis=1) for cell in cells]).T,
        worth=np.array([worth[:, cell].sum(axis=1) for cell in cells]).T,
        common=np.array([taken[:, cell].astype(float) @ taken[:, cell].T for cell in cells]),
        charge_common=np.array([charge[:, cell] @ taken[:, cell].T for cell in cells]),
        beyond=np.array(beyond),
    )


def stacked(outcomes: Sequence[ContractOutcome]) -> ContractOutcome:
    """Replications one behind the other, along a new first axis."""
    names = [f.name for f in fields(ContractOutcome)]
    return ContractOutcome(
        **{name: np.stack([getattr(of, name) for of in outcomes]) for name in names}
    )


def cost_per_order(found: ContractOutcome, regions: Mask) -> Floats:
    """Charges in the regions per parcel, and every parcel's part of the other costs.

    [replication, alternative] in minor units.
    """
    charge, taken = found.charge[:, :, regions].sum(axis=2), found.taken[:, :, regions].sum(axis=2)
    return _ratio(charge, taken) + _beyond_per_parcel(found)


def difference_per_order(found: ContractOutcome, regions: Mask, best: int) -> Floats:
    """Cost per order less that of another alternative, on the parcels both take.

    Parameters
    ----------
    found : ContractOutcome
        Stacked over replications.
    regions : Mask
        Regions that count.
    best : int
        Index of the other alternative.

    Returns
    -------
    Floats
        [replication, alternative] in minor units; NaN where there is no such parcel.
    """
    charge = found.charge_common[:, regions].sum(axis=1)
    common = found.common[:, regions].sum(axis=1)
    beyond = _beyond_per_parcel(found)
    gap = _ratio(charge[:, :, best] - charge[:, best, :], common[:, :, best])
    return gap + (beyond - beyond[:, [best]])


def ranked_cost(found: ContractOutcome) -> Floats:
    """Mean cost per order placed, in minor units [alternative].

    Refused orders count at the highest price of all alternatives; it is the cost per order where
    nothing is refused.
    """
    carried = found.taken.sum(axis=2)
    whole = found.worth.sum(axis=2) + carried * _beyond_per_parcel(found)
    return np.asarray((whole / np.maximum(found.placed.sum(axis=1), 1.0)[:, None]).mean(axis=0))


def _beyond_per_parcel(found: ContractOutcome) -> Floats:
    """Other costs per parcel [replication, alternative]."""
    taken = found.taken.sum(axis=2)
    return np.where(taken > 0, found.beyond / np.maximum(taken, 1), 0.0)


def _ratio(amount: Floats, parcels: Floats) -> Floats:
    """Amount per parcel; NaN where there are none."""
    return np.where(parcels > 0, amount / np.maximum(parcels, 1), np.nan)
