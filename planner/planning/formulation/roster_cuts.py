"""Cuts against places that no set of people can fill."""

from __future__ import annotations

import numpy as np

from planner.domain.roster import UnfilledPlaces
from planner.planning.formulation.parameters import Parameters
from planner.planning.formulation.plan_to_columns import put_people
from planner.planning.labour.crew_variables import CrewVariables
from planner.planning.milp.builder import MilpBuilder, Term


def add_roster_cuts(milp: MilpBuilder, parameters: Parameters, teams: list[CrewVariables]) -> None:
    """Add a cut for places that cannot be filled together.

    Permanent people: at one of the places at least one person fewer, head[p,h,d] <= people - 1 +
    limit (1 - y), sum of y >= 1. Temporaries: another number of people somewhere.

    Parameters
    ----------
    milp : MilpBuilder
        The model under construction.
    parameters : Parameters
        Sets and parameters of the model.
    teams : list of CrewVariables
        Columns of every crew.
    """
    for number, unfilled in enumerate(parameters.unfilled):
        name = (unfilled.site, unfilled.crew)
        team = next(t for t in teams if (t.crew.site, t.crew.name) == name)
        if unfilled.fewer:
            _fewer_somewhere(milp, team, unfilled, number)
        else:
            _other_somewhere(milp, parameters, team, unfilled, number)


def _fewer_somewhere(
    milp: MilpBuilder, team: CrewVariables, unfilled: UnfilledPlaces, number: int
) -> None:
    """At one of the places fewer people."""
    shifts, rows = [s.name for s in team.shifts], unfilled.rows
    limit = float(team.crew.limit)
    y = milp.variables(f"fewer {number}", len(rows), 1.0, integer=True, decision=True)
    terms, upper = [Term(np.arange(len(rows)), y, 0.0)], np.full(len(rows), np.inf)
    for k, row in enumerate(rows):
        heads = team.head[:, shifts.index(row.shift), row.day]
        at = heads[team.processes.index(row.process)] if row.process else heads
        terms += [Term(k, at[at >= 0]), Term(k, y[k : k + 1], limit - row.headcount + 1.0)]
        upper[k] = limit
    milp.constraints("cover_fewer", len(rows), terms, upper=upper)
    milp.constraints("cover_fewer", 1, [Term(0, y)], lower=1.0)


def _other_somewhere(
    milp: MilpBuilder,
    parameters: Parameters,
    team: CrewVariables,
    unfilled: UnfilledPlaces,
    number: int,
) -> None:
    """In one column of the crew at least one person more or fewer."""
    columns = np.unique(np.concatenate([team.head.ravel(), team.books.ravel()]))
    columns = columns[columns >= 0]
    values = np.zeros(milp.columns)
    put_people(values, parameters.problem, team, unfilled.rows)
    before = values[columns]
    limit = float(team.crew.limit)
    more = milp.variables(f"more {number}", len(columns), 1.0, integer=True, decision=True)
    fewer = milp.variables(f"fewer {number}", len(columns), 1.0, integer=True, decision=True)
    row = np.arange(len(columns))
    milp.constraints(
        "cover_other", len(row), [Term(row, columns), Term(row, more, -before - 1.0)], lower=0.0
    )
    milp.constraints(
        "cover_other",
        len(row),
        [Term(row, columns), Term(row, fewer, limit - before + 1.0)],
        upper=limit,
    )
    milp.constraints("cover_other", 1, [Term(0, more), Term(0, fewer)], lower=1.0)
