"""run.json: the manifest of a result folder, one model for each kind of result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from planner.documents.certificate import CertificateObject, Targets
from planner.documents.plan import MarginName
from planner.documents.values import (
    MOST_DAYS,
    Closed,
    Count,
    Currency,
    Day,
    FileName,
    Hashes,
    Inside,
    Labels,
    Minute,
    Name,
    Names,
    Number,
    Seed,
    Share,
    Text,
    Texts,
)
from planner.domain.choices import Language
from planner.domain.platform import Clock, HubExemption

Days = Annotated[int, Field(ge=1, le=MOST_DAYS)]
OptionValue = bool | Count | Number | None | list[Number]


class RunOptions(Closed):
    """What `run`, `plan`, `simulate`, `stress` and `replan` were asked for."""

    command: Literal["run", "plan", "simulate", "stress", "replan"]
    replications: Count
    effort: Count | None = None
    time_limit: Number | None = None
    lang: Language | None = None
    method: Name | None = None
    engine: Name | None = None
    plan: bool | None = None
    rules: bool | None = None
    only: Texts | None = None
    draft: bool | None = None
    now: Minute | None = None
    change_cost: Number | None = None
    notice_hours: Number | None = None
    pickup_hours: Number | None = None
    release: bool | None = None
    actuals: FileName | None = None
    added: Texts | None = Field(default=None, alias="with")
    without: Texts | None = None


class ForecastOptions(Closed):
    """What `forecast` was asked for."""

    command: Literal["forecast"]
    replications: Count
    lang: Language
    actuals: bool


class CompareOptions(Closed):
    """What `compare` was asked for."""

    command: Literal["compare"]
    contracts: Texts
    replications: Count
    effort: Count
    lang: Language


class CapacityOptions(Closed):
    """What `capacity` was asked for."""

    command: Literal["capacity"]
    all_days: bool
    replications: Count
    engine: Name
    lang: Language


class SweepOptions(Closed):
    """What `sweep` was asked for."""

    command: Literal["sweep"]
    vary: Texts
    drafts: bool
    replications: Count
    effort: Count
    engine: Name
    lang: Language


class BacktestOptions(Closed):
    """What `backtest` with rolling origins was asked for."""

    command: Literal["backtest"]
    origins: Text
    horizon_days: Count
    lead_days: Count
    paths: Count
    holidays: Name | None
    lang: Language


class TriggersOptions(Closed):
    """What `triggers` was asked for."""

    command: Literal["triggers"]
    at: Texts
    pickup_notice: Number
    miss_price: Number
    replications: Count
    samples: Count
    engine: Name
    lang: Language


class ReplayOptions(Closed):
    """What `backtest` with an event was asked for."""

    command: Literal["replay"]
    event: Text
    log: bool
    plan: bool
    method: Name
    drafts: bool
    replications: Count
    effort: Count
    engine: Name
    lang: Language


class EvidenceOptions(Closed):
    """What `evidence` was asked for."""

    command: Literal["evidence"]
    contracts: Texts
    platform: Text | None
    collections: Texts
    counts: Clock
    lang: Language


class MarginObject(Closed):
    """One margin of the planning model."""

    name: MarginName
    value: Number
    meaning: Text


class ServiceObject(Closed):
    """The aim: this share on time, with this probability."""

    on_time_share: Share
    confidence: Inside
    also: Targets = Field(default_factory=list)


class ExemptDaysObject(Closed):
    """Days whose orders a platform does not score."""

    first: Day
    last: Day
    regions: Names


class PlatformObject(Closed):
    """The dispatch rule that counts; of several platforms, with the share of the orders."""

    name: Name | None
    counts: Clock
    deadline_hours: Annotated[float, Field(gt=0, le=2_000, allow_inf_nan=False)] | None
    deadline_working_days: Annotated[int, Field(ge=1, le=60)] | None
    threshold_late_share: Share | None
    source: Text
    retrieved: Text
    grade: Text
    cutoff_s: Annotated[int, Field(ge=0, le=86_400)] | None = None
    remote_hub: HubExemption | None = None
    force_majeure: list[ExemptDaysObject] = Field(default_factory=list)
    share: Share | None = None


class LabelsObject(Closed):
    """Names to show instead of the scenario's keys."""

    contract: Labels
    product: Labels


class EnginesObject(Closed):
    """Which engine simulated the replications, and how far both agree."""

    engines: Names
    replication: Count | None = None
    orders: Count | None = None
    of: Count | None = None
    equal: Literal[True] | None = None


class SealedManifest(Closed):
    """What every manifest says.

    `outputs` is missing only while the folder is still being written.
    """

    name: Name
    seed: Seed
    versions: dict[Name, Name]
    inputs: Hashes
    outputs: Hashes | None = None


class Manifest(SealedManifest):
    """Of a result that was made from a scenario."""

    scenario: FileName
    settings: Texts = Field(default_factory=list)  # PATH=VALUE; older manifests have none


class ForecastManifest(Manifest):
    """Of `planner forecast`."""

    timezone: Name
    start: Minute
    days: Days
    replications: Count
    lang: Language
    options: ForecastOptions


class CompareManifest(Manifest):
    """Of `planner compare`."""

    currency: Currency
    options: CompareOptions


class CapacityManifest(Manifest):
    """Of `planner capacity`."""

    currency: Currency
    options: CapacityOptions


class SweepManifest(Manifest):
    """Of `planner sweep`."""

    currency: Currency
    options: SweepOptions


class BacktestManifest(SealedManifest):
    """Of `planner backtest` with rolling origins; its inputs are counts, not a scenario."""

    options: BacktestOptions


class TriggersManifest(Manifest):
    """Of `planner triggers`."""

    title: Text
    currency: Currency
    options: TriggersOptions


class LogObject(Closed):
    """The log of a replay, which is not kept."""

    name: FileName
    sha256: Text


class ReplayManifest(Manifest):
    """Of `planner backtest` with an event."""

    currency: Currency
    options: ReplayOptions
    log: LogObject


class EvidenceManifest(Closed):
    """Of `planner evidence`, which has no scenario; of the log it keeps the hash alone."""

    name: Name
    currency: Currency
    versions: dict[Name, Name]
    inputs: Hashes
    options: EvidenceOptions
    outputs: Hashes | None = None


class PlanningManifest(Manifest):
    """Of `plan`, `run`, `simulate` and `stress`, with or without a plan."""

    title: Text
    labels: LabelsObject
    currency: Currency
    timezone: Name
    start: Minute
    days: Days
    # planned and simulated after them; older manifests have none
    tail_days: Annotated[int, Field(ge=0, le=30)] = 0
    planned_on: Day | None
    options: RunOptions
    status: Text
    gap: Number | None
    model_gap: Number | None
    margins: list[MarginObject]
    # tuned values of each algorithm by option class and field; older manifests have none
    algorithm_options: dict[Name, dict[Name, OptionValue]] = Field(default_factory=dict)
    certain_demand: Names
    service: ServiceObject
    platform: PlatformObject
    platforms: list[PlatformObject] = Field(default_factory=list)
    warnings: Texts


class RunManifest(PlanningManifest):
    """Of a folder with a plan."""

    certificate: CertificateObject
    engines: EnginesObject
    replications: Annotated[Count, Field(ge=1)]
    broken_rules: Texts


class DraftManifest(PlanningManifest):
    """Of a folder with a draft plan, of which nothing was simulated."""

    certificate: None
    broken_rules: Texts


class RefusedManifest(PlanningManifest):
    """Of a folder that explains why there is no plan."""

    certificate: None
    explanation: Literal["explanation.json"]


RUN_COMMANDS = frozenset({"run", "plan", "simulate", "stress"})
WITH_PLAN = RUN_COMMANDS | {"replan"}  # whose problem is not that of the inputs alone


def model_of(content: Any) -> type[BaseModel]:
    """The model of a manifest, by the command it names."""
    options = content.get("options") if isinstance(content, dict) else None
    command = options.get("command") if isinstance(options, dict) else None
    others: dict[Any, type[BaseModel]] = {
        "forecast": ForecastManifest,
        "capacity": CapacityManifest,
        "compare": CompareManifest,
        "sweep": SweepManifest,
        "backtest": BacktestManifest,
        "triggers": TriggersManifest,
        "replay": ReplayManifest,
        "evidence": EvidenceManifest,
    }
    if isinstance(command, str) and command in others:
        return others[command]
    if isinstance(content, dict) and "explanation" in content:
        return RefusedManifest
    return DraftManifest if isinstance(options, dict) and is_draft(options) else RunManifest


def is_draft(options: Mapping[str, Any]) -> bool:
    """Whether a draft was asked for; there may be no plan nevertheless."""
    return options.get("draft") is True
