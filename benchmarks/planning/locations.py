"""Capacitated warehouse location: our plan against the optimum of the textbook model.

16 warehouses and 50 customers.

A warehouse is a contract: its fixed fee, its daily allotment, and a price of its own to every
region. A customer is a region whose parcels are all ordered within one hour. One site packs them in
a moment, so that opening warehouses and sharing customers out is all there is to decide. Planned is
as in `planner plan`, from prices of the contracts to shares in millionths; two margins of planning
are set aside because the textbook knows nothing of them: the room that allotments keep for random
numbers of parcels (`pickup_z`), and orders that may be late (`on_time_share` 1).

The textbook: minimise sum f[j] y[j] + sum c[i,j] d[i] x[i,j], where sum over j of x[i,j] = 1, sum
over i of d[i] x[i,j] <= u[j] y[j], x[i,j] <= y[j], y 0 or 1 (Beasley 1988, European Journal of
Operational Research 33, 314-325); by SciPy's HiGHS to a relative gap of 1e-9. `--margins` plans
with the default margins, which cost what is printed above the optimum; the planner's bound is then
one of the program with margins.

    python benchmarks/planning/locations.py [--count N] [--first SEED] [--margins] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, identity, kron, vstack

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import seconds_of, stdout_kept_clean, table
from planner.domain.arrays import Floats, Ints
from planner.domain.contracts import Bracket, Commitment, Contract, Rate, Tariff
from planner.domain.demand import Demand
from planner.domain.given_demand import GivenDemand
from planner.domain.horizon import HOUR_S, Horizon, Shift
from planner.domain.platform import PlatformRule
from planner.domain.problem import Problem, Service
from planner.domain.products import Product, Region
from planner.domain.site import Collection, Process, Site
from planner.domain.workforce import Crew
from planner.forecasting.scenario_reduction import sample_scenarios
from planner.planning.options import PlanningOptions
from planner.planning.solution.scenario_generation import plan_joint
from planner.rating.lane_costs import lane_costs

WAREHOUSES, CUSTOMERS = 16, 50
FAMILY = 42  # of random numbers
EXACTLY = PlanningOptions(pickup_z=0.0)
SPAN = 100.0  # customers and warehouses lie in a square so wide
PER_UNIT = 6.0  # minor units for a parcel and a unit of distance
ORDERED_AT, COLLECTED_AT = 7, 20  # hours of the first day; due at three in the following night
GAP = 1e-9


@dataclass(frozen=True, eq=False)
class Instance:
    """An instance of customers i and warehouses j.

    `demand[i]` parcels, `price[i, j]` of one in minor units, `fee[j]` and `room[j]` parcels a day.
    """

    demand: Ints
    price: Ints
    fee: Ints
    room: Ints


def instance(seed: int) -> Instance:
    """A generated instance.

    Room for one and a half to four times the parcels; fees from negligible to those of a few
    warehouses in all.
    """
    rng = np.random.default_rng([FAMILY, seed])
    demand = np.rint(rng.lognormal(5.0, 0.8, CUSTOMERS)).astype(np.int64) + 1
    customer, warehouse = (
        rng.uniform(0, SPAN, (CUSTOMERS, 2)),
        rng.uniform(0, SPAN, (WAREHOUSES, 2)),
    )
    away = np.linalg.norm(customer[:, None] - warehouse[None], axis=-1)
    room = rng.dirichlet(np.full(WAREHOUSES, 6.0)) * float(rng.uniform(1.5, 4.0)) * demand.sum()
    fee = (
        float(rng.choice([40_000, 120_000, 400_000]))
        * np.sqrt(room / room.mean())
        * rng.uniform(0.7, 1.3, WAREHOUSES)
    )
    return Instance(
        demand,
        np.rint(200.0 + PER_UNIT * away).astype(np.int64),
        np.rint(fee).astype(np.int64),
        np.ceil(room).astype(np.int64),
    )


def problem_of(given: Instance) -> Problem:
    """The instance as a problem of ours, on two days, the second one empty."""
    names = tuple(f"customer-{i}" for i in range(CUSTOMERS))
    orders = np.zeros((1, 48, CUSTOMERS, 1))
    orders[0, ORDERED_AT, :, 0] = given.demand
    contracts = tuple(
        Contract(
            name=f"warehouse-{j}",
            label=f"Warehouse {j}",
            tariff=Tariff(
                zones={("", name): name for name in names},
                rates={
                    name: Rate(zone=name, brackets=(Bracket(20_000, int(given.price[i, j])),))
                    for i, name in enumerate(names)
                },
            ),
            commitment=Commitment(
                fixed_fee_minor=int(given.fee[j]), allotment_per_day=int(given.room[j])
            ),
        )
        for j in range(WAREHOUSES)
    )
    share = given.demand / given.demand.sum()
    collections = tuple(Collection(c.name, COLLECTED_AT * HOUR_S) for c in contracts)
    return Problem(
        name="locations",
        currency="CNY",
        horizon=Horizon(datetime(2026, 11, 10), 2, HOUR_S, "Asia/Shanghai"),
        seed=1,
        service=Service(1.0, 0.95),
        platform=PlatformRule(name="benchmark", counts="handover", deadline_hours=20.0),
        regions=tuple(Region(n, n, float(s)) for n, s in zip(names, share, strict=True)),
        products=(Product(name="parcel", label="Parcel", share=1.0, weight_g=500.0),),
        demand=Demand(
            events=(), region_share=share, product_share=np.ones(1), given=GivenDemand(orders)
        ),
        sites=(
            Site(
                name="east",
                label="East",
                region=names[0],
                processes=(Process(name="pack", orders_per_hour=1e6),),
                collections=collections,
            ),
        ),
        shifts=(Shift("day", 8 * HOUR_S, 20 * HOUR_S),),
        crews=(Crew(name="own", site="east", temporary=False, limit=10, wage_minor_per_hour=0),),
        contracts=contracts,
    )


def optimum(given: Instance) -> float:
    """Least cost by the textbook program; columns x[i, j], then y[j]."""
    shares, one = CUSTOMERS * WAREHOUSES, identity(WAREHOUSES)
    served = hstack(
        [kron(identity(CUSTOMERS), np.ones((1, WAREHOUSES))), csr_array((CUSTOMERS, WAREHOUSES))]
    )
    filled = hstack(
        [kron(given.demand[None, :], one), csr_array(np.diag(-given.room.astype(float)))]
    )
    opened = hstack([identity(shares), kron(np.ones((CUSTOMERS, 1)), -one)])
    cost: Floats = np.concatenate(
        [(given.price * given.demand[:, None]).ravel(), given.fee]
    ).astype(float)
    rows = len(given.room) + shares
    found = milp(
        cost,
        integrality=np.concatenate([np.zeros(shares), np.ones(WAREHOUSES)]),
        bounds=Bounds(0.0, 1.0),
        constraints=LinearConstraint(
            vstack([served, filled, opened]).tocsr(),
            np.concatenate([np.ones(CUSTOMERS), np.full(rows, -np.inf)]),
            np.concatenate([np.ones(CUSTOMERS), np.zeros(rows)]),
        ),
        options={"mip_rel_gap": GAP},
    )
    if found.status != 0:
        raise RuntimeError(f"the textbook program was not solved: {found.message}")
    return float(found.fun)


def measure(seed: int, options: PlanningOptions = EXACTLY) -> dict[str, Any]:
    """One instance: our plan, as it is printed, against the optimum."""
    given = instance(seed)
    problem = problem_of(given)
    scenarios, costs = (
        sample_scenarios(problem, problem.seed, 12),
        lane_costs(problem, problem.seed),
    )
    ours_s, plan = seconds_of(lambda: plan_joint(problem, scenarios, costs, options=options))
    scipy_s, best = seconds_of(lambda: optimum(given))
    cost = plan.objective or 0
    return {
        "seed": seed,
        "optimum": round(best, 2),
        "cost": cost,
        "above": cost / best - 1.0,
        "bound": plan.model_bound,
        "gap": plan.model_gap,
        "status": plan.status,
        "opened": len(plan.signed),
        "seconds": {"ours": round(ours_s, 2), "scipy": round(scipy_s, 2)},
    }


def report(rows: list[dict[str, Any]]) -> str:
    """The figures as text."""
    head = (
        "seed",
        "optimum",
        "our cost",
        "above the optimum",
        "printed gap",
        "status",
        "opened",
        "seconds",
        "SciPy's",
    )
    lines = [
        (
            row["seed"],
            f"{row['optimum']:,.2f}",
            f"{row['cost']:,}",
            f"{row['above']:.1e}",
            f"{row['gap']:.1e}",
            row["status"],
            row["opened"],
            f"{row['seconds']['ours']:.2f}",
            f"{row['seconds']['scipy']:.2f}",
        )
        for row in rows
    ]
    above = [row["above"] for row in rows]
    proved = sum(row["status"] == "optimal" for row in rows)
    wrong = sum(row["bound"] > row["optimum"] + 1 for row in rows)
    took = [statistics.median(row["seconds"][name] for row in rows) for name in ("ours", "scipy")]
    words = (
        f"{len(rows)} instances: {proved} proved optimal; at most {max(above):.1e} above the "
        f"optimum; {wrong} bounds "
        f"above it; seconds on median {took[0]:.2f}, SciPy's {took[1]:.2f}."
    )
    return "\n".join([table(head, lines), "", words])


def main() -> None:
    """Measure what the command line asks for and print it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument(
        "--margins", action="store_true", help="with the default margins of planning"
    )
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")
    asked = parser.parse_args()
    options = PlanningOptions() if asked.margins else EXACTLY
    with stdout_kept_clean():
        rows = [measure(seed, options) for seed in range(asked.first, asked.first + asked.count)]
    print(json.dumps({"instances": rows}) if asked.json else report(rows))


if __name__ == "__main__":
    main()
