"""Stock of many products fits on a few pages, and adds up there."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from planner.reporting.layout.style import applied
from planner.reporting.pages.stock_hiring_assumptions import MOST_PRODUCTS, stock_pages
from planner.reporting.report import open_context, pdf_of
from planner.reporting.tables.stock_table import STOCK_TABLE
from tests.reporting.builders import large_run
from tests.reporting.test_report import pages_text


def test_most_units_are_named_and_the_others_are_one_row(tmp_path: Path) -> None:
    """Of 500 products the sixty with most units have a row each; the others share one, which holds
    their sum.
    """
    folder = large_run(tmp_path / "run")
    site = pd.read_csv(folder / "tables" / "stock.csv")["site"].iloc[0]
    rows = [
        (site, f"sku-{k:03d}", 1_000 + k if k % 5 == 0 and k < 5 * MOST_PRODUCTS else 2, 0, 1, 0)
        for k in range(500)
    ]
    STOCK_TABLE.frame(rows).to_csv(folder / "tables" / "stock.csv", index=False)
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        sheets = stock_pages(context)
        text = "".join(pages_text(pdf_of(sheets, "stock")))
    assert len(sheets) <= 5
    assert all(f"sku-{k:03d}" in text for k in range(0, 5 * MOST_PRODUCTS, 5))
    assert "sku-001" not in text
    assert "440 other products" in text
    assert "880" in text
    assert "No product ran out at any site" in text.replace("\n", " ")


def test_stock_above_the_mean_demand_has_its_reason(tmp_path: Path) -> None:
    """16 units placed for 5 orders of 2 units: 10 expected, 160 %, and what a large promotion would
    ask for.
    """
    folder = large_run(tmp_path / "run")
    need = pd.DataFrame([("yiwu", "a", 3.0, 2.0, 6.0), ("chengdu", "a", 2.0, 2.0, 4.0)])
    need.columns = pd.Index(["site", "product", "orders_mean", "units_per_order", "units_mean"])
    need.to_csv(folder / "tables" / "stock_need.csv", index=False)
    placed = STOCK_TABLE.frame(
        [("yiwu", "a", 9, 0.02, 3.5, 7.0), ("chengdu", "a", 7, 0.125, 1.5, 4.0)]
    )
    placed.to_csv(folder / "tables" / "stock.csv", index=False)
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        (text,) = pages_text(pdf_of(stock_pages(context), "stock"))
    text = text.replace("\n", " ")
    assert "Expected: 5 orders with 2.00 units each, 10 units." in text
    assert "The other 6 are safety: one promotion in twenty brings more than 190,000 orders" in text
    assert "160%" in text
    assert "Most likely to run out: a at" in text
    assert "in 12.5% of the simulated promotions" in text
    assert "On average 5 units are left over; they cost" in text
    costs = pd.read_csv(folder / "tables" / "costs.csv")
    costs.loc[costs["name"] == "stock", "amount"] = 0
    costs.to_csv(folder / "tables" / "costs.csv", index=False)
    context, _ = open_context(folder, "en")
    with applied(context.typeface):
        (sheet,) = stock_pages(context)
    assert "The other 6 cost nothing: the scenario states no inbound_cost_per_unit" in sheet.message
