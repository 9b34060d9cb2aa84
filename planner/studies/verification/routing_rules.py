"""Lists of routing rules of a run: typed in again, their certificates, their simulation."""

from __future__ import annotations

from planner.domain.routing_rules import under_rules
from planner.formats.routing_rules import read_rules
from planner.planning.validation.plan_rules import violations
from planner.studies.certification.certificate import certificate_of
from planner.studies.routing.own_rules import Lists, has_choice, rule_tables
from planner.studies.routing.rules_cost import (
    COST_COLUMNS,
    PLAN_ITSELF,
    STUDY,
    HeldOut,
    rules_cost,
)
from planner.studies.verification.compare_files import different_tables
from planner.studies.verification.evidence import Evidence
from planner.studies.verification.proof import CheckResult

RULES, COSTS = "tables/rules.csv", "tables/rules_cost.csv"


def check_rule_lists(evidence: Evidence) -> CheckResult:
    """Every list can be typed in and keeps the rules of the scenario; certificates follow from the
    replications that were kept.
    """
    if not _expected(evidence):
        return CheckResult()
    lists, own = typed_lists(evidence), set(violations(evidence.problem, evidence.plan))
    wrong = []
    for name, rules in lists.items():
        if name != str(len(rules)):
            wrong.append(f"{RULES}: rules: list {name} has {len(rules)} rules")
        new = set(violations(evidence.problem, under_rules(evidence.problem, evidence.plan, rules)))
        wrong += sorted(f"{RULES}: list {name}: {broken.words}" for broken in new - own)
    wrong += _costs_that_contradict(evidence, lists)
    return CheckResult(
        wrong, [f"the routing rules ({', '.join(lists)}) can be typed in, and keep every rule"]
    )


def check_rules_simulated(evidence: Evidence) -> CheckResult:
    """What lists cost and keep, where every replication was simulated again; with `full` the lists
    themselves, found again.
    """
    if not _expected(evidence):
        return CheckResult()
    if not evidence.all_again:
        words = "what the routing rules cost and keep (rules_cost; use --full)"
        return CheckResult(not_proved=[words])
    held_out = HeldOut(evidence.plan, evidence.summaries[0], evidence.look)
    if evidence.full:
        frames = rule_tables(evidence.problem, held_out, evidence.context)
        words = "the routing rules, found and simulated again, are the same (rules, rules_cost)"
        files = {RULES, COSTS}
    else:
        lists = typed_lists(evidence)
        frames = {"rules_cost": rules_cost(evidence.problem, held_out, lists, evidence.context)}
        words = "the routing rules, typed in and simulated, cost and keep the same (rules_cost)"
        files = {COSTS}
    return CheckResult(different_tables(evidence.folder, frames), [words], files=files)


def typed_lists(evidence: Evidence) -> Lists:
    """The lists of rules.csv, read as a person's would be. Raises InputError."""
    if evidence.table("rules").empty:
        return {}
    return read_rules(evidence.folder / RULES, evidence.problem, RULES)


def _expected(evidence: Evidence) -> bool:
    """Whether the result must hold routing rules."""
    asked = evidence.command == "run" and evidence.parts.has("rules")
    return asked and has_choice(evidence.problem)


def _costs_that_contradict(evidence: Evidence, lists: Lists) -> list[str]:
    """What rules_cost.csv says otherwise than rules.csv, the certificates and the plan's own."""
    found = evidence.table("rules_cost")
    names = [*lists, PLAN_ITSELF]
    if list(found.columns) != list(COST_COLUMNS) or list(found["rules"]) != names:
        return [
            f"{COSTS}: must have the columns {', '.join(COST_COLUMNS)} and the rows "
            f"{', '.join(names)}"
        ]
    wrong = []
    for line, row in enumerate(found.to_dict("records"), start=2):
        kept, look = int(row["kept"]), evidence.look
        if row["rules"] == PLAN_ITSELF and kept != evidence.verdict.met:
            wrong.append(
                f"{COSTS}:{line}: kept: says {kept}, the plan keeps {evidence.verdict.met}"
            )
        verdict = certificate_of(evidence.problem, kept, look, evidence.verdict.empty_places)
        for column, expected in (
            ("replications", look.replications),
            ("certified", verdict.certified),
            ("study", STUDY),
        ):
            if row[column] != str(expected):
                wrong.append(f"{COSTS}:{line}: {column}: says {row[column]}, must be {expected}")
    return wrong
