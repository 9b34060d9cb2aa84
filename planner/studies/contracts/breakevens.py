"""At which base price a contract alone wins against another.

For example "express-b wins at or below 1.32".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from planner.domain.arrays import Floats
from planner.domain.contracts import Contract
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.domain.statistics import t_interval
from planner.simulation.workers_pool import START_S
from planner.studies.contracts.alternatives import Alternative
from planner.studies.contracts.carriage import Carriage, PricedOrders, priced_again, union
from planner.studies.contracts.clause_sensitivity import quoted_price, shifted

if TYPE_CHECKING:  # a worker process, which loads this file, has no use for it
    from planner.studies.runs.run_context import RunContext

COLUMNS = ("contract", "rival", "price", "now", "break_even", "difference", "low", "high")
# rounds along a line of slope 1: the cost is nearly linear in the price, so most searches end then
STRAIGHT = 5
MOST_ROUNDS = 64  # of a search: then steps that double, and halves of what is left


@dataclass(kw_only=True)
class BreakEvenSearch:
    """The highest shift of all base prices at which a contract costs no more than its rival.

    Amounts in minor units. `floor`: the lowest shift, at which the quoted price is 0; `shift`: the
    one to try next; `wins_at`, `loses_at`: the highest known to win, the lowest known to lose
    (None: none yet); `found`: the differences in cost per order [replication] at the one that wins;
    `apart`: no parcel that both take, so nothing can be said.
    """

    floor: int
    shift: int = 0
    wins_at: int | None = None
    loses_at: int | None = None
    found: Floats | None = None
    rounds: int = 0
    apart: bool = False

    @property
    def done(self) -> bool:
        """Whether the shift is known to the minor unit, or no price is low enough."""
        if self.apart or self.loses_at is None:
            return self.apart
        return self.loses_at <= self.floor or (
            self.wins_at is not None and self.loses_at - self.wins_at == 1
        )

    def take_in(self, differences: Floats) -> None:
        """Take in the differences at the present shift, and choose the next one.

        The next is where a line of slope 1 crosses zero (a minimum charge can make it flatter: then
        further away, or in the middle), but within the open interval.
        """
        if np.isnan(differences).all():
            self.apart = True
            return
        mean = float(np.nanmean(differences))
        self.rounds += 1
        if mean <= 0:
            self.wins_at, self.found = self.shift, differences
        else:
            self.loses_at = self.shift
        wanted = int(np.floor(self.shift - mean))
        if self.rounds > STRAIGHT:
            wanted = self._further()
        wanted = max(wanted, self.floor if self.wins_at is None else self.wins_at + 1)
        self.shift = wanted if self.loses_at is None else min(wanted, self.loses_at - 1)

    def _further(self) -> int:
        """Halfway between what wins and what loses.

        While one of them is not known, twice as far as before.
        """
        reach = 1 << (self.rounds - STRAIGHT)
        if self.loses_at is None:
            return self.shift + reach
        return self.shift - reach if self.wins_at is None else (self.wins_at + self.loses_at) // 2


def break_evens(
    alone: Sequence[Alternative],
    rival: str,
    replications: int,
    seed: int,
    context: RunContext,
    *,
    extra_minor: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Table `breakevens`: every other contract against `rival`, each alone.

    Compared are the parcels that both take. The break-even is the highest quoted price, all base
    prices shifted by the same whole number of minor units, at which the contract costs no more per
    order in the simulated replications; `difference` is what a run at this very price gives. Empty
    where no price is low enough. The routing does not depend on such a shift, so it is planned
    once.

    Parameters
    ----------
    alone : Sequence[Alternative]
        Alternatives of one contract each, the rival's among them.
    rival : str
        Name of the contract to win against.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    context : RunContext
        Where replications are simulated, and who receives the progress.
    extra_minor : Mapping[str, float], optional
        About what a contract costs more per order than the rival, where the search begins; the
        result is the same from anywhere.

    Returns
    -------
    pd.DataFrame
        A row for each contract but the rival, in major units per order.
    """
    reference = next(a for a in alone if a.name == rival)
    others = [a for a in alone if a.name != rival]
    searches = [_search(a.members[0], (extra_minor or {}).get(a.name, 0.0)) for a in others]
    for number in range(MOST_ROUNDS):
        unfinished = [k for k, search in enumerate(searches) if not search.done]
        if not unfinished:
            break
        cases = (reference.case, *(others[k].case for k in unfinished))
        shifts = tuple(tried(searches[k], number) for k in unfinished)
        task = ShiftedPrices(Carriage(union(cases), cases, seed), shifts)
        rows = context.replicate("shifted prices", task, replications, START_S)
        for place, k in enumerate(unfinished):
            found = dict(zip(shifts[place], np.array([row[place] for row in rows]).T, strict=True))
            while not searches[k].done and searches[k].shift in found:
                searches[k].take_in(found[searches[k].shift])
    rows_of = [
        _row(a.case.problem, a.members[0], rival, search)
        for a, search in zip(others, searches, strict=True)
        if not search.apart
    ]
    return pd.DataFrame(rows_of, columns=list(COLUMNS))


def _search(contract: Contract, extra_minor: float) -> BreakEvenSearch:
    """The search for a contract that costs about so much more per order than its rival."""
    floor = -quoted_price(contract)[1]
    return BreakEvenSearch(floor=floor, shift=max(int(np.floor(-extra_minor)), floor))


def tried(search: BreakEvenSearch, number: int) -> tuple[int, ...]:
    """Shifts to price in a round: the next one, and its neighbours once it is near the end.

    A parcel is simulated once for all of them, which takes longer than to price it.
    """
    if number == 0:
        return (search.shift,)
    near = range(search.shift - 1, search.shift + 2)
    known = (search.wins_at, search.loses_at)
    return tuple(shift for shift in near if shift >= search.floor and shift not in known)


@dataclass(frozen=True, eq=False)
class ShiftedPrices:
    """One replication of contracts alone at several base prices each (picklable).

    Attributes
    ----------
    carriage : Carriage
        The rival's case, then those of the contracts that are to win against it.
    shifts : tuple[tuple[int, ...], ...]
        Shifts of all base prices of each of these contracts, in minor units.
    """

    carriage: Carriage
    shifts: tuple[tuple[int, ...], ...]

    def __call__(self, replication: int) -> list[list[float]]:
        """Cost per order less the rival's at every shift, on the parcels both take.

        In minor units; NaN where there is no such parcel. Where a parcel goes does not depend on
        what it costs, since nobody else takes it.
        """
        carried = self.carriage.carried(replication)
        theirs = next(carried).priced
        return [
            [difference(priced_again(ours, _at(ours.case.problem, s)), theirs) for s in shifts]
            for ours, shifts in zip(carried, self.shifts, strict=True)
        ]


def _at(problem: Problem, shift: int) -> Problem:
    """The problem of a contract alone with all its base prices shifted."""
    ours, *stand_in = problem.contracts
    return replace(problem, contracts=(shifted(ours, shift), *stand_in))


def difference(ours: PricedOrders, theirs: PricedOrders) -> float:
    """Cost per order less that of the other, on the parcels both take, in minor units.

    NaN where there is no such parcel.
    """
    both = np.isfinite(ours.charge) & np.isfinite(theirs.charge)
    if not both.any():
        return np.nan
    charges = (ours.charge[both] - theirs.charge[both]).mean()
    return float(charges + ours.beyond_per_order_minor - theirs.beyond_per_order_minor)


def _row(
    problem: Problem, contract: Contract, rival: str, search: BreakEvenSearch
) -> tuple[object, ...]:
    """The row of a contract; without figures where no price is low enough."""
    digits = minor_digits(problem.currency)
    words, now = quoted_price(contract)
    price = f"base price {words}"
    if search.found is None or not search.done:
        return (contract.name, rival, price, now / 10**digits, None, None, None, None)
    figures = (round(x / 10**digits, digits + 2) for x in t_interval(search.found))
    assert search.wins_at is not None  # noqa: S101 - found goes with it
    return (
        contract.name,
        rival,
        price,
        now / 10**digits,
        (now + search.wins_at) / 10**digits,
        *figures,
    )
