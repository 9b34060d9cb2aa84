"""What demand is made of: the shares of regions and products, fixed or uncertain.

An uncertain mix is drawn once per promotion and component from a Dirichlet distribution around the
expected shares. A share p has mean p and variance p (1 - p) / (concentration + 1): a share of 30 %
is known to 6 points (one standard deviation) at a concentration of 57.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planner.domain.random_streams import Streams

Shares = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mix:
    """Shares of each component of demand; rows sum to 1.

    Parameters
    ----------
    region_share, product_share : Shares
        Shares [component, region] and [component, product].
    """

    region_share: Shares
    product_share: Shares


def drawn_shares(
    expected: Shares,
    concentrations: tuple[float | None, ...],
    streams: Streams,
    *,
    what: str,
    components: tuple[str, ...],
) -> Shares:
    """Shares of one promotion, each component's from a stream of its own.

    Parameters
    ----------
    expected : Shares
        Expected shares [component, item].
    concentrations : tuple of float or None
        Of every component; None: its shares are as expected.
    streams : Streams
        Random streams of the promotion.
    what : str
        Name of the streams: which mix is drawn.
    components : tuple of str
        Names of the components.

    Returns
    -------
    Shares
        [component, item]; the expected ones themselves where nothing is uncertain.
    """
    if all(concentration is None for concentration in concentrations):
        return expected
    drawn = expected.copy()
    for c, (name, concentration) in enumerate(zip(components, concentrations, strict=True)):
        if concentration is not None:
            drawn[c] = streams.rng(what, name).dirichlet(concentration * expected[c])
    return drawn


def share_deviation(share: float, concentration: float) -> float:
    """Standard deviation of a share that is drawn at this concentration."""
    return math.sqrt(share * (1.0 - share) / (concentration + 1.0))
