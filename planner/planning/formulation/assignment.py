"""Who ships what from where: shares of the lanes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.problem import Problem
from planner.errors import Blame, NoPlanError
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.builder import MilpBuilder, Term
from planner.planning.wording import band_in_words


@dataclass(frozen=True, eq=False)
class Shares:
    """Columns of the shares of the lanes (site, region, contract, weight class).

    Attributes
    ----------
    site : Ints
        Number of the site [lane].
    region : Ints
        Number of the region [lane].
    contract : Ints
        Number of the contract, -1 without a courier [lane].
    weight : Ints
        Number of the weight class [lane].
    column : Ints
        Columns of the shares [lane, phase].
    """

    site: Ints
    region: Ints
    contract: Ints
    weight: Ints
    column: Ints

    def part_of(self, parameters: Parameters, lanes: Ints) -> Floats:
        """Part of a mix's orders that is for a lane's region and weight class [mix, lane]."""
        return np.asarray(
            parameters.region_share[:, self.region[lanes]]
            * parameters.class_share[:, self.weight[lanes]]
        )

    def rows_by_destination(self, parameters: Parameters, lanes: Ints) -> tuple[Ints, int]:
        """One row for every region and weight class that some lanes reach, in every phase.

        Parameters
        ----------
        parameters : Parameters
            Sets and parameters of the model.
        lanes : Ints
            Numbers of the lanes.

        Returns
        -------
        tuple[Ints, int]
            The row of each lane [lane, phase], and how many there are.
        """
        phases = self.column.shape[1]
        to = self.region[lanes] * parameters.classes + self.weight[lanes]
        reached, row = np.unique(to, return_inverse=True)
        return row[:, None] * phases + np.arange(phases), len(reached) * phases


def add_shares(milp: MilpBuilder, parameters: Parameters) -> Shares:
    """Add the shares: every weight class of every region is shipped in full.

    sum over lanes of share[lane,f] = 1 for every region, weight class and phase f. NoPlanError
    where no lane serves one of them.
    """
    problem = parameters.problem
    site, region, contract, weight = _priced_lanes(parameters)
    refuse_unreachable(problem, {(int(r), int(k)) for r, k in zip(region, weight, strict=True)})
    phases = len(problem.phases)
    covered = region * parameters.classes + weight
    row = covered[:, None] * phases + np.arange(phases)
    column = milp.variables("share", (len(site), phases), upper=1.0, decision=True, group=row)
    count = len(problem.regions) * parameters.classes * phases
    milp.constraints("cover_regions", count, [Term(row, column)], lower=1.0, upper=1.0)
    return Shares(site, region, contract, weight, column)


def _priced_lanes(parameters: Parameters) -> Ints:
    """Site, region, contract (-1: none) and weight class of the priced lanes [4, lane]."""
    problem, price = parameters.problem, parameters.lane_costs.mean
    found = []
    for site, region, contract in problem.lanes():
        i, r = problem.site_names.index(site), problem.region_names.index(region)
        c = problem.contract_names.index(contract) if contract else -1
        for k in range(parameters.classes):
            if np.isfinite(price[i, r, max(c, 0), k]).all():
                found.append((i, r, c, k))
    return np.array(found, dtype=np.int64).reshape(-1, 4).T


def refuse_unreachable(problem: Problem, reached: set[tuple[int, int]]) -> None:
    """Raise NoPlanError for regions and weight classes that no lane reaches.

    `reached`: (region, class) that some lane serves.
    """
    bands, found = problem.weight_bands, []
    for r, name in enumerate(problem.region_names):
        lost = [band for k, band in enumerate(bands) if (r, k) not in reached]
        if len(lost) == len(bands):
            found.append(f"region {name}: no site has a contract that serves it")
        else:
            found += [
                f"region {name}, {band_in_words(band)}: every contract refuses them"
                for band in lost
            ]
    if found:
        raise NoPlanError(
            "infeasible",
            [Blame(rule="lanes", words=words, excess=1.0, unit="lane") for words in found],
        )


def add_mixed_shares(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    *,
    lanes: Ints,
    name: str,
    decision: bool = False,
) -> Ints:
    """Add the part of each mix's orders that some lanes carry.

    part[m,f] = sum over lanes of region share[m] x class share[m] x share[lane,f], for every mix m
    and phase f.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    lanes : Ints
        Numbers of the lanes.
    name : str
        Name of the columns, to inspect a model.
    decision : bool
        Whether the columns are settled before demand is known.

    Returns
    -------
    Ints
        Columns of the parts [mix, phase].
    """
    mixes, phases = parameters.mixes, shares.column.shape[1]
    mixed = milp.variables(name, (mixes, phases), upper=1.0 + 1e-6, decision=decision)
    row = np.arange(mixes * phases).reshape(mixes, phases)
    if len(parameters.region_mixes) == mixes:
        carried = Term(
            row[:, None, :],
            shares.column[lanes][None, :, :],
            -shares.part_of(parameters, lanes)[:, :, None],
        )
    else:
        cells = _add_region_cells(
            milp, parameters, shares, lanes=lanes, name=f"cells {name}", decision=decision
        )
        carried = Term(
            row[:, None, :],
            cells[parameters.region_mix_of],
            -parameters.class_share[:, :, None],
        )
    milp.constraints(
        "link_shares", mixes * phases, [Term(row, mixed), carried], lower=0.0, upper=0.0
    )
    return mixed


def _add_region_cells(
    milp: MilpBuilder,
    parameters: Parameters,
    shares: Shares,
    *,
    lanes: Ints,
    name: str,
    decision: bool = False,
) -> Ints:
    """Add the part of each weight class's orders that some lanes carry, for each mix of regions.

    part[g,k,f] = sum over lanes of class k of region share[g] x share[lane,f]. Mixes that differ in
    their weight classes only share these columns, which keeps the rows short.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    lanes : Ints
        Numbers of the lanes.
    name : str
        Name of the columns, to inspect a model.
    decision : bool
        Whether the columns are settled before demand is known.

    Returns
    -------
    Ints
        Columns of the parts [mix of regions, weight class, phase].
    """
    regions = parameters.region_mixes
    shape = (len(regions), parameters.classes, shares.column.shape[1])
    cells = milp.variables(name, shape, upper=1.0 + 1e-6, decision=decision)
    row = np.arange(cells.size).reshape(shape)
    terms = [
        Term(row, cells),
        Term(
            row[:, shares.weight[lanes]],
            shares.column[lanes][None],
            -regions[:, shares.region[lanes], None],
        ),
    ]
    milp.constraints("link_shares", cells.size, terms, lower=0.0, upper=0.0)
    return cells


def add_cells(milp: MilpBuilder, parameters: Parameters, shares: Shares, site: int) -> Ints:
    """Add the part of each cell's orders that a site ships.

    part[m,k,f] = sum over lanes of class k of region share[m] x share[lane,f], for every mix m,
    weight class k and phase f; mixes with the same regions have the same columns.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    shares : Shares
        Columns of the lanes' shares.
    site : int
        Number of the site.

    Returns
    -------
    Ints
        Columns of the parts [cell, phase].
    """
    lanes = np.flatnonzero(shares.site == site)
    name = f"cells {parameters.problem.site_names[site]}"
    cells = _add_region_cells(milp, parameters, shares, lanes=lanes, name=name)
    return cells[parameters.region_mix_of].reshape(-1, cells.shape[2])
