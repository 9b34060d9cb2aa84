"""Where replications run: worker processes of this machine, or of a dask cluster."""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import pickle
import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, Self

from planner import child_processes
from planner.errors import ClusterError
from planner.interrupts import uninterrupted
from planner.simulation.code_fingerprint import program
from planner.simulation.column_store import remove_folder, sent
from planner.simulation.drawn_orders import (
    forget_shared_store,
    new_store,
    store,
    use_shared_store,
    use_store,
)

if TYPE_CHECKING:
    from distributed import Client
    from distributed import Future as DaskFuture

# what it takes to start processes of this machine: work that is done by then is not worth it
START_S = 2.0
ANSWER_S = 5  # how long a scheduler may take to answer
WORKERS_S = 20  # how long it may have no worker, when all were killed or it has just begun

Task = Callable[[Any], Any]
# file of the task, whether it is done in the background, and what it is called with
_Asked = tuple[str, bool, Any]


@dataclass(frozen=True)
class Workers:
    """Takes what one task is called with, mostly a replication.

    A future raises one of `lost` when not the task failed, but its worker crashed. `count`: how
    many work at a time.
    """

    submit: Callable[[Any], Future[Any]]
    lost: tuple[type[BaseException], ...]
    count: int = 1


class Workforce(Protocol):
    """Workers that serve one task after the other."""

    @property
    def started(self) -> bool:
        """Whether they are there already: nothing is saved by doing short work without them."""
        ...

    def serving(self, task: Task, *, background: bool = False) -> AbstractContextManager[Workers]:
        """Send a task, which is picklable, to all workers; each keeps it.

        In the background it leaves the processors to other work, where there is some.
        """
        ...


@contextmanager
def workforce(jobs: int, scheduler: str | None) -> Iterator[Workforce]:
    """Processes of this machine, or where a scheduler is given the workers of its cluster."""
    entered: AbstractContextManager[Workforce]
    entered = _Processes(jobs) if scheduler is None else _Cluster(scheduler)
    with entered as workers:
        yield workers


class _Processes:
    """Processes of this machine, started when the first task is sent, new ones after a crash."""

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._entered = ExitStack()
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        given = store()
        self._folder = given.folder if given else self._entered.enter_context(new_store())
        return self

    def __exit__(self, *error: object) -> None:
        with self._entered:
            self._kill()  # nobody waits for what is in progress, nor until memory is tidied up

    @property
    def started(self) -> bool:
        """Whether processes run."""
        return self._pool is not None

    @contextmanager
    def serving(self, task: Task, *, background: bool = False) -> Iterator[Workers]:
        """Send a task.

        An error, or Ctrl-C, ends the processes without waiting for the replications in progress.
        """
        pickled = pickle.dumps(task)
        in_script = b"__main__" in pickled  # a task that the started script defines
        if in_script:
            self._end()  # the processes have not run that script
        pool = self._living()
        try:
            with sent(self._folder, pickled) as file:
                yield Workers(
                    lambda asked: _submitted(pool, (str(file), background, asked), in_script),
                    (BrokenExecutor,),
                    self._jobs,
                )
        except BaseException:
            self._kill()
            raise
        finally:
            if in_script:
                self._end()

    def _living(self) -> ProcessPoolExecutor:
        """The pool, or a new one where it has crashed."""
        if self._pool is not None and not getattr(self._pool, "_broken", False):
            return self._pool
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(
            self._jobs, mp_context=spawn, initializer=_receive, initargs=(str(self._folder),)
        )
        return self._pool

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None

    def _kill(self) -> None:
        if self._pool is not None:
            for worker in dict(getattr(self._pool, "_processes", None) or {}).values():
                worker.terminate()
            # waits: a pool still closing down is a traceback when Python ends
            self._pool.shutdown(cancel_futures=True)
            self._pool = None


def _submitted(pool: ProcessPoolExecutor, asked: _Asked, in_script: bool) -> Future[Any]:
    """Hand out a replication.

    The first ones start the processes: an interrupt between the start of a process and its entry in
    the list of children would leave it running.
    """
    script = nullcontext() if in_script else child_processes.without_main_script()
    with uninterrupted(), child_processes.deaf_to_interrupts(), script:
        return pool.submit(_perform, asked)


class _Cluster:
    """The workers of the dask scheduler at an address (tcp://host:8786).

    ClusterError when it cannot be reached, has no workers, or one of them runs another program. An
    error, or Ctrl-C, takes back the replications not yet begun. Should all workers leave, it waits
    for new ones.
    """

    def __init__(self, address: str) -> None:
        self._address, self._token = address, secrets.token_hex(16)
        self._entered = ExitStack()

    def __enter__(self) -> Self:
        self._client = self._entered.enter_context(_ready(self._address))
        return self

    def __exit__(self, *error: object) -> None:
        with self._entered, suppress(Exception):  # workers that have left keep nothing
            self._client.run(forget_shared_store, self._token, on_error="ignore")

    @property
    def started(self) -> bool:
        """A cluster is there before."""
        return True

    @contextmanager
    def serving(self, task: Task, *, background: bool = False) -> Iterator[Workers]:
        """Send a task."""
        from distributed.comm import CommClosedError
        from distributed.scheduler import KilledWorker

        client = self._client
        _wait_for_workers(client, self._address)
        task_there = client.submit(
            _Sent, pickle.dumps(task), program(), self._token, background, pure=False
        )
        threads = sum(client.nthreads().values())
        yield Workers(
            lambda asked: _forwarded(client.submit(_perform_there, task_there, asked, pure=False)),
            (KilledWorker, CancelledError, CommClosedError),
            max(threads, 1),
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


def _receive(folder: str) -> None:
    """Use the folder of the parent; leave Ctrl-C to it, and end when it is gone."""
    child_processes.begin(partial(remove_folder, Path(folder)))
    use_store(Path(folder))


def _perform(asked: _Asked) -> Any:
    file, background, given = asked
    if background:
        return child_processes.in_background(_read_and_called, file, given)
    return _read_and_called(file, given)


def _read_and_called(file: str, given: Any) -> Any:
    return _read(file)(given)


@lru_cache(maxsize=4)
def _read(file: str) -> Task:
    """The task of a file, unpickled once in each worker."""
    task: Task = pickle.loads(Path(file).read_bytes())  # noqa: S301 - from our parent
    return task


@dataclass(frozen=True)
class _Sent:
    """What every dask worker is sent once: the task, the program that asks, and its store.

    `background`: whether the task leaves the processors to other work.
    """

    pickled: bytes
    program: dict[str, str]
    token: str
    background: bool


def _perform_there(sent: _Sent, asked: Any) -> Any:
    """On a dask worker; one that joined after the others were checked is checked here."""
    if program() != sent.program:
        from distributed import get_worker

        raise ClusterError(
            f"{get_worker().address} joined with another program than the one that asks"
        )
    use_shared_store(sent.token)
    task = _opened(sent.pickled)
    return child_processes.in_background(task, asked) if sent.background else task(asked)


@lru_cache(maxsize=4)
def _opened(pickled: bytes) -> Task:
    """The task, unpickled once in each worker (the same bytes object comes every time)."""
    task: Task = pickle.loads(pickled)  # noqa: S301 - from our parent
    return task
