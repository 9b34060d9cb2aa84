"""Words of a sweep."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

SWEEP_TEXTS: dict[str, Bilingual] = {
    "sweep_cost": ("Mean cost, {unit}", "平均费用（{unit}）"),
    "sweep_on_time_share": ("Mean share on time", "平均准时率"),
    "sweep_drafts": (
        "DRAFTS, NOT CERTIFIED: the first plan of each point, simulated.",
        "草案，未通过认证：每个情形的初始方案，经仿真。",
    ),
    "sweep_certified": (
        "Certified plans: {n} of {of}.",
        "通过认证的方案：{of} 个中的 {n} 个。",
    ),
    "sweep_without": (
        "Points without a plan: {n} (see the table).",
        "没有方案的情形：{n} 个（见表）。",
    ),
    "sweep_more_lines": ("{n} more lines are in the table alone.", "另有 {n} 条线仅在表中。"),
}
