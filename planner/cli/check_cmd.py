"""`planner check`: whether the scenario is valid, and how large it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from planner.cli import messages
from planner.cli import options as opt
from planner.errors import ExitCode

if TYPE_CHECKING:
    from planner.domain.platform import OwnDeadline
    from planner.domain.problem import Problem
    from planner.formats.scenario.reader import Scenario


@click.command()
@click.argument("scenario", type=click.Path(path_type=Path))
@opt.set_option
@opt.json_option
@opt.quiet_option
def command(scenario: Path, settings: tuple[str, ...], as_json: bool, quiet: bool) -> int:
    """Validate a scenario: every finding at its line or cell, or the sizes of what would be run.

    SCENARIO is a YAML file, its folder, or a workbook.

    \b
    planner check my-promo
    planner check my-promo.xlsx
    planner check my-promo --set demand.scale=1.2
    """  # noqa: D301 - click needs the character itself
    from planner.studies.runs.memory_limit import memory_words
    from planner.studies.steps.horizon_notes import horizon_warnings
    from planner.studies.steps.load import load
    from planner.studies.steps.staff_notes import name_warnings, pay_warnings, plan_warnings

    read = load(scenario, settings=settings)
    sizes = measure(read)
    short = memory_words(read.problem)
    warnings = [
        *read.warnings,
        *plan_warnings(read.problem),
        *name_warnings(read.problem),
        *pay_warnings(read.problem),
        *horizon_warnings(read.problem),
        *([f"memory: {short}"] if short else []),
    ]
    messages.warn(warnings, quiet)
    messages.emit({"valid": True, **sizes, "warnings": warnings}, as_json, readable(sizes), quiet)
    return ExitCode.DONE


def measure(read: Scenario) -> dict[str, Any]:
    """Sizes of a scenario ready to be planned: days, expected orders, regions, products, sites,
    contracts, crews.
    """
    from planner.domain.demand_path import mean_path
    from planner.domain.horizon import SLOT_S
    from planner.formats.scenario.defaults import (
        assumed_of_demand,
        assumed_of_leftovers,
        assumed_of_margins,
        assumed_of_stock,
    )
    from planner.formats.scenario.risks import risks_in_words
    from planner.studies.runs.memory_limit import bytes_needed, in_gigabytes, orders_at_most
    from planner.studies.steps.forecast import expected_pull_forward, in_figures

    problem = read.problem
    own_slots = problem.horizon.reported_end_s // SLOT_S
    path = mean_path(problem.demand, problem.horizon)
    expected = float(path.intensity[:, :own_slots].sum())
    pulled = expected_pull_forward(problem)
    return {
        "name": problem.name,
        "currency": problem.currency,
        "start": problem.horizon.start.isoformat(timespec="minutes"),
        "days": problem.horizon.reported_days,
        "tail_days": problem.horizon.tail_days,
        "orders_expected": round(expected),
        "orders_at_most": round(orders_at_most(problem)),
        "memory": f"{in_gigabytes(bytes_needed(problem))} for each replication at once",
        **({"pull_forward": in_figures(pulled)} if pulled is not None else {}),
        "regions": len(problem.regions),
        "remote_regions": sum(r.remote for r in problem.regions),
        "products": len(problem.products),
        "events": [e.name for e in problem.demand.events],
        "sites": list(problem.site_names),
        "processes": sum(len(s.processes) for s in problem.sites),
        "shifts": [s.name for s in problem.shifts],
        "contracts": list(problem.contract_names),
        "crews": [f"{c.site}/{c.name}" for c in problem.crews],
        "people_at_most": sum(c.limit for c in problem.crews),
        "people_named": len(problem.people),
        "lanes": len(problem.lanes()),
        "roster": problem.roster is not None,
        **_platforms(problem),
        "files": len(read.files),
        **({"risks": risks_in_words(problem)} if problem.risks else {}),
        "assumed": [
            *assumed_of_demand(problem),
            *assumed_of_margins(problem),
            *assumed_of_leftovers(problem),
            *assumed_of_stock(problem),
        ],
    }


def _platforms(problem: Problem) -> dict[str, Any]:
    """The platform; of several, their shares of all orders, and events with own deadlines."""
    found: dict[str, Any] = {"platform": problem.platform.name}
    if problem.other_platforms:
        others = {part.rule.name: part.share for part in problem.other_platforms}
        rest = round(1.0 - sum(others.values()), 12)
        found = {"platforms": {problem.platform.name: rest, **others}}
    own = {e.name: _deadline(problem, e.deadline) for e in problem.demand.events if e.deadline}
    return {**found, **({"own_deadlines": own} if own else {})}


def _deadline(problem: Problem, own: OwnDeadline) -> str:
    if own.by_s is not None:
        return f"by {problem.horizon.at(own.by_s):%Y-%m-%dT%H:%M}"
    if own.working_days is not None:
        return f"{own.working_days} working days"
    return f"{own.hours:g} h"


def readable(sizes: dict[str, Any]) -> list[str]:
    """The sizes, one line each."""
    lines = [f"{sizes['name']}: valid"]
    for key, value in sizes.items():
        if key != "name":
            sentences = (
                [f"{sentence};" for sentence in value[:-1]] + value[-1:]
                if key in ("assumed", "risks")
                else []
            )
            first, *more = sentences or [_plain(value)]
            lines.append(f"  {key.replace('_', ' '):<16} {first or 'none'}")
            lines += [f"{'':19}{sentence}" for sentence in more]
    return lines


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return ", ".join(f"{name} {_plain(part)}" for name, part in value.items())
    return f"{value:,}" if isinstance(value, int) else str(value)
