"""Opening days, days of shifts and pick-ups, public holidays: read, checked, warned of."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from planner.domain.horizon import HOUR_S
from planner.domain.problem import Problem
from planner.domain.site import CLOSED
from planner.formats.scenario.reader import read_scenario
from tests.cli.builders import write_small
from tests.formats.builders import findings_of

# Monday 9 November to Sunday 22 November 2026
DAYS = ("days: 4, tail_days: 0", "days: 14, tail_days: 0")
SITE = "    region: zhejiang\n"
SHIFT = '{name: day, start: "08:00", end: "17:00", breaks: [{at: "12:00", minutes: 60}]}'
NEAR = '{contract: near, at: ["12:00", "18:00"], capacity_parcels: 2000}'
LATER = ("2026-11-09T00:00", "2026-09-28T00:00")


def written(folder: Path, *changes: tuple[str, str]) -> Path:
    """The small scenario over two weeks, with texts replaced."""
    return write_small(folder, dict([DAYS, *changes]))


def opened(text: str) -> tuple[str, str]:
    """The site with opening days."""
    return SITE, f"{SITE}    open: {text}\n"


def read(folder: Path, *changes: tuple[str, str]) -> Problem:
    written(folder, *changes)
    return read_scenario(folder).problem


def warnings(folder: Path, *changes: tuple[str, str]) -> list[str]:
    written(folder, *changes)
    return [w for w in read_scenario(folder).warnings if w.startswith(("sites.", "shift"))]


def closed_days(problem: Problem) -> list[int]:
    """Days of the horizon on which the site does not open."""
    site = problem.sites[0]
    return [day for day in range(problem.horizon.days) if site.is_closed(day)]


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("{days: [mon..sat]}", [6, 13]),
        ("{days: mon..fri}", [5, 6, 12, 13]),
        ("{days: [Monday, 周二, wed, thu..fri, 星期天]}", [5, 12]),
        ("{days: [sat..mon]}", [1, 2, 3, 4, 8, 9, 10, 11]),
        ("{sun: closed}", [6, 13]),
        ('{closed: ["2026-11-11", "2026-11-12"]}', [2, 3]),
        ('{days: [mon..fri], extra_open: ["2026-11-14"]}', [6, 12, 13]),
        ('{from: "08:00", to: "20:00"}', []),
    ],
)
def test_days_on_which_a_site_is_closed(tmp_path: Path, text: str, closed: list[int]) -> None:
    """By weekday in any writing, by date, and without the days that are added again."""
    assert closed_days(read(tmp_path, opened(text))) == closed


def test_hours_of_a_weekday(tmp_path: Path) -> None:
    """A Saturday with hours of its own, written as text or as a mapping; a shift that begins after
    them is not worked, one that goes beyond them is cut.
    """
    texts = ('"09:00-13:00"', '{from: "09:00", to: "13:00"}', '"9:00-13:00"')
    for number, text in enumerate(texts[:2]):
        usual = f'{{from: "08:00", to: "20:00", sat: {text}}}'
        problem = read(tmp_path / str(number), opened(usual))
        site, shift = problem.sites[0], problem.shifts[0]
        assert site.opening_on(5) == (9 * HOUR_S, 13 * HOUR_S)
        assert site.opening_on(4) == (8 * HOUR_S, 20 * HOUR_S)
        begin = 5 * 24 * HOUR_S
        assert site.working(shift, 5) == [(begin + 9 * HOUR_S, begin + 12 * HOUR_S)]
        late = [c for c in site.collections if c.at_s == 18 * HOUR_S]
        assert all(site.collects(c, 4) and not site.collects(c, 5) for c in late)


def test_a_night_of_the_day_before_is_worked_to_its_end(tmp_path: Path) -> None:
    """Where a site opens past midnight; where it opens round the clock, midnight ends the day."""
    night = SHIFT.replace("day,", "night,").replace("08:00", "18:00").replace("17:00", "02:00")
    late = night.replace('breaks: [{at: "12:00", minutes: 60}]', "breaks: []")
    crew = ("shift: day", "shift: night")
    for opening, hours in ((', from: "12:00", to: "03:00"', 26), ("", 24)):
        folder = tmp_path / str(hours)
        problem = read(folder, opened(f"{{days: [mon..sat]{opening}}}"), (SHIFT, late), crew)
        day = 5 * 24 * HOUR_S
        assert problem.sites[0].working(problem.shifts[0], 5)[-1][1] == day + hours * HOUR_S
        assert problem.sites[0].working(problem.shifts[0], 6) == []


def test_shifts_and_pickups_of_some_days(tmp_path: Path) -> None:
    """By weekday and date; a roster without dates fills the days on which its shift is worked."""
    problem = read(
        tmp_path,
        (SHIFT, SHIFT.replace("}]}", '}], days: [mon..fri], not_on: ["2026-11-11"]}')),
        (NEAR, NEAR.replace("}", ', days: [mon, sun], not_on: ["2026-11-16"]}')),
    )
    site, days = problem.sites[0], range(14)
    worked = [day for day in days if site.works_on(problem.shifts[0], day)]
    assert worked == [0, 1, 3, 4, 7, 8, 9, 10, 11]
    assert sorted({row.day for row in problem.roster or ()}) == worked
    near = [c for c in site.collections if c.contract == "near"]
    assert [[day for day in days if site.collects(c, day)] for c in near] == [[0, 6, 13]] * 2


def test_public_holidays_close_a_site_and_stop_pickups(tmp_path: Path) -> None:
    """The National Day week in China, with its names; days off that a weekend makes up for."""
    problem = read(tmp_path, LATER, ("2026-11-10T20", "2026-09-29T20"), opened("{holidays: CN}"))
    site = problem.sites[0]
    closed = [problem.horizon.date_of(day).isoformat() for day in closed_days(problem)]
    assert closed == [f"2026-10-0{n}" for n in (1, 2, 3, 5, 6, 7)]
    names = {problem.horizon.date_of(h.day).day: (h.english, h.chinese) for h in site.holidays}
    assert names[1] == ("National Day", "国庆节")
    assert names[6] == ("Day off", "休息日")
    stopped = NEAR.replace("}", ", holidays: CN}")
    other = read(tmp_path / "2", LATER, ("2026-11-10T20", "2026-09-29T20"), (NEAR, stopped))
    near = next(c for c in other.sites[0].collections if c.contract == "near")
    assert not other.sites[0].collects(near, 3)
    assert other.sites[0].collects(near, 2)
    assert closed_days(other) == []


def test_a_part_of_a_country_has_holidays_of_its_own(tmp_path: Path) -> None:
    """All Saints' Day is one in Bavaria and not in Berlin."""
    start, event = ("2026-11-09T00:00", "2026-10-26T00:00"), ("2026-11-10T20", "2026-10-27T20")
    for country, closed in (("DE-BY", [6]), ("DE-BE", []), ("none", [])):
        problem = read(tmp_path / country, start, event, opened(f"{{holidays: {country}}}"))
        assert closed_days(problem) == closed


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (opened("{days: [mon, tusday]}"), "sites.0.open.days.1", "did you mean tuesday?"),
        (opened("{days: [mon..tusday]}"), "sites.0.open.days.0", "did you mean tuesday?"),
        (opened("{days: [mon, mon]}"), "sites.0.open.days.1", "stands twice: mon"),
        (opened("{days: []}"), "sites.0.open.days", "must hold at least 1"),
        (opened("{sun: close}"), "sites.0.open.sun", "did you mean closed?"),
        (opened('{sun: "9-13"}'), "sites.0.open.sun", "must be a time of day"),
        (opened("{sunn: closed}"), "sites.0.open.sunn", "did you mean sun?"),
        (opened('{days: [mon], sat: "09:00-13:00"}'), "sites.0.open.sat", "is not among days"),
        (opened('{from: "08:00"}'), "sites.0.open", "needs both from and to"),
        (opened("{holidays: CHN}"), "sites.0.open.holidays", "did you mean CN?"),
        (opened("{holidays: Brasil}"), "sites.0.open.holidays", "did you mean BR?"),
        (opened("{holidays: DE-BX}"), "sites.0.open.holidays", "DE has no part BX"),
        (opened('{closed: ["2025-11-11"]}'), "sites.0.open.closed.0", "did you mean 2026-11-11?"),
        (opened('{closed: ["2026-12-24"]}'), "sites.0.open.closed.0", "must lie in the horizon"),
        (opened('{closed: ["2026-11-11"], extra_open: ["2026-11-11"]}'), "extra_open.0", "closed"),
        (opened("{days: [mon], mon: closed}"), "sites.0.open", "closes yiwu on every day"),
        ((SHIFT, SHIFT.replace("}]}", "}], days: [su]}")), "shifts.0.days.0", "did you mean sun?"),
        ((NEAR, NEAR.replace("}", ", days: [weekend]}")), "collections.0.days.0", "weekday"),
    ],
)
def test_what_is_wrong_is_found_with_its_place(
    tmp_path: Path, change: tuple[str, str], place: str, words: str
) -> None:
    """Weekdays, hours, countries and dates, with what was probably meant."""
    written(tmp_path, change)
    found = findings_of(tmp_path)
    assert any(f.field.endswith(place) and words in f.message for f in found), found
    assert all(f.line > 0 for f in found)


def test_a_roster_for_a_closed_day_is_found(tmp_path: Path) -> None:
    """A row of the roster that names a day on which its shift is not worked."""
    row = "  - {process: pick, crew: own, shift: day, headcount: 3}\n"
    dated = row.replace("headcount", 'date: "2026-11-15", headcount')
    written(tmp_path, opened("{days: [mon..sat]}"), (row, dated))
    (found,) = findings_of(tmp_path)
    assert "yiwu does not work the day shift on 2026-11-15" in found.message


def test_temporaries_of_a_roster_come_back_after_a_day_off(tmp_path: Path) -> None:
    """Their first day of employment stays the same, and the day off is none of their ramp-up."""
    row = "  - {process: pack, crew: own, shift: day, headcount: 3}\n"
    problem = read(tmp_path, opened("{sun: closed}"), (row, row.replace("own", "agency")))
    agency = [r for r in problem.roster or () if r.crew == "agency"]
    assert {r.since_day for r in agency} == {0}
    assert sorted(r.day for r in agency) == [0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]


def test_orders_wait_since_the_site_last_worked(tmp_path: Path) -> None:
    """A site that is closed on the weekend opens on Monday with the orders since Friday."""
    out = ("opening_backlog: {orders: 0}\n", "")
    weekend = read(tmp_path / "1", opened("{days: [mon..fri]}"), out)
    always = read(tmp_path / "2", out)
    assert weekend.backlog is not None
    assert always.backlog is not None
    assert weekend.backlog.begins_s == -(2 * 24 + 7) * HOUR_S
    assert always.backlog.begins_s == -7 * HOUR_S


def test_what_comes_to_nothing_is_warned_of(tmp_path: Path) -> None:
    """Pick-ups outside the hours of a day, on no day, and shifts on no day."""
    usual = '{from: "08:00", to: "20:00", sat: "09:00-13:00", sun: closed}'
    found = warnings(tmp_path / "1", opened(usual))
    assert any("near at 18:00 does not come to yiwu on 2026-11-14, 2026-11-21" in w for w in found)
    short = ("days: 14, tail_days: 0", "days: 4, tail_days: 0")
    shift = ("shifts:\n", f"shifts:\n  - {SHIFT.replace('day,', 'sun,', 1)[:-1]}, days: [sun]}}\n")
    noon, evening = (NEAR.replace(other, "") for other in (', "18:00"', '"12:00", '))
    sunday = (NEAR, f"{noon[:-1]}, days: [sun]}}\n      - {evening}")
    found = warnings(tmp_path / "2", short, sunday, shift)
    assert any("the pick-up of near at 12:00 comes to yiwu on no day" in w for w in found)
    assert "shift sun: begins on no day of the horizon" in found


def test_a_contract_that_never_comes_to_a_site_is_a_finding(tmp_path: Path) -> None:
    """No plan can be made with pick-ups of which none comes."""
    short = ("days: 14, tail_days: 0", "days: 4, tail_days: 0")
    sunday = (NEAR, NEAR.replace("}", ", days: [sun]}"))
    written(tmp_path, short, sunday)
    assert [str(finding) for finding in findings_of(tmp_path)] == [
        "scenario.yaml:21:5: sites.0.collections: near comes to yiwu on no day of the horizon: "
        "state a day on which it comes, or leave its pick-ups out"
    ]


def test_holidays_that_are_not_announced_are_warned_of(tmp_path: Path) -> None:
    """A year that the list of a country with decreed holidays does not have yet; and working
    weekends on which a site stays closed.
    """
    far = ("2026-11-09T00:00", "2099-11-09T00:00"), ("2026-11-10T20", "2099-11-10T20")
    (warning,) = warnings(tmp_path / "1", *far, opened("{holidays: CN}"))
    assert "sites.0.open.holidays: the holidays of CN in 2099 are not announced yet" in warning
    known = LATER, ("2026-11-10T20", "2026-09-29T20")
    (warning,) = warnings(tmp_path / "2", *known, opened("{days: [mon..fri], holidays: CN}"))
    assert "yiwu is closed on 2026-10-10, when CN works to make up for a holiday" in warning
    added = opened('{days: [mon..fri], holidays: CN, extra_open: ["2026-10-10"]}')
    assert warnings(tmp_path / "3", *known, added) == []
    problem = read_scenario(tmp_path / "3").problem
    assert not problem.sites[0].is_closed(problem.horizon.day_of(date(2026, 10, 10)))
    assert problem.sites[0].opening_on(problem.horizon.day_of(date(2026, 10, 11))) == CLOSED
