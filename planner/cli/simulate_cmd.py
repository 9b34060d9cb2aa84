"""`planner simulate`: the promotion under a plan, or under what the scenario states."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, here, open_scenario
from planner.domain.choices import Engine


@click.command("simulate")
@opt.scenario_argument
@click.option(
    "--plan",
    "plan_dir",
    type=click.Path(exists=True, path_type=Path),
    help="Folder of a plan, whose tables or plan.xlsx may be edited; or a plan.xlsx alone.",
)
@click.option(
    "--rules",
    "rules_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Table of routing rules, such as tables/rules.csv of a run, in place of the plan's "
    "routing; needs --plan.",
)
@click.option(
    "--list",
    "rules_list",
    metavar="NAME",
    help="List of the table of rules, such as 10, where it holds several.",
)
@opt.out_option
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.scheduler_option
@opt.engine_option
@opt.replications_option(20)
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
    plan_dir: Path | None,
    rules_file: Path | None,
    rules_list: str | None,
    out: Path,
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
    """Simulate the promotion: orders, backlog and lateness hour by hour, with intervals.

    The plan of a folder may be edited: people, stock, routing and extra vehicles in its tables, or
    the yellow columns of its plan.xlsx. What was changed, the rules that it breaks, and what it
    does on the same orders is reported; --strict refuses a plan that breaks a rule.

    \b
    planner simulate my-promo -o today                        as the scenario states it
    planner simulate my-promo --plan run -o edited            after editing run/tables/staffing.csv
    planner simulate my-promo --plan run/plan.xlsx -o edited  after editing the workbook
    """  # noqa: D301 - click keeps the lines after \b as they are
    from planner.cli.progress import Progress
    from planner.domain.demand_certainty import certain_demand
    from planner.reporting.language.certificate_sentences import (
        certain_sentences,
        empty_sentences,
        open_sentences,
        repair_sentences,
    )
    from planner.reporting.language.edit_sentences import change_lines, effect_lines
    from planner.reporting.language.labels import Labels
    from planner.studies.evaluated_plan import summary_json
    from planner.studies.routing.typed_rules import RuleFile
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable
    from planner.studies.simulate_plan import PlanSource, edit_tables, edits_json, simulate_only

    if rules_file is not None and plan_dir is None:
        raise click.UsageError("--rules needs --plan: rules route the orders of a plan")
    if rules_list is not None and rules_file is None:
        raise click.UsageError("--list needs --rules: it names a list of that table")
    rules = None if rules_file is None else RuleFile(rules_file, rules_list)
    source = None if plan_dir is None else PlanSource(path=plan_dir, rules=rules, strict=strict)
    others = [path for path in (plan_dir, rules_file) if path is not None]
    given = open_scenario(
        scenario,
        out,
        force=force,
        seed=seed,
        quiet=quiet,
        jobs=here(jobs, scheduler),
        inputs=others,
        settings=settings,
    )
    asked = {"command": "simulate", "replications": replications, "engine": engine, "lang": lang}
    asked["plan"] = plan_dir is not None
    asked["rules"] = rules is not None
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    with (
        progress,
        resumable(out, given, asked, context, force=force, inputs=others) as draft,
    ):
        found = simulate_only(draft, given, context, source=source, lang=lang, options=asked)
    messages.report_notes(context, verbose, quiet)
    summary = summary_json(given.problem, found.evaluated)
    labels, edited = Labels("en", given.problem.currency), list[str]()
    if found.edits is not None:
        tables = edit_tables(given.problem, found)
        summary["edits"] = edits_json(tables, found.edits)
        edited = [
            *change_lines(tables["plan_changes"], found.edits.edited_in, labels),
            *effect_lines(found.edits.effect, summary["replications"], labels),
        ]
    empty = empty_sentences(summary["certificate"], labels)
    if empty:
        empty[0] = f"{labels('not_certified')}: {empty[0]}"
        empty += repair_sentences(summary["certificate"], labels)
    share = summary["on_time_share"]
    spread = (
        "" if share["low"] is None else f" (95% interval {share['low']:.2%} to {share['high']:.2%})"
    )
    messages.emit(
        summary,
        as_json,
        [
            *edited,
            *empty,
            (
                f"{summary['replications']} replications, {summary['orders']:,.0f} orders each on "
                "average"
            ),
            f"on time {labels.at_least(share['mean'], 2)}{spread}; late "
            f"{summary['late_orders']:,.1f}, "
            f"cancelled {summary['cancelled_orders']:,.1f}",
            *open_sentences(summary["open_at_end"], summary["late_at_end"], labels),
            *certain_sentences(certain_demand(given.problem.demand), labels),
            (
                f"mean wait {_duration(summary['mean_wait_s'])}, order to packed "
                f"{_duration(summary['mean_cycle_s'])}"
            ),
            str(out),
        ],
        quiet,
    )
    return messages.verdict_code(summary["certificate"], strict)


def _duration(seconds: float) -> str:
    """Minutes, or hours where there are two or more."""
    return f"{seconds / 60:,.1f} min" if seconds < 2 * 3600 else f"{seconds / 3600:,.1f} h"
