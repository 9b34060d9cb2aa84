"""What a scenario leaves out, and what is assumed in its place: couriers, margins and stock."""

from __future__ import annotations

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


def _first(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
