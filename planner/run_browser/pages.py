"""The pages of the run browser: the list, a run, a table."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

from planner.domain.choices import LANGUAGES, Language
from planner.reporting.language.labels import MISSING, Labels
from planner.reporting.layout.fonts import register
from planner.reporting.pages.page_context import PageContext
from planner.reporting.tables.read_table import read_table
from planner.reporting.tables.run_folder import RunFolder
from planner.reporting.tables.schemas import TABLES
from planner.reporting.webpage.both import Bilinguals, Both, picked, same, words
from planner.reporting.webpage.document import render
from planner.reporting.webpage.page_tables import result_table
from planner.run_browser.runs import Run, RunFolders, as_text

DOCUMENTS = ("report.html", "report.pdf", "plan.xlsx")
NAMING = ("processes", "regions")  # tables with names to show
MOST_ROWS = 2_000  # of a table that is shown; the file has all
TABLE, PICTURE = "tables/", "figures/"


class Link(NamedTuple):
    """A link: where it leads and what it says."""

    href: str
    text: Both


class Entry(NamedTuple):
    """A line of the contents."""

    id: str
    title: Both


@dataclass(frozen=True, slots=True)
class Line:
    """A run in the list."""

    address: str
    link: Link
    title: str
    command: str
    verdict: Both
    cost: Both
    cost_key: str
    on_time: str
    written: str
    documents: list[Link]
    damage: str


def list_page(folders: RunFolders, runs: Sequence[Run], lang: Language) -> str:
    """The list of runs.

    Parameters
    ----------
    folders : RunFolders
        The folder they lie in.
    runs : sequence of Run
        The runs, the newest first.
    lang : {"en", "zh"}
        Language that is shown first.

    Returns
    -------
    str
        The page.
    """
    readable = [run for run in runs if not run.damage]
    chosen = [quote(run.name, safe="") for run in readable[:2]]
    return render(
        "runs.html.j2",
        lang=lang,
        title=words("browse_title"),
        scripts=("runs.js",) if len(chosen) > 1 else (),
        name=same(as_text(folders.root.name)),
        complete=folders.complete,
        contents=[],
        footer=words("browse_footer"),
        lines=[_line(run) for run in runs],
        chosen=chosen[::-1],
    )


def run_page(run: Run, lang: Language) -> str:
    """One run: its documents, figures and tables.

    Parameters
    ----------
    run : Run
        The run.
    lang : {"en", "zh"}
        Language that is shown first.

    Returns
    -------
    str
        The page.
    """
    files = run.files
    pictures = [_file(run, name, _plain_name(name)) for name in files if name.startswith(PICTURE)]
    tables = [name[len(TABLE) : -len(".csv")] for name in files if name.startswith(TABLE)]
    others = [name for name in files if not name.startswith((TABLE, PICTURE))]
    return render(
        "run.html.j2",
        lang=lang,
        title=same(run.name),
        pictures_of_server=True,
        name=same(run.name),
        contents=[
            Entry("run", words("browse_documents")),
            *([Entry("figures", words("browse_figures"))] if pictures else []),
            *([Entry("tables", words("browse_tables"))] if tables else []),
            Entry("files", words("browse_files")),
        ],
        footer=words("browse_footer"),
        line=_line(run),
        pictures=pictures,
        tables=[(_table_link(run, table), _file(run, f"{TABLE}{table}.csv")) for table in tables],
        files=[_file(run, name) for name in others],
    )


def table_page(run: Run, name: str, lang: Language) -> str:
    """A table of a run, to be sorted and searched.

    Parameters
    ----------
    run : Run
        The run.
    name : str
        Name of the table.
    lang : {"en", "zh"}
        Language that is shown first.

    Returns
    -------
    str
        The page.

    Raises
    ------
    InputError
        The table is damaged.
    """
    wanted = [name, *(other for other in NAMING if f"{TABLE}{other}.csv" in run.files)]
    folder = RunFolder(
        run.folder, run.manifest, {}, {table: read_table(run.folder, table) for table in wanted}
    )
    currency, typeface = str(run.manifest.get("currency") or "CNY"), register()
    en, zh = (
        PageContext(folder, Labels(known, currency, folder.names()), typeface)
        for known in LANGUAGES
    )
    return render(
        "table.html.j2",
        lang=lang,
        title=same(f"{run.name} · {name}"),
        name=same(run.name),
        contents=[],
        footer=words("browse_footer"),
        table=result_table(Bilinguals((en, zh)), name, MOST_ROWS, "table"),
        back=Link(f"/run/{quote(run.name, safe='')}", same(run.name)),
        save=_file(run, f"{TABLE}{name}.csv"),
    )


def _line(run: Run) -> Line:
    """What the list says of a run."""
    address = quote(run.name, safe="")
    currency = str(run.manifest.get("currency") or "CNY")
    known = not math.isnan(run.cost)
    cost = Both(*(Labels(name, currency).money(run.cost) for name in LANGUAGES))
    on_time = Labels().at_least(run.on_time, 2)
    verdict = words(f"diff_verdict_{run.verdict}") if not run.damage else words("browse_damaged")
    return Line(
        address=address,
        link=Link(f"/run/{address}", same(run.name)),
        title=str(run.manifest.get("title") or run.manifest.get("name") or ""),
        command=run.command,
        verdict=verdict,
        cost=cost if known else same(MISSING),
        cost_key=repr(run.cost) if known else "",
        on_time=on_time,
        written=f"{run.written:%Y-%m-%d %H:%M}",
        documents=[_file(run, name) for name in DOCUMENTS if name in run.files],
        damage=run.damage,
    )


def _file(run: Run, name: str, text: str = "") -> Link:
    """A link to a file of a run."""
    return Link(
        f"/file/{quote(run.name, safe='')}/{quote(name, safe='')}", same(text or _base(name))
    )


def _table_link(run: Run, table: str) -> Link:
    """A link to a table, by its title."""
    title = picked(TABLES[table].title) if table in TABLES else same(table)
    return Link(f"/table/{quote(run.name, safe='')}/{quote(table, safe='')}", title)


def _base(name: str) -> str:
    """The last part of a name."""
    return name.rpartition("/")[2]


def _plain_name(name: str) -> str:
    """A figure's name without folder and ending."""
    return _base(name).removesuffix(".png")
