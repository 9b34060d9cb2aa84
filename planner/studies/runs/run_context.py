"""How much work a study may do and where, who hears about its progress, what it has reached, and
how long it took.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from planner.domain.choices import Engine
from planner.formats.scenario.reader import Scenario
from planner.output import claimed
from planner.simulation.code_fingerprint import source_digest
from planner.simulation.replications import replicate
from planner.simulation.workers_pool import check_cluster
from planner.studies.runs.digest import digest
from planner.studies.runs.journal import MISSING, Journal, journal_at
from planner.studies.runs.manifest import input_hashes, versions
from planner.studies.runs.plain_data import result_type

T = TypeVar("T")
INDECISIVE = ("lang", "replications")  # options that change no single result


def _silent(*_: object) -> None:
    """Nobody is listening."""


@dataclass
class Effort:
    """The limits of a study, its listeners (`stage(name, steps)`, `step(k)`, `tell(message)`),
    journal and clock.

    `jobs` processes of this machine, or the dask cluster at `scheduler`; neither changes a result.
    `notes`: what the person at the terminal should know when it is done. The seconds go to
    timing.json only.
    """

    replications: int
    jobs: int
    effort: int = 100
    time_limit: float | None = None
    engine: Engine = "compiled"
    scheduler: str | None = None
    stage: Callable[[str, int], None] = _silent
    step: Callable[[int], None] = _silent
    tell: Callable[[str], None] = _silent
    journal: Journal = field(default_factory=Journal)
    notes: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    _running: tuple[str, float] | None = None
    _counted: bool = True

    def begin(self, name: str, steps: int = 0) -> None:
        """A stage of the work begins, the one before is over; its tasks are its steps, if their
        number is known.
        """
        self.finish()
        self._running, self._counted = (name, time.perf_counter()), steps > 0
        self.stage(name, steps)

    def finish(self) -> dict[str, float]:
        """Seconds by stage; the stage at work is over."""
        if self._running is not None:
            name, since = self._running
            self.seconds[name] = round(time.perf_counter() - since, 3)
            self._running = None
        return self.seconds

    def advance(self, k: int) -> None:
        """Step k of the stage is done; of a stage whose number of steps is not known nobody hears
        it.
        """
        if self._counted:
            self.step(k)

    def replicate(
        self, kind: str, task: Callable[[int], T], replications: int, alone_s: float = 0.0
    ) -> list[T]:
        """`task` of replications 0 .. n-1 in order; those in the journal are not done again.

        An entry belongs to the task's whole content, so that a changed plan never meets old
        replications; it is of the type that the task says it returns. `alone_s`: so many seconds
        this process works alone before it starts others, for tasks that may be done by then.
        """
        name, expected = digest(task), result_type(task)
        there = {k: self.journal.recall(kind, f"{name}/{k}", expected) for k in range(replications)}
        results = {k: result for k, result in there.items() if result is not MISSING}

        def take(k: int, result: T) -> None:
            results[k] = self.journal.keep(kind, f"{name}/{k}", expected, result)
            self.advance(k)

        for k in results:
            self.advance(k)
        waiting = [k for k in range(replications) if k not in results]
        until = time.perf_counter() + (alone_s if self.scheduler is None else 0.0)
        while waiting and time.perf_counter() < until:
            k = waiting.pop(0)
            take(k, task(k))
        replicate(task, waiting, self.jobs, self.scheduler, take)
        return [results[k] for k in range(replications)]


@contextmanager
def resumable(
    final: Path,
    force: bool,
    scenario: Scenario,
    options: dict[str, Any],
    work: Effort,
    inputs: Iterable[Path] = (),
) -> Iterator[Path]:
    """A fresh folder for the result, and a journal next to it, from which the same command
    continues.

    `inputs`: what the study reads besides the scenario; a result never replaces what is read.
    """
    if work.scheduler is not None:
        check_cluster(work.scheduler)
    decisive = {name: value for name, value in options.items() if name not in INDECISIVE}
    fingerprint = digest(
        [versions(), source_digest(), input_hashes(scenario), scenario.problem.seed, decisive]
    )
    with (
        claimed(final, (scenario.root, *scenario.files, *inputs), force) as place,
        journal_at(place.hidden("journal"), fingerprint, work.tell) as work.journal,
        place.folder() as draft,
    ):
        yield draft
