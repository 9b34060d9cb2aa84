"""The origins of a back-test: `FROM:TO:STEP` as it is written, and whether the log has them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from planner.domain.order_history import History
from planner.errors import Finding, InputError
from planner.forecasting.daily_series import date_of, day_number, whole_days

LEAST_HISTORY_DAYS = 28  # known before an origin
MOST_ORIGINS = 2_000
_BEFORE_END_DAYS = 28
_LEAST_END_DAYS = 7  # fewer quiet days at the end say nothing
_END_SHARE = 0.1  # of the orders before: less is no trade
FORM = "FROM:TO:STEP such as 2025-05-01:2025-11-01:7d"
_PARTS = re.compile(r"(\d{4}-\d\d-\d\d):(\d{4}-\d\d-\d\d):(\d{1,4})d?", re.ASCII)


@dataclass(frozen=True, slots=True)
class OriginRange:
    """Days from `first` to `last`, `step_days` apart; the days before an origin are known."""

    first: date
    last: date
    step_days: int

    @property
    def days(self) -> range:
        """The origins as day numbers since 1970-01-01."""
        return range(day_number(self.first), day_number(self.last) + 1, self.step_days)

    def overlap(self, length: int) -> int:
        """How many later origins forecast days that an origin forecasts too."""
        return -(-length // self.step_days) - 1


def parse_origins(text: str) -> OriginRange:
    """Read the text of an option.

    Raises
    ------
    ValueError
        With what is wrong, as the end of a sentence.
    """
    found = _PARTS.fullmatch(text.strip())
    if not found:
        raise ValueError(f"must be {FORM}, got {text!r}")
    try:
        first, last = (date.fromisoformat(part) for part in found.groups()[:2])
    except ValueError:
        raise ValueError(f"must have two dates that exist, in the form {FORM}") from None
    step = int(found.group(3))
    if step < 1:
        raise ValueError("must have a step of one day at least, such as 7d")
    if last < first:
        raise ValueError(f"must not end ({last}) before it begins ({first})")
    if (last - first).days // step >= MOST_ORIGINS:
        raise ValueError(f"has more than {MOST_ORIGINS:,} origins: take a longer step")
    return OriginRange(first, last, step)


def warn_of_end(history: History, origins: OriginRange, length: int, lead: int) -> list[str]:
    """Words about a log that all but ends before the days that are forecast do.

    Parameters
    ----------
    history : History
        The log.
    origins : OriginRange
        The origins.
    length : int
        Days that are forecast.
    lead : int
        Days between an origin and the first of them.

    Returns
    -------
    list of str
        One warning, or none.
    """
    series = whole_days(history)
    daily = series.daily
    drops = [
        (daily[day - _BEFORE_END_DAYS : day].mean(), daily[day:].mean(), series.first_day + day)
        for day in range(_BEFORE_END_DAYS, len(daily) - _LEAST_END_DAYS + 1)
    ]
    ends = [drop for drop in drops if drop[1] < _END_SHARE * drop[0]]
    if not ends:
        return []
    before, after, begin = max(ends, key=lambda drop: drop[0] - drop[1])
    if origins.days[-1] + lead + length <= begin:
        return []
    words = (
        f"the log brings {after:.1f} orders a day from {date_of(begin)} on, {before:.1f} before: "
        f"if it ends there, the last origin is {date_of(begin - lead - length)}"
    )
    return [words]


def require_days(history: History, origins: OriginRange, length: int, lead: int) -> None:
    """Refuse origins before which too little is known, or whose days the log does not hold.

    Parameters
    ----------
    history : History
        The log.
    origins : OriginRange
        The origins.
    length : int
        Days that are forecast.
    lead : int
        Days between an origin and the first of them.

    Raises
    ------
    InputError
        With all that is wrong, and which origins are possible.
    """
    series = whole_days(history)
    begin, end = series.first_day, series.first_day + len(series)
    least, most = begin + LEAST_HISTORY_DAYS, end - length - lead
    held = f"the log holds whole days from {date_of(begin)} to {date_of(end - 1)}"
    if most < least:
        words = (
            f"{held}: too few for {LEAST_HISTORY_DAYS} known days, {lead} days of lead and "
            f"{length} days that are forecast"
        )
        raise InputError([Finding("--origins", 0, 0, "", words)])
    days, wrong = origins.days, []
    if days[0] < least:
        words = f"{origins.first} is too early: {LEAST_HISTORY_DAYS} days must be known before it"
        wrong.append(words)
    if days[-1] > most:
        ends = date_of(days[-1] + lead + length - 1)
        wrong.append(f"{date_of(days[-1])} is too late: it forecasts days to {ends}")
    if wrong:
        first = min(max(days[0], least), most)
        last = max(min(days[-1], most), first)
        cure = (
            f"{held}; possible with these options: "
            f"{date_of(first)}:{date_of(last)}:{origins.step_days}d"
        )
        raise InputError([Finding("--origins", 0, 0, "", f"{words}; {cure}") for words in wrong])
