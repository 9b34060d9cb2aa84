"""`planner compare`: courier contracts side by side on the same parcels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.scenario_input import available, here, open_scenario

if TYPE_CHECKING:
    from pandas import DataFrame

    from planner.formats.scenario.reader import Scenario
    from planner.studies.contracts.choose import ChosenContracts

Row = dict[str, Any]


@click.command("compare")
@opt.scenario_argument
@click.argument("contracts", metavar="[CONTRACT]...", nargs=-1)
@opt.out_option
@opt.set_option
@opt.seed_option
@opt.jobs_option
@opt.scheduler_option
@opt.replications_option(40)
@opt.effort_option
@opt.lang_option
@opt.force_option
@opt.json_option
@opt.quiet_option
@opt.verbose_option
@opt.no_color_option
def command(
    *,
    scenario: Path,
    contracts: tuple[str, ...],
    out: Path,
    settings: tuple[str, ...],
    seed: int | None,
    jobs: int | None,
    scheduler: str | None,
    replications: int,
    effort: int,
    lang: str,
    force: bool,
    as_json: bool,
    quiet: bool,
    verbose: bool,
    no_color: bool,
) -> None:
    """Compare contracts on the same orders: each alone and in every sensible combination.

    Prints what each combination costs and how often it meets the target, what a change of each
    clause is worth, at which price a contract would win, how few rules route the parcels, and which
    remote areas are served best direct, through a hub, or not at all.

    CONTRACT is the name of a contract of the scenario, or a contract file; without any, all of the
    scenario's.

    \b
    planner compare my-promo -o contracts
    planner compare my-promo express-a post-e -o two-contracts
    """  # noqa: D301 - click needs the character itself
    from planner.cli.progress import Progress
    from planner.reporting.language.labels import Labels, language
    from planner.reporting.outputs.contract_text import comparison_lines
    from planner.studies.contracts.comparison import write_comparison
    from planner.studies.contracts.study import study_contracts
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable

    at_once = here(jobs, scheduler)
    given = open_scenario(
        scenario,
        out,
        force=force,
        seed=seed,
        quiet=quiet,
        jobs=at_once,
        inputs=map(Path, contracts),
        settings=settings,
    )
    problem = given.problem
    chosen = choose(given, contracts, quiet)
    progress = Progress(quiet, no_color)
    context = RunContext(
        budget=Budget(replications, effort),
        executor=Executor(available(jobs), scheduler),
        listener=progress,
    )
    names = [c.name for c in chosen.contracts]
    asked = {
        "command": "compare",
        "contracts": names,
        "replications": replications,
        "effort": effort,
        "lang": lang,
    }
    with (
        progress,
        resumable(out, given, asked, context, force=force, inputs=chosen.files) as draft,
    ):
        tables = study_contracts(problem, chosen.contracts, replications, problem.seed, context)
        write_comparison(
            draft, given, [Path(c) for c in contracts if is_file(given, c)], tables, asked
        )
    messages.report_notes(context, verbose, quiet)
    rows = {name: plain_rows(table) for name, table in tables.items()}
    summary = summarise(rows, replications, problem.seed)
    labels = Labels(language(lang), problem.currency)
    messages.emit(summary, as_json, [*comparison_lines(rows, summary, labels), str(out)], quiet)


def is_file(scenario: Scenario, wanted: str) -> bool:
    """A contract of the scenario goes before a file of the same name."""
    return wanted not in scenario.problem.contract_names and Path(wanted).is_file()


def choose(scenario: Scenario, wanted: tuple[str, ...], quiet: bool) -> ChosenContracts:
    """Read the contracts asked for, by name or from a file.

    Parameters
    ----------
    scenario : Scenario
        The scenario with its own contracts.
    wanted : tuple of str
        Names or files; all contracts of the scenario when empty.
    quiet : bool
        Whether warnings are left unsaid.

    Returns
    -------
    ChosenContracts
        The contracts in the order they were asked for, and the files that were read.
    """
    from planner.studies.contracts.choose import UnknownContractError, chosen_contracts

    try:
        chosen = chosen_contracts(scenario.problem, wanted)
    except UnknownContractError as error:
        raise click.UsageError(str(error)) from None
    messages.warn(chosen.warnings, quiet)
    return chosen


def plain_rows(table: DataFrame) -> list[Row]:
    """Rows with None where nothing is known, ready for JSON."""
    known = table.astype(object).where(table.notna(), None)
    return [{str(name): value for name, value in row.items()} for row in known.to_dict("records")]


def summarise(tables: dict[str, list[Row]], replications: int, seed: int) -> dict[str, Any]:
    """Summarise a comparison for `--json`.

    Parameters
    ----------
    tables : dict of str to list of dict
        Rows of the result tables by name.
    replications, seed : int
        What was simulated.

    Returns
    -------
    dict
        The rows, the two best alternatives, and whether these differ.
    """
    from planner.reporting.outputs.contract_text import verdict

    ranked = {row["rank"]: row for row in tables["contracts"] if row["rank"] is not None}
    second = ranked.get(2)
    return {
        **{name: rows for name, rows in tables.items() if name != "contracts_by_region"},
        "best": ranked[1]["contract"],
        "second": second and second["contract"],
        "second_differs": verdict(second) in ("higher", "cheaper") if second else None,
        "replications": replications,
        "seed": seed,
    }
