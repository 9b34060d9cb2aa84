"""The pictures of a large report: a second process draws them while the first writes all else."""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from planner import child_processes
from planner.interrupts import uninterrupted
from planner.reporting.layout.pictures import Pen
from planner.reporting.layout.sheet import Sheet
from planner.reporting.layout.style import applied

LayOut = Callable[[], list[Sheet]]

# A second process lays out all pages once more; a run with fewer tables has too few pages for that.
MANY_TABLES = 20
AHEAD = 2  # pages asked for at once, so that the process never waits for the next one

_lay_out: LayOut = list  # in the second process: lays out the pages


@dataclass
class PictureProcess:
    """A process that lays out the pages of a report, and draws them one after the other.

    `left` are the pages nobody has begun, `asked` those the process draws or has drawn.
    """

    pool: ProcessPoolExecutor
    left: deque[int] = field(default_factory=deque)
    asked: dict[int, Future[bytes]] = field(default_factory=dict)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, pages: int) -> None:
        """Let the process draw pages from the first one on."""
        self.left.extend(range(pages))
        for _ in range(AHEAD):
            self._ask()

    def pictures(self, sheets: Sequence[Sheet]) -> list[bytes]:
        """Draw from the last page on what the process has not begun, and wait for the others.

        Call it after `begin`, inside `style.applied`. What a killed process owes is drawn here.

        Parameters
        ----------
        sheets : sequence of Sheet
            The pages, as they were laid out here.

        Returns
        -------
        list of bytes
            The PNG of each page, the same wherever it was drawn.
        """
        pen, drawn = Pen(), dict[int, bytes]()
        while (number := self._last()) is not None:
            drawn[number] = pen.png(sheets[number].figure)
        for number, asked in self.asked.items():
            try:
                drawn[number] = asked.result()
            except BrokenExecutor:
                drawn[number] = pen.png(sheets[number].figure)
        return [drawn[number] for number in range(len(sheets))]

    def _ask(self) -> None:
        """Have the first page drawn that nobody has begun."""
        with self.turn, suppress(BrokenExecutor):
            if self.left:
                asked = self.pool.submit(_drawn, self.left[0])
                self.asked[self.left.popleft()] = asked
                asked.add_done_callback(self._ask_next)

    def _ask_next(self, done: Future[bytes]) -> None:
        """Go on, unless there is no process any more."""
        if done.exception() is None:
            self._ask()

    def _last(self) -> int | None:
        """Take the last page that nobody has begun."""
        with self.turn:
            return self.left.pop() if self.left else None


def worth_a_process(run_dir: Path, jobs: int | None) -> bool:
    """Whether a second process may be started, and saves time."""
    jobs = (os.cpu_count() or 1) if jobs is None else jobs
    return jobs > 1 and sum(1 for _ in (run_dir / "tables").glob("*.csv")) >= MANY_TABLES


@contextmanager
def picture_process(lay_out: LayOut) -> Iterator[PictureProcess]:
    """Start a process that lays out the pages at once.

    An error or Ctrl-C in this block ends it.

    Parameters
    ----------
    lay_out : callable
        Lays out the pages in the other process; it must be picklable.

    Yields
    ------
    PictureProcess
        The process.
    """
    bystanders = set(multiprocessing.active_children())
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(1, mp_context=spawn, initializer=_receive, initargs=(lay_out,))
    try:
        with (
            uninterrupted(),  # a process that is started must be known, or nothing ends it
            child_processes.deaf_to_interrupts(),
            child_processes.without_main_script(),
        ):
            pool.submit(_sheets_ready)
        yield PictureProcess(pool)
        pool.shutdown()
    except BaseException:
        for child in set(multiprocessing.active_children()) - bystanders:
            child.terminate()
        pool.shutdown(cancel_futures=True)
        raise


def _receive(lay_out: LayOut) -> None:
    """Take what lays out the pages; leave Ctrl-C to the parent, and end when that is gone."""
    global _lay_out
    child_processes.begin()
    gc.disable()  # pages are kept until the process ends: there is nothing to collect
    _lay_out = lay_out


@lru_cache(maxsize=1)
def _laid_out() -> tuple[list[Sheet], Pen]:
    return _lay_out(), Pen()


def _sheets_ready() -> None:
    """Lay out the pages before the first is asked for."""
    _laid_out()


def _drawn(number: int) -> bytes:
    """A page as PNG, by its place among all pages."""
    sheets, pen = _laid_out()
    with applied(sheets[number].typeface):
        return pen.png(sheets[number].figure)
