"""report.html as a planner uses it: languages, tables, charts, sliders, printing, a phone; nothing
is asked of any network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import pypdfium2
import pytest

from planner.reporting.report import write_report
from planner.reporting.webpage.differences_page import differences_page
from tests.conftest import chromium
from tests.reporting.builders import add_what_if, large_run
from tests.reporting.webpage.test_differences_page import FOUND

pytestmark = pytest.mark.needs("chromium")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
HOSTILE = """</script><script>document.title = "broken"</script>&amp;<b>'"""


@dataclass
class Reader:
    """A page in the browser, with everything it complained of or asked for."""

    page: Any
    said: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def open(self, path: Path) -> Any:
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())
        return self.page


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run with hostile names in it."""
    folder = add_what_if(large_run(tmp_path_factory.mktemp("large")))
    path = folder / "run.json"
    run = json.loads(path.read_text(encoding="utf-8"))
    run["labels"]["contract"] = {"express-b": HOSTILE}
    path.write_text(json.dumps(run, ensure_ascii=False), encoding="utf-8")
    (written,) = write_report(folder, ("html",), "en")
    return written


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool:
        found = tool.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield found
        found.close()


@pytest.fixture(params=[1440, pytest.param(390, marks=pytest.mark.slow)])
def page(request: pytest.FixtureRequest, browser: Any, report: Path) -> Iterator[Any]:
    """The page on a desk and on a phone; it may complain of nothing and ask for nothing."""
    reader = Reader(browser.new_page(viewport={"width": request.param, "height": 900}))
    yield reader.open(report)
    reader.page.close()
    assert reader.said == []
    assert reader.asked == [report.as_uri()]


def shown(page: Any, selector: str) -> list[str]:
    """What a reader sees of each element, in the language of the page."""
    return [text.strip() for text in page.locator(selector).all_inner_texts()]


def test_the_language_is_a_click_away(page: Any) -> None:
    """Title, verdict, tables, charts and controls change together, and change back."""
    assert shown(page, ".verdict b") == ["CERTIFIED"]
    page.click('button[value="zh"]')
    assert page.title() == "已认证 · singles-day"
    assert shown(page, ".verdict b") == ["已认证"]
    assert shown(page, "#people-rows th")[:3] == ["仓库", "班次", "环节"]
    assert "中位数" in " ".join(shown(page, "#chart-demand .u-legend"))
    assert shown(page, "#people .filter label")[0].startswith("筛选")
    assert "Certified" not in page.inner_text("#decision")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    assert page.title() == "CERTIFIED · singles-day"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_tables_are_sorted_and_filtered(page: Any) -> None:
    """A link opens the folded table; a heading sorts it by number, by day or by name, twice the
    other way round, by keyboard too; words leave only the rows that hold all of them.
    """
    page.click("#table-regions summary")
    orders = "#table-regions-rows td:nth-child(4)"
    page.click("#table-regions-rows th:nth-child(4) button")
    numbers = [float(text.replace(",", "")) for text in shown(page, orders)]
    assert numbers == sorted(numbers)
    page.focus("#table-regions-rows th:nth-child(4) button")
    page.keyboard.press("Enter")
    assert [float(text.replace(",", "")) for text in shown(page, orders)] == numbers[::-1]
    head = page.locator("#table-regions-rows th:nth-child(4)")
    assert head.get_attribute("aria-sort") == "descending"
    page.click("#table-staffing summary")
    page.click("#table-staffing-rows th:nth-child(1) button")
    page.click("#table-staffing-rows th:nth-child(1) button")
    assert shown(page, "#table-staffing-rows td:nth-child(1)")[0] == "Mon 16 Nov"
    page.fill("#people .filter input", "NIGHT pack")
    rows = page.locator("#people-rows tbody tr:visible")
    assert [row.split("\t")[1:3] for row in rows.all_inner_texts()] == [["night", "pack"]] * 2
    assert shown(page, "#people .filter [role=status]") == ["2 of 19 rows"]


def test_charts_answer_to_the_pointer_and_to_keys(page: Any, report: Path) -> None:
    """The legend shows the numbers of the table at the moment pointed at; a choice changes the
    picture.
    """
    legend = "#chart-backlog .u-value"
    assert set(shown(page, legend)) == {"–"}
    page.locator("#chart-backlog .u-over").hover()
    page.wait_for_function(f"document.querySelector('{legend}').textContent.includes('Nov')")
    at = shown(page, legend)
    table = pd.read_csv(report.parent / "tables" / "hourly.csv")
    table = table[(table["site"] == "yiwu") & (table["process"] == "pick")]
    rows = [
        [f"{round(row[name]):,}" for name in ("backlog_p05", "backlog_p50", "backlog_p95")]
        for row in table.to_dict("records")
    ]
    assert at[1:] in rows
    page.mouse.move(0, 0)  # else the browser may point at the chart that takes its place
    page.select_option("#chart-backlog select", "1")
    page.focus("#chart-backlog [role=img]")
    page.keyboard.press("ArrowRight")
    first = shown(page, legend)
    assert first[0] == "Sun 8 Nov 00:00"
    page.keyboard.press("ArrowRight")
    assert shown(page, legend)[0] == "Sun 8 Nov 01:00"
    page.keyboard.press("ArrowLeft")
    assert shown(page, legend) == first


def test_sliders_show_simulated_points_and_what_lies_between(page: Any) -> None:
    """By keyboard: at a simulated point its numbers, between two what is interpolated, marked so."""

    def figures() -> list[str]:
        return shown(page, "#what-if .figures b")

    assert figures() == ["CNY 1,000,000", "90.00%", "100%"]
    assert shown(page, "#what-if .point") == ["Simulated at exactly this point."]
    page.focus("#what-if-demand")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    assert page.locator("#what-if-demand").get_attribute("aria-valuetext") == "+5%"
    assert figures() == ["≈ CNY 1,050,000", "≈ 88.00%", "≈ 88%"]
    assert shown(page, "#what-if .point")[0].startswith("Interpolated between simulated points")
    page.focus("#what-if-fill")
    for _ in range(10):
        page.keyboard.press("ArrowLeft")
    assert figures()[:2] == ["≈ CNY 1,060,000", "≈ 83.00%"]
    page.focus("#what-if-demand")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    page.focus("#what-if-fill")
    page.keyboard.press("Home")
    page.check('[name="promise"] >> nth=0')
    page.check('[name="pickup"]')
    assert figures() == ["CNY 1,140,500", "63.60%", "75.0%"]
    assert "kept in 6 of 8 promotions" in page.inner_text("#what-if .figures")
    assert "+CNY 140,500" in page.inner_text("#what-if .figures")
    page.click('button[value="zh"]')
    assert figures()[0] == "1,140,500 元"
    page.click("#what-if .reset")
    assert figures()[0] == "1,000,000 元"


def test_names_are_seen_as_they_are(page: Any) -> None:
    """Markup in a name is read, not obeyed."""
    assert page.title() == "CERTIFIED · singles-day"
    assert HOSTILE in shown(page, "#couriers-rows td:first-child")


def test_it_prints_on_paper(browser: Any, report: Path, tmp_path: Path) -> None:
    """A4 across without buttons; the figures of what-if stand under what they hold for; people by
    day and shift begin a page; the button prints them alone.
    """
    page = Reader(browser.new_page(viewport={"width": 1440, "height": 900})).open(report)
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as document:
        assert document[0].get_width() > document[0].get_height()
        texts = [part.get_textpage().get_text_bounded() for part in document]
    assert "CERTIFIED" in texts[0]
    (people,) = [text for text in texts if text.lstrip().startswith("People by day and shift")]
    assert "Print this part" not in people
    assert any("Demand against the forecast" in text and "Promise" in text for text in texts)
    assert not any("All simulated points" in text and "Back to the plan" in text for text in texts)
    page.evaluate("window.print = () => { window.printed = 1; }")
    page.click("#people button.print")
    page.emulate_media(media="print")
    assert page.evaluate("window.printed") == 1
    assert page.is_visible("#people-rows")
    assert not page.is_visible("#decision")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.is_visible("#decision")
    page.close()


def test_it_can_be_read_without_scripts(browser: Any, report: Path) -> None:
    """Verdict, people and all tables are there; what needs scripts is not shown, and a sentence
    says so.
    """
    context = browser.new_context(java_script_enabled=False)
    page = Reader(context.new_page()).open(report)
    assert shown(page, ".verdict b") == ["CERTIFIED"]
    assert page.is_visible("#people-rows")
    assert not page.is_visible("#what-if-demand")
    assert not page.is_visible(".languages")
    assert "need JavaScript" in page.locator("noscript").inner_text()
    page.click("#table-regions summary")
    assert page.is_visible("#table-regions-rows")
    context.close()


def test_nothing_else_runs_or_is_fetched(browser: Any, report: Path) -> None:
    """A script that somebody adds to the page, and an address in it, are refused by its policy."""
    reader = Reader(browser.new_page())
    page = reader.open(report)
    page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "document.title = 'broken'";
            document.body.append(script);
            const picture = new Image();
            picture.src = "https://example.org/picture.png";
            document.body.append(picture);
        }"""
    )
    while len(reader.said) < 2:
        page.wait_for_event("console")
    assert page.title() == "CERTIFIED · singles-day"
    refused = [text for text in reader.said if re.search("Content.Security.Policy", text)]
    assert len(refused) == 2
    page.close()


def test_values_of_days_have_no_hours_at_the_foot(browser: Any, tmp_path: Path) -> None:
    """People of whole days: between two of them there is nothing at noon."""
    path = tmp_path / "differences.html"
    path.write_text(differences_page(FOUND, "en"), encoding="utf-8")
    page = browser.new_page()
    page.add_init_script("""
        window.drawn = [];
        const draw = CanvasRenderingContext2D.prototype.fillText;
        CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
          window.drawn.push(text);
          return draw.call(this, text, ...at);
        };
    """)
    page.goto(path.as_uri())
    page.wait_for_function("window.drawn.includes('9 Nov') && window.drawn.includes('10 Nov')")
    assert [text for text in page.evaluate("window.drawn") if ":" in text] == []
    page.close()
