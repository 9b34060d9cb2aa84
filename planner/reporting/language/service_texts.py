"""Sentences of the service page: targets, hours to hand-over, priorities."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

SERVICE_TEXTS: dict[str, Bilingual] = {
    "verdict_also": (", and {targets}", "，且{targets}"),
    "target_within": ("{share} within {hours} h", "{hours} 小时内达到 {share}"),
    "target_reached": (
        "Within {hours} h: {mean} of the orders on average, {lowest} in the worst replication; "
        "{asked} asked for.",
        "{hours} 小时内：平均 {mean}，最差一次 {lowest}，要求 {asked}。",
    ),
    "hours_message": (
        "Half of the orders are handed over within {p50} h, nine in ten within {p90} h.",
        "一半订单在 {p50} 小时内交寄，九成在 {p90} 小时内。",
    ),
    "hours_head": ("Hours from order to hand-over", "下单到交寄的小时数"),
    "targets_head": ("Targets", "服务目标"),
    "col_priority": ("Orders", "订单"),
    "col_number": ("Number", "单量"),
    "col_late_share": ("Late", "迟发率"),
    "col_hours_mean": ("Mean", "平均"),
    "col_hours_p50": ("Median", "中位数"),
    "col_hours_p90": ("90% within", "九成不超过"),
    "col_hours_p99": ("99% within", "99% 不超过"),
    "col_target": ("Target", "目标"),
    "col_asked": ("Asked for", "要求"),
    "col_reached": ("Mean", "平均"),
    "col_lowest": ("Worst", "最差"),
    "col_met_of": ("Target met", "达标"),
    "the_deadline": ("by the deadline", "期限内"),
    "within": ("within {hours} h", "{hours} 小时内"),
}
