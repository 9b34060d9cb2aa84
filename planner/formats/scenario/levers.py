"""The levers section of a scenario.

Levers are decisions before the promotion in addition to stock, staff and couriers.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from pydantic import Field

from planner.domain.demand_levers import CapOption, Levers, PromiseOption
from planner.formats.base.findings import Findings, shown
from planner.formats.base.value_types import Closed, Money, Name
from planner.formats.base.yaml_source import Document, KeyPath
from planner.formats.scenario.partial_scenario import PartialScenario
from planner.formats.scenario.platform_schema import Hours


class PromiseFile(Closed):
    """Longer promises that a region may be given (承诺时效) instead of the platform's own."""

    region: Name = Field(description="Region whose customers would be promised more time.")
    hours: list[Hours] = Field(
        min_length=1,
        description=(
            "Options in hours after the order, each longer than the promise today, such as "
            "[72, 96]."
        ),
    )
    cost_per_order: Money = Field(
        0, description="Cost per order of the region, for customers who buy elsewhere (转化损失)."
    )


class CapFile(Closed):
    """Caps on the orders of an event (限量).

    Its sale stops at the cap; a refused order loses its product's margin.
    """

    event: Name = Field(description="Event whose sale may stop.")
    orders: list[Annotated[int, Field(ge=1, le=10**8)]] = Field(
        min_length=1,
        description="Options: orders after which the sale stops, such as [12000, 9000].",
    )


class LeversFile(Closed):
    """Decisions that the plan may make in addition to stock, staff and couriers.

    Each choice is planned and simulated on the same promotions; it is used only where it saves more
    than it costs there, or where nothing else helps.
    """

    promise_hours: list[PromiseFile] = Field(
        default_factory=list, description="Longer promises per region (承诺时效)."
    )
    order_caps: list[CapFile] = Field(
        default_factory=list, description="Caps on the orders of an event (限量)."
    )


def to_levers(stated: LeversFile, regions: Collection[str]) -> Levers:
    """Options in the order of the file, without promises to unknown regions."""
    own = [p for p in stated.promise_hours if p.region in regions]
    promises = [PromiseOption(p.region, hours, p.cost_per_order) for p in own for hours in p.hours]
    caps = [CapOption(c.event, orders) for c in stated.order_caps for orders in c.orders]
    return Levers(tuple(promises), tuple(caps))


def check_levers(
    document: Document, stated: LeversFile, read: PartialScenario, findings: Findings
) -> None:
    """Check that options differ, that promises get longer and that refused orders cost something.

    Parameters
    ----------
    document : Document
        The scenario file, for the place of findings.
    stated : LeversFile
        Its levers section.
    read : PartialScenario
        Platform rule and products as far as they could be read.
    findings : Findings
        Takes what is wrong.
    """
    platform = read.platforms[0] if len(read.platforms) == 1 else None
    seen: set[tuple[str, float]] = set()
    for i, promise in enumerate(stated.promise_hours):
        for k, hours in enumerate(promise.hours):
            path: KeyPath = ("levers", "promise_hours", i, "hours", k)
            _check_once(document, path, (promise.region, hours), seen, findings)
            if platform is None or platform.deadline_hours is None:
                continue
            now = platform.promise_hours.get(promise.region, platform.deadline_hours)
            if hours <= now:
                words = (
                    f"must be longer than the {now:g} h promised to {promise.region} now, got "
                    f"{shown(hours)}"
                )
                findings.add(document, path, words)
    every = [rule for rule in read.platforms if rule is not None]
    if every and all(r.deadline_hours is None for r in every) and stated.promise_hours:
        words = "the platform counts working days, not hours: no region can be promised other hours"
        findings.add(document, ("levers", "promise_hours"), words)
    if (
        stated.order_caps
        and read.products is not None
        and not any(p.margin_minor for p in read.products)
    ):
        words = (
            "no product states a margin: refused orders would cost nothing, and every cap "
            "would seem to pay"
        )
        findings.add(document, ("levers", "order_caps"), words, at_key=True)
    seen = set()
    for i, cap in enumerate(stated.order_caps):
        for k, orders in enumerate(cap.orders):
            _check_once(
                document,
                ("levers", "order_caps", i, "orders", k),
                (cap.event, orders),
                seen,
                findings,
            )


def _check_once(
    document: Document,
    path: KeyPath,
    option: tuple[str, float],
    seen: set[tuple[str, float]],
    findings: Findings,
) -> None:
    if option in seen:
        findings.add(document, path, f"stands twice for {option[0]}, got {shown(option[1])}")
    seen.add(option)
