"""Tuned values of the search for changes in the middle of a promotion."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanOptions:
    """How changes are searched.

    Attributes
    ----------
    screening : int
        Replications on which changes are compared. Chosen by hand.
    judging : int
        Other replications, on which a change must save more than its price. Chosen by hand.
    hardest : int
        Of the screening replications, those in which failures cost most: every opening is tried
        there. Chosen by hand.
    places : int
        Processes and collections, by the orders that fail there, at which changes are tried.
        Chosen by hand.
    trial_amount : int
        People at a time with which openings are compared. Chosen by hand.
    amounts : tuple of int
        People or vehicles of one change. Chosen by hand.
    compared : int
        Screening replications on which amounts are compared, from the easiest to the hardest.
        Chosen by hand.
    again : int
        Openings that were best at the last step and are tried before all others. Chosen by hand.
    finalists : int
        Openings tried with every amount. Chosen by hand.
    most_changes : int
        Changes at most: a call list that people can work off. Chosen by hand.
    """

    screening: int = 16
    judging: int = 40
    hardest: int = 2
    places: int = 3
    trial_amount: int = 6
    amounts: tuple[int, ...] = (1, 3, 8, 16, 32)
    compared: int = 6
    again: int = 10
    finalists: int = 2
    most_changes: int = 12
