"""Risks of a plan, measured on the held-out replications and valued in money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats, Ints
from planner.domain.choices import LANGUAGES
from planner.domain.costs import simulated_costs
from planner.domain.money import to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.reporting.language.labels import Labels
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import signed_money
from planner.reporting.tables.platform_table import above_threshold

TAIL = 0.05  # share of the replications that count as the worst
LEAST_LATE, LEAST_COST, LEAST_HOURS = (
    0.001,
    0.001,
    1.0,
)  # less is no risk to speak of (shares; person-hours)


@dataclass(frozen=True, slots=True)
class Risk:
    """A measured danger: `value` orders them (money at risk in minor units); `say` puts it into
    words.
    """

    risk: str
    measure: str
    value: float
    say: Callable[[Labels], str]


Finder = Callable[[Problem, Plan, Sequence[Summary]], Risk | None]

RISKS_TABLE = ResultTable(
    name="risks",
    title=("Risks", "风险"),
    meaning="what can still go wrong, the most expensive first",
    always=True,
    columns=(
        Column("risk", "name", ("Risk", "风险"), "kind of the risk", vocabulary="risk"),
        Column("measure", "text", ("Measure", "指标"), "how it is measured"),
        signed_money("value", ("Value", "数值"), "its size", empty=False),
        Column("words", "text", ("In words", "说明"), "the risk in English", language="en"),
        Column("words_zh", "text", ("In words", "说明"), "the risk in Chinese", language="zh"),
    ),
)


def risks_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Measure every risk that shows in the replications, the most expensive first.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    DataFrame
        The table `risks`.
    """
    found = [risk for find in FINDERS if (risk := find(problem, plan, summaries)) is not None]
    found.sort(key=lambda r: (-r.value, r.risk))
    english, chinese = (Labels(lang, problem.currency) for lang in LANGUAGES)
    rows = [
        (
            r.risk,
            r.measure,
            to_major(round(r.value), problem.currency),
            r.say(english),
            r.say(chinese),
        )
        for r in found
    ]
    return RISKS_TABLE.frame(rows)


def worst_mean(values: Floats, by: Floats | None = None) -> float:
    """Mean of `values` over the worst twentieth of the replications (at least one), those with the
    largest `by`.

    Unlike a quantile it is never less than the mean of all, however few replications go wrong.
    """
    order = np.argsort(-(values if by is None else by), kind="stable")
    return float(values[order[: max(int(np.ceil(TAIL * len(values))), 1)]].mean())


def money(problem: Problem, minor: float) -> float:
    """Minor units -> major units."""
    return float(to_major(round(minor), problem.currency))


def late_orders(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """Late orders in the worst twentieth of replications, with their compensation.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    Risk or None
        The risk; None where it is too small to mention.
    """
    shares = np.array([1.0 - s.on_time_share for s in summaries])
    tail, worst = worst_mean(shares), float(shares.max())
    if tail < LEAST_LATE:
        return None
    paid = worst_mean(np.array([s.compensation_minor for s in summaries], dtype=float), shares)

    def say(labels: Labels) -> str:
        late = labels("risk_late", share=labels.at_most(tail, 2), worst=labels.at_most(worst, 2))
        cost = money(problem, paid)
        return labels.text(
            late, labels("risk_late_paid", money=labels.money(cost)) if cost > 0 else ""
        )

    return Risk(
        "late_orders", "mean compensation in the worst twentieth of replications", paid, say
    )


def threshold(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """How often the platform's threshold is crossed, and the margin at risk.

    The money is the margin of a day of orders; of several platforms, the one crossed most often.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    Risk or None
        The risk; None where it is too small to mention.
    """
    counts: Ints = np.array([s.by_platform for s in summaries])
    decided, late, exempt, cancelled = (counts[:, :, k] for k in range(4))
    most: tuple[int, int, float] | None = None  # times crossed, platform, limit
    for p, rule in enumerate(problem.platforms):
        if (limit := rule.threshold_late_share) is not None:
            due = decided[:, p] + cancelled[:, p]
            times = above_threshold(late[:, p] + cancelled[:, p], due, limit)
            most = max(most or (0, p, limit), (times, p, limit), key=itemgetter(0))
    if most is None or most[0] == 0:
        return None
    crossed, platform, limit = most
    share = crossed / len(summaries)
    placed = [s.placed for s in summaries]
    if problem.other_platforms:
        placed = (decided + cancelled + exempt)[:, platform].tolist()
    per_day = np.mean(placed) / problem.horizon.reported_days
    name = problem.platforms[platform].name
    margin = sum(p.share * p.margin_minor for p in problem.products)
    return Risk(
        "threshold",
        "share of replications above the threshold x one day's margin",
        share * float(per_day) * margin,
        lambda labels: labels(
            "risk_threshold_of" if problem.other_platforms else "risk_threshold",
            limit=labels.exact(limit),
            n=crossed,
            m=len(summaries),
            **({"platform": labels.name("platform", name)} if problem.other_platforms else {}),
        ),
    )


def bottleneck(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """The process whose backlog grows highest, as work at the wage of those present.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    Risk or None
        The risk; None where it is too small to mention.
    """
    backlog = np.quantile(np.stack([s.hourly.backlog for s in summaries]), 1.0 - TAIL, axis=0)
    hours = np.zeros(backlog.shape[:2])
    for i, site in enumerate(problem.sites):
        for process in site.processes:
            p = problem.process_names.index(process.name)
            hours[i, p] = backlog[i, p].max() / process.orders_per_hour
    i, p = (int(x) for x in np.unravel_index(int(hours.argmax()), hours.shape))
    if hours[i, p] < LEAST_HOURS:
        return None
    site = problem.sites[i]
    bucket = int(backlog[i, p].argmax())
    end = problem.horizon.at((bucket + 1) * problem.horizon.bucket_s)
    wage = max((c.wage_minor_per_hour for c in problem.crews if c.site == site.name), default=0)

    def say(labels: Labels) -> str:
        return labels(
            "risk_bottleneck",
            site=site.label,
            process=labels.name("process", problem.process_names[p]),
            orders=labels.number(float(backlog[i, p].max())),
            at=labels.moment(end),
            hours=labels.number(hours[i, p]),
        )

    return Risk(
        "bottleneck", "95 % point of the largest backlog x wage", float(hours[i, p]) * wage, say
    )


def stock_out(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """Orders cancelled because no site had the goods.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    Risk or None
        The risk; None where it is too small to mention.
    """
    cancelled = np.array([s.cancelled for s in summaries], dtype=float)
    orders = worst_mean(cancelled)
    if orders < 1:
        return None
    lost = worst_mean(np.array([s.lost_minor for s in summaries], dtype=float), cancelled)
    key = "risk_stock" if problem.margins_known else "risk_stock_unknown"
    return Risk(
        "stock_out",
        "mean lost margin in the worst twentieth of replications",
        lost,
        lambda labels: labels(
            key, n=labels.number(orders), money=labels.money(money(problem, lost))
        ),
    )


def courier_cap(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """Days on which a contract takes its whole allotment, at the cost of its parcels.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    Risk or None
        The risk; None where it is too small to mention.
    """
    worst: tuple[float, str, int] | None = None
    for c, contract in enumerate(problem.contracts):
        if contract.commitment.allotment_per_day is None:
            continue
        full = np.mean(
            [(s.handed_over[c] >= contract.commitment.allotment_per_day).any() for s in summaries]
        )
        if full > 0 and (worst is None or full > worst[0]):
            worst = (float(full), contract.label, c)
    if worst is None:
        return None
    share, label, c = worst
    cost = (
        float(np.mean([s.courier_minor[..., c].sum() for s in summaries]))
        / problem.horizon.reported_days
    )
    return Risk(
        "courier_cap",
        "share of replications with a full day x a day's charges of the contract",
        share * cost,
        lambda labels: labels("risk_courier", contract=label, share=labels.percent(share, 0)),
    )


def cost_overrun(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """How much more than the mean the worst twentieth of replications costs.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    Risk or None
        The risk; None where it is too small to mention.
    """
    total = np.atleast_1d(sum(simulated_costs(problem, plan, summaries).values()))
    mean = float(total.mean())
    over = worst_mean(total) - mean
    if over < LEAST_COST * abs(mean):
        return None
    figures = {"over": over, "mean": mean, "worst": float(total.max()) - mean}
    return Risk(
        "cost_overrun",
        "mean cost of the worst twentieth of replications less the mean of all",
        over,
        lambda labels: labels(
            "risk_cost", **{k: labels.money(money(problem, v)) for k, v in figures.items()}
        ),
    )


FINDERS: tuple[Finder, ...] = (
    late_orders,
    threshold,
    bottleneck,
    stock_out,
    courier_cap,
    cost_overrun,
)
