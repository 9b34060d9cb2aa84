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
        ", 95% interval of the difference {low} to {high}",
        "，差额 95% 区间 {low} 至 {high}",
    ),
    "edits_certificate": (
        "certificate: {before} before ({met_before} of {of} replications met the target), "
        "{after} after ({met_after} of {of})",
        "认证：改前{before}（{of} 次模拟中 {met_before} 次达标），改后{after}（{met_after} 次）",
    ),
    "edits_certified": ("certified", "已认证"),
    "edits_not_certified": ("not certified", "未认证"),
    "edit_list": ("Choose one of the names.", "请从名称列表中选择。"),
    "edit_number": (
        "A whole number, 0 or more; a share from 0% to 100%.",
        "请填不小于 0 的整数；占比填 0% 至 100%。",
    ),
    "guide_title": ("Change this plan", "修改本方案"),
    "guide_cells": ("Yellow columns may be changed", "黄色列可以修改"),
    "guide_cells_how": ("In the sheets {sheets}.", "所在工作表：{sheets}。"),
    "guide_rows": ("Rows", "行"),
    "guide_rows_how": (
        "Add rows below the table, or delete rows. Sort and filter as you like: rows that a filter "
        "hides still count.",
        "可在表格下方加行，也可删行。可任意排序、筛选：被筛选隐藏的行仍然有效。",
    ),
    "guide_others": ("All other columns and sheets", "其他列和工作表"),
    "guide_others_how": (
        "They follow from these and are computed again. What is changed there is not read.",
        "由上述内容推算得出，会重新计算；在那里的修改不会被读取。",
    ),
    "guide_simulate": ("Simulate the changes", "模拟改动"),
    "guide_simulate_how": (
        "Save as .xlsx, then: planner simulate SCENARIO --plan plan.xlsx -o RESULT",
        "另存为 .xlsx，然后运行：planner simulate 场景 --plan plan.xlsx -o 结果文件夹",
    ),
    "guide_told": ("What it tells you", "会得到什么"),
    "guide_told_how": (
        "What was changed, which rules it breaks, and what it does to cost, share on time and "
        "certificate, on the same orders.",
        "改了什么、违反了哪些规则，以及在同样的订单下费用、准时率和认证的变化。",
    ),
    "guide_key": ("Hidden sheet plan", "隐藏工作表 plan"),
    "guide_key_how": (
        "It holds the plan as it was made. Leave it in the workbook.",
        "保存修改前的方案，请保留在工作簿中。",
    ),
}
