"""Many replications, on one process or several: the same results in the same order either way."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from typing import Any, TypeVar

from planner.errors import CrashError

T = TypeVar("T")
ATTEMPTS = 2  # how often replications are handed to a pool before giving up

_task: Callable[[int], Any] | None = None  # in a worker process: what it does, received once


def replicate(
    task: Callable[[int], T],
    replications: Sequence[int],
    jobs: int = 1,
    on_done: Callable[[int], None] | None = None,
) -> list[T]:
    """`task` of every replication, in the order of `replications`; `on_done(replication)` as each one is ready.

    With several jobs, `task` must be picklable; it is sent to each worker process once. Replications of a worker
    process that was killed are done again by new ones; CrashError if these die too. An error of the task itself, and
    KeyboardInterrupt, stop everything at once.
    """
    report = on_done or _ignore
    results: dict[int, T] = {}
    if jobs <= 1 or len(replications) <= 1:
        for k in replications:
            results[k] = task(k)
            report(k)
    else:
        pickled = pickle.dumps(task)
        for _ in range(ATTEMPTS):
            missing = [k for k in replications if k not in results]
            if missing:
                _in_pool(pickled, missing, min(jobs, len(missing)), results, report)
    lost = [k for k in replications if k not in results]
    if lost:
        raise CrashError(
            f"a worker process was killed {ATTEMPTS} times (out of memory?) before replication {lost[0]} was done; "
            "try fewer jobs"
        )
    return [results[k] for k in replications]


def _in_pool(
    pickled: bytes, replications: Sequence[int], jobs: int, results: dict[int, T], report: Callable[[int], None]
) -> None:
    """Do the replications in a pool; what was done before a worker process died is kept in `results`."""
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_receive, initargs=(pickled,))
    try:
        waiting: dict[Future[T], int] = {pool.submit(_perform, k): k for k in replications}
        for future in as_completed(waiting):
            results[waiting[future]] = future.result()
            report(waiting[future])
        pool.shutdown()
    except BrokenProcessPool:
        pool.shutdown(cancel_futures=True)
    except BaseException:
        _stop(pool)
        raise


def _stop(pool: ProcessPoolExecutor) -> None:
    """End the pool without waiting for the replications in hand."""
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()


def _receive(pickled: bytes) -> None:
    """Take the task; leave Ctrl-C to the process that started this one, and end when that one is gone."""
    global _task
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _task = pickle.loads(pickled)  # noqa: S301  (our own bytes, from the process that started this one)


def _end_with_parent() -> None:
    """A process that was killed cannot stop its workers: each worker sees to that itself."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _perform(replication: int) -> Any:
    if _task is None:
        raise CrashError("the worker process has no task")
    return _task(replication)


def _ignore(replication: int) -> None:
    pass
