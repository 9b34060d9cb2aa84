"""Everything that can be wrong with a scenario is a finding at its place, and all of them come at
once.
"""

from __future__ import annotations

import itertools
import random
import re
from pathlib import Path

import pytest

from planner.formats.base.yaml_source import parse_yaml
from planner.formats.scenario.reader import read_scenario
from tests.formats.builders import FILES, SCENARIO, TINY, findings_of, spoil, write_folder

BAD_NUMBERS = (
    ".nan",
    ".inf",
    "-.inf",
    "-1",
    "1e308",
    "true",
    '"12"',
    "１２",
    '""',
    "010",
    "1_0",
    "[1]",
    "{a: 1}",
)
YAML_FILES = ("scenario.yaml", "rule.yaml", "contracts/one.yaml")


def number_places(file: str) -> list[tuple[int, int, str]]:
    """Line, column and text of every number of a YAML file of the small scenario."""
    document, _ = parse_yaml(FILES[file], file)
    lines = FILES[file].splitlines()
    places = []
    for path, (line, column) in document.places.items():
        value = document.data
        for step in path:
            value = value[step]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = re.match(r"[-+.0-9e]+", lines[line - 1][column - 1 :])
            assert text
            places.append((line, column, text.group()))
    return places


def replaced(file: str, line: int, column: int, old: str, new: str) -> str:
    """Text of a file with the number at a place replaced."""
    lines = FILES[file].splitlines()
    row = lines[line - 1]
    lines[line - 1] = row[: column - 1] + new + row[column - 1 + len(old) :]
    return "\n".join(lines) + "\n"


NUMBERS = [(file, *place) for file in YAML_FILES for place in number_places(file)]
CASES = [
    pytest.param(*place, BAD_NUMBERS[(i + k) % len(BAD_NUMBERS)], marks=marks)
    for i, place in enumerate(NUMBERS)
    for k, marks in ((0, ()), (5, pytest.mark.slow))
]


@pytest.mark.parametrize(("file", "line", "column", "old", "bad"), CASES)
def test_a_bad_number_is_found_where_it_stands(
    tmp_path: Path, file: str, line: int, column: int, old: str, bad: str
) -> None:
    """Any number replaced by something that is none gives exactly one finding, at its line and
    column.
    """
    write_folder(tmp_path)
    (tmp_path / file).write_text(replaced(file, line, column, old, bad), encoding="utf-8")
    assert [(f.file, f.line, f.column) for f in findings_of(tmp_path)] == [(file, line, column)]


@pytest.mark.slow
def test_no_bad_number_is_accepted_anywhere(tmp_path: Path) -> None:
    """Every number of every YAML file times every bad value is refused."""
    for (file, line, column, old), bad in itertools.product(NUMBERS, BAD_NUMBERS):
        write_folder(tmp_path)
        (tmp_path / file).write_text(replaced(file, line, column, old, bad), encoding="utf-8")
        assert findings_of(tmp_path), (file, line, column, bad)


SPOILED = [
    (
        "scenario.yaml",
        "stations: 20, batch_orders: 12",
        "stations: -3, batch_orders: 12",
        "scenario.yaml:30:54: sites.0.processes.pick.stations: must be at least 1, got -3",
    ),
    (
        "scenario.yaml",
        "stations: 20}",
        "station: 20}",
        "scenario.yaml:31:44: sites.0.processes.pack.station: unknown key; did you mean stations?",
    ),
    (
        "scenario.yaml",
        'to: "02:00"}',
        "to: 02:00}",
        (
            "scenario.yaml:26:31: sites.0.open.to: must stand in quotes, got 02:00 without them; "
            'write "02:00"'
        ),
    ),
    (
        "scenario.yaml",
        'at: ["12:00", "23:00"]',
        'at: [12:00, "23:00"]',
        (
            "scenario.yaml:34:30: sites.0.collections.0.at.0: must stand in quotes, got 12:00 "
            "without "
            'them; write "12:00"'
        ),
    ),
    (
        "scenario.yaml",
        'at: ["12:00", "23:00"]',
        'at: ["12:00", "04:00"]',
        'sites.0.collections.0.at.1: must lie in the opening hours, 08:00 to 02:00, got "04:00"',
    ),
    (
        "scenario.yaml",
        'at: ["12:00", "23:00"]',
        "at: []",
        "sites.0.collections.0.at: must hold at least 1",
    ),
    (
        "scenario.yaml",
        "seed: 7",
        "seed: 7\nseed: 8",
        "scenario.yaml:6:1: seed: stands twice (first in line 5); keep one",
    ),
    (
        "scenario.yaml",
        '"2026-10-20"',
        '"2026-02-30"',
        'scenario.yaml:6:13: planned_on: must be a date that exists, got "2026-02-30"',
    ),
    (
        "scenario.yaml",
        '"2026-10-20"',
        '"2026-11-20"',
        "planned_on: must not be after the horizon's start",
    ),
    (
        "scenario.yaml",
        "2026-11-08T00:00",
        "2026-11-08T01:00",
        "horizon.start: must be a local midnight",
    ),
    (
        "scenario.yaml",
        "2026-11-08T00:00",
        "2026-11-08T00:00+08:00",
        "horizon.start: has an offset from UTC; write the local time without it",
    ),
    (
        "scenario.yaml",
        "bucket_minutes: 60",
        "bucket_minutes: 7",
        "horizon.bucket_minutes: must divide a day",
    ),
    ("scenario.yaml", "Asia/Shanghai", "Asia/Shangai", "timezone: no such time zone"),
    ("scenario.yaml", "currency: CNY", "currency: yuan", "currency: must be three capital letters"),
    (
        "scenario.yaml",
        "inbound_cost_per_unit: 0.20",
        "inbound_cost_per_unit: 0.205",
        "inbound_cost_per_unit: must have at most 2 decimals in CNY, got 0.205",
    ),
    (
        "scenario.yaml",
        'at: "2026-11-09T20:00"',
        'at: "2026-11-29T20:00"',
        "demand.events.0.at: must lie in the horizon",
    ),
    (
        "scenario.yaml",
        "p95: 1600",
        "p95: 160",
        "demand.events.0.orders.p95: must be at least the median 800, got 160",
    ),
    (
        "scenario.yaml",
        "{east: 0.5, west: 0.5}",
        "{east: 0.5, west: 0.6}",
        "demand.events.0.regions: shares must sum to 1, they sum to 1.1",
    ),
    (
        "scenario.yaml",
        "{east: 0.5, west: 0.5}",
        "{east: 0.5, wast: 0.5}",
        'demand.events.0.regions.wast: no such region, got "wast"; did you mean west?',
    ),
    ("scenario.yaml", "day_cv: 0.1", "given: demand.csv", "demand: must state exactly one of"),
    (
        "scenario.yaml",
        "day_cv: 0.1",
        "mix_concentration: 0",
        "demand.mix_concentration: must be at least 0.1, got 0",
    ),
    (
        "scenario.yaml",
        "day_cv: 0.1",
        "size_correlation: 1.2",
        "demand.size_correlation: must be at most 1, got 1.2",
    ),
    (
        "scenario.yaml",
        "hourly_profile: [1, 1,",
        "hourly_profile: [1,",
        "must hold 24 or 168 numbers, holds 23",
    ),
    (
        "scenario.yaml",
        "region: east",
        "region: easd",
        'sites.0.region: no such region, got "easd"; did you mean east?',
    ),
    (
        "scenario.yaml",
        "by: pack",
        "by: packing",
        "sites.0.receive.by: no such process at this site",
    ),
    (
        "scenario.yaml",
        "by: pack}",
        "by: pack, discipline: fifo}",
        (
            "sites.0.receive.discipline: must be that of pack, deadline, whose people take returns "
            "and orders: leave"
        ),
    ),
    (
        "scenario.yaml",
        "receive: {orders_per_hour: 40,",
        "receive: {orders_per_hour: 1e-320,",
        "sites.0.receive.orders_per_hour: must be at least 0.01, got",
    ),
    ("scenario.yaml", "    receive: {", "    finish: later\n    receive: {", "sites.0.finish"),
    (
        "scenario.yaml",
        "{contract: one, at",
        "{contract: two, at",
        'sites.0.collections.0.contract: no such contract, got "two"',
    ),
    (
        "scenario.yaml",
        "max_headcount: 40",
        "headcout: 40",
        "crews.1.headcout: unknown key; did you mean headcount?",
    ),
    (
        "scenario.yaml",
        "max_headcount: 40, wage",
        "max_headcount: 40, headcount: 3, wage",
        "must state either headcount",
    ),
    (
        "scenario.yaml",
        "name: agency, site: yiwu",
        "name: agency, site: yivu",
        'crews.1.site: no such site, got "yivu"',
    ),
    (
        "scenario.yaml",
        "name: agency, site: yiwu",
        "name: permanent, site: yiwu",
        "crews.1.name: two crews of a site",
    ),
    (
        "scenario.yaml",
        "processes: [pack]",
        "processes: [pak]",
        "crews.1.processes.0: no such process",
    ),
    ("scenario.yaml", "name: night", "name: day", "shifts.1.name: two shifts have this name"),
    (
        "scenario.yaml",
        '{at: "00:30", minutes: 30}',
        '{at: "03:30", minutes: 30}',
        "shifts.1: breaks must lie inside",
    ),
    (
        "scenario.yaml",
        "p95_days: 3",
        "p95_days: 1",
        "returns.p95_days: must be at least the median 2",
    ),
    (
        "scenario.yaml",
        'to: "2026-11-11T00:00"',
        'to: "2026-11-09T00:00"',
        "disruptions.0: to must be after from",
    ),
    (
        "scenario.yaml",
        "kind: allotment_cut",
        "kind: allotment",
        "disruptions.0.kind: must be one of",
    ),
    (
        "scenario.yaml",
        ", factor: 0.5",
        "",
        "disruptions.0: factor is needed with kind allotment_cut",
    ),
    (
        "scenario.yaml",
        "contract: one, from",
        "contract: none, from",
        'disruptions.0.contract: no such contract, got "none"',
    ),
    (
        "scenario.yaml",
        "name: opening",
        "name: baseline",
        'demand.events.0.name: is a name the planner uses itself: choose another, got "baseline"',
    ),
    (
        "scenario.yaml",
        "name: opening",
        "name: given 1",
        "demand.events.0.name: is a name the planner uses itself",
    ),
    (
        "scenario.yaml",
        "contract: one, from",
        "contract: one, site: yiwu, from",
        'disruptions.0.site: has no meaning with kind allotment_cut: leave it out, got "yiwu"',
    ),
    (
        "scenario.yaml",
        "contract: one, from",
        "contract: one, crew: agency, from",
        "disruptions.0.crew: has no meaning with kind allotment_cut",
    ),
    (
        "scenario.yaml",
        "kind: allotment_cut, contract: one",
        "kind: site_closed, site: yiwu",
        "disruptions.0.factor: has no meaning with kind site_closed: leave it out, got 0.5",
    ),
    (
        "scenario.yaml",
        "kind: allotment_cut",
        "kind: site_closed",
        "disruptions.0.contract: has no meaning with kind",
    ),
    (
        "scenario.yaml",
        "kind: allotment_cut",
        "kind: absence_wave",
        "disruptions.0.contract: has no meaning with kind",
    ),
    (
        "scenario.yaml",
        "kind: allotment_cut, contract: one",
        "kind: missed_collection, crew: agency",
        "disruptions.0.crew: has no meaning with kind missed_collection",
    ),
    (
        "rule.yaml",
        "currency: CNY",
        "currency: cny",
        "rule.yaml:2:11: currency: must be three capital letters",
    ),
    (
        "contracts/one.yaml",
        "currency: CNY",
        "currency: RMB1",
        "currency: must be three capital letters such as CNY",
    ),
    (
        "scenario.yaml",
        "hourly_profile: [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 3, 2]",
        "hourly_profile: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        "scenario.yaml:13:19: demand.hourly_profile: must hold a number of at least 0.001",
    ),
    (
        "regions.csv",
        "0.7,0\nwest,西,0.3",
        "0,0\nwest,西,0",
        "share: shares must sum to 1, they sum to 0",
    ),
    (
        "scenario.yaml",
        "regions: regions.csv",
        "regions: ../regions.csv",
        "regions: must lie in the scenario's folder",
    ),
    (
        "scenario.yaml",
        "regions: regions.csv",
        "regions: /etc/hostname",
        "regions: must lie in the scenario's folder",
    ),
    (
        "scenario.yaml",
        "regions: regions.csv",
        "regions: region.csv",
        "scenario.yaml:9:10: regions: no such file",
    ),
    (
        "scenario.yaml",
        "contracts: [contracts/one.yaml]",
        "contracts: [contracts/on.yaml]",
        "contracts.0: no such file",
    ),
    ("contracts/one.yaml", "zones: zones.csv", "zones: .", "zones: is a folder"),
    (
        "scenario.yaml",
        "platform: rule.yaml",
        "platform: kuaisho",
        "platform: no rule pack of this name",
    ),
    (
        "scenario.yaml",
        "name: yiwu",
        "name: yi\u202ewu",
        "sites.0.name: holds a control character (U+202E): remove it",
    ),
    (
        "scenario.yaml",
        "pick: {orders",
        '"pi\\u200bck": {orders',
        "must not hold control characters",
    ),
    (
        "scenario.yaml",
        "name: small",
        "name: 12",
        "scenario.yaml:1:7: name: must be text in quotes, got 12",
    ),
    ("scenario.yaml", "seed: 7", "seed: !!int 7", "tags are not used here"),
    ("scenario.yaml", "seed: 7", "<<: {seed: 7}", "<<: unknown key"),
    (
        "rule.yaml",
        "deadline_hours: 48",
        "deadline_hours: 48\ndeadline_working_days: 2",
        "must state either deadline_hours",
    ),
    ("rule.yaml", "counts: handover", "counts: handed", "rule.yaml:3:9: counts: must be one of"),
    ("scenario.yaml", "by: pack", "by: []", "sites.0.receive.by: must be text"),
    ("rule.yaml", "currency: CNY", "currency: []", "rule.yaml:2:11: currency: must be text"),
    ("rule.yaml", "floor: 5", "floor: 50", "compensation: floor must not be above cap"),
    ("regions.csv", "0.3", "0.2", "regions.csv:1:13: share: shares must sum to 1, they sum to 0.9"),
    (
        "regions.csv",
        "0.3",
        "０.3",
        'regions.csv:3:8: share: must be a number: write 0.3, got "０.3"',
    ),
    ("regions.csv", "0.3", "", "regions.csv:3:8: share: is empty"),
    ("regions.csv", "west", "east", 'regions.csv:3:1: region: stands twice, got "east"'),
    (
        "regions.csv",
        "remote",
        "remot",
        "regions.csv:1:19: remot: unknown column; did you mean remote?",
    ),
    ("regions.csv", "share,", "", "more cells than the header names columns"),
    ("products.csv", "weight_g", "weight", "weight_g: column is missing; did you mean weight?"),
    (
        "products.csv",
        "45.50",
        "45.505",
        'products.csv:2:17: paid: must have at most 2 decimals in CNY, got "45.505"',
    ),
    ("products.csv", "1500", "0", "products.csv:3:13: weight_g: must be more than 0"),
    (
        "products.csv",
        "小",
        "小\u202e大",
        "products.csv:2:7: name: must not hold control characters",
    ),
    (
        "staffing.csv",
        "pick,permanent",
        "pick,agency",
        "process: crew agency does not do pick; it does pack",
    ),
    (
        "staffing.csv",
        "agency,night",
        "agency,late",
        'staffing.csv:4:13: shift: no such shift, got "late"; known: day, night',
    ),
    (
        "scenario.yaml",
        "seed: 7",
        "weight_classes_g: [500, 500]",
        "weight_classes_g.1: must rise: 500 g follows 500 g",
    ),
    (
        "scenario.yaml",
        "seed: 7",
        "weight_classes_g: [0]",
        "weight_classes_g.0: must be at least 1, got 0",
    ),
    ("staffing.csv", "pack,agency", "pack,agancy", "crew: no such crew"),
    (
        "staffing.csv",
        "day,5",
        "day,5.5",
        'staffing.csv:2:20: headcount: must be a whole number, got "5.5"',
    ),
    ("stock.csv", "large", "huge", 'stock.csv:3:6: product: no such product, got "huge"'),
    (
        "contracts/zones.csv",
        "west",
        "wost",
        'contracts/zones.csv:3:1: region: no such region, got "wost"',
    ),
    (
        "contracts/zones.csv",
        "west,far\n",
        "",
        "contracts: no contract that is collected anywhere serves region west",
    ),
    (
        "contracts/zones.csv",
        "far",
        "moon",
        "contracts/one.yaml:5:1: rates: zone moon of the zone table has no rate",
    ),
    (
        "contracts/one.yaml",
        "currency: CNY",
        "currency: USD",
        'currency: must be the scenario\'s CNY, got "USD"',
    ),
    (
        "contracts/one.yaml",
        "to_g: 1000, price: 2.40",
        "to_g: 400, price: 2.40",
        (
            "rates.near.brackets.1.to_g: must rise: 400 g follows 500 g (brackets overlap or are "
            "out "
            "of order)"
        ),
    ),
    (
        "contracts/one.yaml",
        "first_g: 1000, first_price: 7.00, ",
        "",
        "rates.far: must hold brackets or a first weight",
    ),
    (
        "contracts/one.yaml",
        'to: "2026-11-11"',
        'to: "2026-11-01"',
        "surcharges.1: to must not be before from",
    ),
    (
        "contracts/one.yaml",
        "regions: [west]",
        "regions: [wset]",
        "surcharges.0.regions.0: no such region",
    ),
    ("contracts/one.yaml", "hub: null", "hub: {region: east}", "hub.regions: is missing"),
    (
        "contracts/one.yaml",
        "p95: 9",
        "p95: 1",
        "service.scan_delay_hours.p95: must be at least the median 2",
    ),
    (
        "contracts/one.yaml",
        "{near: {mean",
        "{near: {mean: 1, p90: 2}, nar: {mean",
        "service.transit_days.nar: no such zone",
    ),
    (
        "contracts/one.yaml",
        "zones: zones.csv",
        "zones: ../../zones.csv",
        "zones: must lie in the scenario's folder",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "expected"), SPOILED)
def test_a_spoiled_scenario_says_what_is_wrong(
    tmp_path: Path, file: str, old: str, new: str, expected: str
) -> None:
    """Each mistake is named in words, with its field and, where known, with file, line and column."""
    found = [str(f) for f in findings_of(spoil(tmp_path, file, old, new))]
    assert any(expected in text for text in found), found


def test_the_unspoiled_scenario_has_no_findings(tmp_path: Path) -> None:
    """What the other tests spoil is right to begin with."""
    assert findings_of(write_folder(tmp_path)) == []


def test_all_findings_of_all_files_come_at_once(tmp_path: Path) -> None:
    """Mistakes in the scenario, a table, a contract and references between them are reported
    together.
    """
    write_folder(tmp_path)
    broken = SCENARIO.replace("stations: 20}", "stations: 0}").replace(
        "region: east", "region: moon"
    )
    (tmp_path / "scenario.yaml").write_text(
        broken.replace("processes: [pack]", "processes: [sort]"), "utf-8"
    )
    (tmp_path / "products.csv").write_text(FILES["products.csv"].replace("300", "nan"), "utf-8")
    (tmp_path / "stock.csv").write_text(FILES["stock.csv"].replace("large", "huge"), "utf-8")
    (tmp_path / "contracts/one.yaml").write_text(
        FILES["contracts/one.yaml"].replace("1.80", "-1.80"), "utf-8"
    )
    (tmp_path / "rule.yaml").write_text(FILES["rule.yaml"].replace("48", "0"), "utf-8")
    fields = {(f.file, f.field) for f in findings_of(tmp_path)}
    assert fields == {
        ("scenario.yaml", "sites.0.processes.pack.stations"),
        ("scenario.yaml", "sites.0.region"),
        ("scenario.yaml", "crews.1.processes.0"),
        ("staffing.csv", "process"),
        ("products.csv", "weight_g"),
        ("contracts/one.yaml", "rates.near.brackets.0.price"),
        ("rule.yaml", "deadline_hours"),
    }


ONE_DISRUPTION = (
    '  - {kind: allotment_cut, contract: one, from: "2026-11-10T00:00", to: '
    '"2026-11-11T00:00", factor: 0.5}'
)


@pytest.mark.parametrize(
    "meant",
    [
        "kind: allotment_cut, factor: 0.5",
        "kind: allotment_cut, contract: one, factor: 0",
        "kind: missed_collection",
        "kind: missed_collection, site: yiwu",
        "kind: missed_collection, site: yiwu, contract: one",
        "kind: absence_wave, factor: 0.3",
        "kind: absence_wave, site: yiwu, crew: agency, factor: 0.3",
        "kind: site_closed",
        "kind: site_closed, site: yiwu",
    ],
)
def test_a_disruption_may_name_what_its_kind_strikes(tmp_path: Path, meant: str) -> None:
    """Each kind takes its own names, and each of them may be left out."""
    stated = f'  - {{{meant}, from: "2026-11-10T00:00", to: "2026-11-11T00:00"}}'
    assert findings_of(spoil(tmp_path, "scenario.yaml", ONE_DISRUPTION, stated)) == []


@pytest.mark.parametrize(
    ("meant", "expected"),
    [
        (
            "kind: absence_wave, site: chengdu, crew: agency, factor: 0.3",
            "no crew agency at site chengdu",
        ),
        (
            "kind: missed_collection, site: chengdu, contract: one",
            "contract one does not collect at site chengdu",
        ),
    ],
)
def test_a_disruption_that_strikes_nothing_is_found(
    tmp_path: Path, meant: str, expected: str
) -> None:
    """A crew or contract that the named site does not have is a mistake, not a disruption without
    effect.
    """
    stated = f'  - {{{meant}, from: "2026-11-10T00:00", to: "2026-11-11T00:00"}}'
    second = "sites:\n  - {name: chengdu, region: west, processes: {hand: {orders_per_hour: 9}}}\n"
    text = SCENARIO.replace(ONE_DISRUPTION, stated).replace("sites:\n", second)
    text = text.replace("crews:\n", "crews:\n  - {name: locals, site: chengdu, headcount: 3}\n")
    text = text.replace("staffing: staffing.csv\n", "")
    found = [str(f) for f in findings_of(write_folder(tmp_path, scenario_yaml=text))]
    assert len(found) == 1
    assert expected in found[0]


def test_a_process_nobody_may_do_is_found(tmp_path: Path) -> None:
    """A step of work outside what every crew of the site can do would stop every order."""
    text = SCENARIO.replace("max_days_per_week: 6}", "processes: [pack]}").replace(
        "staffing: staffing.csv\n", ""
    )
    found = [str(f) for f in findings_of(write_folder(tmp_path, scenario_yaml=text))]
    assert found == ["scenario.yaml:30:7: sites.0.processes.pick: no crew of this site does it"]


def test_two_events_of_one_name_are_found(tmp_path: Path) -> None:
    """Events draw their sizes by name: the second of the same name is refused."""
    again = (
        '    - {name: opening, at: "2026-11-10T20:00", orders: 10, half_life_hours: 1}\nsites:\n'
    )
    text = SCENARIO.replace("sites:\n", again)
    found = [str(f) for f in findings_of(write_folder(tmp_path, scenario_yaml=text))]
    assert found == [
        'scenario.yaml:23:14: demand.events.1.name: two events have this name, got "opening"'
    ]


@pytest.mark.parametrize("key", ["horizon", "platform", "demand", "sites", "shifts", "crews"])
def test_a_missing_section_is_named(tmp_path: Path, key: str) -> None:
    """A scenario without one of its sections says which is missing."""
    lines = TINY.splitlines(keepends=True)
    start = next(i for i, line in enumerate(lines) if line.startswith(key))
    end = next(
        (i for i in range(start + 1, len(lines)) if not lines[i].startswith(" ")), len(lines)
    )
    (tmp_path / "scenario.yaml").write_text("".join(lines[:start] + lines[end:]), "utf-8")
    assert f"scenario.yaml:1:1: {key}: is missing" in [str(f) for f in findings_of(tmp_path)]


@pytest.mark.parametrize(
    "text",
    ["", "# nothing\n", "[]", "7", "a: [", "a:\n\t- b", "a: 1\n---\nb: 2\n", "a: \x00", "\ufffe"],
)
def test_a_file_that_is_no_scenario_is_a_finding(tmp_path: Path, text: str) -> None:
    """Empty, broken or foreign files are refused without a traceback."""
    (tmp_path / "scenario.yaml").write_text(text, "utf-8")
    assert findings_of(tmp_path)


def test_text_that_is_not_utf8_is_a_finding(tmp_path: Path) -> None:
    """A scenario saved in another encoding names the line that cannot be read."""
    (tmp_path / "scenario.yaml").write_bytes(
        "name: small\ntitle: 双十一大促销活动\n".encode("gb18030")
    )
    assert [(f.line, f.message) for f in findings_of(tmp_path)] == [
        (2, "is not UTF-8 text; save it as UTF-8")
    ]


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    """A symbolic link to a file elsewhere counts as outside."""
    outside = tmp_path / "regions.csv"
    outside.write_text(FILES["regions.csv"], "utf-8")
    folder = write_folder(tmp_path / "inner")
    (folder / "regions.csv").unlink()
    (folder / "regions.csv").symlink_to(outside)
    assert any("must lie in the scenario's folder" in f.message for f in findings_of(folder))


def test_very_many_findings_are_cut_short(tmp_path: Path) -> None:
    """A table of a thousand wrong rows shows a hundred findings and counts the rest."""
    rows = "".join(f"yiwu,none{i},1\n" for i in range(1000))
    write_folder(tmp_path)
    (tmp_path / "stock.csv").write_text("site,product,units\n" + rows, "utf-8")
    found = findings_of(tmp_path)
    assert len(found) == 101
    assert "900 more findings" in [f.message for f in found]


PIECES = (
    "null",
    "true",
    "-1",
    "[]",
    "{}",
    "''",
    "1e308",
    ".nan",
    "x: 1",
    "- a",
    "[1, 2]",
    "{a: b}",
    '"',
    "'",
    "&a",
    "*a",
    "<<",
    "!!x",
    "\t",
    "：",
    "\u2028",
    "\x00",
    ",",
    ":",
    "\n",
    "#",
    "9999-12-31T00:00",
    "0001-01-01",
    "9" * 20,
    "=1",
    "../x",
    ".",
)


@pytest.mark.parametrize(
    "seed", [*range(20), *(pytest.param(n, marks=pytest.mark.slow) for n in range(20, 60))]
)
def test_a_mangled_scenario_is_read_or_refused(tmp_path: Path, seed: int) -> None:
    """Whatever is typed into whichever file, the answer is a problem or findings in the scenario's
    own files.
    """
    rng = random.Random(seed)  # noqa: S311
    write_folder(tmp_path)
    for file in rng.sample(sorted(FILES), 2):
        text = FILES[file]
        word = rng.choice(list(re.finditer(r"[\w.\"-]+", text)))
        mangled = text[: word.start()] + rng.choice(PIECES) + text[word.end() :]
        (tmp_path / file).write_text(mangled, encoding="utf-8")
    assert {f.file for f in findings_of(tmp_path)} <= set(FILES)


@pytest.mark.parametrize(
    ("hours", "share", "binds"), [(72, 0.9, False), (72, 0.99, True), (71, 0.9, True)]
)
def test_a_later_target_that_asks_for_less_never_binds(
    tmp_path: Path, hours: int, share: float, binds: bool
) -> None:
    """The rule promises 48 hours, and 72 to the west; 98 % must be on time."""
    own = f"confidence: 0.95, also: [{{within_hours: {hours}, share: {share}}}]"
    folder = write_folder(tmp_path, scenario_yaml=SCENARIO.replace("confidence: 0.95", own))
    warned = [w for w in read_scenario(folder).warnings if "service.also.0" in w]
    assert len(warned) == (0 if binds else 1)
    assert binds or "never binds: 0.98 by the platform's deadline, at most 72 hours" in warned[0]
