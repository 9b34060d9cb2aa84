"""Replications under loads: what single ones take, and whether they keep the promise."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from planner.domain.choices import Engine
from planner.domain.day_loads import Load, Place, with_goods
from planner.domain.lever_effects import effective_problem
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.rating.courier_offers import offers
from planner.simulation.loaded_replication import LoadedReplication

PRECISION = 0.01  # share of a number to which it is found
MOST_TIMES = 5  # times what a place brings, beyond which nothing is asked of it
FIRST = 1.5  # times its own orders of an average day, with which a search begins
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Answer:
    """What a replication says of a load.

    Attributes
    ----------
    kept : bool, optional
        Whether it keeps the promise; None: no draw has so many orders.
    late : float
        Share of the orders late beyond what is allowed; below 0 where the promise is kept.
    own : int
        Orders that the replication itself brings there; of every day, on the busiest.
    """

    kept: bool | None
    late: float = 0.0
    own: int = 0


@dataclass(frozen=True, slots=True)
class Taken:
    """What a place takes in one replication.

    Attributes
    ----------
    orders : int
        Most orders a day with which the promise is kept.
    or_more : bool
        Whether it may take more: the search ended there.
    own : int
        Orders that the replication itself brings there; of every day, on the busiest.
    """

    orders: int
    or_more: bool
    own: int = 0


class LoadedDraws:
    """A replication under loads, with a larger draw of its demand where one asks for more.

    Parameters
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    streams : Streams
        Random streams of the replication.
    engine : {"compiled", "simpy"}
        Simulation engine.
    most : sequence of Load
        The largest loads that are expected, one for each place.
    """

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        streams: Streams,
        engine: Engine,
        most: Sequence[Load],
    ) -> None:
        self._problem = with_goods(effective_problem(problem, plan.levers))
        self._plan, self._streams, self._engine = plan, streams, engine
        self._most = {load.place: load.orders for load in most}
        self._replication = self._made()

    def own_orders(self, place: Place) -> int:
        """Orders that the replication itself brings to a place; of every day, on the busiest."""
        return self._replication.own_orders(place)

    def drawn_for(self, load: Load) -> LoadedReplication | None:
        """The replication with a draw that is large enough for a load; None where none is."""
        if load.orders > self._most.get(load.place, -1):
            self._most[load.place] = round(GROWTH * load.orders)
            self._replication = self._made()
        return self._replication if self._replication.has(load) else None

    def answer(self, load: Load) -> Answer:
        """Whether the promise is kept under a load; of no orders it always is."""
        own = self.own_orders(load.place)
        if load.orders == 0:
            return Answer(kept=True, own=own)
        replication = self.drawn_for(load)
        if replication is None:
            return Answer(kept=None, own=own)
        counts, service = replication.loaded(load), self._problem.service
        return Answer(counts.kept(service), counts.late_share(service), own)

    def _made(self) -> LoadedReplication:
        return LoadedReplication(
            self._problem,
            self._plan,
            self._streams,
            offers=offers(self._problem),
            engine=self._engine,
            most=tuple(Load(place, orders) for place, orders in self._most.items()),
        )


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
    precision : float
        Share of a number to which it is found.
    """

    problem: Problem
    plan: Plan
    places: tuple[Place, ...]
    engine: Engine
    stream_set: str
    precision: float = PRECISION

    def __call__(self, replication: int) -> list[Taken]:
        """What each place takes in a replication."""
        streams = Streams(self.problem.seed, self.stream_set, replication)
        small = tuple(Load(place, 0) for place in self.places)
        own = LoadedDraws(self.problem, self.plan, streams, self.engine, small)
        days = self.problem.horizon.reported_days
        first = []
        for place in self.places:
            of_days = [own.own_orders(Place(place.site, day)) for day in range(days)]
            brought = sum(of_days) / days if place.day is None else of_days[place.day]
            first.append(Load(place, max(round(FIRST * brought), 1)))
        draws = LoadedDraws(
            self.problem, self.plan, streams, self.engine, [_times(load, GROWTH) for load in first]
        )
        return [self._taken(draws, load, own.own_orders(load.place)) for load in first]

    def _taken(self, draws: LoadedDraws, first: Load, own: int) -> Taken:
        """What a place takes, up to so many times what it brings."""
        place, most = first.place, max(MOST_TIMES * own, 1)

        def takes(orders: int) -> bool:
            return draws.answer(Load(place, orders)).kept is True

        low, load = 0, first
        while True:
            if draws.drawn_for(load) is None:
                return Taken(low, or_more=True, own=own)
            if not takes(load.orders):
                return Taken(largest(takes, low, load.orders, self.precision), False, own)
            low = load.orders
            if low >= most:
                return Taken(low, or_more=True, own=own)
            load = Load(place, min(_times(load, GROWTH).orders, most))


def _times(load: Load, factor: float) -> Load:
    return Load(load.place, round(factor * load.orders) + 1)


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


@dataclass(frozen=True, slots=True)
class Examined:
    """Loads that a replication is simulated under."""

    replication: int
    loads: tuple[Load, ...]


@dataclass(frozen=True, kw_only=True)
class LoadCheck:
    """Replications under stated loads.

    Picklable, because worker processes receive it once.

    Attributes
    ----------
    problem, plan : Problem, Plan
        What is given, and the plan.
    most : tuple of Load
        The largest loads that are expected, one for each place.
    examined : tuple of Examined
        What is simulated.
    engine : {"compiled", "simpy"}
        Simulation engine.
    stream_set : str
        Set of random streams.
    """

    problem: Problem
    plan: Plan
    most: tuple[Load, ...]
    examined: tuple[Examined, ...]
    engine: Engine
    stream_set: str

    def __call__(self, k: int) -> list[Answer]:
        """What the k-th of the replications says of each of its loads."""
        asked = self.examined[k]
        draws = self.draws(asked.replication)
        return [draws.answer(load) for load in asked.loads]

    def draws(self, replication: int) -> LoadedDraws:
        """A replication, to be simulated under loads."""
        streams = Streams(self.problem.seed, self.stream_set, replication)
        return LoadedDraws(self.problem, self.plan, streams, self.engine, self.most)
