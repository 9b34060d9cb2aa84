"""The plan next to those of other methods, each on the same held-out replications."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from planner.domain.plan import Certificate, Plan
from planner.domain.problem import Problem
from planner.domain.records import Summary
from planner.reporting.tables.method_tables import (
    BASELINES_TABLE,
    baselines_table,
    method_row,
    peak_staffing,
)
from planner.studies.certification.certificate import certificate_of, certify
from planner.studies.verification.compare_files import as_written, different_cells
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

TABLE = "tables/baselines.csv"
SEARCH = "the search"


def check_baselines(evidence: Evidence) -> CheckResult:
    """The rows of the plan and of other methods.

    Our own row exactly; that of a rule of thumb from its plan, made again, and exactly where its
    replications were simulated again; the certificate in every row from its counts.
    """
    found = evidence.table("baselines")
    methods = _methods(evidence, found)
    if list(found.columns) != BASELINES_TABLE.names or list(found["method"]) != methods:
        return CheckResult(
            [
                f"{TABLE}: must have the columns {', '.join(BASELINES_TABLE.names)} and the rows "
                f"{', '.join(methods)}"
            ]
        )
    expected = found.copy()
    for k, known in enumerate(_known(evidence, found)):
        for column, text in known.items():
            expected.loc[k, column] = text
    wrong = different_cells(TABLE, found, expected)
    return CheckResult(wrong, *_in_words(evidence))


def _methods(evidence: Evidence, found: pd.DataFrame) -> list[str]:
    """Methods that the table has a row of: those whose plan keeps every rule.

    Of the search that is known once it is made again.
    """
    if evidence.command != "run":
        return [evidence.plan.method]
    methods = [evidence.plan.method, *(plan.method for plan in evidence.rules_of_thumb)]
    return [*methods, "search"] if _searched(evidence, found) else methods


def _searched(evidence: Evidence, found: pd.DataFrame) -> bool:
    """Whether the table must have a row of the search; where it is not made again, it may."""
    if not evidence.full:
        return evidence.parts.adds("search") and "search" in set(found["method"])
    return evidence.searched is not None


def _in_words(evidence: Evidence) -> tuple[list[str], list[str], set[str]]:
    """What of the table was proved, what was not, and whether it was proved whole."""
    compared = _compared(evidence)
    if not compared:
        return (
            ["baselines.csv holds this plan alone, with the figures of its replications"],
            [],
            {TABLE},
        )
    rules = [plan.method for plan in evidence.rules_of_thumb]
    proved, left = [], compared
    if rules:
        named = ", ".join(rules)
        proved.append(f"the plans of {named}, made again from the inputs, are in baselines.csv")
        if evidence.all_again:
            proved.append(f"the figures of {named}, simulated again, are the same")
            left = [name for name in compared if name not in rules]
    if evidence.full and SEARCH in left:
        proved.append("the search, made and simulated again, is the same")
        left = []
    if not left:
        return proved, [], {TABLE}
    return proved, [f"the figures of {', '.join(left)} in baselines.csv (use --full)"], set()


def _compared(evidence: Evidence) -> list[str]:
    """Names of what a run was to compare its plan with."""
    if evidence.command != "run":
        return []
    search = [SEARCH] if evidence.parts.adds("search") else []
    return [*(plan.method for plan in evidence.rules_of_thumb), *search]


def _known(evidence: Evidence, found: pd.DataFrame) -> Iterator[dict[str, str]]:
    """What is known of each row, as text by column."""
    problem, look = evidence.problem, evidence.look
    ours = method_row(
        problem, evidence.plan, evidence.verdict, evidence.played.cost_minor, evidence.played.shares
    )
    yield _texts(BASELINES_TABLE.frame([ours]))
    for k, plan in enumerate(evidence.rules_of_thumb, start=1):
        if evidence.all_again:
            yield _simulated(problem, plan, evidence.summaries[k], evidence)
        else:
            day, people = peak_staffing(plan)
            peak = {"peak_staff": str(people), "peak_day": problem.horizon.date_of(day).isoformat()}
            yield {
                "status": plan.status_in_words,
                **peak,
                **_verdict(certificate_of(problem, int(found["met"].iloc[k]), look)),
            }
    if evidence.command != "run" or "search" not in set(found["method"]):
        return
    if evidence.full and evidence.searched is not None:
        (summaries,) = evidence.simulated([evidence.searched])
        yield _simulated(problem, evidence.searched, summaries, evidence)
    else:
        yield _verdict(certificate_of(problem, int(found["met"].iloc[-1]), look))


def _simulated(
    problem: Problem, plan: Plan, summaries: Sequence[Summary], evidence: Evidence
) -> dict[str, str]:
    """The row of a plan from its replications, simulated again."""
    verdict = certify(problem, summaries, evidence.look)
    return _texts(baselines_table(problem, [(plan, verdict, summaries)]))


def _verdict(verdict: Certificate) -> dict[str, str]:
    """The columns that follow from how many replications met the service level.

    Raises ValueError for a count that cannot be.
    """
    if not 0 <= verdict.met <= verdict.replications:
        raise ValueError(f"met must be between 0 and {verdict.replications}")
    bound = round(verdict.lower_bound, 6)
    return _texts(
        pd.DataFrame(
            {
                "certified": [verdict.certified],
                "lower_bound": [bound],
                "replications": [verdict.replications],
            }
        )
    )


def _texts(row: pd.DataFrame) -> dict[str, str]:
    """A row of one line as text by column."""
    return {str(column): str(text) for column, text in as_written(row).iloc[0].items()}
