"""The pages about contracts say what their tables say, also tables of an earlier version."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.reporting.document import open_press, write_pdf
from planner.reporting.labels import LANGUAGES, Labels
from planner.reporting.pages.clauses import breakeven_pages, clause_pages, clause_words
from planner.reporting.pages.columns import alternative
from planner.reporting.pages.contracts import contract_pages, term_pages
from planner.reporting.pages.press import Press
from planner.reporting.pages.rules import remote_pages, rule_pages
from planner.reporting.sheet import Sheet
from planner.reporting.style import applied
from tests.reporting.sample import CONTRACTS, REMOTE, large_run
from tests.reporting.test_document import assert_apart_and_inside, boxes, pages_text

Pages = Callable[[Press], list[Sheet]]
ALL: tuple[Pages, ...] = (contract_pages, term_pages, clause_pages, breakeven_pages, rule_pages, remote_pages)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_run(tmp_path_factory.mktemp("original"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A large run of the test's own."""
    return Path(shutil.copytree(original, tmp_path / "run"))


def changed(folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """A table of the run, written anew after `change`."""
    path = folder / "tables" / f"{name}.csv"
    change(pd.read_csv(path)).to_csv(path, index=False)


def printed(folder: Path, pages: Pages, lang: str = "en") -> list[str]:
    """Text of every page, line breaks as blanks."""
    press, _ = open_press(folder, lang)
    with applied(press.typeface):
        texts = pages_text(write_pdf(pages(press), folder / "pages.pdf", "pages"))
    return [text.replace("\n", " ") for text in texts]


def test_best_and_second_best_are_named(folder: Path) -> None:
    """The pair costs 0.85 x 3.9; the first contract alone is 0.02 x 3.9 dearer, a quarter of it up or down."""
    (text,) = printed(folder, contract_pages)
    assert "express-a + express-b is best at CNY 3.31 per order" in text
    assert "express-a alone is 0.08 (0.06 to 0.10) dearer" in text
    assert "and 4 more" in text


def test_an_interval_that_holds_nothing_shows_no_difference(folder: Path) -> None:
    """A lower bound below 0 is no difference shown, in both languages."""
    changed(folder, "contracts", lambda t: t.assign(difference_low=-0.01))
    assert "no difference to express-a alone is shown (0.08, −0.01 to 0.10)" in printed(folder, contract_pages)[0]
    assert "未显示差异" in printed(folder, contract_pages, "zh")[0]


def test_contracts_alone_are_always_shown(folder: Path) -> None:
    """However many combinations are better: every contract alone and all together have a row."""

    def worse(table: pd.DataFrame) -> pd.DataFrame:
        rank = table["rank"].where(table["members"] == 2, table["rank"] + 100)
        return table.assign(rank=rank)

    changed(folder, "contracts", worse)
    press, _ = open_press(folder, "en")
    with applied(press.typeface):
        texts = [text for sheet in contract_pages(press) for text, _ in boxes(sheet)]
    assert set(CONTRACTS) | {"all together"} <= set(texts)
    assert sum(text.count(" + ") for text in texts if text[0].isdigit()) == 6


def test_many_contracts_run_over_sheets(folder: Path) -> None:
    """Thirty contracts alone take three sheets, and nothing overlaps on any of them."""
    row = pd.read_csv(folder / "tables" / "contracts.csv").query("contract == 'economy' and region_group == 'all'")
    many = pd.concat([row.assign(contract=f"contract-{k:02d}", rank=k + 1, cost_per_order=3 + k) for k in range(30)])
    changed(folder, "contracts", lambda _: many.assign(low=many["cost_per_order"], high=many["cost_per_order"]))
    press, _ = open_press(folder, "en")
    with applied(press.typeface):
        sheets = contract_pages(press)
    assert [s.slug for s in sheets] == ["contracts", "contracts-2", "contracts-3"]
    assert {f"contract-{k:02d}" for k in range(30)} <= {text for sheet in sheets for text, _ in boxes(sheet)}
    for sheet in sheets:
        assert_apart_and_inside(sheet)


def test_terms_are_those_of_the_best_and_of_all(folder: Path) -> None:
    """Two rows of the best pair and five of all together; the commitment missed is said in words."""
    (text,) = printed(folder, term_pages)
    assert "express-a + express-b: the commitment of express-a is missed in 12.5% of promotions" in text
    assert (text.count("express-a + express-b") - 1, text.count("all together")) == (2, 5)
    changed(folder, "contract_terms", lambda t: t.assign(commitment_missed=0.0))
    assert "no commitment is missed" in printed(folder, term_pages)[0]


def test_clauses_are_sorted_by_what_they_are_worth(folder: Path) -> None:
    """Sixteen of twenty-five bars, the largest first whatever its sign; a share is written in per cent."""
    press, _ = open_press(folder, "en")
    with applied(press.typeface):
        (sheet,) = clause_pages(press)
    names = [label.get_text() for label in sheet.figure.axes[0].get_yticklabels()]
    assert len(names) == 16
    assert names[0] == "express-a · allotment per day: 8\u202f000 → 9\u202f000 parcels"
    assert names[1] == "express-a · base price, all zones (quoted: near up to 300 g)\n2.90 → 2.61 CNY"
    assert names[4] == "express-a · scan delay, median (95 % point alike): 14 → 26 h"
    assert "express-a · surcharge peak: 15.0% → 10.0%" in names


def test_breakevens_are_sentences(folder: Path) -> None:
    """One has to come down, one may go up, one has no such price."""
    (text,) = printed(folder, breakeven_pages)
    assert "express-b wins against express-a at or below CNY 1.32 (now 1.45)." in text
    assert "express-a wins against economy now (2.10) and up to CNY 2.35." in text
    assert "economy wins against express-a at no price (now 1.90)" in text


def test_ten_rules_are_printed_whole(folder: Path) -> None:
    """What ten rules cost more, and all ten with every region's name."""
    text = " ".join(printed(folder, rule_pages))
    assert "10 rules cost 0.060 CNY (0.040 to 0.080) more per order than the whole plan" in text
    assert "over 300 to 1 000 g" in text
    assert "Tue 10 Nov 20:00" in text
    assert text.count("陕西") == 3
    assert "…" not in text
    changed(folder, "rules_cost", lambda t: t.assign(extra_low=-0.01))
    assert "10 rules: no difference to the whole plan is shown" in printed(folder, rule_pages)[0]


def test_remote_regions_stand_alone_when_there_are_many(folder: Path) -> None:
    """Of 124 rows those of the seven remote regions; of a dozen all, remote and others."""
    table = pd.read_csv(folder / "tables" / "remote.csv")
    text = " ".join(printed(folder, remote_pages))
    far = table[table["region"].isin(REMOTE)]
    assert text.count("do not sell") == (far["best"] == "do not sell").sum()
    assert "浙江" not in text
    changed(folder, "remote", lambda t: t[t["region"].isin(["xinjiang", "zhejiang"])])
    assert "浙江" in printed(folder, remote_pages)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_of_an_earlier_version_are_printed_or_left_out(folder: Path, lang: str) -> None:
    """No columns for service, commitments and rank: the comparison goes on; a table of other columns has no page."""
    new = ["members", "on_time_share", "kept", "commitment_missed", "money_at_risk", "rank"]
    changed(folder, "contracts", lambda t: t.drop(columns=new).assign(over_allotment_share=0.0))
    for name in ("contract_terms", "clauses", "breakevens", "rules", "rules_cost", "remote"):
        changed(folder, name, lambda t: t[list(t.columns[:2])])
    press, _ = open_press(folder, lang)
    with applied(press.typeface):
        found = {pages.__name__: pages(press) for pages in ALL}
    assert [name for name, sheets in found.items() if sheets] == ["contract_pages"]
    for sheet in found["contract_pages"]:
        assert_apart_and_inside(sheet)


def test_one_replication_has_no_intervals(folder: Path) -> None:
    """Without bounds every page is still drawn, and nothing is called different."""
    bounds = ["low", "high", "difference_low", "difference_high", "extra_low", "extra_high"]
    for name in ("contracts", "clauses", "breakevens", "rules_cost"):
        changed(folder, name, lambda t: t.assign(**{c: None for c in bounds if c in t.columns}))
    press, _ = open_press(folder, "en")
    with applied(press.typeface):
        sheets = [sheet for pages in ALL for sheet in pages(press)]
    assert not [text for sheet in sheets for text, _ in boxes(sheet) if "nan" in text]
    assert "dearer" not in printed(folder, contract_pages)[0].replace("Dearer", "")


def test_names_of_combinations_follow_their_contracts() -> None:
    """Each member has its own label; a clause is put in Chinese phrase by phrase, names stay."""
    labels = Labels("zh", "CNY", {"contract": {"express-a": "甲快递"}})
    assert alternative(labels, "express-a + post-e") == "甲快递 + post-e"
    assert alternative(labels, "together") == "全部合用"
    assert clause_words(labels, "surcharge peak") == "附加费 peak"
    words = clause_words(labels, "base price, all zones (quoted: near up to 300 g)")
    assert words == "基础运价, 全部分区 (报价: near 不超过 300 g)"
