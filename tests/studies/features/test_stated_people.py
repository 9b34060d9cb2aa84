"""The people stated in a roster are those simulated, paid and reported: exact numbers by the
command line.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.costs import bookings, committed_costs
from planner.domain.horizon import HOUR_S, Shift
from planner.domain.named_staff import Person, too_close
from planner.domain.plan import Booking
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.workforce import LONG_AGO, StaffRow
from planner.errors import InputError
from planner.formats.base.shipped_files import configs_folder
from planner.formats.plan_files import read_plan, write_plan
from planner.formats.scenario.reader import read_scenario
from planner.planning.rostering.assign import assign_people
from planner.planning.validation.plan_rules import violations
from planner.planning.validation.roster_rules import roster_violations
from planner.simulation.inputs.attendance import present_seconds, servers_present
from planner.simulation.inputs.service_times import MICRO
from planner.studies.steps.make_plan import as_is_plan
from planner.studies.steps.roster_tables import roster_tables
from planner.studies.steps.staff_notes import name_warnings, plan_warnings, roster_warnings

HEAD = """\
name: hall
currency: EUR
timezone: Europe/Berlin
horizon: {start: "2026-11-09T00:00", days: 6, tail_days: 0}
opening_backlog: {orders: 0}
platform: {counts: label, deadline_hours: 48}
demand: {baseline_orders_per_day: 100}
sites:
  - name: hall
    processes: {pick: {orders_per_hour: 60}, pack: {orders_per_hour: 60}}
shifts:
  - {name: day, start: "06:00", end: "14:00"}
  - {name: late, start: "14:00", end: "22:00"}
  - {name: night, start: "22:00", end: "06:00", breaks: [{at: "02:00", minutes: 30}]}
crews:
  - {name: own, headcount: 9, wage_per_hour: 12, regular_hours: 7}
  - {name: agency, max_headcount: 20, wage_per_hour: 10, ramp: [0.5, 0.75, 1.0], hire_cost: 100, min_rest_hours: 8}
"""

MIXED = (("own", 1), ("agency", 2))  # people by crew
CREW_OF_ANNEX = "crews:\n  - {name: own, site: annex, headcount: 1, wage_per_hour: 12}"


def rostered(
    folder: Path, *rows: str, columns: str = "date,process,crew,shift,headcount", head: str = HEAD
) -> Problem:
    """A scenario with a roster of these rows (dates as days of November)."""
    lines = "\n".join([columns, *rows])
    (folder / "staffing.csv").write_text(lines.replace("11-", "2026-11-"), encoding="utf-8")
    (folder / "scenario.yaml").write_text(head + "staffing: staffing.csv\n", encoding="utf-8")
    return read_scenario(folder).problem


def roster(problem: Problem) -> tuple[StaffRow, ...]:
    assert problem.roster is not None
    return problem.roster


def people(problem: Problem) -> dict[tuple[int, str, int], int]:
    """Headcount by (day, process, first day)."""
    return {(r.day, r.process, r.since_day): r.headcount for r in roster(problem)}


def test_late_joiners_start_when_they_join(tmp_path: Path) -> None:
    """Five people from the first day, five more from the fourth: the second five go through the
    ramp-up from then on, and hiring counts ten people, each for the days on which they are
    there.
    """
    rows = [f"11-{9 + d:02},pack,agency,day,{5 if d < 3 else 10}" for d in range(6)]
    problem = rostered(tmp_path, *rows)
    assert people(problem) == {(d, "pack", 0): 5 for d in range(6)} | {
        (d, "pack", 3): 5 for d in (3, 4, 5)
    }
    booked = bookings(problem, roster(problem))
    assert booked == (Booking("hall", "agency", 0, 5, 5), Booking("hall", "agency", 3, 5, 5))
    costs = committed_costs(problem, as_is_plan(problem))
    assert costs["hiring"] == 10 * 100_00
    assert costs["wages"] == (6 * 5 + 3 * 5) * 8 * 10_00
    groups = servers_present(problem, as_is_plan(problem), Streams(1, HELD_OUT, 0))
    on_fourth = {
        (g.rate / MICRO, g.people) for g in groups if g.stretches[0][0] // (24 * HOUR_S) == 3
    }
    assert on_fourth == {(1.0, 5), (0.5, 5)}


def test_people_who_change_their_place_keep_their_tenure(tmp_path: Path) -> None:
    """Three pack for two days, then two of them pick: nobody is new; a day without anybody ends
    every booking.
    """
    rows = [
        "11-09,pack,agency,day,3",
        "11-10,pack,agency,day,3",
        "11-11,pack,agency,late,1",
        "11-11,pick,agency,day,2",
    ]
    problem = rostered(tmp_path, *rows, "11-13,pack,agency,day,2")
    assert {(r.day, r.since_day, r.headcount) for r in roster(problem) if r.day < 3} >= {
        (2, 0, 1),
        (2, 0, 2),
    }
    assert people(problem)[4, "pack", 4] == 2
    assert [(b.since_day, b.last_day, b.people) for b in bookings(problem, roster(problem))] == [
        (0, 2, 3),
        (4, 4, 2),
    ]


def test_who_came_last_leaves_first(tmp_path: Path) -> None:
    """2, 5, 3 people: two stay for three days, one for two, two for one."""
    rows = [f"11-{9 + d:02},pack,agency,day,{n}" for d, n in enumerate((2, 5, 3))]
    booked = bookings(rostered(tmp_path, *rows), roster(rostered(tmp_path, *rows)))
    assert [(b.since_day, b.last_day, b.people) for b in booked] == [
        (0, 2, 2),
        (1, 1, 2),
        (1, 2, 1),
    ]


def test_a_stated_first_day_stands(tmp_path: Path) -> None:
    """People with a first day of their own are not counted with the others."""
    rows = [
        "11-09,pack,agency,day,2,11-02",
        "11-10,pack,agency,day,2,11-02",
        "11-10,pick,agency,day,1,",
    ]
    problem = rostered(tmp_path, *rows, columns="date,process,crew,shift,headcount,since")
    assert people(problem) == {(0, "pack", -7): 2, (1, "pack", -7): 2, (1, "pick", 1): 1}
    assert [(b.since_day, b.people) for b in bookings(problem, roster(problem))] == [(1, 1)]


def test_who_was_booked_before_the_plan_is_made_needs_no_notice(tmp_path: Path) -> None:
    """Planned on the 8th with three days of notice: on the books since the 2nd is fine, since the
    9th is not.
    """
    head = (
        HEAD.replace("max_headcount: 20", "max_headcount: 20, notice_days: 3")
        + 'planned_on: "2026-11-08"\n'
    )
    rows = ["11-09,pack,agency,day,2,11-02", "11-09,pick,agency,day,1,11-09"]
    problem = rostered(
        tmp_path, *rows, columns="date,process,crew,shift,headcount,since", head=head
    )
    late = "agency people at hall booked from 9 Nov: 1 day of notice, 3 needed"
    assert [v.words for v in violations(problem, as_is_plan(problem))] == [late]


def test_every_day_includes_the_night_before_the_horizon(tmp_path: Path) -> None:
    """Three on every night: three people from 00:00 to 06:00 on each of six days; pay is for what
    is simulated of a night, 7.5 hours of which 7 are regular, 2 of them in the last evening and 5.5
    of them in the first morning.
    """
    problem = rostered(tmp_path, "pack,own,night,3", columns="process,crew,shift,headcount")
    plan = as_is_plan(problem)
    seconds = present_seconds(problem, servers_present(problem, plan, Streams(1, HELD_OUT, 0)))[
        0, 1
    ]
    assert seconds[:7].tolist() == [3 * HOUR_S, 3 * HOUR_S, 1.5 * HOUR_S, *[3 * HOUR_S] * 3, 0]
    assert seconds[-2:].tolist() == [3 * HOUR_S] * 2
    costs = committed_costs(problem, plan)
    assert costs["wages"] == 3 * 12_00 * (5 * 7 + 5 + 2)
    assert costs["overtime"] == round(3 * 12_00 * 1.5 * (5 * 0.5 + 0.5))
    assert violations(problem, plan) == ()


def test_without_a_roster_somebody_is_there_at_midnight(tmp_path: Path) -> None:
    """Nine own people over two processes and three shifts, every day: two pick and one packs from
    00:00 on.
    """
    (tmp_path / "scenario.yaml").write_text(HEAD, encoding="utf-8")
    problem = read_scenario(tmp_path).problem
    seconds = present_seconds(
        problem, servers_present(problem, as_is_plan(problem), Streams(1, HELD_OUT, 0))
    )[0]
    assert seconds[:, 0].tolist() == [2 * HOUR_S, HOUR_S]


def test_rest_of_tenths_of_an_hour_is_exact() -> None:
    """16.1 hours between two shifts are 16.1 hours of rest (16.1 x 3600 is more than 57,960 in
    floating point).
    """
    late, early = (
        Shift("late", 12 * HOUR_S, 20 * HOUR_S),
        Shift("early", 12 * HOUR_S + 360, 20 * HOUR_S),
    )
    assert not too_close(late, early, 1, 16.1)
    assert too_close(late, early, 1, 16.2)


def test_pay_and_presence_are_the_same_hours(tmp_path: Path) -> None:
    """All three shifts, every day: paid hours of the table are the hours somebody is there."""
    rows = [
        f"{process},own,{shift},1"
        for process in ("pick", "pack")
        for shift in ("day", "late", "night")
    ]
    problem = rostered(tmp_path, *rows, columns="process,crew,shift,headcount")
    plan = as_is_plan(problem)
    seconds = present_seconds(
        problem, servers_present(problem, plan, Streams(1, HELD_OUT, 0))
    ).sum()
    (tmp_path / "run").mkdir()
    write_plan(tmp_path / "run", problem, plan)
    table = (tmp_path / "run" / "tables" / "staffing.csv").read_text(encoding="utf-8").splitlines()
    assert (
        sum(float(line.split(",")[-2]) for line in table[1:])
        == seconds / HOUR_S
        == 2 * (6 * 24 - 6 * 0.5)
    )
    assert read_plan(tmp_path / "run", problem).staffing == plan.staffing


def test_the_evening_before_may_be_stated_for_shifts_that_reach_in(tmp_path: Path) -> None:
    """The night of the 8th is accepted, its day shift and the 7th are not, each with its reason."""
    problem = rostered(tmp_path, "11-08,pack,own,night,2")
    assert roster(problem) == (
        StaffRow(
            day=-1,
            site="hall",
            process="pack",
            crew="own",
            shift="night",
            since_day=LONG_AGO,
            headcount=2,
        ),
    )
    with pytest.raises(InputError) as refused:
        rostered(
            tmp_path, "11-08,pack,own,day,2", "11-07,pack,own,night,2", "11-15,pack,own,night,2"
        )
    words = [f.message for f in refused.value.findings]
    span = "must lie in the horizon, 2026-11-09 to 2026-11-14, got "
    assert words == [
        f"{span}2026-11-08: the day shift of the evening before ends before the horizon starts",
        f"{span}2026-11-07",
        f"{span}2026-11-15",
    ]


def test_temporaries_of_the_evening_before_are_hired_once(tmp_path: Path) -> None:
    """Two agency people on every night and three by day: five hired, the night people on their
    second day of the ramp-up when the first day of the horizon ends.
    """
    rows = ["pack,agency,night,2", "pack,agency,day,3"]
    problem = rostered(tmp_path, *rows, columns="process,crew,shift,headcount")
    assert [(b.since_day, b.people) for b in bookings(problem, roster(problem))] == [
        (-1, 2),
        (0, 3),
    ]
    assert committed_costs(problem, as_is_plan(problem))["hiring"] == 5 * 100_00


def test_an_absence_wave_strikes_the_evening_before(tmp_path: Path) -> None:
    """A wave from the 8th at noon until the 9th at noon: nobody comes to the night shift of the
    8th.
    """
    wave = (
        'disruptions:\n  - {kind: absence_wave, from: "2026-11-08T12:00", to: '
        '"2026-11-09T12:00", factor: 1.0}\n'
    )
    problem = rostered(
        tmp_path, "pack,own,night,3", columns="process,crew,shift,headcount", head=HEAD + wave
    )
    seconds = present_seconds(
        problem, servers_present(problem, as_is_plan(problem), Streams(1, HELD_OUT, 0))
    )[0, 1]
    assert seconds[:22].sum() == 0
    assert seconds[22] == 3 * HOUR_S


def test_a_roster_that_breaks_rules_is_reported_before_it_is_run(tmp_path: Path) -> None:
    """Ten of nine people, and a night with too little rest before it: `check` says both, in the
    words of the rules.
    """
    rows = ["11-09,pack,own,day,10", "11-10,pack,own,night,9", "11-11,pack,own,day,1"]
    assert roster_warnings(rostered(tmp_path, *rows)) == [
        "staffing: own people at hall on 9 Nov: 10 planned, 9 allowed",
        "staffing: own people at hall: 10 work night on 10 Nov or day on 11 Nov, only 9 are there "
        "and nobody can do "
        "two of these with 11 hours of rest",
    ]
    assert roster_warnings(rostered(tmp_path, "11-09,pack,own,day,9")) == []


def test_a_scenario_without_a_roster_breaks_no_rule_with_it(tmp_path: Path) -> None:
    """The fewest people of a process are asked of a roster that is stated, and of every plan."""
    problem = rostered(tmp_path, "11-09,pack,own,day,9")
    processes = tuple(replace(p, min_people=2) for p in problem.sites[0].processes)
    asking = replace(problem, sites=(replace(problem.sites[0], processes=processes),))
    found = roster_warnings(asking)
    assert found[1] == (
        "staffing: hall, pick, late shift: 0 people on 9 Nov to 14 Nov; 2 is the least"
    )
    assert found[3] == (
        "staffing: hall, pack, day shift: 0 people on 10 Nov to 14 Nov; 2 is the least"
    )
    assert len(found) == 6  # one for each process and shift, whatever the number of days
    assert roster_warnings(replace(asking, roster=None)) == []


def test_too_many_temporaries_are_one_warning_for_a_shift(tmp_path: Path) -> None:
    """Days with the same numbers are named together, others on their own."""
    rows = [f"11-{day:02},pack,{crew},day,{n}" for day in (9, 10, 12) for crew, n in MIXED]
    problem = rostered(tmp_path, *rows, "11-13,pack,agency,day,1")
    processes = tuple(
        replace(p, max_temporary_share=0.5, starters_per_permanent=1.0)
        for p in problem.sites[0].processes
    )
    strict = replace(problem, sites=(replace(problem.sites[0], processes=processes),))
    assert roster_warnings(strict) == [
        "staffing: hall, pack, day shift: 2 of 3 people temporary on 9 Nov to 10 Nov and 12 Nov; "
        "1 of 1 person temporary on 13 Nov; 50% at most",
        "staffing: hall, pack, day shift: 2 people on their first day with 1 permanent on 9 Nov "
        "and 12 Nov; 1 for each at most",
    ]


@pytest.mark.parametrize("named", ["own-hall-01", "P01"])
def test_a_name_like_a_number_is_nobody_elses(tmp_path: Path, named: str) -> None:
    """One person with a name and one without: two people in the roster, whatever the name."""
    two = HEAD.replace("headcount: 9", "headcount: 2") + "staff: staff.csv\n"
    (tmp_path / "staff.csv").write_text(f"name,crew\n{named},own\n", encoding="utf-8")
    problem = rostered(tmp_path, "11-09,pack,own,day,2", head=two)
    plan = as_is_plan(problem)
    found = assign_people(problem, plan)
    assert len({row.person for row in found.rows}) == 2
    assert found.open == ()
    assert roster_violations(problem, plan, found) == ()


def test_one_name_at_two_sites_is_two_people(tmp_path: Path) -> None:
    """P01 works in both halls on one day, as two people: the roster keeps them apart by site, and
    `check` asks whether that was meant.
    """
    annex = "  - {name: annex, processes: {pack: {orders_per_hour: 60}}}\nshifts:"
    head = HEAD.replace("shifts:", annex).replace("headcount: 9", "headcount: 1")
    head = head.replace("crews:", CREW_OF_ANNEX).replace("name: own, h", "name: own, site: hall, h")
    head = head.replace("name: agency,", "name: agency, site: hall,") + "staff: staff.csv\n"
    (tmp_path / "staff.csv").write_text(
        "name,site,crew\nP01,hall,own\nP01,annex,own\n", encoding="utf-8"
    )
    rows = ("11-09,hall,pack,own,day,1", "11-09,annex,pack,own,late,1")
    columns = "date,site,process,crew,shift,headcount"
    problem = rostered(tmp_path, *rows, columns=columns, head=head)
    plan = as_is_plan(problem)
    table = roster_tables(problem, plan)["roster"]
    assert sorted(zip(table["site"], table["person"], table["shift"], strict=True)) == [
        ("annex", "P01", "late"),
        ("hall", "P01", "day"),
    ]
    assert name_warnings(problem) == [
        "staff P01: stands at annex and hall, and is planned as 2 people, who may work at the same "
        "time; if it is one person, keep one row"
    ]


@pytest.mark.parametrize(
    "name", [pytest.param("singles-day", marks=pytest.mark.slow), "black-friday"]
)
def test_the_shipped_rosters_break_no_rule(name: str) -> None:
    """What is shipped as an example keeps its own rules, its six days a week among them."""
    assert roster_warnings(read_scenario(configs_folder() / name).problem) == []


def test_hours_that_a_plan_cannot_staff_are_reported(tmp_path: Path) -> None:
    """The night shift of the evening before would work until 06:00; a site that opens at 08:00
    misses nobody.
    """
    problem = rostered(tmp_path, "pack,own,day,1", columns="process,crew,shift,headcount")
    assert len(plan_warnings(problem)) == 1
    assert plan_warnings(problem)[0].startswith(
        "hall: in a plan nobody can be there before 06:00 on the first day"
    )
    opened = HEAD.replace(
        "  - name: hall", '  - name: hall\n    open: {from: "08:00", to: "22:00"}'
    )
    assert plan_warnings(rostered(tmp_path, "11-09,pack,own,day,1", head=opened)) == []


def test_named_people_may_work_the_evening_before(tmp_path: Path) -> None:
    """Somebody with a name is there on the evening before unless their dates say otherwise."""
    small = HEAD.replace("headcount: 9", "headcount: 3") + "staff: staff.csv\n"
    (tmp_path / "staff.csv").write_text(
        "name,crew,availability,unavailable\nA,own,,\nB,own,,2026-11-08\nC,own,2026-11-07..2026-11-09,\n",
        encoding="utf-8",
    )
    problem = rostered(
        tmp_path, "pack,own,night,1", columns="process,crew,shift,headcount", head=small
    )

    def there(person: Person) -> list[int]:
        return sorted(person.available_days)

    assert [there(p) for p in problem.people] == [list(range(-1, 6)), list(range(6)), [-1, 0]]
    plan = as_is_plan(problem)
    found = assign_people(problem, plan)
    assert {r.person for r in found.rows if r.day == -1} <= {"A", "C"}
    assert len(found.rows) == 7
    assert roster_violations(problem, plan, found) == ()
