"""How a plan was reached in sentences, the same on paper and in a terminal."""

from __future__ import annotations

import math
from typing import Any

from planner.reporting.language.labels import Labels


def stop_sentence(labels: Labels, loop: dict[str, Any]) -> str:
    """Why the search for a plan ended, and what it took."""
    why = labels.name("stopped", str(loop["stopped"]))
    counts = {name: labels.number(float(loop[name])) for name in ("plans", "verdicts", "simulated")}
    return labels.text(why, labels("path_counts", **counts))


def proved(labels: Labels, loop: dict[str, Any]) -> str:
    """Cost, bound and gap of the planning model for the plan as the solver left it, and the bound
    without margins.
    """
    planned = loop["planned"]
    sentences = []
    if planned["model_bound"] is not None and planned["model_objective"] is not None:
        with_tail = planned["model_objective"] != planned["objective"]
        money = {"objective": labels.money(float(planned["model_objective"]))}
        money["bound"] = labels.money(float(planned["model_bound"]))
        gap = math.nan if planned["model_gap"] is None else float(planned["model_gap"])
        key = "path_gap_tail" if with_tail else "path_gap"
        sentences.append(labels(key, gap=labels.at_most(gap, 2), **money))
    if planned["bound"] is not None:
        sentences.append(labels("path_loose", bound=labels.money(float(planned["bound"]))))
    return labels.text(*sentences) or labels("path_nothing_proved")


def reinforced(labels: Labels, found: dict[str, Any] | None) -> str:
    """What was added to the plan where orders failed, and what that changed; else nothing."""
    if found is None or not found["kept"]:
        return ""
    units = [
        labels("trim_units", n=labels.number(float(n)), kind=labels.name("added", kind))
        for kind, n in sorted(found["added"].items())
    ]
    cost = labels.money(float(found["cost"]))
    counts = {
        "missed": labels.number(float(found["missed"])),
        "before": labels.number(float(found["missed_before"])),
        "runs": labels.number(float(found["runs"])),
    }
    return labels.text(
        labels("added_units", units=labels.listed(units), cost=cost) if units else "",
        labels("added_rerouted", share=labels.percent(float(found["rerouted"])))
        if found["rerouted"]
        else "",
        labels("added_missed", **counts),
    )


def trimmed(labels: Labels, trim: dict[str, Any] | None) -> str:
    """What left the plan and what that saved; whether more could have left it."""
    if trim is None:
        return labels("trim_none")
    played = labels("trim_played", n=labels.number(float(trim["simulated"])))
    end = labels("trim_complete" if trim["complete"] else "trim_spent")
    if not trim["dropped"]:
        return labels.text(labels("trim_nothing"), "" if trim["complete"] else end, played)
    units = [
        labels("trim_units", n=labels.number(float(n)), kind=labels.name("dropped", kind))
        for kind, n in sorted(trim["dropped"].items())
    ]
    taken = {"units": labels.listed(units), "saved": labels.money(float(trim["saved"]))}
    if not trim["kept"]:
        return labels.text(labels("trim_undone", **taken), played)
    return labels.text(labels("trim_taken", **taken), end, played)
