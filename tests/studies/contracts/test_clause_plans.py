"""Plans of changed clauses: the present plan stays only where planning again leads back to it."""

from __future__ import annotations

from dataclasses import replace
from unittest.mock import patch

import pytest

from planner.domain.horizon import HOUR_S
from planner.planning.solution import replanning
from planner.studies.contracts.carrier_only import case_costs, plan_couriers, sampled_demand
from planner.studies.contracts.clause_plans import ClausePlans
from planner.studies.contracts.clause_sensitivity import shifted
from planner.studies.runs.run_context import RunContext
from tests.studies.contracts.test_clause_costs import OTHER, Variation, task_of_every_change


def plans_of(variations: tuple[Variation, ...] | None = None) -> ClausePlans:
    """The plans of changes of three contracts."""
    costs = task_of_every_change(False)
    return ClausePlans(
        costs.now,
        costs.variations if variations is None else variations,
        sampled_demand(costs.now.problem, RunContext()),
        100,
    )


def test_where_the_plan_stays_planning_again_saves_nothing() -> None:
    """The plan made for the change costs as much in the model as the present one was planned for,
    but for what the change itself takes off: with the routing of the present plan.
    """
    task = plans_of()
    stays = [k for k in range(len(task.variations)) if task(k) is None]
    assert len(stays) > 3
    for k in stays:
        problem = task.variations[k](task.now.problem)
        again = plan_couriers(problem, task.scenarios, task.effort)
        assert again.routing == task.now.plan.routing
        assert again.signed == task.now.plan.signed


def test_a_contract_that_becomes_the_cheapest_is_planned_again() -> None:
    """From 10.00 to 0.50: everything goes with it."""
    task = plans_of((Variation("other", other=shifted(OTHER, -950)),))
    plan = task(0)
    assert plan is not None
    assert {row.contract for row in plan.routing} == {"other"}


def test_that_a_price_moves_nothing_is_proved_without_a_solver() -> None:
    """The prices of the rows of the relaxation suffice."""
    task = plans_of((Variation("other", other=shifted(OTHER, -1)),))
    problem = task.variations[0](task.now.problem)
    with patch.object(replanning, "solve_again", side_effect=AssertionError("solved again")):
        assert task.before.stays(problem, case_costs(problem), "other")


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_price_that_moves_nothing_leaves_the_plan(shift: int) -> None:
    """A cent more or less on a contract far too expensive."""
    task = plans_of((Variation("other", other=shifted(OTHER, shift)),))
    assert task(0) is None


def test_results_do_not_depend_on_who_solves_the_relaxation() -> None:
    """A task that was sent with its relaxation, and one that solves it itself."""
    sent, own = plans_of(), plans_of()
    assert sent.before is sent.before
    for k in (0, 1):
        assert sent(k) == replace(own)(k)


@pytest.mark.parametrize(("by", "again"), [(0, False), (-950, True)])
def test_a_collection_of_a_contract_that_is_not_used(by: int, again: bool) -> None:
    """The model has other rows then; the plan stays unless the contract may pay."""
    task = plans_of()
    site = task.now.problem.sites[0]
    evening = replace(next(c for c in site.collections if c.contract == "other"), at_s=22 * HOUR_S)
    more = replace(site, collections=(*site.collections, evening))
    changed = Variation("other", other=shifted(OTHER, by), site=more)
    plan = replace(task, variations=(changed,))(0)
    assert "other" not in task.now.used_or_signed
    assert (plan is not None) == again


def test_a_collection_of_a_contract_that_is_used_is_planned_for() -> None:
    """Nobody can tell beforehand what it changes."""
    task = plans_of()
    site = task.now.problem.sites[0]
    used = next(c for c in site.collections if c.contract in task.now.used)
    more = replace(site, collections=(*site.collections, replace(used, at_s=22 * HOUR_S)))
    changed = Variation(used.contract, site=more)
    assert replace(task, variations=(changed,))(0) is not None
