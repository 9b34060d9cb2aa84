"""People on call in the words of a replan, in both languages."""

from __future__ import annotations

from planner.reporting.language.labels import Labels
from planner.reporting.language.replan_sentences import change_in_words

CHANGE = {
    "what": "call",
    "amount": 3,
    "date": "2026-11-12",
    "at": "",
    "site": "yiwu",
    "process": "pack",
    "crew": "agency on call",
    "shift": "late",
    "contract": "",
    "region": "",
    "event": "",
    "before": 0,
    "after": 3,
    "decide_by": "2026-11-11 22:00",
    "from_process": "",
    "from_shift": "",
}


def test_people_on_call_have_a_name_in_both_languages() -> None:
    assert change_in_words(Labels("en"), CHANGE).startswith("call 3 of agency on call: ")
    assert "劳务工（待命） 3 人" in change_in_words(Labels("zh"), CHANGE)


def test_people_on_call_follow_the_name_of_their_crew() -> None:
    names = {"crew": {"agency": "劳务"}}
    assert Labels("zh", names=names).name("crew", "agency on call") == "劳务（待命）"
