"""Columns of the tables about courier contracts."""

from __future__ import annotations

from dataclasses import replace

from planner.documents.values import LARGEST
from planner.reporting.tables.column_types import Column
from planner.reporting.tables.plan_columns import ABOVE_G, CONTRACT, FROM, REGION, SITE, TO, TO_G
from planner.reporting.tables.simulation_columns import COST_PER_ORDER, ON_TIME, ORDERS, REMOTE

MISSED = Column(
    "commitment_missed", "share", "share of replications that miss the commitment", empty=True
)
PARCELS = Column("parcels", "number", "mean parcels", "parcels")


def _interval(
    name: str, meaning: str, unit: str = "currency/order"
) -> tuple[Column, Column, Column]:
    """A difference with its 95 % interval."""
    low, high = (
        Column(f"{name}_{end}", "money", f"{meaning}, 95 % {end}", unit, True, -LARGEST)
        for end in ("low", "high")
    )
    return Column(name, "money", meaning, unit, True, -LARGEST), low, high


def _ends(meaning: str, unit: str = "currency/order") -> tuple[Column, Column]:
    """A 95 % interval."""
    low, high = (
        Column(end, "money", f"{meaning}, 95 % {end}", unit, True, -LARGEST)
        for end in ("low", "high")
    )
    return low, high


SIGNED_COST = replace(COST_PER_ORDER, low=-LARGEST)
RULES = Column("rules", "name", "number of rules in the list", form=r"\d{1,4}")

TABLES: dict[str, tuple[Column, ...]] = {
    "contracts": (
        CONTRACT,
        Column("members", "count", "contracts in it", low=1),
        Column("region_group", "choice", "which regions", among=("all", "remote", "other")),
        PARCELS,
        SIGNED_COST,
        *_ends("mean cost per order"),
        *_interval("difference", "cost per order less that of the best"),
        Column("refused", "share", "share of parcels it does not take"),
        ON_TIME,
        Column("kept", "share", "share of replications that reach the share on time", empty=True),
        MISSED,
        Column(
            "money_at_risk",
            "money",
            "exceeded in one replication of twenty",
            "currency",
            True,
            -LARGEST,
        ),
        Column("rank", "count", "place, the best first", low=1, empty=True),
        Column("ranked_cost", "money", "cost it is ranked by", "currency/order", True, -LARGEST),
        Column(
            "fails",
            "choice",
            "why it cannot reach the share on time",
            empty=True,
            among=("refused", "late"),
        ),
    ),
    "contract_terms": (
        Column("alternative", "name", "contracts signed together"),
        CONTRACT,
        PARCELS,
        Column("signed", "flag", "whether the plan signs it"),
        Column(
            "tier_from", "count", "parcels from which its usual tier starts", "parcels", empty=True
        ),
        Column("tier_reached", "share", "share of replications in that tier", empty=True),
        Column("discount", "money", "mean discount on the volume", "currency", True, -LARGEST),
        Column("commitment", "number", "mean parcels committed", "parcels", empty=True),
        MISSED,
        Column("shortfall", "money", "mean shortfall fee", "currency", empty=True),
        Column("full_days", "number", "mean days at the allotment", "days", empty=True),
    ),
    "contracts_by_region": (REGION, CONTRACT, PARCELS, SIGNED_COST),
    "clauses": (
        CONTRACT,
        Column("clause", "text", "clause that is changed"),
        Column("unit", "text", "unit of its figures", empty=True),
        Column("now", "figure", "as it is", empty=True),
        Column("changed", "figure", "as it is changed to", empty=True),
        Column(
            "value", "money", "what the change saves in a replication", "currency", True, -LARGEST
        ),
        *_ends("what the change saves", "currency"),
    ),
    "breakevens": (
        CONTRACT,
        Column("rival", "name", "contract it is held against"),
        Column("price", "text", "price that is shifted"),
        Column("now", "money", "as it is", "currency", True, -LARGEST),
        Column(
            "break_even",
            "money",
            "highest price at which it costs no more",
            "currency",
            True,
            -LARGEST,
        ),
        Column(
            "difference",
            "money",
            "cost per order less that of the rival",
            "currency/order",
            True,
            -LARGEST,
        ),
        *_ends("that difference"),
    ),
    "rules": (
        RULES,
        Column("rule", "count", "place of the rule, the first that fits holds", low=1),
        Column("regions", "text", "regions, separated by blanks, or all"),
        ABOVE_G,
        TO_G,
        replace(FROM, empty=True),
        replace(TO, empty=True),
        SITE,
        CONTRACT,
    ),
    "rules_cost": (
        replace(
            RULES,
            meaning="number of rules in the list, or all: the whole table",
            form=r"\d{1,4}|all",
        ),
        SIGNED_COST,
        *_ends("mean cost per order"),
        *_interval("extra", "cost per order more than the whole table"),
        ON_TIME,
    ),
    "remote": (
        REGION,
        REMOTE,
        ABOVE_G,
        TO_G,
        ORDERS,
        Column(
            "margin",
            "money",
            "margin of an order before the courier",
            "currency/order",
            True,
            -LARGEST,
        ),
        Column("direct_site", "name", "site of the cheapest direct lane", empty=True),
        Column("direct_contract", "name", "contract of the cheapest direct lane", empty=True),
        Column("direct_cost", "money", "cost of that lane", "currency/order", True, -LARGEST),
        Column("hub_site", "name", "site of the cheapest lane through a hub", empty=True),
        Column("hub_contract", "name", "contract of the cheapest lane through a hub", empty=True),
        Column("hub_cost", "money", "cost of that lane", "currency/order", True, -LARGEST),
        Column("best", "choice", "best way", among=("direct", "hub", "do not sell")),
        Column("margin_after", "money", "margin left", "currency/order", True, -LARGEST),
    ),
}
