"""The input reference: complete, true, and well linked."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from planner.cli.schema_cmd import command as schema
from planner.formats.base.columns import TABLES, limits_in_words
from planner.formats.base.shipped_files import configs_folder, names
from planner.formats.scenario.json_schema import MODELS, json_schema
from planner.formats.scenario.key_reference import anchor
from planner.formats.scenario.reference_page import reference_page

PAGE = reference_page()


def test_the_shipped_page_is_the_one_the_program_prints() -> None:
    """`configs/README.md` is what `planner schema --markdown` prints."""
    shipped = (configs_folder() / "README.md").read_text(encoding="utf-8")
    assert shipped == PAGE, "run: planner schema --markdown > configs/README.md"
    assert CliRunner().invoke(schema, ["--markdown"]).stdout == PAGE
    assert "README.md" not in names()


def test_every_link_leads_to_one_heading() -> None:
    """Headings have anchors of their own, and every link finds one."""
    headings = [line.lstrip("# ") for line in PAGE.splitlines() if line.startswith("#")]
    anchors = [anchor(heading) for heading in headings]
    assert len(set(anchors)) == len(anchors)
    assert set(re.findall(r"\]\(#([^)]+)\)", PAGE)) <= set(anchors)


@pytest.mark.parametrize("kind", MODELS)
def test_every_key_has_a_row(kind: str) -> None:
    """No key of any mapping is left out; those of other units stand next to their own."""
    described = json_schema(kind)
    for mapping in [described, *described["$defs"].values()]:
        assert all(f"`{key}`" in PAGE for key in mapping.get("properties", {}))


@pytest.mark.parametrize("name", TABLES)
def test_every_column_has_a_row(name: str) -> None:
    """Every table has its section, and every column its row with its meaning."""
    section = PAGE.split(f"### Table: {name}\n")[1].split("\n#")[0]
    for column in TABLES[name]:
        assert f"| {column.name} | {column.kind} | " in section
        assert f" | {column.meaning} |" in section


def test_required_keys_limits_and_units_are_stated() -> None:
    """Limits stand in words, a required key says so, other units stand next to grams."""
    assert "| `days` | count | **required** | 1 to 400 |" in PAGE
    assert "| `to_g` or `to_lb`, `to_oz` | count | **required** | 1 to 10,000,000 |" in PAGE
    assert "| `confidence` | number | `0.95` | above 0, below 1 |" in PAGE
    assert limits_in_words(None, None) == ""
    assert limits_in_words(0.001, 2_000, above_low=True) == "above 0.001, up to 2,000"
