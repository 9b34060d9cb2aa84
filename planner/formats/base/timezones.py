"""Time zones by their IANA names: known or not, and the local time of a time in UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planner.formats.base.findings import shown
from planner.formats.base.similar_names import closest

_TIMEZONES = {
    "beijing": "Asia/Shanghai",
    "北京": "Asia/Shanghai",
    "china": "Asia/Shanghai",
    "gmt+8": "Asia/Shanghai",
    "utc+8": "Asia/Shanghai",
    "+08:00": "Asia/Shanghai",
    "eastern": "America/New_York",
    "us eastern": "America/New_York",
    "central": "America/Chicago",
    "us central": "America/Chicago",
    "mountain": "America/Denver",
    "us mountain": "America/Denver",
    "pacific": "America/Los_Angeles",
    "us pacific": "America/Los_Angeles",
}
_YEARS = range(1990, 2040)  # in which the names of a zone's clocks are looked up


def parse_timezone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError with the nearest names."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        meant = meant_timezone(name)
        hint = f"; did you mean {meant}?" if meant else ""
        words = "no such time zone (IANA name such as Asia/Shanghai or America/New_York)"
        raise ValueError(f"{words}, got {shown(name)}{hint}") from error


def meant_timezone(name: str) -> str | None:
    """The IANA name of a time zone written otherwise: its city alone, or a name people use."""
    plain = re.sub(r"\s*(standard |daylight )?time$", "", name.strip().casefold())
    known = _zones() | _TIMEZONES
    meant = (
        known.get(plain)
        or known.get(plain.replace(" ", "_"))
        or closest(name, sorted(available_timezones()))
    )
    return meant or known.get(closest(plain, sorted(known)) or "")


@cache
def _zones() -> dict[str, str]:
    """City -> IANA name, the shortest where several have it."""
    names = sorted((n for n in available_timezones() if "/" in n), key=lambda n: (-len(n), n))
    return {name.rpartition("/")[2].casefold(): name for name in names}


def to_local(utc: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Local wall-clock time, to the second, of times in UTC.

    Where clocks are set back, two times an hour apart have the same local time; where they are
    set forward, an hour has none.
    """
    local = pd.DatetimeIndex(utc, tz="UTC").tz_convert(ZoneInfo(timezone)).tz_localize(None)
    return np.asarray(local.to_numpy().astype("datetime64[s]"))


@lru_cache(maxsize=64)
def offsets_by_name(timezone: str) -> dict[str, int]:
    """Seconds ahead of UTC by the short names of a zone's own clocks, such as EST and EDT."""
    zone, offsets = ZoneInfo(timezone), {"UTC": 0, "GMT": 0}
    for year in _YEARS:
        for month in (1, 7):
            local = datetime(year, month, 1, tzinfo=UTC).astimezone(zone)
            ahead = local.utcoffset()
            if ahead is not None:
                offsets[str(local.tzname())] = int(ahead.total_seconds())
    return offsets
