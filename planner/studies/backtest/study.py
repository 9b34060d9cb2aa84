"""`planner backtest --origins`: forecasts from rolling origins, as tables, a figure and a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from planner.forecasting.rolling_origins import Ahead
from planner.formats.tables.tables import write_table
from planner.output import write_text
from planner.reporting.backtest_figure import draw_backtest
from planner.reporting.language.backtest_sentences import backtest_lines
from planner.reporting.language.labels import Labels, language
from planner.studies.backtest.kept_past import keep_past
from planner.studies.backtest.origin_range import OriginRange, parse_origins
from planner.studies.backtest.past_demand import PastDemand
from planner.studies.backtest.rolling import as_records, roll_origins
from planner.studies.runs.manifest import seal, versions, write_json
from planner.studies.runs.run_context import RunContext

TEXT = "summary.txt"


@dataclass(frozen=True, kw_only=True)
class OriginsAsked:
    """What a back-test with rolling origins is asked for.

    Attributes
    ----------
    origins : OriginRange
        The origins.
    ahead : Ahead
        What is forecast from each.
    lang : str
        Language of the text and the figure.
    """

    origins: OriginRange
    ahead: Ahead
    lang: str = "en"

    def about(self, past: PastDemand) -> dict[str, Any]:
        """What the sentences say of it."""
        days = self.origins.days
        return {
            "origins": len(days),
            "first": self.origins.first,
            "last": self.origins.last,
            "length": self.ahead.length,
            "announced": bool(past.announced),
        }


def asked_of(options: Mapping[str, Any], seed: int) -> OriginsAsked:
    """Read the options of a finished folder. Raises ValueError."""
    ahead = Ahead(
        length=options["horizon_days"], lead=options["lead_days"], paths=options["paths"], seed=seed
    )
    return OriginsAsked(
        origins=parse_origins(options["origins"]), ahead=ahead, lang=options["lang"]
    )


def lines(past: PastDemand, tables: Mapping[str, pd.DataFrame], asked: OriginsAsked) -> list[str]:
    """The result in sentences.

    Parameters
    ----------
    past : PastDemand
        The log.
    tables : mapping
        The tables of the back-test.
    asked : OriginsAsked
        What was asked for, in which language.

    Returns
    -------
    list of str
        Sentences.
    """
    labels = Labels(language(asked.lang))
    return backtest_lines(tables["backtest_summary"], asked.about(past), labels)


def summary(
    past: PastDemand, tables: Mapping[str, pd.DataFrame], asked: OriginsAsked
) -> dict[str, Any]:
    """Summarise for `--json`.

    Parameters
    ----------
    past : PastDemand
        The log.
    tables : mapping
        The tables of the back-test.
    asked : OriginsAsked
        What was asked for.

    Returns
    -------
    dict
        What was asked, and the rows of the summary table.
    """
    return {
        "name": past.name,
        "origins": len(asked.origins.days),
        "from": asked.origins.first.isoformat(),
        "to": asked.origins.last.isoformat(),
        "step_days": asked.origins.step_days,
        "horizon_days": asked.ahead.length,
        "lead_days": asked.ahead.lead,
        "paths": asked.ahead.paths,
        "seed": asked.ahead.seed,
        "models": as_records(tables["backtest_summary"]),
    }


def write_origins(
    folder: Path,
    past: PastDemand,
    asked: OriginsAsked,
    context: RunContext,
    options: dict[str, Any],
) -> dict[str, pd.DataFrame]:
    """Forecast from every origin and write the result.

    Parameters
    ----------
    folder : Path
        Draft folder of the result.
    past : PastDemand
        The log.
    asked : OriginsAsked
        What is asked for.
    context : RunContext
        Context of the study.
    options : dict
        Options of the command, for the manifest.

    Returns
    -------
    dict of DataFrame
        The tables `backtest` and `backtest_summary`.
    """
    tables = roll_origins(past, asked.origins, asked.ahead, context)
    context.begin("drawing the figure")
    for name, table in tables.items():
        write_table(table, folder / "tables" / f"{name}.csv")
    write_text(folder / TEXT, "\n".join(lines(past, tables, asked)) + "\n")
    draw_backtest(folder / "figures", tables["backtest_summary"], asked.lang)
    manifest = {
        "name": past.name,
        "seed": asked.ahead.seed,
        "versions": versions(),
        "options": options,
        "inputs": keep_past(folder, past),
    }
    write_json(folder / "timing.json", context.clock.finish())
    seal(folder, manifest)
    return tables
