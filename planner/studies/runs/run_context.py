"""What a study runs with: its budget, where replications run, who listens, journal and clock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from planner.domain.digest import digest
from planner.domain.problem import Problem
from planner.formats.scenario.reader import Scenario
from planner.output import claimed
from planner.simulation.code_fingerprint import source_digest
from planner.simulation.compile_ahead import NOTHING_TO_COMPILE, Compilation, compiling
from planner.studies.options.study_options import DEFAULT, StudyOptions
from planner.studies.runs.budget import Budget
from planner.studies.runs.executor import Executor
from planner.studies.runs.journal import MISSING, Journal, journal_at
from planner.studies.runs.manifest import input_hashes, versions
from planner.studies.runs.plain_data import result_type
from planner.studies.runs.progress_listener import ProgressListener, SilentListener
from planner.studies.runs.stage_clock import StageClock

T = TypeVar("T")
INDECISIVE = ("lang", "replications")  # options that change no single result


@dataclass(kw_only=True)
class RunContext:
    """What every study receives in addition to its problem.

    Parameters
    ----------
    budget : Budget
        How much computation the study may spend.
    executor : Executor
        Where replications run, and by which engine.
    listener : ProgressListener
        Receiver of stages, steps and messages.
    journal : Journal
        Results reached so far, from which a broken-off study resumes.
    options : StudyOptions
        Tuned values of the algorithms; others than the defaults begin a new journal.
    clock : StageClock
        Seconds by stage.
    notes : list of str
        What the user should know when the study is done.
    """

    budget: Budget = field(default_factory=Budget)
    executor: Executor = field(default_factory=Executor)
    listener: ProgressListener = field(default_factory=SilentListener)
    journal: Journal = field(default_factory=Journal)
    options: StudyOptions = DEFAULT
    clock: StageClock = field(default_factory=StageClock)
    notes: list[str] = field(default_factory=list)
    _steps_known: bool = field(default=True, init=False)
    _compilation: Compilation = field(default=NOTHING_TO_COMPILE, init=False)

    def begin(self, stage: str, steps: int = 0) -> None:
        """Begin a stage; its steps are its tasks where their number is known (else 0)."""
        self.clock.begin(stage)
        self._steps_known = steps > 0
        self.listener.stage(stage, steps)

    def advance(self, k: int) -> None:
        """Report that step k of the stage is done, unless the number of steps is not known."""
        if self._steps_known:
            self.listener.step(k)

    @contextmanager
    def compiling(self, problem: Problem) -> Iterator[None]:
        """Compile the engine, where it is not yet, while this block has other work.

        The first simulation waits for it.

        Parameters
        ----------
        problem : Problem
            A problem that is about to be simulated.
        """
        if self.executor.engine != "compiled":
            yield
            return
        with compiling(problem) as self._compilation:
            yield

    def await_engine(self) -> None:
        """Wait until the engine is compiled, if it is being compiled."""
        if self._compilation.running:
            self.begin("waiting for the simulation to be compiled, once on this machine")
            self._compilation.wait()

    def tell_of_loss(self, replications: int) -> None:
        """Say that workers crashed, and that their work is done again."""
        self.listener.tell(f"a worker was lost; {replications} replications go to others")

    def replicate(
        self, kind: str, task: Callable[[int], T], replications: int, alone_s: float = 0.0
    ) -> list[T]:
        """Run `task` of replications 0 .. n-1; those in the journal are not run again.

        An entry of the journal belongs to the whole content of the task, so that results of a
        changed plan are never mixed with old ones.

        Parameters
        ----------
        kind : str
            What the journal calls these results.
        task : callable
            Takes the number of a replication; its annotated return type is that of the results.
        replications : int
            Number of replications.
        alone_s : float
            Seconds during which this process works alone before it starts others.

        Returns
        -------
        list
            Results in the order of the replications.
        """
        self.await_engine()
        name, expected = digest(task), result_type(task)
        results: dict[int, T] = {}
        for k in range(replications):
            known = self.journal.recall(kind, f"{name}/{k}", expected)
            if known is not MISSING:
                results[k] = known

        def take(k: int, result: T) -> None:
            results[k] = self.journal.keep(kind, f"{name}/{k}", expected, result)
            self.advance(k)

        for k in results:
            self.advance(k)
        waiting = [k for k in range(replications) if k not in results]
        self.executor.run(task, waiting, take, alone_s, self.tell_of_loss)
        return [results[k] for k in range(replications)]


@contextmanager
def resumable(
    final: Path,
    scenario: Scenario,
    options: dict[str, Any],
    context: RunContext,
    *,
    force: bool = False,
    inputs: Iterable[Path] = (),
) -> Iterator[Path]:
    """Provide a draft folder for a result, and a journal from which the same command resumes.

    Parameters
    ----------
    final : Path
        Folder of the result; the draft takes its place when the block ends without an error.
    scenario : Scenario
        Scenario of the study; a changed input begins a new journal.
    options : dict
        Options of the command; another value of a decisive one begins a new journal.
    context : RunContext
        Context of the study, which receives the journal.
    force : bool
        Replace an existing result.
    inputs : iterable of Path
        Files read besides the scenario; a result never replaces what is read.

    Yields
    ------
    Path
        The draft folder.

    Raises
    ------
    ClusterError
        The cluster of the executor cannot be reached.
    """
    read = [input_hashes(scenario), scenario.problem.seed, *scenario.settings]
    files = (scenario.root, *scenario.files, *inputs)
    with resumable_from(final, read, options, context, force=force, inputs=files) as draft:
        yield draft


@contextmanager
def resumable_from(
    final: Path,
    read: Sequence[Any],
    options: dict[str, Any],
    context: RunContext,
    *,
    force: bool = False,
    inputs: Iterable[Path] = (),
) -> Iterator[Path]:
    """Provide a draft folder and a journal for a study of something else than a scenario.

    Parameters
    ----------
    final : Path
        Folder of the result.
    read : sequence
        Plain data that tells the inputs apart; others begin a new journal.
    options : dict
        Options of the command, as in `resumable`.
    context : RunContext
        Context of the study, which receives the journal.
    force : bool
        Replace an existing result.
    inputs : iterable of Path
        Files that were read; a result never replaces them.

    Yields
    ------
    Path
        The draft folder.

    Raises
    ------
    ClusterError
        The cluster of the executor cannot be reached.
    """
    context.executor.check()
    decisive = {name: value for name, value in options.items() if name not in INDECISIVE}
    fingerprint = digest([versions(), source_digest(), *read, decisive, context.options])
    with (
        claimed(final, tuple(inputs), force) as place,
        journal_at(place.hidden("journal"), fingerprint, context.listener.tell) as context.journal,
        place.folder() as draft,
        context.executor.open(),
    ):
        yield draft
