"""Units of every product that a site is asked for on all sampled paths, under decided shares.

A few scenarios stand for the sizes of the demand, not for the mix of its products: of these, the
stock sees the paths themselves.
"""

from __future__ import annotations

import numpy as np

from planner.domain.demand import Floats
from planner.domain.demand_scenarios import SampledPaths
from planner.domain.random_streams import PLANNING, Streams
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.parameters import Parameters


def asked_on_paths(
    parameters: Parameters, paths: SampledPaths, shares: Shares, values: Floats
) -> Floats:
    """Units asked for [path, site, product], every order with its chance.

    Orders are Poisson given their path, and a unit each and a Poisson number more.

    Parameters
    ----------
    parameters : Parameters
        Sets and parameters of the model.
    paths : SampledPaths
        The sampled paths.
    shares : Shares
        Columns of the shares of the lanes.
    values : Floats
        Values of all columns.

    Returns
    -------
    Floats
        Whole units, the same for the same decisions.
    """
    orders = _expected_orders(parameters, paths, shares, values)
    more = np.array([max(p.units_mean - 1.0, 0.0) for p in parameters.problem.products])
    rng = Streams(parameters.problem.seed, PLANNING, 0).rng("units asked for")
    number = rng.poisson(np.maximum(orders, 0.0))
    return np.asarray(number + rng.poisson(number * more), dtype=float)


def _expected_orders(
    parameters: Parameters, paths: SampledPaths, shares: Shares, values: Floats
) -> Floats:
    """Expected orders [path, site, product]."""
    problem = parameters.problem
    part = np.zeros(
        (len(problem.sites), len(problem.regions), parameters.classes, len(problem.phases))
    )
    np.add.at(part, (shares.site, shares.region, shares.weight), values[shares.column])
    in_phase = parameters.day_phase[:, None] == np.arange(len(problem.phases))
    orders = paths.orders @ in_phase  # path, component, phase
    found = np.zeros((len(orders), len(problem.sites), len(problem.products)))
    for k in range(parameters.classes):
        to_site = np.einsum("pcr,irf->pcif", paths.region_share, part[:, :, k])
        of_class = paths.product_share * parameters.product_class[:, k]
        found += np.einsum("pcif,pcf->pic", to_site, orders) @ of_class
    return found
