"""`planner stress`: the plan of a finished folder under what goes wrong."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available
from planner.domain.choices import Engine


@click.command("stress")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", multiple=True, metavar="NAME", help="Only this stress (repeatable).")
@click.option(
    "--catalogue",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Catalogue of stresses instead of the scenario's own (see schema --kind stress).",
)
@opt.out_option
@opt.jobs_option
@opt.scheduler_option
@opt.engine_option
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
def command(
    *,
    folder: Path,
    only: tuple[str, ...],
    catalogue: Path | None,
    out: Path,
    jobs: int | None,
    scheduler: str | None,
    engine: Engine,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> int:
    """Try the plan of a folder of run, plan or simulate under a catalogue of what goes wrong.

    Each stress is simulated on the promotions of the plan's certificate: the same orders, people
    and parcels, at the place where it does most harm. Prints how many promotions still meet the
    target, what the stress costs, and the cheapest repair that was found, with its price and what
    the plan keeps with it.

    \b
    planner stress reports/my-promo -o stressed
    """  # noqa: D301 - click needs the character itself
    from planner.cli.progress import Progress
    from planner.reporting.language.labels import Labels, language
    from planner.reporting.language.stress_sentences import stress_lines
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable
    from planner.studies.stress.study import summary_json
    from planner.studies.stress_plan import chosen_stresses, finished_plan, write_stress

    finished = finished_plan(folder, catalogue)
    chosen_stresses(finished.scenario, only)
    messages.warn(finished.scenario.warnings, quiet)
    asked = {
        "command": "stress",
        "replications": finished.replications,
        "engine": engine,
        "lang": lang,
        "only": list(only),
    }
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(finished.replications),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    others = (folder, *([catalogue] if catalogue else []))
    with (
        progress,
        resumable(
            out,
            finished.scenario,
            {**asked, "plan": finished.digest},
            context,
            force=force,
            inputs=others,
        ) as draft,
    ):
        table = write_stress(draft, finished, context, only=only, lang=lang, options=asked)
    messages.report_notes(context, verbose, quiet)
    problem = finished.scenario.problem
    summary = summary_json(problem, table)
    labels = Labels(language(lang), problem.currency)
    messages.emit(summary, as_json, [*stress_lines(labels, summary["stresses"]), str(out)], quiet)
    return 0
