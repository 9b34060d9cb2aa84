"""What can still go wrong under a plan, measured on the held-out promotions and put into money."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from planner.domain.money import format_money, to_major
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.reporting.measures import simulated_costs


@dataclass(frozen=True, slots=True)
class Risk:
    """A measured danger: `value` orders them (money at risk in minor units); the words carry the figures."""

    risk: str
    measure: str
    value: float
    words: str
    words_zh: str


Finder = Callable[[Problem, Plan, Sequence[Summary]], Risk | None]


def risks_table(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> pd.DataFrame:
    """Every risk that shows in the replications, the dearest first."""
    found = [risk for find in FINDERS if (risk := find(problem, plan, summaries)) is not None]
    found.sort(key=lambda r: (-r.value, r.risk))
    columns = ["risk", "measure", "value", "words", "words_zh"]
    rows = [(r.risk, r.measure, to_major(round(r.value), problem.currency), r.words, r.words_zh) for r in found]
    return pd.DataFrame(rows, columns=columns)


def late_orders(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """Late orders in the worst twentieth of promotions, at the platform's compensation."""
    shares = np.array([1.0 - s.on_time_share for s in summaries])
    paid = np.array([s.compensation_minor for s in summaries], dtype=float)
    worst = float(np.quantile(shares, 0.95))
    if worst <= 0:
        return None
    money = float(np.quantile(paid, 0.95))
    cost = format_money(money, problem.currency)
    return Risk(
        "late_orders",
        "95 % point of compensation",
        money,
        f"In one promotion of twenty {worst:.2%} of the orders or more are late; compensation is then at least {cost}.",
        f"二十次大促中有一次迟发率不低于 {worst:.2%}，届时赔付至少 {cost}。",
    )


def threshold(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """The platform's threshold: how often it is crossed; the money is the margin of a day of orders at risk."""
    limit = problem.platform.threshold_late_share
    if limit is None:
        return None
    crossed = sum(not s.keeps(1.0 - limit) for s in summaries)
    if crossed == 0:
        return None
    share = crossed / len(summaries)
    per_day = np.mean([s.placed for s in summaries]) / problem.horizon.days
    margin = sum(p.share * p.margin_minor for p in problem.products)
    return Risk(
        "threshold",
        "share of promotions above the threshold x one day's margin",
        share * float(per_day) * margin,
        f"The platform throttles shops above {limit:.1%} late; {crossed} of {len(summaries)} promotions cross it.",
        f"迟发率超过 {limit:.1%} 时平台限流；{len(summaries)} 次模拟中有 {crossed} 次越线。",
    )


def bottleneck(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """The process whose backlog grows highest, as work of the people present, at their wage."""
    backlog = np.quantile(np.stack([s.hourly.backlog for s in summaries]), 0.95, axis=0)
    hours = np.zeros(backlog.shape[:2])
    for i, site in enumerate(problem.sites):
        for process in site.processes:
            p = problem.process_names.index(process.name)
            hours[i, p] = backlog[i, p].max() / process.orders_per_hour
    i, p = (int(x) for x in np.unravel_index(int(hours.argmax()), hours.shape))
    if hours[i, p] <= 0:
        return None
    site, name = problem.sites[i], problem.process_names[p]
    bucket = int(backlog[i, p].argmax())
    when = problem.horizon.at((bucket + 1) * problem.horizon.bucket_s).strftime("%m-%d %H:%M")
    wage = max((c.wage_minor_per_hour for c in problem.crews if c.site == site.name), default=0)
    orders = round(float(backlog[i, p].max()))
    return Risk(
        "bottleneck",
        "95 % point of the largest backlog x wage",
        float(hours[i, p]) * wage,
        f"{site.label}, {name}: up to {orders:,} orders wait at {when} (95 % point): {hours[i, p]:,.0f} person-hours.",
        f"{site.label} {name}：{when} 最多积压 {orders:,} 单（95% 分位），约 {hours[i, p]:,.0f} 工时。",
    )


def stock_out(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """Orders cancelled because no site had the goods."""
    lost = np.array([s.lost_minor for s in summaries], dtype=float)
    cancelled = np.array([s.cancelled for s in summaries], dtype=float)
    worst = float(np.quantile(cancelled, 0.95))
    if worst <= 0:
        return None
    money = float(np.quantile(lost, 0.95))
    cost = format_money(money, problem.currency)
    return Risk(
        "stock_out",
        "95 % point of lost margin",
        money,
        f"In one promotion of twenty {worst:,.0f} orders or more find no stock; the margin lost is {cost}.",
        f"二十次大促中有一次至少 {worst:,.0f} 单无货可发，损失毛利 {cost}。",
    )


def courier_cap(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """Days on which a contract takes its whole allotment, valued at what its parcels cost."""
    worst: tuple[float, str, int] | None = None
    for c, contract in enumerate(problem.contracts):
        if contract.allotment_per_day is None:
            continue
        full = np.mean([(s.handed_over[c] >= contract.allotment_per_day).any() for s in summaries])
        if full > 0 and (worst is None or full > worst[0]):
            worst = (float(full), contract.name, c)
    if worst is None:
        return None
    share, name, c = worst
    cost = float(np.mean([s.courier_minor[..., c].sum() for s in summaries])) / problem.horizon.days
    label = problem.contract(name).label
    return Risk(
        "courier_cap",
        "share of promotions with a full day x a day's charges of the contract",
        share * cost,
        f"{label} is handed its whole daily allotment at least once in {share:.0%} of the promotions.",
        f"{label} 在 {share:.0%} 的模拟中至少有一天用满每日限额。",
    )


def cost_overrun(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Risk | None:
    """How much dearer than the mean the promotion gets in the worst twentieth."""
    total = np.atleast_1d(sum(simulated_costs(problem, plan, summaries).values()))
    over = float(np.quantile(total, 0.95) - total.mean())
    if over <= 0:
        return None
    mean = format_money(float(total.mean()), problem.currency)
    cost = format_money(over, problem.currency)
    return Risk(
        "cost_overrun",
        "95 % point of cost less its mean",
        over,
        f"Demand decides the bill: in one promotion of twenty it is {cost} or more above the mean of {mean}.",
        f"需求决定总费用：二十次大促中有一次比均值 {mean} 高出至少 {cost}。",
    )


FINDERS: tuple[Finder, ...] = (late_orders, threshold, bottleneck, stock_out, courier_cap, cost_overrun)
