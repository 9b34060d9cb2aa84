"""Limits and repairs in words: every kind has them, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from planner.domain.business_limits import LIMITS
from planner.domain.platform import PlatformPart
from planner.domain.problem import Target
from planner.domain.relaxations import RELAXATIONS
from planner.errors import Blame
from planner.reporting.language.infeasibility_texts import (
    BLAMES,
    REPAIRS,
    blame_in_words,
    repair_in_words,
    tight,
)
from tests.planning.infeasibility.planted import sound_problem

DAYS = [date(2026, 11, 11), date(2026, 11, 12), date(2026, 11, 14)]
PROBLEM = sound_problem(np.random.default_rng(1))
STAFFED = replace(
    PROBLEM,
    service=replace(PROBLEM.service, also=(Target(24.0, 0.7),)),
    sites=(
        replace(
            PROBLEM.sites[0],
            processes=tuple(
                replace(p, min_people=3, max_temporary_share=0.6, starters_per_permanent=2.0)
                for p in PROBLEM.sites[0].processes
            ),
        ),
    ),
)
CASES = {
    "crew": (
        ("crew", "east", "agency"),
        14,
        "14 more agency people at east on 11 to 12 Nov, 14 Nov",
    ),
    "days": (("days", "east", "own"), 1, "own people at east work up to 1 day more in a week"),
    "hours": (("hours", "east", "own"), 4, "own people at east work up to 4 hours more in a week"),
    "notice": (
        ("notice", "east", "agency"),
        3,
        "book agency people at east with 3 days less of notice (4 instead of 7)",
    ),
    "stations": (("stations", "east", "pack"), 4, "4 more pack stations at east"),
    "presence": (
        ("presence", "east", "pack"),
        2,
        "2 people fewer in every shift of pack at east (1 instead of 3)",
    ),
    "temporaries": (
        ("temporaries", "east", "pack"),
        1,
        "any share of temporaries among the people of pack at east (now 60% at most)",
    ),
    "starters": (
        ("starters", "east", "pack"),
        1,
        "any number of people on their first day at pack at east (now 2 for each permanent person)",
    ),
    "collection": (
        ("collection", "east", "fast", "23:00"),
        1,
        "1 more vehicle of fast at 23:00 at east on 11 to 12 Nov, 14 Nov",
    ),
    "pickup": (
        ("pickup", "east", "fast", "20:00"),
        1,
        "one more collection of fast at 20:00 at east every day",
    ),
    "allotment": (
        ("allotment", "fast"),
        500,
        "fast takes 500 more parcels a day (3,500 instead of 3,000)",
    ),
    "supply": (("supply", "box"), 200, "200 more units of box"),
    "space": (("space", "east"), 900, "space for 900 more units at east"),
    "aim": (("aim",), 0.93, "aim at 93.0% on time instead of 95.0%"),
    "target": (("target", "24"), 0.6, "aim at 60.0% within 24 h instead of 70.0%"),
    "promise": (("promise", "south"), 36, "promise 72 h for south instead of 36 h"),
    "cap": (("cap", "live"), 5200, "sell at most 5,200 orders in live"),
    "shift": (("shift", "17:00", "02:00"), 8, "one more shift, from 17:00 to 02:00"),
    "overtime": (("overtime",), 2, "every shift may run 2 hours longer (overtime)"),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_repair_is_said_as_a_planner_says_it(kind: str) -> None:
    """In English to the letter; in Chinese with the same number."""
    key, amount, words = CASES[kind]
    assert repair_in_words(STAFFED, [(key, amount)], DAYS, "en") == words
    chinese = repair_in_words(STAFFED, [(key, amount)], DAYS, "zh")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)


def test_every_kind_has_a_case() -> None:
    """Every relaxation of a limit has a sentence and a case; working days are the promise of other
    platforms.
    """
    assert set(CASES) == set(RELAXATIONS) == set(REPAIRS) - {"working_days"}


def test_a_longer_promise_is_spoken_of_the_platform_that_promises_least() -> None:
    """Of several, whichever is named first."""
    key, hours, words = CASES["promise"]
    slow = replace(PROBLEM.platform, name="slow", deadline_hours=96.0, promise_hours=None)
    calendar = replace(slow, name="calendar", deadline_working_days=1)
    part = PlatformPart(rule=PROBLEM.platform, share=0.5)
    both = replace(PROBLEM, platform=slow, other_platforms=(part,))
    assert repair_in_words(both, [(key, hours)], [], "en") == words
    part = PlatformPart(rule=calendar, share=0.5)
    both = replace(PROBLEM, platform=slow, other_platforms=(part,))
    assert "working days" in repair_in_words(both, [(key, hours)], [], "en")


def test_limits_that_move_together_are_one_sentence() -> None:
    """Joined by `and`."""
    change = [(CASES["stations"][0], 1.0), (CASES["supply"][0], 20.0)]
    assert (
        repair_in_words(PROBLEM, change, [], "en")
        == "1 more pack station at east, and 20 more units of box"
    )


def test_blame_in_chinese_has_the_numbers_of_the_english() -> None:
    """Every rule with a key; notice is a limit that must get smaller."""
    blame = Blame(
        rule="crew",
        words="own people at east: 5 people allowed, 8 needed",
        excess=3.0,
        unit="people",
        key=("crew", "east", "own"),
        needed=8.0,
    )
    assert blame_in_words(PROBLEM, blame, "en") == blame.words
    assert blame_in_words(PROBLEM, blame, "zh") == "East 自有员工人数：现有 5 人，需要 8 人"
    notice = Blame(
        rule="notice",
        words="",
        excess=3.0,
        unit="days",
        key=("notice", "east", "agency"),
        needed=4.0,
    )
    assert "现为 7 天，最多只能是 4 天" in blame_in_words(PROBLEM, notice, "zh")
    assert set(BLAMES) >= set(LIMITS)


def test_blame_in_chinese_says_when() -> None:
    """The moment of the English sentence; no blank between Chinese words, no English process or
    crew.
    """
    moment, day = datetime(2026, 11, 27, 6), date(2026, 11, 27)
    stations = Blame(
        rule="stations",
        words="",
        excess=2.0,
        unit="stations",
        key=("stations", "east", "pack"),
        needed=5.0,
        on=moment,
    )
    assert (
        blame_in_words(PROBLEM, stations, "zh")
        == "11月27日（周五）06:00，East 打包工位：现有 3 个，需要 5 个"
    )
    week = Blame(
        rule="days",
        words="",
        excess=2.0,
        unit="days",
        key=("days", "east", "agency"),
        needed=5.0,
        on=day,
    )
    assert blame_in_words(PROBLEM, week, "zh").startswith("11月27日（周五）起，East 劳务工出勤人日")
    assert tight("义乌仓 劳务工 人数：3 人") == "义乌仓劳务工人数：3 人"
