"""At which base price a contract alone wins against another: "express-b wins at or below 1.32"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from planner.domain.contracts import Contract
from planner.domain.demand import Floats
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.domain.statistics import t_interval
from planner.studies.contracts.carrier_only import Case, CaseResult, carry
from planner.studies.contracts.clause_sensitivity import quoted_price, shifted
from planner.studies.contracts.comparison import Alternative
from planner.studies.runs.run_context import RunContext

COLUMNS = ("contract", "rival", "price", "now", "break_even", "difference", "low", "high")
# rounds along a line of slope 1: the cost is nearly linear in the price, so most searches end with
# them
STRAIGHT = 5
MOST_ROUNDS = 64  # of a search: then steps that double, and halves of what is left


@dataclass
class BreakEvenSearch:
    """The highest shift of all base prices at which a contract costs no more than its rival.

    `wins_at`, `loses_at`: the highest shift known to win, the lowest known to lose (None: none
    yet); `found`: the differences in cost per order (minor units, by promotion) at the one that
    wins.
    """

    floor: int
    shift: int = 0
    wins_at: int | None = None
    loses_at: int | None = None
    found: Floats | None = None
    rounds: int = 0
    apart: bool = False  # no parcel that both take: nothing can be said

    @property
    def done(self) -> bool:
        """Is the shift known to the minor unit, or no price low enough?"""
        if self.apart or self.loses_at is None:
            return self.apart
        return self.loses_at <= self.floor or (
            self.wins_at is not None and self.loses_at - self.wins_at == 1
        )

    def hear(self, differences: Floats) -> None:
        """Take the differences at the present shift, and choose the next: where a line of slope 1
        crosses zero (a minimum charge can make it flatter: then further away, or in the middle),
        but inside what is still open.
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
        """Halfway between what wins and what loses; while one of them is not known, twice as far as
        before.
        """
        reach = 1 << (self.rounds - STRAIGHT)
        if self.loses_at is None:
            return self.shift + reach
        return self.shift - reach if self.wins_at is None else (self.wins_at + self.loses_at) // 2


def break_evens(
    alone: Sequence[Alternative], rival: str, replications: int, seed: int, context: RunContext
) -> pd.DataFrame:
    """Table `breakevens`: every other contract against `rival`, each alone, on the parcels both
    take.

    The break-even is the highest quoted price, all base prices shifted alike by whole minor units,
    at which the contract costs no more per order in the promotions simulated; `difference` is what
    a run at this very price gives. Empty where no price is low enough. How the parcels go does not
    depend on such a shift, so it is planned once.
    """
    reference = next(a for a in alone if a.name == rival)
    others = [a for a in alone if a.name != rival]
    searches = [BreakEvenSearch(-quoted_price(a.members[0])[1]) for a in others]
    for _ in range(MOST_ROUNDS):
        open_ones = [k for k, search in enumerate(searches) if not search.done]
        if not open_ones:
            break
        evaluated = [
            _at(others[k].case, shifted(others[k].members[0], searches[k].shift)) for k in open_ones
        ]
        promotions = [
            found for _, found in carry([reference.case, *evaluated], replications, seed, context)
        ]
        for place, k in enumerate(open_ones, start=1):
            searches[k].hear(np.array([difference(found[place], found[0]) for found in promotions]))
    rows = [
        _row(a.case.problem, a.members[0], rival, search)
        for a, search in zip(others, searches, strict=True)
        if not search.apart
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _at(case: Case, contract: Contract) -> Case:
    """The case with another version of its contract."""
    contracts = tuple(contract if c.name == contract.name else c for c in case.problem.contracts)
    return Case(replace(case.problem, contracts=contracts), case.plan)


def difference(ours: CaseResult, theirs: CaseResult) -> float:
    """Cost per order less that of the other, on the parcels both take, in minor units; NaN without
    any.
    """
    both = np.isfinite(ours.charge) & np.isfinite(theirs.charge)
    if not both.any():
        return np.nan
    beside = [c.beyond_minor / max(int(np.isfinite(c.charge).sum()), 1) for c in (ours, theirs)]
    return float((ours.charge[both] - theirs.charge[both]).mean() + beside[0] - beside[1])


def _row(
    problem: Problem, contract: Contract, rival: str, search: BreakEvenSearch
) -> tuple[object, ...]:
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
