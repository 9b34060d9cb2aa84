"""How long work takes: an order's own quantile of each process's distribution.

In whole microseconds at standard speed: sums over a tour are exact in any order, and a duration
(see `ticks`) is an integer division.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammaincinv, ndtri

from planner.domain.arrays import Floats, Ints
from planner.domain.problem import Problem
from planner.domain.records import Small
from planner.domain.site import Process

# of a second; also the rate of a worker at standard speed (work microseconds per second)
MICRO = 1_000_000
# Seconds, 2 years: no work and no lag is longer. A tour of 10,000 such orders, in microseconds
# times the ticks of a second, still fits into 64 bits; three lags and a horizon of 400 days, in
# seconds, into 32.
FAR_S = 1 << 26
RECEIVE = "receive"  # name of the stream for the work on parcels that come back


@dataclass(frozen=True, slots=True)
class Content:
    """One kind of work: the stream of its quantiles, and the process whose distribution it has.

    Processes of one name share a stream: an order that is slow to pick here would be slow to pick
    there.
    """

    stream: tuple[str, ...]
    process: Process

    @property
    def key(self) -> tuple[object, ...]:
        """What decides the work: contents of one key share a row of `Orders.work_us`."""
        p = self.process
        return self.stream, p.distribution, p.mean_s, p.cv, p.empirical


def contents(problem: Problem) -> tuple[Content, ...]:
    """Every kind of work in the problem: the rows of `Orders.work_us`."""
    found: dict[tuple[object, ...], Content] = {}
    for site in problem.sites:
        here = [content_of(p) for p in site.processes]
        if problem.returns is not None and site.receive is not None:
            here.append(content_of(site.receive, returned=True))
        for content in here:
            found.setdefault(content.key, content)
    return tuple(found.values())


def content_of(process: Process, *, returned: bool = False) -> Content:
    """The kind of work that a process is, for orders on their way out or for returns."""
    return Content((RECEIVE,) if returned else ("work", process.name), process)


class Quantiles:
    """Uniform numbers in (0, 1), and the standard normal ones at the same quantiles."""

    def __init__(self, u: Floats) -> None:
        self.u = u

    @cached_property
    def z(self) -> Floats:
        """Standard normal quantiles, computed once."""
        return np.asarray(ndtri(self.u))


def quantile(process: Process, at: Quantiles) -> Floats:
    """Seconds of work at given quantiles, for an order of standard work."""
    u, mean, cv = at.u, process.mean_s, process.cv
    if process.distribution == "empirical":
        observed = np.sort(np.asarray(process.empirical, dtype=float))
        return np.asarray(observed[(u * len(observed)).astype(np.int64)] * (mean / observed.mean()))
    if process.distribution == "exponential":
        return np.asarray(-mean * np.log1p(-u))
    if process.distribution == "deterministic" or cv <= 0:
        return np.full(len(u), mean)
    if process.distribution == "gamma":
        return np.asarray(gammaincinv(cv**-2, u) * (mean * cv**2))
    sigma = math.sqrt(math.log1p(cv**2))
    return lognormal(math.log(mean) - sigma**2 / 2, sigma, at.z)


def lognormal(mu: float | Floats, sigma: float | Floats, z: Floats) -> Floats:
    """Quantiles of exp(normal(mu, sigma)).

    Parameters
    ----------
    mu : float or Floats
        Mean of the log; -inf is a value of 0.
    sigma : float or Floats
        Standard deviation of the log.
    z : Floats
        Standard normal quantiles.

    Returns
    -------
    Floats
        One value for each quantile.
    """
    exponent = z * sigma
    exponent += mu
    return np.asarray(np.exp(exponent, out=exponent))


def work_us(problem: Problem, process: Process, at: Quantiles, product: Small) -> Ints:
    """Work of orders at a process.

    Parameters
    ----------
    problem : Problem
        Its products scale the work.
    process : Process
        The distribution.
    at : Quantiles
        Quantile of each order.
    product : Small
        Product of each order (index).

    Returns
    -------
    Ints
        Microseconds at standard speed, to the nearest.
    """
    scale = np.array([p.work for p in problem.products]) * MICRO
    content = quantile(process, at)
    content *= scale[product] if len(scale) > 1 else scale[0]
    np.minimum(content, float(FAR_S * MICRO), out=content)
    return np.rint(content, out=content).astype(np.int64)
