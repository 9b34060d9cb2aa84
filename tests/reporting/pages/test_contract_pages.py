"""The pages about contracts say what their tables say."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from planner.domain.choices import LANGUAGES
from planner.errors import InputError
from planner.reporting.language.labels import Labels
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages, contract_comparison
from planner.reporting.pages.clause_sensitivity import clause_pages
from planner.reporting.pages.contract_cells import alternative
from planner.reporting.pages.contract_comparison import contract_pages, term_pages
from planner.reporting.pages.page_context import PageContext
from planner.reporting.pages.routing_rules import remote_pages, rule_pages
from planner.reporting.report import open_context, pdf_of
from tests.reporting.builders import CONTRACTS, REMOTE, large_run
from tests.reporting.test_report import assert_apart_and_inside, boxes, pages_text

Pages = Callable[[PageContext], list[Sheet]]
ALL: tuple[Pages, ...] = (contract_pages, clause_pages, term_pages, rule_pages, remote_pages)


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_run(tmp_path_factory.mktemp("original"))


@pytest.fixture
def folder(original: Path, tmp_path: Path) -> Path:
    """A large run of the test's own."""
    return Path(shutil.copytree(original, tmp_path / "run"))


def changed(folder: Path, name: str, change: Callable[[pd.DataFrame], pd.DataFrame]) -> None:
    """A table of the run, written again after `change`."""
    path = folder / "tables" / f"{name}.csv"
    change(pd.read_csv(path)).to_csv(path, index=False)


def printed(folder: Path, pages: Pages, lang: str = "en") -> list[str]:
    """Text of every page, line breaks as blanks."""
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        texts = pages_text(pdf_of(pages(context), "pages"))
    return [text.replace("\n", " ") for text in texts]


def test_best_and_second_best_are_named(folder: Path) -> None:
    """The pair costs 0.85 x 3.9; the first contract alone is 0.02 x 3.9 more, a quarter of it up or
    down.
    """
    text, second = printed(folder, contract_pages)
    assert "express-a + express-b is best at CNY 3.31 per order" in text
    assert "express-a alone costs 0.08 (0.06 to 0.10) more" in text
    assert "more: see" not in text + second


def test_an_interval_that_holds_nothing_shows_no_difference(folder: Path) -> None:
    """A lower bound below 0 is no difference shown, in both languages."""
    changed(folder, "contracts", lambda t: t.assign(difference_low=-0.01))
    assert (
        "no difference to express-a alone is shown (0.08, −0.01 to 0.10)"
        in printed(folder, contract_pages)[0]
    )
    assert "未显示差异" in printed(folder, contract_pages, "zh")[0]


def test_contracts_alone_are_always_shown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many combinations are better: every contract alone and all together have a row."""
    monkeypatch.setattr(contract_comparison, "MOST_SHEETS", 1)

    def worse(table: pd.DataFrame) -> pd.DataFrame:
        rank = table["rank"].where(table["members"] == 2, table["rank"] + 100)
        return table.assign(rank=rank)

    changed(folder, "contracts", worse)
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        texts = [text for sheet in contract_pages(context) for text, _ in boxes(sheet)]
    assert set(CONTRACTS) | {"all together"} <= set(texts)
    assert sum(text.count(" + ") for text in texts if text[0].isdigit()) == 5


def test_many_contracts_run_over_sheets(folder: Path) -> None:
    """Thirty contracts alone take three sheets, and nothing overlaps on any of them."""
    row = pd.read_csv(folder / "tables" / "contracts.csv").query(
        "contract == 'economy' and region_group == 'all'"
    )
    many = pd.concat(
        [
            row.assign(contract=f"contract-{k:02d}", rank=k + 1, cost_per_order=3 + k)
            for k in range(30)
        ]
    )
    changed(
        folder,
        "contracts",
        lambda _: many.assign(low=many["cost_per_order"], high=many["cost_per_order"]),
    )
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        sheets = contract_pages(context)
    assert [s.slug for s in sheets] == ["contracts", "contracts-2", "contracts-3"]
    assert {f"contract-{k:02d}" for k in range(30)} <= {
        text for sheet in sheets for text, _ in boxes(sheet)
    }
    for sheet in sheets:
        assert_apart_and_inside(sheet)


def test_terms_are_those_of_the_best_and_of_all(folder: Path) -> None:
    """Two rows of the best pair and five of all together; the commitment missed is said in
    words.
    """
    (text,) = printed(folder, term_pages)
    assert (
        "express-a + express-b: the commitment of express-a is missed in 12.5% of replications"
        in text
    )
    assert (text.count("express-a + express-b") - 1, text.count("all together")) == (2, 5)
    changed(folder, "contract_terms", lambda t: t.assign(commitment_missed=0.0))
    assert "no commitment is missed" in printed(folder, term_pages)[0]


def test_clauses_are_sorted_by_what_they_are_worth(folder: Path) -> None:
    """Twenty-five bars on two sheets, the largest first whatever its sign; a share is written in
    per cent.
    """
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        sheets = clause_pages(context)
    names = [
        label.get_text() for sheet in sheets for label in sheet.figure.axes[0].get_yticklabels()
    ]
    assert (len(sheets), len(names)) == (2, 25)
    assert names[0] == "express-a · allotment per day: 8,000 → 9,000 parcels"
    assert (
        names[1] == "express-a · base price, all zones (quoted: near up to 300 g)\n2.90 → 2.61 CNY"
    )
    assert names[4] == "express-a · scan delay, median (95 % point in proportion): 14 → 26 h"
    assert "express-a · surcharge peak: 15.0% → 10.0%" in names


def test_breakevens_are_sentences(folder: Path) -> None:
    """One has to come down, one may go up, one has no such price."""
    (text,) = printed(folder, term_pages)
    assert "express-b beats express-a at CNY 1.32 or less (now 1.45)." in text
    assert "express-a beats economy now (2.10), and up to CNY 2.35." in text
    assert "economy beats express-a at no price (now 1.90)" in text
    changed(folder, "breakevens", lambda t: t.assign(break_even=t["now"]))
    assert (
        "express-a beats economy at its present price (2.10), but at no higher one."
        in printed(folder, term_pages)[0]
    )


def test_ten_rules_are_printed_whole(folder: Path) -> None:
    """What ten rules cost more, and all ten with every region's name."""
    text = " ".join(printed(folder, rule_pages))
    assert (
        "10 rules: 0.060 CNY (0.040 to 0.080) more per order than the plan's whole routing table"
        in text
    )
    assert "99 of 100 replications meet the target, with the whole table 99; certified." in text
    assert "77 of 100" in text
    assert text.count("not certified") == 1
    assert "couriers only" not in text
    assert "over 300 to 1,000 g" in text
    assert "Tue 10 Nov 20:00" in text
    assert text.count("陕西") == 3
    assert "…" not in text
    changed(folder, "rules_cost", lambda t: t.assign(extra_low=-0.01))
    assert "10 rules: no difference in cost" in printed(folder, rule_pages)[0]
    changed(folder, "rules_cost", lambda t: t.assign(extra_low=0.0001, extra_high=0.0002))
    assert "10 rules: less than 0.01 CNY per order from the cost" in printed(folder, rule_pages)[0]
    changed(folder, "rules_cost", lambda t: t.assign(certified=None, study="couriers"))
    (text, *_) = printed(folder, rule_pages)
    assert "A study of couriers only, without people and stock" in text
    assert "certified" not in text.replace("Certified", "")


def test_one_rule_is_one_rule(folder: Path) -> None:
    """Where a single rule is the whole table, it is named in the singular and said to cost the
    same.
    """
    changed(
        folder, "rules", lambda t: t[(t["rules"] == 3) & (t["rule"] == 3)].assign(rules=1, rule=1)
    )
    changed(
        folder,
        "rules_cost",
        lambda t: t.assign(rules=["1", "2", "3", "all"], extra=0, extra_low=0, extra_high=0),
    )
    (text,) = printed(folder, rule_pages)
    assert "1 rule: the same cost as the plan's whole routing table." in text
    assert "1 rules" not in text


def test_who_is_cheaper_but_fails_is_explained(folder: Path) -> None:
    """The last is the cheapest for what it carries: the page says how much it refuses, and why it
    is last.
    """

    def refuse(table: pd.DataFrame) -> pd.DataFrame:
        last = (table["contract"] == "economy") & (table["region_group"] == "all")
        table = table.assign(fails="", ranked_cost=table["cost_per_order"])
        table.loc[last, ["fails", "cost_per_order", "refused", "rank"]] = ["refused", 1.5, 0.25, 99]
        return table

    changed(folder, "contracts", refuse)
    text = " ".join(printed(folder, contract_pages))
    assert "economy alone is cheaper but ranked last: it refuses 25.0% of the orders" in text
    assert "refuses orders" in text
    assert "Ranked by" in text
    assert "不承运部分订单" in " ".join(printed(folder, contract_pages, "zh"))


def test_equal_costs_are_said_to_be_equal(folder: Path) -> None:
    """A second alternative that costs exactly the same is no difference of 0.00; the third is
    compared.
    """
    differences = ["difference", "difference_low", "difference_high"]

    def equal(table: pd.DataFrame) -> pd.DataFrame:
        table.loc[table["contract"] == "express-a", differences] = 0.0
        return table

    changed(folder, "contracts", equal)
    text = printed(folder, contract_pages)[0]
    assert "express-a alone costs the same; express-b alone costs 0.16 (0.12 to 0.20) more" in text
    assert "0.00" not in text


def test_only_remote_regions_are_on_their_page(folder: Path) -> None:
    """Of 124 rows those of the seven remote regions, with what the plan does there; without any
    there is no page.
    """
    table = pd.read_csv(folder / "tables" / "remote.csv")
    text = " ".join(printed(folder, remote_pages))
    far = table[table["region"].isin(REMOTE)]
    assert text.count("do not sell") == (far["best"] == "do not sell").sum()
    assert "浙江" not in text
    assert text.count("remote-special 70%") == len(far)
    changed(folder, "remote", lambda t: t[t["region"] == "zhejiang"])
    context, _ = open_context(folder, "en")
    assert remote_pages(context) == []


def test_an_unknown_margin_is_said_and_not_taken_for_nothing(folder: Path) -> None:
    """Rows without a margin: the page says for how many orders it is unknown."""
    changed(
        folder,
        "remote",
        lambda t: t[t["remote"] == 1].head(1).assign(margin=None, margin_after=None, best="direct"),
    )
    (text,) = printed(folder, remote_pages)
    assert "Margin unknown for 900 orders" in text
    assert "not worth selling" not in text


def test_tables_of_another_version_are_findings(folder: Path) -> None:
    """Columns that are missing or unknown are named with their file, all at once, and what to
    do.
    """
    changed(
        folder,
        "contracts",
        lambda t: t.drop(columns=["rank", "kept"]).assign(over_allotment_share=0.0),
    )
    changed(folder, "clauses", lambda t: t[list(t.columns[:7])])
    with pytest.raises(InputError) as caught:
        open_context(folder, "en")
    found = [(Path(f.file).name, f.field, f.message) for f in caught.value.findings[1:]]
    assert "run the command again" in caught.value.findings[0].message
    assert found == [
        ("clauses.csv", "high", "column is missing"),
        ("contracts.csv", "kept", "column is missing"),
        ("contracts.csv", "over_allotment_share", "unknown column"),
        ("contracts.csv", "rank", "column is missing"),
    ]


def test_one_replication_has_no_intervals(folder: Path) -> None:
    """Without bounds every page is still drawn, and nothing is called different."""
    bounds = ["low", "high", "difference_low", "difference_high", "extra_low", "extra_high"]
    for name in ("contracts", "clauses", "breakevens", "rules_cost"):
        changed(folder, name, lambda t: t.assign(**{c: None for c in bounds if c in t.columns}))
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        sheets = [sheet for pages in ALL for sheet in pages(context)]
    assert not [text for sheet in sheets for text, _ in boxes(sheet) if "nan" in text]
    assert " more." not in printed(folder, contract_pages)[0]


def test_names_of_combinations_follow_their_contracts() -> None:
    """Each member has its own label; a clause is put in Chinese phrase by phrase, names stay."""
    labels = Labels("zh", "CNY", {"contract": {"express-a": "甲快递"}})
    assert alternative(labels, "express-a + post-e") == "甲快递 + post-e"
    assert alternative(labels, "together") == "全部合用"
    assert labels.clause("surcharge peak") == "附加费 旺季"
    assert labels.clause("surcharge off-peak fee") == "附加费 off-peak fee"
    words = labels.clause("base price, all zones (quoted: near up to 300 g)")
    assert words == "基础运价，全部分区（报价：近程 不超过 300 g）"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_subjects_share_sheets_and_nothing_overlaps(folder: Path, lang: str) -> None:
    """Terms start below a few clauses, stock and assumptions below remote areas; no sheet starts
    for one that fits.
    """
    for name in ("clauses", "contract_terms", "breakevens", "remote", "assumptions"):
        changed(folder, name, lambda table: table.head(3))
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        sheets = all_pages(context)
    slugs = [sheet.slug for sheet in sheets]
    assert "clauses" in slugs
    assert not {"contract-terms", "assumptions"} & set(slugs)
    for sheet in sheets[slugs.index("contracts") :]:
        assert_apart_and_inside(sheet)


def test_a_clause_names_the_site_and_has_the_marks_of_its_language() -> None:
    labels = Labels("zh", names={"site": {"newark": "纽瓦克仓"}})
    text = labels.clause(
        "capacity of a collection at newark, base price, all zones (quoted: near up to 300 g)"
    )
    assert "纽瓦克仓" in text
    assert not re.search("[,:()]|newark", text)
