"""The written report: repeatable bytes, true words on page 1, nothing off the page, nothing on top
of anything.
"""

from __future__ import annotations

import gc
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pypdfium2
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from planner.domain.choices import LANGUAGES
from planner.domain.costs import COST_NAMES
from planner.errors import InputError, PlannerError
from planner.output import write_bytes
from planner.reporting.language.certificate_sentences import fewest_replications
from planner.reporting.layout.sheet import BOTTOM, HEIGHT, WIDTH, Sheet
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.pages.decision import decision
from planner.reporting.pages.demand_backlog_cost import OF_CLAUSES, cost_pages
from planner.reporting.pages.manager_questions import manager_questions
from planner.reporting.pages.staffing import wall_sheets
from planner.reporting.pages.stock_hiring_assumptions import assumption_pages
from planner.reporting.pages.stress import stress_pages
from planner.reporting.report import font_warnings, open_context, pdf_of, write_report
from tests.reporting.builders import PROVINCES, large_run, tiny_run

HOSTILE_TITLE = "Promo $x^2$ \x07\u202e </title><script> " + "sehr lang " * 40
ALL = ("pdf", "png", "xlsx", "html")
SHAPES = ("path", "markers", "path_collection", "quad_mesh", "image", "gouraud_triangles")


@dataclass(frozen=True)
class Report:
    """A run's folder and the sheets its report.pdf was printed from."""

    folder: Path
    sheets: list[Sheet]


def reported(folder: Path, lang: str) -> Report:
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        sheets = all_pages(context)
        write_bytes(folder / "report.pdf", pdf_of(sheets, context.run.title))
    return Report(folder, sheets)


@pytest.fixture(scope="module")
def large_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The large run with a certificate, its report in English."""
    return reported(large_run(tmp_path_factory.mktemp("large")), "en")


@pytest.fixture(scope="module")
def failed_report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The large run without a certificate, its report in Chinese."""
    return reported(large_run(tmp_path_factory.mktemp("failed"), certified=False), "zh")


@pytest.fixture
def large(large_report: Report) -> Path:
    return large_report.folder


@pytest.fixture
def failed(failed_report: Report) -> Path:
    return failed_report.folder


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_run(tmp_path)


def pages_text(pdf: Path | bytes) -> list[str]:
    """Text of each page."""
    document = pypdfium2.PdfDocument(pdf)
    texts = [document[i].get_textpage().get_text_bounded() for i in range(len(document))]
    document.close()
    return [t.replace("\r\n", "\n") for t in texts]


def first_page(folder: Path, lang: str) -> str:
    """Text of page 1 alone, printed again."""
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        return pages_text(pdf_of(decision(context), "first"))[0]


def whole(number: float) -> str:
    """A whole number as it is found in a PDF's text."""
    return f"{number:,.0f}"


def sheets_of(folder: Path, lang: str) -> list[Sheet]:
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        return all_pages(context)


def nothing(*_: object, **__: object) -> None:
    """What a renderer does whose pixels nobody looks at."""


def boxes(sheet: Sheet) -> list[tuple[str, np.ndarray]]:
    """The texts that are drawn on a sheet with left, bottom, right, top in pixels; nothing else is
    drawn.
    """
    renderer = FigureCanvasAgg(sheet.figure).get_renderer()
    drawn: dict[int, Text] = {}

    def note(*args: Any, mtext: Text | None = None, **options: Any) -> None:
        if mtext is not None:
            drawn[id(mtext)] = mtext

    renderer.draw_text = note
    for shape in SHAPES:
        setattr(renderer, f"draw_{shape}", nothing)
    with applied(sheet.typeface):
        sheet.figure.draw(renderer)
        found = [(t.get_text(), t.get_window_extent(renderer).extents) for t in drawn.values()]
    return [(text, corners) for text, corners in found if text.strip()]


def assert_apart_and_inside(sheet: Sheet) -> None:
    """No text leaves the page or stands on another (a pixel or two of line spacing is nothing)."""
    found = boxes(sheet)
    names, corners = [n for n, _ in found], np.array([c for _, c in found])
    width, height = sheet.figure.bbox.size
    outside = (
        (corners[:, 0] < 0)
        | (corners[:, 1] < 0)
        | (corners[:, 2] > width)
        | (corners[:, 3] > height)
    )
    assert not outside.any(), [names[i] for i in np.flatnonzero(outside)]
    left, bottom, right, top = corners.T
    slack = np.minimum(0.3 * np.minimum.outer(top - bottom, top - bottom), 6.0)
    across = np.minimum.outer(right, right) - np.maximum.outer(left, left) > 1.5
    along = np.minimum.outer(top, top) - np.maximum.outer(bottom, bottom) > slack
    clash = np.argwhere(np.triu(across & along, 1))
    assert not len(clash), (sheet.slug, [(names[i], names[j]) for i, j in clash])


def test_same_folder_gives_same_bytes(tmp_path: Path) -> None:
    """Two reports of equal folders are equal byte by byte, in processes that hash differently."""
    script = (
        "import sys; from pathlib import Path; from planner.reporting.report import write_report; "
        "write_report(Path(sys.argv[1]), ('pdf', 'png', 'xlsx', 'html'), 'zh')"
    )
    folders = [tiny_run(tmp_path / "a"), tiny_run(tmp_path / "b")]
    for seed, folder in zip(("1", "2"), folders, strict=True):
        env = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", script, str(folder)], check=True, env=env)
    names = sorted(p.relative_to(folders[0]) for p in folders[0].rglob("*") if p.is_file())
    assert len(names) >= 14
    assert [
        n for n in names if (folders[0] / n).read_bytes() != (folders[1] / n).read_bytes()
    ] == []


@pytest.mark.slow
def test_large_report_repeats(failed: Path) -> None:
    """A PDF of twenty pages written twice in one process has the same bytes (nothing is left over
    from the first).
    """
    first = (failed / "report.pdf").read_bytes()
    assert write_report(failed, ("pdf",), "zh")[0].read_bytes() == first
    assert len(first) < 1_000_000


def test_every_format_is_written(tiny: Path) -> None:
    """Each format gives its files, and nothing else is left in the folder."""
    written = write_report(tiny, ALL, "en")
    assert {p.suffix for p in written} == {".pdf", ".png", ".xlsx", ".html"}
    assert all(p.stat().st_size > 1000 for p in written)
    assert not list(tiny.rglob("*.partial"))


def test_page_one_says_not_certified(failed: Path, tiny: Path) -> None:
    """A plan that fails is called NOT CERTIFIED on page 1, with the bound that is too low."""
    text = first_page(failed, "en")
    assert "NOT CERTIFIED" in text
    assert "82.9%" in text
    assert "261 of 300" in text
    assert "NOT CERTIFIED" in first_page(tiny, "en")


def test_page_one_says_certified(large: Path) -> None:
    """A plan that holds is called CERTIFIED, never NOT CERTIFIED."""
    text = pages_text(large / "report.pdf")[0]
    assert "CERTIFIED" in text
    assert "NOT CERTIFIED" not in text


def test_missing_certificate_is_not_a_certificate(tiny: Path) -> None:
    """Without held-out replications the page says that nothing is proven."""
    context, _ = open_context(tiny, "en")
    bare = {
        name: content | {"certificate": None}
        for name, content in (("run", context.run.run), ("plan", context.run.plan))
    }
    with applied(context.typeface):
        sheets = decision(replace(context, run=replace(context.run, **bare)))
        (text,) = pages_text(pdf_of(sheets, "first"))
    assert "NOT CERTIFIED" in text
    assert "nothing is proven" in text.replace("\n", " ")


def test_page_one_agrees_with_the_tables(large: Path) -> None:
    """Total cost, cost of every method, on-time mean, hires and peak staff are those of the
    files.
    """
    text = pages_text(large / "report.pdf")[0]
    read = {
        n: pd.read_csv(large / "tables" / f"{n}.csv")
        for n in ("costs", "baselines", "replications", "hiring", "staffing")
    }
    assert whole(read["costs"]["amount"].sum()) in text
    assert all(whole(cost) in text for cost in read["baselines"]["cost_mean"])
    assert f"{np.floor(1e4 * (1 - read['replications']['late_share'].mean())) / 100:.2f}%" in text
    assert (
        "worst replication: "
        f"{np.floor(1e3 * (1 - read['replications']['late_share'].max())) / 10:.1f}%" in text
    )
    assert all(whole(cost) in text for cost in read["hiring"]["cost"])
    assert "People to hire\n" not in "".join(pages_text(large / "report.pdf")[1:])
    assert f"{read['staffing'].groupby('date')['headcount'].sum().max():.0f} people" in text


def test_page_one_names_the_pages_about_other_plans(large: Path) -> None:
    """The numbers are those of the pages whose costs are not the plan's."""
    texts = pages_text(large / "report.pdf")
    compared = [
        n
        for n, text in enumerate(texts, start=1)
        if "Contracts and combinations on the same orders" in text
    ]
    named = re.search(r"Pages ([\d–, ]+) compare contracts as alternatives", texts[0])
    assert named
    assert int(re.split("[–,]", named[1])[0]) == compared[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_long_verdict_stays_in_its_box(lang: str, failed: Path, tmp_path: Path) -> None:
    """With every caveat there is, the last line ends above the lower edge."""
    folder = tmp_path / "run"
    shutil.copytree(failed, folder)
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest["certain_demand"] = ["baseline", "opening live session", "midnight rush"]
    manifest["certificate"] |= {"replications": 40, "met": 39}
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    table = pd.read_csv(folder / "tables" / "replications.csv").head(40)
    table.assign(open_at_end=table["open_orders"] + 50, late_at_end=50).to_csv(
        folder / "tables" / "replications.csv", index=False
    )
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        (sheet,) = decision(context)
    box = next(
        a
        for a in (*sheet.figure.patches, *sheet.figure.artists)
        if isinstance(a, Rectangle) and a.get_hatch()
    )
    inside = [
        t.get_position()[1]
        for t in sheet.figure.texts
        if abs(t.get_position()[0] - 24 / WIDTH) < 1e-6
    ]
    assert len(inside) >= 6
    assert min(inside) > box.get_y() + 0.5 / HEIGHT


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_one_cuts_no_name_while_there_is_room(lang: str, large: Path, tmp_path: Path) -> None:
    """A long site stands in full in the bookings; who starts on the day of the decision is decided
    before the shift.
    """
    folder = tmp_path / "run"
    shutil.copytree(large, folder)
    table = pd.read_csv(folder / "tables" / "hiring.csv").head(2)
    table["decide_by"] = [table["from"][0], table["decide_by"][1]]
    table.to_csv(folder / "tables" / "hiring.csv", index=False)
    processes = pd.read_csv(folder / "tables" / "processes.csv").replace(
        "义乌仓", "Newark fulfillment center"
    )
    processes.to_csv(folder / "tables" / "processes.csv", index=False)
    context, _ = open_context(folder, lang)
    with applied(context.typeface):
        (sheet,) = decision(context)
    assert_apart_and_inside(sheet)
    words = [text for text, _ in boxes(sheet)]
    assert {"Newark", "fulfillment"} <= {word for text in words for word in text.split()}
    assert "…" not in "".join(words)
    assert ("before the shift" if lang == "en" else "上班前") in re.sub(
        r"\s+", " ", " ".join(words)
    )


def test_costs_of_clauses_that_nobody_has_are_not_spoken_of(large: Path, tmp_path: Path) -> None:
    """Of the names that are zero, the page tells those every operation could have, and no clause of
    a contract; where a clause costs something, it has its bar, in both languages.
    """
    folder = tmp_path / "run"
    shutil.copytree(large, folder)
    for amount, shown in ((0.0, False), (-5.0, True)):
        rows = [
            (name, 1000.0 if name == "courier" else 0.0)
            for name in COST_NAMES
            if name not in OF_CLAUSES
        ]
        rows += [(name, amount) for name in OF_CLAUSES]
        table = pd.DataFrame([(n, a, a) for n, a in rows], columns=["name", "amount", "planned"])
        table.to_csv(folder / "tables" / "costs.csv", index=False)
        for lang in LANGUAGES:
            context, _ = open_context(folder, lang)
            with applied(context.typeface):
                (sheet,) = cost_pages(context)
            assert_apart_and_inside(sheet)
            page = "\n".join(text for text, _ in boxes(sheet))
            names = [context.labels.name("cost", name) for name in OF_CLAUSES]
            assert all((name in page) == shown and name not in OF_CLAUSES for name in names)
            assert context.labels.name("cost", "wages") in page


def test_chinese_names_are_text_in_the_pdf(large: Path, failed: Path) -> None:
    """All 31 provinces and both sites can be found in the PDF's text, in either language."""
    for folder in (large, failed):
        text = "".join(pages_text(folder / "report.pdf"))
        assert [
            name for name in (*PROVINCES.values(), "义乌仓", "成都仓") if name not in text
        ] == []


def test_chinese_report_speaks_chinese(failed: Path) -> None:
    """The Chinese report gives the verdict in Chinese and no English sentence of ours."""
    text = "".join(pages_text(failed / "report.pdf"))
    assert "未通过认证" in text
    assert "CERTIFIED" not in text
    assert "Where the money goes" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_texts_stay_apart_and_on_the_page(lang: str, tiny: Path) -> None:
    """On every page of the smallest run no text leaves the page or overlaps another, in every
    language.
    """
    for sheet in sheets_of(tiny, lang):
        assert_apart_and_inside(sheet)


@pytest.mark.parametrize("case", ["large_report", "failed_report"])
def test_texts_of_a_large_report_stay_apart_and_on_the_page(
    case: str, request: pytest.FixtureRequest
) -> None:
    """On every page of the large runs, one in English and one in Chinese, no text leaves the page
    or overlaps.
    """
    report: Report = request.getfixturevalue(case)
    for sheet in report.sheets:
        assert_apart_and_inside(sheet)


@pytest.mark.slow
def test_long_and_hostile_names_are_printed_literally(tmp_path: Path) -> None:
    """Names with `$`, TeX, markup, control characters and extreme length neither break nor crowd
    the report.
    """
    folder = large_run(tmp_path)
    hostile = {
        "express-a": "Save $5, get $10",
        "express-b": r"$\frac{$",
        "economy": "</script><script>alert(1)</script>",
        "remote-special": (
            "Donaudampfschifffahrtsgesellschaftskapitänsmützenversandvertrag GmbH & Co. KG aA"
        ),
        "yiwu": "=cmd|'/c calc'!A1",
        "义乌仓": "浙江省金华市义乌市大促备货与直播电商仓配一体化智能履约运营中心（一期二期三期）",
        "zhejiang": "Mecklenburg-Vorpommersche Seenplatte mit allen Nebenstellen",
        "permanent": "festangestellte Mitarbeiterinnen und Mitarbeiter",
    }
    for path in sorted((folder / "tables").glob("*.csv")):
        table = pd.read_csv(path, dtype=str, keep_default_na=False).replace(hostile)
        table.to_csv(path, index=False, lineterminator="\n")
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    manifest["title"] = HOSTILE_TITLE
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        sheets = all_pages(context)
        text = "".join(pages_text(pdf_of(sheets, context.run.title)))
    assert "Save $5, get $10" in text
    assert r"$\frac{$" in text
    for sheet in sheets:
        assert_apart_and_inside(sheet)


def test_web_page_escapes_names_and_needs_no_network(tiny: Path) -> None:
    """Markup in names is text on the page, and nothing is loaded from anywhere."""
    manifest = json.loads((tiny / "run.json").read_text(encoding="utf-8"))
    manifest["title"] = HOSTILE_TITLE
    (tiny / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    path = tiny / "tables" / "assumptions.csv"
    path.write_text(
        "subject,value,source,retrieved,grade\n<img src=x onerror=alert(1)>,1,s,,\n",
        encoding="utf-8",
    )
    page = write_report(tiny, ("html",), "en")[-1].read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<img" not in page
    assert not re.findall(r'src="', page)
    assert set(re.findall(r'href="(.)', page)) == {"#"}


def test_wall_sheets_cut_nothing_short(large: Path, failed: Path) -> None:
    """Dates, shifts, processes and headcounts on the wall are complete in both languages."""
    for folder, lang in ((large, "en"), (failed, "zh")):
        context, _ = open_context(folder, lang)
        with applied(context.typeface):
            sheets = wall_sheets(context)
        assert len(sheets) == 2
        assert not [text for sheet in sheets for text, _ in boxes(sheet) if "…" in text]


def test_missing_tables_leave_pages_out(tiny: Path, large_report: Report) -> None:
    """The tiny run has no courier, demand, contract or assumption pages; the large one has them
    all.
    """
    small = {s.slug for s in sheets_of(tiny, "en")}
    full = {s.slug for s in large_report.sheets}
    assert small == {
        "decision",
        "staffing-depot",
        "wall-depot",
        "backlog-depot",
        "late-share",
        "cost",
    }
    assert full >= {
        "demand",
        "couriers",
        "regions",
        "contracts",
        "stock",
        "assumptions",
        "wall-yiwu",
        "wall-chengdu",
    }
    assert full >= {"contract-terms", "clauses", "rules", "remote-areas"}


def test_only_manifest_is_enough_for_page_one(tiny: Path) -> None:
    """A run without any table still has its decision page."""
    for path in (tiny / "tables").glob("*.csv"):
        path.unlink()
    assert [s.slug for s in sheets_of(tiny, "en")] == ["decision"]


def test_tables_without_rows_count_as_missing(tiny: Path) -> None:
    """A table with nothing but headings leaves its page out instead of failing."""
    for path in (tiny / "tables").glob("*.csv"):
        if path.stem != "replications":  # as many as the certificate says
            path.write_text(
                path.read_text(encoding="utf-8").split("\n")[0] + "\n", encoding="utf-8"
            )
    assert [s.slug for s in sheets_of(tiny, "zh")] == ["decision", "late-share"]


@pytest.mark.parametrize(
    ("count", "fewest"), [(60, 3), pytest.param(150, 5, marks=pytest.mark.slow)]
)
def test_long_tables_run_over_pages(tmp_path: Path, count: int, fewest: int) -> None:
    """Many assumptions take several pages, every one of them printed, none of them overlapping."""
    folder = tiny_run(tmp_path)
    rows = [
        (f"assumption {k:03d}", str(k), "a source " * (1 + k % 30), "2026-10-31", "B")
        for k in range(count)
    ]
    table = pd.DataFrame(rows, columns=["subject", "value", "source", "retrieved", "grade"])
    table.to_csv(folder / "tables" / "assumptions.csv", index=False)
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        sheets = assumption_pages(context)
    assert len(sheets) >= fewest
    texts = {t for sheet in sheets for t, _ in boxes(sheet)}
    assert {f"assumption {k:03d}" for k in range(count)} <= texts
    for sheet in sheets:
        assert_apart_and_inside(sheet)


def test_our_own_assumptions_speak_the_language_and_say_what_was_not_known(tiny: Path) -> None:
    """The platform's rule is said as on page 1, grades have words, and a source younger than the
    plan is named.
    """
    manifest = json.loads((tiny / "run.json").read_text(encoding="utf-8"))
    (tiny / "run.json").write_text(
        json.dumps(manifest | {"planned_on": "2026-02-20"}), encoding="utf-8"
    )
    rows = [
        (
            "platform rule: inline",
            "label within 48 h after the order",
            "rule page",
            "2026-02-21",
            "C",
        ),
        ("contract: Ground", "terms as in its file", "offer", "2026-02-20", ""),
        ("wages", "19", "own", "", "user"),
    ]
    table = pd.DataFrame(rows, columns=["subject", "value", "source", "retrieved", "grade"])
    table.to_csv(tiny / "tables" / "assumptions.csv", index=False)
    found = {}
    for lang in LANGUAGES:
        context, _ = open_context(tiny, lang)
        with applied(context.typeface):
            (sheet,) = assumption_pages(context)
        found[lang] = " ".join(text for text, _ in boxes(sheet))
    assert "not known by then: platform rule: Dispatch rule of the scenario." in found["en"]
    assert "Fri 20 Feb 2026" in found["en"]
    assert "packed and labelled within 48 h" in found["en"]
    assert "C websites" in found["en"]
    words = (
        "平台规则：场景自定的发货规则",
        "48 小时内完成打包面单",
        "合同：Ground",
        "条款见合同文件",
        "C 网络汇总",
        "用户自报",
    )
    assert [word for word in words if word not in found["zh"]] == []
    assert "晚于规划日 2026年2月20日（周五）" in found["zh"]


def test_characters_our_font_lacks_are_named(tiny: Path) -> None:
    """A character beyond our font is warned about, and the report is written all the same."""
    assert font_warnings(tiny) == []
    manifest = json.loads((tiny / "run.json").read_text(encoding="utf-8"))
    manifest["title"] = "促销 \ue123"
    (tiny / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    assert [w.endswith("\ue123") and w.startswith("no font has") for w in font_warnings(tiny)] == [
        True
    ]
    assert "促销 □" in first_page(tiny, "zh")


def test_damaged_folders_are_refused(tmp_path: Path) -> None:
    """No run.json, broken JSON, or text where numbers must stand: InputError naming the file."""
    with pytest.raises(InputError, match=r"run\.json"):
        write_report(tmp_path, ("pdf",), "en")
    folder = tiny_run(tmp_path / "a")
    (folder / "tables" / "costs.csv").write_text(
        "name,amount,planned\nwages,much,1\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"costs\.csv.*amount"):
        write_report(folder, ("pdf",), "en")
    folder = tiny_run(tmp_path / "b")
    (folder / "run.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match=r"run\.json"):
        write_report(folder, ("pdf",), "en")


def test_unknown_language_and_bad_font_are_refused(tiny: Path) -> None:
    """An unknown language and a file that is no font are handled errors."""
    with pytest.raises(PlannerError, match="language"):
        write_report(tiny, ("pdf",), "fr")
    with pytest.raises(InputError, match="font"):
        write_report(tiny, ("pdf",), "en", tiny / "run.json")


def test_own_font_is_used(tiny: Path) -> None:
    """`font` comes first; what it lacks is still printed from ours."""
    from matplotlib import get_data_path

    font = Path(get_data_path()) / "fonts" / "ttf" / "DejaVuSerif.ttf"
    context, _ = open_context(tiny, "zh", font)
    assert context.typeface.families[:2] == ["DejaVu Serif", "Planner Sans"]
    path = write_report(tiny, ("pdf",), "zh", font)[0]
    assert b"DejaVuSerif" in path.read_bytes()
    assert "未通过认证" in pages_text(path)[0]


def test_fewest_replications_matches_the_bound() -> None:
    """59 replications without a miss prove 95 % at 95 %, 58 do not (Clopper-Pearson: bound =
    0.05^(1/n)).
    """
    n = fewest_replications(0.95, 0.95)
    assert n == 59
    assert 0.05 ** (1 / n) >= 0.95 > 0.05 ** (1 / (n - 1))


@pytest.mark.parametrize("certified", [True, False])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_1_answers_every_question_of_a_manager(
    tmp_path: Path, lang: str, certified: bool
) -> None:
    """Five methods and as many contracts leave room for all three answers, each in full."""
    folder = large_run(tmp_path, certified)
    context, _ = open_context(folder, lang)
    asked = manager_questions(context)
    assert len(asked) == 3
    with applied(context.typeface):
        (sheet,) = decision(context)
    assert_apart_and_inside(sheet)
    found = dict(boxes(sheet))
    page = "".join("".join(found).split())
    foot = sheet.figure.bbox.height * (1.0 - BOTTOM / HEIGHT)
    for question, answer in asked:
        assert "".join(question.split()) in page
        assert "".join(answer.split()) in page
        first_line = next(text for text in found if answer.startswith(text.splitlines()[0]))
        assert found[first_line][1] >= foot
    assert "2026-11-11 23:00" not in asked[1][1]  # a moment in words, not as in the table


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_stress_page_names_every_place_in_full(tmp_path: Path, lang: str) -> None:
    """A collection at a site, of a contract, at a moment: none is cut off."""
    context, _ = open_context(large_run(tmp_path), lang)
    with applied(context.typeface):
        (sheet,) = stress_pages(context)
    assert_apart_and_inside(sheet)
    texts = [text for text, _ in boxes(sheet)]
    assert sum("express-a" in text and "23:00" in text for text in texts) == 2
    assert not any("…" in text or "⋯" in text for text in texts)


def test_garbage_is_collected_again_after_an_error(tmp_path: Path) -> None:
    """A report that cannot be written leaves the collection as it was."""
    assert gc.isenabled()
    with pytest.raises(InputError):
        write_report(tmp_path, ALL, "en")
    assert gc.isenabled()
