"""Options that commands share (each also as PLANNER_<OPTION> in the environment), and how results
reach stdout.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from planner.domain.choices import ENGINES, LANGUAGES
from planner.errors import ExitCode, on_one_line
from planner.output import naming

if TYPE_CHECKING:
    from planner.domain.problem import Problem
    from planner.formats.scenario.reader import Scenario
    from planner.studies.diagnosis.infeasible_run import Refusal
    from planner.studies.evaluated_plan import EvaluatedPlan
    from planner.studies.runs.run_context import RunContext

STDOUT = "standard output"
MOST_EFFORT = MOST_REPLICATIONS = 1_000_000
MOST_SECONDS = 1e9  # some thirty years
MOST_NAMED = 3  # things of which a warning says the same
F = TypeVar("F", bound=Callable[..., Any])

scenario_argument = click.argument("scenario", type=click.Path(exists=True, path_type=Path))


def out_path(value: str) -> Path:
    """A place for a result, which need not exist; `planner.output` alone looks at it."""
    if not value:
        raise click.BadParameter("is empty; give the name of a place for the result")
    return Path(value)


def solver_seconds(value: str | float) -> float:
    """A time limit; a number range of click lets `nan` pass."""
    seconds = float(value)
    if not 0 < seconds <= MOST_SECONDS:
        raise click.BadParameter(f"must be above 0 and at most {MOST_SECONDS:,.0f} seconds")
    return seconds


out_option = click.option(
    "-o",
    "--out",
    "out",
    required=True,
    type=out_path,
    metavar="PATH",
    help="Folder the result is written to.",
)
seed_option = click.option(
    "--seed",
    envvar="PLANNER_SEED",
    type=click.IntRange(0),
    help="Seed of every random draw (default: the scenario's).",
)
jobs_option = click.option(
    "--jobs",
    envvar="PLANNER_JOBS",
    type=click.IntRange(1),
    help="Processes to use (default: all cores).",
)
scheduler_option = click.option(
    "--scheduler",
    envvar="PLANNER_SCHEDULER",
    metavar="ADDRESS",
    help=(
        "Work on the dask cluster of this scheduler (tcp://host:8786) instead of --jobs; the "
        "result is the same."
    ),
)
engine_option = click.option(
    "--engine",
    envvar="PLANNER_ENGINE",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="The fast loop, or the readable model it is checked against; the result is the same.",
)
effort_option = click.option(
    "--effort",
    envvar="PLANNER_EFFORT",
    type=click.IntRange(1, MOST_EFFORT),
    default=100,
    show_default=True,
    help="Solver work, deterministic: 100 is normal.",
)
time_limit_option = click.option(
    "--time-limit",
    envvar="PLANNER_TIME_LIMIT",
    type=solver_seconds,
    metavar="SECONDS",
    help="Solver seconds; the run is then not reproducible.",
)
lang_option = click.option(
    "--lang",
    envvar="PLANNER_LANG",
    type=click.Choice(LANGUAGES),
    default=LANGUAGES[0],
    show_default=True,
    help="Language of what is written.",
)


@dataclass
class Asked:
    """What `main` needs to know of the command line when a command has failed."""

    as_json: bool = False


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> bool:
    ctx.ensure_object(Asked).as_json = value
    return value


json_option = click.option(
    "--json",
    "as_json",
    envvar="PLANNER_JSON",
    is_flag=True,
    callback=_remember_json,
    help="The summary, or what is wrong, as one JSON object on stdout.",
)
quiet_option = click.option(
    "--quiet", envvar="PLANNER_QUIET", is_flag=True, help="No messages, only errors."
)
force_option = click.option(
    "--force", envvar="PLANNER_FORCE", is_flag=True, help="Replace the result folder if it exists."
)
verbose_option = click.option(
    "-v", "--verbose", envvar="PLANNER_VERBOSE", is_flag=True, help="Seconds of each stage."
)
no_color_option = click.option(
    "--no-color", envvar="PLANNER_NO_COLOR", is_flag=True, help="Progress without colours."
)
strict_option = click.option(
    "--strict",
    envvar="PLANNER_STRICT",
    is_flag=True,
    help="Exit with 5 when the plan is not certified.",
)


def replications_option(default: int) -> Callable[[F], F]:
    """`--replications` with the command's own default."""
    return click.option(
        "--replications",
        envvar="PLANNER_REPLICATIONS",
        type=click.IntRange(1, MOST_REPLICATIONS),
        default=default,
        show_default=True,
        help="Independent promotions simulated.",
    )


def say(message: str, quiet: bool) -> None:
    """A message for the person at the terminal: stderr, so that stdout stays data."""
    if not quiet:
        click.echo(on_one_line(message), err=True)


def emit(summary: dict[str, Any], as_json: bool, lines: list[str], quiet: bool = False) -> None:
    """The result on stdout: one JSON object, or lines to read unless they are not wanted."""
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
    """Text on stdout; an error says that it is stdout that takes no more."""
    with naming(STDOUT):
        click.echo(text, nl=False)


def available(jobs: int | None) -> int:
    """Processes to use: as asked, else one per core."""
    return jobs or os.cpu_count() or 1


def here(jobs: int | None, scheduler: str | None) -> int:
    """Replications that this machine simulates at once: on a cluster only what is done between its
    tasks.
    """
    return available(jobs) if scheduler is None else 1


def open_scenario(
    path: Path,
    out: Path,
    force: bool,
    seed: int | None,
    quiet: bool,
    jobs: int = 0,
    inputs: Iterable[Path] = (),
) -> Scenario:
    """The scenario ready to be planned; a result that must not be written to `out` is refused
    before any work, and so are more orders than `jobs` replications at once can hold on this
    machine (0: none are simulated here).

    `inputs`: what the command reads besides the scenario.
    """
    from planner.output import refuse
    from planner.studies.runs.memory_limit import refuse_too_large
    from planner.studies.steps.load import load

    refuse(out, (path, *inputs), force)
    scenario = load(path, seed)
    refuse_too_large(scenario, jobs)
    warn(scenario.warnings, quiet)
    say(f"seed {scenario.problem.seed}", quiet)
    return scenario


def verdict_code(certificate: dict[str, Any], strict: bool) -> int:
    """Exit code of a finished study: 5 only when asked to be strict."""
    if certificate["certified"] or not strict:
        return ExitCode.DONE
    return ExitCode.NOT_CERTIFIED


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
    """What a person should know of the work done: notes always, seconds by stage when asked."""
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
    as_json: bool,
    quiet: bool,
    strict: bool,
) -> int:
    """Tell the verdict of the first plan and the figures of the others; its exit code, 6 where a
    plan had to stand in for one that the solver died on.
    """
    from planner.reporting.language.labels import Labels
    from planner.reporting.language.outcome_sentences import outcome_lines
    from planner.studies.steps.make_plan import FALLBACK

    content = json.loads((out / "plan.json").read_text(encoding="utf-8"))
    certificate = content["certificate"]
    labels = Labels("en", problem.currency)
    lines = outcome_lines(
        content, [(t.plan.method, summarise(problem, t)) for t in evaluated], labels
    )
    emit(content, as_json, [*lines, str(out)], quiet)
    if not certificate["certified"]:
        say("warning: " + lines[0], quiet)
    if content["status"].startswith(FALLBACK):
        return ExitCode.CRASHED
    return verdict_code(certificate, strict)
