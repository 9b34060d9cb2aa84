"""Rule packs: dated, sourced, and right about working days."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from planner.domain.horizon import Horizon
from planner.domain.platform import OrderHandlingCapacity
from planner.formats.base.findings import Findings
from planner.formats.base.shipped_files import configs_folder
from planner.formats.scenario.platform_schema import PlatformFile
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


def test_a_country_s_make_up_days_are_working_days() -> None:
    """In China Saturday 10 October 2026 makes up for the National Day holidays."""
    rule = to_rule(
        PlatformFile(counts="handover", deadline_working_days=1, country="CN"),
        "p",
        Horizon(datetime(2026, 10, 8), 10, 3600, "Asia/Shanghai"),
    )
    assert date(2026, 10, 10) not in rule.non_working
    assert {date(2026, 10, 1), date(2026, 10, 11)} <= rule.non_working


TWO = """platforms:
  - platform: {name: first, counts: label, deadline_hours: 24}
    share: 0.6
  - {platform: douyin, share: 0.4}
force_majeure: [{from: "2026-11-11", to: "2026-11-12"}]
"""
ONE = "platform: {counts: label, deadline_hours: 48}\n"


def written(folder: Path, platforms: str) -> Path:
    """The tiny scenario with other platforms."""
    assert ONE in TINY
    (folder / "scenario.yaml").write_text(TINY.replace(ONE, platforms), "utf-8")
    return folder


def test_several_platforms_are_read_with_their_shares(tmp_path: Path) -> None:
    """Rules in order, the first with what the others leave; days of force majeure for all."""
    problem = read_scenario(written(tmp_path, TWO)).problem
    assert [rule.name for rule in problem.platforms] == ["first", "douyin"]
    assert [part.share for part in problem.other_platforms] == [0.4]
    assert problem.platforms[1].remote_hub == "delivery"
    days = {(d.first, d.last) for rule in problem.platforms for d in rule.force_majeure}
    assert days == {(date(2026, 11, 11), date(2026, 11, 12))}
    sources = [a.subject for a in problem.assumptions if a.subject.startswith("platform rule")]
    assert sources == ["platform rule: first", "platform rule: douyin"]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("share: 0.4", "share: 0.5", "platforms: shares must sum to 1, they sum to 1.1"),
        (
            "douyin, share: 0.4",
            "douyin, share: 0.4, share_by_event: {x: 1}",
            "no event of this name",
        ),
        ("name: first", "name: douyin", "two platforms have this name"),
        ("force_majeure", f"{ONE}force_majeure", "stands next to platform: keep one of them"),
        ("2026-11-12", "2026-11-10", "to must not be before from"),
        ("hours: 24}", "hours: 24, cutoff: '16:00'}", "belong to deadline_working_days"),
    ],
)
def test_what_is_wrong_with_platforms_is_found(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    """Each at its place, in words that say what to write instead."""
    assert old in TWO
    found = [str(f) for f in findings_of(written(tmp_path, TWO.replace(old, new)))]
    assert any(words in text for text in found), found
