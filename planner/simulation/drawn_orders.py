"""Orders drawn once for all plans: every process of a study finds them in its store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path

import numpy as np

from planner.domain.digest import digest
from planner.domain.kept_cases import CASES_KEPT
from planner.domain.problem import Problem
from planner.domain.random_streams import Streams
from planner.domain.records import Orders
from planner.simulation.column_store import (
    Columns,
    ColumnStore,
    remove_folder,
    shared_folder,
    temporary_folder,
)
from planner.simulation.inputs.orders import draw_orders

_store: ColumnStore | None = None  # of this process


def use_store(folder: Path | None) -> None:
    """From now on this process keeps what it draws in a folder; None: it keeps nothing."""
    global _store
    _store = None if folder is None else ColumnStore(folder)


def store() -> ColumnStore | None:
    """The store of this process."""
    return _store


@contextmanager
def new_store() -> Iterator[Path]:
    """A store in a temporary folder of its own, which goes with the block."""
    before = _store
    with temporary_folder() as folder:
        use_store(folder)
        try:
            yield folder
        finally:
            use_store(None if before is None else before.folder)


def use_shared_store(token: str) -> None:
    """Share a store with the other workers of a cluster that this machine runs.

    Parameters
    ----------
    token : str
        Names the study that they all work for; nobody else knows it.
    """
    if _store is None or not _store.folder.name.endswith(token):
        use_store(shared_folder(token))


def forget_shared_store(token: str) -> None:
    """The study is over: remove its store from this machine."""
    use_store(None)
    if folder := shared_folder(token):
        remove_folder(folder)


def drawn_orders(problem: Problem, streams: Streams, *, keep: bool = True) -> Orders:
    """Orders of a replication (see `draw_orders`), drawn by the first who asks for them.

    Parameters
    ----------
    problem : Problem
        What is given.
    streams : Streams
        Random streams of the replication.
    keep : bool
        Whether others will ask for them.

    Returns
    -------
    Orders
        The orders; they are not to be changed.
    """
    if _store is None:
        return draw_orders(problem, streams)
    columns = dict(
        _store.kept(
            orders_key(problem, streams),
            lambda: _drawn(problem, streams),
            for_the_last_time=not keep,
        )
    )
    refused = tuple(int(n) for n in columns.pop("refused"))
    return Orders(**columns, refused=refused)


def _drawn(problem: Problem, streams: Streams) -> Columns:
    orders = draw_orders(problem, streams)
    return {field.name: np.asarray(getattr(orders, field.name)) for field in fields(orders)}


def kept(key: str, compute: Callable[[], Columns]) -> Columns:
    """Columns of the store of this process, or computed where it has none (see `ColumnStore`)."""
    return compute() if _store is None else _store.kept(key, compute)


def orders_key(problem: Problem, streams: Streams) -> str:
    """All that the orders depend on."""
    return f"{_digest(problem)[:24]}-{digest(streams)[:24]}"


@lru_cache(maxsize=CASES_KEPT)
def _digest(problem: Problem) -> str:
    return digest(problem)


@dataclass(frozen=True, eq=False)
class DrawAhead:
    """Draws orders before anybody asks for them, as long as there is ample room.

    Attributes
    ----------
    problem : Problem
        What is given.
    """

    problem: Problem

    def __call__(self, asked: Sequence[Streams]) -> None:
        """Draw and keep the orders of some replications."""
        for streams in asked:
            if _store is not None and _store.filling:
                drawn_orders(self.problem, streams)
