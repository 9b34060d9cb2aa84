"""Options that commands share, each also as PLANNER_<OPTION> in the environment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import click

from planner.domain.choices import (
    ADDITIONS,
    ENGINES,
    LANGUAGES,
    MOST_EFFORT,
    MOST_REPLICATIONS,
    MOST_SECONDS,
    PARTS,
)

F = TypeVar("F", bound=Callable[..., Any])

scenario_argument = click.argument("scenario", type=click.Path(exists=True, path_type=Path))


def out_path(value: str) -> Path:
    """A place for a result, which need not exist; `planner.output` alone looks at it."""
    if not value:
        raise click.BadParameter("is empty; give the name of a place for the result")
    return Path(value)


def names_among(known: Sequence[str]) -> Callable[[str], tuple[str, ...]]:
    """Names of a closed list, several in one value with commas between them."""

    def names(value: str) -> tuple[str, ...]:
        found = tuple(filter(None, (name.strip() for name in value.split(","))))
        wrong = [name for name in found if name not in known]
        if wrong or not found:
            words = f'"{wrong[0]}" is unknown' if wrong else "is empty"
            raise click.BadParameter(f"{words}; give some of {', '.join(known)}")
        return found

    return names


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
set_option = click.option(
    "--set",
    "settings",
    envvar="PLANNER_SET",
    multiple=True,
    metavar="PATH=VALUE",
    help=(
        "A value in place of the scenario's (repeatable): paths as `check` prints them, items of "
        "lists by number or name, such as demand.scale=1.2, contracts.express-a.fuel=0.05 or "
        "regions.xinjiang.share=0.02."
    ),
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


with_option = click.option(
    "--with",
    "added",
    envvar="PLANNER_WITH",
    type=names_among(ADDITIONS),
    multiple=True,
    metavar="NAME[,NAME...]",
    help=f"Make in addition: {', '.join(ADDITIONS)} (a random search as a plan to compare with).",
)
without_option = click.option(
    "--without",
    "left_out",
    envvar="PLANNER_WITHOUT",
    type=names_among(PARTS),
    multiple=True,
    metavar="NAME[,NAME...]",
    help=(
        f"Leave out (repeatable): {', '.join(PARTS)}. clauses and breakevens are made of "
        "contracts, and left out with it."
    ),
)


def replications_option(default: int) -> Callable[[F], F]:
    """`--replications` with the command's own default."""
    return click.option(
        "--replications",
        envvar="PLANNER_REPLICATIONS",
        type=click.IntRange(1, MOST_REPLICATIONS),
        default=default,
        show_default=True,
        help="Independent replications simulated.",
    )
