"""Changes of clauses billed again from the same records cost what they cost when simulated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.domain.contracts import Hub, Rate
from planner.domain.products import Product
from planner.studies.contracts.alternatives import planned_alternatives
from planner.studies.contracts.clause_costs import ClauseCosts, Happened, Variation
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
    task, asked = task_of_every_change(prices), []
    short = task(0)
    known = Happened.happens_again

    def never(self: Happened, *given: object) -> bool:
        asked.append(known(self, *given))
        return False

    monkeypatch.setattr(Happened, "happens_again", never)
    np.testing.assert_array_equal(short, task(0))
    assert any(asked)
    assert not all(asked)


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
