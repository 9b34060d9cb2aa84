"""The late share above which a platform throttles a shop, and the days over which it counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.formats.base.findings import Findings
from planner.formats.scenario.platform_schema import PlatformFile
from planner.formats.scenario.platforms import pack_names, pack_path, read_pack

RULE = "counts: handover\ndeadline_hours: 48\n"


def read(tmp_path: Path, text: str) -> PlatformFile:
    """A rule of these lines."""
    path, findings = tmp_path / "platform.yaml", Findings(tmp_path)
    path.write_text(RULE + text, encoding="utf-8")
    pack = read_pack(path, path.name, "CNY", findings)
    findings.raise_if_any()
    assert pack is not None
    return pack


@pytest.mark.parametrize(
    ("text", "limit", "days"),
    [
        ("", None, None),
        ("threshold_late_share: 0.04", 0.04, None),
        ("threshold: {late_share: 0.04}", 0.04, None),
        ("threshold: {late_share: 0.1, window_days: 7}", 0.1, 7),
    ],
)
def test_both_ways_to_state_it(
    tmp_path: Path, text: str, limit: float | None, days: int | None
) -> None:
    """The short one counts over the whole promotion."""
    pack = read(tmp_path, text)
    assert pack.late_share_limit == limit
    assert (pack.threshold.window_days if pack.threshold else None) == days


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("threshold: {late_share: 0.1}\nthreshold_late_share: 0.1", "either threshold or"),
        ("threshold: {late_share: 0.1, window_days: 0}", "threshold.window_days"),
        ("threshold: {window_days: 7}", "threshold.late_share"),
    ],
)
def test_what_is_wrong_with_it_is_said(tmp_path: Path, text: str, words: str) -> None:
    """With its place."""
    with pytest.raises(InputError, match=words.replace(".", r"\.")):
        read(tmp_path, text)


def test_shipped_packs_state_the_windows_that_their_sources_name(tmp_path: Path) -> None:
    """TikTok Shop Thailand counts over 7 days, Amazon over 10 (and 30)."""
    found = {}
    for name in pack_names():
        pack = read_pack(pack_path(name), name, "XXX", Findings(tmp_path))
        if pack is not None and pack.threshold is not None:
            found[name] = pack.threshold.window_days
    assert found == {"amazon": 10, "amazon-2days": 10, "tiktok-th": 7}
