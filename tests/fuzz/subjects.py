"""What is mutated: small inputs of every kind, each with the commands that read it."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from tests.formats.builders import EVERY_CLAUSE, FILES, SCENARIO
from tests.fuzz.mutate import mutated, workbook

OUT = "{out}"  # stands for a name at which nothing exists
HERE = "{here}/"  # stands before the name of a file of the subject
STAFF = """\
name,crew,skills,availability,unavailable,shifts
P02,permanent,pick; pack,2026-11-01..2026-11-09; 2026-11-11,2026-11-09,day
P01,permanent,,,2026-11-10,
A1,agency,,,,
"""
GIVEN = """\
time,region,orders,product,path
2026-11-08T10:00,east,17,,a
2026-11-08T10:30,east,5,small,a
2026-11-10T21:00,west,80,,b
2026-11-11T23:30,west,8,large,b
"""
DAYS = [f"2026-{month:02d}-{day:02d}" for month in (9, 10) for day in range(1, 29)]
HISTORY = "time,region,orders\n" + "".join(
    f"{day}T{hour:02d}:00,{region},{20 + hour % 7}\n"
    for day in DAYS
    for hour in (9, 20)
    for region in ("east", "west")
)
LOG = "order_id,ordered_at,region,weight_g,items,freight,price\n" + "".join(
    f"A{10 * k + hour},{day} "
    f"{hour:02d}:15:00,{('浙江', '四川', 'Xinjiang')[k % 3]},{300 + k},1,4.20,{59 + k}.90\n"
    for k, day in enumerate(DAYS[:12])
    for hour in (1, 9, 20)
)
PARCELS = """\
parcel,region,weight_g,volume_cm3,date,note
P1,east,480,0,2026-11-09,first
P2,west,1500,12000,2026-11-10,
P3,north,21000,130000,2026-11-12,=1+1
"""
CARD = """\
目的地,首重1kg,续重/kg
浙江 上海,3.20,1.00
"四川、重庆",5.00,2.50
新疆,15.00,12.00
西藏,18.00,14.00
"""


@dataclass(frozen=True)
class Subject:
    """Files by name (of a workbook the table it is made from), and the commands that read them,
    each as arguments.
    """

    name: str
    files: dict[str, bytes]
    commands: tuple[tuple[str, ...], ...]

    def spoilt(self, chance: random.Random) -> tuple[dict[str, bytes], str]:
        """The files with one to three mutations, and what these are called."""
        files, called = dict(self.files), []
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            name = chance.choice(sorted(files))
            files[name], words = mutated(name, files[name], chance)
            called.append(words)
        for name in sorted(files):
            if name.endswith(".xlsx"):
                files[name] = workbook(files[name], chance)
        return files, ", ".join(called)

    def arguments(self, chance: random.Random, here: Path) -> list[str]:
        """One of the commands on the files below a folder."""
        out = str(here / "out")
        return [
            a.replace("{here}", str(here)).replace(OUT, out) for a in chance.choice(self.commands)
        ]


def _encoded(files: dict[str, str]) -> dict[str, bytes]:
    return {name: text.encode() for name, text in files.items()}


def _scenario(replaced: str, by: str) -> dict[str, str]:
    assert replaced in SCENARIO
    return {**FILES, "scenario.yaml": SCENARIO.replace(replaced, by)}


CHECK = (("check", HERE), ("check", HERE), ("check", HERE, "--json"))
NAMED = _scenario("staffing: staffing.csv", "staffing: staffing.csv\nstaff: staff.csv") | {
    "staff.csv": STAFF
}
PAST = _scenario("baseline_orders_per_day: 500", "history: {path: history.csv}") | {
    "history.csv": HISTORY
}
OWN = dict(FILES) | {
    "demand.csv": GIVEN,
    "scenario.yaml": SCENARIO.split("  baseline_orders")[0]
    + "  given: demand.csv\nsites:"
    + SCENARIO.split("sites:")[1],
}
SHEETS = {name.replace("regions.csv", "regions.xlsx"): text for name, text in FILES.items()}
SHEETS["scenario.yaml"] = SCENARIO.replace("regions.csv", "regions.xlsx")
IMPORT = ("--currency", "CNY", "-o", OUT)
SUBJECTS = (
    Subject("scenario", _encoded(FILES), CHECK),
    Subject("staff", _encoded(NAMED), CHECK),
    Subject("history", _encoded(PAST), CHECK),
    Subject("given", _encoded(OWN), CHECK),
    Subject("workbook", _encoded(SHEETS), CHECK),
    Subject(
        "rate",
        _encoded({"every-clause.yaml": EVERY_CLAUSE, "parcels.csv": PARCELS}),
        (
            ("rate", f"{HERE}every-clause.yaml", f"{HERE}parcels.csv"),
            ("rate", f"{HERE}every-clause.yaml", f"{HERE}parcels.csv", "-o", OUT, "--json"),
        ),
    ),
    Subject(
        "log",
        _encoded({"log.csv": LOG}),
        (
            ("import", f"{HERE}log.csv", "-o", OUT),
            ("import", f"{HERE}log.csv", "-o", OUT, "--skip-bad-rows", "--json"),
            ("import", f"{HERE}log.csv", "-o", OUT, "--timezone", "Asia/Shanghai"),
            ("import", f"{HERE}log.csv", "-o", OUT, "--date-format", "ymd"),
        ),
    ),
    Subject(
        "log workbook", _encoded({"log.xlsx": LOG}), (("import", f"{HERE}log.xlsx", "-o", OUT),)
    ),
    Subject(
        "rate card",
        _encoded({"card.csv": CARD}),
        (("import", f"{HERE}card.csv", "--contract", "one", *IMPORT, "--json"),),
    ),
    Subject(
        "rate card workbook",
        _encoded({"card.xlsx": CARD}),
        (("import", f"{HERE}card.xlsx", "--contract", "one", *IMPORT),),
    ),
)
