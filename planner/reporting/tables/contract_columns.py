"""Columns of the tables about courier contracts."""

from __future__ import annotations

from dataclasses import replace

from planner.documents.values import LARGEST
from planner.reporting.language.bilingual import Bilingual
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import (
    ABOVE_G,
    CERTIFIED,
    CONTRACT,
    COST_PER_ORDER,
    FROM,
    INTERVAL_ENDINGS,
    INTERVAL_HEADINGS,
    ON_TIME,
    ORDERS,
    REGION,
    REMOTE,
    REPLICATIONS,
    SHARE,
    SITE,
    TO,
    TO_G,
    joined,
    signed_money,
)

MISSED = Column(
    "commitment_missed",
    "share",
    ("Commitment missed", "未达保底"),
    "share of replications that miss the commitment",
    empty=True,
)
PARCELS = Column("parcels", "number", ("Parcels", "包裹"), "mean parcels", unit="parcels")


def _ends(
    meaning: str, unit: str = "currency/order", of: str = "", heading: Bilingual = ("", "")
) -> tuple[Column, Column]:
    """Both ends of a 95 % interval, of the column `of` where a table has several intervals."""
    endings = INTERVAL_ENDINGS if of else INTERVAL_HEADINGS
    low, high = (
        signed_money(
            f"{of}_{end}" if of else end,
            joined(heading, endings[end]),
            f"{meaning}, 95 % {end}",
            unit=unit,
        )
        for end in ("low", "high")
    )
    return low, high


def _interval(name: str, heading: Bilingual, meaning: str) -> tuple[Column, Column, Column]:
    """A difference per order with its 95 % interval."""
    unit = "currency/order"
    low, high = _ends(meaning, unit, name, heading)
    return signed_money(name, heading, meaning, unit=unit), low, high


SIGNED_COST = replace(COST_PER_ORDER, low=-LARGEST)
RULES = Column(
    "rules",
    "name",
    ("Rules", "规则数"),
    "number of rules in the list",
    vocabulary="rules",
    form=r"\d{1,4}",
)
BETWEEN_REGIONS = ";"  # in a cell that names several
STUDY = Column(
    "study",
    "choice",
    ("Study", "研究对象"),
    "what was simulated: the plan with its people and stock, or couriers only",
    vocabulary="study",
    among=("plan", "couriers"),
)


TABLES = (
    ResultTable(
        name="contracts",
        title=("Contracts", "合同"),
        meaning="contracts and combinations of contracts on the same orders",
        columns=(
            CONTRACT,
            Column("members", "count", ("Contracts in it", "合同数"), "contracts in it", low=1),
            Column(
                "region_group",
                "choice",
                ("Regions", "地区范围"),
                "which regions",
                vocabulary="region_group",
                among=("all", "remote", "other"),
            ),
            PARCELS,
            SIGNED_COST,
            *_ends("mean cost per order"),
            *_interval(
                "difference",
                ("Against the best", "与最优之差"),
                "cost per order less that of the best",
            ),
            Column("refused", "share", ("Refused", "不承运"), "share of parcels it does not take"),
            ON_TIME,
            Column(
                "kept",
                "share",
                ("Target met", "达标"),
                "share of replications that reach the share on time",
                empty=True,
            ),
            MISSED,
            signed_money(
                "money_at_risk",
                ("At risk, 95% point", "风险金额（95%）"),
                "exceeded in one replication of twenty",
            ),
            Column("rank", "count", ("Rank", "名次"), "place, the best first", empty=True, low=1),
            signed_money(
                "ranked_cost",
                ("Ranked by", "排序依据"),
                "cost it is ranked by",
                unit="currency/order",
            ),
            Column(
                "fails",
                "choice",
                ("Why last", "排在最后的原因"),
                "why it cannot reach the share on time",
                vocabulary="fails",
                empty=True,
                among=("refused", "late"),
            ),
        ),
    ),
    ResultTable(
        name="contract_terms",
        title=("Contract terms", "合同执行"),
        meaning="how each contract fares within a combination: tiers, commitment, allotment",
        columns=(
            Column(
                "alternative",
                "name",
                ("Alternative", "方案"),
                "contracts signed together",
                vocabulary="contract",
            ),
            CONTRACT,
            PARCELS,
            Column("signed", "flag", ("Signed", "已签"), "whether the plan signs it"),
            Column(
                "tier_from",
                "count",
                ("Usual tier from", "阶梯起量"),
                "parcels from which its usual tier starts",
                unit="parcels",
                empty=True,
            ),
            Column(
                "tier_reached",
                "share",
                ("Tier reached", "阶梯达到概率"),
                "share of replications in that tier",
                empty=True,
            ),
            signed_money("discount", ("Discount", "优惠"), "mean discount on the volume"),
            Column(
                "commitment",
                "number",
                ("Committed parcels", "保底件数"),
                "mean parcels committed",
                unit="parcels",
                empty=True,
            ),
            MISSED,
            Column(
                "shortfall",
                "money",
                ("Shortfall", "保底补差"),
                "mean shortfall fee",
                unit="currency",
                empty=True,
            ),
            Column(
                "full_days",
                "number",
                ("Days at the allotment", "用满限额天数"),
                "mean days at the allotment",
                unit="days",
                empty=True,
            ),
        ),
    ),
    ResultTable(
        name="contracts_by_region",
        title=("Contracts by region", "合同分地区"),
        meaning="cost of each contract by region",
        columns=(REGION, CONTRACT, PARCELS, SIGNED_COST),
    ),
    ResultTable(
        name="clauses",
        title=("Clauses", "条款"),
        meaning="what a change of each clause is worth",
        columns=(
            CONTRACT,
            Column(
                "clause", "text", ("Clause", "条款"), "clause that is changed", vocabulary="clause"
            ),
            Column(
                "unit",
                "text",
                ("Unit", "单位"),
                "unit of its figures",
                vocabulary="unit",
                empty=True,
            ),
            Column("now", "figure", ("Now", "现值"), "as it is", empty=True),
            Column(
                "changed", "figure", ("Changed to", "变动后"), "as it is changed to", empty=True
            ),
            signed_money("value", ("Value", "数值"), "what the change saves in a replication"),
            *_ends("what the change saves", "currency"),
        ),
    ),
    ResultTable(
        name="breakevens",
        title=("Break-evens", "平衡价"),
        meaning="price at which a contract alone costs no more than its rival",
        columns=(
            CONTRACT,
            Column(
                "rival",
                "name",
                ("Compared with", "对比合同"),
                "contract it is held against",
                vocabulary="contract",
            ),
            Column(
                "price", "text", ("Price", "价格"), "price that is shifted", vocabulary="clause"
            ),
            signed_money("now", ("Now", "现值"), "as it is"),
            signed_money(
                "break_even", ("Equal at", "平衡价"), "highest price at which it costs no more"
            ),
            signed_money(
                "difference",
                ("Against the best", "与最优之差"),
                "cost per order less that of the rival",
                unit="currency/order",
            ),
            *_ends("that difference"),
        ),
    ),
    ResultTable(
        name="rules",
        title=("Rules", "规则"),
        meaning="routing rules: the first that fits an order holds",
        columns=(
            RULES,
            Column(
                "rule",
                "count",
                ("Rule", "规则"),
                "place of the rule, the first that fits holds",
                low=1,
            ),
            Column(
                "regions",
                "text",
                ("Regions", "地区"),
                f"regions, separated by {BETWEEN_REGIONS}, or all",
                vocabulary="regions",
            ),
            ABOVE_G,
            TO_G,
            replace(FROM, empty=True),
            replace(TO, empty=True),
            replace(
                SHARE,
                meaning="share that the rule takes of the orders which fit and reach it; others go "
                "on to the next rule",
            ),
            SITE,
            replace(CONTRACT, empty=True),
            STUDY,
        ),
    ),
    ResultTable(
        name="rules_cost",
        title=("Cost of rules", "规则费用"),
        meaning="cost and service of routing by so many rules, on the same orders",
        columns=(
            replace(
                RULES,
                meaning="number of rules in the list, or all: the whole table",
                form=r"\d{1,4}|all",
            ),
            SIGNED_COST,
            *_interval(
                "extra", ("More per order", "每单多付"), "cost per order more than the whole table"
            ),
            ON_TIME,
            Column(
                "kept",
                "count",
                ("Target met", "达标"),
                "replications that reached the share on time",
            ),
            REPLICATIONS,
            replace(
                CERTIFIED,
                meaning="whether the plan is certified with this routing (empty: a study of "
                "couriers only, without people and stock, certifies nothing)",
                empty=True,
            ),
            STUDY,
        ),
    ),
    ResultTable(
        name="remote",
        title=("Remote areas", "偏远地区"),
        meaning="cheapest way to serve a remote area: direct, through a hub, or not at all",
        columns=(
            REGION,
            REMOTE,
            ABOVE_G,
            TO_G,
            ORDERS,
            signed_money(
                "margin",
                ("Margin", "毛利"),
                "margin of an order before the courier",
                unit="currency/order",
            ),
            Column(
                "direct_site",
                "name",
                ("Direct from", "直发仓"),
                "site of the cheapest direct lane",
                vocabulary="site",
                empty=True,
            ),
            Column(
                "direct_contract",
                "name",
                ("Direct by", "直发合同"),
                "contract of the cheapest direct lane",
                vocabulary="contract",
                empty=True,
            ),
            signed_money(
                "direct_cost",
                ("Direct, cost", "直发费用"),
                "cost of that lane",
                unit="currency/order",
            ),
            Column(
                "hub_site",
                "name",
                ("Hub, from", "中转发货仓"),
                "site of the cheapest lane through a hub",
                vocabulary="site",
                empty=True,
            ),
            Column(
                "hub_contract",
                "name",
                ("Hub, by", "中转合同"),
                "contract of the cheapest lane through a hub",
                vocabulary="contract",
                empty=True,
            ),
            signed_money(
                "hub_cost", ("Hub, cost", "中转费用"), "cost of that lane", unit="currency/order"
            ),
            Column(
                "best",
                "choice",
                ("Best", "建议"),
                "best way",
                vocabulary="best",
                among=("direct", "hub", "do not sell"),
            ),
            signed_money(
                "margin_after", ("Left over", "余利"), "margin left", unit="currency/order"
            ),
        ),
    ),
)
