"""How hard triggers are looked for, and how sure they must be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerOptions:
    """Promotions and steps of the search for triggers.

    "Chosen by hand" means that no record of a measurement exists.

    Attributes
    ----------
    search_replications, trial_replications : int
        Sampled promotions on which rules are found, and on which each must save money beyond doubt
        before it stands on the card. Chosen by hand.
    hardest : int
        Promotions, those that cost most in failed orders, for which actions are put together.
        Chosen by hand.
    steps : int
        Steps of which an action consists at most. Chosen by hand.
    amounts : tuple of int
        Numbers of steps that are tried at thresholds. Chosen by hand.
    levels : int
        Thresholds of a checkpoint at most. Chosen by hand.
    least_share : float
        Share of the promotions that lie between two thresholds at least. Chosen by hand.
    worth_a_level : float
        Saving that a further threshold must add, as a share. Chosen by hand.
    naive_above : float
        The naive threshold: orders so far above their forecast mean by this share.
    """

    search_replications: int = 200
    trial_replications: int = 200
    hardest: int = 12
    steps: int = 10
    amounts: tuple[int, ...] = (1, 2, 3, 5, 7, 10)
    levels: int = 3
    least_share: float = 0.02
    worth_a_level: float = 0.02
    naive_above: float = 0.2
