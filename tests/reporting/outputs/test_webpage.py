"""report.html: contents that lead somewhere, tables in words, nothing from the network."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from planner.domain.choices import LANGUAGES
from planner.reporting.layout.style import applied
from planner.reporting.outputs.webpage import SECTIONS, write_page
from planner.reporting.pages import decision
from planner.reporting.report import file_name, open_context
from tests.reporting.builders import large_run

PIXEL = b"\x89PNG"


def page(folder: Path, lang: str) -> str:
    """The web page with one sheet, whose picture is a stub."""
    context, _ = open_context(folder, lang)
    picture = folder / "decision.png"
    picture.write_bytes(PIXEL)
    with applied(context.typeface):
        sheets = decision(context)
    return write_page(context, folder / "report.html", [(sheets[0], picture)]).read_text(
        encoding="utf-8"
    )


def rows_of(html: str, table: str) -> list[list[str]]:
    """Cells of a table by its id, headings first."""
    section = re.search(rf'<section id="table-{table}">.*?</section>', html, re.DOTALL)
    assert section is not None
    rows = re.findall(r"<tr.*?</tr>", section[0], re.DOTALL)
    return [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row) for row in rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_contents_lead_to_every_picture_and_table(lang: str, tmp_path: Path) -> None:
    """Each link has its target, each target a link; the title says whether the plan is certified; a
    picture has a text; no cell holds True, False or a heading in snake case.
    """
    html = page(large_run(tmp_path, certified=False), lang)
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert links == set(re.findall(r'id="([^"]+)"', html))
    assert {"page-decision", "table-day-shift", "table-staffing", "table-contracts"} <= links
    title = re.search(r"<title>(.*?) ·", html)
    assert title is not None
    assert title[1] == {"en": "NOT CERTIFIED", "zh": "未通过认证"}[lang]
    assert re.search(r'alt="[^"]{20,}"', html)
    assert not re.search(r">(True|False)<", html)
    assert not re.search(r"<th[^>]*>[^<]*_[^<]*</th>", html)
    assert 'name="viewport"' in html


def test_shares_keep_their_digits_and_people_add_up(tmp_path: Path) -> None:
    """99.51% is no 100%; the table of people by day has the headcounts of the plan and their
    sum.
    """
    folder = large_run(tmp_path)
    plans = pd.read_csv(folder / "tables" / "baselines.csv")
    plans["on_time_share_mean"] = [0.9951, 1.0, *plans["on_time_share_mean"][2:]]
    plans.to_csv(folder / "tables" / "baselines.csv", index=False)
    html = page(folder, "en")
    place = rows_of(html, "baselines")[0].index("On time, mean")
    assert [row[place] for row in rows_of(html, "baselines")[1:3]] == ["99.51%", "100%"]
    people = pd.read_csv(folder / "tables" / "staffing.csv")["headcount"].sum()
    assert rows_of(html, "day-shift")[-1][-1].replace(",", "") == str(people)
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
