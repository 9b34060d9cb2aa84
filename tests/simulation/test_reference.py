"""The model against the same rules written a second time, as slowly and plainly as possible."""

from __future__ import annotations

import numpy as np
import pytest

from planner.domain.streams import HELD_OUT, Streams
from planner.simulation.orders import draw_orders
from tests.builders import simulate
from tests.simulation.generated import generated
from tests.simulation.reference import Reference


def differences(seed: int) -> list[str]:
    """What differs between the model and the reference on the generated problem number `seed`."""
    problem, plan = generated(seed)
    streams = Streams(seed, HELD_OUT, 0)
    orders = draw_orders(problem, streams)
    records = simulate(problem, plan, orders, streams)
    reference = Reference(problem, plan, orders, streams)
    pairs = {
        "site": (records.site, reference.site),
        "contract": (records.contract, reference.contract),
        "begun": (records.start_s, reference.begun),
        "ended": (records.end_s, reference.end),
        "packed": (records.packed_at_s, reference.packed),
        "handed over": (records.handed_over_at_s, reference.handed),
        "came back": (records.returned_at_s, reference.back),
        "received": (records.received_at_s, reference.received),
    }
    return [name for name, (ours, theirs) in pairs.items() if not np.array_equal(ours, theirs)]


def test_every_order_has_the_seconds_of_the_reference() -> None:
    """On 200 generated problems every order has the same site, courier and second of every step in both, and no order
    is lost or doubled after any event."""
    assert {seed: found for seed in range(200) if (found := differences(seed))} == {}


@pytest.mark.slow
def test_every_order_has_the_seconds_of_the_reference_in_many_problems() -> None:
    """The same on 5,000 more generated problems."""
    assert {seed: found for seed in range(200, 5200) if (found := differences(seed))} == {}
