"""The card fits on one sheet as long as it can be read, and loses no line where it does not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from planner.domain.choices import LANGUAGES, Language
from planner.reporting.language.labels import Labels
from planner.reporting.language.trigger_sentences import card_lines, rows_of
from planner.reporting.tables.trigger_tables import COUNTS_TABLE, POLICY_TABLE, TRIGGERS_TABLE
from planner.reporting.trigger_card import write_card

AT = "2026-11-10 23:00"
HEAD = (AT, "orders", "", "2026-11-10 20:00")
ON = ("2026-11-11", "08:00", "272.00", "2026-11-11 00:00", 3, 20)
CALL = ("call", 1, "yiwu", "agency", "pack", "day", "", "", "", *ON)
PICKUP = ("pickup", 2, "yiwu", "", "", "", "express-a", "", "", *ON)
PROMISE = ("promise", 72, *[""] * 5, "xinjiang; xizang", "", "", "", "", AT, 3, 20)
CAP = ("cap", 9000, *[""] * 5, "", "live", "", "", "", AT, 3, 20)
QUIET = ("2026-11-10 19:00", "waiting", "yiwu", "", 0, "", "none", *[""] * 12, 20, 20)


def tables(*actions: tuple[object, ...]) -> dict[str, pd.DataFrame]:
    """A quiet checkpoint, and one with a level for each action."""
    rows = [(*HEAD, k, 100 * k, *action) for k, action in enumerate(actions, start=1)]
    policies = [
        (name, "100.00", "-5.00", "-9.00", "-1.00", 18, 20, 0.9, 0.7, 0.99, 0.98, 4)
        for name in ("static", "triggers", "naive")
    ]
    counted = [("2026-11-10 19:00", "waiting"), *([(AT, "orders")] if actions else [])]
    counts = [(*of, k, 40 * k, k < 15) for of in counted for k in range(20)]
    return {
        "triggers": TRIGGERS_TABLE.frame([QUIET, *rows]),
        "triggers_policy": POLICY_TABLE.frame(policies),
        "triggers_counts": COUNTS_TABLE.frame(counts),
    }


def pages(folder: Path) -> list[str]:
    return sorted(path.stem for path in (folder / "figures").iterdir())


@pytest.mark.parametrize(("count", "sheets"), [(1, 1), (16, 1), (40, 3)])
def test_one_sheet_as_long_as_it_can_be_read(tmp_path: Path, count: int, sheets: int) -> None:
    write_card(tmp_path, "Small", tables(*[CALL] * count), Labels(), 0.2)
    further = [f"trigger-card-{k}" for k in range(2, sheets + 1)]
    assert pages(tmp_path) == ["trigger-card", *further, "trigger-counts"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_on_which_nothing_is_done(tmp_path: Path, lang: Language) -> None:
    write_card(tmp_path, "Small", tables(), Labels(lang), 0.2)
    assert pages(tmp_path) == ["trigger-card", "trigger-counts"]
    (line,) = card_lines(Labels(lang), rows_of(tables()["triggers"]))
    assert line.startswith(("Nothing needs to be done in addition", "各检查时刻都无需"))


def test_every_action_has_words_in_both_languages() -> None:
    rows = rows_of(tables(CALL, PICKUP, PROMISE, CAP)["triggers"])
    names = {"site": {"yiwu": "Yiwu"}, "region": {"xinjiang": "Xinjiang", "xizang": "Xizang"}}
    said = [
        [line.partition("20:00")[2] for line in card_lines(Labels(lang, "CNY", names), rows)]
        for lang in LANGUAGES
    ]
    assert said[0][:4] == [
        ": call 1 person for Yiwu, pack, day shift 11 Nov 08:00 (phone list: agency)",
        ": book 2 more vehicles of express-a at Yiwu, 11 Nov 08:00",
        ": from now on promise 72 hours to Xinjiang, Xizang",
        ": stop the sale of live at 9,000 orders",
    ]
    assert said[1][:4] == [
        "以来的订单为 101 至 200：为Yiwu打包叫 1 人，11月11日白班 08:00（电话名单：劳务工）",
        "以来的订单为 201 至 300：Yiwu加订 2 辆express-a，11月11日 08:00",
        "以来的订单为 301 至 400：从现在起承诺 72 小时：Xinjiang、Xizang",
        "以来的订单超过 400：live：满 9,000 单即停售",
    ]
    assert len(said[0]) == len(said[1]) == 5  # last, the checkpoint at which nothing is done
