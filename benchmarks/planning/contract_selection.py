"""Time to prove which of 50 contracts to sign for 50 regions, ours against HiGHS in SciPy.

Every contract has a fixed fee, a daily allotment and its own price to each region; one site packs
everything in a moment, so that signing and sharing out is all there is to decide. The program is
built by the planner's own rules, and both solvers get the same arrays.

    python benchmarks/planning/contract_selection.py [--regions R] [--contracts C]
        [--rounds N] [--seed S] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import figure, in_turns, median_ratio, stdout_kept_clean, table
from planner.domain.contracts import Bracket, Commitment, Contract, Rate, Tariff
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_path import mean_path
from planner.domain.demand_scenarios import LaneCosts, ScenarioSet
from planner.domain.horizon import HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew
from planner.planning.formulation.model import Model, build
from planner.planning.formulation.parameters import Parameters
from planner.planning.milp.answer import Answer
from planner.planning.milp.builder import MilpArrays
from planner.planning.milp.solver import SolveLimits, solve
from planner.planning.options import PlanningOptions

GAP = 1e-6
OPTIONS = PlanningOptions(pickup_z=0.0)  # allotments are filled to the last parcel
PER_REGION = 100  # orders, on average
ROOM = 4.0  # all allotments together over all orders
SPAN = 100.0  # regions and depots lie in a square so wide
PER_UNIT = 6.0  # minor units for a parcel and a unit of distance
FEE = 60_000.0


def selection(regions: int, contracts: int, seed: int) -> tuple[Problem, LaneCosts]:
    """A generated problem of choosing contracts with a fixed fee and an allotment.

    All orders come before eight in the morning and leave at eight in the evening. A lane costs the
    distance between the region and the contract's depot; a large allotment has a large fee, in
    proportion to the root.

    Parameters
    ----------
    regions : int
        Number of regions.
    contracts : int
        Number of contracts.
    seed : int
        Seed of the generator.

    Returns
    -------
    tuple[Problem, LaneCosts]
        The problem and its lane costs.
    """
    rng = np.random.default_rng([seed, regions, contracts])
    share = rng.dirichlet(np.full(regions, 4.0))
    orders = PER_REGION * regions
    allotted = rng.dirichlet(np.full(contracts, 6.0)) * ROOM * orders
    fee = FEE * np.sqrt(allotted / allotted.mean()) * rng.uniform(0.7, 1.3, contracts)
    names = tuple(f"region-{r}" for r in range(regions))
    carriers = tuple(
        Contract(
            name=f"contract-{c}",
            label=f"contract-{c}",
            tariff=Tariff(
                zones={("", name): "all" for name in names},
                rates={"all": Rate(zone="all", brackets=(Bracket(20_000, 300),))},
            ),
            commitment=Commitment(
                fixed_fee_minor=round(fee[c]), allotment_per_day=round(allotted[c])
            ),
        )
        for c in range(contracts)
    )
    hours = np.where(np.arange(48) < 8, orders / 8, 0.0)
    problem = Problem(
        name="which contracts",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 10), 2, HOUR_S, "Asia/Shanghai"),
        seed=seed,
        service=Service(1.0, 0.95),
        platform=PlatformRule(name="benchmark", counts="handover", deadline_hours=20.0),
        regions=tuple(Region(n, n, float(s)) for n, s in zip(names, share, strict=True)),
        products=(Product(name="parcel", label="Parcel", share=1.0, weight_g=500.0),),
        demand=Demand(
            events=(), region_share=share, product_share=np.ones(1), baseline=Baseline(hours)
        ),
        sites=(
            Site(
                name="east",
                label="East",
                region=names[0],
                processes=(Process(name="pack", orders_per_hour=1e6),),
                collections=_collections(carriers),
            ),
        ),
        shifts=(Shift("day", 8 * HOUR_S, 20 * HOUR_S),),
        crews=(Crew(name="own", site="east", temporary=False, limit=10, wage_minor_per_hour=0),),
        contracts=carriers,
    )
    place, depot = rng.uniform(0, SPAN, (regions, 2)), rng.uniform(0, SPAN, (contracts, 2))
    away = np.linalg.norm(place[:, None] - depot[None], axis=-1)
    price = (200.0 + PER_UNIT * away)[None, :, :, None, None]
    return problem, LaneCosts.plain(np.broadcast_to(price, (1, regions, contracts, 1, 2)).copy())


def _collections(carriers: tuple[Contract, ...]) -> tuple[Collection, ...]:
    return tuple(Collection(c.name, 20 * HOUR_S) for c in carriers)


def model_of(problem: Problem, costs: LaneCosts) -> Model:
    """The joint model of the problem on its mean demand."""
    path = mean_path(problem.demand, problem.horizon).intensity
    scenarios = ScenarioSet(
        weight=np.ones(1),
        intensity=path[None],
        region_share=problem.demand.region_shares()[None],
        product_share=problem.demand.product_shares()[None],
        stress_level=np.ones(1),
    )
    return build(
        Parameters(
            problem=problem, scenarios=scenarios, lane_costs=costs, options=OPTIONS, active=(0,)
        )
    )


def by_scipy(arrays: MilpArrays) -> Answer:
    """The same arrays, as they are, to HiGHS through SciPy."""
    found = milp(
        arrays.objective,
        integrality=arrays.integer,
        bounds=Bounds(arrays.lower, arrays.upper),
        constraints=LinearConstraint(arrays.matrix, arrays.row_lower, arrays.row_upper),
        options={"mip_rel_gap": GAP},
    )
    status = "optimal" if found.status == 0 else "unknown"
    return Answer(
        status=status,
        solver="scipy",
        values=np.asarray(found.x),
        objective=float(found.fun),
        bound=float(found.mip_dual_bound),
    )


def measure(regions: int, contracts: int, rounds: int, seed: int) -> dict[str, Any]:
    """Both solvers in turns; what each proved, and whether they agree.

    Parameters
    ----------
    regions : int
        Number of regions.
    contracts : int
        Number of contracts.
    rounds : int
        Measurements of each solver.
    seed : int
        Seed of the generator.

    Returns
    -------
    dict[str, Any]
        Figures by name.
    """
    model = model_of(*selection(regions, contracts, seed))
    arrays = model.milp.arrays()
    limits = SolveLimits(nodes=10**7, relative_gap=GAP)
    with stdout_kept_clean():
        seconds, answers = in_turns(
            {"ours": lambda: solve(arrays, limits), "scipy": lambda: by_scipy(arrays)}, rounds
        )
    costs = {name: answer.objective or 0.0 for name, answer in answers.items()}
    return {
        "regions": regions,
        "contracts": contracts,
        "columns": len(arrays.upper),
        "rows": len(arrays.row_lower),
        "signed": round(float(answers["ours"].solution[model.signed].sum())),
        "seconds": {name: round(statistics.median(each), 3) for name, each in seconds.items()},
        "ratio_to_scipy": round(median_ratio(seconds["ours"], seconds["scipy"]), 3),
        "status": {name: answer.status for name, answer in answers.items()},
        "gap": {name: _gap(answer) for name, answer in answers.items()},
        "objective": {name: round(cost, 2) for name, cost in costs.items()},
        "agree": abs(costs["ours"] - costs["scipy"]) <= 2 * GAP * abs(costs["scipy"]),
    }


def _gap(answer: Answer) -> float:
    cost = answer.objective or 0.0
    return max(cost - answer.bound, 0.0) / max(abs(cost), 1.0)


def report(found: dict[str, Any]) -> str:
    """The figures as text."""
    rows = [
        (
            name,
            f"{found['seconds'][name]:.2f}",
            found["status"][name],
            f"{found['gap'][name]:.1e}",
            f"{cost:,.2f}",
        )
        for name, cost in found["objective"].items()
    ]
    size = f"{found['regions']} regions, {found['contracts']} contracts, {found['signed']} signed"
    return "\n".join(
        [
            table(("solved by", "seconds", "status", "gap", "cost in minor units"), rows),
            "",
            f"{size}; {found['columns']:,} columns, {found['rows']:,} rows. Ours over SciPy: "
            f"{figure(found['ratio_to_scipy'])}. Same cost: {'yes' if found['agree'] else 'NO'}.",
        ]
    )


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--regions", type=int, default=50)
    parser.add_argument("--contracts", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    found = measure(asked.regions, asked.contracts, asked.rounds, asked.seed)
    print(json.dumps(found) if asked.json else report(found))


if __name__ == "__main__":
    main()
