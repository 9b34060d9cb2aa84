"""Prices that depend on the number of parcels of a period: volume tiers and surcharges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Ints
from planner.planning.formulation.assignment import Shares, add_mixed_shares
from planner.planning.formulation.hand_over_days import handed_over
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.volume_counts import ContractVolume
from planner.planning.formulation.volume_surcharges import add_surcharge
from planner.planning.formulation.volume_tiers import Choice, add_tiers
from planner.planning.milp.builder import MilpBuilder


@dataclass(frozen=True, eq=False)
class Volumes:
    """All columns of tiers and surcharges, and the choices of a piece among them."""

    columns: Ints
    choices: tuple[Choice, ...]


def add_volumes(milp: MilpBuilder, parameters: Parameters, shares: Shares) -> Volumes:
    """Add volume tiers and surcharges of every contract.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.

    Returns
    -------
    Volumes
        All columns added, and the choices of a piece.
    """
    first = milp.columns
    choices: list[Choice] = []
    for c, contract in enumerate(parameters.problem.contracts):
        lanes = np.flatnonzero(shares.contract == c)
        if len(lanes) and (contract.volume.discount is not None or contract.volume.surcharges):
            mixed = add_mixed_shares(
                milp, parameters, shares, lanes=lanes, name=f"volume {contract.name}", decision=True
            )
            carried = ContractVolume(contract, shares, lanes, mixed, handed_over(parameters, c))
            if contract.volume.discount is not None:
                choices += add_tiers(milp, parameters, carried, contract.volume.discount)
            for surcharge in contract.volume.surcharges:
                choices += add_surcharge(milp, parameters, carried, surcharge)
    return Volumes(np.arange(first, milp.columns), tuple(choices))
