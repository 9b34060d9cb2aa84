"""What the orders until now say of the rest: sizes of events, level and day effects, by Bayes.

The counts of the hours are negative binomial around the rate that sizes and effects give (Poisson
where hours have no noise of their own). The posterior is sampled by importance sampling from a
multivariate t around its mode, whose spread follows from the curvature there and is then fitted to
the weighted draws. Sizes that are correlated tell of each other.

References
----------
Geweke (1989), Bayesian inference in econometric models using Monte Carlo integration, Econometrica
57; Cappe et al. (2008), Adaptive importance sampling in general mixture classes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln, logsumexp, xlogy

from planner.domain.arrays import Floats, Ints
from planner.domain.demand import Baseline, Demand
from planner.domain.demand_path import PULL_FORWARD_DAYS, given_path
from planner.domain.horizon import DAY_S, HOUR_S, SLOT_S, Horizon
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.under_way import SeenOrders, UnderWay

POSTERIOR = "posterior"  # name of the stream set
DRAWS = 1_000  # that stand for the posterior
PROPOSED = 6_000  # at a time
ROUNDS = 4  # of fitting the proposal at most
ENOUGH = 0.3  # share of the proposed that the draws are worth
FREEDOM = 5.0  # of the t distribution: tails wider than the posterior's
STEP = 1e-3  # of differences, in standard deviations of the prior
LEAST_RATE = 1e-6  # orders of an hour: a count where nothing was expected is not impossible
SURPRISING_Z = 4.0  # standard deviations of an hour beyond which it does not fit


@dataclass(frozen=True, eq=False, kw_only=True)
class Learned:
    """The posterior, and how well it fits what came.

    Attributes
    ----------
    demand : Demand
        The demand of the rest.
    effective_draws : float
        Independent draws that the sample is worth.
    odd_hours : tuple of int
        Hours of the horizon whose orders the model hardly explains.
    expected : Floats
        Orders that were expected of every hour, given all of them [hour].
    """

    demand: Demand
    effective_draws: float
    odd_hours: tuple[int, ...]
    expected: Floats


def learn(problem: Problem, seen: SeenOrders) -> Learned:
    """Demand given the orders until now.

    Parameters
    ----------
    problem : Problem
        The problem before the promotion, its baseline stated or fitted, or its demand given.
    seen : SeenOrders
        The orders.

    Returns
    -------
    Learned
        The demand of the rest.
    """
    demand, rng = problem.demand, Streams(problem.seed, POSTERIOR, 0).rng("draws")
    if demand.given is not None:
        return _of_given(demand, problem.horizon, seen, rng)
    model = _model(demand, problem.horizon, seen)
    theta, effective = _sampled(model, rng)
    sizes, effects = model.sizes(theta), model.effects(theta, rng)
    mean, variance = model.moments(sizes, effects)
    expected = mean.mean(axis=0)
    spread = np.sqrt(variance.mean(axis=0) + mean.var(axis=0))
    odd = np.flatnonzero(np.abs(seen.by_hour() - expected) > SURPRISING_Z * spread)
    known = UnderWay(seen=seen, sizes=sizes, day_effect=effects)
    return Learned(
        demand=replace(demand, under_way=known),
        effective_draws=effective,
        odd_hours=tuple(odd.tolist()),
        expected=expected,
    )


def _of_given(
    demand: Demand, horizon: Horizon, seen: SeenOrders, rng: np.random.Generator
) -> Learned:
    """Paths of the user's own, as likely as they make what came."""
    if demand.given is None:
        raise ValueError("the demand is not given")
    edges = seen.edges_s // SLOT_S
    rates = np.array(
        [
            np.add.reduceat(
                given_path(demand, k, horizon).intensity.sum(axis=0)[: edges[-1]], edges[:-1]
            )
            for k in range(len(demand.given.orders))
        ]
    )
    weight = _weights(_log_counts(seen.by_hour(), np.maximum(rates, LEAST_RATE), 0.0))
    paths = _resampled(weight, rng)
    known = UnderWay(
        seen=seen,
        sizes=np.empty((DRAWS, 0)),
        day_effect=np.ones((DRAWS, horizon.days)),
        paths=paths,
    )
    return Learned(
        demand=replace(demand, under_way=known),
        effective_draws=float(1.0 / np.sum(weight**2)),
        odd_hours=(),
        expected=np.asarray(weight @ rates),
    )


def _log_counts(counts: Ints, mean: Floats, variance_beyond: Floats | float) -> Floats:
    """Log likelihood of counts [hour] around means [draw, hour]; summed over the hours [draw].

    Negative binomial with the variance mean + `variance_beyond`, Poisson where that is 0.
    """
    beyond = np.broadcast_to(variance_beyond, mean.shape)
    poisson = xlogy(counts, mean) - mean - gammaln(counts + 1.0)
    shape = mean**2 / np.where(beyond > 0, beyond, 1.0)
    negative = (
        gammaln(counts + shape)
        - gammaln(shape)
        - gammaln(counts + 1.0)
        + shape * np.log(shape / (shape + mean))
        + xlogy(counts, mean / (shape + mean))
    )
    # so close to Poisson that the gamma functions lose their digits
    use = (beyond > 1e-6 * mean) & (shape < 1e9)
    return np.asarray(np.where(use, negative, poisson).sum(axis=1))


@dataclass(frozen=True, eq=False, kw_only=True)
class _Model:
    """Rates of the hours until now as a function of theta [draw, parameter].

    theta: a standard normal number for each event, then the logs of the level and of the effects of
    the days until now, where these are uncertain. `own`, `shared`: weights of the numbers that the
    log sizes are made of.
    """

    demand: Demand
    baseline: Baseline
    horizon: Horizon
    seen: SeenOrders
    placed: Floats  # share of every event placed by the edges [event, edge]
    counts: Ints
    days: int  # that have begun

    @property
    def events(self) -> int:
        return len(self.demand.events)

    @property
    def uncertain(self) -> tuple[float, ...]:
        """Coefficients of variation of the level, then of the days, that are not 0."""
        level, day = self.baseline.level_cv, self.baseline.day_cv
        return (*((level,) if level > 0 else ()), *((day,) * self.days if day > 0 else ()))

    @property
    def prior_scale(self) -> Floats:
        """Standard deviation of every parameter before anything came."""
        return np.array([1.0] * self.events + list(self.uncertain))

    def sizes(self, theta: Floats) -> Floats:
        """Sizes [draw, event]; theta holds the standardised log sizes themselves."""
        median = np.array([e.median for e in self.demand.events])
        sigma = np.array([e.sigma for e in self.demand.events])
        return np.asarray(median * np.exp(sigma * theta[:, : self.events]))

    def log_prior(self, theta: Floats) -> Floats:
        """Equicorrelated normal numbers for the sizes, gamma effects of mean 1 (in their logs)."""
        z, n = theta[:, : self.events], self.events
        rho = self.demand.size_correlation
        total = np.zeros(len(theta))
        if n and rho < 1:
            inner = 1.0 - rho
            square = (z**2).sum(axis=1) - rho / (inner + rho * n) * z.sum(axis=1) ** 2
            total -= square / (2 * inner)
        elif n:  # one number for all: the others may not differ from it
            total -= z[:, 0] ** 2 / 2 + ((z - z[:, :1]) ** 2).sum(axis=1) / 2e-6
        for k, cv in enumerate(self.uncertain):
            x, shape = theta[:, n + k], 1.0 / cv**2
            total += shape * (x - np.exp(x))
        return total

    def effects(self, theta: Floats, rng: np.random.Generator | None = None) -> Floats:
        """Factors of the days [draw, day]; those of days to come are drawn, or 1."""
        found = np.ones((len(theta), self.horizon.days))
        level, k = self.baseline.level_cv > 0, self.events
        if self.baseline.day_cv > 0:
            first = k + int(level)
            found[:, : self.days] = np.exp(theta[:, first : first + self.days])
            if rng is not None:
                shape = 1.0 / self.baseline.day_cv**2
                rest = (len(theta), self.horizon.days - self.days)
                found[:, self.days :] = rng.gamma(shape, 1.0 / shape, rest)
        if level:
            found *= np.exp(theta[:, [k]])
        return found

    def moments(self, sizes: Floats, effects: Floats) -> tuple[Floats, Floats]:
        """Mean and variance of the orders of every hour until now [draw, hour]."""
        edges = self.seen.edges_s
        asked = sizes[:, :, None] * self.placed[None]
        for e, event in enumerate(self.demand.events):
            if event.cap is not None:
                asked[:, e] = np.minimum(asked[:, e], event.cap)
        hours = np.arange(len(edges) - 1)
        per_hour = self.baseline.orders_per_hour[: self.horizon.days * 24]
        base = per_hour[hours] * effects[:, hours * HOUR_S // DAY_S]
        base = base * np.diff(edges) / HOUR_S
        base = base * self._left(sizes, effects)[:, hours * HOUR_S // DAY_S]
        mean = np.maximum(np.diff(asked, axis=2).sum(axis=1) + base, LEAST_RATE)
        return mean, mean + (self.baseline.hour_cv * base) ** 2

    def _left(self, sizes: Floats, effects: Floats) -> Floats:
        """Share of every day's baseline that the events have not brought forward [draw, day]."""
        weights = np.arange(PULL_FORWARD_DAYS, 0, -1, dtype=float)
        per_day = self.baseline.orders_per_hour.reshape(-1, 24).sum(axis=1) * effects
        wanted = np.zeros_like(per_day)
        for e, event in enumerate(self.demand.events):
            amount = event.pull_forward * sizes[:, e]
            for ahead, weight in enumerate(weights / weights.sum()):
                day = event.at_s // DAY_S + 1 + ahead
                if 0 <= day < wanted.shape[1]:
                    wanted[:, day] += amount * weight
        taken, open_ = np.zeros_like(per_day), np.zeros(len(sizes))
        for day in range(self.days):
            open_ = open_ + wanted[:, day]
            taken[:, day] = np.minimum(open_, per_day[:, day])
            open_ = open_ - taken[:, day]
        return np.asarray(1.0 - taken / np.where(per_day > 0, per_day, 1.0))

    def log_density(self, theta: Floats) -> Floats:
        """Log of the posterior, up to a constant [draw]."""
        mean, variance = self.moments(self.sizes(theta), self.effects(theta))
        return self.log_prior(theta) + _log_counts(self.counts, mean, variance - mean)


def _model(demand: Demand, horizon: Horizon, seen: SeenOrders) -> _Model:
    if demand.baseline is None:
        raise ValueError("the baseline must be stated or fitted before anything is learned")
    edges = seen.edges_s.astype(float)
    placed = np.array([e.placed_by(edges) for e in demand.events]).reshape(-1, len(edges))
    return _Model(
        demand=demand,
        baseline=demand.baseline,
        horizon=horizon,
        seen=seen,
        placed=placed,
        counts=seen.by_hour(),
        days=min(-(-seen.until_s // DAY_S), horizon.days),
    )


def _sampled(model: _Model, rng: np.random.Generator) -> tuple[Floats, float]:
    """Draws of the posterior [draw, parameter], and how many independent ones they are worth."""
    scale = model.prior_scale
    if not len(scale):
        return np.zeros((DRAWS, 0)), float(DRAWS)
    mode, covariance = _mode(model, scale)
    for _ in range(ROUNDS):
        theta, log_proposal = _proposed(mode, covariance, rng)
        weight = _weights(model.log_density(theta) - log_proposal)
        effective = float(1.0 / np.sum(weight**2))
        if effective >= ENOUGH * PROPOSED:
            break
        mode = weight @ theta
        centred = theta - mode
        covariance = (centred * weight[:, None]).T @ centred + np.diag(1e-10 * scale**2)
    return theta[_resampled(weight, rng)], effective


def _mode(model: _Model, scale: Floats) -> tuple[Floats, Floats]:
    """The mode of the posterior and the inverse curvature there."""

    def negative(x: Floats) -> float:
        return -float(model.log_density((x * scale)[None])[0])

    start = np.zeros(len(scale))
    found = minimize(negative, start, method="BFGS", options={"gtol": 1e-3})
    best, n = found.x, len(scale)
    steps = np.eye(n) * STEP
    points = [best + a + b for a in (*steps, *-steps) for b in (*steps, *-steps)]
    f = model.log_density(np.array(points) * scale).reshape(2 * n, 2 * n)
    curvature = -(f[:n, :n] - f[:n, n:] - f[n:, :n] + f[n:, n:]) / (4 * STEP**2)
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    spread = 1.0 / np.clip(values, 1.0, None)  # no wider than the prior
    inverse = (vectors * spread) @ vectors.T
    return best * scale, inverse * np.outer(scale, scale)


def _proposed(mode: Floats, covariance: Floats, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draws of a multivariate t distribution, and their log density up to a constant."""
    n = len(mode)
    root = np.linalg.cholesky(covariance)
    normal = rng.standard_normal((PROPOSED, n))
    stretch = np.sqrt(FREEDOM / rng.chisquare(FREEDOM, PROPOSED))
    standard = normal * stretch[:, None]
    log_density = -(FREEDOM + n) / 2 * np.log1p((standard**2).sum(axis=1) / FREEDOM)
    return mode + standard @ root.T, log_density


def _weights(log_weight: Floats) -> Floats:
    """Weights that sum to 1."""
    return np.asarray(np.exp(log_weight - logsumexp(log_weight)))


def _resampled(weight: Floats, rng: np.random.Generator) -> Ints:
    """Indices of `DRAWS` equally likely draws, in random order (systematic resampling)."""
    at = (np.arange(DRAWS) + rng.random()) / DRAWS
    index = np.minimum(np.searchsorted(np.cumsum(weight), at), len(weight) - 1)
    return np.asarray(rng.permutation(index), dtype=np.int64)
