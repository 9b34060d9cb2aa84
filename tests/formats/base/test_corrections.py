"""The slips of a first file: each is one finding with its place, what is wrong, and what to write
instead.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.formats.builders import TINY, findings_of

SERVICE = "service: {on_time_share: %s}"
MOMENT = 'must be a local date and time such as "2026-11-10T20:00"'
ZONE = (
    "3:11: timezone: no such time zone (IANA name such as Asia/Shanghai or America/New_York), got "
)
START = 'start: "2026-01-05T00:00"'
# what is replaced in a valid file, by what, and the finding
SLIPS = [
    ("    processes:\n", "\tprocesses:\n", "9:1: holds a tab; indent with blanks"),
    ("    processes:\n", "    processes:\t\n", "9:15: holds a tab; indent with blanks"),
    ('end: "24:00"', "end: 20:00", ('12:38: shifts.0.end: must stand in quotes, got 20:00 without '
                                   'them; write "20:00"')),
    ('end: "24:00"', "end: 18", ('12:38: shifts.0.end: must be text in quotes, got 18; write '
                                '"18:00"')),
    ('end: "24:00"', 'end: "8:00"', ('must be a time of day such as "20:00", got "8:00"; write '
                                    '"08:00"')),
    ('end: "24:00"', "end: 5 pm", ('must be a time of day such as "20:00", got "5 pm"; write '
                                  '"17:00"')),
    ('end: "24:00"', "end: 12:30am", ('must be a time of day such as "20:00", got "12:30am"; write '
                                     '"00:30"')),
    ('end: "24:00"', 'end: "24：00"', ('must be a time of day such as "20:00", got "24：00"; write '
                                     '"24:00"')),
    ('end: "24:00"', "end: “24:00”", ('must be a time of day such as "20:00", got "“24:00”"; write '
                                     '"24:00"')),
    (START, "start: 2026-01-05", (f'4:18: horizon.start: {MOMENT}, got "2026-01-05"; write '
                                 '"2026-01-05T00:00"')),
    (START, "start: 2026年1月5日", 'got "2026年1月5日"; write "2026-01-05T00:00"'),
    (START, "start: 20260105", ('4:18: horizon.start: must be text in quotes, got 20260105; write '
                               '"2026-01-05T00:00"')),
    (
        START,
        "start: 11/10/2026",
        (f'horizon.start: {MOMENT}, got "11/10/2026"; write "2026-11-10T00:00" or '
        '"2026-10-11T00:00"'),
    ),
    (START, "start: 13.10.2026 8:30", 'got "13.10.2026 8:30"; write "2026-10-13T08:30"'),
    (START, ('start: '
            '"2026-01-05T00:00-0500"'), ('horizon.start: has an offset from UTC; write the local '
                                        'time without it')),
    ("name: tiny", ("name: tiny\nplanned_on: "
                   "11/10/2026"), 'got "11/10/2026"; write "2026-11-10" or "2026-10-11"'),
    ("name: tiny", "name: tiny\n" + SERVICE % "0,98", ("service.98: unknown key; a comma ends a "
                                                      "value here: write 0.98")),
    ("_day: 2400", "_day: 2,400", ("6:37: demand.400: unknown key; a comma ends a value here: "
                                  "write 2400")),
    ("currency: USD", "currency：USD", ("2:9: holds the full-width or typographic sign ：; write : "
                                      "and a blank")),
    ("label, deadline", "label，deadline", ("5:25: holds the full-width or typographic sign ，; "
                                          "write , and a blank")),
    ("{counts: label, ", "{counts：label，", ("unknown key; write the ASCII signs: counts: label, "
                                           "deadline_hours")),
    ("currency: USD", "currency:USD", '2: must read "key: value", with a blank after the colon'),
    ("name: tiny", "name: “tiny”", ('name: must not stand in typographic quotation marks, got '
                                   '"“tiny”"; write "tiny"')),
    ("name: tiny", "name: 'tiny", "1: opens a quotation mark that is never closed"),
    ("name: tiny", "name: a: b", "1:8: holds a second colon; put the value in quotes"),
    ("tail_days: 0}", "tail_days: 0", "5:9: misses a comma, or the } that closes the { of line 4"),
    ("    processes:\n", "   processes:\n", ("9:4: is indented differently from the lines it "
                                            "belongs with")),
    ("    processes:\n", "processes:\n", ("9:1: processes: unknown key here; it belongs to crews "
                                         "or sites: check")),
    ("timezone: UTC", "  timezone: UTC", ("3:11: is indented more than the line it belongs to, or "
                                         "the line above must")),
    ("currency: USD", "currency: USD\ncurrency: CNY", ("3:1: currency: stands twice (first in line "
                                                      "2); keep one")),
    ("name: tiny", "regions: scenari.yaml", ('no such file (regions), got "scenari.yaml"; did you '
                                            'mean scenario.yaml?')),
    ("name: tiny", "name: " + "x" * 81, "1:7: name: must be at most 80 characters long, got"),
    ("name: tiny", "name: 123", '1:7: name: must be text in quotes, got 123; write "123"'),
    ("currency: USD", "currency: usd", ('must be three capital letters such as CNY, got "usd"; '
                                       'write "USD"')),
    ("currency: USD", "currency: RMB", ('2:11: currency: must be a code of ISO 4217, got "RMB"; '
                                       'write "CNY"')),
    ("timezone: UTC", "timezone: Beijing", f'{ZONE}"Beijing"; did you mean Asia/Shanghai?'),
    ("timezone: UTC", "timezone: New York", f'{ZONE}"New York"; did you mean America/New_York?'),
    ("timezone: UTC", "timezone: US Eastern", (f'{ZONE}"US Eastern"; did you mean '
                                              'America/New_York?')),
    ("name: tiny", "contracts: express.yaml", ('contracts: must be a list, got "express.yaml"; '
                                              'write [express.yaml]')),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "finding"), SLIPS)
def test_a_slip_says_where_it_is_and_what_to_write(
    tmp_path: Path, old: str, new: str, finding: str
) -> None:
    """Findings read file:line:column: field: what is wrong, got what; what to write."""
    assert old in TINY
    (tmp_path / "scenario.yaml").write_text(TINY.replace(old, new), "utf-8")
    assert any(finding in str(found) for found in findings_of(tmp_path)), [
        str(f) for f in findings_of(tmp_path)
    ]


@pytest.mark.parametrize(
    ("encode", "fine"),
    [
        (lambda text: text.encode("utf-8-sig"), True),
        (lambda text: text.replace("\n", "\r\n").encode(), True),
        (lambda text: text.replace("tiny", "大促销").encode("gbk"), False),
        (lambda text: text.encode("utf-16"), False),
    ],
)
def test_other_encodings_are_read_or_refused(
    tmp_path: Path, encode: Callable[[str], bytes], fine: bool
) -> None:
    """A byte order mark and line ends of Windows change nothing; what is not UTF-8 says so."""
    (tmp_path / "scenario.yaml").write_bytes(encode(TINY))
    found = [str(f) for f in findings_of(tmp_path)]
    assert found == ([] if fine else ["scenario.yaml:1: is not UTF-8 text; save it as UTF-8"])
