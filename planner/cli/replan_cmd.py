"""`planner replan`: in the middle of the promotion, few changes and what they save."""

from __future__ import annotations

from pathlib import Path

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, here, open_scenario
from planner.domain.choices import Engine


@click.command("replan")
@opt.scenario_argument
@click.option(
    "--plan",
    "plan_dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    required=True,
    help="Folder of the plan that is carried out; its tables may be edited.",
)
@click.option(
    "--actuals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help="What happened until now: a table of orders, or a YAML file with more (see below).",
)
@click.option(
    "--now", "now", required=True, metavar="MOMENT", help='Now, such as "2026-11-11T02:00".'
)
@click.option(
    "--change-cost",
    type=click.FloatRange(0, 1e9),
    default=50.0,
    show_default=True,
    help="Price of each change, in the currency of the scenario: it must save more than this.",
)
@click.option(
    "--notice-hours",
    type=click.FloatRange(0, 168),
    default=12.0,
    show_default=True,
    help="Notice of permanent people for an extra shift, overtime or a day off.",
)
@click.option(
    "--pickup-hours",
    type=click.FloatRange(0, 168),
    default=4.0,
    show_default=True,
    help="Notice of a vehicle more, or of cancelling one.",
)
@click.option(
    "--release",
    is_flag=True,
    help="Also give up what is no longer needed: days of permanent people, extra vehicles.",
)
@opt.out_option
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
    actuals: Path,
    now: str,
    change_cost: float,
    notice_hours: float,
    pickup_hours: float,
    release: bool,
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
    """Change a plan in the middle of the promotion: few changes, each worth its price.

    Sizes of events are learned from the orders until now. The past, whatever is inside its notice,
    contracts, goods and booked temporaries stay as they are; people on call, permanent people, the
    process they work at and vehicles may change, and so may promises and caps that the scenario
    states as levers, for orders from now on. Writes the changes, a call list, and a
    certificate over all orders of the promotion.

    \b
    planner replan my-promo --plan run --actuals orders.csv --now "2026-11-11T02:00" -o replanned

    \b
    Actuals are a table of orders by hour (time, orders[, region, product]) or a log (ordered_at),
    or a YAML file; everything but the orders may be left out, and is then simulated:
      orders: orders.csv
      backlog: [{site: yiwu, process: pick, orders: 9500}]
      people: [{date: "2026-11-10", site: yiwu, process: pick, crew: agency, shift: night, came: 17}]
      pickups: [{date: "2026-11-10", site: yiwu, contract: express-a, at: "23:00", came: false}]
      stock: [{site: yiwu, product: mug, units: 1200}]
    """  # noqa: D301, E501 - click keeps the lines after \b as they are
    from planner.cli.progress import Progress
    from planner.formats.actuals import now_second
    from planner.formats.base.value_types import money_minor, parse_datetime
    from planner.reporting.language.labels import Labels, language
    from planner.reporting.language.replan_sentences import replan_lines
    from planner.studies.replan.terms import ReplanTerms
    from planner.studies.replan_plan import read_underway, replan_json, write_replanned
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable

    given = open_scenario(
        scenario,
        out,
        force=force,
        seed=seed,
        quiet=quiet,
        jobs=here(jobs, scheduler),
        inputs=[plan_dir, actuals],
        settings=settings,
    )
    problem = given.problem
    terms = ReplanTerms(
        now_s=now_second(now, problem, parse_datetime),
        change_minor=money_minor(round(change_cost, 2), problem.currency),
        notice_hours=notice_hours,
        pickup_hours=pickup_hours,
        release=release,
    )
    underway = read_underway(given, plan_dir, actuals, terms)
    asked = {
        "command": "replan",
        "replications": replications,
        "engine": engine,
        "lang": lang,
        "now": problem.horizon.at(terms.now_s).isoformat(timespec="minutes"),
        "change_cost": round(change_cost, 2),
        "notice_hours": notice_hours,
        "pickup_hours": pickup_hours,
        "release": release,
        "actuals": actuals.name,
    }
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications),
        executor=Executor(available(jobs), scheduler, engine),
        listener=progress,
    )
    with (
        progress,
        resumable(
            out,
            given,
            {**asked, "underway": underway.digest},
            context,
            force=force,
            inputs=[plan_dir, actuals],
        ) as draft,
    ):
        found, tables = write_replanned(draft, given, underway, context, lang=lang, options=asked)
    messages.report_notes(context, verbose, quiet)
    summary = replan_json(found, tables, terms)
    summary["change_cost"] = round(change_cost, 2)
    names = {
        "site": {s.name: s.label for s in problem.sites},
        "contract": {c.name: c.label for c in problem.contracts},
        "region": {r.name: r.label for r in problem.regions},
    }
    labels = Labels(language(lang), problem.currency, names)
    messages.emit(summary, as_json, [*replan_lines(labels, summary), str(out)], quiet)
    return messages.verdict_code(summary["certificate"], strict)
