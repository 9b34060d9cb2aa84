"""What can go wrong, as types that carry everything a person needs to put it right."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command line (the same for every command)."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    INPUT = 3
    NO_PLAN = 4
    NOT_CERTIFIED = 5
    CRASHED = 6
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with an input: where it stands, which field, and what to do about it.

    `line` and `column` count from 1; 0 means the finding belongs to the whole file.
    """

    file: str
    line: int
    column: int
    field: str
    message: str

    def __str__(self) -> str:
        where = self.file
        if self.line:
            where += f":{self.line}:{self.column}" if self.column else f":{self.line}"
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class PlannerError(Exception):
    """An error we foresaw: shown as one message, never as a traceback."""

    exit_code = ExitCode.ERROR


class InputError(PlannerError):
    """The input is invalid; carries every finding, not only the first."""

    exit_code = ExitCode.INPUT

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = sorted(set(findings), key=lambda f: (f.file, f.line, f.column, f.field, f.message))
        super().__init__("\n".join(str(f) for f in self.findings))


@dataclass(frozen=True, slots=True)
class Blame:
    """One limit that stands in the way of a plan: what it is, where, and by how much it falls short.

    `key`: the limit for programs: its kind, then the names of what it limits (site, crew, ...). `needed`: the size that
    would do, in `unit`.
    """

    rule: str
    words: str
    excess: float
    unit: str
    key: tuple[str, ...] = ()
    needed: float = 0.0


class NoBoundError(PlannerError):
    """No plan of the planning model meets the service level, so there is no bound on the cost of one."""


@dataclass
class NoPlanError(PlannerError):
    """No plan keeps all limits; `blame` names the limits that must give way, largest first; `repairs` says in words
    what would help, the cheapest first."""

    status: str
    blame: list[Blame] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    exit_code = ExitCode.NO_PLAN

    def __str__(self) -> str:
        lines = [f"no feasible plan ({self.status})"]
        lines += [f"- {b.words}" for b in self.blame]
        if self.repairs:
            lines += ["what would help, each one alone, proved by planning again:", *(f"- {r}" for r in self.repairs)]
        return "\n".join(lines)


class CrashError(PlannerError):
    """A solver or a worker process died; the work it had in hand is lost."""

    exit_code = ExitCode.CRASHED


class ClusterError(PlannerError):
    """The cluster cannot be used as it is; what was done so far is not lost."""


class ConflictError(PlannerError):
    """Two things that must agree do not (a plan made for another scenario, a changed file, two engines)."""
