"""Scaffolding: a folder that is valid as it is, and never overwrites anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli.check_cmd import command as check
from planner.cli.init_cmd import command as init
from planner.cli.schema_cmd import command as schema
from planner.errors import InputError, PlannerError
from planner.formats.base.shipped_files import copy, names, title
from planner.formats.scenario.json_schema import MODELS, json_schema
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import TINY


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", names())
def test_a_scaffolded_folder_is_valid(tmp_path: Path, name: str, lang: str) -> None:
    """Every template in every language passes the check unchanged."""
    files = copy(name, tmp_path / "new", lang)
    assert tmp_path / "new/scenario.yaml" in files
    assert read_scenario(tmp_path / "new").warnings == ()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new"]


def test_the_language_chooses_the_comments(tmp_path: Path) -> None:
    """Chinese comments in Chinese, English ones in English, no marks left."""
    copy("singles-day", tmp_path / "zh", "zh")
    copy("singles-day", tmp_path / "en", "en")
    chinese, english = (
        (tmp_path / lang / "scenario.yaml").read_text("utf-8") for lang in ("zh", "en")
    )
    assert "# 示例数据" in chinese
    assert "# ILLUSTRATION" not in chinese
    assert "# ILLUSTRATION" in english
    assert "示例数据" not in english
    assert "# en:" not in english
    assert "# zh:" not in chinese
    assert title("singles-day", "zh").startswith("双十一")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    """A folder with something in it stays as it is; an empty one is used."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("mine", "utf-8")
    with pytest.raises(PlannerError, match="nothing was written"):
        copy("singles-day", tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine.txt"]
    (tmp_path / "empty").mkdir()
    assert copy("singles-day", tmp_path / "empty")
    with pytest.raises(InputError, match="no template"):
        copy("nothing", tmp_path / "other")


def test_init_lists_and_writes(tmp_path: Path) -> None:
    """The command shows its templates and says what it wrote."""
    runner = CliRunner()
    listed = runner.invoke(init, ["--list"]).stdout
    assert "singles-day" in listed
    assert "tiktok-us        TikTok Shop US: in transit" in listed
    assert "(counts first_scan, 2 working days)" in listed
    done = runner.invoke(init, [str(tmp_path / "x"), "--json"])
    assert done.exit_code == 0
    assert "scenario.yaml" in json.loads(done.stdout)["files"]
    assert runner.invoke(init, [str(tmp_path / "y"), "--template", "nothing"]).exit_code == 2
    assert runner.invoke(init, []).exit_code == 2


def test_check_prints_sizes(tmp_path: Path) -> None:
    """A valid scenario gives its sizes, as lines or as one JSON object."""
    (tmp_path / "scenario.yaml").write_text(TINY, "utf-8")
    sizes = json.loads(CliRunner().invoke(check, [str(tmp_path), "--json"]).stdout)
    assert (sizes["valid"], sizes["orders_expected"], sizes["days"]) == (True, 7200, 3)
    assert "7,200" in CliRunner().invoke(check, [str(tmp_path)]).stdout


@pytest.mark.parametrize("kind", list(MODELS))
def test_the_schema_is_closed_and_explains_every_key(kind: str) -> None:
    """Every object forbids unknown keys, and every key has a description."""
    described = json_schema(kind)
    for node in [described, *described["$defs"].values()]:
        if node.get("type") == "object":
            assert node["additionalProperties"] is False
            assert all(value.get("description") for value in node["properties"].values()), node[
                "title"
            ]
    printed = json.loads(CliRunner().invoke(schema, ["--kind", kind]).stdout)
    assert printed == described
