"""Thresholds: from which count on which action saves most, and whether it does so beyond doubt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

import numpy as np

from planner.domain.arrays import Floats, Ints
from planner.domain.statistics import t_interval
from planner.domain.triggers import ALWAYS
from planner.studies.options.trigger_options import TriggerOptions

CUTS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.975)  # shares below a cut

Steps = tuple[tuple[int, int], ...]  # (above, number of the action), both rising


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Thresholds with their actions.

    Attributes
    ----------
    steps : tuple of (int, int)
        Threshold and action of each level.
    saves : float
        Mean saving of a promotion of the trial, in minor units.
    low : float
        Lower limit of its 95 % interval.
    """

    steps: Steps = ()
    saves: float = 0.0
    low: float = 0.0


NOTHING = Fitted()


def fit_thresholds(
    found_on: tuple[Ints, Floats], tried_on: tuple[Ints, Floats], options: TriggerOptions
) -> Fitted:
    """Fit thresholds on some promotions, and keep as many as are worth it on others.

    Parameters
    ----------
    found_on, tried_on : tuple of array
        What was counted [promotion], and what each action saves there [action, promotion].
    options : TriggerOptions
        Most levels, and how many promotions each needs.

    Returns
    -------
    Fitted
        The thresholds; none where no rule saves money beyond doubt in the trial.
    """
    candidates = []
    for levels in range(1, options.levels + 1):
        steps = _best_steps(*found_on, levels, options.least_share)
        if steps:
            mean, low, _ = t_interval(saved_by(steps, *tried_on))
            candidates.append(Fitted(steps=steps, saves=mean, low=low))
    sure = [fitted for fitted in candidates if fitted.low > 0]
    if not sure:
        return NOTHING
    best = max(fitted.saves for fitted in sure)
    return next(f for f in sure if f.saves >= (1 - options.worth_a_level) * best)


def saved_by(steps: Steps, counts: Ints, savings: Floats) -> Floats:
    """What thresholds save in each promotion [promotion].

    Parameters
    ----------
    steps : tuple of (int, int)
        Threshold and action of each level.
    counts : array, [promotion]
        What was counted.
    savings : array, [action, promotion]
        What each action saves.
    """
    saved = np.zeros(len(counts))
    for above, action in steps:
        saved = np.where(counts > above, savings[action], saved)
    return saved


def _best_steps(counts: Ints, savings: Floats, levels: int, least_share: float) -> Steps:
    """The steps that save most, with more of the actions at higher thresholds."""
    least = max(round(least_share * len(counts)), 1)
    cuts = [c for c in cuts_of(counts) if np.count_nonzero(counts > c) >= least]
    beyond = {cut: savings[:, counts > cut].sum(axis=1) for cut in cuts}
    best: Steps = ()
    most = 0.0
    for steps in _all_steps(cuts, len(savings), levels):
        nexts = [beyond[cut] for cut, _ in steps[1:]] + [np.zeros(len(savings))]
        total = sum(
            float(beyond[cut][action] - after[action])
            for (cut, action), after in zip(steps, nexts, strict=True)
        )
        if total > most and _spaced(counts, steps, least):
            best, most = steps, total
    return best


def _all_steps(cuts: Sequence[int], actions: int, levels: int) -> Iterator[Steps]:
    """Every choice of rising thresholds with rising actions."""
    for chosen in combinations(cuts, levels):
        for action in combinations(range(actions), levels):
            yield tuple(zip(chosen, action, strict=True))


def _spaced(counts: Ints, steps: Steps, least: int) -> bool:
    """Whether enough promotions lie between any two thresholds."""
    edges = [cut for cut, _ in steps]
    above = [int(np.count_nonzero(counts > cut)) for cut in edges]
    return all(a - b >= least for a, b in pairwise(above))


def cuts_of(counts: Ints) -> list[int]:
    """Thresholds that people can remember: two digits, spread over what is counted.

    The first lies below everything that was counted: what is done in any case.
    """
    ranked = np.sort(counts)
    at = [ranked[min(int(share * len(ranked)), len(ranked) - 1)] for share in CUTS]
    return sorted({two_digits(int(value)) for value in at[1:]} | {ALWAYS})


def two_digits(value: int) -> int:
    """Rounded to two leading digits: 9,437 -> 9,400."""
    step: int = 10 ** max(len(str(abs(value))) - 2, 0)
    return round(value / step) * step
