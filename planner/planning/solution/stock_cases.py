"""What the sites are asked for in every case that the stock must be good for.

The cases are the scenarios; or, where a few scenarios do not tell how the demand for a product
varies, all sampled paths: the mix of its products goes with the path, and orders come at random.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.demand_scenarios import SampledPaths
from planner.domain.random_streams import PLANNING, Streams
from planner.planning.formulation.assignment import Shares
from planner.planning.formulation.lateness import allowed_failures
from planner.planning.formulation.model import Model
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.product_aggregation import goods_of
from planner.planning.milp.builder import Flags
from planner.planning.solution.recourse import Recourse


@dataclass(frozen=True, eq=False, kw_only=True)
class StockCases:
    """Cases [s]: scenarios, or sampled paths.

    Attributes
    ----------
    asked : Floats
        Units asked for [s, site, product].
    scenario : Ints
        Scenario of each case [s].
    room : Floats
        Orders that may be without stock [s].
    counts : Flags
        Whether a case must keep to that [s].
    risk : float
        Probability of cases that count and still may not.
    chance : Floats
        Probability of each case [s].
    """

    asked: Floats
    scenario: Ints
    room: Floats
    counts: Flags
    risk: float
    chance: Floats


def cases_of(full: Model, recourse: Recourse, late: Floats, due: Floats) -> StockCases:
    """The cases of the stock under the decisions behind a recourse.

    Parameters
    ----------
    full : Model
        The model over all scenarios.
    recourse : Recourse
        Consequences of the decisions.
    late, due : Floats
        Orders that are late, and orders due [aim, scenario].

    Returns
    -------
    StockCases
        All sampled paths where the scenarios come with them, otherwise the scenarios.
    """
    paths = full.parameters.scenarios.paths
    if paths is None:
        return _scenarios(full, recourse, late, due)
    asked = asked_on_paths(full.parameters, paths, full.shares, recourse.values)
    return _sampled(full.parameters, paths, asked, late, due)


def _scenarios(full: Model, recourse: Recourse, late: Floats, due: Floats) -> StockCases:
    """The scenarios, with the deviations that stock covers; those that must, keep the limit."""
    parameters = full.parameters
    part = np.array([recourse.values[columns] for columns in full.at_site])
    scenario = np.arange(due.shape[1])
    return StockCases(
        asked=np.einsum("imf,smfk->sik", part, goods_of(parameters).need),
        scenario=scenario,
        room=np.maximum(allowed_failures(parameters)[:, None] * due - late, 0.0).min(axis=0),
        counts=np.isin(scenario, parameters.kept),
        risk=0.0,
        chance=parameters.weight,
    )


def _sampled(
    parameters: Parameters, paths: SampledPaths, asked: Floats, late: Floats, due: Floats
) -> StockCases:
    """All sampled paths, each as late as its scenario.

    What is late on paper may use up `late_factor` of the failures that the service level allows;
    what is without stock is counted as the simulation counts it and gets the rest. Paths that weigh
    no more than the risk may miss that, which is less once simulations have shown that stock was
    missing. Of a few given paths each is several cases.
    """
    service, options, feedback = parameters.problem.service, parameters.options, parameters.feedback
    scenario = np.resize(paths.scenario, len(asked))
    orders = np.resize(paths.orders.sum(axis=(1, 2)), len(asked))
    of_scenario = parameters.promotion_orders.sum(axis=(1, 2))  # like those of the paths
    allowed = (1.0 - np.array(service.shares))[:, None] * due - late / options.late_factor
    room = np.maximum(allowed, 0.0).min(axis=0) / np.maximum(of_scenario, 1e-9)
    number = np.bincount(scenario, minlength=due.shape[1])
    learned = 1.0 if feedback is None else feedback.stock_risk
    risk_share = options.search.aggregation.stock_risk_share * learned
    return StockCases(
        asked=asked,
        scenario=scenario,
        room=room[scenario] * orders,
        counts=np.ones(len(asked), dtype=bool),
        risk=options.risk_factor * (1.0 - service.confidence) * risk_share,
        chance=parameters.weight[scenario] / number[scenario],
    )


def asked_on_paths(
    parameters: Parameters, paths: SampledPaths, shares: Shares, values: Floats
) -> Floats:
    """Units asked for [case, site, product], drawn on every path, on few paths several times.

    Orders are Poisson given their path; each asks for a unit and a Poisson number more.

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
    fewest = parameters.options.search.aggregation.stock_cases
    orders = _expected_orders(parameters, paths, shares, values)
    orders = np.tile(orders, (-(-fewest // len(orders)), 1, 1))
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
