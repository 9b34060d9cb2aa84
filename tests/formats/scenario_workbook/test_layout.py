"""Every key of the schemas has a place and a heading, in both languages."""

from __future__ import annotations

from collections import Counter

import pytest

from planner.formats.scenario.json_schema import MODELS, json_schema
from planner.formats.scenario_workbook import labels
from planner.formats.scenario_workbook.fields import Field
from planner.formats.scenario_workbook.layout import Block, layouts
from planner.formats.scenario_workbook.sheets import find_field

LAYOUTS = layouts({kind: json_schema(kind) for kind in MODELS})
BLOCKS = [
    (layout, block)
    for layout in LAYOUTS.values()
    for block in layout.blocks
    if block.kind not in ("hours", "more")
]
IDS = [block.key for _, block in BLOCKS]


def shown(block: Block, fields: list[Field]) -> list[Field]:
    return [field for field in fields if not field.rare]


@pytest.mark.parametrize(("layout", "block"), BLOCKS, ids=IDS)
def test_every_heading_has_a_chinese_text(layout: object, block: Block) -> None:
    """A new key needs a line in `texts.csv`: key, heading, note."""
    fields = shown(block, layout.fields(block))
    bare = [".".join(map(str, f.path)) for f in fields if not labels.has_text(f)]
    assert not bare, f"add to planner/formats/scenario_workbook/texts.csv: {bare}"


@pytest.mark.parametrize(("layout", "block"), BLOCKS, ids=IDS)
def test_headings_stand_for_one_value_each(layout: object, block: Block) -> None:
    """What the writer writes as a heading, the reader takes for the same value."""
    fields = layout.fields(block)
    for lang in labels.LANGUAGES:
        heads = [labels.heading(field, "CNY", lang) for field in fields]
        assert [text for text, n in Counter(heads).items() if n > 1] == []
        for field, text in zip(fields, heads, strict=True):
            assert find_field(text, fields) == field, text


def test_sheets_have_names_and_meanings() -> None:
    """In both languages, and none twice."""
    for lang in labels.LANGUAGES:
        names = [labels.word(f"#{block.key}", lang) for _, block in BLOCKS]
        assert len(set(names)) == len(names)
        assert all(labels.meaning(f"#{block.key}", lang) for _, block in BLOCKS)
