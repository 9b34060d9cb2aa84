"""Why there is no plan, and what would make one possible, as lines to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from planner.reporting.language.labels import Labels, language

INFEASIBLE = "infeasible"  # status of a scenario that is proved to have no plan


def refusal_lines(content: Mapping[str, Any], lang: str) -> list[str]:
    """Limits to blame and repairs of a scenario without a plan (`explanation.json`)."""
    labels = Labels(language(lang), content["currency"])
    status = content["status"]
    infeasible = status == INFEASIBLE
    lines = [
        labels("refusal_no_plan") if infeasible else labels("refusal_not_found", status=status)
    ]
    if content["blame"]:
        lines += [labels("refusal_blamed"), *(f"- {b['words'][lang]}" for b in content["blame"])]
    repairs = content["repairs"]
    lines.append(labels("refusal_repairs") if repairs else labels("refusal_no_repair"))
    for repair in repairs:
        line = f"- {repair['words'][lang]}"
        line += labels("refusal_plan_cost", total=labels.money(repair["objective"]))
        if repair["price"] is not None:
            line += labels("refusal_repair_price", price=labels.money(repair["price"]))
        lines.append(line)
    return lines
