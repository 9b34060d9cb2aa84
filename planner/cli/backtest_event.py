"""`planner backtest --event`: a past promotion, order by order, under other plans."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.cli.backtest_common import Common
from planner.cli.scenario_input import available, open_scenario
from planner.domain.choices import METHODS, Engine


@dataclass(frozen=True, kw_only=True)
class ReplayAsked:
    """What a replay was asked for."""

    event: str | None
    log: Path | None
    plan_dir: Path | None
    method: str
    draft: bool
    replications: int
    effort: int
    engine: Engine


def replay_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a replay; the command receives them as one argument, `replay`."""

    @wraps(command)
    def with_replay(**given: Any) -> Any:
        own = {name: given.pop(name) for name in ReplayAsked.__dataclass_fields__}
        return command(replay=ReplayAsked(**own), **given)

    for option in reversed(_OPTIONS):
        with_replay = option(with_replay)
    return with_replay


_OPTIONS: tuple[Callable[..., Any], ...] = (
    click.option(
        "--event",
        metavar="NAME",
        help=(
            "Replay a past promotion: an event of the scenario, or a surge of the log by its date, "
            "such as 2025-11-11."
        ),
    ),
    click.option(
        "--log",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="Order log that holds the promotion (default: the scenario's history).",
    ),
    click.option(
        "--plan",
        "plan_dir",
        type=click.Path(exists=True, path_type=Path),
        metavar="DIR",
        help="Plan in place of the one that would have been made: its folder, or its workbook.",
    ),
    click.option(
        "--method",
        type=click.Choice(METHODS),
        default=METHODS[0],
        show_default=True,
        help="How the plans of a replay are made.",
    ),
    click.option(
        "--draft",
        envvar="PLANNER_DRAFT",
        is_flag=True,
        help="Replay first plans, which are made in less time and not certified.",
    ),
    opt.replications_option(100),
    opt.effort_option,
    opt.engine_option,
)


def replay_event(source: Path | str, out: Path, asked: ReplayAsked, common: Common) -> int:
    """Replay a past promotion, and print what it shows.

    Parameters
    ----------
    source : Path or str
        The scenario.
    out : Path
        Place of the result.
    asked : ReplayAsked
        Options of a replay.
    common : Common
        Options of any back-test.

    Returns
    -------
    int
        Exit code.
    """
    from planner.cli.progress import Progress
    from planner.reporting.language.labels import Labels, language
    from planner.reporting.language.replay_sentences import replay_lines
    from planner.studies.backtest import replay
    from planner.studies.backtest.past_demand import is_scenario
    from planner.studies.backtest.replay_cases import Planning
    from planner.studies.runs.budget import Budget
    from planner.studies.runs.executor import Executor
    from planner.studies.runs.run_context import RunContext, resumable

    if not isinstance(source, Path) or not is_scenario(source):
        words = "--event needs the scenario of then: planner backtest SCENARIO --event NAME --log"
        raise click.UsageError(f"{words} FILE")
    read = [path for path in (asked.log, asked.plan_dir) if path is not None]
    scenario = open_scenario(
        source,
        out,
        force=common.force,
        seed=common.seed,
        quiet=common.quiet,
        jobs=available(common.jobs),
        inputs=read,
        settings=common.settings,
    )
    planning = Planning(method=asked.method, draft=asked.draft, plan=asked.plan_dir)
    log = replay.LogSource(file=asked.log, form=common.reading.form)
    found = replay.open_replay(scenario, str(asked.event), log, planning)
    messages.warn(found.past.notes, common.quiet)
    options = {
        "command": "replay",
        "event": found.event,
        "log": asked.log is not None,
        "plan": asked.plan_dir is not None,
        "method": asked.method,
        "drafts": asked.draft,
        "replications": asked.replications,
        "effort": asked.effort,
        "engine": asked.engine,
        "lang": common.lang,
    }
    progress = Progress(common.quiet, common.no_color)
    context = RunContext(
        budget=Budget(asked.replications, asked.effort),
        executor=Executor(available(common.jobs), engine=asked.engine),
        listener=progress,
    )
    decisive = {**options, "read": found.digest}
    with (
        progress,
        resumable(out, scenario, decisive, context, force=common.force, inputs=read) as draft,
    ):
        result = replay.write_replay(draft, found, context, lang=common.lang, options=options)
    messages.report_notes(context, common.verbose, common.quiet)
    summary = replay.summary(found, result.tables, asked.replications)
    labels = Labels(language(common.lang), scenario.problem.currency)
    messages.emit(summary, common.as_json, [*replay_lines(labels, summary), str(out)], common.quiet)
    return 0
