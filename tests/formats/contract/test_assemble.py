"""Every clause of a contract file arrives in the contract, and every mistake in one is found where
it stands.
"""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from planner.domain.charges import Surcharge, Tier, TieredDiscount, VolumeSurcharge, VolumeTerms
from planner.domain.contracts import Billable, Bracket, Commitment, Contract, Hub, Rate, Tariff
from planner.domain.horizon import Horizon
from planner.domain.records import PERIOD_LINES
from planner.domain.service_terms import LateRefund, ScanDelay, ServiceTerms, Transit
from planner.errors import InputError
from planner.formats.base.region_names import RegionNames
from planner.formats.base.yaml_source import parse_yaml
from planner.formats.contract.reader import ContractContext, read_contract
from planner.formats.scenario.json_schema import json_schema
from planner.rating.invoice import FIXED_FEE, LATE_REFUND, SHORTFALL, VOLUME_DISCOUNT, VOLUME_REBATE
from planner.rating.parcel_price import CARRIED, THROUGH_HUB
from tests.formats.builders import EVERY_CLAUSE

REGIONS = ("east", "west", "middle", "north", "desert", "island")
HORIZON = Horizon(datetime(2026, 11, 8), 4, 3600, "Asia/Shanghai")


def read(
    folder: Path, text: str, warnings: list[str] | None = None, labels: dict[str, str] | None = None
) -> Contract:
    (folder / "c.yaml").write_text(text, "utf-8")
    regions = RegionNames(REGIONS, (labels or {}).items())
    around = ContractContext("CNY", regions, ("yiwu",), HORIZON)
    return read_contract(folder / "c.yaml", around, warnings=warnings)


def findings(folder: Path, text: str) -> list[str]:
    try:
        read(folder, text)
    except InputError as error:
        return [str(f) for f in error.findings]
    return []


def changed(old: str, new: str) -> str:
    assert EVERY_CLAUSE.count(old) == 1, (old, EVERY_CLAUSE.count(old))
    return EVERY_CLAUSE.replace(old, new)


CLAUSES = Contract(
    name="every-clause",
    label="every-clause",
    tariff=Tariff(
        zones={("", "east"): "near", ("", "west"): "far", ("", "middle"): "far"},
        rates={
            "near": Rate(
                zone="near",
                brackets=(Bracket(500, 180), Bracket(1000, 240)),
                first_g=1000,
                first_price_minor=240,
                step_g=500,
                step_price_minor=80,
                minimum_minor=210,
            ),
            "far": Rate(
                zone="far",
                brackets=(),
                first_g=1000,
                first_price_minor=700,
                step_g=1000,
                step_price_minor=500,
            ),
        },
        billable=Billable(6000, 500, 100),
        minimum_charge_minor=170,
        discount=0.1,
        fuel=0.05,
        surcharges=(
            Surcharge(name="far", per_parcel_minor=100, regions=frozenset({"west"}), share=0.1),
            Surcharge(
                name="peak",
                per_parcel_minor=30,
                regions=frozenset(),
                start=date(2026, 11, 9),
                end=date(2026, 11, 11),
            ),
            Surcharge(name="large", per_parcel_minor=0, share=0.2, over_g=20_000, over_cm3=120_000),
        ),
    ),
    volume=VolumeTerms(
        discount=TieredDiscount(
            (Tier(0), Tier(20_000, 0.02), Tier(50_000, 0.04, 5)),
            "incremental",
            "all",
            "month",
            5000,
        ),
        surcharges=(
            VolumeSurcharge(
                name="own-peak",
                per_parcel_minor=50,
                above_parcels=1052,
                per="day",
                on="excess",
                start=date(2026, 11, 8),
            ),
            VolumeSurcharge(
                name="rush", per_parcel_minor=20, above_parcels=9000, per="week", on="all"
            ),
            VolumeSurcharge(
                name="over_allotment",
                per_parcel_minor=60,
                above_parcels=2000,
                per="day",
                on="excess",
            ),
        ),
    ),
    service=ServiceTerms(
        scan_delay_by_zone={"near": ScanDelay(7200, 32_400), "far": ScanDelay(10_800, 43_200)},
        transit={"near": Transit(2, 3), "far": Transit(4, 6)},
        loss_share=0.0005,
        liability_minor=30_000,
        late_refund=LateRefund(0.5, {"near": 3, "far": 7.5}),
    ),
    commitment=Commitment(
        parcels=100,
        share=0.25,
        shortfall_minor=40,
        exclusive=frozenset({"east"}),
        allotment_per_day=None,
        collection_fee_minor=3000,
        fixed_fee_minor=50_000,
    ),
    hub=Hub(
        hub_region="middle",
        regions=frozenset({"north", "desert"}),
        fee_minor=50,
        onward=Rate(
            zone="onward",
            brackets=(Bracket(500, 120),),
            first_g=1000,
            first_price_minor=200,
            step_g=1000,
            step_price_minor=110,
        ),
        subsidy_minor=150,
        up_to_g=3000,
        counts="hub",
        onward_days=Transit(3, 5),
    ),
    source="",
)


def test_every_clause_arrives(tmp_path: Path) -> None:
    """Every field of a contract can be stated: money in fen, weights in grams, delays in
    seconds.
    """
    assert read(tmp_path, EVERY_CLAUSE) == CLAUSES


def test_a_hub_leads_to_regions_without_a_zone(tmp_path: Path) -> None:
    """Regions behind the hub are billed and zoned as the hub's; others without a zone are not
    served.
    """
    contract = read(tmp_path, EVERY_CLAUSE)
    assert [contract.zone("yiwu", r) for r in REGIONS] == ["near", "far", "far", "far", "far", None]


@pytest.mark.parametrize(
    ("old", "new", "part", "term", "value"),
    [
        (
            "exclusive: [east]",
            "exclusive: true",
            "commitment",
            "exclusive",
            frozenset({"east", "west", "middle", "north", "desert"}),
        ),
        ("exclusive: [east]", "exclusive: false", "commitment", "exclusive", frozenset()),
        (
            ", over: surcharge, surcharge_per_parcel: 0.60",
            "",
            "commitment",
            "allotment_per_day",
            2000,
        ),
        (
            "days: {near: 3, far: 7.5}",
            "days: 5",
            "service",
            "late_refund",
            LateRefund(0.5, {"near": 5, "far": 5}),
        ),
        (
            "{near: {median: 2, p95: 9}, far: {median: 3, p95: 12}}",
            "{median: 1, p95: 2}",
            "service",
            "scan_delay",
            ScanDelay(3600, 7200),
        ),
        ("parcels: 100, share: 0.25", "share: 0.25", "commitment", "parcels", 0),
        ("tiers: [{from: 0}", "tiers: []}  # [{from: 0}", "volume", "discount", None),
    ],
)
def test_clauses_have_short_forms(
    tmp_path: Path, old: str, new: str, part: str, term: str, value: Any
) -> None:
    """true for all regions it serves, one promise for all zones, one delay for all; idle tiers are
    none.
    """
    text = changed(old, new)
    if part == "volume":
        text = re.sub(r"tiers: \[\]\}.*\n", "tiers: []}\n", text)
    assert getattr(getattr(read(tmp_path, text), part), term) == value


@pytest.mark.parametrize(
    ("ratio", "threshold"), [("1.1", 1102), ("1", 1001), ("0.5", 501), ("1.0000000001", 1002)]
)
def test_a_threshold_over_a_baseline_is_rounded_up(
    tmp_path: Path, ratio: str, threshold: int
) -> None:
    """1001 parcels times the ratio, in decimal arithmetic: 1101.1 parcels are 1102."""
    contract = read(tmp_path, changed("ratio: 1.05", f"ratio: {ratio}"))
    assert contract.volume.surcharges[0].above_parcels == threshold


MISTAKES = [
    (
        "free_g: 100",
        "free_g: 500",
        "c.yaml:3:59: billable.free_g: must be less than the step of 500 g",
    ),
    (
        "to_g: 1000, price",
        "to_g: 500, price",
        "rates.near.brackets.1.to_g: must rise: 500 g follows 500 g",
    ),
    (
        "{name: rush,",
        "{name: base,",
        "surcharges.4.name: is another line of the invoice: choose another name than base",
    ),
    (
        "{name: rush,",
        "{name: over_allotment,",
        (
            "surcharges.4.name: is another line of the invoice: choose another name than "
            "over_allotment"
        ),
    ),
    (
        "{name: rush,",
        "{name: peak,",
        "surcharges.4.name: is also the name of a surcharge of another kind",
    ),
    (
        "{name: large, share: 0.2, over_g: 20000, over_cm3: 120000}",
        "{name: far, regions: [west], per_parcel: 1.00, share: 0.1}",
        "surcharges.2: stands twice: far",
    ),
    ("{name: large, share: 0.2,", "{name: large,", "surcharges.2: must state per_parcel or share"),
    (
        "regions: [west]",
        "regions: [wset]",
        'surcharges.0.regions.0: no such region, got "wset"; did you mean west?',
    ),
    ('to: "2026-11-11"', 'to: "2026-11-08"', "surcharges.1: to must not be before from"),
    (
        "above_parcels: 9000",
        "above_parcels: 9000, baseline_parcels: 3",
        "surcharges.4.volume: must state either",
    ),
    ("ratio: 1.05, ", "", "surcharges.3.volume: baseline_parcels and ratio go together"),
    (
        "per_parcel: 0.20,",
        "per_parcel: 0.20, share: 0.1,",
        "surcharges.4.share: has no meaning with volume",
    ),
    (
        "per_parcel: 0.20,",
        "per_parcel: 0.20, regions: [east],",
        "surcharges.4.regions: has no meaning with volume",
    ),
    (
        "from: 20000, discount: 0.02",
        "from: 60000, discount: 0.02",
        "volume.tiers.2.from: must rise: 50000 follows 60000",
    ),
    ("kind: incremental", "kind: progressive", "volume.kind: must be one of"),
    (
        "over: month",
        "over: week",
        "volume.over: must be one of 'promotion' or 'month', got \"week\"",
    ),
    ("parcels: 100, share: 0.25, ", "", "commitment: must state parcels or share"),
    (
        "exclusive: [east]",
        "exclusive: [esat]",
        'exclusive.0: no such region, got "esat"; did you mean ',
    ),
    (
        "exclusive: [east]",
        "exclusive: [island]",
        'exclusive.0: has no zone: the contract does not serve it, got "island"',
    ),
    ("exclusive: [east]", "exclusive: 3", "exclusive: must be true or a list of regions, got 3"),
    (
        ", surcharge_per_parcel: 0.60",
        "",
        "allotment: surcharge_per_parcel and over surcharge go together",
    ),
    ("over: surcharge, ", "", "allotment: surcharge_per_parcel and over surcharge go together"),
    (
        "{near: {median: 2",
        "{nera: {median: 2",
        'service.scan_delay_hours.nera: no such zone, got "nera"; did you mean',
    ),
    (
        "days: {near: 3",
        "days: {nera: 3",
        'service.late_refund.days.nera: no such zone, got "nera"; did you mean near?',
    ),
    ("loss_share: 0.0005", "loss_share: 1.5", "service.loss_share: must be at most 1, got 1.5"),
    (
        "hub: {region: middle",
        "hub: {region: midle",
        'hub.region: no such region, got "midle"; did you mean middle?',
    ),
    (
        "hub: {region: middle",
        "hub: {region: island",
        'hub.region: the hub\'s region has no zone, got "island"',
    ),
    (
        "regions: [north, desert]",
        "regions: [north, dessert]",
        'hub.regions.1: no such region, got "dessert"',
    ),
    (
        "regions: [north, desert]",
        "regions: [north, middle]",
        "hub.regions.1: is the hub's own region",
    ),
    ("regions: [north, desert]", "regions: [north, north]", "hub.regions.1: stands twice: north"),
    (
        "counts: hub",
        "counts: label",
        "hub.counts: must be one of 'handover', 'first_scan' or 'hub', got \"label\"",
    ),
    (
        "currency: CNY",
        "currency: USD",
        'c.yaml:2:11: currency: must be the scenario\'s CNY, got "USD"',
    ),
    ("west: far", "wset: far", 'zones.wset: no such region, got "wset"; did you mean west?'),
    ("west: far", "west: fra", "rates: zone fra of the zone table has no rate"),
]


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES)
def test_a_mistake_in_a_clause_says_what_is_wrong(
    tmp_path: Path, old: str, new: str, expected: str
) -> None:
    """Each mistake alone is named in words at its place."""
    found = findings(tmp_path, changed(old, new))
    assert any(expected in text for text in found), found


@pytest.mark.parametrize(
    "name",
    [
        *CARRIED,
        *THROUGH_HUB,
        *PERIOD_LINES,
        VOLUME_DISCOUNT,
        VOLUME_REBATE,
        LATE_REFUND,
        FIXED_FEE,
        SHORTFALL,
    ],
)
def test_no_surcharge_has_the_name_of_another_line(tmp_path: Path, name: str) -> None:
    """Whatever else stands on an invoice keeps its name to itself."""
    words = f"surcharges.4.name: is another line of the invoice: choose another name than {name}"
    assert any(
        words in text for text in findings(tmp_path, changed("{name: rush,", f"{{name: {name},"))
    )


def test_falling_discounts_are_refused_where_a_tier_is_for_all(tmp_path: Path) -> None:
    """More parcels never get less off; where only further parcels have the tier, they may."""
    text = changed("discount: 0.02}", "discount: 0.06}").replace(", rebate_per_parcel: 0.05", "")
    assert findings(tmp_path, text) == []
    assert findings(tmp_path, text.replace("incremental", "all_units")) == [
        "c.yaml:19:84: volume.tiers.2.discount: must not fall: 0.04 follows 0.06"
    ]


def test_all_mistakes_of_a_contract_come_at_once(tmp_path: Path) -> None:
    """Prices, names and dates that are wrong in several clauses are reported together, two in one
    list as well.
    """
    text = EVERY_CLAUSE
    for old, new in (
        (
            "price: 1.80}, {to_g: 1000, price: 2.40}",
            "price: 1.80}, {to_g: 900, price: 1.40}, {to_g: 800, price: 2}",
        ),
        ("regions: [west]", "regions: [wset]"),
        ('to: "2026-11-11"', 'to: "2026-11-01"'),
        ("exclusive: [east]", "exclusive: [esat]"),
        ("fee: 0.50", "fee: -0.50"),
    ):
        text = text.replace(old, new, 1)
    assert [re.sub(r" *[,;(].*", "", line) for line in findings(tmp_path, text)] == [
        "c.yaml:6:80: rates.near.brackets.2.to_g: must rise: 800 g follows 900 g",
        "c.yaml:13:27: surcharges.0.regions.0: no such region",
        "c.yaml:14:5: surcharges.1: to must not be before from",
        "c.yaml:21:13: exclusive.0: no such region",
        "c.yaml:31:54: hub.fee: must be at least 0",
    ]


def test_what_will_hardly_be_meant_is_a_warning(tmp_path: Path) -> None:
    """Dates that the promotion does not reach, zones without a delay, surcharges behind a hub, wide
    days.
    """
    text = changed('from: "2026-11-09", to: "2026-11-11"', 'from: "2026-11-12"')
    text = text.replace(", far: {median: 3, p95: 12}", "").replace(
        "middle: far}", "middle: far, north: near}"
    )
    text = text.replace("regions: [west]", "regions: [west, desert]").replace(
        "{mean: 3, p90: 5}", "{mean: 3, p90: 50}"
    )
    warnings: list[str] = []
    read(tmp_path, text, warnings)
    assert warnings == [
        "c.yaml: hub.onward_days: no lognormal is that wide; the widest is taken",
        "c.yaml: service.scan_delay_hours: zone far is left out; its parcels are scanned at once",
        (
            "c.yaml: surcharges.1: peak lies outside the promotion, 2026-11-08 to 2026-11-11: it "
            "is "
            "never charged"
        ),
        "c.yaml: surcharge far: region desert goes through the hub and is billed as middle",
    ]


def test_regions_may_be_called_by_their_printed_names(tmp_path: Path) -> None:
    """浙江 and 浙江省 are the region zhejiang where it is printed so; twice is a finding."""
    text = changed("zones: {east: near", "zones: {浙江省: near").replace(
        "exclusive: [east]", "exclusive: [浙江]"
    )
    contract = read(tmp_path, text, labels={"浙江": "east"})
    assert (contract.zone("yiwu", "east"), contract.commitment.exclusive) == (
        "near",
        frozenset({"east"}),
    )
    with pytest.raises(InputError, match="浙江省: stands twice"):
        read(
            tmp_path,
            text.replace("{浙江省: near", "{east: near, 浙江省: near"),
            labels={"浙江": "east"},
        )


def number_places() -> list[tuple[int, int, str]]:
    document, _ = parse_yaml(EVERY_CLAUSE, "c.yaml")
    lines, places = EVERY_CLAUSE.splitlines(), []
    for path, (line, column) in document.places.items():
        value = document.data
        for step in path:
            value = value[step]
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            text = re.match(r"[-+.0-9e]+", lines[line - 1][column - 1 :])
            assert text
            places.append((line, column, text.group()))
    return places


BAD = (".nan", ".inf", "-1", "1e308", "true", '"12"', "１２", '""', "010", "[1]", "{a: 1}")


@pytest.mark.parametrize("every", [4, pytest.param(1, marks=pytest.mark.slow)])
@pytest.mark.parametrize("bad", BAD)
def test_a_bad_number_in_any_clause_is_found_where_it_stands(
    tmp_path: Path, bad: str, every: int
) -> None:
    """Any number of the file replaced by something that is none gives one finding, at its line and
    column.
    """
    for line, column, old in number_places()[BAD.index(bad) % every :: every]:
        lines = EVERY_CLAUSE.splitlines()
        row = lines[line - 1]
        lines[line - 1] = row[: column - 1] + bad + row[column - 1 + len(old) :]
        found = findings(tmp_path, "\n".join(lines) + "\n")
        assert [f.split(": ")[0] for f in found] == [f"c.yaml:{line}:{column}"], (old, found)


def test_the_schema_explains_every_key_in_both_languages() -> None:
    """Each key of a contract file has a meaning, and the trade's Chinese words stand in the
    editor's help.
    """
    schema = json_schema("contract")
    models = [schema, *schema["$defs"].values()]
    bare = [
        (m["title"], key)
        for m in models
        for key, p in m.get("properties", {}).items()
        if "description" not in p
    ]
    assert bare == []
    text = json.dumps(schema, ensure_ascii=False)
    words = [
        "首重",
        "续重",
        "抛比",
        "偏远",
        "面单费",
        "旺季附加费",
        "中转集运",
        "单量阶梯",
        "保底单量",
        "独家",
    ]
    assert [word for word in words if word not in text] == []


def test_an_unknown_key_in_a_clause_gets_the_nearest_one(tmp_path: Path) -> None:
    """Also where a clause may be written in several ways."""
    for old, new, expected in (
        ("{median: 3, p95: 12}", "{median: 3, p59: 12}", "far.p59: unknown key; did you mean p95?"),
        ("subsidy: 1.50", "subsdy: 1.50", "hub.subsdy: unknown key; did you mean subsidy?"),
        (
            "other_parcels: 5000",
            "other_parcel: 5000",
            "volume.other_parcel: unknown key; did you mean other_parcels?",
        ),
    ):
        assert any(expected in text for text in findings(tmp_path, changed(old, new)))
