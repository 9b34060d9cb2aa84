"""Lists of routing rules: the first that fits decides, a share lets others pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.domain.contracts import HEAVIEST_G
from planner.domain.horizon import DAY_S
from planner.domain.routing_rules import RoutingRule, routed
from tests.rating.builders import DAYS, promotion
from tests.rating.contract_builders import REGIONS, contract

END = DAYS * DAY_S
A = contract(name="a")
NEAR = contract(name="near", zones={("", "zhejiang"): "east"})
PROBLEM = promotion([A, NEAR])
ALL = RoutingRule(regions=REGIONS, site="yiwu", contract="a", from_s=0, to_s=END)


def shares(rules: list[RoutingRule]) -> dict[tuple[str, int, int], dict[str, float]]:
    """Share by site and contract of (region, grams above, seconds from)."""
    found: dict[tuple[str, int, int], dict[str, float]] = {}
    for row in routed(PROBLEM, rules).rows:
        cell = found.setdefault((row.region, row.above_g, row.from_s), {})
        cell[f"{row.site} {row.contract}"] = row.share
    return found


def test_the_first_rule_that_fits_decides() -> None:
    """Heavy parcels of the last day go another way; the same rule behind that for all does nothing."""
    heavy = replace(ALL, site="chengdu", above_g=500, from_s=END - DAY_S)
    found = shares([heavy, ALL])
    assert len(found) == 3 * 2 * 2
    for (_, above_g, from_s), taken in found.items():
        late = above_g == 500 and from_s == END - DAY_S
        assert taken == {"chengdu a" if late else "yiwu a": 1.0}
    assert all(taken == {"yiwu a": 1.0} for taken in shares([ALL, heavy]).values())


def test_a_share_lets_the_others_pass_on() -> None:
    """Sixty in a hundred, then half of what is left, then the rest: 60, 20 and 20."""
    first, second = replace(ALL, share=0.6), replace(ALL, site="chengdu", share=0.5)
    found = shares([first, second, replace(ALL, contract="near"), ALL])
    assert found["zhejiang", 0, 0] == pytest.approx(
        {"yiwu a": 0.6, "chengdu a": 0.2, "yiwu near": 0.2}
    )
    # near does not serve it: its rule is passed over
    assert found["sichuan", 0, 0] == pytest.approx({"yiwu a": 0.8, "chengdu a": 0.2})


def test_orders_without_a_rule_are_named() -> None:
    """A list without an end leaves whole cells, one that ends in a share a part of every cell; a
    region that nobody serves is none.
    """
    light = replace(ALL, to_g=500)
    assert routed(PROBLEM, [ALL]).left == ()
    assert [cell[:2] for cell in routed(PROBLEM, [light]).left] == [
        (region, (500, HEAVIEST_G)) for region in REGIONS
    ]
    assert len(routed(PROBLEM, [replace(ALL, share=0.9)]).left) == 3
    nobody = promotion([NEAR])
    assert routed(nobody, [replace(ALL, contract="near")]).left == ()


def test_the_shares_of_every_cell_are_those_of_its_orders() -> None:
    """What a list takes sums to one in every cell that it covers, whatever its shares."""
    rules = [replace(ALL, share=s, above_g=100 * k) for k, s in enumerate((0.3, 0.99, 0.01, 0.5))]
    assert all(
        sum(taken.values()) == pytest.approx(1.0) for taken in shares([*rules, ALL]).values()
    )
