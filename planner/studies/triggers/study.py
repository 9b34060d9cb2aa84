"""The trigger card of a plan: its rules, found on sampled promotions, and judged on others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from planner.domain.money import to_major
from planner.domain.on_call import with_on_call
from planner.domain.plan import Plan
from planner.domain.problem import Problem
from planner.domain.random_streams import HELD_OUT
from planner.domain.records import share_on_time
from planner.domain.statistics import proportion_interval, t_interval
from planner.domain.triggers import Policy
from planner.reporting.tables.trigger_tables import COUNTS_TABLE, POLICIES, POLICY_TABLE
from planner.simulation.workers_pool import START_S
from planner.studies.options.trigger_options import TriggerOptions
from planner.studies.runs.run_context import RunContext
from planner.studies.triggers.card_rows import CardRows
from planner.studies.triggers.catalogue import steps_at
from planner.studies.triggers.checkpoints import measures_at
from planner.studies.triggers.naive import naive_rules
from planner.studies.triggers.replay import Judged, Judging
from planner.studies.triggers.search import Asked, Found, find_rules

JUDGED = f"{HELD_OUT} triggers"  # set of random streams that nothing else is drawn from


@dataclass(frozen=True, kw_only=True)
class TriggerStudy:
    """What a card is made for.

    Attributes
    ----------
    given : Problem
        The problem as the scenario states it.
    plan : Plan
        The plan, without a certificate.
    checkpoints : tuple of int
        Seconds of the horizon, rising.
    pickup_notice_s : int
        Seconds between the booking of a vehicle and its collection.
    miss_minor : int
        What an order beyond those that may fail counts for in the search, in addition to its cost.
    replications : int
        Promotions on which the card is judged.
    options : TriggerOptions
        Tuned values.
    """

    given: Problem
    plan: Plan
    checkpoints: tuple[int, ...]
    pickup_notice_s: int
    miss_minor: int
    replications: int
    options: TriggerOptions

    @property
    def problem(self) -> Problem:
        """The problem with people on call as crews."""
        return with_on_call(self.given)

    @property
    def asked(self) -> Asked:
        """Checkpoints, and what can be counted at each."""
        return tuple((at_s, measures_at(self.given, at_s)) for at_s in self.checkpoints)

    @property
    def rows(self) -> CardRows:
        """Writes the rules as rows."""
        return CardRows(problem=self.problem, plan=self.plan, pickup_notice_s=self.pickup_notice_s)


def find(study: TriggerStudy, context: RunContext) -> Found:
    """Find the rules of the card."""
    return find_rules(
        study.problem,
        study.plan,
        study.asked,
        partial(_steps, study),
        context,
        options=study.options,
        short_minor=study.miss_minor,
    )


def _steps(study: TriggerStudy, at_s: int, next_s: int | None) -> Any:
    return steps_at(study.given, at_s, next_s, study.pickup_notice_s)


def judge(
    study: TriggerStudy, rules: Policy, naive: Policy, context: RunContext
) -> dict[str, list[Judged]]:
    """Judge the plan alone, the card and the naive rules on the same held-out promotions.

    Parameters
    ----------
    study : TriggerStudy
        What the card is made for.
    rules : tuple of Rule
        The card.
    naive : tuple of Rule
        The rule of thumb.
    context : RunContext
        Where promotions are simulated.

    Returns
    -------
    dict of list
        What each promotion came to, by `POLICIES`.
    """
    task = Judging(
        problem=study.problem,
        plan=study.plan,
        policies=((), rules, naive),
        engine=context.executor.engine,
        stream_set=JUDGED,
    )
    context.begin("judging the card on held-out promotions", study.replications)
    rows = context.replicate("judged", task, study.replications, START_S)
    return {policy: [row[p] for row in rows] for p, policy in enumerate(POLICIES)}


def naive_of(study: TriggerStudy, found: Found) -> Policy:
    """The rule of thumb that the card is compared with."""
    return naive_rules(
        study.given, study.plan, study.asked, found.orders, study.options.naive_above
    )


def policy_table(judged: dict[str, list[Judged]], currency: str) -> pd.DataFrame:
    """Tabulate what policies are worth.

    Parameters
    ----------
    judged : dict of list
        What each promotion came to, by policy.
    currency : str
        ISO 4217 code of the costs.

    Returns
    -------
    DataFrame
        The table `triggers_policy`.
    """

    def major(minor: float) -> Any:
        return None if np.isnan(minor) else to_major(round(minor), currency)

    base = np.array([of.cost_minor for of in judged["static"]], dtype=float)
    rows = []
    for policy, promotions in judged.items():
        cost = np.array([of.cost_minor for of in promotions], dtype=float)
        kept, count = sum(of.kept for of in promotions), len(promotions)
        low, high = proportion_interval(kept, count)
        on_time = float(np.mean([share_on_time(of.failed, of.due) for of in promotions]))
        rows.append(
            (
                policy,
                major(float(cost.mean())),
                *(major(value) for value in t_interval(cost - base)),
                kept,
                count,
                *(round(share, 6) for share in (kept / count, low, high, on_time)),
                sum(any(of.levels) for of in promotions),
            )
        )
    return POLICY_TABLE.frame(rows)


def counts_table(study: TriggerStudy, found: Found) -> pd.DataFrame:
    """The table of what was counted in the sampled promotions."""
    horizon = study.given.horizon
    return COUNTS_TABLE.frame(
        [
            (f"{horizon.at(rule.at_s):%Y-%m-%d %H:%M}", rule.measure.kind, k, int(count), bool(met))
            for rule, counts in zip(found.rules, found.counts, strict=True)
            for k, (count, met) in enumerate(zip(counts, found.kept, strict=True))
        ]
    )


def card_tables(
    study: TriggerStudy, found: Found, judged: dict[str, list[Judged]]
) -> dict[str, pd.DataFrame]:
    """All tables of a card, by name.

    Parameters
    ----------
    study : TriggerStudy
        What the card is made for.
    found : Found
        Its rules.
    judged : dict of list
        What each promotion came to, by policy.

    Returns
    -------
    dict of DataFrame
        The tables.
    """
    return {
        **judged_tables(study, found.rules, naive_of(study, found), judged),
        "triggers_counts": counts_table(study, found),
    }


def judged_tables(
    study: TriggerStudy, rules: Policy, naive: Policy, judged: dict[str, list[Judged]]
) -> dict[str, pd.DataFrame]:
    """The card, the rule of thumb, and what both are worth, by name.

    Parameters
    ----------
    study : TriggerStudy
        What the card is made for.
    rules, naive : tuple of Rule
        The card, and the rule of thumb.
    judged : dict of list
        What each promotion came to, by policy.

    Returns
    -------
    dict of DataFrame
        The tables.
    """
    applied = {policy: [of.levels for of in promotions] for policy, promotions in judged.items()}
    return {
        "triggers": study.rows.table(rules, applied["triggers"]),
        "triggers_naive": study.rows.table(naive, applied["naive"]),
        "triggers_policy": policy_table(judged, study.given.currency),
    }
