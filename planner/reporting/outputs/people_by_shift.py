"""People by day and shift: rows site, shift and process, columns the days, with totals."""

from __future__ import annotations

import pandas as pd

from planner.reporting.figures.staffing import headcounts, staffing_rows
from planner.reporting.language.labels import Labels
from planner.reporting.tables.run_folder import RunFolder, days_of

LABELS = ("col_site", "col_shift", "col_process")  # headings of the columns before the days


def people_by_day(run: RunFolder, labels: Labels) -> pd.DataFrame:
    """Headcounts with names to show; a total after every shift and site, and over all sites.

    Columns: those of LABELS, one for each day (a `date`), `col_person_days`.
    """
    staffing, days = run.table("staffing"), days_of(run)
    known = list(run.table("shifts")["shift"]) if run.has("shifts") else []
    shifts = list(dict.fromkeys([*known, *staffing["shift"]]))
    processes = list(run.table("processes")["process"]) if run.has("processes") else []
    everyone = labels("all_people")
    rows: list[list[object]] = []
    for site in run.sites:
        here = staffing[staffing["site"] == site]
        pairs = staffing_rows(here, processes, shifts)
        people = headcounts(here, pairs, days)[0]
        for shift in dict.fromkeys(
            shift for _, shift in sorted(pairs, key=lambda pair: shifts.index(pair[1]))
        ):
            name = labels.name("shift", shift)
            places = [k for k, pair in enumerate(pairs) if pair[1] == shift]
            rows += [
                [
                    labels.name("site", site),
                    name,
                    labels.name("process", pairs[k][0]),
                    *map(int, people[k]),
                ]
                for k in places
            ]
            if len(places) > 1:
                rows.append(
                    [
                        labels.name("site", site),
                        name,
                        everyone,
                        *map(int, people[places].sum(axis=0)),
                    ]
                )
        if len(here):
            rows.append([labels.name("site", site), "", everyone, *map(int, people.sum(axis=0))])
    if len(run.sites) > 1:
        pairs = staffing_rows(staffing, processes, shifts)
        rows.append(["", "", everyone, *map(int, headcounts(staffing, pairs, days)[0].sum(axis=0))])
    table = pd.DataFrame(rows, columns=[*LABELS, *days])
    table["col_person_days"] = table[days].sum(axis=1)
    return table
