"""Words of a scenario without a plan, English and Chinese."""

from __future__ import annotations

from planner.reporting.language.bilingual import Bilingual

REFUSAL_TEXTS: dict[str, Bilingual] = {
    "refusal_no_plan": ("No feasible plan.", "没有可行方案。"),
    "refusal_not_found": ("No plan was found ({status}).", "没有找到方案（{status}）。"),
    "refusal_blamed": ("Limits to blame (none of them can be left out):", "受限之处（缺一不可）："),
    "refusal_repairs": (
        (
            "Each of these alone makes a plan possible (proved by planning again), the "
            "cheapest plan first:"
        ),
        "以下任何一项即可得到可行方案（已重新求解验证），按方案总费用从低到高：",
    ),
    "refusal_no_repair": (
        "No single change that was tried makes a plan possible.",
        "所试的单项改动都得不到可行方案。",
    ),
    "refusal_plan_cost": (": the plan costs {total}", "：方案费用 {total}"),
    "refusal_repair_price": (", {price} of it for this change", "，其中此项 {price}"),
}
