"""The largest number of orders a day that enough replications take, with few simulations.

Each held-out replication takes orders up to a number of its own, which does not depend on the
others. The (m + 1)-th smallest of them, where the certificate allows m misses, is a lower bound of
the number that the stated share of all promotions take, and the b-th smallest an upper bound: an
interval of order statistics. So only the hardest replications are searched; the others are
simulated at the number that is found, to see that they take it.

References
----------
David, Nagaraja (2003), Order Statistics, section 7.1.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field

from scipy.stats import binom

from planner.studies.capacity.search import PRECISION, Answer
from planner.studies.certification.certificate import LEVEL

ABOVE = 1.1  # times a number, at which it is shown to fail
GROWTH, FASTEST = 1.15, 2.0  # from a number that is taken to the next; squared each time, at most
DOWN = (0.94, 0.8, 0.5)  # of a number that is not taken, next ones to be asked for; then one order
WIDE = 0.03  # share of a number to which the upper end is found
HARDEST = 2  # times the failures that are enough: so many replications are simulated first


@dataclass(frozen=True, slots=True)
class Ask:
    """A number of orders a day, and the replications in which it is to be simulated."""

    orders: int
    replications: tuple[int, ...]


Answers = Mapping[int, Answer]  # by replication
Asking = Generator[Ask, Answers, list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A number, and what the held-out replications say of it.

    Attributes
    ----------
    orders : int
        Orders a day.
    or_more : bool
        Whether the search ended before too many failed.
    high : int
        The number that the stated share of all promotions take is above it with a probability of
        at most 5 %.
    met : int
        Replications that took `orders`.
    failing_above : tuple of int
        Replications seen to fail at `above(orders)`, the hardest first.
    hardest : tuple of int
        Replications seen to fail at `high`, the hardest first.
    own : tuple of int
        Orders that each replication itself brings, rising.
    """

    orders: int
    or_more: bool
    high: int
    met: int
    failing_above: tuple[int, ...]
    hardest: tuple[int, ...]
    own: tuple[int, ...]


def above(orders: int) -> int:
    """The number at which the promise is shown to fail."""
    return max(math.ceil(ABOVE * orders - 1e-9), orders + 1)


def upper_rank(count: int, confidence: float) -> int:
    """Which of the smallest numbers is the upper end of the interval.

    Parameters
    ----------
    count : int
        Number of replications.
    confidence : float
        Share of the promotions that take the number.

    Returns
    -------
    int
        Its rank, from 1; the end is too low with a probability of at most 5 %.
    """
    rank = 1
    while rank < count and binom.sf(rank - 1, count, 1.0 - confidence) > 1.0 - LEVEL:
        rank += 1
    return rank


@dataclass(eq=False, kw_only=True)
class NumberSearch:
    """Search of one number; a generator asks for simulations and is sent their answers.

    Attributes
    ----------
    count : int
        Number of held-out replications.
    allowed : int
        How many of them may fail.
    rank : int
        Which of the smallest is the upper end of the interval.
    start : int
        Where the search begins.
    most : int
        The largest number that is asked for.
    """

    count: int
    allowed: int
    rank: int
    start: int
    most: int
    _known: dict[int, dict[int, Answer]] = field(default_factory=dict, init=False)

    def run(self) -> Generator[Ask, Answers, Found]:
        """Find the number, its interval, and what fails above it."""
        everyone = range(self.count)
        low, high, or_more = yield from self._rising()
        while not or_more:
            low = yield from self._falling(low, high)
            failing = yield from self._failing(low, everyone)
            if len(failing) <= self.allowed:
                break
            low, high = 0, low  # one that takes more did not take this: look below
        top = yield from self._upper(low, or_more=or_more)
        failing_above = yield from self._failing_first(above(low)) if not or_more else _none()
        known = self._known.get(low, {})
        return Found(
            orders=low,
            or_more=or_more,
            high=top,
            met=sum(known[r].kept is True for r in everyone) if low else self.count,
            failing_above=tuple(failing_above),
            hardest=tuple(self._seen_to_fail(top)),
            own=tuple(sorted(answer.own for answer in self._known[self.start].values())),
        )

    def _rising(self) -> Generator[Ask, Answers, tuple[int, int, bool]]:
        """From the start up, until too many fail: the last number that was taken, and the next."""
        low, orders, growth = 0, self.start, GROWTH
        while True:
            failing = yield from self._failing_first(orders)
            if len(failing) > self.allowed:
                return low, orders, False
            if any(answer.kept is None for answer in self._known[orders].values()):
                yield from self._failing(low, range(self.count))
                return low, low, True
            low = orders
            if orders >= self.most:
                return low, low, True
            orders = min(max(math.ceil(growth * orders), orders + 1), self.most)
            growth = min(growth**2, FASTEST)

    def _falling(self, low: int, high: int) -> Generator[Ask, Answers, int]:
        """Between a number that is taken, or 0, and one that is not; of those that fail there."""
        downward = [max(round(share * high), 1) for share in DOWN] + [1]
        while high - low > max(1, PRECISION * low):
            orders = (low + high) // 2
            if low == 0:
                orders = min(downward.pop(0), high - 1)
            failing = yield from self._failing(orders, self._seen_to_fail(high))
            low, high = (low, orders) if len(failing) > self.allowed else (orders, high)
        return low

    def _upper(self, low: int, *, or_more: bool) -> Generator[Ask, Answers, int]:
        """The least number, about, at which so many fail as the upper end of the interval asks."""
        if or_more:
            return low
        top = self._least_with(self.rank)
        while top is None:
            last = max(self._known)
            if last >= self.most:
                return last
            orders = min(max(math.ceil(GROWTH * last), last + 1), self.most)
            failing = yield from self._failing_first(orders, self.rank)
            if len(failing) < self.rank and self._unknown(orders):
                return last
            top = self._least_with(self.rank)
        while top - low > max(1, WIDE * low):
            orders = (low + top) // 2
            failing = yield from self._failing(orders, self._seen_to_fail(top))
            low, top = (low, orders) if len(failing) >= self.rank else (orders, top)
        return top

    def _least_with(self, rank: int) -> int | None:
        """The least number of which so many failures are known."""
        enough = [n for n in self._known if len(self._seen_to_fail(n)) >= rank]
        return min(enough, default=None)

    def _unknown(self, orders: int) -> bool:
        """Whether no draw has so many orders."""
        return any(answer.kept is None for answer in self._known.get(orders, {}).values())

    def _failing_first(self, orders: int, enough: int | None = None) -> Asking:
        """Replications that fail, the hardest tried first; the others only where too few do."""
        least = self.allowed + 1 if enough is None else enough
        by_hardness = self._by_hardness(orders)
        failing = yield from self._failing(orders, by_hardness[: HARDEST * least])
        if len(failing) < least:
            failing = yield from self._failing(orders, range(self.count))
        return failing

    def _failing(self, orders: int, among: Sequence[int]) -> Asking:
        """Which of some replications fail, the hardest first."""
        if orders == 0:
            return []
        known = self._known.setdefault(orders, {})
        missing = tuple(r for r in among if r not in known)
        if missing:
            known.update((yield Ask(orders, missing)))
        asked = set(among)
        return [r for r in self._seen_to_fail(orders) if r in asked]

    def _seen_to_fail(self, orders: int) -> list[int]:
        known = self._known.get(orders, {})
        failing = [r for r, answer in known.items() if answer.kept is False]
        return sorted(failing, key=lambda r: (-known[r].late, r))

    def _by_hardness(self, orders: int) -> list[int]:
        """All replications, by what they said at the nearest number that all were asked."""
        full = [n for n, known in self._known.items() if len(known) == self.count]
        if not full:
            return []
        nearest = self._known[min(full, key=lambda n: (abs(n - orders), n))]
        return sorted(range(self.count), key=lambda r: (-nearest[r].late, r))


def _none() -> Asking:
    """Nothing is asked, and none fails."""
    yield from ()
    return []
