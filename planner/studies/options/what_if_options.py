"""What is varied when a finished plan meets another promotion than the one it was made for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIfOptions:
    """Grid and replications of the what-if study.

    Attributes
    ----------
    demand : tuple of float
        Changes of the demand, shares of what is expected, rising, with 0 for none. More orders are
        where a plan begins to break: they stand closer together. Chosen by hand.
    agency_fill : tuple of float
        Shares of the people that the agency would send who come, rising to 1. Chosen by hand.
    promise_hours : tuple of float
        Deadlines in hours, in addition to the platform's own. Chosen by hand.
    replications : int
        Replications of the certificate, spread from the smallest to the largest promotion, on which
        each point of the grid is simulated. Chosen by hand: some ten processor seconds for the
        shipped scenarios.
    """

    demand: tuple[float, ...] = (-0.3, 0.0, 0.1, 0.25, 0.5)
    agency_fill: tuple[float, ...] = (0.6, 0.8, 1.0)
    promise_hours: tuple[float, ...] = (24.0, 48.0, 72.0)
    replications: int = 8
