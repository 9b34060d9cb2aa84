"""What a scenario leaves out, and what is assumed in its place: couriers, mix, margins, stock."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.arrays import Floats
from planner.domain.costs import leftover_beyond_inbound_minor
from planner.domain.demand import Demand
from planner.domain.demand_mix import share_deviation
from planner.domain.problem import Problem
from planner.formats.base.findings import Findings


def warn_about_couriers(problem: Problem, findings: Findings) -> None:
    """Warn of contracts without collections, and of sites whose orders then need no courier."""
    if not problem.contracts:
        return
    collected = {c.contract for s in problem.sites for c in s.collections}
    for name in problem.contract_names:
        if name not in collected:
            findings.warn(f"contract {name}: no site has `collections` of it, so it is never used")
    for site in problem.sites:
        if not site.collections:
            words = (
                "no contract has `collections` here, so orders are done when packed and their "
                "couriers cost nothing"
            )
            findings.warn(f"site {site.name}: {words}")


def assumed_of_demand(problem: Problem) -> list[str]:
    """How well the mix of products and regions is known, and whether events are large together."""
    demand = problem.demand
    if demand.given is not None:
        return []
    found: list[str] = []
    if len(problem.products) > 1:
        known = _shares_known(
            demand, problem.product_names, demand.product_shares(), demand.mix_concentrations
        )
        found.append(f"the mix of products, mix_concentration: {known}")
    if len(problem.regions) > 1:
        known = _shares_known(
            demand, problem.region_names, demand.region_shares(), demand.region_concentrations
        )
        found.append(f"the mix of regions, region_concentration: {known}")
    uncertain = [event for event in demand.events if event.sigma > 0]
    if len(uncertain) > 1 and demand.size_correlation == 0:
        found.append("the sizes of the events are independent: no size_correlation is stated")
    return found


def assumed_of_margins(problem: Problem) -> list[str]:
    """What an unknown margin means, where plans or tables use it.

    For lost orders, and for remote areas.
    """
    unknown = [p.name for p in problem.products if not p.margin_known]
    stocked = any(s.inbound_cost_minor or s.stock_capacity_units is not None for s in problem.sites)
    weighed = stocked or any(p.supply_units is not None for p in problem.products)
    if not unknown or not (weighed or any(r.remote for r in problem.regions)):
        return []
    words = (
        "a lost order costs nothing beyond the service level, and no region is judged not "
        "worth selling to"
    )
    return [f"the margin of {_first(unknown)} is unknown: {words}"]


def assumed_of_leftovers(problem: Problem) -> list[str]:
    """What a unit left over costs where no product says so."""
    if leftover_beyond_inbound_minor(problem).any():
        return []
    words = "no leftover_cost is stated: a unit left over costs no more than bringing it in"
    if not any(site.inbound_cost_minor for site in problem.sites):
        words += ", which costs nothing"
    return [words]


def assumed_of_stock(problem: Problem) -> list[str]:
    """Where limited goods lie in a simulation without a plan when no stock table says so."""
    if problem.stock is not None:
        return []
    found = []
    limited = [p.name for p in problem.products if p.supply_units is not None]
    if limited:
        found.append(
            "no stock is stated: simulated without a plan, all sites sell the supply_units of "
            f"{_first(limited)} from one stock"
        )
    full = [s.name for s in problem.sites if s.stock_capacity_units is not None]
    if full:
        found.append(
            "no stock is stated: simulated without a plan, goods are replaced as they are sold, "
            "whatever the "
            f"stock_capacity_units of {_first(full)}"
        )
    return found


def _shares_known(
    demand: Demand, names: Sequence[str], expected: Floats, known: Sequence[float | None]
) -> str:
    """How well the shares [component, name] of each component are known, by its largest one."""
    if all(concentration is None for concentration in known):
        return "certain, the same in every promotion"
    said = []
    for component, shares, concentration in zip(demand.components, expected, known, strict=True):
        if concentration is None:
            said.append(f"certain in {component}")
        else:
            k, share = int(shares.argmax()), float(shares.max())
            points = 100 * share_deviation(share, concentration)
            said.append(f"{component} {names[k]} {100 * share:.0f} +- {points:.1f} %")
    return ", ".join(said)


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
