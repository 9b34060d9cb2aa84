"""Tables of where orders failed under a plan, and of what would help."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pandas as pd

from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.records import Summary, share_kept
from planner.studies.certification.failure_places import LateOrderSearch, Place
from planner.studies.diagnosis.marginal_resources import marginal_resources_table
from planner.studies.runs.run_context import RunContext

MOST_ROWS = 60  # of the table


def misses_tables(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    context: RunContext,
    stream_set: str = HELD_OUT,
    *,
    helpers: bool = True,
) -> dict[str, pd.DataFrame]:
    """Tabulate where orders failed under a plan, and what would help.

    Some of the replications in which most orders failed are simulated again. Of the deadline and
    the targets of one's own, the one that most replications miss decides which orders failed.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        Its replications.
    context : RunContext
        Where replications run; its options say how many.
    stream_set : str
        Set of random streams that the replications are drawn from.
    helpers : bool
        Whether one more person or vehicle at a time is tried.

    Returns
    -------
    dict of DataFrame
        Tables `misses` and, with `helpers`, `units`; none where no order failed.
    """
    options = context.options.diagnosis
    aim = aim_missed_most(problem, summaries)
    failing = [s for s in summaries if s.outcomes[aim][0] > 0]
    failing.sort(key=lambda s: (-s.outcomes[aim][0], s.replication))
    if not failing:
        return {}
    numbers = tuple(s.replication for s in failing[: options.worst_replications])
    context.begin("finding where orders miss", len(numbers))
    task = LateOrderSearch(problem, plan, stream_set, context.executor.engine, numbers, aim)
    places: Counter[Place] = Counter()
    for found in context.replicate("misses", task, len(numbers)):
        places.update(found)
    table = misses_table(problem, places, len(numbers))
    if not helpers:
        return {"misses": table}
    return {
        "misses": table,
        "units": marginal_resources_table(
            problem,
            plan,
            places,
            context,
            failing=failing,
            replications=len(summaries),
            stream_set=stream_set,
            aim=aim,
        ),
    }


def aim_missed_most(problem: Problem, summaries: Sequence[Summary]) -> int:
    """Which aim most replications miss: 0 is the deadline, then come the targets of one's own."""
    shares = problem.service.shares
    missed = [
        sum(not share_kept(*summary.outcomes[aim], share) for summary in summaries)
        for aim, share in enumerate(shares)
    ]
    return missed.index(max(missed))


def misses_table(problem: Problem, places: Counter[Place], replications: int) -> pd.DataFrame:
    """Tabulate the places by the orders that failed there, most first.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    places : Counter
        Failed orders by place, over all replications.
    replications : int
        Number of replications.

    Returns
    -------
    DataFrame
        `late_orders`: mean per replication; `share`: of all orders that failed.
    """
    total = places.total()
    rows = sorted(places.items(), key=lambda item: (-item[1], item[0]))[:MOST_ROWS]
    horizon = problem.horizon
    return pd.DataFrame(
        {
            "reason": [place[0] for place, _ in rows],
            "site": [place[1] for place, _ in rows],
            "process": [place[2] for place, _ in rows],
            "contract": [place[3] for place, _ in rows],
            "product": [place[4] for place, _ in rows],
            "from": [f"{horizon.at(place[5]):%Y-%m-%d %H:%M}" for place, _ in rows],
            "to": [f"{horizon.at(place[6]):%Y-%m-%d %H:%M}" for place, _ in rows],
            "late_orders": [round(n / replications, 3) for _, n in rows],
            "share": [round(n / total, 6) for _, n in rows],
        }
    )
