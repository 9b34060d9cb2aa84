"""What simulated promotions teach: how much of the scheduled work really gets done."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from planner.domain.demand import Floats
from planner.domain.disruptions import closures, outside
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.planning.heuristics.staffing_requirements import work_of
from planner.planning.options import PlanningOptions
from planner.studies.certification.pilot_replications import without_costs

ENOUGH = 5  # busy buckets seen before their mean is believed
SLOWEST, FASTEST = 0.3, 1.0  # of standard: beyond that it is not people's speed that is seen
BAD_DAY = 0.05  # of the promotions have a day with fewer people than are counted on
FEWEST = 0.3  # of the people expected, at least, are counted on all the same
WIDER = (
    (0.95, 0.03),
    (0.8, 0.05),
    (0.5, 0.08),
    (0.0, 0.15),
)  # share of promotions kept -> how much stronger to plan


def feedback_from(
    problem: Problem, plan: Plan, summaries: Sequence[Summary], feedback: PlanningFeedback | None
) -> PlanningFeedback:
    """Lessons of a plan that did not keep the promise often enough, on top of earlier ones.

    Where less gets done than was assumed, what was seen takes the place of the assumption; of
    people who may stay away only those are counted on who come on a bad day. As far as that does
    not make the next plan stronger by the step that the failure asks for, headroom does: it is not
    speed alone that was short. Steps grow from failure to failure, for there are only a few plans,
    and trimming takes back what was too much.
    """
    before = feedback or PlanningFeedback.none(problem)
    assumed = np.where(np.isnan(before.throughput), PlanningOptions().efficiency, before.throughput)
    done, possible = _busy(problem, plan, summaries)
    seen, come = _shares(done, possible), on_a_bad_day(problem, summaries)
    slow = np.fmin(seen, PlanningOptions().efficiency) * come
    learned = np.where(np.isnan(seen) & (come == 1.0), before.throughput, np.fmin(slow, assumed))
    kept = float(np.mean([s.keeps(problem.service.on_time_share) for s in summaries]))
    step = 1.0 + next(more for share, more in WIDER if kept >= share) * (1 + len(before.failed))
    wider = max(step * _slowed(learned, assumed, possible.sum(axis=0)), 1.0)
    return PlanningFeedback(learned, before.headroom * wider, (*before.failed, without_costs(plan)))


def on_a_bad_day(problem: Problem, summaries: Sequence[Summary]) -> Floats:
    """People who come on a bad day over those who come on average [site, process, bucket], alike
    over each day: of one person nobody, of a hundred nearly as many as ever.
    """
    present = np.stack([s.hourly.staff for s in summaries])
    days = present.reshape(*present.shape[:-1], problem.horizon.days, -1).sum(axis=-1)
    mean = days.mean(axis=0)
    bad = np.quantile(days, BAD_DAY, axis=0, method="lower")
    share = np.divide(bad, mean, out=np.ones_like(mean), where=mean > 0)
    return np.repeat(
        np.clip(share, FEWEST, 1.0), present.shape[-1] // problem.horizon.days, axis=-1
    )


def _slowed(learned: Floats, assumed: Floats, weight: Floats) -> float:
    """What was learned over what was assumed, as far as there was work to see it by; 1 where
    nothing was seen.
    """
    seen = np.where(np.isnan(learned), 0.0, weight)
    return (
        float((seen * np.nan_to_num(learned)).sum() / (seen * assumed).sum()) if seen.any() else 1.0
    )


def throughput(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> Floats:
    """Work done per work that the people present could do at their speed, in buckets with orders
    waiting at both ends.

    [site, process, bucket]; buckets with fewer than `ENOUGH` such observations get the mean of
    their site and process, and NaN where that has been seen too rarely as well.
    """
    return _shares(*_busy(problem, plan, summaries))


def _shares(done: Floats, possible: Floats) -> Floats:
    seen = (possible > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        here = done.sum(axis=0) / possible.sum(axis=0)
        overall = done.sum(axis=(0, 3)) / possible.sum(axis=(0, 3))
    overall[seen.sum(axis=2) < ENOUGH] = np.nan
    found = np.where(seen >= ENOUGH, here, overall[:, :, None])
    return np.asarray(np.clip(found, SLOWEST, FASTEST))


def _busy(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> tuple[Floats, Floats]:
    """Orders done and orders that could have been done [replication, site, process, bucket], 0
    where nothing waited.
    """
    people, able = scheduled(problem, plan)
    batch = _batches(problem)[:, :, None]
    done = np.stack([s.hourly.done for s in summaries]).astype(float)
    backlog = np.stack([s.hourly.backlog for s in summaries])
    present = np.stack([s.hourly.staff for s in summaries])
    before = np.concatenate([np.zeros_like(backlog[..., :1]), backlog[..., :-1]], axis=3)
    # more than there can be in people's hands
    waiting = np.minimum(before, backlog) > present * batch
    rate = np.divide(able, people, out=np.zeros_like(able), where=people > 0)
    possible = np.where(waiting & (present > 0), present * rate, 0.0)
    return np.where(possible > 0, done, 0.0), possible


def scheduled(problem: Problem, plan: Plan) -> tuple[Floats, Floats]:
    """People on the roster, mean over the bucket, and the orders they can do there at their speed
    without ever waiting [site, process, bucket].
    """
    horizon = problem.horizon
    shape = (len(problem.sites), len(problem.process_names), horizon.buckets)
    people, able = np.zeros(shape), np.zeros(shape)
    edges = np.arange(horizon.buckets + 1) * horizon.bucket_s
    work_s = {site.name: work_of(problem, site) for site in problem.sites}
    for row in plan.staffing:
        site, crew = problem.site(row.site), problem.crew(row.site, row.crew)
        hours = problem.shift(row.shift).working(row.day, site.opening)
        seconds = np.zeros(horizon.buckets)
        for a, b in outside(hours, closures(problem, site.name)):
            seconds += np.clip(np.minimum(edges[1:], b) - np.maximum(edges[:-1], a), 0, None)
        place = problem.site_names.index(row.site), problem.process_names.index(row.process)
        order_s = work_s[site.name][[p.name for p in site.processes].index(row.process)]
        people[place] += row.headcount * seconds / horizon.bucket_s
        able[place] += row.headcount * seconds * crew.speed(row.day - row.since_day) / order_s
    return people, able


def _batches(problem: Problem) -> Floats:
    """Orders a worker may have in hand [site, process]."""
    found = np.ones((len(problem.sites), len(problem.process_names)))
    for s, site in enumerate(problem.sites):
        for process in site.processes:
            found[s, problem.process_names.index(process.name)] = process.batch_orders
    return found
