"""How far a plan is tried under stress, and how hard repairs are looked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StressOptions:
    """Replications and candidates of a stress study.

    "Chosen by hand" means that no record of a measurement exists.

    Attributes
    ----------
    place_replications : int
        Replications, the hardest of the plan's own, on which each place that a stress can hit is
        tried; the worst one is simulated on all. Chosen by hand.
    run_replications, run_place_replications : int
        The same in a whole run, which looks for no repairs: so many replications in all, and so
        many for each place. Chosen by hand: some ten seconds for the shipped scenarios.
    repaired_places : int
        Places at which more people are tried as a repair, and as many for vehicles and for
        products. Chosen by hand.
    repair_replications : int
        Replications that the stress makes fail, spread from the hardest to the easiest, on which
        repairs are tried before the best one is simulated on all. Chosen by hand.
    trial_amount : int
        People or vehicles with which places are compared: one alone rarely makes a difference.
        Chosen by hand.
    finalists : int
        Places of which other amounts are tried. Chosen by hand.
    amounts : tuple of int
        Numbers of people or vehicles that are tried, rising. Chosen by hand.
    repair_steps : int
        Places that one repair may reinforce. Chosen by hand.
    """

    place_replications: int = 8
    run_replications: int = 20
    run_place_replications: int = 2
    repaired_places: int = 3
    repair_replications: int = 8
    trial_amount: int = 4
    finalists: int = 2
    amounts: tuple[int, ...] = (1, 2, 4, 8, 16, 32)
    repair_steps: int = 3
