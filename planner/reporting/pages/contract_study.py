"""What every page of the contract study says first: that it is not the plan of page 1."""

from __future__ import annotations

from planner.reporting.pages.contract_cells import columns_of
from planner.reporting.pages.headline import mean_orders
from planner.reporting.pages.page_context import PageContext


def study_note(context: PageContext) -> str:
    """That a page belongs to the study of the contracts and not to the plan, and whose orders it
    counts.
    """
    labels, orders = context.labels, mean_orders(context.run)
    table = columns_of(context, "contracts", "region_group", "parcels", "refused")
    served = (
        table[(table["region_group"] == "all") & (table["refused"] < 1)] if len(table) else table
    )
    note = labels("study_note")
    if served.empty or not orders:
        return note
    placed = float((served["parcels"] / (1 - served["refused"])).iloc[0])
    return labels.text(
        note, labels("study_orders", n=labels.number(placed), m=labels.number(orders))
    )
