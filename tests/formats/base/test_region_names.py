"""A scenario's regions are known by every usual form of their names, wherever a region is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from planner.errors import InputError
from planner.formats.base.region_names import RegionNames
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.scenario.reader import Scenario, read_scenario

REGIONS = RegionNames(
    ["zhejiang", "guangdong", "tx"], [("浙江", "zhejiang"), ("广东", "guangdong"), ("Texas", "tx")]
)

SCENARIO = """
currency: CNY
timezone: Asia/Shanghai
horizon: {start: "2026-11-09T00:00", days: 2, tail_days: 0, bucket_minutes: 60}
seed: 1
service: {on_time_share: 0.9, confidence: 0.9}
platform: {counts: handover, deadline_hours: 48, promise_hours: {浙江省: 24, XJ: 60}}
regions:
  - {region: zhejiang, name: 浙江, share: 0.6}
  - {region: guangdong, name: 广东, share: 0.4}
products: [{product: item, name: item, share: 1.0, weight_g: 500}]
demand:
  DEMAND
EVENTS
sites:
  - name: yiwu
    region: SITE
    open: {from: "08:00", to: "24:00"}
    processes: {pack: {orders_per_hour: 45}}
    collections: [{contract: one, at: ["22:00"]}]
shifts: [{name: day, start: "08:00", end: "17:00"}]
crews: [{name: own, site: yiwu, headcount: 3, wage_per_hour: 26}]
levers: {promise_hours: [{region: Zhejiang, hours: [96]}, {region: 新疆, hours: [96]}]}
contracts: [one.yaml]
"""
EVENTS = """  events:
    - {name: live, at: "2026-11-09T20:00", orders: {median: 10, p95: 20}, half_life_hours: 1,
       ramp_minutes: 5, regions: MIX}"""
CONTRACT = """
name: one
currency: CNY
billable: {divisor_cm3_per_kg: 6000, step_g: 100}
zones: {浙江省: near, Guangdong: far, 新疆: far, 西藏自治区: far, 陕西: far}
rates: {near: {first_g: 1000, first_price: 2.00, step_g: 1000, step_price: 1.00},
  far: {first_g: 1000, first_price: 5.00, step_g: 1000, step_price: 2.00}}
exclusive: [ZJ]
surcharges: [{name: remote, regions: [新疆维吾尔自治区, Tibet, 广东省], per_parcel: 2.00}]
hub: {region: Shaanxi, regions: [Xinjiang]}
"""


def written(folder: Path, **changes: str) -> Scenario:
    """A scenario of two provinces that names them in many ways."""
    usual = {
        "EVENTS": EVENTS,
        "DEMAND": "baseline_orders_per_day: 100",
        "MIX": "{ZJ: 0.5, 广东: 0.5}",
        "SITE": "浙江省",
    }
    stated = {**usual, **changes}
    text = SCENARIO
    for key, value in stated.items():
        text = text.replace(key, value)
    (folder / "scenario.yaml").write_text(text, encoding="utf-8")
    (folder / "one.yaml").write_text(CONTRACT, encoding="utf-8")
    return read_scenario(folder)


def messages(folder: Path, **changes: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        written(folder, **changes)
    return [f"{f.field}: {f.message}" for f in caught.value.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("浙江省", "zhejiang"),
        ("Zhejiang Province", "zhejiang"),
        ("ZJ", "zhejiang"),
        ("GuangDong", "guangdong"),
        ("TX", "tx"),
        ("TEXAS", "tx"),
        ("浙江省杭州市某区", None),
        ("新疆", None),
        ("", None),
    ],
)
def test_a_region_is_found_by_every_usual_form(text: str, expected: str | None) -> None:
    """Names, printed names, full names, spellings and codes of the countries that occur."""
    assert REGIONS.find(text) == expected


def test_other_places_and_misspelt_names_are_distinguished() -> None:
    """A place outside the scenario is no misspelt region; a misspelt name is never taken for
    another place.
    """
    assert (REGIONS.name_of("XJ"), REGIONS.name_of("Georgia")) == ("新疆", "Georgia")
    assert REGIONS.wrong("新疆") == 'is no region of the scenario, got "新疆"'
    assert REGIONS.wrong("zhejang") == 'no such region, got "zhejang"; did you mean zhejiang?'
    words = (
        'no such region, got "xinjang"; did you mean Xinjiang, which is no region of the scenario?'
    )
    assert REGIONS.wrong("xinjang") == words
    assert "did you mean Yunnan, which" in RegionNames(["hunan", "hubei"]).wrong("yunan")


def test_two_regions_of_one_place_are_known_by_their_exact_names() -> None:
    """What may be either of them is a finding, not a guess, and no unsold place."""
    regions = RegionNames(["zhejiang", "浙江"])
    assert (regions.find("zhejiang"), regions.find("浙江"), regions.find("浙江省")) == (
        "zhejiang",
        "浙江",
        None,
    )
    assert not regions.knows("浙江省")
    assert regions.wrong("浙江省").startswith("may be several regions")


def test_every_part_of_a_scenario_knows_the_forms(tmp_path: Path) -> None:
    """Zones, surcharges, exclusive regions, hub, event, site, platform and levers name the same two
    regions.
    """
    scenario = written(tmp_path)
    problem, contract = scenario.problem, scenario.problem.contracts[0]
    assert contract.zone("yiwu", "zhejiang") == "near"
    assert contract.commitment.exclusive == {"zhejiang"}
    assert contract.tariff.surcharges[0].regions == {"guangdong", "新疆", "西藏"}
    assert contract.zone("yiwu", "新疆") == "far"
    assert problem.sites[0].region == "zhejiang"
    assert problem.demand.events[0].region_share == (0.5, 0.5)
    assert problem.platform.promise_hours == {"zhejiang": 24}
    assert [p.region for p in problem.levers.promises] == ["zhejiang"]
    unsold = [w for w in scenario.warnings if "no region" in w]
    assert unsold == [
        (
            "one.yaml: zones: 3 places (新疆, 西藏自治区, 陕西) are no regions of the scenario and "
            "not used"
        ),
        "levers.promise_hours: 新疆 is no region of the scenario and not used",
        "platform.promise_hours: XJ is no region of the scenario and not used",
    ]


def test_orders_for_places_outside_the_scenario_are_one_finding(tmp_path: Path) -> None:
    """History, forecast and events of unsold places would lose orders: one line with rows for
    each.
    """
    rows = "2026-10-01T10:00,浙江省,5\n2026-10-01T11:00,XJ,2\n2026-10-01T12:00,西藏,1\n2026-10-01T13:00,新疆,1\n"
    (tmp_path / "h.csv").write_text("time,region,orders\n" + rows, encoding="utf-8")
    words = (
        "are no regions of the scenario, in 3 rows: add them to the regions or leave the rows out"
    )
    assert messages(tmp_path, DEMAND="history: {path: h.csv}") == [
        f"region: 2 places (新疆, 西藏) {words}"
    ]
    log = "ordered_at,region\n2026-10-01 10:00,浙江省杭州市某区\n2026-10-01 11:00,新疆乌鲁木齐市\n"
    (tmp_path / "h.csv").write_text(log, encoding="utf-8")
    words = (
        "新疆 is no region of the scenario, in 1 row: add it to the regions or leave the rows out"
    )
    assert messages(tmp_path, DEMAND="history: {path: h.csv}") == [f"region: {words}"]
    mix = "{浙江: 0.5, 新疆: 0.3, 西藏: 0.2}"
    assert messages(tmp_path, MIX=mix) == [
        "demand.events.0.regions: 2 places (新疆, 西藏) are no regions of the scenario: give the "
        "share to other regions"
    ]


def test_forecast_and_routing_know_the_forms(tmp_path: Path) -> None:
    """Given demand and a routing table name regions as people write them; unsold places are one
    finding in each.
    """
    given = "time,region,orders\n2026-11-09T10:00,浙江省,5\n2026-11-09T10:00,Guangdong,3\n"
    routing = "region,site,contract,share\nZJ,yiwu,one,1\n广东省,yiwu,one,1\n"
    (tmp_path / "g.csv").write_text(given, encoding="utf-8")
    (tmp_path / "r.csv").write_text(routing, encoding="utf-8")
    changes = {
        "EVENTS": "",
        "DEMAND": "given: g.csv",
        "currency: CNY": "currency: CNY\nrouting: r.csv",
    }
    problem = written(tmp_path, **changes).problem
    assert problem.demand.given is not None
    assert problem.demand.given.orders.sum(axis=(0, 1, 3)).tolist() == [5, 3]
    assert [row.region for row in problem.routing or ()] == ["guangdong", "zhejiang"]
    (tmp_path / "g.csv").write_text(
        given + "2026-11-09T10:00,新疆,1\n2026-11-09T11:00,西藏,1\n", encoding="utf-8"
    )
    (tmp_path / "r.csv").write_text(routing + "新疆,yiwu,one,1\n", encoding="utf-8")
    advice = "add them to the regions or leave the rows out"
    assert messages(tmp_path, **changes) == [
        f"region: 2 places (新疆, 西藏) are no regions of the scenario, in 2 rows: {advice}",
        (
            "region: 新疆 is no region of the scenario, in 1 row: add it to the regions or leave "
            "the "
            "rows out"
        ),
    ]


def test_names_that_are_no_place_are_findings_each(tmp_path: Path) -> None:
    """A misspelt site region and one region twice in a mix are findings where they stand."""
    assert messages(tmp_path, SITE="zhejang", MIX="{ZJ: 0.5, 浙江: 0.5}") == [
        "demand.events.0.regions.浙江: is the same region as ZJ: write it once",
        'sites.0.region: no such region, got "zhejang"; did you mean zhejiang?',
    ]


def test_a_contract_alone_knows_the_forms_of_its_zones(tmp_path: Path) -> None:
    """Without a scenario a surcharge for Guangdong's full name is charged there; an unserved name
    is a warning.
    """
    text = CONTRACT.replace("广东省]", "广东省, Ginger]")
    (tmp_path / "one.yaml").write_text(text, encoding="utf-8")
    warnings: list[str] = []
    contract = read_contract(tmp_path / "one.yaml", ContractContext("CNY"), warnings=warnings)
    assert contract.tariff.surcharges[0].regions == {"Guangdong", "新疆", "西藏自治区", "Ginger"}
    assert contract.commitment.exclusive == {"浙江省"}
    assert contract.hub is not None
    assert (contract.hub.hub_region, contract.hub.regions) == ("陕西", {"新疆"})
    assert [w for w in warnings if "surcharges" in w] == [
        'one.yaml: surcharges.0.regions.3: the contract serves no such region, got "Ginger"'
    ]
