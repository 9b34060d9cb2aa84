"""Changes of clauses billed again from the same records cost what they cost when simulated."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from planner.domain.contracts import Hub, Rate
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.platform import Clock
from planner.domain.products import Product
from planner.domain.random_streams import Streams
from planner.domain.service_terms import LateRefund, ScanDelay, ServiceTerms, Transit
from planner.domain.stress import Stress
from planner.simulation.inputs.orders import draw_orders
from planner.studies.contracts.alternatives import planned_alternatives
from planner.studies.contracts.carriage import WORLD
from planner.studies.contracts.carrier_only import packed_at_once, plan_cases
from planner.studies.contracts.clause_costs import ClauseCosts, Happened, Left, Variation
from planner.studies.contracts.clause_sensitivity import every_change, shifted
from planner.studies.runs.run_context import RunContext
from tests.studies.contracts.test_carrier_only import collected, flat, shop

HUB = Hub(
    hub_region="east",
    regions=frozenset({"far"}),
    fee_minor=50,
    onward=Rate(zone="on", first_g=5000, first_price_minor=400),
    up_to_g=700,
)
THROUGH_HUB = replace(flat("hub", 200, ("east",), fixed_fee_minor=100), hub=HUB)
DIRECT = flat("direct", 900, allotment_per_day=400)
OTHER = flat("other", 1000)
GOODS = Product(name="p", label="P", share=1.0, weight_g=500.0, weight_cv=0.5, margin_minor=3000)


def task_of_every_change(prices: bool) -> ClauseCosts:
    """Every change of three contracts, the first of which refuses heavy parcels."""
    contracts = [THROUGH_HUB, DIRECT, OTHER]
    sites = (collected("site", "hub", "direct", "other"), collected("s2", "direct"))
    problem = shop(contracts, sites, products=(GOODS,))
    now = planned_alternatives(problem, contracts, RunContext())[-1].case
    variations = [change.vary for change in every_change(now.problem, contracts, 3)]
    if prices:
        variations = [
            Variation(c.name, other=shifted(c, by)) for c in contracts for by in (-150, 9)
        ]
    return ClauseCosts(now, tuple(variations), (None,) * len(variations), 3)


@pytest.mark.parametrize("prices", [False, True])
def test_what_happens_again_costs_what_a_simulation_says(
    prices: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the minor unit, whatever is changed, refused parcels and late ones included."""
    task, answers = task_of_every_change(prices), []
    short = task(0)
    known = Happened.cost_under

    def never(self: Happened, *given: Any) -> None:
        answers.append(known(self, *given))

    monkeypatch.setattr(Happened, "cost_under", never)
    np.testing.assert_array_equal(short, task(0))
    simulated = [cost is None for cost in answers]
    assert any(simulated)
    assert not all(simulated)


@pytest.mark.parametrize("counts", ["first_scan", "delivered"])
def test_a_delay_leaves_what_happened_at_the_sites(
    counts: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs what a simulation says, also where it makes orders late, and is not simulated."""
    service = ServiceTerms(
        scan_delay=ScanDelay(3600, 7200),
        transit={"z": Transit(2.0, 3.0)},
        late_refund=LateRefund(0.5, {"z": 2.0}),
    )
    hub = Hub(
        hub_region="east", regions=frozenset({"far"}), fee_minor=50, onward_days=Transit(1.0, 2.0)
    )
    contract = replace(DIRECT, service=service, hub=hub)
    problem = shop([contract], (collected("site", "direct"),), products=(GOODS,))
    fined = replace(problem.platform, counts=counts, floor_minor=300, cap_minor=300)
    problem = replace(problem, platform=fined)
    (now,) = plan_cases([packed_at_once(problem, [contract])], RunContext())
    others = (
        *(
            replace(contract, service=terms)
            for terms in (
                replace(service, scan_delay=ScanDelay(40_000, 90_000)),
                replace(service, scan_delay_by_zone={"z": ScanDelay(50_000, 60_000)}),
                replace(service, transit={"z": Transit(4.0, 6.0)}),
            )
        ),
        replace(contract, hub=replace(hub, onward_days=Transit(5.0, 6.0))),
    )
    variations = tuple(Variation("direct", other=other) for other in others)
    assert {v.leaves(now.problem) for v in variations} == {Left.SITES}
    task, answers = ClauseCosts(now, variations, (None,) * len(others), 3), []
    short = task(0)
    assert len(set(short)) >= 4
    known = Happened.cost_under

    def never(self: Happened, *given: Any) -> None:
        answers.append(known(self, *given))

    monkeypatch.setattr(Happened, "cost_under", never)
    np.testing.assert_array_equal(short, task(0))
    assert answers == short[1:]


def test_a_collection_more_is_simulated_where_a_risk_may_strike_it() -> None:
    """Of a contract that no parcel uses: without it the risk strikes another collection."""
    contracts = [flat("cheap", 100), flat("costly", 9000)]
    problem = shop(contracts, products=(GOODS,))
    missed = Stress(
        name="missed",
        kind="missed_pickup",
        strength=1,
        probability=0.9,
        from_s=0,
        to_s=2 * DAY_S,
    )
    for risks, simulated in (((), False), ((missed,), True)):
        given = replace(packed_at_once(problem, contracts), risks=risks)
        (now,) = plan_cases([given], RunContext())
        assert "costly" not in now.used_or_signed
        site = now.problem.sites[0]
        late = replace(site.collections[-1], contract="costly", at_s=22 * HOUR_S)
        more = Variation("costly", site=replace(site, collections=(*site.collections, late)))
        streams = Streams(3, WORLD, 0)
        happened = Happened.of(now, draw_orders(now.problem, streams), streams, 0)
        changed = more(now.problem)
        cost = happened.cost_under(more, changed, more.leaves(now.problem))
        assert (cost is None) is simulated


def test_a_price_that_draws_refused_parcels_is_simulated() -> None:
    """Parcels that the hub refuses go with the cheaper of the others, which is another one then."""
    task = task_of_every_change(True)
    drawn = replace(
        task,
        variations=(Variation("other", other=shifted(OTHER, -150)),),
        plans=(None,),
    )
    now, changed = drawn(0)
    assert changed != now
