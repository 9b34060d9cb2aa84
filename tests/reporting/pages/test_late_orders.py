"""The hours in which most late orders miss their deadline, as the page writes them."""

from __future__ import annotations

from planner.reporting.language.labels import Labels
from planner.reporting.pages.late_orders import _span


def test_a_whole_day_names_the_day_on_which_it_ends() -> None:
    day = {"from": "2026-11-11 00:00", "to": "2026-11-12 00:00"}
    assert _span(Labels("en"), day) == "Wed 11 Nov 00:00 to Thu 12 Nov 00:00"
    hours = {"from": "2026-11-10 22:00", "to": "2026-11-11 00:00"}
    assert _span(Labels("en"), hours) == "Tue 10 Nov 22:00 to 00:00"
