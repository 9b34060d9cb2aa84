"""The time of `planner import` by the form of the dates: `python benchmarks/formats/date_forms.py`.

One log of a million rows (moment, region, weight) is written once in each form and imported in
turns, all in one process. The ratios are to the plain form, `2024-11-01 00:01:03`, within each
round; each form must give the same orders before a figure is printed, to the minute where it has no
seconds.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.harness import in_turns, median_ratio
from planner.formats.order_log.options import LogForm
from planner.formats.order_log.reader import OrderLog
from planner.studies.import_orders import import_log, read_log

PLAIN = "2024-11-01 00:01:03"
ZONE, AHEAD = "Asia/Shanghai", timedelta(hours=8)
FIRST = datetime(2024, 11, 1)
DAYS = 730
SERIAL_0 = datetime(1899, 12, 30)


def _written(pattern: str) -> Callable[[datetime], str]:
    return lambda moment: moment.strftime(pattern)


def _twelve(moment: datetime) -> int:
    return (moment.hour + 11) % 12 + 1


# Name as printed -> how a moment is written, --date-format, --timezone, seconds of its finest step.
FORMS: dict[str, tuple[Callable[[datetime], str], str | None, str | None, int]] = {
    PLAIN: (_written("%Y-%m-%d %H:%M:%S"), None, None, 1),
    "2024/11/1 0:01": (
        lambda m: f"{m.year}/{m.month}/{m.day} {m.hour}:{m.minute:02}",
        None,
        None,
        60,
    ),
    "2024年11月01日 00:01:03": (_written("%Y年%m月%d日 %H:%M:%S"), None, None, 1),
    "2024/11/1 上午 12:01": (
        lambda m: (
            f"{m.year}/{m.month}/{m.day} {'上午' if m.hour < 12 else '下午'} "
            f"{_twelve(m)}:{m.minute:02}"
        ),
        None,
        None,
        60,
    ),
    "11/1/2024 12:01 AM": (
        lambda m: (
            f"{m.month}/{m.day}/{m.year} {_twelve(m)}:{m.minute:02} {'AM' if m.hour < 12 else 'PM'}"
        ),
        "mdy",
        None,
        60,
    ),
    "01.11.24 00:01": (_written("%d.%m.%y %H:%M"), "dmy", None, 60),
    "Nov 1, 2024 12:01:03 AM": (_written("%b %d, %Y %I:%M:%S %p"), None, None, 1),
    "Fri, 01 Nov 2024 00:01:03 +0800": (_written("%a, %d %b %Y %H:%M:%S +0800"), None, ZONE, 1),
    "2024-10-31 11:01:03 -0500": (
        lambda m: f"{m - AHEAD - timedelta(hours=5)} -0500",
        None,
        ZONE,
        1,
    ),
    "2024-10-31T16:01:03Z": (lambda m: f"{(m - AHEAD).isoformat()}Z", None, ZONE, 1),
    "45597.000729": (lambda m: f"{(m - SERIAL_0) / timedelta(days=1):.6f}", None, None, 1),
    "1730390463": (lambda m: str(int((m - AHEAD).replace(tzinfo=UTC).timestamp())), None, ZONE, 1),
    "01.11.2024 00.01.03, by a pattern": (
        _written("%d.%m.%Y %H.%M.%S"),
        "%d.%m.%Y %H.%M.%S",
        None,
        1,
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="100,000 rows")
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    asked = parser.parse_args()
    rows = 100_000 if asked.quick else asked.rows
    with tempfile.TemporaryDirectory() as folder:
        logs = write_logs(Path(folder), rows)
        tasks = {
            name: partial(run, path, LogForm({}, **form)) for name, (path, form) in logs.items()
        }
        seconds, given = in_turns(tasks, asked.rounds)
    for name, log in given.items():
        step = FORMS[name][3]
        assert np.array_equal(log.second, given[PLAIN].second // step * step), (
            f"{name} is not read as written"
        )
    ratios = {
        name: round(median_ratio(taken, seconds[PLAIN]), 2) for name, taken in seconds.items()
    }
    if asked.json:
        print(json.dumps({"rows": rows, "ratio_to_plain": ratios}, ensure_ascii=False))
        return
    print(
        f"{rows:,} rows, the plain form in {statistics.median(seconds[PLAIN]):.2f} s\n\n| dates | "
        "ratio |\n|---|---|"
    )
    for name, ratio in ratios.items():
        print(f"| {name} | {ratio:.2f} |")


def run(path: Path, form: LogForm) -> OrderLog:
    """The import of a log, without printing."""
    log = read_log(path, form)
    with tempfile.TemporaryDirectory() as folder:
        import_log(Path(folder), log)
    return log


def write_logs(folder: Path, rows: int) -> dict[str, tuple[Path, dict[str, str | None]]]:
    """The same orders in each form: file, and how to read it."""
    rng = np.random.default_rng(1)
    seconds = np.sort(rng.integers(0, DAYS * 86_400, rows)).tolist()
    moments = [FIRST + timedelta(seconds=second) for second in seconds]
    regions, weights = rng.integers(0, 34, rows).tolist(), rng.integers(50, 5_000, rows).tolist()
    rest = [
        f",region-{region:02d},{weight}\n" for region, weight in zip(regions, weights, strict=True)
    ]
    logs: dict[str, tuple[Path, dict[str, str | None]]] = {}
    for number, (name, (written, date_format, timezone, _)) in enumerate(FORMS.items()):
        path = folder / f"{number}.csv"
        with path.open("w", encoding="utf-8") as stream:
            stream.write("ordered_at,region,weight_g\n")
            stream.writelines(
                f'"{written(moment)}"{end}' for moment, end in zip(moments, rest, strict=True)
            )
        logs[name] = (path, {"date_format": date_format, "timezone": timezone})
    return logs


if __name__ == "__main__":
    main()
