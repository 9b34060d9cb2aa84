"""The shipped counts of a real shop, and its raw order log where it is at hand."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd

from planner.domain.order_history import History

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "configs" / "black-friday"


def real_history() -> History:
    """history.csv of the black-friday scenario, all states."""
    return _counts(pd.read_csv(SHIPPED / "history.csv"))


def raw_log() -> Path | None:
    """The order log, if it lies where PLANNER_DATA says or next to the repository."""
    folder = os.environ.get("PLANNER_DATA")
    path = (
        Path(folder) if folder else ROOT.parent / "shared" / "data" / "olist-sample" / "orders.csv"
    )
    path = path / "orders.csv" if path.is_dir() else path
    return path if path.is_file() else None


def _counts(table: pd.DataFrame) -> History:
    hours = pd.to_datetime(table["time"]).to_numpy().astype("datetime64[h]").astype(np.int64)
    names, region = np.unique(table["region"].to_numpy(dtype=str), return_inverse=True)
    counts = np.zeros((int(np.ptp(hours)) + 1, len(names)), dtype=np.int64)
    np.add.at(counts, (hours - hours.min(), region), table["orders"].to_numpy())
    return History(start_hour=int(hours.min()), counts=counts)
