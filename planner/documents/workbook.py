"""The key of plan.xlsx: its plan as it was made, and what headings and names stand for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from planner.documents.decisions import DecisionsDocument
from planner.documents.plan import PlanDocument
from planner.documents.values import MOST_ITEMS, Closed, Sha256, Text

KEY_SHEET = "plan"

Strings = Annotated[dict[Text, Text], Field(max_length=MOST_ITEMS)]
EditableTable = Literal[
    "stock", "staffing", "routing", "extra_collections", "tail_staffing", "tail_collections"
]


class SheetObject(Closed):
    """A sheet whose decisions may be changed: heading -> column."""

    table: EditableTable
    columns: Strings


class WorkbookKey(Closed):
    """What a workbook is read back with; `names`: by kind, the name shown -> the key."""

    plan: PlanDocument
    decisions: DecisionsDocument
    sheets: dict[Text, SheetObject]
    names: dict[Text, Strings]
    marks: dict[Text, Sha256]
