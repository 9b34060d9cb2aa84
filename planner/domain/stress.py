"""What can go wrong: a stress of a stated kind and strength, and its probability where it has one.

`stress_cases` turns one into problems that can be simulated; `risks` lets one strike by chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

StressKind = Literal[
    "mix",
    "correlation",
    "agency_fill",
    "absence_wave",
    "missed_pickup",
    "allotment_cut",
    "site_closed",
    "demand",
    "learning",
    "scan_delay",
]
STRESS_KINDS: tuple[StressKind, ...] = get_args(StressKind)
OF_DEMAND: frozenset[StressKind] = frozenset({"mix", "correlation", "demand"})  # other orders come


@dataclass(frozen=True, slots=True, kw_only=True)
class Stress:
    """Something that goes wrong; of strength 0 nothing does.

    What it names narrows it down; an empty name means each in turn, or all where the kind acts on
    all at once.

    Attributes
    ----------
    name : str
        Unique among the stresses of a catalogue, or the risks of a scenario.
    kind : StressKind
        What goes wrong.
    strength : float
        How much. `mix`: points of the product shares that move to one product; `correlation`: share
        of what the sizes of events lack to move together; `agency_fill`: share of the people booked
        whom the agency does not send; `absence_wave`: share of those who would come and stay away;
        `missed_pickup`: collections in a row that do not come; `allotment_cut`: share of the
        allotment that is gone; `site_closed`: hours; `demand`: share of orders more; `learning`:
        share by which the ramp-up takes longer; `scan_delay`: share by which the first scan comes
        later.
    probability : float, optional
        Chance that it happens in a promotion; None: not stated.
    site, contract, crew : str
        What it concerns.
    less, more : str
        Of `mix`: the product whose share falls (empty: all others, in proportion), and the one
        whose share rises.
    from_s, to_s : int, optional
        Seconds of the horizon; None: when the operation is busiest.
    """

    name: str
    kind: StressKind
    strength: float
    probability: float | None = None
    site: str = ""
    contract: str = ""
    crew: str = ""
    less: str = ""
    more: str = ""
    from_s: int | None = None
    to_s: int | None = None
