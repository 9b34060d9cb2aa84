"""Numbers and what they count as messages say them, and content as JSON."""

from __future__ import annotations

import json
from typing import Any

from planner.errors import unprinted


def counted(number: float, noun: str) -> str:
    """`1 day`, `2 days`, `1,000 orders`, `7.5 hours`."""
    text = f"{number:,}" if isinstance(number, int) else in_digits(number)
    return f"{text} {noun if number == 1 else noun + 's'}"


def people_counted(number: int) -> str:
    """`1 person`, `2 people`."""
    return "1 person" if number == 1 else f"{number:,} people"


def in_digits(number: float) -> str:
    """A number as short as it can be without becoming another one: 24, 0.98, but 24.0000001."""
    short = f"{number:g}"
    return short if float(short) == number else repr(number)


def json_text(content: Any, **form: Any) -> str:
    """JSON with text as it is, and characters that do not print as escapes.

    `form`: as in `json.dumps`. Raises ValueError for NaN and infinity.
    """
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, **form)
    for character in dict.fromkeys(unprinted(text)):
        if character != "\n":  # between lines; in text json has escaped it already
            text = text.replace(character, json.dumps(character)[1:-1])
    return text
