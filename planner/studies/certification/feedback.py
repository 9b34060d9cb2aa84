"""Feedback of simulation to planning: how much of the scheduled work really gets done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from planner.domain.arrays import Floats
from planner.domain.crew_days import crew_days
from planner.domain.disruptions import open_work
from planner.domain.plan import Plan
from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.domain.records import Summary, share_kept
from planner.planning.heuristics.staffing_requirements import work_of
from planner.planning.options import PlanningOptions
from planner.studies.certification.pilot_replications import without_costs
from planner.studies.options.study_options import DEFAULT, FeedbackOptions


def feedback_from(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    feedback: PlanningFeedback | None,
    options: FeedbackOptions = DEFAULT.feedback,
) -> PlanningFeedback:
    """Feedback of a plan that met the service level too seldom, on top of earlier feedback.

    The throughput observed replaces the one assumed where it is lower; of crews with absence only
    the attendance of a bad day is counted on. If the learned throughput strengthens the plan by
    less than the required step, headroom makes up the rest. Steps grow from failure to failure,
    because there are only a few plans, and trimming removes the excess. Where only stock was
    missing, the next plan gets more of it, and no more people.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan that failed.
    summaries : sequence of Summary
        Its replications.
    feedback : PlanningFeedback, optional
        The feedback that the plan was made with.
    options : FeedbackOptions
        Tuned values.

    Returns
    -------
    PlanningFeedback
        Throughput, headroom and failed plans for the next plan.
    """
    before = feedback or PlanningFeedback.none(problem)
    known = before.throughput[..., : problem.horizon.reported_buckets]
    standard = PlanningOptions().efficiency
    assumed = np.where(np.isnan(known), standard, known)
    done, possible = _busy(problem, plan, summaries)
    observed = _shares(done, possible, options)
    present = on_a_bad_day(problem, summaries, options)
    slow = np.fmin(observed, standard) * present
    nothing_new = np.isnan(observed) & (present == 1.0)
    learned = np.where(nothing_new, known, np.fmin(slow, assumed))
    for_stock, for_lateness = _misses(problem, summaries)
    stock_risk = before.stock_risk * (options.stock_risk if for_stock else 1.0)
    if for_stock and not for_lateness:
        return replace(before, stock_risk=stock_risk)
    met_share = 1.0 - for_lateness / len(summaries)
    step = 1.0 + _strengthening(met_share, options) * (1 + len(before.failed))
    rest = max(step * _slowed(learned, assumed, possible.sum(axis=0)), 1.0)
    failed = (*before.failed, without_costs(plan))
    throughputs = _with_tail(problem, learned)
    return PlanningFeedback(
        throughputs, before.headroom * rest, failed, stock_risk, struck=before.struck
    )


def _misses(problem: Problem, summaries: Sequence[Summary]) -> tuple[int, int]:
    """Replications that missed for want of stock alone, and those that were late anyway."""
    missed = [s for s in summaries if not s.meets(problem.service)]
    late = sum(not _kept_but_for_stock(problem, s) for s in missed)
    return len(missed) - late, late


def _kept_but_for_stock(problem: Problem, summary: Summary) -> bool:
    """Whether a replication would have met the service level had every order been in stock."""
    return all(
        share_kept(failed - summary.cancelled, due, share)
        for (failed, due), share in zip(summary.outcomes, problem.service.shares, strict=True)
    )


def _with_tail(problem: Problem, learned: Floats) -> Floats:
    """Shares [site, process, bucket] of all days: the tail works as the last day before it."""
    horizon = problem.horizon
    of_day = horizon.buckets // horizon.days
    return np.concatenate([learned, *[learned[..., -of_day:]] * horizon.tail_days], axis=-1)


def _strengthening(met_share: float, options: FeedbackOptions) -> float:
    """Share by which the next plan must be stronger."""
    steps = zip(options.met_shares, options.strengthening, strict=True)
    return next(more for share, more in steps if met_share >= share)


def on_a_bad_day(
    problem: Problem, summaries: Sequence[Summary], options: FeedbackOptions = DEFAULT.feedback
) -> Floats:
    """People present on a bad day over those present on average.

    Of one person nobody, of a hundred nearly as many as on average.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    summaries : sequence of Summary
        Replications of a plan.
    options : FeedbackOptions
        Says what a bad day is.

    Returns
    -------
    ndarray
        Shares [site, process, bucket], the same for all buckets of a day.
    """
    present = np.stack([s.hourly.staff for s in summaries])
    days = present.reshape(*present.shape[:-1], problem.horizon.reported_days, -1).sum(axis=-1)
    mean = days.mean(axis=0)
    bad = np.quantile(days, options.bad_day_quantile, axis=0, method="lower")
    share = np.divide(bad, mean, out=np.ones_like(mean), where=mean > 0)
    buckets_of_day = present.shape[-1] // problem.horizon.reported_days
    return np.repeat(np.clip(share, options.least_present, 1.0), buckets_of_day, axis=-1)


def _slowed(learned: Floats, assumed: Floats, weight: Floats) -> float:
    """Learned over assumed throughput, weighted by the work observed; 1 without any."""
    observed = np.where(np.isnan(learned), 0.0, weight)
    if not observed.any():
        return 1.0
    return float((observed * np.nan_to_num(learned)).sum() / (observed * assumed).sum())


def throughput(
    problem: Problem,
    plan: Plan,
    summaries: Sequence[Summary],
    options: FeedbackOptions = DEFAULT.feedback,
) -> Floats:
    """Work done over work possible at standard speed, while orders were waiting.

    Parameters
    ----------
    problem : Problem
        The problem of the plan.
    plan : Plan
        The plan that was simulated.
    summaries : sequence of Summary
        Its replications.
    options : FeedbackOptions
        Least number of observations, and limits of the share.

    Returns
    -------
    ndarray
        Shares [site, process, bucket]. A bucket with too few observations gets the mean of its site
        and process, and NaN where there are too few of these as well.
    """
    return _shares(*_busy(problem, plan, summaries), options)


def _shares(done: Floats, possible: Floats, options: FeedbackOptions) -> Floats:
    """Done over possible [site, process, bucket] of arrays [replication, site, process, bucket]."""
    observations = (possible > 0).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        here = done.sum(axis=0) / possible.sum(axis=0)
        overall = done.sum(axis=(0, 3)) / possible.sum(axis=(0, 3))
    least = options.least_observations
    overall[observations.sum(axis=2) < least] = np.nan
    found = np.where(observations >= least, here, overall[:, :, None])
    return np.asarray(np.clip(found, options.slowest, options.fastest))


def _busy(problem: Problem, plan: Plan, summaries: Sequence[Summary]) -> tuple[Floats, Floats]:
    """Orders done, and possible, while orders waited [replication, site, process, bucket].

    Both are 0 where nothing waited.
    """
    people, able = scheduled(problem, plan)
    batch = _batches(problem)[:, :, None]
    done = np.stack([s.hourly.done for s in summaries]).astype(float)
    backlog = np.stack([s.hourly.backlog for s in summaries])
    present = np.stack([s.hourly.staff for s in summaries])
    before = np.concatenate([np.zeros_like(backlog[..., :1]), backlog[..., :-1]], axis=3)
    # more orders than the people present can work on at once
    waiting = np.minimum(before, backlog) > present * batch
    rate = np.divide(able, people, out=np.zeros_like(able), where=people > 0)
    possible = np.where(waiting & (present > 0), present * rate, 0.0)
    return np.where(possible > 0, done, 0.0), possible


def scheduled(problem: Problem, plan: Plan) -> tuple[Floats, Floats]:
    """People on the roster of the promotion, and the orders they can do if they never wait.

    Returns
    -------
    people : ndarray
        Mean headcount [site, process, bucket].
    able : ndarray
        Orders per bucket at the speed of these people [site, process, bucket].
    """
    horizon = problem.horizon
    shape = (len(problem.sites), len(problem.process_names), horizon.reported_buckets)
    people, able = np.zeros(shape), np.zeros(shape)
    edges = np.arange(horizon.reported_buckets + 1) * horizon.bucket_s
    work_s = {site.name: work_of(problem, site) for site in problem.sites}
    for row in plan.staffing:
        site, crew = problem.site(row.site), problem.crew(row.site, row.crew)
        seconds = np.zeros(horizon.reported_buckets)
        for a, b in open_work(problem, site, problem.shift(row.shift), row.day):
            seconds += np.clip(np.minimum(edges[1:], b) - np.maximum(edges[:-1], a), 0, None)
        place = problem.site_names.index(row.site), problem.process_names.index(row.process)
        order_s = work_s[site.name][[p.name for p in site.processes].index(row.process)]
        people[place] += row.headcount * seconds / horizon.bucket_s
        speed = crew.speed(crew_days(problem, crew).tenure(row.since_day, row.day))
        able[place] += row.headcount * seconds * speed / order_s
    return people, able


def _batches(problem: Problem) -> Floats:
    """Orders that one worker may process at once [site, process]."""
    found = np.ones((len(problem.sites), len(problem.process_names)))
    for s, site in enumerate(problem.sites):
        for process in site.processes:
            found[s, problem.process_names.index(process.name)] = process.batch_orders
    return found
