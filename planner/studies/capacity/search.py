"""The largest load that single replications take, and the number that enough of them take."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from scipy.stats import binom

from planner.domain.choices import Engine
from planner.domain.day_loads import Load, Place, holds, with_goods
from planner.domain.demand_path import mean_path
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.rating.courier_offers import offers
from planner.simulation.loaded_replication import LoadedReplication
from planner.studies.certification.certificate import LEVEL

PRECISION = 0.01  # share of a number to which it is found
TIMES = (
    2.0,
    4.0,
    8.0,
    16.0,
    32.0,
    64.0,
    128.0,
)  # sizes of the larger draw, next to the expected demand
MOST_ORDERS = 1_500_000  # of a larger draw
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Taken:
    """What a place takes in one replication.

    Attributes
    ----------
    orders : int
        Most orders a day with which it holds.
    or_more : bool
        Whether it may take more: the search ended there.
    own : int
        Orders that the replication itself brings there; of every day, on the busiest.
    """

    orders: int
    or_more: bool
    own: int = 0


@dataclass(frozen=True, slots=True)
class Guess:
    """Where most replications lie: the lower end, and the number above which nothing is asked."""

    low: int
    high: int


class LoadedDraws:
    """A replication with larger draws of its demand, made when a load asks for them.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    streams : Streams
        Random streams of the replication.
    engine : {"compiled", "simpy"}
        Simulation engine.
    """

    def __init__(self, problem: Problem, plan: Plan, streams: Streams, engine: Engine) -> None:
        self._problem = with_goods(effective_problem(problem, plan.levers))
        self._plan, self._streams, self._engine = plan, streams, engine
        expected = float(mean_path(problem.demand, problem.horizon).daily().sum())
        self._times = [TIMES[0], *(t for t in TIMES[1:] if t * expected <= MOST_ORDERS)]
        self._drawn: dict[float, LoadedReplication] = {}
        self._usual: dict[int | None, tuple[bool, ...]] = {}

    def own(self) -> LoadedReplication:
        """The replication with its smallest larger draw."""
        return self._at(self._times[0])

    def drawn_for(self, load: Load) -> LoadedReplication | None:
        """The replication with a draw that is large enough for a load; None where none is."""
        for times in self._times:
            if self._at(times).most(load.place) >= load.orders:
                return self._at(times)
        return None

    def takes(self, load: Load) -> bool:
        """Whether a load is taken; `drawn_for` must have found one that is large enough."""
        replication = self.drawn_for(load)
        if replication is None:
            raise ValueError(f"no draw has {load.orders} orders a day")
        site, service = load.place.site, self._problem.service
        if site not in self._usual:
            self._usual[site] = self.own().usual_at(site).days_kept(service)
        loaded = replication.loaded(load).days_kept(service)
        return holds(load.place, loaded, self._usual[site])

    def _at(self, times: float) -> LoadedReplication:
        if times not in self._drawn:
            self._drawn[times] = LoadedReplication(
                self._problem,
                self._plan,
                self._streams,
                offers=offers(self._problem),
                engine=self._engine,
                times=times,
            )
        return self._drawn[times]


@dataclass(frozen=True, kw_only=True)
class CapacitySearch:
    """Search of what each place takes, replication by replication.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    places : tuple of Place
        What is loaded, one place after the other.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.
    numbers : tuple of int
        Numbers of the replications.
    guesses : tuple of Guess
        Where each place lies; empty: not known.
    precision : float
        Share of a number to which it is found.
    """

    problem: Problem
    plan: Plan
    places: tuple[Place, ...]
    engine: Engine
    stream_set: str
    numbers: tuple[int, ...]
    guesses: tuple[Guess, ...] = ()
    precision: float = PRECISION

    def __call__(self, k: int) -> list[Taken]:
        """What each place takes in the k-th replication."""
        streams = Streams(self.problem.seed, self.stream_set, self.numbers[k])
        draws = LoadedDraws(self.problem, self.plan, streams, self.engine)
        guesses = self.guesses or (None,) * len(self.places)
        return [
            replace(_taken(draws, place, guess, self.precision), own=draws.own().own_orders(place))
            for place, guess in zip(self.places, guesses, strict=True)
        ]


def _taken(draws: LoadedDraws, place: Place, guess: Guess | None, precision: float) -> Taken:
    """What a place takes in a replication; beyond the guess it is not looked for."""

    def takes(orders: int) -> bool:
        return draws.takes(Load(place, orders))

    if guess is not None and draws.drawn_for(Load(place, guess.high)) is not None:
        if takes(guess.high):
            return Taken(guess.high, or_more=True)
        low = guess.low if takes(guess.low) else 0
        high = guess.high if low else max(guess.low, 1)
        return Taken(largest(takes, low, high, precision), or_more=False)
    low, high = 0, max(draws.own().most(place) // 2, 1)
    while True:
        if draws.drawn_for(Load(place, high)) is None:
            return Taken(low, or_more=True)
        if not takes(high):
            return Taken(largest(takes, low, high, precision), or_more=False)
        low, high = high, math.ceil(high * GROWTH)


def largest(takes: Callable[[int], bool], low: int, high: int, precision: float = PRECISION) -> int:
    """The largest number that is taken, by bisection.

    Parameters
    ----------
    takes : callable
        Whether a number is taken.
    low, high : int
        A number that is taken, or 0, and one that is not.
    precision : float
        Share of the number to which it is found.

    Returns
    -------
    int
        A number that is taken, at most the precision or 1 below one that is not.
    """
    while high - low > max(1, precision * low):
        middle = (low + high) // 2
        if takes(middle):
            low = middle
        else:
            high = middle
    return low


@dataclass(frozen=True, kw_only=True)
class LoadCheck:
    """Held-out replications under stated loads: at the number, and above it.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    loads : tuple of Load
        What each replication is simulated under.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.
    """

    problem: Problem
    plan: Plan
    loads: tuple[Load, ...]
    engine: Engine
    stream_set: str

    def __call__(self, replication: int) -> list[bool | None]:
        """Whether each load is taken; None: no draw has so many orders."""
        streams = Streams(self.problem.seed, self.stream_set, replication)
        draws = LoadedDraws(self.problem, self.plan, streams, self.engine)
        return [_is_taken(draws, load) for load in self.loads]


def _is_taken(draws: LoadedDraws, load: Load) -> bool | None:
    if load.orders == 0:
        return True
    return None if draws.drawn_for(load) is None else draws.takes(load)


def interval_of_capacity(values: Sequence[int], confidence: float) -> tuple[int, int]:
    """Interval of the number that a share `confidence` of all promotions take.

    Parameters
    ----------
    values : sequence of int
        What replications take.
    confidence : float
        That share.

    Returns
    -------
    tuple of int
        Order statistics: each end is wrong with a probability of at most 5 %; the lower one is 0
        where there are too few replications for any.

    References
    ----------
    David, Nagaraja (2003), Order Statistics, section 7.1.
    """
    ordered, n, miss = sorted(values), len(values), 1.0 - confidence
    below = 0  # order statistics that lie below the quantile with enough confidence
    while below < n and binom.cdf(below, n, miss) <= 1.0 - LEVEL:
        below += 1
    above = 1
    while above < n and binom.sf(above - 1, n, miss) > 1.0 - LEVEL:
        above += 1
    return (ordered[below - 1] if below else 0), ordered[above - 1]
