"""One replication, order by order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.domain.arrays import Seconds
from planner.domain.problem import Problem
from planner.domain.records import NEVER, Records, blocks
from planner.reporting.tables.column_types import Column, ResultTable
from planner.reporting.tables.common_columns import CONTRACT, REGION, SITE

ORDERS_TABLE = ResultTable(
    name="orders",
    title=("Orders", "订单明细"),
    meaning="one replication, one row for each order",
    always=True,
    columns=(
        Column("order", "count", ("Order", "订单"), "number of the order", low=1),
        Column("ordered_at", "moment", ("Ordered at", "下单时间"), "when it was placed"),
        REGION,
        replace(SITE, empty=True),
        replace(CONTRACT, empty=True),
        Column("packed_at", "moment", ("Packed at", "打包时间"), "when it was packed", empty=True),
        Column(
            "handed_over_at",
            "moment",
            ("Handed over at", "交接时间"),
            "when it was handed over",
            empty=True,
        ),
        Column(
            "scanned_at",
            "moment",
            ("First scan at", "首次揽收时间"),
            "when it was scanned first",
            empty=True,
        ),
        Column(
            "deadline",
            "moment",
            ("Deadline", "发货时限"),
            "when it has to be counted at the latest",
            empty=True,
        ),
        Column(
            "on_time",
            "flag",
            ("On time", "准时"),
            "whether it was on time (empty: still open)",
            empty=True,
        ),
    ),
)


def orders_pieces(problem: Problem, records: Records) -> Iterator[pd.DataFrame]:
    """One replication, one row per order: a table in pieces, since there may be millions of rows
    (one, maybe empty, at least).
    """
    orders = records.orders
    for block in blocks(len(orders)) if len(orders) else [slice(0, 0)]:
        yield pd.DataFrame(
            {
                "order": np.arange(block.start + 1, block.stop + 1),
                "ordered_at": _moments(problem, orders.ordered_at_s[block], may_miss=False),
                "region": np.array(problem.region_names, dtype=object)[orders.region[block]],
                "site": np.array([*problem.site_names, ""], dtype=object)[records.site[block]],
                "contract": np.array([*problem.contract_names, ""], dtype=object)[
                    records.contract[block]
                ],
                "packed_at": _moments(problem, records.packed_at_s[block]),
                "handed_over_at": _moments(problem, records.handed_over_at_s[block]),
                "scanned_at": _moments(problem, records.scanned_at_s[block]),
                "deadline": _moments(problem, orders.deadline_s[block], may_miss=False),
                "on_time": np.array(["no", "yes", ""], dtype=object)[records.on_time[block]],
            }
        )


def _moments(problem: Problem, seconds: Seconds, *, may_miss: bool = True) -> NDArray[np.object_]:
    """Seconds of the horizon -> local time as text; empty where the moment never came."""
    at = np.datetime64(problem.horizon.start, "s") + seconds.astype("timedelta64[s]")
    text = np.array(
        [f"{moment[:10]} {moment[11:]}" for moment in np.datetime_as_string(at).tolist()],
        dtype=object,
    )
    if may_miss:
        text[seconds == NEVER] = ""
    return text
