"""Routing as a list of rules that a person can type in: the first rule that fits an order decides.

A rule may take a share of the orders that reach it; the others go on to the next rule. A rule is
passed over for orders whose region its contract does not serve from its site.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from planner.domain.contracts import HEAVIEST_G
from planner.domain.plan import Plan
from planner.domain.problem import Problem, ShareRow

Lane = tuple[str, str]  # site, contract
LEAST_SHARE = 1e-9  # of a cell's orders: less is nobody's


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutingRule:
    """Orders of some regions, weights and times go to one site and contract.

    Parameters
    ----------
    regions : tuple of str
        Their names.
    site, contract : str
        Who ships them; contract "": no courier.
    from_s, to_s : int
        Seconds of the horizon, [from, to).
    above_g, to_g : int
        Actual weight in grams, (above, to].
    share : float
        Share of the orders which fit and which no rule before has taken.
    """

    regions: tuple[str, ...]
    site: str
    contract: str
    from_s: int
    to_s: int
    above_g: int = 0
    to_g: int = HEAVIEST_G
    share: float = 1.0

    @property
    def lane(self) -> Lane:
        """Site and contract."""
        return self.site, self.contract


Rules = tuple[RoutingRule, ...]  # in the order in which they are tried
Cell = tuple[str, tuple[int, int], tuple[int, int]]  # region, (above_g, to_g], [from_s, to_s)


@dataclass(frozen=True, eq=False)
class Routed:
    """What a list of rules does: shares by lane of every cell, and the cells it leaves orders of.

    A cell is a region, a stretch of weight and a stretch of time in which the same rules fit.
    Regions that nobody serves from anywhere are none.
    """

    shares: dict[Cell, dict[Lane, float]]
    left: tuple[Cell, ...]

    @property
    def rows(self) -> tuple[ShareRow, ...]:
        """The shares as rows of a plan's routing."""
        rows = [
            ShareRow(
                region=region,
                site=site,
                contract=contract,
                from_s=from_s,
                to_s=to_s,
                share=share,
                above_g=above_g,
                to_g=to_g,
            )
            for (region, (above_g, to_g), (from_s, to_s)), taken in self.shares.items()
            for (site, contract), share in taken.items()
        ]
        return tuple(sorted(rows))


def routed(problem: Problem, rules: Sequence[RoutingRule]) -> Routed:
    """Apply a list of rules to every region, weight and moment of a problem."""
    moments = _edges((0, problem.horizon.end_s), ((r.from_s, r.to_s) for r in rules))
    weights = _edges((0, HEAVIEST_G), ((r.above_g, r.to_g) for r in rules))
    lanes = set(problem.lanes())
    shares: dict[Cell, dict[Lane, float]] = {}
    left = []
    served = {region for _, region, _ in lanes}
    for region in (name for name in problem.region_names if name in served):
        fitting = [r for r in rules if region in r.regions]
        fitting = [r for r in fitting if (r.site, region, r.contract) in lanes]
        for band in pairwise(weights):
            for time in pairwise(moments):
                taken, rest = _taken(fitting, band, time)
                shares[region, band, time] = taken
                if rest > LEAST_SHARE:
                    left.append((region, band, time))
    return Routed(shares, tuple(left))


def under_rules(problem: Problem, plan: Plan, rules: Sequence[RoutingRule]) -> Plan:
    """The plan with its routing by a list of rules.

    Parameters
    ----------
    problem : Problem
        Its regions, lanes and horizon.
    plan : Plan
        The plan whose other decisions stay.
    rules : Sequence[RoutingRule]
        Rules that take every order.

    Returns
    -------
    Plan
        With other shares.
    """
    return replace(plan, routing=routed(problem, rules).rows)


def _edges(whole: tuple[int, int], stretches: Iterable[tuple[int, int]]) -> list[int]:
    """Where stretches begin and end within the whole, in order."""
    low, high = whole
    inner = {edge for stretch in stretches for edge in stretch if low < edge < high}
    return sorted({low, high} | inner)


def _taken(
    rules: Sequence[RoutingRule], band: tuple[int, int], time: tuple[int, int]
) -> tuple[dict[Lane, float], float]:
    """Shares by lane of the orders of a cell, and the share that no rule takes."""
    taken: dict[Lane, float] = {}
    rest = 1.0
    for rule in rules:
        fits = rule.above_g <= band[0] and band[1] <= rule.to_g
        if fits and rule.from_s <= time[0] and time[1] <= rule.to_s and rest > LEAST_SHARE:
            taken[rule.lane] = taken.get(rule.lane, 0.0) + rest * rule.share
            rest = rest * (1.0 - rule.share) if rule.share < 1.0 else 0.0
    return taken, rest
