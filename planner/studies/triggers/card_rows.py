"""Rules of a card <-> rows of its table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import pandas as pd

from planner.domain.costs import planned_minor
from planner.domain.horizon import DAY_S, HOUR_S
from planner.domain.money import to_major
from planner.domain.on_call import ON_CALL
from planner.domain.plan import ExtraCollection, Plan
from planner.domain.problem import Problem
from planner.domain.triggers import (
    ALWAYS,
    Actions,
    Level,
    Measure,
    Policy,
    Rule,
    with_actions,
)
from planner.domain.workforce import StaffRow
from planner.reporting.tables.trigger_tables import TRIGGERS_TABLE

Cells = Mapping[str, str]
BETWEEN = "; "  # regions in a cell


@dataclass(frozen=True, kw_only=True)
class CardRows:
    """Writes the rules of a card as rows.

    Attributes
    ----------
    problem : Problem
        What is given, with people on call as crews.
    plan : Plan
        The plan that the rules add to.
    pickup_notice_s : int
        Seconds between the booking of a vehicle and its collection.
    """

    problem: Problem
    plan: Plan
    pickup_notice_s: int

    def table(self, rules: Policy, levels: Sequence[Sequence[int]]) -> pd.DataFrame:
        """Tabulate rules.

        Parameters
        ----------
        rules : tuple of Rule
            The rules.
        levels : sequence of sequence of int
            Level that applied [promotion][checkpoint] when the card was judged.

        Returns
        -------
        DataFrame
            The table `triggers`.
        """
        rows: list[tuple[object, ...]] = []
        for c, rule in enumerate(rules):
            applied = [promotion[c] for promotion in levels]
            for number, level in enumerate(rule.levels, start=1):
                head = (*self._head(rule), number, None if level.above == ALWAYS else level.above)
                tail = (applied.count(number), len(applied))
                done = [*self._actions(level.actions), *self._levers(rule.at_s, level.actions)]
                rows += [(*head, *cells, *tail) for cells in done]
            if not rule.levels:
                nothing = ("none", None, *[""] * 9, None, "")
                rows.append((*self._head(rule), 0, None, *nothing, len(applied), len(applied)))
        frame = TRIGGERS_TABLE.frame(rows)
        # people are whole numbers, hours may not be: no column of floats for either
        place = TRIGGERS_TABLE.names.index("number")
        frame["number"] = pd.Series([row[place] for row in rows], dtype=object)
        return frame.astype({"threshold": "Int64"})

    def _head(self, rule: Rule) -> tuple[object, ...]:
        measure = rule.measure
        since = self._moment(measure.since_s) if measure.kind == "orders" else ""
        return self._moment(rule.at_s), measure.kind, measure.site, since

    def _actions(self, actions: Actions) -> Iterator[tuple[object, ...]]:
        """Cells of each action, from the action to the moment of decision."""
        for row in sorted(actions.people, key=self._in_order):
            crew, begins = row.crew.removesuffix(ON_CALL), self._begins(row)
            terms = self.problem.crew(row.site, crew).on_call
            notice_hours = terms.notice_hours if terms else 0.0
            yield (
                "call",
                row.headcount,
                row.site,
                crew,
                row.process,
                row.shift,
                *("", "", ""),
                *self._when(begins),
                self._cost(Actions(people=(row,))),
                self._moment(begins - round(notice_hours * HOUR_S)),
            )
        for vehicle in actions.vehicles:
            comes = vehicle.day * DAY_S + vehicle.at_s
            yield (
                "pickup",
                vehicle.vehicles,
                vehicle.site,
                "",
                "",
                "",
                vehicle.contract,
                *("", ""),
                *self._when(comes),
                self._cost(Actions(vehicles=(vehicle,))),
                self._moment(comes - self.pickup_notice_s),
            )

    def _levers(self, at_s: int, actions: Actions) -> Iterator[tuple[object, ...]]:
        """Cells of longer promises and of caps, which are decided at once."""
        nothing, now = ("", "", "", "", ""), ("", "", None, self._moment(at_s))
        for hours in sorted({hours for _, hours in actions.promised}):
            regions = BETWEEN.join(r for r, of in actions.promised if of == hours)
            yield (
                "promise",
                int(hours) if hours == int(hours) else hours,
                *nothing,
                regions,
                "",
                *now,
            )
        for event, orders in actions.capped:
            yield ("cap", orders, *nothing, "", event, *now)

    def _begins(self, row: StaffRow) -> int:
        return row.day * DAY_S + self.problem.shift(row.shift).start_s

    def _in_order(self, row: StaffRow) -> tuple[int, int, int, StaffRow]:
        """By shift, then as the scenario names sites and processes."""
        names = self.problem.site_names, self.problem.process_names
        return self._begins(row), names[0].index(row.site), names[1].index(row.process), row

    def _cost(self, actions: Actions) -> Any:
        plan = with_actions(self.problem, self.plan, actions)
        more = planned_minor(self.problem, plan) - planned_minor(self.problem, self.plan)
        return to_major(more, self.problem.currency)

    def _when(self, second: int) -> tuple[str, str]:
        at = self.problem.horizon.at(second)
        return f"{at:%Y-%m-%d}", f"{at:%H:%M}"

    def _moment(self, second: int) -> str:
        return f"{self.problem.horizon.at(second):%Y-%m-%d %H:%M}"


def rules_of(problem: Problem, table: pd.DataFrame) -> Policy:
    """The rules that a table of texts states.

    Parameters
    ----------
    problem : Problem
        What is given, with people on call as crews.
    table : DataFrame
        The table `triggers` as text.

    Returns
    -------
    tuple of Rule
        The rules.

    Raises
    ------
    ValueError, KeyError
        The table states none, or names what the scenario does not have.
    """
    cells: list[Cells] = [{str(k): v for k, v in r.items()} for r in table.to_dict("records")]
    return tuple(
        _rule(problem, list(rows)) for _, rows in groupby(cells, key=lambda c: c["checkpoint"])
    )


def _rule(problem: Problem, rows: Sequence[Cells]) -> Rule:
    first = rows[0]
    if first["measure"] not in ("orders", "waiting"):
        raise ValueError(f"no such measure: {first['measure']}")
    measure = (
        Measure(kind="orders", since_s=_second(problem, first["since"]))
        if first["measure"] == "orders"
        else Measure(kind="waiting", site=first["counted_at"])
    )
    levels = []
    for number, of in groupby(rows, key=lambda c: c["level"]):
        if number == "0":
            continue
        done = list(of)
        above = done[0]["threshold"]
        actions = sum((_action(problem, c) for c in done), start=Actions())
        levels.append(Level(int(above) if above else ALWAYS, actions))
    return Rule(at_s=_second(problem, first["checkpoint"]), measure=measure, levels=tuple(levels))


def _action(problem: Problem, cells: Cells) -> Actions:
    if cells["action"] == "promise":
        regions = cells["regions"].split(BETWEEN)
        return Actions(promised=tuple((region, float(cells["number"])) for region in regions))
    if cells["action"] == "cap":
        return Actions(capped=((cells["event"], int(cells["number"])),))
    day = problem.horizon.day_of(datetime.fromisoformat(cells["date"]).date())
    if cells["action"] == "pickup":
        hour, minute = (int(part) for part in cells["at"].split(":"))
        at_s = hour * HOUR_S + minute * 60
        vehicle = ExtraCollection(day, cells["site"], cells["contract"], at_s, int(cells["number"]))
        return Actions(vehicles=(vehicle,))
    called = cells["site"], cells["crew"] + ON_CALL
    if called not in {(crew.site, crew.name) for crew in problem.crews}:
        raise ValueError(f"nobody of {cells['crew']} is on call at {cells['site']}")
    if cells["shift"] not in {shift.name for shift in problem.shifts}:
        raise ValueError(f"no such shift: {cells['shift']}")
    crew = problem.crew(*called)
    row = StaffRow(
        day=day,
        site=crew.site,
        process=problem.site(crew.site).process(cells["process"]).name,
        crew=crew.name,
        shift=cells["shift"],
        since_day=day,
        headcount=int(cells["number"]),
    )
    return Actions(people=(row,))


def _second(problem: Problem, text: str) -> int:
    return problem.horizon.second(datetime.fromisoformat(text))
