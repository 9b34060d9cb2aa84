"""Kinds of values in the documents, each with the range that a result can reach."""

from __future__ import annotations

import os
import re
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from planner.domain.costs import COST_NAMES

LARGEST = 1e18  # money is kept in 64-bit minor units: no figure of a result is larger
MOST_DAYS = 400  # of a horizon
LONGEST_NAME = 80  # characters, as in a scenario
LONGEST_TEXT = 20_000  # characters of a note, a warning, a sentence
MOST_ITEMS = 100_000  # of a list or mapping
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MINUTE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d", re.ASCII)


class Closed(BaseModel):
    """An object whose keys are known: every key must be there, and no other."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def wrong(words: str) -> PydanticCustomError:
    """A validation error in words of our own."""
    return PydanticCustomError("planner", "{words}", {"words": words})


def _printable(text: str) -> str:
    """Refuse control characters."""
    if _CONTROL.search(text):
        raise wrong("must not hold control characters")
    return text


def _day(text: str) -> str:
    """Refuse what is no date."""
    try:
        if not _DAY.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError:
        raise wrong("must be a date such as 2026-11-10") from None
    return text


def _minute(text: str) -> str:
    """Refuse what is no date and time."""
    try:
        if not _MINUTE.fullmatch(text):
            raise ValueError
        datetime.fromisoformat(text)
    except ValueError:
        raise wrong("must be a moment such as 2026-11-10T20:00") from None
    return text


def _below_folder(text: str) -> str:
    """A name that cannot lead out of the folder it is in."""
    path = PurePosixPath(text)
    leads_out = path.is_absolute() or ".." in path.parts or (os.sep == "\\" and os.sep in text)
    if leads_out or str(path) != text:
        raise wrong("must be the name of a file in the folder")
    return text


def _cost(text: str) -> str:
    """Refuse what is no name of a cost term."""
    if text not in COST_NAMES:
        raise wrong("is no kind of cost")
    return text


Flag = bool
Count = Annotated[int, Field(ge=0, le=10**15)]
Seed = Annotated[int, Field(ge=0, le=10**20)]
Number = Annotated[float, Field(ge=-LARGEST, le=LARGEST, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Inside = Annotated[float, Field(gt=0, lt=1, allow_inf_nan=False)]
Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_printable)]
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
Texts = Annotated[list[Text], Field(max_length=MOST_ITEMS)]
Names = Annotated[list[Name], Field(max_length=MOST_ITEMS)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Day = Annotated[str, AfterValidator(_day)]
Minute = Annotated[str, AfterValidator(_minute)]
FileName = Annotated[str, Field(min_length=1, max_length=1_000), AfterValidator(_below_folder)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Hashes = Annotated[dict[FileName, Sha256], Field(max_length=MOST_ITEMS)]
CostName = Annotated[str, AfterValidator(_cost)]
Costs = dict[CostName, Number]
Labels = Annotated[dict[Name, Name], Field(max_length=MOST_ITEMS)]
