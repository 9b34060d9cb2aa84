"""`planner sweep`: a grid of what-ifs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, open_scenario
from planner.domain.choices import MOST_REPLICATIONS, Engine
from planner.errors import ExitCode

if TYPE_CHECKING:
    import pandas as pd

OF_A_DRAFT, OF_A_CERTIFICATE = 20, 100  # replications of a point


@click.command("sweep")
@opt.scenario_argument
@click.option(
    "--vary",
    "axes",
    required=True,
    multiple=True,
    metavar="PATH=A:B:STEP|LIST",
    help=(
        "A value that varies (repeatable: the grid of all), as --set names it: a range with both "
        "ends, such as demand.scale=0.8:1.4:0.1, or a list, such as "
        "service.on_time_share=0.95,0.98."
    ),
)
@opt.out_option
@click.option(
    "--draft",
    envvar="PLANNER_DRAFT",
    is_flag=True,
    help="Simulate a coarse first plan of each point; none is certified.",
)
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.engine_option
@click.option(
    "--replications",
    envvar="PLANNER_REPLICATIONS",
    type=click.IntRange(1, MOST_REPLICATIONS),
    help=(
        f"Independent replications of a point (default: {OF_A_CERTIFICATE}, of a draft "
        f"{OF_A_DRAFT})."
    ),
)
@opt.effort_option
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
@opt.strict_option
def command(
    *,
    scenario: Path,
    axes: tuple[str, ...],
    out: Path,
    draft: bool,
    settings: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    engine: Engine,
    replications: int | None,
    effort: int,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    strict: bool,
) -> int:
    """Plan a grid of what-ifs on common random numbers: a row for each point in tables/sweep.csv,
    with its values, cost, share on time and people, and a figure.

    A point without a plan, or with input that is not valid, is a row that says why. Points are
    planned side by side; the result is the same whatever --jobs.

    \b
    planner sweep my-promo --vary demand.scale=0.8:1.4:0.1 -o sweep --draft
    planner sweep my-promo --vary demand.scale=1,1.2 --vary service.on_time_share=0.95,0.98 -o sweep
    """  # noqa: D301 - click keeps the lines after \b as they are
    from planner.cli.progress import Progress
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable
    from planner.studies.sweep.axes import read_axes
    from planner.studies.sweep.study import Grid, summary, write_sweep

    grid = Grid(axes=read_axes(axes), drafts=draft)
    given = open_scenario(
        scenario,
        out,
        force=force,
        seed=seed,
        quiet=quiet,
        jobs=available(jobs),
        settings=settings,
    )
    number = replications or (OF_A_DRAFT if draft else OF_A_CERTIFICATE)
    asked = {
        "command": "sweep",
        "vary": list(axes),
        "drafts": draft,
        "replications": number,
        "effort": effort,
        "engine": engine,
        "lang": lang,
    }
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(number, effort),
        executor=Executor(available(jobs), None, engine),
        listener=progress,
    )
    decisive = {**asked, "points of": number}
    with progress, resumable(out, given, decisive, context, force=force) as folder:
        table = write_sweep(folder, given, grid, context, lang=lang, options=asked)
    messages.report_notes(context, verbose, quiet)
    found = summary(table, grid, given)
    messages.emit(found, as_json, [*_lines(table, found), str(out)], quiet)
    return _exit_code(table, strict)


def _lines(table: pd.DataFrame, found: dict[str, Any]) -> list[str]:
    """What the points are, then one line for each."""
    head = (
        "NOT CERTIFIED: the first plan of each point, simulated"
        if found["draft"]
        else f"{(table['status'] == 'certified').sum()} of {len(table)} points certified"
    )
    lines = []
    width = {x: max(len(str(point[x])) for point in found["points"]) for x in found["axes"]}
    for point in found["points"]:
        at = "  ".join(f"{path}={point[path]!s:<{width[path]}}" for path in found["axes"])
        if point["cost"] is None:
            lines.append(f"{at}  {point['status']}: {point['message']}")
            continue
        share = f"{point['on_time_share']:.2%} on time"
        met = f"met {point['met']} of {point['replications']}"
        cost = f"{found['currency']} {point['cost']:,.0f}"
        people = f"{point['people']} people on the peak day"
        lines.append(f"{at}  {cost}  {share}, {met}  {people}  {point['status']}")
    return [head, *lines]


def _exit_code(table: pd.DataFrame, strict: bool) -> int:
    """4 where no point has a plan; 5 where one is not certified, and that is asked for."""
    if table["cost"].isna().all():
        return ExitCode.NO_PLAN
    if strict and (table["status"] != "certified").any():
        return ExitCode.NOT_CERTIFIED
    return ExitCode.DONE
