"""What of the demand a scenario takes as certain: a certificate says nothing about any other."""

from __future__ import annotations

from planner.domain.demand import Demand

GIVEN, BASELINE = "given", "baseline"


def certain_demand(demand: Demand) -> tuple[str, ...]:
    """Components without any spread of their own, single orders apart.

    The given forecast where it is one path, the baseline, and events whose 95 % point is their
    median.
    """
    if demand.given is not None:
        return (GIVEN,) if len(demand.given.orders) == 1 else ()
    found = [event.name for event in demand.events if event.median > 0 and event.sigma == 0]
    base = demand.baseline
    if (
        base is not None
        and base.orders_per_hour.any()
        and not (base.day_cv or base.hour_cv or base.level_cv)
    ):
        found.insert(0, BASELINE)
    return tuple(found)
