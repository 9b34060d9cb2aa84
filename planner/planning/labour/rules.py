"""The labour rules: a new one is a module of this package and a name in `RULES`.

Its key of the scenario stands in `formats/scenario/schema.py`, its field in `domain/workforce.py`.
Reports name a limit of its own by that key, or by a sentence in
`reporting/language/infeasibility_texts.py` where there is one.
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
# those that also have `add_crew_rows`: rows on a crew as a whole, stated next to its headcount
# before the rows of all rules; a new rule needs none
CREW_RULES = (WORKING_DAYS, REST)
