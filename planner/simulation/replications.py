"""Many replications, in one process, several, or on a cluster: always the same results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from typing import Any, TypeVar

from planner.errors import CrashError
from planner.simulation.workers_pool import Workers, Workforce, workforce

T = TypeVar("T")
BARREN_ROUNDS = (
    2  # rounds in a row whose workers all crashed before any replication was done: give up
)


def replicate(
    task: Callable[[int], T],
    replications: Sequence[int],
    jobs: int = 1,
    scheduler: str | None = None,
    on_done: Callable[[int, T], None] | None = None,
) -> list[T]:
    """Run a task for every replication.

    Replications of workers that were killed are run again by new ones. An error of the task itself,
    and KeyboardInterrupt, stop everything at once.

    Parameters
    ----------
    task : callable
        From the number of a replication to its result; picklable unless it runs in this process.
    replications : sequence of int
        Numbers of the replications.
    jobs : int
        Processes to use; 1: this one.
    scheduler : str, optional
        Address of a dask scheduler to use instead; each worker receives the task once.
    on_done : callable, optional
        Called with (replication, result) as each is ready, in any order.

    Returns
    -------
    list
        The results in the order of `replications`.

    Raises
    ------
    CrashError
        When workers keep crashing without a result.
    """
    if scheduler is None and (jobs <= 1 or len(replications) <= 1):
        return [_told(k, task(k), on_done) for k in replications]
    with workforce(min(jobs, len(replications)), scheduler) as workers:
        return replicate_with(workers, task, replications, on_done)


def replicate_with(
    workforce: Workforce,
    task: Callable[[int], T],
    replications: Sequence[int],
    on_done: Callable[[int, T], None] | None = None,
    on_lost: Callable[[int], None] | None = None,
) -> list[T]:
    """As `replicate`, by workers that are there.

    Parameters
    ----------
    workforce : Workforce
        Does the work.
    task, replications, on_done
        As for `replicate`.
    on_lost : callable, optional
        Called with the number of replications that crashed workers leave to others.

    Returns
    -------
    list
        The results in the order of `replications`.

    Raises
    ------
    CrashError
        When workers keep crashing without a result.
    """
    results: dict[int, T] = {}

    def take(replication: int, result: T) -> None:
        results[replication] = _told(replication, result, on_done)

    barren = 0
    while missing := [k for k in replications if k not in results]:
        before = len(results)
        # the first ones may be what crashes workers: then the others have their turn
        missing = missing[barren:] + missing[:barren]
        with workforce.serving(task) as workers:
            _hand_out(workers, missing, take)
        left = len(replications) - len(results)
        if left and on_lost is not None:
            on_lost(left)
        barren = barren + 1 if len(results) == before else 0
        if barren == BARREN_ROUNDS:
            raise CrashError(_in_words(missing[-1]))
    return [results[k] for k in replications]


def _told(replication: int, result: T, on_done: Callable[[int, T], None] | None) -> T:
    if on_done is not None:
        on_done(replication, result)
    return result


def _hand_out(
    workers: Workers, replications: Sequence[int], take: Callable[[int, Any], None]
) -> None:
    """Take the results of the workers, without replications in progress on a crashed one."""
    try:
        waiting = {workers.submit(k): k for k in replications}
    except workers.lost:
        return
    for future in as_completed(waiting):
        try:
            result = future.result()
        except workers.lost:
            continue
        take(waiting.pop(future), result)


def _in_words(replication: int) -> str:
    return (
        f"workers were killed {BARREN_ROUNDS} times in a row (out of memory?) without "
        f"finishing a replication; replication {replication} is still open; use fewer workers"
    )
