"""Numbers with what they count, as messages say them."""

from __future__ import annotations


def counted(number: float, noun: str) -> str:
    """`1 day`, `2 days`, `1,000 orders`, `7.5 hours`: at most as many digits as a person reads.

    Numbers that round to a whole one, but are not, keep their digits: a message on 24.0000001 must not say 24.
    """
    text = f"{number:,}" if number == int(number) and not isinstance(number, float) else _plain(number)
    return f"{text} {noun if number == 1 else noun + 's'}"


def _plain(number: float) -> str:
    short = f"{number:,.6g}"
    return short if float(short.replace(",", "")) == number else f"{number:,.12g}"
