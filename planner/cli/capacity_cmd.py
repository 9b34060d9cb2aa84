"""`planner capacity`: how many orders a day a plan can promise."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, open_scenario
from planner.domain.choices import Engine
from planner.errors import ExitCode


@click.command("capacity")
@opt.scenario_argument
@click.option(
    "--plan",
    "plan_dir",
    required=True,
    type=click.Path(exists=True, path_type=Path),
    help="Folder of the plan, whose tables or plan.xlsx may be edited; or a plan.xlsx alone.",
)
@opt.out_option
@click.option(
    "--all-days",
    is_flag=True,
    help="Each day, at all sites and at each; else every day at each, and the promotion days.",
)
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.scheduler_option
@opt.engine_option
@opt.replications_option(100)
@opt.lang_option
@opt.force_option
@opt.strict_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
def command(
    *,
    scenario: Path,
    plan_dir: Path,
    out: Path,
    all_days: bool,
    settings: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    engine: Engine,
    replications: int,
    lang: str,
    force: bool,
    strict: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """How many orders a day the plan can promise: on every day, and on a promotion day.

    The held-out promotions of the certificate decide: with so many orders, they keep the service
    level with the stated confidence; with 1.1 times as many they do not. Prints the number for
    every day, for each site and for the busiest day, what limits it, and what one person or vehicle
    more adds. Where the platform asks for an order handling capacity, also the number to declare.

    \b
    planner capacity my-promo --plan reports/my-promo -o capacity
    planner capacity my-promo --plan reports/my-promo -o capacity --set platform=tiktok-us
    """  # noqa: D301 - click keeps the lines after \b as they are
    from planner.cli.progress import Progress
    from planner.reporting.language.capacity_sentences import capacity_lines
    from planner.studies.capacity.study import labels_of, write_capacity
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable
    from planner.studies.simulate_plan import PlanSource

    given = open_scenario(
        scenario,
        out,
        force=force,
        seed=seed,
        quiet=quiet,
        jobs=available(jobs),
        inputs=(plan_dir,),
        settings=settings,
    )
    asked = {
        "command": "capacity",
        "all_days": all_days,
        "replications": replications,
        "engine": engine,
        "lang": lang,
    }
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    source = PlanSource(path=plan_dir, strict=strict)
    with (
        progress,
        resumable(out, given, asked, context, force=force, inputs=(plan_dir,)) as draft,
    ):
        found = write_capacity(draft, given, source, context, lang=lang, options=asked)
    messages.report_notes(context, verbose, quiet)
    labels = labels_of(given.problem, lang)
    messages.emit(found, as_json, [*capacity_lines(labels, found), str(out)], quiet)
    unproved = strict and not found["every_day"]["holds"]
    return ExitCode.NOT_CERTIFIED if unproved else ExitCode.DONE
