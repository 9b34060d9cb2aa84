"""How long a report takes, and its pictures drawn from the document or figure by figure.

    python benchmarks/reporting/pages.py [FOLDER] [--lang zh] [--rounds 3]

FOLDER is a finished run; without it the run of the tests with the most pages is written.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from benchmarks.harness import figure, table
from planner.reporting.layout.pictures import picture, pictures_of_pages
from planner.reporting.layout.style import applied
from planner.reporting.pages import all_pages
from planner.reporting.report import (
    no_garbage_collection,
    open_context,
    pdf_of,
    write_report,
)
from tests.reporting.builders import large_run

ALL = ("pdf", "png", "xlsx", "html")


def processor_seconds(work: Callable[[], object]) -> float:
    """Processor seconds of some work."""
    began = time.process_time()
    work()
    return time.process_time() - began


def measured(folder: Path, lang: str) -> dict[str, float]:
    """Processor seconds of a whole report, and of its pictures in two ways; its pages."""
    found = {"report": processor_seconds(lambda: write_report(folder, ALL, lang))}
    context, _ = open_context(folder, lang)
    with no_garbage_collection(), applied(context.typeface):
        sheets = all_pages(context)
        pdf = pdf_of(sheets, context.run.title)
        found["pictures of the document"] = processor_seconds(
            lambda: pictures_of_pages(pdf, len(sheets))
        )
        found["figures drawn again"] = processor_seconds(
            lambda: [picture(sheet.figure) for sheet in sheets]
        )
    return found | {"pages": len(sheets)}


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--lang", choices=("en", "zh"), default="zh")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "run"
        if given.folder:
            shutil.copytree(given.folder, folder)
        else:
            folder.mkdir()
            large_run(folder)
        rounds = [measured(folder, given.lang) for _ in range(given.rounds)]
    pages = int(rounds[0].pop("pages"))
    rows = [[what, figure(statistics.median(r[what] for r in rounds))] for what in rounds[0]]
    print(table([f"{pages} pages", "processor s"], rows))


if __name__ == "__main__":
    main()
