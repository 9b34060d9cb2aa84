"""Whether a plan is of a scenario: every name it uses is one of the scenario's."""

from __future__ import annotations

from collections.abc import Iterator

from planner.domain.on_call import ON_CALL
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.workforce import EVENING_BEFORE
from planner.errors import ConflictError

_MOST_NAMED = 20


def check_belongs(problem: Problem, plan: Plan) -> None:
    """Raise ConflictError with every name in the plan that the scenario does not have."""
    known = _known_names(problem)
    unknown = sorted(
        {f"{kind} {name}" for kind, name in _used_names(problem, plan) if name not in known[kind]}
    )
    if not unknown:
        return
    if all(ON_CALL in name for name in unknown):
        raise ConflictError(
            f"this plan was changed by planner replan and names people whom it called, who are no "
            f"crew of the scenario: {', '.join(unknown[:_MOST_NAMED])}; give the plan from before "
            "(only planner replan goes on from this one)"
        )
    named = ", ".join(unknown[:_MOST_NAMED])
    more = f" and {len(unknown) - _MOST_NAMED} more" if len(unknown) > _MOST_NAMED else ""
    raise ConflictError(f"this plan was made for another scenario; unknown names: {named}{more}")


def _known_names(problem: Problem) -> dict[str, set[str]]:
    """Kind -> names that a plan of the problem may use, as `_used_names` writes them."""
    levers = problem.levers
    return {
        "site": set(problem.site_names),
        "contract": {"", *problem.contract_names},
        "region": set(problem.region_names),
        "product": set(problem.product_names),
        "shift": {s.name for s in problem.shifts},
        "crew": {f"{c.name} at {c.site}" for c in problem.crews},
        "process": {f"{p.name} at {s.name}" for s in problem.sites for p in s.processes},
        "promise": {_promise(p.hours, p.region) for p in levers.promises},
        "cap": {_cap(c.orders, c.event) for c in levers.caps},
        "date": {str(problem.horizon.date_of(d)) for d in range(problem.horizon.days)},
    }


def _used_names(problem: Problem, plan: Plan) -> Iterator[tuple[str, str]]:
    """(kind, name) of everything in a plan that the scenario must have."""
    horizon = problem.horizon
    for shift in plan.staffing:
        yield "site", shift.site
        yield "shift", shift.shift
        yield "crew", f"{shift.crew} at {shift.site}"
        yield "process", f"{shift.process} at {shift.site}"
        if shift.day != EVENING_BEFORE:
            yield "date", str(horizon.date_of(shift.day))
    for lane in plan.routing:
        yield "site", lane.site
        yield "contract", lane.contract
        yield "region", lane.region
    for vehicle in plan.extra:
        yield "site", vehicle.site
        yield "contract", vehicle.contract
        yield "date", str(horizon.date_of(vehicle.day))
    for stock in plan.stock or ():
        yield "site", stock.site
        yield "product", stock.product
    for contract in plan.signed:
        yield "contract", contract
    for region, hours in plan.promises:
        yield "promise", _promise(hours, region)
    for event, orders in plan.caps:
        yield "cap", _cap(orders, event)


def _promise(hours: float, region: str) -> str:
    return f"of {hours:g} h to {region}"


def _cap(orders: int, event: str) -> str:
    return f"of {orders} orders for {event}"
