"""What the pages say about days on which a site is closed or carriers do not come."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from planner.reporting.language.labels import Labels
from planner.reporting.tables.run_folder import RunFolder, is_true, records, to_date


@dataclass
class DayMark:
    """What is unusual on a day at a site, in the language of the report.

    Attributes
    ----------
    closed : bool
        Whether the site does not open.
    holiday : str
        Name of the public holiday; "" without one.
    hours : str
        Other hours than usual; "" for the usual ones.
    pickups : list of str
        A line for each contract that collects less than usual.
    """

    closed: bool = False
    holiday: str = ""
    hours: str = ""
    pickups: list[str] = field(default_factory=list)

    def instead(self, labels: Labels) -> str:
        """What stands where nobody works: why the site is closed, in a word or two; else a dash."""
        return (self.holiday or labels("day_closed")) if self.closed else "–"

    def words(self, labels: Labels) -> str:
        """Holiday, closed and hours in one line; "" where nothing is unusual about the site."""
        closed = labels("day_closed") if self.closed else ""
        return " · ".join(part for part in (self.holiday, closed, self.hours) if part)


USUAL = DayMark()


def day_marks(run: RunFolder, labels: Labels, site: str) -> dict[date, DayMark]:
    """The unusual days of a site.

    Parameters
    ----------
    run : RunFolder
        The run, with its table `calendar` if it has one.
    labels : Labels
        Language, and names of contracts.
    site : str
        The site.
    """
    found: dict[date, DayMark] = {}
    if not run.has("calendar"):
        return found
    table = run.table("calendar")
    holiday = "holiday_zh" if labels.lang == "zh" else "holiday"
    for row in records(table[table["site"] == site]):
        mark = found.setdefault(to_date(str(row["date"])), DayMark())
        mark.closed, mark.holiday = not is_true(str(row["open"])), str(row[holiday])
        if row["contract"]:
            contract = labels.name("contract", str(row["contract"]))
            key = "day_some_pickups" if row["pickups"] else "day_no_pickup"
            mark.pickups.append(labels(key, contract=contract, at=row["pickups"]))
        elif not mark.closed:
            opens, closes = (str(row[key]).removesuffix("+1") for key in ("opens", "closes"))
            mark.hours = labels("day_hours", opens=opens, closes=closes)
    return found


def closed_days(run: RunFolder, labels: Labels) -> dict[tuple[str, date], str]:
    """Why a site is closed, by its name as printed and day."""
    return {
        (labels.name("site", site), day): mark.instead(labels)
        for site in run.sites
        for day, mark in day_marks(run, labels, site).items()
        if mark.closed
    }
