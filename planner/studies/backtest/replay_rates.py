"""The pace of work that a log shows, with an interval: rates at which the simulation repeats it.

The statistic is the number of orders packed (or handed over, where the log has no more) in every
half hour. Rates of all processes are fitted so that its mean over replications, under the stated
roster and on the real orders, comes closest to the log (Gauss-Newton on common random numbers, from
several starts). The interval is that of an estimator by simulated moments: its spread follows from
how much the same counts differ between replications. A process that is not what orders wait for
leaves no trace: of it only the slowest pace that agrees with the log is known. Where the log agrees
with one process or another being slow, the interval of each holds both.

References
----------
Gourieroux, Monfort and Renault (1993), Indirect inference, Journal of Applied Econometrics 8.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.choices import Engine
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import REHEARSAL, Streams
from planner.domain.records import NEVER
from planner.domain.statistics import t_quantile
from planner.simulation.drawn_orders import drawn_orders
from planner.simulation.inputs.service_times import content_of, contents
from planner.studies.backtest.replay_log import PastPromotion
from planner.studies.certification.common_replications import simulate_every_day
from planner.studies.runs.run_context import RunContext

LIKELY = 0.5  # spread of the log of a rate around the stated one, before the log is looked at
KNOWN = 0.3  # with a larger spread afterwards the log does not tell the rate
STEP = 0.04  # of the log of a rate, for its effect on the curve
ROUNDS = 6
CLOSE = 0.004  # a step below this ends the fit
STARTS_AT = -0.5  # log of the pace of one process, which other fits begin with
AS_GOOD = 3.84  # twice the difference of log likelihoods within which another fit counts too
SLOWEST = -2.5  # log of the slowest pace that is tried for a process without a trace
HALVINGS = 7
REJECTED = 1.96  # of a score
BEYOND_CHANCE = 1.5  # times the largest distance of a replication from their mean
MOST_REPLICATIONS = 16  # of a mean
BIN_S = 1_800  # seconds in which orders are counted
SPREAD = 0.3  # variance of a count over the count, where a queue is worked off


Reading = Literal["told", "either", "at least", "unexplained"]


@dataclass(frozen=True, slots=True)
class RateEstimate:
    """What the log says of the rate of a process.

    Attributes
    ----------
    site, process : str
        The process.
    stated, estimated : float
        Orders per person-hour; None: the log does not tell.
    low, high : float
        95 % interval; of a rate that is not told, the slowest pace that agrees with the log.
    reading : Reading
        `told`; `either`: the log agrees with this process or another being slow, and the interval
        holds both; `at least`: orders did not wait for it; `unexplained`: no rates repeat the log.
    """

    site: str
    process: str
    stated: float
    estimated: float | None
    low: float | None
    high: float | None
    reading: Reading

    @property
    def path(self) -> str:
        """Path of the key in a scenario, as `--set` takes it."""
        return f"sites.{self.site}.processes.{self.process}.orders_per_hour"


@dataclass(frozen=True, eq=False)
class Rates:
    """The estimates, and how well they repeat the log.

    Attributes
    ----------
    estimates : tuple of RateEstimate
        One for every process.
    moment : str
        Moment of the log that shows the pace.
    explained : bool
        Whether what is left over is in keeping with chance.
    """

    estimates: tuple[RateEstimate, ...]
    moment: str
    explained: bool

    def applied(self, problem: Problem) -> Problem:
        """The problem with the rates that the log tells."""
        told = {(r.site, r.process): r.estimated for r in self.estimates if r.estimated is not None}
        pace = {
            (i, j): told[site.name, process.name] / process.orders_per_hour
            for i, site in enumerate(problem.sites)
            for j, process in enumerate(site.processes)
            if (site.name, process.name) in told
        }
        return at_pace(problem, pace)


@dataclass(frozen=True, eq=False)
class Through:
    """Orders that get through in every bin of time [site, bin], at other rates; picklable.

    Without sites in the log there is one row, of all sites. Work is in proportion to the time that
    is stated for it, so the orders are drawn once for all rates.

    Attributes
    ----------
    problem, plan : Problem, Plan
        The replayed problem and the roster of then.
    pace : tuple of ((int, int), float)
        (site, process) -> factor of its stated rate.
    moment : str
        Moment that is counted.
    by_site : bool
        Whether sites are told apart.
    engine : {"compiled", "simpy"}
        Simulation engine.
    """

    problem: Problem
    plan: Plan
    pace: tuple[tuple[tuple[int, int], float], ...]
    moment: str
    by_site: bool
    engine: Engine = "compiled"

    def __call__(self, replication: int) -> list[list[int]]:
        """The counts of a replication."""
        streams = Streams(self.problem.seed, REHEARSAL, replication)
        problem = at_pace(self.problem, dict(self.pace))
        orders = drawn_orders(self.problem, streams)
        orders = replace(orders, work_us=_work_at(self.problem, problem, orders.work_us))
        records = simulate_every_day(problem, self.plan, orders, streams, self.engine)
        moments = records.packed_at_s if self.moment == "packed_at" else records.handed_over_at_s
        site = records.site.astype(np.int64) if self.by_site else None
        found: list[list[int]] = _through(problem, moments.astype(np.int64), site).tolist()
        return found


def at_pace(problem: Problem, pace: Mapping[tuple[int, int], float]) -> Problem:
    """The problem with the rates of its processes (site, process) changed by a factor each."""
    sites = [list(site.processes) for site in problem.sites]
    for (i, j), factor in pace.items():
        sites[i][j] = replace(sites[i][j], orders_per_hour=sites[i][j].orders_per_hour * factor)
    found = [
        replace(site, processes=tuple(own)) for site, own in zip(problem.sites, sites, strict=True)
    ]
    return replace(problem, sites=tuple(found))


def _work_at(stated: Problem, changed: Problem, work_us: Ints) -> Ints:
    """Work of orders at other rates [row of the changed problem, order]."""
    rows = {content.key: row for row, content in enumerate(contents(stated))}
    of = {
        content_of(new).key: (rows[content_of(old).key], new.mean_s / old.mean_s)
        for here, there in zip(stated.sites, changed.sites, strict=True)
        for old, new in zip(here.processes, there.processes, strict=True)
    }
    found = []
    for content in contents(changed):
        row, longer = of.get(content.key) or (rows[content.key], 1.0)
        found.append(np.rint(work_us[row] * longer).astype(np.int64))
    return np.array(found)


def _through(problem: Problem, moments: Ints, site: Ints | None) -> Ints:
    """Counts [site, bin] of the promotion's own days."""
    bins = problem.horizon.reported_end_s // BIN_S
    row = np.zeros(len(moments), dtype=np.int64) if site is None else site
    found = np.zeros((1 if site is None else len(problem.sites), bins), dtype=np.int64)
    there = (moments != NEVER) & (moments < bins * BIN_S) & (row >= 0)
    np.add.at(found, (row[there], np.maximum(moments[there], 0) // BIN_S), 1)
    return found


def estimate_rates(
    problem: Problem, plan: Plan, past: PastPromotion, context: RunContext
) -> Rates | None:
    """Estimate the rate of every process from when orders were packed or handed over.

    Parameters
    ----------
    problem : Problem
        The replayed problem.
    plan : Plan
        The roster of then.
    past : PastPromotion
        The log.
    context : RunContext
        Where replications run.

    Returns
    -------
    Rates or None
        None where the log says neither.
    """
    if past.worked is None:
        return None
    context.begin("estimating rates of work")
    model = _Model(problem, plan, past, past.worked, context)
    starts = [np.zeros(model.size), *(STARTS_AT * row for row in np.eye(model.size))]
    fits = [_fitted(model, start) for start in (starts if model.size > 1 else starts[:1])]
    noise = min(fits, key=lambda fit: fit.distance).noise
    best = min(fits, key=lambda fit: fit.score(noise))
    good = [fit for fit in fits if fit.score(noise) - best.score(noise) < AS_GOOD]
    estimates = tuple(
        _estimate(model, k, best, good) if best.explains else _unexplained(model, k)
        for k in range(model.size)
    )
    return Rates(estimates, past.worked, best.explains)


class _Model:
    """The mean curve as a function of the logs of the rates, relative to the stated ones."""

    def __init__(
        self, problem: Problem, plan: Plan, past: PastPromotion, moment: str, context: RunContext
    ) -> None:
        self.problem, self.plan, self.context = problem, plan, context
        self.keys = [(i, j) for i, s in enumerate(problem.sites) for j in range(len(s.processes))]
        self.moment, self.by_site = moment, bool((past.site >= 0).all())
        counts = _through(problem, past.moments[moment], past.site if self.by_site else None)
        self.counts = counts.ravel() * past.orders.scale
        # in units of a spread that grows with the counts; the intervals do not rest on it
        self.unit = np.sqrt(1.0 + SPREAD * self.counts) * past.orders.scale**0.5
        self.log = self.counts / self.unit
        self.replications = min(context.budget.replications, MOST_REPLICATIONS)

    @property
    def size(self) -> int:
        """Number of processes."""
        return len(self.keys)

    def names(self, k: int) -> tuple[str, str]:
        """Site and process."""
        site, process = self.keys[k]
        return self.problem.sites[site].name, self.problem.sites[site].processes[process].name

    def stated(self, k: int) -> float:
        """Stated rate of a process."""
        site, process = self.keys[k]
        return self.problem.sites[site].processes[process].orders_per_hour

    def curves(self, at: Floats) -> Floats:
        """Counts of every replication at these rates, in units [replication, site and bin]."""
        pace = tuple(zip(self.keys, np.exp(at).tolist(), strict=True))
        engine = self.context.executor.engine
        task = Through(self.problem, self.plan, pace, self.moment, self.by_site, engine)
        found = self.context.replicate("paces", task, self.replications)
        counts = np.array(found, dtype=float).reshape(self.replications, -1)
        return np.asarray(counts / self.unit)


@dataclass(frozen=True, eq=False, kw_only=True)
class _Fit:
    """Logs of the rates relative to the stated ones, at the end of a fit.

    `spread`: standard deviation of each; `missed`: the log less the mean curve; `distance`: sum of
    its squares; `noise`: by which the distance is measured; `explains`: whether chance explains it.
    """

    at: Floats
    spread: Floats
    missed: Floats
    distance: float
    noise: float
    explains: bool

    def score(self, noise: float) -> float:
        """Minus twice the log likelihood, up to a constant."""
        return self.distance / noise + float(self.at @ self.at) / LIKELY**2


def _fitted(model: _Model, start: Floats) -> _Fit:
    """Fit the rates from a start."""
    at, prior = start, np.eye(model.size) / LIKELY**2
    for last in [False] * ROUNDS + [True]:
        curves = model.curves(at)
        mean = curves.mean(axis=0)
        missed, noise = model.log - mean, curves - mean
        effect = np.stack(
            [(model.curves(at + STEP * row).mean(axis=0) - mean) / STEP for row in np.eye(len(at))],
            axis=1,
        )
        seen = np.atleast_2d(np.cov(noise @ effect, rowvar=False))
        size = effect.T @ effect
        scale = float(np.trace(seen) / max(np.trace(size), 1e-9)) or 1.0
        bread = np.linalg.inv(size / scale + prior)
        step = np.clip(bread @ (effect.T @ missed / scale - prior @ at), -0.5, 0.5)
        if last or np.abs(step).max() < CLOSE:
            break
        at = at + step
    meat = seen * (1 + 1 / len(curves)) / scale**2 + prior
    return _Fit(
        at=at,
        spread=np.sqrt(np.diag(bread @ meat @ bread)),
        missed=missed,
        distance=float(missed @ missed),
        noise=scale,
        explains=bool(np.abs(missed).max() <= BEYOND_CHANCE * np.abs(noise).max()),
    )


def _unexplained(model: _Model, k: int) -> RateEstimate:
    """Nothing: what no rates repeat says nothing of a rate."""
    return RateEstimate(*model.names(k), model.stated(k), None, None, None, "unexplained")


def _estimate(model: _Model, k: int, best: _Fit, good: Sequence[_Fit]) -> RateEstimate:
    """What all fits say of the rate of a process that are as good as the best."""
    names, stated = model.names(k), model.stated(k)
    if any(fit.spread[k] > KNOWN for fit in good):
        slowest = min(_slowest(model, k, fit) for fit in good)
        return RateEstimate(*names, stated, None, stated * float(np.exp(slowest)), None, "at least")
    half = t_quantile(model.replications - 1)
    low = min(fit.at[k] - half * fit.spread[k] for fit in good)
    high = max(fit.at[k] + half * fit.spread[k] for fit in good)
    middle, low, high = (stated * float(np.exp(value)) for value in (best.at[k], low, high))
    apart = float(np.ptp([fit.at[k] for fit in good])) > half * best.spread[k]
    return RateEstimate(*names, stated, middle, low, high, "either" if apart else "told")


def _slowest(model: _Model, k: int, fit: _Fit) -> float:
    """Log of the slowest pace of a process that the log does not reject, by a score test."""
    if fit.spread[k] <= KNOWN:
        return float(fit.at[k] - REJECTED * fit.spread[k])
    low, high = SLOWEST, float(fit.at[k])
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _rejected(model, k, np.where(np.arange(model.size) == k, middle, fit.at)):
            low = middle
        else:
            high = middle
    return high


def _rejected(model: _Model, k: int, at: Floats) -> bool:
    """Whether the log shows a faster pace of a process than this one."""
    curves, faster = model.curves(at), model.curves(at + STEP * np.eye(model.size)[k])
    mean = curves.mean(axis=0)
    effect = faster.mean(axis=0) - mean
    spread = np.std((curves - mean) @ effect, ddof=1) * np.sqrt(1 + 1 / len(curves))
    return bool((model.log - mean) @ effect > REJECTED * spread)
