"""What can go wrong, as types that carry everything a person needs to put it right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any

_REPEATED = 4  # findings of one kind from which on they become one line
_FIRST = 3  # of them whose lines are named
MOST_OF_A_KIND = 100  # findings that are reported; the others are counted
MOST_FINDINGS = 1_000
LONGEST_TEXT = 1_000  # characters of a field or a message
# controls, marks without width, surrogates, line separators
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def unprinted(text: str) -> list[str]:
    """The characters of a text that do not print.

    They move the cursor, change the direction, or are not seen.
    """
    return [] if text.isprintable() else [c for c in text if unicodedata.category(c) in _UNPRINTED]


def code_point(character: str) -> str:
    """A character by its number, such as U+202E."""
    return f"U+{ord(character):04X}"


def on_one_line(text: str) -> str:
    r"""Escape the characters of a text that do not print, such as \n for a line break.

    So text that others wrote can neither control the terminal nor look like a message of its own.
    """
    for character in dict.fromkeys(unprinted(text)):
        text = text.replace(character, character.encode("unicode_escape").decode("ascii"))
    return text


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

    `line` and `column` count from 1; 0 means the finding belongs to the whole file, or to the whole
    `sheet` of a workbook.
    """

    file: str
    line: int
    column: int
    field: str
    message: str
    sheet: str = ""

    def __str__(self) -> str:
        return on_one_line(
            f"{self.place}: {self.field}: {self.message}"
            if self.field
            else f"{self.place}: {self.message}"
        )

    @property
    def place(self) -> str:
        """`file:line:column`, or `file!sheet!cell`, as far as it is known."""
        if self.sheet:
            cell = f"!{column_letters(max(self.column, 1) - 1)}{self.line}" if self.line else ""
            return f"{self.file}!{self.sheet}{cell}"
        if not self.line:
            return self.file
        return (
            f"{self.file}:{self.line}:{self.column}" if self.column else f"{self.file}:{self.line}"
        )

    def as_object(self) -> dict[str, Any]:
        """The finding for programs; `text` is the line as printed, `sheet` that of a workbook."""
        content = asdict(self)
        if not self.sheet:
            del content["sheet"]
        return {**content, "text": str(self)}


def column_letters(column: int) -> str:
    """Name of a spreadsheet's column, counted from 0: 0 -> A, 25 -> Z, 26 -> AA."""
    name, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Each finding once, by file and place."""
    return sorted(
        set(findings), key=lambda f: (f.file, f.sheet, f.line, f.column, f.field, f.message)
    )


def by_kind(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of the same kind together, in the order of the first of each.

    A kind is a file or sheet, a field (items of a list count as one) and a message up to its
    `: write ...` or `, got ...`.
    """
    kinds: dict[tuple[str, str, str, str], list[Finding]] = {}
    for finding in findings:
        any_item = re.sub(r"\b[0-9]+\b", "*", finding.field)
        message = re.split(": write |, got ", finding.message)[0]
        kind = (finding.file, finding.sheet, any_item, message)
        kinds.setdefault(kind, []).append(finding)
    return list(kinds.values())


def bounded(findings: Iterable[Finding]) -> list[Finding]:
    """No more findings than somebody reads, none longer.

    The first of each kind, then how many more there are.
    """
    kept: list[Finding] = []
    for same in by_kind(in_order(map(_shortened, findings))):
        kept += same[:MOST_OF_A_KIND]
        if len(same) > MOST_OF_A_KIND:
            left = len(same) - MOST_OF_A_KIND
            kept.append(more_findings(same[0].file, same[0].field, left, same[0].sheet))
    if len(kept) > MOST_FINDINGS:
        kept = in_order(kept)
        kept[MOST_FINDINGS:] = [
            more_findings(kept[MOST_FINDINGS].file, "", len(kept) - MOST_FINDINGS)
        ]
    return in_order(kept)


def more_findings(file: str, field: str, count: int, sheet: str = "") -> Finding:
    """How many findings of a kind are not reported one by one.

    Parameters
    ----------
    file : str
        The file they are in.
    field : str
        Their field; empty for findings of several.
    count : int
        Number of findings.
    sheet : str
        The sheet they are in, of a workbook.

    Returns
    -------
    Finding
        One finding that stands for them.
    """
    return Finding(file, 0, 0, field, f"{count:,} more findings", sheet)


def _shortened(finding: Finding) -> Finding:
    """The finding with a field and a message that are not too long."""
    if len(finding.field) + len(finding.message) <= LONGEST_TEXT:
        return finding
    field, message = (
        text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}..."
        for text in (finding.field, finding.message)
    )
    return replace(finding, field=field, message=message)


def in_lines(findings: Iterable[Finding]) -> list[str]:
    """Findings as lines to be read.

    One line each, but one for all of a kind that a file repeats over rows or items.
    """
    found = list(findings)
    lines = {finding: str(finding) for finding in found}
    for same in by_kind(found):
        if len(same) >= _REPEATED and all(f.line for f in same):
            lines[same[0]] += _repeated(same)
            for other in same[1:]:
                del lines[other]
    return list(lines.values())


def _repeated(same: list[Finding]) -> str:
    """How often a finding stands in a file, and the first of its lines."""
    places = list(dict.fromkeys(f.line for f in same))
    first = ", ".join(map(str, places[:_FIRST])) + (", ..." if len(places) > _FIRST else "")
    word = "row" if same[0].sheet else "line"
    return f" ({len(same):,} times, in {word}{'' if len(places) == 1 else 's'} {first})"


class PlannerError(Exception):
    """An expected error: shown as one message, never as a traceback.

    Each argument is one line of the message: a line break within it comes from a name, and is shown
    as an escape. `summary`: what `--json` prints of it.
    """

    exit_code = ExitCode.ERROR
    explanation: dict[str, Any] | None = None

    def __str__(self) -> str:
        return "\n".join(on_one_line(str(line)) for line in self.args)

    @property
    def summary(self) -> dict[str, Any]:
        """The error for programs."""
        return self.explanation or {"error": str(self)}


class InputError(PlannerError):
    """The input is invalid; carries every finding, not only the first (see `bounded`)."""

    exit_code = ExitCode.INPUT

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = bounded(findings)
        super().__init__(*in_lines(self.findings))

    def __reduce__(self) -> tuple[Any, ...]:
        """As it travels from a worker process: an error is made again from its lines otherwise."""
        return type(self), (self.findings,)

    @property
    def summary(self) -> dict[str, Any]:
        """The findings for programs."""
        return {"valid": False, "findings": [f.as_object() for f in self.findings]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """A limit that stands in the way of a plan: what it is, where, and how much it falls short.

    `key`: the limit for programs: its kind, then the names of what it limits (site, crew, ...).
    `needed`: the size that would do, in `unit`. `on`: the day or moment at which it falls short
    most, None where it is of no day.
    """

    rule: str
    words: str
    excess: float
    unit: str
    key: tuple[str, ...] = ()
    needed: float = 0.0
    on: date | None = None


class ExtremeNumberError(PlannerError):
    """A planning model has a number that no solver can work with."""


class NoBoundError(PlannerError):
    """No plan of the model meets the service level, so there is no bound on the cost of one."""


@dataclass
class NoPlanError(PlannerError):
    """No plan keeps all limits.

    `blame` names the limits that must give way, largest first; `repairs` says in words what would
    help, the cheapest first.
    """

    status: str
    blame: list[Blame] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)
    exit_code = ExitCode.NO_PLAN

    def __str__(self) -> str:
        lines = ["no feasible plan" + ("" if self.status == "infeasible" else f" ({self.status})")]
        lines += [f"- {b.words}" for b in self.blame]
        if self.repairs:
            lines += [
                "what would help, each one alone, proved by planning again:",
                *(f"- {r}" for r in self.repairs),
            ]
        return "\n".join(map(on_one_line, lines))


class CrashError(PlannerError):
    """A solver or a worker process crashed; its work in progress is lost."""

    exit_code = ExitCode.CRASHED


class ClusterError(PlannerError):
    """The cluster cannot be used as it is; what was done so far is not lost."""


class ConflictError(PlannerError):
    """Two things that must agree do not.

    For example a plan made for another scenario, a changed file, two engines.
    """
