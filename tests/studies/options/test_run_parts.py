"""Parts of a run: every way to say the same is the same, and what is made of a part goes with it."""

from __future__ import annotations

import pytest

from planner.domain.choices import PARTS
from planner.reporting.language.glossary import GLOSSARY
from planner.reporting.tables.schemas import TABLES
from planner.studies.options.run_parts import TABLES_OF, chosen_parts, stated_parts


@pytest.mark.parametrize(
    ("left_out", "expected"),
    [
        ([], ()),
        (["stress", "rules", "stress"], ("rules", "stress")),
        (["contracts"], ("contracts", "clauses", "breakevens")),
        (["breakevens", "contracts"], ("contracts", "clauses", "breakevens")),
        (["clauses"], ("clauses",)),
    ],
)
def test_names_in_any_order_are_the_same_parts(
    left_out: list[str], expected: tuple[str, ...]
) -> None:
    """In the order of the list, each once, with all that is made of them."""
    parts = chosen_parts([], left_out)
    assert parts.left_out == expected
    assert stated_parts(parts.as_options()) == parts
    assert [part for part in PARTS if not parts.has(part)] == list(expected)


def test_every_part_has_its_tables_and_a_name_in_reports() -> None:
    """So that verify can tell what must not be there, and the report what was left out."""
    assert set(TABLES_OF) == set(PARTS)
    assert {name for tables in TABLES_OF.values() for name in tables} <= set(TABLES)
    assert all(("part", part) in GLOSSARY for part in PARTS)
