"""Studies of courier contracts before one is signed, as tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd

from planner.domain.contracts import Contract
from planner.domain.money import minor_digits
from planner.domain.problem import Problem
from planner.studies.contracts.alternatives import planned_alternatives
from planner.studies.contracts.breakevens import break_evens
from planner.studies.contracts.clause_sensitivity import clause_values
from planner.studies.contracts.comparison import compare
from planner.studies.contracts.remote_regions import remote_table
from planner.studies.contracts.routing_rules import routing_rules
from planner.studies.runs.run_context import RunContext

CLAUSES_OF_A_RUN = 16  # values in the report of a whole run; `planner compare` gives all


def study_contracts(
    problem: Problem,
    contracts: Sequence[Contract],
    replications: int,
    seed: int,
    context: RunContext,
    *,
    briefly: bool = False,
    without: Collection[str] = (),
) -> dict[str, pd.DataFrame]:
    """Comparison, clause values, break-evens, routing rules and remote areas, of couriers only.

    Parameters
    ----------
    problem : Problem
        The promotion.
    contracts : Sequence[Contract]
        The contracts to study; without any, empty tables of the comparison are all there is.
    replications : int
        Number of replications.
    seed : int
        Seed of their random streams.
    context : RunContext
        Where replications are simulated, and who receives the progress.
    briefly : bool
        As a part of a whole run: few clause values, and no routing rules, since a run has rules of
        its own plan.
    without : collection of str
        Parts that are left out: `clauses`, `breakevens`.

    Returns
    -------
    dict[str, pd.DataFrame]
        The tables by name.
    """
    context.begin("planning with each contract")
    alternatives = planned_alternatives(problem, contracts, context)
    tables = compare(problem, alternatives, replications, seed, context)
    if not alternatives:
        return tables
    together = alternatives[-1]
    if "clauses" not in without:
        context.begin("valuing clauses")
        most = CLAUSES_OF_A_RUN if briefly else None
        tables["clauses"] = clause_values(together, replications, seed, most, context)
    if len(contracts) > 1 and "breakevens" not in without:
        context.begin("searching break-evens")
        alone = [a for a in alternatives if len(a.members) == 1]
        rival = best_alone(tables["contracts"])
        extra = extra_minor(tables["contracts"], rival, problem.currency)
        tables["breakevens"] = break_evens(
            alone, rival, replications, seed, context, extra_minor=extra
        )
    if not briefly:
        context.begin("distilling rules")
        tables.update(routing_rules(together.case, replications, seed, context))
    tables["remote"] = remote_table(together.case.problem)
    return tables


def best_alone(table: pd.DataFrame) -> str:
    """The best of the contracts that are alone."""
    alone = table[(table["region_group"] == "all") & (table["members"] == 1)]
    return str(alone.sort_values("rank", kind="stable")["contract"].iloc[0])


def extra_minor(table: pd.DataFrame, rival: str, currency: str) -> dict[str, float]:
    """About what every alternative costs more per order than a rival, in minor units.

    Both are compared with the best alternative; where one has no parcel in common with it, nothing
    is known.

    Parameters
    ----------
    table : pd.DataFrame
        The table `contracts`.
    rival : str
        Name of the alternative that the others are compared with.
    currency : str
        Currency of the table.

    Returns
    -------
    dict[str, float]
        By the name of the alternative.
    """
    whole = table[table["region_group"] == "all"].set_index("contract")["difference"]
    extra = (whole - whole[rival]).astype(float) * 10.0 ** minor_digits(currency)
    return {str(name): float(amount) for name, amount in extra.dropna().items()}
