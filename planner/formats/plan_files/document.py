"""plan.json: what a plan says of itself, apart from its decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from planner.documents.reading import PLAN
from planner.domain.demand_certainty import certain_demand
from planner.domain.money import minor_digits, to_major
from planner.domain.plan import Certificate, Plan, PlanStatus
from planner.domain.problem import Problem, Target
from planner.domain.roster import EmptyPlaces
from planner.errors import ConflictError

AMOUNTS = ("objective", "bound", "model_objective", "model_bound")  # of plan.json, and of a Plan


def plan_summary(
    problem: Problem, plan: Plan, simulated: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """The content of plan.json: money in major units, shares as numbers.

    Parameters
    ----------
    problem : Problem
        What is given.
    plan : Plan
        What was decided.
    simulated : mapping or None
        {mean, low, high} of the on-time share, where it is known.

    Returns
    -------
    dict
        Values that JSON can hold.
    """
    certificate = plan.certificate
    return {
        "status": str(plan.status),
        **({"note": plan.note} if plan.note else {}),
        "objective": _major(plan.objective, problem),
        "bound": _major(plan.bound, problem),
        "gap": plan.gap,
        "model_objective": _major(plan.model_objective, problem),
        "model_bound": _major(plan.model_bound, problem),
        "model_gap": plan.model_gap,
        "method": plan.method,
        "currency": problem.currency,
        "certain_demand": list(certain_demand(problem.demand)),
        "costs": {name: _major(amount, problem) for name, amount in plan.costs.items()},
        "service": {
            "on_time_share": problem.service.on_time_share,
            "confidence": problem.service.confidence,
            "also": [asdict(target) for target in problem.service.also],
            "expected": dict(plan.expected),
            "simulated": dict(simulated) if simulated is not None else None,
        },
        "certificate": None if certificate is None else asdict(certificate),
        "signed": list(plan.signed),
        "promises": dict(plan.promises),
        "caps": dict(plan.caps),
        "margins": dict(plan.margins),
        "reproducible": plan.reproducible,
        "stock_unlimited": plan.stock is None,
    }


def plan_fields(data: Mapping[str, Any], problem: Problem) -> dict[str, Any]:
    """The plan's fields that stand in plan.json.

    Parameters
    ----------
    data : mapping
        Content of plan.json.
    problem : Problem
        What the plan is for.

    Returns
    -------
    dict
        Fields of a `Plan` by name.

    Raises
    ------
    ConflictError
        The plan is in another currency.
    """
    if data["currency"] != problem.currency:
        raise ConflictError(
            f"{PLAN}: the plan is in {data['currency']}, the scenario in {problem.currency}"
        )

    def minor(amount: float | None) -> int | None:
        return None if amount is None else round(amount * 10 ** minor_digits(problem.currency))

    certificate = data["certificate"]
    return {
        **{name: data[name] for name in ("method", "gap", "model_gap", "reproducible")},
        "status": PlanStatus(data["status"]),
        "note": data.get("note") or "",
        **{name: minor(data[name]) for name in AMOUNTS},
        "signed": tuple(data["signed"]),
        "promises": tuple((region, float(hours)) for region, hours in data["promises"].items()),
        "caps": tuple(data["caps"].items()),
        "margins": {name: float(value) for name, value in data["margins"].items()},
        "costs": {name: minor(amount) for name, amount in data["costs"].items()},
        "expected": data["service"]["expected"],
        "certificate": None if certificate is None else _certificate(certificate),
    }


def _major(minor: int | None, problem: Problem) -> float | int | None:
    """An amount in major units; whole where the currency has no decimals."""
    if minor is None:
        return None
    return float(to_major(minor, problem.currency)) if minor_digits(problem.currency) else minor


def _certificate(data: Mapping[str, Any]) -> Certificate:
    also = tuple(Target(**target) for target in data.get("also", ()))
    empty = tuple(
        EmptyPlaces(**{**places, "dates": tuple(places["dates"])})
        for places in data.get("empty_places", ())
    )
    return Certificate(**{**data, "also": also, "empty_places": empty})
