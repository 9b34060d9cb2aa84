"""Changes of clauses billed again from the same records cost what they cost when simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.contracts import Hub, Rate
from planner.domain.products import Product
from planner.domain.service_terms import LateRefund, ScanDelay, ServiceTerms, Transit
from planner.studies.contracts.alternatives import planned_alternatives
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

    def never(self: Happened, *given: object) -> None:
        answers.append(known(self, *given))

    monkeypatch.setattr(Happened, "cost_under", never)
    np.testing.assert_array_equal(short, task(0))
    simulated = [cost is None for cost in answers]
    assert any(simulated)
    assert not all(simulated)


@pytest.mark.parametrize("counts", ["first_scan", "delivered"])
def test_a_delay_leaves_what_happened_at_the_sites(
    counts: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It costs what a simulation says, also where it makes orders late, and is not simulated."""
    service = ServiceTerms(
        scan_delay=ScanDelay(3600, 7200),
        transit={"z": Transit(2.0, 3.0)},
        late_refund=LateRefund(0.5, {"z": 2.0}),
    )
    contract = replace(DIRECT, service=service)
    problem = shop([contract], (collected("site", "direct"),), products=(GOODS,))
    fined = replace(problem.platform, counts=counts, floor_minor=300, cap_minor=300)
    problem = replace(problem, platform=fined)
    (now,) = plan_cases([packed_at_once(problem, [contract])], RunContext())
    slower = (
        replace(service, scan_delay=ScanDelay(40_000, 90_000)),
        replace(service, transit={"z": Transit(4.0, 6.0)}),
    )
    variations = tuple(
        Variation("direct", other=replace(contract, service=terms)) for terms in slower
    )
    assert {v.leaves(now.problem) for v in variations} == {Left.SITES}
    task = ClauseCosts(now, variations, (None, None), 3)
    short = task(0)
    assert len(set(short)) == 3
    monkeypatch.setattr(Happened, "cost_under", lambda *_: None)
    np.testing.assert_array_equal(short, task(0))


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
