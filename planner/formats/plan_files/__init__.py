"""Plan <-> files: `plan.json` and the decision tables of a run folder, and plans that people edit.

read_plan(write_plan(plan)) == plan.
"""

from planner.formats.plan_files.decision_tables import OF_TAIL as OF_TAIL
from planner.formats.plan_files.decision_tables import decision_tables as decision_tables
from planner.formats.plan_files.document import AMOUNTS as AMOUNTS
from planner.formats.plan_files.document import plan_summary as plan_summary
from planner.formats.plan_files.folder import read_plan as read_plan
from planner.formats.plan_files.folder import write_made_plan as write_made_plan
from planner.formats.plan_files.folder import write_plan as write_plan
from planner.formats.plan_files.given_plan import GivenPlan as GivenPlan
from planner.formats.plan_files.given_plan import made_plan as made_plan
from planner.formats.plan_files.given_plan import read_given_plan as read_given_plan
