"""Dates in messages: the month by name, so that nobody takes the day for it."""

from __future__ import annotations

from datetime import date, datetime

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_month(on: date) -> str:
    """`11 Nov`."""
    return f"{on.day} {MONTHS[on.month - 1]}"


def day_clock(at: datetime) -> str:
    """`11 Nov 20:00`."""
    return f"{day_month(at)} {at:%H:%M}"
