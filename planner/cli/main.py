"""`planner`: a click group that loads a command's module only when that command is called."""

from __future__ import annotations

import importlib
import io
import os
import sys
import threading
from contextlib import suppress
from typing import Any, NoReturn

import click

from planner import __version__
from planner.cli import streams
from planner.cli.messages import STDOUT, emit
from planner.cli.options import Asked
from planner.environment import without_current_folder
from planner.errors import ExitCode, InputError, PlannerError, on_one_line
from planner.interrupts import interruptible

COMMANDS = {
    "init": "scaffold a scenario folder that runs as it is",
    "check": "validate a scenario; every finding with file:line:column",
    "convert": "a scenario's folder -> a workbook, and back",
    "schema": "JSON Schema of the scenario (editor completion)",
    "import": "orders of a file or database -> history; rate card -> contract",
    "forecast": "demand fan: hourly and daily quantiles, peak hour",
    "plan": "stock, staff and couriers at least cost",
    "simulate": "the promotion under a plan, or under the staff the scenario states",
    "sweep": "a grid of what-ifs: cost, service and people of each",
    "stress": "a finished plan under what goes wrong, and what would repair it",
    "backtest": "forecasts of the past, from what was known then, against what came",
    "triggers": "the card of the evening: what to count, what to do beyond which number",
    "capacity": "orders a day that a plan can promise, and what limits them",
    "replan": "in the middle of the promotion: few changes, and what they save",
    "compare": "courier contracts side by side on the same parcels",
    "evidence": "late orders of a real log: whose fault, and what can be asked back",
    "rate": "a parcel table priced clause by clause; the period's invoice",
    "run": "all of it: forecast, plan, certify, compare, report",
    "report": "write the report of a finished run again",
    "verify": "prove a result from its inputs, and say what was not proved",
    "diff": "two finished results side by side",
    "open": "finished runs in a browser, on this machine alone",
    "explain": "why there is no plan, where orders miss, and what would help",
    "doctor": "versions, fonts, solvers, cores",
}


class LazyGroup(click.Group):
    """Knows its commands by name; imports `planner.cli.<name>_cmd` and takes its `command` on
    demand.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"planner.cli.{cmd_name}_cmd").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; a name that is nearly one is said in the error."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from planner.formats.base.similar_names import closest

            meant = closest(args[0], list(COMMANDS))
            if meant is None:
                raise
            raise click.UsageError(
                f"{error.message.rstrip('.')}; did you mean {meant}?", ctx
            ) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"auto_envvar_prefix": "PLANNER", "help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="planner")
def group() -> None:
    """Promotion capacity planner: stock, packing staff and couriers, decided together, simulated,
    certified.
    """


def main(argv: list[str] | None = None) -> None:
    """Run the command line; every foreseen error becomes one message and its exit code."""
    streams.prepare()
    with without_current_folder(), interruptible():
        try:
            code = _run(argv)
        except KeyboardInterrupt:  # while it said how the command has ended
            code = ExitCode.INTERRUPTED
        lost = streams.settle()
        if lost is not None and code == ExitCode.DONE:
            click.echo(f"{STDOUT}: {lost.strerror}", err=True)
            code = ExitCode.ERROR
    if code == ExitCode.INTERRUPTED and any(thread.daemon for thread in threading.enumerate()):
        _end_at_once(code)
    sys.exit(code)


def _end_at_once(code: int) -> NoReturn:
    """A solver that is still at work in its thread would make an abort of Python's own way to
    end.
    """
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)


def _run(argv: list[str] | None) -> int:
    asked = Asked()
    try:
        with interruptible():
            result: Any = group.main(
                args=argv, prog_name="planner", standalone_mode=False, obj=asked
            )
        return int(result) if isinstance(result, int) else ExitCode.DONE
    except click.ClickException as error:
        click.echo(_usage_error(error), err=True, nl=False)
        return ExitCode.USAGE
    except (click.Abort, KeyboardInterrupt) as error:
        what_is_left = _notes(error) or ["nothing was written under its final name"]
        return _failed(["; ".join(["interrupted", *what_is_left])], ExitCode.INTERRUPTED, asked)
    except PlannerError as error:
        said = [*str(error).split("\n"), *_counts(error), *_notes(error)]
        return _failed(said, error.exit_code, asked, error.summary)
    except OSError as error:
        said = [
            f"{error.filename or 'reading or writing failed'}: {error.strerror or error}",
            *_notes(error),
        ]
        return _failed(said, ExitCode.ERROR, asked)
    except MemoryError as error:
        said = [
            f"out of memory ({error}): the promotion is too large for this machine",
            *_notes(error),
        ]
        return _failed(said, ExitCode.CRASHED, asked)
    except Exception as error:
        if os.environ.get("PLANNER_DEBUG"):
            raise
        said = [f"internal error: {type(error).__name__}: {error}"]
        said.append(
            "this is a bug of the planner: please report it with what PLANNER_DEBUG=1 shows"
        )
        return _failed(said, ExitCode.CRASHED, asked)


def _usage_error(error: click.ClickException) -> str:
    """What click shows, the message on one line, for it may hold an argument; without a command it
    is the help.
    """
    shown, context = io.StringIO(), getattr(error, "ctx", None)
    error.show(shown)
    message = error.format_message()
    is_help = context is not None and message == context.get_help()
    return shown.getvalue() if is_help else shown.getvalue().replace(message, on_one_line(message))


def _failed(said: list[str], code: int, asked: Asked, summary: dict[str, Any] | None = None) -> int:
    """The lines of the message on stderr, and where JSON was asked for the same as one object on
    stdout; the exit code, which a stream that takes nothing does not change.
    """
    lines = [on_one_line(line) for line in said]
    click.echo("\n".join(lines), err=True)
    if asked.as_json:
        with suppress(OSError):
            emit(summary or {"error": "\n".join(lines)}, True, [])
    return code


def _counts(error: PlannerError) -> list[str]:
    """How much there is to correct, where it is more than a glance."""
    if (
        not isinstance(error, InputError)
        or len(error.findings) < 2
        or not all(f.line for f in error.findings)
    ):
        return []
    from planner.domain.wording import counted

    files = len({f.file for f in error.findings})
    return [f"{counted(len(error.findings), 'error')} in {counted(files, 'file')}"]


def _notes(error: BaseException) -> list[str]:
    """Notes added while the error was passed on; it may have become another error on the way."""
    notes: list[str] = getattr(error, "__notes__", [])
    return notes + (_notes(error.__cause__) if error.__cause__ else [])
