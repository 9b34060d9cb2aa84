"""How long work takes: an order's own quantile of each process's distribution, in whole microseconds at standard speed.

Whole microseconds make sums over a tour exact in any order, and ceil(work / speed) an integer division.
"""

from __future__ import annotations

import math

import numpy as np
from scipy.special import gammaincinv, ndtri

from planner.domain.demand import Floats, Ints
from planner.domain.problem import Problem
from planner.domain.records import Orders
from planner.domain.site import Process

MICRO = 1_000_000  # of a second; also the rate of a worker at standard speed (work microseconds per second)


def quantile(process: Process, u: Floats) -> Floats:
    """Seconds of work at the quantiles `u` of a process's distribution, for an order of standard work."""
    mean, cv = process.mean_s, process.cv
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
    return lognormal(math.log(mean) - sigma**2 / 2, sigma, u)


def lognormal(mu: float | Floats, sigma: float | Floats, u: Floats) -> Floats:
    """Quantiles of exp(normal(mu, sigma)); mu = -inf is a value of 0."""
    return np.asarray(np.exp(mu + sigma * ndtri(u)))


def work_us(problem: Problem, process: Process, u: Floats, orders: Orders, which: Ints) -> Ints:
    """Microseconds of work (rounded down) of the orders `which` at a process, given their quantiles `u`."""
    scale = np.array([p.work for p in problem.products]) * MICRO
    return np.asarray((quantile(process, u) * scale[orders.product[which]] + 1e-3).astype(np.int64))
