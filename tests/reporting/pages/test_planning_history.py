"""Pages on the way to a plan, on hindsight, on misses, and on a scenario without a plan."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import python_calamine

from planner.domain.choices import LANGUAGES
from planner.reporting.language.history_sentences import trimmed
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.pages.decision import decision
from planner.reporting.pages.demand_levers import lever_pages, lever_sentence, lever_words
from planner.reporting.pages.late_orders import miss_sentences, misses_pages
from planner.reporting.pages.planning_history import (
    MOST_ON_ONE,
    hindsight_pages,
    hindsight_sentence,
    path_pages,
)
from planner.reporting.report import open_context, write_report
from planner.reporting.tables.schemas import TABLES
from tests.reporting.builders import large_run, refused_run
from tests.reporting.test_report import assert_apart_and_inside, boxes, first_page, whole


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_run(tmp_path_factory.mktemp("certified"))


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return large_run(tmp_path_factory.mktemp("failed"), certified=False)


def words_on(sheet: Sheet) -> str:
    """All words of a sheet, lines joined."""
    return " ".join(text for text, _ in boxes(sheet))


def hatched(sheet: Sheet) -> int:
    """Rows of a table with a hatched mark."""
    return sum(
        getattr(artist, "get_hatch", str)() == "//////"
        for artist in sheet.figure.patches + sheet.figure.artists
    )


def test_methods_stand_on_page_one_with_cost_and_target_met(certified: Path) -> None:
    """Six methods with cost and replications that met the target; the three that are not certified
    have a hatched mark.
    """
    text = first_page(certified, "en")
    table = pd.read_csv(certified / "tables" / "baselines.csv")
    assert all(f"{met} of 300" in text for met in table["met"])
    assert all(whole(cost) in text for cost in table["cost_mean"])
    context, _ = open_context(certified, "en")
    with applied(context.typeface):
        (sheet,) = decision(context)
    assert hatched(sheet) == (~table["certified"]).sum() == 3
    assert "Where most late orders miss" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_one_says_where_orders_miss(failed: Path, lang: str) -> None:
    """The place is the one that most orders miss at in all its hours together, the unit the first
    that saves any.
    """
    context, _ = open_context(failed, lang)
    where, help_ = miss_sentences(context)
    assert "45%" in where
    assert context.labels.name("process", "pack") in where
    assert "01:00" in where
    assert context.labels.name("crew", "agency") in help_
    with applied(context.typeface):
        (first,), (page,) = decision(context), misses_pages(context)
        assert_apart_and_inside(first)
        assert_apart_and_inside(page)
        assert context.labels.text(where, help_).replace(" ", "")[:40] in (
            words_on(first).replace(" ", "")
        )


def test_no_unit_helps(tmp_path: Path) -> None:
    """Where no unit saves an order, or none was tried, the page says so."""
    folder = large_run(tmp_path, certified=False)
    units = pd.read_csv(folder / "tables" / "units.csv")
    for rows in (units.iloc[1:], units.iloc[:0]):
        rows.to_csv(folder / "tables" / "units.csv", index=False)
        context, _ = open_context(folder, "en")
        assert miss_sentences(context)[1] == context.labels("units_none")
        with applied(context.typeface):
            (page,) = misses_pages(context)
        assert_apart_and_inside(page)


@pytest.mark.parametrize(("steps", "lang"), [(1, "zh"), (MOST_ON_ONE, "en"), (20, "zh")])
def test_the_way_has_all_its_steps(steps: int, lang: str, tmp_path: Path) -> None:
    """Every step is a row, on further sheets where there are many; nothing overlaps."""
    folder = large_run(tmp_path)
    rows = pd.read_csv(folder / "tables" / "path.csv", dtype=str, keep_default_na=False)
    rows = pd.concat([rows] * 10).tail(steps)
    rows["step"] = [str(k + 1) for k in range(steps)]
    rows.to_csv(folder / "tables" / "path.csv", index=False)
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        sheets = path_pages(context)
        assert (len(sheets) > 1) == (steps > MOST_ON_ONE)
        text = " ".join(words_on(s) for s in sheets)
        for sheet in sheets:
            assert_apart_and_inside(sheet)
    assert text.count(context.labels("kept_of", met="294", n="300")) == (steps + 3) // 4
    assert (
        context.labels("path_counts", plans="3", verdicts="1", simulated="1,500").split()[0] in text
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_that_was_changed_has_room(lang: str, tmp_path: Path) -> None:
    """The longest note is whole, next to the figure and above the terms."""
    folder = large_run(tmp_path)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf-8"))
    loop = plan["loop"]
    loop["reinforced"] |= {
        "added": {"booking": 112, "day": 124, "unit": 10_403, "vehicle": 21},
        "rerouted": 0.0496,
        "cost": 117_882.84,
    }
    kinds = ("booking", "day", "first day", "last day", "swap", "vehicle")
    loop["trimmed"] |= {"dropped": dict.fromkeys(kinds, 123), "saved": 107_888.0}
    (folder / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    rows = pd.read_csv(folder / "tables" / "path.csv", dtype=str, keep_default_na=False)
    rows = pd.concat([rows] * 10).tail(MOST_ON_ONE)
    rows["step"] = [str(k + 1) for k in range(MOST_ON_ONE)]
    rows.to_csv(folder / "tables" / "path.csv", index=False)
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        (sheet,) = path_pages(context)
        assert_apart_and_inside(sheet)
        end = context.labels("trim_played", n="600")
        assert words_on(sheet).replace(" ", "").count(end.replace(" ", "")) == 1


def test_trimming_is_reported_as_it_went(certified: Path) -> None:
    """What was taken out, undone, exhausted or never begun has its own words."""
    labels = open_context(certified, "en")[0].labels
    trim = {"kept": True, "dropped": {"day": 3}, "saved": 500.0, "complete": True, "simulated": 40}
    assert trimmed(labels, trim).startswith(
        "Taken out: person-days of permanent people (3); that saves CNY 500. No further"
    )
    assert "effort was spent" in trimmed(labels, trim | {"complete": False})
    undone = trimmed(labels, trim | {"kept": False})
    assert "the plan shown is the one before trimming" in undone
    assert labels("trim_complete") not in undone
    assert trimmed(labels, trim | {"dropped": {}}).startswith("Nothing could be taken out: ")
    assert trimmed(labels, None) == labels("trim_none")


def test_every_way_to_end_has_words(certified: Path) -> None:
    """The reasons a search may end with are sentences in both languages."""
    for lang in LANGUAGES:
        labels = open_context(certified, lang)[0].labels
        for reason in (
            "certified",
            "effort spent",
            "limits",
            "too few promotions",
            "solver crashed",
        ):
            assert labels.name("stopped", reason)[-1] in ".。"
        for kind in ("day", "last day", "first day", "booking", "vehicle"):
            assert labels.name("dropped", kind) != kind


def test_hindsight_is_weighed(tmp_path: Path) -> None:
    """Weights 1 and 3: 100 and 200 against 80 and 160 is 175 against 140, a fifth less; an unknown
    path is left out of the mean but not of the table.
    """
    folder = large_run(tmp_path)
    rows = [(1, 0.1, 0.1, 10.0, 100.0, 80.0, 20.0), (2, 0.5, 0.3, 20.0, 200.0, 160.0, 40.0),
            (3, 0.9, 0.6, 30.0, 999.0, None, None)]  # fmt: skip
    columns = ["path", "stress_level", "weight", "orders", "plan_cost", "hindsight_cost", "regret"]
    pd.DataFrame(rows, columns=columns).to_csv(folder / "tables" / "hindsight.csv", index=False)
    context, _ = open_context(folder, "en")
    assert "CNY 175 " in hindsight_sentence(context)
    assert "CNY 140 " in hindsight_sentence(context)
    assert "save 20% of the cost at most" in hindsight_sentence(context)
    with applied(context.typeface):
        (sheet,) = hindsight_pages(context)
        assert "999" in words_on(sheet)


def test_levers_that_were_tried_stand_with_what_they_save(certified: Path) -> None:
    """The choice that is used in a sentence and in the table, in the names of the report; a choice
    without a plan has dashes.
    """
    for lang, region, saved in (("en", "西藏", "131,000"), ("zh", "西藏", "131,000")):
        context, _ = open_context(certified, lang)
        with applied(context.typeface):
            (sheet,) = lever_pages(context)
            shown = words_on(sheet).replace(" ", "")
        choice = lever_words(context.labels, "xizang 72 h; live 12000")
        assert region in choice
        assert "12,000" in choice
        assert choice.replace(" ", "") in shown
        assert saved in shown
        assert "−131,000" in shown


def test_levers_that_save_nothing_are_said_not_to_be_used(certified: Path) -> None:
    """Without a choice the sentence says so; where no plan exists without, what is needed."""
    context, _ = open_context(certified, "en")
    table = context.run.table("levers")
    none = table.assign(used=[k == 0 for k in range(len(table))])
    assert lever_sentence(context.labels, none).startswith("None is used")
    needed = table.assign(difference=float("nan"))
    assert "no plan keeps all limits" in lever_sentence(context.labels, needed)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_scenario_without_a_plan_has_one_page(lang: str, tmp_path: Path) -> None:
    """Blame and repairs in the report's language, in every format; numbers of the repairs are
    numbers.
    """
    folder = refused_run(tmp_path)
    found = json.loads((folder / "explanation.json").read_text(encoding="utf-8"))
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        (sheet,) = all_pages(context)
        assert_apart_and_inside(sheet)
        text = words_on(sheet)
    stated = [*found["blame"], *found["repairs"]]
    assert all(row["words"][lang] in text for row in stated)
    assert context.labels("no_plan") in text
    written = {p.suffix: p for p in write_report(folder, ("pdf", "xlsx", "html"), lang)}
    page = written[".html"].read_text(encoding="utf-8")
    assert context.labels("no_plan") in page
    assert context.labels("not_certified") not in page
    book = python_calamine.CalamineWorkbook.from_path(written[".xlsx"])
    rows = book.get_sheet_by_name(context.labels.pick(TABLES["repairs"].title)).to_python()
    assert rows[2][4] == 640.5
    assert rows[2][3] == "4 + 8"
