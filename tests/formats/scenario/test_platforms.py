"""Rule packs: dated, sourced, and right about working days."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from planner.domain.horizon import Horizon
from planner.domain.platform import OrderHandlingCapacity
from planner.formats.base.findings import Findings
from planner.formats.base.shipped_files import configs_folder
from planner.formats.scenario.platforms import pack_names, read_pack, to_rule
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import TINY, findings_of

HORIZON = Horizon(datetime(2026, 11, 20), 10, 3600, "America/New_York")


@pytest.mark.parametrize("name", pack_names())
def test_every_pack_is_valid_dated_and_sourced(name: str) -> None:
    """A pack without source, date or grade would be hearsay."""
    findings = Findings(Path())
    pack = read_pack(configs_folder() / "platforms" / f"{name}.yaml", name, "CNY", findings)
    assert findings.found == []
    assert pack is not None
    assert pack.name == name
    assert pack.source
    assert pack.retrieved == date(2026, 11, 22)
    assert pack.grade in ("A", "B", "C")
    assert pack.notes


def test_the_platforms_of_the_design_are_there() -> None:
    """Every platform of the fact sheet has a pack."""
    wanted = {
        "kuaishou",
        "douyin",
        "taobao",
        "pinduoduo",
        "amazon",
        "tiktok-us",
        "tiktok-th",
        "shopee",
    }
    assert wanted <= set(pack_names())


def test_working_days_skip_weekends_and_public_holidays() -> None:
    """Thanksgiving 2026 (26 November) and the weekend do not count in the United States."""
    pack = read_pack(configs_folder() / "platforms/tiktok-us.yaml", "p", "USD", Findings(Path()))
    assert pack is not None
    rule = to_rule(pack, "p", HORIZON)
    assert {date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 26)} <= rule.non_working
    assert date(2026, 11, 27) not in rule.non_working


def test_tiktok_asks_for_an_order_handling_capacity() -> None:
    """Orders beyond it get a business day more, and are held back above three times it."""
    pack = read_pack(configs_folder() / "platforms/tiktok-us.yaml", "p", "USD", Findings(Path()))
    assert pack is not None
    assert to_rule(pack, "p", HORIZON).order_handling_capacity == OrderHandlingCapacity(1, 3)


def inline(tmp_path: Path, rule: str) -> Path:
    (tmp_path / "scenario.yaml").write_text(
        TINY.replace("{counts: label, deadline_hours: 48}", rule), "utf-8"
    )
    return tmp_path


def test_days_off_can_be_stated_and_taken_back(tmp_path: Path) -> None:
    """Own holidays are added; make-up working days win over weekends."""
    rule = (
        "{counts: handover, deadline_working_days: 2, holidays: [2026-01-06], working_days: "
        "[2026-01-10]}"
    )
    days = read_scenario(inline(tmp_path, rule)).problem.platform.non_working
    assert date(2026, 1, 6) in days
    assert date(2026, 1, 10) not in days
    assert date(2026, 1, 11) in days


def test_a_pack_in_another_currency_loses_its_amounts_with_a_warning(tmp_path: Path) -> None:
    """Floor and cap in yuan mean nothing in dollars."""
    read = read_scenario(inline(tmp_path, "kuaishou"))
    assert any("compensation is in CNY" in w for w in read.warnings)
    assert (read.problem.platform.floor_minor, read.problem.platform.share_of_paid) == (0, 0.1)
    assert "kuaishou.yaml" in [path.name for path in read.files]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        (
            "{counts: handover, deadline_working_days: 2, country: XX}",
            "no country whose holidays are known",
        ),
        ("{counts: handover, deadline_working_days: 2, country: Germany}", "has the wrong form"),
        ("{counts: handover, deadline_hours: 2, country: DE}", "belong to deadline_working_days"),
        ("{counts: handover}", "must state either deadline_hours or deadline_working_days"),
        (
            "{counts: label, deadline_hours: 48, promise_hours: {all: -1}}",
            "promise_hours.all: must be more than 0",
        ),
        ("{counts: label, deadline_hours: 48, promise_hours: {moon: 1}}", "no such region"),
        ("[1]", "must be a file name or written out"),
        ("nothing.yaml", "no such file"),
        ("kuaishu", "did you mean kuaishou?"),
        ("TikTok US", "did you mean tiktok-us? The packs are amazon, "),
        ("temu", 'got "temu". The packs are amazon, amazon-2days, douyin'),
    ],
)
def test_a_wrong_rule_is_a_finding(tmp_path: Path, rule: str, words: str) -> None:
    """Rules that contradict themselves or name what is not there are refused."""
    assert any(words in str(f) for f in findings_of(inline(tmp_path, rule)))
