"""Names of time zones, and what is said of others."""

from __future__ import annotations

import pytest

from planner.formats.base.timezones import parse_timezone


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Asia/Shangai", "Asia/Shanghai"),
        ("new york", "America/New_York"),
        ("America/NewYork", "America/New_York"),
        ("Beijing", "Asia/Shanghai"),
        ("Bejing", "Asia/Shanghai"),
        ("US/Los Angeles", "America/Los_Angeles"),
    ],
)
def test_the_nearest_zone_is_named(written: str, meant: str) -> None:
    """By the whole name, or by the city."""
    with pytest.raises(ValueError, match=f"no such time zone .*did you mean .*{meant}"):
        parse_timezone(written)


@pytest.mark.parametrize("written", ["", "../etc/passwd", "x" * 300])
def test_what_is_like_no_zone_is_refused_without_a_guess(written: str) -> None:
    """Nothing that a file system would read as a path is looked up."""
    with pytest.raises(ValueError, match=r'Asia/Shanghai or America/New_York\), got "[^;]*$'):
        parse_timezone(written)
