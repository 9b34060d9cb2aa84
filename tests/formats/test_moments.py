"""Dates as people write them."""

from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.formats.moments import IN_FILE, MOST_COMMON, read_moments

EVENING = np.datetime64("2026-11-11T20:00:00")


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-11 20:00:00",
        "2026-11-11T20:00",
        "2026/11/11 20:00",
        "2026.11.11 20:00",
        "2026年11月11日 20:00",
        "2026年11月11日20:00:00",
        "2026 年 11 月 11 日 20时00分",
        "２０２６年１１月１１日　２０：００",
        "20261111 2000",
        "20261111200000",
        " 2026-11-11 20:00:00.123 ",
    ],
)
def test_the_same_evening_in_many_ways(text: str) -> None:
    """Each of these is 8 p.m. on 11 November 2026."""
    found, wrong = read_moments([text])
    assert wrong == {}
    assert found[0] == EVENING


def test_a_date_without_time_is_its_midnight() -> None:
    """`2026/11/11` and `20261111` are 00:00."""
    found, wrong = read_moments(["2026/11/11", "20261111", "2026年1月5日"])
    assert wrong == {}
    assert [str(m) for m in found] == ["2026-11-11T00:00:00", "2026-11-11T00:00:00", "2026-01-05T00:00:00"]


def test_what_can_be_read_in_two_ways_is_refused_until_the_order_is_stated() -> None:
    """11/12/2026 is 11 December or 12 November; nobody guesses, not even for 25/12/2026."""
    _, wrong = read_moments(["11/12/2026", "25/12/2026 10:00", "2026-11-11 20:00:00"])
    assert sorted(wrong) == [0, 1]
    assert "--date-format" in wrong[0]
    day_first, none = read_moments(["11/12/2026", "25/12/2026 10:00"], "dmy")
    assert none == {}
    assert str(day_first[0]) == "2026-12-11T00:00:00"
    month_first, wrong = read_moments(["11/12/2026", "25/12/2026 10:00"], "mdy")
    assert str(month_first[0]) == "2026-11-12T00:00:00"
    assert wrong == {1: "must be a date and time that exist"}


def test_a_pattern_reads_every_cell() -> None:
    """With a pattern of strptime nothing else is accepted."""
    found, wrong = read_moments(["11 Nov 2026 20:00", "2026-11-11 20:00:00"], "%d %b %Y %H:%M")
    assert found[0] == EVENING
    assert wrong == {1: "does not read as %d %b %Y %H:%M"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("2026-02-30", "exist"),
        ("2026-11-11 25:00", "exist"),
        ("2026-11-11T20:00:00Z", "time zone"),
        ("2026-11-11 20:00:00+08:00", "time zone"),
        ("1026-11-11", "between"),
        ("next Friday", "not a date"),
        ("44876.5", "not a date"),
    ],
)
def test_what_is_no_local_moment_is_said_in_words(text: str, words: str) -> None:
    """Every cell that cannot be read says why and is NaT."""
    found, wrong = read_moments([text])
    assert np.isnat(found[0])
    assert words in wrong[0]


def test_quick_and_careful_reading_agree() -> None:
    """A thousand moments read in bulk are those read one by one."""
    moments = np.datetime64("2026-01-01T00:00:00") + np.arange(1000) * np.timedelta64(37_123, "s")
    texts = [str(m).replace("T", " ") for m in moments]
    assert np.array_equal(read_moments(texts)[0], read_moments(texts, "%Y-%m-%d %H:%M:%S")[0])
    assert np.array_equal(read_moments(texts)[0], moments)


DIGITS = st.tuples(
    st.integers(1990, 2100), st.integers(0, 13), st.integers(0, 32), st.integers(0, 25), st.integers(0, 61),
    st.integers(0, 61),
)  # fmt: skip


@given(st.lists(st.tuples(DIGITS, st.sampled_from(MOST_COMMON)), min_size=1, max_size=20))
def test_dates_read_in_bulk_exist(written: list[tuple[tuple[int, ...], str]]) -> None:
    """Whatever the digits, in any mixture of the common forms: the moment the calendar has, or a finding."""
    texts = []
    for (year, *rest), form in written:
        digits = iter(f"{year:04}" + "".join(f"{number:02}" for number in rest))
        texts.append("".join(next(digits) if character == "0" else character for character in form))
    found, wrong = read_moments(texts)
    for i, ((*parts, second), form) in enumerate(written):
        try:
            expected = datetime(*parts, second if form.count("0") == 14 else 0)
        except ValueError:
            assert wrong[i] == "must be a date and time that exist"
        else:
            assert found[i] == np.datetime64(expected)
    assert np.isnat(found).sum() == len(wrong)


def test_the_advice_is_that_of_the_reader() -> None:
    """Where there is no command line, the advice names none of its options."""
    _, wrong = read_moments(["11/12/2026", "soon"], advice=IN_FILE)
    assert all(words.endswith('write it such as "2026-11-10T20:00"') for words in wrong.values())
