"""`planner plan`: stock, staff and couriers, with the certificate."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, here, open_scenario
from planner.domain.choices import METHODS, Engine

if TYPE_CHECKING:
    from planner.formats.scenario.reader import Scenario
    from planner.studies.runs.run_context import RunContext


@click.command("plan")
@opt.scenario_argument
@opt.out_option
@click.option(
    "--method",
    type=click.Choice(METHODS),
    default=METHODS[0],
    show_default=True,
    help="The joint model, a rule of thumb, or a search by simulation.",
)
@click.option(
    "--draft",
    envvar="PLANNER_DRAFT",
    is_flag=True,
    help="Stop at the first plan: nothing is simulated, and it is not certified.",
)
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.scheduler_option
@opt.engine_option
@opt.replications_option(100)
@opt.effort_option
@opt.time_limit_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
@opt.strict_option
def command(
    *,
    scenario: Path,
    out: Path,
    method: str,
    draft: bool,
    settings: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    engine: Engine,
    replications: int,
    effort: int,
    time_limit: float | None,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    strict: bool,
) -> int:
    """Place stock, staff and couriers at least cost, and certify the plan on demand it has never
    seen.

    \b
    planner plan my-promo -o today
    planner plan my-promo -o more --draft --set demand.scale=1.2
    planner report today --format xlsx     its workbook, to be edited
    """  # noqa: D301 - click needs the character itself
    from planner.studies.steps.solver_ahead import start_solver

    if draft and method == "search":
        raise click.UsageError("--draft simulates nothing, and --method search simulates all along")
    if method == "joint":
        start_solver()

    from planner.cli.progress import Progress
    from planner.studies.diagnosis.infeasible_run import explaining
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable
    from planner.studies.steps.horizon_notes import horizon_warnings
    from planner.studies.steps.staff_notes import plan_warnings

    given = open_scenario(
        scenario,
        out,
        force=force,
        seed=seed,
        quiet=quiet,
        jobs=here(jobs, scheduler),
        settings=settings,
    )
    messages.warn([*plan_warnings(given.problem), *horizon_warnings(given.problem)], quiet)
    asked = {"command": "plan", "method": method, "replications": replications, "effort": effort}
    asked.update(time_limit=time_limit, engine=engine, draft=draft)
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications, effort, time_limit),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    with (
        progress,
        resumable(out, given, asked, context, force=force) as folder,
        explaining(folder, given, context, asked) as refusal,
    ):
        report = (_drafted if draft else _certified)(folder, given, method, context, asked)
    messages.report_notes(context, verbose, quiet)
    messages.refuse(refusal, out)
    return report(out, as_json=as_json, quiet=quiet, strict=strict)


Report = Callable[..., int]  # prints a result, and gives the exit code


def _certified(
    folder: Path, given: Scenario, method: str, context: RunContext, asked: dict[str, Any]
) -> Report:
    """Plan and certify; what reports the result."""
    from planner.studies.evaluated_plan import summary_json
    from planner.studies.run import plan_only

    evaluated = plan_only(folder, given, method, context, asked)
    return partial(messages.report_evaluations, given.problem, evaluated, summary_json)


def _drafted(
    folder: Path, given: Scenario, method: str, context: RunContext, asked: dict[str, Any]
) -> Report:
    """Plan once; what reports the draft. Neither the simulation nor a report is loaded."""
    from planner.studies.draft_plan import draft_only

    plan = draft_only(folder, given, method, context, asked)
    return partial(messages.report_draft, given.problem, plan)
