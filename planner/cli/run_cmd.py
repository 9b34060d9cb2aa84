"""`planner run`: the main job."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, here, open_scenario
from planner.domain.choices import Engine


@click.command("run")
@opt.scenario_argument
@opt.out_option
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.scheduler_option
@opt.engine_option
@opt.replications_option(100)
@opt.effort_option
@opt.with_option
@opt.without_option
@opt.time_limit_option
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
    out: Path,
    settings: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    engine: Engine,
    replications: int,
    effort: int,
    added: tuple[tuple[str, ...], ...],
    left_out: tuple[tuple[str, ...], ...],
    time_limit: float | None,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
    strict: bool,
) -> int:
    """Forecast, plan, certify, compare contracts and report: everything about one promotion in one
    folder.

    Parts that can be left out: baselines (the rules of thumb it is compared with), contracts (each
    contract alone and combined), clauses and breakevens (what clauses are worth, and the prices at
    which another contract wins; both need contracts), rules (short lists of routing rules),
    hindsight (what knowing the demand would have saved), stress (what breaks the plan), whatif (the
    grid behind the sliders of report.html). What is left out is in no table and on no page, and the
    report says so.

    \b
    planner run my-promo -o reports/my-promo
    planner run my-promo.xlsx -o quick --replications 20 --without contracts,stress
    """  # noqa: D301 - click needs the character itself
    from planner.studies.steps.solver_ahead import start_solver

    start_solver()

    from planner.cli.progress import Progress
    from planner.studies.diagnosis.infeasible_run import explaining
    from planner.studies.evaluated_plan import summary_json
    from planner.studies.options.run_parts import chosen_parts
    from planner.studies.run import run
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
    parts = chosen_parts(set(chain(*added)), set(chain(*left_out)))
    asked = {
        "command": "run",
        "replications": replications,
        "effort": effort,
        "time_limit": time_limit,
        "lang": lang,
        "engine": engine,
        **parts.as_options(),
    }
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications, effort, time_limit),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    with (
        progress,
        resumable(out, given, asked, context, force=force) as draft,
        explaining(draft, given, context, asked) as refusal,
    ):
        evaluated = run(draft, given, context, lang=lang, options=asked, parts=parts)
    messages.report_notes(context, verbose, quiet)
    messages.refuse(refusal, out)
    return messages.report_evaluations(
        given.problem,
        evaluated,
        summary_json,
        out,
        as_json=as_json,
        quiet=quiet,
        strict=strict,
    )
