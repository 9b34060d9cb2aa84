"""Output of a command: results on stdout, messages on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.errors import ExitCode, on_one_line
from planner.output import naming

if TYPE_CHECKING:
    from planner.domain.plan import Plan
    from planner.domain.problem import Problem
    from planner.studies.diagnosis.infeasible_run import Refusal
    from planner.studies.evaluated_plan import EvaluatedPlan
    from planner.studies.runs.run_context import RunContext

STDOUT = "standard output"
MOST_NAMED = 3  # things of which a warning says the same


def say(message: str, quiet: bool) -> None:
    """A message for the person at the terminal: stderr, so that stdout stays data."""
    if not quiet:
        click.echo(on_one_line(message), err=True)


def emit(summary: dict[str, Any], as_json: bool, lines: list[str], quiet: bool = False) -> None:
    """Write the result to stdout: one JSON object, or lines to read.

    Parameters
    ----------
    summary : dict
        The result for programs.
    as_json : bool
        Whether JSON was asked for.
    lines : list of str
        The result for people.
    quiet : bool
        Whether the lines are not wanted.
    """
    if as_json:
        from planner.domain.wording import json_text

        data(json_text(summary, sort_keys=True) + "\n")
    elif not quiet:
        data("".join(f"{on_one_line(line)}\n" for line in lines))


def emit_table(text: str) -> None:
    """A CSV table on stdout; a terminal gets escapes for what does not print, a file or a program
    the text itself.
    """
    if sys.stdout.isatty():
        text = "\n".join(map(on_one_line, text.split("\n")))
    data(text)


def data(text: str) -> None:
    """Write text to stdout; an error names stdout as its cause."""
    with naming(STDOUT):
        click.echo(text, nl=False)


def warn(warnings: Iterable[str], quiet: bool) -> None:
    """Every warning once; those that say the same of several things, `what: words`, are one
    line.
    """
    of: dict[str, dict[str, None]] = {}
    for warning in warnings:
        what, _, words = warning.partition(": ")
        of.setdefault(words or what, {}).update({what: None} if words else {})
    for words, things in of.items():
        more = f" and {len(things) - MOST_NAMED} more" if len(things) > MOST_NAMED else ""
        named = ", ".join(list(things)[:MOST_NAMED]) + more
        say(f"warning: {named}: {words}" if things else f"warning: {words}", quiet)


def report_notes(context: RunContext, verbose: bool, quiet: bool) -> None:
    """Report what a person should know of the work done.

    Parameters
    ----------
    context : RunContext
        The work; its notes are warnings.
    verbose : bool
        Whether the seconds of each stage are shown.
    quiet : bool
        Whether nothing is shown.
    """
    warn(context.notes, quiet)
    for name, seconds in context.clock.seconds.items() if verbose else ():
        say(f"{seconds:8.1f} s  {name}", quiet)


def refuse(refusal: Refusal, out: Path) -> None:
    """Raise the error of a study that found no plan; its explanation stands in the folder."""
    if refusal.error is not None:
        refusal.error.explanation = refusal.explanation
        refusal.error.add_note(f"the explanation: {out}")
        raise refusal.error


def report_evaluations(
    problem: Problem,
    evaluated: Sequence[EvaluatedPlan],
    summarise: Callable[[Problem, EvaluatedPlan], dict[str, Any]],
    out: Path,
    *,
    as_json: bool,
    quiet: bool,
    strict: bool,
) -> int:
    """Report the certificate of the first plan and the figures of the others.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    evaluated : sequence of EvaluatedPlan
        Our plan first, then those it is compared with.
    summarise : callable
        Gives the figures of one of them.
    out : Path
        Folder of the result.
    as_json, quiet : bool
        How much is shown, and for whom.
    strict : bool
        Whether a plan that is not certified has an exit code of its own.

    Returns
    -------
    int
        The exit code: 6 where a plan had to stand in for one on which the solver crashed.
    """
    from planner.domain.plan import PlanStatus
    from planner.reporting.language.labels import Labels
    from planner.reporting.language.outcome_sentences import outcome_lines

    content = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    certificate = content["certificate"]
    labels = Labels("en", problem.currency)
    lines = outcome_lines(
        content, [(t.plan.method, summarise(problem, t)) for t in evaluated], labels
    )
    emit(content, as_json, [*lines, str(out)], quiet)
    if not certificate["certified"]:
        say("warning: " + lines[0], quiet)
    if evaluated[0].plan.status is PlanStatus.FALLBACK:
        return ExitCode.CRASHED
    return verdict_code(certificate, strict)


def report_draft(
    problem: Problem, plan: Plan, out: Path, *, as_json: bool, quiet: bool, strict: bool
) -> int:
    """Report a draft plan.

    Parameters
    ----------
    problem : Problem
        The problem that was planned.
    plan : Plan
        The plan, of which nothing was simulated.
    out : Path
        Folder of the result.
    as_json, quiet : bool
        How much is shown, and for whom.
    strict : bool
        Whether a plan that is not certified has an exit code of its own.

    Returns
    -------
    int
        The exit code: 6 where a plan had to stand in for one on which the solver crashed.
    """
    from planner.domain.plan import PlanStatus
    from planner.reporting.language.labels import Labels
    from planner.reporting.language.plan_sentences import draft_lines
    from planner.studies.steps.announce import draft_in_words

    content = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    labels = Labels("en", problem.currency)
    lines = draft_lines(content, draft_in_words(problem, plan), labels)
    emit(content, as_json, [*lines, str(out)], quiet)
    say("warning: " + lines[0], quiet)
    if plan.status is PlanStatus.FALLBACK:
        return ExitCode.CRASHED
    return ExitCode.NOT_CERTIFIED if strict else ExitCode.DONE


def verdict_code(certificate: dict[str, Any], strict: bool) -> int:
    """Exit code of a finished study: 5 only when asked to be strict."""
    if certificate["certified"] or not strict:
        return ExitCode.DONE
    return ExitCode.NOT_CERTIFIED
