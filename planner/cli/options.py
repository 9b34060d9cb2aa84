"""Options that commands share, and how results reach stdout."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

scenario_argument = click.argument("scenario", type=click.Path(exists=True, path_type=Path))
out_option = click.option(
    "-o", "--out", "out", required=True, type=click.Path(path_type=Path), help="Folder the result is written to."
)
seed_option = click.option(
    "--seed", type=click.IntRange(0), help="Seed of every random draw (default: the scenario's)."
)
jobs_option = click.option("--jobs", type=click.IntRange(1), help="Processes to use (default: all cores).")
effort_option = click.option(
    "--effort",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Solver work, deterministic: 100 is normal.",
)
time_limit_option = click.option(
    "--time-limit",
    type=click.FloatRange(min=0, min_open=True),
    help="Solver seconds; the run is then not reproducible.",
)
lang_option = click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
json_option = click.option("--json", "as_json", is_flag=True, help="The summary as one JSON object on stdout.")
quiet_option = click.option("--quiet", is_flag=True, help="No messages, only errors.")
strict_option = click.option("--strict", is_flag=True, help="Exit with 5 when the plan is not certified.")


def replications_option(default: int) -> Callable[[F], F]:
    """`--replications` with the command's own default."""
    return click.option(
        "--replications",
        type=click.IntRange(1),
        default=default,
        show_default=True,
        help="Independent promotions simulated.",
    )


def say(message: str, quiet: bool) -> None:
    """A message for the person at the terminal: stderr, so that stdout stays data."""
    if not quiet:
        click.echo(message, err=True)


def emit(summary: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    """The result on stdout: one JSON object, or lines to read."""
    if as_json:
        click.echo(json.dumps(summary, ensure_ascii=False, sort_keys=True, allow_nan=False))
    else:
        for line in lines:
            click.echo(line)
