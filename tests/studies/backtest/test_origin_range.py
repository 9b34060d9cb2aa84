"""Origins as they are written, and which of them a log allows."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from planner.domain.order_history import History
from planner.errors import InputError
from planner.forecasting.daily_series import day_number
from planner.studies.backtest.origin_range import (
    OriginRange,
    parse_origins,
    require_days,
    warn_of_end,
)
from tests.forecasting.builders import history

START = datetime(2026, 1, 5)


def test_the_last_day_is_an_origin_where_it_is_met() -> None:
    """A step of a week from Thursday to Thursday ends on the Thursday, otherwise before it."""
    met = parse_origins("2025-05-01:2025-05-15:7d")
    assert [day - met.days[0] for day in met.days] == [0, 7, 14]
    assert len(parse_origins("2025-05-01:2025-05-14:7").days) == 2
    assert len(parse_origins("2025-05-01:2025-05-01:7d").days) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2025-05-01:2025-11-01", "must be FROM:TO:STEP such as"),
        ("2025-05-01:2025-11-01:1w", "must be FROM:TO:STEP such as"),
        ("2025-02-30:2025-11-01:7d", "dates that exist"),
        ("2025-05-01:2025-11-01:0d", "one day at least"),
        ("2025-11-01:2025-05-01:7d", "must not end"),
        ("1990-01-01:2025-05-01:1d", "more than 2,000 origins"),
    ],
)
def test_what_is_no_range_of_origins_is_said(text: str, words: str) -> None:
    """With the form that is wanted."""
    with pytest.raises(ValueError, match=words):
        parse_origins(text)


def test_forecasts_overlap_where_the_step_is_shorter() -> None:
    """Seven days every seven do not; every two days three later ones do."""
    day = date(2025, 5, 1)
    assert OriginRange(day, day, 7).overlap(7) == 0
    assert OriginRange(day, day, 7).overlap(8) == 1
    assert OriginRange(day, day, 2).overlap(7) == 3


def _log(days: int) -> History:
    return history(np.full(days, 50.0), START)


def test_origins_that_the_log_does_not_hold_are_all_named() -> None:
    """Too early and too late at once, each with the origins that are possible; these are taken."""
    log = _log(70)  # 2026-01-05 to 2026-03-15
    with pytest.raises(InputError) as error:
        require_days(log, parse_origins("2026-01-20:2026-03-20:7d"), 7, 3)
    words = [str(finding) for finding in error.value.findings]
    assert len(words) == 2
    assert "2026-01-20 is too early: 28 days must be known before it" in words[0]
    assert "2026-03-17 is too late: it forecasts days to 2026-03-26" in words[1]
    assert all("whole days from 2026-01-05 to 2026-03-15" in line for line in words)
    assert all("2026-02-02:2026-03-06:7d" in line for line in words)
    require_days(log, parse_origins("2026-02-02:2026-03-06:7d"), 7, 3)
    with pytest.raises(InputError):
        require_days(log, parse_origins("2026-02-01:2026-03-06:7d"), 7, 3)
    with pytest.raises(InputError):
        require_days(log, parse_origins("2026-02-02:2026-03-07:1d"), 7, 3)


def test_a_log_may_be_too_short_for_any_origin() -> None:
    """Four weeks known, a week of lead, a week forecast: 41 days are too few."""
    with pytest.raises(InputError, match="too few for 28 known days"):
        require_days(_log(41), parse_origins("2026-02-02:2026-02-02:7d"), 7, 7)
    require_days(_log(42), parse_origins("2026-02-02:2026-02-02:7d"), 7, 7)


def test_a_log_that_fades_out_is_warned_of() -> None:
    """Two weeks with an order a day after fifty: scored days there may be the log's end, not the
    shop's; origins before it, and a log that goes on, are no reason to warn.
    """
    log = history(np.concatenate([np.full(100, 50.0), np.full(14, 0.5)]), START)
    last = day_number(START) + 100 - 7
    late = OriginRange(date(2026, 3, 1), date.fromordinal(last + 1 + 719163), 1)
    words = warn_of_end(log, late, 7, 0)
    assert len(words) == 1
    assert "from 2026-04-15 on" in words[0]
    assert "the last origin is 2026-04-08" in words[0]
    assert not warn_of_end(log, OriginRange(date(2026, 3, 1), date(2026, 4, 8), 1), 7, 0)
    assert not warn_of_end(_log(114), late, 7, 0)
