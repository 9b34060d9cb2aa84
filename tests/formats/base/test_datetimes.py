"""Dates as people write them."""

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.formats.base.columns import Column, parser
from planner.formats.base.datetimes import (
    IN_TABLE,
    DateTimeForm,
    DateTimes,
    parse_date_format,
    read_datetime,
    read_datetimes,
)

COMMON = (
    "0000-00-00 00:00:00",
    "0000-00-00T00:00:00",
    "0000/00/00 00:00",
    "0000年00月00日 00:00:00",
    "00000000 0000",
)


def _read(
    texts: list[str], date_format: str | None = None, timezone: str | None = None
) -> tuple[DateTimes, dict[int, str]]:
    read = read_datetimes(texts, DateTimeForm(date_format, timezone))
    return read.datetimes, read.wrong


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
        "2026-11-11T20",
        "20261111 20:00",
        "2026/11/11 下午8:00",
        "2026/11/11 下午 8:00:00",
        "2026/11/11 晚上8:00",
        "2026年11月11日 星期三 20:00",
        "2026-11-11 8:00 PM",
        "2026-11-11 08:00:00 p.m.",
        "2026-11-11 8:00\u202fpm",
        "2026-11-11 20:00 PM",
        "11 Nov 2026 20:00",
        "11-NOV-2026 8:00 PM",
        "11/Nov/2026:20:00:00",
        "November 11th, 2026, 8:00 PM",
        "Wed, 11 Nov 2026 20:00:00",
        "Wed Nov 11 20:00:00 2026",
        "2026-Nov-11 20:00",
        "46337.8333",
        "46337.833333333336",
        "46337,83333",
    ],
)
def test_the_same_evening_in_many_ways(text: str) -> None:
    """Each of these is 8 p.m. on 11 November 2026."""
    found, wrong = _read([text])
    assert wrong == {}
    assert found[0] == EVENING


def test_a_date_without_time_is_its_midnight() -> None:
    """`2026/11/11` and `20261111` are 00:00."""
    found, wrong = _read(["2026/11/11", "20261111", "2026年1月5日"])
    assert wrong == {}
    assert [str(m) for m in found] == [
        "2026-11-11T00:00:00",
        "2026-11-11T00:00:00",
        "2026-01-05T00:00:00",
    ]


def test_what_can_be_read_in_two_ways_is_refused_until_the_order_is_stated() -> None:
    """11/12/2026 is 11 December or 12 November; nobody guesses, not even for 25/12/2026."""
    _, wrong = _read(["11/12/2026", "25/12/2026 10:00", "2026-11-11 20:00:00"])
    assert sorted(wrong) == [0, 1]
    assert "--date-format" in wrong[0]
    day_first, none = _read(["11/12/2026", "25/12/2026 10:00"], "dmy")
    assert none == {}
    assert str(day_first[0]) == "2026-12-11T00:00:00"
    month_first, wrong = _read(["11/12/2026", "25/12/2026 10:00"], "mdy")
    assert str(month_first[0]) == "2026-11-12T00:00:00"
    assert wrong == {1: "is no date in the order mdy; it would be one in the order dmy"}


def test_a_pattern_reads_every_cell() -> None:
    """With a pattern of strptime nothing else is accepted."""
    found, wrong = _read(["11 Nov 2026 20:00", "2026-11-11 20:00:00", "now"], "%d %b %Y %H:%M")
    assert found[0] == EVENING
    assert wrong == dict.fromkeys((1, 2), "does not read as %d %b %Y %H:%M")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("%d.%m.%Y %H.%M.%S", "11.11.2026 20.00.00"),
        ("%m/%d/%y %I:%M %p", "11/11/26 8:00 PM"),
        ("%Y年%m月%d日 %p%I:%M", "2026年11月11日 下午8:00"),
        ("%A, %B %d %Y %H:%M:%S.%f", "Wednesday, November 11 2026 20:00:00.25"),
        ("%Y%m%d%H", "2026111120"),
        ("%d %b %Y %H:%M %z", "11 Nov 2026 12:00 +0000"),
    ],
)
def test_patterns_read_in_bulk(pattern: str, text: str) -> None:
    """The directives of strptime, also those with words, parts of the day and offsets."""
    found, wrong = _read([text] * 2, parse_date_format(pattern), "Asia/Shanghai")
    assert wrong == {}
    assert found.tolist() == [EVENING.tolist()] * 2


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("dd/mm/yyyy", "must be dmy, mdy, ymd or a pattern"),
        ("%H:%M", "must name the year once, as %Y or %y"),
        ("%Y %m %d %m", "must name the month once"),
        ("%d.%m.%Y %Q", "has %Q, which is not known"),
        ("%d.%m.%Y %H:%M:%M", "twice"),
    ],
)
def test_a_pattern_that_reads_no_moment_is_refused(pattern: str, words: str) -> None:
    """Before any cell is read, and with what is missing."""
    with pytest.raises(ValueError, match=words):
        parse_date_format(pattern)


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("11/12/2026 8:05 PM", "mdy", "2026-11-12T20:05"),
        ("11.12.2026, 12:05 a.m.", "dmy", "2026-12-11T00:05"),
        ("1/2/26 20:05", "mdy", "2026-01-02T20:05"),
        ("26-1-2", "ymd", "2026-01-02T00:00"),
        ("02-Jan-26", "dmy", "2026-01-02T00:00"),
        ("26年1月2日 中午12:05", "ymd", "2026-01-02T12:05"),
        ("2026/1/2 上午12:05", "dmy", "2026-01-02T00:05"),
        ("2026/1/2 凌晨1:05", "dmy", "2026-01-02T01:05"),
        ("2026-12-31 24:00:00", "dmy", "2027-01-01T00:00"),
    ],
)
def test_the_stated_order_and_the_part_of_the_day(text: str, order: str, moment: str) -> None:
    """The advised --date-format reads the text, with the clock of twelve hours."""
    found, wrong = _read([text], order)
    assert wrong == {}
    assert found[0] == np.datetime64(moment)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-11 07:00:00 -0500",
        "2026-11-11T07:00:00-05:00",
        "2026-11-11 12:00Z",
        "20261111T120000Z",
        "11 Nov 2026 12:00:00 UTC",
        "2026-11-11 20:00:00 GMT+8",
        "2026-11-11 12:00:00.000000 +0000 UTC",
        "2026-11-11T20:00:00+08:00[Asia/Shanghai]",
        "Wed Nov 11 2026 20:00:00 GMT+0800 (China Standard Time)",
        "Wed Nov 11 20:00:00 CST 2026",
        "1794398400",
        "1794398400000",
        "1794398400.0",
    ],
)
def test_moments_with_an_offset_become_local(text: str) -> None:
    """Each of these is 8 p.m. in Shanghai."""
    found, wrong = _read([text], None, "Asia/Shanghai")
    assert wrong == {}
    assert found[0] == EVENING


def test_local_time_where_the_clocks_change() -> None:
    """Half past one comes twice when they are set back, and a short name is that of the zone's own
    clocks.
    """
    texts = [
        "2025-11-02 01:30:00 -0400",
        "2025-11-02 01:30:00 -0500",
        "2025-03-09T07:00Z",
        "2025-03-09 01:59:59 EST",
    ]
    found, wrong = _read([*texts, "2025-11-02 01:30:00 CET"], None, "America/New_York")
    local = ["2025-11-02T01:30", "2025-11-02T01:30", "2025-03-09T03:00", "2025-03-09T01:59:59"]
    assert found[:4].tolist() == [np.datetime64(moment, "s").tolist() for moment in local]
    assert wrong == {
        4: "names a time zone that is not America/New_York; write its offset, such as -0500"
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("2026-02-30", "exist"),
        ("2026-11-11 25:00", "exist"),
        ("2026-11-11 24:01", "exist"),
        ("2026-11-11T20:00:00Z", "offset from UTC; state --timezone"),
        ("2026-11-11 20:00:00+08:00", "offset from UTC; state --timezone"),
        ("1794427200", "seconds since 1970 (UTC); state --timezone"),
        ("2026111120", "not a date"),
        ("11/11/26 20:00", "two digits; state --date-format dmy, mdy or ymd"),
        ("11-11 20:00", "has no year"),
        ("20:00", "has no date"),
        ("2026/11/11 上午13:00", "part of the day"),
        ("2026/11/11 晚上12:05", "part of the day"),
        ("2026-11-1120:00", "not a date"),
        ("2026-11-11 " + "20:00" * 20, "not a date"),
        ("1026-11-11", "between"),
        ("next Friday", "not a date"),
        ("99999.5", "between"),
        ("now", "not a date"),
    ],
)
def test_what_is_no_local_moment_is_said_in_words(text: str, words: str) -> None:
    """Every cell that cannot be read says why and is NaT."""
    found, wrong = _read([text])
    assert np.isnat(found[0])
    assert words in wrong[0]


def test_quick_and_careful_reading_agree() -> None:
    """A thousand moments read in bulk are those read one by one."""
    datetimes = np.datetime64("2026-01-01T00:00:00") + np.arange(1000) * np.timedelta64(37_123, "s")
    texts = [str(m).replace("T", " ") for m in datetimes]
    assert np.array_equal(_read(texts)[0], _read(texts, "%Y-%m-%d %H:%M:%S")[0])
    assert np.array_equal(_read(texts)[0], datetimes)


DIGITS = st.tuples(
    st.integers(1990, 2100),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 25),
    st.integers(0, 61),
    st.integers(0, 61),
)


@given(st.lists(st.tuples(DIGITS, st.sampled_from(COMMON)), min_size=1, max_size=20))
def test_dates_read_in_bulk_exist(written: list[tuple[tuple[int, ...], str]]) -> None:
    """Whatever the digits, in any mixture of the common forms: the moment the calendar has, or a
    finding.
    """
    texts = []
    for (year, *rest), form in written:
        digits = iter(f"{year:04}" + "".join(f"{number:02}" for number in rest))
        texts.append("".join(next(digits) if character == "0" else character for character in form))
    found, wrong = _read(texts)
    for i, ((*parts, second), form) in enumerate(written):
        second *= form.count("0") == 14
        end_of_day = parts[3:] == [24, 0] and second == 0
        try:
            expected = datetime(
                *parts[:3], *([0, 0] if end_of_day else parts[3:]), second
            ) + timedelta(end_of_day)
        except ValueError:
            assert wrong[i] == "must be a date and time that exist"
        else:
            assert found[i] == np.datetime64(expected)
    assert np.isnat(found).sum() == len(wrong)


def test_the_advice_is_that_of_the_reader() -> None:
    """Where there is no command line, the advice names none of its options; a bare number is no
    moment of a table.
    """
    for text in ("11/12/2026", "soon", "2026-11-11T20:00Z", "46337.5"):
        with pytest.raises(ValueError, match=r'"2026-11-10T20:00"$'):
            read_datetime(text, DateTimeForm(advice=IN_TABLE))
    assert read_datetime("2026/11/11 20:00", DateTimeForm(advice=IN_TABLE)) == EVENING.tolist()


def test_layouts_of_many_moments_are_kept_apart() -> None:
    """Two hundred moments in nine mixed forms, each as it was written."""
    datetimes = [datetime(2026, 1, 1 + i % 28, i % 24, i % 60) for i in range(200)]
    forms = (
        "%Y-%m-%d %H:%M",
        "%Y/%m/%d %I:%M %p",
        "%d %b %Y %H:%M",
        "%B %d, %Y %H:%M:%S",
        "%a, %d %b %Y %H:%M",
        "%Y年%m月%d日%H:%M",
        "%Y%m%d%H%M%S",
        "%Y.%m.%d %H:%M",
        "%d-%b-%Y %I:%M%p",
    )
    found, wrong = _read([moment.strftime(forms[i % 9]) for i, moment in enumerate(datetimes)])
    assert wrong == {}
    assert found.tolist() == datetimes


@pytest.mark.parametrize(
    "text", ["2026-11-10", "2026/11/10", "2026年11月10日", "10 Nov 2026", "2026-11-10T00:00:00"]
)
def test_a_day_of_a_table_in_usual_forms(text: str) -> None:
    """As a spreadsheet saves a column of dates."""
    assert parser(Column("date", "date", ""), "CNY", typed=False)(text) == date(2026, 11, 10)


@pytest.mark.parametrize("text", ["10/11/2026", "2026-11-10T20:00", "46336", "2026-11-31"])
def test_what_is_no_day_of_a_table(text: str) -> None:
    """A day that can be read in two ways, a time of day, a bare number."""
    with pytest.raises(ValueError, match="must be a date"):
        parser(Column("date", "date", ""), "CNY", typed=False)(text)
