"""The past that a back-test has read, as its folder keeps it: counts, and what was announced.

Orders are not kept one by one: what is kept tells nothing of a customer.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from planner.documents.files import damaged, read_text
from planner.documents.reading import MOST_BYTES
from planner.documents.strict_json import parse_json
from planner.domain.events import Event
from planner.domain.order_history import History, OpenDay
from planner.errors import Finding
from planner.forecasting.rolling_origins import Announced
from planner.formats.tables.tables import read_result_table, write_table
from planner.output import sha256
from planner.studies.backtest.past_demand import PastDemand
from planner.studies.runs.manifest import INPUTS, write_json

COUNTS, KNOWN = "history.csv", "known.json"
_EPOCH = datetime(1970, 1, 1)


def keep_past(folder: Path, past: PastDemand) -> dict[str, str]:
    """Write what was read into a draft folder; the hash of each file by name."""
    history = past.history
    hours = np.flatnonzero(history.counts[:, 0])
    times = (hours + history.start_hour).astype("datetime64[h]").astype("datetime64[m]").astype(str)
    counts = pd.DataFrame({"time": times, "orders": history.counts[hours, 0]})
    write_table(counts, folder / INPUTS / COUNTS)
    write_json(folder / INPUTS / KNOWN, _known(past))
    return {name: sha256(folder / INPUTS / name) for name in (COUNTS, KNOWN)}


def read_past(folder: Path) -> PastDemand:
    """Read back what a folder keeps.

    Raises
    ------
    InputError, LookupError, ValueError, TypeError
        It is damaged.
    """
    path = folder / INPUTS / KNOWN
    known, found = parse_json(read_text(folder, f"{INPUTS}/{KNOWN}", MOST_BYTES), path)
    if found or not isinstance(known, dict):
        words = Finding(str(path), 1, 0, "", "must be a JSON object")
        raise damaged(folder, found or [words])
    begin = datetime.fromisoformat(known["from"])
    table = read_result_table(folder / INPUTS / COUNTS)
    hours = [(datetime.fromisoformat(time) - begin) // timedelta(hours=1) for time in table["time"]]
    counts = np.zeros((int(known["hours"]), 1), dtype=np.int64)
    counts[hours, 0] = table["orders"]
    history = History(
        start_hour=(begin - _EPOCH) // timedelta(hours=1),
        counts=counts,
        open_days=tuple(OpenDay(_day(d["day"]), d["like"]) for d in known["open_days"]),
        closed_days=tuple(map(_day, known["closed_days"])),
        holidays=tuple(map(_day, known["holidays"])),
    )
    return PastDemand(
        name=known["name"],
        history=history,
        announced=tuple(
            Announced(Event(**each["event"]), _day(each["known_from"]))
            for each in known["announced"]
        ),
        hashes=known["source"],
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _known(past: PastDemand) -> dict[str, Any]:
    """Everything but the counts, as JSON holds it."""
    history = past.history
    begin = _EPOCH + timedelta(hours=history.start_hour)
    return {
        "name": past.name,
        "source": past.hashes,
        "from": begin.isoformat(timespec="minutes"),
        "hours": len(history.counts),
        "open_days": [
            {"day": opens.day.isoformat(), "like": opens.like} for opens in history.open_days
        ],
        "closed_days": [day.isoformat() for day in history.closed_days],
        "holidays": [day.isoformat() for day in history.holidays],
        "announced": [
            {
                "event": {k: v for k, v in asdict(known.event).items() if v is not None},
                "known_from": known.known_from.isoformat(),
            }
            for known in past.announced
        ],
    }
