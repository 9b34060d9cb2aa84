"""The levers that were tried: the choice in the plan is the one the trials decide for."""

from __future__ import annotations

from planner.documents.reading import PLAN
from planner.studies.certification.lever_trials import COLUMNS, in_words, lever_table, study_levers
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

TABLE = "tables/levers.csv"


def check_levers(evidence: Evidence) -> CheckResult:
    """There are trials where the inputs state levers, and the one that is used is the plan's.

    Another plan that stands in after a crash may use others.
    """
    tried = evidence.goes_through_loop and evidence.problem.levers.any
    if tried != (evidence.folder / TABLE).exists():
        words = "missing, although levers are stated" if tried else "no levers were tried"
        return CheckResult([f"{TABLE}: {words}"])
    if not tried:
        return CheckResult()
    table = evidence.table("levers")
    if list(table.columns) != COLUMNS or not len(table):
        return CheckResult([f"{TABLE}: must have the columns {', '.join(COLUMNS)} and a row"])
    used = list(table.loc[table["used"] == "True", "levers"])
    expected = in_words(evidence.plan.levers)
    wrong = []
    if table["levers"].iloc[0] != "none":
        wrong.append(f"{TABLE}: levers: the first trial is the one without any")
    if len(used) != 1:
        wrong.append(f"{TABLE}: used: one choice is used, {len(used)} are said to be")
    elif used != [expected] and not evidence.stands_in:
        wrong.append(f"{TABLE}: used: says {used[0]}, the levers of {PLAN} are {expected}")
    return CheckResult(wrong, ["the levers of the plan are those of the trial that is used"])


def check_lever_trials(evidence: Evidence) -> CheckResult:
    """Every trial, planned and simulated again; only with `--full`."""
    tried = evidence.goes_through_loop and evidence.problem.levers.any
    if not tried or not evidence.full or not evidence.plan.reproducible or evidence.stands_in:
        return CheckResult()
    again = lever_table(evidence.problem, study_levers(evidence.problem, evidence.context))
    wrong = different_tables(evidence.folder, {"levers": again})
    words = "the levers, planned and simulated again, cost the same"
    return CheckResult(wrong, [words], files={TABLE})
