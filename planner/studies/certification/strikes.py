"""Strikes of risks that a plan does not survive: the next plan must."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from planner.domain.planning_feedback import PlanningFeedback
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Summary
from planner.domain.risks import Strike, strikes
from planner.domain.stress import OF_DEMAND
from planner.studies.options.study_options import DEFAULT, FeedbackOptions


@dataclass(frozen=True)
class StruckReplication:
    """Whether a replication met the service level, and what struck the operation in it."""

    met: bool
    strikes: frozenset[Strike]


def struck_replications(
    problem: Problem, stream_sets: Sequence[tuple[str, int]], summaries: Sequence[Summary]
) -> list[StruckReplication]:
    """What struck the operation in each replication; risks of demand are in the planned paths.

    Parameters
    ----------
    problem : Problem
        Its risks and service level.
    stream_sets : sequence of (str, int)
        Stream set and number of the replications, in the order of the summaries.
    summaries : sequence of Summary
        The replications.

    Returns
    -------
    list of StruckReplication
        One for each summary.
    """
    streams = (Streams(problem.seed, name, k) for name, n in stream_sets for k in range(n))
    return [
        StruckReplication(
            summary.meets(problem.service),
            frozenset(
                strike
                for strike in strikes(problem, drawn)
                if problem.risks[strike[0]].kind not in OF_DEMAND
            ),
        )
        for summary, drawn in zip(summaries, streams, strict=True)
    ]


def strikes_to_survive(
    problem: Problem,
    replications: Sequence[StruckReplication],
    options: FeedbackOptions = DEFAULT.feedback,
) -> tuple[Strike, ...]:
    """The strikes that explain why the service level was missed too often, the worst first.

    A strike explains failures where the plan misses the service level in most of the replications
    that it hits. As many are taken as leave no more failures than half of what the confidence
    allows, at most `most_strikes`.

    Parameters
    ----------
    problem : Problem
        States the confidence.
    replications : sequence of StruckReplication
        Replications of a plan that failed.
    options : FeedbackOptions
        Tuned values.

    Returns
    -------
    tuple of Strike
        Empty where something else is to blame.
    """
    missed = [one for one in replications if not one.met]
    allowed = (1.0 - problem.service.confidence) * len(replications) / 2 + 1e-9
    hit = Counter(strike for one in replications for strike in one.strikes)
    lost = Counter(strike for one in missed for strike in one.strikes)
    found: list[Strike] = []
    for strike, number in sorted(lost.items(), key=lambda item: (-item[1], item[0])):
        if len(missed) <= allowed or len(found) == options.most_strikes:
            break
        if number * 2 > hit[strike]:
            found.append(strike)
            missed = [one for one in missed if strike not in one.strikes]
    return tuple(found)


def with_strikes(
    problem: Problem, feedback: PlanningFeedback | None, more: Sequence[Strike]
) -> PlanningFeedback:
    """Add strikes to those that the next plan must survive.

    Parameters
    ----------
    problem : Problem
        The problem that is planned.
    feedback : PlanningFeedback, optional
        The feedback so far.
    more : sequence of Strike
        The strikes.

    Returns
    -------
    PlanningFeedback
        The feedback with each of them once.
    """
    before = feedback or PlanningFeedback.none(problem)
    return replace(before, struck=(*before.struck, *(s for s in more if s not in before.struck)))
