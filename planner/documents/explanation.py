"""explanation.json: why there is no plan, and what would make one possible."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.documents.values import Closed, Currency, Day, Number, Text

MOST = 1_000  # limits to blame, repairs, parts of one of them
Key = Annotated[list[Text], Field(min_length=1, max_length=MOST)]


class WordsObject(Closed):
    """A sentence in every language."""

    en: Text
    zh: Text


class BlameObject(Closed):
    """One limit in the way of a plan."""

    rule: Text
    key: Key
    words: WordsObject
    allowed: Number
    needed: Number
    unit: Text


class ChangeObject(Closed):
    """A limit that is moved by an amount."""

    key: Key
    amount: Number


class RepairObject(Closed):
    """What makes a plan possible, and what that plan costs."""

    words: WordsObject
    change: Annotated[list[ChangeObject], Field(min_length=1, max_length=MOST)]
    days: Annotated[list[Day], Field(max_length=MOST)]
    price: Number | None
    objective: Number
    extra: Number
    verified: bool


class ExplanationDocument(Closed):
    """The whole explanation."""

    status: Text
    currency: Currency
    blame: Annotated[list[BlameObject], Field(max_length=MOST)]
    repairs: Annotated[list[RepairObject], Field(max_length=MOST)]
