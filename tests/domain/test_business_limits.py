"""The limits of the business: each declared once, with a way to relax it."""

from __future__ import annotations

from planner.domain.business_limits import LIMITS, NOTICE, STATIONS, people_of
from planner.domain.relaxations import RELAXATIONS
from tests.planning.builders import crew


def test_every_limit_gives_way_by_a_known_relaxation() -> None:
    """Result files name relaxations by their keys, so these are in the registry."""
    for key, kind in LIMITS.items():
        assert kind.key == key
        assert RELAXATIONS[kind.relaxation.key] is kind.relaxation


def test_notice_and_presence_give_way_by_getting_smaller() -> None:
    """Seven days of notice, four would do; three stations, five needed."""
    assert NOTICE.allowed(needed=4.0, excess=3.0) == 7.0
    assert STATIONS.allowed(needed=5.0, excess=2.0) == 3.0
    assert [kind.key for kind in LIMITS.values() if kind.decreases] == ["notice", "presence"]


def test_temporaries_are_had_sooner_than_permanent_people() -> None:
    """One key for a planner; the search for what to blame prefers temporaries."""
    temporary, permanent = people_of(crew(temporary=True)), people_of(crew())
    assert temporary.key == permanent.key
    assert temporary.reluctance < permanent.reluctance
