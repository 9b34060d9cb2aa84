"""Since when temporaries are there whose first day a roster does not state."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby

from planner.domain.workforce import StaffRow

Place = tuple[str, str]  # process, shift
Since = Counter[int]  # people by first day


def with_first_days(rows: Sequence[StaffRow], off: Mapping[str, Collection[int]]) -> list[StaffRow]:
    """The rows with the first day of their people, of each crew apart, in canonical order.

    Parameters
    ----------
    rows : sequence of StaffRow
        Rows of temporary people.
    off : mapping of str to collection of int
        Days on which a site does not work, after which people come back.

    Returns
    -------
    list of StaffRow
        Several for a row whose people began on different days.
    """
    found = []
    for (site, crew), of_crew in groupby(sorted(rows, key=_crew), key=_crew):
        wanted: dict[int, dict[Place, int]] = defaultdict(dict)
        for row in of_crew:
            wanted[row.day][row.process, row.shift] = row.headcount
        for day, (process, shift), since, people in _stays(wanted, off.get(site, ())):
            found.append(
                StaffRow(
                    day=day,
                    site=site,
                    process=process,
                    crew=crew,
                    shift=shift,
                    since_day=since,
                    headcount=people,
                )
            )
    return sorted(found)


def _crew(row: StaffRow) -> tuple[str, str]:
    return row.site, row.crew


def _stays(
    wanted: Mapping[int, Mapping[Place, int]], off: Collection[int]
) -> Iterator[tuple[int, Place, int, int]]:
    """Find since when the people at a place are there, without a day of work between.

    Yields (day, place, first day, people). The crew is counted: on a day it takes on as many as it
    has more than on the day before, and as many leave as it has fewer. People stay at their place
    as long as it needs them, and who came last leaves it first; who is free goes to places that
    need more than the day before, who is there longest first.
    """
    there: dict[Place, Since] = defaultdict(Counter)
    for day in (d for d in range(min(wanted), max(wanted) + 1) if d not in off):
        needed = wanted.get(day, {})
        free: Since = Counter()
        for place, people in there.items():
            free += _take(people, people.total() - needed.get(place, 0), latest_first=True)
        for place, headcount in sorted(needed.items()):
            people = there[place]
            people += _take(free, headcount - people.total(), latest_first=False)
            people[day] += headcount - people.total()
            yield from ((day, place, since, n) for since, n in sorted(people.items()) if n)


def _take(people: Since, count: int, latest_first: bool) -> Since:
    """Up to so many of the people, who leave `people`."""
    taken: Since = Counter()
    for since in sorted(people, reverse=latest_first):
        taken[since] = min(people[since], max(count - taken.total(), 0))
    people -= taken
    return taken
