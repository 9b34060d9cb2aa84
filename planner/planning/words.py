"""What the planning model's things are called in messages."""

from __future__ import annotations

from planner.domain.problem import HEAVIEST_G


def band_in_words(band: tuple[int, int]) -> str:
    """A weight class (above, up to) in grams as people say it."""
    above_g, to_g = band
    if to_g >= HEAVIEST_G:
        return f"parcels above {above_g:,} g"
    return f"parcels up to {to_g:,} g" if not above_g else f"parcels of {above_g:,} to {to_g:,} g"
