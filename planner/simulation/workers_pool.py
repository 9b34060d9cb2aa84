"""Where replications run: worker processes of this machine, or of a dask cluster."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import pickle
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from planner import child_processes
from planner.errors import ClusterError
from planner.interrupts import uninterrupted
from planner.simulation.code_fingerprint import program

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

# what it takes to start processes of this machine: work that is done by then is not worth it
START_S = 2.0
ANSWER_S = 5  # how long a scheduler may take to answer
WORKERS_S = 20  # how long it may have no worker, when all were killed or it has just begun

_received = b""  # in a worker process of this machine: the pickled task


@dataclass(frozen=True)
class Workers:
    """Takes what one task is called with, mostly a replication.

    A future raises one of `lost` when not the task failed, but its worker crashed.
    """

    submit: Callable[[Any], Future[Any]]
    lost: tuple[type[BaseException], ...]


@contextmanager
def processes(pickled: bytes, jobs: int) -> Iterator[Workers]:
    """`jobs` processes of this machine, each sent the task once.

    An error, or Ctrl-C, ends them without waiting for the replications in progress.
    """
    bystanders = set(multiprocessing.active_children())
    spawn = multiprocessing.get_context("spawn")
    in_script = b"__main__" in pickled  # a task that the started script defines
    pool = ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_receive, initargs=(pickled,))
    try:
        yield Workers(lambda asked: _submitted(pool, asked, in_script), (BrokenExecutor,))
        pool.shutdown()
    except BaseException:
        for worker in set(multiprocessing.active_children()) - bystanders:
            worker.terminate()
        pool.shutdown(
            cancel_futures=True
        )  # waits: a pool still closing down is a traceback when Python ends
        raise


def _submitted(pool: ProcessPoolExecutor, asked: Any, in_script: bool) -> Future[Any]:
    """Hand out a replication.

    The first ones start the processes: an interrupt between the start of a process and its entry in
    the list of children would leave it running.
    """
    script = nullcontext() if in_script else child_processes.without_main_script()
    with uninterrupted(), child_processes.deaf_to_interrupts(), script:
        return pool.submit(_perform, asked)


@contextmanager
def cluster(pickled: bytes, address: str) -> Iterator[Workers]:
    """The workers of the dask scheduler at `address` (tcp://host:8786), each sent the task once.

    ClusterError when it cannot be reached, has no workers, or one of them runs another program. An
    error, or Ctrl-C, takes back the replications not yet begun. Should all workers leave, it waits
    for new ones.
    """
    with _ready(address) as client:
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        task = client.submit(_Sent, pickled, program(), pure=False)
        yield Workers(
            lambda replication: _forwarded(
                client.submit(_perform_there, task, replication, pure=False)
            ),
            (KilledWorker, CancelledError, CommClosedError),
        )


def check_cluster(address: str) -> None:
    """Raise ClusterError unless the dask cluster at `address` can be used."""
    with _ready(address):
        pass


@contextmanager
def _ready(address: str) -> Iterator[Client]:
    with _connected(address) as client:
        _wait_for_workers(client, address)
        check_workers(address, client.run(program, on_error="return"))
        yield client


def _forwarded(theirs: DaskFuture) -> Future[Any]:
    """A future of the standard library that ends as dask's does.

    Those of dask's own executor never end when a worker crashes between finishing and handing over
    its result.
    """
    ours: Future[Any] = Future()

    def forward(done: DaskFuture) -> None:
        try:
            ours.set_result(done.result())
        except BaseException as error:
            ours.set_exception(error)

    theirs.add_done_callback(forward)
    return ours


@contextmanager
def _connected(address: str) -> Iterator[Client]:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        raise ClusterError(
            "--scheduler needs dask.distributed; install the extra: pip install "
            "'promo-planner[cluster]'"
        ) from None
    for name in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(name).setLevel(
            logging.CRITICAL
        )  # what matters of it becomes an error of ours
    try:
        asyncio.run(_greet(address))
        client = Client(address, timeout=ANSWER_S, set_as_default=False)
    except (
        Exception
    ) as error:  # whatever listens there need not be dask, and its answer may be read as anything
        why = str(error) or f"nothing within {ANSWER_S} s"
        raise ClusterError(f"{address}: no dask scheduler answers there ({why})") from None
    try:
        yield client
    finally:
        client.close(timeout=ANSWER_S)


async def _greet(address: str) -> None:
    """Raise unless dask answers there: a client that meets anything else keeps waiting for it."""
    from distributed.comm.core import connect
    from distributed.security import Security

    comm = await asyncio.wait_for(
        connect(address, **Security().get_connection_args("client")), ANSWER_S
    )
    comm.abort()


def _wait_for_workers(client: Client, address: str) -> None:
    """Workers that were killed may be on their way back."""
    try:
        client.wait_for_workers(1, timeout=WORKERS_S)
    except TimeoutError:
        raise ClusterError(
            f"{address}: the scheduler has no workers; start at least one (dask worker {address})"
        ) from None


def check_workers(address: str, answers: dict[str, Any]) -> None:
    """Every worker must run our program: only then are its bytes ours."""
    differing = [
        f"- {worker}: {_difference(theirs)}"
        for worker, theirs in sorted(answers.items())
        if theirs != program()
    ]
    if differing:
        raise ClusterError(f"{address}: workers that would not give the same result:", *differing)


def _difference(theirs: Any) -> str:
    """What another program has that ours has not; a worker may answer with an error."""
    if isinstance(theirs, BaseException):
        return f"the planner cannot be loaded there ({theirs})"
    ours = program()
    return ", ".join(
        f"{name} {theirs.get(name)} instead of {ours[name]}"
        for name in ours
        if theirs.get(name) != ours[name]
    )


def _receive(pickled: bytes) -> None:
    """Take the task; leave Ctrl-C to the parent process, and end when that is gone."""
    global _received
    child_processes.begin()
    _received = pickled


def _perform(asked: Any) -> Any:
    return _opened(_received)(asked)


@dataclass(frozen=True)
class _Sent:
    """What every dask worker is sent once: the task, and the program that asks."""

    pickled: bytes
    program: dict[str, str]


def _perform_there(sent: _Sent, replication: int) -> Any:
    """On a dask worker; one that joined after the others were checked is checked here."""
    if program() != sent.program:
        from distributed import get_worker

        raise ClusterError(
            f"{get_worker().address} joined with another program than the one that asks"
        )
    return _opened(sent.pickled)(replication)


@lru_cache(maxsize=1)
def _opened(pickled: bytes) -> Callable[[Any], Any]:
    """The task, unpickled once in each worker (the same bytes object comes every time)."""
    task: Callable[[Any], Any] = pickle.loads(pickled)  # noqa: S301 - from our parent
    return task
