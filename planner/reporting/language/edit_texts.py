"""Words on edits of a plan and on what they do."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

EDIT_TEXTS: dict[str, Bilingual] = {
    "edits_one": (
        "1 change to the plan, in {files}:",
        "方案有 1 处改动，见 {files}：",
    ),
    "edits_many": (
        "{count} changes to the plan, in {files}:",
        "方案有 {count} 处改动，见 {files}：",
    ),
    "edits_more": (
        "and {count} more, in tables/plan_changes.csv",
        "另有 {count} 处，见 tables/plan_changes.csv",
    ),
    "edits_unlimited": ("without limit", "不限"),
    "edits_cost": (
        "on the same orders, cost {before} before, {after} after: {difference}{spread}",
        "同样的订单下，费用改前 {before}，改后 {after}：相差 {difference}{spread}",
    ),
    "edits_on_time": (
        "on time {before} before, {after} after: {difference} points{spread}",
        "准时率改前 {before}，改后 {after}：相差 {difference} 个百分点{spread}",
    ),
    "edits_spread": (
        ", 95 % interval of the difference {low} to {high}",
        "，差额 95 % 区间 {low} 至 {high}",
    ),
    "edits_certificate": (
        "certificate: {before} before ({met_before} of {of} replications met the target), "
        "{after} after ({met_after} of {of})",
        "认证：改前{before}（{of} 次模拟中 {met_before} 次达标），改后{after}（{met_after} 次）",
    ),
    "edits_certified": ("certified", "已认证"),
    "edits_not_certified": ("not certified", "未认证"),
}
