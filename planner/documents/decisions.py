"""decisions.json: the decisions of a plan as they were made, with which edits are compared."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from planner.documents.values import Closed, Text

Lines = Annotated[list[Text], Field(min_length=1, max_length=5_000_000)]


class DecisionsDocument(Closed):
    """Each table of decisions as lines of CSV, its header first."""

    stock: Lines
    staffing: Lines
    routing: Lines
    extra_collections: Lines
