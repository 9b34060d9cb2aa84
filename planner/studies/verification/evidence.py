"""A result as it stands on the disk, its inputs, and what follows from them, each derived once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.documents.manifest import is_draft
from planner.documents.reading import PLAN
from planner.domain.arrays import Floats
from planner.domain.choices import RULES_OF_THUMB
from planner.domain.lever_effects import effective_problem
from planner.domain.money import to_minor
from planner.domain.plan import Certificate, Plan, PlanStatus
from planner.domain.problem import Problem, Service
from planner.domain.random_streams import HELD_OUT, Streams
from planner.domain.records import Summary, share_kept, share_on_time
from planner.domain.roster import EmptyPlaces, OpenRow, Roster, RosterRow
from planner.errors import ConflictError
from planner.formats.plan_files import read_plan
from planner.formats.scenario.reader import Scenario
from planner.planning.rostering.assign import assign_people
from planner.reporting.tables.target_tables import BY_REPLICATION_TABLE
from planner.simulation.inputs.orders import draw_orders
from planner.simulation.workers_pool import START_S
from planner.studies.certification.certificate import (
    CertificationLook,
    certificate_of,
    numbered_look,
)
from planner.studies.certification.common_replications import Evaluation
from planner.studies.evaluated_plan import EvaluatedPlan
from planner.studies.options.run_parts import RunParts, stated_parts
from planner.studies.replan.situation import Situation
from planner.studies.run import plan_by
from planner.studies.runs.run_context import RunContext
from planner.studies.steps.make_plan import as_is_plan, decide
from planner.studies.verification.compare_files import read_text

AGAIN = 5  # replications that are always simulated again
# so many, over all plans, take a few seconds: then all replications are simulated again
CHEAP_ORDERS = 1_000_000
CHEAP_CELLS = 50_000_000  # paths x hours x regions of a forecast that is always made again
MOST_CELLS = 200_000_000  # of one that is made again at all: two gigabytes


@dataclass(frozen=True)
class Played:
    """The held-out replications as the tables of a run state them, one entry each.

    `also`: (failed, due) for each target of one's own.
    """

    orders: list[int]
    late: list[int]
    cancelled: list[int]
    open: list[int]
    cost_minor: Floats
    also: list[list[tuple[int, int]]]

    def __len__(self) -> int:
        return len(self.orders)

    @property
    def failed(self) -> list[int]:
        """Orders of each replication that were late or cancelled for want of stock."""
        return [late + gone for late, gone in zip(self.late, self.cancelled, strict=True)]

    @property
    def due(self) -> list[int]:
        """Orders of each replication that had to be on time."""
        return [decided + gone for decided, gone in zip(self.orders, self.cancelled, strict=True)]

    @property
    def shares(self) -> Floats:
        """On-time share of each."""
        return np.array([share_on_time(f, d) for f, d in zip(self.failed, self.due, strict=True)])

    @property
    def outcomes(self) -> list[list[tuple[int, int]]]:
        """(failed, due) of each replication: under the deadline, then for each target."""
        counts = zip(self.failed, self.due, self.also, strict=True)
        return [[(failed, due), *also] for failed, due, also in counts]

    def met(self, service: Service) -> list[bool]:
        """Whether each replication met the service level."""
        return [
            all(share_kept(*of, share) for of, share in zip(each, service.shares, strict=True))
            for each in self.outcomes
        ]


@dataclass(frozen=True, eq=False, kw_only=True)
class Evidence:
    """A result folder.

    `scenario`: its inputs, with the seed of the result (`own_seed`: the one they state); `context`:
    how simulations are done again; `full`: all that can be derived again is; `now`: the promotion
    as it stood, of a result of `replan`.
    """

    folder: Path
    manifest: dict[str, Any]
    scenario: Scenario
    own_seed: int
    context: RunContext
    full: bool = False
    now: Situation | None = None

    def table(self, name: str) -> pd.DataFrame:
        """A table as text."""
        return read_text(self.folder / "tables" / f"{name}.csv")

    @property
    def problem(self) -> Problem:
        """The problem of the inputs, with the seed of the result."""
        return self.scenario.problem

    @property
    def options(self) -> dict[str, Any]:
        """Options of the command that made the result."""
        found: dict[str, Any] = self.manifest["options"]
        return found

    @property
    def command(self) -> str:
        """Name of the command that made the result."""
        return str(self.options["command"])

    @property
    def parts(self) -> RunParts:
        """What a run was to consist of."""
        return stated_parts(self.options)

    @cached_property
    def plan(self) -> Plan:
        """The plan read back.

        Raises InputError where it is damaged, ConflictError where it is not of the inputs.
        """
        return replace(read_plan(self.folder, self.problem), certificate=None)

    @cached_property
    def plan_json(self) -> dict[str, Any]:
        """Content of plan.json."""
        content: dict[str, Any] = json.loads((self.folder / PLAN).read_text(encoding="utf-8"))
        return content

    @property
    def states_operation(self) -> bool:
        """Whether an operation was simulated as the scenario states it.

        It may break rules; no plan may.
        """
        return self.command == "simulate" and self.options["plan"] is False

    @property
    def stands_in(self) -> bool:
        """Whether another plan stands in for the joint plan, because a solver crashed."""
        return self.plan.status is PlanStatus.FALLBACK

    @property
    def goes_through_loop(self) -> bool:
        """Whether the plan was made by planning, simulating and learning until it was certified."""
        planned = self.command == "plan" and self.options["method"] == "joint"
        return self.command == "run" or (planned and not is_draft(self.options))

    @cached_property
    def played(self) -> Played:
        """The table `replications`. Raises ValueError where it is none."""
        rows = self.table("replications")
        if [int(text) for text in rows["replication"]] != list(range(len(rows))):
            raise ValueError("the replications are not numbered from 0")
        if not len(rows):
            raise ValueError("holds no replication")
        columns = ("orders", "late_orders", "cancelled", "open_orders")
        orders, late, cancelled, left = (
            [_count(text) for text in rows[column]] for column in columns
        )
        cost = np.array(
            [to_minor(text, self.problem.currency) for text in rows["cost"]], dtype=float
        )
        return Played(orders, late, cancelled, left, cost, self._targets(len(rows)))

    def _targets(self, replications: int) -> list[list[tuple[int, int]]]:
        """The counts of the table `targets_by_replication`. Raises ValueError where it is none."""
        also = self.problem.service.also
        if not also:
            return [[]] * replications
        rows = self.table(BY_REPLICATION_TABLE.name)
        keys = [(k, target.within_hours) for k in range(replications) for target in also]
        stated = zip(rows["replication"], rows["within_hours"], strict=True)
        if [(_count(k), float(hours)) for k, hours in stated] != keys:
            raise ValueError("the targets are not those of the scenario in every replication")
        counts = [
            (_count(failed), _count(due))
            for failed, due in zip(rows["failed"], rows["due"], strict=True)
        ]
        return [counts[k : k + len(also)] for k in range(0, len(counts), len(also))]

    @cached_property
    def look(self) -> CertificationLook:
        """The terms of the certificate.

        They follow from its number, the replications asked for, and the confidence aimed at. Raises
        ValueError where there can be no such certificate.
        """
        number, asked = self.manifest["certificate"]["look"], self.options["replications"]
        looks_again = self.goes_through_loop or self.command == "stress"
        most = self.context.options.loop.most_looks + 1 if looks_again else 1
        if type(number) is not int or not 1 <= number <= most:
            raise ValueError(f"certificate.look must be between 1 and {most}")
        if type(asked) is not int or not 1 <= asked <= len(self.played):
            raise ValueError(
                f"options.replications is {asked}, replications.csv has {len(self.played)} rows"
            )
        look = numbered_look(number, asked, self.problem.service.confidence)
        if look.replications != len(self.played):
            words = (
                f"look {number} is on {look.replications} replications, replications.csv has "
                f"{len(self.played)}"
            )
            raise ValueError(words)
        return look

    @cached_property
    def verdict(self) -> Certificate:
        """The certificate that the table of replications and the roster give the plan."""
        met = sum(self.played.met(self.problem.service))
        return certificate_of(self.problem, met, self.look, self.empty_places)

    @cached_property
    def stated_roster(self) -> Roster:
        """The roster as its tables state it."""
        rows = [
            RosterRow(**self._place(row), person=row["person"])
            for _, row in self.table("roster").iterrows()
        ]
        left = []
        if (self.folder / "tables" / "roster_open.csv").exists():
            left = [
                OpenRow(**self._place(row), empty=int(row["empty"]))
                for _, row in self.table("roster_open").iterrows()
            ]
        people = self.table("people")
        unproved = people[people["proved"] != "yes"]
        crews = dict.fromkeys(zip(unproved["site"], unproved["crew"], strict=True))
        return Roster(tuple(sorted(rows)), tuple(sorted(left)), tuple(crews))

    @cached_property
    def roster_again(self) -> Roster | None:
        """The roster made again; None where people have names and not all is made again."""
        again = self.full or not self.problem.people
        return assign_people(self.problem, self.plan) if again else None

    @cached_property
    def empty_places(self) -> tuple[EmptyPlaces, ...]:
        """Places that the roster leaves empty.

        That no roster leaves fewer is taken from the certificate where the roster is not made
        again.
        """
        if self.roster_again is not None:
            return self.roster_again.empty_places(self.problem.horizon)
        stated = (self.manifest["certificate"] or {}).get("empty_places", [])
        undecided = [(of["site"], of["crew"]) for of in stated if not of["proved"]]
        roster = replace(self.stated_roster, undecided=tuple(undecided))
        return roster.empty_places(self.problem.horizon)

    def _place(self, row: pd.Series) -> dict[str, Any]:
        """Day and names of the place that a row of a roster is about."""
        day = self.problem.horizon.day_of(pd.Timestamp(row["date"]).date())
        return {"day": day, **{name: row[name] for name in ("site", "process", "crew", "shift")}}

    @cached_property
    def drawn(self) -> int:
        """Orders drawn in the first held-out replication."""
        problem = effective_problem(self.problem, self.plan.levers)
        return len(draw_orders(problem, Streams(problem.seed, HELD_OUT, 0)))

    @cached_property
    def rules_of_thumb(self) -> list[Plan]:
        """The plans a run compares its own with, made again; none where there are none."""
        plans: list[Plan] = []
        compares = self.command == "run" and self.parts.has("baselines")
        for method in RULES_OF_THUMB if compares else ():
            with suppress(ConflictError):  # it breaks a rule, and the run left it out
                plans.append(decide(self.problem, method))
        return plans

    @cached_property
    def searched(self) -> Plan | None:
        """The plan of a run's search, made again; None where it breaks a rule or none is made."""
        if not self.parts.adds("search"):
            return None
        replications = self.plan_json["loop"]["simulated"]
        with suppress(ConflictError):
            return plan_by(self.problem, "search", self.context, replications)
        return None

    @cached_property
    def again(self) -> int:
        """How many replications are simulated again.

        All of them where that is cheap or asked for.
        """
        orders = self.drawn * len(self.played) * (1 + len(self.rules_of_thumb))
        cheap = self.full or orders <= CHEAP_ORDERS
        return self.look.replications if cheap else min(AGAIN, self.look.replications)

    @property
    def all_again(self) -> bool:
        """Whether every replication is simulated again."""
        return self.again == self.look.replications

    @cached_property
    def summaries(self) -> list[list[Summary]]:
        """Replications simulated again, of the plan; and where all are, of the rules of thumb."""
        return self.simulated([self.plan, *(self.rules_of_thumb if self.all_again else [])])

    def simulated(self, plans: Sequence[Plan]) -> list[list[Summary]]:
        """Plans on the replications that are simulated again.

        Other processes help where it takes long.
        """
        self.context.begin("simulating replications again", self.again)
        task = Evaluation(
            self.problem, tuple(plans), self.context.executor.engine, self.look.stream_set
        )
        rows = self.context.replicate("promotions", task, self.again, START_S)
        return [[row[k] for row in rows] for k in range(len(plans))]

    @property
    def evaluated(self) -> EvaluatedPlan:
        """The plan with its certificate, where all replications were simulated again."""
        plan = replace(self.plan, certificate=self.verdict)
        return EvaluatedPlan(
            plan, self.verdict, self.summaries[0], self.look, self.manifest["engines"]
        )

    @cached_property
    def stated_plan(self) -> Plan:
        """The operation as the scenario states it."""
        return as_is_plan(self.problem)


def _count(text: str) -> int:
    """A whole number that is not negative. Raises ValueError."""
    if not text.isdecimal() or not text.isascii():
        raise ValueError(f"must be a whole number, got {text[:20]}")
    return int(text)
