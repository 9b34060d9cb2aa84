"""A back-test: its tables follow from the counts it keeps, by forecasting once more."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from planner.documents.reading import MANIFEST
from planner.output import sha256
from planner.reporting.backtest_figure import draw_backtest
from planner.reporting.tables.read_table import read_table
from planner.studies.backtest.kept_past import COUNTS, KNOWN, read_past
from planner.studies.backtest.origin_range import require_days
from planner.studies.backtest.rolling import roll_origins, summary_table
from planner.studies.backtest.study import TEXT, asked_of, lines
from planner.studies.runs.manifest import INPUTS
from planner.studies.runs.run_context import RunContext
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.proof import CheckResult

BACKTEST = "backtest"
FIGURE = "figures/backtest.png"
TABLES = {f"tables/{name}.csv" for name in ("backtest", "backtest_summary")}


def check_backtest(
    folder: Path, manifest: dict[str, Any], full: bool, context: RunContext
) -> CheckResult:
    """The summary and the text follow from the table of origins; in full that one from the counts.

    Parameters
    ----------
    folder : Path
        The result folder.
    manifest : dict
        Content of run.json.
    full : bool
        Forecast from every origin again, and draw the figure again.
    context : RunContext
        Where origins are worked on.

    Returns
    -------
    CheckResult
        What was found.
    """
    past = read_past(folder)
    asked = asked_of(manifest["options"], manifest["seed"])
    inputs = {name: sha256(folder / INPUTS / name) for name in (COUNTS, KNOWN)}
    wrong = [] if manifest["inputs"] == inputs else [f"{MANIFEST}: inputs: not those of the folder"]
    if manifest["name"] != past.name:
        wrong.append(f"{MANIFEST}: name: not that of the inputs")
    require_days(past.history, asked.origins, asked.ahead.length, asked.ahead.lead)
    stated = read_table(folder, "backtest")
    again = {"backtest_summary": summary_table(stated, asked.origins.overlap(asked.ahead.length))}
    if full:
        again = roll_origins(past, asked.origins, asked.ahead, context)
    wrong += different_tables(folder, again)
    if (folder / TEXT).read_text(encoding="utf-8") != "\n".join(lines(past, again, asked)) + "\n":
        wrong.append(f"{TEXT}: does not say what the tables say")
    source = "that the counts are those of the orders: these are not kept"
    if not full:
        return CheckResult(
            wrong,
            ["the summary follows from the table of origins, and the text from the summary"],
            not_proved=[
                "the forecasts themselves (use --full, which makes them again)",
                f"{FIGURE} (drawn from the tables; use --full)",
                source,
            ],
            files={"tables/backtest_summary.csv", TEXT},
            named={*TABLES, FIGURE},
        )
    wrong += _figure(folder, again["backtest_summary"], asked.lang)
    words = f"forecasts from {len(asked.origins.days)} origins, made again, give the same tables"
    return CheckResult(wrong, [words], not_proved=[source], files={*TABLES, TEXT, FIGURE})


def _figure(folder: Path, summary: pd.DataFrame, lang: str) -> list[str]:
    """The figure, drawn again."""
    with TemporaryDirectory() as draft:
        same = draw_backtest(Path(draft), summary, lang).read_bytes()
    if (folder / FIGURE).read_bytes() != same:
        return [f"{FIGURE}: not what is drawn from the tables here"]
    return []
