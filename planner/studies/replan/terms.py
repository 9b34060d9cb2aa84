"""Terms on which a plan is changed while the promotion runs: the moment, notices, and prices."""

from __future__ import annotations

from dataclasses import dataclass

from planner.domain.horizon import HOUR_S


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplanTerms:
    """What may be changed, and when a change is worth it.

    Attributes
    ----------
    now_s : int
        Now, in seconds of the horizon; what began before it is over.
    change_minor : int
        Price of each change, in minor units: a change is made only where it saves more.
    notice_hours : float
        Notice of permanent people: an extra shift, overtime or a day off.
    pickup_hours : float
        Notice of a vehicle more, or of cancelling one.
    release : bool
        Whether people and vehicles may be given up, too.
    """

    now_s: int
    change_minor: int
    notice_hours: float = 12.0
    pickup_hours: float = 4.0
    release: bool = False

    @property
    def notice_s(self) -> int:
        """Notice of permanent people in seconds."""
        return round(self.notice_hours * HOUR_S)

    @property
    def pickup_s(self) -> int:
        """Notice of vehicles in seconds."""
        return round(self.pickup_hours * HOUR_S)
