"""roster.csv alone, read as a wall sheet is: who is there in every shift, and what each person works."""

from __future__ import annotations

from itertools import pairwise

import pandas as pd
import pytest

from planner.formats.scenario.reader import read_scenario
from planner.formats.tables.tables import write_table
from planner.studies.runs.budget import Budget
from planner.studies.steps.make_plan import decide
from planner.studies.steps.roster_tables import roster_tables

LEAST, MOST_TEMPORARY, EACH, REST, HOURS, IN_A_ROW = 2, 0.5, 1.0, 11.0, 30.0, 4
DAYS = pd.date_range("2026-11-09", periods=6).strftime("%Y-%m-%d")
HALL = f"""\
name: hall
currency: EUR
timezone: Europe/Berlin
horizon: {{start: "2026-11-09T00:00", days: 6, tail_days: 0, bucket_minutes: 240}}
opening_backlog: {{orders: 0}}
platform: {{counts: label, deadline_hours: 24}}
demand: {{baseline_orders_per_day: 500}}
sites:
  - name: hall
    open: {{from: "06:00", to: "22:00"}}
    processes:
      pick: &process {{orders_per_hour: 30, min_people: {LEAST}, max_temporary_share: {MOST_TEMPORARY},
                      starters_per_permanent: {EACH:g}}}
      pack: *process
shifts:
  - {{name: early, start: "06:00", end: "14:00", breaks: [{{at: "10:00", minutes: 30}}]}}
  - {{name: late, start: "14:00", end: "22:00", breaks: [{{at: "18:00", minutes: 30}}]}}
crews:
  - {{name: own, headcount: 12, wage_per_hour: 24, min_rest_hours: {REST:g}, max_hours_per_week: {HOURS:g},
     max_consecutive_days: {IN_A_ROW}}}
  - {{name: agency, max_headcount: 12, wage_per_hour: 16, min_rest_hours: {REST:g}, min_days: 2, ramp: [0.6, 1.0]}}
"""


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The roster of a joint plan, as its file states it, with the time at which each shift begins
    and ends.
    """
    folder = tmp_path_factory.mktemp("hall")
    (folder / "scenario.yaml").write_text(HALL, encoding="utf-8")
    problem = read_scenario(folder).problem
    tables = roster_tables(problem, decide(problem, budget=Budget(effort=1)))
    assert "roster_open" not in tables
    write_table(tables["roster"], folder / "roster.csv")
    table = pd.read_csv(folder / "roster.csv")
    for column in ("start", "end"):
        table[f"{column}s"] = pd.to_datetime(table["date"] + " " + table[column])
    assert (table["ends"] > table["starts"]).all()  # no shift goes beyond midnight
    return table


def test_no_shift_is_empty_or_without_permanent_people(roster: pd.DataFrame) -> None:
    """In every shift of every day and process: enough people, half of them at least permanent, and
    for everybody on the first day somebody permanent.
    """
    temporary = roster["crew"] == "agency"
    first = roster.groupby("person")["date"].transform("min")
    counted = roster.assign(
        temporary=temporary, permanent=~temporary, starter=temporary & (roster["date"] == first)
    )
    each = counted.groupby(["process", "shift", "date"])[["temporary", "permanent", "starter"]]
    people = each.sum()
    wanted = pd.MultiIndex.from_product([("pack", "pick"), ("early", "late"), DAYS])
    assert set(people.index) == set(wanted)
    total = people["temporary"] + people["permanent"]
    assert total.min() >= LEAST
    assert (people["permanent"] > 0).all()
    assert (people["temporary"] <= MOST_TEMPORARY * total).all()
    assert (people["starter"] <= EACH * people["permanent"]).all()
    assert people["starter"].sum() > 0


def test_every_person_keeps_rest_hours_and_days(roster: pd.DataFrame) -> None:
    """One shift a day, eleven hours between two, four days in a row, thirty hours in seven days."""
    assert not roster.duplicated(["person", "date"]).any()
    for person, shifts in roster.sort_values("starts").groupby("person"):
        rest = [b - a for a, b in zip(shifts["ends"], shifts["starts"].iloc[1:], strict=False)]
        assert all(gap >= pd.Timedelta(hours=REST) for gap in rest), person
        if shifts["crew"].iloc[0] == "agency":  # booked: at work every day
            dates = pd.to_datetime(shifts["date"])
            assert all(b - a == pd.Timedelta(days=1) for a, b in pairwise(dates)), person
            continue
        worked = {DAYS.get_loc(day) for day in shifts["date"]}
        for start in range(len(DAYS)):
            week = worked & set(range(start, start + 7))
            assert len(week) * 7.5 <= HOURS, person
            assert not set(range(start, start + IN_A_ROW + 1)) <= worked, person


def test_numbers_are_of_crew_and_site(roster: pd.DataFrame) -> None:
    """A number belongs to one crew of one site: own-hall-01."""
    numbers = roster["person"].str.rsplit("-", n=1, expand=True)
    assert (numbers[0] == roster["crew"] + "-" + roster["site"]).all()
    assert (roster.groupby("person")[["site", "crew"]].nunique() == 1).all().all()
