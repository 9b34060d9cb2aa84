"""From an address to an answer; an address names a run and a file, and no path."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as with_changes
from html import escape
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import quote, unquote

from planner.domain.choices import Language
from planner.errors import PlannerError
from planner.run_browser.runs import Run, RunFolders, open_file

HTML, TEXT = "text/html; charset=utf-8", "text/plain; charset=utf-8"
SHOWN = {".html": HTML, ".png": "image/png", ".pdf": "application/pdf", ".json": TEXT}
SAVED = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# scripts and style are those whose hashes the page itself names in its own policy
OF_PAGES = f"{NOTHING}; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src 'self' data:"
# a file of a run may do what it does when it is opened from the disk, and knows nothing of us
OF_FILES = f"{OF_PAGES}; sandbox allow-scripts allow-modals allow-downloads"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What is sent: a status, what it is, its content, and the policy of a page."""

    content: BinaryIO
    length: int
    kind: str = HTML
    status: HTTPStatus = HTTPStatus.OK
    policy: str = NOTHING
    headers: dict[str, str] = field(default_factory=dict)


def in_words(status: HTTPStatus, words: str) -> Answer:
    """An answer in plain words."""
    return _of_text(f"{words}\n", kind=TEXT, status=status)


def entry(path: str) -> Answer:
    """The first answer: a browser that keeps its cookie asks again, without the token."""
    place = "/" + path.lstrip("/")
    link = escape(place, quote=True)
    html = (
        '<!DOCTYPE html>\n<meta charset="utf-8"><title>planner</title>'
        f'<meta http-equiv="refresh" content="0; url={link}"><a href="{link}">planner</a>\n'
    )
    return _of_text(html)


class Routes:
    """Answers the addresses of one folder of runs.

    What makes pages is loaded when the first one is asked for: the address is printed before.

    Parameters
    ----------
    folders : RunFolders
        The runs.
    lang : {"en", "zh"}
        Language that pages show first.
    """

    def __init__(self, folders: RunFolders, lang: Language) -> None:
        self.folders, self.lang = folders, lang
        self._routes: dict[tuple[str, int], Callable[..., Answer]] = {
            ("", 0): self._list,
            ("favicon.ico", 0): _no_icon,
            ("run", 1): self._run,
            ("file", 2): self._file,
            ("table", 2): self._table,
            ("diff", 2): self._diff,
        }

    def answer(self, path: str) -> Answer:
        """The answer to the path of an address, which begins with a slash."""
        try:
            first, *names = [unquote(part, errors="strict") for part in path[1:].split("/")]
        except UnicodeDecodeError:
            return _missing()
        route = self._routes.get((first, len(names)))
        return _missing() if route is None or not path.startswith("/") else route(*names)

    def _list(self) -> Answer:
        from planner.run_browser.pages import list_page

        runs = self.folders.runs()
        return _page(list_page(self.folders, runs, self.lang))

    def _run(self, name: str) -> Answer:
        from planner.run_browser.pages import run_page

        run = self._known(name)
        return _missing() if run is None else _page(run_page(run, self.lang))

    def _table(self, name: str, table: str) -> Answer:
        from planner.run_browser.pages import table_page

        run = self._known(name)
        if run is None or f"tables/{table}.csv" not in run.files:
            return _missing()
        return _page(table_page(run, table, self.lang))

    def _file(self, name: str, file: str) -> Answer:
        run = self._known(name)
        stream = None if run is None else open_file(run, file)
        return _missing() if stream is None else _of_file(stream, file)

    def _diff(self, name_a: str, name_b: str) -> Answer:
        from planner.reporting.webpage.differences_page import differences_page
        from planner.studies.run_differences.compare import compare_results

        a, b = self._known(name_a), self._known(name_b)
        if a is None or b is None:
            return _missing()
        found = compare_results(a.folder, b.folder)
        named = with_changes(
            found,
            a=with_changes(found.a, folder=a.name),
            b=with_changes(found.b, folder=b.name),
        )
        return _page(differences_page(named, self.lang, back="/"))

    def _known(self, name: str) -> Run | None:
        """A run that can be read."""
        run = self.folders.run(name)
        return None if run is None or run.damage else run


def refused(error: PlannerError) -> Answer:
    """The answer where something is wrong with a run."""
    return in_words(HTTPStatus.CONFLICT, str(error))


def _no_icon() -> Answer:
    """What browsers ask for by themselves."""
    return _of_text("", status=HTTPStatus.NO_CONTENT)


def _missing() -> Answer:
    return in_words(HTTPStatus.NOT_FOUND, "There is nothing under this address.")


def _page(html: str) -> Answer:
    return _of_text(html, policy=OF_PAGES)


def _of_text(text: str, **values: object) -> Answer:
    data = text.encode(errors="backslashreplace")  # names and titles may hold what is no text
    # the other fields of an Answer, which mypy cannot tell from a mapping
    return Answer(content=io.BytesIO(data), length=len(data), **values)  # type: ignore[arg-type]


def _of_file(stream: BinaryIO, name: str) -> Answer:
    """A file as its browser shows it, or saves it."""
    path = PurePosixPath(name)
    kind = SHOWN.get(path.suffix)
    headers = {}
    if kind is None:
        kind = SAVED.get(path.suffix, "application/octet-stream")
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(path.name, safe='')}"
    return Answer(
        content=stream,
        length=os.fstat(stream.fileno()).st_size,
        kind=kind,
        policy=OF_FILES if path.suffix == ".html" else NOTHING,
        headers=headers,
    )
