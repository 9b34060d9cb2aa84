"""Lists of rules with the people and stock of their plan: what they keep, cost and never do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from planner.domain.contracts import Contract
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.routing_rules import under_rules
from planner.formats.routing_rules import RULE_COLUMNS
from planner.studies.certification.certificate import CertificationLook, met_count
from planner.studies.certification.common_replications import evaluate_plans
from planner.studies.certification.pilot_replications import PilotRun, PilotRuns
from planner.studies.contracts.alternatives import planned_alternatives
from planner.studies.options.study_options import RoutingRuleOptions, StudyOptions
from planner.studies.routing.cells import cells_of, signed_lanes
from planner.studies.routing.own_rules import (
    chosen_lists,
    has_choice,
    rule_tables,
    single_lanes,
    typed_back,
)
from planner.studies.routing.rules_cost import COST_COLUMNS, HeldOut, cost_per_order, rules_cost
from planner.studies.routing.trials import PILOT_SET, Trials
from planner.studies.runs.executor import Executor
from planner.studies.runs.run_context import RunContext
from tests.builders import a_plan
from tests.rating.builders import promotion
from tests.rating.contract_builders import contract
from tests.studies.contracts.test_routing_rules import crosswise

FEW = RoutingRuleOptions(
    sizes=(3, 10), departure_prices=(0.02, 0.5), pilot_runs=6, hardest=2, others=2, polish_passes=1
)
CONTEXT = RunContext(options=StudyOptions(routing_rules=FEW))
N = 5


def planned(*contracts: Contract) -> tuple[Problem, Plan]:
    """A problem of two sites with the joint plan for these contracts."""
    problem = promotion([], weight_classes_g=(300, 1000))
    case = planned_alternatives(problem, contracts, CONTEXT)[-1].case
    return case.problem, case.plan


@pytest.fixture(scope="module")
def case() -> tuple[Problem, Plan]:
    return planned(*crosswise())


def held_out(problem: Problem, plan: Plan) -> HeldOut:
    (summaries,) = evaluate_plans(problem, [plan], CONTEXT, HELD_OUT, N)
    return HeldOut(plan, summaries, CertificationLook(1, N))


@pytest.fixture(scope="module")
def tables(case: tuple[Problem, Plan]) -> dict[str, pd.DataFrame]:
    return rule_tables(case[0], held_out(*case), CONTEXT)


def test_the_tables_say_what_the_lists_do(
    case: tuple[Problem, Plan], tables: dict[str, pd.DataFrame]
) -> None:
    """Every list, read from its table and simulated here: cost, difference and kept count are those
    of the table; the plan itself costs no more than itself.
    """
    problem, plan = case
    assert list(tables["rules"].columns) == list(RULE_COLUMNS)
    assert list(tables["rules_cost"].columns) == list(COST_COLUMNS)
    lists = typed_back(problem, tables["rules"])
    said = tables["rules_cost"].set_index("rules")
    assert list(said.index) == [*lists, "all"]
    assert list(said.loc["all", ["extra", "extra_low", "extra_high"]]) == [0, 0, 0]
    own = cost_per_order(problem, plan, held_out(problem, plan).summaries)
    for name, rules in lists.items():
        assert name == str(len(rules))
        by_rules = under_rules(problem, plan, rules)
        (summaries,) = evaluate_plans(problem, [by_rules], CONTEXT, HELD_OUT, N)
        cost = cost_per_order(problem, by_rules, summaries)
        assert said.loc[name, "cost_per_order"] == pytest.approx(cost.mean(), abs=1e-4)
        assert said.loc[name, "extra"] == pytest.approx((cost - own).mean(), abs=1e-4)
        assert said.loc[name, "kept"] == met_count(problem, summaries)
    assert (said["replications"] == N).all()
    assert not said["certified"].any()  # five replications certify nothing


def test_enough_rules_are_the_plan(tables: dict[str, pd.DataFrame]) -> None:
    """The more rules, the less more they cost; the longest list costs what the plan does."""
    extra = tables["rules_cost"]["extra"].tolist()[:-1]
    assert extra == sorted(extra, reverse=True)
    assert extra[-1] == pytest.approx(0.0, abs=2e-3)


def test_no_list_is_worse_than_a_single_lane(case: tuple[Problem, Plan]) -> None:
    """On the pilot replications every list that is chosen keeps as many as everything on one lane,
    and of those that keep as many it costs no more.
    """
    problem, plan = case
    cells = signed_lanes(problem, cells_of(problem), plan.signed)
    singles = single_lanes(problem, cells)
    assert len(singles) == len(cells.lanes)
    with PilotRuns(problem, [PilotRun(PILOT_SET, k) for k in range(6)], Executor()) as pilot:
        trials = Trials(problem, plan, pilot, FEW)
        for rules in chosen_lists(problem, plan, CONTEXT).values():
            for single in singles:
                assert trials.best([rules, single]) == rules


def test_the_same_lists_for_any_number_of_jobs(case: tuple[Problem, Plan]) -> None:
    """Searched and tried in two processes or in one."""
    two = replace(CONTEXT, executor=Executor(2))
    assert chosen_lists(*case, two) == chosen_lists(*case, CONTEXT)


def test_a_list_that_fails_says_so(case: tuple[Problem, Plan]) -> None:
    """Everything from a site where nobody works is late: not kept, not certified."""
    problem, plan = case
    idle = replace(plan, staffing=tuple(r for r in plan.staffing if r.site == "yiwu"))
    lists = {rules[0].site: rules for rules in single_lanes(problem, cells_of(problem))}
    table = rules_cost(problem, held_out(problem, idle), lists, CONTEXT).set_index("rules")
    assert table.loc["yiwu", "kept"] == N
    assert table.loc["chengdu", "kept"] == 0
    assert not table.loc["chengdu", "certified"]


def test_rules_use_signed_contracts_only(case: tuple[Problem, Plan]) -> None:
    """A contract that is not signed is no lane, a region of another's own costs more than any."""
    problem, plan = case
    cells = cells_of(problem)
    kept = signed_lanes(problem, cells, plan.signed[:1])
    assert {contract for _, contract in kept.lanes} == set(plan.signed[:1])
    name = plan.signed[0]
    own = replace(problem.contract(name).commitment, exclusive=frozenset({"sichuan"}))
    alone = replace(
        problem,
        contracts=tuple(
            replace(c, commitment=own) if c.name == name else c for c in problem.contracts
        ),
    )
    closed = signed_lanes(alone, cells, plan.signed)
    others = [k for k, (_, contract) in enumerate(closed.lanes) if contract != name]
    region = problem.region_names.index("sichuan")
    assert (
        closed.cost[region][..., others] > 5 * np.nanmax(cells.cost[np.isfinite(cells.cost)])
    ).all()


def test_where_orders_go_one_way_there_are_no_rules() -> None:
    """One site and one contract: no table."""
    one = promotion([contract(name="a")], {"yiwu": ["a"]})
    one = replace(one, sites=one.sites[:1], crews=one.crews[:1])
    assert not has_choice(one)
    assert has_choice(promotion([contract(name="a")]))
    held = HeldOut(a_plan(one, staffing=()), [], CertificationLook(1, 0))
    assert rule_tables(one, held, CONTEXT) == {}
