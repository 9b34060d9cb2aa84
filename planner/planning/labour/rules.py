"""The labour rules: a new one is a module of this package and a name in this list.

Its key of the scenario stands in `formats/scenario/schema.py`, its field in `domain/workforce.py`;
a limit of its own also needs a sentence in `reporting/language/infeasibility_texts.py`.
"""

from __future__ import annotations

from planner.planning.labour.availability import Availability
from planner.planning.labour.rest import Rest
from planner.planning.labour.rule import LabourRule
from planner.planning.labour.skills import Skills
from planner.planning.labour.working_days import WorkingDays
from planner.planning.labour.working_hours import WorkingHours

AVAILABILITY = Availability()
SKILLS = Skills()
REST = Rest()
WORKING_DAYS = WorkingDays()
WORKING_HOURS = WorkingHours()

# in the order of their rows in the planning model
RULES: tuple[LabourRule, ...] = (AVAILABILITY, SKILLS, REST, WORKING_DAYS, WORKING_HOURS)
# those with rows on a crew as a whole, stated with its headcount
CREW_RULES = (WORKING_DAYS, REST)
