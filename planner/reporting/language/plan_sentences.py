"""A plan in a sentence: what it costs, and how many people it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.reporting.language.labels import Labels


def draft_sentence(labels: Labels, cost: float, people: tuple[int, int]) -> str:
    """Say that a plan was not simulated, with its cost and people.

    Parameters
    ----------
    labels : Labels
        Language and currency.
    cost : float
        What the planning model expects it to cost, in major units.
    people : tuple of int
        People on the day with most of them, and the temporaries among them.

    Returns
    -------
    str
        The sentence.
    """
    return labels("draft_plan", cost=labels.money(cost), people=_people(labels, people))


def certified_sentence(
    labels: Labels, certified: bool, cost: float, people: tuple[int, int]
) -> str:
    """Say whether a plan is certified, with its cost and people.

    Parameters
    ----------
    labels : Labels
        Language and currency.
    certified : bool
        The verdict.
    cost : float
        Its mean cost in the held-out replications, in major units.
    people : tuple of int
        People on the day with most of them, and the temporaries among them.

    Returns
    -------
    str
        The sentence.
    """
    key = "certified_plan" if certified else "uncertified_plan"
    return labels(key, cost=labels.money(cost), people=_people(labels, people))


def draft_lines(content: Mapping[str, Any], draft: str, labels: Labels) -> list[str]:
    """What a draft plan says at its end.

    Parameters
    ----------
    content : mapping
        Content of plan.json.
    draft : str
        The plan in a sentence.
    labels : Labels
        Language and currency.

    Returns
    -------
    list of str
        The verdict, cost and people, and what simulates it.
    """
    head = f"{labels('not_certified')}: {labels('verdict_none')}"
    note = [str(content["note"])] if content.get("note") else []
    return [head, *note, draft, labels("draft_next")]


def _people(labels: Labels, people: tuple[int, int]) -> str:
    """People on the peak day, and the temporaries among them."""
    everyone, temporary = people
    return labels(
        "people_at_the_peak",
        people=labels.many("n_people", everyone),
        temporary=labels.number(temporary),
    )
