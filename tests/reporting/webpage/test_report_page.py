"""report.html: contents that lead somewhere, both languages, the numbers of the tables, and names
that stay text.
"""

from __future__ import annotations

import base64
import hashlib
import html as markup
import json
import re
from pathlib import Path

import pandas as pd
import pypdfium2
import pytest
import python_calamine

from planner.domain.choices import LANGUAGES
from planner.reporting.report import file_name, in_both_languages, open_context, write_report
from planner.reporting.webpage.both import Bilinguals
from planner.reporting.webpage.report_page import DRAWN, LARGEST, SECTIONS, write_report_page
from planner.reporting.webpage.what_if import what_if
from tests.reporting.builders import add_what_if, large_run, refused_run, tiny_run

HOSTILE = """</script><script>alert("1")</script>&amp;<b>'"""


def page(folder: Path, lang: str = "en") -> str:
    """The web page of a run."""
    context, _ = open_context(folder, lang)
    path = folder / "report.html"
    return write_report_page(in_both_languages(context), context.labels.lang, path).read_text(
        encoding="utf-8"
    )


def rows_of(html: str, table: str, lang: str = "en") -> list[list[str]]:
    """Cells of a table by its id in a language, headings first."""
    found = re.search(rf'<table id="{table}-rows".*?</table>', html, re.DOTALL)
    assert found is not None, table
    other = "zh" if lang == "en" else "en"
    text = re.sub(rf'<span lang="{other}">.*?</span>', "", found[0])
    cells = [
        re.findall(r"<t[hd][^>]*>(.*?)(?=<t[hd][ >]|</th>|</tr>|\n|$)", row)
        for row in re.findall(r"<tr.*?(?=<tr|</tbody>|</thead>)", text, re.DOTALL)
    ]
    return [[markup.unescape(re.sub(r"<[^>]+>", "", cell)) for cell in row] for row in cells]


def data_of(html: str) -> dict[str, object]:
    """What the scripts read."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_contents_lead_to_every_part(lang: str, tmp_path: Path) -> None:
    """Each link has its target; the title says whether the plan is certified; no cell holds True,
    False or a heading in snake case; the verdict comes before everything else.
    """
    html = page(large_run(tmp_path, certified=False), lang)
    links = re.findall(r'href="#([^"]+)"', html)
    ids = re.findall(r' id="([^"]+)"', html)
    assert set(links) <= set(ids)
    assert len(ids) == len(set(ids))
    parts = ["decision", "people", "demand", "backlog", "service", "costs", "tables"]
    assert [link for link in links if link in parts] == parts
    assert re.findall(r'<section id="([^"]+)"', html) == parts
    title = re.search(r"<title>(.*?) ·", html)
    assert title is not None
    assert title[1] == {"en": "NOT CERTIFIED", "zh": "未通过认证"}[lang]
    assert f'<html lang="{lang}">' in html
    assert not re.search(r">(True|False)<", html)
    assert not re.search(r"<th[^>]*>[^<]*_[^<]*</th>", html)
    assert "<img" not in html
    names = {path.stem for path in (tmp_path / "tables").glob("*.csv")} - {*DRAWN}
    assert {f"table-{name}" for name in names} <= set(ids)


def test_both_languages_are_inside(tmp_path: Path) -> None:
    """Whatever language is shown first, the other one is a switch away, with the same rows."""
    folder = large_run(tmp_path)
    html = page(folder, "zh")
    english, chinese = (rows_of(html, "people", lang) for lang in ("en", "zh"))
    assert english[0][:3] == ["Site", "Shift", "Process"]
    assert chinese[0][:3] == ["仓库", "班次", "环节"]
    assert [row[3:] for row in english[1:]] == [row[3:] for row in chinese[1:]]
    assert data_of(html)["title"] == ["CERTIFIED · singles-day", "已认证 · singles-day"]


def test_the_policy_allows_what_is_inside_and_nothing_else(tmp_path: Path) -> None:
    """Every script and style is named by its hash; nothing may be fetched, and nothing is asked
    for.
    """
    html = page(large_run(tmp_path))
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', html)
    assert policy is not None
    allowed = markup.unescape(policy[1])
    assert allowed.startswith("default-src 'none'; ")
    assert "unsafe" not in allowed
    inside = [*re.findall(r"<style>(.*?)</style>", html, re.DOTALL)]
    inside += re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    assert len(inside) == 4
    for content in inside:
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in allowed
    assert not re.findall(r'(?:src|href)="(?!#)', html)
    assert " style=" not in html
    assert not re.findall(r"<[^>]+ on\w+=", html)


def test_numbers_are_those_of_tables_workbook_and_page_1(tmp_path: Path) -> None:
    """99.51% is no 100%; cost, people and parcels are those of CSV, workbook and PDF."""
    folder = large_run(tmp_path)
    plans = pd.read_csv(folder / "tables" / "baselines.csv")
    plans["on_time_share_mean"] = [0.9951, 1.0, *plans["on_time_share_mean"][2:]]
    plans.to_csv(folder / "tables" / "baselines.csv", index=False)
    html = page(folder)
    place = rows_of(html, "table-baselines")[0].index("On time, mean")
    assert [row[place] for row in rows_of(html, "table-baselines")[1:3]] == ["99.51%", "100%"]
    people = pd.read_csv(folder / "tables" / "staffing.csv")["headcount"].sum()
    assert rows_of(html, "people")[-1][-1].replace(",", "") == str(people)
    costs = pd.read_csv(folder / "tables" / "costs.csv")
    shown = [float(row[1].replace(",", "")) for row in rows_of(html, "costs")[1:]]
    assert shown == list(costs["amount"])
    total = f"CNY {costs['amount'].sum():,.0f}"
    assert f'<b><span lang="en">{total}</span>' in html
    pdf, book_path = write_report(folder, ("pdf", "xlsx"), "en")
    with pypdfium2.PdfDocument(pdf) as document:
        assert total in document[0].get_textpage().get_text_bounded()
    book = python_calamine.CalamineWorkbook.from_path(book_path)
    assert [row[1] for row in book.get_sheet_by_name("Costs").to_python()[1:]] == shown
    summary = {row[0]: row[1] for row in book.get_sheet_by_name("Summary").to_python()}
    assert round(float(str(summary["Total cost, simulated mean, CNY"])), 2) == round(sum(shown), 2)


def test_charts_show_the_rounded_numbers_of_their_tables(tmp_path: Path) -> None:
    """Each choice of a chart has the rows of its table."""
    folder = large_run(tmp_path)
    charts = data_of(page(folder))["charts"]
    assert isinstance(charts, dict)
    assert set(charts) == {"people", "demand", "backlog", "service"}
    hourly = pd.read_csv(folder / "tables" / "hourly.csv")
    first = hourly[(hourly["site"] == "yiwu") & (hourly["process"] == "pick")]
    choice = charts["backlog"]["choices"][0]
    assert choice["label"] == ["义乌仓 · pick", "义乌仓 · 拣货"]
    assert choice["series"][2]["values"] == [round(v) for v in first["backlog_p95"]]
    assert len(charts["backlog"]["choices"]) == 6
    late = pd.read_csv(folder / "tables" / "replications.csv")["late_share"]
    assert charts["service"]["choices"][0]["series"][0]["values"][0] == round(
        100 * (1 - late.max()), 2
    )


def test_names_are_text(tmp_path: Path) -> None:
    """A name that looks like markup ends no script and opens no element, and is still readable."""
    folder = large_run(tmp_path)
    for path in (folder / "tables").glob("*.csv"):
        text = path.read_text(encoding="utf-8")
        quoted = '"' + HOSTILE.replace('"', '""') + '"'
        text = re.sub(r"(?<=[,\n])义乌仓(?=,)", quoted, text)
        path.write_text(text, encoding="utf-8")
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    run |= {"title": HOSTILE, "labels": {"contract": {"express-a": HOSTILE}, "product": {}}}
    (folder / "run.json").write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    html = page(folder)
    assert "<script>alert" not in html
    assert "<b>'" not in html
    assert HOSTILE in {row[0] for row in rows_of(html, "people")}
    data = data_of(html)
    assert HOSTILE in str(data["title"][0])
    assert HOSTILE in data["charts"]["backlog"]["choices"][0]["label"][0]


def test_a_page_stays_small(tmp_path: Path) -> None:
    """Tables of any length: rows are cut so that the page can be sent, and it says so."""
    folder = large_run(tmp_path)
    routing = pd.read_csv(folder / "tables" / "routing.csv")
    assert len(page(folder).encode()) < LARGEST
    note = "x" * 3_000
    assumptions = pd.DataFrame(
        [(f"{k}", "1", note, "", "A") for k in range(600)],
        columns=["subject", "value", "source", "retrieved", "grade"],
    )
    assumptions.to_csv(folder / "tables" / "assumptions.csv", index=False)
    html = page(folder)
    assert len(html.encode()) < LARGEST
    assert len(rows_of(html, "table-assumptions")) - 1 == 200
    assert "and 400 more: see plan.xlsx" in html
    assert len(rows_of(html, "table-routing")) - 1 == min(len(routing), 200)


def test_small_runs_and_no_plan_have_pages_too(tmp_path: Path) -> None:
    """What is not there is left out; without a plan the page says why and what would help."""
    html = page(tiny_run(tmp_path / "tiny"))
    assert re.findall(r'<section id="([^"]+)"', html) == [
        "decision", "people", "backlog", "service", "costs", "tables",
    ]  # fmt: skip
    html = page(refused_run(tmp_path / "refused"), "zh")
    assert re.findall(r'<section id="([^"]+)"', html) == ["decision", "tables"]
    assert 'id="table-repairs"' in html
    assert "uPlot" not in html


def test_the_page_repeats_to_the_byte(tmp_path: Path) -> None:
    """Written again, it is the same; and pictures need not be drawn for it."""
    folder = large_run(tmp_path)
    (path,) = write_report(folder, ("html",), "en")
    content = path.read_bytes()
    assert write_report(folder, ("html",), "en") == [path]
    assert path.read_bytes() == content
    assert not (folder / "figures").exists()
    assert set(SECTIONS) >= {"staffing", "routing"}


def test_any_site_can_name_a_picture() -> None:
    """80 characters of four bytes are cut to what file systems take; so are signs that mean
    something to them.
    """
    long, hostile = (
        file_name(f"wall-{site}", []) for site in ("\U00020000" * 80, "../a\\b:c\n\x00")
    )
    assert len(f"{long}-99.png".encode()) <= 255
    assert hostile == "wall--a-b-c"


def test_the_sliders_name_what_every_platform_counts(tmp_path: Path) -> None:
    """Of two platforms with clocks of their own, both, each once."""
    folder = add_what_if(large_run(tmp_path))
    path = folder / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    rule = run["platform"] | {"counts": "label"}
    rules = [rule, rule | {"name": "other", "counts": "first_scan"}, rule | {"name": "third"}]
    run["platforms"] = [each | {"share": 1 / 3} for each in rules]
    path.write_text(json.dumps(run), encoding="utf-8")
    context, _ = open_context(folder, "en")
    found = what_if(Bilinguals(in_both_languages(context)))
    assert found is not None
    clocks = [context.labels(f"clock_{name}") for name in ("label", "first_scan")]
    assert f"(until {context.labels.listed(clocks)})" in found.note.pair[0]
