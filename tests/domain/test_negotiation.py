"""Numbers of a contract that are negotiated, on parts of a few fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import pytest

from planner.domain.negotiation import (
    DAYS,
    MONEY,
    SHARE,
    NegotiableTerm,
    put_at,
    term_changes,
)


@dataclass(frozen=True)
class Step:
    """A part of a row."""

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("above", "step {number}: above", "parcels", 0.5, rising=True),
        NegotiableTerm("off", "step {number}: off", SHARE, plus=0.9),
    )

    above: int
    off: float = 0.0


@dataclass(frozen=True)
class Price:
    """A part by zone."""

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("fee", "fee", MONEY, 0.75),
        NegotiableTerm("bonus", "bonus", MONEY, 1.25),
    )

    fee: int = 0
    bonus: int = 0
    grid: int = 7


@dataclass(frozen=True)
class Terms:
    """A contract."""

    negotiable: ClassVar[tuple[NegotiableTerm, ...]] = (
        NegotiableTerm("days", "days, zone {zone}", DAYS, 0.75),
        NegotiableTerm("share", "share of volume", SHARE, 0.75, digits=2, unless=1.0),
    )
    naming: ClassVar[dict[str, str]] = {"prices": "{clause}, zone {zone}"}

    prices: dict[str, Price] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    share: float = 1.0
    days: dict[str, float] = field(default_factory=dict)


def changes(terms: Terms) -> dict[str, tuple[float, float]]:
    return {change.clause: (change.now, change.changed) for change in term_changes(terms)}


def test_a_number_is_found_wherever_it_stands() -> None:
    """By zone and in a row, each with the name of its place; a number that is not declared is
    none.
    """
    found = changes(Terms({"a": Price(101), "b": Price(bonus=10)}, (Step(10),), days={"a": 2.0}))
    assert found == {
        "days, zone a": (2.0, 1.5),
        "fee, zone a": (101, 75),
        "bonus, zone b": (10, 13),
        "step 1: above": (10, 5),
    }


def test_numbers_that_are_not_there_are_not_negotiated() -> None:
    """Neither 0 nor the value that means there is no such clause."""
    assert changes(Terms({"a": Price()}, share=1.0)) == {}
    assert changes(Terms(share=0.5)) == {"share of volume": (0.5, 0.38)}


def test_a_row_stays_rising() -> None:
    """A step may come down to just above the one before it, and not where it is there already."""
    row = changes(Terms(steps=(Step(1), Step(2), Step(100), Step(150))))
    assert row == {"step 3: above": (100, 50), "step 4: above": (150, 101)}


def test_a_share_stays_a_share() -> None:
    """It is at most 1."""
    assert changes(Terms(steps=(Step(1, 0.2),))) == {"step 1: off": (0.2, 1.0)}


def test_the_change_can_be_put_into_the_contract() -> None:
    """The value stands at its path then, and everything else stays."""
    terms = Terms({"a": Price(100, 10)}, (Step(10),))
    for change in term_changes(terms):
        other = put_at(terms, change.path, change.value)
        assert other != terms
        assert put_at(other, change.path, change.now) == terms


def test_a_path_that_leads_nowhere_is_an_error() -> None:
    """A part that is not there cannot be changed."""
    with pytest.raises(KeyError):
        put_at(Terms(), ("prices", "a", "fee"), 1)
