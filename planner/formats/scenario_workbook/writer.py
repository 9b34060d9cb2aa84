"""A scenario's plain data -> a workbook."""

from __future__ import annotations

from planner.formats.scenario_workbook.contents import Contents
from planner.formats.scenario_workbook.drawing import draw
from planner.formats.scenario_workbook.labels import NO_CURRENCY
from planner.formats.scenario_workbook.layout import Schemas
from planner.formats.scenario_workbook.pages import pages_of


def workbook_of(contents: Contents, schemas: Schemas, lang: str) -> bytes:
    """The workbook that states a scenario.

    Parameters
    ----------
    contents : Contents
        What the scenario states.
    schemas : mapping
        JSON schemas of scenario, contract and stress.
    lang : str
        Language of sheets, headings and notes.

    Returns
    -------
    bytes
        The file; the same for the same scenario and language.
    """
    pages = pages_of(contents, schemas, lang)
    scenario = contents.scenario
    title = str(scenario.get("title") or scenario.get("name") or "")
    currency = str(scenario.get("currency") or NO_CURRENCY)
    return draw(pages, title, contents.remarks, (lang, currency))
