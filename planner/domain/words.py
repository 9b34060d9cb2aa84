"""Numbers, and what they count, as messages say them."""

from __future__ import annotations


def counted(number: float, noun: str) -> str:
    """`1 day`, `2 days`, `1,000 orders`, `7.5 hours`."""
    text = f"{number:,}" if isinstance(number, int) else in_digits(number)
    return f"{text} {noun if number == 1 else noun + 's'}"


def in_digits(number: float) -> str:
    """A number as short as it can be without becoming another one: 24, 0.98, but 24.0000001."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)
