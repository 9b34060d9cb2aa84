"""Sentences of the service page: targets, hours to hand-over, priorities."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

SERVICE_TEXTS: dict[str, Bilingual] = {
    "penalties_title": ("Penalties as they fall due", "逐日到期的赔付"),
    "penalties_message": (
        "Compensation: {all} on average, {after} of it for orders due after the last day.",
        "平均赔付 {all}，其中 {after} 属于最后一天之后到期的订单。",
    ),
    "penalties_crossed": (
        "{platform}: above its threshold on some day in {share} of promotions (95% interval "
        "{low} to {high}).",
        "{platform}：至少有一天超过其阈值的概率为 {share}（95% 区间 {low} 至 {high}）。",
    ),
    "penalties_col_date": ("Due on", "到期日"),
    "penalties_col_platform": ("Platform", "平台"),
    "penalties_col_due": ("Orders due", "到期订单"),
    "penalties_col_late": ("Late", "迟发"),
    "penalties_col_money": ("Compensation, {unit}", "赔付（{unit}）"),
    "penalties_col_money_p95": ("95% point, {unit}", "95% 分位（{unit}）"),
    "penalties_col_window": ("Days of window", "窗口天数"),
    "penalties_col_share": ("Late share of window", "窗口迟发率"),
    "penalties_col_share_p95": ("95% point", "95% 分位"),
    "penalties_col_above": ("Above threshold", "超过阈值"),
    "penalties_col_by_then": ("By then", "截至当日曾超过"),
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
