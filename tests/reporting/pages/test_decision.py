"""Page 1: everything that a verdict says fits into its box."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.domain.choices import LANGUAGES
from planner.reporting.language.certificate_sentences import (
    certain_sentences,
    open_sentences,
    verdict_sentences,
)
from planner.reporting.language.labels import Labels, language
from planner.reporting.layout.sheet import line_height
from planner.reporting.layout.style import applied
from planner.reporting.pages.decision import BOX_HEIGHT, EDGE, LEFT_WIDTH, verdict_type
from planner.reporting.report import open_context
from tests.reporting.builders import tiny_run

DAYS = ["2026-11-10", "2026-11-11", "2026-11-12", "2026-11-14"]
FEW = {"replications": 10, "met": 9, "lower_bound": 0.606, "level": 0.95}
AIM = {"certified": False, "on_time_share": 0.98, "confidence": 0.95}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("crews", [0, 1, 2, 5])
def test_the_verdict_fits_into_its_box(lang: str, crews: int, tmp_path: Path) -> None:
    """Empty places of several crews, too few replications, certain demand and orders left open."""
    labels = Labels(language(lang), "CNY")
    empty = [
        {"site": "yiwu", "crew": f"crew {k}", "places": 12, "dates": DAYS, "proved": False}
        for k in range(crews)
    ]
    said = [
        *verdict_sentences({**AIM, **FEW, "empty_places": empty}, labels),
        *certain_sentences(["baseline"], labels),
        *open_sentences(57.0, 3.0, labels),
    ]
    context, _ = open_context(tiny_run(tmp_path), lang)
    with applied(context.typeface):
        sheet = context.sheet("decision")
        head, points, sentences = verdict_type(sheet, said, labels)
        lines = sum(len(sheet.lines(s, points, LEFT_WIDTH - 14)) for s in sentences)
    height = line_height(head) + lines * line_height(points) + len(sentences)
    assert height <= BOX_HEIGHT - 2 * EDGE
    assert "".join(sentences).replace(" ", "") == "".join(said).replace(" ", "")
