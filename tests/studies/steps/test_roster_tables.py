"""Tables of who works when, by name: what they say, and the same bytes each time."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.costs import committed_costs
from planner.domain.horizon import HOUR_S
from planner.domain.roster import Roster, RosterRow
from planner.errors import ConflictError
from planner.formats.tables.tables import write_table
from planner.planning.rostering import assign
from planner.studies.steps import roster_tables as module
from planner.studies.steps.roster_tables import roster_tables
from tests.planning.builders import DAY_SHIFT, LATE_SHIFT, crew
from tests.planning.labour.builders import given, person, plan, row

NIGHT = replace(LATE_SHIFT, name="night", start_s=22 * HOUR_S, end_s=30 * HOUR_S)


def test_what_people_work_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Six days from Tuesday: A works four days in a row up to Saturday, B a night; a third person
    has a number, and one of the two places of the last day stays empty.
    """
    monkeypatch.setattr(assign, "in_solver_process", lambda call, *given: call(*given))
    of = given(
        6,
        person("A", "-++++-"),
        person("B", "+-----"),
        shifts=(DAY_SHIFT, NIGHT),
        crews=(crew(limit=3),),
    )
    made = plan(of, row(0, 1, "night"), *(row(d, 1) for d in (1, 2, 3, 4)), row(5, 2))
    tables = roster_tables(of, made)
    assert tables["people"].iloc[1].tolist() == [
        "B",
        "east",
        "own",
        1,
        "8.00",
        1,
        1,
        0,
        "yes",
        "yes",
    ]
    first = tables["roster"].iloc[0].tolist()
    assert first == ["2026-11-10", "east", "pack", "own", "night", "22:00", "06:00", "B", "yes"]
    reported = tables["roster_open"]
    assert reported[["date", "empty"]].values.tolist() == [["2026-11-15", 1]]
    third = tables["people"].iloc[2]
    assert third[["person", "named"]].tolist() == ["own-east-01", "no"]
    a = tables["people"].iloc[0]
    assert a["days"] == (tables["roster"]["person"] == "A").sum()
    assert a["hours"] == f"{7 * a['days']:.2f}"
    assert (
        a["weekend_days"] == (tables["roster"].query("person == 'A'")["date"] == "2026-11-14").sum()
    )


def test_nobody_named_numbers() -> None:
    """A scenario without names gives the same tables, with numbers."""
    of = given(1, crews=(crew(limit=3),))
    tables = roster_tables(of, plan(of, row(0, 3)))
    assert tables["roster"]["person"].tolist() == [f"own-east-0{n}" for n in (1, 2, 3)]
    assert (tables["people"]["named"] == "no").all()
    assert "roster_open" not in tables


def test_a_roster_that_breaks_a_limit_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the solver says, a shift on a day away is refused in words."""
    of = given(1, person("A", "-"), person("B"))
    wrong = Roster(
        (RosterRow(day=0, site="east", process="pack", crew="own", shift="day", person="A"),), ()
    )
    monkeypatch.setattr(module, "assign_people", lambda *given: wrong)
    with pytest.raises(
        ConflictError, match="A \\(own at east\\): pack, day shift 10 Nov, but is not there"
    ):
        roster_tables(of, plan(of, row(0, 1)))


def test_the_same_bytes_in_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The child process of a run and this one write the same files."""
    people = [person(f"P{i}", "+" * i + "-") for i in range(4)]
    of = given(5, *people, crews=(crew(limit=4),))
    made = plan(of, *(row(d, 1, s) for d in range(5) for s in ("day", "late")))
    apart = roster_tables(of, made)
    monkeypatch.setattr(assign, "in_solver_process", lambda call, *given: call(*given))
    here = roster_tables(of, made)
    for name in apart:
        for where, table in (("apart", apart[name]), ("here", here[name])):
            write_table(table, tmp_path / where / f"{name}.csv")
        assert (tmp_path / "apart" / f"{name}.csv").read_bytes() == (
            tmp_path / "here" / f"{name}.csv"
        ).read_bytes()


def test_the_roster_by_hand_is_what_the_promotion_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of the roster is a whole shift, the night that ends after the promotion too: eight
    hours by night and seven by day, at the wage, are the costs to the minor unit.
    """
    monkeypatch.setattr(assign, "in_solver_process", lambda call, *given: call(*given))
    of = given(4, shifts=(DAY_SHIFT, NIGHT), crews=(crew(limit=4),))
    of = replace(of, horizon=replace(of.horizon, tail_days=1))
    rows = [row(0, 2), row(1, 1), row(2, 2), row(2, 1, "night"), row(3, 1), row(3, 1, "night")]
    made = plan(of, *rows)
    roster = roster_tables(of, made)["roster"]
    assert roster["date"].max() == "2026-11-12"
    hours = sum(8 if shift == "night" else 7 for shift in roster["shift"])
    costs = committed_costs(of, made)
    assert costs["wages"] + costs["overtime"] == hours * of.crews[0].wage_minor_per_hour
