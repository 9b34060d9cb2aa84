"""Waiting times against queueing theory: Erlang for M/M/c, Pollaczek and Khinchine for M/G/1."""

from __future__ import annotations

import math
from dataclasses import replace

import ciw
import numpy as np
import pytest
from scipy import stats

from planner.domain.site import Process
from tests.builders import a_plan, a_problem, a_site, played

SERVICE_S = 3600.0  # rounding up to whole seconds adds one part in 7,200
LOADS = (0.5, 0.8, 0.9)
WARM_UP = 0.25  # share of the horizon left out at the beginning; the sites start empty
ERLANG = [(servers, load) for servers in (1, 3, 10) for load in LOADS]
POLLACZEK = [(cv2, load) for cv2 in (0.0, 1.0, 4.0) for load in LOADS]
CELLS = len(ERLANG) + len(POLLACZEK)


def erlang_wait(servers: int, load: float) -> float:
    """Mean seconds in the queue of M/M/c: C(c, a) / (c mu - lambda) (Erlang 1917)."""
    offered = servers * load
    terms = [offered**k / math.factorial(k) for k in range(servers)]
    last = offered**servers / math.factorial(servers) / (1 - load)
    return last / (sum(terms) + last) * SERVICE_S / (servers * (1 - load))


def pollaczek_wait(cv2: float, load: float) -> float:
    """Mean seconds in the queue of M/G/1: rho (1 + cv^2) / (2 (1 - rho)) services (Pollaczek 1930, Khinchine 1932)."""
    return load * (1 + cv2) / (2 * (1 - load)) * SERVICE_S


def waits(process: Process, servers: int, load: float, orders: int, replications: int) -> list[float]:
    """Mean wait of the orders of each replication after the warm-up; `orders` come in the whole of it."""
    per_hour = servers * load * 3600 / SERVICE_S
    days = math.ceil(orders / per_hour / 24)
    problem = a_problem(days=days, orders_per_hour=per_hour, sites=(a_site(process),))
    plan = a_plan(problem, servers)
    means = []
    for k in range(replications):
        records = played(problem, plan, k)
        begun = records.start_s[0] >= 0
        counted = begun & (records.orders.ordered_at_s > WARM_UP * problem.horizon.end_s)
        means.append(float((records.start_s[0] - records.orders.ordered_at_s)[counted].mean()))
    return means


def t_value(sample: list[float], theory: float) -> float:
    return float((np.mean(sample) - theory) / (np.std(sample, ddof=1) / math.sqrt(len(sample))))


def t_limit(replications: int) -> float:
    """Two-sided 1 % point for all cells together (Bonferroni)."""
    return float(stats.t.ppf(1 - 0.01 / (2 * CELLS), replications - 1))


def exponential() -> Process:
    return Process("pack", 3600 / SERVICE_S, distribution="exponential", discipline="fifo")


def spread(cv2: float) -> Process:
    return Process("pack", 3600 / SERVICE_S, cv=math.sqrt(cv2), distribution="gamma", discipline="fifo")


@pytest.mark.parametrize(("servers", "load"), ERLANG)
def test_waits_are_erlangs(servers: int, load: float) -> None:
    """Poisson arrivals, exponential work, c people: the mean wait is that of Erlang C."""
    sample = waits(exponential(), servers, load, 6000, 20)
    assert abs(t_value(sample, erlang_wait(servers, load))) <= t_limit(20)


@pytest.mark.parametrize(("cv2", "load"), POLLACZEK)
def test_waits_are_pollaczeks_and_khinchines(cv2: float, load: float) -> None:
    """Poisson arrivals, gamma work of cv^2 = 0, 1, 4, one person: the mean wait is the formula's."""
    sample = waits(spread(cv2), 1, load, 6000, 20)
    assert abs(t_value(sample, pollaczek_wait(cv2, load))) <= t_limit(20)


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "load"), ERLANG)
def test_waits_are_erlangs_in_long_runs(servers: int, load: float) -> None:
    """The same with 20 replications of 20,000 orders after the warm-up."""
    sample = waits(exponential(), servers, load, 27_000, 20)
    assert abs(t_value(sample, erlang_wait(servers, load))) <= t_limit(20)


@pytest.mark.slow
@pytest.mark.parametrize(("cv2", "load"), POLLACZEK)
def test_waits_are_pollaczeks_and_khinchines_in_long_runs(cv2: float, load: float) -> None:
    """The same with 20 replications of 20,000 orders after the warm-up."""
    sample = waits(spread(cv2), 1, load, 27_000, 20)
    assert abs(t_value(sample, pollaczek_wait(cv2, load))) <= t_limit(20)


@pytest.mark.slow
@pytest.mark.parametrize(("servers", "load"), [(3, 0.8), (10, 0.9)])
def test_two_stations_in_line_wait_as_long_as_in_ciw(servers: int, load: float) -> None:
    """Two stations of gamma work in line, no theory known: the mean wait agrees with Ciw's, |t| <= 4."""
    line = a_site(spread(1.0), replace(spread(1.0), name="check"))
    days, rate = 120, servers * load / SERVICE_S
    problem = a_problem(days=days, orders_per_hour=3600 * rate, sites=(line,))
    ours, theirs = [], []
    for k in range(20):
        records = played(problem, a_plan(problem, servers), k)
        packed = (records.packed_at_s >= 0) & (records.orders.ordered_at_s > WARM_UP * problem.horizon.end_s)
        inside = (records.packed_at_s - records.orders.ordered_at_s)[packed]
        ours.append(float(inside.mean()))
        theirs.append(ciw_mean_time_inside(servers, rate, problem.horizon.end_s, k))
    standard_error = math.sqrt((np.var(ours, ddof=1) + np.var(theirs, ddof=1)) / 20)
    assert abs(np.mean(ours) - np.mean(theirs)) <= 4 * standard_error


def ciw_mean_time_inside(servers: int, rate: float, end_s: int, seed: int) -> float:
    """Mean seconds from order to packed of two stations in line, simulated by Ciw."""
    work = ciw.dists.Gamma(shape=1.0, scale=SERVICE_S)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(rate), None],
        service_distributions=[work, work],
        number_of_servers=[servers, servers],
        routing=[[0.0, 1.0], [0.0, 0.0]],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(end_s)
    came: dict[int, float] = {}
    left: dict[int, float] = {}
    for record in simulation.get_all_records():
        came[record.id_number] = min(came.get(record.id_number, math.inf), record.arrival_date)
        if record.node == 2:
            left[record.id_number] = record.exit_date
    return float(np.mean([left[k] - came[k] for k in left if came[k] > WARM_UP * end_s]))
